//! Reads the files of `rules/reference/` into rows, each with the place it was read at, and keeps every fault on the way:
//! an unknown key, a date that is none, a row without source or with a source that nobody declared.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::csv;
use super::period::Period;
use super::rows::Row;
use crate::fault::{Fault, line_of, refusal};
use crate::triage::files::RuleFiles;

/// A row and where it stands.
pub(in crate::triage) struct Placed<T> {
    pub(in crate::triage) row: T,
    pub(in crate::triage) period: Period,
    pub(in crate::triage) file: String,
    pub(in crate::triage) line: usize,
}

impl<T> Placed<T> {
    /// A fault at this row.
    pub(in crate::triage) fn fault(&self, key: &str, says: impl Into<String>, mend: &str) -> Fault {
        Fault::at(&self.file, self.line, key, says, mend)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceRow {
    code: String,
    #[expect(dead_code, reason = "read by people who edit the file")]
    title: String,
    #[expect(dead_code, reason = "read by people who edit the file")]
    consulted_on: String,
}

/// Reads files and keeps every fault found on the way.
pub(super) struct Reader<'a> {
    files: &'a RuleFiles,
    sources: BTreeSet<String>,
    pub(super) faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    /// A reader that knows the declared sources.
    pub(super) fn new(files: &'a RuleFiles) -> Self {
        let mut reader = Self { files, sources: BTreeSet::new(), faults: Vec::new() };
        let rows = reader.raw_tables::<SourceRow>("reference/sources.toml", "source");
        reader.sources = rows.into_iter().map(|(row, _)| row.code).collect();
        reader
    }

    fn text(&mut self, path: &str) -> Option<&'a str> {
        let text = self.files.texts.get(path);
        if text.is_none() {
            self.faults.push(Fault::missing(self.files.name(path)));
        }
        text.map(String::as_str)
    }

    /// The tables `[[key]]` of a TOML file.
    pub(super) fn tables<T: DeserializeOwned + Row>(&mut self, path: &str, key: &str) -> Vec<Placed<T>> {
        let rows = self.raw_tables(path, key);
        self.place(path, rows)
    }

    /// The ids of the tables `[[key]]` of a TOML file whose other fields somebody else reads and judges.
    pub(super) fn ids(&mut self, path: &str, key: &str) -> BTreeSet<String> {
        #[derive(Deserialize)]
        struct Named {
            id: String,
        }
        self.raw_tables::<Named>(path, key).into_iter().map(|(row, _)| row.id).collect()
    }

    fn raw_tables<T: DeserializeOwned>(&mut self, path: &str, key: &str) -> Vec<(T, usize)> {
        let Some(text) = self.text(path) else { return Vec::new() };
        let file = self.files.name(path);
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                self.faults.push(Fault::not_toml(file, text, &error));
                return Vec::new();
            }
        };
        let Some(DeValue::Array(tables)) = table.get_ref().get(key).map(Spanned::get_ref) else {
            return Vec::new();
        };
        let mut rows = Vec::new();
        for table in tables {
            let line = line_of(text, table.span().start);
            match T::deserialize(ValueDeserializer::from(table.clone())) {
                Ok(row) => rows.push((row, line)),
                Err(error) => {
                    let line = error.span().map_or(line, |span| line_of(text, span.start));
                    let mend = "corrigez la ligne ; docs/contracts.md décrit les champs";
                    self.faults.push(Fault::at(
                        &file,
                        line,
                        format!("[[{key}]]"),
                        refusal(error.message()),
                        mend,
                    ));
                }
            }
        }
        rows
    }

    /// The records of a CSV file whose header names the fields of `T`.
    pub(super) fn records<T: DeserializeOwned + Row>(&mut self, path: &str) -> Vec<Placed<T>> {
        let Some(text) = self.text(path) else { return Vec::new() };
        let file = self.files.name(path);
        let mut records = csv::records(text).into_iter();
        let Some((_, header)) = records.next() else { return Vec::new() };
        let mut rows = Vec::new();
        for (line, fields) in records {
            if fields.len() != header.len() {
                let says = format!("{} champs, alors que l’en-tête en a {}", fields.len(), header.len());
                self.faults.push(Fault::at(
                    &file,
                    line,
                    "",
                    says,
                    "mettez entre guillemets le champ qui contient une virgule",
                ));
                continue;
            }
            let pairs = header.iter().map(String::as_str).zip(fields);
            let row = serde::de::value::MapDeserializer::<_, serde::de::value::Error>::new(pairs);
            match T::deserialize(row) {
                Ok(row) => rows.push((row, line)),
                Err(error) => self.faults.push(Fault::at(
                    &file,
                    line,
                    "",
                    refusal(&error.to_string()),
                    "corrigez la ligne ; docs/contracts.md décrit les colonnes",
                )),
            }
        }
        self.place(path, rows)
    }

    fn place<T: Row>(&mut self, path: &str, rows: Vec<(T, usize)>) -> Vec<Placed<T>> {
        let file = self.files.name(path);
        let mut placed = Vec::new();
        for (row, line) in rows {
            if row.source().trim().is_empty() {
                self.faults.push(Fault::at(
                    &file,
                    line,
                    row.key(),
                    "la ligne n’a pas de source",
                    "nommez un code de reference/sources.toml",
                ));
            }
            for code in row.source().split(';').map(str::trim).filter(|code| !code.is_empty()) {
                if !self.sources.contains(code) {
                    let says = format!("la source « {code} » est inconnue");
                    self.faults.push(Fault::at(
                        &file,
                        line,
                        row.key(),
                        says,
                        "déclarez-la dans reference/sources.toml",
                    ));
                }
            }
            let (from, until) = row.dates();
            match Period::parse(from, until) {
                Ok(period) => placed.push(Placed { row, period, file: file.clone(), line }),
                Err(says) => {
                    let mend = "écrivez AAAA-MM-JJ, ou AAAA-MM pour un mois entier";
                    self.faults.push(Fault::at(&file, line, row.key(), says, mend));
                }
            }
        }
        placed
    }
}
