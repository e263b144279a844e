//! Durations as people write them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

/// A duration in one unit: `0`, `30s`, `15m`, `24h`, `7d`. Whole numbers only: `90m`, not `1.5h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HumanDuration(Duration);

impl HumanDuration {
    /// From a number of seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// For time-outs and intervals.
    pub const fn as_std(self) -> Duration {
        self.0
    }

    /// For sums with instants.
    pub fn as_chrono(self) -> chrono::Duration {
        chrono::Duration::from_std(self.0).expect("a parsed duration is at most 3650 days")
    }

    /// Whether it is `0`.
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

/// Why a text is no duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("ce n’est pas une durée (« 0 », « 30s », « 15m », « 24h », « 7d », au plus « 3650d »)")]
pub struct NoDuration;

impl FromStr for HumanDuration {
    type Err = NoDuration;

    fn from_str(text: &str) -> Result<Self, NoDuration> {
        const LONGEST: u64 = 3650 * 86_400;
        let text = text.trim();
        if text == "0" {
            return Ok(Self::from_secs(0));
        }
        let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match &text[number.len()..] {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Err(NoDuration),
        };
        let number: u64 = number.parse().map_err(|_| NoDuration)?;
        let seconds = number.checked_mul(unit).filter(|seconds| *seconds <= LONGEST);
        seconds.map(Self::from_secs).ok_or(NoDuration)
    }
}

/// In the largest unit that divides it: `90m`, `1d`, `0`.
impl fmt::Display for HumanDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        if seconds == 0 {
            return f.write_str("0");
        }
        let (unit, letter) = [(86_400, 'd'), (3_600, 'h'), (60, 'm'), (1, 's')]
            .into_iter()
            .find(|(unit, _)| seconds.is_multiple_of(*unit))
            .expect("every number is a multiple of 1");
        write!(f, "{}{letter}", seconds / unit)
    }
}

impl<'de> Deserialize<'de> for HumanDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::parsed(deserializer, |error: NoDuration| error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written_as_people_do() {
        for (text, seconds, again) in [
            ("0", 0, "0"),
            ("30s", 30, "30s"),
            ("60s", 60, "1m"),
            ("90m", 5_400, "90m"),
            ("24h", 86_400, "1d"),
        ] {
            let duration: HumanDuration = text.parse().unwrap();
            assert_eq!((duration.as_std().as_secs(), duration.to_string().as_str()), (seconds, again));
        }
        for wrong in ["", "15", "m", "-1m", "1.5h", "15 min", "15mm", "99999d", "99999999999999999999s", "1é"]
        {
            assert_eq!(wrong.parse::<HumanDuration>(), Err(NoDuration), "{wrong}");
        }
    }
}
