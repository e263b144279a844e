//! The taxonomy as the team's pages need it: titles, and which topics are refused. The one place that asks triage.

use crate::desk::Desk;
use crate::message::Lang;
pub(super) use crate::triage::explain::UNRECOGNISED;
use crate::triage::taxonomy::GENERAL_REFUSAL;
use crate::triage::{Taxonomy, explain};

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
    all: Vec<Category>,
    taxonomy: Taxonomy,
}

impl Categories {
    /// The taxonomy in force.
    pub(super) fn of(desk: &Desk) -> Self {
        let taxonomy = desk.triage().taxonomy().clone();
        let known = taxonomy.categories().iter().map(|category| Category {
            id: category.id.clone(),
            title: category.title(Lang::Fr).to_owned(),
            refused: category.refused,
            reply: category.reply.clone(),
        });
        Self { all: known.collect(), taxonomy }
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Category] {
        &self.all
    }

    /// The taxonomy they come from.
    pub(super) fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    /// The title of a category; its id when the taxonomy no longer knows it, « Sensible » for sensitive matters.
    pub(super) fn title(&self, id: &str) -> String {
        explain::title(&self.taxonomy, id).to_owned()
    }

    /// Whether it is a refused topic.
    pub(super) fn is_refused(&self, id: &str) -> bool {
        self.find(id).is_some_and(|category| category.refused)
    }

    /// The reply a refusal of this category starts from: its own, or the general one for a topic of the offer.
    pub(super) fn refusal_reply(&self, id: &str) -> Option<&str> {
        let refusal = |id: &str| self.find(id).filter(|category| category.refused)?.reply.as_deref();
        refusal(id).or_else(|| refusal(GENERAL_REFUSAL))
    }

    fn find(&self, id: &str) -> Option<&Category> {
        self.all.iter().find(|category| category.id == id)
    }
}
