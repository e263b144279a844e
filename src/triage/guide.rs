//! What the public pages say before somebody writes (`rules/guide.toml`): common questions with our short answers, why a
//! topic is refused, which optional questions help under which heading. Words for people: no decision reads them, so that
//! they are no part of a rule set's hash. A set without the file has none.

use super::files::RuleFiles;
use super::rulefile::{Source, Table};
use super::taxonomy::Taxonomy;
use crate::fault::Fault;
use crate::message::Lang;

/// The file, relative to the root of the set.
pub(super) const PATH: &str = "guide.toml";

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    fr: String,
    en: String,
}

impl Told {
    /// The text for a reader of that language.
    pub fn of(&self, lang: Lang) -> &str {
        lang.choose(&self.fr, &self.en)
    }
}

/// A common question and our answer, or why a topic is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Id of the heading it stands under.
    pub category: String,
    /// The question; empty for a refusal.
    pub asks: Told,
    /// The answer: plain sentences.
    pub says: Told,
    /// Ids of links (`rules/reference/links.toml`).
    pub links: Vec<String>,
}

/// An optional question of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Which software.
    Software,
    /// How far the purchase is.
    Stage,
    /// In what capacity.
    Capacity,
}

impl Ask {
    /// Every one, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Capacity, Self::Stage, Self::Software];

    /// Its code (`software`, `stage`, `capacity`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Software => "software",
            Self::Stage => "stage",
            Self::Capacity => "capacity",
        }
    }
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guide {
    questions: Vec<Said>,
    refusals: Vec<Said>,
    asks: Vec<(String, Vec<Ask>)>,
}

impl Guide {
    /// The common questions of a heading, in the order of the file.
    pub fn questions<'a>(&'a self, category: &'a str) -> impl Iterator<Item = &'a Said> {
        self.questions.iter().filter(move |said| said.category == category)
    }

    /// Why a topic is refused, and what else to do.
    pub fn refusal(&self, category: &str) -> Option<&Said> {
        self.refusals.iter().find(|said| said.category == category)
    }

    /// The headings under which an optional question helps.
    pub fn headings_asking(&self, ask: Ask) -> impl Iterator<Item = &str> {
        self.asks.iter().filter(move |(_, asks)| asks.contains(&ask)).map(|(category, _)| category.as_str())
    }

    /// Reads and checks the file; faults go to the common list.
    pub(super) fn load(files: &RuleFiles, taxonomy: &Taxonomy, faults: &mut Vec<Fault>) -> Self {
        let mut guide = Self::default();
        if !files.texts.contains_key(PATH) {
            return guide;
        }
        let Some((mut source, root)) = Source::open(files, PATH, faults) else { return guide };
        let links = link_ids(files);
        let mut root = Table::new("", 0, &root);
        for mut table in root.each(&mut source, "heading") {
            let Some(category) = heading(&mut source, &mut table, taxonomy, false) else { continue };
            let mut asks = Vec::new();
            for (code, at) in table.texts(&mut source, "asks") {
                match Ask::ALL.into_iter().find(|ask| ask.code() == code) {
                    Some(ask) => asks.push(ask),
                    None => source.fault(
                        at,
                        table.label.clone(),
                        format!("« {code} » n’est pas une question du formulaire"),
                        "choisissez software, stage ou capacity",
                    ),
                }
            }
            table.close(&mut source);
            guide.asks.push((category, asks));
        }
        for (kind, refused) in [("question", false), ("refusal", true)] {
            for mut table in root.each(&mut source, kind) {
                let said = said(&mut source, &mut table, taxonomy, refused, &links);
                table.close(&mut source);
                let list = if refused { &mut guide.refusals } else { &mut guide.questions };
                list.extend(said);
            }
        }
        root.close(&mut source);
        source.close(faults);
        guide
    }
}

fn said(
    source: &mut Source<'_>,
    table: &mut Table<'_, '_>,
    taxonomy: &Taxonomy,
    refused: bool,
    links: &[String],
) -> Option<Said> {
    let category = heading(source, table, taxonomy, refused);
    let mut text = |key| table.needed(source, key).map(|(text, _)| text).unwrap_or_default();
    let asks = if refused { Told::default() } else { Told { fr: text("asks_fr"), en: text("asks_en") } };
    let says = Told { fr: text("says_fr"), en: text("says_en") };
    text("source");
    let mut named = Vec::new();
    for (id, at) in table.texts(source, "links") {
        if !links.contains(&id) {
            let says = format!("le lien « {id} » n’existe pas");
            source.fault(at, table.label.clone(), says, "nommez un [[link]] de reference/links.toml");
        }
        named.push(id);
    }
    Some(Said { category: category?, asks, says, links: named })
}

/// The heading that a table names, awake or not, which must be a refused topic or none.
fn heading(
    source: &mut Source<'_>,
    table: &mut Table<'_, '_>,
    taxonomy: &Taxonomy,
    refused: bool,
) -> Option<String> {
    let (id, at) = table.needed(source, "category")?;
    if taxonomy.declared(&id).is_none_or(|category| category.refused != refused) {
        let kind = if refused { "un sujet refusé" } else { "une rubrique de l’offre" };
        let says = format!("« {id} » n’est pas {kind}");
        source.fault(at, table.label.clone(), says, "nommez une catégorie de categories.toml");
        return None;
    }
    Some(id)
}

/// The links that there are. What is wrong in their file is told by whoever reads it for replies.
fn link_ids(files: &RuleFiles) -> Vec<String> {
    let text = files.texts.get("reference/links.toml").map(String::as_str).unwrap_or_default();
    let table: toml::Table = toml::from_str(text).unwrap_or_default();
    let rows = table.get("link").and_then(toml::Value::as_array).into_iter().flatten();
    rows.filter_map(|row| Some(row.get("id")?.as_str()?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Triage;
    use super::*;

    fn load(guide: &str) -> Result<Triage, Vec<Fault>> {
        let mut files = RuleFiles::embedded();
        files.texts.insert(PATH.to_owned(), guide.to_owned());
        Triage::read(&files, false)
    }

    #[test]
    fn every_heading_of_the_form_and_every_refusal_has_its_words() {
        let triage = Triage::embedded().unwrap();
        for category in triage.taxonomy().categories() {
            if category.in_form {
                assert!(triage.guide().questions(&category.id).next().is_some(), "{}", category.id);
            }
            assert_eq!(triage.guide().refusal(&category.id).is_some(), category.refused, "{}", category.id);
        }
    }

    #[test]
    fn the_guide_decides_nothing_and_may_be_missing() {
        let with = Triage::embedded().unwrap();
        let mut files = RuleFiles::embedded();
        files.texts.remove(PATH);
        let without = Triage::read(&files, false).unwrap();
        assert_eq!(with.ruleset(), without.ruleset());
        assert_eq!(without.guide(), &Guide::default());
    }

    #[test]
    fn every_fault_is_told_at_its_line() {
        let faults = load(
            "[[heading]]\ncategory = \"sill\"\nasks = [\"colour\"]\n\n[[question]]\ncategory = \"refused-other\"\nasks_fr = \"a\"\n\
             asks_en = \"a\"\nsays_fr = \"a\"\nsays_en = \"a\"\nlinks = [\"nowhere\"]\nsource = \"s\"\n",
        )
        .unwrap_err();
        let told: Vec<(Option<usize>, bool)> =
            faults.iter().map(|fault| (fault.line, fault.file.ends_with("guide.toml"))).collect();
        assert_eq!(told, [(Some(3), true), (Some(6), true), (Some(11), true)], "{faults:?}");
    }
}
