//! The pages of the rules: they tell what the commands tell, of the same functions; a set that is uploaded is replayed and put in
//! service nowhere.

use serde_json::Value;

use super::texts::{SILL_MAIL, TRAINING, TRAINING_SUBJECT};
use crate::support::database::{Database, on_both};
use crate::support::rules::{Trial, careful};
use crate::support::story::Story;

on_both!(
    an_uploaded_set_is_replayed_and_never_in_service,
    a_replay_is_stopped,
    the_page_counts_as_the_command_does,
);

const REPLAY: &str = "/equipe/regles/rejouer";

/// Sends files; answers where the result is.
async fn upload(story: &Story, files: &[(&str, Vec<u8>)], fields: &[(&str, &str)]) -> (u16, String) {
    let mut form = reqwest::multipart::Form::new();
    for (name, octets) in files {
        let part = reqwest::multipart::Part::bytes(octets.clone()).file_name((*name).to_owned());
        form = form.part("fichiers", part);
    }
    for (name, value) in fields {
        form = form.text((*name).to_owned(), (*value).to_owned());
    }
    let browser = story.browser_of_team().await;
    let answer = browser.post(format!("{}{REPLAY}", story.base)).multipart(form).send().await.unwrap();
    let status = answer.status().as_u16();
    let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    (
        status,
        match to {
            Some(to) => to,
            None => answer.text().await.unwrap(),
        },
    )
}

/// The result page once the work is done.
async fn result(story: &Story, path: &str) -> String {
    let mut again = tokio::time::interval(std::time::Duration::from_millis(50));
    loop {
        again.tick().await;
        let page = story.page_of_team(path).await;
        if !page.contains("En cours") {
            return page;
        }
    }
}

async fn an_uploaded_set_is_replayed_and_never_in_service(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    story.fill_in("/", "maryvonne@ac-limoges.example", TRAINING_SUBJECT, TRAINING).await;
    story.receive(SILL_MAIL).await;
    let before = story.desk.triage_now().await.unwrap().ruleset().to_owned();

    let categories = careful().texts["categories.toml"].clone().into_bytes();
    let (status, path) = upload(&story, &[("categories.toml", categories.clone())], &[]).await;
    assert_eq!(status, 303, "{path}");
    let page = result(&story, &path).await;
    assert!(
        page.contains("Nouveaux refus automatiques : aucun")
            && page.contains("Nouvelles mises à l’écart : aucune")
            && page.contains("Catégorie juste : rien à mesurer → rien à mesurer")
            && page.contains("Ne seraient plus refusées : 1"),
        "{page}"
    );
    assert!(story.page_of_team(REPLAY).await.contains("aucun nouveau refus automatique"));

    // The file is what the command says of the same set.
    let whole = story.page_of_team(&format!("{path}/resultat.json")).await;
    let mut whole: Value = serde_json::from_str(&whole).unwrap();
    let (_, mut said) = trial.json(&["backtest", "--rules", &trial.rules("careful", &careful())]);
    for told in [&mut whole, &mut said] {
        told["sources"][0]["name"] = Value::Null;
        assert_eq!(told["counts"]["no_longer_refused"], 1, "{told}");
    }
    assert_eq!(whole, said);

    // The same as an archive of the whole set, in a folder.
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, text) in &careful().texts {
        archive.start_file(format!("mon-jeu/{path}"), zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, text.as_bytes()).unwrap();
    }
    let archive = archive.finish().unwrap().into_inner();
    let (status, path) =
        upload(&story, &[("jeu.zip", archive)], &[("etendue", "entier"), ("depuis", "2026-01-01")]).await;
    assert_eq!(status, 303, "{path}");
    assert!(result(&story, &path).await.contains("Ne seraient plus refusées : 1"));

    // A set at fault tells its faults; what is no set is refused at once.
    let faulty =
        String::from_utf8(categories).unwrap().replace("alone = \"propose\"", "alone = \"toujours\"");
    let (_, path) = upload(&story, &[("categories.toml", faulty.into_bytes())], &[]).await;
    let page = result(&story, &path).await;
    assert!(
        page.contains("Ce jeu ne se charge pas") && page.contains("jeu envoyé/categories.toml:"),
        "{page}"
    );
    for (name, octets) in
        [("photo.png", b"png".to_vec()), ("jeu.zip", b"PK\x03\x04".to_vec()), ("", Vec::new())]
    {
        assert_eq!(upload(&story, &[(name, octets)], &[]).await.0, 422, "{name}");
    }
    assert_eq!(story.desk.triage_now().await.unwrap().ruleset(), before, "the upload is in service nowhere");
}

async fn a_replay_is_stopped(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let categories = careful().texts["categories.toml"].clone().into_bytes();
    let (_, path) = upload(&story, &[("categories.toml", categories.clone())], &[]).await;
    assert!(story.page_of_team(&path).await.contains(&format!("action=\"{path}/arreter\"")));
    // The set is still being read: that takes longer than a press.
    let browser = story.browser_of_team().await;
    let stopped = browser.post(format!("{}{path}/arreter", story.base)).send().await.unwrap();
    assert_eq!(stopped.headers()["location"].to_str().unwrap(), path);
    let (status, page) = upload(&story, &[("categories.toml", categories.clone())], &[]).await;
    assert!(status == 422 && page.contains("ou arrêtez-le sur sa page"), "{page}");
    let page = result(&story, &path).await;
    assert!(page.contains("L’essai a été arrêté.") && !page.contains("resultat.json"), "{page}");
    assert!(story.page_of_team(REPLAY).await.contains("arrêté"));
    let (status, path) = upload(&story, &[("categories.toml", categories)], &[]).await;
    assert_eq!(status, 303, "there is room for the next one");
    assert!(result(&story, &path).await.contains("resultat.json"));
}

async fn the_page_counts_as_the_command_does(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    story.fill_in("/", "maryvonne@ac-limoges.example", TRAINING_SUBJECT, TRAINING).await;
    story.receive(SILL_MAIL).await;
    let (code, told) = trial.json(&["rules", "report"]);
    assert_eq!(code, Some(0), "{told}");
    let hit = told["others"].as_array().unwrap().iter().find(|rule| rule["category"] == "sill").unwrap();
    let page = story.page_of_team("/equipe/regles?categorie=sill").await;
    let section =
        page.split("<section").find(|section| section.contains(hit["rule"].as_str().unwrap())).unwrap();
    assert!(
        section.contains(&format!("{} touche", hit["hits"])) && section.contains("pas encore jugée"),
        "{section}"
    );
    let overview = story.page_of_team("/equipe/regles").await;
    let idle = told["idle"].as_array().unwrap();
    assert!(overview.contains(&format!("N’ont jamais touché ({})", idle.len())), "{}", idle.len());
    assert!(
        overview.contains(idle[0]["rule"].as_str().unwrap())
            && overview.contains("2 demandes, dont 0 jugées")
    );
}
