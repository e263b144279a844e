//! A new ticket: the decision is carried out as far as it may be, and everything that keeps it from going further is
//! written down. One mail to the requester, chosen after the decision: the refusal with the receipt in it, or the
//! receipt; never the one now and the other later. A second mail leaves where somebody outside is told of it.

use chrono::{DateTime, Utc};

use super::alike::sketch;
use super::decide::decide;
use super::letter::Promise;
use super::plan::Grounds;
use super::understand::Understood;
use super::{Desk, DeskError};
use crate::mail::Kind;
use crate::message::{Arrival, Lang};
use crate::reply::Mode as ReplyUse;
use crate::store::{Direction, Draft, Outcome, StoredMessage, Tx, new_id};
use crate::ticket::{Actor, EventKind, MailKind, Status, Ticket};
use crate::triage::{Action, Decision, Directory};

impl Desk {
    pub(super) async fn open(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        digest: &str,
        probably: Option<Ticket>,
    ) -> Result<(Outcome, String), DeskError> {
        let now = self.clock().now();
        let message = &understood.message;
        let nature = understood.nature();
        let directory = self.directory_in(tx).await?;
        let triage = self.triage_in(tx).await?;
        let decision = decide(&triage, &directory, message, nature, arrival.received_at);
        let ban = self.automatic_ban(tx, arrival, understood).await?;
        let stopped = self.automatic_stopped_in(tx).await?;
        let blocked = match self.entry_named(&decision, &directory) {
            Some(entry) if decision.action == Action::HandOver => {
                self.hand_over_blocked(tx, entry.email.trim(), now).await?
            }
            _ => None,
        };
        let (ban_told, directory) = (ban.as_deref(), &*directory);
        let plan = self.plan(&Grounds {
            arrival,
            understood,
            decision: &decision,
            directory,
            ban: ban_told,
            blocked: blocked.as_deref(),
            stopped,
        });

        let ticket = new_ticket(arrival, understood, &decision, plan.status, now);
        let mut notes = plan.withheld;
        let nobody = Directory::default();
        let named = if stays_in_the_domain(understood) { directory } else { &nobody };
        let draft = plan.draft.and_then(|name| {
            match self.render(&name, &ticket, &decision, named, ReplyUse::Draft) {
                Ok(rendered) => Some(Draft { reply: name, markdown: rendered.markdown }),
                Err(cause) => {
                    notes.push(format!("le projet de réponse « {name} » n’a pas pu être préparé : {cause}"));
                    None
                }
            }
        });
        // An unresolved placeholder stops the mail, not the ticket.
        let mut entry = None;
        if let Some((kind, name)) = plan.mail {
            let to = understood.answer_to.as_deref().unwrap_or_default();
            let hold = match kind {
                MailKind::Refusal => self.settings().refuse.hold.as_chrono(),
                _ => chrono::Duration::zero(),
            };
            let due_at = self.turn(tx, now + hold).await?;
            let promise = Promise {
                kind,
                to,
                answering: Some(message),
                at: now,
                due_at,
                enclosures: Vec::new(),
                handed: None,
            };
            match self.automatic_letter(&name, &ticket, &decision, directory, &promise) {
                Ok(written) => entry = Some(written),
                Err(cause) => notes.push(format!("le courriel « {name} » n’a pas pu être écrit : {cause}")),
            }
        }
        // Nobody counts as refused or answered by a mail that could not be written.
        let status = match ticket.status {
            Status::Refused | Status::Answered | Status::HandedOver if entry.is_none() => Status::Open,
            planned => planned,
        };
        let ticket = Ticket { status, ..ticket };

        tx.ticket_add(&ticket, &decision, draft.as_ref()).await?;
        let first =
            self.file_message(tx, arrival, understood, digest, &ticket.id, Direction::In, ban).await?;
        self.note_body(tx, &ticket.id, &triage, &decision).await?;
        let by = Actor::Program;
        tx.sketch_add(&ticket.id, &sketch(message), arrival.received_at).await?;
        self.tell_opened(tx, arrival, understood, &ticket.id).await?;
        if understood.message.insists {
            let detail = "a demandé qu’une personne lise";
            tx.event_add(&ticket.id, arrival.received_at, &Actor::Requester, EventKind::Insisted, detail)
                .await?;
        }
        let detail =
            format!("{} · {} · {}", decision.action.code(), decision.category, decision.reason.code());
        tx.event_add(&ticket.id, now, &by, EventKind::Decided, &detail).await?;
        if let Some(other) = probably {
            tx.event_add(&ticket.id, now, &by, EventKind::Related, &other.reference).await?;
            tx.event_add(&other.id, now, &by, EventKind::Related, &ticket.reference).await?;
        }
        if understood.kind() == Kind::Bounce {
            let detail = "avis de non-remise d’un courriel qui n’est pas connu ici";
            tx.event_add(&ticket.id, now, &by, EventKind::SetAside, detail).await?;
        }
        for note in notes {
            tx.event_add(&ticket.id, now, &by, EventKind::Withheld, &note).await?;
        }
        if let Some(entry) = entry {
            tx.outbox_add(&entry).await?;
            tx.event_add(&ticket.id, now, &by, EventKind::Promised, entry.kind.title()).await?;
            if let Some(to) = plan.hand_over {
                self.promise_hand_over(tx, &ticket, &first, &to, &by, now).await?;
            }
        }
        Ok((Outcome::Opened, ticket.id))
    }

    /// Writes who opened a ticket, and by what way.
    async fn tell_opened(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        ticket_id: &str,
    ) -> Result<(), DeskError> {
        let (received, door) = (arrival.received_at, arrival.door.code());
        let Some(heard) = &understood.heard else {
            let by = Actor::Requester;
            return Ok(tx.event_add(ticket_id, received, &by, EventKind::Opened, door).await?);
        };
        let by = Actor::Person(heard.by.clone());
        tx.event_add(ticket_id, received, &by, EventKind::Opened, door).await?;
        let how = format!("Reçue ainsi : {}", heard.means.title());
        Ok(tx.event_add(ticket_id, received, &by, EventKind::Noted, &how).await?)
    }

    /// Stores a message on a ticket and makes it findable.
    #[expect(
        clippy::too_many_arguments,
        reason = "what is filed, where and how: a struct would be unpacked at once"
    )]
    pub(super) async fn file_message(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        digest: &str,
        ticket_id: &str,
        direction: Direction,
        automatic_ban: Option<String>,
    ) -> Result<StoredMessage, DeskError> {
        let message = &understood.message;
        let stored = StoredMessage {
            id: new_id(),
            ticket_id: ticket_id.to_owned(),
            arrival_id: arrival.id.clone(),
            direction,
            received_at: arrival.received_at,
            message: message.clone(),
            automatic_ban,
            nature: understood.nature().cloned(),
        };
        tx.message_add(&stored, digest).await?;
        for id in &understood.traces.other_ids {
            tx.message_id_also(id, ticket_id).await?;
        }
        self.search_message(tx, ticket_id, &arrival.reference, message).await?;
        Ok(stored)
    }
}

/// Whether an answer goes to the very domain that was judged: a draft holds a coordinator's address only then.
pub(super) fn stays_in_the_domain(understood: &Understood) -> bool {
    let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let to = understood.answer_to.as_deref().and_then(domain);
    to.is_some() && to == domain(&understood.message.from_email)
}

/// The ticket that an arrival opens.
pub(super) fn new_ticket(
    arrival: &Arrival,
    understood: &Understood,
    decision: &Decision,
    status: Status,
    now: DateTime<Utc>,
) -> Ticket {
    let message = &understood.message;
    let body = decision.organisation.as_ref().map(|body| body.name.clone());
    Ticket {
        id: new_id(),
        reference: arrival.reference.clone(),
        status,
        channel: message.channel,
        lang: match decision.lang {
            Lang::Und => understood.page_lang.unwrap_or_default(),
            told => told,
        },
        category: decision.category.clone(),
        subject: message.subject.clone(),
        requester_name: message.from_name.clone(),
        requester_email: message.from_email.clone(),
        organisation: body.unwrap_or_else(|| message.organisation.clone()),
        assignee: None,
        history: arrival.door.is_history(),
        contested: false,
        version: 1,
        opened_at: arrival.received_at,
        updated_at: now,
    }
}
