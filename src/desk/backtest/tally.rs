//! Counts of one source: what was decided, what would be, and how often each was right.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::change::{Change, acts_alone};
use super::judged::Judged;
use crate::desk::ratio::Ratio;
use crate::triage::explain::Outcome;

/// How often a rule set was right, against what people decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Precision {
    /// The category, of all whose category people decided.
    pub category: Ratio,
    /// What was done without a person, of all that people judged.
    pub alone: Ratio,
}

impl Precision {
    fn count(&mut self, outcome: &Outcome, judged: &Judged) {
        if let Some(category) = &judged.category {
            self.category.count(*category == outcome.category);
        }
        if acts_alone(outcome) {
            self.alone.count(judged.allows(outcome.action, &outcome.category));
        }
    }

    fn add(&mut self, other: Self) {
        self.category.add(other.category);
        self.alone.add(other.alone);
    }
}

/// Old → new, counted.
#[derive(Clone, Debug, Default)]
pub struct Moves(pub BTreeMap<(String, String), usize>);

impl Moves {
    fn count(&mut self, old: &str, new: &str) {
        *self.0.entry((old.to_owned(), new.to_owned())).or_default() += 1;
    }

    fn add(&mut self, other: &Self) {
        for (key, count) in &other.0 {
            *self.0.entry(key.clone()).or_default() += count;
        }
    }

    /// Both together.
    pub fn and(mut self, other: &Self) -> Self {
        self.add(other);
        self
    }
}

impl Serialize for Moves {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Move<'a> {
            old: &'a str,
            new: &'a str,
            count: usize,
        }
        serializer.collect_seq(self.0.iter().map(|((old, new), count)| Move { old, new, count: *count }))
    }
}

/// Everything counted of one source; what differs is kept, the rest only counted.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tally {
    /// Decided again.
    pub replayed: usize,
    /// Left out: the stored decision or its message does not read.
    pub unreadable: usize,
    /// How many were decided by which rule set.
    pub rulesets: BTreeMap<String, usize>,
    /// Actions.
    pub actions: Moves,
    /// Categories.
    pub categories: Moves,
    /// How often right: as decided.
    pub old: Precision,
    /// How often right: with the changed rules.
    pub new: Precision,
    /// What differs.
    #[serde(skip)]
    pub changes: Vec<Change>,
}

impl Tally {
    /// Counts one request.
    pub fn count(&mut self, old: &Outcome, new: &Outcome, judged: Option<&Judged>) {
        self.replayed += 1;
        *self.rulesets.entry(old.ruleset.clone()).or_default() += 1;
        self.actions.count(old.action.code(), new.action.code());
        self.categories.count(&old.category, &new.category);
        if let Some(judged) = judged {
            self.old.count(old, judged);
            self.new.count(new, judged);
        }
    }

    /// Adds what another thread counted.
    pub fn add(&mut self, other: Self) {
        self.replayed += other.replayed;
        self.unreadable += other.unreadable;
        for (ruleset, count) in other.rulesets {
            *self.rulesets.entry(ruleset).or_default() += count;
        }
        self.actions.add(&other.actions);
        self.categories.add(&other.categories);
        self.old.add(other.old);
        self.new.add(other.new);
        self.changes.extend(other.changes);
    }
}
