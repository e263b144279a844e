//! A folder's task: the lease that makes one instance its reader, the session, and the wait after a failure.

use std::time::Duration;

use tokio::sync::watch::Receiver;

use super::backoff;
use super::folder::{Folder, Memory, Trouble};
use crate::store::StoreError;

/// How long a folder stays an instance's without a beat. One that died leaves it to another after that.
const LEASE: Duration = Duration::from_mins(1);
/// How often the lease is renewed.
const BEAT: Duration = Duration::from_secs(15);

/// Reads a folder until `stop` becomes true. What is under way then is dropped: whatever was not remembered is seen again.
/// `careful`: the server's list is not asked for, as long as all goes well without.
pub(super) async fn run(folder: Folder, careful: bool, mut stop: Receiver<bool>) {
    let mut memory = Memory { careful, ..Memory::default() };
    loop {
        let ended = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            ended = turn(&folder, &mut memory) => ended,
        };
        let wait = match ended {
            Ok(Ended::Taken) => BEAT,
            Err(trouble) => failed(&folder, &mut memory, &trouble).await,
        };
        if tokio::time::timeout(wait, stop.wait_for(|stop| *stop)).await.is_ok() {
            break;
        }
    }
    let (store, mailbox) = (folder.desk.store(), &folder.mailbox.name);
    if let Err(cause) = store.mailbox_release(mailbox, &folder.name, &folder.owner).await {
        tracing::warn!(mailbox, folder = folder.name, %cause, "the lease of a mailbox ends by itself");
    }
}

/// Why a turn ended without a failure.
enum Ended {
    /// Another instance reads this folder.
    Taken,
}

async fn turn(folder: &Folder, memory: &mut Memory) -> Result<Ended, Trouble> {
    let now = folder.desk.clock().now();
    folder.desk.store().mailbox_open(&folder.mailbox.name, &folder.name, now).await?;
    if !beat(folder).await? {
        return Ok(Ended::Taken);
    }
    tokio::select! {
        ended = folder.read(memory) => ended.map(|never| match never {}),
        lost = until_lost(folder) => lost,
    }
}

/// Renews the lease until it is lost.
async fn until_lost(folder: &Folder) -> Result<Ended, Trouble> {
    let mut failing = Duration::ZERO;
    loop {
        let _ = tokio::time::timeout(BEAT, std::future::pending::<()>()).await;
        match beat(folder).await {
            Ok(true) => failing = Duration::ZERO,
            Ok(false) => return Ok(Ended::Taken),
            // While the database is away nobody else can take the lease before its end either.
            Err(cause) if failing + BEAT * 2 >= LEASE => return Err(cause.into()),
            Err(_) => failing += BEAT,
        }
    }
}

async fn beat(folder: &Folder) -> Result<bool, StoreError> {
    let (store, now) = (folder.desk.store(), folder.desk.clock().now());
    store.mailbox_lease(&folder.mailbox.name, &folder.name, &folder.owner, now, now + LEASE).await
}

/// Tells a failure in the folder's row; gives the wait.
async fn failed(folder: &Folder, memory: &mut Memory, trouble: &Trouble) -> Duration {
    memory.failures = memory.failures.saturating_add(1);
    memory.careful |= trouble.is_unreadable();
    let wait = backoff::wait(memory.failures, trouble.is_lasting());
    let (mailbox, name) = (&folder.mailbox.name, &folder.name);
    tracing::warn!(
        mailbox,
        folder = name,
        cause = trouble.code(),
        hint = trouble.hint(),
        again_in_seconds = wait.as_secs(),
        failures = memory.failures,
        "a mailbox cannot be read"
    );
    told(folder, &trouble.to_string(), wait).await;
    wait
}

/// Tells in a folder's row why it cannot be read (French, for people) and when it is tried again.
pub(super) async fn told(folder: &Folder, cause: &str, wait: Duration) {
    let (store, now) = (folder.desk.store(), folder.desk.clock().now());
    let (mailbox, name) = (&folder.mailbox.name, &folder.name);
    if let Err(cause) = store.mailbox_failed(mailbox, name, now, cause, now + wait).await {
        tracing::warn!(mailbox, folder = name, %cause, "nor can that be told on the health page");
    }
}
