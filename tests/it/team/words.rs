//! What holds for the words of every page, whatever they say.

use guichet::ticket::Status;
use guichet::triage::{Action, BodyKind, Reason, ReplyMode};
use regex::Regex;

use super::house::{House, decision};

const BODY: &str = "Sous quelle licence publier notre logiciel ?";

const PAGES: [&str; 25] = [
    "/",
    "/tri",
    "/mentions-legales",
    "/donnees-personnelles",
    "/accessibilite",
    "/equipe",
    "/equipe?vue=toutes",
    "/equipe?vue=toutes&q=couleur%3Ableu%20a*",
    "/equipe/nouvelle",
    "/equipe/en-panne",
    "/equipe/annuaire",
    "/equipe/annuaire/ajouter",
    "/equipe/references",
    "/equipe/references?feuille=domains&q=ademe.fr",
    "/equipe/references/organisations/ligne?cle=dinum",
    "/equipe/references/domains/ligne?cle=ademe.fr",
    "/equipe/references/answers/ligne",
    "/equipe/reponses",
    "/equipe/reponses/sill",
    "/equipe/regles?categorie=sill",
    "/equipe/regles/essayer",
    "/equipe/regles/rejouer",
    "/equipe/tableau",
    "/equipe/automatismes",
    "/equipe/sante",
];

/// What a page shows of its own words: neither code nor what people wrote.
fn shown(html: &str) -> String {
    let literal = Regex::new(
        r#"(?s)<(?:bdi|code|kbd|pre|script|style|textarea)\b.*?</(?:bdi|code|kbd|pre|script|style|textarea)>|<div[^>]* dir="auto"[^>]*>.*?</div>"#,
    );
    let tags = Regex::new(r"(?s)<[^>]*>").unwrap();
    tags.replace_all(&literal.unwrap().replace_all(html, ""), "").into_owned()
}

/// What every page shows of its own words, by address, with two requests there are.
async fn all(house: &House) -> Vec<(String, String)> {
    let mut open = decision(BODY, "source-publication", &["licence"]);
    (open.reply, open.reply_mode) = (Some("source-publication".to_owned()), ReplyMode::Draft);
    let open = house.ticket("Licence", BODY, open).await;
    let mut refusal = decision(BODY, "refused-training", &["licence"]);
    (refusal.action, refusal.reason) = (Action::Refuse, Reason::RefusedTopic);
    let refused = house.ticket("Formation", BODY, refusal).await;
    let own = [
        format!("/equipe/demandes/{open}?fait=fusionne"),
        format!("/equipe/demandes/{refused}"),
        format!("/equipe/reporter/{open}"),
        "/equipe/preferences".to_owned(),
    ];
    let mut all = Vec::new();
    for path in PAGES.into_iter().map(str::to_owned).chain(own) {
        let answer = house.get(&path).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        all.push((path, shown(&answer.text().await.unwrap())));
    }
    all
}

#[tokio::test]
async fn french_spaces_do_not_break() {
    let breaks = Regex::new(r"(?:[^\s] [:;?!»][^=]|« ).{0,20}").unwrap();
    for (path, text) in all(&House::open().await).await {
        let found: Vec<&str> = breaks.find_iter(&text).map(|found| found.as_str()).collect();
        assert!(found.is_empty(), "{path}: {found:?}");
        assert!(!path.starts_with("/equipe") || text.contains('\u{a0}'), "{path}: there are some");
    }
}

#[tokio::test]
async fn names_of_files_are_shown_as_code_and_all_else_is_french() {
    let house = House::open().await;
    let triage = house.desk.triage();
    let categories = triage.taxonomy().categories.iter().map(|category| category.id.clone());
    let statuses = Status::ALL.into_iter().map(|status| status.code().to_owned());
    let kinds = BodyKind::ALL.into_iter().map(|kind| kind.code().to_owned());
    let mut ids: Vec<String> =
        categories.chain(house.desk.replies().names()).chain(statuses).chain(kinds).collect();
    ids.extend(["to_verify", "not_listed", "in-offer", "refused-topic", "rule-7"].map(str::to_owned));
    // A word of one piece may be a French one.
    ids.retain(|id| id.contains(['-', '_']));
    for (path, text) in all(&house).await {
        for id in &ids {
            let word = Regex::new(&format!(r"(?:^|[^\w/.-]){id}(?:$|[^\w.-])")).unwrap();
            assert!(!word.is_match(&text), "{path}: {id}");
        }
    }
}
