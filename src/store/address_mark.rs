//! Addresses that returned a mail lately. A mark counts until its end and no longer; whether it is there past it makes
//! no difference.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{change, one};
use super::outbox::recipient_key;
use super::{Store, StoreError, Tx};

/// What is known of an address that returned a mail.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct AddressMark {
    /// There is no such address, as against: not now.
    pub hard: bool,
    /// What the last report said, for people.
    pub said: String,
    /// When it was last returned.
    pub at: DateTime<Utc>,
    /// How long that counts.
    pub until: DateTime<Utc>,
}

// A mark that still stands is never weakened nor shortened by a later, milder one.
const SET: &str = "INSERT INTO address_mark (address, hard, said, at, until) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (address) DO UPDATE SET
    hard = CASE WHEN address_mark.until > $4 AND address_mark.hard THEN address_mark.hard ELSE excluded.hard END,
    until = CASE WHEN address_mark.until > excluded.until THEN address_mark.until ELSE excluded.until END,
    said = excluded.said, at = excluded.at";
const STANDING: &str = "SELECT hard, said, at, until FROM address_mark WHERE address = $1 AND until > $2";
const CLEAR: &str = "DELETE FROM address_mark WHERE address = $1";
const EXPIRE: &str = "DELETE FROM address_mark WHERE until <= $1";

impl Tx {
    /// Marks an address.
    pub async fn address_mark_set(&mut self, address: &str, mark: &AddressMark) -> Result<(), StoreError> {
        let (key, _) = recipient_key(address);
        change!(self.db(), SET, key, mark.hard, &mark.said, mark.at, mark.until)?;
        Ok(())
    }

    /// The mark of an address that stands at `now`.
    pub async fn address_mark(
        &mut self,
        address: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<AddressMark>, StoreError> {
        let (key, _) = recipient_key(address);
        Ok(one!(AddressMark, self.db(), STANDING, key, now)?)
    }

    /// Takes the mark of an address away; `false`: it had none.
    pub async fn address_mark_clear(&mut self, address: &str) -> Result<bool, StoreError> {
        let (key, _) = recipient_key(address);
        Ok(change!(self.db(), CLEAR, key)? > 0)
    }
}

impl Store {
    /// The mark of an address that stands at `now`.
    pub async fn address_mark(
        &self,
        address: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<AddressMark>, StoreError> {
        let (key, _) = recipient_key(address);
        let mut link = self.read().await?;
        Ok(one!(AddressMark, link.db(), STANDING, key, now)?)
    }

    /// Forgets the marks that have ended; returns how many.
    pub async fn address_marks_expire(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let gone = change!(tx.db(), EXPIRE, now)?;
        tx.commit().await?;
        Ok(gone)
    }
}
