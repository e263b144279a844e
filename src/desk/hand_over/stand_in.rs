//! Who else may answer, once whoever had the request cannot: the directory's next person for the same body and role.

use chrono::NaiveDate;

use crate::desk::{Desk, DeskError};
use crate::store::TicketFile;
use crate::ticket::{HandOver, HandOverState};
use crate::triage::Directory;
use crate::triage::directory::Entry;

impl Desk {
    /// Whom the directory proposes for a ticket whose last hand-over came to nothing: a deputy before others, nobody who is
    /// absent or was asked already. `None` where nobody is known, or nothing came to nothing.
    pub async fn hand_over_stand_in(&self, file: &TicketFile) -> Result<Option<Entry>, DeskError> {
        let Some(last) = file.hand_overs.last() else { return Ok(None) };
        let over = [HandOverState::Declined, HandOverState::Silent, HandOverState::Returned];
        if !over.contains(&last.state) {
            return Ok(None);
        }
        let directory = self.directory().await?;
        Ok(stand_in(&directory, last, &file.hand_overs, self.clock().today()).cloned())
    }
}

/// The entry of an address on a day.
pub(in crate::desk) fn entry_at<'a>(
    directory: &'a Directory,
    email: &str,
    day: NaiveDate,
) -> Option<&'a Entry> {
    let theirs = |entry: &&Entry| entry.email.trim().eq_ignore_ascii_case(email) && entry.period.holds(day);
    directory.entries().iter().find(theirs)
}

fn stand_in<'a>(
    directory: &'a Directory,
    last: &HandOver,
    asked: &[HandOver],
    day: NaiveDate,
) -> Option<&'a Entry> {
    let entries = directory.entries();
    let before = entries.iter().find(|entry| Some(&entry.id) == last.entry_id.as_ref())?;
    let contract = last.contract.or(before.contract);
    let fits = |entry: &&Entry| {
        entry.role == before.role
            && entry.organisation == before.organisation
            && (entry.contract.is_none() || contract.is_none() || entry.contract == contract)
            && entry.period.holds(day)
            && !entry.is_absent(day)
            && !asked.iter().any(|one| one.email.eq_ignore_ascii_case(entry.email.trim()))
    };
    entries.iter().filter(fits).min_by_key(|entry| (!entry.is_confirmed(day), !entry.deputy))
}
