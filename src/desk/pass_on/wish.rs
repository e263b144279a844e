//! Whether an answer to a refusal wishes that the question be passed on. The program acts only where nothing else is said:
//! every word is one of a closed list, between a greeting and a signature. Whatever more is said, the wish is shown to a person.

use std::sync::LazyLock;

use regex::Regex;

use crate::triage::text::fold;

/// How plainly somebody wishes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// They say that and nothing else.
    Plain,
    /// They say that and more.
    Spoken,
    /// They do not.
    None,
}

/// Lines of a signature.
const SIGNATURE_LINES: usize = 10;
/// Words of such a line.
const SIGNATURE_WORDS: usize = 9;
/// Words of a name after a greeting.
const NAME_WORDS: usize = 4;

const GREETINGS: [&str; 16] = [
    "bonjour",
    "bonsoir",
    "salut",
    "hello",
    "hi",
    "dear",
    "cher",
    "chere",
    "chers",
    "cheres",
    "madame",
    "monsieur",
    "mesdames",
    "messieurs",
    "mme",
    "m",
];
const YES: [&str; 3] = ["oui", "yes", "volontiers"];
/// Words that ask for it.
const ASKS: [&str; 12] = [
    "transmettre",
    "transmettez",
    "transmission",
    "transmise",
    "transferer",
    "transferez",
    "transferee",
    "transfert",
    "relayer",
    "relayez",
    "suivre",
    "forward",
];
/// What may stand around them.
const AROUND: &str = "ok accord absolument bien sur parfait je j nous vous souhaite souhaitons souhaiterais souhaiterions veux \
    voulons voudrais voudrions aimerais aimerions demande demandons prie prions remercie remercions confirme confirmons peux \
    pouvez pourriez vouloir de la le l les ma mon notre nos mes cette ce question questions message mail courriel dossier a au \
    aux du des d coordinateur coordinatrice coordonnateur coordonnatrice coordination ministeriel ministerielle ministere \
    organisme support marche marches merci mercis avance par s il te plait svp stp beaucoup et que soit pour faire faites \
    veuillez the my our to coordinator pass it on please thanks thank you this request";
/// What closes a letter, or wishes a good day.
const COURTESY: &str = "cordialement cdt cdlt bav bonne bon journee soiree fin semaine week end weekend merci mercis remercie \
    remercions d avance par beaucoup bien tres a vous je nous salutations sinceres respectueusement best kind regards thanks \
    thank you et svp s il te plait please";
/// Words that make a sentence of a line below.
const SPOKEN: &str = "je j nous vous il on ne n pas plus non rien jamais mais ps nb faut est i we you not but please si sauf \
    urgent lien avant apres attention";

static ASKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\b(?:transmett(?:re|ez)|transfer(?:er|ez)|fai(?:re|tes) suivre|relay(?:er|ez)|soit transmise?|transmission de|forward|pass it on|pass on)\b",
    )
    .expect("a constant expression, tested")
});
/// Somebody says that they do it themselves, did it, or that it shall not be done.
static DENIED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\b(?:ne|n|pas|non|inutile|sans|surtout|aucun|aucune|jamais|ni|not|don|never|no)\b|\b(?:je|j|nous|on|i|we) (?:vais|allons|va|ai|avons|a|le|la|l|transmet\w*|transfer\w*|will|have)\b",
    )
    .expect("a constant expression, tested")
});

/// How plainly the new text of an answer wishes it.
pub(super) fn wish(text: &str) -> Wish {
    if is_plain(text) {
        return Wish::Plain;
    }
    let sentences: Vec<String> =
        text.split(['.', '!', '?', ';', '\n']).map(|sentence| words_of(&fold(sentence)).join(" ")).collect();
    let refuses = sentences.iter().any(|sentence| sentence == "non" || sentence.starts_with("non "));
    let asks = |sentence: &String| ASKED.is_match(sentence) && !DENIED.is_match(sentence);
    if !refuses && sentences.iter().any(asks) { Wish::Spoken } else { Wish::None }
}

fn is_plain(text: &str) -> bool {
    let above = text.split("\n-- ").next().unwrap_or_default();
    // Folded by lines: folding makes spaces of their ends.
    let lines: Vec<String> = above.lines().map(fold).collect();
    let (mut yes, mut asks, mut below) = (false, false, 0);
    for line in lines.iter().map(|line| line.trim()).filter(|line| line.chars().any(char::is_alphanumeric)) {
        let said = without_greeting(line);
        let words = words_of(&said);
        if below > 0 || (words.iter().any(|word| !is_known(word)) && (yes || asks)) {
            below += 1;
            if below > SIGNATURE_LINES || !is_of_a_signature(line) {
                return false;
            }
            continue;
        }
        let doubts = said.contains('?') && !words.iter().any(|word| word == "pouvez" || word == "pourriez");
        if doubts || words.iter().any(|word| !is_known(word)) {
            return false;
        }
        let asking = words.iter().any(|word| ASKS.contains(&word.as_str())) || said.contains("pass it on");
        let plain_yes = words.iter().any(|word| YES.contains(&word.as_str()))
            && words.iter().all(|word| YES.contains(&word.as_str()) || on(COURTESY, word));
        let courteous = words.iter().all(|word| on(COURTESY, word));
        if !asking && !plain_yes && !courteous {
            return false;
        }
        (asks, yes) = (asks || asking, yes || plain_yes);
        if courteous && (asks || yes) && words.first().is_some_and(|first| !first.starts_with("merci")) {
            // "Cordialement": a signature follows.
            below = 1;
        }
    }
    asks || yes
}

/// A line without its greeting, and without whom it greets.
fn without_greeting(line: &str) -> String {
    let words = words_of(line);
    if !words.first().is_some_and(|first| GREETINGS.contains(&first.as_str())) {
        return line.to_owned();
    }
    let (greeted, rest) = line.split_once([',', '.', '!', ':', ';']).unwrap_or((line, ""));
    let greeted = words_of(greeted);
    let says = |word: &String| ASKS.contains(&word.as_str()) || YES.contains(&word.as_str());
    if greeted.iter().any(says) || greeted.len() > NAME_WORDS + 2 {
        let greeting = |word: &&String| GREETINGS.contains(&word.as_str());
        return words.iter().skip_while(greeting).cloned().collect::<Vec<_>>().join(" ");
    }
    // "Bonjour, Madame, …"
    without_greeting(rest.trim())
}

fn is_known(word: &str) -> bool {
    YES.contains(&word) || ASKS.contains(&word) || on(AROUND, word) || on(COURTESY, word)
}

fn is_of_a_signature(line: &str) -> bool {
    let words = words_of(line);
    let ends = line.ends_with(['?', '!', ';', ':']);
    words.len() <= SIGNATURE_WORDS && !ends && !words.iter().any(|word| on(SPOKEN, word))
}

fn on(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

fn words_of(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_wish_is_plain() {
        for text in [
            "Transmettre",
            "« transmettre »",
            "oui",
            "Oui, merci.",
            "Bonjour,\n\nTransmettre",
            "Transmettre merci",
            "Transmettre\n\nMarie Leroy",
            "Transmettre\n\nCordialement,\nMarie Leroy\nDDTM d’Ille-et-Vilaine\n02 99 00 00 00",
            "Oui, transmettez à mon coordinateur s’il vous plaît",
            "Bonjour Camille, oui, merci de transmettre ma question à notre coordinatrice. Bonne journée !",
            "Madame, Monsieur,\n\nJe souhaite que ma question soit transmise à mon coordinateur.\n\nBien cordialement,\nPaul Martin",
            "Pouvez-vous faire suivre ma demande au coordinateur ?",
            "Pass it on, please.\n\nThanks,\nMary",
        ] {
            assert_eq!(wish(text), Wish::Plain, "{text}");
        }
    }

    #[test]
    fn whatever_more_is_said_is_for_a_person() {
        for text in [
            "Oui, transmettez, et précisez que la panne bloque tout le service.",
            "Transmettre\n\nPS : c’est très urgent.",
            "Je ne comprends pas ce refus. Merci de transmettre à mon coordinateur.",
            "Oui, vous pouvez transmettre à Paul Durand",
        ] {
            assert_eq!(wish(text), Wish::Spoken, "{text}");
        }
        for text in [
            "",
            "Merci",
            "Non, ne transmettez pas.",
            "Inutile de transmettre.",
            "Je vais transmettre à mon coordinateur.",
            "J’ai déjà transmis à mon coordinateur.",
            "Je ne suis pas d’accord.",
            "Oui, je conteste.",
            "Transmettre ? Non.",
        ] {
            assert_eq!(wish(text), Wish::None, "{text}");
        }
    }
}
