//! The model as text: `rules/model/weights.txt`, which people can read and compare.

use std::fmt::Write as _;

use super::Model;
use super::terms::{Terms, Weights};

/// Weights and idf are kept in hundredths.
const SCALE: f64 = 100.0;
/// Categories beyond this are no taxonomy.
const CATEGORY_LIMIT: usize = 100;

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
        let mut rows: Vec<(String, f64, Weights)> = Vec::new();
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
                        rows.push((name.to_owned(), given[0], weights.collect()));
                    }
                }
            }
        }
        if model.categories.is_empty() || model.bias.len() != model.categories.len() {
            return Err(ModelError { line: 1, says: "les lignes « categories » et « bias » manquent" });
        }
        model.terms = Terms::new(rows, model.categories.len());
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
        for (name, idf, weights) in self.terms.iter() {
            let _ = write!(out, "{name}\t{:.0}", hundredths(idf));
            let mut next = 0;
            for (category, weight) in weights.iter().filter(|(_, weight)| hundredths(*weight) != 0.0) {
                let _ = write!(out, "{}{:.0}", "\t".repeat(category + 1 - next), hundredths(*weight));
                next = category + 1;
            }
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LENGTH, value};
    use super::*;

    const SMALL: &str = "# examples: 2\ncategories\ta\tb\ntemperature\t100\nfeatures\t3\nbias\t0\t-10\n\
                         w:x\t150\t200\t-200\nw:y\t150\t\t30\nw:z\t150\t30\n";

    #[test]
    fn what_is_written_is_read() {
        let model = Model::read(SMALL).unwrap();
        assert_eq!(model.write(), SMALL);
        let scores = |counts: &[(&str, f64)]| {
            model.judge(&counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect())
        };
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
