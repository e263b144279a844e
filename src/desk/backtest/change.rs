//! One request that the changed rules would treat otherwise.

use serde::Serialize;

use super::judged::{Judged, Standing};
use crate::triage::explain::{Aspect, Hit, Outcome, spoken};
use crate::triage::{Action, Decision, ReplyMode, Taxonomy};

/// What changes, the worst first: what would happen without a person that did not before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Refused without a person, and was not.
    NewlyRefused,
    /// Set aside, and was not.
    NewlySetAside,
    /// Answered or handed over without a person, and was not.
    NewlyAlone,
    /// Done without a person as before, and with another text.
    AnotherText,
    /// Was refused without a person, and no longer is.
    NoLongerRefused,
    /// Was set aside, and no longer is.
    NoLongerSetAside,
    /// Another category.
    Category,
    /// The same category, other topics.
    Topics,
    /// The same topics, another reason or reply.
    Rest,
}

impl Group {
    /// Every group, in the order they are told.
    pub const ALL: [Self; 9] = [
        Self::NewlyRefused,
        Self::NewlySetAside,
        Self::NewlyAlone,
        Self::AnotherText,
        Self::NoLongerRefused,
        Self::NoLongerSetAside,
        Self::Category,
        Self::Topics,
        Self::Rest,
    ];

    /// What people read above it (French).
    pub fn title(self) -> &'static str {
        match self {
            Self::NewlyRefused => "Nouveaux refus automatiques",
            Self::NewlySetAside => "Nouvelles mises à l’écart",
            Self::NewlyAlone => "Nouvelles réponses ou transmissions automatiques",
            Self::AnotherText => "Autres textes envoyés sans personne",
            Self::NoLongerRefused => "Ne seraient plus refusées",
            Self::NoLongerSetAside => "Ne seraient plus écartées",
            Self::Category => "Changeraient de catégorie",
            Self::Topics => "Changeraient de sujets, non de catégorie",
            Self::Rest => "Changeraient seulement de raison ou de réponse",
        }
    }

    /// Something would happen without a person that did not before.
    pub fn is_new_act(self) -> bool {
        self <= Self::AnotherText
    }

    /// What changes between two outcomes; `None` where nothing is done otherwise. A confidence that only moves changes nothing.
    pub fn of(old: &Outcome, new: &Outcome) -> Option<Self> {
        let differs = old.differs(new);
        let becomes = |action| new.action == action && old.action != action;
        let was = |action| old.action == action && new.action != action;
        Some(if becomes(Action::Refuse) {
            Self::NewlyRefused
        } else if becomes(Action::SetAside) {
            Self::NewlySetAside
        } else if acts_alone(new) && !(acts_alone(old) && old.action == new.action) {
            Self::NewlyAlone
        } else if sent(new).is_some_and(|reply| sent(old).is_some_and(|before| before != reply)) {
            Self::AnotherText
        } else if was(Action::Refuse) {
            Self::NoLongerRefused
        } else if was(Action::SetAside) {
            Self::NoLongerSetAside
        } else if differs.contains(&Aspect::Category) {
            Self::Category
        } else if differs.contains(&Aspect::Topics) {
            Self::Topics
        } else if differs.iter().any(|aspect| *aspect != Aspect::Confidence) {
            Self::Rest
        } else {
            return None;
        })
    }
}

/// Whether something happens without a person.
pub(super) fn acts_alone(outcome: &Outcome) -> bool {
    outcome.action != Action::Queue || outcome.reply_mode == ReplyMode::Send
}

/// The reply that leaves without a person.
fn sent(outcome: &Outcome) -> Option<&str> {
    outcome.reply.as_deref().filter(|_| outcome.reply_mode == ReplyMode::Send)
}

/// The words that a rule of the new category matched.
#[derive(Clone, Debug, Serialize)]
pub struct Matched {
    /// Rule id.
    pub rule: String,
    /// Its sentence.
    pub says: String,
    /// The words, with their place.
    pub hits: Vec<Hit>,
}

/// A request that would be treated otherwise.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// What changes.
    pub group: Group,
    /// Its reference, or its id in a labelled file.
    pub id: String,
    /// The labelled file; nothing for a ticket.
    pub file: Option<String>,
    /// What was decided: stored with the ticket, or decided by the rules in force for a labelled request.
    pub old: Outcome,
    /// What would be.
    pub new: Outcome,
    /// What people say the category is.
    pub people: Option<String>,
    /// What else they say is asked.
    pub people_also: Vec<String>,
    /// They say that it must not be refused.
    pub must_not_refuse: bool,
    /// How it stands to what people decided.
    pub judged: Standing,
    /// The rules in force already decide as the changed ones: an older set decided otherwise, not this change.
    pub already: bool,
    /// What the rules of the new category matched; only where something would newly happen without a person.
    pub matched: Vec<Matched>,
    /// Where it stands among those of its group: oldest first.
    #[serde(skip)]
    pub order: i64,
}

/// Who a change is about.
pub struct About<'a> {
    pub id: &'a str,
    pub file: Option<&'a str>,
    pub order: i64,
}

impl Change {
    /// The change from one outcome to a decision, if there is one.
    pub fn between(
        about: &About<'_>,
        old: &Outcome,
        new: &Decision,
        judged: Option<&Judged>,
        taxonomy: &Taxonomy,
    ) -> Option<Self> {
        let outcome = Outcome::from(new);
        let group = Group::of(old, &outcome)?;
        let matched = |decision| {
            let rules = spoken(decision, taxonomy).into_iter().filter(|rule| rule.chosen && !rule.against);
            rules.map(|rule| Matched { rule: rule.rule, says: rule.says, hits: rule.hits }).collect()
        };
        // A text is right for one topic: where another one leaves, it is not enough that something might.
        let same = |judged: &Judged| {
            judged.allows(outcome.action, &outcome.category)
                && (group != Group::AnotherText || judged.category.as_ref() == Some(&outcome.category))
        };
        Some(Self {
            group,
            id: about.id.to_owned(),
            file: about.file.map(str::to_owned),
            old: old.clone(),
            judged: match judged {
                None => Standing::Nobody,
                Some(judged) if same(judged) => Standing::Same,
                Some(_) => Standing::Otherwise,
            },
            new: outcome,
            people: judged.and_then(|judged| judged.category.clone()),
            people_also: judged.map(|judged| judged.also.clone()).unwrap_or_default(),
            must_not_refuse: judged.is_some_and(|judged| judged.must_not_refuse),
            already: false,
            matched: if group.is_new_act() { matched(new) } else { Vec::new() },
            order: about.order,
        })
    }
}
