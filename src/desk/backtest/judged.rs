//! What people decided of a request: what a decision is measured against.

use chrono::NaiveDate;
use serde::Serialize;

use crate::message::Message;
use crate::store::Past;
use crate::triage::Action;
use crate::triage::taxonomy::NOISE;

/// What people decided of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Its category; `None` where they only said what it is not.
    pub category: Option<String>,
    /// What else is asked, where they said so.
    pub also: Vec<String>,
    /// They said that it must not be refused.
    pub must_not_refuse: bool,
    /// It is of a refused topic, and may be refused.
    refused: bool,
}

impl Judged {
    /// The last word of a person on a ticket, as the program learns from it; `None` when nobody has had one.
    pub fn of_ticket(past: &Past, refused: impl Fn(&str) -> bool) -> Option<Self> {
        let category = past.said.as_ref()?.category.clone();
        let refused = category.as_deref().is_some_and(refused);
        Some(Self { category, also: Vec::new(), must_not_refuse: false, refused })
    }

    /// Whether people did, or would let, happen what the program wants to do without them.
    pub fn allows(&self, action: Action, category: &str) -> bool {
        match action {
            Action::Refuse => self.refused,
            Action::SetAside => self.category.as_deref() == Some(NOISE),
            Action::Queue | Action::HandOver => self.category.as_deref() == Some(category),
        }
    }
}

/// How a change stands to what people decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// They decided so too.
    Same,
    /// They decided otherwise.
    Otherwise,
    /// Nobody has decided.
    Nobody,
}

/// A labelled request.
#[derive(Debug)]
pub struct Label {
    /// Its id, as the file gives it; else its line.
    pub id: String,
    /// The line, from 1.
    pub line: usize,
    /// What it says.
    pub message: Message,
    /// The day that counts.
    pub day: NaiveDate,
    /// Its category.
    pub category: String,
    /// What else is asked.
    pub also: Vec<String>,
    /// An automatic refusal would be a fault.
    pub must_not_refuse: bool,
}

impl Label {
    /// What its labels say: a refused topic may be refused, unless they forbid it.
    pub fn judged(&self, refused: impl Fn(&str) -> bool) -> Judged {
        let refused = !self.must_not_refuse && refused(&self.category);
        let must_not_refuse = self.must_not_refuse;
        Judged { category: Some(self.category.clone()), also: self.also.clone(), must_not_refuse, refused }
    }
}
