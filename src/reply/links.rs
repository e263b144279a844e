//! The links that replies show: dated rows of `rules/reference/links.toml`. A link that nobody has looked at for long may
//! lead nowhere, so it is left out of what leaves without a person, and a person is told of it before they send it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::fault::{Fault, Finding, line_of, refusal};
use crate::message::Lang;
use crate::triage::RuleFiles;

/// Section `[links]` of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkSettings {
    /// Days after `checked_on` from which a link is stale.
    pub max_age_days: u32,
}

impl LinkSettings {
    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        Finding::outside("max_age_days", self.max_age_days, 30, 3_650).into_iter().collect()
    }
}

impl Default for LinkSettings {
    fn default() -> Self {
        Self { max_age_days: 400 }
    }
}

/// One link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its name in replies.
    pub id: String,
    /// Where it leads, `https` only.
    pub url: String,
    /// What a French reader sees.
    pub title_fr: String,
    /// What an English reader sees.
    pub title_en: String,
    /// Where we have it from: a seed, a page and its version.
    pub source: String,
    /// The day somebody last compared it with its source.
    pub checked_on: NaiveDate,
    /// The last day it holds, where that is known.
    pub valid_until: Option<NaiveDate>,
    /// Its line in `reference/links.toml`.
    pub line: usize,
}

impl Link {
    /// Its title in the language of the reply.
    pub fn title(&self, lang: Lang) -> &str {
        lang.choose(&self.title_fr, &self.title_en)
    }
}

/// All links, by id.
#[derive(Clone, Debug, Default)]
pub struct Links {
    rows: BTreeMap<String, Link>,
    settings: LinkSettings,
}

/// The file, relative to the rules' root.
const FILE: &str = "reference/links.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    link: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(default)]
    id: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    title_fr: String,
    #[serde(default)]
    title_en: String,
    #[serde(default)]
    source: String,
    checked_on: Option<toml::Value>,
    valid_until: Option<toml::Value>,
}

impl Links {
    /// Reads and checks `reference/links.toml`; every fault at its line.
    pub fn load(files: &RuleFiles) -> Result<Self, Vec<Fault>> {
        let file = files.name(FILE);
        let Some(text) = files.texts.get(FILE) else {
            return Err(vec![Fault::missing(file)]);
        };
        let table: Table = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| line_of(text, span.start));
            vec![Fault::at(
                &file,
                line,
                "",
                format!("la ligne est illisible ({})", refusal(error.message())),
                "corrigez la ligne ; docs/replies.md montre sa forme",
            )]
        })?;
        let mut links = Self::default();
        let mut faults = Vec::new();
        for row in table.link {
            let line = line_of(text, row.span().start);
            match read(row.into_inner(), line) {
                Ok(good) if links.rows.contains_key(&good.id) => {
                    faults.push(fault(
                        &file,
                        line,
                        &good.id,
                        "ce nom est déjà pris",
                        "choisissez-en un autre",
                    ));
                }
                Ok(good) => drop(links.rows.insert(good.id.clone(), good)),
                Err((id, wrong)) => {
                    faults.extend(wrong.into_iter().map(|(says, mend)| fault(&file, line, &id, &says, mend)));
                }
            }
        }
        if faults.is_empty() { Ok(links) } else { Err(faults) }
    }

    /// The same links under other settings.
    pub fn with_settings(self, settings: LinkSettings) -> Self {
        Self { settings, ..self }
    }

    /// The settings they stand under.
    pub fn settings(&self) -> LinkSettings {
        self.settings
    }

    /// The link with this id.
    pub fn get(&self, id: &str) -> Option<&Link> {
        self.rows.get(id)
    }

    /// Every link, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Link> {
        self.rows.values()
    }

    /// Whether a link is too old to be shown on `day` without a person's look, or past its end.
    pub fn is_stale(&self, link: &Link, day: NaiveDate) -> bool {
        let age = day.signed_duration_since(link.checked_on).num_days();
        age > i64::from(self.settings.max_age_days) || link.valid_until.is_some_and(|end| day > end)
    }

    /// The links of a text, by their addresses, that are stale on `day`: whoever sends it is to look at them first.
    pub fn stale_in<'l>(&'l self, text: &'l str, day: NaiveDate) -> impl Iterator<Item = &'l Link> {
        self.iter().filter(move |link| self.is_stale(link, day) && names(text, &link.url))
    }
}

/// Whether an address stands in a text, and not only as the beginning of a longer one.
fn names(text: &str, url: &str) -> bool {
    text.match_indices(url).any(|(at, _)| {
        let mut after = text[at + url.len()..].chars().skip_while(|c| ".,;:!?".contains(*c));
        after.next().is_none_or(|c| !c.is_alphanumeric() && !"/-_#=&%~+@".contains(c))
    })
}

type Wrong = Vec<(String, &'static str)>;

/// A row as a link, or its id with all that is wrong in it.
fn read(row: Row, line: usize) -> Result<Link, (String, Wrong)> {
    let mut wrong = Wrong::new();
    for (key, value) in [("id", &row.id), ("title_fr", &row.title_fr), ("title_en", &row.title_en)] {
        if value.trim().is_empty() {
            wrong.push((format!("« {key} » manque"), "écrivez-le"));
        }
    }
    if row.source.trim().is_empty() {
        wrong.push(("« source » manque".to_owned(), "dites d’où vient le lien"));
    }
    let host = row.url.strip_prefix("https://").unwrap_or_default();
    if host.is_empty()
        || row.url.contains(|c: char| c.is_whitespace() || c.is_control() || "()<>\\".contains(c))
    {
        wrong.push((
            "« url » n’est pas une adresse https complète".to_owned(),
            "écrivez-la depuis https://, sans espace, parenthèse, chevron ni barre inverse (codez-les en %)",
        ));
    }
    if row.checked_on.is_none() {
        wrong.push(("« checked_on » manque".to_owned(), "écrivez le jour où quelqu’un a vérifié le lien"));
    }
    let mut day = |key: &str, value: Option<&toml::Value>| {
        let read = value.map(date);
        if read == Some(None) {
            wrong.push((format!("« {key} » n’est pas une date"), "écrivez-la comme 2026-11-25"));
        }
        read.flatten()
    };
    let checked_on = day("checked_on", row.checked_on.as_ref());
    let valid_until = day("valid_until", row.valid_until.as_ref());
    match checked_on {
        Some(checked_on) if wrong.is_empty() => Ok(Link {
            id: row.id,
            url: row.url,
            title_fr: row.title_fr,
            title_en: row.title_en,
            source: row.source,
            checked_on,
            valid_until,
            line,
        }),
        _ => Err((row.id, wrong)),
    }
}

fn date(value: &toml::Value) -> Option<NaiveDate> {
    match value {
        toml::Value::Datetime(at) => at.to_string().parse().ok(),
        toml::Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn fault(file: &str, line: usize, id: &str, says: &str, mend: &str) -> Fault {
    let key = if id.is_empty() { "link".to_owned() } else { format!("link {id}") };
    Fault::at(file, line, key, says, mend)
}
