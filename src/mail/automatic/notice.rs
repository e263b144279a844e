//! Automatic notices that no header betrays: absence, departure, delivery, the receipt of another helpdesk. Judged by how
//! they open and one more trait, never by a word inside: "Absence de réponse à ma demande" is a person, and whoever asks
//! something is one too.

use std::sync::LazyLock;

use regex::Regex;

/// Letters after which a text is no notice any more.
const LIMIT: usize = 1500;

/// What else is known of the mail.
pub(super) struct Context {
    /// It answers something, by its headers or its subject.
    pub(super) answers: bool,
    /// It comes from a machine's address.
    pub(super) machine: bool,
}

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("the expression is a constant that the tests compile")
}

/// Subjects that open like an automatic answer; group 1 is set for those that hardly any person writes.
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?ix)^ \s* \[? (?: ( r[ée]ponse\ (?:automatique|auto)\b | (?:message|avis|notification)\ (?:automatique|d['’]absence)\b | absente?(?:\(e\))?\ (?:du\ bureau|jusqu)
        | autoreply\b | auto-?(?:matic)?[\ -]?(?:reply|response)\b | automatisch(?:e)?\ (?:antwort|antwoord) | out\ of\ (?:the\ )?office | abwesenheit
        | respuesta\ automática | risposta\ automatica | absence\ de\ .{2,60}\ re\ ?: )
        | absence \s* : | auto \s* : | lu \s* : | non\ lu \s* : | remis \s* : | non\ remis \s* : | accepté \s* : | refusé \s* : | provisoire \s* :
        | read \s* : | not\ read \s* : | accepted \s* : | declined \s* : | tentative \s* : | undeliverable \s* : | delivered \s* : )",
    )
});

/// How a notice of absence opens.
static ABSENCE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?ix)^ (?: (?:merci\ (?:pour|de)\ votre\ (?:message|mail|courriel|e-?mail)[,.!\s]+)? je\ (?:suis|serai|serais)\ (?:actuellement\ |présentement\ )?(?:absent|en\ (?:congés?|vacances|déplacement|formation|arrêt)|hors\ du\ bureau|injoignable|indisponible)
        | (?:actuellement\ |étant\ )?(?:absente?(?:\(e\))?|en\ congés?|en\ vacances|en\ déplacement|en\ arrêt)\b
        | (?:thank\ you\ for\ (?:your\ (?:e-?mail|message)|contacting\ us|reaching\ out)[^.!]{0,40}[,.!\s]+)? i\ ?(?:['’]m|\ am|\ will\ be)\ (?:currently\ |presently\ )?(?:out\ of|away|on\ (?:annual\ |maternity\ |parental\ |sick\ )?(?:leave|vacation|holiday)|travell?ing|not\ in\ the\ office)
        | ich\ bin\ (?:derzeit|zurzeit|momentan|vom|bis|im\ urlaub|nicht\ im\ büro) )",
    )
});
/// What such a notice goes on with.
static RETURN: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)jusqu|de retour|(?:mon|notre) retour|urgen|contacte[rz]|adresse[rz]|(?:mon|notre) absence|répondrai|connaissance|\bdu \d|until|return|contact|limited access|back (?:on|in)|zurück|dringend",
    )
});

/// How the receipt of another service opens.
static RECEIPT: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?ix)^ (?: (?:nous\ avons|j['’]ai)\ bien\ reçu\ votre\ (?:demande|message|courriel|mail|e-?mail|ticket)
        | votre\ (?:demande|message|courriel|ticket|e-?mail)\ (?:n[°o]?\s?\S{1,20}\s)?(?:a\ (?:bien\ )?été\ (?:enregistré|reçu|pris|transmis|créé|lu)|est\ (?:bien\ )?(?:enregistré|pris))
        | (?:nous\ )?(?:accusons|accuse)\ (?:bonne\ )?réception\ de\ votre | accusé\ de\ (?:réception|lecture)
        | (?:un|le)\ ticket\ (?:n[°o]?\s?\S{1,20}\s)?(?:a\ été|vient\ d['’]être)\ (?:créé|ouvert)
        | we\ have\ received\ your | your\ (?:request|message|ticket|e-?mail)\b[^.]{0,40}(?:has\ been\ (?:received|created|registered|logged)|was\ received)
        | thank\ you\ for\ (?:contacting|reaching\ out\ to)\ [^.!]{0,60}(?:[.!]|\s)+(?:your|we|a\ ticket|this) )",
    )
});
/// What such a receipt goes on with.
static TREATED: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)meilleurs délais|brefs délais|sous \d+|numéro|n°|référence|ticket|(?:sera|seront) (?:traité|apporté|examiné)|traiterons|répondr(?:ons|ont)|reviendrons|as soon as|shortly|within \d|business (?:day|hour)|reference|case number",
    )
});

/// How a person who has left says so, or a mailbox that nobody reads.
static GONE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?ix)^ (?: je\ ne\ (?:fais\ plus\ partie|travaille\ plus) | j['’]ai\ quitté\ (?:mes\ fonctions|la|le|l['’]|mon\ poste)
        | (?:cette|l['’])\s?(?:adresse|boîte|messagerie).{0,80}?\ n['’]est\ plus\ | i\ (?:no\ longer\ work|have\ left) | this\ (?:mailbox|address|e-?mail)[^.!?]{0,60}\ (?:no\ longer|not\ monitored) )",
    )
});

/// Where a text calls itself automatic.
static ITSELF: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)(?:ceci est|il s['’]agit d['’])\s?(?:une?\s)?(?:message|réponse|courriel|mail|notification|accusé)[^.]{0,30}automatique|(?:message|courriel|mail|e-mail) (?:est |a été )?(?:généré|envoyé|émis) automatiquement|(?:merci de )?ne pas (?:y )?répondre(?: à ce|\s*[.!]|$)|this is an? (?:automatic|automated|auto)\b|(?:please )?do not reply to this|automatically generated",
    )
});

/// A greeting; what follows it opens the text.
static GREETING: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)^\s*(?:bonjour|bonsoir|madame|monsieur|mesdames|messieurs|chers?|chères?|hello|hi|dear|good (?:morning|afternoon)|hallo|guten tag)\b[^\n.!?]{0,60}?(?:[.!]|,?\s*\n|,|\z|$)\s*",
    )
});

/// Signs that the writer wants something of us.
static ASKS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)\?|\b(?:je (?:voudrais|souhait|cherche|voulais)|j['’]aimerais|nous (?:souhait|voudri|cherch|aimeri)|pourriez|pouvez-vous|avez-vous|est-ce que|auriez|besoin d|merci de (?:me|nous) (?:dire|indiquer|préciser|répondre|faire)|could you|would (?:like|you)|can you|please (?:advise|let|tell|send)|i need|we need|looking for)",
    )
});

/// Whether a subject opens like an automatic answer: one that a person could write counts only where something else says
/// machine, the others unless the mail asks something.
pub(super) fn subject_says_so(subject: &str, text: &str, context: &Context) -> bool {
    let subject = subject.replace(['\u{a0}', '\u{202f}'], " ");
    let Some(found) = SUBJECT.captures(&subject) else { return false };
    let short = text.chars().count() <= LIMIT;
    context.answers
        || context.machine
        || (found.get(1).is_some() && short && !ASKS.is_match(&subject) && !ASKS.is_match(text))
}

/// Whether the newly written text reads as an automatic notice.
pub(super) fn body_says_so(text: &str, context: &Context) -> bool {
    let text = text.trim().replace(['\u{a0}', '\u{202f}'], " ");
    if text.chars().count() > LIMIT || ASKS.is_match(&text) {
        return false;
    }
    if ITSELF.is_match(&text) {
        return true;
    }
    let mut opening = text.as_str();
    // "Bonjour Madame,\n\nBonjour," happens; twice is enough.
    for _ in 0..2 {
        if let Some(greeting) = GREETING.find(opening) {
            opening = opening[greeting.end()..].trim_start();
        }
    }
    let opening = opening.split_whitespace().take(60).collect::<Vec<_>>().join(" ");
    let answers = context.answers || context.machine;
    (ABSENCE.is_match(&opening) && answers && RETURN.is_match(&text))
        || (RECEIPT.is_match(&opening) && TREATED.is_match(&text))
        || (GONE.is_match(&opening) && answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALONE: Context = Context { answers: false, machine: false };
    const ANSWER: Context = Context { answers: true, machine: false };

    #[test]
    fn a_notice_is_told_by_its_opening_and_one_more_trait() {
        let absent = "Bonjour,\n\nJe suis actuellement absente jusqu’au 12 mars.\nCordialement";
        assert!(body_says_so(absent, &ANSWER));
        assert!(!body_says_so(absent, &ALONE));
        assert!(body_says_so("Nous avons bien reçu votre demande n° 12. Elle sera traitée.", &ALONE));
        assert!(body_says_so("I am out of the office until Monday.", &ANSWER));
        assert!(body_says_so("Je ne fais plus partie des effectifs. Merci d’écrire à accueil@x.fr", &ANSWER));
        assert!(body_says_so("Merci. Ceci est un message automatique, merci de ne pas y répondre.", &ALONE));
        assert!(subject_says_so("Réponse automatique : votre demande", "Je suis absente.", &ALONE));
        assert!(subject_says_so("Absence : Marie Dupont", "x", &ANSWER));
    }

    #[test]
    fn people_who_use_the_same_words_are_people() {
        for text in [
            "Je suis en congé mais je voudrais savoir si le code peut être publié.",
            "Absence de réponse à ma demande du 3 mars.",
            "Bonjour,\nVotre demande a été transmise à mon service : quelle licence ?",
            "Je suis absent demain mais disponible jeudi pour en parler.",
            "Votre demande a été transmise à notre DSI, qui la traite. Je reviens vers vous.",
        ] {
            assert!(!body_says_so(text, &ANSWER), "{text}");
        }
        for subject in
            ["Absence de réponse à ma demande", "Échec de la remise des prix", "Automatisation du SILL"]
        {
            assert!(!subject_says_so(subject, "x", &ANSWER), "{subject}");
        }
        assert!(!subject_says_so("AUTO : parc automobile", "Quel logiciel ?", &ALONE));
        assert!(!subject_says_so("Réponse automatique : comment la régler ?", "x", &ALONE));
    }
}
