//! Rules and model together: what the message is about.
//!
//! The formula. The model's probabilities, that of the heading chosen in the form counted `chosen` times, are the confidence,
//! and the most probable heading is the category; where nobody is sure, the writer's choice stays if rules heard it too.
//! Where no rule recognises anything, the model must be sure by itself (`recognised`). A second topic is asked where a
//! sentence that asks says so by itself (`topic`, less where the writer announces one more ask), or where rules heard it and
//! the model does not rule it out (`heard`; beside a refused topic another one that some sentence says with `topic_more`). Without a model, rules alone name category, topics and confidence.

use super::classify::{Classification, Scored};
use super::decide::rule_topics;
use super::decision::Learned;
use super::model::Model;
use super::policy::LearnedBar;
use super::rule::Reading;
use super::ruleset::Ruleset;
use super::taxonomy::NOISE;
use crate::message::Message;

/// Sentences of a message that are looked at one by one; one with more is too long for the program alone.
pub(super) const SENTENCES: usize = 200;
/// A heading less probable than this is not recognised, whatever rules heard of it: the request belongs to one asleep.
const LEAST: f64 = 0.01;
/// Opinions of the model that are kept.
const KEPT: usize = 3;

/// What a message is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Subject {
    /// The primary category.
    pub(super) category: String,
    /// Every category really asked, primary first.
    pub(super) topics: Vec<String>,
    /// The confidence in the category, 0 to 1.
    pub(super) confidence: f64,
    /// Whether anything was recognised; where not, the category stands for nothing.
    pub(super) recognised: bool,
    /// The model's opinion; `None` without a model or words.
    pub(super) opinion: Option<Opinion>,
}

/// The opinion of the model, the writer's choice counted in.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Opinion {
    /// Headings, best first.
    pub(super) learned: Vec<Learned>,
    /// What is thought of each sentence by itself.
    pub(super) sentences: Vec<Sentence>,
    /// There are more sentences than were looked at.
    pub(super) cut: bool,
}

/// What is thought of a sentence by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sentence {
    /// Its number.
    pub(super) at: usize,
    /// How probable the headings of the offer are together.
    pub(super) offer: f64,
    /// How far it stands on the side of sentences that ask something of the offer, rather than tell of it; `None` from a
    /// model that was not taught that.
    pub(super) asks: Option<f64>,
}

impl Opinion {
    /// How probable a heading is.
    pub(super) fn of(&self, category: &str) -> f64 {
        self.learned.iter().find(|l| l.category == category).map_or(0.0, |l| l.probability)
    }

    /// How probable it is that the message belongs to one of these headings.
    pub(super) fn any(&self, belongs: impl Fn(&str) -> bool) -> f64 {
        self.learned.iter().filter(|l| belongs(&l.category)).map(|l| l.probability).sum()
    }

    /// The first headings, to be kept with the decision.
    pub(super) fn kept(&self) -> Vec<Learned> {
        self.learned.iter().take(KEPT).cloned().collect()
    }
}

/// Weighs what rules found against what the model says.
pub(super) fn weigh(
    set: &Ruleset,
    model: Option<&Model>,
    read: &Reading,
    found: &Classification,
    message: &Message,
) -> Subject {
    let rules = by_rules(set, found, message);
    let Some(model) = model else { return rules };
    let bar = set.policy.learned;
    let spoken = found.spoken(set, read);
    let sentences = read.sentences.of_letter(read.letter_end);
    let mut heard = model.hear(read, &spoken, message, sentences.len().min(SENTENCES));
    let learned = counted_in(set, heard.opinion(read, message), message, bar);
    let Some(best) = learned.first().cloned() else { return rules };
    let sure = best.probability >= bar.recognised;
    let chosen = message.chosen.as_deref() == Some(rules.category.as_str());
    // A heading that the model was not taught is judged by rules alone.
    let untaught = |id: &str| !model.categories().iter().any(|known| known == id);
    let by_rules = rules.recognised && untaught(&rules.category);
    let category = if by_rules || (chosen && !sure) { rules.category.clone() } else { best.category };
    let likely =
        if read.sentences.announces_more(read.letter_end).is_some() { bar.topic_more } else { bar.topic };
    let mut topics = vec![category.clone()];
    let mut opinion = Opinion { learned, sentences: Vec::new(), cut: sentences.len() > SENTENCES };
    let of_offer = |id: &String| set.taxonomy.get(id).is_some_and(|category| category.in_offer);
    let in_offer: Vec<bool> = model.categories().iter().map(of_offer).collect();
    let told = |topic: &str| set.taxonomy.get(topic).is_some() && topic != NOISE;
    let mut most = vec![0.0_f64; in_offer.len()];
    for sentence in sentences.take(SENTENCES) {
        let (probable, asks) = heard.sentence(sentence);
        let offer = probable.iter().zip(&in_offer).filter(|(_, in_offer)| **in_offer);
        let offer = offer.map(|(probability, _)| probability).sum();
        opinion.sentences.push(Sentence { at: sentence, offer, asks });
        let best = model.categories().iter().zip(probable).max_by(|a, b| a.1.total_cmp(b.1));
        let best = best.filter(|_| read.sentences.asks_something(sentence));
        most.iter_mut().zip(probable).for_each(|(most, probability)| *most = most.max(*probability));
        topics.extend(best.filter(|(id, p)| **p >= likely && told(id)).map(|(id, _)| id.clone()));
    }
    if rules.recognised {
        let asked = |topic: &String| told(topic) && (untaught(topic) || opinion.of(topic) >= bar.heard);
        topics.extend(rules.topics.into_iter().filter(asked));
    }
    // Two refused questions are refused in one mail, which gives both reasons: what rules heard counts where a sentence says it.
    let is_refused = |id: &str| set.taxonomy.get(id).is_some_and(|category| category.refused);
    if is_refused(&category) {
        let known = |id: &str| model.categories().iter().position(|known| known == id);
        let said = |id: &str| known(id).is_none_or(|at| most[at] >= bar.topic_more);
        let heard = |s: &&Scored| s.strong && s.asked && s.score >= set.policy.topic;
        let heard = found.scored.iter().filter(heard).map(|scored| &scored.category);
        topics.extend(heard.filter(|id| is_refused(id) && said(id)).cloned());
    }
    let mut kept: Vec<String> = Vec::new();
    topics.retain(|topic| {
        !kept.contains(topic) && {
            kept.push(topic.clone());
            true
        }
    });
    Subject {
        confidence: if by_rules { rules.confidence } else { opinion.of(&category) },
        recognised: sure || (rules.recognised && (by_rules || opinion.of(&category) >= LEAST)),
        category,
        topics,
        opinion: Some(opinion),
    }
}

/// What rules alone say.
fn by_rules(set: &Ruleset, found: &Classification, message: &Message) -> Subject {
    let best = found.scored.first();
    if let Some(best) = best.filter(|best| best.score >= set.policy.recognised) {
        return Subject {
            category: best.category.clone(),
            topics: rule_topics(set, &found.scored),
            confidence: best.confidence,
            recognised: true,
            opinion: None,
        };
    }
    let chosen = message.chosen.as_deref().and_then(|id| set.taxonomy.get(id)).map(|c| c.id.clone());
    let category = chosen
        .or_else(|| best.map(|scored| scored.category.clone()))
        .unwrap_or_else(|| set.policy.fallback.clone());
    let confidence = found.scored.iter().find(|s| s.category == category).map_or(0.0, |s| s.confidence);
    Subject { topics: vec![category.clone()], category, confidence, recognised: false, opinion: None }
}

/// The model's opinion on the headings of the active offer, the writer's choice counted in. What it gives to headings that
/// the active offer does not have is given to no other.
fn counted_in(set: &Ruleset, mut learned: Vec<Learned>, message: &Message, bar: LearnedBar) -> Vec<Learned> {
    let known = |id: &str| set.taxonomy.get(id).is_some();
    let chosen = message.chosen.as_deref().filter(|id| known(id));
    if let Some(chosen) = learned.iter_mut().find(|l| chosen == Some(l.category.as_str())) {
        chosen.probability *= bar.chosen;
    }
    let total: f64 = learned.iter().map(|learned| learned.probability).sum();
    learned.retain(|learned| known(&learned.category));
    for learned in &mut learned {
        learned.probability /= total;
    }
    learned.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    learned
}
