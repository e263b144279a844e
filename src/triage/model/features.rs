//! What the model looks at: the beginnings of words, alone and in pairs, more where something is asked and in the subject;
//! words that are taken back for themselves; the stated function. Names of features: `w:` word, `a:` word in a sentence
//! that asks, `b:` pair (`_` between, `__` over a gap of one), `n:` word taken back, `r:` word of the function.

use std::collections::HashMap;
use std::ops::Range;

use super::super::decision::Field;
use super::super::rule::Reading;
use super::super::text::fold;
use crate::message::Message;

/// Letters of a word that count: French endings say little.
const STEM: usize = 6;
/// Words of a message that are looked at.
const WORD_LIMIT: usize = 5000;
/// Weight of a word in a sentence that asks, and in the subject.
const ASKING: f64 = 2.0;
const SUBJECT: f64 = 1.5;
/// Weight of two words with one between them.
const GAPPED: f64 = 0.7;

/// How much of a feature there is, and where.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::triage) struct Found {
    /// How often, weighted by where it stands.
    pub(in crate::triage) count: f64,
    /// Where it first stands in the folded text; `None` for the stated function.
    pub(in crate::triage) place: Option<Range<usize>>,
}

/// The features of a message.
pub(in crate::triage) fn of(read: &Reading, message: &Message) -> HashMap<String, Found> {
    let mut found: HashMap<String, Found> = HashMap::new();
    let mut add = |name: String, weight: f64, place: Option<Range<usize>>| {
        let feature = found.entry(name).or_insert(Found { count: 0.0, place });
        feature.count += weight;
    };
    let text = read.folded.bytes();
    let (mut sentence, mut before): (Option<usize>, [Option<(String, usize)>; 2]) = (None, [None, None]);
    for (from, to) in words(&text[..read.letter_end.min(text.len())]).take(WORD_LIMIT) {
        let here = read.sentences.index(from);
        if sentence != Some(here) {
            (sentence, before) = (Some(here), [None, None]);
        }
        let stem = stem(&text[from..to]);
        if read.sentences.is_negated(from) {
            add(format!("n:{stem}"), 1.0, Some(from..to));
            continue;
        }
        let asks = read.sentences.asks(from);
        let subject = read.folded.field_at(from) == Some(Field::Subject);
        let weight = if asks { ASKING } else { 1.0 } * if subject { SUBJECT } else { 1.0 };
        add(format!("w:{stem}"), weight, Some(from..to));
        if asks {
            add(format!("a:{stem}"), 1.0, Some(from..to));
        }
        if let Some((last, start)) = &before[1] {
            add(format!("b:{last}_{stem}"), weight, Some(*start..to));
        }
        if let Some((first, start)) = &before[0] {
            add(format!("b:{first}__{stem}"), weight * GAPPED, Some(*start..to));
        }
        before = [before[1].take(), Some((stem, from))];
    }
    let role = fold(&message.role);
    for (from, to) in words(role.as_bytes()).filter(|(from, to)| to - from > 2).take(20) {
        add(format!("r:{}", stem(&role.as_bytes()[from..to])), 1.0, None);
    }
    found
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
