//! Mail that is counted by nothing, so that nothing holds it back: to whoever runs the service, about the service; and the
//! codes of status pages, which are worth something for minutes only and are erased as soon as they have left.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{change, one};
use super::{Store, StoreError, Tx};

/// An alert to promise.
#[derive(Clone, Debug)]
pub struct NewAlert {
    /// UUIDv7.
    pub id: String,
    /// What it is about (`breaker`, `status-code`).
    pub kind: &'static str,
    /// Recipient.
    pub recipient: String,
    /// The finished mail (RFC 5322 octets).
    pub raw: Vec<u8>,
    /// Now.
    pub at: DateTime<Utc>,
}

/// An alert taken for sending.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Alert {
    /// UUIDv7.
    pub id: String,
    /// Recipient.
    pub recipient: String,
    /// The finished mail.
    pub raw: Vec<u8>,
    /// This is the how-manieth try, from 1.
    pub attempts: i64,
}

const ADD: &str =
    "INSERT INTO alert (id, kind, recipient, raw, created_at, state, due_at, attempts, last_words)
    VALUES ($1, $2, $3, $4, $5, 'due', $5, 0, '')";
// One whose sender disappeared is taken again when its lease ends, under the same Message-ID.
const LEASE: &str = "UPDATE alert SET leased_until = $2, attempts = attempts + 1
    WHERE state = 'due' AND due_at <= $1 AND (leased_until IS NULL OR leased_until < $1) AND id =
        (SELECT id FROM alert WHERE state = 'due' AND due_at <= $1 AND (leased_until IS NULL OR leased_until < $1)
         ORDER BY due_at, id LIMIT 1)
    RETURNING id, recipient, raw, attempts";
const DONE: &str = "UPDATE alert SET state = $2, last_words = $3, leased_until = NULL WHERE id = $1";
// The mail of a code is a secret that has served.
const FORGET_ONE: &str = "DELETE FROM alert WHERE id = $1 AND kind = 'status-code'";
const FORGET: &str = "DELETE FROM alert WHERE kind = $1 AND created_at <= $2";
const LATER: &str = "UPDATE alert SET due_at = $2, last_words = $3, leased_until = NULL WHERE id = $1";
const NEXT_DUE: &str =
    "SELECT MIN(due_at) FROM alert WHERE state = 'due' AND (leased_until IS NULL OR leased_until < $1)";

impl Tx {
    /// Promises an alert.
    pub async fn alert_add(&mut self, new: &NewAlert) -> Result<(), StoreError> {
        change!(self.db(), ADD, &new.id, new.kind, &new.recipient, &new.raw, new.at)?;
        Ok(())
    }

    /// Erases the alerts of a kind that were made at or before an instant, sent or not.
    pub async fn alerts_forget(&mut self, kind: &str, before: DateTime<Utc>) -> Result<(), StoreError> {
        change!(self.db(), FORGET, kind, before)?;
        Ok(())
    }
}

impl Store {
    /// Takes the alert that has been due longest, until `until`.
    pub async fn alert_lease(
        &self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<Alert>, StoreError> {
        if self.alert_next_due(now).await?.is_none_or(|due| due > now) {
            return Ok(None);
        }
        let mut tx = self.begin().await?;
        let alert = one!(Alert, tx.db(), LEASE, now, until)?;
        tx.commit().await?;
        Ok(alert)
    }

    /// The mail server took it (`true`), or will never take it.
    pub async fn alert_done(&self, id: &str, taken: bool, words: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), DONE, id, if taken { "sent" } else { "failed" }, words)?;
        change!(tx.db(), FORGET_ONE, id)?;
        tx.commit().await
    }

    /// It is tried again at `at`.
    pub async fn alert_later(&self, id: &str, at: DateTime<Utc>, words: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), LATER, id, at, words)?;
        tx.commit().await
    }

    /// When the next alert is due.
    pub async fn alert_next_due(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!((Option<DateTime<Utc>>,), link.db(), NEXT_DUE, now)?.and_then(|(at,)| at))
    }
}
