//! Every piece of every pattern, compiled together, and the pass that finds them.
//!
//! Almost all begin a word. They are one lazy automaton, walked from each word's beginning until nothing more can match:
//! what it must remember depends on a few letters and not on all that went before, so its states are few and soon known. The
//! few pieces that may begin elsewhere are a set of expressions looked for anywhere. A piece reaches as far as it can: its
//! end is that of its longest match.

use std::panic::{RefUnwindSafe, UnwindSafe};

use regex::bytes::{Regex, RegexSet, RegexSetBuilder};
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, MatchKind};

use super::places::Places;
use super::{Piece, SIZE, build};
use crate::triage::text::Folded;

/// Octets that the states of the automaton known so far may take, for each thread that reads.
const CACHE: usize = 32 << 20;
/// A piece reaches at most so far, in folded bytes: without a bound, one that reaches to the end of a text would be
/// followed there from every word.
const REACH: usize = 1000;

/// Every piece of every pattern, compiled.
#[derive(Debug)]
pub(in crate::triage) struct Pieces {
    words: Words,
    others: Others,
    /// Every piece as it is compiled, by number.
    sources: Vec<String>,
}

impl Pieces {
    /// Compiles the pieces; those that begin a word start with `\A`. Otherwise what the engine says.
    pub(super) fn build(sources: &[String]) -> Result<Self, String> {
        let (words, others) =
            sources.iter().enumerate().partition::<Vec<_>, _>(|(_, source)| source.starts_with(r"\A"));
        Ok(Self { words: Words::build(words)?, others: Others::build(others)?, sources: sources.to_vec() })
    }

    /// Every piece as it is compiled.
    pub(in crate::triage) fn sources(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(String::as_str)
    }

    /// The pieces that match nothing at all, which no pattern may contain.
    pub(super) fn empty(&self) -> Vec<Piece> {
        let mut empty = Vec::new();
        self.words.find(&mut self.words.scratch.get().walk, b"", |piece, _| empty.push(piece));
        empty.extend(self.others.set.matches(b"").iter().map(|at| self.others.singles[at].0));
        empty
    }

    /// Reads the parts of a folded text once; `^` and `$` are the bounds of a part, and nothing is found over them. At
    /// most `limit` places of a piece are kept.
    pub(in crate::triage) fn scan(&self, folded: &Folded, limit: usize) -> Places {
        let mut scratch = self.words.scratch.get();
        let Scratch { walk, found } = &mut *scratch;
        found.numbers.resize(self.sources.len(), 0);
        for part in folded.parts() {
            let text = &folded.bytes()[part.clone()];
            let mut inside = false;
            for (at, byte) in text.iter().enumerate() {
                let begins = !inside;
                inside = byte.is_ascii_alphanumeric() || *byte == b'_';
                if inside && begins {
                    let start = part.start + at;
                    self.words.find(walk, &text[at..], |piece, len| {
                        found.keep(piece, (start, start + len), limit);
                    });
                }
            }
            for at in &self.others.set.matches(text) {
                let (piece, single) = &self.others.singles[at];
                for hit in single.find_iter(text).take(limit) {
                    found.keep(*piece, (part.start + hit.start(), part.start + hit.end()), limit);
                }
            }
        }
        found.drain()
    }
}

type Maker = Box<dyn Fn() -> Scratch + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// The pieces that begin a word.
#[derive(Debug)]
struct Words {
    dfa: DFA,
    /// The number that each has among all.
    pieces: Vec<Piece>,
    scratch: Pool<Scratch, Maker>,
}

/// What one reading thread needs, made once.
#[derive(Debug)]
struct Scratch {
    walk: Walk,
    found: Found,
}

/// What was found in a text so far.
#[derive(Debug, Default)]
struct Found {
    /// The place of each piece in `pieces`, one more; 0 where it was not found.
    numbers: Vec<usize>,
    /// The pieces found, and how many places of each are kept.
    pieces: Vec<(Piece, usize)>,
    /// The places: the place of the piece in `pieces`, start and end.
    places: Vec<(usize, (usize, usize))>,
}

impl Found {
    /// Keeps a place, unless there are `limit` of the piece.
    fn keep(&mut self, piece: Piece, place: (usize, usize), limit: usize) {
        if self.numbers[piece] == 0 {
            self.pieces.push((piece, 0));
            self.numbers[piece] = self.pieces.len();
        }
        let number = self.numbers[piece] - 1;
        let count = &mut self.pieces[number].1;
        if *count < limit {
            *count += 1;
            self.places.push((number, place));
        }
    }

    /// Hands over what was found, and is as new.
    fn drain(&mut self) -> Places {
        let places = Places::new(&self.pieces, &self.places);
        self.places.clear();
        for (piece, _) in self.pieces.drain(..) {
            self.numbers[piece] = 0;
        }
        places
    }
}

/// A walk of the automaton from one word's beginning.
#[derive(Debug)]
struct Walk {
    cache: Cache,
    /// For each of the pieces, how far it reached from the word at hand; 0 where it did not match.
    reached: Vec<usize>,
    /// Those that matched.
    matched: Vec<usize>,
}

impl Words {
    fn build(words: Vec<(Piece, &String)>) -> Result<Self, String> {
        let (pieces, sources): (Vec<Piece>, Vec<&String>) = words.into_iter().unzip();
        let dfa = DFA::builder()
            .syntax(syntax::Config::new().unicode(false).utf8(false))
            .thompson(
                thompson::Config::new()
                    .utf8(false)
                    .nfa_size_limit(Some(SIZE))
                    .which_captures(WhichCaptures::None),
            )
            .configure(
                DFA::config()
                    .match_kind(MatchKind::All)
                    .cache_capacity(CACHE)
                    .skip_cache_capacity_check(true),
            )
            .build_many(&sources)
            .map_err(|error| error.to_string())?;
        let (of, count) = (dfa.clone(), pieces.len());
        let make = move || Scratch {
            walk: Walk {
                cache: of.create_cache(),
                reached: vec![0; count],
                matched: Vec::with_capacity(count),
            },
            found: Found::default(),
        };
        Ok(Self { dfa, pieces, scratch: Pool::new(Box::new(make)) })
    }

    /// Tells every piece that matches at the beginning of `text`, and how far it reaches.
    fn find(&self, walk: &mut Walk, text: &[u8], mut tell: impl FnMut(Piece, usize)) {
        let Walk { cache, reached, matched } = walk;
        let dfa = &self.dfa;
        let input = Input::new(text).anchored(Anchored::Yes);
        // Neither step fails: no byte makes this automaton quit, and it clears its cache as often as it must.
        let Ok(mut state) = dfa.start_state_forward(cache, &input) else { return };
        let mut note = |cache: &Cache, state, end: usize| {
            for at in 0..dfa.match_len(cache, state) {
                let piece = dfa.match_pattern(cache, state, at).as_usize();
                if reached[piece] == 0 {
                    matched.push(piece);
                }
                reached[piece] = end + 1;
            }
        };
        let mut alive = true;
        for (at, byte) in text.iter().take(REACH).enumerate() {
            let Ok(next) = dfa.next_state(cache, state, *byte) else { break };
            state = next;
            if state.is_tagged() {
                if state.is_match() {
                    // The automaton is one byte late.
                    note(cache, state, at);
                } else if state.is_dead() {
                    alive = false;
                    break;
                }
            }
        }
        if alive
            && text.len() <= REACH
            && let Ok(last) = dfa.next_eoi_state(cache, state)
            && last.is_match()
        {
            note(cache, last, text.len());
        }
        for piece in matched.drain(..) {
            tell(self.pieces[piece], std::mem::take(&mut reached[piece]) - 1);
        }
    }
}

/// The few pieces that may begin inside a word or with a sign.
#[derive(Debug)]
struct Others {
    set: RegexSet,
    /// Each piece with the number that it has among all.
    singles: Vec<(Piece, Regex)>,
}

impl Others {
    fn build(others: Vec<(Piece, &String)>) -> Result<Self, String> {
        let set = RegexSetBuilder::new(others.iter().map(|(_, source)| source))
            .unicode(false)
            .size_limit(SIZE)
            .dfa_size_limit(CACHE)
            .build()
            .map_err(|error| error.to_string())?;
        let singles = others.into_iter().map(|(piece, source)| Ok((piece, build(source)?)));
        let singles = singles.collect::<Result<_, regex::Error>>().map_err(|error| error.to_string())?;
        Ok(Self { set, singles })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::decision::Field;
    use crate::triage::pattern::{Gatherer, Owner};

    /// Where each pattern stands in the texts, pushed one after the other with one byte between them.
    fn stands(patterns: &[&str], texts: &[&str]) -> Vec<Vec<(usize, usize)>> {
        let owner = Owner { file: String::new(), line: 1, key: String::new() };
        let mut gatherer = Gatherer::default();
        let patterns: Vec<_> = patterns.iter().map(|p| gatherer.pattern(p, &owner).unwrap()).collect();
        let pieces = gatherer.finish().unwrap();
        let mut folded = Folded::default();
        for text in texts {
            folded.push(Field::Body, text, 0..text.len());
        }
        let places = pieces.scan(&folded, 3);
        patterns.iter().map(|pattern| places.pattern(pattern, &|_| 0).collect()).collect()
    }

    #[test]
    fn a_piece_begins_a_word_and_reaches_as_far_as_it_can() {
        assert_eq!(
            stands(&["licence|licence ouverte", "cence", "vert"], &["la licence ouverte"]),
            [vec![(3, 18)], vec![], vec![]]
        );
        assert_eq!(stands(&[r"\d+ ?%", r"-\d+"], &["-20 % de 15%"]), [vec![(1, 5), (9, 12)], vec![(0, 3)]]);
    }

    #[test]
    fn bounds_are_those_of_a_part_and_nothing_is_found_over_them() {
        assert_eq!(
            stands(&["^merci$", r"cours\s+qgis", "qgis$"], &["cours", "qgis", "merci"]),
            [vec![(11, 16)], vec![], vec![(6, 10)]]
        );
    }

    #[test]
    fn so_many_places_are_kept_and_so_far_a_piece_reaches() {
        let long = "a ".repeat(2000);
        let [few, far] = &stands(&["a", "a.*"], &[&long])[..] else { panic!("two patterns") };
        assert_eq!(few[..], [(0, 1), (2, 3), (4, 5)]);
        assert!(far.iter().all(|(start, end)| end - start < REACH + 1), "{far:?}");
    }
}
