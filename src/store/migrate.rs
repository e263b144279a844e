//! Migrations: one text for both databases in `migrations/`, and `migrations/sqlite/` or `migrations/postgres/` only for
//! what one dialect alone has. Run at start, in the order of their numbers, each in its transaction.

use std::borrow::Cow;

use rust_embed::RustEmbed;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Connection as _, SqlSafeStr as _};

use super::{Pools, Store, StoreError};

#[derive(RustEmbed)]
#[folder = "migrations/"]
#[include = "*.sql"]
struct Texts;

/// One migration of one dialect.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number.
    pub version: i64,
    /// Its telling name (`journey`).
    pub name: String,
    sql: String,
}

/// The migrations of a dialect (`sqlite` or `postgres`) in order.
pub fn steps(dialect: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Texts::iter()
        .filter_map(|path| {
            let file = match path.rsplit_once('/') {
                Some((folder, _)) if folder != dialect => return None,
                Some((_, file)) => file,
                None => &path,
            };
            let (version, name) = file.strip_suffix(".sql")?.split_once('_')?;
            let sql = String::from_utf8_lossy(&Texts::get(&path)?.data).into_owned();
            Some(Step { version: version.parse().ok()?, name: name.to_owned(), sql })
        })
        .collect();
    steps.sort_by_key(|step| step.version);
    steps
}

impl Store {
    /// Brings the tables up to date.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.migrate_to(i64::MAX).await
    }

    /// Brings the tables up to the migration with this number: for the tests that apply them one by one.
    pub async fn migrate_to(&self, version: i64) -> Result<(), StoreError> {
        let migrations = steps(self.dialect())
            .into_iter()
            .filter(|step| step.version <= version)
            .map(|step| {
                // The texts are compiled in; nothing of a user's is ever in them.
                let sql = sqlx::AssertSqlSafe(step.sql).into_sql_str();
                Migration::new(step.version, Cow::Owned(step.name), MigrationType::Simple, sql, false)
            })
            .collect();
        let mut migrator = Migrator::with_migrations(migrations);
        // A newer guichet may have migrated the database before this one was started again.
        migrator.set_ignore_missing(true);
        match &*self.0 {
            Pools::Sqlite { writer, .. } => migrator.run(writer).await?,
            Pools::Postgres(pool) => {
                // Another instance that migrates is waited for, however long that takes.
                let mut alone = pool.acquire().await?.detach();
                sqlx::raw_sql("SET lock_timeout = 0").execute(&mut alone).await?;
                migrator.run(&mut alone).await?;
                alone.close().await?;
            }
        }
        Ok(())
    }

    /// `sqlite` or `postgres`.
    pub fn dialect(&self) -> &'static str {
        match &*self.0 {
            Pools::Sqlite { .. } => "sqlite",
            Pools::Postgres(_) => "postgres",
        }
    }

    /// Runs a text of several statements: sample rows in the tests of migrations.
    pub async fn run_script(&self, sql: &'static str) -> Result<(), StoreError> {
        match &*self.0 {
            Pools::Sqlite { writer, .. } => sqlx::raw_sql(sql).execute(writer).await.map(|_| ())?,
            Pools::Postgres(pool) => sqlx::raw_sql(sql).execute(pool).await.map(|_| ())?,
        }
        Ok(())
    }
}
