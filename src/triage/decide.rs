//! From a classification to what is to be done. Acting alone is the exception: whatever keeps the program from it is
//! said in a sentence, so that the team sees why a person was asked.

use chrono::NaiveDate;

use super::classify::{Classification, Scored};
use super::decision::{Action, Alone, Reason, ReplyMode};
use super::policy::Bar;
use super::ruleset::Ruleset;
use super::taxonomy::NOISE;
use crate::message::{Channel, Message};

/// What is to be done and why.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    /// What.
    pub(super) action: Action,
    /// Why.
    pub(super) reason: Reason,
    /// What kept it from acting alone (French).
    pub(super) held_back: Vec<String>,
    /// Primary category.
    pub(super) category: String,
    /// Every category really asked, primary first.
    pub(super) topics: Vec<String>,
    /// The reply and how it is used.
    pub(super) reply: Option<String>,
    /// Send, draft or none.
    pub(super) reply_mode: ReplyMode,
}

/// What is known of the text besides its hits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances {
    /// The day on which the offer is looked at.
    pub(super) day: NaiveDate,
    /// There is something to read.
    pub(super) has_words: bool,
    /// The text is longer than what is read.
    pub(super) cut: bool,
    /// It only quotes another message.
    pub(super) quoted: bool,
}

/// The verdict on a message.
pub(super) fn decide(
    set: &Ruleset,
    found: &Classification,
    message: &Message,
    about: Circumstances,
) -> Verdict {
    let best = found.scored.first().filter(|best| best.score >= set.policy.recognised);
    let Some(best) = best.filter(|_| about.has_words) else {
        return unrecognised(set, found, message, about);
    };
    let topics = topics(set, &found.scored);
    let mut verdict = Verdict {
        action: Action::Queue,
        reason: Reason::InOffer,
        held_back: Vec::new(),
        category: best.category.clone(),
        topics,
        reply: None,
        reply_mode: ReplyMode::None,
    };
    let category = set.taxonomy.get(&best.category);
    verdict.reply = best.reply.clone().or_else(|| category.and_then(|c| c.reply.clone()));
    if verdict.reply.is_some() {
        verdict.reply_mode = ReplyMode::Draft;
    }
    if best.category == NOISE {
        verdict.held_back = against_setting_aside(set, found, best, message, about);
        verdict.reason = Reason::NoRequest;
        if verdict.held_back.is_empty() {
            verdict.action = Action::SetAside;
        }
    } else if category.is_some_and(|c| c.refused) {
        verdict.held_back = against_refusing(set, found, best, &verdict.topics, about);
        verdict.reason = Reason::RefusalToConfirm;
        if verdict.held_back.is_empty() {
            verdict.action = Action::Refuse;
            verdict.reason = Reason::RefusedTopic;
            verdict.reply_mode = ReplyMode::Send;
        }
    } else if margin(found) < set.policy.ambiguous {
        verdict.reason = Reason::Ambiguous;
    } else if may_answer_alone(set, found, best, &verdict, about) {
        verdict.reply_mode = ReplyMode::Send;
    }
    if !found.sensitive.is_empty() {
        verdict.reason = Reason::Sensitive;
    }
    verdict
}

/// Whether policy lets the reply of a question of the offer leave without a person: one plain question, nothing else.
fn may_answer_alone(
    set: &Ruleset,
    found: &Classification,
    best: &Scored,
    verdict: &Verdict,
    about: Circumstances,
) -> bool {
    let bar = set.policy.answer;
    verdict.reply.as_ref().is_some_and(|reply| set.policy.answers_alone.contains(reply))
        && verdict.topics.len() == 1
        && found.sensitive.is_empty()
        && !about.cut
        && !about.quoted
        && best.score >= bar.score
        && best.confidence >= bar.confidence
        && margin(found) >= bar.margin
}

fn unrecognised(set: &Ruleset, found: &Classification, message: &Message, about: Circumstances) -> Verdict {
    let reason = match (about.has_words, found.sensitive.is_empty()) {
        (false, _) => Reason::Empty,
        (true, false) => Reason::Sensitive,
        (true, true) => Reason::Unknown,
    };
    let chosen = message.chosen.as_deref().and_then(|id| set.taxonomy.get(id)).map(|c| c.id.clone());
    let guess = found.scored.first().map(|scored| scored.category.clone());
    let category = chosen.or(guess).unwrap_or_else(|| set.policy.fallback.clone());
    Verdict {
        action: Action::Queue,
        reason,
        held_back: Vec::new(),
        topics: vec![category.clone()],
        category,
        reply: None,
        reply_mode: ReplyMode::None,
    }
}

/// The primary category and every other one that is really asked.
fn topics(set: &Ruleset, scored: &[Scored]) -> Vec<String> {
    let first = scored.first().map_or(0.0, |best| best.score);
    let asked = |s: &&Scored| {
        s.asked
            && s.category != NOISE
            && s.score >= set.policy.topic
            && s.score >= first * set.policy.topic_share
    };
    let others = scored.iter().skip(1).filter(asked);
    scored.iter().take(1).chain(others).map(|s| s.category.clone()).collect()
}

fn margin(found: &Classification) -> f64 {
    match found.scored.as_slice() {
        [best, next, ..] => best.score - next.score,
        [best] => best.score,
        [] => 0.0,
    }
}

/// Distance from the best category to the best other one of the offer (`refused` false) or of the refused topics.
fn margin_to(set: &Ruleset, found: &Classification, best: &Scored, refused: bool) -> f64 {
    let of_kind = |s: &&Scored| {
        s.category != best.category && set.taxonomy.get(&s.category).is_some_and(|c| c.refused) == refused
    };
    best.score - found.scored.iter().filter(of_kind).map(|s| s.score).fold(0.0, f64::max)
}

fn against_refusing(
    set: &Ruleset,
    found: &Classification,
    best: &Scored,
    topics: &[String],
    about: Circumstances,
) -> Vec<String> {
    let mut why = Vec::new();
    let title = |id: &str| set.taxonomy.get(id).map_or_else(|| id.to_owned(), |c| c.title_fr.clone());
    let category = set.taxonomy.get(&best.category);
    if category.is_none_or(|c| c.alone != Alone::Act || !c.holds_on(about.day)) {
        why.push("Cette catégorie n’autorise pas de refus sans une personne.".to_owned());
    }
    if best.telling.is_none() {
        why.push("Seuls des indices faibles parlent pour ce sujet.".to_owned());
    }
    if !best.asked {
        why.push(
            "Le sujet est évoqué, sans être demandé dans une phrase reconnue comme une demande.".to_owned(),
        );
    }
    if best.unexplained * set.policy.explained_each > best.explained {
        why.push("Une question du message n’est pas comprise.".to_owned());
    }
    let offer = |id: &str| set.taxonomy.get(id).is_none_or(|c| c.in_offer);
    if let Some(asked) = topics.iter().find(|id| offer(id)) {
        why.push(format!("Un sujet de l’offre est demandé aussi : « {} ».", title(asked)));
    } else if let Some(near) =
        found.scored.iter().find(|s| offer(&s.category) && s.score >= set.policy.offer_veto)
    {
        why.push(format!("Un sujet de l’offre est peut-être demandé aussi : « {} ».", title(&near.category)));
    }
    if !found.sensitive.is_empty() {
        why.push("Le message touche un sujet sensible.".to_owned());
    }
    why.extend(below(set.policy.refuse, best, margin_to(set, found, best, false)));
    if margin_to(set, found, best, true) < set.policy.rival {
        why.push("Deux motifs de refus sont trop proches pour choisir lequel dire.".to_owned());
    }
    why.extend(unread(about));
    why
}

fn against_setting_aside(
    set: &Ruleset,
    found: &Classification,
    best: &Scored,
    message: &Message,
    about: Circumstances,
) -> Vec<String> {
    let mut why = Vec::new();
    if message.channel == Channel::Form {
        why.push("Un formulaire n’est jamais écarté sans une personne.".to_owned());
    }
    if best.telling.is_none() {
        why.push("Seuls des indices faibles parlent pour un message sans demande.".to_owned());
    }
    if found.scored.iter().skip(1).any(|other| other.asked || other.score >= set.policy.offer_veto) {
        why.push("Une demande est peut-être dans le message.".to_owned());
    }
    if !found.sensitive.is_empty() {
        why.push("Le message touche un sujet sensible.".to_owned());
    }
    why.extend(below(set.policy.set_aside, best, margin(found)));
    why.extend(unread(about));
    why
}

/// What of the message was not read, or is not its writer's.
fn unread(about: Circumstances) -> Vec<String> {
    let mut why = Vec::new();
    if about.cut {
        why.push("Le message est trop long pour être lu en entier par le programme.".to_owned());
    }
    if about.quoted {
        why.push("Le message ne fait que citer un autre message.".to_owned());
    }
    why
}

fn below(bar: Bar, best: &Scored, gap: f64) -> Vec<String> {
    let mut why = Vec::new();
    if best.score < bar.score {
        why.push("Les indices ne sont pas assez nombreux.".to_owned());
    }
    if best.confidence < bar.confidence {
        why.push(format!(
            "La confiance est de {:.0} %, il en faut {:.0} %.",
            best.confidence * 100.0,
            bar.confidence * 100.0
        ));
    }
    if gap < bar.margin {
        why.push("Un autre sujet est trop proche.".to_owned());
    }
    why
}
