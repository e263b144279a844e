//! Whether an absence that a text speaks of begins after the day it was written: a machine speaks up during one, who tells
//! of it beforehand is a person.

use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate};
use regex::Regex;

use crate::mail::date::month;
use crate::mail::fold::expression;

/// The first day of an absence and, there or at its last day, the month.
static FRENCH: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\b(?:serai|serons)\b.{0,60}?\b(?:du|des le|a partir du|a compter du) (?:\w+ )?(\d{1,2})(?:er)?(?:[ /](\d{1,2}|[a-z]{3,9}))?(?: (?:\d{4} )?(?:inclus )?(?:au|jusqu'au) (?:\w+ )?\d{1,2}(?:er)?[ /](\w+))?",
    )
});
static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\b(?:will be|'ll be)\b.{0,60}?\b(?:from|starting|as of) (?:\w+day )?(?:the )?(?:(\d{1,2})(?:st|nd|rd|th)?(?: of)?(?: ([a-z]{3,9}))?(?: (?:to|until|till) (?:\w+day )?(?:the )?\d{1,2}(?:st|nd|rd|th)?(?: of)? ([a-z]+))?|([a-z]{3,9}) (\d{1,2}))",
    )
});

/// Whether the absence of a folded sentence begins later than `sent`. The year is the one that brings the two nearest.
pub(super) fn begins_later(sentence: &str, sent: NaiveDate) -> bool {
    let group = |found: &regex::Captures<'_>, at: usize| found.get(at).map(|text| text.as_str().to_owned());
    let (day, months) = if let Some(found) = FRENCH.captures(sentence) {
        (group(&found, 1), [group(&found, 2), group(&found, 3)])
    } else if let Some(found) = ENGLISH.captures(sentence) {
        (group(&found, 1).or(group(&found, 5)), [group(&found, 2).or(group(&found, 4)), group(&found, 3)])
    } else {
        return false;
    };
    let number = |word: &String| word.parse().ok().filter(|n| (1..=12).contains(n)).or_else(|| month(word));
    let Some(month) = months.iter().flatten().find_map(number) else { return false };
    let Some(day) = day.and_then(|day| day.parse().ok()) else { return false };
    let years = [sent.year() - 1, sent.year(), sent.year() + 1];
    let dates = years.into_iter().filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
    dates.min_by_key(|date| (*date - sent).num_days().abs()).is_some_and(|date| date > sent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_beforehand_is_told_by_a_person() {
        let sent = NaiveDate::from_ymd_opt(2026, 2, 27).unwrap();
        for text in [
            "je serai absente du 2 au 16 mars",
            "je serai en conges a partir du 1er mars",
            "nous serons fermes du lundi 2 mars au 4 mars",
            "je serai absent du 02/03 au 16/03",
            "i will be away from 2 to 16 march",
            "i'll be on leave from march 2",
        ] {
            assert!(begins_later(text, sent), "{text}");
            assert!(!begins_later(text, sent + chrono::Days::new(6)), "{text}");
        }
        assert!(!begins_later("je serai absent jusqu'au 16 mars", sent));
        assert!(!begins_later("je serai absent du bureau", sent));
    }
}
