//! The private directory: who answers for which body and subject, as an immutable snapshot that triage reads. It is never
//! published; the addresses of coordinators are not public (`facts/context.md` 0.6). [`csv`] reads and writes it.
//!
//! Nothing leaves by itself to an entry that nobody has confirmed for twelve months, to somebody who is absent that day, nor
//! to one body's person because the nearer body's is not there.

mod cells;
mod csv;
mod names;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::decision::Contract;
use super::reference::Period;

pub use cells::Difference;
pub use csv::Rows;

/// Months after which an entry that nobody confirmed again is no longer written to automatically.
const CONFIRMED_FOR: Months = Months::new(12);

/// What a person or mailbox of the directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Coordinates what a body asks of the interministerial contracts.
    Coordinator,
    /// Administers a ministry's data, algorithms and source codes (circulaire 6264/SG of 27 April 2021).
    Amdac,
    /// Steers a contract for the State.
    Pilot,
    /// Holds a contract: a firm.
    Holder,
}

impl Role {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 4] = [Self::Coordinator, Self::Amdac, Self::Pilot, Self::Holder];

    /// Its code (`coordinator`, `amdac`, `pilot`, `holder`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Coordinator => "coordinator",
            Self::Amdac => "amdac",
            Self::Pilot => "pilot",
            Self::Holder => "holder",
        }
    }

    /// The role with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether requests go to people in this role without a person of the team.
    pub fn is_handed_over(self) -> bool {
        matches!(self, Self::Coordinator | Self::Amdac)
    }

    /// What the team reads (French).
    pub fn title(self) -> &'static str {
        match self {
            Self::Coordinator => "Coordination des marchés",
            Self::Amdac => "AMDAC",
            Self::Pilot => "Pilote d’un marché",
            Self::Holder => "Titulaire d’un marché",
        }
    }
}

/// One person or mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// UUIDv7 of the row in the store; empty in a file that never was there.
    pub id: String,
    /// What it is.
    pub role: Role,
    /// Whose: the id of a body of `rules/reference/organisations.toml`; for a holder the firm, as written.
    pub organisation: String,
    /// The contract it answers for; `None` for all of them, and for an AMDAC.
    pub contract: Option<Contract>,
    /// Stands in where the first one is absent.
    pub deputy: bool,
    /// Name or function, for the team; may be empty.
    pub name: String,
    /// Address.
    pub email: String,
    /// First and last day in this role.
    pub period: Period,
    /// First and last day of an absence; no period without a last day.
    pub absence: Option<Period>,
    /// The day on which somebody last made sure that it is right.
    pub confirmed_on: Option<NaiveDate>,
    /// What the team should know; may be empty.
    pub note: String,
}

impl Entry {
    /// Whether somebody made sure of it within twelve months before that day.
    pub fn is_confirmed(&self, day: NaiveDate) -> bool {
        self.confirmed_until().is_some_and(|until| day <= until)
    }

    /// Whether it is absent on that day.
    pub fn is_absent(&self, day: NaiveDate) -> bool {
        self.absence.is_some_and(|absence| absence.holds(day))
    }

    /// The last day on which its confirmation counts; `None` where nobody ever confirmed it.
    pub fn confirmed_until(&self) -> Option<NaiveDate> {
        self.confirmed_on.map(|on| on.checked_add_months(CONFIRMED_FOR).unwrap_or(on))
    }

    /// What makes two rows the same entry where they name no id: whose, what, for which contract, where.
    pub fn key(&self) -> (String, Role, Option<Contract>, String) {
        let fold = |text: &str| text.trim().to_lowercase();
        (fold(&self.organisation), self.role, self.contract, fold(&self.email))
    }
}

/// Whom a request of a body would be handed over to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// This entry, confirmed and present.
    To(&'a Entry),
    /// There is this one, which nobody confirmed for twelve months.
    Unconfirmed(&'a Entry),
    /// There is this one, absent that day, and no deputy.
    Absent(&'a Entry),
    /// Several answer, for different contracts, and the request does not say which.
    Several,
    /// The directory knows nobody.
    Nobody,
}

/// Who answers for which body and subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Directory {
    entries: Vec<Entry>,
    version: String,
}

impl Directory {
    /// A snapshot; `version` names it in the decisions made with it.
    pub fn new(entries: Vec<Entry>, version: impl Into<String>) -> Self {
        Self { entries, version: version.into() }
    }

    /// Every entry, in the order given.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with this id.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| !id.is_empty() && entry.id == id)
    }

    /// What names this snapshot; empty for an empty directory.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Who answers on that day for the nearest body of `path` (ids, nearest first, [`super::Organisation::path`]) that has
    /// anybody in this role. `contract` is the one asked about, if it is known.
    pub fn route(
        &self,
        role: Role,
        path: &[String],
        contract: Option<Contract>,
        day: NaiveDate,
    ) -> Route<'_> {
        let of = |body: &String| {
            let here = |e: &&Entry| e.role == role && e.organisation == *body && e.period.holds(day);
            let mut here: Vec<&Entry> = self.entries.iter().filter(here).collect();
            if let Some(contract) = contract {
                here.retain(|entry| entry.contract.is_none_or(|own| own == contract));
                // Who answers for this very contract before who answers for all.
                here.sort_by_key(|entry| (entry.contract.is_none(), entry.deputy));
            } else {
                here.sort_by_key(|entry| entry.deputy);
            }
            here
        };
        let Some(known) = path.iter().map(of).find(|here| !here.is_empty()) else { return Route::Nobody };
        if contract.is_none() {
            let firsts = known.iter().filter(|entry| !entry.deputy);
            let mut addresses: Vec<String> = firsts.map(|entry| entry.email.to_lowercase()).collect();
            addresses.sort_unstable();
            addresses.dedup();
            if addresses.len() > 1 {
                return Route::Several;
            }
        }
        let fits = |entry: &&&Entry| entry.is_confirmed(day) && !entry.is_absent(day);
        match known.iter().find(fits) {
            Some(entry) => Route::To(entry),
            None if known[0].is_absent(day) => Route::Absent(known[0]),
            None => Route::Unconfirmed(known[0]),
        }
    }

    /// The roles that an address has on that day, confirmed or not.
    pub fn roles_of(&self, email: &str, day: NaiveDate) -> impl Iterator<Item = Role> {
        let email = email.trim().to_owned();
        let own = move |e: &&Entry| e.email.trim().eq_ignore_ascii_case(&email) && e.period.holds(day);
        self.entries.iter().filter(own).map(|entry| entry.role)
    }
}
