//! What the database holds, read with statements of the test's own: the judge is not the accused.

use sqlx::{FromRow, PgPool, SqlitePool};

/// An arrival.
#[derive(Clone, Debug, FromRow)]
pub(super) struct ArrivalRow {
    pub(super) id: String,
    pub(super) door: String,
    pub(super) reference: String,
    pub(super) state: String,
    pub(super) outcome: Option<String>,
    pub(super) ticket_id: Option<String>,
    pub(super) cause: Option<String>,
    pub(super) attempts: i64,
    pub(super) raw: Vec<u8>,
}

/// A promised mail.
#[derive(Clone, Debug, FromRow)]
pub(super) struct MailRow {
    pub(super) ticket_id: String,
    pub(super) kind: String,
    pub(super) automatic: bool,
    pub(super) state: String,
    pub(super) recipient: String,
    pub(super) message_id: String,
    pub(super) attempts: i64,
    pub(super) last_words: String,
}

/// A filed message.
#[derive(Clone, Debug, FromRow)]
pub(super) struct MessageRow {
    pub(super) arrival_id: String,
}

/// The three tables.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) arrivals: Vec<ArrivalRow>,
    pub(super) mails: Vec<MailRow>,
    pub(super) messages: Vec<MessageRow>,
    pub(super) tickets: usize,
}

/// What is still under way: arrivals, mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Underway {
    pub(super) arrivals: i64,
    pub(super) mails: i64,
    /// Taken from the shared mailbox so far.
    pub(super) by_imap: i64,
    /// All that ever moved: arrivals kept, mails sent.
    pub(super) moved: i64,
}

const ARRIVALS: &str =
    "SELECT id, door, reference, state, outcome, ticket_id, cause, attempts, raw FROM arrival";
const MAILS: &str =
    "SELECT ticket_id, kind, automatic, state, recipient, message_id, attempts, last_words FROM outbox";
const MESSAGES: &str = "SELECT arrival_id FROM message";
const TICKETS: &str = "SELECT id FROM ticket";
const UNDERWAY: &str = "SELECT (SELECT COUNT(*) FROM arrival WHERE state = 'waiting'),
    (SELECT COUNT(*) FROM outbox WHERE state IN ('due', 'sending')),
    (SELECT COUNT(*) FROM arrival WHERE door = 'imap'), (SELECT COUNT(*) FROM arrival) +
    (SELECT COUNT(*) FROM outbox WHERE state = 'sent')";

/// A way to look, opened once.
pub(super) enum Eye {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

macro_rules! see {
    ($eye:expr, $row:ty, $sql:expr) => {
        match $eye {
            Eye::Sqlite(pool) => sqlx::query_as::<_, $row>($sql).fetch_all(pool).await,
            Eye::Postgres(pool) => sqlx::query_as::<_, $row>($sql).fetch_all(pool).await,
        }
    };
}

impl Eye {
    pub(super) async fn open(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            Self::Sqlite(SqlitePool::connect(url).await.unwrap())
        } else {
            Self::Postgres(PgPool::connect(url).await.unwrap())
        }
    }

    pub(super) async fn underway(&self) -> Underway {
        let rows = see!(self, (i64, i64, i64, i64), UNDERWAY).unwrap();
        let (arrivals, mails, by_imap, moved) = rows[0];
        Underway { arrivals, mails, by_imap, moved }
    }

    pub(super) async fn evidence(&self) -> Evidence {
        Evidence {
            arrivals: see!(self, ArrivalRow, ARRIVALS).unwrap(),
            mails: see!(self, MailRow, MAILS).unwrap(),
            messages: see!(self, MessageRow, MESSAGES).unwrap(),
            tickets: see!(self, (String,), TICKETS).unwrap().len(),
        }
    }
}

impl ArrivalRow {
    /// The number of the mail, from its header.
    pub(super) fn number(&self) -> Option<usize> {
        number(&self.raw)
    }
}

/// The number of a mail, from its header.
pub(super) fn number(raw: &[u8]) -> Option<usize> {
    let raw = String::from_utf8_lossy(raw);
    let mut head = raw.lines().take_while(|line| !line.is_empty());
    head.find_map(|line| line.strip_prefix("X-Soak: ")).and_then(|number| number.trim().parse().ok())
}
