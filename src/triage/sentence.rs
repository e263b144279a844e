//! Sentences of a folded text, which of them ask something, and what is negated in them.
//!
//! "Je ne demande pas de formation" names training and does not ask for it. A cue of `rules/cues.toml` that looks
//! forward takes back what follows it in its clause; one that looks backward ("n'est pas le sujet") takes back what
//! precedes it in its sentence. A clause ends with the sentence, at a turn ("mais", "en revanche", a colon) or at a comma
//! that no "ni", "ou" or "et" goes on from.

use std::ops::Range;

use super::pattern::{Openings, Pattern, Places};

/// A longer sentence says more than its empty words.
const IDLE_SENTENCE: usize = 90;

/// What a cue tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cue {
    /// Asks: "pourriez-vous", "how do we".
    Ask,
    /// Takes back what follows: "je ne demande pas".
    Forward,
    /// Takes back what precedes: "n'est pas le sujet".
    Backward,
    /// Ends a clause: "mais", "en revanche".
    Turn,
    /// Asks for nothing in particular: "pouvez-vous m'aider", "any idea".
    Idle,
    /// Announces one more ask: "par ailleurs", "my second request".
    More,
    /// Words of the offer that may hide a quiet ask: "instead of", "your catalogue".
    Hold,
    /// Begins a second question in its sentence: "et sous quelle", "and how".
    Joint,
    /// Begins a second question where one was asked before it; else it is what the sentence asks: ", comment".
    Beside,
}

/// The cues of `rules/cues.toml`.
#[derive(Debug, Default)]
pub(super) struct Cues {
    all: Vec<(Cue, Pattern)>,
    openings: Openings,
}

impl Cues {
    /// Of these patterns.
    pub(super) fn of(all: Vec<(Cue, Pattern)>) -> Self {
        Self { openings: Openings::of(all.iter().map(|(_, pattern)| pattern)), all }
    }

    /// Where each cue stands, as (cue, start, end), in order.
    fn find(&self, places: &Places, sentence: impl Fn(usize) -> usize + Copy) -> Vec<(Cue, usize, usize)> {
        let (mut numbers, mut found) = (Vec::new(), Vec::new());
        self.openings.heard(places, &mut numbers);
        for (cue, pattern) in numbers.into_iter().map(|number| &self.all[number]) {
            found.extend(places.pattern(pattern, sentence).map(|(start, end)| (*cue, start, end)));
        }
        found.sort_unstable();
        found
    }
}

/// The sentences of one folded text.
#[derive(Debug, Default)]
pub(super) struct Sentences {
    /// End of each sentence, ascending; the last one is the end of the text.
    ends: Vec<usize>,
    asks: Vec<bool>,
    /// Asks, but for nothing in particular.
    idle: Vec<bool>,
    /// What is taken back, in order, without overlap.
    negated: Vec<Range<usize>>,
    /// Where one more ask is announced.
    more: Vec<(usize, usize)>,
    /// Where words of the offer stand that may hide an ask.
    hold: Vec<(usize, usize)>,
}

impl Sentences {
    /// Cuts a folded text and reads the cues found in it.
    pub(super) fn read(text: &[u8], cues: &Cues, places: &Places) -> Self {
        let whole = cut(text);
        let whole_of = |at: usize| {
            let index = whole.partition_point(|end| *end <= at).min(whole.len() - 1);
            index.checked_sub(1).map_or(0, |before| whole[before])..whole[index]
        };
        let found = cues.find(places, |at| whole.partition_point(|end| *end <= at));
        let all = |cue: Cue| {
            let of = found.partition_point(|(other, ..)| *other < cue)
                ..found.partition_point(|(other, ..)| *other <= cue);
            found[of].iter().map(|(_, start, end)| (*start, *end))
        };
        // Each question is a sentence of its own: one of them may be refused and the other answered.
        let before = |at: usize| whole_of(at).start..at;
        let joints = all(Cue::Joint).filter(|(at, _)| !text[before(*at)].trim_ascii().is_empty());
        let asked = |at: usize| all(Cue::Ask).any(|(start, _)| before(at).contains(&start));
        let beside = all(Cue::Beside).filter(|(at, _)| asked(*at));
        let second: Vec<usize> = joints.chain(beside).map(|(at, _)| at).collect();
        let ends = merged_ends(&whole, second.iter().copied());
        let (asks, idle) = (vec![false; ends.len()], vec![false; ends.len()]);
        let mut read = Self { asks, idle, ends, negated: Vec::new(), more: Vec::new(), hold: Vec::new() };
        for index in 0..read.ends.len() {
            let sentence = text[whole_of(read.range(index).start)].trim_ascii_end();
            read.asks[index] = sentence.ends_with(b"?");
        }
        let turns: Vec<(usize, usize)> = all(Cue::Turn).collect();
        let stops = if all(Cue::Forward).next().is_none() { Vec::new() } else { clause_ends(text) };
        for (start, end) in all(Cue::Forward).filter(|(start, _)| !is_condition(&text[..*start])) {
            let stop = whole_of(start).end;
            let turn = turns.get(turns.partition_point(|(at, _)| *at < end)).map_or(stop, |(at, _)| *at);
            let comma = stops.get(stops.partition_point(|at| *at < end)).copied().unwrap_or(stop);
            read.negated.push(start..stop.min(turn).min(comma));
        }
        for (start, _) in all(Cue::Backward) {
            if read.asks[read.index(start)] {
                continue;
            }
            let sentence = whole_of(start).start;
            let from =
                turns.iter().map(|(_, end)| *end).take_while(|at| *at <= start).last().unwrap_or(sentence);
            read.negated.push(from.max(sentence)..start);
        }
        read.negated = merged(read.negated);
        for at in second {
            if !read.is_negated(at) {
                let index = read.index(at);
                read.asks[index] = true;
            }
        }
        for (start, _) in all(Cue::Idle) {
            let index = read.index(start);
            read.idle[index] = read.range(index).len() <= IDLE_SENTENCE;
        }
        for (start, _) in all(Cue::Ask) {
            if !read.is_negated(start) {
                let index = read.index(start);
                read.asks[index] = true;
            }
        }
        read.more = all(Cue::More).collect();
        read.hold = all(Cue::Hold).collect();
        read
    }

    /// The number of the sentence in which a byte stands.
    pub(super) fn index(&self, at: usize) -> usize {
        self.ends.partition_point(|end| *end <= at).min(self.ends.len().saturating_sub(1))
    }

    /// Whether the sentence of a byte asks something.
    pub(super) fn asks(&self, at: usize) -> bool {
        self.asks.get(self.index(at)).copied().unwrap_or(false)
    }

    /// The sentences before `end` that ask for something in particular.
    pub(super) fn asking(&self, end: usize) -> impl Iterator<Item = usize> + '_ {
        self.of_letter(end).filter(|at| self.asks_something(*at))
    }

    /// Where words stand before `end` that may hide an ask and are not taken back, as (start, end) in the folded text.
    pub(super) fn holds(&self, end: usize) -> Option<(usize, usize)> {
        self.hold.iter().copied().find(|(start, _)| *start < end && !self.is_negated(*start))
    }

    /// The numbers of all sentences before `end`.
    pub(super) fn of_letter(&self, end: usize) -> std::ops::Range<usize> {
        0..self.index(end.saturating_sub(1)) + 1
    }

    /// Whether a sentence asks, be it for nothing in particular.
    pub(super) fn asks_at(&self, index: usize) -> bool {
        self.asks.get(index) == Some(&true)
    }

    /// Whether a sentence asks for something in particular.
    pub(super) fn asks_something(&self, index: usize) -> bool {
        self.asks.get(index) == Some(&true) && !self.idle[index]
    }

    /// Where one more ask is announced before `end`, as (start, end) in the folded text.
    pub(super) fn announces_more(&self, end: usize) -> Option<(usize, usize)> {
        self.more.first().copied().filter(|(start, _)| *start < end)
    }

    /// Whether one more ask is announced in a sentence, or in the one before it ("2. …", "Sinon : …"): what stands there is asked,
    /// whatever its form.
    pub(super) fn is_announced(&self, index: usize) -> bool {
        let said = self.range(index.saturating_sub(1)).start..self.range(index).end;
        self.more.iter().any(|(start, _)| said.contains(start))
    }

    /// Whether what stands at a byte is taken back.
    pub(super) fn is_negated(&self, at: usize) -> bool {
        let next = self.negated.partition_point(|scope| scope.end <= at);
        self.negated.get(next).is_some_and(|scope| scope.contains(&at))
    }

    /// Where a sentence stands in the folded text.
    pub(super) fn range(&self, index: usize) -> Range<usize> {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[index]
    }
}

fn cut(text: &[u8]) -> Vec<usize> {
    let mut ends: Vec<usize> = (0..text.len())
        .filter(|at| match text[*at] {
            b'\n' => true,
            b'.' | b'?' | b'!' | b';' => text.get(at + 1).is_none_or(u8::is_ascii_whitespace),
            _ => false,
        })
        .map(|at| at + 1)
        .collect();
    if ends.last() != Some(&text.len()) {
        ends.push(text.len());
    }
    ends
}

/// Whether what follows is only supposed: "si ce n'est pas possible, un équivalent libre" asks for one. "Même si" supposes nothing.
fn is_condition(before: &[u8]) -> bool {
    let mut words = before.trim_ascii_end().rsplit(u8::is_ascii_whitespace);
    let (last, earlier) = (words.next(), words.next());
    matches!(last, Some(b"si" | b"s'" | b"if")) && !matches!(earlier, Some(b"meme" | b"comme" | b"even"))
}

/// Ends of sentences, in order.
fn merged_ends(whole: &[usize], joints: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut ends: Vec<usize> = whole.iter().copied().chain(joints).collect();
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// Scopes in order, those that touch or overlap made one.
fn merged(mut scopes: Vec<Range<usize>>) -> Vec<Range<usize>> {
    scopes.sort_unstable_by_key(|scope| scope.start);
    let mut out: Vec<Range<usize>> = Vec::with_capacity(scopes.len());
    for scope in scopes.into_iter().filter(|scope| !scope.is_empty()) {
        match out.last_mut() {
            Some(last) if scope.start <= last.end => last.end = last.end.max(scope.end),
            _ => out.push(scope),
        }
    }
    out
}

/// The commas at which a clause ends, because nothing goes on from them.
fn clause_ends(text: &[u8]) -> Vec<usize> {
    const GOES_ON: [&[u8]; 9] = [
        b"ni ",
        b"ou ",
        b"et encore moins",
        b"encore moins",
        b"nor ",
        b"or ",
        b"neither ",
        b"pas plus",
        b"ou bien ",
    ];
    let goes_on = |at: usize| {
        let after = text[at + 1..].trim_ascii_start();
        GOES_ON.iter().any(|word| after.starts_with(word))
    };
    (0..text.len()).filter(|at| text[*at] == b',' && !goes_on(*at)).collect()
}
