//! The private directory at work: the snapshot that decisions read, and every way it changes. A change is one transaction
//! with its line of the audit; what a person saw on the page is guarded by a version, as tickets are.
//!
//! [`change`] is what a person does on the page, [`told`] what somebody of the directory says of themselves, [`import`] a
//! CSV file, [`standing`] what the team must look after.

mod change;
mod import;
mod standing;
mod told;

use std::sync::{Arc, Mutex, PoisonError};

use super::{Desk, DeskError};
use crate::store::{EntrySide, EntryState, KeptEntry, Through, Tx};
use crate::ticket::Actor;
use crate::triage::Directory;
use crate::triage::directory::Entry;

pub use change::SeenEntry;
pub use import::{ImportError, Plan as DirectoryPlan};
pub use standing::{EntryStanding, ToConfirm};
pub use told::Suggestion;

/// The snapshot read last. It is only ever as right as its version: every reader compares that with the store's.
#[derive(Default)]
pub(super) struct Snapshot(Mutex<Arc<Directory>>);

impl Snapshot {
    fn under(&self, version: &str) -> Option<Arc<Directory>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (held.version() == version).then(|| held.clone())
    }

    fn hold(&self, directory: Directory) -> Arc<Directory> {
        let directory = Arc::new(directory);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = directory.clone();
        directory
    }
}

impl Desk {
    /// The directory in force: what a page or another instance changed is in it. Costs one look at a row where nothing
    /// changed. Inside a write transaction, [`Desk::directory_in`].
    pub async fn directory(&self) -> Result<Arc<Directory>, DeskError> {
        let version = self.store().directory_version().await?;
        match self.0.directory.under(&version) {
            Some(held) => Ok(held),
            None => Ok(self.0.directory.hold(self.store().directory().await?)),
        }
    }

    /// The same as this transaction sees it, with what it changed itself.
    pub async fn directory_in(&self, tx: &mut Tx) -> Result<Arc<Directory>, DeskError> {
        let version = tx.directory_version().await?;
        match self.0.directory.under(&version) {
            Some(held) => Ok(held),
            // Held even if this is rolled back: no other change ever gets the same version.
            None => Ok(self.0.directory.hold(tx.directory().await?)),
        }
    }

    /// Writes a change unless it changes nothing. The caller has renamed the directory and read `old` after that.
    async fn directory_put(
        &self,
        tx: &mut Tx,
        old: Option<&KeptEntry>,
        entry: Entry,
        by: &Actor,
        through: Through,
    ) -> Result<(), DeskError> {
        let new = EntrySide { state: EntryState::Kept, entry };
        self.directory_put_as(tx, old, new, by, through).await
    }

    async fn directory_put_as(
        &self,
        tx: &mut Tx,
        old: Option<&KeptEntry>,
        new: EntrySide,
        by: &Actor,
        through: Through,
    ) -> Result<(), DeskError> {
        if old.is_some_and(|old| old.state == new.state && old.entry == new.entry) {
            return Ok(());
        }
        Ok(tx.directory_change(old, &new, by, through, self.clock().now()).await?)
    }
}
