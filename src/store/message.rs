//! Messages of a ticket, and the Message-IDs threads are found by.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change, one};
use super::{Db, Store, StoreError, Tx, unreadable};
use crate::mail::relayed;
use crate::message::Message;
use crate::ticket::Nature;

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the requester or somebody in the thread.
    In,
    /// From a third party that the team asked: the requester never sees it, and nothing to them hangs on it.
    Aside,
    /// From the team to the requester, written in a colleague's own mail program.
    Out,
    /// From the team to others, written there: like what third parties answer, the requester never sees it.
    OutAside,
    /// A machine's message in the thread (absence, bounce): shown, changes nothing.
    Notice,
}

impl Direction {
    fn code(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Aside => "aside",
            Self::Out => "out",
            Self::OutAside => "out_aside",
            Self::Notice => "notice",
        }
    }
}

/// A message as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredMessage {
    /// UUIDv7.
    pub id: String,
    /// Its ticket; of two, the one it came to.
    pub ticket_id: String,
    /// The arrival its raw bytes stand in.
    pub arrival_id: String,
    /// Which way it went.
    pub direction: Direction,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// What it says.
    pub message: Message,
    /// Why no automatic reply may answer it; `None` when one may.
    pub automatic_ban: Option<String>,
    /// What mail reading found beside the text; `None` for a form, and for mail filed before that was kept.
    pub nature: Option<Nature>,
}

#[derive(FromRow)]
struct MessageRow {
    id: String,
    ticket_id: String,
    arrival_id: String,
    direction: String,
    received_at: DateTime<Utc>,
    content: Json<Message>,
    automatic_ban: Option<String>,
    nature: Option<Json<serde_json::Value>>,
}

impl TryFrom<MessageRow> for StoredMessage {
    type Error = StoreError;

    fn try_from(row: MessageRow) -> Result<Self, StoreError> {
        let direction = match row.direction.as_str() {
            "in" => Direction::In,
            "aside" => Direction::Aside,
            "out" => Direction::Out,
            "out_aside" => Direction::OutAside,
            "notice" => Direction::Notice,
            _ => return Err(unreadable("message", &row.id, "direction")),
        };
        Ok(Self {
            id: row.id,
            ticket_id: row.ticket_id,
            arrival_id: row.arrival_id,
            direction,
            received_at: row.received_at,
            message: row.content.0,
            automatic_ban: row.automatic_ban,
            // What is beside the text must never hide the text: one that another version wrote is left out.
            nature: row.nature.and_then(|json| serde_json::from_value(json.0).ok()),
        })
    }
}

const ADD: &str = "INSERT INTO message
    (id, ticket_id, arrival_id, direction, received_at, from_email, digest, content, automatic_ban, nature)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const ID_ADD: &str = "INSERT INTO message_id (message_id, ticket_id, outbox_id) VALUES ($1, $2, $3)
    ON CONFLICT (message_id, ticket_id) DO NOTHING";
const OF_TICKET: &str =
    "SELECT id, ticket_id, arrival_id, direction, received_at, content, automatic_ban, nature
    FROM message WHERE ticket_id = $1 OR id IN (SELECT message_id FROM message_shared WHERE ticket_id = $1)
    ORDER BY received_at, id";
const ON_TICKET: &str =
    "SELECT id, ticket_id, arrival_id, direction, received_at, content, automatic_ban, nature
    FROM message WHERE id = $2 AND (ticket_id = $1 OR id IN
        (SELECT message_id FROM message_shared WHERE ticket_id = $1))";
const BY_DIGEST: &str =
    "SELECT id, ticket_id, arrival_id, direction, received_at, content, automatic_ban, nature
    FROM message WHERE digest = $1 ORDER BY id LIMIT 1";
const SET_DIRECTION: &str = "UPDATE message SET direction = $2 WHERE id = $1";
// The second name is the one that all regions of a relay share.
const BY_MESSAGE_ID: &str = "SELECT ticket_id, outbox_id FROM message_id WHERE message_id IN ($1, $2)
    ORDER BY ticket_id LIMIT 20";
const WRITERS: &str = "SELECT DISTINCT from_email FROM message WHERE direction = 'in'
    AND (ticket_id = $1 OR id IN (SELECT message_id FROM message_shared WHERE ticket_id = $1))";

/// What a Message-ID is known from.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct KnownId {
    /// The ticket it belongs to.
    pub ticket_id: String,
    /// The outbox entry it was given to, when it is one of ours.
    pub outbox_id: Option<String>,
}

impl Tx {
    /// Files a message on a ticket; `digest` tells it from others.
    pub async fn message_add(&mut self, stored: &StoredMessage, digest: &str) -> Result<(), StoreError> {
        change!(
            self.db(),
            ADD,
            &stored.id,
            &stored.ticket_id,
            &stored.arrival_id,
            stored.direction.code(),
            stored.received_at,
            stored.message.from_email.to_lowercase(),
            digest,
            Json(&stored.message),
            &stored.automatic_ban,
            stored.nature.as_ref().map(Json)
        )?;
        if let Some(id) = &stored.message.message_id {
            change!(self.db(), ID_ADD, id, &stored.ticket_id, None::<String>)?;
        }
        Ok(())
    }

    /// Remembers the Message-ID of a mail of ours.
    pub async fn message_id_add(
        &mut self,
        message_id: &str,
        ticket_id: &str,
        outbox_id: &str,
    ) -> Result<(), StoreError> {
        change!(self.db(), ID_ADD, message_id, ticket_id, Some(outbox_id))?;
        Ok(())
    }

    /// Remembers another Message-ID by which answers to what stands on a ticket may come.
    pub async fn message_id_also(&mut self, message_id: &str, ticket_id: &str) -> Result<(), StoreError> {
        change!(self.db(), ID_ADD, message_id, ticket_id, None::<String>)?;
        Ok(())
    }

    /// The message with this digest, if there is one already.
    pub async fn message_of_digest(&mut self, digest: &str) -> Result<Option<StoredMessage>, StoreError> {
        one!(MessageRow, self.db(), BY_DIGEST, digest)?.map(StoredMessage::try_from).transpose()
    }

    /// Corrects which way a message went: what was taken for a machine's turned out to be a colleague's.
    pub async fn message_set_direction(&mut self, id: &str, to: Direction) -> Result<(), StoreError> {
        change!(self.db(), SET_DIRECTION, id, to.code())?;
        Ok(())
    }

    /// What a Message-ID is known from, the oldest ticket first; at most twenty.
    pub async fn known_ids(&mut self, message_id: &str) -> Result<Vec<KnownId>, StoreError> {
        let shared = relayed::canonical(message_id).unwrap_or_else(|| message_id.to_owned());
        Ok(all!(KnownId, self.db(), BY_MESSAGE_ID, message_id, shared)?)
    }

    /// The addresses that have written in a ticket, lower case.
    pub async fn writers(&mut self, ticket_id: &str) -> Result<Vec<String>, StoreError> {
        Ok(all!((String,), self.db(), WRITERS, ticket_id)?.into_iter().map(|(email,)| email).collect())
    }

    /// The messages of a ticket, oldest first.
    pub async fn messages(&mut self, ticket_id: &str) -> Result<Vec<StoredMessage>, StoreError> {
        messages(self.db(), ticket_id).await
    }
}

impl Store {
    /// A message of a ticket by its id.
    pub async fn message(&self, ticket_id: &str, id: &str) -> Result<Option<StoredMessage>, StoreError> {
        let mut link = self.read().await?;
        one!(MessageRow, link.db(), ON_TICKET, ticket_id, id)?.map(StoredMessage::try_from).transpose()
    }
}

pub(super) async fn messages(db: Db<'_>, ticket_id: &str) -> Result<Vec<StoredMessage>, StoreError> {
    all!(MessageRow, db, OF_TICKET, ticket_id)?.into_iter().map(StoredMessage::try_from).collect()
}
