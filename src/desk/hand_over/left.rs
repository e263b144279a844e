//! What the directory learns touches what is under way: where whoever has a request has left the function, is no longer
//! confirmed, is absent or asked to be erased, nothing more leaves to them and the request is back in the queue, whichever way the directory
//! learnt it.

use chrono::NaiveDate;

use crate::clock::paris_day;
use crate::desk::{Desk, DeskError};
use crate::store::Tx;
use crate::ticket::{Actor, HandOver, HandOverState};
use crate::triage::Directory;

impl Desk {
    /// Brings back what somebody has whom the directory no longer has in force and present. Returns how many.
    pub(super) async fn return_left(&self) -> Result<usize, DeskError> {
        let (directory, today) = (self.directory().await?, self.clock().today());
        let mut returned = 0;
        for handed in self.store().hand_overs_waiting_known().await? {
            if left(&directory, &handed, today).is_none() {
                continue;
            }
            match self.return_one_left(&handed.id, today).await {
                Ok(done) => returned += usize::from(done),
                // A colleague, or another instance, is at it this very moment.
                Err(DeskError::Conflict { .. }) => {}
                Err(cause) => {
                    tracing::error!(hand_over = handed.id, %cause, "a hand-over could not be brought back");
                }
            }
        }
        Ok(returned)
    }

    async fn return_one_left(&self, id: &str, today: NaiveDate) -> Result<bool, DeskError> {
        let mut tx = self.store().begin().await?;
        let directory = self.directory_in(&mut tx).await?;
        let handed = tx.hand_over(id).await?.filter(|one| one.state == HandOverState::Waiting);
        let Some(handed) = handed else { return Ok(false) };
        let Some((state, note)) = left(&directory, &handed, today) else { return Ok(false) };
        if !self.hand_over_goes_on(&mut tx, &handed, state, note, &Actor::Program).await? {
            return Ok(false);
        }
        self.bring_back(&mut tx, &handed.ticket_id).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Somebody of the directory is erased: their address and name are blanked wherever a request was handed over to them,
    /// and what they still have is back.
    pub(in crate::desk) async fn hand_overs_erased(
        &self,
        tx: &mut Tx,
        entry_id: &str,
    ) -> Result<(), DeskError> {
        // First, so that the audit of what comes back does not name them.
        for handed in tx.hand_overs_blank(entry_id).await? {
            let (state, note) = (HandOverState::Declined, "n’est plus dans l’annuaire");
            self.hand_over_goes_on(tx, &handed, state, note, &Actor::Program).await?;
            self.bring_back(tx, &handed.ticket_id).await?;
        }
        Ok(())
    }
}

/// Why whoever has a request has it no longer, as the directory says; `None` where it says nothing against it.
fn left(directory: &Directory, handed: &HandOver, today: NaiveDate) -> Option<(HandOverState, &'static str)> {
    let entry = directory.entry(handed.entry_id.as_ref()?).filter(|entry| entry.period.holds(today));
    let Some(entry) = entry else {
        return Some((HandOverState::Declined, "n’a plus cette fonction, d’après l’annuaire"));
    };
    if !entry.email.trim().eq_ignore_ascii_case(&handed.email) {
        return Some((HandOverState::Declined, "n’a plus cette adresse, d’après l’annuaire"));
    }
    if handed.by == Actor::Program && !entry.is_confirmed(today) {
        return Some((HandOverState::Declined, "n’est plus confirmé dans l’annuaire"));
    }
    let absence = entry.absence.filter(|_| entry.is_absent(today))?;
    // Whoever of the team handed over to somebody absent knew it.
    let since = absence.from.is_some_and(|from| from >= paris_day(handed.made_at));
    let known = matches!(handed.by, Actor::Person(_)) && !since;
    (!known).then_some((HandOverState::Returned, "est absent, d’après l’annuaire"))
}
