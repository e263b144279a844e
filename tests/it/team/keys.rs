//! The keys of the team's pages: every act has one, shown where it is and in the help.

use std::collections::{BTreeMap, BTreeSet};

use guichet::desk::Suggestion;
use guichet::message::{Door, Envelope};
use guichet::ticket::Actor;
use regex::Regex;

use super::house::{House, decision, location};
use crate::support::said;

/// What a page's own part holds: `<main>`, where the way out of the session is not.
fn main_of(page: &str) -> &str {
    page.split("<main").nth(1).unwrap().split("</main>").next().unwrap()
}

/// The words on a button that everybody sees; those of the row that it stands in are only heard.
fn words(inner: &str) -> String {
    let seen = inner.split("<span class=\"fr-sr-only\"").next().unwrap();
    Regex::new("<[^>]*>").unwrap().replace_all(seen, "").trim().to_owned()
}

/// The acts of a page that no key leads to: neither to the button, nor to a box of its form, nor to another of the same words.
fn without_a_key(page: &str) -> Vec<String> {
    let buttons = Regex::new(r"(?s)<button([^>]*)>(.*?)</button>").unwrap();
    let forms = Regex::new(r"(?s)<form.*?</form>").unwrap();
    let main = main_of(page);
    let acts = |part: &str| -> Vec<(bool, String)> {
        let all = buttons.captures_iter(part);
        all.filter(|button| !button[1].contains("guichet-away") && !button[1].contains("type=\"button\""))
            .map(|button| (button[1].contains("data-touche="), words(&button[2])))
            .collect()
    };
    let all: Vec<(bool, String)> = forms.find_iter(main).flat_map(|form| acts(form.as_str())).collect();
    let keyed: BTreeSet<&String> = all.iter().filter(|(keyed, _)| *keyed).map(|(_, words)| words).collect();
    let boxed = Regex::new(r"<(?:input|select|textarea)[^>]*data-touche=").unwrap();
    let mut bare = Vec::new();
    for form in forms.find_iter(main) {
        // Rows have boxes of their own, which tick them.
        let leading =
            boxed.find_iter(form.as_str()).filter(|found| !found.as_str().contains("aria-label")).count();
        let left = acts(form.as_str()).into_iter().filter(|(has, words)| !has && !keyed.contains(words));
        bare.extend(left.skip(leading).map(|(_, words)| words));
    }
    bare
}

/// The keys that a page shows, with the words of what each presses; rows apart, where a key is that of the row that has the focus.
fn shown(page: &str) -> BTreeMap<String, BTreeSet<String>> {
    let main =
        Regex::new(r"(?s)<tr data-ligne>.*?</tr>").unwrap().replace_all(main_of(page), "").into_owned();
    let keyed = Regex::new(r#"(?s)<(\w+)([^>]*)data-touche="([^"]+)"[^>]*>([^<]*)"#).unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in keyed.captures_iter(&main) {
        let boxed = ["input", "select", "textarea"].contains(&&one[1]);
        let what = if boxed { one[2].to_owned() } else { one[4].trim().to_owned() };
        found.entry(one[3].to_owned()).or_default().insert(what);
    }
    found
}

/// Asserts that every act of a page has a key, that `?` tells each, and that none has two meanings there.
fn every_act_has_its_key(path: &str, page: &str) {
    assert_eq!(page.matches("<dialog id=\"touches\"").count(), 1, "{path}");
    assert_eq!(without_a_key(page), Vec::<String>::new(), "{path}: acts without a key");
    let touched = Regex::new("data-touche=\"([^\"]+)\"").unwrap();
    for key in touched.captures_iter(page) {
        assert!(
            page.contains(&format!("<kbd data-usuelle=\"{}\"", &key[1])),
            "{path}: {} is not in the help",
            &key[1]
        );
    }
    for (key, what) in shown(page) {
        assert_eq!(what.len(), 1, "{path}: {key} stands for {what:?}");
    }
}

async fn open(house: &House, subject: &str, category: &str) -> String {
    house.ticket(subject, "Texte", decision("", category, &[])).await
}

#[tokio::test]
async fn every_page_of_the_team_tells_the_keys() {
    let house = House::open().await;
    let one = open(&house, "Un", "sill").await;
    let ticket = format!("/equipe/demandes/{one}");
    let parked = house.desk.accept(Door::Pipe, "clé", Envelope::default(), b"x".to_vec()).await.unwrap();
    house.desk.store().arrival_park(&parked.arrival_id, "illisible").await.unwrap();
    house.post("/equipe/vues", &[("nom", "Le SILL"), ("adresse", "/equipe?vue=toutes&categorie=sill")]).await;
    let snooze = format!("/equipe/reporter/{one}?vue=toutes");
    for path in [
        "/equipe",
        "/equipe?vue=toutes",
        "/equipe?vue=toutes&categorie=sill",
        &snooze,
        "/equipe/nouvelle",
        "/equipe/en-panne",
        "/equipe/annuaire",
        "/equipe/annuaire/ajouter",
        "/equipe/annuaire/importer",
        "/equipe/references",
        "/equipe/references/domains/ligne",
        "/equipe/references/domains/ligne?cle=ademe.fr",
        "/equipe/reponses",
        "/equipe/reponses/receipt",
        "/equipe/regles",
        "/equipe/regles?categorie=sill",
        "/equipe/regles/essayer",
        "/equipe/regles/rejouer",
        "/equipe/tableau",
        "/equipe/automatismes",
        "/equipe/sante",
        "/equipe/preferences",
    ] {
        every_act_has_its_key(path, &house.page(path).await);
    }
    assert!(!House::closed().await.page("/equipe/connexion").await.contains("id=\"touches\""));
    // An act on the page of a request bears its key.
    let page = house.page(&ticket).await;
    for key in ["R", "A", "C", "T", "t", "f", "m", "y", "x", "w", "v", "b", "B"] {
        assert!(page.contains(&format!("data-touche=\"{key}\"")), "{key}");
    }
    every_act_has_its_key(&ticket, &page);
    // The main act of a page has the key of validating it.
    for (path, act) in [
        ("/equipe/reponses/receipt", "Voir le courriel"),
        ("/equipe/regles/essayer", "Voir ce que le tri déciderait"),
        ("/equipe/regles/rejouer", "Rejouer"),
        ("/equipe/annuaire/ajouter", "Ajouter"),
        ("/equipe/annuaire/importer", "Voir ce qui changerait"),
        ("/equipe/references/domains/ligne", "Enregistrer la correction"),
        ("/equipe/preferences", "Enregistrer"),
    ] {
        let found = shown(&house.page(path).await);
        assert!(
            found.get("v").is_some_and(|what| what.iter().any(|words| words == act)),
            "{path}: {found:?}"
        );
    }
}

#[tokio::test]
async fn acts_that_a_page_has_only_at_times_have_their_keys_too() {
    let house = House::open().await;
    let sheet = [
        ("organisation", "Ministère de la Culture"),
        ("role", "coordinator"),
        ("email", "marches@culture.example"),
        ("absent_from", "2026-11-20"),
        ("absent_until", "2027-01-20"),
    ];
    let added = location(&house.post("/equipe/annuaire/ajouter", &sheet).await).to_owned();
    let entry = added.split('?').next().unwrap().to_owned();
    let suggestion = Suggestion {
        instead_of: entry.rsplit('/').next().unwrap().to_owned(),
        email: "claire.petit@culture.example".to_owned(),
        name: "Claire Petit".to_owned(),
        note: String::new(),
    };
    let mut tx = house.desk.store().begin().await.unwrap();
    house.desk.directory_suggest(&mut tx, &suggestion, &Actor::Correspondent).await.unwrap();
    tx.commit().await.unwrap();
    let named = house.page("/equipe/annuaire?vue=a-confirmer&q=petit").await;
    let named = named.split("href=\"/equipe/annuaire/").find(|part| part.contains("Claire Petit")).unwrap();
    let named = format!("/equipe/annuaire/{}", named.split('"').next().unwrap());
    let fields = [
        ("cle", "ademe.fr"),
        ("organisation", "culture"),
        ("confidence", "weak"),
        ("depuis", "2026-11-01"),
        ("source", "un courriel"),
    ];
    house.post("/equipe/references/domains/corriger", &fields).await;
    let [french, english] = house.desk.replies().source_texts("receipt").unwrap();
    for greeting in ["Bonjour à vous,", "Bonjour à toutes,"] {
        let words = french.replace("Bonjour,", greeting);
        let version = house.desk.store().reply_versions().await.unwrap().first().map(|one| one.id.clone());
        let fields = [
            ("fr", words.as_str()),
            ("en", english.as_str()),
            ("vu", version.as_deref().unwrap_or_default()),
        ];
        assert_eq!(house.post("/equipe/reponses/receipt/publier", &fields).await.status(), 303);
    }
    let meeting = open(&house, "Une réunion", "strategy").await;
    house.act(&meeting, "rendez-vous", &[("jour", "2026-12-03"), ("heure", "14:00")]).await;
    let part = open(&house, "Une réunion, encore", "strategy").await;
    house.act(&part, "fusionner", &[("autre", &meeting)]).await;
    let put_off = open(&house, "Plus tard", "sill").await;
    house.act(&put_off, "reporter", &[("quand", "demain")]).await;
    for path in [
        entry.as_str(),
        &named,
        "/equipe/annuaire?vue=a-confirmer",
        "/equipe/annuaire?vue=absences",
        "/equipe/references/domains/ligne?cle=ademe.fr",
        "/equipe/reponses/receipt",
        &format!("/equipe/demandes/{meeting}"),
        &format!("/equipe/demandes/{part}"),
        &format!("/equipe/demandes/{put_off}"),
    ] {
        every_act_has_its_key(path, &house.page(path).await);
    }
    let text = "Sous quelle licence publier le code source de notre logiciel ?";
    let checked = house.post("/equipe/nouvelle", &[("texte", text), ("acte", "verifier")]).await;
    let checked = said(checked).await;
    assert!(checked.contains("Prendre ce sujet"));
    every_act_has_its_key("a call that was checked", &checked);
    let csv = "organisation;role;email\nculture;amdac;amdac@culture.example\n";
    let part = reqwest::multipart::Part::bytes(csv.as_bytes().to_vec()).file_name("annuaire.csv");
    let form = reqwest::multipart::Form::new().part("fichier", part).text("texte", "");
    let import = format!("{}/equipe/annuaire/importer", house.base);
    let plan = said(house.browser.post(import).multipart(form).send().await.unwrap()).await;
    assert!(plan.contains("Appliquer"));
    every_act_has_its_key("a file that was read", &plan);
    house.post("/equipe/automatismes", &[("etat", "arreter")]).await;
    every_act_has_its_key("stopped", &house.page("/equipe/automatismes").await);
}
