//! Automatic notices that no header betrays: absence, departure, the receipt of another helpdesk, a gate against spam, a
//! mail gateway's verdict. Judged by how they open and at least one more trait, and by how much of the text such a notice
//! would say: never by a word inside. Whoever asks something is a person: "Absence de réponse à ma demande" is one too.
//!
//! Two thresholds: holding back an automatic receipt costs little, setting a person's mail aside costs most. A doubtful
//! text gets no automatic answer and stays a request.

mod announced;
mod handling;
mod learned;
mod phrase;
mod sentence;
mod title;

use chrono::NaiveDate;
use phrase::Phrase;

use crate::mail::fold::fold;
pub(super) use handling::{Handling, handling, speaks};
pub(super) use title::subject_says_so;

/// Letters after which a text is no notice any more.
const LIMIT: usize = 3000;
/// A line with an address or a number of this many words is a way to reach somebody.
const CONTACT_WORDS: usize = 12;

/// The longest line of a visiting card, in words.
const CARD_WORDS: usize = 9;

/// A clause of so few words is a name or a date.
const NAME_WORDS: usize = 3;

/// What else is known of the mail.
#[derive(Clone, Copy)]
pub(super) struct Context {
    /// It answers something, by its headers or its subject.
    pub(super) answers: bool,
    /// It comes from a machine's address.
    pub(super) machine: bool,
    /// The day on which it was written, if it says.
    pub(super) sent: Option<NaiveDate>,
}

/// How surely a mail is a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// A person wrote it, as far as the words go.
    Person,
    /// It may be one: no automatic answer, but a person's mail.
    Doubtful,
    /// It is one.
    Notice,
}

/// What a sentence may be: an opening (the first five) or a trait.
#[derive(Clone, Copy)]
enum Sign {
    Absent,
    Receipt,
    Gone,
    Gate,
    Verdict,
    Back,
    Later,
    StandIn,
    Number,
    Delay,
    Promise,
    Click,
    Held,
    Detail,
}

static OPENINGS: [(Sign, &Phrase); 5] = [
    (Sign::Absent, &phrase::ABSENT),
    (Sign::Receipt, &phrase::RECEIPT),
    (Sign::Gone, &phrase::GONE),
    (Sign::Gate, &phrase::GATE),
    (Sign::Verdict, &phrase::VERDICT),
];
static TRAITS: [(Sign, &Phrase); 9] = [
    (Sign::Back, &phrase::RETURN),
    (Sign::Later, &phrase::LATER),
    (Sign::StandIn, &phrase::STAND_IN),
    (Sign::Number, &phrase::NUMBER),
    (Sign::Delay, &phrase::DELAY),
    (Sign::Promise, &phrase::PROMISE),
    (Sign::Click, &phrase::CLICK),
    (Sign::Held, &phrase::HELD),
    (Sign::Detail, &phrase::DETAIL),
];

/// What the sentences of a text amount to.
#[derive(Default)]
struct Reading {
    /// Which signs were seen, by [`Sign`].
    signs: [bool; 14],
    /// It calls itself automatic.
    itself: bool,
    /// It does so before anything else.
    opens_with_itself: bool,
    /// It asks something, or tells what only a person would.
    person: bool,
    /// Words after a "but" that are not what notices say, and absences told before they begin.
    taken_back: usize,
    words: usize,
    explained: usize,
}

/// Whether a clause is of a kind that notices are made of.
fn is_usual(clause: &str) -> bool {
    OPENINGS.iter().chain(&TRAITS).any(|(_, phrase)| phrase.is_match(clause)) || is_aside(clause)
}

impl Reading {
    fn of(text: &str, sent: Option<NaiveDate>) -> Self {
        let mut reading = Self::default();
        let (mut opening, mut left) = (true, false);
        let sentences = sentence::sentences(&fold(text));
        let card = sentences.iter().rposition(|(sentence, _)| !is_card_line(sentence)).map_or(0, |at| at + 1);
        for (at, (sentence, taken_back)) in sentences.into_iter().enumerate() {
            if phrase::DISCLAIMER.is_match(&sentence) || (card > 0 && at >= card) {
                continue;
            }
            if phrase::LEAVE.is_match(&sentence) {
                left = true;
            }
            reading.person |= is_personal(&sentence);
            let beforehand = sent.is_some_and(|sent| announced::begins_later(&sentence, sent));
            reading.taken_back += usize::from(beforehand);
            let itself = phrase::ITSELF.is_match(&sentence) && !phrase::DENIED.is_match(&sentence);
            reading.opens_with_itself |= itself && opening;
            reading.itself |= itself;
            if left {
                continue;
            }
            let opens = opening && reading.note(&sentence, &OPENINGS);
            let hints = reading.note(&sentence, &TRAITS);
            let explained = itself || opens || hints || is_aside(&sentence);
            for (at, clause) in sentence::clauses(&sentence).enumerate() {
                let words = clause
                    .split_whitespace()
                    .filter(|w| !w.starts_with(|c: char| c.is_ascii_digit()))
                    .count();
                reading.words += words;
                // A few words are a name or a date, but not where they take back what was said.
                let short = words <= NAME_WORDS && !taken_back;
                if itself || (opens && at == 0) || short || is_usual(clause) {
                    reading.explained += words;
                } else {
                    reading.taken_back += if taken_back { words } else { 0 };
                }
            }
            opening &= explained;
        }
        reading
    }

    /// Notes the signs of a sentence; whether there were any.
    fn note(&mut self, sentence: &str, table: &[(Sign, &Phrase)]) -> bool {
        let mut any = false;
        for (sign, phrase) in table {
            let hit = phrase.is_match(sentence);
            self.signs[*sign as usize] |= hit;
            any |= hit;
        }
        any
    }

    fn has(&self, sign: Sign) -> bool {
        self.signs[sign as usize]
    }

    /// Whether at least this share of the words, in per cent, is what notices say.
    fn covers(&self, share: usize) -> bool {
        self.explained * 100 >= self.words * share
    }

    fn judge(&self, context: Context) -> Verdict {
        let count = |traits: &[bool]| traits.iter().filter(|hit| **hit).count();
        let answers = context.answers || context.machine;
        if self.person {
            return Verdict::Person;
        }
        let absence =
            count(&[self.has(Sign::Back), self.has(Sign::Later), self.has(Sign::StandIn), self.itself]);
        let receipt =
            count(&[self.has(Sign::Number), self.has(Sign::Delay), self.has(Sign::Promise), self.itself]);
        let enough = if answers { 1 } else { 2 };
        let sure =
            (self.has(Sign::Absent) && absence >= enough && self.covers(if answers { 60 } else { 75 }))
                || (self.has(Sign::Receipt) && receipt >= 2 && self.covers(60))
                || (self.has(Sign::Receipt) && receipt >= 1 && answers && self.covers(90))
                || (self.has(Sign::Gone) && answers && self.covers(60))
                || (self.has(Sign::Gate) && self.has(Sign::Click) && self.has(Sign::Held) && self.covers(50))
                || (self.has(Sign::Verdict) && self.has(Sign::Detail) && self.covers(70))
                || (self.itself && (self.covers(60) || self.opens_with_itself));
        let doubtful = (self.has(Sign::Absent) && absence >= enough && self.covers(40))
            || (self.has(Sign::Absent) && answers && self.covers(90))
            || (self.has(Sign::Receipt) && receipt >= 1 && self.covers(60))
            || (self.has(Sign::Gone) && (answers || self.has(Sign::StandIn)) && self.covers(60))
            || (self.has(Sign::Gate) && (self.has(Sign::Click) || self.has(Sign::Held)) && self.covers(50))
            || (self.has(Sign::Verdict) && self.covers(70))
            || self.itself;
        match (sure && self.taken_back == 0, sure || doubtful) {
            (true, _) => Verdict::Notice,
            (false, true) => Verdict::Doubtful,
            (false, false) => Verdict::Person,
        }
    }

    /// Whether the whole reads like a notice though no rule says so. A mail that answers nothing needs an opening too.
    fn may_be_one(&self, text: &str, context: Context) -> bool {
        let opens = self.signs[..OPENINGS.len()].contains(&true);
        let hints = self.signs.iter().filter(|hit| **hit).count();
        let hinted = (opens || hints > 1) && self.covers(40);
        !self.person
            && if context.answers {
                learned::is_like_a_notice(text, hinted)
            } else {
                opens && learned::is_like_a_notice(text, false)
            }
    }

    /// Whether it opens like any notice at all.
    fn is_like_one(&self) -> bool {
        let spoken = self.has(Sign::Absent)
            || self.has(Sign::Receipt)
            || self.has(Sign::Gone)
            || self.has(Sign::Gate)
            || self.has(Sign::Verdict)
            || self.itself;
        !self.person
            && ((spoken && self.covers(50))
                || ((self.has(Sign::Back) || self.has(Sign::Later)) && self.covers(60)))
    }
}

/// Whether a sentence asks something of us, or tells what no machine would.
fn is_personal(sentence: &str) -> bool {
    if phrase::CONDITION.is_match(sentence) {
        return false;
    }
    let commands = phrase::COMMAND.captures_iter(sentence).any(|found| {
        let (to_us, verb) = (!found[1].is_empty(), &found[2]);
        // "Merci de nous avoir contactés" is thanks, "merci de nous joindre à" another address.
        if to_us {
            !["avoir", "joindre", "excuser"].contains(&verb)
        } else {
            !phrase::COMMANDS.contains(&verb)
        }
    });
    let promises = phrase::FUTURE.captures_iter(sentence).any(|found| {
        let stem = found[1].trim_end_matches("ons").trim_end_matches("ai");
        !phrase::FUTURES.contains(&stem)
    });
    commands
        || promises
        || sentence.contains('?') && !sentence.contains("http")
        || phrase::PERSON.is_match(sentence)
}

/// A line of a visiting card under the text: a name, a title, a place.
fn is_card_line(sentence: &str) -> bool {
    sentence.split_whitespace().count() <= CARD_WORDS
        && !sentence.ends_with(['.', '!', '?', ':', ';', ','])
        && !phrase::SPEECH.is_match(sentence)
        && !OPENINGS.iter().chain(&TRAITS).any(|(_, phrase)| phrase.is_match(sentence))
}

/// Courtesies, and lines that tell how to reach somebody.
fn is_aside(sentence: &str) -> bool {
    let words = sentence.split_whitespace().count();
    let digits = sentence.chars().filter(char::is_ascii_digit).count();
    let reach = sentence.contains('@') || sentence.contains("http") || digits >= 8;
    phrase::POLITE.is_match(sentence) || (reach && words <= CONTACT_WORDS)
}

/// How surely the newly written text reads as an automatic notice.
pub(super) fn body_says_so(text: &str, context: Context) -> Verdict {
    if text.chars().count() > LIMIT {
        return Verdict::Person;
    }
    let reading = Reading::of(text, context.sent);
    match reading.judge(context) {
        // Where the words are new, the whole may still read like one.
        Verdict::Person if reading.may_be_one(text, context) => Verdict::Doubtful,
        verdict => verdict,
    }
}

/// Whether the text is a notice of absence, whatever else it says.
pub(super) fn is_absence(text: &str, context: Context) -> bool {
    if text.chars().count() > LIMIT {
        return false;
    }
    let reading = Reading::of(text, context.sent);
    reading.has(Sign::Absent) && !reading.has(Sign::Verdict) && reading.judge(context) == Verdict::Notice
}

/// Whether a text that a machine sent says that its recipient is away or gone: there, unlike [`is_absence`], nobody has to be
/// told from a person any more.
pub(super) fn is_away(text: &str, context: Context) -> bool {
    let reading = Reading::of(text, context.sent);
    reading.has(Sign::Absent)
        || reading.has(Sign::Gone)
        || (reading.has(Sign::Back) && !reading.has(Sign::Receipt))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALONE: Context = Context { answers: false, machine: false, sent: None };
    const ANSWER: Context = Context { answers: true, machine: false, sent: None };

    #[test]
    fn a_notice_is_told_by_its_opening_and_one_more_trait() {
        let absent = "Bonjour,\n\nJe suis actuellement absente jusqu’au 12 mars.\nCordialement";
        assert_eq!(body_says_so(absent, ANSWER), Verdict::Notice);
        assert_eq!(body_says_so(absent, ALONE), Verdict::Doubtful);
        for text in [
            "Nous avons bien reçu votre demande n° 12. Elle sera traitée.",
            "Merci. Ceci est un message automatique, merci de ne pas y répondre.",
            "I am out of the office until Monday. For urgent matters please contact my colleague.",
            "Votre message est en attente. Cliquez ici pour qu’il soit remis.",
        ] {
            assert_eq!(body_says_so(text, ALONE), Verdict::Notice, "{text}");
        }
        for text in [
            "I am out of the office until Monday.",
            "Je ne fais plus partie des effectifs. Merci d’écrire à accueil@x.fr",
        ] {
            assert_eq!(body_says_so(text, ANSWER), Verdict::Notice, "{text}");
        }
    }

    #[test]
    fn a_doubtful_text_is_a_persons_without_an_automatic_answer() {
        let text = "Nous avons bien reçu votre message. Nous reviendrons vers vous après les vacances.";
        assert_eq!(body_says_so(text, ALONE), Verdict::Doubtful);
    }

    #[test]
    fn people_who_use_the_same_words_are_people() {
        for text in [
            "Je suis en congé mais je voudrais savoir si le code peut être publié.",
            "Absence de réponse à ma demande du 3 mars.",
            "Bonjour,\nVotre demande a été transmise à mon service : quelle licence ?",
            "Je suis absent demain mais disponible jeudi pour en parler.",
            "Votre demande a été transmise à notre DSI, qui la traite. Je reviens vers vous.",
            "Ceci n’est pas une réponse automatique : je conteste votre refus.",
            "Votre robot répond « Ceci est un message automatique ». Ma demande est sérieuse.",
        ] {
            assert_eq!(body_says_so(text, ANSWER), Verdict::Person, "{text}");
        }
    }
}
