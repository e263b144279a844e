//! Where the pieces of patterns stand in a text, and so the patterns.

use super::{Pattern, Piece};

/// The widest gap of `a .. b`, in folded bytes.
const GAP: usize = 80;

/// Where each piece that hit stands, in order. Its size is that of what was found, whatever the number of pieces.
#[derive(Debug, Default)]
pub(in crate::triage) struct Places {
    /// The places of the first piece found as (start, end), then those of the second, and so on.
    all: Vec<(usize, usize)>,
    /// The pieces found, and where their places end in `all`.
    found: Vec<(Piece, usize)>,
    /// The numbers in `found` of the pieces, one more each, by their hash; 0 where there is none. A power of two, half of it free
    /// at least.
    slots: Vec<usize>,
}

impl Places {
    /// Sorts what was `found`: the number in `pieces` of a piece and a place of it, each piece's places in order. `pieces`
    /// says how many places each has.
    pub(super) fn new(pieces: &[(Piece, usize)], found: &[(usize, (usize, usize))]) -> Self {
        let mut places = Self {
            all: vec![(0, 0); found.len()],
            found: Vec::with_capacity(pieces.len()),
            slots: vec![0; (2 * pieces.len()).next_power_of_two()],
        };
        let mut begin = 0;
        for (number, (piece, count)) in pieces.iter().enumerate() {
            let slot = places.probe(*piece).find(|at| places.slots[*at] == 0);
            places.slots[slot.unwrap_or_default()] = number + 1;
            places.found.push((*piece, begin));
            begin += count;
        }
        for (number, place) in found {
            let free = &mut places.found[*number].1;
            places.all[*free] = *place;
            *free += 1;
        }
        places
    }

    /// The pieces that stand anywhere, each once.
    pub(super) fn pieces(&self) -> impl Iterator<Item = Piece> {
        self.found.iter().map(|(piece, _)| *piece)
    }

    /// The places of a piece as (start, end) in the folded text.
    fn of(&self, piece: Piece) -> &[(usize, usize)] {
        for at in self.probe(piece) {
            let Some(number) = self.slots[at].checked_sub(1) else { break };
            if self.found[number].0 == piece {
                let begin = number.checked_sub(1).map_or(0, |before| self.found[before].1);
                return &self.all[begin..self.found[number].1];
            }
        }
        &[]
    }

    /// The slots in which a piece may stand, nearest first.
    fn probe(&self, piece: Piece) -> impl Iterator<Item = usize> + use<> {
        /// Spreads numbers that follow one another: 2^64 over the golden ratio (Knuth, "Sorting and Searching", 6.4).
        const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
        let slots = self.slots.len();
        let first = usize::try_from((piece as u64).wrapping_mul(SPREAD) >> 32).unwrap_or_default();
        (0..slots).map(move |step| (first + step) & (slots - 1))
    }

    /// Every place where a pattern stands; `sentence` gives the number of the sentence of a byte. The place of `a && b`
    /// is that of `a`.
    pub(in crate::triage) fn pattern<'a>(
        &'a self,
        pattern: &'a Pattern,
        sentence: impl Fn(usize) -> usize + Copy + 'a,
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        self.sequence(&pattern.sequences[0], sentence).filter(move |(start, _)| {
            let mut others = pattern.sequences[1..].iter();
            others.all(|other| {
                let here = sentence(*start);
                self.sequence(other, sentence).any(|(start, _)| sentence(start) == here)
            })
        })
    }

    fn sequence<'a>(
        &'a self,
        pieces: &'a [Piece],
        sentence: impl Fn(usize) -> usize + Copy + 'a,
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        self.of(pieces[0]).iter().filter_map(move |(start, end)| {
            let end =
                pieces[1..].iter().try_fold(*end, |at, piece| self.next(*piece, at, *start, sentence))?;
            Some((*start, end))
        })
    }

    /// The end of the next place of a piece from `at` on, close by and in the sentence of `start`.
    fn next(
        &self,
        piece: Piece,
        at: usize,
        start: usize,
        sentence: impl Fn(usize) -> usize,
    ) -> Option<usize> {
        let places = self.of(piece);
        let first = places.partition_point(|(start, _)| *start < at);
        let (next, end) = places.get(first)?;
        (*next <= at + GAP && sentence(*next) == sentence(start)).then_some(*end)
    }
}
