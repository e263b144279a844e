//! Switches thrown on a page, which hold over restarts and instances.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{change, one};
use super::{Store, StoreError, Tx};

/// A switch as last thrown.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Switch {
    /// Whether it is thrown.
    pub thrown: bool,
    /// Who threw it.
    pub account_id: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The breaker: too much automatic mail left within an hour. Thrown by the program, set back by a person.
pub(super) const BREAKER: &str = "automatic-breaker";

const GET: &str = "SELECT thrown, account_id, at FROM switch WHERE name = $1";
const SET: &str = "INSERT INTO switch (name, thrown, account_id, at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (name) DO UPDATE SET thrown = excluded.thrown, account_id = excluded.account_id, at = excluded.at";

// Thrown once: whoever finds it thrown changes nothing.
const TRIP: &str = "INSERT INTO switch (name, thrown, account_id, at) VALUES ($1, TRUE, '', $2)
    ON CONFLICT (name) DO UPDATE SET thrown = TRUE, account_id = '', at = excluded.at WHERE switch.thrown = FALSE";

impl Store {
    /// The breaker as it stands; `None`: it was never thrown.
    pub async fn breaker(&self) -> Result<Option<Switch>, StoreError> {
        self.switch(BREAKER).await
    }

    /// Sets the breaker back, by a person. What waited leaves, and the hour is counted anew.
    pub async fn breaker_reset(&self, person: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.switch_set(BREAKER, &Switch { thrown: false, account_id: person.to_owned(), at }).await
    }

    /// The switch with this name; `None` when it was never thrown.
    pub async fn switch(&self, name: &str) -> Result<Option<Switch>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!(Switch, link.db(), GET, name)?)
    }

    /// Throws a switch, or sets it back.
    pub async fn switch_set(&self, name: &str, switch: &Switch) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), SET, name, switch.thrown, &switch.account_id, switch.at)?;
        tx.commit().await
    }
}

impl Tx {
    /// Throws the breaker; `false`: it was thrown already.
    pub async fn breaker_trip(&mut self, at: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(change!(self.db(), TRIP, BREAKER, at)? > 0)
    }

    /// The switch with this name, as this transaction sees it.
    pub async fn switch(&mut self, name: &str) -> Result<Option<Switch>, StoreError> {
        Ok(one!(Switch, self.db(), GET, name)?)
    }
}
