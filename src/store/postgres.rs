//! Connections to PostgreSQL: that a server which is away is told at once, and that an instance which stands still in the
//! midst of its work holds up no other.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool};

use super::{Settings, StoreError};

/// A server that lives lets us in within this time.
const PATIENCE: Duration = Duration::from_secs(8);

/// Of an instance that froze (its machine is paused, its network gone) nothing tells the server before TCP gives up, hours
/// later; until then it would hold what every sending asks for. Its transaction is ended for it, and whoever waits for its
/// locks says so and tries again. A transaction of ours does no more than a few statements.
const LIMITS: &str = "SET idle_in_transaction_session_timeout = '20s'; SET lock_timeout = '10s'";

/// A pool of connections.
pub(super) async fn connect(settings: &Settings) -> Result<PgPool, StoreError> {
    let options: PgConnectOptions = settings.url.parse()?;
    // The pool tries a server that is away again and again, and then says only that no connection came free.
    let first = tokio::time::timeout(PATIENCE, PgConnection::connect_with(&options)).await;
    let first = first.unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())));
    drop(first.map_err(StoreError::Connect)?.close().await);
    let pool = PgPoolOptions::new()
        // One more than the readers, so that the shared commits of arrivals never wait for a page.
        .max_connections(settings.readers.max(1) + 1)
        .after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql(LIMITS).execute(connection).await.map(drop) })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}
