//! May a refusal leave without a person? Everything that speaks against it, each in a sentence for the team.
//!
//! A positive rule of the refused topic must have hit, whatever the model says. With a model, its probabilities then judge: of
//! the topic, of the whole offer, and of each sentence by itself; and words that announce or hide one more ask lead to a person.
//! Without one, rules must be sure by themselves.

use super::super::classify::Scored;
use super::super::decision::Alone;
use super::super::explain::words::percent;
use super::super::policy::Bar;
use super::super::weigh::Opinion;
use super::{Carries, Circumstances, Matter};

/// What keeps a refusal from leaving alone; empty when nothing does.
pub(super) fn against(matter: &Matter<'_>) -> Vec<String> {
    let Matter { set, found, subject, about, .. } = matter;
    let mut why = Vec::new();
    let category = set.taxonomy.get(&subject.category);
    if category.is_none_or(|c| c.alone != Alone::Act || !c.holds_on(about.day)) {
        why.push("Cette catégorie n’autorise pas de refus sans une personne.".to_owned());
    }
    let heard = matter.heard().filter(|heard| heard.telling.is_some());
    if heard.is_none() {
        why.push("Aucune règle ne reconnaît ce sujet, ou seuls des indices faibles en parlent.".to_owned());
    }
    if let Some(asked) = subject.topics.iter().find(|id| matter.in_offer(id)) {
        why.push(format!("Un sujet de l’offre est demandé aussi : « {} ».", matter.title(asked)));
    }
    if !found.sensitive.is_empty() {
        why.push("Le message touche un sujet sensible.".to_owned());
    }
    match (&subject.opinion, heard) {
        (Some(opinion), _) => why.extend(by_model(matter, opinion)),
        (None, Some(heard)) => why.extend(by_rules(matter, heard)),
        (None, None) => {}
    }
    if about.carries == Carries::Others {
        why.push("Le message cite ou transfère un autre message.".to_owned());
    }
    let cut = subject.opinion.as_ref().is_some_and(|opinion| opinion.cut);
    why.extend(super::unread(Circumstances { cut: about.cut || cut, ..*about }));
    why
}

fn by_model(matter: &Matter<'_>, opinion: &Opinion) -> Vec<String> {
    let bar = matter.set.policy.refuse_learned;
    let mut why = Vec::new();
    if matter.subject.confidence < bar.sure {
        let (told, wanted) = (percent(matter.subject.confidence), percent(bar.sure));
        why.push(format!("La confiance est de {told}, il en faut {wanted}."));
    }
    let offer = opinion.any(|id| matter.in_offer(id));
    if offer > bar.offer {
        let first = opinion.learned.iter().find(|l| matter.in_offer(&l.category));
        let title = first.map(|l| matter.title(&l.category)).unwrap_or_default();
        why.push(format!("Un sujet de l’offre reste possible ({}), d’abord « {title} ».", percent(offer)));
    }
    let sentences = &matter.read.sentences;
    let allowed = |sentence: usize| match (sentences.asks_at(sentence), matter.offer_heard(sentence)) {
        (true, true) => bar.sentence_heard,
        (true, false) => bar.sentence,
        (false, _) => bar.sentence_said,
    };
    if let Some((sentence, chance)) = opinion.offer.iter().find(|(at, chance)| *chance > allowed(*at)) {
        let words = words(matter, *sentence);
        let chance = percent(*chance);
        why.push(format!("Une phrase demande peut-être un sujet de l’offre ({chance}) : « {words} »."));
    }
    let offer = |s: &&Scored| matter.in_offer(&s.category);
    let first = |s: &&Scored| matter.heard().is_none_or(|heard| heard.score < s.score);
    let rival = matter.found.scored.iter().find(|s| s.strong && s.asked && offer(s) && first(s));
    let hint = matter.found.scored.iter().find(|s| offer(s) && s.score >= bar.short_offer);
    if let Some(rival) = rival {
        why.push(format!("Les règles désignent plutôt « {} ».", matter.title(&rival.category)));
    } else if let Some(hint) = hint.filter(|_| matter.read.words() < bar.short_words) {
        let title = matter.title(&hint.category);
        why.push(format!("Le message est court, et un indice parle pour un sujet de l’offre : « {title} »."));
    }
    if let Some((start, end)) = matter.read.sentences.holds(matter.read.letter_end) {
        let words = matter.as_written(start..end);
        why.push(format!("Le message emploie des mots de l’offre : « {words} »."));
    }
    let asked = opinion.offer.iter().filter(|(at, _)| matter.read.sentences.asks_at(*at));
    let most = asked.map(|(_, chance)| *chance).fold(0.0, f64::max);
    let more = matter.read.sentences.announces_more(matter.read.letter_end);
    if let Some((start, end)) = more.filter(|_| most >= bar.sentence_more) {
        let words = matter.as_written(start..end);
        why.push(format!("Le message annonce peut-être une autre demande : « {words} »."));
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

fn by_rules(matter: &Matter<'_>, heard: &Scored) -> Vec<String> {
    let Matter { set, found, .. } = matter;
    let mut why = Vec::new();
    if !heard.asked {
        why.push(
            "Le sujet est évoqué, sans être demandé dans une phrase reconnue comme une demande.".to_owned(),
        );
    }
    if heard.unexplained * set.policy.explained_each > heard.explained {
        why.push("Une question du message n’est pas comprise.".to_owned());
    }
    if !matter.subject.topics.iter().any(|id| matter.in_offer(id))
        && let Some(near) =
            (found.scored.iter()).find(|s| matter.in_offer(&s.category) && s.score >= set.policy.offer_veto)
    {
        let title = matter.title(&near.category);
        why.push(format!("Un sujet de l’offre est peut-être demandé aussi : « {title} »."));
    }
    why.extend(below(set.policy.refuse, heard, margin_to(matter, heard, false)));
    if margin_to(matter, heard, true) < set.policy.rival {
        why.push("Deux motifs de refus sont trop proches pour choisir lequel dire.".to_owned());
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
pub(super) fn below(bar: Bar, best: &Scored, gap: f64) -> Vec<String> {
    let mut why = Vec::new();
    if best.score < bar.score {
        why.push("Les indices ne sont pas assez nombreux.".to_owned());
    }
    if best.confidence < bar.confidence {
        let (told, wanted) = (percent(best.confidence), percent(bar.confidence));
        why.push(format!("La confiance est de {told}, il en faut {wanted}."));
    }
    if gap < bar.margin {
        why.push("Un autre sujet est trop proche.".to_owned());
    }
    why
}
