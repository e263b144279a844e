//! What a form would become if it were sent now: the very decision that it will get, made of what is typed. Nothing is kept,
//! and nothing that the directory knows is told: whoever types an address has not proved it.

use super::decide::decide;
use super::understand::typed;
use super::{Desk, DeskError, Mode};
use crate::message::Form;
use crate::triage::Decision;

/// The decision before sending.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// What triage says of it.
    pub decision: Decision,
    /// Whether the program may carry such a decision out by itself now.
    pub acts: bool,
}

impl Desk {
    /// What a form would become if it were sent now.
    pub async fn foresee(&self, form: &Form) -> Result<Preview, DeskError> {
        let mut tx = self.store().look().await?;
        let (directory, triage) = (self.directory_in(&mut tx).await?, self.triage_in(&mut tx).await?);
        let acts = self.settings().automatic.mode == Mode::Act && !self.automatic_stopped_in(&mut tx).await?;
        drop(tx);
        let decision = decide(&triage, &directory, &typed(form), None, self.clock().now());
        Ok(Preview { decision, acts })
    }
}
