//! The taxonomy as the team's pages need it: titles, and which topics are refused. The one place that asks triage.

use crate::desk::Desk;
use crate::message::Lang;
pub(super) use crate::triage::explain::UNRECOGNISED;
use crate::triage::taxonomy::GENERAL_REFUSAL;
use crate::triage::{self, Taxonomy, explain};

/// A category to choose from.
#[derive(Clone, Debug)]
pub(super) struct Category {
    pub(super) id: String,
    pub(super) title: String,
    refused: bool,
    reply: Option<String>,
}

/// Every category, in the order of the offer.
pub(super) struct Categories {
    awake: Vec<Category>,
    /// Those that sleep, which only older tickets have.
    asleep: Vec<Category>,
    taxonomy: Taxonomy,
}

impl Categories {
    /// The taxonomy in force.
    pub(super) fn of(desk: &Desk) -> Self {
        let taxonomy = desk.triage().taxonomy().clone();
        let of = |category: &triage::Category, title: String| Category {
            id: category.id.clone(),
            title,
            refused: category.refused,
            reply: category.reply.clone(),
        };
        let awake = taxonomy.categories.iter().map(|c| of(c, c.title(Lang::Fr).to_owned()));
        let asleep = taxonomy.asleep.iter().map(|c| of(c, format!("{} (en sommeil)", c.title(Lang::Fr))));
        Self { awake: awake.collect(), asleep: asleep.collect(), taxonomy }
    }

    /// All that a request may have, those that sleep last.
    pub(super) fn declared(&self) -> impl Iterator<Item = &Category> {
        self.awake.iter().chain(&self.asleep)
    }

    /// What a request of that category may be given: every category that is awake, and its own.
    pub(super) fn choices(&self, own: &str) -> impl Iterator<Item = &Category> {
        self.awake.iter().chain(self.asleep.iter().filter(move |category| category.id == own))
    }

    /// The taxonomy they come from.
    pub(super) fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    /// The title of a category, awake or not; its id when the taxonomy no longer knows it, « Sensible » for sensitive matters.
    pub(super) fn title(&self, id: &str) -> String {
        explain::title(&self.taxonomy, id).to_owned()
    }

    /// Whether it is a refused topic.
    pub(super) fn is_refused(&self, id: &str) -> bool {
        self.taxonomy.declared(id).is_some_and(|category| category.refused)
    }

    /// The reply a refusal of this category starts from: its own, else the general one; `None` for what is not refused.
    pub(super) fn refusal_reply(&self, id: &str) -> Option<&str> {
        let refusal = |id: &str| self.find(id).filter(|category| category.refused)?.reply.as_deref();
        refusal(id).or_else(|| refusal(GENERAL_REFUSAL)).filter(|_| self.is_refused(id))
    }

    fn find(&self, id: &str) -> Option<&Category> {
        self.awake.iter().find(|category| category.id == id)
    }
}
