//! Automatic notices that no header betrays: absence, departure, the receipt of another helpdesk, a gate against spam, a
//! mail gateway's verdict. Judged by how they open and at least one more trait, and by how much of the text such a notice
//! would say: never by a word inside. Whoever asks something is a person: "Absence de réponse à ma demande" is one too.
//!
//! Two thresholds: holding back an automatic receipt costs little, setting a person's mail aside costs most. A doubtful
//! text gets no automatic answer and stays a request.

mod phrase;
mod sentence;
mod title;

use phrase::Phrase;
pub(super) use title::subject_says_so;

/// Letters after which a text is no notice any more.
const LIMIT: usize = 3000;
/// A line with an address or a number of this many words is a way to reach somebody.
const CONTACT_WORDS: usize = 12;

/// A clause of so few words is a name or a date.
const NAME_WORDS: usize = 3;

/// What else is known of the mail.
#[derive(Clone, Copy)]
pub(super) struct Context {
    /// It answers something, by its headers or its subject.
    pub(super) answers: bool,
    /// It comes from a machine's address.
    pub(super) machine: bool,
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

/// What the sentences of a text amount to.
#[derive(Default)]
struct Reading {
    absent: bool,
    receipt: bool,
    gone: bool,
    gate: bool,
    verdict: bool,
    /// It calls itself automatic; at its edge, or twice.
    itself: bool,
    opens_with_itself: bool,
    /// It asks something, or tells what only a person would.
    person: bool,
    traits: Traits,
    words: usize,
    explained: usize,
}

#[derive(Default)]
struct Traits {
    back: bool,
    later: bool,
    stand_in: bool,
    number: bool,
    delay: bool,
    promise: bool,
    click: bool,
    held: bool,
    detail: bool,
}

impl Traits {
    /// Adds those of a sentence; whether there were any.
    fn add(&mut self, sentence: &str) -> bool {
        let tests: [(&mut bool, &Phrase); 9] = [
            (&mut self.back, &phrase::RETURN),
            (&mut self.later, &phrase::LATER),
            (&mut self.stand_in, &phrase::STAND_IN),
            (&mut self.number, &phrase::NUMBER),
            (&mut self.delay, &phrase::DELAY),
            (&mut self.promise, &phrase::PROMISE),
            (&mut self.click, &phrase::CLICK),
            (&mut self.held, &phrase::HELD),
            (&mut self.detail, &phrase::DETAIL),
        ];
        let mut any = false;
        for (known, phrase) in tests {
            let hit = phrase.is_match(sentence);
            *known |= hit;
            any |= hit;
        }
        any
    }
}

impl Reading {
    fn of(text: &str) -> Self {
        let mut reading = Self::default();
        let (mut opening, mut left) = (true, false);
        for sentence in sentence::sentences(&sentence::plain(text)) {
            if phrase::LEAVE.is_match(&sentence) {
                left = true;
            }
            reading.person |= is_personal(&sentence);
            let itself = phrase::ITSELF.is_match(&sentence) && !phrase::DENIED.is_match(&sentence);
            reading.opens_with_itself |= itself && opening;
            reading.itself |= itself;
            if left {
                continue;
            }
            let opens = opening && reading.opens(&sentence);
            let hints = reading.traits.add(&sentence);
            let explained = itself || opens || hints || is_aside(&sentence);
            for (at, clause) in sentence::clauses(&sentence).enumerate() {
                let words = clause
                    .split_whitespace()
                    .filter(|w| !w.starts_with(|c: char| c.is_ascii_digit()))
                    .count();
                reading.words += words;
                let known =
                    || Traits::default().add(clause) || is_aside(clause) || Self::default().opens(clause);
                if itself || (opens && at == 0) || words <= NAME_WORDS || known() {
                    reading.explained += words;
                }
            }
            opening &= explained;
        }
        reading
    }

    fn opens(&mut self, sentence: &str) -> bool {
        let tests: [(&mut bool, &Phrase); 5] = [
            (&mut self.absent, &phrase::ABSENT),
            (&mut self.receipt, &phrase::RECEIPT),
            (&mut self.gone, &phrase::GONE),
            (&mut self.gate, &phrase::GATE),
            (&mut self.verdict, &phrase::VERDICT),
        ];
        let mut any = false;
        for (known, phrase) in tests {
            let hit = phrase.is_match(sentence);
            *known |= hit;
            any |= hit;
        }
        any
    }

    /// Whether at least this share of the words, in per cent, is what notices say.
    fn covers(&self, share: usize) -> bool {
        self.explained * 100 >= self.words * share
    }

    fn judge(&self, context: Context) -> Verdict {
        let t = &self.traits;
        let count = |traits: &[bool]| traits.iter().filter(|hit| **hit).count();
        let answers = context.answers || context.machine;
        if self.person {
            return Verdict::Person;
        }
        let absence = count(&[t.back, t.later, t.stand_in, self.itself]);
        let receipt = count(&[t.number, t.delay, t.promise, self.itself]);
        let enough = if answers { 1 } else { 2 };
        let sure = (self.absent && absence >= enough && self.covers(if answers { 60 } else { 75 }))
            || (self.receipt && receipt >= 2 && self.covers(60))
            || (self.gone && answers && self.covers(60))
            || (self.gate && t.click && t.held && self.covers(50))
            || (self.verdict && t.detail && self.covers(70))
            || (self.itself && (self.covers(60) || self.opens_with_itself));
        let doubtful = (self.absent && absence >= enough && self.covers(40))
            || (self.receipt && receipt >= 1 && self.covers(60))
            || (self.gone && t.stand_in && self.covers(60))
            || self.itself;
        match (sure, doubtful) {
            (true, _) => Verdict::Notice,
            (false, true) => Verdict::Doubtful,
            (false, false) => Verdict::Person,
        }
    }

    /// Whether it opens like any notice at all.
    fn is_like_one(&self) -> bool {
        let t = &self.traits;
        let spoken = self.absent || self.receipt || self.gone || self.gate || self.verdict || self.itself;
        !self.person && ((spoken && self.covers(50)) || ((t.back || t.later) && self.covers(60)))
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
        if to_us { !["avoir", "joindre"].contains(&verb) } else { !phrase::COMMANDS.contains(&verb) }
    });
    commands || sentence.contains('?') && !sentence.contains("http") || phrase::PERSON.is_match(sentence)
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
    Reading::of(text).judge(context)
}

/// Whether the text is a notice of absence, whatever else it says.
pub(super) fn is_absence(text: &str, context: Context) -> bool {
    if text.chars().count() > LIMIT {
        return false;
    }
    let reading = Reading::of(text);
    reading.absent && !reading.verdict && reading.judge(context) == Verdict::Notice
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALONE: Context = Context { answers: false, machine: false };
    const ANSWER: Context = Context { answers: true, machine: false };

    #[test]
    fn a_notice_is_told_by_its_opening_and_one_more_trait() {
        let absent = "Bonjour,\n\nJe suis actuellement absente jusqu’au 12 mars.\nCordialement";
        assert_eq!(body_says_so(absent, ANSWER), Verdict::Notice);
        assert_eq!(body_says_so(absent, ALONE), Verdict::Person);
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
