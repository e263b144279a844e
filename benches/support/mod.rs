//! What the benches over a full database share: how many tickets they were asked for, and how one is filed, as the desk
//! opens it.

use std::path::{Path, PathBuf};

use chrono::{DateTime, SubsecRound as _, Utc};
use guichet::keys::random_reference;
use guichet::message::{Arrival, Channel, Door, Envelope, Lang, Message};
use guichet::store::keep::Keeper;
use guichet::store::{Direction, Outcome, StoredMessage, Tx, new_id};
use guichet::ticket::{Actor, EventKind, Status, Ticket};
use guichet::triage::Decision;

/// Tickets that are written in one transaction.
pub(crate) const TOGETHER: usize = 1000;

/// Whether figures are wanted: `cargo test --benches` only asks whether a bench runs.
pub(crate) fn is_measured() -> bool {
    std::env::args().any(|word| word == "--bench")
}

/// What a bench was asked for.
pub(crate) struct Asked {
    /// The number among its words; without one, 10 000.
    pub(crate) tickets: usize,
    /// An empty folder.
    pub(crate) folder: PathBuf,
}

impl Asked {
    /// Of the bench with this name.
    pub(crate) fn of(name: &str) -> Self {
        let number = std::env::args().find_map(|word| word.parse().ok());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self { tickets: number.unwrap_or(if is_measured() { 10_000 } else { 100 }), folder }
    }

    /// The database among its words (`postgres://…`, an empty one), else a file in the folder.
    pub(crate) fn url(&self) -> String {
        if let Some(url) = std::env::args().find(|word| word.starts_with("postgres:")) {
            return url;
        }
        format!("sqlite:{}", self.folder.join("guichet.db").display())
    }
}

/// What came in by the form.
pub(crate) fn arrival(received_at: DateTime<Utc>, raw: Vec<u8>) -> Arrival {
    let id = new_id();
    Arrival {
        source_key: format!("form:{id}"),
        id,
        door: Door::Form,
        received_at: received_at.trunc_subsecs(6),
        envelope: Envelope::default(),
        reference: random_reference(),
        raw,
    }
}

/// Keeps arrivals that come at once: they share commits.
pub(crate) async fn keep(keeper: &Keeper, arrivals: impl Iterator<Item = Arrival>) {
    let keeping: Vec<_> = arrivals
        .map(|arrival| {
            let keeper = keeper.clone();
            tokio::spawn(async move { keeper.keep(arrival).await })
        })
        .collect();
    for kept in keeping {
        kept.await.unwrap().unwrap();
    }
}

/// The ticket that an arrival opens.
pub(crate) fn ticket(arrival: &Arrival, message: &Message, decision: &Decision, status: Status) -> Ticket {
    Ticket {
        id: new_id(),
        reference: arrival.reference.clone(),
        status,
        channel: Channel::Form,
        lang: Lang::Fr,
        category: decision.category.clone(),
        subject: message.subject.clone(),
        requester_name: message.from_name.clone(),
        requester_email: message.from_email.clone(),
        organisation: message.organisation.clone(),
        assignee: None,
        history: false,
        contested: false,
        version: 1,
        opened_at: arrival.received_at,
        updated_at: arrival.received_at,
    }
}

/// Files it with its message and its first event.
pub(crate) async fn file(
    tx: &mut Tx,
    ticket: &Ticket,
    arrival: &Arrival,
    message: Message,
    decision: &Decision,
) {
    let at = arrival.received_at;
    tx.ticket_add(ticket, decision, None).await.unwrap();
    let stored = StoredMessage {
        id: new_id(),
        ticket_id: ticket.id.clone(),
        arrival_id: arrival.id.clone(),
        direction: Direction::In,
        received_at: at,
        message,
        automatic_ban: None,
        nature: None,
    };
    tx.message_add(&stored, &stored.id).await.unwrap();
    tx.event_add(&ticket.id, at, &Actor::Requester, EventKind::Opened, "form").await.unwrap();
    tx.arrival_done(&arrival.id, Outcome::Opened, Some(&ticket.id)).await.unwrap();
}
