//! Why no automatic mail answers a message, in the team's words: the codes of `docs/mail.md`, section 3, and those of the
//! desk's memory.

/// The sentence for a code (`list-header=list-id`, `cap-recipient`); a code that is not known is shown as it is.
pub(super) fn sentence(code: &str) -> String {
    let (name, value) = code.split_once('=').map_or((code, None), |(name, value)| (name, Some(value)));
    let says = match name {
        "null-sender" => "l’expéditeur de l’enveloppe est vide, comme dans un avis automatique",
        "several-senders" => "l’en-tête From nomme plusieurs expéditeurs",
        "no-sender" => "l’en-tête From ne donne pas d’adresse",
        "own-address" => "l’adresse est une adresse du service",
        "sent-folder" => "le courriel est dans le dossier des envois",
        "own-message-id" => "le courriel est un des nôtres, revenu",
        "auto-submitted" => "le courriel se dit automatique (Auto-Submitted)",
        "list-header" => "le courriel est passé par une liste de diffusion",
        "precedence" => "le courriel est un envoi en nombre (Precedence)",
        "report" => "le courriel est un rapport de messagerie",
        "auto-response-suppress" => "l’expéditeur demande qu’aucun automate ne réponde",
        "auto-header" => "un en-tête dit que le courriel vient d’un automate",
        "loop" => "le courriel tourne en boucle",
        "robot-sender" => "l’adresse de l’expéditeur est celle d’un automate",
        "only-cc" => "le service n’est qu’en copie",
        "not-addressed" => "le courriel n’est pas adressé au service (copie cachée, alias ou liste)",
        "spam" => "le filtre de messagerie le dit indésirable",
        "dmarc-fail" | "unauthenticated" => "l’expéditeur n’est pas prouvé",
        "calendar" => "c’est une invitation ou une réponse d’agenda",
        "automatic-subject" => "l’objet est celui d’une réponse automatique",
        "notice-in-body" => "le texte est celui d’un avis automatique",
        "history" => "c’est une archive importée",
        "older-than-a-day" => "le message a été écrit plus d’un jour avant d’arriver",
        "no-safe-address" => "aucune adresse sûre à laquelle répondre",
        "answers-our-mail" => "il répond à un de nos courriels",
        "cap-recipient" => "cette adresse a reçu assez de courriels automatiques aujourd’hui",
        "cap-ticket" => "cette demande a donné lieu à assez de courriels automatiques",
        "cap-domain" => "ce domaine a reçu assez de courriels automatiques depuis une heure",
        "cap-global" => "le service envoie déjà tout ce qu’il peut de courriels automatiques",
        "address-bounced" => "cette adresse a renvoyé un de nos courriels",
        "by-hand" => "la demande a été saisie par une personne de l’équipe",
        "thread" => "il continue un échange : une personne répond",
        _ => return code.to_owned(),
    };
    value.map_or_else(|| says.to_owned(), |value| format!("{says} : {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_becomes_a_sentence_with_its_value() {
        assert_eq!(
            sentence("list-header=list-id"),
            "le courriel est passé par une liste de diffusion : list-id"
        );
        assert_eq!(sentence("thread"), "il continue un échange : une personne répond");
        assert_eq!(sentence("of-tomorrow=x"), "of-tomorrow=x");
    }
}
