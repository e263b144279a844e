//! What a doctor asks of a database: nothing here changes it.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{all, change, one};
use super::migrate::steps;
use super::{Pools, Settings, Store, StoreError, unreadable};
use crate::message::Door;

/// A mail that came in lately, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// The door it took.
    pub door: Door,
    /// The door's own key: tells mailboxes apart.
    pub source_key: String,
    /// When it was kept.
    pub received_at: DateTime<Utc>,
    /// It waits to be understood.
    pub waiting: bool,
    /// Its octets.
    pub raw: Vec<u8>,
}

#[derive(FromRow)]
struct RecentRow {
    id: String,
    door: String,
    source_key: String,
    received_at: DateTime<Utc>,
    state: String,
    raw: Vec<u8>,
}

const APPLIED: &str = "SELECT version FROM _sqlx_migrations WHERE success = TRUE";
const TOUCH: &str = "UPDATE switch SET thrown = thrown WHERE name = ''";
const NOW: &str = "SELECT CURRENT_TIMESTAMP";
const RECENT: &str = "SELECT id, door, source_key, received_at, state, raw FROM arrival
    WHERE id > $1 AND size < 65536 ORDER BY id LIMIT 200";

impl Store {
    /// Opens a database that is there, and leaves its tables as they are.
    pub async fn connect_existing(settings: &Settings) -> Result<Self, StoreError> {
        match settings.sqlite_file() {
            Some(file) if !std::path::Path::new(file).exists() => Err(StoreError::Missing(file.to_owned())),
            _ => Self::connect(settings).await,
        }
    }

    /// Migrations that are still to be made, and those made by a newer program.
    pub async fn migrations(&self) -> Result<(usize, usize), StoreError> {
        let mut link = self.read().await?;
        // A database that was never migrated has no such table.
        let applied: Vec<i64> = all!((i64,), link.db(), APPLIED)
            .map(|rows| rows.into_iter().map(|(one,)| one).collect())
            .unwrap_or_default();
        let ours: Vec<i64> = steps(self.dialect()).into_iter().map(|step| step.version).collect();
        let missing = |one: &&i64, there: &[i64]| !there.contains(one);
        Ok((
            ours.iter().filter(|one| missing(one, &applied)).count(),
            applied.iter().filter(|one| missing(one, &ours)).count(),
        ))
    }

    /// Takes the writer's place for a moment and changes nothing; how long that took.
    pub async fn try_writing(&self) -> Result<Duration, StoreError> {
        let began = Instant::now();
        let mut tx = self.begin().await?;
        change!(tx.db(), TOUCH)?;
        tx.commit().await?;
        Ok(began.elapsed())
    }

    /// What time it is for the database server; `None` with SQLite, which has no clock of its own.
    pub async fn server_time(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        match &*self.0 {
            Pools::Sqlite { .. } => Ok(None),
            Pools::Postgres(_) => {
                let mut link = self.read().await?;
                Ok(one!((DateTime<Utc>,), link.db(), NOW)?.map(|(at,)| at))
            }
        }
    }

    /// Small arrivals that were kept after this key was made ([`super::new_id`]), oldest first, at most 200.
    pub async fn arrivals_after(&self, id: &str) -> Result<Vec<Recent>, StoreError> {
        let mut link = self.read().await?;
        let rows = all!(RecentRow, link.db(), RECENT, id)?;
        rows.into_iter()
            .map(|row| {
                let door =
                    Door::from_code(&row.door).ok_or_else(|| unreadable("arrival", &row.id, "door"))?;
                let waiting = row.state == super::arrival::WAITING;
                let (source_key, received_at, raw) = (row.source_key, row.received_at, row.raw);
                Ok(Recent { door, source_key, received_at, waiting, raw })
            })
            .collect()
    }
}
