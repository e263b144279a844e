//! Codes by which a requester proves their mailbox on the status page, and the sessions that they open. Neither code nor
//! cookie is stored, only what they are checked against.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{change, one};
use super::{Store, StoreError, Tx};

/// A code that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCode {
    /// UUIDv7.
    pub id: String,
    /// Reference of the ticket.
    pub reference: String,
    /// Keyed digest of the address, lower case.
    pub recipient: String,
    /// Keyed digest of the code.
    pub digest: String,
    /// Now.
    pub made_at: DateTime<Utc>,
    /// Until when it opens the page.
    pub until: DateTime<Utc>,
}

/// Codes that were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodesSent {
    /// For a ticket.
    pub for_ticket: i64,
    /// To an address, whatever the ticket.
    pub to_address: i64,
    /// Altogether.
    pub in_all: i64,
}

/// A code that may still be the right one.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct OpenCode {
    /// Its id.
    pub id: String,
    /// Keyed digest.
    pub digest: String,
}

const ADD: &str = "INSERT INTO status_code (id, reference, recipient, digest, made_at, until, tries, used)
    VALUES ($1, $2, $3, $4, $5, $6, 0, FALSE)";
const SENT: &str = "SELECT COUNT(*) FROM status_code WHERE reference = $1 AND made_at > $2";
const SENT_IN_ALL: &str = "SELECT COUNT(*) FROM status_code WHERE made_at > $1";
// Readers are not held up; SQLite has one writer at a time anyway.
const ALONE: &str = "LOCK TABLE status_code IN SHARE ROW EXCLUSIVE MODE";
const SENT_TO: &str = "SELECT COUNT(*) FROM status_code WHERE recipient = $1 AND made_at > $2";
// The latest alone: whoever asks for another one has given the earlier up.
const TRY: &str = "UPDATE status_code SET tries = tries + 1 WHERE tries < $3 AND used = FALSE AND until > $2 AND id =
    (SELECT id FROM status_code WHERE reference = $1 AND recipient = $4 ORDER BY made_at DESC, id DESC LIMIT 1) RETURNING id, digest";
const USE: &str = "UPDATE status_code SET used = TRUE WHERE reference = $1";
const OPEN: &str =
    "INSERT INTO status_session (token_hash, reference, recipient, until) VALUES ($1, $2, $3, $4)";
const SESSION: &str = "SELECT reference, recipient FROM status_session WHERE token_hash = $1 AND until > $2";
const END: &str = "DELETE FROM status_session WHERE token_hash = $1";
const EXPIRE_CODES: &str = "DELETE FROM status_code WHERE made_at <= $1";
const EXPIRE_SESSIONS: &str = "DELETE FROM status_session WHERE until <= $1";

impl Tx {
    /// Remembers a code.
    pub async fn status_code_add(&mut self, new: &NewCode) -> Result<(), StoreError> {
        let NewCode { id, reference, recipient, digest, made_at, until } = new;
        change!(self.db(), ADD, id, reference, recipient, digest, made_at, until)?;
        Ok(())
    }

    /// Makes any other sender of codes wait until this transaction ends; to be called before they are counted.
    pub async fn status_codes_alone(&mut self) -> Result<(), StoreError> {
        if !self.db().is_sqlite() {
            change!(self.db(), ALONE)?;
        }
        Ok(())
    }

    /// How many codes were sent since an instant; `recipient` is the digest of an address.
    pub async fn status_codes_since(
        &mut self,
        reference: &str,
        recipient: &str,
        since: DateTime<Utc>,
    ) -> Result<CodesSent, StoreError> {
        let count = |row: Option<(i64,)>| row.map_or(0, |(count,)| count);
        Ok(CodesSent {
            for_ticket: count(one!((i64,), self.db(), SENT, reference, since)?),
            to_address: count(one!((i64,), self.db(), SENT_TO, recipient, since)?),
            in_all: count(one!((i64,), self.db(), SENT_IN_ALL, since)?),
        })
    }

    /// Counts a try against the latest code that was sent for a ticket to an address (its digest); `None` where there is none
    /// that may still be tried.
    pub async fn status_code_try(
        &mut self,
        reference: &str,
        recipient: &str,
        now: DateTime<Utc>,
        most: i64,
    ) -> Result<Option<OpenCode>, StoreError> {
        Ok(one!(OpenCode, self.db(), TRY, reference, now, most, recipient)?)
    }

    /// Uses every code of a ticket up and opens a session for an address (its digest); `token_hash` is the SHA-256 (hex) of the
    /// cookie.
    pub async fn status_session_open(
        &mut self,
        token_hash: &str,
        reference: &str,
        recipient: &str,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        change!(self.db(), USE, reference)?;
        change!(self.db(), OPEN, token_hash, reference, recipient, until)?;
        Ok(())
    }
}

impl Store {
    /// The reference of the ticket of a session that has not ended, and the digest of the address that it was opened for.
    pub async fn status_session(
        &self,
        token_hash: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<(String, String)>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!((String, String), link.db(), SESSION, token_hash, now)?)
    }

    /// Ends a session.
    pub async fn status_session_end(&self, token_hash: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), END, token_hash)?;
        tx.commit().await
    }

    /// Forgets ended sessions, and codes from before `codes_before`, with the mails that held them.
    pub async fn status_codes_expire(
        &self,
        now: DateTime<Utc>,
        codes_before: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), EXPIRE_CODES, codes_before)?;
        change!(tx.db(), EXPIRE_SESSIONS, now)?;
        tx.alerts_forget("status-code", codes_before).await?;
        tx.commit().await
    }
}
