//! Never to whoever writes or reads along, by name either; never for another body that the text is about.

use guichet::message::Message;
use guichet::triage::{Action, Held};

use super::hand_over::{ORDER, culture, directory};
use super::{day, shipped};

/// A service mailbox with the name of whoever reads it, their deputy, and others.
const ENTRIES: &str = "culture,,coordinator,,Camille Vasseur,coord-sll@culture.gouv.fr,,2024-05-01,\n\
    culture,,coordinator,,\"LAMBERT Zoé (SG/SNUM)\",suppleance-sll@culture.gouv.fr,oui,2024-05-01,\n\
    justice,,coordinator,,Coordination Inès Karouri,coord@justice.gouv.fr,,2024-05-01,\n";

fn why_held(message: &Message) -> Vec<(Held, String)> {
    let decision = shipped().examine(message, day(), &directory(ENTRIES));
    if decision.action == Action::HandOver {
        return Vec::new();
    }
    decision.held_back.into_iter().map(|held| (held.kind, held.says)).collect()
}

fn waits(message: &Message, kind: Held, case: &str) {
    let held = why_held(message);
    assert!(held.iter().any(|(other, _)| *other == kind), "{case}: {held:?}");
}

#[test]
fn a_service_mailbox_with_a_name_is_that_person() {
    let named = |name: &str| Message { from_name: name.to_owned(), ..culture(ORDER) };
    assert!(why_held(&named("Jeanne Durand")).is_empty(), "{:?}", why_held(&named("Jeanne Durand")));
    for name in [
        "Camille Vasseur",
        "VASSEUR Camille",
        "Vasseur, Camille",
        "C. VASSEUR (SG/SNUM)",
        "Camille Vasseur - DSI",
        "Zoé Lambert",
        "Lambert Zoe",
        "Inès KAROURI",
    ] {
        waits(&named(name), Held::AlreadyThere, name);
    }
    for address in
        ["camille.vasseur@culture.gouv.fr", "c.vasseur@culture.gouv.fr", "zoe.lambert@culture.gouv.fr"]
    {
        waits(&Message { from_email: address.to_owned(), ..culture(ORDER) }, Held::AlreadyThere, address);
        waits(&Message { cc: vec![address.to_owned()], ..culture(ORDER) }, Held::AlreadyThere, address);
    }
    for said in ["Voir avec Zoé Lambert.", "M. Vasseur n’est pas là.", "Bonjour Mme LAMBERT,"] {
        waits(&culture(&format!("{said} {ORDER}")), Held::AlreadyThere, said);
    }
    waits(
        &culture(&format!("{ORDER}\n\nCordialement,\nCamille Vasseur\n")),
        Held::AlreadyThere,
        "the signature",
    );
}

#[test]
fn the_words_of_a_function_are_nobodys_name() {
    let entries = "culture,,coordinator,,Bureau Outils Collaboratifs,coord@culture.gouv.fr,,2024-05-01,\n\
        culture,,coordinator,,Pôle Logiciels Libres,autre@culture.gouv.fr,oui,2024-05-01,\n";
    let message = culture(&format!("{ORDER} Le pôle des outils collaboratifs a besoin de logiciels libres."));
    let decision = shipped().examine(&message, day(), &directory(entries));
    assert!(
        decision.held_back.iter().all(|held| held.kind != Held::AlreadyThere),
        "{:?}",
        decision.held_back
    );
}

#[test]
fn what_is_about_another_body_waits() {
    for said in [
        "La ville de Brest veut passer commande.",
        "J’écris pour la commune de Rezé.",
        "C’est pour le CHU de Rennes :",
        "L’université de Lorraine nous demande :",
        "Pour le conseil départemental du Lot :",
        "La BnF a besoin d’aide.",
        "Le lycée Jean-Moulin de Lyon nous interroge.",
        "La région Bretagne nous a saisis.",
        "La métropole de Nantes voudrait commander.",
        "L’ONF nous demande :",
        "La préfecture du Lot nous demande :",
        "La DDT 35 nous demande :",
        "Le ministère de la Justice nous demande :",
    ] {
        waits(&culture(&format!("Bonjour. {said} {ORDER}")), Held::UnknownBody, said);
    }
    for said in [
        "Le ministère de la Culture veut passer commande.",
        "La DRAC de Bretagne veut passer commande.",
        "La DGFiP tient-elle ce marché ?",
        "Notre école de pensée est celle du libre.",
        "Nous formons nos agents à l’université.",
    ] {
        let held = why_held(&culture(&format!("Bonjour. {said} {ORDER}")));
        assert!(held.iter().all(|(kind, _)| *kind != Held::UnknownBody), "{said}: {held:?}");
    }
}
