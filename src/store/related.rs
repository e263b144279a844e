//! What stands around a ticket: the other tickets of its requester and of their body, those whose first message resembles
//! its own, and the meeting it leads to.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{all, change, one};
use super::{Store, StoreError, Tx, unreadable};
use crate::ticket::Status;

/// How many hashes of a text are kept: enough to tell half from a third.
pub const SKETCH: usize = 16;

/// Another ticket, as far as a link to it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Reference.
    pub reference: String,
    /// Subject.
    pub subject: String,
    /// Where it stands.
    pub status: Status,
    /// Its requester's name; may be empty.
    pub requester_name: String,
    /// Their address.
    pub requester_email: String,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
}

/// A meeting.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Meeting {
    /// When it begins.
    pub at: DateTime<Utc>,
    /// Where, or by what means; may be empty.
    pub place: String,
}

#[derive(FromRow)]
struct NeighbourRow {
    reference: String,
    subject: String,
    status: String,
    requester_name: String,
    requester_email: String,
    opened_at: DateTime<Utc>,
}

impl TryFrom<NeighbourRow> for Neighbour {
    type Error = StoreError;

    fn try_from(row: NeighbourRow) -> Result<Self, StoreError> {
        let status =
            Status::from_code(&row.status).ok_or_else(|| unreadable("ticket", &row.reference, "status"))?;
        Ok(Self {
            status,
            reference: row.reference,
            subject: row.subject,
            requester_name: row.requester_name,
            requester_email: row.requester_email,
            opened_at: row.opened_at,
        })
    }
}

const OF_REQUESTER: &str =
    "SELECT reference, subject, status, requester_name, requester_email, opened_at FROM ticket
    WHERE LOWER(requester_email) = $1 AND requester_email <> '' AND id <> $2
    AND NOT EXISTS (SELECT 1 FROM merged m WHERE m.ticket_id = ticket.id) ORDER BY opened_at DESC LIMIT $3";
const OF_ORGANISATION: &str =
    "SELECT reference, subject, status, requester_name, requester_email, opened_at FROM ticket
    WHERE organisation = $1 AND organisation <> '' AND LOWER(requester_email) <> $4 AND id <> $2
    AND NOT EXISTS (SELECT 1 FROM merged m WHERE m.ticket_id = ticket.id) ORDER BY opened_at DESC LIMIT $3";
const ALIKE: &str =
    "SELECT t.reference, t.subject, t.status, t.requester_name, t.requester_email, t.opened_at
    FROM (SELECT ticket_id, COUNT(*) AS common FROM sketch WHERE key IN
        ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        AND at >= $2 AND ticket_id <> $1 GROUP BY ticket_id) s
    JOIN ticket t ON t.id = s.ticket_id
    WHERE s.common >= $3 AND NOT EXISTS (SELECT 1 FROM merged m WHERE m.ticket_id = t.id)
    ORDER BY s.common DESC, t.opened_at DESC LIMIT 5";
const SKETCH_ADD: &str = "INSERT INTO sketch (key, ticket_id, at) VALUES ($1, $2, $3)
    ON CONFLICT (key, ticket_id) DO NOTHING";
const SKETCH_EXPIRE: &str = "DELETE FROM sketch WHERE at < $1";
const MEETING: &str = "SELECT at, place FROM meeting WHERE ticket_id = $1";
const MEETING_SET: &str = "INSERT INTO meeting (ticket_id, at, place) VALUES ($1, $2, $3)
    ON CONFLICT (ticket_id) DO UPDATE SET at = $2, place = $3";
const MEETING_DROP: &str = "DELETE FROM meeting WHERE ticket_id = $1";

impl Store {
    /// The other tickets of a requester, latest first.
    pub async fn tickets_of_requester(
        &self,
        email: &str,
        but: &str,
        limit: i64,
    ) -> Result<Vec<Neighbour>, StoreError> {
        let mut link = self.read().await?;
        let rows = all!(NeighbourRow, link.db(), OF_REQUESTER, email.to_lowercase(), but, limit)?;
        rows.into_iter().map(Neighbour::try_from).collect()
    }

    /// The other tickets of a body, by its name as tickets hold it, but for those of `requester`; latest first.
    pub async fn tickets_of_organisation(
        &self,
        name: &str,
        requester: &str,
        but: &str,
        limit: i64,
    ) -> Result<Vec<Neighbour>, StoreError> {
        let mut link = self.read().await?;
        let requester = requester.to_lowercase();
        let rows = all!(NeighbourRow, link.db(), OF_ORGANISATION, name, but, limit, requester)?;
        rows.into_iter().map(Neighbour::try_from).collect()
    }

    /// Tickets since an instant whose first message has at least `common` of these hashes, the most alike first.
    pub async fn tickets_alike(
        &self,
        but: &str,
        sketch: &[i64],
        common: i64,
        since: DateTime<Utc>,
    ) -> Result<Vec<Neighbour>, StoreError> {
        // No hash is negative.
        let mut keys = [-1; SKETCH];
        for (key, own) in keys.iter_mut().zip(sketch) {
            *key = *own;
        }
        let mut link = self.read().await?;
        let rows = all!(
            NeighbourRow,
            link.db(),
            ALIKE,
            but,
            since,
            common,
            keys[0],
            keys[1],
            keys[2],
            keys[3],
            keys[4],
            keys[5],
            keys[6],
            keys[7],
            keys[8],
            keys[9],
            keys[10],
            keys[11],
            keys[12],
            keys[13],
            keys[14],
            keys[15],
        )?;
        rows.into_iter().map(Neighbour::try_from).collect()
    }

    /// The meeting that a ticket leads to.
    pub async fn meeting(&self, ticket_id: &str) -> Result<Option<Meeting>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!(Meeting, link.db(), MEETING, ticket_id)?)
    }

    /// Forgets the hashes of messages from before an instant.
    pub async fn sketches_expire(&self, before: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), SKETCH_EXPIRE, before)?;
        tx.commit().await
    }
}

impl Tx {
    /// Keeps the hashes of a first message.
    pub async fn sketch_add(
        &mut self,
        ticket_id: &str,
        sketch: &[i64],
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        for key in sketch {
            change!(self.db(), SKETCH_ADD, *key, ticket_id, at)?;
        }
        Ok(())
    }

    /// Notes the meeting that a ticket leads to; `None` takes it away.
    pub async fn meeting_set(
        &mut self,
        ticket_id: &str,
        meeting: Option<&Meeting>,
    ) -> Result<(), StoreError> {
        match meeting {
            Some(meeting) => change!(self.db(), MEETING_SET, ticket_id, meeting.at, &meeting.place)?,
            None => change!(self.db(), MEETING_DROP, ticket_id)?,
        };
        Ok(())
    }
}
