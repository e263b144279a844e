//! Reading one TOML file of the rule set by hand, so that every fault of it is found in one run, each with its line.
//! (A derived reader stops at its first fault.)

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::files::RuleFiles;
use crate::fault::{Fault, Finding, line_of};

/// A file being read and the faults found in it.
pub(super) struct Source<'t> {
    /// How the file is named in faults.
    pub(super) name: String,
    text: &'t str,
    faults: Vec<Fault>,
}

impl<'t> Source<'t> {
    /// Opens a file of the set; a missing one is a fault.
    pub(super) fn open(
        files: &'t RuleFiles,
        path: &str,
        faults: &mut Vec<Fault>,
    ) -> Option<(Self, DeTable<'t>)> {
        let name = files.name(path);
        let Some(text) = files.texts.get(path) else {
            faults.push(Fault::missing(name));
            return None;
        };
        match DeTable::parse(text) {
            Ok(table) => Some((Self { name, text, faults: Vec::new() }, table.into_inner())),
            Err(error) => {
                faults.push(Fault::not_toml(name, text, &error));
                None
            }
        }
    }

    /// Notes a fault at a byte of the file.
    pub(super) fn fault(
        &mut self,
        at: usize,
        key: impl Into<String>,
        says: impl Into<String>,
        mend: impl Into<String>,
    ) {
        let line = line_of(self.text, at);
        self.faults.push(Fault::at(self.name.clone(), line, key, says, mend));
    }

    /// How many faults were found so far.
    pub(super) fn faults(&self) -> usize {
        self.faults.len()
    }

    /// The faults found, handed to the common list.
    pub(super) fn close(self, faults: &mut Vec<Fault>) {
        faults.extend(self.faults);
    }

    /// The line of a byte.
    pub(super) fn line(&self, at: usize) -> usize {
        line_of(self.text, at)
    }
}

/// One table of a file, read key by key; [`Table::close`] names the keys nobody asked for.
pub(super) struct Table<'a, 't> {
    /// How the table is named in faults (`règle licence-choice`).
    pub(super) label: String,
    /// Where it begins.
    pub(super) at: usize,
    entries: &'a DeTable<'t>,
    known: Vec<&'static str>,
}

/// What a key takes, in words, and an example of it.
#[derive(Clone, Copy)]
struct Want(&'static str, &'static str);

const TEXT: Want = Want("un texte entre guillemets", "\"…\"");
const TEXTS: Want = Want("une liste de textes, entre crochets", "[\"…\", \"…\"]");
const NUMBER: Want = Want("un nombre", "1.5");
const PAIRS: Want = Want("une liste de couples de nombres", "[[0.2, 0.1], [0.9, 0.8]]");
const FLAG: Want = Want("true ou false", "true");
const TABLE: Want = Want("un groupe de clés, entre accolades", "{ … }");
const TABLES: Want = Want("une liste de groupes de clés", "[{ … }, { … }]");

/// A text and where it stands.
pub(super) type Placed = (String, usize);

impl<'a, 't> Table<'a, 't> {
    /// Begins to read a table that starts at byte `at`.
    pub(super) fn new(label: impl Into<String>, at: usize, table: &'a DeTable<'t>) -> Self {
        Self { label: label.into(), at, entries: table, known: Vec::new() }
    }

    fn get(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'t>>> {
        self.known.push(key);
        self.entries.get(key)
    }

    fn key(&self, key: &str) -> String {
        if self.label.is_empty() { key.to_owned() } else { format!("{}, {key}", self.label) }
    }

    fn wrong<T>(&self, source: &mut Source<'_>, key: &str, span: &Range<usize>, want: Want) -> Option<T> {
        let Want(kind, example) = want;
        let mend = format!("écrivez par exemple {key} = {example}");
        source.fault(span.start, self.key(key), format!("il faut {kind}"), mend);
        None
    }

    /// Whether a key is there, good or bad.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// A text, if the key is there.
    pub(super) fn text(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<Placed> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some((text.to_string(), value.span().start)),
            _ => self.wrong(source, key, &value.span(), TEXT),
        }
    }

    /// A text that must be there.
    pub(super) fn needed(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<Placed> {
        if !self.entries.contains_key(key) {
            self.known.push(key);
            source.fault(self.at, self.label.clone(), format!("« {key} » manque"), "ajoutez-le");
            return None;
        }
        self.text(source, key)
    }

    /// A list of texts, empty when the key is not there.
    pub(super) fn texts(&mut self, source: &mut Source<'_>, key: &'static str) -> Vec<Placed> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            return self.wrong(source, key, &value.span(), TEXTS).unwrap_or_default();
        };
        items
            .iter()
            .filter_map(|item| match item.get_ref() {
                DeValue::String(text) => Some((text.to_string(), item.span().start)),
                _ => self.wrong(source, key, &item.span(), TEXTS),
            })
            .collect()
    }

    /// A number, whole or not.
    pub(super) fn number(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<(f64, usize)> {
        let value = self.get(key)?;
        match number(value.get_ref()) {
            Some(number) => Some((number, value.span().start)),
            None => self.wrong(source, key, &value.span(), NUMBER),
        }
    }

    /// A number that must be there and inside bounds.
    pub(super) fn within(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
        bounds: (f64, f64),
    ) -> Option<f64> {
        if !self.entries.contains_key(key) {
            self.known.push(key);
            let mend = format!("donnez un nombre de {} à {}", bounds.0, bounds.1);
            source.fault(self.at, self.key(key), "ce nombre manque", mend);
            return None;
        }
        let (number, at) = self.number(source, key)?;
        let Some(finding) = Finding::outside(key, number, bounds.0, bounds.1) else { return Some(number) };
        source.fault(at, self.key(key), finding.says, finding.mend);
        None
    }

    /// A list of pairs of numbers.
    pub(super) fn pairs(&mut self, source: &mut Source<'_>, key: &'static str) -> Vec<(f64, f64)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let pair = |item: &Spanned<DeValue<'t>>| match item.get_ref() {
            DeValue::Array(two) if two.len() == 2 => {
                Some((number(two[0].get_ref())?, number(two[1].get_ref())?))
            }
            _ => None,
        };
        let read = match value.get_ref() {
            DeValue::Array(items) => items.iter().map(pair).collect::<Option<Vec<_>>>(),
            _ => None,
        };
        read.or_else(|| self.wrong(source, key, &value.span(), PAIRS)).unwrap_or_default()
    }

    /// `true` or `false`; `false` when the key is not there.
    pub(super) fn flag(&mut self, source: &mut Source<'_>, key: &'static str) -> bool {
        let Some(value) = self.get(key) else { return false };
        match value.get_ref() {
            DeValue::Boolean(flag) => *flag,
            _ => self.wrong(source, key, &value.span(), FLAG).unwrap_or_default(),
        }
    }

    /// A table inside this one.
    pub(super) fn inner(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<Table<'a, 't>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Table::new(self.key(key), value.span().start, table)),
            _ => self.wrong(source, key, &value.span(), TABLE),
        }
    }

    /// The tables of a list of tables (`[[rule]]`).
    pub(super) fn each(&mut self, source: &mut Source<'_>, key: &'static str) -> Vec<Table<'a, 't>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            return self.wrong(source, key, &value.span(), TABLES).unwrap_or_default();
        };
        items
            .iter()
            .filter_map(|item| match item.get_ref() {
                DeValue::Table(table) => Some(Table::new(format!("[[{key}]]"), item.span().start, table)),
                _ => self.wrong(source, key, &item.span(), TABLES),
            })
            .collect()
    }

    /// Every key of this table with its texts: for files whose keys are names (`lists.toml`).
    pub(super) fn named_texts(&mut self, source: &mut Source<'_>) -> Vec<(String, Vec<String>)> {
        let mut out = Vec::new();
        for (key, value) in self.entries {
            let texts = match value.get_ref() {
                DeValue::Array(items) => items
                    .iter()
                    .map(|item| match item.get_ref() {
                        DeValue::String(text) => Some(text.to_string()),
                        _ => None,
                    })
                    .collect::<Option<Vec<_>>>(),
                _ => None,
            };
            let named =
                texts.filter(|texts| !texts.is_empty()).map(|texts| (key.get_ref().to_string(), texts));
            out.extend(named.or_else(|| self.wrong(source, key.get_ref(), &value.span(), TEXTS)));
        }
        out
    }

    /// Every key of this table with its number.
    pub(super) fn named_numbers(&mut self, source: &mut Source<'_>) -> Vec<(String, f64)> {
        let mut out = Vec::new();
        for (key, value) in self.entries {
            let named = number(value.get_ref()).map(|number| (key.get_ref().to_string(), number));
            out.extend(named.or_else(|| self.wrong(source, key.get_ref(), &value.span(), NUMBER)));
        }
        out
    }

    /// Names every key that nothing read.
    pub(super) fn close(self, source: &mut Source<'_>) {
        for key in self.entries.keys().filter(|key| !self.known.contains(&key.get_ref().as_ref())) {
            let mend = format!("supprimez-la, ou choisissez parmi {}", self.known.join(", "));
            source.fault(
                key.span().start,
                self.label.clone(),
                format!("la clé « {} » n’existe pas ici", key.get_ref()),
                mend,
            );
        }
    }
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(integer) => integer.to_string().parse().ok(),
        DeValue::Float(float) => float.as_str().replace('_', "").parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}
