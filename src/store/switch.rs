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

const GET: &str = "SELECT thrown, account_id, at FROM switch WHERE name = $1";
const SET: &str = "INSERT INTO switch (name, thrown, account_id, at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (name) DO UPDATE SET thrown = excluded.thrown, account_id = excluded.account_id, at = excluded.at";

impl Store {
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
    /// The switch with this name, as this transaction sees it.
    pub async fn switch(&mut self, name: &str) -> Result<Option<Switch>, StoreError> {
        Ok(one!(Switch, self.db(), GET, name)?)
    }
}
