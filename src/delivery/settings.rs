//! Section `[outbox]` of the settings.

use serde::Deserialize;

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
}

impl Settings {
    /// The wait after `failures` temporary failures (from 1); `None` when it is time to give up.
    pub fn wait_after(&self, failures: usize) -> Option<HumanDuration> {
        self.retry.get(failures.checked_sub(1)?).copied()
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
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_is_followed_to_its_end() {
        let second = HumanDuration::from_secs(1);
        let settings =
            Settings { retry: vec![second, HumanDuration::from_secs(60)], poll: second, lease: second };
        let waits: Vec<_> = (0..4).map(|failures| settings.wait_after(failures)).collect();
        assert_eq!(waits, [None, Some(second), Some(HumanDuration::from_secs(60)), None]);
    }
}
