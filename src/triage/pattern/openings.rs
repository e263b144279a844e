//! Which patterns a piece opens. A text holds few of all pieces; only what they open is looked at, so that the work after
//! the pass grows with what stands in the text, not with the number of rules.

use super::{Pattern, Piece, Places};

/// Patterns by the piece that they begin with.
#[derive(Debug, Default)]
pub(in crate::triage) struct Openings {
    /// The numbers of the patterns that the first piece opens, then those of the second, and so on.
    patterns: Vec<usize>,
    /// Where in `patterns` those of each piece begin, and where the last ones end.
    begins: Vec<usize>,
}

impl Openings {
    /// Of patterns that are numbered in the order given.
    pub(in crate::triage) fn of<'a>(patterns: impl Iterator<Item = &'a Pattern>) -> Self {
        let mut opened: Vec<(Piece, usize)> =
            patterns.enumerate().map(|(number, pattern)| (pattern.opening(), number)).collect();
        opened.sort_unstable();
        let pieces = opened.last().map_or(0, |(piece, _)| piece + 1);
        let begins = (0..=pieces).map(|piece| opened.partition_point(|(other, _)| *other < piece)).collect();
        Self { patterns: opened.into_iter().map(|(_, number)| number).collect(), begins }
    }

    /// The numbers of the patterns that may stand in a text, in order, in place of what is in `numbers`.
    pub(in crate::triage) fn heard(&self, places: &Places, numbers: &mut Vec<usize>) {
        numbers.clear();
        for piece in places.pieces() {
            if let (Some(begin), Some(end)) = (self.begins.get(piece), self.begins.get(piece + 1)) {
                numbers.extend_from_slice(&self.patterns[*begin..*end]);
            }
        }
        numbers.sort_unstable();
    }
}
