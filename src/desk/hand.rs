//! Requests that a person of the team types in: a telephone call, a chat, a meeting. They are kept and understood as all
//! others are, by the same door; only that no machine answers them.

use super::understand::typed;
use super::{Desk, DeskError, Seen, decide};
use crate::message::{Door, Envelope, Form};
use crate::store::Store;
use crate::ticket::Ticket;
use crate::triage::Decision;

impl Desk {
    /// What triage makes of a request that is being typed in. Nothing is kept.
    pub async fn suggest(&self, form: &Form) -> Result<Decision, DeskError> {
        let (triage, directory) = (self.triage_now().await?, self.directory().await?);
        Ok(decide(&triage, &directory, &typed(form), None, self.clock().now()))
    }

    /// Opens the ticket of a request typed in; `nonce` is the page's, so that a form sent twice opens one. The category that
    /// the form names is a person's word: it stands. `None`: the ticket is being opened by another instance.
    pub async fn open_by_hand(
        &self,
        form: &Form,
        nonce: &str,
        person: &str,
    ) -> Result<Option<Ticket>, DeskError> {
        let key = format!("{}:{nonce}", Door::Hand.code());
        let accepted = self.0.doorkeeper.accept(Door::Hand, &key, Envelope::default(), form.to_raw()).await?;
        if !accepted.again
            && let Some(arrival) = self.store().arrival(&accepted.arrival_id).await?
            && let Err(cause) = self.process(&arrival).await
        {
            // Kept it is: the intake tries again, and parks it where that fails too.
            tracing::warn!(arrival = accepted.arrival_id, %cause, "a request typed in waits for the intake");
            self.arrivals_bell().notify_one();
            return Ok(None);
        }
        let ticket = self.store().ticket(&accepted.reference).await?;
        if let Some(ticket) = &ticket
            && !accepted.again
            && !form.category.is_empty()
            && ticket.category != form.category
        {
            self.correct(&Seen::of(ticket, person), &form.category).await?;
        }
        ticket_again(self.store(), ticket).await
    }
}

/// The ticket as it stands after a person's word on it.
async fn ticket_again(store: &Store, ticket: Option<Ticket>) -> Result<Option<Ticket>, DeskError> {
    match ticket {
        Some(ticket) => Ok(store.ticket(&ticket.reference).await?),
        None => Ok(None),
    }
}
