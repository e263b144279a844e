//! Mailboxes, read over IMAP: every mail is kept exactly once, whoever reads, moves or renumbers the mailbox beside us.
//!
//! One task a folder (`watch.rs`): it takes the folder's lease, connects, reads (`folder.rs`: list, plan, fetch, keep,
//! remember), settles what is owed to the server (`after.rs`), and waits for news. What is to be taken is decided by a pure
//! function (`plan.rs`). Whatever fails is told in the folder's row and tried again after a growing wait; nothing here ever
//! ends the process.

mod after;
mod backoff;
mod folder;
mod plan;
mod take;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch::Receiver;
use tokio::task::JoinSet;

use crate::desk::Desk;
use crate::mail::imap::Settings;
use crate::store::new_id;
use folder::Folder;

/// The wait before a folder whose task panicked is read again.
const AFTER_PANIC: Duration = Duration::from_secs(10);

/// Reads every mailbox of the settings until `stop` becomes true. Without any, it only waits for that.
pub async fn run(desk: Desk, settings: Settings, mut stop: Receiver<bool>) {
    let settings = Arc::new(settings);
    let owner = new_id();
    let mut watches = JoinSet::new();
    for folder in Folder::all(&desk, &settings, &owner) {
        watches.spawn(supervised(folder, stop.clone()));
    }
    let _ = stop.wait_for(|stop| *stop).await;
    while watches.join_next().await.is_some() {}
}

/// Watches a folder, and begins again should that panic: then carefully, for it may be a list that makes the parser do so.
async fn supervised(folder: Folder, mut stop: Receiver<bool>) {
    let mut careful = false;
    while tokio::spawn(watch::run(folder.clone(), careful, stop.clone())).await.is_err() {
        careful = true;
        watch::told(&folder, "le programme a échoué ; le lieu de la faute est dans le journal", AFTER_PANIC)
            .await;
        tracing::error!(mailbox = folder.mailbox.name, folder = folder.name, "reading a mailbox panicked");
        if tokio::time::timeout(AFTER_PANIC, stop.wait_for(|stop| *stop)).await.is_ok() {
            return;
        }
    }
}
