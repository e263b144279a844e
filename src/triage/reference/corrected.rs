//! What the team corrects, laid over the texts of `rules/reference/`: each correction is a row with its source and period
//! that replaces the row of the same key, or is added. The outcome is texts again, read by the same loader, so that a bad
//! correction is refused like a bad line, and what is exported is what is judged by.
//!
//! Lists of words that patterns take from the rows (`{ministries}`) stay those of the rule set.

mod columns;

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};
use toml::{Table, Value};

use super::csv;
use super::period::Period;
use crate::keys::hex;
use crate::triage::files::RuleFiles;
pub use columns::{Column, Shape};

const SOURCES: &str = "reference/sources.toml";

/// What kind of row is corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sheet {
    /// `organisations.toml`.
    Organisations,
    /// `domains.csv`.
    Domains,
    /// What one contract is to one body, beside the published lists: `[[answer]]` of `contracts.toml`.
    Answers,
    /// `links.toml`.
    Links,
}

impl Sheet {
    /// Every kind, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Organisations, Self::Answers, Self::Domains, Self::Links];

    /// Its code (`organisations`, `answers`, `domains`, `links`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Organisations => "organisations",
            Self::Domains => "domains",
            Self::Answers => "answers",
            Self::Links => "links",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sheet| sheet.code() == code)
    }

    /// The file its rows stand in, relative to the rule set.
    pub fn path(self) -> &'static str {
        match self {
            Self::Organisations => "reference/organisations.toml",
            Self::Domains => "reference/domains.csv",
            Self::Answers => "reference/contracts.toml",
            Self::Links => "reference/links.toml",
        }
    }

    fn table(self) -> &'static str {
        match self {
            Self::Organisations => "organisation",
            Self::Domains => "domain",
            Self::Answers => "answer",
            Self::Links => "link",
        }
    }
}

/// A correction, as far as the files know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// What kind of row.
    pub sheet: Sheet,
    /// Key of the row: id, or the domain.
    pub key: String,
    /// Text of each column, list entries on lines; a column that is not here stays as it was.
    pub cells: BTreeMap<String, String>,
    /// Where it comes from, in words.
    pub source: String,
    /// First day, `YYYY-MM-DD` or `YYYY-MM`; may be empty.
    pub valid_from: String,
    /// Last day, likewise.
    pub valid_until: String,
    /// When it was made: the day its source was consulted.
    pub made_on: NaiveDate,
}

/// A row as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// Id, or the domain.
    pub key: String,
    /// Text of each field, list entries on lines.
    pub cells: BTreeMap<String, String>,
    /// Where it comes from, in words where the source is declared.
    pub source: String,
    /// When it holds, in words.
    pub period: String,
}

impl SheetRow {
    /// A field's text; empty where the row has none.
    pub fn get(&self, name: &str) -> &str {
        self.cells.get(name).map_or("", String::as_str)
    }
}

/// The texts with the corrections in them, the later over the earlier.
pub(in crate::triage) fn overlay(files: &RuleFiles, corrections: &[Correction]) -> RuleFiles {
    let mut merged = files.clone();
    for correction in corrections {
        let code = code(correction);
        if correction.sheet != Sheet::Links {
            declare(&mut merged, &code, correction);
        }
        let Some(text) = merged.texts.get_mut(correction.sheet.path()) else { continue };
        if correction.sheet == Sheet::Domains {
            put_record(text, correction, &code);
        } else {
            put_table(text, correction, &code);
        }
    }
    merged
}

/// The code under which the source of a correction is declared: the same for the same words of the same day.
fn code(correction: &Correction) -> String {
    let hash = Sha256::digest(format!("{}\n{}", correction.source, correction.made_on));
    format!("E-{}", &hex(&hash)[..10])
}

fn declare(files: &mut RuleFiles, code: &str, correction: &Correction) {
    let Some(text) = files.texts.get_mut(SOURCES) else { return };
    let code = quoted(code);
    if text.contains(&code) {
        return;
    }
    let (title, day) = (quoted(&correction.source), quoted(&correction.made_on.to_string()));
    let row = ["\n[[source]]\ncode = ", &code, "\ntitle = ", &title, "\nconsulted_on = ", &day, "\n"];
    text.push_str(&row.concat());
}

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// The tables `[[name]]` of a text, each with its place: up to its last value. A comment after that belongs to what follows.
fn blocks(text: &str, name: &str) -> Vec<(Range<usize>, Table)> {
    let header = format!("[[{name}]]");
    let mut found = Vec::new();
    let (mut began, mut at, mut end) = (None, 0, 0);
    let mut close = |began: &mut Option<usize>, end: usize| {
        let Some(start) = began.take() else { return };
        let block = text[start..end].trim_end();
        let table = block.parse::<Table>().ok();
        if let Some(Value::Array(rows)) = table.and_then(|mut table| table.remove(name))
            && let Some(Value::Table(row)) = rows.into_iter().next()
        {
            found.push((start..start + block.len(), row));
        }
    };
    for line in text.split_inclusive('\n') {
        if line.starts_with("[[") {
            close(&mut began, end);
        }
        if line.trim_end() == header {
            began = Some(at);
        }
        at += line.len();
        if !line.trim_end().is_empty() && !line.starts_with('#') {
            end = at;
        }
    }
    close(&mut began, end);
    found
}

fn put_table(text: &mut String, correction: &Correction, code: &str) {
    let name = correction.sheet.table();
    let place = blocks(text, name).into_iter().find(|(_, row)| told(row.get("id")) == correction.key);
    let (range, mut row) = place.map_or((None, Table::new()), |(range, row)| (Some(range), row));
    row.insert("id".to_owned(), Value::String(correction.key.clone()));
    for column in correction.sheet.columns() {
        let Some(cell) = correction.cells.get(column.name) else { continue };
        let entries = || cell.lines().map(str::trim).filter(|line| !line.is_empty());
        let value = match column.shape {
            Shape::Text | Shape::Choice(_) => Value::String(cell.trim().to_owned()),
            Shape::Lines => Value::Array(entries().map(|line| Value::String(line.to_owned())).collect()),
        };
        put(&mut row, column.name, value, entries().next().is_none());
    }
    let string = |text: &str| Value::String(text.to_owned());
    if correction.sheet == Sheet::Links {
        row.insert("source".to_owned(), string(&correction.source));
        let day = correction.made_on.to_string().parse().map_or(string(""), Value::Datetime);
        row.insert("checked_on".to_owned(), day);
        let until = correction.valid_until.parse().map_or(string(&correction.valid_until), Value::Datetime);
        put(&mut row, "valid_until", until, correction.valid_until.is_empty());
    } else {
        row.insert("source".to_owned(), string(code));
        for (name, day) in [("valid_from", &correction.valid_from), ("valid_until", &correction.valid_until)]
        {
            put(&mut row, name, string(day), day.is_empty());
        }
    }
    let written = written(name, &row);
    if let Some(range) = range {
        // What a comment says in the middle of a table is of the whole of it.
        let comments = text[range.clone()].split_inclusive('\n').filter(|line| line.starts_with('#'));
        let whole = comments.chain([written.trim_end()]).collect::<String>();
        text.replace_range(range, &whole);
    } else {
        text.push('\n');
        text.push_str(&written);
    }
}

fn put(row: &mut Table, name: &str, value: Value, empty: bool) {
    if empty {
        row.remove(name);
    } else {
        row.insert(name.to_owned(), value);
    }
}

/// A table as the files write it: what names the row first, where it comes from last.
fn written(name: &str, row: &Table) -> String {
    const LAST: [&str; 5] = ["source", "checked_on", "valid_from", "valid_until", "note"];
    let rank = |key: &str| match key {
        "id" => 0,
        "contract" | "name" | "url" => 1,
        "organisation" | "kind" | "title_fr" => 2,
        _ => 3 + LAST.iter().position(|last| *last == key).map_or(0, |at| at + 1),
    };
    let mut fields: Vec<(&String, &Value)> = row.iter().collect();
    fields.sort_by_key(|(key, _)| rank(key));
    let lines = fields.into_iter().map(|(key, value)| format!("{key} = {value}\n"));
    format!("[[{name}]]\n{}", lines.collect::<String>())
}

fn put_record(text: &mut String, correction: &Correction, code: &str) {
    let records = csv::records(text);
    let Some((_, header)) = records.first() else { return };
    let before = records.iter().skip(1).find(|(_, fields)| fields.first() == Some(&correction.key));
    let fields: Vec<String> = header
        .iter()
        .enumerate()
        .map(|(at, name)| match name.as_str() {
            "domain" => correction.key.clone(),
            "source" => code.to_owned(),
            "valid_from" => correction.valid_from.clone(),
            "valid_until" => correction.valid_until.clone(),
            name => correction.cells.get(name).cloned().unwrap_or_else(|| {
                before.and_then(|(_, fields)| fields.get(at)).cloned().unwrap_or_default()
            }),
        })
        .collect();
    let line = csv::line(&fields.iter().map(String::as_str).collect::<Vec<_>>());
    if let Some((number, _)) = before {
        let lines = text.split_inclusive('\n').enumerate();
        *text = lines.map(|(at, own)| if at + 1 == *number { line.as_str() } else { own }).collect();
    } else {
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&line);
    }
}

/// A value as a cell shows it.
fn told(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(entries)) => {
            entries.iter().map(|entry| told(Some(entry))).collect::<Vec<_>>().join("\n")
        }
        Some(other) => other.to_string(),
    }
}

/// The rows of a kind as they stand in the texts, in the order of the file.
pub(in crate::triage) fn rows(files: &RuleFiles, sheet: Sheet) -> Vec<SheetRow> {
    table_rows(files, sheet, sheet.table())
}

/// The published lists of beneficiaries.
pub(in crate::triage) fn lists(files: &RuleFiles) -> Vec<SheetRow> {
    table_rows(files, Sheet::Answers, "list")
}

fn table_rows(files: &RuleFiles, sheet: Sheet, table: &str) -> Vec<SheetRow> {
    let text = files.texts.get(sheet.path()).map_or("", String::as_str);
    let declared = files.texts.get(SOURCES).map_or("", String::as_str);
    let titles: BTreeMap<String, String> = blocks(declared, "source")
        .iter()
        .map(|(_, row)| (told(row.get("code")), told(row.get("title"))))
        .collect();
    let named = |source: &str| {
        let title = |code: &str| titles.get(code.trim()).map_or(code.trim(), String::as_str).to_owned();
        if sheet == Sheet::Links {
            source.to_owned()
        } else {
            source.split(';').map(title).collect::<Vec<_>>().join(" ; ")
        }
    };
    let all: Vec<BTreeMap<String, String>> = if sheet == Sheet::Domains {
        let mut records = csv::records(text).into_iter().map(|(_, fields)| fields);
        let header = records.next().unwrap_or_default();
        records.map(|fields| header.iter().cloned().zip(fields).collect()).collect()
    } else {
        let cells = |row: Table| row.iter().map(|(key, value)| (key.clone(), told(Some(value)))).collect();
        blocks(text, table).into_iter().map(|(_, row)| cells(row)).collect()
    };
    let cell = |cells: &BTreeMap<String, String>, name: &str| cells.get(name).cloned().unwrap_or_default();
    let key = if sheet == Sheet::Domains { "domain" } else { "id" };
    all.into_iter()
        .map(|cells| SheetRow {
            key: cells.get(key).cloned().unwrap_or_default(),
            source: named(&cell(&cells, "source")),
            period: Period::parse(&cell(&cells, "valid_from"), &cell(&cells, "valid_until"))
                .map_or_else(|fault| fault, |period| period.text()),
            cells,
        })
        .collect()
}
