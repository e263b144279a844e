//! Training: for each category a separating plane between it and all others (support vector machine with squared hinge loss,
//! by dual coordinate descent: Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM", 2008), always
//! the same from the same examples; and the cross-validation that gives the temperature and the figures above the weights.
//!
//! A fold is a *hand*: everything one author wrote. What is learned of the others must hold for the one left out, for
//! tomorrow's writers are nobody of these.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::terms::{Terms, Weights};
use super::{LENGTH, Model, count, softmax, value};

/// Features seen in fewer examples say nothing of others, and might name somebody.
const SEEN: usize = 3;
/// Passes over the examples, at most.
const PASSES: usize = 60;
/// Passes end when no example pulls harder than this.
const SETTLED: f64 = 0.05;
/// What an example on the wrong side costs.
const COST: f64 = 1.0;
/// Folds where there is one hand only.
const FOLDS: usize = 5;
/// A weight smaller than this is left out.
const LEAST: f64 = 0.03;

/// A labelled message as the model sees it.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its id: examples are taught in the order of their ids, and the letters at the beginning name who wrote it.
    pub id: String,
    /// What is in it.
    pub features: HashMap<String, f64>,
    /// The category a person gave it.
    pub category: String,
}

/// Who wrote the example of an id.
pub fn hand(id: &str) -> &str {
    &id[..id.find(|c: char| !c.is_alphabetic()).unwrap_or(id.len())]
}

/// What cross-validation says: each example judged by a model that was taught with the other hands.
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

/// The model of a temperature taught with everything but one hand, to judge that hand by.
pub fn without(examples: &[Example], left_out: &str, temperature: f64) -> Model {
    let others: Vec<&Example> = examples.iter().filter(|example| hand(&example.id) != left_out).collect();
    Model { temperature, ..fit(&others) }
}

fn validate(examples: &[Example]) -> Validation {
    let mut judged: Vec<(Vec<f64>, Option<usize>)> = Vec::new();
    let hands: BTreeSet<&str> = examples.iter().map(|example| hand(&example.id)).collect();
    // Of one hand alone the folds are its examples in turn.
    let fold = |at: usize| {
        if hands.len() > 1 { hand(&examples[at].id).to_owned() } else { (at % FOLDS).to_string() }
    };
    let folds: Vec<String> = (0..examples.len()).map(fold).collect();
    for left_out in folds.iter().collect::<BTreeSet<_>>() {
        let others: Vec<&Example> =
            examples.iter().zip(&folds).filter(|(_, fold)| *fold != left_out).map(|(e, _)| e).collect();
        let model = fit(&others);
        for (example, _) in examples.iter().zip(&folds).filter(|(_, fold)| *fold == left_out) {
            let label = model.categories.iter().position(|category| *category == example.category);
            judged.push((model.judge(&example.features), label));
        }
    }
    let best = |scores: &[f64]| (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let right = judged.iter().filter(|(scores, label)| label.is_some() && best(scores) == *label).count();
    let surprise = |temperature: f64| -> f64 {
        let of = |(scores, label): &(Vec<f64>, Option<usize>)| {
            let mut told = scores.clone();
            softmax(&mut told, temperature);
            label.map_or(0.0, |label| -told[label].max(1e-9).ln())
        };
        judged.iter().map(of).sum()
    };
    let temperatures = (5..=100).map(|hundredths| f64::from(hundredths) / 100.0);
    let temperature = temperatures.min_by(|a, b| surprise(*a).total_cmp(&surprise(*b))).unwrap_or(1.0);
    Validation { right, of: examples.len(), temperature }
}

fn fit(examples: &[&Example]) -> Model {
    let mut examples = examples.to_vec();
    examples.sort_by(|a, b| a.id.cmp(&b.id));
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
    let vectors: Vec<Vec<(usize, f64)>> =
        examples.iter().map(|example| vector(example, &index, &terms)).collect();
    let planes: Vec<Vec<f64>> = categories
        .iter()
        .map(|category| {
            let of: Vec<bool> = examples.iter().map(|example| example.category == *category).collect();
            let own = count(of.iter().filter(|own| **own).count());
            // Rare categories count more.
            let cost = [COST, COST * total / (count(categories.len()) * own)];
            plane(&vectors, &of, cost, terms.len())
        })
        .collect();
    let mut model = Model { categories, temperature: 1.0, ..Model::default() };
    model.bias = planes.iter().map(|plane| plane[terms.len()]).collect();
    let mut kept = Vec::new();
    for (at, (name, idf)) in terms.iter().enumerate() {
        let weights: Weights = (planes.iter().enumerate())
            .filter(|(_, plane)| plane[at].abs() >= LEAST)
            .map(|(category, plane)| (category, plane[at]))
            .collect();
        if !weights.is_empty() {
            kept.push(((*name).to_owned(), *idf, weights));
        }
    }
    model.terms = Terms::new(kept, model.categories.len());
    model
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

/// The plane between the examples `of` a category and the others; `cost` of the others, then of its own. The last weight is
/// the bias.
fn plane(vectors: &[Vec<(usize, f64)>], of: &[bool], cost: [f64; 2], terms: usize) -> Vec<f64> {
    let mut weights = vec![0.0; terms + 1];
    let mut pull = vec![0.0; vectors.len()];
    let soft: Vec<f64> = of.iter().map(|own| 0.5 / cost[usize::from(*own)]).collect();
    let square: Vec<f64> = vectors.iter().map(|vector| vector.iter().map(|(_, x)| x * x).sum()).collect();
    let mut order: Vec<usize> = (0..vectors.len()).collect();
    let mut dice = Dice(7);
    for _ in 0..PASSES {
        for at in (1..order.len()).rev() {
            order.swap(at, dice.below(at + 1));
        }
        let mut hardest = 0.0_f64;
        for example in &order {
            let vector = &vectors[*example];
            let side = if of[*example] { 1.0 } else { -1.0 };
            let score: f64 = vector.iter().map(|(term, x)| weights[*term] * x).sum();
            let slope = side * score - 1.0 + soft[*example] * pull[*example];
            if pull[*example] == 0.0 && slope >= 0.0 {
                continue;
            }
            hardest = hardest.max(slope.abs());
            let next = (pull[*example] - slope / (square[*example] + soft[*example])).max(0.0);
            let step = (next - pull[*example]) * side;
            pull[*example] = next;
            for (term, x) in vector {
                weights[*term] += step * x;
            }
        }
        if hardest < SETTLED {
            break;
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

    fn example(id: &str, words: &str, category: &str) -> Example {
        let features = words.split(' ').map(|word| (format!("w:{word}"), 1.0)).collect();
        Example { id: id.to_owned(), features, category: category.to_owned() }
    }

    #[test]
    fn what_is_taught_is_known_and_always_the_same() {
        let examples: Vec<Example> = (0..30)
            .map(|n| {
                let id = format!("{}{n:02}", if n < 15 { "A" } else { "B" });
                if n % 2 == 0 {
                    example(&id, "chat miaule", "chat")
                } else {
                    example(&id, "chien aboie", "chien")
                }
            })
            .collect();
        let (model, validation) = train(&examples, &[]);
        assert_eq!((validation.right, validation.of), (30, 30));
        let scores = model.judge(&example("", "chien inconnu", "").features);
        assert!(scores[1] > scores[0]);
        let turned: Vec<Example> = examples.iter().rev().cloned().collect();
        assert_eq!(train(&turned, &[]).0, model);
        assert_eq!(model.terms.iter().filter(|(name, ..)| *name == "w:inconnu").count(), 0);
        assert_eq!(without(&examples[..16], "A", 1.0).terms.len(), 0, "one example of B is too few");
    }
}
