//! The shipped rule set with other numbers of rules, to show what a rule more costs. For tests and for the benchmark.

use guichet::triage::RuleFiles;
use toml::{Table, Value};

/// Which rules, beside or instead of the shipped ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum More {
    /// Every second one only.
    Half,
    /// Each once more under another id: what hits, hits twice.
    OtherIds,
    /// Each once more, its pieces written in another way: every piece stands twice as well.
    OtherPieces,
    /// As many again, with as many patterns, of words that nobody writes.
    OtherWords,
}

/// The shipped set with such rules.
pub(crate) fn files(more: More) -> RuleFiles {
    let mut files = RuleFiles::embedded();
    let mut words = Words(1);
    for (path, text) in &mut files.texts {
        if path.contains('/') || !text.contains("[[rule]]") {
            continue;
        }
        let mut table: Table = text.parse().unwrap();
        let Some(Value::Array(rules)) = table.get_mut("rule") else { continue };
        let again: Vec<Value> = rules
            .iter()
            .filter_map(Value::as_table)
            .filter_map(|rule| {
                Some(Value::Table(match more {
                    More::Half => return None,
                    More::OtherIds => named_anew(rule.clone()),
                    More::OtherPieces => of_other_pieces(named_anew(rule.clone())),
                    More::OtherWords => of_other_words(named_anew(rule.clone()), &mut words),
                }))
            })
            .collect();
        if more == More::Half {
            *rules = rules.iter().step_by(2).cloned().collect();
        }
        rules.extend(again);
        *text = table.to_string();
    }
    files
}

fn named_anew(mut rule: Table) -> Table {
    let id = format!("{}-again", rule["id"].as_str().unwrap());
    rule.insert("id".to_owned(), id.into());
    rule
}

/// The same rule, each of its pieces ending with nothing more.
fn of_other_pieces(mut rule: Table) -> Table {
    for key in ["any", "all", "none"] {
        let Some(Value::Array(patterns)) = rule.get_mut(key) else { continue };
        for pattern in patterns {
            let same = pattern.as_str().unwrap().replace(" .. ", "(?:) .. ").replace(" && ", "(?:) && ");
            *pattern = format!("{same}(?:)").into();
        }
    }
    rule
}

/// A rule with as many patterns of made-up words.
fn of_other_words(mut rule: Table, words: &mut Words) -> Table {
    let mut count = 0;
    for key in ["any", "all", "none"] {
        count += rule.remove(key).and_then(|patterns| patterns.as_array().map(Vec::len)).unwrap_or(0);
    }
    for key in ["asked", "negated", "field"] {
        rule.remove(key);
    }
    let (first, last) = (words.word(), words.word());
    let mut any = vec![Value::from(format!("{first} .. {last}"))];
    for _ in 1..count {
        let [a, b, c, d] = std::array::from_fn(|_| words.word());
        any.push(format!("(?:{a}|{b}|{c})s? .. {d}").into());
    }
    rule.insert("any".to_owned(), any.into());
    rule.insert("matches".to_owned(), vec![Value::from(format!("{first} {last}"))].into());
    rule.insert("misses".to_owned(), vec![Value::from(first)].into());
    rule
}

/// Words of four syllables, always the same ones (a linear congruential generator: Knuth's MMIX).
struct Words(u64);

impl Words {
    fn word(&mut self) -> String {
        (0..4).flat_map(|_| [self.of(b"bcdfghjklmnpqrstvwxz"), self.of(b"aeiou")]).collect()
    }

    fn of(&mut self, letters: &[u8]) -> char {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(letters[usize::try_from(self.0 >> 33).unwrap() % letters.len()])
    }
}
