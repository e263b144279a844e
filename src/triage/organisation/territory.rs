//! Departments, regions and academies: a decentralised service is a kind and one of these ("DDT 35", "rectorat de
//! Lille"). They are rows, so that the form is known and no list of whole names is. A territory is read right after the
//! kind's name, or from the first label of a State domain (`lot.gouv.fr`, `ac-lille.fr`).

use std::collections::HashMap;

use serde::Deserialize;

use super::key::{Token, key};

/// What a territory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A department, or a territory overseas that has a prefect.
    Department,
    /// A region.
    Region,
    /// An academy: the territory of a rectorate.
    Academy,
}

/// A row of `rules/reference/territories.csv`.
#[derive(Clone, Debug)]
pub(in crate::triage) struct Territory {
    /// What it is.
    pub(in crate::triage) level: Level,
    /// Its number (`35`, `2A`); empty for a region or an academy.
    pub(in crate::triage) code: String,
    /// Its name, after the word that leads to it: `du Lot`, `d’Ille-et-Vilaine`.
    pub(in crate::triage) of: String,
}

/// All of them, by name, alias and number.
#[derive(Debug, Default)]
pub(in crate::triage) struct Territories {
    all: Vec<Territory>,
    by_key: HashMap<String, Vec<usize>>,
}

/// Words of the longest name, as compared.
const LONGEST: usize = 6;
/// Words that may stand between a kind and its territory: "préfecture de la région Bretagne".
const BETWEEN: [&str; 4] = ["departement", "region", "academie", "collectivite"];

impl Territories {
    /// Adds a territory under its names and its number.
    pub(in crate::triage) fn add<'a>(&mut self, territory: Territory, names: impl Iterator<Item = &'a str>) {
        let index = self.all.len();
        let code = key(&territory.code);
        let short = code.trim_start_matches('0').to_owned();
        let written: Vec<String> = names.map(key).chain([code, short]).collect();
        for key in written.into_iter().filter(|key| !key.is_empty()) {
            let known = self.by_key.entry(key).or_default();
            if !known.contains(&index) {
                known.push(index);
            }
        }
        self.all.push(territory);
    }

    /// The territory at an index.
    pub(in crate::triage) fn get(&self, territory: usize) -> &Territory {
        &self.all[territory]
    }

    /// The territories (of several levels) that the words at `at` name; empty where they name none.
    pub(in crate::triage) fn at(&self, words: &[Token], at: usize) -> &[usize] {
        let between = words.get(at).is_some_and(|word| BETWEEN.contains(&word.key.as_str()));
        let first = at + usize::from(between);
        let mut joined = String::new();
        let mut best: &[usize] = &[];
        for word in words.iter().skip(first).take(LONGEST) {
            if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(&word.key);
            if let Some(found) = self.by_key.get(&joined) {
                best = found;
            }
        }
        best
    }

    /// The territories that a State domain names: the label before `gouv.fr` or `pref.gouv.fr`, or after `ac-`.
    pub(in crate::triage) fn of_domain(&self, domain: &str) -> &[usize] {
        let state = domain.strip_suffix(".pref.gouv.fr").or_else(|| domain.strip_suffix(".gouv.fr"));
        let academy = || domain.strip_suffix(".fr")?.rsplit('.').next()?.strip_prefix("ac-");
        let label = state.and_then(|left| left.rsplit('.').next()).or_else(academy);
        label.and_then(|label| self.by_key.get(&key(label))).map_or(&[], Vec::as_slice)
    }

    /// The first of these that is of one of the levels.
    pub(in crate::triage) fn of_level(&self, among: &[usize], levels: &[Level]) -> Option<usize> {
        let is_of = |level: &Level| among.iter().copied().find(|at| self.all[*at].level == *level);
        levels.iter().find_map(is_of)
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::tokens;
    use super::*;

    fn territories() -> Territories {
        let mut all = Territories::default();
        for (level, code, name, of) in [
            (Level::Department, "35", "Ille-et-Vilaine", "d’Ille-et-Vilaine"),
            (Level::Department, "01", "Ain", "de l’Ain"),
            (Level::Department, "50", "Manche", "de la Manche"),
            (Level::Region, "", "Guyane", "de la Guyane"),
            (Level::Academy, "", "Guyane", "de la Guyane"),
        ] {
            all.add(Territory { level, code: code.to_owned(), of: of.to_owned() }, std::iter::once(name));
        }
        all
    }

    #[test]
    fn a_number_a_name_and_a_domain_are_the_same_territory() {
        let all = territories();
        for text in ["35", "d'Ille et Vilaine", "ILLE-ET-VILAINE (Rennes)", "du département 35"] {
            assert_eq!(all.at(&tokens(text), 0), [0], "{text}");
        }
        assert_eq!((all.at(&tokens("01"), 0), all.at(&tokens("1"), 0)), (&[1][..], &[1][..]));
        assert_eq!(all.at(&tokens("Vilaine"), 0), [] as [usize; 0]);
        assert_eq!(all.of_domain("ille-et-vilaine.gouv.fr"), [0]);
        assert_eq!(all.of_domain("ddtm.manche.gouv.fr"), [2]);
        assert_eq!(all.of_domain("ain.pref.gouv.fr"), [1]);
        assert_eq!(all.of_domain("ain.fr"), [] as [usize; 0]);
    }

    #[test]
    fn the_kind_says_which_level_is_meant() {
        let all = territories();
        let found = all.at(&tokens("Guyane"), 0);
        assert_eq!(all.of_level(found, &[Level::Academy]), Some(4));
        assert_eq!(all.of_level(found, &[Level::Department, Level::Region]), Some(3));
        assert_eq!(all.of_level(found, &[Level::Department]), None);
    }
}
