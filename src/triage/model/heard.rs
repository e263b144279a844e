//! What a model makes of one message: of the whole, and of its sentences one by one. The features that it knows are looked for
//! once; of each, its number stands for its name from here on.

use std::ops::Range;

use super::super::decision::{Learned, Term};
use super::super::rule::{Reading, Spoken};
use super::features::{self, Met};
use super::{Model, softmax, value};
use crate::message::Message;

/// Headings less probable than this are not explained.
const EXPLAINED: f64 = 0.01;
/// Words that explain a heading.
const TERMS: usize = 6;

/// The features of a message that a model knows.
pub(in crate::triage) struct Heard<'m> {
    model: &'m Model,
    /// Those of the message in ascending order, then those of its first sentence, and so on.
    known: Vec<Known>,
    /// Where in `known` those of the message end, those of its first sentence, and so on.
    ends: Vec<usize>,
    /// The probabilities that were told last.
    told: Vec<f64>,
}

/// A feature of the message or of a sentence.
#[derive(Clone, Copy)]
struct Known {
    /// Its number.
    term: usize,
    /// How often, weighted by where it stands.
    count: f64,
    /// Where it first stands in the folded text; nowhere for what is no words of subject or body.
    place: (usize, usize),
}

impl Model {
    /// Looks for the features of a message, and of each of its first so many `sentences` by itself.
    pub(in crate::triage) fn hear(
        &self,
        read: &Reading,
        spoken: &Spoken<'_>,
        message: &Message,
        sentences: usize,
    ) -> Heard<'_> {
        let mut found: Vec<(usize, Known)> = Vec::with_capacity(read.letter_end.min(4096));
        features::each(read, spoken, message, sentences, &mut |met: Met<'_>| {
            let Some(term) = self.terms.find(met.name) else { return };
            let place = met.place.map_or((0, 0), |place| (place.start, place.end));
            let known = Known { term, count: met.weight, place };
            if met.whole {
                found.push((0, known));
            }
            if let Some(sentence) = met.sentence {
                found.push((sentence + 1, known));
            }
        });
        found.sort_unstable_by_key(|(part, known)| (*part, known.term, known.place.0));
        let mut known: Vec<Known> = Vec::with_capacity(found.len());
        let mut ends = vec![0; sentences + 1];
        let mut last = None;
        for (part, this) in found {
            match known.last_mut() {
                Some(same) if last == Some((part, this.term)) => same.count += this.count,
                _ => known.push(this),
            }
            last = Some((part, this.term));
            ends[part] = known.len();
        }
        for part in 1..ends.len() {
            ends[part] = ends[part].max(ends[part - 1]);
        }
        Heard { model: self, known, ends, told: Vec::new() }
    }
}

impl Heard<'_> {
    /// Every category with its probability and what spoke for it, best first. Empty without a category.
    pub(in crate::triage) fn opinion(&mut self, read: &Reading, message: &Message) -> Vec<Learned> {
        let length = self.tell(0);
        let mut told: Vec<Learned> = (self.model.categories.iter().zip(&self.told).enumerate())
            .map(|(at, (category, probability))| Learned {
                category: category.clone(),
                probability: *probability,
                terms: if *probability < EXPLAINED {
                    Vec::new()
                } else {
                    self.terms_for(at, length, (read, message))
                },
            })
            .collect();
        told.sort_by(|a, b| {
            b.probability.total_cmp(&a.probability).then_with(|| a.category.cmp(&b.category))
        });
        told
    }

    /// What a sentence asks by itself: the probability of each category, in the order of [`Model::categories`].
    pub(in crate::triage) fn sentence(&mut self, number: usize) -> &[f64] {
        self.tell(number + 1);
        &self.told
    }

    /// The probabilities of a part, in `told`, and the length of its vector.
    fn tell(&mut self, part: usize) -> f64 {
        let begin = part.checked_sub(1).map_or(0, |before| self.ends[before]);
        let counts = || self.known[begin..self.ends[part]].iter().map(|known| (known.term, known.count));
        let length = self.model.length(counts());
        self.model.score(counts(), length, &mut self.told);
        softmax(&mut self.told, self.model.temperature);
        length
    }

    /// What spoke for a category most in the message; of features that overlap the strongest.
    fn terms_for(&self, category: usize, length: f64, (read, message): (&Reading, &Message)) -> Vec<Term> {
        let terms = &self.model.terms;
        let mut found: Vec<(f64, Range<usize>)> = self.known[..self.ends[0]]
            .iter()
            .filter(|known| known.place.0 < known.place.1)
            .map(|known| {
                let own = terms.weights(known.term).iter().find(|(at, _)| *at == category);
                let over = own.map_or(0.0, |(_, weight)| *weight) - terms.mean(known.term);
                let value = value(known.count, terms.idf(known.term)) / length;
                (over * value, known.place.0..known.place.1)
            })
            .filter(|(weight, _)| *weight > 0.0)
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.start.cmp(&b.1.start)));
        let mut kept: Vec<(f64, Range<usize>)> = Vec::with_capacity(TERMS);
        for (weight, place) in found {
            if kept.len() == TERMS {
                break;
            }
            if !kept.iter().any(|(_, other)| place.start < other.end && other.start < place.end) {
                kept.push((weight, place));
            }
        }
        let text = |place: &Range<usize>| {
            let (field, written) =
                (read.folded.field_at(place.start)?, read.folded.as_written(place.clone())?);
            field.of(message).get(written).map(str::to_owned)
        };
        kept.into_iter().filter_map(|(weight, place)| Some(Term { text: text(&place)?, weight })).collect()
    }
}
