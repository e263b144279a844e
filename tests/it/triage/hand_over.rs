//! Whom a request goes to: what is handed over or told without a person, and everything that keeps it from that.

use guichet::message::Message;
use guichet::triage::directory::Role;
use guichet::triage::{Action, Contract, Decision, Directory, Held, Reason, ReplyMode, Standing};

use super::{day, form, mail, shipped};
use crate::support::rules::{changed, loaded};

pub(super) const ORDER: &str = "Bonjour, nous voulons passer commande au titre du marché interministériel de support logiciels \
                     libres. Comment ouvrir un ticket auprès du titulaire, et qui signe le bon de commande ?";
const WHO: &str = "Bonjour, pouvez-vous me donner le courriel du coordinateur du marché interministériel de support \
                   logiciels libres pour notre ministère ? Merci.";
pub(super) const PUBLISH: &str =
    "Bonjour, notre bureau a écrit un outil en Python. Sous quelle licence libre publier ce code source ?";

const HEAD: &str = "organisation_id,organisation,role,contract,name,email,deputy,confirmed_on,absent_until\n";
const ENTRIES: &str = "interieur,,coordinator,,Coordination,coord@interieur.gouv.fr,,2024-05-01,\n\
    education,,coordinator,support,Coordination,coord@education.gouv.fr,,2024-05-01,\n\
    dgfip,,coordinator,,Coordination,coord@dgfip.finances.gouv.fr,,2024-05-01,\n\
    culture,,coordinator,,Claude Martin,coord@culture.gouv.fr,,2024-05-01,\n\
    culture,,amdac,,AMDAC,amdac@culture.gouv.fr,,2024-05-01,\n\
    Titulaire SA,Titulaire SA,holder,support,,contrat@titulaire.example,,2024-05-01,\n";

pub(super) fn directory(entries: &str) -> Directory {
    Directory::read("annuaire.csv", &format!("{HEAD}{entries}"), shipped().reference())
        .unwrap_or_else(|faults| panic!("{faults:#?}"))
}

pub(super) fn from(email: &str, organisation: &str, body: &str) -> Message {
    let message = form("Une question", body);
    Message { from_email: email.to_owned(), organisation: organisation.to_owned(), ..message }
}

pub(super) fn culture(body: &str) -> Message {
    from("jeanne@culture.gouv.fr", "Ministère de la Culture", body)
}

pub(super) fn decide(message: &Message) -> Decision {
    shipped().examine(message, day(), &directory(ENTRIES))
}

/// What kept it from acting alone, in one text.
fn told_of(decision: &Decision) -> String {
    decision.held_back.iter().map(|held| held.says.as_str()).collect::<Vec<_>>().join(" ")
}

/// A person decides, and one sentence says why.
fn held(message: &Message, why: &str) -> Decision {
    let decision = decide(message);
    assert_eq!(decision.action, Action::Queue, "{why}");
    assert_ne!(decision.reply_mode, ReplyMode::Send, "{why}");
    assert!(decision.held_back.iter().any(|said| said.says.contains(why)), "{why}: {:?}", decision.held_back);
    decision
}

#[test]
fn a_contracts_question_goes_to_the_coordinator_of_the_body() {
    for (email, organisation, contract) in [
        ("j@ac-lille.fr", "Rectorat de Lille", Some(Contract::Support)),
        ("j@dgfip.finances.gouv.fr", "DGFiP - SI-3", Some(Contract::Support)),
        ("j@culture.gouv.fr", "Ministère de la Culture", Some(Contract::Support)),
        ("j@ille-et-vilaine.gouv.fr", "DDTM 35", Some(Contract::Support)),
        // A shared domain of the State that holds the body.
        ("j@finances.gouv.fr", "DGFiP - SI-3", Some(Contract::Support)),
    ] {
        let decision = decide(&from(email, organisation, ORDER));
        assert_eq!(decision.action, Action::HandOver, "{organisation}: {:?}", decision.held_back);
        assert_eq!(decision.reason, Reason::KnownCoordinator);
        assert_eq!(
            (decision.reply.as_deref(), decision.reply_mode),
            (Some("hand-over-notice"), ReplyMode::Send)
        );
        let to = decision.hand_over.expect("somebody is named");
        assert_eq!((to.role, to.contract), (Role::Coordinator, contract), "{organisation}");
        assert!(!to.why.contains('@') && !to.why.contains("Martin"), "{}", to.why);
    }
}

#[test]
fn without_a_directory_nothing_changes() {
    let message = culture(ORDER);
    let decision = shipped().examine(&message, day(), &Directory::default());
    assert_eq!((decision.action, decision.reason), (Action::Queue, Reason::InOffer));
    assert!(decision.hand_over.is_none() && decision.held_back.is_empty());
    assert_eq!(decision.directory, "");
    assert_ne!(decide(&message).directory, "", "the version of the directory is kept");
}

#[test]
fn an_entry_must_be_there_confirmed_and_present() {
    let told = |entries: &str, message: &Message| {
        let decision = shipped().examine(message, day(), &directory(entries));
        (decision.action, decision.hand_over.is_some(), told_of(&decision))
    };
    let message = culture(ORDER);
    for (entries, why) in [
        ("culture,,coordinator,,,c@culture.gouv.fr,,2023-05-01,\n", "sans confirmation depuis douze mois"),
        ("culture,,coordinator,,,c@culture.gouv.fr,,,\n", "sans confirmation"),
        ("culture,,coordinator,,,c@culture.gouv.fr,,2024-05-01,2024-09-30\n", "absence"),
        ("justice,,coordinator,,,c@justice.gouv.fr,,2024-05-01,\n", "ne connaît pas de coordination"),
        ("culture,,amdac,,,a@culture.gouv.fr,,2024-05-01,\n", "ne connaît pas de coordination"),
    ] {
        let (action, named, held) = told(entries, &message);
        assert_eq!((action, named), (Action::Queue, false), "{entries}");
        assert!(held.contains(why), "{entries}: {held}");
    }
    let two = "culture,,coordinator,support,,s@culture.gouv.fr,,2024-05-01,\n\
               culture,,coordinator,expertise,,e@culture.gouv.fr,,2024-05-01,\n";
    assert_eq!(told(two, &message).0, Action::HandOver, "the message says which contract");
    let both = culture(
        "Bonjour, comment passer commande au titre des marchés interministériels : le support et \
                        l’expertise logiciels libres ? Qui signe le bon de commande ?",
    );
    let (action, _, held) = told(two, &both);
    assert_eq!(action, Action::Queue);
    assert!(held.contains("Plusieurs coordinations"), "{held}");
}

#[test]
fn the_software_says_which_contract_where_words_do_not() {
    let message =
        culture("Bonjour, GLPI figure-t-il parmi les logiciels couverts par le marché interministériel ?");
    let decision = decide(&message);
    let covered = shipped().reference().software_in("GLPI");
    let support = covered.iter().any(|software| software.is_covered(Contract::Support, day()));
    let expertise = covered.iter().any(|software| software.is_covered(Contract::Expertise, day()));
    let expected = if support && !expertise { Some(Contract::Support) } else { None };
    assert_eq!(decision.hand_over.expect("the ministry has a coordinator").contract, expected);
}

#[test]
fn never_to_the_sender_nor_to_anyone_in_the_thread() {
    held(&from("Coord@culture.gouv.fr", "Ministère de la Culture", ORDER), "elle-même dans l’annuaire");
    held(&from("amdac@culture.gouv.fr", "Ministère de la Culture", ORDER), "elle-même dans l’annuaire");
    held(&from("vente@titulaire.example", "Ministère de la Culture", ORDER), "titulaire d’un marché");
    let reply_to = Message { reply_to: Some("coord@culture.gouv.fr".to_owned()), ..culture(ORDER) };
    held(&reply_to, "elle-même dans l’annuaire");
    for thread in [
        Message { cc: vec!["COORD@culture.gouv.fr".to_owned()], ..culture(ORDER) },
        Message {
            to: vec!["contact@code.gouv.fr".to_owned(), "coord@culture.gouv.fr".to_owned()],
            ..culture(ORDER)
        },
        culture(&format!("{ORDER} J’ai déjà écrit à coord@culture.gouv.fr.")),
    ] {
        held(&thread, "déjà dans l’échange");
    }
}

#[test]
fn whoever_says_they_have_a_role_reaches_a_person() {
    for claim in [
        "Je suis le coordinateur du marché de support pour le ministère.",
        "Je suis la nouvelle coordinatrice du ministère.",
        "En tant que coordinatrice du marché, je vous écris.",
        "Je coordonne le marché de support au ministère.",
        "En tant qu’AMDAC, je vous écris.",
        "Je suis l’AMDAC du ministère.",
        "Nous sommes titulaires du marché de support.",
        "Notre société est titulaire du lot 2 de l’accord-cadre.",
        "Our company holds the support contract.",
        "I am the coordinator of our ministry.",
        "En tant que pilote du marché, je vous écris.",
        "C'est moi qui coordonne ce marché ici.",
        "J'assure l'intérim de la coordination.",
        "Je prends la suite de Claude Martin pour le marché de support.",
        "Je suis référente du marché SLL au ministère.",
        "Je suis administratrice ministérielle de la donnée.",
        "Bonjour, coordinateur du marché support pour mon ministère, j'aimerais un conseil.",
    ] {
        let decision = decide(&culture(&format!("{claim} {ORDER}")));
        assert_ne!(decision.action, Action::HandOver, "{claim}");
        assert_ne!(decision.reply_mode, ReplyMode::Send, "{claim}");
    }
    for role in
        ["Coordinatrice du marché de support", "AMDAC", "Coordinateur", "Pilote du marché interministériel"]
    {
        held(&Message { role: role.to_owned(), ..culture(ORDER) }, "signature");
    }
    for title in [
        "Coordinatrice nationale des marchés LL",
        "Référente ministérielle marché SLL",
        "Point de contact ministériel",
        "AMD - Ministère de la Culture",
        "Adjointe à l'administrateur des données",
        "Mission AMDAC",
    ] {
        let signed = |closing: &str| {
            let text = format!("{ORDER}\n\n{closing}Jeanne Durand\n{title}\n");
            Message { from_email: "jeanne@culture.gouv.fr".to_owned(), ..mail("Marché de support", &text) }
        };
        for closing in ["", "Cordialement,\n"] {
            assert_ne!(decide(&signed(closing)).action, Action::HandOver, "{title}, {closing}");
        }
    }
    for role in ["Chargée de mission", "coordinatrice pédagogique"] {
        let message = Message { role: role.to_owned(), ..culture(ORDER) };
        assert_eq!(decide(&message).action, Action::HandOver, "{role}");
    }
    let signed = mail(
        "Marché de support",
        &format!(
            "{ORDER}\n\nCordialement,\nJeanne Martin\nCoordinatrice du marché de support\nMinistère de la Culture\n"
        ),
    );
    held(&Message { from_email: "jeanne@culture.gouv.fr".to_owned(), ..signed }, "signature");
}

#[test]
fn the_body_must_be_known_without_doubt() {
    held(&from("jeanne@gmail.com", "Ministère de la Culture", ORDER), "personnelle");
    held(&from("jeanne@justice.gouv.fr", "Ministère de la Culture", ORDER), "autre organisme");
    held(&from("jeanne@exemple.example", "", ORDER), "avec certitude");
    // Whoever signs as a ministry may be anybody.
    for domain in [
        "culture.gouv.fr.example",
        "culture-gouv.fr",
        "ministere-culture.com",
        "qq.com",
        "etu.culture.gouv.fr",
    ] {
        let decision = held(&from(&format!("x@{domain}"), "Ministère de la Culture", ORDER), "adresse");
        assert!(decision.hand_over.is_some(), "the team still sees whom it would go to: {domain}");
        let publish = from(&format!("x@{domain}"), "Ministère de la Culture", PUBLISH);
        assert_eq!(decide(&publish).action, Action::Queue, "{domain}");
    }
    held(&from("j@lot.gouv.fr", "DDT 35", ORDER), "adresse");
    let reply_to = Message { reply_to: Some("x@ailleurs.example".to_owned()), ..culture(ORDER) };
    held(&reply_to, "autre domaine");
    held(&from("jeanne@saint-malo.fr", "Mairie de Saint-Malo", ORDER), "certitude");
}

#[test]
fn a_contract_must_be_in_force_and_open_to_the_body() {
    let entries = "ofb,,coordinator,,,c@ofb.gouv.fr,,2025-01-15,\nculture,,coordinator,,,c@culture.gouv.fr,,2025-01-15,\n";
    let on =
        |message: &Message, day: &str| shipped().examine(message, day.parse().unwrap(), &directory(entries));
    let expertise = culture(
        "Bonjour, comment passer commande au titre du marché interministériel d’expertise logiciels libres ?",
    );
    // Between September 2024 and April 2025 there is no expertise contract.
    let decision = on(&expertise, "2025-02-01");
    assert_eq!(decision.action, Action::Queue);
    assert!(
        decision.held_back.iter().any(|why| why.says.contains("n’est pas en cours")),
        "{:?}",
        decision.held_back
    );
    assert!(decision.hand_over.is_some(), "the team still sees whom it would go to");
    assert_eq!(on(&expertise, "2025-06-01").action, Action::HandOver);
    let mentoring = from(
        "j@ofb.gouv.fr",
        "Office français de la biodiversité",
        "Bonjour, comment bénéficier du marché interministériel de mentorat pour notre équipe produit ?",
    );
    let decision = on(&mentoring, "2025-06-01");
    let standing =
        decision.organisation.as_ref().and_then(|body| body.of(Contract::Mentoring)).unwrap().standing;
    assert_eq!(decision.action == Action::HandOver, standing != Standing::NotListed);
}

#[test]
fn whoever_speaks_of_a_contract_that_is_over_is_told_so_first_by_a_person() {
    let old = "Bonjour, notre direction veut passer une commande au marché interministériel d’expertise logiciels libres \
               2020-2024, lot 3 Samba. Comment faire ?";
    let known = directory("culture,,coordinator,,,c@culture.gouv.fr,,2026-01-15,\n");
    let later = "2026-03-02".parse().unwrap();
    for directory in [&known, &Directory::default()] {
        for text in [old.to_owned(), format!("{old} Qui est notre coordinateur pour ce marché ?")] {
            let decision = shipped().examine(&culture(&text), later, directory);
            assert_eq!(
                (decision.action, decision.reply.as_deref()),
                (Action::Queue, Some("contracts")),
                "{text}"
            );
            assert_eq!(decision.reply_mode, ReplyMode::Draft, "{text}");
            let held = decision.held_back.iter().filter(|held| held.kind == Held::ContractEnded).count();
            assert_eq!((held, decision.ended_contracts.len()), (1, 1), "{text}: {:?}", decision.held_back);
        }
    }
    // The heading says so, not its name.
    let silent = loaded(&changed("categories.toml", "tells_ended = true\n", ""));
    let decision = silent.examine(&culture(old), later, &known);
    assert!(decision.ended_contracts.is_empty());
    assert!(
        decision.held_back.iter().all(|held| held.kind != Held::ContractEnded),
        "{:?}",
        decision.held_back
    );
}

#[test]
fn who_asks_who_coordinates_is_told_inside_the_body_only() {
    let decision = decide(&culture(WHO));
    assert_eq!((decision.action, decision.reason), (Action::Queue, Reason::KnownCoordinator));
    assert_eq!(
        (decision.reply.as_deref(), decision.reply_mode),
        (Some("contracts-coordinator"), ReplyMode::Send)
    );
    assert!(decision.hand_over.is_some());
    let english = "Hello, could you give me the e-mail address of our coordinator for the interministerial free \
                   software support contract? Thanks.";
    assert_eq!(decide(&culture(english)).reply_mode, ReplyMode::Send);

    let draft = |message: &Message, why: &str| {
        let decision = held(message, why);
        // Who asks more than who gets the draft that answers more.
        let reply = if why == "autre chose" { "contracts" } else { "contracts-coordinator" };
        assert_eq!(decision.reply.as_deref(), Some(reply));
        assert_eq!(decision.reply_mode, ReplyMode::Draft);
    };
    draft(&from("jeanne@gmail.com", "Ministère de la Culture", WHO), "domaine propre");
    draft(&from("jeanne@culture.example", "Ministère de la Culture", WHO), "domaine propre");
    draft(&culture(&format!("{WHO} GLPI est-il couvert ?")), "autre chose");
    draft(&culture(&format!("Le ministère est-il bénéficiaire du marché ? {WHO}")), "autre chose");
    draft(&from("coord@culture.gouv.fr", "Ministère de la Culture", WHO), "dans l’annuaire");
}

#[test]
fn source_code_of_a_ministry_goes_to_its_amdac() {
    let publish = |email: &str, organisation: &str| Message {
        subject: "Licence d’un outil".to_owned(),
        ..from(email, organisation, PUBLISH)
    };
    let decision = decide(&publish("jeanne@culture.gouv.fr", "Ministère de la Culture"));
    assert_eq!((decision.action, decision.reason), (Action::HandOver, Reason::KnownAmdac));
    assert_eq!(decision.reply.as_deref(), Some("source-publication-handed"));
    assert_eq!(decision.hand_over.expect("the AMDAC is named").role, Role::Amdac);
    for (email, organisation) in [
        ("j@saint-malo.fr", "Mairie de Saint-Malo"),
        ("j@chu-rennes.fr", "CHU de Rennes"),
        ("j@firme.example", "Firme SARL"),
        ("j@justice.gouv.fr", "Ministère de la Justice"),
    ] {
        let decision = decide(&publish(email, organisation));
        assert_eq!((decision.action, decision.hand_over), (Action::Queue, None), "{organisation}");
        assert_eq!(decision.reply.as_deref(), Some("source-publication"), "{organisation}");
    }
    let misplaced = directory("anses,,amdac,,,a@anses.fr,,2024-05-01,\n");
    let message = publish("j@anses.fr", "Anses");
    let decision = shipped().examine(&message, day(), &misplaced);
    assert_eq!(decision.action, Action::Queue);
    assert!(decision.held_back.iter().any(|why| why.says.contains("ministère")), "{:?}", decision.held_back);
}

#[test]
fn one_sure_topic_and_nothing_sensitive() {
    held(&culture(&format!("{ORDER} Sans réponse, la présente vaut mise en demeure.")), "sensible");
    held(&culture(&format!("{ORDER} Par ailleurs, une question.")), "autre demande");
    let two = culture(&format!("{ORDER} Et sous quelle licence publier notre code source ?"));
    assert_eq!(decide(&two).action, Action::Queue);
    let quoted = culture(&format!("> {ORDER}"));
    assert_eq!(decide(&quoted).action, Action::Queue);
    let long = culture(&format!("{ORDER} {}", "Nous attendons votre réponse. ".repeat(4000)));
    assert_eq!(decide(&long).action, Action::Queue);
}

#[test]
fn a_refused_technical_question_says_what_support_covers() {
    let broken =
        "Bonjour, QGIS plante au démarrage depuis la mise à jour. Pouvez-vous nous aider à réparer ? Merci.";
    let coverage = |email: &str, organisation: &str, body: &str, day: &str| {
        let message =
            Message { subject: "Un logiciel en panne".to_owned(), ..from(email, organisation, body) };
        let decision = shipped().examine(&message, day.parse().unwrap(), &Directory::default());
        assert_eq!(decision.category, "refused-software-support", "{body}");
        decision.coverage
    };
    let told =
        coverage("j@ille-et-vilaine.gouv.fr", "DDTM 35", broken, "2026-03-02").expect("support covers QGIS");
    assert_eq!((told.contract, &told.software[..]), (Contract::Support, &["QGIS".to_owned()][..]));
    assert_ne!(told.standing, Standing::NotListed);
    assert_eq!(told.since, "2025-04-09".parse().unwrap());
    assert_eq!(coverage("j@saint-malo.fr", "Mairie de Saint-Malo", broken, "2026-03-02"), None);
    assert_eq!(coverage("j@gmail.com", "DDTM 35", broken, "2026-03-02"), None);
    let other =
        "Bonjour, Xournal plante au démarrage depuis la mise à jour. Pouvez-vous nous aider à réparer ?";
    assert_eq!(coverage("j@ille-et-vilaine.gouv.fr", "DDTM 35", other, "2026-03-02"), None);
}
