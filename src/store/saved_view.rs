//! Lists that people keep under a name, for themselves or for everybody.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{all, change};
use super::{Store, StoreError};

/// A list under a name.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct SavedView {
    /// UUIDv7.
    pub id: String,
    /// Account id of whoever keeps it.
    pub account_id: String,
    /// Its name.
    pub name: String,
    /// The address of the list, without its host.
    pub address: String,
    /// Everybody sees it.
    pub shared: bool,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}

const ADD: &str =
    "INSERT INTO saved_view (id, account_id, name, address, shared, made_at) VALUES ($1, $2, $3, $4, $5, $6)";
const SEEN_BY: &str = "SELECT id, account_id, name, address, shared, made_at FROM saved_view
    WHERE shared OR account_id = $1 ORDER BY name, id";
const DELETE: &str = "DELETE FROM saved_view WHERE id = $1 AND account_id = $2";

impl Store {
    /// Keeps a list.
    pub async fn saved_view_add(&self, view: &SavedView) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(
            tx.db(),
            ADD,
            &view.id,
            &view.account_id,
            &view.name,
            &view.address,
            view.shared,
            view.made_at
        )?;
        tx.commit().await
    }

    /// What a person sees: their own and the shared ones, by name.
    pub async fn saved_views(&self, account_id: &str) -> Result<Vec<SavedView>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!(SavedView, link.db(), SEEN_BY, account_id)?)
    }

    /// Forgets a list; only whoever keeps it may. `false`: there is none such.
    pub async fn saved_view_delete(&self, id: &str, account_id: &str) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let gone = change!(tx.db(), DELETE, id, account_id)?;
        tx.commit().await?;
        Ok(gone > 0)
    }
}
