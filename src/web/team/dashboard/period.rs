//! The period of the dashboards, as the address has it: `du` and `au`, days in Paris, both included.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde::Deserialize;

use crate::clock::day_text;
use crate::desk::figures::Stretch;
use crate::message::Lang;

/// The query, as typed: nonsense means the usual period.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PeriodQuery {
    du: String,
    au: String,
}

/// A period and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Preset {
    pub(super) title: &'static str,
    pub(super) from: NaiveDate,
    pub(super) until: NaiveDate,
}

/// The periods that are one press away; the first is the usual one.
pub(super) fn presets(today: NaiveDate) -> [Preset; 4] {
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let weeks = |count: u64| monday - Days::new(7 * (count - 1));
    let year = today.with_ordinal(1).unwrap_or(today);
    let preset = |title, from| Preset { title, from, until: today };
    [
        preset("12 semaines", weeks(12)),
        preset("4 semaines", weeks(4)),
        preset("12 mois", today - Months::new(12) + Days::new(1)),
        preset("Cette année", year),
    ]
}

impl PeriodQuery {
    /// First and last day.
    pub(super) fn read(&self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let [usual, ..] = presets(today);
        let (from, until) = (self.du.parse().unwrap_or(usual.from), self.au.parse().unwrap_or(today));
        if from <= until { (from, until) } else { (until, from) }
    }
}

/// A stretch under its axis: the day it begins, or its month.
pub(super) fn short(stretch: Stretch) -> String {
    const MONTHS: [&str; 12] =
        ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
    let month = MONTHS[usize::try_from(stretch.from.month0()).unwrap_or_default()];
    if (stretch.until - stretch.from).num_days() >= 7 {
        format!("{month} {}", stretch.from.format("%y"))
    } else {
        format!("{} {month}", stretch.from.day())
    }
}

/// A stretch in full: `du 2 novembre 2026 au 8 novembre 2026`.
pub(super) fn long(stretch: Stretch) -> String {
    let text = |day| day_text(day, Lang::Fr);
    if stretch.from == stretch.until {
        return format!("le {}", text(stretch.from));
    }
    format!("du {} au {}", text(stretch.from), text(stretch.until))
}
