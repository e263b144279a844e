//! Where the pieces of patterns stand in a text, and so the patterns.

use super::{Pattern, Piece};

/// The widest gap of `a .. b`, in folded bytes.
const GAP: usize = 80;

/// Where each piece that hit stands, in order.
#[derive(Debug, Default)]
pub(in crate::triage) struct Places {
    /// The places of the first piece as (start, end), then those of the second, and so on.
    all: Vec<(usize, usize)>,
    /// Where the places of each piece begin in `all`, and where the last ones end.
    begins: Vec<u32>,
}

impl Places {
    /// Sorts what was `found`, each piece's places in order; `counts` says how many each piece has.
    pub(super) fn new(found: &[(Piece, (usize, usize))], counts: &[u32]) -> Self {
        let mut begins = Vec::with_capacity(counts.len() + 1);
        let mut total = 0;
        for count in counts {
            begins.push(total);
            total += count;
        }
        begins.push(total);
        let mut free = begins.clone();
        let mut all = vec![(0, 0); found.len()];
        for (piece, place) in found {
            all[free[*piece] as usize] = *place;
            free[*piece] += 1;
        }
        Self { all, begins }
    }

    /// Whether a piece stands anywhere.
    pub(in crate::triage) fn has(&self, piece: Piece) -> bool {
        self.begins[piece] < self.begins[piece + 1]
    }

    /// The places of a piece as (start, end) in the folded text.
    fn of(&self, piece: Piece) -> &[(usize, usize)] {
        &self.all[self.begins[piece] as usize..self.begins[piece + 1] as usize]
    }

    /// Every place where a pattern stands; `sentence` gives the number of the sentence of a byte. The place of `a && b`
    /// is that of `a`.
    pub(in crate::triage) fn pattern<'a>(
        &'a self,
        pattern: &'a Pattern,
        sentence: &'a dyn Fn(usize) -> usize,
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
        sentence: &'a dyn Fn(usize) -> usize,
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
        sentence: &dyn Fn(usize) -> usize,
    ) -> Option<usize> {
        let places = self.of(piece);
        let first = places.partition_point(|(start, _)| *start < at);
        let (next, end) = places.get(first)?;
        (*next <= at + GAP && sentence(*next) == sentence(start)).then_some(*end)
    }
}
