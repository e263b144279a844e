//! The receipt that is owed once a refusal is held: the refusal would have carried it, and nobody who wrote may be left
//! without a word.

use super::letter::Promise;
use super::{Desk, DeskError};
use crate::store::{Tx, opening};
use crate::ticket::{Actor, EventKind, MailKind, OutboxState, Ticket};

impl Desk {
    /// Promises the receipt when the mail that would have held it is held and nothing else was promised. Where it
    /// cannot be written, the ticket says so.
    pub(super) async fn promise_owed_receipt(&self, tx: &mut Tx, ticket: &Ticket) -> Result<(), DeskError> {
        let entries = tx.outbox_of(&ticket.id).await?;
        if entries.iter().any(|entry| !matches!(entry.state, OutboxState::Held | OutboxState::Failed)) {
            return Ok(());
        }
        let carried =
            |kind| matches!(kind, MailKind::Refusal | MailKind::AutoAnswer | MailKind::HandOverNotice);
        let Some(held) = entries.iter().find(|entry| carried(entry.kind) && entry.state == OutboxState::Held)
        else {
            return Ok(());
        };
        let Some(decision) = tx.decision(&ticket.id).await? else { return Ok(()) };
        let messages = tx.messages(&ticket.id).await?;
        let first = opening(ticket, &messages);
        let now = self.clock().now();
        if let Some(ban) = self.held_from(tx, &held.recipient, Some(&ticket.id)).await? {
            let detail = format!("accusé de réception : {ban}");
            tx.event_add(&ticket.id, now, &Actor::Program, EventKind::Withheld, &detail).await?;
            return Ok(());
        }
        let directory = self.directory_in(tx).await?;
        let due_at = self.turn(tx, now).await?;
        let promise = Promise {
            kind: MailKind::Receipt,
            to: &held.recipient,
            answering: first.map(|stored| &stored.message),
            at: now,
            due_at,
            enclosures: Vec::new(),
            handed: None,
        };
        let (kind, detail) = match self.automatic_letter("receipt", ticket, &decision, &directory, &promise) {
            Ok(entry) => {
                tx.outbox_add(&entry).await?;
                (EventKind::Promised, MailKind::Receipt.title().to_owned())
            }
            Err(cause) => {
                (EventKind::Withheld, format!("l’accusé de réception n’a pas pu être écrit : {cause}"))
            }
        };
        tx.event_add(&ticket.id, now, &Actor::Program, kind, &detail).await?;
        Ok(())
    }
}
