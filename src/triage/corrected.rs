//! A rule set over corrected reference rows: the rules stay shared, the reference is read anew from the merged texts.

use sha2::{Digest as _, Sha256};

use super::reference::corrected::{Correction, Sheet, SheetRow, lists, overlay, rows};
use super::{Reference, RuleFiles, Triage};
use crate::fault::Fault;
use crate::keys::hex;

impl Triage {
    /// The same rules over reference rows corrected; otherwise every fault of a correction, told like a line of the files.
    pub fn corrected(&self, corrections: &[Correction]) -> Result<Self, Vec<Fault>> {
        let texts = overlay(&self.texts, corrections);
        let reference = Reference::load(&texts)?;
        let mut hash = Sha256::new();
        for (path, text) in &texts.texts {
            hash.update(format!("{path}\0{text}\0"));
        }
        let name = match corrections {
            [] => self.set.hash.clone(),
            _ => format!("{}+{}", self.set.hash, &hex(&hash.finalize())[..8]),
        };
        Ok(Self { set: self.set.clone(), reference, texts, name })
    }

    /// The rows of a kind as they stand in the reference files, in the order of the file.
    pub fn rows(&self, sheet: Sheet) -> Vec<SheetRow> {
        rows(&self.texts, sheet)
    }

    /// The published lists of beneficiaries, in the order of the file.
    pub fn list_rows(&self) -> Vec<SheetRow> {
        lists(&self.texts)
    }

    /// The reference files that the set was read from, by path relative to it.
    pub fn reference_files(&self) -> &RuleFiles {
        &self.texts
    }
}
