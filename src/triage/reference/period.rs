//! From when to when a row holds. A month means all of it: its first day where a period begins, its last where it ends.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::clock::day_text;
use crate::message::Lang;

/// A period of days, both ends included; an open end never comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day, if known.
    pub from: Option<NaiveDate>,
    /// Last day, if known.
    pub until: Option<NaiveDate>,
}

impl Period {
    /// Reads `YYYY-MM-DD` or `YYYY-MM` for both ends; an empty text leaves that end open. The error says what is wrong.
    pub(in crate::triage) fn parse(from: &str, until: &str) -> Result<Self, String> {
        let period = Self { from: first_day(from)?, until: last_day(until)? };
        match (period.from, period.until) {
            (Some(from), Some(until)) if until < from => {
                Err(format!("la période finit ({until}) avant de commencer ({from})"))
            }
            _ => Ok(period),
        }
    }

    /// Whether it has begun on that day.
    pub fn has_begun(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day)
    }

    /// Whether it holds on that day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.has_begun(day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether its last day is past.
    pub fn is_over(&self, day: NaiveDate) -> bool {
        self.until.is_some_and(|until| until < day)
    }

    /// Whether both hold on some day.
    pub(in crate::triage) fn meets(self, other: Self) -> bool {
        let ends_before = |one: Self, next: Self| matches!((one.until, next.from), (Some(until), Some(from)) if until < from);
        !ends_before(self, other) && !ends_before(other, self)
    }

    /// As a French reader expects it: `du 1er octobre 2020 au 30 septembre 2024`.
    pub fn text(&self) -> String {
        match (self.from, self.until) {
            (Some(from), Some(until)) => {
                format!("du {} au {}", day_text(from, Lang::Fr), day_text(until, Lang::Fr))
            }
            (Some(from), None) => format!("depuis le {}", day_text(from, Lang::Fr)),
            (None, Some(until)) => format!("jusqu’au {}", day_text(until, Lang::Fr)),
            (None, None) => "sans date".to_owned(),
        }
    }
}

fn first_day(text: &str) -> Result<Option<NaiveDate>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let full = if text.len() == 7 { format!("{text}-01") } else { text.to_owned() };
    full.parse().map(Some).map_err(|_| format!("« {text} » n’est ni AAAA-MM ni AAAA-MM-JJ"))
}

fn last_day(text: &str) -> Result<Option<NaiveDate>, String> {
    let Some(day) = first_day(text)? else { return Ok(None) };
    if text.len() == 7 { Ok((day + Months::new(1)).pred_opt()) } else { Ok(Some(day)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_all_of_it() {
        let period = Period::parse("2020-10", "2024-09").unwrap();
        assert_eq!(period.text(), "du 1er octobre 2020 au 30 septembre 2024");
        assert!(period.holds("2024-09-30".parse().unwrap()) && !period.holds("2024-10-01".parse().unwrap()));
        assert!(Period::parse("2024-13", "").is_err() && Period::parse("2024-02", "2023").is_err());
        assert!(Period::parse("2024-02", "2024-01").is_err());
    }
}
