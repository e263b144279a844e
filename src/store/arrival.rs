//! Arrivals: kept first (see `keep.rs`), understood second. An arrival is leased, processed, and marked done in the same
//! transaction as everything it gave rise to.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change, one};
use super::{Db, Store, StoreError, Tx, unreadable};
use crate::message::{Arrival, Door, Envelope};

pub(super) const WAITING: &str = "waiting";

/// What became of an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Opened a ticket (set aside among them).
    Opened,
    /// Filed on a ticket as a further message.
    Appended,
    /// A bounce or notice linked to a ticket or to an outbox entry.
    Linked,
    /// Already here by another door.
    Duplicate,
    /// A mail of the service to itself: seen, and nothing more.
    Probe,
}

impl Outcome {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Appended => "appended",
            Self::Linked => "linked",
            Self::Duplicate => "duplicate",
            Self::Probe => "probe",
        }
    }
}

/// An arrival taken for processing, and how often it was taken before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leased {
    /// The arrival.
    pub arrival: Arrival,
    /// Tries so far, this one included.
    pub attempts: i64,
}

/// An arrival that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// Arrival id.
    pub id: String,
    /// The door it took.
    pub door: Door,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Why it is parked.
    pub cause: String,
    /// Size in octets.
    pub size: i64,
}

#[derive(FromRow)]
struct ArrivalRow {
    id: String,
    door: String,
    source_key: String,
    reference: String,
    received_at: DateTime<Utc>,
    envelope: Json<Envelope>,
    raw: Vec<u8>,
    attempts: i64,
}

impl TryFrom<ArrivalRow> for Leased {
    type Error = StoreError;

    fn try_from(row: ArrivalRow) -> Result<Self, StoreError> {
        let door = Door::from_code(&row.door).ok_or_else(|| unreadable("arrival", &row.id, "door"))?;
        let arrival = Arrival {
            id: row.id,
            door,
            source_key: row.source_key,
            received_at: row.received_at,
            envelope: row.envelope.0,
            reference: row.reference,
            raw: row.raw,
        };
        Ok(Self { arrival, attempts: row.attempts })
    }
}

#[derive(FromRow)]
struct ParkedRow {
    id: String,
    door: String,
    received_at: DateTime<Utc>,
    cause: Option<String>,
    size: i64,
}

// The condition is repeated outside the sub-select: without it PostgreSQL would lease a row twice.
const LEASE: &str = "UPDATE arrival SET leased_until = $2, attempts = attempts + 1
    WHERE state = 'waiting' AND (leased_until IS NULL OR leased_until < $1) AND id =
        (SELECT id FROM arrival WHERE state = 'waiting' AND (leased_until IS NULL OR leased_until < $1)
         ORDER BY received_at, id LIMIT 1)
    RETURNING id, door, source_key, reference, received_at, envelope, raw, attempts";
const BY_ID: &str = "SELECT id, door, source_key, reference, received_at, envelope, raw, attempts
    FROM arrival WHERE id = $1";
const DONE: &str =
    "UPDATE arrival SET state = 'done', outcome = $2, ticket_id = $3, cause = NULL, leased_until = NULL
    WHERE id = $1 AND state = 'waiting'";
const PARK: &str = "UPDATE arrival SET state = 'parked', cause = $2, leased_until = NULL
    WHERE id = $1 AND state = 'waiting'";
const UNPARK: &str = "UPDATE arrival SET state = 'waiting', attempts = 0, leased_until = NULL
    WHERE id = $1 AND state = 'parked'";
const RELEASE: &str = "UPDATE arrival SET leased_until = $2 WHERE id = $1 AND state = 'waiting'";
const RELEASE_UNTRIED: &str = "UPDATE arrival SET leased_until = $2, attempts = attempts - 1
    WHERE id = $1 AND state = 'waiting'";
const LEASES_FORGET: [&str; 3] = [
    "UPDATE arrival SET leased_until = NULL WHERE state = 'waiting'",
    "UPDATE mailbox SET owner = NULL, leased_until = NULL",
    "UPDATE outbox SET leased_until = $1 WHERE state = 'sending'",
];
const PARKED: &str = "SELECT id, door, received_at, cause, size FROM arrival
    WHERE state = 'parked' ORDER BY received_at, id";
const WAITING_REFERENCE: &str = "SELECT id, door, source_key, reference, received_at, envelope, raw, attempts
    FROM arrival WHERE reference = $1";

impl Store {
    /// Takes the oldest waiting arrival until `until`; `None` when there is none.
    pub async fn arrival_lease(
        &self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<Leased>, StoreError> {
        let mut tx = self.begin().await?;
        let row = one!(ArrivalRow, tx.db(), LEASE, now, until)?;
        tx.commit().await?;
        row.map(Leased::try_from).transpose()
    }

    /// Lets a leased arrival be taken again from `from` on.
    pub async fn arrival_release(&self, id: &str, from: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), RELEASE, id, from)?;
        tx.commit().await
    }

    /// The same, and the try does not count: what it failed of has nothing to do with it.
    pub async fn arrival_release_untried(&self, id: &str, from: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), RELEASE_UNTRIED, id, from)?;
        tx.commit().await
    }

    /// Parks an arrival with its cause.
    pub async fn arrival_park(&self, id: &str, cause: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), PARK, id, cause)?;
        tx.commit().await
    }

    /// Has a parked arrival wait again; `false` when it is not parked.
    pub async fn arrival_unpark(&self, id: &str) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let changed = change!(tx.db(), UNPARK, id)?;
        tx.commit().await?;
        Ok(changed > 0)
    }

    /// Ends every lease, on arrivals, mailboxes and mails being sent: for a process that knows it is alone.
    pub async fn leases_forget(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let [arrivals, mailboxes, outbox] = LEASES_FORGET;
        let mut tx = self.begin().await?;
        change!(tx.db(), arrivals)?;
        change!(tx.db(), mailboxes)?;
        change!(tx.db(), outbox, now - chrono::Duration::microseconds(1))?;
        tx.commit().await
    }

    /// An arrival by id.
    pub async fn arrival(&self, id: &str) -> Result<Option<Arrival>, StoreError> {
        arrival(self.read().await?.db(), id).await
    }

    /// The arrival that was given this public reference.
    pub async fn arrival_by_reference(&self, reference: &str) -> Result<Option<Arrival>, StoreError> {
        let mut link = self.read().await?;
        let row = one!(ArrivalRow, link.db(), WAITING_REFERENCE, reference)?;
        Ok(row.map(Leased::try_from).transpose()?.map(|leased| leased.arrival))
    }

    /// The parked ones, oldest first.
    pub async fn arrivals_parked(&self) -> Result<Vec<Parked>, StoreError> {
        let mut link = self.read().await?;
        let rows = all!(ParkedRow, link.db(), PARKED)?;
        rows.into_iter()
            .map(|row| {
                let door =
                    Door::from_code(&row.door).ok_or_else(|| unreadable("arrival", &row.id, "door"))?;
                let cause = row.cause.unwrap_or_default();
                Ok(Parked { id: row.id, door, received_at: row.received_at, cause, size: row.size })
            })
            .collect()
    }
}

impl Tx {
    /// An arrival by id.
    pub async fn arrival(&mut self, id: &str) -> Result<Option<Arrival>, StoreError> {
        arrival(self.db(), id).await
    }

    /// Marks an arrival done; `false` when another has done it meanwhile, and then nothing of this transaction may be
    /// committed.
    pub async fn arrival_done(
        &mut self,
        id: &str,
        outcome: Outcome,
        ticket_id: Option<&str>,
    ) -> Result<bool, StoreError> {
        Ok(change!(self.db(), DONE, id, outcome.code(), ticket_id)? > 0)
    }
}

async fn arrival(db: Db<'_>, id: &str) -> Result<Option<Arrival>, StoreError> {
    let row = one!(ArrivalRow, db, BY_ID, id)?;
    Ok(row.map(Leased::try_from).transpose()?.map(|leased| leased.arrival))
}
