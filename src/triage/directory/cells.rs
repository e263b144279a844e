//! An entry as the texts of its columns: what a file holds, what a form shows, what two states of it differ in.

use chrono::NaiveDate;

use super::Entry;
use crate::triage::decision::Contract;

/// A column in which two states of an entry differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The column, as files name it (`confirmed_on`).
    pub column: &'static str,
    /// What stood; may be empty.
    pub old: String,
    /// What stands; may be empty.
    pub new: String,
}

impl Entry {
    /// Its columns and their texts, as a file writes them; the id is left out, and the organisation is its id.
    pub fn cells(&self) -> [(&'static str, String); 12] {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let absence = self.absence.unwrap_or_default();
        [
            ("organisation", self.organisation.clone()),
            ("role", self.role.code().to_owned()),
            ("contract", self.contract.map_or("", Contract::code).to_owned()),
            ("deputy", if self.deputy { "yes" } else { "" }.to_owned()),
            ("name", self.name.clone()),
            ("email", self.email.clone()),
            ("valid_from", day(self.period.from)),
            ("valid_until", day(self.period.until)),
            ("absent_from", day(absence.from)),
            ("absent_until", day(absence.until)),
            ("confirmed_on", day(self.confirmed_on)),
            ("note", self.note.clone()),
        ]
    }

    /// In what another state of it differs, in the order of the columns.
    pub fn differences(&self, other: &Self) -> Vec<Difference> {
        let both = self.cells().into_iter().zip(other.cells());
        both.filter(|((_, old), (_, new))| old != new)
            .map(|((column, old), (_, new))| Difference { column, old, new })
            .collect()
    }
}
