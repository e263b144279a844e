//! What is needed to decide a stored ticket again, page by page: no attachment, no raw bytes. The JSON is handed over as
//! text, so that whoever works on many tickets reads it on all cores. A ticket that became part of another one is left out: its
//! messages are there.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{all, one};
use super::opening::opening_column;
use super::{Said, Store, StoreError, unreadable};
use crate::message::Message;
use crate::ticket::Nature;
use crate::triage::explain::Outcome;

/// A stored ticket, not read yet.
#[derive(Clone, Debug, FromRow)]
pub struct PastRow {
    id: String,
    reference: String,
    opened_at: DateTime<Utc>,
    decision: String,
    content: Option<String>,
    nature: Option<String>,
    category: Option<String>,
    agreed: Option<bool>,
}

/// A stored ticket as it was decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// Public reference.
    pub reference: String,
    /// Receipt of the message that opened it.
    pub opened_at: DateTime<Utc>,
    /// What was decided; `None` when it was stored by a version whose decisions read otherwise.
    pub decided: Option<Outcome>,
    /// The message that opened it.
    pub message: Message,
    /// What mail reading found beside its text; `None` for a form.
    pub nature: Option<Nature>,
    /// The last word of a person on what it is, if one has said so.
    pub said: Option<Said>,
}

impl PastRow {
    /// Where the next page begins: after this row.
    pub fn cursor(&self) -> (DateTime<Utc>, String) {
        (self.opened_at, self.id.clone())
    }

    /// Reads it.
    pub fn read(self) -> Result<Past, StoreError> {
        let content = self.content.as_deref().ok_or_else(|| unreadable("message", &self.id, "content"))?;
        Ok(Past {
            message: serde_json::from_str(content).map_err(|_| unreadable("message", &self.id, "content"))?,
            decided: serde_json::from_str(&self.decision).ok(),
            nature: self.nature.as_deref().and_then(|json| serde_json::from_str(json).ok()),
            said: self.agreed.map(|agreed| Said { category: self.category, agreed }),
            reference: self.reference,
            opened_at: self.opened_at,
        })
    }
}

const PAGE: &str = concat!(
    "SELECT t.id, t.reference, t.opened_at, CAST(t.decision AS TEXT) AS decision, ",
    opening_column!("content"),
    " AS content, ",
    opening_column!("nature"),
    " AS nature, e.category, e.agreed FROM ticket t LEFT JOIN example e ON e.ticket_id = t.id
    WHERE (t.opened_at, t.id) > ($1, $2) AND NOT EXISTS (SELECT 1 FROM merged m WHERE m.ticket_id = t.id) ORDER BY t.opened_at, t.id LIMIT $3"
);
const COUNT: &str = "SELECT COUNT(*) FROM ticket t WHERE opened_at >= $1
    AND NOT EXISTS (SELECT 1 FROM merged m WHERE m.ticket_id = t.id)";

impl Store {
    /// At most `limit` tickets opened after that instant and id, oldest first. An empty id stands before all others.
    pub async fn past(
        &self,
        (opened_at, id): &(DateTime<Utc>, String),
        limit: i64,
    ) -> Result<Vec<PastRow>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!(PastRow, link.db(), PAGE, opened_at, id, limit)?)
    }

    /// How many tickets were opened at or after an instant.
    pub async fn past_count(&self, since: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut link = self.read().await?;
        let (count,) = one!((i64,), link.db(), COUNT, since)?.unwrap_or_default();
        Ok(u64::try_from(count).unwrap_or_default())
    }
}
