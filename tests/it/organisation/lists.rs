//! Each published list on its day, today, and at the edges of the generations.

use guichet::triage::{Contract, Reference};

use super::{day, letters, reference};

const THEN: &str = "2024-09-20";
const TODAY: &str = "2026-11-25";

fn on(reference: &Reference, date: &str, written: &str) -> String {
    letters(reference.resolve(written, "", day(date)).as_ref())
}

#[test]
fn bodies_that_the_seeds_name_one_by_one() {
    let reference = reference();
    for (written, then, today) in [
        ("Sorbonne Université", "een", "vvn"),
        ("CNRS", "nnn", "een"),
        ("Cour des comptes", "nee", "nee"),
        ("CESE", "nen", "nvn"),
        ("CESER de Bretagne", "nnn", "nnn"),
        ("ANSSI", "eee", "eve"),
        ("IHEDN", "nen", "evn"),
        ("Conseil constitutionnel", "een", "een"),
        ("Présidence de la République", "een", "een"),
        ("ANSES", "een", "evn"),
        ("INPI", "een", "evn"),
        ("CNAF", "een", "evn"),
        ("CAF de la Somme", "nnn", "nnn"),
        ("Inria", "nnn", "enn"),
        ("Agence de la biomédecine", "nnn", "een"),
        ("Agence du numérique en santé", "nnn", "een"),
        ("Réseau Canopé", "nnn", "nen"),
        ("IGN", "nne", "nne"),
        ("Arcom", "nne", "nne"),
        ("France Travail", "nnn", "nnn"),
    ] {
        assert_eq!(on(reference, THEN, written), then, "{written} then");
        assert_eq!(on(reference, TODAY, written), today, "{written} today");
    }
}

#[test]
fn ministries_and_those_who_follow_them() {
    let reference = reference();
    for (written, then, today) in [
        ("Préfecture du Lot", "eee", "eee"),
        ("DDT 35", "eev", "eev"),
        ("DDPP 35", "eee", "eee"),
        ("DDETS 35", "eev", "eev"),
        ("Rectorat de Lille", "eee", "eee"),
        ("DGFiP - SI-3", "eee", "eee"),
        ("INSEE", "eee", "eee"),
        ("DRAC Grand Est", "eee", "eee"),
        ("DREAL Bretagne", "een", "een"),
        ("DREETS Normandie", "eev", "eev"),
        ("Ministères sociaux", "een", "een"),
        ("DIRISI", "een", "een"),
        ("DINUM", "eee", "eve"),
        ("SGDSN", "eee", "eve"),
        ("Services du Premier ministre", "eev", "eve"),
        ("DITP", "vvv", "vvv"),
        ("CNIL", "vvn", "vvn"),
        ("Ministère de la Transformation et de la Fonction publiques", "vve", "eee"),
        ("Ministère de la Cohésion des territoires", "een", "eev"),
        ("ARS Bretagne", "nnn", "nnn"),
        ("Ville de Grenoble", "nnn", "nnn"),
        ("Nimbus SAS", "nnn", "nnn"),
        ("Lycée Voltaire", "vvv", "vvv"),
    ] {
        assert_eq!(on(reference, THEN, written), then, "{written} then");
        assert_eq!(on(reference, TODAY, written), today, "{written} today");
    }
}

#[test]
fn a_month_is_all_of_it_and_a_later_list_never_counts() {
    let reference = reference();
    for (date, culture, cnrs) in [
        ("2020-09-30", "nnn", "nnn"),
        ("2020-10-01", "een", "nnn"),
        ("2024-08-31", "een", "nnn"),
        ("2024-09-01", "eee", "nnn"),
        ("2024-09-30", "eee", "nnn"),
        // The new support list is in force; no expertise list is, between two generations.
        ("2024-10-01", "eve", "evn"),
        ("2025-04-08", "eve", "evn"),
        ("2025-04-09", "eee", "een"),
        ("2028-09-30", "eee", "een"),
        ("2028-10-01", "vev", "ven"),
    ] {
        assert_eq!(on(reference, date, "Ministère de la Culture"), culture, "{date}");
        assert_eq!(on(reference, date, "CNRS"), cnrs, "{date}");
    }
}

#[test]
fn a_body_that_merged_is_the_one_of_the_day() {
    let reference = reference();
    let name = |date, written| reference.resolve(written, "", day(date)).unwrap().name;
    assert_eq!(name(THEN, "ASN"), "Autorité de sûreté nucléaire");
    assert_eq!(name(TODAY, "ASN"), "Autorité de sûreté nucléaire et de radioprotection");
    assert_eq!(name(TODAY, "IRSN"), "Autorité de sûreté nucléaire et de radioprotection");
    assert_eq!(on(reference, THEN, "ASN"), "nne");
    assert_eq!(on(reference, THEN, "IRSN"), "nnn");
    assert_eq!(on(reference, TODAY, "ASNR"), "nvv");
}

#[test]
fn the_answer_says_why() {
    let reference = reference();
    let told = reference.resolve("DDT 35", "ille-et-vilaine.gouv.fr", day(THEN)).unwrap();
    assert_eq!(told.name, "Direction départementale des territoires d’Ille-et-Vilaine");
    assert!(told.why.contains("« DDT 35 »") || told.why.contains("« DDT »"), "{}", told.why);
    assert!(
        told.contracts[0].why.contains("du 1er octobre 2020 au 30 septembre 2024"),
        "{}",
        told.contracts[0].why
    );
    assert!(told.contracts[0].why.starts_with("Par rattachement à « Ministère de l'Intérieur »"));
    let told = reference.resolve("DINUM", "", day(THEN)).unwrap();
    assert!(told.contracts[0].why.starts_with("Par rattachement à « Services du Premier ministre »"));
    let told = reference.resolve("DREAL Bretagne", "", day(THEN)).unwrap();
    assert!(told.contracts[2].why.contains("propre marché"), "{}", told.contracts[2].why);
    let told = reference.resolve("Réseau Canopé", "", day(TODAY)).unwrap();
    assert!(told.contracts[1].why.contains("lot 5"), "{}", told.contracts[1].why);
    let told = reference.resolve("Préfecture du Lot", "cnaf.fr", day(THEN)).unwrap();
    assert!(
        told.why.contains("pourtant celui de « Caisse nationale des allocations familiales »"),
        "{}",
        told.why
    );
}

#[test]
fn a_domain_alone_gives_the_most_precise_body_or_what_its_users_share() {
    let reference = reference();
    let name = |domain| reference.resolve("", domain, day(THEN)).map(|o| o.name);
    assert_eq!(name("dgfip.finances.gouv.fr").as_deref(), Some("Direction générale des Finances publiques"));
    assert_eq!(
        name("insee.fr").as_deref(),
        Some("Institut national de la statistique et des études économiques")
    );
    assert_eq!(name("finances.gouv.fr").as_deref(), Some("Ministère de l'Économie et des Finances"));
    assert_eq!(name("ofb.gouv.fr").as_deref(), Some("Office français de la biodiversité"));
    assert_eq!(name("cnam.fr"), None);
    assert_eq!(name("gmail.com"), None);
    assert_eq!(name("interieur.gouv.fr.example"), None);
    let shared = reference.resolve("", "sg.social.gouv.fr", day(THEN));
    assert_eq!(letters(shared.as_ref()), "eev");
}

#[test]
fn the_labelled_requests_about_contracts() {
    let reference = reference();
    let labelled = include_str!("../../../rules/model/requests.jsonl").lines().take(160);
    let mut seen = 0;
    for line in labelled {
        let request: serde_json::Value = serde_json::from_str(line).unwrap();
        if !request["topics"].as_array().unwrap().iter().any(|topic| topic == "contracts") {
            continue;
        }
        seen += 1;
        let text = |key: &str| request[key].as_str().unwrap();
        let body: Vec<&str> = text("body").lines().collect();
        let last_lines = body[body.len().saturating_sub(12)..].join("\n");
        let written = if text("organisation").is_empty() { &last_lines } else { text("organisation") };
        let told = reference.resolve(written, text("from_email"), day(THEN));
        let open: Vec<&str> = told
            .iter()
            .flat_map(|o| &o.contracts)
            .filter(|a| a.standing.code() == "eligible")
            .map(|a| a.contract.code())
            .collect();
        let label: Vec<&str> =
            request["beneficiary"].as_array().unwrap().iter().map(|b| b.as_str().unwrap()).collect();
        assert_eq!(open, label, "{} {told:?}", text("id"));
    }
    assert!(seen > 20);
}

#[test]
fn the_contract_of_the_day_and_its_lots() {
    let reference = reference();
    let lot_3 = |date| {
        let contract = reference.contract_on(Contract::Expertise, day(date)).unwrap();
        contract.lots.iter().find(|lot| lot.number == 3).unwrap().subject.clone()
    };
    assert!(lot_3(THEN).starts_with("Samba") && lot_3(TODAY).starts_with("PostgreSQL"));
    assert_eq!(reference.contract_on(Contract::Expertise, day(THEN)).unwrap().services.len(), 7);
    assert_eq!(reference.contract_on(Contract::Support, day(TODAY)).unwrap().holders, ["Linagora"]);
    assert!(reference.contract_on(Contract::Expertise, day("2024-12-01")).is_none());
    assert_eq!(reference.contracts().len(), 5);
}

#[test]
fn covered_software_is_found_by_name_and_alias() {
    let reference = reference();
    let named = |text: &str| -> Vec<String> {
        reference.software_in(text).into_iter().map(|s| s.name.clone()).collect()
    };
    assert_eq!(named("Notre base Postgres 14 et QGIS ; PG ne démarre plus"), ["PostgreSQL", "QGIS"]);
    assert_eq!(named("PG"), ["PostgreSQL"]);
    assert_eq!(named("Apache Tomcat puis libre office"), ["Tomcat", "LibreOffice"]);
    assert_eq!(named("un audit du code, par email à R. Dupont"), ["R"]);
    assert_eq!(named("un audit de sécurité, on a du mal"), [] as [&str; 0]);
    let redis = reference.software_in("Redis");
    assert!(!redis[0].is_covered(Contract::Support, day("2024-09-20")));
    assert!(
        redis[0].is_covered(Contract::Support, day("2024-09-15"))
            && redis[0].is_covered(Contract::Support, day(TODAY))
    );
    assert_eq!(reference.software_in("PostgreSQL")[0].lot, Some(3));
}
