//! Mail promised: complete, its Message-ID fixed, so that whatever happens in between, a second try is the same mail.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{all, change, one};
use super::{Db, StoreError, Tx, on, unreadable};
use crate::ticket::{MailKind, OutboxState};

/// The columns of an [`EntryRow`].
macro_rules! entry {
    () => {
        "id, ticket_id, kind, state, recipient, message_id, subject, text, due_at, attempts, last_words, held_because,
        sent_at, created_at, wanted_at, unattended, let_go, doubts"
    };
}
mod lease;

pub use lease::{Leased, Pace};

/// A promised mail as the ticket page shows it (the raw bytes stay in the store).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// UUIDv7.
    pub id: String,
    /// The ticket it belongs to.
    pub ticket_id: String,
    /// What it is for.
    pub kind: MailKind,
    /// Where it stands.
    pub state: OutboxState,
    /// Recipient.
    pub recipient: String,
    /// Message-ID without angle brackets.
    pub message_id: String,
    /// Subject.
    pub subject: String,
    /// Its text part, for people.
    pub text: String,
    /// When it may leave.
    pub due_at: DateTime<Utc>,
    /// Tries so far.
    pub attempts: i64,
    /// The mail server's last words; empty before the first try.
    pub last_words: String,
    /// Why it is held, for people; empty otherwise.
    pub held_because: String,
    /// When the mail server took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
    /// Since when it may leave, as last promised or let go: patience counts from here.
    pub wanted_at: DateTime<Utc>,
    /// Nobody of the team decided that it leaves.
    pub unattended: bool,
    /// A person let it go: neither the kill switch nor the breaker holds it.
    pub let_go: bool,
    /// Tries that broke off where the mail may have been taken.
    pub doubts: i64,
}

/// A mail to promise.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// UUIDv7.
    pub id: String,
    /// The ticket it belongs to.
    pub ticket_id: String,
    /// What it is for.
    pub kind: MailKind,
    /// Nobody of the team decided that it leaves.
    pub unattended: bool,
    /// Envelope sender; `None` is the null sender.
    pub envelope_from: Option<String>,
    /// Recipient.
    pub recipient: String,
    /// Message-ID without angle brackets, for ever the same.
    pub message_id: String,
    /// Subject.
    pub subject: String,
    /// Its text part.
    pub text: String,
    /// The finished mail (RFC 5322 octets).
    pub raw: Vec<u8>,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// When it may leave.
    pub due_at: DateTime<Utc>,
}

/// A promised mail taken for sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promised {
    /// The entry.
    pub entry: OutboxEntry,
    /// Envelope sender; `None` is the null sender.
    pub envelope_from: Option<String>,
    /// The finished mail.
    pub raw: Vec<u8>,
    /// Until when it is whose who took it; no two takings of a mail have the same.
    pub leased_until: DateTime<Utc>,
}

#[derive(FromRow)]
struct EntryRow {
    id: String,
    ticket_id: String,
    kind: String,
    state: String,
    recipient: String,
    message_id: String,
    subject: String,
    text: String,
    due_at: DateTime<Utc>,
    attempts: i64,
    last_words: String,
    held_because: String,
    sent_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    wanted_at: Option<DateTime<Utc>>,
    unattended: bool,
    let_go: bool,
    doubts: i64,
}

impl TryFrom<EntryRow> for OutboxEntry {
    type Error = StoreError;

    fn try_from(row: EntryRow) -> Result<Self, StoreError> {
        let kind = MailKind::from_code(&row.kind).ok_or_else(|| unreadable("outbox", &row.id, "kind"))?;
        let state =
            OutboxState::from_code(&row.state).ok_or_else(|| unreadable("outbox", &row.id, "state"))?;
        Ok(Self {
            id: row.id,
            ticket_id: row.ticket_id,
            kind,
            state,
            recipient: row.recipient,
            message_id: row.message_id,
            subject: row.subject,
            text: row.text,
            due_at: row.due_at,
            attempts: row.attempts,
            last_words: row.last_words,
            held_because: row.held_because,
            sent_at: row.sent_at,
            created_at: row.created_at,
            wanted_at: row.wanted_at.unwrap_or(row.created_at),
            unattended: row.unattended,
            let_go: row.let_go,
            doubts: row.doubts,
        })
    }
}

const ADD: &str =
    "INSERT INTO outbox (id, ticket_id, kind, automatic, unattended, state, envelope_from, recipient, recipient_key,
    recipient_domain, message_id, subject, text, raw, created_at, due_at, wanted_at, attempts, last_words, held_because)
    VALUES ($1, $2, $3, $4, $5, 'due', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, 0, '', '')";
const OF_TICKET: &str =
    concat!("SELECT ", entry!(), " FROM outbox WHERE ticket_id = $1 ORDER BY created_at, id");
const BY_ID: &str = concat!("SELECT ", entry!(), " FROM outbox WHERE id = $1");
const SET_SENT: &str = "UPDATE outbox SET state = 'sent', sent_at = $2, last_words = $3, leased_until = NULL
    WHERE id = $1 AND state IN ('sending', 'in_doubt', 'due')";
const SET_DOUBTFUL: &str =
    "UPDATE outbox SET state = 'due', due_at = $2, last_words = $3, doubts = doubts + 1,
    leased_until = NULL WHERE id = $1 AND state = 'sending'";
const SET_DUE: &str = "UPDATE outbox SET state = 'due', due_at = $3, last_words = $4, held_because = '',
    leased_until = NULL WHERE id = $1 AND state = $2";
const SET_POSTPONED: &str =
    "UPDATE outbox SET state = 'due', due_at = $2, last_words = $3, attempts = attempts - 1,
    leased_until = NULL WHERE id = $1 AND state = 'sending'";
const SET_AGAIN: &str =
    "UPDATE outbox SET state = 'due', due_at = $3, wanted_at = $3, let_go = TRUE, attempts = 0, doubts = 0,
    held_because = '', sent_at = NULL, leased_until = NULL WHERE id = $1 AND state = $2";
const SET_HELD: &str = "UPDATE outbox SET state = 'held', held_because = $3, leased_until = NULL
    WHERE id = $1 AND state = $2";
const SET_FAILED: &str = "UPDATE outbox SET state = 'failed', last_words = $3, leased_until = NULL
    WHERE id = $1 AND state = $2";
const SET_IN_DOUBT: &str = "UPDATE outbox SET state = 'in_doubt', last_words = $2, leased_until = NULL
    WHERE id = $1 AND state = 'sending'";
const AUTOMATIC_TO: &str = "SELECT COUNT(*) FROM outbox
    WHERE recipient_key = $1 AND automatic AND state <> 'held' AND created_at >= $2";
const AUTOMATIC_TO_DOMAIN: &str = "SELECT COUNT(*) FROM outbox
    WHERE recipient_domain = $1 AND automatic AND state <> 'held' AND created_at >= $2";
const AUTOMATIC_OF_TICKET: &str =
    "SELECT COUNT(*) FROM outbox WHERE ticket_id = $1 AND automatic AND state <> 'held'";
const AUTOMATIC_SINCE: &str =
    "SELECT COUNT(*) FROM outbox WHERE automatic = TRUE AND state <> 'held' AND due_at > $1";
const AUTOMATIC_DUE_TO: &str = concat!(
    "SELECT ",
    entry!(),
    " FROM outbox WHERE recipient_key = $1 AND automatic AND state = 'due' ORDER BY created_at, id"
);

/// The folded address that caps count by, and its domain.
pub(super) fn recipient_key(recipient: &str) -> (String, String) {
    let key = recipient.trim().to_lowercase();
    let domain = key.rsplit_once('@').map_or(String::new(), |(_, domain)| domain.to_owned());
    (key, domain)
}

impl Tx {
    /// Promises a mail.
    pub async fn outbox_add(&mut self, new: &NewEntry) -> Result<(), StoreError> {
        let (key, domain) = recipient_key(&new.recipient);
        change!(
            self.db(),
            ADD,
            &new.id,
            &new.ticket_id,
            new.kind.code(),
            new.kind.is_automatic(),
            new.unattended,
            &new.envelope_from,
            &new.recipient,
            key,
            domain,
            &new.message_id,
            &new.subject,
            &new.text,
            &new.raw,
            new.created_at,
            new.due_at
        )?;
        self.message_id_add(&new.message_id, &new.ticket_id, &new.id).await
    }

    /// The promised mails of a ticket, oldest first.
    pub async fn outbox_of(&mut self, ticket_id: &str) -> Result<Vec<OutboxEntry>, StoreError> {
        outbox(self.db(), ticket_id).await
    }

    /// A promised mail.
    pub async fn outbox_entry(&mut self, id: &str) -> Result<Option<OutboxEntry>, StoreError> {
        one!(EntryRow, self.db(), BY_ID, id)?.map(OutboxEntry::try_from).transpose()
    }

    /// The mail server took it, which ends a doubt, and a wait for another try too. `false`: it came back meanwhile, or is
    /// known to be taken.
    pub async fn outbox_sent(
        &mut self,
        id: &str,
        at: DateTime<Utc>,
        words: &str,
    ) -> Result<bool, StoreError> {
        Ok(change!(self.db(), SET_SENT, id, at, words)? > 0)
    }

    /// Back to waiting, from the given state, until `at`.
    pub async fn outbox_due(
        &mut self,
        id: &str,
        from: OutboxState,
        at: DateTime<Utc>,
        words: &str,
    ) -> Result<bool, StoreError> {
        Ok(change!(self.db(), SET_DUE, id, from.code(), at, words)? > 0)
    }

    /// Back to waiting from being sent, until `at`: the mail may have been taken. Such tries are counted.
    pub async fn outbox_doubtful(
        &mut self,
        id: &str,
        at: DateTime<Utc>,
        words: &str,
    ) -> Result<bool, StoreError> {
        Ok(change!(self.db(), SET_DOUBTFUL, id, at, words)? > 0)
    }

    /// Back to waiting from being sent, until `at`: the try does not count, for it was not the mail that failed.
    pub async fn outbox_postponed(
        &mut self,
        id: &str,
        at: DateTime<Utc>,
        words: &str,
    ) -> Result<bool, StoreError> {
        Ok(change!(self.db(), SET_POSTPONED, id, at, words)? > 0)
    }

    /// Due at `at` by a person's wish, from the given state: the whole schedule of tries is before it again, and nothing
    /// that stops automatic mail stops it.
    pub async fn outbox_again(
        &mut self,
        id: &str,
        from: OutboxState,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        Ok(change!(self.db(), SET_AGAIN, id, from.code(), at)? > 0)
    }

    /// Holds it, from the given state, with a reason for people.
    pub async fn outbox_held(
        &mut self,
        id: &str,
        from: OutboxState,
        because: &str,
    ) -> Result<bool, StoreError> {
        Ok(change!(self.db(), SET_HELD, id, from.code(), because)? > 0)
    }

    /// Refused for good, from the given state (a bounce comes after `sent`).
    pub async fn outbox_failed(
        &mut self,
        id: &str,
        from: OutboxState,
        words: &str,
    ) -> Result<bool, StoreError> {
        Ok(change!(self.db(), SET_FAILED, id, from.code(), words)? > 0)
    }

    /// It may or may not have left.
    pub async fn outbox_in_doubt(&mut self, id: &str, words: &str) -> Result<bool, StoreError> {
        Ok(change!(self.db(), SET_IN_DOUBT, id, words)? > 0)
    }

    /// Automatic mails that were or will be due after an instant, held ones apart.
    pub async fn automatic_after(&mut self, since: DateTime<Utc>) -> Result<i64, StoreError> {
        Ok(on!(self.db(), c => sqlx::query_scalar::<_, i64>(AUTOMATIC_SINCE).bind(since).fetch_one(c).await)?)
    }

    /// Automatic mails to an address that have not left yet, oldest first.
    pub async fn automatic_due_to(&mut self, recipient: &str) -> Result<Vec<OutboxEntry>, StoreError> {
        let (key, _) = recipient_key(recipient);
        all!(EntryRow, self.db(), AUTOMATIC_DUE_TO, key)?.into_iter().map(OutboxEntry::try_from).collect()
    }

    /// Automatic mails ever promised on a ticket, held ones apart.
    pub async fn automatic_of(&mut self, ticket_id: &str) -> Result<i64, StoreError> {
        Ok(on!(self.db(), c => {
            sqlx::query_scalar::<_, i64>(AUTOMATIC_OF_TICKET).bind(ticket_id).fetch_one(c).await
        })?)
    }

    /// Automatic mails promised to an address since an instant, held ones apart.
    pub async fn automatic_to(&mut self, recipient: &str, since: DateTime<Utc>) -> Result<i64, StoreError> {
        let (key, _) = recipient_key(recipient);
        Ok(
            on!(self.db(), c => sqlx::query_scalar::<_, i64>(AUTOMATIC_TO).bind(key).bind(since).fetch_one(c).await)?,
        )
    }

    /// Automatic mails promised to the domain of an address since an instant, held ones apart.
    pub async fn automatic_to_domain(
        &mut self,
        recipient: &str,
        since: DateTime<Utc>,
    ) -> Result<i64, StoreError> {
        let (_, domain) = recipient_key(recipient);
        Ok(on!(self.db(), c => {
            sqlx::query_scalar::<_, i64>(AUTOMATIC_TO_DOMAIN).bind(domain).bind(since).fetch_one(c).await
        })?)
    }
}

pub(super) async fn outbox(db: Db<'_>, ticket_id: &str) -> Result<Vec<OutboxEntry>, StoreError> {
    all!(EntryRow, db, OF_TICKET, ticket_id)?.into_iter().map(OutboxEntry::try_from).collect()
}
