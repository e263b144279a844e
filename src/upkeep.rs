//! What must be tidied: files of abandoned forms, ended sessions, marks of addresses that have ended, tickets whose
//! reopening was withheld, examples that were kept long enough; and what time brings to requests handed over: reminders,
//! the end of patience; and writes what the doors of this process did. (Retention of tickets will stand here.)

use std::time::Duration;

use chrono::Months;
use tokio::sync::watch;

use crate::desk::{Desk, DeskError};

/// How often the broom passes.
const EVERY: Duration = Duration::from_mins(10);
/// How often the counts of the doors are written.
const COUNT_EVERY: Duration = Duration::from_secs(10);
/// Failed sign-ins count for a quarter of an hour; a day keeps them for whoever looks into an attack.
const FAILURES_KEPT: chrono::Duration = chrono::Duration::days(1);

/// Codes of status pages are counted by the hour; their mails are worth less than that.
const CODES_KEPT: chrono::Duration = chrono::Duration::hours(1);
/// Nobody takes back an act on many requests that is older.
const UNDOABLE: chrono::Duration = chrono::Duration::days(7);

/// Tidies and counts until `stop` becomes true.
pub async fn run(desk: Desk, stop: watch::Receiver<bool>) {
    tokio::join!(sweep(&desk, stop.clone()), count(&desk, stop.clone()));
}

async fn sweep(desk: &Desk, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(cause) = tidy(desk).await {
            tracing::warn!(%cause, "tidying waits for the next time");
        }
        let _ = tokio::time::timeout(EVERY, stop.changed()).await;
    }
}

/// Writes what the doors did. What comes after `stop` is written by whoever closes the doors ([`Desk::write_tally`]).
async fn count(desk: &Desk, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(cause) = desk.write_tally().await {
            tracing::warn!(%cause, "what the doors did is written later");
        }
        let _ = tokio::time::timeout(COUNT_EVERY, stop.changed()).await;
    }
}

/// Tidies once.
pub async fn tidy(desk: &Desk) -> Result<(), DeskError> {
    let (store, now) = (desk.store(), desk.clock().now());
    desk.wake_due().await?;
    desk.reopen_withheld().await?;
    desk.follow_hand_overs().await?;
    desk.end_following().await?;
    store.form_files_expire(now).await?;
    store.status_codes_expire(now, now - CODES_KEPT).await?;
    store.bulk_expire(now - UNDOABLE).await?;
    store.address_marks_expire(now).await?;
    store.presence_expire(now).await?;
    desk.forget_sketches().await?;
    if let Some(before) = now.checked_sub_months(Months::new(desk.settings().examples.keep_months)) {
        store.examples_expire(before).await?;
    }
    store.sign_ins_expire(now, now - FAILURES_KEPT).await?;
    // Last: it may be long, and all of the above is due today.
    desk.make_findable().await?;
    Ok(())
}
