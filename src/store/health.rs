//! How the work stands: what waits to be understood, what waits to leave, what nobody has looked at. Counts only.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{all, one};
use super::{Store, StoreError};
use crate::mail::mailer::NULL_SENDER_REFUSED;

/// Arrivals in one state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Pile {
    /// How many.
    pub total: i64,
    /// When the oldest came.
    pub oldest_at: Option<DateTime<Utc>>,
}

/// Promised mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxCount {
    /// Waiting for their time or for another try.
    pub due: i64,
    /// Those whose time has come.
    pub overdue: i64,
    /// Since when the oldest of those could have left.
    pub oldest_due_at: Option<DateTime<Utc>>,
    /// Those that were tried and wait for another try.
    pub retrying: i64,
    /// When the oldest of those was promised.
    pub oldest_retrying_at: Option<DateTime<Utc>>,
    /// Those that the mail server refuses for their null sender.
    pub null_sender: i64,
    /// In doubt, on a request that is open: a person decides.
    pub in_doubt: i64,
    /// Refused for good or returned, on a request that is open.
    pub failed: i64,
}

#[derive(FromRow)]
struct DueRow {
    due: i64,
    overdue: i64,
    oldest_due_at: Option<DateTime<Utc>>,
    retrying: i64,
    oldest_retrying_at: Option<DateTime<Utc>>,
    null_sender: i64,
}

const PILE: &str = "SELECT COUNT(*) AS total, MIN(received_at) AS oldest_at FROM arrival WHERE state = $1";
const NEWEST: &str = "SELECT MAX(received_at) FROM arrival WHERE state = 'done'";
// Keys sort by the time they were made.
const FIRST: &str = "SELECT received_at FROM arrival ORDER BY id LIMIT 1";
const DUE: &str = "SELECT COUNT(*) AS due, COUNT(CASE WHEN due_at <= $1 THEN 1 END) AS overdue,
    MIN(CASE WHEN due_at <= $1 THEN due_at END) AS oldest_due_at,
    COUNT(CASE WHEN last_words <> '' THEN 1 END) AS retrying,
    MIN(CASE WHEN last_words <> '' THEN created_at END) AS oldest_retrying_at,
    COUNT(CASE WHEN envelope_from IS NULL AND last_words LIKE $2 THEN 1 END) AS null_sender
    FROM outbox WHERE state = 'due'";
const STUCK: &str = "SELECT o.state, COUNT(*) FROM outbox o JOIN ticket t ON t.id = o.ticket_id
    WHERE o.state IN ('in_doubt', 'failed') AND t.status = 'open' GROUP BY o.state";

impl Store {
    /// Arrivals not yet understood.
    pub async fn arrivals_waiting(&self) -> Result<Pile, StoreError> {
        self.pile("waiting").await
    }

    /// Arrivals that could not be understood.
    pub async fn arrivals_parked_count(&self) -> Result<Pile, StoreError> {
        self.pile("parked").await
    }

    /// When the newest arrival came that was understood: a clock that stands before it was set back.
    pub async fn arrival_newest(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!((Option<DateTime<Utc>>,), link.db(), NEWEST)?.and_then(|(at,)| at))
    }

    /// When the first arrival came.
    pub async fn arrival_first(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!((DateTime<Utc>,), link.db(), FIRST)?.map(|(at,)| at))
    }

    /// Promised mail.
    pub async fn outbox_count(&self, now: DateTime<Utc>) -> Result<OutboxCount, StoreError> {
        let mut link = self.read().await?;
        let mut count = OutboxCount::default();
        if let Some(row) = one!(DueRow, link.db(), DUE, now, format!("{NULL_SENDER_REFUSED}%"))? {
            let DueRow { due, overdue, oldest_due_at, retrying, oldest_retrying_at, null_sender } = row;
            count = OutboxCount {
                due,
                overdue,
                oldest_due_at,
                retrying,
                oldest_retrying_at,
                null_sender,
                ..count
            };
        }
        for (state, total) in all!((String, i64), link.db(), STUCK)? {
            match state.as_str() {
                "in_doubt" => count.in_doubt = total,
                _ => count.failed = total,
            }
        }
        Ok(count)
    }

    async fn pile(&self, state: &str) -> Result<Pile, StoreError> {
        let mut link = self.read().await?;
        Ok(one!(Pile, link.db(), PILE, state)?.unwrap_or_default())
    }
}
