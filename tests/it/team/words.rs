//! What holds for the words of every page, whatever they say.

use guichet::triage::{Action, Reason};
use regex::Regex;

use super::house::{House, decision};

const BODY: &str = "Sous quelle licence publier notre logiciel ?";

const PAGES: [&str; 22] = [
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

#[tokio::test]
async fn french_spaces_do_not_break() {
    let house = House::open().await;
    let open = house.ticket("Licence", BODY, decision(BODY, "source-publication", &["licence"])).await;
    let mut refusal = decision(BODY, "refused-training", &["licence"]);
    (refusal.action, refusal.reason) = (Action::Refuse, Reason::RefusedTopic);
    let refused = house.ticket("Formation", BODY, refusal).await;
    let own = [
        format!("/equipe/demandes/{open}?fait=fusionne"),
        format!("/equipe/demandes/{refused}"),
        format!("/equipe/reporter/{open}"),
        "/equipe/preferences".to_owned(),
    ];
    let breaks = Regex::new(r"(?:[^\s] [:;?!»][^=]|« ).{0,20}").unwrap();
    for path in PAGES.into_iter().map(str::to_owned).chain(own) {
        let answer = house.get(&path).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let text = shown(&answer.text().await.unwrap());
        let found: Vec<&str> = breaks.find_iter(&text).map(|found| found.as_str()).collect();
        assert!(found.is_empty(), "{path}: {found:?}");
        assert!(!path.starts_with("/equipe") || text.contains('\u{a0}'), "{path}: there are some");
    }
}
