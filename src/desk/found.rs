//! What can be found of a request, and by what kind of body it is filtered: written as it is filed, and made up for the
//! tickets of a database from before.

use super::{Desk, DeskError};
use crate::message::Message;
use crate::store::{Searched, Tx};
use crate::ticket::{EventKind, Ticket};
use crate::triage::{Decision, Triage};

/// Tickets made findable in one go.
const TOGETHER: i64 = 500;

/// Function and address beside the name: people look for any of them.
pub(super) fn writer(message: &Message) -> String {
    format!("{}\n{}\n{}", message.from_name, message.from_email, message.role)
}

impl Desk {
    /// Makes a message of a ticket findable.
    pub(super) async fn search_message(
        &self,
        tx: &mut Tx,
        ticket_id: &str,
        reference: &str,
        message: &Message,
    ) -> Result<(), DeskError> {
        let searched = Searched {
            from: &writer(message),
            subject: &message.subject,
            organisation: &message.organisation,
            reference,
            note: "",
            text: &message.body,
        };
        Ok(tx.search_add(ticket_id, &searched).await?)
    }

    /// Keeps what kind of body a decision names, and its name to be found by.
    pub(super) async fn note_body(
        &self,
        tx: &mut Tx,
        ticket_id: &str,
        triage: &Triage,
        decision: &Decision,
    ) -> Result<(), DeskError> {
        let Some(body) = &decision.organisation else { return Ok(()) };
        // Decisions of old say the path alone.
        let above = || body.path.first().and_then(|id| triage.reference().kind_of(id));
        if let Some(kind) = body.kind.or_else(above) {
            tx.ticket_set_kind(ticket_id, kind.code()).await?;
        }
        let searched = Searched { organisation: &body.name, ..Searched::default() };
        Ok(tx.search_add(ticket_id, &searched).await?)
    }

    /// Makes the tickets findable that are not yet: those of an older database. Returns how many. One that cannot be read is
    /// told of in the journal and does not hold up the others; it is tried again at the next call.
    pub async fn make_findable(&self) -> Result<usize, DeskError> {
        let (mut made, mut after) = (0, String::new());
        loop {
            let missing = self.store().search_missing(&after, TOGETHER).await?;
            let Some(last) = missing.last() else { return Ok(made) };
            after.clone_from(last);
            for reference in &missing {
                match self.make_one_findable(reference).await {
                    Ok(()) => made += 1,
                    Err(DeskError::Store(cause)) if cause.is_trouble() => return Err(cause.into()),
                    Err(cause) => tracing::error!(reference, %cause, "a request cannot be made findable"),
                }
            }
        }
    }

    async fn make_one_findable(&self, reference: &str) -> Result<(), DeskError> {
        let mut tx = self.store().begin().await?;
        let Some(ticket) = tx.ticket(reference).await? else { return Ok(()) };
        self.make_findable_in(&mut tx, &ticket).await?;
        Ok(tx.commit().await?)
    }

    /// Makes a ticket findable by all that it holds, its parts' numbers among it.
    pub(super) async fn make_findable_in(&self, tx: &mut Tx, ticket: &Ticket) -> Result<(), DeskError> {
        let reference = ticket.reference.as_str();
        // The ticket's own words stand even where nothing was filed on it.
        let own = Searched {
            from: &format!("{}\n{}", ticket.requester_name, ticket.requester_email),
            subject: &ticket.subject,
            organisation: &ticket.organisation,
            reference,
            ..Searched::default()
        };
        tx.search_add(&ticket.id, &own).await?;
        for stored in tx.messages(&ticket.id).await? {
            self.search_message(tx, &ticket.id, reference, &stored.message).await?;
        }
        for part in tx.parts(&ticket.id).await? {
            let part = Searched { reference: &part.reference, ..Searched::default() };
            tx.search_add(&ticket.id, &part).await?;
        }
        let events = tx.events_of(&ticket.id).await?;
        for event in events.iter().filter(|event| event.kind == EventKind::Noted) {
            tx.search_add(&ticket.id, &Searched { note: &event.detail, ..Searched::default() }).await?;
        }
        if let Some(decision) = tx.decision(&ticket.id).await? {
            let triage = self.triage_in(tx).await?;
            self.note_body(tx, &ticket.id, &triage, &decision).await?;
        }
        Ok(())
    }
}
