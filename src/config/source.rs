//! A settings file, read into single values, each with the line it stands on.

use std::collections::BTreeMap;

use serde::Deserialize as _;
use toml::de::{DeTable, DeValue, ValueDeserializer};
use toml::{Spanned, Value};

use crate::fault::{Fault, line_of};

/// One value, from wherever it came.
#[derive(Debug)]
pub(super) struct Given {
    /// `section.key`, or `section` alone for a value where a section should be.
    pub(super) key: String,
    /// The value.
    pub(super) value: Value,
    /// The file, or `environment`.
    pub(super) file: String,
    /// The line in the file.
    pub(super) line: Option<usize>,
    /// Of a list of tables, the lines of each table and of its keys: `2`, `2.host` (numbers from 1).
    pub(super) inner: BTreeMap<String, usize>,
}

/// Reads a file. What is no TOML is a fault, and what could be read around it is still returned.
pub(super) fn read(file: &str, text: &str, faults: &mut Vec<Fault>) -> Vec<Given> {
    let (table, errors) = DeTable::parse_recoverable(text);
    faults.extend(errors.iter().map(|error| Fault::not_toml(file, text, error)));
    let mut given = Vec::new();
    for (name, section) in table.into_inner() {
        let name_line = line_of(text, name.span().start);
        let name = name.into_inner();
        let span = section.span();
        let values = match section.into_inner() {
            // An empty section sets nothing, but its name may be wrong.
            DeValue::Table(keys) if keys.is_empty() => {
                vec![(name.into_owned(), name_line, Spanned::new(span, DeValue::Table(keys)))]
            }
            DeValue::Table(keys) => keys
                .into_iter()
                .map(|(key, value)| {
                    let line = line_of(text, key.span().start);
                    (format!("{name}.{}", key.into_inner()), line, value)
                })
                .collect(),
            other => vec![(name.into_owned(), name_line, Spanned::new(span, other))],
        };
        for (key, line, value) in values {
            let inner = inner_lines(text, value.get_ref());
            match Value::deserialize(ValueDeserializer::from(value)) {
                Ok(value) => given.push(Given { key, value, file: file.to_owned(), line: Some(line), inner }),
                Err(error) => faults.push(Fault::not_toml(file, text, &error)),
            }
        }
    }
    given
}

fn inner_lines(text: &str, value: &DeValue<'_>) -> BTreeMap<String, usize> {
    let DeValue::Array(items) = value else { return BTreeMap::new() };
    let mut lines = BTreeMap::new();
    for (number, item) in (1..).zip(items.iter()) {
        let DeValue::Table(keys) = item.get_ref() else { continue };
        lines.insert(number.to_string(), line_of(text, item.span().start));
        for key in keys.keys() {
            lines.insert(format!("{number}.{}", key.get_ref()), line_of(text, key.span().start));
        }
    }
    lines
}
