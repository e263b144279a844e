//! The only SQL; one file a noun. One text for SQLite and PostgreSQL: a statement is a constant, written once, and the
//! `on!` macro runs it on whichever of the two connections there is. What one dialect alone has (full-text search)
//! stands in `search.rs`.
//!
//! Reads go to a small pool. Writes go through [`Store::begin`]: on SQLite there is one writing connection and
//! `BEGIN IMMEDIATE`, so two writers never meet in the middle. Arrivals, which must be kept fast by many at once, share
//! commits through the writer task in `keep.rs`.

pub mod account;
pub mod address_mark;
pub mod alert;
pub mod arrival;
pub mod bulk;
pub mod db;
pub mod directory;
pub mod door;
pub mod event;
pub mod example;
pub mod figures;
pub mod form_file;
pub mod hand_over;
pub mod health;
pub mod inquiry;
pub mod inspect;
pub mod keep;
pub mod ledger;
pub mod mailbox;
pub mod mailbox_seen;
pub mod merge;
pub mod message;
pub mod migrate;
mod opening;
pub mod outbox;
mod postgres;
pub mod preference;
pub mod queue;
pub mod reference;
pub mod related;
pub mod relay;
pub mod replay;
pub mod reply_version;
pub mod saved_view;
pub mod search;
pub mod settings;
pub mod snooze;
pub mod sorted;
pub mod status_code;
pub mod switch;
pub mod ticket;
mod trouble;
pub mod written;

use std::path::Path;
use std::sync::Arc;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Sqlite, SqlitePool, Transaction};

pub use account::Account;
pub use address_mark::AddressMark;
pub use alert::{Alert, NewAlert};
pub use arrival::{Leased, Outcome, Parked};
pub use bulk::{Before, BulkAct, BulkItem};
pub(crate) use db::{Db, on};
pub use db::{Link, Tx};
pub use directory::{DirectoryChange, EntrySide, EntryState, KeptEntry, Through};
pub use door::{Balance, Deed, DoorCount, Refused};
pub use example::{Cited, CitedRule, Judged, Said};
pub use figures::{Arrived, Followed};
pub use health::{OutboxCount, Pile};
pub use inspect::Recent;
pub use keep::Kept;
pub use ledger::Line;
pub use mailbox::{MailboxPlace, MailboxState};
pub use mailbox_seen::{Numbering, SeenMail, SeenState};
pub use merge::{Both, Merged, Moved, Part, Stood};
pub use message::{Direction, StoredMessage};
pub use opening::opening;
pub use outbox::{Leased as LeasedMail, NewEntry, OutboxEntry, Pace, Promised};
pub use preference::KeyPreference;
pub use queue::{Became, Filter, Row, Section, Verdict, View};
pub use reference::KeptCorrection;
pub use related::{Meeting, Neighbour, SKETCH};
pub use relay::Relay;
pub use replay::{Past, PastRow};
pub use reply_version::ReplyVersion;
pub use saved_view::SavedView;
pub use search::{Asked, Remark, Searched};
pub use settings::Settings;
pub use snooze::Snooze;
pub use sorted::Sorted;
pub use status_code::{CodesSent, NewCode, OpenCode};
pub use switch::Switch;
pub use ticket::{Draft, TicketFile};
pub use written::{Begun, Present, Replaced, Written};

use crate::fault::io_words;

/// The store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store(Arc<Pools>);

#[derive(Debug)]
enum Pools {
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    Postgres(PgPool),
}

/// Why the store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is away.
    #[error("base de données : {}", trouble::words(.0))]
    Database(#[from] sqlx::Error),
    /// The database server does not let us in.
    #[error("base de données : {}", trouble::connect_words(.0))]
    Connect(#[source] sqlx::Error),
    /// A migration failed.
    #[error("mise à jour des tables : {}", trouble::migration_words(.0))]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// There is no database where the settings say.
    #[error(
        "il n’y a pas de base à {0} ; vérifiez database.url et --config (un EnvironmentFile de systemd ne vaut que pour \
         « guichet serve »), ou lancez une première fois « guichet serve »"
    )]
    Missing(String),
    /// The file of a new database cannot be made.
    #[error(
        "la base {path} ne peut être créée ({}) ; vérifiez database.url et les droits du dossier",
        io_words(source)
    )]
    Create {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file of the database can only be read, or is none.
    #[error(
        "la base {path} ne peut être écrite ({}) ; donnez ce fichier, ses voisins -wal et -shm et leur dossier à l’utilisateur du \
         service",
        io_words(source)
    )]
    Unwritable {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// `database.url` is of neither kind.
    #[error("database.url doit commencer par sqlite: ou postgres://")]
    Url,
    /// A stored row does not parse: table, row and column are named.
    #[error("la ligne {row} de {table} est illisible (colonne {column})")]
    Row {
        /// Table name.
        table: &'static str,
        /// Key of the row.
        row: String,
        /// Column name.
        column: &'static str,
    },
    /// The writer task has ended: the process is stopping.
    #[error("la base est en train de se fermer")]
    Closing,
}

impl StoreError {
    /// Whether the database itself is in trouble (away, full, overloaded, just starting), whatever it was asked: the same
    /// works once that is over, so it says nothing of what was to be written.
    pub fn is_trouble(&self) -> bool {
        use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, WorkerCrashed};
        match self {
            Self::Closing
            | Self::Connect(_)
            | Self::Database(Io(_) | PoolTimedOut | PoolClosed | WorkerCrashed) => true,
            Self::Database(Database(error)) => error.code().is_some_and(|code| is_trouble_code(&code)),
            _ => false,
        }
    }
}

/// The codes of such a trouble: five characters from PostgreSQL (its appendix A), else SQLite's number, whose last octet is
/// the kind.
fn is_trouble_code(code: &str) -> bool {
    if code.len() == 5 {
        // Connection, transaction rolled back, resources, operator's intervention, system; a lock, a server that only reads, a
        // transaction that stood still for too long.
        return ["08", "40", "53", "57", "58", "55P03", "25006", "25P03"]
            .iter()
            .any(|class| code.starts_with(class));
    }
    // Busy, locked, read-only, input or output, full, cannot open.
    code.parse::<u32>().is_ok_and(|number| matches!(number & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
}

impl Store {
    /// Opens the database and brings its tables up to date. A missing SQLite file is made, readable by its owner alone.
    pub async fn open(settings: &Settings) -> Result<Self, StoreError> {
        if let Some(file) = settings.sqlite_file() {
            make_private(Path::new(file))
                .map_err(|source| StoreError::Create { path: file.to_owned(), source })?;
            settings.writable()?;
        }
        let store = Self::connect(settings).await?;
        store.migrate().await?;
        Ok(store)
    }

    /// The same for a command that has no business without a database: one made by mistake, in another folder, would take
    /// a mail that nobody ever reads, or answer that all is well.
    pub async fn open_existing(settings: &Settings) -> Result<Self, StoreError> {
        match settings.sqlite_file() {
            Some(file) if !Path::new(file).exists() => Err(StoreError::Missing(file.to_owned())),
            _ => Self::open(settings).await,
        }
    }

    /// Opens the database as it is.
    pub async fn connect(settings: &Settings) -> Result<Self, StoreError> {
        let pools = if settings.url.starts_with("sqlite:") {
            let options: SqliteConnectOptions = settings.url.parse()?;
            let options = options
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                // What is acknowledged survives a power cut.
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(std::time::Duration::from_secs(10))
                .optimize_on_close(true, None);
            let writer = SqlitePoolOptions::new()
                .max_connections(1)
                .connect_with(options.clone().pragma("cache_size", "-16000"))
                .await?;
            let readers = SqlitePoolOptions::new()
                .max_connections(settings.readers.max(1))
                .connect_with(options.pragma("cache_size", "-4000").pragma("query_only", "1"))
                .await?;
            Pools::Sqlite { readers, writer }
        } else if settings.url.starts_with("postgres://") || settings.url.starts_with("postgresql://") {
            Pools::Postgres(postgres::connect(settings).await?)
        } else {
            return Err(StoreError::Url);
        };
        Ok(Self(Arc::new(pools)))
    }

    /// A connection to read with.
    pub(crate) async fn read(&self) -> Result<Link, StoreError> {
        Ok(match &*self.0 {
            Pools::Sqlite { readers, .. } => Link::Sqlite(readers.acquire().await?),
            Pools::Postgres(pool) => Link::Postgres(pool.acquire().await?),
        })
    }

    /// A transaction to write in. Nothing is kept until [`Tx::commit`]; dropped, it rolls back.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match &*self.0 {
            Pools::Sqlite { writer, .. } => Tx::Sqlite(begin_on(writer, "BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// One consistent look: what is read through it stood together at one moment. It ends with its drop and writes nothing.
    pub async fn look(&self) -> Result<Tx, StoreError> {
        const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        Ok(match &*self.0 {
            Pools::Sqlite { readers, .. } => Tx::Sqlite(begin_on(readers, "BEGIN").await?),
            Pools::Postgres(pool) => Tx::Postgres(pool.begin_with(SNAPSHOT).await?),
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut link = self.read().await?;
        on!(link.db(), c => sqlx::query("SELECT 1").execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Closes every connection; what was committed is on disk.
    pub async fn close(&self) {
        match &*self.0 {
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// Begins on a connection of the pool. Where the disk is full, SQLite ends a transaction by itself; the driver goes on
/// believing it open, and nothing begins on that connection any more. Such a connection is closed for a new one: else one
/// moment without room would shut the service until somebody starts it anew.
async fn begin_on(
    pool: &SqlitePool,
    statement: &'static str,
) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    for _ in 0..pool.options().get_max_connections() {
        match pool.begin_with(statement).await {
            Err(sqlx::Error::InvalidSavePointStatement) => pool.acquire().await?.close().await?,
            begun => return begun,
        }
    }
    pool.begin_with(statement).await
}

/// Makes an empty file with mode 0600 where there is none: SQLite would make it readable by everybody, and gives the
/// files beside it the mode of this one.
fn make_private(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(there) if there.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(|_| ()),
    }
}

/// A new key: UUIDv7, so that keys sort by the time they were made.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// When such a key was made; `None` where it is none.
pub fn made_at(id: &str) -> Option<chrono::DateTime<chrono::Utc>> {
    let (seconds, nanoseconds) = uuid::Uuid::try_parse(id).ok()?.get_timestamp()?.to_unix();
    chrono::DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanoseconds)
}

/// Whether a text is such a key, whatever made it.
pub fn is_id(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
}

/// A stored code that no enum knows.
fn unreadable(table: &'static str, row: &str, column: &'static str) -> StoreError {
    StoreError::Row { table, row: row.to_owned(), column }
}
