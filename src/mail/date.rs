//! Dates as mailers write them: RFC 5322 with its obsolete forms, and what is merely common, as names of other languages,
//! ISO 8601, a missing zone. The order of the words hardly counts; a day that does not exist is none.

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, TimeZone as _, Utc};

use super::address::without_comments;
use super::fold::fold;

/// Octets of a date that are read.
const LIMIT: usize = 200;

/// Beginnings of month names in English, French, German, Dutch, Spanish, Italian and Portuguese, without accents.
const MONTHS: [(&str, u32); 35] = [
    ("jan", 1),
    ("ene", 1),
    ("gen", 1),
    ("feb", 2),
    ("fev", 2),
    ("mar", 3),
    ("mrt", 3),
    ("maa", 3),
    ("apr", 4),
    ("avr", 4),
    ("abr", 4),
    ("mai", 5),
    ("may", 5),
    ("mei", 5),
    ("mag", 5),
    ("jun", 6),
    ("juin", 6),
    ("giu", 6),
    ("jul", 7),
    ("juil", 7),
    ("lug", 7),
    ("aug", 8),
    ("aou", 8),
    ("ago", 8),
    ("sep", 9),
    ("set", 9),
    ("oct", 10),
    ("okt", 10),
    ("ott", 10),
    ("out", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
    ("dic", 12),
    ("des", 12),
];

/// Names of zones and their minutes east of Greenwich (RFC 5322 section 4.3, and common ones).
const ZONES: [(&str, i32); 28] = [
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("wet", 0),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("bst", 60),
    ("west", 60),
    ("cet", 60),
    ("met", 60),
    ("mez", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("ist", 330),
    ("jst", 540),
    ("kst", 540),
    ("aest", 600),
];

/// What was read so far.
#[derive(Default)]
struct Found {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    time: Option<(u32, u32, u32)>,
    /// Minutes east of Greenwich.
    zone: Option<i32>,
    afternoon: Option<bool>,
}

/// The moment that a Date field names; without a zone it is taken for UTC.
pub(super) fn read(text: &str) -> Option<DateTime<Utc>> {
    let text = fold(&text[..text.floor_char_boundary(LIMIT)]);
    let text = without_comments(&text);
    // "09 : 55" is obsolete, and allowed.
    let text = text.split(':').map(str::trim).collect::<Vec<_>>().join(":");
    let mut found = Found::default();
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '"' | ';')) {
        found.word(word.trim_end_matches('.'));
    }
    found.moment()
}

impl Found {
    fn word(&mut self, word: &str) {
        if word.is_empty() || self.is_whole() {
            return;
        }
        if let Some((date, time)) = word.split_once('t').filter(|(date, _)| iso(date).is_some()) {
            self.word(date);
            self.word(time);
        } else if let Some((year, month, day)) = iso(word) {
            (self.year, self.month, self.day) = (Some(year), Some(month), Some(day));
        } else if let Some(zone) = offset(word).filter(|_| self.time.is_some()) {
            self.zone = Some(zone);
        } else if let Some((clock, zone)) = clock(word).filter(|_| self.time.is_none()) {
            self.time = Some(clock);
            self.word(zone);
        } else if word.bytes().all(|b| b.is_ascii_digit()) {
            self.number(word);
        } else if word.matches('-').count() == 2 {
            // 02-Mar-2026
            word.split('-').for_each(|piece| self.word(piece));
        } else if let Some(at) = word.find(['+', '-']).filter(|at| *at > 0 && self.time.is_some()) {
            // GMT+0100: the name says nothing beside the offset.
            self.word(&word[at..]);
        } else {
            self.name(word);
        }
    }

    /// Whether what follows is no part of the date any more.
    fn is_whole(&self) -> bool {
        let day = self.year.and(self.month).and(self.day);
        day.is_some() && self.time.is_some() && self.zone.is_some()
    }

    fn name(&mut self, word: &str) {
        let zone = ZONES.iter().find(|(name, _)| *name == word).filter(|_| self.time.is_some());
        match (word, zone) {
            ("am" | "pm", _) => self.afternoon = Some(word == "pm"),
            (_, Some((_, minutes))) => self.zone = Some(*minutes),
            // "mar." is a Tuesday in French where a month follows: the last name counts.
            _ => self.month = month(word).or(self.month),
        }
    }

    fn number(&mut self, digits: &str) {
        let Ok(number) = digits.parse::<i32>() else { return };
        let short = digits.len() <= 2 || digits.starts_with('0');
        if self.day.is_none() && short && (1..=31).contains(&number) {
            self.day = u32::try_from(number).ok();
        } else if self.year.is_none() {
            // RFC 5322 section 4.3.
            self.year = Some(match digits.len() {
                1 | 2 if number < 50 => number + 2000,
                1..=3 => number + 1900,
                _ => number,
            });
        }
    }

    fn moment(&self) -> Option<DateTime<Utc>> {
        let day = NaiveDate::from_ymd_opt(self.year?, self.month?, self.day?)?;
        let (hour, minute, second) = self.time.unwrap_or_default();
        let hour = match self.afternoon {
            Some(true) if hour < 12 => hour + 12,
            Some(false) if hour == 12 => 0,
            _ => hour,
        };
        // A leap second is the first of the next minute.
        let (second, leap) = if second == 60 { (59, 1) } else { (second, 0) };
        let local = day.and_hms_opt(hour, minute, second)?;
        let zone = FixedOffset::east_opt(self.zone.unwrap_or_default() * 60)?;
        let moment = zone.from_local_datetime(&local).single()?.to_utc();
        moment.checked_add_signed(Duration::seconds(leap))
    }
}

/// `2026-03-02`
fn iso(word: &str) -> Option<(i32, u32, u32)> {
    let mut pieces = word.split('-');
    let (year, month, day) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let shape = year.len() == 4 && month.len() == 2 && day.len() == 2 && pieces.next().is_none();
    shape.then_some(())?;
    Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
}

/// `10:14`, `10:14:33.5`, `10.14.33`, and what of a zone stands right behind it.
fn clock(word: &str) -> Option<((u32, u32, u32), &str)> {
    let end = word.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(word.len());
    let (clock, zone) = word.split_at(end);
    let mut pieces = clock.split([':', '.']);
    let (hour, minute) = (pieces.next()?.parse().ok()?, pieces.next()?.parse().ok()?);
    let second = pieces.next().and_then(|second| second.parse().ok()).unwrap_or_default();
    Some(((hour, minute, second), zone))
}

/// `+0100`, `-05:00`, in minutes.
fn offset(word: &str) -> Option<i32> {
    let sign = if word.starts_with('-') { -1 } else { 1 };
    let digits: String = word.strip_prefix(['+', '-'])?.chars().filter(|c| *c != ':').collect();
    let whole: i32 = digits.parse().ok()?;
    let minutes = match digits.len() {
        1 | 2 => whole * 60,
        3 | 4 => whole / 100 * 60 + whole % 100,
        _ => return None,
    };
    // No place is further than 14 hours from Greenwich, whatever RFC 5322 allows.
    Some(if minutes > 14 * 60 { 0 } else { sign * minutes })
}

/// The number of a month by the beginning of its name, folded.
pub(super) fn month(word: &str) -> Option<u32> {
    MONTHS.iter().find(|(start, _)| word.starts_with(start)).map(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        read(text).map(|moment| moment.to_rfc3339()).unwrap_or_default()
    }

    #[test]
    fn one_moment_is_read_however_it_is_written() {
        for text in [
            "Mon, 2 Mar 2026 10:14:33 +0100",
            "2 Mar 26 09:14:33 GMT",
            "Mon, 2 Mar 126 10:14:33 +0100 (CET)",
            "Mon, 2 Mar 2026 04:14:33 EST",
            "Mon, 2 Mar 2026 10:14:33 CET",
            "lun., 2 mars 2026 10:14:33 +0100",
            "Monday, 02-Mar-26 09:14:33 UTC",
            "Mon Mar  2 09:14:33 2026",
            "Mon Mar  2 10:14:33 2026 +0100",
            "2026-03-02T10:14:33+01:00",
            "2026-03-02 09:14:33Z",
            "Mon, 2 Mar 2026 10:14:33 GMT+01:00",
            "\"Mon, 2 Mar 2026 10.14.33 AM +0100\"",
            "Mon, 2 Mar 2026 09:14:33",
            "2 March 2026 10:14:33 +01:00 (Paris (été: non))",
            "Mon, 02 Mar 2026 10(x) : 14 : 33 +0100 From: Maison <m@x.example>",
        ] {
            assert_eq!(shown(text), "2026-03-02T09:14:33+00:00", "{text}");
        }
    }

    #[test]
    fn names_of_months_are_told_from_those_of_days() {
        for (text, month) in [
            ("mar., 1 déc. 2026 10:00", "12"),
            ("mer. 12 août 2026 10:00", "08"),
            ("jeu. 2 juil. 2026 10:00", "07"),
            ("ven. 5 juin 2026 10:00", "06"),
            ("jeu. 5 févr. 2026 10:00", "02"),
            ("Di, 6 Okt 2026 10:00", "10"),
            ("mar, 3 mar 2026 10:00", "03"),
        ] {
            assert_eq!(&shown(text)[5..7], month, "{text}");
        }
    }

    #[test]
    fn a_moment_that_does_not_exist_is_none() {
        for text in ["", "demain", "Mon, 30 Feb 2026 10:00 +0100", "2 Mar 2026 25:00 +0100", "10:00", "2 Mar"]
        {
            assert_eq!(shown(text), "", "{text}");
        }
        assert_eq!(shown("1 Jan 2026 00:59:60 +0100"), "2026-01-01T00:00:00+00:00");
        assert_eq!(shown("1 Jan 2026 00:00 +9999"), "2026-01-01T00:00:00+00:00");
    }
}
