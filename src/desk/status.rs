//! Where a request stands, in the requester's words: behind an unguessable signed link, and without a word of what was
//! typed, since a link may be forwarded.

use chrono::{DateTime, Utc};

use super::third_party::THIRD_PARTY_WROTE;
use super::{Desk, DeskError};
use crate::keys::Purpose;
use crate::message::{Form, Lang};
use crate::service::SignedPage;
use crate::store::TicketFile;
use crate::ticket::{Event, EventKind, OutboxState, Status, Ticket};

/// The stages a requester is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Received; waits for a person (or has not been looked at yet).
    Received,
    /// A person has it.
    InProgress,
    /// Answered.
    Answered,
    /// Handed over to the right coordinator.
    HandedOver,
    /// Not within the offer of services: a reasoned answer was sent.
    Refused,
    /// Closed.
    Closed,
}

impl Stage {
    /// In a few words.
    pub fn title(self, lang: Lang) -> &'static str {
        let (fr, en) = match self {
            Self::Received => ("Reçue", "Received"),
            Self::InProgress => ("En cours de traitement", "In progress"),
            Self::Answered => ("Répondue", "Answered"),
            Self::HandedOver => ("Transmise", "Handed over"),
            Self::Refused => ("Hors de notre offre de services", "Outside our offer of services"),
            Self::Closed => ("Close", "Closed"),
        };
        if lang == Lang::En { en } else { fr }
    }
}

/// What the status page shows. Nothing the requester typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Public reference.
    pub reference: String,
    /// Date of receipt.
    pub received_at: DateTime<Utc>,
    /// Where it stands.
    pub stage: Stage,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Closed because its writer took it back.
    pub withdrawn: bool,
    /// Language of the request.
    pub lang: Lang,
    /// Whether its author asked before sending that a person read it.
    pub insists: bool,
}

impl Desk {
    /// The signed part of a status link: `REFERENCE.signature`.
    pub fn status_token(&self, reference: &str) -> String {
        format!("{reference}.{}", self.keys().sign(Purpose::StatusLink, reference))
    }

    /// The full address of the status page, in the language of the request.
    pub fn status_url(&self, reference: &str, lang: Lang) -> String {
        self.service().link(SignedPage::Status, lang, &self.status_token(reference))
    }

    /// Where the request of a valid token stands; `None` for a bad token or an unknown request.
    pub async fn status(&self, token: &str) -> Result<Option<Standing>, DeskError> {
        let Some(reference) = self.status_reference(token) else { return Ok(None) };
        if let Some(file) = self.store().ticket_file(reference).await? {
            let whole = self.whole_of(&file.ticket).await?;
            return Ok(Some(standing_of(&file, whole.as_ref())));
        }
        // Kept, but not understood yet: the page after sending may be faster than the intake.
        let arrival = self.store().arrival_by_reference(reference).await?;
        Ok(arrival.map(|arrival| Standing {
            insists: Form::from_raw(&arrival.raw).is_ok_and(|form| form.insists),
            reference: arrival.reference,
            received_at: arrival.received_at,
            stage: Stage::Received,
            since: arrival.received_at,
            withdrawn: false,
            lang: Lang::Fr,
        }))
    }

    /// The request that a ticket became part of, however many merges away; `None`: it stands for itself.
    pub(super) async fn whole_of(&self, ticket: &Ticket) -> Result<Option<TicketFile>, DeskError> {
        let mut part = ticket.id.clone();
        let mut whole = None;
        // Nothing can be merged into a part of itself, so this ends.
        while let Some(into) = self.store().merged_into(&part).await? {
            let Some(file) = self.store().ticket_file(&into).await? else { break };
            part.clone_from(&file.ticket.id);
            whole = Some(file);
        }
        Ok(whole)
    }

    /// The reference in a link that we signed, whether or not the store can tell of it now.
    pub fn status_named<'a>(&self, token: &'a str) -> Option<&'a str> {
        self.status_reference(token)
    }
}

/// Where a request stands: what became part of another one stands where that one stands, under its own number all the same.
pub(super) fn standing_of(file: &TicketFile, whole: Option<&TicketFile>) -> Standing {
    let own = standing(file);
    match whole.map(standing) {
        Some(Standing { stage, since, withdrawn, .. }) => {
            Standing { stage, since: since.max(own.received_at), withdrawn, ..own }
        }
        None => own,
    }
}

fn standing(file: &TicketFile) -> Standing {
    let ticket = &file.ticket;
    let refusal_left =
        file.outbox.iter().any(|entry| entry.kind.is_refusal() && entry.state == OutboxState::Sent);
    let (status, at) = unseen(file).unwrap_or((ticket.status, ticket.updated_at));
    let stage = match status {
        // Until the refusal has left, a colleague may still stop it: the requester is not told of what may not be.
        Status::Refused if refusal_left => Stage::Refused,
        Status::Open | Status::Snoozed if ticket.assignee.is_some() => Stage::InProgress,
        Status::Refused | Status::Open | Status::Snoozed | Status::SetAside | Status::Follow => {
            Stage::Received
        }
        Status::Answered => Stage::Answered,
        Status::HandedOver => Stage::HandedOver,
        Status::Closed => Stage::Closed,
    };
    let since = if stage == Stage::Received { ticket.opened_at } else { at };
    let ended = file
        .events
        .iter()
        .rfind(|event| matches!(event.kind, EventKind::Closed | EventKind::Withdrawn | EventKind::Reopened));
    let withdrawn = stage == Stage::Closed && ended.is_some_and(|event| event.kind == EventKind::Withdrawn);
    let (reference, received_at, lang) = (ticket.reference.clone(), ticket.opened_at, ticket.lang);
    let insists = file.events.iter().any(|event| event.kind == EventKind::Insisted);
    Standing { reference, received_at, stage, since, withdrawn, lang, insists }
}

/// Where the request stood, and since when, before a third party's answer brought it back to the team: of that the requester
/// sees nothing. `None`: nothing else has brought it where it is.
fn unseen(file: &TicketFile) -> Option<(Status, DateTime<Utc>)> {
    let moves = |event: &&Event| {
        use EventKind::{
            Answered, Closed, Decided, HandedOver, Opened, Refused, Reopened, Rescued, SetAside,
        };
        matches!(
            event.kind,
            Answered | Closed | Decided | HandedOver | Opened | Refused | Reopened | Rescued | SetAside
        )
    };
    let aside = |event: &&Event| event.kind == EventKind::Reopened && event.detail == THIRD_PARTY_WROTE;
    let last = file.events.iter().rfind(moves)?;
    if file.ticket.status != Status::Open || !aside(&last) {
        return None;
    }
    let before = file.events.iter().filter(moves).rfind(|event| !aside(event))?;
    let status = match before.kind {
        EventKind::Answered => Status::Answered,
        EventKind::Closed => Status::Closed,
        EventKind::HandedOver => Status::HandedOver,
        EventKind::SetAside => Status::SetAside,
        // The decision refused, if a refusal left.
        EventKind::Refused | EventKind::Decided => Status::Refused,
        _ => Status::Open,
    };
    Some((status, before.at))
}
