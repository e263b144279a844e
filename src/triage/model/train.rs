//! Training: a fixed walk of stochastic descent (`AdaGrad`) on the cross-entropy, always to the same weights; and the
//! cross-validation that gives the temperature and the figures written above the weights.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{LENGTH, Model, count, softmax, value};

/// Features seen in fewer examples say nothing of others, and might name somebody.
const SEEN: usize = 3;
/// Passes over the examples.
const PASSES: usize = 10;
/// Step of the descent, divided by the root of the squares so far.
const STEP: f64 = 0.3;
/// Pull of every weight to zero.
const DECAY: f64 = 0.001;
/// A feature whose largest weight is less is left out.
const LEAST: f64 = 0.4;
/// Parts of the cross-validation.
const FOLDS: usize = 5;

/// A labelled message as the model sees it.
#[derive(Clone, Debug)]
pub struct Example {
    /// What is in it.
    pub features: HashMap<String, f64>,
    /// The category a person gave it.
    pub category: String,
}

/// What cross-validation says: each example judged by a model that was trained without it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Validation {
    /// How many were right.
    pub right: usize,
    /// Of how many.
    pub of: usize,
    /// The temperature at which the probabilities are least surprising.
    pub temperature: f64,
}

/// Trains on all examples. `head` is written above the weights, the figures of the cross-validation below it.
pub fn train(examples: &[Example], head: &[(String, String)]) -> (Model, Validation) {
    let validation = validate(examples);
    let mut model = fit(&examples.iter().collect::<Vec<_>>());
    model.temperature = validation.temperature;
    model.head = head.to_vec();
    model.head.push(("examples".to_owned(), examples.len().to_string()));
    model.head.push(("cross-validated".to_owned(), format!("{} of {}", validation.right, validation.of)));
    (model, validation)
}

fn validate(examples: &[Example]) -> Validation {
    let mut judged: Vec<(Vec<f64>, Option<usize>)> = Vec::new();
    for fold in 0..FOLDS {
        let of_fold = |at: &usize| at % FOLDS == fold;
        let kept: Vec<&Example> =
            (0..examples.len()).filter(|at| !of_fold(at)).map(|at| &examples[at]).collect();
        let model = fit(&kept);
        for at in (0..examples.len()).filter(of_fold) {
            let label = model.categories.iter().position(|category| *category == examples[at].category);
            judged.push((model.judge(&examples[at].features), label));
        }
    }
    let best = |scores: &[f64]| (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let right = judged.iter().filter(|(scores, label)| label.is_some() && best(scores) == *label).count();
    let surprise = |temperature: f64| -> f64 {
        let of = |(scores, label): &(Vec<f64>, Option<usize>)| {
            label.map_or(0.0, |label| -softmax(scores, temperature)[label].max(1e-9).ln())
        };
        judged.iter().map(of).sum()
    };
    let temperatures = (20..=300).step_by(5).map(|hundredths| f64::from(hundredths) / 100.0);
    let temperature = temperatures.min_by(|a, b| surprise(*a).total_cmp(&surprise(*b))).unwrap_or(1.0);
    Validation { right, of: examples.len(), temperature }
}

fn fit(examples: &[&Example]) -> Model {
    let categories: Vec<String> =
        examples.iter().map(|e| e.category.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for name in examples.iter().flat_map(|example| example.features.keys()) {
        *seen.entry(name).or_default() += 1;
    }
    let total = count(examples.len());
    let terms: Vec<(&str, f64)> = seen
        .into_iter()
        .filter(|(_, n)| *n >= SEEN)
        .map(|(name, n)| (name, ((total / count(n)).ln() + 1.0)))
        .collect();
    let index: HashMap<&str, usize> = terms.iter().enumerate().map(|(at, (name, _))| (*name, at)).collect();
    let label: Vec<usize> =
        examples.iter().map(|e| categories.binary_search(&e.category).unwrap_or_default()).collect();
    let vectors: Vec<Vec<(usize, f64)>> =
        examples.iter().map(|example| vector(example, &index, &terms)).collect();
    let mut of_label = vec![0.0; categories.len()];
    for at in &label {
        of_label[*at] += 1.0;
    }
    // Rare categories count more, by the root of how rare they are.
    let worth: Vec<f64> = of_label.iter().map(|n| (total / (count(categories.len()) * n)).sqrt()).collect();
    let weights = descend(&vectors, &label, &worth, terms.len());
    let width = categories.len();
    let row = |at: usize| weights[at * width..(at + 1) * width].to_vec();
    let kept = terms.iter().enumerate().filter_map(|(at, (name, idf))| {
        let row = row(at);
        row.iter().any(|w| w.abs() >= LEAST).then(|| ((*name).to_owned(), (*idf, row)))
    });
    Model { bias: row(terms.len()), terms: kept.collect(), categories, temperature: 1.0, head: Vec::new() }
}

fn vector(example: &Example, index: &HashMap<&str, usize>, terms: &[(&str, f64)]) -> Vec<(usize, f64)> {
    let known = example.features.iter().filter_map(|(name, n)| {
        let at = *index.get(name.as_str())?;
        Some((at, value(*n, terms[at].1)))
    });
    let mut vector: Vec<(usize, f64)> = known.collect();
    vector.sort_by_key(|(at, _)| *at);
    let length = vector.iter().map(|(_, x)| x * x).sum::<f64>().sqrt().max(LENGTH);
    for (_, x) in &mut vector {
        *x /= length;
    }
    vector.push((terms.len(), 1.0));
    vector
}

fn descend(vectors: &[Vec<(usize, f64)>], label: &[usize], worth: &[f64], terms: usize) -> Vec<f64> {
    let width = worth.len();
    let mut weights = vec![0.0; (terms + 1) * width];
    let mut squares = vec![1e-8; weights.len()];
    let mut order: Vec<usize> = (0..vectors.len()).collect();
    let mut dice = Dice(7);
    for _ in 0..PASSES {
        for at in (1..order.len()).rev() {
            order.swap(at, dice.below(at + 1));
        }
        for example in &order {
            let mut scores = vec![0.0; width];
            for (term, x) in &vectors[*example] {
                for (score, weight) in scores.iter_mut().zip(&weights[term * width..]) {
                    *score += weight * x;
                }
            }
            let told = softmax(&scores, 1.0);
            for (term, x) in &vectors[*example] {
                for (category, told) in told.iter().enumerate() {
                    let at = term * width + category;
                    let wanted = f64::from(u8::from(category == label[*example]));
                    let slope = worth[label[*example]] * (told - wanted) * x + DECAY * weights[at];
                    squares[at] += slope * slope;
                    weights[at] -= STEP * slope / squares[at].sqrt();
                }
            }
        }
    }
    weights
}

/// A linear congruential generator (Knuth's MMIX): the same walk every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(words: &str, category: &str) -> Example {
        let features = words.split(' ').map(|word| (format!("w:{word}"), 1.0)).collect();
        Example { features, category: category.to_owned() }
    }

    #[test]
    fn what_is_taught_is_known_and_always_the_same() {
        let examples: Vec<Example> = (0..30)
            .map(
                |n| if n % 2 == 0 { example("chat miaule", "chat") } else { example("chien aboie", "chien") },
            )
            .collect();
        let (model, validation) = train(&examples, &[]);
        assert_eq!((validation.right, validation.of), (30, 30));
        let scores = model.judge(&example("chien inconnu", "").features);
        assert!(scores[1] > scores[0]);
        assert_eq!(train(&examples, &[]).0, model);
        assert!(!model.terms.contains_key("w:inconnu"));
    }
}
