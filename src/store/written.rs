//! What people are writing on tickets, one text a person and ticket, kept while they type; and who has a ticket open.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change, one};
use super::{Store, StoreError, Tx};
use crate::message::Lang;

/// What a person is writing on a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Written {
    /// Markdown.
    pub text: String,
    /// The reply it started from; empty: none.
    pub reply: String,
    /// Its language; `None`: the ticket's.
    pub lang: Option<Lang>,
    /// The addresses chosen; `None`: those that are proposed.
    pub recipients: Option<Vec<String>>,
    /// What stood in the box before another text was chosen.
    pub replaced: Option<Replaced>,
    /// When it was kept.
    pub saved_at: DateTime<Utc>,
}

/// A text that another one took the place of, with all that makes it come back whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// Markdown.
    pub text: String,
    /// The reply it started from; empty: none.
    pub reply: String,
    /// Its language; `None`: the ticket's.
    pub lang: Option<Lang>,
}

impl Replaced {
    /// As the column holds it: JSON, since the three only ever go together.
    fn to_column(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// What the column holds: JSON, else the bare text that earlier versions kept.
    fn from_column(column: String) -> Self {
        serde_json::from_str(&column).unwrap_or_else(|_| Self { text: column, ..Self::default() })
    }
}

/// Somebody who has a ticket open, or has begun to write on it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Present {
    /// Account id.
    pub account_id: String,
    /// Name.
    pub name: String,
    /// They are writing.
    pub writing: bool,
}

/// A text that somebody began and has not sent.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Begun {
    /// Their name.
    pub name: String,
    /// When it was kept last.
    pub saved_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct WrittenRow {
    text: String,
    reply: String,
    lang: String,
    recipients: Option<Json<Vec<String>>>,
    replaced: Option<String>,
    saved_at: DateTime<Utc>,
}

impl From<WrittenRow> for Written {
    fn from(row: WrittenRow) -> Self {
        Self {
            text: row.text,
            reply: row.reply,
            lang: Some(row.lang).filter(|code| !code.is_empty()).map(|code| Lang::from_code(&code)),
            recipients: row.recipients.map(|json| json.0),
            replaced: row.replaced.map(Replaced::from_column),
            saved_at: row.saved_at,
        }
    }
}

const OF_PERSON: &str = "SELECT text, reply, lang, recipients, replaced, saved_at FROM written
    WHERE ticket_id = $1 AND account_id = $2 AND outbox_id IS NULL";
const OF_OTHERS: &str = "SELECT a.name, w.saved_at FROM written w JOIN account a ON a.id = w.account_id
    WHERE w.ticket_id = $1 AND w.account_id <> $2 AND w.outbox_id IS NULL ORDER BY w.saved_at DESC";
const KEEP: &str =
    "INSERT INTO written (ticket_id, account_id, text, reply, lang, recipients, replaced, saved_at, outbox_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL) ON CONFLICT (ticket_id, account_id) DO UPDATE SET text = $3, reply = $4,
    lang = $5, recipients = $6, replaced = $7, saved_at = $8, outbox_id = NULL";
const DROP: &str = "DELETE FROM written WHERE ticket_id = $1 AND account_id = $2 AND outbox_id IS NULL";
const SENT: &str =
    "SELECT saved_at FROM written WHERE ticket_id = $1 AND account_id = $2 AND outbox_id IS NOT NULL";
const BECOMES: &str = "UPDATE written SET outbox_id = $3 WHERE ticket_id = $1 AND account_id = $2";
const AGAIN: &str = "UPDATE written SET outbox_id = NULL WHERE ticket_id = $1 AND outbox_id = $2";
const BESIDE: &str = "UPDATE written SET replaced = $3 WHERE ticket_id = $1 AND account_id = $2
    AND outbox_id IS NOT NULL";
const TOUCH: &str = "INSERT INTO presence (ticket_id, account_id, writing, until) VALUES ($1, $2, $3, $4)
    ON CONFLICT (ticket_id, account_id) DO UPDATE SET writing = $3, until = $4";
const PRESENT: &str =
    "SELECT p.account_id, a.name, p.writing FROM presence p JOIN account a ON a.id = p.account_id
    WHERE p.ticket_id = $1 AND p.account_id <> $2 AND p.until > $3 ORDER BY a.name";
const GONE: &str = "DELETE FROM presence WHERE until <= $1";

impl Store {
    /// What a person is writing on a ticket, if anything.
    pub async fn written(&self, ticket_id: &str, account_id: &str) -> Result<Option<Written>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!(WrittenRow, link.db(), OF_PERSON, ticket_id, account_id)?.map(Written::from))
    }

    /// Who else has begun to write on a ticket, latest first.
    pub async fn begun_by_others(&self, ticket_id: &str, account_id: &str) -> Result<Vec<Begun>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!(Begun, link.db(), OF_OTHERS, ticket_id, account_id)?)
    }

    /// Who else has a ticket open.
    pub async fn present(
        &self,
        ticket_id: &str,
        account_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<Present>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!(Present, link.db(), PRESENT, ticket_id, account_id, now)?)
    }

    /// Keeps what a person had been writing beside what they sent in its stead: stopped, it can be taken up again.
    pub async fn written_beside(
        &self,
        ticket_id: &str,
        account_id: &str,
        text: &str,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), BESIDE, ticket_id, account_id, text)?;
        tx.commit().await
    }

    /// Forgets who had tickets open until an instant.
    pub async fn presence_expire(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), GONE, now)?;
        tx.commit().await
    }
}

impl Tx {
    /// Keeps what a person is writing on a ticket, in the place of what they wrote there before.
    pub async fn written_keep(
        &mut self,
        ticket_id: &str,
        account_id: &str,
        new: &Written,
    ) -> Result<(), StoreError> {
        change!(
            self.db(),
            KEEP,
            ticket_id,
            account_id,
            &new.text,
            &new.reply,
            new.lang.map_or("", Lang::code),
            new.recipients.as_ref().map(Json),
            new.replaced.as_ref().map(Replaced::to_column),
            new.saved_at
        )?;
        Ok(())
    }

    /// What a person is writing on a ticket, if anything.
    pub async fn written_of(
        &mut self,
        ticket_id: &str,
        account_id: &str,
    ) -> Result<Option<Written>, StoreError> {
        Ok(one!(WrittenRow, self.db(), OF_PERSON, ticket_id, account_id)?.map(Written::from))
    }

    /// When the latest text of a person on a ticket became a mail, while they have begun no other.
    pub async fn written_sent(
        &mut self,
        ticket_id: &str,
        account_id: &str,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(one!((DateTime<Utc>,), self.db(), SENT, ticket_id, account_id)?.map(|(at,)| at))
    }

    /// Throws away what a person was writing on a ticket.
    pub async fn written_drop(&mut self, ticket_id: &str, account_id: &str) -> Result<(), StoreError> {
        change!(self.db(), DROP, ticket_id, account_id)?;
        Ok(())
    }

    /// What a person wrote has become a mail.
    pub async fn written_becomes(
        &mut self,
        ticket_id: &str,
        account_id: &str,
        outbox_id: &str,
    ) -> Result<(), StoreError> {
        change!(self.db(), BECOMES, ticket_id, account_id, outbox_id)?;
        Ok(())
    }

    /// The mail was stopped before it left: what was written is a draft again.
    pub async fn written_again(&mut self, ticket_id: &str, outbox_id: &str) -> Result<(), StoreError> {
        change!(self.db(), AGAIN, ticket_id, outbox_id)?;
        Ok(())
    }

    /// Notes that a person has a ticket open.
    pub async fn presence_touch(
        &mut self,
        ticket_id: &str,
        account_id: &str,
        writing: bool,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        change!(self.db(), TOUCH, ticket_id, account_id, writing, until)?;
        Ok(())
    }
}
