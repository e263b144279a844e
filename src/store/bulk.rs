//! Acts on many tickets at once, kept before they are done, so that they can be undone whole whatever comes between.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change, on, one};
use super::ticket::Draft;
use super::{Snooze, Store, StoreError, Written, unreadable};
use crate::ticket::{Example, Status};

/// An act on many tickets.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct BulkAct {
    /// UUIDv7.
    pub id: String,
    /// Account id of whoever did it.
    pub account_id: String,
    /// `close`, `refuse`, `answer`, `assign`.
    pub kind: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// When it was undone.
    pub undone_at: Option<DateTime<Utc>>,
}

/// What a ticket was before: what an undo brings back.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Before {
    /// Its status.
    pub status: Status,
    /// Account id of the person who had it.
    pub assignee: Option<String>,
    /// A refusal was contested.
    pub contested: bool,
    /// The draft that waited.
    pub draft: Option<Draft>,
    /// Ids of the mails that waited for their time, with it.
    pub due: Vec<(String, DateTime<Utc>)>,
    /// What people's acts had taught.
    pub example: Option<Example>,
    /// What it was put off to.
    #[serde(default)]
    pub snooze: Option<Snooze>,
    /// What whoever acts was writing on it.
    #[serde(default)]
    pub written: Option<Written>,
    /// The words (Markdown) that the act answers it with: undone, they are written again from there.
    #[serde(default)]
    pub answer: Option<String>,
}

/// One ticket of such an act.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkItem {
    /// The ticket's id.
    pub ticket_id: String,
    /// Its public reference.
    pub reference: String,
    /// Its subject.
    pub subject: String,
    /// The version the person saw; done, the ticket has the next.
    pub version: i64,
    /// What it was.
    pub before: Before,
    /// Why it was left out; `None`: it was done.
    pub left_because: Option<String>,
}

#[derive(FromRow)]
struct ItemRow {
    ticket_id: String,
    reference: String,
    subject: String,
    version: i64,
    before: Json<serde_json::Value>,
    left_because: Option<String>,
}

const ADD: &str = "INSERT INTO bulk_act (id, account_id, kind, made_at) VALUES ($1, $2, $3, $4)";
const ADD_ITEM: &str =
    "INSERT INTO bulk_item (bulk_id, ticket_id, version, before, left_because) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (bulk_id, ticket_id) DO NOTHING";
const LEFT: &str = "UPDATE bulk_item SET left_because = $3 WHERE bulk_id = $1 AND ticket_id = $2";
const DONE: &str = "UPDATE bulk_item SET left_because = NULL WHERE bulk_id = $1 AND ticket_id = $2";
const UNDONE: &str = "UPDATE bulk_act SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL";
const BY_ID: &str = "SELECT id, account_id, kind, made_at, undone_at FROM bulk_act WHERE id = $1";
const ITEMS: &str = "SELECT i.ticket_id, t.reference, t.subject, i.version, i.before, i.left_because
    FROM bulk_item i JOIN ticket t ON t.id = i.ticket_id WHERE i.bulk_id = $1 ORDER BY t.opened_at, t.id";
const HOLDS_MAIL: &str = "SELECT COUNT(*) FROM outbox o JOIN bulk_item i ON i.ticket_id = o.ticket_id
    WHERE i.bulk_id = $1 AND i.left_because IS NULL AND o.state = 'due' AND o.kind IN ('answer', 'person_refusal')";
const EXPIRE_ITEMS: &str =
    "DELETE FROM bulk_item WHERE bulk_id IN (SELECT id FROM bulk_act WHERE made_at < $1)";
const EXPIRE: &str = "DELETE FROM bulk_act WHERE made_at < $1";

impl Store {
    /// Keeps what is about to be done: ticket id, version seen, what it was. Until [`Store::bulk_done`] each counts as left
    /// out, `because` nobody knows.
    pub async fn bulk_add(
        &self,
        act: &BulkAct,
        items: &[(String, i64, Before)],
        because: &str,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), ADD, &act.id, &act.account_id, &act.kind, act.made_at)?;
        for (ticket_id, version, before) in items {
            change!(tx.db(), ADD_ITEM, &act.id, ticket_id, *version, Json(before), because)?;
        }
        tx.commit().await
    }

    /// Notes that a ticket was done.
    pub async fn bulk_done(&self, id: &str, ticket_id: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), DONE, id, ticket_id)?;
        tx.commit().await
    }

    /// Notes that a ticket was left out.
    pub async fn bulk_left(&self, id: &str, ticket_id: &str, because: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), LEFT, id, ticket_id, because)?;
        tx.commit().await
    }

    /// Takes an act back; `false`: somebody has already.
    pub async fn bulk_undone(&self, id: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let taken = change!(tx.db(), UNDONE, id, now)?;
        tx.commit().await?;
        Ok(taken > 0)
    }

    /// An act and its tickets, oldest first.
    pub async fn bulk(&self, id: &str) -> Result<Option<(BulkAct, Vec<BulkItem>)>, StoreError> {
        let mut link = self.look().await?;
        let Some(act) = one!(BulkAct, link.db(), BY_ID, id)? else { return Ok(None) };
        let items = all!(ItemRow, link.db(), ITEMS, id)?.into_iter().map(|row| {
            let before = serde_json::from_value(row.before.0)
                .map_err(|_| unreadable("bulk_item", &row.ticket_id, "before"))?;
            Ok(BulkItem {
                ticket_id: row.ticket_id,
                reference: row.reference,
                subject: row.subject,
                version: row.version,
                before,
                left_because: row.left_because,
            })
        });
        Ok(Some((act, items.collect::<Result<_, StoreError>>()?)))
    }

    /// Whether a mail of an act is still here, so that it can be stopped.
    pub async fn bulk_holds_mail(&self, id: &str) -> Result<bool, StoreError> {
        let mut link = self.read().await?;
        Ok(on!(link.db(), c => sqlx::query_scalar::<_, i64>(HOLDS_MAIL).bind(id).fetch_one(c).await)? > 0)
    }

    /// Forgets the acts from before an instant: nobody undoes them any more.
    pub async fn bulk_expire(&self, before: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), EXPIRE_ITEMS, before)?;
        change!(tx.db(), EXPIRE, before)?;
        tx.commit().await
    }
}
