//! The audit trail.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change, on};
use super::{Db, Store, StoreError, Tx, new_id, unreadable};
use crate::ticket::{Actor, Event, EventKind};

#[derive(FromRow)]
struct EventRow {
    id: String,
    ticket_id: String,
    at: DateTime<Utc>,
    actor: Json<Actor>,
    kind: String,
    detail: String,
}

const ADD: &str =
    "INSERT INTO event (id, ticket_id, at, actor, kind, detail) VALUES ($1, $2, $3, $4, $5, $6)";
const OF_TICKET: &str =
    "SELECT id, ticket_id, at, actor, kind, detail FROM event WHERE ticket_id = $1 ORDER BY at, id";

// Whatever a person did since shows that they have looked; a reopening since is the one that was owed.
const WITHHELD: &str =
    "SELECT DISTINCT e.ticket_id FROM event e WHERE e.kind = 'reopen_limited' AND e.at <= $1
    AND NOT EXISTS (SELECT 1 FROM event later WHERE later.ticket_id = e.ticket_id AND later.id > e.id
        AND (later.kind = 'reopened' OR CAST(later.actor AS TEXT) LIKE '%\"person\"%'))";
const OWED: &str = "SELECT COUNT(*) FROM event e WHERE e.ticket_id = $1 AND e.kind = 'reopen_limited'
    AND NOT EXISTS (SELECT 1 FROM event later WHERE later.ticket_id = e.ticket_id AND later.id > e.id
        AND (later.kind = 'reopened' OR CAST(later.actor AS TEXT) LIKE '%\"person\"%'))";

/// Of a ticket `t` that its author ended themselves: the kind of the event by which they did. NULL for any other; what a
/// person did after it counts instead.
macro_rules! ended_by_author {
    () => {
        "(SELECT CASE WHEN CAST(e.actor AS TEXT) LIKE '%\"requester\"%' THEN e.kind END FROM event e
            WHERE t.status = 'closed' AND e.ticket_id = t.id
            AND e.kind IN ('closed', 'withdrawn', 'answered', 'merged', 'reopened')
            ORDER BY e.at DESC, e.id DESC LIMIT 1)"
    };
}
pub(super) use ended_by_author;

impl Store {
    /// Ids of the tickets whose reopening was withheld at or before an instant, and which nobody has looked at since.
    pub async fn reopenings_withheld(&self, before: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!((String,), link.db(), WITHHELD, before)?.into_iter().map(|(id,)| id).collect())
    }
}

impl Tx {
    /// Writes a line of the audit trail.
    pub async fn event_add(
        &mut self,
        ticket_id: &str,
        at: DateTime<Utc>,
        actor: &Actor,
        kind: EventKind,
        detail: &str,
    ) -> Result<(), StoreError> {
        change!(self.db(), ADD, new_id(), ticket_id, at, Json(actor), kind.code(), detail)?;
        Ok(())
    }

    /// Whether the reopening of a ticket was withheld and nobody has looked at it since.
    pub async fn reopening_is_owed(&mut self, ticket_id: &str) -> Result<bool, StoreError> {
        Ok(on!(self.db(), c => sqlx::query_scalar::<_, i64>(OWED).bind(ticket_id).fetch_one(c).await)? > 0)
    }

    /// The audit trail of a ticket, oldest first.
    pub async fn events_of(&mut self, ticket_id: &str) -> Result<Vec<Event>, StoreError> {
        events(self.db(), ticket_id).await
    }
}

pub(super) async fn events(db: Db<'_>, ticket_id: &str) -> Result<Vec<Event>, StoreError> {
    all!(EventRow, db, OF_TICKET, ticket_id)?
        .into_iter()
        .map(|row| {
            let kind = EventKind::from_code(&row.kind).ok_or_else(|| unreadable("event", &row.id, "kind"))?;
            let actor = row.actor.0;
            Ok(Event { id: row.id, ticket_id: row.ticket_id, at: row.at, actor, kind, detail: row.detail })
        })
        .collect()
}
