//! The reference rows as the team corrects them: the snapshot that decisions are made with, and every change of it. A change
//! is checked by the loader that reads the files, before it is kept. The team's reply texts ([`super::texts`]) are put in force
//! together with it: one version names both.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Desk, DeskError, texts};
use crate::fault::Fault;
use crate::reply::Links;
use crate::store::{KeptCorrection, ReplyVersion, Tx, new_id};
use crate::ticket::Actor;
use crate::triage::{Correction, Sheet, Triage};

/// The rules over the corrections read last; only as right as its version, which every reader compares with the store's.
pub(super) struct Snapshot(Mutex<(String, Arc<Triage>)>);

impl Snapshot {
    /// Nothing corrected: what a store without corrections is named is empty too.
    pub(super) fn of(triage: Arc<Triage>) -> Self {
        Self(Mutex::new((String::new(), triage)))
    }

    fn under(&self, version: &str) -> Option<Arc<Triage>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (held.0 == version).then(|| held.1.clone())
    }

    /// Holds the rules under their name; `beside` puts in force what belongs to them in the same moment.
    fn hold(&self, version: String, triage: &Arc<Triage>, beside: impl FnOnce()) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        beside();
        *held = (version, triage.clone());
    }
}

impl Desk {
    /// The rules over the reference rows in force: what a page or another instance corrected is in them. Costs one look at
    /// a row where nothing changed. Inside a write transaction, [`Desk::triage_in`].
    pub async fn triage_now(&self) -> Result<Arc<Triage>, DeskError> {
        let version = self.store().reference_version().await?;
        if let Some(held) = self.0.reference.under(&version) {
            return Ok(held);
        }
        let mut look = self.store().look().await?;
        self.triage_in(&mut look).await
    }

    /// The same as this transaction sees it, with what it corrected itself.
    pub async fn triage_in(&self, tx: &mut Tx) -> Result<Arc<Triage>, DeskError> {
        let version = tx.reference_version().await?;
        if let Some(held) = self.0.reference.under(&version) {
            return Ok(held);
        }
        let (kept, texts) = (tx.corrections().await?, tx.reply_versions().await?);
        // Held even if this is rolled back: no other change ever gets the same version.
        Ok(self.put_in_force(version, &kept, &texts))
    }

    /// What was in force when it was looked at last: for the words of a mail, after [`Desk::triage_in`].
    pub(super) fn triage_held(&self) -> Arc<Triage> {
        self.0.reference.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    fn put_in_force(
        &self,
        version: String,
        kept: &[KeptCorrection],
        versions: &[ReplyVersion],
    ) -> Arc<Triage> {
        let triage = Arc::new(corrected(self.triage(), kept));
        let links = Links::load(triage.reference_files());
        let (laid, _) = texts::laid_over(self.replies(), versions);
        self.0.reference.hold(version, &triage, || {
            if let Ok(links) = links {
                self.replies().put_links(links);
            }
            if let Some(laid) = laid {
                self.replies().put_texts(&laid);
            }
        });
        triage
    }

    /// Keeps a correction, in the place of an earlier one of the same row; refused with every fault it would make. `seen`: id
    /// of the correction in force that the person saw, empty for none.
    pub async fn correct_reference(
        &self,
        says: Correction,
        note: &str,
        seen: &str,
        person: &str,
    ) -> Result<(), DeskError> {
        let mut tx = self.store().begin().await?;
        tx.reference_rename().await?;
        let row = |kept: &KeptCorrection| kept.says.sheet == says.sheet && kept.says.key == says.key;
        let now = tx.corrections().await?.into_iter().find(row).map(|kept| kept.id).unwrap_or_default();
        if now != seen {
            let sentence =
                "Cette ligne a été corrigée entre-temps : relisez-la avant de la corriger à votre tour.";
            return Err(DeskError::Refused(sentence.to_owned()));
        }
        let by = Actor::Person(person.to_owned());
        self.correct_reference_in(&mut tx, says, note, None, &by).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn correct_reference_in(
        &self,
        tx: &mut Tx,
        says: Correction,
        note: &str,
        ticket_id: Option<&str>,
        by: &Actor,
    ) -> Result<(), DeskError> {
        let refused = |sentence: &str| Err(DeskError::Refused(sentence.to_owned()));
        if says.key.is_empty() || says.key.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return refused("Donnez à la ligne un identifiant, sans espace.");
        }
        if says.source.is_empty() {
            return refused("Dites d’où vient la correction : la source est obligatoire.");
        }
        if says.valid_from.is_empty() {
            return refused("Dites depuis quand la correction vaut : le premier jour est obligatoire.");
        }
        tx.reference_rename().await?;
        let mut all: Vec<Correction> = tx.corrections().await?.into_iter().map(|kept| kept.says).collect();
        all.retain(|other| (other.sheet, &other.key) != (says.sheet, &says.key));
        all.push(says.clone());
        check(self.triage(), &all).map_err(|faults| DeskError::Refused(told(&faults)))?;
        let new = KeptCorrection {
            id: new_id(),
            says,
            note: note.trim().to_owned(),
            ticket_id: ticket_id.map(str::to_owned),
            by: by.clone(),
            made_at: self.clock().now(),
            retired: None,
        };
        Ok(tx.correction_add(&new).await?)
    }

    /// Ends what corrects a row; refused where another correction needs it.
    pub async fn retire_correction(&self, sheet: Sheet, key: &str, person: &str) -> Result<(), DeskError> {
        let mut tx = self.store().begin().await?;
        tx.reference_rename().await?;
        let by = Actor::Person(person.to_owned());
        if !tx.corrections_retire(sheet, key, &by, self.clock().now()).await? {
            return Err(DeskError::NotFound);
        }
        let left: Vec<Correction> = tx.corrections().await?.into_iter().map(|kept| kept.says).collect();
        check(self.triage(), &left).map_err(|faults| DeskError::Refused(told(&faults)))?;
        Ok(tx.commit().await?)
    }
}

/// A rule set over what was corrected. What no longer fits (the files of a new version have the row already, or otherwise) is
/// left out and told in the journal: it must not stop everything else.
pub fn corrected(triage: &Triage, kept: &[KeptCorrection]) -> Triage {
    let mut fitting: Vec<Correction> = kept.iter().map(|one| one.says.clone()).collect();
    if let Ok(all) = triage.corrected(&fitting) {
        return all;
    }
    fitting.clear();
    for one in kept {
        fitting.push(one.says.clone());
        if triage.corrected(&fitting).is_err() {
            tracing::warn!(
                correction = one.id,
                "a correction of the reference rows does not fit the files any more"
            );
            fitting.pop();
        }
    }
    // The bare files were loaded before.
    triage
        .corrected(&fitting)
        .or_else(|_| triage.corrected(&[]))
        .expect("the files of a loaded rule set load")
}

fn check(triage: &Triage, corrections: &[Correction]) -> Result<(), Vec<Fault>> {
    let merged = triage.corrected(corrections)?;
    Links::load(merged.reference_files()).map(drop)
}

fn told(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}
