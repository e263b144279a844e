//! May a refusal leave without a person? Everything that speaks against it, each in a sentence for the team.
//!
//! A positive rule of the refused topic must have hit, whatever the model says. With a model, its probabilities then judge: of
//! the topic, of the whole offer, and of each sentence by itself; and words that announce or hide one more ask lead to a person.
//! Without one, rules must be sure by themselves.

use super::super::bare_log::is_bare_log;
use super::super::classify::Scored;
use super::super::decision::{Alone, Held, HeldBack};
use super::super::explain::words::percent;
use super::super::policy::Bar;
use super::super::weigh::{Opinion, Sentence};
use super::{Carries, Circumstances, Matter};

/// What keeps a refusal from leaving alone; empty when nothing does.
pub(super) fn against(matter: &Matter<'_>) -> Vec<HeldBack> {
    let Matter { set, found, subject, about, .. } = matter;
    let mut why = Vec::new();
    let category = set.taxonomy.get(&subject.category);
    if category.is_none_or(|c| c.alone != Alone::Act || !c.holds_on(about.day)) {
        why.push(Held::NotAllowed.plain());
    }
    let heard = matter.heard().filter(|heard| heard.telling.is_some());
    if heard.is_none() {
        why.push(Held::NoRule.plain());
    }
    if let Some(asked) = subject.topics.iter().find(|id| matter.in_offer(id)) {
        why.push(Held::OfferAsked.quoting(&matter.title(asked)));
    }
    if !found.sensitive.is_empty() {
        why.push(Held::Sensitive.plain());
    }
    match (&subject.opinion, heard) {
        (Some(opinion), _) => why.extend(by_model(matter, opinion)),
        (None, Some(heard)) => why.extend(by_rules(matter, heard)),
        (None, None) => {}
    }
    if matter.message.insists {
        why.push(Held::Insisted.plain());
    }
    if is_bare_log(&matter.message.text()) {
        why.push(Held::BareLog.plain());
    }
    if about.carries == Carries::Others {
        why.push(Held::Cites.plain());
    }
    let cut = subject.opinion.as_ref().is_some_and(|opinion| opinion.cut);
    why.extend(super::unread(Circumstances { cut: about.cut || cut, ..*about }));
    why
}

fn by_model(matter: &Matter<'_>, opinion: &Opinion) -> Vec<HeldBack> {
    let bar = matter.set.policy.refuse_learned;
    let mut why = Vec::new();
    if matter.subject.confidence < bar.sure {
        let (told, wanted) = (percent(matter.subject.confidence), percent(bar.sure));
        why.push(Held::Unsure.says(format!("La confiance est de {told}, il en faut {wanted}.")));
    }
    let offer = opinion.any(|id| matter.in_offer(id));
    if offer > bar.offer {
        let first = opinion.learned.iter().find(|l| matter.in_offer(&l.category));
        let title = first.map(|l| matter.title(&l.category)).unwrap_or_default();
        why.push(
            Held::OfferPossible.says(format!(
                "Un sujet de l’offre reste possible ({}), d’abord « {title} ».",
                percent(offer)
            )),
        );
    }
    let sentences = &matter.read.sentences;
    let allowed = |sentence: usize| match (sentences.asks_at(sentence), matter.offer_heard(sentence)) {
        (true, true) => bar.sentence_heard,
        (true, false) => bar.sentence,
        (false, _) => bar.sentence_said,
    };
    let of_offer = |sentence: &&Sentence| {
        sentence.offer > allowed(sentence.at) && sentence.asks.is_none_or(|asks| asks > bar.sentence_asks)
    };
    if let Some(sentence) = opinion.sentences.iter().find(of_offer) {
        let words = words(matter, sentence.at);
        let chance = percent(sentence.offer);
        why.push(
            Held::SentenceOfOffer
                .says(format!("Une phrase demande peut-être un sujet de l’offre ({chance}) : « {words} ».")),
        );
    }
    let offer = |s: &&Scored| matter.in_offer(&s.category);
    let first = |s: &&Scored| matter.heard().is_none_or(|heard| heard.score < s.score);
    let rival = matter.found.scored.iter().find(|s| s.strong && s.asked && offer(s) && first(s));
    let hint = matter.found.scored.iter().find(|s| offer(s) && s.score >= bar.short_offer);
    if let Some(rival) = rival {
        why.push(Held::RulesElsewhere.quoting(&matter.title(&rival.category)));
    } else if let Some(hint) = hint.filter(|_| matter.read.words() < bar.short_words) {
        let title = matter.title(&hint.category);
        why.push(Held::ShortHint.quoting(&title));
    }
    if let Some((start, end)) = matter.read.sentences.holds(matter.read.letter_end) {
        let words = matter.as_written(start..end);
        why.push(Held::OfferWords.quoting(&words));
    }
    let asks = |at: usize| sentences.asks_at(at) || sentences.is_announced(at);
    let asked = opinion.sentences.iter().filter(|sentence| asks(sentence.at));
    let most = asked.map(|sentence| sentence.offer).fold(0.0, f64::max);
    let more = sentences.announces_more(matter.read.letter_end);
    if let Some((start, end)) = more.filter(|_| most >= bar.sentence_more) {
        let words = matter.as_written(start..end);
        why.push(Held::MoreAnnounced.quoting(&words));
    }
    why
}

/// A sentence as the writer wrote it, not too much of it.
fn words(matter: &Matter<'_>, sentence: usize) -> String {
    const SHOWN: usize = 160;
    let words = matter.as_written(matter.read.sentences.range(sentence));
    match words.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", words[..at].trim_end()),
        None => words,
    }
}

fn by_rules(matter: &Matter<'_>, heard: &Scored) -> Vec<HeldBack> {
    let Matter { set, found, .. } = matter;
    let mut why = Vec::new();
    if !heard.asked {
        why.push(Held::NotAsked.plain());
    }
    if heard.unexplained * set.policy.explained_each > heard.explained {
        why.push(Held::NotUnderstood.plain());
    }
    if !matter.subject.topics.iter().any(|id| matter.in_offer(id))
        && let Some(near) =
            (found.scored.iter()).find(|s| matter.in_offer(&s.category) && s.score >= set.policy.offer_veto)
    {
        let title = matter.title(&near.category);
        why.push(Held::OfferNear.quoting(&title));
    }
    why.extend(below(set.policy.refuse, heard, margin_to(matter, heard, false)));
    if margin_to(matter, heard, true) < set.policy.rival {
        why.push(Held::TwoRefusals.plain());
    }
    why
}

/// Distance from the best category to the best other one of the offer (`refused` false) or of the refused topics.
fn margin_to(matter: &Matter<'_>, best: &Scored, refused: bool) -> f64 {
    let of_kind = |s: &&Scored| {
        s.category != best.category
            && matter.set.taxonomy.get(&s.category).is_some_and(|c| c.refused) == refused
    };
    best.score - matter.found.scored.iter().filter(of_kind).map(|s| s.score).fold(0.0, f64::max)
}

/// Which of a bar's conditions rules do not reach.
pub(super) fn below(bar: Bar, best: &Scored, gap: f64) -> Vec<HeldBack> {
    let mut why = Vec::new();
    if best.score < bar.score {
        why.push(Held::FewSigns.plain());
    }
    if best.confidence < bar.confidence {
        let (told, wanted) = (percent(best.confidence), percent(bar.confidence));
        why.push(Held::Unsure.says(format!("La confiance est de {told}, il en faut {wanted}.")));
    }
    if gap < bar.margin {
        why.push(Held::Close.plain());
    }
    why
}
