//! Trying a parked arrival again.

use crate::desk::{Desk, DeskError};

impl Desk {
    /// Has a parked arrival tried again; the log names who asked.
    pub async fn retry_parked(&self, arrival_id: &str, person: &str) -> Result<(), DeskError> {
        if !self.store().arrival_unpark(arrival_id).await? {
            return Err(DeskError::NotFound);
        }
        tracing::info!(arrival = arrival_id, account = person, "a parked arrival is tried again");
        self.arrivals_bell().notify_one();
        Ok(())
    }
}
