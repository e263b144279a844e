//! What the model looks at: the beginnings of words, alone and in pairs, once more where something is asked; words that are
//! taken back for themselves; the stated function; and what rules share with it: which rules hit, which concepts (the lists
//! of `rules/lists.toml`) are named, in a sentence that asks or elsewhere.
//!
//! Names of features: `w:` word, `a:` word in a sentence that asks, `b:` pair, `n:` word taken back, `r:` word of the
//! function, `h:` rule and `ha:` rule in a sentence that asks, `l:` concept and `la:` concept in a sentence that asks. A name
//! is written out for training alone ([`Name`]).

use std::ops::Range;

use super::super::decision::Field;
use super::super::rule::{Reading, Spoken};
use super::super::text::fold;
use super::name::Name;
use crate::message::Message;

/// Letters of a word that count: French endings say little.
const STEM: usize = 6;
/// Words that are looked at, of a message and of a sentence.
const WORD_LIMIT: usize = 5000;
/// Words of the stated function that are looked at.
const ROLE_WORDS: usize = 20;
/// Weight of a word in the subject.
const SUBJECT: f64 = 1.5;

/// A feature, somewhere.
pub(super) struct Met<'a> {
    /// Its name.
    pub(super) name: Name<'a>,
    /// What it counts there.
    pub(super) weight: f64,
    /// Where it stands in the folded text; `None` for what is no words of subject or body.
    pub(super) place: Option<Range<usize>>,
    /// It counts for the message as a whole.
    pub(super) whole: bool,
    /// The number of the sentence for which it counts, if it is one of those asked for.
    pub(super) sentence: Option<usize>,
}

/// Tells every feature of a message that was read and on which rules spoke, in the order of their places: of the message as a
/// whole, and of each of the first so many `sentences` by itself, which is its words and pairs and what rules and concepts
/// were heard in it.
pub(super) fn each(
    read: &Reading,
    spoken: &Spoken<'_>,
    message: &Message,
    sentences: usize,
    tell: &mut impl FnMut(Met<'_>),
) {
    words_of_letter(read, sentences, tell);
    let whole = |name| Met { name, weight: 1.0, place: None, whole: true, sentence: None };
    let role = fold(&message.role);
    for (from, to) in words(role.as_bytes()).filter(|(from, to)| to - from > 2).take(ROLE_WORDS) {
        tell(whole(Name::of("r:", stem(&role.as_bytes()[from..to]))));
    }
    for spoke in &spoken.all {
        let [said, asked] = if spoke.concept { ["l:", "la:"] } else { ["h:", "ha:"] };
        let [said, asked] = [said, asked].map(|kind| Name::of(kind, spoke.id.as_bytes()));
        tell(whole(said));
        if spoke.asks {
            tell(whole(asked));
        }
        for at in spoken.sentences(spoke).iter().copied().filter(|at| *at < sentences) {
            let alone = |name| Met { whole: false, sentence: Some(at), ..whole(name) };
            tell(alone(said));
            if read.sentences.asks_at(at) {
                tell(alone(asked));
            }
        }
    }
}

/// Words and pairs of subject and body.
fn words_of_letter(read: &Reading, sentences: usize, tell: &mut impl FnMut(Met<'_>)) {
    let text = read.folded.bytes();
    let letter = &text[..read.letter_end.min(text.len())];
    let subject_end = read.folded.end_of(&[Field::Subject]);
    let mut before: Option<(&[u8], usize)> = None;
    let (mut here, mut bounds) = (0, read.sentences.range(0));
    let mut in_sentence = 0;
    for (in_letter, (from, to)) in words(letter).enumerate() {
        if from >= bounds.end {
            here = read.sentences.index(from);
            (bounds, before, in_sentence) = (read.sentences.range(here), None, 0);
        }
        let whole = in_letter < WORD_LIMIT;
        if !whole && here >= sentences {
            break;
        }
        let sentence = (here < sentences && in_sentence < WORD_LIMIT).then_some(here);
        in_sentence += 1;
        let stem = stem(&letter[from..to]);
        let mut met = |name, weight, from, sentence| {
            tell(Met { name, weight, place: Some(from..to), whole, sentence });
        };
        if read.sentences.is_negated(from) {
            met(Name::of("n:", stem), 1.0, from, None);
            before = None;
            continue;
        }
        let asks = read.sentences.asks_at(here);
        let weight = if from < subject_end && !asks { SUBJECT } else { 1.0 };
        met(Name::of("w:", stem), weight, from, sentence);
        if asks {
            met(Name::of("a:", stem), 1.0, from, sentence);
        }
        if let Some((last, start)) = before {
            met(Name::pair("b:", last, stem), weight, start, sentence);
        }
        before = Some((stem, from));
    }
}

/// Where the words of a folded text stand.
fn words(text: &[u8]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let from = at + text[at..].iter().position(u8::is_ascii_alphanumeric)?;
        at = from + text[from..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        Some((from, at))
    })
}

/// The beginning of a word; all numbers are alike.
fn stem(word: &[u8]) -> &[u8] {
    if word.iter().all(u8::is_ascii_digit) { b"0" } else { &word[..word.len().min(STEM)] }
}
