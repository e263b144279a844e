//! In doubt the answer is not sure, and tells who it may be: outsiders beside a body of the State, another country's, what
//! somebody was. Lookalikes are kept apart.

use super::{day, letters, reference};

const THEN: &str = "2024-09-20";

fn on(written: &str, domain: &str) -> String {
    letters(reference().resolve(written, domain, day(THEN)).as_ref())
}

#[test]
fn an_outsider_beside_a_body_is_not_that_body() {
    for written in [
        "Mutuelle de la gendarmerie",
        "Syndicat CGT Finances publiques",
        "Éditeur partenaire de la DINUM",
        "Clinique de la préfecture",
        "Ministère de la Justice de Belgique",
        "Préfecture de Tokyo",
        "Ambassade du Canada",
        "Douane suisse",
        "Cour des comptes européenne",
        "ANSES (Argentine)",
        "ASN Bank",
    ] {
        let told = reference().resolve(written, "", day(THEN)).unwrap();
        assert!(!letters(Some(&told)).contains('e'), "{written} {told:?}");
        assert!(told.path.is_empty() && told.name.contains(" ou "), "{written} {told:?}");
    }
    // In another part of the line the word speaks of something else; an embassy of France stands abroad.
    assert_eq!(on("Préfecture du Lot, bureau des associations", ""), "eee");
    assert_eq!(on("Ambassade de France au Canada", ""), "eee");
    assert_eq!(on("MEAE - ambassade à Tokyo", ""), "eee");
    // Europe as what a service works on.
    assert_eq!(on("Préfecture du Lot, service des fonds européens", ""), "eee");
    assert_eq!(on("SGAR Occitanie fonds européens", ""), "eee");
}

#[test]
fn what_was_is_not_what_is() {
    assert_eq!(on("ex-DGFiP", ""), "vvv");
    assert_eq!(on("Arcom (ex-CSA)", ""), "nne");
    assert_eq!(on("CESE, ancien CESER", ""), "nen");
}

#[test]
fn lookalikes_are_kept_apart() {
    for (written, expected) in [
        ("CNAF", "een"),
        ("CAF du Nord", "nnn"),
        ("Caf du Nord", "nnn"),
        ("CESE", "nen"),
        ("CESER", "nnn"),
        ("CNAM", "vvv"),
        ("CNAM PACA", "nnn"),
        ("Palais de l’Élysée, service presse", "een"),
        ("Théâtre des Champs-Élysées", "vvv"),
        ("Lycée de l’Élysée", "vvv"),
        ("Résidence Élysées", "vvv"),
        ("Préfecture apostolique", "vvv"),
        ("Préfecture maritime de l’Atlantique", "eev"),
        ("académie de musique de Lille", "vvv"),
        ("académie de Lille", "eee"),
        ("Hôpital militaire Laveran", "een"),
        ("Hôpital Bégin", "een"),
        ("HIA Percy", "een"),
        ("Hôpital Sainte-Anne", "vvv"),
        ("Hôpital Cochin", "nnn"),
        ("commissariat de Roubaix", "eee"),
        ("commissariat aux comptes de Roubaix", "vvv"),
        ("CNDP", "nnn"),
        ("Gendarmerie - ST(SI)²", "eee"),
        ("CNAM, assurance maladie", "nnn"),
        ("CNAM, conservatoire national des arts et métiers", "nnn"),
        ("Chambre régionale des comptes de Bretagne", "nee"),
        ("Chambre régionale d’agriculture de Bretagne", "nnn"),
        ("CCI France", "nnn"),
        ("CRC Bretagne", "nee"),
        ("CRC", "vvv"),
        ("Sorbonne Université", "een"),
        ("Sorbonne Nouvelle", "nnn"),
        ("CD 93", "nnn"),
        ("CD", "vvv"),
        ("TA de Nantes", "nnn"),
        ("TJ de Nantes", "eee"),
        ("TJ", "vvv"),
        ("Secrétariat d’État chargé de la Mer", "een"),
        ("Ministre déléguée aux Transports", "een"),
    ] {
        assert_eq!(on(written, ""), expected, "{written}");
    }
}

#[test]
fn personal_mail_and_shared_domains_prove_nothing() {
    assert_eq!(on("", "gmail.com"), "vvv");
    assert_eq!(on("Ministère de la Culture", "gmail.com"), "eee", "it is a claim, told as one");
    let told = reference().resolve("Ministère de la Culture", "gmail.com", day(THEN)).unwrap();
    assert!(told.why.contains("ne prouve rien") && !told.own_domain, "{}", told.why);
    let told = reference().resolve("", "sg.social.gouv.fr", day(THEN)).unwrap();
    assert!(told.why.contains("commun à") && told.path.is_empty() && !told.own_domain, "{told:?}");
    let told = reference().resolve("", "caf.fr", day(THEN));
    assert_eq!(letters(told.as_ref()), "vvv");
}
