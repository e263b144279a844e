//! What the requester does to their own request on its status page, once a code has proved their mailbox.

use super::Act;
use crate::desk::{Accepted, Desk, DeskError};
use crate::message::{Door, Envelope, Form, FormFile, Lang};
use crate::ticket::{Actor, EventKind, OutboxState, Status, Ticket};

/// How a request was closed by who asked.
const SAID: &str = "« c’est bon, merci », sur la page de suivi";

/// What ending one's own request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnEnd {
    /// It is closed, or was already.
    Ended,
    /// Somebody else's request is part of it: the trail says what was wished, and the team sees to the rest.
    LeftToTeam,
}

impl Desk {
    /// Keeps a further message of the requester, durably, as any form is kept; intake files it on the ticket. `source_key` is
    /// that of the form.
    pub async fn add_to_own(
        &self,
        ticket: &Ticket,
        lang: Lang,
        body: String,
        files: Vec<FormFile>,
        source_key: &str,
    ) -> Result<Accepted, DeskError> {
        let form = Form {
            name: ticket.requester_name.clone(),
            email: ticket.requester_email.clone(),
            subject: ticket.subject.clone(),
            adds_to: Some(ticket.reference.clone()),
            body,
            lang,
            files,
            ..Form::default()
        };
        self.accept(Door::Form, source_key, Envelope::default(), form.to_raw()).await
    }

    /// The requester needs nothing more: it is closed, and a refusal that had not left is held. A second time changes nothing.
    /// Where somebody else's request became part of it, the trail says so and the rest is the team's.
    pub async fn close_own(&self, reference: &str) -> Result<OwnEnd, DeskError> {
        let mut act = self.begin_own(reference).await?;
        if act.ticket.status == Status::Closed {
            return Ok(OwnEnd::Ended);
        }
        if self.others_wait(&mut act).await? {
            return self.leave_to_team(act, EventKind::Noted, SAID).await;
        }
        self.hold_refusals(&mut act, "son auteur a clos la demande").await?;
        act.ticket.status = Status::Closed;
        act.ticket.contested = false;
        self.conclude(act, EventKind::Closed, SAID).await?;
        Ok(OwnEnd::Ended)
    }

    /// The requester takes it back: it is closed, and nothing automatic that waits leaves any more. What a person wrote does.
    /// A second time changes nothing. Where somebody else's request became part of it, the trail says so and all the rest is
    /// the team's.
    pub async fn withdraw_own(&self, reference: &str) -> Result<OwnEnd, DeskError> {
        let mut act = self.begin_own(reference).await?;
        let events = act.tx.events_of(&act.ticket.id).await?;
        if act.ticket.status == Status::Closed
            && events.iter().any(|event| event.kind == EventKind::Withdrawn)
        {
            return Ok(OwnEnd::Ended);
        }
        if self.others_wait(&mut act).await? {
            return self.leave_to_team(act, EventKind::Withdrawn, "sur la page de suivi").await;
        }
        let because = "son auteur a retiré la demande";
        for entry in act.tx.outbox_of(&act.ticket.id).await? {
            let waits = entry.state == OutboxState::Due
                && (entry.kind.is_automatic() || entry.kind.settles().is_some() || entry.kind.hands_over());
            if waits && act.tx.outbox_held(&entry.id, OutboxState::Due, because).await? {
                act.tx.event_add(&act.ticket.id, act.at, &act.by, EventKind::Stopped, because).await?;
            }
        }
        act.ticket.status = Status::Closed;
        act.ticket.contested = false;
        self.conclude(act, EventKind::Withdrawn, "sur la page de suivi").await?;
        Ok(OwnEnd::Ended)
    }

    /// Whether somebody else's request became part of this one, at any depth.
    async fn others_wait(&self, act: &mut Act) -> Result<bool, DeskError> {
        let mut wholes = vec![act.ticket.id.clone()];
        // Nothing can be merged into a part of itself, so this ends.
        while let Some(whole) = wholes.pop() {
            for part in act.tx.parts(&whole).await? {
                if !part.requester_email.eq_ignore_ascii_case(&act.ticket.requester_email) {
                    return Ok(true);
                }
                wholes.push(part.id);
            }
        }
        Ok(false)
    }

    /// Says on the trail what the requester did, and changes nothing else.
    async fn leave_to_team(&self, mut act: Act, kind: EventKind, said: &str) -> Result<OwnEnd, DeskError> {
        let detail =
            format!("{said} ; la demande d’une autre personne y est jointe : à l’équipe de la clore");
        act.tx.event_add(&act.ticket.id, act.at, &act.by, kind, &detail).await?;
        self.keep(act).await?;
        Ok(OwnEnd::LeftToTeam)
    }

    /// What became part of another request of the same person is ended there; of another person's, by its team alone.
    async fn begin_own(&self, reference: &str) -> Result<Act, DeskError> {
        let mut tx = self.store().begin().await?;
        let ticket = tx.ticket(reference).await?.ok_or(DeskError::NotFound)?;
        let whole = self.stands_for(&mut tx, ticket.clone()).await?;
        if !whole.requester_email.eq_ignore_ascii_case(&ticket.requester_email) {
            return Err(DeskError::Refused(
                "Cette demande est jointe à celle d’une autre personne.".to_owned(),
            ));
        }
        let ticket = whole;
        let (at, before) = (self.clock().now(), ticket.status);
        Ok(Act { tx, ticket, before, by: Actor::Requester, at })
    }
}
