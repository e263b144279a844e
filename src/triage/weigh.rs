//! Rules and model together. The model names the heading; rules give the evidence, the topics and the right to act alone.
//!
//! The formula: the model's probabilities, that of the heading chosen in the form counted [`CHOSEN`] times, are the
//! confidence, and the most probable heading is the category. A refusal or a set-aside that the rules would make alone stands
//! only where the model names the same heading; where it does not, a person decides and both opinions are shown. Where no
//! rule recognises anything, the model must be more sure than not to lead to a draft.

use super::decide::Verdict;
use super::decision::{Action, Learned, Reason, ReplyMode};
use super::ruleset::Ruleset;
use super::taxonomy::NOISE;
use crate::message::Message;

/// How many times the heading that the writer chose in the form counts.
const CHOSEN: f64 = 3.0;
/// Probability from which the model alone recognises a heading.
const RECOGNISED: f64 = 0.5;
/// Probability from which a topic that rules heard counts as asked too, where the model names another heading.
const ASKED_TOO: f64 = 0.05;
/// Opinions of the model that are kept.
const KEPT: usize = 3;

/// What rules and model say together.
pub(super) struct Weighed {
    /// The verdict with the model's opinion in it.
    pub(super) verdict: Verdict,
    /// The confidence in its category; `None` without a model or words.
    pub(super) confidence: Option<f64>,
    /// The model's opinion, best first.
    pub(super) learned: Vec<Learned>,
}

/// Weighs the model's opinion against the verdict of the rules.
pub(super) fn weigh(
    set: &Ruleset,
    mut verdict: Verdict,
    mut told: Vec<Learned>,
    message: &Message,
) -> Weighed {
    told.retain(|learned| set.taxonomy.get(&learned.category).is_some());
    if let Some(chosen) = told.iter_mut().find(|l| message.chosen.as_deref() == Some(l.category.as_str())) {
        chosen.probability *= CHOSEN;
    }
    let total: f64 = told.iter().map(|learned| learned.probability).sum();
    for learned in &mut told {
        learned.probability /= total;
    }
    told.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let Some(best) = told.first().cloned() else {
        return Weighed { verdict, confidence: None, learned: Vec::new() };
    };
    let unknown = verdict.reason == Reason::Unknown;
    let sure = best.probability >= RECOGNISED;
    let chosen = message.chosen.as_deref() == Some(verdict.category.as_str());
    let agrees = best.category == verdict.category;
    let alone = matches!(verdict.action, Action::Refuse | Action::SetAside);
    if chosen && !sure && (agrees || !alone) {
        // Nobody knows better than the writer.
        return Weighed { confidence: confidence(&told, &verdict), verdict, learned: kept(told) };
    }
    let title = |id: &str| set.taxonomy.get(id).map_or_else(|| id.to_owned(), |c| c.title_fr.clone());
    if alone && !agrees {
        verdict.held_back.push(format!(
            "Ce qui a été appris des demandes passées désigne plutôt « {} » ({:.0} %).",
            title(&best.category),
            best.probability * 100.0
        ));
        verdict.reason =
            if verdict.action == Action::Refuse { Reason::RefusalToConfirm } else { Reason::NoRequest };
        verdict.action = Action::Queue;
        if verdict.reply_mode == ReplyMode::Send {
            verdict.reply_mode = ReplyMode::Draft;
        }
    }
    if !agrees {
        // What rules heard under another heading must not be out of the question.
        let likely = |topic: &String| told.iter().any(|l| l.category == *topic && l.probability >= ASKED_TOO);
        verdict.topics.retain(|topic| !unknown && *topic != best.category && likely(topic));
        verdict.topics.insert(0, best.category.clone());
        verdict.category.clone_from(&best.category);
        verdict.reply = None;
        verdict.reply_mode = ReplyMode::None;
    }
    if (!agrees && !unknown) || (unknown && sure) {
        let category = set.taxonomy.get(&best.category);
        verdict.reply = verdict.reply.or_else(|| category.and_then(|c| c.reply.clone()));
        if verdict.reply.is_some() && verdict.reply_mode == ReplyMode::None {
            verdict.reply_mode = ReplyMode::Draft;
        }
        if verdict.reason != Reason::Sensitive {
            verdict.reason = match category {
                _ if !sure => Reason::Ambiguous,
                _ if best.category == NOISE => Reason::NoRequest,
                Some(category) if category.refused => Reason::RefusalToConfirm,
                _ => Reason::InOffer,
            };
        }
    }
    Weighed { confidence: confidence(&told, &verdict), verdict, learned: kept(told) }
}

fn confidence(told: &[Learned], verdict: &Verdict) -> Option<f64> {
    told.iter().find(|learned| learned.category == verdict.category).map(|learned| learned.probability)
}

fn kept(mut told: Vec<Learned>) -> Vec<Learned> {
    told.truncate(KEPT);
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::RuleFiles;

    #[test]
    fn nothing_is_refused_nor_set_aside_without_the_models_agreement() {
        let set = Ruleset::load(&RuleFiles::embedded(), false).unwrap();
        for (action, category) in [(Action::Refuse, "refused-training"), (Action::SetAside, NOISE)] {
            for (other, chosen) in [(0.9, None), (0.9, Some(category)), (0.45, None), (0.45, Some(category))]
            {
                let verdict = Verdict {
                    action,
                    reason: Reason::RefusedTopic,
                    held_back: Vec::new(),
                    category: category.to_owned(),
                    topics: vec![category.to_owned()],
                    reply: Some("refused-training".to_owned()),
                    reply_mode: ReplyMode::Send,
                };
                let message = Message { chosen: chosen.map(str::to_owned), ..Message::default() };
                let weigh = |told: Vec<(&str, f64)>| {
                    let learned = |(category, probability): (&str, f64)| Learned {
                        category: category.to_owned(),
                        probability,
                        terms: Vec::new(),
                    };
                    weigh(&set, verdict.clone(), told.into_iter().map(learned).collect(), &message).verdict
                };
                let held = weigh(vec![("sill", other), (category, 0.1), ("contracts", 0.9 - other)]);
                assert_eq!(held.action, Action::Queue, "{category} {other} {chosen:?}");
                assert!(held.reply_mode != ReplyMode::Send && !held.held_back.is_empty());
                assert_eq!(weigh(vec![(category, other), ("sill", 0.1)]), verdict);
            }
        }
    }
}
