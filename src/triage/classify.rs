//! From hits to a classification: scores under caps, one calibrated confidence, every topic really asked.
//!
//! The formula, in full. A hit counts `score × asking?` (in a sentence that asks) `× subject?` (in the subject). For one
//! category, hits of one group count at most the group's cap, all weak hits together at most `weak_cap`; hits against
//! count whole. The share of a category is `exp(score / temperature)` over the sum of all, the silent candidate
//! `unknown` included; `calibration` maps the winner's share to its confidence.

use std::ops::Range;

use super::decision::{Evidence, Field};
use super::policy::Policy;
use super::rule::{Hit, Reading, Rule, SENSITIVE, Spoke, Spoken};
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
    /// Sensitive matters found: the numbers of their rules in the set.
    pub(super) sensitive: Vec<usize>,
    /// The rules that hit, those of headings asleep among them, in the order of the set, and so those of each category together.
    found: Vec<Found>,
    /// The numbers of the sentences in which they hit, those of each together.
    sentences: Vec<usize>,
}

/// A rule that hit.
#[derive(Clone, Debug, PartialEq)]
struct Found {
    /// Its number in the set.
    rule: usize,
    /// The best of its hits.
    hit: Hit,
    /// What that counts.
    worth: f64,
    /// Where its sentences stand in [`Classification::sentences`], in order and each once.
    sentences: Range<usize>,
}

impl Classification {
    /// The rules that hit in a sentence, those of headings asleep among them.
    pub(super) fn rules_in<'s>(&self, set: &'s Ruleset, sentence: usize) -> impl Iterator<Item = &'s Rule> {
        let here = move |found: &&Found| self.sentences[found.sentences.clone()].contains(&sentence);
        self.found.iter().filter(here).map(|found| &set.rules[found.rule])
    }

    /// Every rule and every concept that was heard, by headings asleep too: the model was taught with them.
    pub(super) fn spoken<'s>(&self, set: &'s Ruleset, read: &Reading) -> Spoken<'s> {
        let rules = self.found.iter().map(|found| Spoke {
            id: &set.rules[found.rule].id,
            concept: false,
            asks: found.hit.asks,
            places: found.sentences.clone(),
        });
        let mut spoken = Spoken { all: rules.collect(), places: self.sentences.clone() };
        let of = |at| read.sentences.index(at);
        let mut numbers = Vec::new();
        set.concept_openings.heard(&read.places, &mut numbers);
        for (name, pattern) in numbers.into_iter().map(|number| &set.concepts[number]) {
            let (begin, mut asks) = (spoken.places.len(), false);
            let heard = |(at, _): &(usize, usize)| *at < read.letter_end && !read.sentences.is_negated(*at);
            for (at, _) in read.places.pattern(pattern, of).filter(heard) {
                let sentence = of(at);
                asks |= read.sentences.asks_at(sentence);
                // Places are in order, and so are their sentences.
                if spoken.places[begin..].last() != Some(&sentence) {
                    spoken.places.push(sentence);
                }
            }
            let places = begin..spoken.places.len();
            if !places.is_empty() {
                spoken.all.push(Spoke { id: name, concept: true, asks, places });
            }
        }
        spoken
    }

    /// Every hit for people to see, in the order of field and place.
    pub(super) fn evidence(&self, set: &Ruleset, read: &Reading, message: &Message) -> Vec<Evidence> {
        let of = |found: &Found| evidence(read, message, &set.rules[found.rule], found.hit, found.worth);
        let awake = self.found.iter().filter(|found| !set.rules[found.rule].asleep);
        let mut evidence: Vec<Evidence> = awake.filter_map(of).collect();
        evidence.sort_by_key(|found| (found.field, found.start, found.end));
        evidence
    }

    /// How many rules hit.
    pub(super) fn hits(&self) -> usize {
        self.found.len()
    }
}

/// The sensitive rules that hit in what was read, by number.
pub(super) fn sensitive(set: &Ruleset, read: &Reading) -> Vec<usize> {
    let mut heard = Vec::new();
    set.tellers.each_hit(&set.rules, read, |number, hits| {
        if set.rules[number].category == SENSITIVE && Rule::best(hits).is_some() {
            heard.push(number);
        }
    });
    heard
}

/// Tries the rules on a message that was read.
pub(super) fn classify(set: &Ruleset, read: &Reading, message: &Message) -> Classification {
    let mut out = Classification::default();
    let mut here = Vec::new();
    set.tellers.each_hit(&set.rules, read, |number, hits| {
        let rule = &set.rules[number];
        let Some(hit) = Rule::best(hits) else { return };
        if rule.category == SENSITIVE {
            out.sensitive.push(number);
        }
        here.clear();
        here.extend(hits.iter().map(|hit| hit.sentence));
        here.sort_unstable();
        here.dedup();
        let begin = out.sentences.len();
        out.sentences.extend_from_slice(&here);
        let sentences = begin..out.sentences.len();
        out.found.push(Found { rule: number, hit, worth: worth(&set.policy, rule, hit), sentences });
    });
    out.scored = score(set, read, message, &out);
    share(&set.policy, &mut out.scored);
    out
}

/// The categories with a positive score, best first, without their shares.
fn score(set: &Ruleset, read: &Reading, message: &Message, of: &Classification) -> Vec<Scored> {
    let category = |found: &Found| set.rules[found.rule].category.as_str();
    let asking: Vec<usize> = read.sentences.asking(read.letter_end).collect();
    let mut all = Vec::new();
    let (mut counted, mut groups, mut explained) = (Vec::new(), Vec::new(), Vec::new());
    for same in of.found.chunk_by(|a, b| category(a) == category(b)) {
        if category(&same[0]) == SENSITIVE || set.rules[same[0].rule].asleep {
            continue;
        }
        counted.clear();
        explained.clear();
        for Found { rule, hit, worth, sentences } in same {
            let rule = &set.rules[*rule];
            counted.push(Counted { rule, hit: *hit, worth: *worth });
            if rule.score > 0.0 && !rule.weak {
                explained.extend_from_slice(&of.sentences[sentences.clone()]);
            }
        }
        let mut scored = scored(&set.policy, category(&same[0]), &counted, &mut groups, message);
        explained.sort_unstable();
        scored.explained = asking.iter().filter(|at| explained.binary_search(at).is_ok()).count();
        all.push(scored);
    }
    let chosen = message.chosen.as_deref().and_then(|id| set.taxonomy.get(id));
    if let Some(chosen) = chosen.filter(|chosen| all.iter().all(|scored| scored.category != chosen.id)) {
        all.push(scored(&set.policy, &chosen.id, &[], &mut groups, message));
    }
    all.retain(|scored| scored.score > 0.0);
    for scored in &mut all {
        scored.unexplained = asking.len() - scored.explained;
    }
    all.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.category.cmp(&b.category)));
    all
}

struct Counted<'a> {
    rule: &'a Rule,
    hit: Hit,
    worth: f64,
}

fn worth(policy: &Policy, rule: &Rule, hit: Hit) -> f64 {
    let asking = if hit.asks { policy.asking } else { 1.0 };
    let subject = if hit.field == Field::Subject { policy.subject } else { 1.0 };
    // What speaks against counts the same wherever it stands.
    if rule.score < 0.0 { rule.score } else { rule.score * asking * subject }
}

/// One category; `groups` is room to count in.
fn scored<'a>(
    policy: &Policy,
    category: &str,
    hits: &[Counted<'a>],
    groups: &mut Vec<(&'a str, f64)>,
    message: &Message,
) -> Scored {
    groups.clear();
    let (mut weak, mut against) = (0.0, 0.0);
    for counted in hits {
        match counted.rule {
            rule if rule.score < 0.0 => against += counted.worth,
            rule if rule.weak => weak += counted.worth,
            rule => groups.push((rule.group.as_deref().unwrap_or(&rule.id), counted.worth)),
        }
    }
    groups.sort_by_key(|(group, _)| *group);
    let capped =
        |same: &[(&str, f64)]| same.iter().map(|(_, worth)| worth).sum::<f64>().min(policy.cap(same[0].0));
    let strong: f64 = groups.chunk_by(|a, b| a.0 == b.0).map(capped).sum();
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
