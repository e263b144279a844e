//! Requests put off until a day, or until somebody writes. While the ticket is `snoozed` it is put off; once it is open
//! again with its row still here, it is back and waits for a person's next act, which takes the row away.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{all, change, one};
use super::{Store, StoreError, Tx};

/// A request put off.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, serde::Serialize, serde::Deserialize)]
pub struct Snooze {
    /// The ticket.
    pub ticket_id: String,
    /// Until when; `None`: until somebody writes.
    pub until: Option<DateTime<Utc>>,
    /// Account id of the person who put it off.
    pub account_id: String,
    /// When.
    pub set_at: DateTime<Utc>,
}

const SET: &str = "INSERT INTO snooze (ticket_id, until, account_id, set_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (ticket_id) DO UPDATE SET until = excluded.until, account_id = excluded.account_id,
    set_at = excluded.set_at";
const FORGET: &str = "DELETE FROM snooze WHERE ticket_id = $1";
const OF_TICKET: &str = "SELECT ticket_id, until, account_id, set_at FROM snooze WHERE ticket_id = $1";
const DUE: &str = "SELECT z.ticket_id FROM snooze z JOIN ticket t ON t.id = z.ticket_id
    WHERE z.until <= $1 AND t.status = 'snoozed' ORDER BY z.until, z.ticket_id";

impl Tx {
    /// Notes that a ticket is put off.
    pub async fn snooze_set(&mut self, snooze: &Snooze) -> Result<(), StoreError> {
        change!(self.db(), SET, &snooze.ticket_id, snooze.until, &snooze.account_id, snooze.set_at)?;
        Ok(())
    }

    /// Forgets that a ticket was put off; `false`: it was not.
    pub async fn snooze_forget(&mut self, ticket_id: &str) -> Result<bool, StoreError> {
        Ok(change!(self.db(), FORGET, ticket_id)? > 0)
    }
}

impl Store {
    /// What a ticket was put off to, while it is and until the act after.
    pub async fn snooze(&self, ticket_id: &str) -> Result<Option<Snooze>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!(Snooze, link.db(), OF_TICKET, ticket_id)?)
    }

    /// Ids of the tickets that are put off until an instant at or before `now`, the longest due first.
    pub async fn snoozes_due(&self, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!((String,), link.db(), DUE, now)?.into_iter().map(|(id,)| id).collect())
    }
}
