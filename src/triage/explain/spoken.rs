//! The rules that spoke, each with everything it hit.

use super::{title, words};
use crate::message::one_line;
use crate::triage::decision::{Decision, Evidence};
use crate::triage::rule::SENSITIVE;
use crate::triage::taxonomy::Taxonomy;

/// Characters of a match, or of a term of the model, that are shown.
pub(super) const SHOWN: usize = 80;

/// A rule that counts less is of little weight: the wide ones that only name the field of a topic.
const SLIGHT: f64 = 2.0;

/// The words that a rule hit.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Hit {
    /// Where: `objet`, `message`, …
    pub place: &'static str,
    /// The words as written, on one line, at most 80 characters.
    pub text: String,
}

/// A rule that spoke.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Spoken {
    /// Its id.
    pub rule: String,
    /// Id of the category it speaks for or against.
    pub category: String,
    /// Title of that category.
    pub title: String,
    /// Its sentence.
    pub says: String,
    /// That is the category of the decision.
    pub chosen: bool,
    /// It speaks against that category.
    pub against: bool,
    /// What it counted: `+4`.
    pub score: String,
    /// The words it hit.
    pub hits: Vec<Hit>,
    /// It counts for little, is no sensitive matter, and no refusal quotes it.
    pub slight: bool,
    #[serde(skip)]
    total: f64,
}

impl Spoken {
    /// Whether that hit is one of this rule's.
    pub fn explains(&self, evidence: &Evidence) -> bool {
        self.rule == evidence.rule && self.category == evidence.category
    }
}

/// The rules that spoke, those of the decision's category first, then by weight; those of little weight after all others.
pub fn spoken(decision: &Decision, taxonomy: &Taxonomy) -> Vec<Spoken> {
    let mut rules: Vec<Spoken> = Vec::new();
    for evidence in &decision.evidence {
        let known = rules.iter().position(|rule| rule.explains(evidence));
        let index = known.unwrap_or_else(|| {
            rules.push(Spoken {
                rule: evidence.rule.clone(),
                category: evidence.category.clone(),
                title: title(taxonomy, &evidence.category).to_owned(),
                says: evidence.says.clone(),
                chosen: evidence.category == decision.category,
                against: false,
                score: String::new(),
                hits: Vec::new(),
                slight: false,
                total: 0.0,
            });
            rules.len() - 1
        });
        let hit = Hit { place: words::field(evidence.field), text: one_line(&evidence.text, SHOWN) };
        let rule = &mut rules[index];
        rule.total += evidence.score;
        if !rule.hits.contains(&hit) {
            rule.hits.push(hit);
        }
    }
    for rule in &mut rules {
        rule.against = rule.total < 0.0;
        rule.score = words::score(rule.total);
        let quoted = decision.telling_rule.as_ref() == Some(&rule.rule);
        rule.slight = rule.total.abs() < SLIGHT && rule.category != SENSITIVE && !quoted;
    }
    // Where nothing else spoke, the little that did is what there is to see.
    if rules.iter().all(|rule| rule.slight) {
        for rule in &mut rules {
            rule.slight = false;
        }
    }
    rules.sort_by(|a, b| {
        (a.slight.cmp(&b.slight).then(b.chosen.cmp(&a.chosen))).then(b.total.abs().total_cmp(&a.total.abs()))
    });
    rules
}
