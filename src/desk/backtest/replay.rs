//! Deciding again, on several cores: one hand reads pages, the others decide, and only what differs stays in memory.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use chrono::{DateTime, Utc};
use tokio::runtime::Handle;

use super::change::{About, Change, Group};
use super::judged::{Judged, Label};
use super::tally::Tally;
use crate::desk::decide;
use crate::store::{PastRow, Store, StoreError};
use crate::triage::explain::Outcome;
use crate::triage::{Category, Directory, Triage};

/// Tickets of a page: few enough that some with the longest texts fit in memory.
const PAGE: i64 = 100;
/// Pages that wait for a free core.
const AHEAD: usize = 2;

/// The two rule sets that are compared, and the directory that both decide with.
#[derive(Clone, Copy)]
pub struct Sets<'a> {
    /// The one in force.
    pub current: &'a Triage,
    /// The changed one.
    pub new: &'a Triage,
    /// The one in force.
    pub directory: &'a Directory,
}

impl Sets<'_> {
    /// Whether either knows a category.
    pub fn know(self, id: &str) -> bool {
        self.declared(id).is_some()
    }

    /// Whether a category is a refused topic. The set in force says so first: a change must not be its own judge.
    fn refuse(self, id: &str) -> bool {
        self.declared(id).is_some_and(|known| known.refused)
    }

    fn declared(&self, id: &str) -> Option<&Category> {
        self.current.taxonomy().declared(id).or(self.new.taxonomy().declared(id))
    }
}

/// How many cores decide, what is told after each request, and whether to go on.
#[derive(Clone, Copy)]
pub struct Pace<'a> {
    /// Cores; one at least.
    pub cores: usize,
    /// Called once a request, by any of them.
    pub step: &'a (dyn Fn() + Sync),
    /// Asked before each page; `false`: what was decided so far is all.
    pub goes_on: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> Pace<'a> {
    /// On every core there is, to the end.
    pub fn full(step: &'a (dyn Fn() + Sync)) -> Self {
        Self { cores: cores(), step, goes_on: &|| true }
    }

    /// On half of them: pages are served meanwhile.
    pub fn half(step: &'a (dyn Fn() + Sync), goes_on: &'a (dyn Fn() -> bool + Sync)) -> Self {
        Self { cores: cores() / 2, step, goes_on }
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Decides all tickets opened since then again, against what was stored. Blocks: for a thread of its own.
pub fn tickets(
    runtime: &Handle,
    store: &Store,
    since: DateTime<Utc>,
    sets: Sets<'_>,
    pace: Pace<'_>,
) -> Result<Tally, StoreError> {
    let feed = |sender: SyncSender<Vec<PastRow>>| {
        let mut after = (since, String::new());
        while (pace.goes_on)() {
            let rows = runtime.block_on(store.past(&after, PAGE))?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.cursor();
            if sender.send(rows).is_err() {
                // Nobody listens any more: their fault is told when they are asked for.
                return Ok(());
            }
        }
        Ok(())
    };
    on_cores(pace.cores, feed, |tally, row: PastRow| {
        ticket(tally, row, sets);
        (pace.step)();
    })
}

fn ticket(tally: &mut Tally, row: PastRow, sets: Sets<'_>) {
    let Ok(past) = row.read() else {
        tally.unreadable += 1;
        return;
    };
    let Some(old) = &past.decided else {
        tally.unreadable += 1;
        return;
    };
    let by = |triage| decide(triage, sets.directory, &past.message, past.nature.as_ref(), past.opened_at);
    let new = by(sets.new);
    let judged = Judged::of_ticket(&past, |id| sets.refuse(id));
    tally.count(old, &Outcome::from(&new), judged.as_ref());
    let about = About { id: &past.reference, file: None, order: past.opened_at.timestamp_micros() };
    let Some(mut change) = Change::between(&about, old, &new, judged.as_ref(), sets.new.taxonomy()) else {
        return;
    };
    if old.ruleset != sets.current.ruleset() {
        let now = Outcome::from(&by(sets.current));
        change.already = Group::of(&now, &change.new).is_none();
    }
    tally.changes.push(change);
}

/// Decides labelled requests by both sets.
pub fn labelled(labels: Vec<Label>, file: &str, sets: Sets<'_>, pace: Pace<'_>) -> Tally {
    let feed = |sender: SyncSender<Vec<Label>>| {
        for label in labels {
            if sender.send(vec![label]).is_err() {
                break;
            }
        }
        Ok(())
    };
    let decided: Result<Tally, std::convert::Infallible> =
        on_cores(pace.cores, feed, |tally, label: Label| {
            let by = |triage: &Triage| triage.examine(&label.message, label.day, sets.directory);
            let (old, new) = (Outcome::from(&by(sets.current)), by(sets.new));
            let judged = label.judged(|id| sets.refuse(id));
            tally.count(&old, &Outcome::from(&new), Some(&judged));
            let order = i64::try_from(label.line).unwrap_or(i64::MAX);
            let about = About { id: &label.id, file: Some(file), order };
            tally.changes.extend(Change::between(&about, &old, &new, Some(&judged), sets.new.taxonomy()));
            (pace.step)();
        });
    let Ok(tally) = decided;
    tally
}

/// Has `feed` send batches, works them off on so many threads, and adds up what they counted.
fn on_cores<T: Send, E>(
    cores: usize,
    feed: impl FnOnce(SyncSender<Vec<T>>) -> Result<(), E>,
    work: impl Fn(&mut Tally, T) + Sync,
) -> Result<Tally, E> {
    let (sender, receiver) = sync_channel::<Vec<T>>(AHEAD);
    // Shared by the workers alone: should all of them die, nobody listens, and the feed ends.
    let receiver = Arc::new(Mutex::new(receiver));
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores.max(1))
            .map(|_| {
                let (receiver, work) = (receiver.clone(), &work);
                scope.spawn(move || {
                    let mut tally = Tally::default();
                    while let Some(batch) = next(&receiver) {
                        for one in batch {
                            work(&mut tally, one);
                        }
                    }
                    tally
                })
            })
            .collect();
        drop(receiver);
        let outcome = feed(sender);
        let mut total = Tally::default();
        for worker in workers {
            match worker.join() {
                Ok(tally) => total.add(tally),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        outcome.map(|()| total)
    })
}

fn next<T>(receiver: &Mutex<Receiver<T>>) -> Option<T> {
    receiver.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}
