//! From hits to a classification: scores under caps, one calibrated confidence, every topic really asked.
//!
//! The formula, in full. A hit counts `score × asking?` (in a sentence that asks) `× subject?` (in the subject). For one
//! category, hits of one group count at most the group's cap, all weak hits together at most `weak_cap`; hits against
//! count whole. The share of a category is `exp(score / temperature)` over the sum of all, the silent candidate
//! `unknown` included; `calibration` maps the winner's share to its confidence.

use std::collections::{BTreeMap, BTreeSet};

use super::decision::{Evidence, Field};
use super::policy::Policy;
use super::rule::{Hit, Reading, Rule, SENSITIVE, Spoke};
use super::ruleset::Ruleset;
use crate::message::Message;

/// One category with what spoke for it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scored {
    /// Category id.
    pub(super) category: String,
    /// Score after caps, never under 0.
    pub(super) score: f64,
    /// Share of the confidence; the winner's is calibrated.
    pub(super) confidence: f64,
    /// A rule that is not weak speaks for it.
    pub(super) strong: bool,
    /// Such a rule hit in a sentence that asks.
    pub(super) asked: bool,
    /// Sentences that ask, and that a rule for it that is not weak explains.
    pub(super) explained: usize,
    /// Sentences that ask, and that no such rule explains.
    pub(super) unexplained: usize,
    /// The strongest rule for it that is not weak.
    pub(super) telling: Option<String>,
    /// The reply chosen by its strongest rule that names one.
    pub(super) reply: Option<String>,
}

/// Everything the rules say of one message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Classification {
    /// Categories with a positive score, best first.
    pub(super) scored: Vec<Scored>,
    /// Every hit, in the order of field and place.
    pub(super) evidence: Vec<Evidence>,
    /// Sensitive matters found.
    pub(super) sensitive: Vec<String>,
    /// Rules that hit, those of headings asleep among them, by their number in the set: whether in a sentence that asks, and
    /// in which sentences.
    pub(super) spoke: Vec<(usize, bool, Vec<usize>)>,
}

impl Classification {
    /// Every rule and every concept that was heard.
    pub(super) fn spoken<'s>(&self, set: &'s Ruleset, read: &Reading) -> Vec<Spoke<'s>> {
        let of = |at| read.sentences.index(at);
        let concepts = set.concepts.iter().filter_map(|(name, pattern)| {
            let heard = |(at, _): &(usize, usize)| *at < read.letter_end && !read.sentences.is_negated(*at);
            let places: Vec<usize> =
                read.places.pattern(pattern, &of).filter(heard).map(|(at, _)| at).collect();
            (!places.is_empty()).then(|| Spoke {
                id: name,
                concept: true,
                asks: places.iter().any(|at| read.sentences.asks(*at)),
                sentences: places.into_iter().map(of).collect(),
            })
        });
        let rules = self.spoke.iter().map(|(rule, asks, sentences)| Spoke {
            id: set.rules[*rule].id.as_str(),
            concept: false,
            asks: *asks,
            sentences: sentences.clone(),
        });
        rules.chain(concepts).collect()
    }
}

struct Counted<'a> {
    rule: &'a Rule,
    hit: Hit,
    worth: f64,
}

/// Tries every rule on a message that was read.
pub(super) fn classify(set: &Ruleset, read: &Reading, message: &Message) -> Classification {
    let mut by_category: BTreeMap<&str, Vec<Counted<'_>>> = BTreeMap::new();
    let mut out = Classification::default();
    let mut explained: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (number, rule) in set.rules.iter().enumerate() {
        let hits = rule.hits(read);
        let Some(hit) = Rule::best(&hits) else { continue };
        out.spoke.push((number, hit.asks, hits.iter().map(|hit| hit.sentence).collect()));
        if rule.asleep {
            continue;
        }
        if rule.score > 0.0 && !rule.weak {
            explained.entry(&rule.category).or_default().extend(hits.iter().map(|hit| hit.sentence));
        }
        if rule.category == SENSITIVE {
            out.sensitive.push(rule.id.clone());
        }
        let worth = worth(&set.policy, rule, hit);
        out.evidence.extend(evidence(read, message, rule, hit, worth));
        by_category.entry(&rule.category).or_default().push(Counted { rule, hit, worth });
    }
    by_category.remove(SENSITIVE);
    if let Some(chosen) = message.chosen.as_deref().and_then(|id| set.taxonomy.get(id)) {
        by_category.entry(&chosen.id).or_default();
    }
    out.evidence.sort_by_key(|found| (found.field, found.start, found.end));
    out.scored = by_category
        .into_iter()
        .map(|(category, hits)| scored(&set.policy, category, &hits, message))
        .filter(|scored| scored.score > 0.0)
        .collect();
    let asking: Vec<usize> = read.sentences.asking(read.letter_end).collect();
    for scored in &mut out.scored {
        let of = explained.get(scored.category.as_str());
        scored.explained =
            asking.iter().filter(|at| of.is_some_and(|sentences| sentences.contains(at))).count();
        scored.unexplained = asking.len() - scored.explained;
    }
    out.scored.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.category.cmp(&b.category)));
    share(&set.policy, &mut out.scored);
    out
}

fn worth(policy: &Policy, rule: &Rule, hit: Hit) -> f64 {
    let asking = if hit.asks { policy.asking } else { 1.0 };
    let subject = if hit.field == Field::Subject { policy.subject } else { 1.0 };
    // What speaks against counts the same wherever it stands.
    if rule.score < 0.0 { rule.score } else { rule.score * asking * subject }
}

fn scored(policy: &Policy, category: &str, hits: &[Counted<'_>], message: &Message) -> Scored {
    let mut groups: BTreeMap<&str, f64> = BTreeMap::new();
    let (mut weak, mut against) = (0.0, 0.0);
    for counted in hits {
        match counted.rule {
            rule if rule.score < 0.0 => against += counted.worth,
            rule if rule.weak => weak += counted.worth,
            rule => *groups.entry(rule.group.as_deref().unwrap_or(&rule.id)).or_default() += counted.worth,
        }
    }
    let strong: f64 = groups.iter().map(|(group, sum)| sum.min(policy.cap(group))).sum();
    let chosen = if message.chosen.as_deref() == Some(category) { policy.chosen } else { 0.0 };
    let for_it = || hits.iter().filter(|counted| counted.worth > 0.0);
    let telling = best(for_it().filter(|counted| !counted.rule.weak));
    Scored {
        category: category.to_owned(),
        score: (strong + weak.min(policy.weak_cap) + chosen + against).max(0.0),
        confidence: 0.0,
        explained: 0,
        unexplained: 0,
        strong: telling.is_some(),
        asked: for_it().any(|counted| !counted.rule.weak && counted.hit.asks),
        telling: telling.map(|rule| rule.id.clone()),
        reply: best(for_it().filter(|counted| counted.rule.reply.is_some()))
            .and_then(|rule| rule.reply.clone()),
    }
}

/// The rule that counted most.
fn best<'a>(hits: impl Iterator<Item = &'a Counted<'a>>) -> Option<&'a Rule> {
    hits.max_by(|a, b| a.worth.total_cmp(&b.worth)).map(|counted| counted.rule)
}

/// Shares of all candidates; the winner's is calibrated and the others split what is left in proportion.
fn share(policy: &Policy, scored: &mut [Scored]) {
    let force = |score: f64| (score / policy.temperature).exp();
    let total = force(policy.unknown) + scored.iter().map(|s| force(s.score)).sum::<f64>();
    let Some(first) = scored.first().map(|s| force(s.score) / total) else { return };
    let winner = policy.calibrated(first).clamp(0.0, 1.0);
    let left = if first < 1.0 { (1.0 - winner) / (1.0 - first) } else { 0.0 };
    for (rank, scored) in scored.iter_mut().enumerate() {
        scored.confidence = if rank == 0 { winner } else { force(scored.score) / total * left };
    }
}

fn evidence(read: &Reading, message: &Message, rule: &Rule, hit: Hit, worth: f64) -> Option<Evidence> {
    let written = read.folded.as_written(hit.start..hit.end)?;
    Some(Evidence {
        rule: rule.id.clone(),
        says: rule.says_fr.clone(),
        category: rule.category.clone(),
        score: worth,
        field: hit.field,
        text: hit.field.of(message).get(written.clone())?.to_owned(),
        start: written.start,
        end: written.end,
    })
}
