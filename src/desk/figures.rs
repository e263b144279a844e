//! The figures of the dashboards: what came in, how soon it was answered, what was decided without a person and how often people
//! corrected that, how old what is open is. Counted by stretches of time whose bounds are days in Europe/Paris, so that both
//! databases say the same.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Days, Duration, Months, NaiveDate, Utc};

use super::{Desk, DeskError};
use crate::clock::paris_day_start;

/// Weeks up to which a period is cut into weeks; months beyond.
const WEEKS: i64 = 53;
/// Years of the longest period.
const YEARS: u32 = 5;

/// A stretch of time: first and last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
}

/// How many of one kind came in each stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Category id, channel code, or the code of a kind of body (empty: none was recognised).
    pub key: String,
    /// One a stretch.
    pub counts: Vec<u64>,
}

impl Series {
    /// All of them.
    pub fn sum(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// How soon requests of a stretch were answered first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delays {
    /// Requests that came.
    pub came: usize,
    /// Of these, answered so far.
    pub answered: usize,
    /// Half of those answered were answered within.
    pub median: Option<Duration>,
    /// Nine in ten were.
    pub ninetieth: Option<Duration>,
}

/// What was decided without a person in a stretch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alone {
    /// Requests that came.
    pub came: usize,
    /// Refused, answered or handed over without a person.
    pub alone: usize,
    /// Of those, corrected by a person.
    pub corrected: usize,
}

/// Everything of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The stretches that it is cut into.
    pub stretches: Vec<Stretch>,
    /// Arrivals by category, the most frequent first.
    pub categories: Vec<Series>,
    /// Arrivals by channel.
    pub channels: Vec<Series>,
    /// Arrivals by kind of body.
    pub kinds: Vec<Series>,
    /// How soon they were answered, a stretch each, and the whole period last.
    pub delays: Vec<Delays>,
    /// What was decided without a person, in the same way.
    pub alone: Vec<Alone>,
    /// Open now, by age: the bounds are [`AGES`].
    pub open: Vec<u64>,
}

/// Ages of open requests, in days: from the first until before the second; those that the list is filtered by.
pub const AGES: [(i64, Option<i64>); 4] = [(0, Some(1)), (1, Some(7)), (7, Some(30)), (30, None)];

/// The weeks, or the months, that a period is cut into; the first and the last may be shorter. A period that ends before it begins
/// is its first day; one that is too long is cut at its beginning.
pub fn stretches(from: NaiveDate, until: NaiveDate) -> Vec<Stretch> {
    let until = until.max(from);
    let from = from.max(until - Months::new(12 * YEARS));
    let by_weeks = (until - from).num_days() <= 7 * WEEKS;
    let mut all = Vec::new();
    let mut first = from;
    while first <= until {
        let last = if by_weeks {
            first + Days::new(u64::from(6 - first.weekday().num_days_from_monday()))
        } else {
            first.with_day(1).unwrap_or(first) + Months::new(1) - Days::new(1)
        };
        all.push(Stretch { from: first, until: last.min(until) });
        first = last + Days::new(1);
    }
    all
}

impl Desk {
    /// The figures of a period of days in Europe/Paris, both included.
    pub async fn figures(&self, from: NaiveDate, until: NaiveDate) -> Result<Figures, DeskError> {
        let stretches = stretches(from, until);
        let (mut categories, mut channels, mut kinds) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (mut delays, mut alone) = (Vec::new(), Vec::new());
        let (mut all_waits, mut whole) = (Vec::new(), Alone::default());
        for (at, stretch) in stretches.iter().enumerate() {
            let (from, until) = bounds(*stretch);
            for came in self.store().arrived(from, until).await? {
                let count = u64::try_from(came.count).unwrap_or_default();
                let kind = came.organisation_kind.unwrap_or_default();
                for (series, key) in
                    [(&mut categories, came.category), (&mut channels, came.channel), (&mut kinds, kind)]
                {
                    series.entry(key).or_insert_with(|| vec![0; stretches.len()])[at] += count;
                }
            }
            let followed = self.store().followed(from, until).await?;
            let mut waits: Vec<Duration> = followed
                .iter()
                .filter_map(|one| Some(one.answered_at? - one.opened_at))
                .map(|wait| wait.max(Duration::zero()))
                .collect();
            let counted = Alone {
                came: followed.len(),
                alone: followed.iter().filter(|one| one.alone).count(),
                corrected: followed.iter().filter(|one| one.alone && one.agreed == Some(false)).count(),
            };
            whole.came += counted.came;
            whole.alone += counted.alone;
            whole.corrected += counted.corrected;
            alone.push(counted);
            delays.push(delay(followed.len(), &mut waits));
            all_waits.append(&mut waits);
        }
        alone.push(whole);
        delays.push(delay(whole.came, &mut all_waits));
        let now = self.clock().now();
        let mut open = Vec::with_capacity(AGES.len());
        for (least, most) in AGES {
            let from = most.map_or(DateTime::UNIX_EPOCH, |days| now - Duration::days(days));
            // What came this very moment is open too.
            let until = now - Duration::days(least) + Duration::microseconds(i64::from(least == 0));
            open.push(u64::try_from(self.store().open_between(from, until).await?).unwrap_or_default());
        }
        let (categories, channels, kinds) = (series(categories), series(channels), series(kinds));
        Ok(Figures { stretches, categories, channels, kinds, delays, alone, open })
    }
}

fn bounds(stretch: Stretch) -> (DateTime<Utc>, DateTime<Utc>) {
    (paris_day_start(stretch.from), paris_day_start(stretch.until + Days::new(1)))
}

/// The most frequent first.
fn series(counted: BTreeMap<String, Vec<u64>>) -> Vec<Series> {
    let mut all: Vec<Series> = counted.into_iter().map(|(key, counts)| Series { key, counts }).collect();
    all.sort_by_key(|series| std::cmp::Reverse(series.sum()));
    all
}

/// The nearest rank: half, nine tenths of those answered waited so long at most.
fn delay(came: usize, waits: &mut [Duration]) -> Delays {
    waits.sort_unstable();
    let rank = |tenths: usize| waits.get((waits.len() * tenths).div_ceil(10).max(1) - 1).copied();
    Delays { came, answered: waits.len(), median: rank(5), ninetieth: rank(9) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_is_cut_into_whole_weeks_and_a_long_one_into_months() {
        let weeks = stretches(day("2026-11-04"), day("2026-11-17"));
        let told: Vec<_> = weeks.iter().map(|s| (s.from.to_string(), s.until.to_string())).collect();
        let pair = |from: &str, until: &str| (from.to_owned(), until.to_owned());
        assert_eq!(
            told,
            [
                pair("2026-11-04", "2026-11-08"),
                pair("2026-11-09", "2026-11-15"),
                pair("2026-11-16", "2026-11-17")
            ]
        );
        let months = stretches(day("2025-01-15"), day("2026-11-17"));
        assert_eq!(
            (months.len(), months[1].from, months[1].until),
            (23, day("2025-02-01"), day("2025-02-28"))
        );
        assert_eq!(stretches(day("2026-11-04"), day("2026-11-01")).len(), 1);
        assert_eq!(stretches(day("1970-01-01"), day("2026-11-01")).len(), 61);
    }

    #[test]
    fn half_and_nine_tenths_are_ranks_of_what_was_answered() {
        let mut waits: Vec<Duration> = (1..=10).rev().map(Duration::hours).collect();
        let told = delay(12, &mut waits);
        assert_eq!((told.median, told.ninetieth), (Some(Duration::hours(5)), Some(Duration::hours(9))));
        let one = delay(1, &mut [Duration::hours(3)]);
        assert_eq!((one.median, one.ninetieth), (Some(Duration::hours(3)), Some(Duration::hours(3))));
        assert_eq!(delay(3, &mut []), Delays { came: 3, ..Delays::default() });
    }
}
