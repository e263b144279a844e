//! What is to be taken of a folder: pure, from what the server lists and what is known.
//!
//! A UID at or above the floor came since the folder was first met under this UIDVALIDITY, and is always taken: losing a
//! request is the worst fault. What stands below the floor was there at the start, or came back under a new number when
//! UIDVALIDITY changed; there the day it was received decides.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Days, NaiveDate, SubsecRound as _, Utc};

use crate::clock::paris_day_start;
use crate::mail::imap::{Listed, Start};
use crate::message::Door;

/// UIDs below the highest that are looked at again at the start and every hour: some servers show numbers late.
pub(super) const WINDOW: u32 = 500;

/// By what a mail's place is judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// It is a Sent folder.
    pub(super) sent: bool,
    /// What becomes of what stood there at the start.
    pub(super) start: Start,
    /// When the folder was first looked at.
    pub(super) started_at: DateTime<Utc>,
    /// UIDNEXT when this UIDVALIDITY was first met.
    pub(super) floor: u32,
    /// The server's list cannot be read: what stands below the floor was searched by day ([`searched_since`]).
    pub(super) by_day: bool,
}

/// From which day on what stands below the floor is searched where no list, so no date, can be had; `None`: all of it. Days
/// are those of the server's zone. With `now` what was received close to the start stays in doubt and is left alone: a whole
/// mailbox of old mail taken for open requests would be worse.
pub(super) fn searched_since(terms: &Terms) -> Option<NaiveDate> {
    match terms.start {
        Start::Now => terms.started_at.date_naive().checked_add_days(Days::new(2)),
        Start::Since(day) => day.pred_opt(),
        Start::Archive => None,
    }
}

/// Where a mail belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It is taken through this door.
    Take(Door),
    /// It was there before the start: left alone.
    BeforeStart,
}

/// Where a listed mail belongs. Without a date, what stood below the floor is left with `now`, and taken else.
pub(super) fn place(mail: &Listed, terms: &Terms) -> Place {
    let live = Place::Take(if terms.sent { Door::Sent } else { Door::Imap });
    if mail.uid >= terms.floor {
        return live;
    }
    // INTERNALDATE has whole seconds.
    let started = terms.started_at.trunc_subsecs(0);
    let since =
        |from: DateTime<Utc>, undated: bool| mail.internal_at.map_or(undated, |received| received >= from);
    match terms.start {
        Start::Now if since(started, terms.by_day) => live,
        Start::Since(day) if since(paris_day_start(day), true) => live,
        Start::Now | Start::Since(_) => Place::BeforeStart,
        Start::Archive if mail.internal_at.is_some_and(|received| received >= started) => live,
        Start::Archive if terms.sent => Place::Take(Door::SentArchive),
        Start::Archive => Place::Take(Door::Archive),
    }
}

/// What is to be taken of a list, given the UIDs that were looked at before; by ascending UID.
pub(super) fn plan(listed: Vec<Listed>, known: &HashSet<u32>, terms: &Terms) -> Vec<(Listed, Door)> {
    let mut named: BTreeMap<u32, Listed> = BTreeMap::new();
    for mail in listed.into_iter().filter(|mail| !known.contains(&mail.uid)) {
        // A server tells news of a flag between two lines of its list: what it says of one mail belongs together.
        let one = named.entry(mail.uid).or_insert_with(|| Listed { uid: mail.uid, ..Listed::default() });
        one.size = one.size.or(mail.size);
        one.internal_at = one.internal_at.or(mail.internal_at);
        one.flags.extend(mail.flags);
    }
    named
        .into_values()
        .filter_map(|mail| match place(&mail, terms) {
            Place::Take(door) => Some((mail, door)),
            Place::BeforeStart => None,
        })
        .collect()
}

/// The first of `mails` in number and size: what is fetched and kept together. At least one; one whose size is not known is
/// alone.
pub(super) fn batch(mails: &[(Listed, Door)], most: usize, octets: u64) -> usize {
    let mut held = 0;
    let fits = |(mail, _): &&(Listed, Door)| {
        held += mail.size.map_or(u64::MAX / 2, u64::from);
        held <= octets
    };
    mails.iter().take(most).take_while(fits).count().max(1).min(mails.len())
}

#[cfg(test)]
mod tests {
    use chrono::{Duration, TimeZone as _};
    use proptest::prelude::*;

    use super::*;

    fn noon() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 25, 12, 0, 0).unwrap()
    }

    fn terms(start: Start) -> Terms {
        Terms { sent: false, start, started_at: noon(), floor: 100, by_day: false }
    }

    fn mail(uid: u32, hours: i64) -> Listed {
        Listed { uid, internal_at: Some(noon() + Duration::hours(hours)), ..Listed::default() }
    }

    #[test]
    fn what_stood_there_is_treated_as_the_start_says() {
        let day = noon().date_naive().pred_opt().unwrap();
        for (start, before, yesterday, since) in [
            (Start::Now, Place::BeforeStart, Place::BeforeStart, Place::Take(Door::Imap)),
            (Start::Since(day), Place::BeforeStart, Place::Take(Door::Imap), Place::Take(Door::Imap)),
            (Start::Archive, Place::Take(Door::Archive), Place::Take(Door::Archive), Place::Take(Door::Imap)),
        ] {
            let placed = |hours| place(&mail(7, hours), &terms(start));
            assert_eq!((placed(-48), placed(-24), placed(0)), (before, yesterday, since), "{start:?}");
            assert_eq!(place(&mail(100, -48), &terms(start)), Place::Take(Door::Imap), "above the floor");
        }
        let sent = Terms { sent: true, ..terms(Start::Archive) };
        assert_eq!(place(&mail(7, -1), &sent), Place::Take(Door::SentArchive));
        assert_eq!(place(&mail(107, -1), &sent), Place::Take(Door::Sent));
    }

    #[test]
    fn a_batch_is_bounded_and_never_empty() {
        let sized = |size| (Listed { uid: 1, size: Some(size), ..Listed::default() }, Door::Imap);
        let mails = [sized(5), sized(5), sized(5), sized(500)];
        assert_eq!((batch(&mails, 10, 12), batch(&mails, 1, 12), batch(&mails[3..], 10, 12)), (2, 1, 1));
        assert_eq!(batch(&[], 10, 12), 0);
        let unsized_mail = (Listed { uid: 1, ..Listed::default() }, Door::Imap);
        let mails = [unsized_mail.clone(), unsized_mail.clone(), sized(1), unsized_mail];
        assert_eq!([0, 1, 2, 3].map(|from| batch(&mails[from..], 10, 1 << 30)), [1, 1, 1, 1]);
    }

    #[test]
    fn without_a_date_what_stood_there_is_left_with_now() {
        let undated = Listed { uid: 7, ..Listed::default() };
        let day = noon().date_naive();
        for (start, placed) in [
            (Start::Now, Place::BeforeStart),
            (Start::Since(day), Place::Take(Door::Imap)),
            (Start::Archive, Place::Take(Door::Archive)),
        ] {
            assert_eq!(place(&undated, &terms(start)), placed, "{start:?}");
            let new = Listed { uid: 100, ..Listed::default() };
            assert_eq!(place(&new, &terms(start)), Place::Take(Door::Imap), "above the floor, {start:?}");
        }
    }

    #[test]
    fn a_search_by_day_finds_what_is_certainly_wanted() {
        let day = noon().date_naive();
        let since = |start| searched_since(&terms(start));
        assert_eq!(since(Start::Now), day.checked_add_days(Days::new(2)), "later in any zone");
        assert_eq!(since(Start::Since(day)), day.pred_opt(), "earlier in none");
        assert_eq!(since(Start::Archive), None);
        let found = Listed { uid: 7, ..Listed::default() };
        let terms = Terms { by_day: true, ..terms(Start::Now) };
        assert_eq!(place(&found, &terms), Place::Take(Door::Imap));
    }

    #[test]
    fn news_of_a_flag_within_a_list_is_no_mail_of_its_own() {
        let news = Listed { uid: 7, flags: vec!["\\Seen".to_owned()], ..Listed::default() };
        let old = Listed { size: Some(5), ..mail(7, -48) };
        for listed in [vec![news.clone(), old.clone()], vec![old, news]] {
            assert_eq!(plan(listed.clone(), &HashSet::new(), &terms(Start::Now)), []);
            let taken = plan(listed, &HashSet::new(), &terms(Start::Archive));
            let sizes: Vec<_> = taken.iter().map(|(mail, door)| (mail.size, *door)).collect();
            assert_eq!(sizes, [(Some(5), Door::Archive)]);
        }
    }

    fn starts() -> impl Strategy<Value = Start> {
        let day = noon().date_naive();
        prop_oneof![Just(Start::Now), Just(Start::Since(day)), Just(Start::Archive)]
    }

    proptest! {
        #[test]
        fn nothing_new_is_missed_and_nothing_known_is_taken(
            uids in proptest::collection::vec((1_u32..300, -50_i64..50, any::<bool>()), 0..60),
            known in proptest::collection::hash_set(1_u32..300, 0..60),
            start in starts(), sent in any::<bool>(), floor in 1_u32..300,
        ) {
            let listed: Vec<Listed> = uids
                .iter()
                .map(|(uid, hours, dated)| Listed { internal_at: mail(*uid, *hours).internal_at.filter(|_| *dated), ..mail(*uid, 0) })
                .collect();
            let terms = Terms { sent, start, started_at: noon(), floor, by_day: false };
            let take = plan(listed.clone(), &known, &terms);
            let taken: Vec<u32> = take.iter().map(|(mail, _)| mail.uid).collect();
            prop_assert!(taken.windows(2).all(|two| two[0] < two[1]), "ascending, each once: {taken:?}");
            prop_assert!(taken.iter().all(|uid| !known.contains(uid)));
            for mail in &listed {
                let new = mail.uid >= floor && !known.contains(&mail.uid);
                prop_assert!(!new || taken.contains(&mail.uid), "{} came since and is missed", mail.uid);
            }
            for (mail, door) in &take {
                prop_assert_eq!(door.is_sent(), sent);
                prop_assert!(mail.uid < floor || !door.is_history(), "what came since is no history");
                prop_assert!(!door.is_history() || start == Start::Archive);
            }
        }
    }
}
