//! A CSV file over the directory: everything is checked first, what would change is told, and it is applied whole or not at
//! all. A line is the entry with its id, or the one of the same organisation, role, contract and address; an entry that
//! the file does not name stays as it is.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::change::{is_over, not_yet, own_address};
use crate::desk::{Desk, DeskError};
use crate::fault::Fault;
use crate::store::{EntryState, KeptEntry, StoreError, Through, Tx, is_id, new_id};
use crate::ticket::Actor;
use crate::triage::directory::{Entry, Rows};

/// What a file would change, or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The version of the directory that it was compared with.
    pub version: String,
    /// New entries.
    pub added: Vec<Entry>,
    /// What stands, and what would stand.
    pub changed: Vec<(KeptEntry, Entry)>,
    /// Entries that the file tells as they stand.
    pub unchanged: usize,
    /// Entries in force that the file does not name.
    pub left: usize,
}

impl Plan {
    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty()
    }
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// What is wrong with it, each at its line.
    #[error("{}", .0.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n"))]
    Faults(Vec<Fault>),
    /// The directory changed since the reader saw what the file would do.
    #[error("l’annuaire a changé depuis l’aperçu")]
    Changed,
    /// The rest.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl Desk {
    /// What a file would change. `file` is its name in the faults.
    pub async fn directory_plan(&self, file: &str, text: &str) -> Result<Plan, ImportError> {
        let mut look = self.store().look().await?;
        self.plan_import(&mut look, file, text).await
    }

    /// Takes a file over. `seen`: the version that the reader saw the plan of; without one, whatever stands.
    pub async fn directory_import(
        &self,
        file: &str,
        text: &str,
        seen: Option<&str>,
        by: &Actor,
        through: Through,
    ) -> Result<Plan, ImportError> {
        let mut tx = self.store().begin().await?;
        if !tx.directory_rename(seen).await? {
            return Err(ImportError::Changed);
        }
        let plan = self.plan_import(&mut tx, file, text).await?;
        if plan.is_empty() {
            return Ok(plan);
        }
        for entry in &plan.added {
            self.directory_put(&mut tx, None, entry.clone(), by, through).await?;
        }
        for (known, entry) in &plan.changed {
            self.directory_put(&mut tx, Some(known), entry.clone(), by, through).await?;
        }
        tx.commit().await?;
        Ok(plan)
    }

    async fn plan_import(&self, tx: &mut Tx, file: &str, text: &str) -> Result<Plan, ImportError> {
        let version = tx.directory_version().await?;
        let known = tx.directory_entries().await?;
        let triage = self.triage_in(tx).await.map_err(ImportError::Desk)?;
        let (rows, mut faults) =
            Rows::read_all(file, text, triage.reference()).map_err(ImportError::Faults)?;
        let own = rows.entries.iter().filter(|(_, entry)| self.own().is_own(&entry.email));
        faults.extend(own.map(|(line, entry)| {
            let mend = "écrivez l’adresse de l’organisme";
            Fault::at(file, *line, "email", own_address(&entry.email), mend)
        }));
        match plan(version, &known, &rows, file, self.clock().today()) {
            Ok(plan) if faults.is_empty() => Ok(plan),
            Ok(_) => Err(faults),
            Err(more) => {
                faults.extend(more);
                Err(faults)
            }
        }
        .map_err(|mut faults| {
            faults.sort_by_key(|fault| fault.line);
            ImportError::Faults(faults)
        })
    }
}

fn plan(
    version: String,
    known: &[KeptEntry],
    rows: &Rows,
    file: &str,
    today: NaiveDate,
) -> Result<Plan, Vec<Fault>> {
    let (mut added, mut changed, mut unchanged, mut faults) = (Vec::new(), Vec::new(), 0, Vec::new());
    // The line on which each entry was met first.
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    for (line, given) in &rows.entries {
        let mut fault = |key: &str, says: String, mend: &str| {
            faults.push(Fault::at(file, *line, key, says, mend));
        };
        if let Some(on) = given.confirmed_on.filter(|on| *on > today) {
            fault("confirmed_on", not_yet(on), "écrivez le jour où quelqu’un s’en est assuré");
        }
        let target = match target(known, given, today) {
            Ok(target) => target,
            Err((says, mend)) => {
                fault("id", says, mend);
                continue;
            }
        };
        let name = match target {
            Some(kept) => kept.entry.id.clone(),
            None if given.id.is_empty() => format!("{:?}", given.key()),
            None => given.id.clone(),
        };
        if let Some(first) = met.insert(name, *line) {
            fault("email", format!("la ligne {first} est la même entrée"), "gardez l’une des deux");
            continue;
        }
        match target {
            None => {
                let id = if given.id.is_empty() { new_id() } else { given.id.clone() };
                added.push(Entry { id, ..given.clone() });
            }
            Some(kept) => {
                let entry = rows.over(given, &kept.entry);
                if kept.state == EntryState::Kept && entry == kept.entry {
                    unchanged += 1;
                } else {
                    changed.push((kept.clone(), entry));
                }
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let in_force = |kept: &&KeptEntry| kept.state == EntryState::Kept && !is_over(&kept.entry, today);
    let left = known.iter().filter(in_force).filter(|kept| !met.contains_key(&kept.entry.id)).count();
    Ok(Plan { version, added, changed, unchanged, left })
}

/// The entry that a line is about; `None` for a new one; else what is wrong with its id and what to do.
fn target<'a>(
    known: &'a [KeptEntry],
    given: &Entry,
    today: NaiveDate,
) -> Result<Option<&'a KeptEntry>, (String, &'static str)> {
    const NEW: &str = "laissez la colonne vide pour une nouvelle entrée";
    match known.iter().find(|kept| kept.entry.id == given.id) {
        Some(kept) if kept.state == EntryState::Erased => {
            return Err(("cette entrée a été effacée à la demande de la personne".to_owned(), NEW));
        }
        Some(kept) => return Ok(Some(kept)),
        None if !given.id.is_empty() && !is_id(&given.id) => {
            return Err((format!("« {} » n’est pas un identifiant de l’annuaire", given.id), NEW));
        }
        None => {}
    }
    let same =
        known.iter().filter(|kept| kept.state != EntryState::Erased && kept.entry.key() == given.key());
    // The one in force before one that ended.
    Ok(same.min_by_key(|kept| is_over(&kept.entry, today)))
}
