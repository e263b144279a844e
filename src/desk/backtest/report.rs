//! The whole comparison and its verdict.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::change::{Change, Group};
use super::judged::Standing;
use super::tally::Tally;
use crate::triage::{Taxonomy, Triage};

/// What was replayed, and what came of it.
#[derive(Debug, Serialize)]
pub struct Source {
    /// `demandes` for the stored tickets, else the labelled file.
    pub name: String,
    /// Its counts.
    #[serde(flatten)]
    pub tally: Tally,
}

/// What the comparison comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing needs a look.
    Clear,
    /// Something does.
    Look,
    /// People had judged otherwise.
    Worse,
}

impl Verdict {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Clear => 0,
            Self::Look => 1,
            Self::Worse => 2,
        }
    }
}

/// Everything that is told.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Hash of the set in force.
    pub ruleset_current: String,
    /// Hash of the changed set.
    pub ruleset_new: String,
    /// First day replayed.
    pub since: Option<NaiveDate>,
    /// The verdict.
    pub verdict: Verdict,
    /// The exit code.
    pub exit: u8,
    /// What was replayed.
    pub sources: Vec<Source>,
    /// How many changes of each kind.
    pub counts: BTreeMap<Group, usize>,
    /// Every change: the worst kind first; in one kind those against what people decided first, then the oldest.
    pub changes: Vec<Change>,
    /// Titles are read here.
    #[serde(skip)]
    pub taxonomy: Taxonomy,
}

impl Report {
    /// Puts the sources together.
    pub fn of(current: &Triage, new: &Triage, since: Option<NaiveDate>, mut sources: Vec<Source>) -> Self {
        let taken = sources.iter_mut().map(|source| std::mem::take(&mut source.tally.changes));
        let mut changes: Vec<Change> = taken.flatten().collect();
        changes.sort_by(|a, b| {
            let rank = |change: &Change| (change.group, change.judged != Standing::Otherwise);
            rank(a)
                .cmp(&rank(b))
                .then_with(|| a.file.cmp(&b.file))
                .then(a.order.cmp(&b.order))
                .then_with(|| a.id.cmp(&b.id))
        });
        let count = |group| changes.iter().filter(|change| change.group == group).count();
        let counts = Group::ALL.map(|group| (group, count(group))).into();
        let verdict = verdict(&sources, &changes);
        Self {
            ruleset_current: current.ruleset().to_owned(),
            ruleset_new: new.ruleset().to_owned(),
            since,
            verdict,
            exit: verdict.code(),
            sources,
            counts,
            changes,
            taxonomy: new.taxonomy().clone(),
        }
    }
}

/// What needs a look is what this change would do without a person; what the rules in force do already is no news of it.
fn verdict(sources: &[Source], changes: &[Change]) -> Verdict {
    let acts = |standing| {
        changes.iter().any(|change| change.group.is_new_act() && !change.already && change.judged == standing)
    };
    let less_right =
        sources.iter().any(|source| source.tally.new.category.right() < source.tally.old.category.right());
    // What could not be replayed may be the very thing that would change.
    let unread = sources.iter().any(|source| source.tally.unreadable > 0);
    if acts(Standing::Otherwise) {
        Verdict::Worse
    } else if acts(Standing::Nobody) || less_right || unread {
        Verdict::Look
    } else {
        Verdict::Clear
    }
}
