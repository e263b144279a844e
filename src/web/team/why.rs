//! "Pourquoi cette décision": the sentence, what kept it from acting alone, every rule that spoke, the other candidates
//! and why each lost.

use super::categories::Categories;
use super::words;
use crate::triage::{Decision, Evidence, Field};

/// A rule that spoke, with everything it hit.
pub(super) struct Rule {
    id: String,
    category_id: String,
    /// Its sentence.
    pub(super) says: String,
    /// Title of the category it speaks of.
    pub(super) category: String,
    /// That is the category triage chose.
    pub(super) chosen: bool,
    /// It speaks against that category.
    pub(super) against: bool,
    /// `+4`.
    pub(super) score: String,
    /// The words it hit: field and text.
    pub(super) hits: Vec<(&'static str, String)>,
    /// A word of the message is marked for it.
    pub(super) marked: bool,
    total: f64,
}

impl Rule {
    /// Whether this line tells of that hit.
    pub(super) fn explains(&self, evidence: &Evidence) -> bool {
        self.id == evidence.rule && self.category_id == evidence.category
    }
}

/// A category that lost.
pub(super) struct Other {
    /// Its title.
    pub(super) title: String,
    /// `12 %`.
    pub(super) confidence: String,
    /// Why it lost.
    pub(super) because: String,
}

/// The whole explanation.
pub(super) struct Why<'a> {
    /// `Refus automatique`, …
    pub(super) action: &'static str,
    /// Why, in a sentence.
    pub(super) sentence: &'static str,
    /// What kept it from acting alone.
    pub(super) held_back: &'a [String],
    /// What the learned model thinks of, with its probabilities.
    pub(super) learned: Vec<String>,
    /// Title of the category triage chose.
    pub(super) category: String,
    /// `87 %`.
    pub(super) confidence: Option<String>,
    /// Titles of further topics really asked.
    pub(super) also: Vec<String>,
    /// Others, best first.
    pub(super) others: Vec<Other>,
    /// Sensitive matters found.
    pub(super) sensitive: Vec<&'a str>,
    /// First characters of the rule set's hash.
    pub(super) ruleset: &'a str,
}

/// Least probability of a heading that is shown.
const SAID: f64 = 0.01;
/// Most candidates shown: the tail says nothing.
const OTHERS: usize = 4;

/// The explanation of a decision.
pub(super) fn why<'a>(decision: &'a Decision, categories: &Categories) -> Why<'a> {
    Why {
        action: words::action(decision.action),
        sentence: decision.reason.sentence(),
        held_back: &decision.held_back,
        category: categories.title_of(decision),
        confidence: decision.reason.recognised().then(|| words::percent(decision.confidence)),
        also: decision
            .topics
            .iter()
            .filter(|topic| **topic != decision.category)
            .map(|topic| categories.title(topic))
            .collect(),
        learned: decision
            .learned
            .iter()
            .filter(|learned| learned.probability >= SAID)
            .map(|learned| {
                format!("{} {}", categories.title(&learned.category), words::percent(learned.probability))
            })
            .collect(),
        others: decision
            .candidates
            .iter()
            .filter(|candidate| candidate.category != decision.category)
            .take(OTHERS)
            .map(|candidate| Other {
                title: categories.title(&candidate.category),
                confidence: words::percent(candidate.confidence),
                because: candidate.lost_because.clone().unwrap_or_default(),
            })
            .collect(),
        sensitive: decision.sensitive.iter().map(|id| sensitive(decision, id)).collect(),
        ruleset: decision.ruleset.get(..12).unwrap_or(&decision.ruleset),
    }
}

/// The sentence of a sensitive matter; its id when the decision kept no evidence of it.
fn sensitive<'a>(decision: &'a Decision, id: &'a str) -> &'a str {
    decision.evidence.iter().find(|evidence| evidence.rule == id).map_or(id, |evidence| &evidence.says)
}

/// The rules that spoke, those of the chosen category first, then by weight.
pub(super) fn rules(decision: &Decision, categories: &Categories) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for evidence in &decision.evidence {
        let known = rules.iter().position(|rule| rule.explains(evidence));
        let index = known.unwrap_or_else(|| {
            rules.push(Rule {
                id: evidence.rule.clone(),
                category_id: evidence.category.clone(),
                says: evidence.says.clone(),
                category: categories.title(&evidence.category),
                chosen: evidence.category == decision.category,
                against: false,
                score: String::new(),
                hits: Vec::new(),
                marked: false,
                total: 0.0,
            });
            rules.len() - 1
        });
        let hit = (words::field(evidence.field), crate::message::one_line(&evidence.text, 80));
        let rule = &mut rules[index];
        rule.total += evidence.score;
        rule.marked |= evidence.field != Field::Chosen;
        if !rule.hits.contains(&hit) {
            rule.hits.push(hit);
        }
    }
    for rule in &mut rules {
        rule.against = rule.total < 0.0;
        rule.score = words::score(rule.total);
    }
    rules.sort_by(|a, b| b.chosen.cmp(&a.chosen).then(b.total.abs().total_cmp(&a.total.abs())));
    rules
}
