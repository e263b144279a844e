//! The only code that asks the time. Everything else is given a [`Clock`], so that a test can hold a day still
//! and a replay can decide as of the day of receipt.

use std::sync::{Arc, Mutex};

use chrono::{
    DateTime, Datelike as _, Duration, NaiveDate, NaiveTime, SubsecRound as _, TimeZone as _, Timelike as _,
    Utc,
};
use chrono_tz::Europe::Paris;

use crate::message::Lang;

/// Where the time comes from: the system, or a hand that a test moves.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Held(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `at` until [`Clock::advance`] moves it. Clones share the hand.
    pub fn held(at: DateTime<Utc>) -> Self {
        Self(Source::Held(Arc::new(Mutex::new(at))))
    }

    /// Now, cut to microseconds: PostgreSQL keeps no more, and a time must be the same before and after storing.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            Source::System => Utc::now(),
            Source::Held(at) => *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
        };
        now.trunc_subsecs(6)
    }

    /// Today as people in Paris name it.
    pub fn today(&self) -> NaiveDate {
        paris_day(self.now())
    }

    /// Moves a held clock forward; the system's clock is left alone.
    pub fn advance(&self, by: Duration) {
        if let Source::Held(at) = &self.0 {
            let mut at = at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *at += by;
        }
    }
}

/// The calendar day in Europe/Paris of an instant.
pub fn paris_day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Paris).date_naive()
}

/// The first instant of a calendar day in Europe/Paris. (No day there ever began twice or not at all.)
pub fn paris_day_start(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    Paris.from_local_datetime(&midnight).earliest().map_or_else(|| midnight.and_utc(), |at| at.to_utc())
}

/// The time of day in Europe/Paris of an instant, to the minute.
pub fn paris_time(at: DateTime<Utc>) -> NaiveTime {
    let at = at.with_timezone(&Paris).time();
    NaiveTime::from_hms_opt(at.hour(), at.minute(), 0).unwrap_or(at)
}

/// The instant of a time of day in Europe/Paris; of an hour that a change of clocks repeats or skips, the first one after it.
pub fn paris_instant(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let local = day.and_time(time);
    let of = |local| Paris.from_local_datetime(&local).earliest();
    of(local).or_else(|| of(local + Duration::hours(1))).map_or_else(|| local.and_utc(), |at| at.to_utc())
}

/// An instant as a French or English reader expects it, in Europe/Paris:
/// `25 novembre 2026 à 14 h 05`, `25 November 2026 at 14:05 (Paris time)`.
pub fn paris_text(at: DateTime<Utc>, lang: Lang) -> String {
    let at = at.with_timezone(&Paris);
    let day = day_text(at.date_naive(), lang);
    match lang {
        Lang::En => format!("{day} at {}:{:02} (Paris time)", at.hour(), at.minute()),
        Lang::Fr | Lang::Und => format!("{day} à {} h {:02}", at.hour(), at.minute()),
    }
}

/// A day as a French or English reader expects it: `1er décembre 2026`, `1 December 2026`.
pub fn day_text(day: NaiveDate, lang: Lang) -> String {
    const FR: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    const EN: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = day.month0() as usize;
    match lang {
        Lang::En => format!("{} {} {}", day.day(), EN[month], day.year()),
        Lang::Fr | Lang::Und => {
            let ordinal = if day.day() == 1 { "er" } else { "" };
            format!("{}{ordinal} {} {}", day.day(), FR[month], day.year())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_paris_time() {
        let at = Utc.with_ymd_and_hms(2026, 11, 30, 23, 5, 0).unwrap();
        assert_eq!(paris_text(at, Lang::Fr), "1er décembre 2026 à 0 h 05");
        assert_eq!(paris_text(at, Lang::En), "1 December 2026 at 0:05 (Paris time)");
        assert_eq!(paris_day(at), NaiveDate::from_ymd_opt(2026, 12, 1).unwrap());
        assert_eq!(paris_day_start(paris_day(at)), Utc.with_ymd_and_hms(2026, 11, 30, 23, 0, 0).unwrap());
    }
}
