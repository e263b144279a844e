//! Notices that no phrase foresees: a linear model over words and pairs of words, trained at its first use (some
//! milliseconds) from the examples beside it, always to the same weights. It only ever makes a mail doubtful, which holds
//! back an automatic answer; it sets nothing aside. To teach it, add a line to `examples/`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::mail::fold::fold;

const NOTICES: &str = include_str!("examples/notices.txt");
const PEOPLE: &str = include_str!("examples/people.txt");

/// Passes over the examples; more change nothing any more.
const PASSES: usize = 20;
/// Step of the descent, divided by the root of the squares so far (`AdaGrad`).
const STEP: f64 = 0.6;
/// Pull of every weight to zero.
const DECAY: f64 = 0.001;
/// Words of a text that are looked at.
const WORD_LIMIT: usize = 400;
/// Margin from which a text is like a notice where its sentences say so too. Chosen, with the next one, so that of
/// 131 people who write in a notice's words two are held back, and of 1,881 requests none.
const LIKELY: f64 = -0.25;
/// Margin from which it is like one whatever its sentences say; the signs of a person stop most of those it would wrong.
const SURE: f64 = 0.3;

/// Words and pairs seen in at least two examples, with their index; and the weights, the last one being the bias.
struct Model {
    terms: BTreeMap<String, (usize, f64)>,
    weights: Vec<f64>,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let texts =
        |examples: &'static str| examples.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let read = |text: &str| terms(&text.replace("\\n", "\n"));
    let notices = texts(NOTICES).map(|text| (read(text), 1.0));
    let people = texts(PEOPLE).map(|text| (read(text), 0.0));
    Model::train(&notices.chain(people).collect::<Vec<_>>())
});

/// Whether a text reads like a notice more than like a person's mail; `hinted`: some of its sentences are a notice's.
pub(super) fn is_like_a_notice(text: &str, hinted: bool) -> bool {
    MODEL.margin(&terms(text)) > if hinted { LIKELY } else { SURE }
}

/// The words of a text and their pairs, each once; numbers are alike.
fn terms(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !(c.is_alphanumeric() || c == '@')).filter(|word| !word.is_empty());
    let words: Vec<&str> = words
        .map(|word| if word.starts_with(|c: char| c.is_ascii_digit()) { "0" } else { word })
        .take(WORD_LIMIT)
        .collect();
    let pairs = words.windows(2).map(|pair| pair.join(" "));
    pairs.chain(words.iter().map(|word| (*word).to_owned())).collect()
}

impl Model {
    fn train(examples: &[(BTreeSet<String>, f64)]) -> Self {
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        for term in examples.iter().flat_map(|(terms, _)| terms) {
            *seen.entry(term).or_default() += 1;
        }
        let total = f64::from(u32::try_from(examples.len()).unwrap_or(u32::MAX));
        let kept = seen.into_iter().filter(|(_, count)| *count > 1).enumerate();
        // Rare terms tell more (inverse document frequency).
        let terms: BTreeMap<String, (usize, f64)> = kept
            .map(|(index, (term, count))| (term.to_owned(), (index, (total / f64::from(count)).ln() + 1.0)))
            .collect();
        let size = terms.len() + 1;
        let mut model = Self { terms, weights: vec![0.0; size] };
        let vectors: Vec<(Vec<(usize, f64)>, f64)> =
            examples.iter().map(|(terms, label)| (model.vector(terms), *label)).collect();
        let mut squares = vec![1e-8; size];
        for pass in 0..PASSES {
            for at in 0..vectors.len() {
                // A fixed walk that mixes both kinds.
                let (vector, label) = &vectors[(at * 389 + pass) % vectors.len()];
                let error = 1.0 / (1.0 + (-model.dot(vector)).exp()) - label;
                for (index, value) in vector {
                    let slope = error * value + DECAY * model.weights[*index];
                    squares[*index] += slope * slope;
                    model.weights[*index] -= STEP * slope / squares[*index].sqrt();
                }
            }
        }
        model
    }

    /// Known terms by index, the whole of length one, and the bias.
    fn vector(&self, terms: &BTreeSet<String>) -> Vec<(usize, f64)> {
        let mut vector: Vec<(usize, f64)> =
            terms.iter().filter_map(|term| self.terms.get(term).copied()).collect();
        let length = vector.iter().map(|(_, value)| value * value).sum::<f64>().sqrt().max(1.0);
        for (_, value) in &mut vector {
            *value /= length;
        }
        vector.push((self.terms.len(), 1.0));
        vector
    }

    fn dot(&self, vector: &[(usize, f64)]) -> f64 {
        vector.iter().map(|(index, value)| self.weights[*index] * value).sum()
    }

    fn margin(&self, terms: &BTreeSet<String>) -> f64 {
        self.dot(&self.vector(terms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_foreseen_is_told_by_its_likes() {
        assert!(is_like_a_notice(
            "Je prends mes congés annuels, retour le 31 août. Pour une urgence, voyez le secrétariat.",
            true
        ));
        assert!(!is_like_a_notice(
            "Merci, nous publions le dépôt sous licence MIT la semaine prochaine.",
            true
        ));
        assert!(!is_like_a_notice("", true));
    }
}
