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
