//! Section `[outbox]` of the settings.

use chrono::Duration;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::fault::Finding;
use crate::setting::HumanDuration;

/// When promised mail is tried, and tried again.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The waits after the first, second, … temporary failure. After the last the mail is failed and shown to a person.
    pub retry: Vec<HumanDuration>,
    /// How often due mail is looked for when no bell rings (another instance may have promised it); 1 s to 10 min.
    pub poll: HumanDuration,
    /// For how long one instance has an entry to itself. Longer than the slowest conversation with the mail server.
    pub lease: HumanDuration,
    /// By how much a wait is shortened or lengthened at random, in hundredths of it; 0 to 50. What failed together is not
    /// tried again together.
    pub jitter: u8,
    /// Mails to one domain at once, all instances together; 1 to 100. One connection is always left to the others.
    pub per_domain: u32,
    /// Mails to one domain within a minute; 1 to 10,000.
    pub per_domain_per_minute: u32,
}

impl Settings {
    /// The wait after `failures` temporary failures (from 1); `None` when it is time to give up.
    pub fn wait_after(&self, failures: usize) -> Option<HumanDuration> {
        self.retry.get(failures.checked_sub(1)?).copied()
    }

    /// The same for a mail: the wait of the schedule, moved by what the mail's id and the count of its failures draw. The
    /// same mail draws the same.
    pub(super) fn wait_of(&self, id: &str, failures: usize) -> Option<Duration> {
        let wait = self.wait_after(failures)?.as_chrono();
        let drawn = Sha256::digest(format!("{id} {failures}"));
        // From −1000 to 1000.
        let drawn = i64::from(u16::from_be_bytes([drawn[0], drawn[1]])) * 2_000 / i64::from(u16::MAX) - 1_000;
        let moved = wait.num_milliseconds() / 100 * i64::from(self.jitter) / 1_000 * drawn;
        Some(wait + Duration::milliseconds(moved))
    }

    /// How long a mail waits at most for a mail server that is away: as long as its tries would have taken.
    pub(super) fn patience(&self) -> Duration {
        self.retry.iter().map(|wait| wait.as_chrono()).sum()
    }

    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        const MINUTE: HumanDuration = HumanDuration::from_secs(60);
        let mut found = Vec::new();
        if self.retry.is_empty() {
            found.push(Finding::new(
                "retry",
                "aucune attente : une panne d’une minute suffirait à faire échouer un courriel",
                "écrivez par exemple [\"1m\", \"15m\", \"2h\", \"12h\", \"24h\"]",
            ));
        }
        if self.retry.iter().any(|wait| wait.is_zero() || *wait > HumanDuration::from_secs(7 * 86_400)) {
            found.push(Finding::new(
                "retry",
                "une attente est nulle ou dépasse « 7d »",
                "choisissez de « 1s » à « 7d »",
            ));
        }
        found.extend(Finding::outside(
            "poll",
            self.poll,
            HumanDuration::from_secs(1),
            HumanDuration::from_secs(600),
        ));
        found.extend(Finding::outside("lease", self.lease, MINUTE, HumanDuration::from_secs(3_600)));
        found.extend(Finding::outside("jitter", self.jitter, 0, 50));
        found.extend(Finding::outside("per_domain", self.per_domain, 1, 100));
        found.extend(Finding::outside("per_domain_per_minute", self.per_domain_per_minute, 1, 10_000));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(jitter: u8) -> Settings {
        let second = HumanDuration::from_secs(1);
        Settings {
            retry: vec![second, HumanDuration::from_secs(60)],
            poll: second,
            lease: second,
            jitter,
            per_domain: 2,
            per_domain_per_minute: 60,
        }
    }

    #[test]
    fn what_failed_together_is_not_tried_again_together() {
        let drawn: Vec<i64> =
            (0..200).map(|n| settings(20).wait_of(&format!("mail-{n}"), 2).unwrap().num_seconds()).collect();
        assert!(drawn.iter().all(|wait| (48..=72).contains(wait)), "{drawn:?}");
        assert!(drawn.iter().any(|wait| *wait < 52) && drawn.iter().any(|wait| *wait > 68), "{drawn:?}");
        let again = settings(20).wait_of("mail-0", 2).unwrap().num_seconds();
        assert_eq!(again, drawn[0], "the same mail draws the same");
        assert_eq!(settings(0).wait_of("mail-0", 2), Some(Duration::seconds(60)));
        assert_eq!(settings(20).wait_of("mail-0", 3), None);
        assert_eq!(settings(20).patience(), Duration::seconds(61));
    }

    #[test]
    fn the_schedule_is_followed_to_its_end() {
        let second = HumanDuration::from_secs(1);
        let settings = settings(0);
        let waits: Vec<_> = (0..4).map(|failures| settings.wait_after(failures)).collect();
        assert_eq!(waits, [None, Some(second), Some(HumanDuration::from_secs(60)), None]);
    }
}
