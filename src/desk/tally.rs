//! What the doors of this process did, counted in memory and written now and then: a refusal because the database is away is
//! counted too, and written once it is back.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use super::{Desk, Doorkeeper};
use crate::message::Door;
use crate::store::{Deed, Refused, Store, StoreError};

/// Counts that are not written yet. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally(Arc<Mutex<BTreeMap<(Door, Deed), i64>>>);

impl Tally {
    /// Counts one.
    pub(super) fn count(&self, door: Door, deed: Deed) {
        *self.held().entry((door, deed)).or_default() += 1;
    }

    /// Writes what was counted. What cannot be written stays counted.
    async fn write(&self, store: &Store, now: DateTime<Utc>) -> Result<(), StoreError> {
        let counted = std::mem::take(&mut *self.held());
        let deeds: Vec<_> = counted.iter().map(|((door, deed), total)| (*door, *deed, *total)).collect();
        let written = store.doors_count(&deeds, now).await;
        if written.is_err() {
            let mut held = self.held();
            for (key, total) in counted {
                *held.entry(key).or_default() += total;
            }
        }
        written
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<(Door, Deed), i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Doorkeeper {
    /// Writes what the doors did since this was last written.
    pub async fn write_tally(&self) -> Result<(), StoreError> {
        self.tally.write(&self.store, self.clock.now()).await
    }
}

impl Desk {
    /// Counts something that a door did not take.
    pub fn count_refused(&self, door: Door, why: Refused) {
        self.0.doorkeeper.tally.count(door, Deed::Refused(why));
    }

    /// Writes what the doors did ([`Doorkeeper::write_tally`]).
    pub async fn write_tally(&self) -> Result<(), StoreError> {
        self.0.doorkeeper.write_tally().await
    }
}
