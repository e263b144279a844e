//! What the model looks at: the beginnings of words, alone and in pairs, once more where something is asked; words that are
//! taken back for themselves; the stated function; and what rules share with it: which rules hit, which concepts (the lists
//! of `rules/lists.toml`) are named, in a sentence that asks or elsewhere.
//!
//! Names of features: `w:` word, `a:` word in a sentence that asks, `b:` pair, `n:` word taken back, `r:` word of the
//! function, `h:` rule and `ha:` rule in a sentence that asks, `l:` concept and `la:` concept in a sentence that asks.

use std::collections::HashMap;
use std::ops::Range;

use super::super::decision::Field;
use super::super::rule::{Reading, Spoke};
use super::super::text::fold;
use crate::message::Message;

/// Letters of a word that count: French endings say little.
const STEM: usize = 6;
/// Words of a message that are looked at.
const WORD_LIMIT: usize = 5000;
/// Weight of a word in the subject.
const SUBJECT: f64 = 1.5;

/// How much of a feature there is, and where.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::triage) struct Found {
    /// How often, weighted by where it stands.
    pub(in crate::triage) count: f64,
    /// Where it first stands in the folded text; `None` for what is no words of subject or body.
    pub(in crate::triage) place: Option<Range<usize>>,
}

/// Features by name.
pub(in crate::triage) type Features = HashMap<String, Found>;

/// The features of a message that was read and on which rules spoke.
pub(in crate::triage) fn of(read: &Reading, spoke: &[Spoke<'_>], message: &Message) -> Features {
    let mut found = Features::new();
    let letter = 0..read.letter_end.min(read.folded.bytes().len());
    words_of(read, letter.clone(), &mut found);
    for (from, to) in words(&read.folded.bytes()[letter]).take(WORD_LIMIT) {
        if read.sentences.is_negated(from) {
            let stem = stem(&read.folded.bytes()[from..to]);
            add(&mut found, format!("n:{stem}"), 1.0, Some(from..to));
        }
    }
    let role = fold(&message.role);
    for (from, to) in words(role.as_bytes()).filter(|(from, to)| to - from > 2).take(20) {
        add(&mut found, format!("r:{}", stem(&role.as_bytes()[from..to])), 1.0, None);
    }
    for spoke in spoke {
        heard(&mut found, spoke, spoke.asks);
    }
    found
}

/// The features of one sentence by itself: its words and pairs, and what rules and concepts were heard in it.
pub(in crate::triage) fn of_sentence(read: &Reading, spoke: &[Spoke<'_>], sentence: usize) -> Features {
    let mut found = Features::new();
    let range = read.sentences.range(sentence);
    let asks = read.sentences.asks(range.start);
    words_of(read, range, &mut found);
    for spoke in spoke.iter().filter(|spoke| spoke.sentences.contains(&sentence)) {
        heard(&mut found, spoke, asks);
    }
    found
}

fn heard(found: &mut Features, spoke: &Spoke<'_>, asks: bool) {
    let kind = if spoke.concept { 'l' } else { 'h' };
    add(found, format!("{kind}:{}", spoke.id), 1.0, None);
    if asks {
        add(found, format!("{kind}a:{}", spoke.id), 1.0, None);
    }
}

/// Words and pairs of a part of the folded text, those taken back left out.
fn words_of(read: &Reading, part: Range<usize>, found: &mut Features) {
    let text = read.folded.bytes();
    let mut before: Option<(usize, String, usize)> = None;
    for (from, to) in words(&text[part.clone()]).take(WORD_LIMIT) {
        let (from, to) = (part.start + from, part.start + to);
        if read.sentences.is_negated(from) {
            before = None;
            continue;
        }
        let here = read.sentences.index(from);
        let asks = read.sentences.asks(from);
        let subject = !asks && read.folded.field_at(from) == Some(Field::Subject);
        let weight = if subject { SUBJECT } else { 1.0 };
        let stem = stem(&text[from..to]);
        add(found, format!("w:{stem}"), weight, Some(from..to));
        if asks {
            add(found, format!("a:{stem}"), 1.0, Some(from..to));
        }
        if let Some((_, last, start)) = before.filter(|(sentence, ..)| *sentence == here) {
            add(found, format!("b:{last}_{stem}"), weight, Some(start..to));
        }
        before = Some((here, stem, from));
    }
}

fn add(found: &mut Features, name: String, weight: f64, place: Option<Range<usize>>) {
    found.entry(name).or_insert(Found { count: 0.0, place }).count += weight;
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
fn stem(word: &[u8]) -> String {
    if word.iter().all(u8::is_ascii_digit) {
        return "0".to_owned();
    }
    String::from_utf8_lossy(&word[..word.len().min(STEM)]).into_owned()
}
