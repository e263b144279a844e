//! Requests that were put to an AMDAC with the service in copy: followed silently, and back in the queue where nobody
//! answered in time.

use chrono::{DateTime, Utc};

use super::{Desk, DeskError};
use crate::ticket::{Actor, EventKind, Status};

impl Desk {
    /// Brings back the followed requests that nobody answered within the time of the settings. Returns how many.
    pub async fn end_following(&self) -> Result<usize, DeskError> {
        let now = self.clock().now();
        let since = now - self.settings().follow.give_up.as_chrono();
        let mut ended = 0;
        for id in self.store().followed_unanswered(since).await? {
            match self.end_following_one(&id, now).await {
                Ok(done) => ended += usize::from(done),
                // A colleague, or another instance, is at it this very moment.
                Err(DeskError::Conflict { .. }) => {}
                // One ticket that cannot be read must not keep the others waiting.
                Err(cause) => {
                    tracing::error!(ticket = id, %cause, "a followed ticket could not be brought back");
                }
            }
        }
        Ok(ended)
    }

    async fn end_following_one(&self, id: &str, now: DateTime<Utc>) -> Result<bool, DeskError> {
        let mut tx = self.store().begin().await?;
        let ticket = tx.ticket_by_id(id).await?;
        let Some(mut ticket) = ticket.filter(|ticket| ticket.status == Status::Follow) else {
            return Ok(false);
        };
        let days = (now - ticket.opened_at).num_days();
        let detail =
            format!("suivie depuis {days} jours sans réponse de la personne à qui elle est adressée");
        tx.event_add(id, now, &Actor::Program, EventKind::Reopened, &detail).await?;
        ticket.status = Status::Open;
        ticket.updated_at = now;
        self.save(&mut tx, &ticket).await?;
        tx.commit().await?;
        Ok(true)
    }
}
