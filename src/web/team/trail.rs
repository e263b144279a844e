//! The audit trail as the team reads it, latest first.

use super::categories::Categories;
use super::{ban, nature, words};
use crate::clock::paris_text;
use crate::message::{Door, Lang};
use crate::store::Account;
use crate::ticket::{Event, EventKind};
use crate::triage::{Action, Reason};

/// A line of the trail.
pub(super) struct Line<'a> {
    /// `Catégorie corrigée`, …
    pub(super) title: &'static str,
    /// By whom.
    pub(super) who: String,
    /// When, for people.
    pub(super) when: String,
    /// When, for machines.
    pub(super) when_iso: String,
    /// What completes it; empty for nothing.
    pub(super) detail: String,
    /// A note of the team: shown in full.
    pub(super) note: bool,
    /// `detail` is the reference of another request: it leads there.
    pub(super) leads: bool,
    event: &'a Event,
}

impl Line<'_> {
    /// Its key; keys sort by the time they were made.
    pub(super) fn id(&self) -> &str {
        &self.event.id
    }

    /// In one sentence, for the notice of a conflict.
    pub(super) fn told(&self) -> String {
        let when = paris_text(self.event.at, Lang::Fr);
        match self.detail.as_str() {
            "" => format!("{}, par {}, le {when}", self.title, self.who),
            _ if self.note => format!("{}, par {}, le {when}", self.title, self.who),
            detail => format!("{} ({detail}), par {}, le {when}", self.title, self.who),
        }
    }
}

/// The trail of a ticket, latest first.
pub(super) fn lines<'a>(events: &'a [Event], accounts: &[Account], categories: &Categories) -> Vec<Line<'a>> {
    events
        .iter()
        .rev()
        .map(|event| Line {
            title: event.kind.title(),
            who: words::actor(&event.actor, accounts),
            when: paris_text(event.at, Lang::Fr),
            when_iso: words::machine(event.at),
            detail: detail(event, categories),
            note: event.kind == EventKind::Noted,
            leads: matches!(
                event.kind,
                EventKind::Merged
                    | EventKind::Absorbed
                    | EventKind::Unmerged
                    | EventKind::SplitOff
                    | EventKind::SplitFrom
            ),
            event,
        })
        .collect()
}

/// Tickets that are named as probably about the same.
const RELATED: usize = 5;

/// References of the tickets that are probably about the same, the latest ones.
pub(super) fn related(events: &[Event]) -> Vec<&str> {
    let related = events.iter().rev().filter(|event| event.kind == EventKind::Related);
    related.map(|event| event.detail.as_str()).take(RELATED).collect()
}

fn detail(event: &Event, categories: &Categories) -> String {
    match event.kind {
        EventKind::Corrected => match event.detail.split_once(" → ") {
            Some((from, to)) => format!("{} → {}", categories.title(from), categories.title(to)),
            None => event.detail.clone(),
        },
        EventKind::Opened | EventKind::Received => Door::from_code(&event.detail)
            .map_or_else(|| event.detail.clone(), |door| words::door(door).to_owned()),
        EventKind::Withheld => match event.detail.rsplit_once(" : ") {
            Some((what, code)) => format!("{what} : {}", ban::sentence(code)),
            None => event.detail.clone(),
        },
        EventKind::Linked => serde_json::from_value(event.detail.as_str().into()).ok().map_or_else(
            || event.detail.clone(),
            |kind| nature::kind(kind).unwrap_or("message d’une machine").to_owned(),
        ),
        // The message bears the mark.
        EventKind::Thanked => String::new(),
        EventKind::Decided => decided(&event.detail, categories).unwrap_or_else(|| event.detail.clone()),
        _ => event.detail.clone(),
    }
}

/// A decision's codes (`queue · sill · in-offer`) in words.
fn decided(detail: &str, categories: &Categories) -> Option<String> {
    let mut codes = detail.split(" · ");
    let (action, category, reason) = (codes.next()?, codes.next()?, codes.next()?);
    let action: Action = serde_json::from_value(action.into()).ok()?;
    let reason: Reason = serde_json::from_value(reason.into()).ok()?;
    Some(format!("{}, {}. {}", words::action(action, reason), categories.title(category), reason.sentence()))
}
