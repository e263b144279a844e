//! From a classification to what is to be done. Acting alone is the exception: whatever keeps the program from it is
//! said in a sentence, so that the team sees why a person was asked.

mod refusal;

use chrono::NaiveDate;

use super::classify::{Classification, Scored};
use super::decision::{Action, Held, HeldBack, Reason, ReplyMode};
use super::hand_over::HandOver;
use super::rule::Reading;
use super::ruleset::Ruleset;
use super::taxonomy::NOISE;
use super::weigh::Subject;
use crate::message::{Channel, Message};

/// What is to be done and why.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    /// What.
    pub(super) action: Action,
    /// Why.
    pub(super) reason: Reason,
    /// What kept it from acting alone.
    pub(super) held_back: Vec<HeldBack>,
    /// The reply and how it is used.
    pub(super) reply: Option<String>,
    /// Send, draft or none.
    pub(super) reply_mode: ReplyMode,
    /// Whom the directory names.
    pub(super) hand_over: Option<HandOver>,
}

/// Whose words a message carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carries {
    /// Its writer's.
    Own,
    /// Those of another message beside its own.
    Others,
    /// Those of another message alone.
    OnlyOthers,
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
    /// Whose words it carries.
    pub(super) carries: Carries,
    /// It is in a language that is neither French nor English.
    pub(super) foreign: bool,
}

/// Everything a verdict is made of.
pub(super) struct Matter<'a> {
    /// The rule set.
    pub(super) set: &'a Ruleset,
    /// The message as read.
    pub(super) read: &'a Reading,
    /// What rules found.
    pub(super) found: &'a Classification,
    /// What rules and model take it to be about.
    pub(super) subject: &'a Subject,
    /// The message.
    pub(super) message: &'a Message,
    /// The rest.
    pub(super) about: Circumstances,
}

/// The verdict on a message.
pub(super) fn decide(matter: &Matter<'_>) -> Verdict {
    let Matter { set, found, subject, about, .. } = matter;
    let mut verdict = Verdict {
        action: Action::Queue,
        reason: Reason::InOffer,
        held_back: Vec::new(),
        reply: None,
        reply_mode: ReplyMode::None,
        hand_over: None,
    };
    // What rules and model make of words that they do not know is chance; noise is told by signs of any language.
    let foreign = about.foreign && subject.category != NOISE;
    if !about.has_words || !subject.recognised || foreign {
        verdict.reason = match (about.has_words || foreign, found.sensitive.is_empty()) {
            (false, _) => Reason::Empty,
            (true, false) => Reason::Sensitive,
            (true, true) => Reason::Unknown,
        };
        return verdict;
    }
    let heard = matter.heard();
    let category = set.taxonomy.get(&subject.category);
    verdict.reply = heard.and_then(|s| s.reply.clone()).or_else(|| category.and_then(|c| c.reply.clone()));
    if verdict.reply.is_some() {
        verdict.reply_mode = ReplyMode::Draft;
    }
    if subject.category == NOISE {
        verdict.held_back = against_setting_aside(matter);
        verdict.reason = Reason::NoRequest;
        if verdict.held_back.is_empty() {
            verdict.action = Action::SetAside;
        }
    } else if category.is_some_and(|c| c.refused) {
        verdict.held_back = refusal::against(matter);
        verdict.reason = Reason::RefusalToConfirm;
        if verdict.held_back.is_empty() {
            verdict.action = Action::Refuse;
            verdict.reason = Reason::RefusedTopic;
            verdict.reply_mode = ReplyMode::Send;
        }
    } else if matter.ambiguous() {
        verdict.reason = Reason::Ambiguous;
    } else if may_answer_alone(matter, &verdict) {
        verdict.reply_mode = ReplyMode::Send;
    }
    if !found.sensitive.is_empty() {
        verdict.reason = Reason::Sensitive;
    }
    verdict
}

/// Whoever speaks of a contract that is over is told so first, by a person: the reply of a heading that tells so becomes a
/// draft, and nothing leaves alone.
pub(super) fn tell_ended(verdict: &mut Verdict, matter: &Matter<'_>) {
    if verdict.action != Action::Queue || verdict.reason == Reason::Sensitive {
        return;
    }
    let category = matter.set.taxonomy.get(&matter.subject.category).filter(|category| category.tells_ended);
    let Some(own) = category.and_then(|category| category.reply.clone()) else { return };
    (verdict.reply, verdict.reply_mode, verdict.reason) = (Some(own), ReplyMode::Draft, Reason::InOffer);
    if verdict.held_back.iter().all(|held| held.kind != Held::ContractEnded) {
        verdict.held_back.push(Held::ContractEnded.plain());
    }
}

impl Matter<'_> {
    /// What rules heard of the primary category.
    pub(super) fn heard(&self) -> Option<&Scored> {
        self.found.scored.iter().find(|scored| scored.category == self.subject.category)
    }

    /// The title of a heading, for the team.
    pub(super) fn title(&self, id: &str) -> String {
        self.set.taxonomy.get(id).map_or_else(|| id.to_owned(), |category| category.title_fr.clone())
    }

    /// A part of the folded text as the writer wrote it.
    fn as_written(&self, folded: std::ops::Range<usize>) -> String {
        let written = self.read.folded.as_written(folded.clone());
        let field = self.read.folded.field_at(folded.start);
        let text = field.zip(written).and_then(|(field, range)| field.of(self.message).get(range));
        text.unwrap_or_default().trim().to_owned()
    }

    fn in_offer(&self, id: &str) -> bool {
        self.set.taxonomy.get(id).is_none_or(|category| category.in_offer)
    }

    /// Whether a rule for the offer that is no mere hint hit in a sentence.
    fn offer_heard(&self, sentence: usize) -> bool {
        self.found.rules_in(self.set, sentence).any(|rule| {
            rule.score > 0.0
                && !rule.weak
                && self.set.taxonomy.get(&rule.category).is_some_and(|category| category.in_offer)
        })
    }

    /// Whether another heading is too close to choose.
    fn ambiguous(&self) -> bool {
        match &self.subject.opinion {
            Some(_) => self.subject.confidence < self.set.policy.learned.recognised,
            None => margin(self.found) < self.set.policy.ambiguous,
        }
    }
}

/// Whether policy lets the reply of a question of the offer leave without a person: one plain question, nothing else.
fn may_answer_alone(matter: &Matter<'_>, verdict: &Verdict) -> bool {
    let (policy, bar) = (&matter.set.policy, matter.set.policy.answer);
    verdict.reply.as_ref().is_some_and(|reply| policy.answers_alone.contains(reply))
        && matter.subject.topics.len() == 1
        && !matter.message.insists
        && matter.found.sensitive.is_empty()
        && !matter.about.cut
        && matter.about.carries != Carries::OnlyOthers
        && matter.subject.confidence >= bar.confidence
        && matter.heard().is_some_and(|heard| heard.score >= bar.score)
        && margin(matter.found) >= bar.margin
}

/// The primary category and every other one that is really asked, as far as rules tell.
pub(super) fn rule_topics(set: &Ruleset, scored: &[Scored]) -> Vec<String> {
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

fn against_setting_aside(matter: &Matter<'_>) -> Vec<HeldBack> {
    let Matter { set, found, subject, message, about, .. } = matter;
    let mut why = Vec::new();
    if message.channel != Channel::Mail {
        why.push(Held::Form.plain());
    }
    let best = found.scored.first().filter(|best| best.category == NOISE && best.telling.is_some());
    let Some(best) = best else {
        why.push(Held::OnlyHints.plain());
        return why;
    };
    if found.scored.iter().skip(1).any(|other| other.asked || other.score >= set.policy.offer_veto) {
        why.push(Held::MaybeAsks.plain());
    }
    if subject.topics.iter().any(|topic| topic != NOISE) {
        why.push(Held::SentenceMaybeAsks.plain());
    }
    if !found.sensitive.is_empty() {
        why.push(Held::Sensitive.plain());
    }
    why.extend(refusal::below(set.policy.set_aside, best, margin(found)));
    why.extend(unread(*about));
    why
}

/// What of the message was not read, or is not its writer's.
pub(super) fn unread(about: Circumstances) -> Vec<HeldBack> {
    let mut why = Vec::new();
    if about.cut {
        why.push(Held::TooLong.plain());
    }
    if about.carries == Carries::OnlyOthers {
        why.push(Held::OnlyCites.plain());
    }
    why
}
