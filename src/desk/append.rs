//! A further message on a ticket. A person's message brings the ticket back to the team; after a refusal it contests it.
//! A machine's message is shown and changes nothing, except that a delivery report says which mail did not arrive.

use super::understand::Understood;
use super::{Desk, DeskError};
use crate::mail::Kind;
use crate::mail::bounce::Failed;
use crate::message::Arrival;
use crate::store::{Direction, Outcome, Tx};
use crate::ticket::{Actor, EventKind, OutboxState, Status, Ticket};

impl Desk {
    pub(super) async fn append(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        digest: &str,
        mut ticket: Ticket,
    ) -> Result<(Outcome, String), DeskError> {
        let now = self.clock().now();
        let from_requester = understood.message.from_email.eq_ignore_ascii_case(&ticket.requester_email);
        let by = if from_requester { Actor::Requester } else { Actor::Correspondent };
        let ban = Some("thread".to_owned());
        self.file_message(tx, arrival, understood, digest, &ticket.id, Direction::In, ban).await?;
        tx.event_add(&ticket.id, arrival.received_at, &by, EventKind::Received, arrival.door.code()).await?;
        if arrival.door.is_history() {
            return Ok((Outcome::Appended, ticket.id));
        }
        for waiting in tx.outbox_of(&ticket.id).await? {
            // Whoever writes again before the refusal left has not been understood yet: a person reads first.
            let because = "un nouveau message est arrivé avant le départ";
            if waiting.kind.settles().is_some()
                && waiting.state == OutboxState::Due
                && tx.outbox_held(&waiting.id, OutboxState::Due, because).await?
            {
                let title = waiting.kind.title();
                tx.event_add(&ticket.id, now, &Actor::Program, EventKind::Stopped, title).await?;
            }
        }
        self.promise_owed_receipt(tx, &ticket).await?;
        // Read again: the delivery may have taken a refusal a moment ago.
        let mut entries = tx.outbox_of(&ticket.id).await?.into_iter();
        let left = |state| matches!(state, OutboxState::Sent | OutboxState::Sending | OutboxState::InDoubt);
        if matches!(ticket.status, Status::Refused | Status::Closed)
            && entries.any(|entry| entry.kind.is_refusal() && left(entry.state))
        {
            ticket.contested = true;
            tx.event_add(&ticket.id, now, &by, EventKind::Contested, "").await?;
        }
        if !matches!(ticket.status, Status::Open | Status::Follow) {
            if ticket.status == Status::Closed {
                tx.event_add(&ticket.id, now, &by, EventKind::Reopened, "").await?;
            }
            ticket.status = Status::Open;
        }
        ticket.updated_at = now;
        self.save(tx, &ticket).await?;
        Ok((Outcome::Appended, ticket.id))
    }

    /// Files a machine's message on the ticket it speaks of.
    pub(super) async fn link_notice(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        digest: &str,
        mut ticket: Ticket,
        outbox_id: Option<String>,
    ) -> Result<(Outcome, String), DeskError> {
        let now = self.clock().now();
        let ban = Some(understood.automatic.reason.clone());
        self.file_message(tx, arrival, understood, digest, &ticket.id, Direction::Notice, ban).await?;
        tx.event_add(&ticket.id, now, &Actor::Program, EventKind::Linked, understood.kind.code()).await?;
        if understood.kind == Kind::Bounce
            && let Some(failure) = understood.bounced.iter().find(|failed| is_permanent(failed))
            && let Some(outbox_id) = outbox_id
        {
            let words = words(failure);
            if tx.outbox_failed(&outbox_id, OutboxState::Sent, &words).await? {
                tx.event_add(&ticket.id, now, &Actor::Program, EventKind::Failed, &words).await?;
                ticket.status = Status::Open;
                ticket.updated_at = now;
                self.save(tx, &ticket).await?;
            }
        }
        Ok((Outcome::Linked, ticket.id))
    }

    /// Saves a ticket read in this transaction.
    pub(super) async fn save(&self, tx: &mut Tx, ticket: &Ticket) -> Result<(), DeskError> {
        if tx.ticket_save(ticket).await? {
            return Ok(());
        }
        let now = tx.ticket_by_id(&ticket.id).await?.map_or(0, |ticket| ticket.version);
        Err(DeskError::Conflict { seen: ticket.version, now })
    }
}

/// Whether a delivery report is the last word: a delay (status 4.x.x, RFC 3463) is not.
fn is_permanent(failed: &Failed) -> bool {
    failed.status.as_deref().is_none_or(|status| status.starts_with('5'))
}

/// What a delivery report says of a recipient, for people.
fn words(failed: &Failed) -> String {
    let said = failed.status.iter().chain(&failed.diagnostic).map(String::as_str);
    let said = said.collect::<Vec<_>>().join(" · ");
    if said.is_empty() { "retourné sans explication".to_owned() } else { said }
}
