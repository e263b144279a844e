//! The software that the support contract covers, as the published lists name it, found by name or by a usual alias. A
//! name that is also a common word (`Cargo`, `R`) counts only as it is written.

use chrono::NaiveDate;

use super::Period;
use super::reader::Placed;
use super::rows::{SoftwareListRow, SoftwareRow, YesNo};
use crate::fault::Fault;
use crate::triage::decision::Contract;
use crate::triage::organisation::key::tokens;
use crate::triage::organisation::names::{Names, Need, Weight};
use crate::triage::organisation::territory::Territories;

/// A covered software.
#[derive(Clone, Debug)]
pub struct Software {
    /// Its usual name.
    pub name: String,
    /// The expertise lot of 2025 it belongs to by deduction, to be confirmed; `None` for the generic lot, whose list is
    /// not published.
    pub lot: Option<u8>,
    /// Where it was covered, and when.
    lists: Vec<(Contract, Period)>,
}

impl Software {
    /// The first day of the published list of that contract that names it on that day.
    pub fn listed_since(&self, contract: Contract, day: NaiveDate) -> Option<NaiveDate> {
        let holds = |(of, period): &&(Contract, Period)| *of == contract && period.holds(day);
        self.lists.iter().filter(holds).filter_map(|(_, period)| period.from).max()
    }

    /// Whether a published list of that contract names it on that day. Versions are known to the coordinator only.
    pub fn is_covered(&self, contract: Contract, day: NaiveDate) -> bool {
        self.lists.iter().any(|(of, period)| *of == contract && period.holds(day))
    }
}

/// All of them, with their names.
#[derive(Debug, Default)]
pub(super) struct Covered {
    pub(super) all: Vec<Software>,
    names: Names,
    exact: Vec<(String, usize)>,
}

impl Covered {
    /// Takes the rows in; faults name what is unknown or double.
    pub(super) fn load(
        rows: Vec<Placed<SoftwareRow>>,
        lists: &[Placed<SoftwareListRow>],
        faults: &mut Vec<Fault>,
    ) -> Self {
        let mut covered = Self::default();
        for placed in rows {
            let row = &placed.row;
            let index = covered.all.len();
            let mut periods = Vec::new();
            for id in row.lists.split('|').filter(|id| !id.is_empty()) {
                match lists.iter().find(|list| list.row.id == id) {
                    Some(list) => periods.push((list.row.contract, list.period)),
                    None => faults.push(placed.fault(
                        &row.name,
                        format!("la liste « {id} » est inconnue"),
                        "nommez une [[software_list]] de reference/contracts.toml",
                    )),
                }
            }
            let exact = row.exact_name == YesNo::Yes;
            let loose = row.aliases.split('|').chain((!exact).then_some(row.name.as_str()));
            for name in loose.filter(|name| !name.is_empty()) {
                if let Some(other) = covered.names.add(name, index, Weight::Name, Need::Nothing) {
                    let says = format!("« {name} » nomme déjà « {} »", covered.all[other].name);
                    faults.push(placed.fault(&row.name, says, "gardez ce nom à un seul endroit"));
                }
            }
            let exact = row.exact_aliases.split('|').chain(exact.then_some(row.name.as_str()));
            covered.exact.extend(exact.filter(|name| !name.is_empty()).map(|name| (name.to_owned(), index)));
            covered.all.push(Software { name: row.name.clone(), lot: row.lot.parse().ok(), lists: periods });
        }
        covered.exact.sort();
        covered
    }

    /// Every software named in a text, in order, each once.
    pub(super) fn named_in(&self, text: &str) -> Vec<&Software> {
        let words = tokens(text);
        let mut hits: Vec<(usize, usize)> = self
            .names
            .find(&words, false, &Territories::default())
            .into_iter()
            .map(|found| (words[found.first].start, found.body))
            .collect();
        for word in &words {
            let raw = &text[word.start..word.end];
            let at = self.exact.partition_point(|(name, _)| name.as_str() < raw);
            hits.extend(
                self.exact.get(at).filter(|(name, _)| name == raw).map(|(_, index)| (word.start, *index)),
            );
        }
        hits.sort_unstable();
        let mut seen = Vec::new();
        hits.retain(|(_, index)| {
            !seen.contains(index) && {
                seen.push(*index);
                true
            }
        });
        hits.into_iter().map(|(_, index)| &self.all[index]).collect()
    }
}
