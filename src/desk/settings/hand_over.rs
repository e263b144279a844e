//! Section `[hand_over]`: how a request that somebody else has is followed.

use chrono::{DateTime, Datelike as _, Duration, Utc, Weekday};
use serde::Deserialize;

use crate::clock::paris_day;
use crate::fault::Finding;
use crate::setting::HumanDuration;

const DAY: HumanDuration = HumanDuration::from_secs(86_400);

/// How long an answer is waited for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOverSettings {
    /// When its recipient is reminded, counted from the hand-over, in days of 24 hours; empty for never.
    pub remind: Vec<HumanDuration>,
    /// When the request is back in the queue without an answer, counted likewise; after the last reminder.
    pub give_up: HumanDuration,
    /// Whether a person glances at an answer that the requester got before the ticket is closed; else it is closed at once.
    pub close_after_glance: bool,
    /// Hand-overs to one address within 24 hours that go each by itself; those beyond are gathered in one mail.
    pub digest_above: u32,
    /// How long the first of those that are gathered waits for others.
    pub digest_wait: HumanDuration,
}

impl HandOverSettings {
    /// When to look again at what was handed over at `made` and reminded of `reminders` times: the next reminder, or the
    /// end of patience. What would fall on a weekend falls on the Monday after it.
    pub fn next(&self, made: DateTime<Utc>, reminders: i64) -> DateTime<Utc> {
        let at = usize::try_from(reminders).ok().and_then(|at| self.remind.get(at));
        let due = made + at.unwrap_or(&self.give_up).as_chrono();
        match paris_day(due).weekday() {
            Weekday::Sat => due + Duration::days(2),
            Weekday::Sun => due + Duration::days(1),
            _ => due,
        }
    }

    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let days = |days: u64| HumanDuration::from_secs(days * 86_400);
        found.extend(Finding::outside("give_up", self.give_up, DAY, days(90)));
        let hours = |hours: u64| HumanDuration::from_secs(hours * 3_600);
        found.extend(Finding::outside("digest_wait", self.digest_wait, hours(1), hours(72)));
        if self.digest_above == 0 {
            let mend = "choisissez au moins 1 ; pour ne jamais grouper, un grand nombre";
            found.push(Finding::new("digest_above", "0 ferait attendre même la première", mend));
        }
        let rising = self.remind.is_sorted_by(|one, next| one < next);
        if !rising || self.remind.iter().any(|wait| *wait < DAY || *wait >= self.give_up) {
            found.push(Finding::new(
                "remind",
                "les rappels ne se suivent pas, ou ne sont pas tous entre « 1d » et give_up",
                "écrivez par exemple [\"3d\", \"7d\"], avec give_up = \"10d\"",
            ));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    fn settings(remind: &[u64], give_up: u64) -> HandOverSettings {
        let days = |days: u64| HumanDuration::from_secs(days * 86_400);
        HandOverSettings {
            remind: remind.iter().map(|n| days(*n)).collect(),
            give_up: days(give_up),
            close_after_glance: true,
            digest_above: 5,
            digest_wait: HumanDuration::from_secs(3_600),
        }
    }

    #[test]
    fn nobody_is_reminded_on_a_weekend() {
        let settings = settings(&[3], 10);
        let at = |day, hour| Utc.with_ymd_and_hms(2026, 11, day, hour, 0, 0).unwrap();
        assert_eq!(settings.next(at(23, 9), 0), at(26, 9), "Monday to Thursday");
        assert_eq!(settings.next(at(25, 9), 0), at(30, 9), "a Saturday waits for Monday");
        assert_eq!(settings.next(at(26, 9), 0), at(30, 9), "a Sunday too");
        assert_eq!(settings.next(at(23, 9), 1), Utc.with_ymd_and_hms(2026, 12, 3, 9, 0, 0).unwrap());
        assert!(settings.check().is_empty());
    }

    #[test]
    fn reminders_come_before_the_end_of_patience() {
        let faults = |remind: &[u64], give_up| settings(remind, give_up).check().len();
        assert_eq!(faults(&[], 1), 0);
        assert_eq!(faults(&[7, 3], 10), 1);
        assert_eq!(faults(&[3, 10], 10), 1);
        assert_eq!(faults(&[], 0), 1);
        assert_eq!(faults(&[3], 91), 1);
        assert_eq!(HandOverSettings { digest_above: 0, ..settings(&[3], 10) }.check().len(), 1);
    }
}
