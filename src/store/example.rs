//! What people's acts teach, one row a ticket, and the walk over all decisions with what people made of them.

use chrono::{DateTime, Utc};
use serde::Deserialize as _;
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change, one};
use super::{Store, StoreError, Tx};
use crate::ticket::{Example, ExampleContent};

/// A stored decision as a person judged it, reduced to what counts rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Receipt of the ticket's first message.
    pub opened_at: DateTime<Utc>,
    /// The ticket.
    pub ticket_id: String,
    /// What it told, and its evidence; `None` when another version wrote it in another shape.
    pub cited: Option<Cited>,
    /// What a person said, if one did.
    pub said: Option<Said>,
}

/// The part of a decision that names rules.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct Cited {
    /// Primary category.
    pub category: String,
    /// Every topic told, primary first.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Every hit.
    pub evidence: Vec<CitedRule>,
}

/// A hit, without its words.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct CitedRule {
    /// Rule id.
    pub rule: String,
    /// The category it spoke for or against.
    pub category: String,
    /// What it counted; negative against.
    pub score: f64,
}

/// What a person said of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The category; `None`: only that the program's is wrong.
    pub category: Option<String>,
    /// Whether it is what the program had said.
    pub agreed: bool,
}

#[derive(FromRow)]
struct ExampleRow {
    ticket_id: String,
    kept_at: DateTime<Utc>,
    told: String,
    category: Option<String>,
    agreed: bool,
    content: Json<ExampleContent>,
}

impl From<ExampleRow> for Example {
    fn from(row: ExampleRow) -> Self {
        Self {
            ticket_id: row.ticket_id,
            kept_at: row.kept_at,
            told: row.told,
            category: row.category,
            agreed: row.agreed,
            content: row.content.0,
        }
    }
}

#[derive(FromRow)]
struct JudgedRow {
    id: String,
    opened_at: DateTime<Utc>,
    decision: Json<serde_json::Value>,
    category: Option<String>,
    agreed: Option<bool>,
}

impl From<JudgedRow> for Judged {
    fn from(row: JudgedRow) -> Self {
        let category = row.category;
        Self {
            opened_at: row.opened_at,
            ticket_id: row.id,
            cited: Cited::deserialize(&row.decision.0).ok(),
            said: row.agreed.map(|agreed| Said { category, agreed }),
        }
    }
}

const KEEP: &str = "INSERT INTO example (ticket_id, kept_at, told, category, agreed, content)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (ticket_id) DO UPDATE SET kept_at = excluded.kept_at,
    told = excluded.told, category = excluded.category, agreed = excluded.agreed, content = excluded.content";
const FORGET: &str = "DELETE FROM example WHERE ticket_id = $1";
const EXPIRE: &str = "DELETE FROM example WHERE kept_at < $1";
const OF_TICKET: &str =
    "SELECT ticket_id, kept_at, told, category, agreed, content FROM example WHERE ticket_id = $1";
const FIRST: &str = "SELECT ticket_id, kept_at, told, category, agreed, content FROM example
    WHERE kept_at >= $1 ORDER BY kept_at, ticket_id LIMIT $2";
// The bound stands alone before the tie, so that both databases begin in the index where the page before ended.
const NEXT: &str = "SELECT ticket_id, kept_at, told, category, agreed, content FROM example
    WHERE kept_at >= $1 AND (kept_at > $1 OR ticket_id > $2) ORDER BY kept_at, ticket_id LIMIT $3";
const JUDGED_FIRST: &str = "SELECT t.id, t.opened_at, t.decision, e.category, e.agreed
    FROM ticket t LEFT JOIN example e ON e.ticket_id = t.id
    WHERE t.opened_at >= $1 ORDER BY t.opened_at, t.id LIMIT $2";
const JUDGED_NEXT: &str = "SELECT t.id, t.opened_at, t.decision, e.category, e.agreed
    FROM ticket t LEFT JOIN example e ON e.ticket_id = t.id
    WHERE t.opened_at >= $1 AND (t.opened_at > $1 OR t.id > $2) ORDER BY t.opened_at, t.id LIMIT $3";

impl Tx {
    /// Keeps what a person said of a ticket, in the place of what was said before.
    pub async fn example_keep(&mut self, example: &Example) -> Result<(), StoreError> {
        change!(
            self.db(),
            KEEP,
            &example.ticket_id,
            example.kept_at,
            &example.told,
            &example.category,
            example.agreed,
            Json(&example.content)
        )?;
        Ok(())
    }

    /// Erases what was kept of a ticket: a person took back what they had said, or the requester objects.
    pub async fn example_forget(&mut self, ticket_id: &str) -> Result<(), StoreError> {
        change!(self.db(), FORGET, ticket_id)?;
        Ok(())
    }
}

impl Store {
    /// Erases the examples kept before an instant.
    pub async fn examples_expire(&self, before: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), EXPIRE, before)?;
        tx.commit().await
    }

    /// What a person said of a ticket.
    pub async fn example(&self, ticket_id: &str) -> Result<Option<Example>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!(ExampleRow, link.db(), OF_TICKET, ticket_id)?.map(Example::from))
    }

    /// A page of what people said since an instant, oldest first, at most `limit`; `after` is the last of the page before.
    pub async fn examples(
        &self,
        since: DateTime<Utc>,
        after: Option<&Example>,
        limit: i64,
    ) -> Result<Vec<Example>, StoreError> {
        let mut link = self.read().await?;
        let rows = match after {
            None => all!(ExampleRow, link.db(), FIRST, since, limit)?,
            Some(last) => all!(ExampleRow, link.db(), NEXT, last.kept_at, &last.ticket_id, limit)?,
        };
        Ok(rows.into_iter().map(Example::from).collect())
    }

    /// A page of the decisions on tickets opened since an instant with what people said of them, oldest first, at most
    /// `limit`; `after` is the last of the page before.
    pub async fn judged(
        &self,
        since: DateTime<Utc>,
        after: Option<&Judged>,
        limit: i64,
    ) -> Result<Vec<Judged>, StoreError> {
        let mut link = self.read().await?;
        let rows = match after {
            None => all!(JudgedRow, link.db(), JUDGED_FIRST, since, limit)?,
            Some(last) => all!(JudgedRow, link.db(), JUDGED_NEXT, last.opened_at, &last.ticket_id, limit)?,
        };
        Ok(rows.into_iter().map(Judged::from).collect())
    }
}
