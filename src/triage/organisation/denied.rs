//! Whether a mail domain speaks against the body that was written: a personal mailbox proves nothing, another body's own
//! domain says otherwise. A domain that no row knows says nothing.

use super::domains::clean;
use crate::triage::reference::{Confidence, Reference};

/// How a domain speaks against a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::triage) enum Denied {
    /// Anybody may have such an address.
    Personal,
    /// It belongs to others.
    Others,
}

impl Reference {
    /// How the domain of an address speaks against the body with this id, or against any where it is in doubt which; `None`
    /// where it does not.
    pub(in crate::triage) fn denied_by(&self, email: &str, body: Option<&String>) -> Option<Denied> {
        let holder = self.domains.of(&clean(email))?;
        if holder.confidence == Confidence::Free {
            return Some(Denied::Personal);
        }
        let body = body.and_then(|id| self.bodies.find(id))?;
        (!self.agrees(body, holder)).then_some(Denied::Others)
    }
}
