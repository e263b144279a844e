//! Shares of a count, with the interval that so small a sample leaves open, and how measured numbers are written (French). What is
//! measured may well be 100 %; a probability never is: see [`crate::triage::explain::words::percent`].

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

/// Right ones out of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    right: usize,
    of: usize,
}

impl Ratio {
    /// Counts one more.
    pub fn count(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: Self) {
        self.right += other.right;
        self.of += other.of;
    }

    /// The share, 0 of none.
    pub fn share(self) -> f64 {
        share(self.right, self.of.max(1))
    }

    /// How many are right.
    pub fn right(self) -> usize {
        self.right
    }

    /// How many there are.
    pub fn of(self) -> usize {
        self.of
    }

    /// The bounds between which the true share lies in 95 of 100 cases (Wilson score interval).
    pub fn interval(self) -> [f64; 2] {
        const Z: f64 = 1.96;
        if self.of == 0 {
            return [0.0, 1.0];
        }
        let (n, p) = (share(self.of, 1), self.share());
        let middle = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let bound = |sum: f64| (sum / (1.0 + Z * Z / n)).clamp(0.0, 1.0);
        [bound(middle - half), bound(middle + half)]
    }

    /// `0,912 (83/91)`; a dash where there is nothing to be right about.
    pub fn bare(self) -> String {
        match self.of {
            0 => "–".to_owned(),
            of => format!("{} ({}/{of})", decimal(self.share(), 3), self.right),
        }
    }
}

/// A measured number with so many decimals: `0,912`.
pub fn decimal(number: f64, decimals: usize) -> String {
    format!("{number:.decimals$}").replace('.', ",")
}

/// A measured share: `87 %`.
pub fn percent(share: f64) -> String {
    format!("{} %", decimal(share * 100.0, 0))
}

/// A part of a whole.
#[expect(clippy::cast_precision_loss, reason = "counts of requests are far below 2^52")]
pub fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Ratio", 4)?;
        out.serialize_field("right", &self.right)?;
        out.serialize_field("of", &self.of)?;
        out.serialize_field("share", &(self.of > 0).then(|| self.share()))?;
        out.serialize_field("interval", &self.interval())?;
        out.end()
    }
}

/// `0,912 (83/91) [0,836 ; 0,955]`; a dash of none.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.of == 0 {
            return f.pad(&self.bare());
        }
        let [low, high] = self.interval().map(|bound| decimal(bound, 3));
        f.pad(&format!("{} [{low} ; {high}]", self.bare()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_written_the_french_way() {
        let ratio = Ratio { right: 83, of: 91 };
        assert_eq!(ratio.to_string(), "0,912 (83/91) [0,836 ; 0,955]");
        assert_eq!((Ratio::default().bare(), Ratio::default().to_string()), ("–".to_owned(), "–".to_owned()));
        assert_eq!(percent(Ratio { right: 3, of: 3 }.share()), "100 %", "what is measured may be whole");
    }

    #[test]
    fn the_interval_is_wilsons() {
        // 81 of 263: Newcombe 1998, table I, gives 0.2553 to 0.3662 for the score method.
        let ratio = Ratio { right: 81, of: 263 };
        let [low, high] = ratio.interval();
        assert!((low - 0.2553).abs() < 5e-4 && (high - 0.3662).abs() < 5e-4, "{low} {high}");
        let [low, high] = Ratio { right: 0, of: 0 }.interval();
        assert!(low <= 0.0 && high >= 1.0, "{low} {high}");
        let [low, _] = Ratio { right: 10, of: 10 }.interval();
        assert!((low - 0.7225).abs() < 5e-4, "{low}");
        let [_, high] = Ratio { right: 0, of: 5 }.interval();
        assert!(high < 0.44, "none of five is enough to tell: {high}");
    }
}
