//! Two databases behind one statement.

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};

use super::StoreError;

/// A borrowed connection of either kind.
#[derive(Debug)]
pub(crate) enum Db<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// A connection to read with.
#[derive(Debug)]
pub enum Link {
    /// SQLite.
    Sqlite(PoolConnection<Sqlite>),
    /// PostgreSQL.
    Postgres(PoolConnection<Postgres>),
}

/// A transaction to write in.
#[derive(Debug)]
pub enum Tx {
    /// SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Link {
    pub(crate) fn db(&mut self) -> Db<'_> {
        match self {
            Self::Sqlite(c) => Db::Sqlite(c),
            Self::Postgres(c) => Db::Postgres(c),
        }
    }
}

impl Tx {
    pub(crate) fn db(&mut self) -> Db<'_> {
        match self {
            Self::Sqlite(t) => Db::Sqlite(t),
            Self::Postgres(t) => Db::Postgres(t),
        }
    }

    /// Makes everything done in it durable.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(t) => t.commit().await?,
            Self::Postgres(t) => t.commit().await?,
        }
        Ok(())
    }
}

/// Runs one statement on whichever connection there is: `on!(tx.db(), c => query(SQL).bind(x).execute(c).await)`.
macro_rules! on {
    ($db:expr, $c:ident => $run:expr) => {
        match $db {
            $crate::store::Db::Sqlite($c) => $run,
            $crate::store::Db::Postgres($c) => $run,
        }
    };
}
pub(crate) use on;

/// Runs a statement that changes rows and answers how many.
macro_rules! change {
    ($db:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::on!($db, c => sqlx::query($sql)$(.bind($bind))*.execute(c).await.map(|done| done.rows_affected()))
    };
}
pub(crate) use change;

/// Reads at most one row of a type.
macro_rules! one {
    ($row:ty, $db:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::on!($db, c => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(c).await)
    };
}
pub(crate) use one;

/// Reads all rows of a type.
macro_rules! all {
    ($row:ty, $db:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::on!($db, c => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(c).await)
    };
}
pub(crate) use all;
