//! Folders read over IMAP: the lease that lets one instance read each, how far it was read, how it goes. What was seen of
//! the mails stands in `mailbox_seen.rs`.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{all, change, one};
use super::{Store, StoreError};

/// How far a folder was read.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct MailboxPlace {
    /// When it was first looked at.
    pub started_at: DateTime<Utc>,
    /// UIDVALIDITY; `None` before it was first opened.
    pub uidvalidity: Option<i64>,
    /// UIDNEXT when this UIDVALIDITY was first met.
    pub floor_uid: i64,
    /// Everything from the floor up to this UID was looked at.
    pub highest_uid: i64,
    /// What stood below the floor was looked through.
    pub scanned: bool,
}

/// A folder as the health page shows it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct MailboxState {
    /// The name of `[[imap.mailboxes]]`.
    pub name: String,
    /// The folder.
    pub folder: String,
    /// When it was first looked at.
    pub started_at: DateTime<Utc>,
    /// When it last went well; `None`: never.
    pub succeeded_at: Option<DateTime<Utc>>,
    /// Since when it fails; `None`: it goes well.
    pub failing_since: Option<DateTime<Utc>>,
    /// Failures in a row.
    pub failures: i64,
    /// Why it fails, in French.
    pub cause: Option<String>,
    /// When it is tried again.
    pub next_try_at: Option<DateTime<Utc>>,
    /// What works, but not as the settings ask, in French.
    pub note: Option<String>,
    /// Until when an instance has it to itself; `None`: none has.
    pub leased_until: Option<DateTime<Utc>>,
    /// What stood there at the start was looked through.
    pub scanned: bool,
    /// Mails taken.
    pub kept: i64,
    /// Second copies of mails taken before.
    pub again: i64,
    /// Mails that the server shows and does not give, or that could not be kept: tried again.
    pub failing: i64,
    /// Mails that were gone before they could be read.
    pub gone: i64,
    /// Marks or moves owed to the server.
    pub owed: i64,
    /// When the last mail was taken.
    pub last_kept_at: Option<DateTime<Utc>>,
}

const OPEN: &str = "INSERT INTO mailbox (name, folder, started_at, floor_uid, highest_uid, scanned, failures)
    VALUES ($1, $2, $3, 0, 0, FALSE, 0) ON CONFLICT (name, folder) DO NOTHING";
const LEASE: &str = "UPDATE mailbox SET owner = $3, leased_until = $5
    WHERE name = $1 AND folder = $2 AND (owner IS NULL OR owner = $3 OR leased_until IS NULL OR leased_until <= $4)";
const RELEASE: &str = "UPDATE mailbox SET owner = NULL, leased_until = NULL
    WHERE name = $1 AND folder = $2 AND owner = $3";
const PLACE: &str = "SELECT started_at, uidvalidity, floor_uid, highest_uid, scanned FROM mailbox
    WHERE name = $1 AND folder = $2";
const RENUMBERED: &str = "UPDATE mailbox SET uidvalidity = $3, floor_uid = $4, highest_uid = $5, scanned = $6
    WHERE name = $1 AND folder = $2";
const SCANNED: &str =
    "UPDATE mailbox SET scanned = TRUE WHERE name = $1 AND folder = $2 AND uidvalidity = $3";
const SUCCEEDED: &str = "UPDATE mailbox SET succeeded_at = $3, note = $4, failing_since = NULL, failures = 0,
    cause = NULL, next_try_at = NULL WHERE name = $1 AND folder = $2";
const FAILED: &str =
    "UPDATE mailbox SET failing_since = COALESCE(failing_since, $3), failures = failures + 1,
    cause = $4, next_try_at = $5 WHERE name = $1 AND folder = $2";
const STATES: &str =
    "SELECT m.name, m.folder, m.started_at, m.succeeded_at, m.failing_since, m.failures, m.cause,
    m.next_try_at, m.note, m.leased_until, m.scanned,
    COUNT(CASE WHEN s.state = 'kept' THEN 1 END) AS kept,
    COUNT(CASE WHEN s.state = 'again' THEN 1 END) AS again,
    COUNT(CASE WHEN s.state = 'failing' AND s.uidvalidity = m.uidvalidity THEN 1 END) AS failing,
    COUNT(CASE WHEN s.state = 'gone' THEN 1 END) AS gone,
    COUNT(CASE WHEN s.owed AND s.uidvalidity = m.uidvalidity THEN 1 END) AS owed,
    MAX(CASE WHEN s.state = 'kept' THEN s.seen_at END) AS last_kept_at
    FROM mailbox m LEFT JOIN mailbox_seen s ON s.mailbox = m.name AND s.folder = m.folder
    GROUP BY m.name, m.folder ORDER BY m.name, m.folder";

impl Store {
    /// Makes the row of a folder; `false`: it was there.
    pub async fn mailbox_open(
        &self,
        name: &str,
        folder: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let made = change!(tx.db(), OPEN, name, folder, now)?;
        tx.commit().await?;
        Ok(made > 0)
    }

    /// Takes or renews the lease of a folder until `until`; `false`: another owner has it.
    pub async fn mailbox_lease(
        &self,
        name: &str,
        folder: &str,
        owner: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let changed = change!(tx.db(), LEASE, name, folder, owner, now, until)?;
        tx.commit().await?;
        Ok(changed > 0)
    }

    /// Gives a lease back.
    pub async fn mailbox_release(&self, name: &str, folder: &str, owner: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), RELEASE, name, folder, owner)?;
        tx.commit().await
    }

    /// How far a folder was read; `None`: it was never looked at.
    pub async fn mailbox_place(&self, name: &str, folder: &str) -> Result<Option<MailboxPlace>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!(MailboxPlace, link.db(), PLACE, name, folder)?)
    }

    /// A folder is met under a new UIDVALIDITY: its UIDs begin anew.
    pub async fn mailbox_renumbered(
        &self,
        name: &str,
        folder: &str,
        place: &MailboxPlace,
    ) -> Result<(), StoreError> {
        let MailboxPlace { uidvalidity, floor_uid, highest_uid, scanned, .. } = place;
        let mut tx = self.begin().await?;
        change!(tx.db(), RENUMBERED, name, folder, *uidvalidity, *floor_uid, *highest_uid, *scanned)?;
        tx.commit().await
    }

    /// What stood below the floor was looked through to its end.
    pub async fn mailbox_scanned(
        &self,
        name: &str,
        folder: &str,
        uidvalidity: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), SCANNED, name, folder, uidvalidity)?;
        tx.commit().await
    }

    /// A folder was read to its end. `note`: what works, but not as the settings ask.
    pub async fn mailbox_succeeded(
        &self,
        name: &str,
        folder: &str,
        now: DateTime<Utc>,
        note: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), SUCCEEDED, name, folder, now, note)?;
        tx.commit().await
    }

    /// A folder could not be read: why (French, for people), and when it is tried again.
    pub async fn mailbox_failed(
        &self,
        name: &str,
        folder: &str,
        now: DateTime<Utc>,
        cause: &str,
        next_try_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), FAILED, name, folder, now, cause, next_try_at)?;
        tx.commit().await
    }

    /// Every folder that was ever looked at, by name: for the health page.
    pub async fn mailboxes(&self) -> Result<Vec<MailboxState>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!(MailboxState, link.db(), STATES)?)
    }
}
