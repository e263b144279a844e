//! The learned part: a linear model over words, pairs of words, where they stand, and what rules and concepts found
//! ([`features`]), trained by `guichet train` ([`train`]) and kept as text in `rules/model/weights.txt` ([`mod@file`]). It says which
//! heading a message, or one sentence of it, most likely belongs to ([`heard`]). It never refuses nor sets aside: only rules do,
//! and only where it agrees.
//!
//! The probability of category `c` is `softmax(z / T)`, `z[c] = Σ weight[f][c] · x[f] + bias[c]`, where `x[f]` is
//! `(1 + ln count) · idf[f]`, the whole vector of length one (less where little is known), and `T` the temperature that
//! cross-validation found. One more plane of the same kind tells whether a sentence asks something of the offer.

mod features;
mod file;
mod heard;
mod name;
mod terms;
pub mod train;

use std::collections::HashMap;

use super::rule::{Reading, Spoken};
use crate::message::Message;
pub use file::ModelError;
use name::Name;
use terms::Terms;

/// Where a rule set keeps its model.
pub const PATH: &str = "model/weights.txt";

/// Vectors shorter than this stay short: of a few words that it happens to know the model is not sure.
const LENGTH: f64 = 25.0;

/// A trained model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    categories: Vec<String>,
    bias: Vec<f64>,
    temperature: f64,
    /// Whether one more plane stands after those of the categories: that of sentences which ask something of the offer.
    judges_sentences: bool,
    terms: Terms,
    /// What stands above the weights: data, date, figures.
    head: Vec<(String, String)>,
}

impl Model {
    /// The scores of features, before the temperature.
    fn judge(&self, features: &HashMap<String, f64>) -> Vec<f64> {
        let known =
            features.iter().filter_map(|(name, count)| Some((self.terms.find(Name::written(name))?, *count)));
        let mut known: Vec<(usize, f64)> = known.collect();
        known.sort_unstable_by_key(|(term, _)| *term);
        let length = self.length(known.iter().copied());
        let mut scores = Vec::new();
        self.score(known.into_iter(), length, &mut scores);
        scores.truncate(self.categories.len());
        scores
    }

    /// The features of a message, and of each of its first so many `sentences` by itself, as training takes them.
    pub(super) fn features(
        read: &Reading,
        spoken: &Spoken<'_>,
        message: &Message,
        sentences: usize,
    ) -> (HashMap<String, f64>, Vec<HashMap<String, f64>>) {
        let mut whole = HashMap::new();
        let mut each = vec![HashMap::new(); sentences];
        features::each(read, spoken, message, sentences, &mut |met| {
            let add = |found: &mut HashMap<String, f64>| {
                *found.entry(met.name.to_string()).or_insert(0.0) += met.weight;
            };
            if met.whole {
                add(&mut whole);
            }
            if let Some(sentence) = met.sentence {
                add(&mut each[sentence]);
            }
        });
        (whole, each)
    }

    /// What stands above the weights under this key.
    pub fn head(&self, key: &str) -> Option<&str> {
        self.head.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The temperature of its probabilities.
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// The categories it knows.
    pub(super) fn categories(&self) -> &[String] {
        &self.categories
    }

    /// The length of a vector of features, by number in ascending order with their counts.
    fn length(&self, counts: impl Iterator<Item = (usize, f64)>) -> f64 {
        counts
            .map(|(term, count)| value(count, self.terms.idf(term)))
            .map(|value| value * value)
            .sum::<f64>()
            .sqrt()
            .max(LENGTH)
    }

    /// The scores of such a vector made one long, in place of those that stand in `scores`.
    fn score(&self, counts: impl Iterator<Item = (usize, f64)>, length: f64, scores: &mut Vec<f64>) {
        scores.clone_from(&self.bias);
        for (term, count) in counts {
            let value = value(count, self.terms.idf(term)) / length;
            for (category, weight) in self.terms.weights(term) {
                scores[*category] += weight * value;
            }
        }
    }
}

/// How a feature seen so often counts.
fn value(count: f64, idf: f64) -> f64 {
    if count > 1.0 { (1.0 + count.ln()) * idf } else { idf }
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Makes probabilities of scores.
fn softmax(scores: &mut [f64], temperature: f64) {
    let most = scores.iter().copied().fold(f64::MIN, f64::max);
    for score in &mut *scores {
        *score = ((*score - most) / temperature).exp();
    }
    let total: f64 = scores.iter().sum();
    for score in scores {
        *score /= total;
    }
}
