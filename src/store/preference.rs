//! What a person of the team prefers: the keys of the pages.

use std::collections::BTreeMap;

use sqlx::types::Json;

use super::db::{change, one};
use super::{Store, StoreError};

/// A person's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPreference {
    /// Whether single keys act at all (WCAG 2.1.4).
    pub on: bool,
    /// Usual key to the person's own, where it differs; both one character.
    pub keys: BTreeMap<String, String>,
}

impl Default for KeyPreference {
    fn default() -> Self {
        Self { on: true, keys: BTreeMap::new() }
    }
}

const SET: &str = "INSERT INTO preference (account_id, keys_on, keys) VALUES ($1, $2, $3)
    ON CONFLICT (account_id) DO UPDATE SET keys_on = excluded.keys_on, keys = excluded.keys";
const OF_ACCOUNT: &str = "SELECT keys_on, keys FROM preference WHERE account_id = $1";

impl Store {
    /// The keys of a person; the usual ones where they never chose.
    pub async fn key_preference(&self, account_id: &str) -> Result<KeyPreference, StoreError> {
        let mut link = self.read().await?;
        let row = one!((bool, Json<BTreeMap<String, String>>), link.db(), OF_ACCOUNT, account_id)?;
        Ok(row.map(|(on, keys)| KeyPreference { on, keys: keys.0 }).unwrap_or_default())
    }

    /// Keeps the keys of a person.
    pub async fn key_preference_set(
        &self,
        account_id: &str,
        preference: &KeyPreference,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), SET, account_id, preference.on, Json(&preference.keys))?;
        tx.commit().await
    }
}
