//! What becomes of a request in the house that got it: registered, numbered, assigned, passed on, its state changed. Who tells
//! only that answers nothing, be it a helpdesk under somebody's address or a person who says no more. Judged sentence by
//! sentence: one that says anything else, and it is more than a receipt.

use std::sync::LazyLock;

use regex::Regex;

use super::{is_aside, is_card_line, is_personal, phrase, sentence};
use crate::mail::fold::{expression, fold};

/// What a mail tells of the handling of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mail) enum Handling {
    /// Nothing.
    None,
    /// Something, and more.
    Some,
    /// Nothing else.
    Only,
}

/// What is handled.
const THING: &str = r"\b(?:demandes?|tickets?|incidents?|appels?|messages?|courriels?|courriers?|e-?mails?|mails?|sollicitations?|requetes?|dossiers?|interventions?|signalements?|saisines?|reclamations?|taches?|fiches?|declarations?|requests?|cases?|issues?|enquir(?:y|ies)|inquir(?:y|ies)|tasks?|anfragen?|vorgang|solicitud|richiesta)\b";

/// What is done to it, as participles say it.
const DONE: &str = r"\b(?:(?:re|pre)?(?:enregistre|affecte|attribue|assigne|achemine|oriente|dirige|receptionne|escalade|cloture|planifie|qualifie|confie|rattache|modifie|programme|traite|relance|cree|adresse|ferme|resolu|recu|parvenu|transmis|transfere|ajoute|commente|instruit|analyse|examine|etudie|clos|ouvert|suspendu|repris|pris)(?:e|s|es)?|(?:re)?mise?s? (?:a jour|en attente|en file)|en (?:cours|attente|instruction|traitement|analyse)|a l'(?:etude|examen)|va (?:etre|vous etre)|statut|etat|passee?s? (?:a|au|en|de)|bien arrivee?|portee?|numero(?:tee?)?|registered|received|created|opened|logged|assigned|forwarded|transferred|escalated|closed|resolved|updated|queued|submitted|acknowledged|recorded|status|in progress|pending|waiting|on hold|under review|being (?:processed|handled|treated|reviewed|looked)|erstellt|registriert|zugewiesen|registrad[oa]|registrat[oa])\b";

/// A sentence in which something is done to a request.
static HANDLED: LazyLock<Regex> =
    LazyLock::new(|| expression(&format!("{THING}.{{0,90}}{DONE}|{DONE}.{{0,60}}{THING}")));

/// Others will see to it.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\b(?:un|une|le|la|notre|nos|l'|les) ?(?:technicien|agent|conseill|gestionnaire|operateur|equipe|service|correspondant|expert)\w*\b.{0,60}\b(?:va|vont|reviendra|reviendront|repondra|repondront|recontactera|contactera|prendra|traitera|etudiera|vous (?:repond|contact|recontact)\w*)\b|\b(?:a|our) (?:technician|colleague|member|representative|agent|team)\b.{0,40}\bwill\b",
    )
});

/// What is done next, by others, and how to follow it.
static FOLLOWED: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\b(?:un|une|le|la|notre|nos|l'|les) ?(?:technicien|agent|conseill|gestionnaire|operateur|equipe|service|correspondant|expert|personne|interlocut|charge)\w*|\b(?:portail|espace (?:client|utilisateur|personnel))\b|\bsuivre (?:son|sa|l'|le|la|votre)|\b(?:conserve[rz]?|rappele[rz]?|gardez?|mentionne[rz]?|indique[rz]?)\b.{0,40}\b(?:numero|reference|objet)|\bvous (?:ser|recevr|avertir|tiendr)\w*|\bvous (?:en )?serez\b|\b(?:informe|notifie|averti|prevenu|recontacte|contacte)e?s?\b|\b(?:ulterieurement|prochainement|sous peu|des que possible|suite donnee|a repondre|y sera repondu)\b|\ba (?:technician|colleague|member|representative)|\b(?:our|the) (?:team|staff|helpdesk)\b|\bwill be\b|\btrack\b|\bportal\b",
    )
});

/// A line of a form that a helpdesk fills in.
static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^(?:(?:n|no|num)[°º.]*|numero|reference|ref|statut|etat|status|state|demandeur|demandeuse|requester|titre|title|objet|sujet|subject|priorite|priority|urgence|urgency|impact|categorie|category|groupe|group|technicien\w*|technician|affectee? a|attribuee? a|assignee? a|assigned(?: to)?|date|ouvert|ouverture|opened|cree|creation|created|url|lien|link|description|type|entite|entity|source|lieu|localisation|ticket|incident|identifiant|id|service|delai|echeance|suivi|auteur|declarant|beneficiaire|canal|demande|dossier|nature)\b[^:]{0,30}: ?\S",
    )
});

/// What no receipt says: what has to be done, or whoever writes doing it.
static MORE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\b(?:je|j'|doit|doivent|devez|devra|devront|faut|faudra|suffit|suffira|joindre|remplir|signe|signez|commande[rz]?|voici|should|must|need|i'll|i've|i (?:will|can|have|am|would|think))\b",
    )
});

/// Somebody speaks for themselves, or to the reader as to a person.
static SPEAKS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?:^|[\s,;:('-])(?:je|j'|nous|notre|nos|mon|ma|mes|moi|on|voici|i|i'm|i've|i'll|we|our|my|me)(?:[\s',.!?]|$)|j'[a-z]",
    )
});

/// A ticket's number as helpdesks put it into a subject, and into their sentences.
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\[[^\]]{0,20}\d{3,}\]|#\s?\d{3,}|\b(?:ticket|incident|dossier|demande|case|request)s? ?(?:n[°o.]* ?|#)?\d{3,}|\b(?:inc|req|ritm|sr|im|rf|cs)[-_]?\d{4,}",
    )
});

/// What a mail tells of the handling of a request.
pub(in crate::mail) fn handling(subject: &str, text: &str) -> Handling {
    let sentences = sentence::sentences(&fold(text));
    let (mut told, mut more) = (false, false);
    for (said, _) in &sentences {
        if phrase::DISCLAIMER.is_match(said) {
            continue;
        }
        if phrase::LEAVE.is_match(said) {
            break;
        }
        let handled = tells(said);
        told |= handled;
        more |= !handled && !goes_with_it(said);
    }
    match (told, more) {
        (true, false) => Handling::Only,
        (false, _) if !NUMBERED.is_match(&fold(subject)) && !NUMBERED.is_match(&fold(text)) => Handling::None,
        _ => Handling::Some,
    }
}

/// Whether somebody speaks for themselves.
pub(in crate::mail) fn speaks(text: &str) -> bool {
    let folded = fold(text);
    let said = |(said, _): &(String, bool)| SPEAKS.is_match(said) || phrase::PERSON.is_match(said);
    folded.contains('?') || sentence::sentences(&folded).iter().any(said)
}

/// Whether a sentence tells what becomes of a request.
fn tells(said: &str) -> bool {
    if FIELD.is_match(said) || phrase::ITSELF.is_match(said) {
        return true;
    }
    let machine =
        [&HANDLED, &OTHERS].iter().any(|told| told.is_match(said)) || phrase::RECEIPT.is_match(said);
    machine && !MORE.is_match(said) && !is_personal(said)
}

/// Whether a sentence goes with such news: what comes next, how to follow it, courtesies, a name below.
fn goes_with_it(said: &str) -> bool {
    let next = [&phrase::PROMISE, &phrase::DELAY, &phrase::NUMBER, &phrase::LATER, &phrase::DETAIL];
    let next = FOLLOWED.is_match(said) || next.iter().any(|phrase| phrase.is_match(said));
    (next && !MORE.is_match(said) && !is_personal(said)) || is_aside(said) || is_card_line(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_tells_only_what_becomes_of_a_request_answers_nothing() {
        for text in [
            "Bonjour,\n\nVotre demande a bien été enregistrée sous le numéro #45213. Un technicien va la prendre en charge.\n\nCentre de services",
            "Le statut de votre ticket 12345 est passé à En cours (attribué).",
            "Ticket GLPI 12345 : Nouveau ticket\n\nDemandeur : contact\nTitre : Demande\nStatut : Nouveau\nURL : https://glpi.example/12345",
            "Bonjour,\nVotre appel a été pris en compte sous la référence R2026-991.\nCordialement,\nAssistance informatique",
            "Bonjour,\n\nVotre demande a été affectée à Mme Durand, qui reviendra vers vous.",
            "Demande prise en charge : 2026-0044. Merci de conserver ce numéro.",
            "Your case 00123 has been assigned to the procurement team. You can track it on the portal.",
            "L’incident I-2026-77 vient d’être transféré au groupe Achats N2.",
            "Bonjour, votre dossier est à l’étude. Un gestionnaire vous répondra.",
            "Un agent du support va vous recontacter.",
            "Bonjour,\n\nVotre sollicitation est en attente de traitement. Vous serez notifié de son avancement.",
        ] {
            assert_eq!(handling("Re: votre courriel", text), Handling::Only, "{text}");
        }
    }

    #[test]
    fn a_persons_short_answer_is_one() {
        for text in [
            "Voici la marche à suivre.",
            "C’est d’accord pour mars.",
            "Oui, c’est possible, le SG signe.",
            "Le bon de commande est signé par le secrétariat général.",
            "Il faut joindre le devis du titulaire à votre demande avant qu’elle soit transmise.",
            "Bonjour, je prends en charge votre demande et vous appelle demain.",
            "Non, GLPI n’est pas couvert.",
        ] {
            assert_ne!(handling("Re: votre courriel", text), Handling::Only, "{text}");
        }
        assert_eq!(handling("Re: votre courriel", "Voici la marche à suivre."), Handling::None);
        assert_eq!(handling("[GLPI #0012345] Re: votre courriel", "Voici la marche."), Handling::Some);
        assert!(speaks("Voici la marche à suivre.") && !speaks("Commande possible dès lundi."));
    }
}
