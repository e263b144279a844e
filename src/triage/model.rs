//! The learned part: a linear model over words, pairs of words, where they stand, and what rules and concepts found
//! ([`features`]), trained by `guichet train` ([`train`]) and kept as text in `rules/model/weights.txt`. It says which heading a
//! message, or one sentence of it, most likely belongs to. It never refuses nor sets aside: only rules do, and only where it
//! agrees.
//!
//! The probability of category `c` is `softmax(z / T)`, `z[c] = Σ weight[f][c] · x[f] + bias[c]`, where `x[f]` is
//! `(1 + ln count) · idf[f]`, the whole vector of length one (less where little is known), and `T` the temperature that cross-validation found.

mod features;
pub mod train;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use super::decision::{Learned, Term};
use super::rule::{Reading, Spoke};
use crate::message::Message;
use features::Features;

/// Headings less probable than this are not explained.
const EXPLAINED: f64 = 0.01;
/// Words that explain a heading.
const TERMS: usize = 6;
/// Where a rule set keeps its model.
pub const PATH: &str = "model/weights.txt";

/// Weights and idf are kept in hundredths.
const SCALE: f64 = 100.0;
/// Vectors shorter than this stay short: of a few words that it happens to know the model is not sure.
const LENGTH: f64 = 25.0;
/// Categories beyond this are no taxonomy.
const CATEGORY_LIMIT: usize = 100;

/// Weights of a feature: the number of the category and what it counts there, in the order of categories.
type Weights = Vec<(usize, f64)>;

/// A trained model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    categories: Vec<String>,
    bias: Vec<f64>,
    temperature: f64,
    /// Feature → its idf and its weights.
    terms: HashMap<String, (f64, Weights)>,
    /// What stands above the weights: data, date, figures.
    head: Vec<(String, String)>,
}

/// Why a model cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("ligne {line} : {says}")]
pub struct ModelError {
    /// The line.
    pub line: usize,
    /// What is wrong with it (French).
    pub says: &'static str,
}

impl Model {
    /// Reads `weights.txt`: lines `# key: value`, then `categories`, `temperature`, `features` (their number) and `bias`, then a feature a line with its
    /// idf and one weight for each category, tab between them. Numbers are hundredths; a weight of zero is left empty, and
    /// those at the end of the line are left out.
    pub fn read(text: &str) -> Result<Self, ModelError> {
        let mut model = Self { temperature: 1.0, ..Self::default() };
        let mut features = None;
        for (at, line) in text.lines().enumerate() {
            let wrong = |says| ModelError { line: at + 1, says };
            if let Some((key, value)) = line.strip_prefix("# ").and_then(|head| head.split_once(": ")) {
                model.head.push((key.to_owned(), value.to_owned()));
                continue;
            }
            let mut fields = line.split('\t');
            let name = fields.next().unwrap_or_default();
            let numbers = |fields: std::str::Split<'_, char>| {
                fields
                    .map(|field| if field.is_empty() { Ok(0) } else { field.parse::<i32>() })
                    .map(|number| number.map(|n| f64::from(n) / SCALE))
                    .collect::<Result<Vec<_>, _>>()
            };
            match name {
                "" => {}
                "categories" => model.categories = fields.map(str::to_owned).take(CATEGORY_LIMIT).collect(),
                "temperature" => {
                    let given = numbers(fields).map_err(|_| wrong("une température est un nombre entier"))?;
                    model.temperature =
                        given.first().copied().filter(|t| *t > 0.0).ok_or(wrong("la température manque"))?;
                }
                "features" => features = fields.next().and_then(|n| n.parse::<usize>().ok()),
                _ => {
                    let given = numbers(fields).map_err(|_| wrong("un poids est un nombre entier"))?;
                    let most = model.categories.len() + usize::from(name != "bias");
                    if given.len() > most || given.is_empty() || (name == "bias" && given.len() < most) {
                        return Err(wrong("il faut autant de poids que de catégories"));
                    }
                    if name == "bias" {
                        model.bias = given;
                    } else {
                        let weights = given[1..].iter().copied().enumerate().filter(|(_, w)| *w != 0.0);
                        model.terms.insert(name.to_owned(), (given[0], weights.collect()));
                    }
                }
            }
        }
        if model.categories.is_empty() || model.bias.len() != model.categories.len() {
            return Err(ModelError { line: 1, says: "les lignes « categories » et « bias » manquent" });
        }
        if features != Some(model.terms.len()) {
            let line = text.lines().count();
            return Err(ModelError {
                line,
                says: "le nombre de lignes n’est pas celui que dit « features »",
            });
        }
        Ok(model)
    }

    /// The text that [`Model::read`] reads, the same for the same training.
    pub fn write(&self) -> String {
        let mut out = String::new();
        for (key, value) in &self.head {
            let _ = writeln!(out, "# {key}: {value}");
        }
        let _ = writeln!(out, "categories\t{}", self.categories.join("\t"));
        let _ = writeln!(out, "temperature\t{:.0}", self.temperature * SCALE);
        let _ = writeln!(out, "features\t{}", self.terms.len());
        let hundredths = |n: f64| (n * SCALE).round();
        let _ = write!(out, "bias");
        for bias in &self.bias {
            // Adding nothing makes zero of minus zero.
            let _ = write!(out, "\t{:.0}", hundredths(*bias) + 0.0);
        }
        out.push('\n');
        let mut terms: Vec<_> = self.terms.iter().collect();
        terms.sort_by_key(|(name, _)| *name);
        for (name, (idf, weights)) in terms {
            let _ = write!(out, "{name}\t{:.0}", hundredths(*idf));
            let mut next = 0;
            for (category, weight) in weights.iter().filter(|(_, weight)| hundredths(*weight) != 0.0) {
                let _ = write!(out, "{}{:.0}", "\t".repeat(category + 1 - next), hundredths(*weight));
                next = category + 1;
            }
            out.push('\n');
        }
        out
    }

    /// The scores of features, before the temperature.
    fn judge(&self, features: &HashMap<String, f64>) -> Vec<f64> {
        self.scores(&self.known(features.iter().map(|(name, count)| (name.as_str(), *count))))
    }

    /// The features of a message, as training takes them.
    pub(super) fn features(read: &Reading, spoke: &[Spoke<'_>], message: &Message) -> HashMap<String, f64> {
        features::of(read, spoke, message).into_iter().map(|(name, found)| (name, found.count)).collect()
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

    /// Every category with its probability and what spoke for it, best first. Empty without a category.
    pub(super) fn opinion(&self, read: &Reading, spoke: &[Spoke<'_>], message: &Message) -> Vec<Learned> {
        let features = features::of(read, spoke, message);
        let known = self.known(features.iter().map(|(name, found)| (name.as_str(), found.count)));
        let told = softmax(&self.scores(&known), self.temperature);
        let mut told: Vec<Learned> = (self.categories.iter().zip(told).enumerate())
            .map(|(at, (category, probability))| Learned {
                category: category.clone(),
                probability,
                terms: if probability < EXPLAINED {
                    Vec::new()
                } else {
                    self.terms_for(at, &known, &features, (read, message))
                },
            })
            .collect();
        told.sort_by(|a, b| {
            b.probability.total_cmp(&a.probability).then_with(|| a.category.cmp(&b.category))
        });
        told
    }

    /// What each of these sentences asks by itself: its number and the probability of each category, in the order of
    /// [`Model::categories`].
    pub(super) fn sentences(
        &self,
        read: &Reading,
        spoke: &[Spoke<'_>],
        sentences: impl Iterator<Item = usize>,
    ) -> Vec<(usize, Vec<f64>)> {
        sentences
            .map(|at| {
                let features = features::of_sentence(read, spoke, at);
                let known = self.known(features.iter().map(|(name, found)| (name.as_str(), found.count)));
                (at, softmax(&self.scores(&known), self.temperature))
            })
            .collect()
    }

    /// What spoke for a category most; of features that overlap the strongest.
    fn terms_for(
        &self,
        category: usize,
        known: &[Known<'_>],
        features: &Features,
        (read, message): (&Reading, &Message),
    ) -> Vec<Term> {
        let width = count(self.categories.len());
        let mut terms: Vec<(f64, &Range<usize>)> = known
            .iter()
            .filter_map(|known| {
                let own = known.weights.iter().find(|(at, _)| *at == category).map_or(0.0, |(_, w)| *w);
                let over = own - known.weights.iter().map(|(_, weight)| weight).sum::<f64>() / width;
                Some((over * known.value, features.get(known.name)?.place.as_ref()?))
            })
            .filter(|(weight, _)| *weight > 0.0)
            .collect();
        terms.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.start.cmp(&b.1.start)));
        let mut kept: Vec<(f64, &Range<usize>)> = Vec::new();
        for (weight, place) in terms {
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
        kept.into_iter().filter_map(|(weight, place)| Some(Term { text: text(place)?, weight })).collect()
    }

    /// The features that the model knows, in the order of their names (sums of floating point numbers depend on it), and
    /// what each counts in a vector of length one.
    fn known<'a>(&'a self, features: impl Iterator<Item = (&'a str, f64)>) -> Vec<Known<'a>> {
        let mut known: Vec<Known<'a>> = features
            .filter_map(|(name, count)| {
                let (idf, weights) = self.terms.get(name)?;
                Some(Known { name, value: value(count, *idf), weights })
            })
            .collect();
        known.sort_by_key(|known| known.name);
        let length = known.iter().map(|known| known.value * known.value).sum::<f64>().sqrt().max(LENGTH);
        for known in &mut known {
            known.value /= length;
        }
        known
    }

    fn scores(&self, known: &[Known<'_>]) -> Vec<f64> {
        let mut scores = self.bias.clone();
        for known in known {
            for (category, weight) in known.weights {
                scores[*category] += weight * known.value;
            }
        }
        scores
    }
}

/// A feature of a message that the model knows.
struct Known<'a> {
    name: &'a str,
    value: f64,
    weights: &'a [(usize, f64)],
}

/// How a feature seen so often counts.
fn value(count: f64, idf: f64) -> f64 {
    (1.0 + count.ln().max(0.0)) * idf
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

fn softmax(scores: &[f64], temperature: f64) -> Vec<f64> {
    let most = scores.iter().copied().fold(f64::MIN, f64::max);
    let forces: Vec<f64> = scores.iter().map(|score| ((score - most) / temperature).exp()).collect();
    let total: f64 = forces.iter().sum();
    forces.into_iter().map(|force| force / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "# examples: 2\ncategories\ta\tb\ntemperature\t100\nfeatures\t3\nbias\t0\t-10\n\
                         w:x\t150\t200\t-200\nw:y\t150\t\t30\nw:z\t150\t30\n";

    #[test]
    fn what_is_written_is_read() {
        let model = Model::read(SMALL).unwrap();
        assert_eq!(model.write(), SMALL);
        let scores = |counts: &[(&str, f64)]| model.scores(&model.known(counts.iter().copied()));
        let whole = value(3.0, 1.5) / LENGTH;
        assert_eq!(scores(&[("w:x", 3.0), ("w:unknown", 1.0)]), [2.0 * whole, -2.0 * whole - 0.1]);
        assert_eq!(scores(&[]), [0.0, -0.1]);
    }

    #[test]
    fn a_broken_file_is_told_with_its_line() {
        for (text, line) in [
            ("", 1),
            ("categories\ta\nbias\t0\t1\n", 2),
            ("categories\ta\nbias\tx\n", 2),
            ("categories\ta\nbias\t0\nw:x\t1\t1\t1\n", 3),
            ("categories\ta\nbias\t0\nw:x\n", 3),
            ("categories\ta\ntemperature\t0\n", 2),
            ("categories\ta\nfeatures\t2\nbias\t0\nw:x\t1\t1\n", 4),
        ] {
            assert_eq!(Model::read(text).unwrap_err().line, line, "{text}");
        }
    }
}
