//! The taxonomy as the team's pages need it: titles, and which topics are refused. The one place that asks triage.

use crate::desk::Desk;
use crate::message::Lang;
use crate::triage::Decision;
use crate::triage::rule::SENSITIVE;
use crate::triage::taxonomy::GENERAL_REFUSAL;

/// What stands for a topic where triage recognised none.
pub(super) const UNRECOGNISED: &str = "Sujet non reconnu";

/// A category to choose from.
#[derive(Clone, Debug)]
pub(super) struct Category {
    pub(super) id: String,
    pub(super) title: String,
    refused: bool,
    reply: Option<String>,
}

/// Every category, in the order of the offer.
pub(super) struct Categories(Vec<Category>);

impl Categories {
    /// The taxonomy in force.
    pub(super) fn of(desk: &Desk) -> Self {
        let known = desk.triage().taxonomy().categories().iter();
        Self(
            known
                .map(|category| Category {
                    id: category.id.clone(),
                    title: category.title(Lang::Fr).to_owned(),
                    refused: category.refused,
                    reply: category.reply.clone(),
                })
                .collect(),
        )
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Category] {
        &self.0
    }

    /// The title of a category; its id when the taxonomy no longer knows it, « Sensible » for sensitive matters.
    pub(super) fn title(&self, id: &str) -> String {
        if id == SENSITIVE {
            return "Sensible".to_owned();
        }
        self.find(id).map_or_else(|| id.to_owned(), |category| category.title.clone())
    }

    /// What a decision says the request is about: nothing, where nothing was recognised.
    pub(super) fn title_of(&self, decision: &Decision) -> String {
        if decision.reason.recognised() { self.title(&decision.category) } else { UNRECOGNISED.to_owned() }
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
        self.0.iter().find(|category| category.id == id)
    }
}
