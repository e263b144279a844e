//! Bodies and their ties: who stands above whom, who follows whom in the lists, who succeeded whom and when. The folder
//! holds how a body is recognised: by its names, by its mail domain, by both.

mod colleague;
mod denied;
pub(in crate::triage) mod domains;
pub(in crate::triage) mod key;
pub(in crate::triage) mod names;
mod resolve;
mod slip;
mod tell;
pub(in crate::triage) mod territory;
mod written;

pub(in crate::triage) use denied::Denied;

use std::collections::HashMap;

use chrono::NaiveDate;

use super::reference::{Attachment, Kind, Period};
pub use territory::Level;

/// A body that may write to the service.
#[derive(Clone, Debug)]
pub struct Body {
    /// Id in `rules/reference/organisations.toml`.
    pub id: String,
    /// Canonical name, as the published lists or the body itself write it.
    pub name: String,
    /// Its other names: acronyms, former and foreign ones.
    pub also: Vec<String>,
    /// What it is.
    pub kind: Kind,
    /// Whether the row stands for many bodies.
    pub group: bool,
    /// Name of one of them, to be shown with its territory; empty where the row has no such name.
    pub each: String,
    /// Levels of territory that follow it, the likeliest first; empty where none does.
    pub of: Vec<Level>,
    /// Whether the name to show is what the person wrote.
    pub as_written: bool,
    /// When it existed.
    pub period: Period,
    /// What a person should know of it (French); may be empty.
    pub note: String,
    pub(in crate::triage) parent: Option<usize>,
    pub(in crate::triage) attachment: Attachment,
    /// Who stood above it at other times.
    pub(in crate::triage) moves: Vec<Move>,
    /// The other ministries that it serves: a service of several stands as they do, where they stand alike.
    pub(in crate::triage) joint: Vec<usize>,
    pub(in crate::triage) successor: Option<usize>,
    pub(in crate::triage) predecessor: Option<usize>,
}

/// The body above another for a time.
#[derive(Clone, Debug)]
pub(in crate::triage) struct Move {
    pub(in crate::triage) parent: usize,
    pub(in crate::triage) attachment: Attachment,
    pub(in crate::triage) period: Period,
}

impl Body {
    /// The body above it on that day, and how it is tied to that one.
    pub(in crate::triage) fn tied(&self, day: NaiveDate) -> (Option<usize>, Attachment) {
        let moved = self.moves.iter().find(|moved| moved.period.holds(day));
        moved.map_or((self.parent, self.attachment), |moved| (Some(moved.parent), moved.attachment))
    }

    /// Every body that stands, or stood, above it.
    pub(in crate::triage) fn parents(&self) -> impl Iterator<Item = usize> {
        self.parent.into_iter().chain(self.moves.iter().map(|moved| moved.parent))
    }
}

/// All bodies; a body is named by its index.
#[derive(Debug, Default)]
pub(in crate::triage) struct Bodies {
    all: Vec<Body>,
    by_id: HashMap<String, usize>,
}

impl Bodies {
    /// Takes the bodies in, indexes being their places.
    pub(in crate::triage) fn new(all: Vec<Body>) -> Self {
        let by_id = all.iter().enumerate().map(|(index, body)| (body.id.clone(), index)).collect();
        Self { all, by_id }
    }

    /// The body with this id.
    pub(in crate::triage) fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The body at an index.
    pub(in crate::triage) fn get(&self, body: usize) -> &Body {
        &self.all[body]
    }

    /// Every body.
    pub(in crate::triage) fn iter(&self) -> impl Iterator<Item = &Body> {
        self.all.iter()
    }

    /// The body and those above it on that day, nearest first. The loader refuses circles.
    pub(in crate::triage) fn upwards(&self, body: usize, day: NaiveDate) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(body), move |at| self.all[*at].tied(day).0)
    }

    /// The nearest one above that is a body by itself: services of one legal person share it.
    pub(in crate::triage) fn anchor(&self, body: usize, day: NaiveDate) -> usize {
        let apart = |at: &usize| {
            let row = &self.all[*at];
            let (parent, attachment) = row.tied(day);
            !row.group || attachment != Attachment::Follows || parent.is_none()
        };
        self.upwards(body, day).find(apart).unwrap_or(body)
    }

    /// Whether `body` stands under `above` on that day (a body stands under itself).
    pub(in crate::triage) fn is_under(&self, body: usize, above: usize, day: NaiveDate) -> bool {
        self.upwards(body, day).any(|at| at == above)
    }

    /// Whether `body` is `above`, or the same legal person under it on that day.
    pub(in crate::triage) fn is_part_of(&self, body: usize, above: usize, day: NaiveDate) -> bool {
        let mut here = self.upwards(body, day).take_while(|at| *at != above);
        here.all(|at| self.all[at].tied(day).1 == Attachment::Follows) && self.is_under(body, above, day)
    }

    /// The bodies that `body` succeeded.
    pub(in crate::triage) fn succeeded_by(&self, body: usize) -> impl Iterator<Item = usize> {
        self.all.iter().enumerate().filter(move |(_, b)| b.successor == Some(body)).map(|(index, _)| index)
    }

    /// The body that this one was or is on that day: its successor after its end, its predecessor before its beginning.
    pub(in crate::triage) fn on(&self, body: usize, day: NaiveDate) -> usize {
        let row = &self.all[body];
        match (row.predecessor, row.successor) {
            (Some(before), _) if !row.period.has_begun(day) => before,
            (_, Some(after)) if row.period.has_begun(day) && !row.period.holds(day) => after,
            _ => body,
        }
    }
}
