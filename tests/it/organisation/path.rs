//! Where a coordinator is looked for: the body and those above it that are the same legal person; and whether the mail
//! domain is that body's own. A service is told with its territory, and the answer says the way it was found.

use guichet::triage::Organisation;

use super::{day, reference};

const THEN: &str = "2024-09-20";

fn resolve(written: &str, domain: &str) -> Organisation {
    reference().resolve(written, domain, day(THEN)).unwrap()
}

#[test]
fn a_service_leads_to_its_ministry_and_an_establishment_to_itself() {
    for (written, path) in [
        ("DDT 35", &["interieur"][..]),
        ("DRFiP de Normandie", &["dgfip", "mef"]),
        ("rectorat de Lille", &["education"]),
        ("ANSSI", &["anssi", "sgdsn", "spm"]),
        ("Ministère de la Culture", &["culture"]),
        ("Sorbonne Université", &["sorbonne-universite"]),
        ("Réseau Canopé", &["canope"]),
        ("OFB", &["ofb"]),
        ("IHEDN", &["ihedn"]),
        // A row for many bodies names none of them.
        ("Université de Lille", &[]),
        ("Ville d'Arras", &[]),
        ("CAF de la Somme", &["caf"]),
        // In doubt who the body is.
        ("DRAAF/DREAL", &[]),
        ("Capgemini pour le ministère de l'Intérieur", &[]),
    ] {
        assert_eq!(resolve(written, "").path, path, "{written}");
    }
    assert_eq!(resolve("", "finances.gouv.fr").path, [] as [&str; 0], "a shared domain");
    assert_eq!(resolve("", "lot.gouv.fr").path, ["interieur"]);
}

#[test]
fn a_sentence_is_no_name() {
    let text = "Bonjour, la société Dupont SARL, notre prestataire, demande : comment passer commande au titre du marché ? Merci.";
    // What the firm is called stands elsewhere in the sentence: a person reads it there.
    assert_eq!(resolve(text, "").name, "prestataire");
    assert_eq!(resolve("Société Dupont SARL", "").name, "Société Dupont SARL");
}

#[test]
fn a_domain_is_own_only_where_it_is_nobody_elses() {
    for (written, domain, own) in [
        ("", "justice.gouv.fr", true),
        ("DDT 46", "lot.gouv.fr", true),
        // The same kind of service elsewhere.
        ("DDT 35", "lot.gouv.fr", false),
        ("rectorat de Lille", "ac-lille.fr", true),
        ("DGFiP", "finances.gouv.fr", false),
        ("Préfecture du Lot", "gmail.com", false),
        ("Préfecture du Lot", "", false),
        ("Préfecture du Lot", "cnaf.fr", false),
        ("DINUM", "beta.gouv.fr", false),
        ("Rectorat", "lycee.ac-lyon.fr", true),
        // Anybody may register a name of a known shape.
        ("Rectorat", "ac-pirate.fr", false),
        ("", "ac-pirate.fr", false),
        ("rectorat", "region-academique-x.fr", false),
        ("", "univ-pirate.fr", false),
        ("", "etu.ac-lyon.fr", false),
        // Students have an address of the body and do not work there.
        ("Sorbonne Université", "sorbonne-universite.fr", true),
        ("Sorbonne Université", "etu.sorbonne-universite.fr", false),
        ("", "etu.sorbonne-universite.fr", false),
        ("Rectorat", "eleves.ac-lyon.fr", false),
    ] {
        assert_eq!(resolve(written, domain).own_domain, own, "{written} {domain}");
    }
}

#[test]
fn a_service_is_told_with_its_territory() {
    for (written, domain, name) in [
        ("DDTM du Finistère", "", "Direction départementale des territoires et de la mer du Finistère"),
        ("préf 2a", "", "Préfecture de la Corse-du-Sud"),
        ("préf 01", "", "Préfecture de l’Ain"),
        ("Préfecture de la région Bretagne", "", "Préfecture de Bretagne"),
        ("CD 93", "", "Département de la Seine-Saint-Denis"),
        ("Caf 75", "", "Caisse d'allocations familiales de Paris"),
        ("CESER Grand Est", "", "Conseil économique, social et environnemental régional du Grand Est"),
        ("CESE", "", "Conseil économique, social et environnemental"),
        ("DDT", "lot.gouv.fr", "Direction départementale des territoires du Lot"),
        ("DDT", "", "Direction départementale des territoires"),
        ("Rectorat", "ac-lille.fr", "Rectorat de l’académie de Lille"),
        ("DRAC Alsace", "", "Direction régionale des affaires culturelles du Grand Est"),
    ] {
        assert_eq!(resolve(written, domain).name, name, "{written} {domain}");
    }
    // A number is a territory only after a kind that has one, and a word is one only where it stands alone.
    assert!(reference().resolve("bureau 93", "", day(THEN)).is_none());
    assert_eq!(resolve("DGA-TA Toulouse, ministère des Armées", "").name, "Ministère des Armées");
}

#[test]
fn one_of_many_alike_is_told_by_its_proper_name() {
    for (written, domain, name) in [
        ("CHU de Rennes", "chu-rennes.fr", "CHU de Rennes"),
        ("Cordialement,\nPr H. Weber, CHU de Strasbourg\n1 place de l'Hôpital", "", "CHU de Strasbourg"),
        ("Hôpital de Lens.", "", "Hôpital de Lens"),
        ("Enseignante, collège J. Ferry", "ac-nantes.fr", "collège J. Ferry"),
        ("Mairie d'Arras (62)", "", "Mairie d'Arras"),
        ("Syndicat mixte Numérique 62", "", "Syndicat mixte Numérique 62"),
        ("Université de Lille - DSI", "univ-lille.fr", "Université de Lille"),
        ("URSSAF Île-de-France", "urssaf.fr", "URSSAF Île-de-France"),
        ("URSSAF", "urssaf.fr", "Urssaf Caisse nationale"),
        ("Urssaf, Montreuil", "", "Urssaf Caisse nationale"),
        ("CPAM du Finistère", "", "Caisse primaire d'assurance maladie du Finistère"),
        ("Préfecture de police", "", "Préfecture de police"),
        ("Préfecture de Paris", "", "Préfecture de Paris"),
        // Without a proper name there are many.
        ("centre hospitalier", "", "Hôpitaux publics"),
        ("un lycée près de chez nous", "", "Écoles, collèges et lycées"),
    ] {
        assert_eq!(resolve(written, domain).name, name, "{written} {domain}");
    }
    let regional = resolve("URSSAF Île-de-France", "urssaf.fr");
    assert_eq!(regional.path, [] as [&str; 0], "a legal person of its own is not the national one");
}

#[test]
fn who_stood_above_a_body_depends_on_the_day() {
    let path = |written: &str, on: &str| reference().resolve(written, "", day(on)).unwrap().path;
    for (written, on, expected) in [
        ("Ministère des Sports", "2020-07-05", &["sports"][..]),
        ("Ministère des Sports", "2020-07-06", &["sports", "education"]),
        ("Ministère des Sports", "2022-05-19", &["sports", "education"]),
        ("Ministère des Sports", "2022-05-20", &["sports"]),
        ("DGOM", "2024-09-20", &["outremer", "interieur"]),
        ("DGOM", "2024-09-21", &["outremer"]),
        ("DDT 35", "2021-05-15", &["interieur"]),
    ] {
        assert_eq!(path(written, on), expected, "{written} {on}");
    }
    let then = reference().resolve(
        "Ministère des Sports, ministère de l'Éducation nationale",
        "",
        day("2021-05-15"),
    );
    assert_eq!(then.unwrap().name, "Ministère des Sports", "the body above is only the address of the other");
    let now = reference().resolve(
        "Ministère des Sports, ministère de l'Éducation nationale",
        "",
        day("2025-06-01"),
    );
    assert!(now.unwrap().path.is_empty(), "two ministries, and nothing chooses");
    let why = reference().resolve("Ministère des Sports", "", day("2021-05-15")).unwrap().why;
    assert!(
        why.replace('\u{a0}', " ").contains("Fait partie de : « Ministère de l'Éducation nationale »"),
        "{why}"
    );
    let above: Vec<&str> =
        reference().above("sports", day("2021-05-15")).map(|body| body.id.as_str()).collect();
    assert_eq!(above, ["education"]);
}

#[test]
fn the_way_it_was_found_is_told() {
    let why = |written, domain| resolve(written, domain).why;
    let ddt = why("DDT 35", "lot.gouv.fr");
    for part in
        ["Lu : « DDT »", "d’un autre territoire", "(35), écrit après son nom", "Ministère de l'Intérieur"]
    {
        assert!(ddt.replace('\u{a0}', " ").contains(part), "{part}: {ddt}");
    }
    let anssi = why("ANSSI", "").replace('\u{a0}', " ");
    assert!(anssi.contains("», puis « Services du Premier ministre »"), "{anssi}");
    let ofb = why("OFB", "");
    assert!(ofb.contains("Établissement distinct, sous la tutelle de"), "{ofb}");
    let direccte = why("DIRECCTE Bretagne", "");
    assert!(direccte.contains("À cette date"), "{direccte}");
    let both = why("DRAC Bretagne et DREAL Bretagne", "").replace('\u{a0}', " ");
    for part in
        ["« DRAC » (Direction régionale des affaires culturelles de Bretagne)", "« DREAL » (", "Rien ne dit"]
    {
        assert!(both.contains(part), "{part}: {both}");
    }
    let told = resolve("DRAC Bretagne et DREAL Bretagne", "");
    assert!(
        told.name.starts_with("Direction régionale des affaires culturelles de Bretagne ou "),
        "{}",
        told.name
    );
}
