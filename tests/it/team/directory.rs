//! The pages of the directory: what they list, what each press does, what two people at once are told, CSV in and out.

use chrono::Days;
use guichet::desk::Suggestion;
use guichet::store::{EntryState, KeptEntry};
use guichet::ticket::Actor;

use super::house::{House, location};
use crate::support::said;

const SHEET: [(&str, &str); 5] = [
    ("organisation", "Ministère de la Culture"),
    ("role", "coordinator"),
    ("contract", "support"),
    ("name", "Bureau <des> marchés"),
    ("email", "marches@culture.example"),
];

async fn entries(house: &House) -> Vec<KeptEntry> {
    house.desk.store().directory_entries().await.unwrap().1
}

/// Adds an entry as a person does, with some boxes filled in otherwise; answers it as it is kept.
async fn added(house: &House, other: &[(&str, &str)]) -> KeptEntry {
    let mut sheet: Vec<(&str, &str)> =
        SHEET.into_iter().filter(|(name, _)| !other.iter().any(|(own, _)| own == name)).collect();
    sheet.extend_from_slice(other);
    let answer = house.post("/equipe/annuaire/ajouter", &sheet).await;
    assert_eq!(answer.status(), 303);
    let id = location(&answer).split(['/', '?']).nth(3).unwrap().to_owned();
    house.desk.store().directory_entry(&id).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_entry_is_added_listed_found_and_told_as_unconfirmed() {
    let house = House::open().await;
    assert!(house.page("/equipe/annuaire").await.contains("L’annuaire est vide"));
    assert!(!house.page("/equipe").await.contains("Annuaire :"));
    let kept = added(&house, &[]).await;
    assert_eq!((kept.entry.organisation.as_str(), kept.version), ("culture", 1));
    added(&house, &[("role", "amdac"), ("contract", ""), ("email", "amdac@culture.example"), ("name", "")])
        .await;

    let list = house.page("/equipe/annuaire").await;
    assert!(list.contains("Bureau &#60;des&#62; marchés") && list.contains("Support logiciels libres"));
    assert!(list.contains("jamais confirmée"));
    assert!(list.contains("2 entrées sans confirmation depuis douze mois"), "the head of the page says so");
    assert!(house.page("/equipe").await.contains("Annuaire : 2 à confirmer"), "the queue says so too");
    let amdac = house.page("/equipe/annuaire?role=amdac").await;
    assert!(amdac.contains("amdac@culture.example") && !amdac.contains("marches@culture"));
    let found = house.page("/equipe/annuaire?q=MARCHES%20culture").await;
    assert!(found.contains("marches@culture") && !found.contains("amdac@culture"));
    assert!(house.page("/equipe/annuaire?q=rien").await.contains("Aucune entrée ne correspond."));
}

#[tokio::test]
async fn what_is_typed_wrong_is_told_at_its_box_and_stays_there() {
    let house = House::open().await;
    let sheet = [
        ("organisation", "Nulle part"),
        ("role", "coordinator"),
        ("email", "pas une adresse"),
        ("note", "à garder"),
    ];
    let answer = house.post("/equipe/annuaire/ajouter", &sheet).await;
    assert_eq!(answer.status(), 422);
    let page = said(answer).await;
    assert!(page.contains("« Nulle part » n’est pas un organisme connu"));
    assert!(
        page.contains("« pas une adresse » n’est pas une adresse") && page.contains("à garder</textarea>")
    );
    let blank = house.post("/equipe/annuaire/ajouter", &[("organisation", ""), ("role", "amdac")]).await;
    let page = said(blank).await;
    assert!(page.contains("Donnez l’organisme.") && page.contains("Donnez l’adresse électronique."));
    assert!(!page.contains(".toml") && page.contains("Adresse électronique (obligatoire)"));
    let own = house.desk.service().contact.clone();
    let ours = [("organisation", "culture"), ("role", "coordinator"), ("email", own.as_str())];
    let page = said(house.post("/equipe/annuaire/ajouter", &ours).await).await;
    assert!(page.contains("est une adresse du service lui-même"), "{page}");
    added(&house, &[]).await;
    let twice = house.post("/equipe/annuaire/ajouter", &SHEET).await;
    assert_eq!(twice.status(), 422);
    assert!(said(twice).await.contains("a déjà cette entrée"));
    assert_eq!(entries(&house).await.len(), 1);
}

#[tokio::test]
async fn one_press_confirms_one_or_all_that_are_ticked() {
    let house = House::open().await;
    let mut seen = Vec::new();
    for n in 0..3 {
        let kept = added(&house, &[("email", &format!("e{n}@culture.example"))]).await;
        seen.push(format!("{}:{}", kept.entry.id, kept.version));
    }
    let (first, second, third) = (seen[0].as_str(), seen[1].as_str(), seen[2].as_str());
    let list = house.page("/equipe/annuaire?vue=a-confirmer").await;
    assert!(seen.iter().all(|seen| list.contains(&format!("value=\"{seen}\""))));
    let answer = house
        .post("/equipe/annuaire/confirmer", &[("vue", "a-confirmer"), ("entree", first), ("une", second)])
        .await;
    assert_eq!(location(&answer), "/equipe/annuaire?vue=a-confirmer&fait=entrees-confirmees");
    let today = house.clock.today();
    let confirmed =
        |all: &[KeptEntry]| all.iter().filter(|kept| kept.entry.confirmed_on == Some(today)).count();
    assert_eq!(confirmed(&entries(&house).await), 1, "the button of a row is about that row");
    house.post("/equipe/annuaire/confirmer", &[("entree", first), ("entree", third)]).await;
    assert_eq!(confirmed(&entries(&house).await), 3);
    let late = house.post("/equipe/annuaire/confirmer", &[("entree", first)]).await;
    assert_eq!(late.status(), 409, "it had changed since");
    let enter = house.post("/equipe/annuaire/confirmer", &[("rien", "oui"), ("entree", first)]).await;
    assert_eq!(enter.status(), 204, "Enter on a box confirms nothing");
    let none = house.post("/equipe/annuaire/confirmer", &[("cochees", "oui")]).await;
    assert!(location(&none).ends_with("fait=entrees-aucune"));
    let old = (today - Days::new(350)).to_string();
    added(&house, &[("email", "old@culture.example"), ("confirmed_on", &old)]).await;
    assert!(house.page("/equipe").await.contains("Annuaire : 1 bientôt à confirmer"));
}

#[tokio::test]
async fn what_was_named_from_outside_takes_more_than_one_press() {
    let house = House::open().await;
    let told = added(&house, &[("confirmed_on", &house.clock.today().to_string())]).await;
    let mut tx = house.desk.store().begin().await.unwrap();
    for (email, name) in [("une@ailleurs.example", "Dominique"), ("deux@ailleurs.example", "Andréa")] {
        let suggestion = Suggestion {
            instead_of: told.entry.id.clone(),
            email: email.to_owned(),
            name: name.to_owned(),
            note: String::new(),
        };
        house.desk.directory_suggest(&mut tx, &suggestion, &Actor::Correspondent).await.unwrap();
    }
    tx.commit().await.unwrap();
    let all = entries(&house).await;
    let named = |email: &str| all.iter().find(|kept| kept.entry.email == email).unwrap();
    let (one, two) = (named("une@ailleurs.example"), named("deux@ailleurs.example"));
    let list = house.page("/equipe/annuaire?vue=a-confirmer").await;
    assert!(list.contains("<span class=\"team-address\">une@ailleurs.example</span>"));
    assert!(list.contains("Reprendre…") && list.contains("Écarter") && !list.contains("name=\"une\""));
    assert!(!list.contains("name=\"entree\""), "nor among others");
    let seen = format!("{}:{}", one.entry.id, one.version);
    for field in ["une", "entree"] {
        let answer = house.post("/equipe/annuaire/confirmer", &[(field, seen.as_str())]).await;
        assert_eq!(answer.status(), 422, "{field}");
    }
    let version = |kept: &KeptEntry| kept.version.to_string();
    let aside = format!("/equipe/annuaire/{}/ecarter", one.entry.id);
    let answer = house.post(&aside, &[("vue", "a-confirmer"), ("version", version(one).as_str())]).await;
    assert_eq!(location(&answer), "/equipe/annuaire?vue=a-confirmer&fait=entree-ecartee");
    assert!(!house.page("/equipe/annuaire?vue=a-confirmer").await.contains("une@ailleurs"));
    let page = house.page(&format!("/equipe/annuaire/{}", two.entry.id)).await;
    assert!(page.contains("Reprendre et confirmer") && page.contains("Écarter la proposition"));
    let taken = format!("/equipe/annuaire/{}/reprendre", two.entry.id);
    assert_eq!(house.post(&taken, &[("version", version(two).as_str())]).await.status(), 303);
    assert!(house.page("/equipe/annuaire").await.contains("deux@ailleurs"));
    let kept = format!("/equipe/annuaire/{}/ecarter", told.entry.id);
    assert_eq!(house.post(&kept, &[("version", version(&told).as_str())]).await.status(), 422);
}

#[tokio::test]
async fn absence_end_and_history_of_an_entry() {
    let house = House::open().await;
    let kept = added(&house, &[]).await;
    let base = format!("/equipe/annuaire/{}", kept.entry.id);
    let today = house.clock.today();
    let later = (today + Days::new(9)).to_string();
    let act = async |act: &str, fields: &[(&str, &str)]| {
        let version = entries(&house).await[0].version.to_string();
        let mut all = vec![("version", version.as_str())];
        all.extend_from_slice(fields);
        house.post(&format!("{base}/{act}"), &all).await.status()
    };
    let from = today.to_string();
    assert_eq!(act("absence", &[("du", &later), ("au", &from)]).await, 422);
    assert_eq!(act("absence", &[("du", &from), ("au", "demain")]).await, 422);
    assert_eq!(act("absence", &[("du", &from), ("au", &later)]).await, 303);
    assert!(house.page("/equipe/annuaire?vue=absences").await.contains("marches@culture"));
    assert_eq!(act("present", &[]).await, 303);
    assert!(!house.page("/equipe/annuaire?vue=absences").await.contains("marches@culture"));
    assert_eq!(act("confirmer", &[]).await, 303);
    assert_eq!(act("terminer", &[("dernier_jour", &today.pred_opt().unwrap().to_string())]).await, 303);
    assert!(!house.page("/equipe/annuaire").await.contains("marches@culture"));
    assert!(house.page("/equipe/annuaire?vue=terminees").await.contains("marches@culture"));

    let page = house.page(&base).await;
    for told in [
        "Ajoutée",
        "Absence jusqu’au : (rien) → 4 décembre 2026",
        "Confirmée le : (rien) → 25 novembre 2026",
        "Dernier jour : (rien) → 24 novembre 2026",
    ] {
        assert!(page.contains(told), "{told}");
    }
    assert_eq!(act("effacer", &[]).await, 422, "one press is not enough");
    assert_eq!(act("effacer", &[("certain", "oui")]).await, 303);
    let page = house.page(&base).await;
    assert!(page.contains("Effacée à sa demande") && !page.contains("marches@culture"));
    assert_eq!(entries(&house).await[0].state, EntryState::Erased);
    assert_eq!(act("peindre", &[]).await, 404);
}

#[tokio::test]
async fn two_people_editing_lose_nothing() {
    let house = House::open().await;
    let kept = added(&house, &[]).await;
    let base = format!("/equipe/annuaire/{}", kept.entry.id);
    let edit = |name: &'static str| {
        [
            ("version", "1"),
            ("organisation", "culture"),
            ("role", "amdac"),
            ("email", "a@b.example"),
            ("name", name),
        ]
    };
    assert_eq!(house.post(&format!("{base}/modifier"), &edit("Première")).await.status(), 303);
    let late = house.post(&format!("{base}/modifier"), &edit("Seconde")).await;
    assert_eq!(late.status(), 409);
    let page = said(late).await;
    assert!(page.contains("Cette entrée a changé entre-temps") && page.contains("value=\"Seconde\""));
    assert!(page.contains("Nom ou fonction : « Bureau &#60;des&#62; marchés » → « Première »"));
    assert!(page.contains("name=\"version\" value=\"2\""), "looked at, it can be saved");
    assert_eq!(entries(&house).await[0].entry.name, "Première");
    // What the page shows is understood when it is sent back.
    let shown = house.page(&base).await;
    assert!(shown.contains("value=\"Ministère de la Culture\""));
}

/// Sends a CSV text as the page's form does.
async fn upload(house: &House, text: &str) -> reqwest::Response {
    let part = reqwest::multipart::Part::bytes(text.as_bytes().to_vec()).file_name("annuaire.csv");
    let form = reqwest::multipart::Form::new().part("fichier", part).text("texte", "");
    house
        .browser
        .post(format!("{}/equipe/annuaire/importer", house.base))
        .multipart(form)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_file_is_seen_before_it_is_applied() {
    let house = House::open().await;
    added(&house, &[]).await;
    let text = "organisation;role;contract;email;confirmed_on;note\r\n\
        culture;coordinator;support;marches@culture.example;2026-11-01;\"deux\r\nlignes\"\r\n\
        culture;amdac;;amdac@culture.example;2026-11-02;\r\n";
    let answer = upload(&house, text).await;
    assert_eq!(answer.status(), 200);
    let page = said(answer).await;
    assert!(page.contains("Ajout : 1 entrée") && page.contains("Changement : 1 entrée"));
    assert!(page.contains("Confirmée le : (rien) → 1er novembre 2026"));
    assert_eq!(entries(&house).await.len(), 1, "only looked at");

    let version = house.desk.store().directory_version().await.unwrap();
    assert!(page.contains(&version));
    let apply = [("fichier", "annuaire.csv"), ("texte", text), ("version", version.as_str())];
    added(&house, &[("role", "pilot"), ("email", "pilote@culture.example")]).await;
    let late = house.post("/equipe/annuaire/importer/appliquer", &apply).await;
    assert_eq!(late.status(), 409, "the directory changed since the preview");
    assert!(said(late).await.contains("a changé depuis cet aperçu"));
    let version = house.desk.store().directory_version().await.unwrap();
    let apply = [("fichier", "annuaire.csv"), ("texte", text), ("version", version.as_str())];
    assert_eq!(house.post("/equipe/annuaire/importer/appliquer", &apply).await.status(), 303);
    let kept = entries(&house).await;
    assert_eq!(kept.len(), 3);
    let marches = kept.iter().find(|kept| kept.entry.email == "marches@culture.example").unwrap();
    assert_eq!(
        (marches.entry.note.as_str(), marches.entry.name.as_str()),
        ("deux\nlignes", "Bureau <des> marchés")
    );
    let page = house.page(&format!("/equipe/annuaire/{}", marches.entry.id)).await;
    assert!(page.contains("avec un fichier CSV"));

    // What goes out comes in unchanged.
    let export = house.get("/equipe/annuaire/exporter").await;
    let disposition = export.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(disposition.contains("annuaire-2026-11-25.csv"), "{disposition}");
    let page = upload(&house, &export.text().await.unwrap()).await.text().await.unwrap();
    assert!(page.contains("Rien ne changerait"), "{page}");

    let faulty = upload(&house, "organisation,role,email\nculture,chef,rien\n").await;
    assert_eq!(faulty.status(), 422);
    let page = said(faulty).await;
    assert!(page.contains("annuaire.csv:2: role") && page.contains("annuaire.csv:2: email"));
    assert_eq!(upload(&house, "").await.status(), 422);
}

#[tokio::test]
async fn the_directory_is_for_the_team_alone() {
    let house = House::closed().await;
    for path in ["", "/ajouter", "/importer", "/exporter", "/0190"] {
        let answer = house.get(&format!("/equipe/annuaire{path}")).await;
        assert_eq!(answer.status(), 303, "{path}");
        assert!(location(&answer).starts_with("/equipe/connexion"));
    }
    assert_eq!(house.post("/equipe/annuaire/ajouter", &SHEET).await.status(), 303);
    assert!(entries(&house).await.is_empty());
    let house = House::open().await;
    let foreign =
        house.post_with("/equipe/annuaire/ajouter", &SHEET, &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(foreign.status(), 403);
    assert!(entries(&house).await.is_empty());
}
