//! Tickets that became part of another one, and messages that belong to two. Rows are moved, so that everything else works by
//! the ticket's id alone; what was moved is listed, so that it can be moved back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change, one};
use super::ticket::Draft;
use super::{Snooze, Store, StoreError, Tx};
use crate::ticket::Status;

/// What was moved when a ticket became part of another one: ids, and where the ticket stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Where it stood.
    pub status: Status,
    /// Messages.
    pub messages: Vec<String>,
    /// Message-IDs that threads are found by.
    pub ids: Vec<String>,
    /// Promised mails.
    pub outbox: Vec<String>,
    /// Hand-overs.
    pub hand_overs: Vec<String>,
    /// Questions to third parties, and forwards.
    pub inquiries: Vec<String>,
    /// Messages that it had in common with another ticket.
    pub shared: Vec<String>,
    /// What else both were; `None` in what earlier versions kept.
    #[serde(default)]
    pub before: Option<Both>,
}

/// Two tickets before one became part of the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Both {
    /// The one that became a part.
    pub part: Stood,
    /// The one that it became part of.
    pub whole: Stood,
    /// The version of the whole just after: while it has no other, nobody has done anything to it.
    pub whole_version: i64,
}

/// What a ticket was before a merge, as far as the merge changes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    /// Where it stood.
    pub status: Status,
    /// A refusal was contested.
    pub contested: bool,
    /// The draft that waited.
    pub draft: Option<Draft>,
    /// Ids of the mails that waited for their time, with it.
    pub due: Vec<(String, DateTime<Utc>)>,
    /// What it was put off to.
    pub snooze: Option<Snooze>,
}

/// A ticket that became part of another one, as that one's page names it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Part {
    /// Its id.
    pub id: String,
    /// Its public reference.
    pub reference: String,
    /// Its subject.
    pub subject: String,
    /// The address of its requester.
    pub requester_email: String,
    /// Its version.
    pub version: i64,
}

/// A ticket that became part of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The ticket it is part of now.
    pub into_id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was moved.
    pub moved: Moved,
}

#[derive(FromRow)]
struct MergedRow {
    into_id: String,
    at: DateTime<Utc>,
    moved: Json<Moved>,
}

const OF_TICKET: &str = "SELECT into_id, at, moved FROM merged WHERE ticket_id = $1";
const INTO: &str =
    "SELECT t.reference FROM merged m JOIN ticket t ON t.id = m.into_id WHERE m.ticket_id = $1";
const PARTS: &str = "SELECT t.id, t.reference, t.subject, t.requester_email, t.version FROM merged m JOIN ticket t ON t.id = m.ticket_id
    WHERE m.into_id = $1 ORDER BY m.at, t.id";
const ADD: &str = "INSERT INTO merged (ticket_id, into_id, at, moved) VALUES ($1, $2, $3, $4)";
const NOTE: &str = "UPDATE merged SET moved = $2 WHERE ticket_id = $1";
const DROP: &str = "DELETE FROM merged WHERE ticket_id = $1";
const MESSAGES: &str = "SELECT id FROM message WHERE ticket_id = $1";
const IDS: &str = "SELECT message_id FROM message_id WHERE ticket_id = $1
    AND message_id NOT IN (SELECT message_id FROM message_id WHERE ticket_id = $2)";
const OUTBOX: &str = "SELECT id FROM outbox WHERE ticket_id = $1";
const HAND_OVERS: &str = "SELECT id FROM hand_over WHERE ticket_id = $1";
const INQUIRIES: &str = "SELECT id FROM inquiry WHERE ticket_id = $1";
const SHARED: &str = "SELECT message_id FROM message_shared WHERE ticket_id = $1
    AND message_id NOT IN (SELECT message_id FROM message_shared WHERE ticket_id = $2)
    AND message_id NOT IN (SELECT id FROM message WHERE ticket_id = $2)";
const MOVE_MESSAGE: &str = "UPDATE message SET ticket_id = $3 WHERE id = $1 AND ticket_id = $2";
// The ledger looks for the message of an arrival on the ticket that the arrival names.
const MOVE_ARRIVAL: &str = "UPDATE arrival SET ticket_id = $3 WHERE ticket_id = $2
    AND id = (SELECT arrival_id FROM message WHERE id = $1)";
const MOVE_ID: &str = "UPDATE message_id SET ticket_id = $3 WHERE message_id = $1 AND ticket_id = $2";
const MOVE_OUTBOX: &str = "UPDATE outbox SET ticket_id = $3 WHERE id = $1 AND ticket_id = $2";
const MOVE_HAND_OVER: &str = "UPDATE hand_over SET ticket_id = $3 WHERE id = $1 AND ticket_id = $2";
const MOVE_INQUIRY: &str = "UPDATE inquiry SET ticket_id = $3 WHERE id = $1 AND ticket_id = $2";
const MOVE_SHARED: &str = "UPDATE message_shared SET ticket_id = $3 WHERE message_id = $1 AND ticket_id = $2";
const SHARE: &str = "INSERT INTO message_shared (ticket_id, message_id) VALUES ($1, $2)
    ON CONFLICT (ticket_id, message_id) DO NOTHING";

impl Store {
    /// The reference of the ticket that this one became part of.
    pub async fn merged_into(&self, ticket_id: &str) -> Result<Option<String>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!((String,), link.db(), INTO, ticket_id)?.map(|(reference,)| reference))
    }

    /// The tickets that became part of this one, oldest merge first.
    pub async fn parts(&self, ticket_id: &str) -> Result<Vec<Part>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!(Part, link.db(), PARTS, ticket_id)?)
    }
}

impl Tx {
    /// What became of a ticket that was merged into another.
    pub async fn merged(&mut self, ticket_id: &str) -> Result<Option<Merged>, StoreError> {
        let row = one!(MergedRow, self.db(), OF_TICKET, ticket_id)?;
        Ok(row.map(|row| Merged { into_id: row.into_id, at: row.at, moved: row.moved.0 }))
    }

    /// The tickets that became part of this one, oldest merge first.
    pub async fn parts(&mut self, ticket_id: &str) -> Result<Vec<Part>, StoreError> {
        Ok(all!(Part, self.db(), PARTS, ticket_id)?)
    }

    /// Notes what both tickets were before [`Tx::merge`].
    pub async fn merge_note(&mut self, from: &str, moved: &Moved) -> Result<(), StoreError> {
        change!(self.db(), NOTE, from, Json(moved))?;
        Ok(())
    }

    /// Moves everything of a ticket to another one and lists it; `status`: where the ticket stood.
    pub async fn merge(
        &mut self,
        from: &str,
        into: &str,
        status: Status,
        at: DateTime<Utc>,
    ) -> Result<Moved, StoreError> {
        let only = |rows: Vec<(String,)>| rows.into_iter().map(|(id,)| id).collect::<Vec<_>>();
        let moved = Moved {
            status,
            messages: only(all!((String,), self.db(), MESSAGES, from)?),
            ids: only(all!((String,), self.db(), IDS, from, into)?),
            outbox: only(all!((String,), self.db(), OUTBOX, from)?),
            hand_overs: only(all!((String,), self.db(), HAND_OVERS, from)?),
            inquiries: only(all!((String,), self.db(), INQUIRIES, from)?),
            shared: only(all!((String,), self.db(), SHARED, from, into)?),
            before: None,
        };
        self.move_all(&moved, from, into).await?;
        change!(self.db(), ADD, from, into, at, Json(&moved))?;
        Ok(moved)
    }

    /// Moves back what [`Tx::merge`] moved.
    pub async fn unmerge(&mut self, from: &str, merged: &Merged) -> Result<(), StoreError> {
        self.move_all(&merged.moved, &merged.into_id, from).await?;
        change!(self.db(), DROP, from)?;
        Ok(())
    }

    async fn move_all(&mut self, moved: &Moved, from: &str, to: &str) -> Result<(), StoreError> {
        let kinds = [
            (MOVE_MESSAGE, &moved.messages),
            (MOVE_ARRIVAL, &moved.messages),
            (MOVE_ID, &moved.ids),
            (MOVE_OUTBOX, &moved.outbox),
            (MOVE_HAND_OVER, &moved.hand_overs),
            (MOVE_INQUIRY, &moved.inquiries),
            (MOVE_SHARED, &moved.shared),
        ];
        for (statement, ids) in kinds {
            for id in ids {
                change!(self.db(), statement, id, from, to)?;
            }
        }
        Ok(())
    }

    /// Makes a message belong to a second ticket too.
    pub async fn message_share(&mut self, ticket_id: &str, message_id: &str) -> Result<(), StoreError> {
        change!(self.db(), SHARE, ticket_id, message_id)?;
        Ok(())
    }
}
