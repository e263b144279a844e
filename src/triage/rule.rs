//! A rule: a named hint for or against one category, and the places where it hits in a message that was read.

pub(super) mod read;
mod readable;
pub(super) mod tellers;

use std::ops::Range;

use super::decision::Field;
use super::pattern::{Pattern, Pieces, Places};
use super::sentence::{Cues, Sentences};
use super::text::Folded;
use crate::message::Lang;

pub use readable::readable;

/// The category name of the rules of `sensitive.toml` in evidence.
pub const SENSITIVE: &str = "sensitive";

/// The category name of the rules of `hand-over.toml`, which speak for no heading.
pub(super) const HAND_OVER: &str = "hand-over";

/// At most so many places of one piece are looked at.
const PLACES: usize = 64;

/// What a rule makes of words that the writer takes back ("je ne demande pas de formation").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Negated {
    /// They count for nothing.
    #[default]
    Never,
    /// They count like any others: what matters however it is said (a flaw, a complaint).
    Even,
    /// They alone count: what is not asked speaks for or against a heading.
    Only,
}

impl Negated {
    /// Whether a hit counts that is taken back or not.
    fn admits(self, taken_back: bool) -> bool {
        match self {
            Self::Never => !taken_back,
            Self::Even => true,
            Self::Only => taken_back,
        }
    }
}

/// The patterns of a rule as they are written.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// At least one of these.
    pub any: Vec<String>,
    /// Every one of these.
    pub all: Vec<String>,
    /// None of these in the sentence.
    pub none: Vec<String>,
}

/// A rule as loaded.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id, unique in the set.
    pub id: String,
    /// The category it speaks for or against; [`SENSITIVE`] for a sensitive matter.
    pub category: String,
    /// The sentence shown to the team and quoted in a refusal, in French.
    pub says_fr: String,
    /// The same in English.
    pub says_en: String,
    /// What a hit counts; negative against.
    pub score: f64,
    /// The group whose cap it shares.
    pub group: Option<String>,
    /// The fields it reads.
    pub fields: Vec<Field>,
    /// Its patterns as they are written in its file.
    pub written: Written,
    /// At least one of these (when there are any).
    pub(super) any: Vec<Pattern>,
    /// Every one of these, anywhere in the message.
    pub(super) all: Vec<Pattern>,
    /// None of these in the sentence of the hit.
    pub(super) none: Vec<Pattern>,
    /// Counts only in a sentence that asks.
    pub asked: bool,
    /// A hint that cannot carry a topic alone, nor a refusal.
    pub weak: bool,
    /// Whether it hits in what the writer takes back ("je ne demande pas…").
    pub negated: Negated,
    /// The reply of the question it recognises, over the category's.
    pub reply: Option<String>,
    /// Texts it must hit.
    pub matches: Vec<String>,
    /// Texts it must not hit.
    pub misses: Vec<String>,
    /// The file it stands in, as faults name it.
    pub file: String,
    /// The line it starts on.
    pub line: usize,
    /// Its heading sleeps: the learned model hears it as it was taught, and nobody else does.
    pub asleep: bool,
}

impl Rule {
    /// Its sentence in the language of a text.
    pub fn says(&self, lang: Lang) -> &str {
        lang.choose(&self.says_fr, &self.says_en)
    }

    /// The patterns whose places are its hits.
    pub(super) fn tellers(&self) -> &[Pattern] {
        if self.any.is_empty() { &self.all } else { &self.any }
    }

    /// Every place where it hits by these of its [tellers](Self::tellers), in the order of the patterns, in place of what is in
    /// `hits`.
    pub(super) fn hits<'a>(
        &self,
        read: &Reading,
        tellers: impl Iterator<Item = &'a Pattern>,
        hits: &mut Vec<Hit>,
    ) {
        hits.clear();
        let of = |at| read.sentences.index(at);
        let stands = |pattern: &Pattern| read.places.pattern(pattern, of).next().is_some();
        if !self.all.iter().all(stands) {
            return;
        }
        for (start, end) in tellers.flat_map(|pattern| read.places.pattern(pattern, of)) {
            let field = read.folded.field_at(start);
            let Some(field) = field.filter(|field| self.fields.contains(field)) else { continue };
            let asks = read.sentences.asks(start);
            if !self.negated.admits(read.sentences.is_negated(start)) || (self.asked && !asks) {
                continue;
            }
            let sentence = of(start);
            let barred =
                |pattern: &Pattern| read.places.pattern(pattern, of).any(|(at, _)| of(at) == sentence);
            if !self.none.iter().any(barred) {
                hits.push(Hit { start, end, field, asks, sentence });
            }
        }
    }

    /// The best of its hits: in a sentence that asks if it can, else the first one.
    pub(super) fn best(hits: &[Hit]) -> Option<Hit> {
        hits.iter().find(|hit| hit.asks).or(hits.first()).copied()
    }
}

/// The rules and concepts that were heard in a message, for the learned model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spoken<'a> {
    /// Each.
    pub(super) all: Vec<Spoke<'a>>,
    /// The numbers of the sentences in which they were heard, those of each together.
    pub(super) places: Vec<usize>,
}

impl Spoken<'_> {
    /// The numbers of the sentences in which one of them was heard, each once.
    pub(super) fn sentences(&self, spoke: &Spoke<'_>) -> &[usize] {
        &self.places[spoke.places.clone()]
    }
}

/// A rule or a concept that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spoke<'a> {
    /// Rule id, or name of the list.
    pub(super) id: &'a str,
    /// A concept: a list of `lists.toml`.
    pub(super) concept: bool,
    /// In a sentence that asks.
    pub(super) asks: bool,
    /// Where its sentences stand in [`Spoken::places`].
    pub(super) places: Range<usize>,
}

/// Where a rule hit, in the folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// First folded byte.
    pub(super) start: usize,
    /// Folded byte after the match.
    pub(super) end: usize,
    /// The field.
    pub(super) field: Field,
    /// Whether the sentence asks.
    pub(super) asks: bool,
    /// The number of the sentence.
    pub(super) sentence: usize,
}

/// A message read once: folded, cut into sentences, every piece found.
#[derive(Debug)]
pub(super) struct Reading {
    /// The folded text.
    pub(super) folded: Folded,
    /// Where pieces stand.
    pub(super) places: Places,
    /// Where subject and body end and the other fields begin, in the folded text.
    pub(super) letter_end: usize,
    /// Its sentences.
    pub(super) sentences: Sentences,
}

impl Reading {
    /// How many words subject and body have, those of greeting and signature left out.
    pub(super) fn words(&self) -> usize {
        let letter = &self.folded.bytes()[..self.letter_end.min(self.folded.bytes().len())];
        letter.split(|b| !b.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).count()
    }

    /// Reads a folded text.
    pub(super) fn of(folded: Folded, pieces: &Pieces, cues: &Cues) -> Self {
        let places = pieces.scan(&folded, PLACES);
        let sentences = Sentences::read(folded.bytes(), cues, &places);
        let letter_end = folded.end_of(&[Field::Subject, Field::Body]);
        Self { folded, places, letter_end, sentences }
    }
}
