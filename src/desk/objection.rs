//! A requester objects to their request being kept as an example (GDPR, article 21): what is kept is erased, and no act draws
//! another one from it. The page on personal data promises this.

use chrono::{DateTime, Utc};

use super::DeskError;
use crate::store::Store;
use crate::ticket::{Actor, EventKind};

/// Erases the example of the ticket with this reference, whether there is one or not, and has none kept again; answers
/// the ticket's id. The version of the ticket moves, so that an act under way cannot keep what is erased here.
pub async fn forget_example(store: &Store, at: DateTime<Utc>, reference: &str) -> Result<String, DeskError> {
    let mut tx = store.begin().await?;
    let ticket = tx.ticket(reference).await?.ok_or(DeskError::NotFound)?;
    tx.example_forget(&ticket.id).await?;
    tx.event_add(&ticket.id, at, &Actor::Program, EventKind::ExampleErased, "").await?;
    if !tx.ticket_save(&ticket).await? {
        let now = tx.ticket_by_id(&ticket.id).await?.map_or(0, |ticket| ticket.version);
        return Err(DeskError::Conflict { seen: ticket.version, now });
    }
    tx.commit().await?;
    Ok(ticket.id)
}
