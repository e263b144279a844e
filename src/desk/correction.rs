//! That a person decided otherwise than triage: what the ticket page and `guichet explain` say beside the decision, in the same
//! words.

use chrono::{DateTime, Utc};

use crate::clock::paris_text;
use crate::message::Lang;
use crate::store::TicketFile;
use crate::ticket::EventKind;
use crate::triage::Taxonomy;
use crate::triage::explain::title;

/// A category that a person gave in the place of the one that triage told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The category given, by id.
    pub category: String,
    /// When it was given last.
    pub at: DateTime<Utc>,
}

impl Correction {
    /// The correction that stands on a ticket; `None`: nobody corrected it, or the last word is what triage had said.
    pub fn of(file: &TicketFile) -> Option<Self> {
        // Whoever splits a request chooses the category of what is split off.
        let says = |kind| matches!(kind, EventKind::Corrected | EventKind::SplitFrom);
        let last = file.events.iter().rev().find(|event| says(event.kind))?;
        let category = &file.ticket.category;
        let as_told = |decision: &crate::triage::Decision| {
            decision.category == *category && decision.reason.recognised()
        };
        let given = !file.decision.as_ref().is_some_and(as_told);
        given.then(|| Self { category: category.clone(), at: last.at })
    }

    /// It in a sentence (French).
    pub fn sentence(&self, taxonomy: &Taxonomy) -> String {
        let (title, when) = (title(taxonomy, &self.category), paris_text(self.at, Lang::Fr));
        format!("Une personne en a décidé autrement : {title}, le {when}.")
    }
}
