//! The kill switch: everything automatic but the receipt stops at once, for every instance.

use crate::desk::{Desk, DeskError};
use crate::store::{Switch, Tx};

const SWITCH: &str = "automatic-stopped";

impl Desk {
    /// Stops everything automatic but the receipt, or lets it go on. What was held meanwhile waits for a person.
    pub async fn stop_automatic(&self, stopped: bool, person: &str) -> Result<(), DeskError> {
        let switch = Switch { thrown: stopped, account_id: person.to_owned(), at: self.clock().now() };
        self.store().switch_set(SWITCH, &switch).await?;
        tracing::warn!(stopped, account = person, "the kill switch of automatic mail was used");
        Ok(())
    }

    /// Whether automatic mail is stopped, by page or by settings.
    pub async fn automatic_stopped(&self) -> Result<bool, DeskError> {
        Ok(self.settings().automatic.stopped
            || self.automatic_switch().await?.is_some_and(|switch| switch.thrown))
    }

    /// The switch as last thrown on the page: who and when.
    pub async fn automatic_switch(&self) -> Result<Option<Switch>, DeskError> {
        Ok(self.store().switch(SWITCH).await?)
    }

    pub(in crate::desk) async fn automatic_stopped_in(&self, tx: &mut Tx) -> Result<bool, DeskError> {
        Ok(self.settings().automatic.stopped || tx.switch(SWITCH).await?.is_some_and(|switch| switch.thrown))
    }
}
