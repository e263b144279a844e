//! In what two decisions on one message differ: what is done differently, not how it was reached.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::words::{action, percent};
use super::{reply, title, topic};
use crate::triage::decision::{Action, Decision, Reason, ReplyMode};
use crate::triage::taxonomy::Taxonomy;

/// The confidence may move by so much without being told: it moves with every word that is taught.
const MOVED: f64 = 0.05;

/// The part of a decision that is acted on. Reads back from a stored decision of any version that has these fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// What is to be done.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// Primary category id.
    pub category: String,
    /// Every category really asked, primary first.
    pub topics: Vec<String>,
    /// Name of the reply.
    pub reply: Option<String>,
    /// What is done with it.
    pub reply_mode: ReplyMode,
    /// Calibrated confidence, 0 to 1.
    pub confidence: f64,
    /// Hash of the rule set that decided.
    pub ruleset: String,
    /// Version of the directory that was looked into; empty for an empty one.
    #[serde(default)]
    pub directory: String,
}

impl From<&Decision> for Outcome {
    fn from(decision: &Decision) -> Self {
        Self {
            action: decision.action,
            reason: decision.reason,
            category: decision.category.clone(),
            topics: decision.topics.clone(),
            reply: decision.reply.clone(),
            reply_mode: decision.reply_mode,
            confidence: decision.confidence,
            ruleset: decision.ruleset.clone(),
            directory: decision.directory.clone(),
        }
    }
}

/// What may differ between two decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// What is done.
    Action,
    /// The primary category.
    Category,
    /// The set of topics asked.
    Topics,
    /// Why it is done.
    Reason,
    /// The reply, or what is done with it.
    Reply,
    /// The confidence, by more than 0.05.
    Confidence,
}

impl Outcome {
    /// In what `now` differs from this, in the order of [`Aspect`].
    pub fn differs(&self, now: &Self) -> Vec<Aspect> {
        let topics = |outcome: &Self| outcome.topics.iter().cloned().collect::<BTreeSet<_>>();
        [
            (Aspect::Action, self.action != now.action),
            (Aspect::Category, self.category != now.category),
            (Aspect::Topics, topics(self) != topics(now)),
            (Aspect::Reason, self.reason != now.reason),
            (Aspect::Reply, (&self.reply, self.reply_mode) != (&now.reply, now.reply_mode)),
            // Both are rounded when they are stored as JSON: what moved by exactly the bound has not moved.
            (Aspect::Confidence, (self.confidence - now.confidence).abs() > MOVED + 1e-9),
        ]
        .into_iter()
        .filter_map(|(aspect, differs)| differs.then_some(aspect))
        .collect()
    }
}

/// One thing in which two decisions differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Which.
    pub what: Aspect,
    /// How it was, in words.
    pub then: String,
    /// How it would be, in words.
    pub now: String,
}

impl Difference {
    /// The difference in a line (French).
    pub fn sentence(&self) -> String {
        let what = match self.what {
            Aspect::Action => "Suite",
            Aspect::Category => "Catégorie",
            Aspect::Topics => "Sujets demandés",
            Aspect::Reason => "Raison",
            Aspect::Reply => "Réponse",
            Aspect::Confidence => "Confiance",
        };
        format!("{what} : {} → {}", self.then, self.now)
    }
}

/// A stored decision beside the one that would be taken today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Hash of the rule set then.
    pub ruleset_then: String,
    /// Hash of the rule set now.
    pub ruleset_now: String,
    /// The directory is no longer the one that was looked into.
    pub directory_changed: bool,
    /// In what they differ.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// Compares; titles are those of today's taxonomy.
    pub fn of(then: &Outcome, now: &Outcome, taxonomy: &Taxonomy) -> Self {
        let said = |outcome: &Outcome, aspect: Aspect| match aspect {
            Aspect::Action => action(outcome.action, outcome.reason).to_owned(),
            Aspect::Category => topic(taxonomy, &outcome.category, outcome.reason).to_owned(),
            Aspect::Topics => {
                outcome.topics.iter().map(|id| title(taxonomy, id)).collect::<Vec<_>>().join(", ")
            }
            Aspect::Reason => outcome.reason.sentence().to_owned(),
            Aspect::Reply => reply(outcome.reply.as_deref(), outcome.reply_mode),
            Aspect::Confidence => percent(outcome.confidence),
        };
        let differences = then.differs(now).into_iter().map(|what| Difference {
            what,
            then: said(then, what),
            now: said(now, what),
        });
        Self {
            ruleset_then: then.ruleset.clone(),
            ruleset_now: now.ruleset.clone(),
            directory_changed: then.directory != now.directory,
            differences: differences.collect(),
        }
    }

    /// Nothing would be done differently.
    pub fn same(&self) -> bool {
        self.differences.is_empty()
    }

    /// Whether it would differ today, in a sentence (French).
    pub fn sentence(&self) -> String {
        let Self { ruleset_then: then, ruleset_now: now, directory_changed, .. } = self;
        let rules = if then == now {
            format!("avec les mêmes règles ({now})")
        } else {
            format!("avec d’autres règles ({then} alors, {now} aujourd’hui)")
        };
        match (self.same(), then == now, directory_changed) {
            (true, ..) => format!("La décision serait la même, {rules}."),
            (false, true, true) => {
                format!("La décision serait autre, {rules} : l’annuaire a changé depuis.")
            }
            (false, true, false) => {
                format!("La décision serait autre, {rules} : c’est le programme qui a changé.")
            }
            (false, false, true) => {
                format!("La décision serait autre, {rules} ; l’annuaire aussi a changé depuis.")
            }
            (false, false, false) => format!("La décision serait autre, {rules}."),
        }
    }
}
