//! Subjects that open like an automatic answer. The words alone are no proof: they count where something else says
//! machine, or where the text goes on like a notice.

use std::sync::LazyLock;

use regex::Regex;

use super::{Context, LIMIT, NAME_WORDS, Reading};
use crate::mail::fold::{expression, fold};
use crate::mail::subject::untagged;

/// A text this short says nothing against its subject.
const SHORT: usize = 60;

/// Phrases that hardly any person opens a subject with, and what must follow so that they are no sentence: "Out of office
/// installation" and "Automatic reply settings" are people's.
static STRONG: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^\s*[\[(*#-]*\s*(?:reponse (?:automatique|auto)|(?:message|avis|notification|notice) (?:automatique|d'absence)|absente?(?:\(e\))? (?:du bureau|jusqu)|absence du bureau|hors du bureau|auto-?\s?(?:matic |mated |matische )?(?:reply|response|antwort|svar)|automatisk\w* svar|automatisch\w* (?:antwort|antwoord|bericht)|autosvar|out of (?:the )?office|ooo|abwesen(?:heit|d)\w*|afwezig(?:heid)?|respuesta automatica|resposta automatica|risposta automatica|automatyczna odpowiedz|odpowiedz automatyczna|reponse immediate|ne pas repondre|do not reply|fuera de (?:la )?oficina|fuori (?:ufficio|sede)|ausencia(?: tempora[a-z]+)?|accuse de lecture|confirmation de lecture|read receipt|return receipt|lesebestatigung|vacation (?:reply|message))\s*(?:$|[:\]\-–—(!.,|/*]|re\b|auto-?reply|reply|notification|message|notice|until|till|bis|vom|jusqu|du \d|de \d|from \d|\d|for )",
    )
});
/// Subjects that programs write whole: Notes for the absent, reporters of mail authentication (RFC 7489, 7.2.1.1).
static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^auto ?: .{2,100}(?:\b(?:est absente?|est en conge|is (?:out of|away)|ist nicht|ist abwesend|no esta|e fuori)\b|\((?:returning|retour|ruckkehr))|^report domain: .{2,200} submitter: ",
    )
});
/// Phrases that people use too.
static WEAK: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^\s*(?:absence|auto|conges?|lu|non lu|remis|non remis|accepte|refuse|decline|provisoire|read|not read|accepted|declined|tentative|undeliverable|delivered|gelesen|gelezen|leido|letto|lido|zugesagt|abgelehnt|mit vorbehalt|aceptado|rechazado|accettato|rifiutato|geaccepteerd|afgewezen) ?:|^absence de .{2,60} re ?:",
    )
});

/// Whether a subject opens like an automatic answer, and nothing in the text speaks against it.
pub(in crate::mail::automatic) fn subject_says_so(subject: &str, text: &str, context: Context) -> bool {
    let subject = fold(untagged(subject));
    if WHOLE.is_match(&subject) {
        return true;
    }
    let (strong, weak) = (STRONG.is_match(&subject), WEAK.is_match(&subject));
    if (!strong && !weak) || subject.contains('?') {
        return false;
    }
    let length = text.trim().chars().count();
    let spoken = || length <= LIMIT && Reading::of(text, context.sent).is_like_one();
    if context.machine || (strong && context.answers) {
        return true;
    }
    // Under a subject that people use too, any sentence may be theirs.
    let few = strong || text.split_whitespace().count() <= NAME_WORDS;
    let quiet = || few && length <= SHORT && !Reading::of(text, context.sent).person;
    (strong || context.answers) && (quiet() || spoken())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALONE: Context = Context { answers: false, machine: false, sent: None };
    const ANSWER: Context = Context { answers: true, machine: false, sent: None };

    #[test]
    fn a_subject_counts_with_something_else() {
        assert!(subject_says_so("Réponse automatique : votre demande", "Je suis absente.", ALONE));
        assert!(subject_says_so("[EXT] Automatic reply: votre demande", "Absent.", ALONE));
        assert!(subject_says_so("AUTO: Marie Dupont est absente (retour 16/03/2026)", "x", ALONE));
        assert!(subject_says_so("Absence : Marie Dupont", "x", ANSWER));
        assert!(subject_says_so("Risposta automatica: domanda", "Torno lunedì.", ANSWER));
        assert!(!subject_says_so("Absence : Marie Dupont", "x", ALONE));
    }

    #[test]
    fn people_open_subjects_with_the_same_words() {
        for subject in [
            "Absence de réponse à ma demande",
            "Échec de la remise des prix",
            "Automatisation du SILL",
            "Out of office installation",
            "Réponse automatique : comment la régler ?",
        ] {
            assert!(!subject_says_so(subject, "x", ANSWER), "{subject}");
        }
        assert!(!subject_says_so("Lu : votre guide", "Nous l’avons lu et avons trois remarques.", ANSWER));
        assert!(!subject_says_so("AUTO : parc automobile", "Quel logiciel ?", ALONE));
        let accepted =
            "Nous acceptons votre proposition et viendrons mardi avec notre directeur et un juriste.";
        assert!(!subject_says_so("Accepté : proposition", accepted, ANSWER));
    }
}
