//! A word of thanks and nothing else: such a mail asks nothing, so it brings no request back. Judged by a closed list of
//! words, French and English: any word that is not on it, a question, a long text, and it is a message like any other. To
//! take a request for thanks would lose it; to take thanks for a request costs a glance.

use super::fold::fold;

/// Characters after which nobody only thanks.
const LIMIT: usize = 600;
/// Lines of a visiting card below the closing words.
const CARD_LINES: usize = 8;
/// Words of such a line.
const CARD_WORDS: usize = 9;
/// Words of a name after a greeting or after the thanks.
const NAME: usize = 4;

/// One of these must be there.
const THANKS: [&str; 10] = [
    "merci",
    "mercis",
    "remercie",
    "remercions",
    "remerciement",
    "remerciements",
    "thanks",
    "thank",
    "thx",
    "appreciated",
];
/// What may stand around it.
const COURTESY: &str = "mille grand grande beaucoup infiniment encore tres bien vraiment sincerement chaleureusement \
    vivement vifs sinceres meilleurs je j vous te nous tiens pour de d du des votre vos ton ta tes cette ce cet ces la le \
    l les c est reponse reponses retour retours aide reactivite rapidite efficacite precision precisions information \
    informations info infos renseignement renseignements eclaircissement eclaircissements eclairage explication explications \
    confirmation accompagnement disponibilite attention temps conseil conseils lien liens suivi soutien comprehension \
    patience rapide rapides rapidement vite claire claires complete completes detaillee detaillees precieuse precieuses \
    precieux utile utiles super top genial excellent excellente formidable note recu et bonne bon journee soiree fin apres \
    midi week end weekend semaine belle continuation courage bientot tous toutes toute equipe avoir m repondu eclaire oriente \
    si aussi ainsi que so much many very lot for your the this that answer reply response help time quick fast prompt kind \
    support information clarification again great appreciate appreciated it i we all is was helpful really have nice good \
    day evening best wishes noted received wonderful you team and to";
/// Words that may accept what was offered: thanks only where nothing was asked.
const ACCEPTANCE: [&str; 9] =
    ["ok", "okay", "accord", "parfait", "parfaite", "entendu", "compris", "perfect", "impeccable"];
/// What opens a mail.
const GREETING: [&str; 14] = [
    "bonjour", "bonsoir", "salut", "coucou", "hello", "hi", "dear", "cher", "chere", "chers", "cheres",
    "madame", "monsieur", "mme",
];
/// What remains where something was asked: "très bien, merci" and "c’est bon, merci" are answers.
const NEUTRAL: &str = "mille grand beaucoup infiniment encore tres je j vous nous te pour de la le l et votre vos reponse aide \
    retour bonne journee soiree fin week end weekend semaine toute equipe so much many very lot for your the answer reply help \
    again day evening have nice good and to team";
/// Words with which a mail asks without a question mark.
const ASKING: [&str; 14] = [
    "merci de me",
    "merci de nous",
    "merci de bien vouloir",
    "merci de confirmer",
    "merci de preciser",
    "pouvez vous",
    "pourriez vous",
    "dites nous",
    "dites moi",
    "confirmez",
    "precisez",
    "let us know",
    "could you",
    "please",
];
/// Words with which a closing line begins; what stands below is a visiting card.
const CLOSING: [&str; 14] = [
    "cordialement",
    "bien cordialement",
    "tres cordialement",
    "amicalement",
    "respectueusement",
    "sincerement",
    "salutations",
    "bien a vous",
    "best regards",
    "kind regards",
    "regards",
    "warm regards",
    "cheers",
    "sincerely",
];
/// After "merci de votre": with any other noun it may be asked for ("merci de votre confirmation").
const GIVEN: [&str; 10] = [
    "reponse",
    "reponses",
    "aide",
    "reactivite",
    "accompagnement",
    "soutien",
    "disponibilite",
    "rapidite",
    "efficacite",
    "eclairage",
];
/// Words that make a sentence of a line below the thanks or the closing words.
const SPOKEN: &str = "je j nous vous il on ps pouvez pourriez faut est i we you please can ne n pas plus non rien jamais toujours \
    urgent urgence urgente vite relance rappel rappelez appelez repondez lien liens fichier document demande mort morte \
    attention annule annulee not never still link file broken asap reminder";
/// Words in small letters that visiting cards hold; others of four letters and more make a sentence.
const CARD: &str = "charge chargee mission missions numerique numeriques systeme systemes information informations \
    informatique informatiques direction service services bureau pole poles departement division section unite equipe \
    projet projets responsable adjoint adjointe chef cheffe directeur directrice secretaire general generale assistant \
    assistante ingenieur ingenieure developpeur developpeuse technicien technicienne administrateur administratrice agent \
    agente redacteur redactrice conseiller conseillere ministere mairie ville commune communes communaute agglomeration \
    metropole region regional regionale departemental departementale territorial territoriale prefecture rectorat academie \
    universite ecole institut centre hospitalier etablissement public publique publics publiques affaires juridique \
    juridiques marches achats ressources humaines finances etudes donnees applications logiciels libres manager head officer \
    department team systems office rue avenue place boulevard allee cedex telephone mobile fixe batiment etage pour avec";

/// Whether a text says thanks and nothing else. `asked`: the mail that it answers asked something, so that "d’accord, merci"
/// is an answer.
pub fn only_thanks(text: &str, asked: bool) -> bool {
    let text = text.trim();
    if text.chars().count() > LIMIT || text.contains(['?', '؟', '？']) {
        return false;
    }
    let mut thanked = false;
    let mut below = None;
    for line in text.lines().map(str::trim).filter(|line| line.chars().any(char::is_alphanumeric)) {
        let (words, folded) = words_of(line);
        if let Some(lines) = below.as_mut() {
            *lines += 1;
            if *lines > CARD_LINES || !is_card(line, &words, &folded) {
                return false;
            }
            continue;
        }
        let together = folded.join(" ");
        let closing = CLOSING.iter().find(|words| together.starts_with(*words));
        if let Some(closing) = closing {
            // "Cordialement, Marie" on one line; more than a name is a sentence.
            if folded.len() > closing.split(' ').count() + NAME {
                return false;
            }
            below = Some(0);
            continue;
        }
        let mut clauses =
            line.split(['.', '!', ';', ':', '…']).filter(|clause| clause.chars().any(char::is_alphanumeric));
        let said = clauses.try_fold(false, |before, clause| Some(courtesy(clause, asked)? || before));
        match said {
            Some(here) => thanked |= here,
            // A name alone below the thanks.
            None if thanked && words.len() <= NAME && has_small(line) && is_card(line, &words, &folded) => {
                below = Some(1);
            }
            None => return false,
        }
    }
    thanked
}

/// Whether a mail of ours asks its reader something, so that "d’accord, merci" answers it.
pub fn asks(text: &str) -> bool {
    // A link may hold a question mark.
    if text.split_whitespace().any(|word| word.contains('?') && !word.contains("://")) {
        return true;
    }
    let said = format!(" {} ", words_of(text).1.join(" "));
    ASKING.iter().any(|words| said.contains(&format!(" {words} ")))
}

/// The words of a text, as written and folded.
fn words_of(text: &str) -> (Vec<&str>, Vec<String>) {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let folded = words.iter().map(|word| fold(word)).collect();
    (words, folded)
}

/// Whether a clause thanks; `None`: it says something else.
fn courtesy(clause: &str, asked: bool) -> Option<bool> {
    let (words, folded) = words_of(clause);
    // In capitals nothing tells a name from a word.
    let mixed = has_small(clause);
    let mut thanked = false;
    let mut left = 0;
    for (at, word) in folded.iter().enumerate() {
        let next = folded.get(at + 1).map_or("", String::as_str);
        if is_thanks(word) {
            (thanked, left) = (true, if mixed { NAME } else { 0 });
        } else if at == 0 && GREETING.contains(&word.as_str()) {
            left = NAME;
        } else if left > 0 && GREETING.contains(&word.as_str()) {
            // "Merci Madame Le Goff": the name is still to come.
        } else if left > 0 && is_name(words[at]) && !COURTESY.split_whitespace().any(|known| known == word) {
            left -= 1;
        } else if ACCEPTANCE.contains(&word.as_str()) {
            if asked {
                return None;
            }
            left = 0;
        } else if is_article(word) {
            // "Un grand merci" and "thanks a lot" give; "merci pour un retour rapide" asks.
            if !gives(word, next) || (thanked && word == "un") {
                return None;
            }
            left = 0;
        } else if COURTESY.split_whitespace().any(|known| known == word) {
            if asked && !NEUTRAL.split_whitespace().any(|known| known == word) {
                return None;
            }
            // "Madame Le Goff".
            left = if is_name(words[at]) { left } else { 0 };
            let asks_for = matches!(word.as_str(), "de" | "d")
                && at > 0
                && is_thanks(&folded[at - 1])
                && wishes(&folded[at..]);
            if asks_for || (word == "et" && next == "pour") {
                return None;
            }
        } else {
            return None;
        }
    }
    Some(thanked)
}

fn is_article(word: &str) -> bool {
    matches!(word, "un" | "une" | "a")
}

/// Whether an article (or "à") stands before something that is given, not asked for.
fn gives(word: &str, next: &str) -> bool {
    match word {
        "un" => matches!(next, "grand" | "immense" | "tres" | "enorme"),
        "a" => matches!(
            next,
            "vous"
                | "toi"
                | "tous"
                | "toutes"
                | "toute"
                | "l"
                | "bientot"
                | "lot"
                | "million"
                | "bunch"
                | "nice"
                | "good"
                | "great"
                | "wonderful"
        ),
        _ => false,
    }
}

fn has_small(text: &str) -> bool {
    text.chars().any(char::is_lowercase)
}

/// Whether a line can stand on a visiting card: names, functions, places, numbers, addresses; nothing that is said.
fn is_card(line: &str, words: &[&str], folded: &[String]) -> bool {
    let on = |list: &str, word: &str| list.split_whitespace().any(|known| known == word);
    if words.len() > CARD_WORDS || folded.iter().any(|word| on(SPOKEN, word) || is_thanks(word)) {
        return false;
    }
    let address = ["@", "://", "www."].iter().any(|mark| line.contains(mark));
    let stands = |word: &str, folded: &str| {
        let number = word.chars().any(|c| c.is_ascii_digit());
        is_name(word) || number || word.chars().count() <= 3 || on(CARD, folded)
    };
    address || words.iter().zip(folded).all(|(word, folded)| stands(word, folded))
}

/// Whether "de …" after the thanks may ask for something: "merci de votre confirmation".
fn wishes(folded: &[String]) -> bool {
    let mut after = folded.iter().skip(1).map(String::as_str);
    match after.next() {
        Some("votre" | "vos" | "ta" | "tes" | "cette" | "ces" | "la" | "l") => !after
            .find(|word| *word != "tres" && *word != "precieuse")
            .is_some_and(|noun| GIVEN.contains(&noun)),
        Some("m" | "nous") => after.next() != Some("avoir"),
        _ => true,
    }
}

fn is_thanks(word: &str) -> bool {
    THANKS.contains(&word)
}

fn is_name(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::only_thanks;

    #[test]
    fn thanks_are_told() {
        for text in [
            "Merci",
            "Merci !",
            "MERCI BEAUCOUP",
            "Merci beaucoup 🙂",
            "Un grand merci !",
            "Mille mercis.",
            "Bonjour,\n\nMerci pour votre réponse.\n\nCordialement,\nMarie Dupont\nMairie de Quimper\n02 98 00 00 00",
            "Bonjour Camille,\n\nMerci beaucoup pour votre retour rapide et ces précisions.\n\nBien à vous,\nPaul",
            "Merci Camille !",
            "Merci Madame Le Goff",
            "Je vous remercie pour votre aide.\n\nBonne journée,\n\nPaul Martin",
            "Nous vous remercions pour votre réactivité.",
            "Merci à vous, très bonne journée",
            "Parfait, merci beaucoup.",
            "Super, merci !",
            "C’est noté, merci.",
            "Bien reçu, merci.",
            "Merci de votre réponse.",
            "Merci de m’avoir répondu si vite.",
            "Encore merci et bonne fin de semaine",
            "Thanks!",
            "Thank you so much for your quick answer.\n\nBest regards,\nIngrid Solberg\nFjordarkiv AS",
            "Hi Camille,\n\nThanks a lot, very helpful.\n\nKind regards,\nIngrid",
            "Dear team,\nmany thanks for the information.",
            "Merci\nPaul",
        ] {
            assert!(only_thanks(text, false), "{text}");
        }
    }

    #[test]
    fn whatever_more_is_said_is_a_message() {
        for text in [
            "",
            "Bonjour,",
            "Cordialement",
            "Merci de me répondre.",
            "Merci de bien vouloir confirmer.",
            "MERCI DE REPONDRE",
            "Merci de votre confirmation.",
            "Merci de votre retour.",
            "Merci de faire vite",
            "Merci d’avance",
            "Merci par avance pour votre aide.",
            "Merci, mais le lien ne fonctionne pas.",
            "Merci ! Et pour le point 2 ?",
            "Merci et pour le reste",
            "Merci, je n’ai pas compris.",
            "Non merci",
            "Oui, merci.",
            "Merci pour le lien, il est mort",
            "Merci, à mardi 10 h.",
            "Merci. Pouvez-vous m’appeler",
            "Merci\n\nCordialement,\nPaul\nPS : et le SILL",
            "Merci\n\nCordialement,\nPaul\nJe vous appelle demain",
            "Merci pour un retour rapide.",
            "Merci d’un retour rapide",
            "Merci d’une confirmation rapide",
            "Thanks for a quick reply.",
            "Merci\nPaul\nLe lien ne fonctionne pas",
            "Merci beaucoup.\nPaul\nToujours rien reçu",
            "Merci !\nBien à vous,\nPaul\nLien toujours mort, document introuvable",
            "Merci.\nCordialement.\nPaul\nFichier joint illisible, à renvoyer",
            "Merci\nCordialement\nPaul\nDemande annulée, ne plus donner suite",
            "Merci beaucoup !\nRAPPELEZ MOI VITE",
            "Merci\nRelance",
            "Merci\nUrgent",
            "Merci de ne plus m’écrire",
            "Thanks in advance",
            "Thanks, but it does not work.",
            "Thank you, could you send the file",
            "Please, thank you",
            "Sans réponse de votre part, merci",
            "Dans l’attente de votre retour, merci",
            "Merci, la demande est close",
            "Ok",
            "Bien reçu.",
            "👍",
        ] {
            assert!(!only_thanks(text, false), "{text}");
        }
        assert!(!only_thanks(&format!("Merci {}", "beaucoup ".repeat(80)), false));
    }

    #[test]
    fn an_acceptance_answers_what_was_asked() {
        for text in [
            "D’accord, merci",
            "Ok merci",
            "Parfait, merci beaucoup",
            "Très bien, merci.",
            "C’est bon, merci !",
            "C’est noté, merci.",
        ] {
            assert!(only_thanks(text, false) && !only_thanks(text, true), "{text}");
        }
        assert!(only_thanks("Merci beaucoup !", true));
        assert!(only_thanks("Merci pour votre réponse.\n\nBonne journée,\n\nPaul Martin", true));
        assert!(super::asks("Merci de nous dire si le lien vous convient."));
        assert!(!super::asks("Voici le lien : https://code.gouv.fr/?q=sill"));
    }
}
