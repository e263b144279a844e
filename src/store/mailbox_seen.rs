//! What was seen of the mails in folders read over IMAP: the memory that makes each of them taken exactly once.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, QueryBuilder};

use super::db::{all, change, one};
use super::{Store, StoreError, on};
use crate::message::Door;

/// A folder under one UIDVALIDITY: where a UID means one mail for ever (RFC 9051, 2.3.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbering {
    /// The name of `[[imap.mailboxes]]`.
    pub mailbox: String,
    /// The folder.
    pub folder: String,
    /// UIDVALIDITY.
    pub uidvalidity: i64,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenState {
    /// Taken.
    Kept,
    /// The same octets were taken from this mailbox before.
    Again,
    /// The server shows it and does not give it, or it could not be kept: tried again.
    Failing,
    /// It was gone before it could be read. Should the server show it again, it is taken all the same.
    Gone,
}

impl SeenState {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Again => "again",
            Self::Failing => "failing",
            Self::Gone => "gone",
        }
    }
}

/// A mail of a folder, seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenMail {
    /// Its UID.
    pub uid: u32,
    /// The door it takes.
    pub door: Door,
    /// SHA-256 of its octets in hexadecimal; `None`: they were never given.
    pub sha256: Option<String>,
    /// RFC822.SIZE.
    pub size: Option<u32>,
    /// INTERNALDATE.
    pub internal_at: Option<DateTime<Utc>>,
    /// When it was looked at.
    pub seen_at: DateTime<Utc>,
    /// What it became, or what it is a second copy of.
    pub arrival_id: Option<String>,
    /// What became of it.
    pub state: SeenState,
    /// Tries that failed.
    pub attempts: i64,
    /// When it is tried again.
    pub next_try_at: Option<DateTime<Utc>>,
    /// A mark or a move is owed to the server.
    pub owed: bool,
}

const INSERT: &str =
    "INSERT INTO mailbox_seen (mailbox, folder, uidvalidity, uid, door, sha256, size, internal_at,
    seen_at, arrival_id, state, attempts, next_try_at, owed) ";
// What was taken stays taken, whatever a second look says.
const REPLACE: &str = " ON CONFLICT (mailbox, folder, uidvalidity, uid) DO UPDATE SET
    sha256 = excluded.sha256, size = excluded.size, internal_at = excluded.internal_at, seen_at = excluded.seen_at,
    arrival_id = excluded.arrival_id, state = excluded.state, attempts = excluded.attempts,
    next_try_at = excluded.next_try_at, owed = excluded.owed WHERE mailbox_seen.state IN ('failing', 'gone')";
const HIGHEST: &str = "UPDATE mailbox SET highest_uid = $4
    WHERE name = $1 AND folder = $2 AND uidvalidity = $3 AND highest_uid < $4";
const UIDS: &str = "SELECT uid FROM mailbox_seen
    WHERE mailbox = $1 AND folder = $2 AND uidvalidity = $3 AND uid >= $4 AND state <> 'gone'";
// One message may stand in INBOX and in Sent: what it says of us differs, so each kind of folder knows its own.
const KNOWN: &str = "SELECT arrival_id FROM mailbox_seen WHERE mailbox = $1 AND sha256 = $2
    AND (door IN ('sent', 'sent-archive')) = $3 AND arrival_id IS NOT NULL LIMIT 1";
const DUE: &str =
    "SELECT uid, door, size, internal_at, seen_at, attempts, next_try_at FROM mailbox_seen WHERE mailbox = $1 AND folder = $2 AND uidvalidity = $3
    AND state = 'failing' AND next_try_at <= $4 ORDER BY next_try_at, uid LIMIT $5";
const OWED: &str =
    "SELECT uid FROM mailbox_seen WHERE mailbox = $1 AND folder = $2 AND uidvalidity = $3 AND owed
    ORDER BY uid LIMIT $4";
const PAID: &str = "UPDATE mailbox_seen SET owed = FALSE
    WHERE mailbox = $1 AND folder = $2 AND uidvalidity = $3 AND uid >= $4 AND uid <= $5 AND owed";

#[derive(FromRow)]
struct DueRow {
    uid: i64,
    door: String,
    size: Option<i64>,
    internal_at: Option<DateTime<Utc>>,
    seen_at: DateTime<Utc>,
    attempts: i64,
    next_try_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Records mails, and that everything up to `highest` was looked at, in one commit.
    pub async fn mails_seen(
        &self,
        of: &Numbering,
        mails: &[SeenMail],
        highest: Option<u32>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        if !mails.is_empty() {
            on!(tx.db(), c => {
                let mut insert = QueryBuilder::new(INSERT);
                insert.push_values(mails, |mut row, mail| {
                    row.push_bind(&of.mailbox)
                        .push_bind(&of.folder)
                        .push_bind(of.uidvalidity)
                        .push_bind(i64::from(mail.uid))
                        .push_bind(mail.door.code())
                        .push_bind(&mail.sha256)
                        .push_bind(mail.size.map(i64::from))
                        .push_bind(mail.internal_at)
                        .push_bind(mail.seen_at)
                        .push_bind(&mail.arrival_id)
                        .push_bind(mail.state.code())
                        .push_bind(mail.attempts)
                        .push_bind(mail.next_try_at)
                        .push_bind(mail.owed);
                });
                insert.push(REPLACE);
                insert.build().execute(c).await.map(|_| ())
            })?;
        }
        if let Some(highest) = highest {
            change!(tx.db(), HIGHEST, &of.mailbox, &of.folder, of.uidvalidity, i64::from(highest))?;
        }
        tx.commit().await
    }

    /// The UIDs from `from` on that were looked at, those that are tried again among them, those that are gone not.
    pub async fn mail_uids_seen(&self, of: &Numbering, from: u32) -> Result<Vec<u32>, StoreError> {
        let mut link = self.read().await?;
        let rows = all!((i64,), link.db(), UIDS, &of.mailbox, &of.folder, of.uidvalidity, i64::from(from))?;
        Ok(rows.into_iter().filter_map(|(uid,)| u32::try_from(uid).ok()).collect())
    }

    /// The arrival that the octets with this digest became, if they were taken from this mailbox before: as what we sent
    /// (`sent`), or as what came.
    pub async fn mail_known(
        &self,
        mailbox: &str,
        sha256: &str,
        sent: bool,
    ) -> Result<Option<String>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!((String,), link.db(), KNOWN, mailbox, sha256, sent)?.map(|(id,)| id))
    }

    /// Mails to be tried again at `now`, as they were last seen; at most `limit`.
    pub async fn mails_due(
        &self,
        of: &Numbering,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<SeenMail>, StoreError> {
        let mut link = self.read().await?;
        let rows = all!(DueRow, link.db(), DUE, &of.mailbox, &of.folder, of.uidvalidity, now, limit)?;
        let due = |row: DueRow| {
            Some(SeenMail {
                uid: u32::try_from(row.uid).ok()?,
                door: Door::from_code(&row.door)?,
                sha256: None,
                size: row.size.and_then(|size| u32::try_from(size).ok()),
                internal_at: row.internal_at,
                seen_at: row.seen_at,
                arrival_id: None,
                state: SeenState::Failing,
                attempts: row.attempts,
                next_try_at: row.next_try_at,
                owed: false,
            })
        };
        Ok(rows.into_iter().filter_map(due).collect())
    }

    /// Mails whose mark or move is owed to the server, by UID; at most `limit`.
    pub async fn mails_owed(&self, of: &Numbering, limit: i64) -> Result<Vec<u32>, StoreError> {
        let mut link = self.read().await?;
        let rows = all!((i64,), link.db(), OWED, &of.mailbox, &of.folder, of.uidvalidity, limit)?;
        Ok(rows.into_iter().filter_map(|(uid,)| u32::try_from(uid).ok()).collect())
    }

    /// The marks or moves of these mails (ascending UIDs, as [`Store::mails_owed`] gave them) are done.
    pub async fn mails_paid(&self, of: &Numbering, uids: &[u32]) -> Result<(), StoreError> {
        let (Some(first), Some(last)) = (uids.first(), uids.last()) else { return Ok(()) };
        let (first, last) = (i64::from(*first), i64::from(*last));
        let mut tx = self.begin().await?;
        change!(tx.db(), PAID, &of.mailbox, &of.folder, of.uidvalidity, first, last)?;
        tx.commit().await
    }
}
