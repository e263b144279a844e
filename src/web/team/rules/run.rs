//! What the pages of the rules do in the background, kept in the memory of this process: the counts of the rules for a while, and
//! the last replays of uploaded sets. Nothing of it is stored, and nothing of it is put in service.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};

use super::counted::Counts;
use crate::desk::Desk;
use crate::desk::backtest::{Pace, Report, Sets, Source, tickets};
use crate::desk::corrected;
use crate::store::StoreError;
use crate::triage::{RuleFiles, Triage};

/// Replays that are remembered.
const KEPT: usize = 5;

/// The work of this process.
#[derive(Default)]
pub(in crate::web) struct Running {
    pub(super) counts: Counts,
    replays: Mutex<VecDeque<Arc<Replay>>>,
}

/// A set that is, or was, replayed.
pub(super) struct Replay {
    /// Its id.
    pub(super) id: String,
    /// Name of whoever asked.
    pub(super) by: String,
    pub(super) started_at: DateTime<Utc>,
    /// First day replayed.
    pub(super) since: Option<NaiveDate>,
    /// The files that were uploaded, by path.
    pub(super) files: Vec<String>,
    /// Requests decided again.
    done: AtomicU64,
    /// Of so many; 0 while the set is still being read.
    total: AtomicU64,
    /// Somebody asked that it stop.
    stopping: AtomicBool,
    outcome: Mutex<Option<Outcome>>,
}

/// How it ended.
#[derive(Clone)]
pub(super) enum Outcome {
    Done(Arc<Report>),
    /// The set does not load: its faults.
    Faults(Vec<String>),
    Failed,
    /// A person stopped it.
    Stopped,
}

impl Replay {
    /// How many of how many, while it runs.
    pub(super) fn progress(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    /// What came of it; `None` while it runs.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks that it stop: nothing more is begun, and it ends once what was begun is done.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop.
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    fn end(&self, outcome: Outcome) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
    }
}

impl Running {
    /// The last ones, newest first.
    pub(super) fn replays(&self) -> Vec<Arc<Replay>> {
        self.replays.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Begins to replay a set; the one that runs already, where there is one: it takes half of the cores.
    pub(super) fn replay(
        &self,
        desk: &Desk,
        set: RuleFiles,
        about: Replay,
    ) -> Result<Arc<Replay>, Arc<Replay>> {
        let mut all = self.replays.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = all.iter().find(|replay| replay.outcome().is_none()) {
            return Err(running.clone());
        }
        let replay = Arc::new(about);
        all.push_front(replay.clone());
        all.truncate(KEPT);
        let (desk, own) = (desk.clone(), replay.clone());
        tokio::spawn(async move {
            let outcome = match work(desk, set, own.clone()).await {
                Ok(outcome) => outcome,
                Err(cause) => {
                    tracing::warn!(%cause, "a replay of an uploaded rule set failed");
                    Outcome::Failed
                }
            };
            own.end(outcome);
        });
        Ok(replay)
    }
}

/// A replay that has not begun.
pub(super) fn about(
    id: String,
    by: &str,
    started_at: DateTime<Utc>,
    since: Option<NaiveDate>,
    files: Vec<String>,
) -> Replay {
    Replay {
        id,
        by: by.to_owned(),
        started_at,
        since,
        files,
        done: AtomicU64::new(0),
        total: AtomicU64::new(0),
        stopping: AtomicBool::new(false),
        outcome: Mutex::new(None),
    }
}

/// Why a replay ended without a result.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Desk(#[from] crate::desk::DeskError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the work ended in a panic")]
    Panic(#[from] tokio::task::JoinError),
}

async fn work(desk: Desk, set: RuleFiles, replay: Arc<Replay>) -> Result<Outcome, Fault> {
    let (current, directory) = (desk.triage_now().await?, desk.directory().await?);
    let (_, corrections) = desk.store().corrections().await?;
    let from = replay.since.map_or(DateTime::UNIX_EPOCH, crate::clock::paris_day_start);
    let total = desk.store().past_count(from).await?;
    let runtime = tokio::runtime::Handle::current();
    let report = tokio::task::spawn_blocking(move || {
        let new = match Triage::load(&set) {
            Ok(new) => corrected(&new, &corrections),
            Err(faults) => return Ok(Outcome::Faults(faults.iter().map(ToString::to_string).collect())),
        };
        // Progress is told only once there is some: reading the set has none.
        replay.total.store(total.max(1), Ordering::Relaxed);
        let step = || {
            replay.done.fetch_add(1, Ordering::Relaxed);
        };
        let sets = Sets { current: &current, new: &new, directory: &directory };
        let goes_on = || !replay.is_stopping();
        let tally = tickets(&runtime, desk.store(), from, sets, Pace::half(&step, &goes_on))?;
        if replay.is_stopping() {
            return Ok(Outcome::Stopped);
        }
        let source = Source { name: "Demandes".to_owned(), tally };
        Ok(Outcome::Done(Arc::new(Report::of(&current, &new, replay.since, vec![source]))))
    });
    report.await?
}
