//! Lists of words that patterns may name, made from the reference rows so that a new row reaches the rules by itself:
//! `{covered}` (software that a list of the support contract names), `{ministries}` (proper names, old names and
//! acronyms) and `{licences}`. Names are folded like the text, escaped and bounded by words; the engine compiles their plain
//! alternation as a trie, which keeps the automaton small however long a list grows.
//!
//! Folded text tells no capitals, so what means something only as it is written is left out: software whose name is a common
//! word (`exact_name`), exact aliases, acronyms of a ministry of three letters or fewer.

use std::collections::BTreeSet;

use super::Kind;
use super::reader::Reader;
use super::rows::{LicenceRow, OrganisationRow, SoftwareListRow, SoftwareRow, YesNo};
use crate::triage::decision::Contract;
use crate::triage::files::RuleFiles;
use crate::triage::text::fold;

/// Matches nothing: the expression of a list without a name.
const NOTHING: &str = "[a&&b]";
/// A shorter name of software or of a licence means too many other things.
const SHORT: usize = 3;
/// The same for an acronym of a ministry.
const SHORT_ACRONYM: usize = 4;

/// Each list and its expression over folded text. Rows with faults are left to
/// [`Reference::load`](super::Reference::load), which tells them.
pub(in crate::triage) fn named_lists(files: &RuleFiles) -> [(&'static str, String); 3] {
    let mut reader = Reader::new(files);
    let software = reader.records::<SoftwareRow>("reference/software.csv");
    let lists = reader.tables::<SoftwareListRow>("reference/contracts.toml", "software_list");
    let organisations = reader.tables::<OrganisationRow>("reference/organisations.toml", "organisation");
    let licences = reader.records::<LicenceRow>("reference/licences.csv");

    let of_support = |id: &str| lists.iter().any(|l| l.row.id == id && l.row.contract == Contract::Support);
    let mut covered = Names::default();
    for row in software.iter().map(|placed| &placed.row).filter(|row| row.lists.split('|').any(of_support)) {
        let own = (row.exact_name == YesNo::No).then_some(row.name.as_str());
        own.into_iter().chain(row.aliases.split('|')).for_each(|name| covered.add(name, SHORT));
    }
    let mut ministries = Names::default();
    for row in organisations.iter().map(|placed| &placed.row).filter(|row| row.kind == Kind::Ministry) {
        let own = (!row.group).then_some(&row.name);
        own.into_iter().chain(&row.names).for_each(|name| ministries.add(name, SHORT_ACRONYM));
    }
    let mut of_licences = Names::default();
    for row in licences.iter().map(|placed| &placed.row) {
        std::iter::once(row.name.as_str())
            .chain(row.aliases.split('|'))
            .for_each(|name| of_licences.add(name, SHORT));
    }
    [
        ("covered", covered.expression()),
        ("ministries", ministries.expression()),
        ("licences", of_licences.expression()),
    ]
}

/// Names, folded, each once.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    /// Adds a name of `least` letters or digits or more, with its parts joined by spaces and by hyphens, and run together
    /// when they are two (`LibreOffice` for `Libre Office`).
    fn add(&mut self, name: &str, least: usize) {
        let folded = fold(name);
        if folded.bytes().filter(u8::is_ascii_alphanumeric).count() < least {
            return;
        }
        let parts: Vec<&str> = folded.split([' ', '-']).filter(|part| !part.is_empty()).collect();
        self.0.insert(folded.split_whitespace().collect::<Vec<_>>().join(" "));
        self.0.extend([parts.join(" "), parts.join("-")]);
        if parts.len() == 2 {
            self.0.insert(parts.concat());
        }
    }

    /// Any of the names as a whole word, the longest first, so that evidence shows all of it.
    fn expression(self) -> String {
        let mut names: Vec<String> = self.0.into_iter().collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let (plain, odd): (Vec<&String>, Vec<&String>) = names
            .iter()
            .partition(|name| is_word(name.as_bytes().first()) && is_word(name.as_bytes().last()));
        let plain: Vec<String> = plain.into_iter().map(|name| regex::escape(name)).collect();
        let odd = odd.into_iter().map(|name| {
            let bound = |is_word: bool| if is_word { r"\b" } else { "" };
            let bytes = name.as_bytes();
            format!(
                "{}{}{}",
                bound(is_word(bytes.first())),
                regex::escape(name),
                bound(is_word(bytes.last()))
            )
        });
        let plain = (!plain.is_empty()).then(|| format!(r"\b(?:{})\b", plain.join("|")));
        let all: Vec<String> = odd.chain(plain).collect();
        if all.is_empty() { NOTHING.to_owned() } else { all.join("|") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_whole_words_in_every_usual_spelling() {
        let mut names = Names::default();
        for name in ["Alma Linux", "C++Builder", "Notepad++", "Quai d’Orsay", "R", "C-ICAP"] {
            names.add(name, SHORT);
        }
        let expression = regex::Regex::new(&names.expression()).unwrap();
        for text in ["alma linux", "almalinux", "alma-linux 9", "notepad++ et", "au quai d'orsay", "c icap"] {
            assert!(expression.is_match(text), "{text}");
        }
        for text in ["almalinuxes", "dalma linux", "quai d'orsays", "r"] {
            assert!(!expression.is_match(text), "{text}");
        }
        assert_eq!(expression.find("notepad++").map(|hit| hit.as_str()), Some("notepad++"));
    }

    #[test]
    fn a_list_without_a_name_matches_nothing() {
        let nothing = regex::bytes::RegexBuilder::new(&Names::default().expression()).unicode(false).build();
        assert!(!nothing.unwrap().is_match(b"ab"));
    }
}
