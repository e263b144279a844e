//! Shares of a count, with the interval that so small a sample leaves open.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

/// Right ones out of all.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ratio {
    right: usize,
    of: usize,
}

impl Ratio {
    /// Counts one more.
    pub(crate) fn count(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }

    /// The share, 0 of none.
    pub(crate) fn share(self) -> f64 {
        share(self.right, self.of.max(1))
    }

    /// How many are right.
    pub(crate) fn right(self) -> usize {
        self.right
    }

    /// How many there are.
    pub(crate) fn of(self) -> usize {
        self.of
    }

    /// The bounds between which the true share lies in 95 of 100 cases (Wilson score interval).
    pub(crate) fn interval(self) -> [f64; 2] {
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
}

/// A part of a whole.
#[expect(clippy::cast_precision_loss, reason = "counts of requests are far below 2^52")]
pub(crate) fn share(part: usize, whole: usize) -> f64 {
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

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.of == 0 {
            return f.pad("    – (0/0)");
        }
        let [low, high] = self.interval();
        let text = format!("{:5.3} ({}/{}) [{low:.3} ; {high:.3}]", self.share(), self.right, self.of);
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
