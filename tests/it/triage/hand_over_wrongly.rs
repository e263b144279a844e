//! Attempts to have a request handed over that must not be: whoever would get it is spoken of, reads along, or would be the
//! wrong one.

use guichet::message::Message;
use guichet::triage::{Action, Held};

use super::hand_over::{ORDER, PUBLISH, culture, decide, directory, from};
use super::{day, examine, mail, shipped};

/// A person decides, for this kind of reason.
fn waits(message: &Message, kind: Held, why: &str) {
    let decision = decide(message);
    assert_eq!(decision.action, Action::Queue, "{why}");
    assert!(decision.held_back.iter().any(|held| held.kind == kind), "{why}: {:?}", decision.held_back);
}

fn signed(text: &str) -> Message {
    Message { from_email: "jeanne@culture.gouv.fr".to_owned(), ..mail("Bon de commande", text) }
}

#[test]
fn whatever_is_said_of_whoever_would_get_it_is_read_by_a_person() {
    for said in [
        "Le coordinateur me fait tourner en bourrique.",
        "Le coordinateur est parti à la retraite.",
        "Notre coordinatrice n'est plus en poste.",
        "Je mets mon coordinateur en copie de ce message.",
        "Le référent ministériel n'a jamais voulu de ce logiciel.",
        "On me dit que la personne en charge est toxique.",
        "Ma hiérarchie ignore cette démarche.",
        "Mon chef ne doit pas le savoir.",
        "Merci de garder cela pour vous.",
        "Je préfère que cela reste entre vous et moi.",
        "Je ne souhaite pas que mon ministère soit informé.",
        "Je ne veux pas que ma demande soit transmise.",
        "Merci de me répondre directement, sans transmettre.",
        "Je vous écris à titre personnel.",
        "Elle nous bloque depuis des mois.",
        "Je soupçonne un conflit d'intérêts.",
        "Our coordinator has left.",
        "He ghosted us.",
        "I would rather my ministry did not hear about this.",
        "Please keep my ministry out of this.",
    ] {
        waits(&culture(&format!("{said} {ORDER}")), Held::KeptAway, said);
        waits(&signed(&format!("{ORDER} {said}\n\nCordialement,\nJeanne Durand\n")), Held::KeptAway, said);
    }
    let below = format!("{ORDER}\n\nCordialement,\nJeanne Durand\n(le coordinateur est incompétent)\n");
    waits(&signed(&below), Held::KeptAway, "below the closing line");
    for footer in [
        "Ce courriel et ses pièces jointes peuvent contenir des informations confidentielles",
        "Ce message est confidentiel et destiné à son seul destinataire",
    ] {
        let plain = format!("{ORDER}\n\nCordialement,\nJeanne Durand\n{footer}\n");
        assert_eq!(decide(&signed(&plain)).action, Action::HandOver, "{footer}");
    }
}

#[test]
fn nobody_of_the_directory_reads_along() {
    let entries = "culture,,coordinator,,Claude Martin,coord@culture.gouv.fr,,2024-05-01,\n\
                   culture,,coordinator,,Inès Roy,suppleante@culture.gouv.fr,yes,2024-05-01,\n\
                   interieur,,coordinator,,,coord@interieur.gouv.fr,,2024-05-01,\n";
    let directory = directory(entries);
    let decide = |message: &Message| shipped().examine(message, day(), &directory);
    assert_eq!(decide(&culture(ORDER)).action, Action::HandOver);
    let copied = |to: &str| Message { cc: vec![to.to_owned()], ..culture(ORDER) };
    for message in [
        copied("suppleante@culture.gouv.fr"),
        copied("Coord@interieur.gouv.fr"),
        culture(&format!("{ORDER} Nous en avons parlé avec Claude Martin.")),
        culture(&format!("{ORDER} M. MARTIN n'a pas donné suite.")),
        culture(&format!("{ORDER} Voir avec suppleante@culture.gouv.fr.")),
    ] {
        let decision = decide(&message);
        assert_eq!(decision.action, Action::Queue, "{}", message.body);
        let there = decision.held_back.iter().any(|held| held.kind == Held::AlreadyThere);
        assert!(there, "{}: {:?}", message.body, decision.held_back);
    }
    // A mailbox named by its function is no person.
    let entries = "culture,,coordinator,,Coordination des marchés,coord@culture.gouv.fr,,2024-05-01,\n";
    let message = culture(&format!("{ORDER} Il s'agit des marchés de 2024."));
    let decision = shipped().examine(&message, day(), &super::hand_over::directory(entries));
    assert!(
        decision.held_back.iter().all(|held| held.kind != Held::AlreadyThere),
        "{:?}",
        decision.held_back
    );
}

#[test]
fn a_mail_that_carries_an_older_one_is_read_by_a_person() {
    let quoted = "Le 3 mars 2024, Paul a écrit :\n> Surtout ne pas en parler au coordinateur, il bloque tout depuis des mois.\n";
    let (message, whole) = (signed(&format!("{ORDER}\n\n{quoted}")), ORDER.len() + 2);
    waits(&Message { fresh: std::iter::once(0..whole).collect(), ..message }, Held::Cites, "quoted history");
}

#[test]
fn who_writes_for_another_body_reaches_a_person() {
    for said in [
        "Je suis au ministère de la Justice mais j'utilise encore mon ancienne adresse.",
        "Je travaille pour la Bibliothèque nationale de France.",
        "Un collègue du ministère de l'Intérieur m'a chargée de vous demander ceci.",
    ] {
        let decision = decide(&culture(&format!("{said} {ORDER}")));
        assert_eq!(decision.action, Action::Queue, "{said}");
        let signed = decide(&signed(&format!("{said} {ORDER}\n\nCordialement,\nJeanne Durand\n")));
        assert_eq!(signed.action, Action::Queue, "{said}");
    }
    // Its own services, and whoever steers the contract, are no other body.
    for said in ["Nous sommes à la DRAC Bretagne.", "Le marché est piloté par la DGFiP."] {
        assert_eq!(decide(&culture(&format!("{said} {ORDER}"))).action, Action::HandOver, "{said}");
    }
}

#[test]
fn a_lent_address_and_a_shared_mailbox_are_no_requester_like_others() {
    for email in
        ["jean.dupont.ext@culture.gouv.fr", "j.dupont-prestataire@culture.gouv.fr", "j@ext.culture.gouv.fr"]
    {
        waits(&from(email, "Ministère de la Culture", ORDER), Held::AddressProvesNothing, email);
    }
    for email in [
        "amdac-adjoint@culture.gouv.fr",
        "coordination-sll@culture.gouv.fr",
        "marches-logiciels-libres@culture.gouv.fr",
        "coordinateur.marches@culture.gouv.fr",
    ] {
        waits(&from(email, "Ministère de la Culture", ORDER), Held::WriterHasRole, email);
        let publish =
            Message { subject: "Licence".to_owned(), ..from(email, "Ministère de la Culture", PUBLISH) };
        waits(&publish, Held::WriterHasRole, email);
    }
    for role in [
        "Correspondante open source",
        "Cheffe du pôle open source et communs",
        "Chargé de la coordination interministérielle",
        "Coordonnatrice numérique",
        "Head of open source office",
        "OSPO",
    ] {
        waits(&Message { role: role.to_owned(), ..culture(ORDER) }, Held::WriterHasRole, role);
    }
    // A name that only looks like a label.
    for email in ["jeanne@culture.gouv.fr", "text@culture.gouv.fr", "next.step@culture.gouv.fr"] {
        assert_eq!(
            decide(&from(email, "Ministère de la Culture", ORDER)).action,
            Action::HandOver,
            "{email}"
        );
    }
}

#[test]
fn whoever_complains_of_the_coordinator_or_wants_it_kept_from_them_reaches_a_person() {
    for said in [
        "Notre coordinateur refuse nos tickets depuis trois mois.",
        "Il est incompétent.",
        "La coordinatrice ne répond jamais.",
        "Nous voulons commander sans passer par lui.",
        "J'ai déjà écrit au coordinateur.",
        "Merci de ne pas en parler à mon ministère.",
        "Cette demande est confidentielle.",
        "Our coordinator never answers.",
        "I have already written to our coordinator.",
        "Please do not tell our ministry.",
        "We would like to order without going through them.",
    ] {
        let decision = decide(&culture(&format!("{said} {ORDER}")));
        assert_ne!(decision.action, Action::HandOver, "{said}");
        let kept = decision.held_back.iter().any(|held| held.kind == Held::KeptAway);
        assert!(kept, "{said}: {:?}", decision.held_back);
    }
    let footer = "Ce message est confidentiel et destiné à son seul destinataire.";
    assert_eq!(decide(&culture(&format!("{ORDER}\n\n{footer}"))).action, Action::HandOver);
}

#[test]
fn a_title_is_read_wherever_the_letter_closes() {
    for closing in ["", "Cordialement,\n"] {
        let text = format!("{ORDER}\n\n{closing}Jeanne Durand\nRéférente ministérielle\nMarché de support\n");
        let told =
            decide(&Message { from_email: "jeanne@culture.gouv.fr".to_owned(), ..mail("Marché", &text) });
        assert!(
            told.held_back.iter().any(|held| held.kind == Held::WriterHasRole),
            "{closing}: {:?}",
            told.held_back
        );
        let text = format!(
            "Pouvez-vous réparer notre LibreOffice ? Il plante.\n\n{closing}Marc Petit\nDéputé du Lot\n"
        );
        assert!(!examine(&mail("Panne", &text)).sensitive.is_empty(), "{closing}");
    }
}
