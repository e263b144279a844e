//! Given values laid over the defaults, one by one, so that each that does not fit is named and none hides another.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize as _;
use toml::{Table, Value};

use super::environment::variable;
use super::kind::Kind;
use super::source::{Given, read};
use super::{Config, DEFAULTS};
use crate::fault::{Fault, nearest, refusal};

/// Where each value that somebody gave came from.
pub(super) struct Places {
    given: BTreeMap<String, (String, Option<usize>)>,
    /// What was refused: that it is missing as well is no news.
    refused: BTreeSet<String>,
}

impl Places {
    /// The file and line of `section.key`; `None` where the default is in force. What is not there in a table of a list
    /// (`section.key.2.name`) is placed at the table.
    pub(super) fn place(&self, key: &str) -> Option<(String, Option<usize>)> {
        let outer = || key.match_indices('.').skip(1).map(|(at, _)| &key[..at]).collect::<Vec<_>>();
        let place =
            self.given.get(key).or_else(|| outer().into_iter().rev().find_map(|outer| self.given.get(outer)));
        place.cloned()
    }

    /// Whether a value was given for `section.key.2.name` that does not fit, so that the default stands there.
    pub(super) fn was_refused(&self, key: &str) -> bool {
        self.refused.contains(key)
    }
}

/// The default of `section.key`.
pub(super) fn default_of(key: &str) -> Option<Value> {
    defaults().into_iter().find(|given| given.key == key).map(|given| given.value)
}

fn defaults() -> Vec<Given> {
    read("config.toml", DEFAULTS, &mut Vec::new())
}

/// Lays `values` over the defaults, later ones over earlier ones. What does not fit becomes a fault and is left out.
pub(super) fn merge(values: Vec<Given>, faults: &mut Vec<Fault>) -> (Config, Places) {
    let defaults = defaults();
    let mut table = Table::new();
    let mut places = Places { given: BTreeMap::new(), refused: BTreeSet::new() };
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    for default in defaults {
        put(&mut table, &default.key, default.value.clone());
        known.insert(default.key, default.value);
    }
    let mut config = Config::defaults();
    for given in values {
        let Some(default) = known.get(&given.key) else {
            let empty_section =
                given.value.as_table().is_some_and(Table::is_empty) && table.contains_key(&given.key);
            if !empty_section {
                faults.push(unknown(&given, &known));
            }
            continue;
        };
        let before = put(&mut table, &given.key, given.value.clone());
        match Config::deserialize(table.clone()) {
            Ok(fits) => {
                config = fits;
                places.take(given);
            }
            Err(error) => {
                let restore = |table: &mut Table| {
                    if let Some(before) = &before {
                        put(table, &given.key, before.clone());
                    }
                };
                restore(&mut table);
                let inner = unfit_tables(&given, &mut table, &mut places.refused);
                if inner.is_empty() {
                    faults.push(unfit(given, default, error.message()));
                    continue;
                }
                faults.extend(inner);
                // What fits is kept, so that what it means is looked at in the same run.
                put(&mut table, &given.key, without(&given, &places.refused));
                match Config::deserialize(table.clone()) {
                    Ok(fits) => {
                        config = fits;
                        places.take(given);
                    }
                    Err(_) => restore(&mut table),
                }
            }
        }
    }
    (config, places)
}

/// A list of tables without the keys that were refused.
fn without(given: &Given, refused: &BTreeSet<String>) -> Value {
    let mut list = given.value.clone();
    for (number, item) in (1..).zip(list.as_array_mut().into_iter().flatten()) {
        if let Value::Table(keys) = item {
            keys.retain(|key, _| !refused.contains(&format!("{}.{number}.{key}", given.key)));
        }
    }
    list
}

/// What does not fit in a list of tables: each key is tried alone, so that each fault has its line. What it is and what was meant
/// by it are put with the `refused`.
fn unfit_tables(given: &Given, table: &mut Table, refused: &mut BTreeSet<String>) -> Vec<Fault> {
    let items = given.value.as_array().map(Vec::as_slice).unwrap_or_default();
    let keys = (1..).zip(items).filter_map(|(number, item)| Some((number, item.as_table()?)));
    let keys: Vec<_> =
        keys.flat_map(|(n, keys)| keys.iter().map(move |(key, value)| (n, key, value))).collect();
    let before = given.key.split_once('.').and_then(|(section, key)| table.get(section)?.get(key).cloned());
    let mut faults = Vec::new();
    for (number, key, value) in keys {
        let alone: Table = std::iter::once((key.clone(), value.clone())).collect();
        put(table, &given.key, Value::Array(vec![Value::Table(alone)]));
        if let Err(error) = Config::deserialize(table.clone()) {
            let line = given.inner.get(&format!("{number}.{key}")).copied().or(given.line);
            let place = format!("{}.{number}.{key}", given.key);
            // Of an unknown key, serde names the known ones between backquotes.
            let known = error.message().split('`').skip(3).step_by(2);
            let meant = nearest(key, known).filter(|_| error.message().starts_with("unknown field"));
            refused.insert(place.clone());
            refused.extend(meant.map(|meant| format!("{}.{number}.{meant}", given.key)));
            let mend = meant.map_or_else(
                || "le fichier config.toml livré en donne un exemple".to_owned(),
                |meant| format!("vouliez-vous dire « {meant} » ?"),
            );
            faults.push(Fault::at(given.file.clone(), line, place, refusal(error.message()), mend));
        }
    }
    if let Some(before) = before {
        put(table, &given.key, before);
    }
    faults
}

/// Sets `section.key`, and returns what stood there.
fn put(table: &mut Table, key: &str, value: Value) -> Option<Value> {
    let (section, key) = key.split_once('.')?;
    let section = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
    section.as_table_mut()?.insert(key.to_owned(), value)
}

fn unknown(given: &Given, known: &BTreeMap<String, Value>) -> Fault {
    let Given { key, file, line, .. } = given;
    let sections = || known.keys().filter_map(|key| Some(key.split_once('.')?.0));
    let (section, name) = key.split_once('.').unwrap_or((key, ""));
    let section_exists = sections().any(|one| one == section);
    if section_exists && name.is_empty() {
        let mend = format!("écrivez [{section}], puis ses clés en dessous");
        return Fault::at(file, *line, key, "c’est le nom d’une section, pas d’une clé", mend);
    }
    let same_name_elsewhere = || {
        known.keys().map(String::as_str).find(|one| one.split_once('.').is_some_and(|(_, key)| key == name))
    };
    let meant = nearest(key, known.keys().map(String::as_str)).or_else(same_name_elsewhere);
    let meant = meant.map(str::to_owned).or_else(|| Some(format!("[{}]", nearest(section, sections())?)));
    let meant = meant.filter(|meant| *meant != format!("[{section}]"));
    Fault::at(
        file,
        *line,
        key,
        if section_exists { "cette clé n’existe pas" } else { "cette section n’existe pas" },
        meant.map_or_else(
            || "supprimez-la ; le fichier config.toml livré les liste toutes".to_owned(),
            |meant| format!("vouliez-vous dire « {meant} » ?"),
        ),
    )
}

impl Places {
    fn take(&mut self, given: Given) {
        for (inner, line) in given.inner {
            self.given.insert(format!("{}.{inner}", given.key), (given.file.clone(), Some(line)));
        }
        self.given.insert(given.key, (given.file, given.line));
    }
}

fn unfit(given: Given, default: &Value, message: &str) -> Fault {
    let (wanted, got) = (Kind::of(default), Kind::of(&given.value));
    let says = if wanted == got {
        refusal(message)
    } else if given.line.is_none() && got == Kind::Text {
        // A variable is always a text, and needs no quotes.
        format!("il faut {}", wanted.name())
    } else {
        format!("il faut {}, et non {}", wanted.name(), got.name())
    };
    let name = given.key.split_once('.').map_or(given.key.as_str(), |(_, name)| name);
    let example = match (given.line, default) {
        (Some(_), _) => format!("{name} = {default}"),
        (None, Value::String(text)) => format!("{}={text}", variable(&given.key)),
        (None, _) => format!("{}={default}", variable(&given.key)),
    };
    let mend = if example.len() <= 200 && !example.contains('\n') {
        format!("écrivez par exemple {example}")
    } else {
        "le fichier config.toml livré en donne un exemple".to_owned()
    };
    Fault::at(given.file, given.line, given.key, says, mend)
}
