//! The public form and the pages around it, asked as a browser asks.

mod defences;
mod files;
mod hint;
mod pages;

use axum::http::StatusCode;
use guichet::message::Lang;

use crate::support::web_site::{Sheet, Site};

#[tokio::test]
async fn a_form_is_kept_and_its_page_gives_reference_date_service_and_contact() {
    let site = Site::open().await;
    let sheet = site
        .filled("/")
        .await
        .set("name", "Solenn Kervadec")
        .set("organisation", "DREAL Bretagne")
        .set("role", "chargée d’études")
        .set("subject", "Licence pour un outil Python")
        .set("message", "Bonjour,\r\n\r\nSous quelle licence publier ?\u{0}\r\n");
    let sent = site.send("/", &sheet).await;
    let location = sent.leads_to();
    assert!(location.starts_with("/suivi/") && location.ends_with("?envoye=1"), "{location}");

    let form = site.kept(&location).await;
    assert_eq!(form.name, "Solenn Kervadec");
    assert_eq!(form.email, "solenn@developpement-durable.gouv.fr");
    assert_eq!(form.organisation, "DREAL Bretagne");
    assert_eq!(form.role, "chargée d’études");
    assert_eq!(form.subject, "Licence pour un outil Python");
    assert_eq!(
        form.body, "Bonjour,\n\nSous quelle licence publier ?",
        "line ends are LF, no control character"
    );
    assert_eq!((form.category.as_str(), form.lang), ("", Lang::Fr));

    let page = site.get(&location).await;
    assert_eq!(page.status, StatusCode::OK);
    let reference = location.trim_start_matches("/suivi/").split('.').next().unwrap();
    page.says(reference);
    page.says("25 novembre 2026 à");
    page.says("Mission logiciels libres");
    page.says("contact@code.gouv.fr");
    assert!(
        !page.body.contains("Solenn") && !page.body.contains("licence publier"),
        "nothing typed is shown"
    );
    assert!(page.body.contains("noindex"));
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn only_the_address_and_the_message_are_mandatory() {
    let site = Site::open().await;
    let sheet = Sheet::of(&site.get("/").await.body);
    site.clock.advance(chrono::Duration::seconds(10));
    let page = site.send("/", &sheet).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("<title>Erreur : ");
    page.says("2 points sont à corriger");
    for id in ["email", "message"] {
        let described = format!("aria-describedby=\"{id}-messages\" aria-invalid=\"true\"");
        assert!(page.body.contains(&described), "{id}: error linked to its field");
        assert!(page.body.contains(&format!("<li><a href=\"#{id}\">")), "{id}: in the summary");
    }
    page.says("Par exemple : nom@ministere.gouv.fr");
    assert!(page.body.contains("tabindex=\"-1\" autofocus"), "the summary takes the focus");
    site.send("/", &site.filled("/").await).await.leads_to();
}

#[tokio::test]
async fn nothing_typed_is_lost_whatever_is_wrong() {
    let site = Site::open().await;
    let nasty = "Ligne \"1\" <b>&amp;</b>\n\n</textarea><script>alert('x')</script>\n  fin ";
    let sheet = site
        .filled("/")
        .await
        .set("name", "O'Neil <O>")
        .set("email", "solenn@ministere")
        .set("organisation", "A & B")
        .set("role", "\"chef\"")
        .set("subject", "x".repeat(230).as_str())
        .set("message", nasty);
    let page = site.send("/", &sheet).await;
    page.says("Raccourcissez l’objet du message de 30\u{a0}caractères");
    page.says("Vérifiez ce qui suit le @");
    assert!(!page.body.contains("<script>alert"), "typed text is text");
    let again = Sheet::of(&page.body);
    for name in ["name", "email", "organisation", "role", "subject", "message", "stamp"] {
        assert_eq!(again.value(name), sheet.value(name), "{name}");
    }
    let fixed = again.set("email", "solenn@ministere.gouv.fr").set("subject", "Objet");
    let form = site.kept(&site.send("/", &fixed).await.leads_to()).await;
    assert_eq!((form.name.as_str(), form.body.as_str()), ("O'Neil <O>", nasty.trim()));
}

#[tokio::test]
async fn a_message_too_long_is_told_by_how_much() {
    let site = Site::open_with(|config| config.form.max_message_chars = 1_000).await;
    let page = site.send("/", &site.filled("/").await.set("message", &"é".repeat(1_012))).await;
    page.says("Raccourcissez votre message de 12\u{a0}caractères");
    assert_eq!(Sheet::of(&page.body).value("message").chars().count(), 1_012);
    site.send("/", &site.filled("/").await.set("message", &"é".repeat(1_000))).await.leads_to();
    let page = site.send("/", &site.filled("/").await.set("message", &"é".repeat(160_999))).await;
    page.says("de 159 999 caractères");
}

#[tokio::test]
async fn each_error_names_its_field_and_they_stand_in_the_order_of_the_page() {
    let site = Site::open().await;
    let long = "x".repeat(250);
    let sheet = site.filled("/").await.set("name", &long).set("email", "").set("subject", &long);
    let page = site.send("/", &sheet).await;
    let summary = page.body.split_once("id=\"erreurs\"").unwrap().1.split_once("</ul>").unwrap().0;
    let places: Vec<_> = ["#name", "Raccourcissez votre nom", "#email", "#subject", "Raccourcissez l’objet"]
        .iter()
        .map(|words| summary.find(words))
        .collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{summary}");
}

#[tokio::test]
async fn a_category_is_kept_and_an_unknown_one_means_not_knowing() {
    let site = Site::open().await;
    let sheet = site.filled("/").await;
    let form = site.kept(&site.send("/", &sheet.clone().set("category", "sill")).await.leads_to()).await;
    assert_eq!(form.category, "sill");
    let form = site.kept(&site.send("/", &sheet.set("category", "refused-training")).await.leads_to()).await;
    assert_eq!(form.category, "");
}

#[tokio::test]
async fn a_double_click_opens_one_ticket_and_a_corrected_message_another() {
    let site = Site::open().await;
    let sheet = site.filled("/").await.attach("a.txt", "text/plain", b"un");
    let (one, two) = tokio::join!(site.send("/", &sheet), site.send("/", &sheet));
    assert_eq!(one.leads_to(), two.leads_to());
    assert_eq!(site.send("/", &sheet).await.leads_to(), one.leads_to());
    assert_eq!(site.count().await, 1);
    let corrected = site.send("/", &sheet.set("message", "Plutôt : quelle forge ?")).await;
    assert_ne!(corrected.leads_to(), one.leads_to());
    assert_eq!(site.count().await, 2);
}

#[tokio::test]
async fn the_form_speaks_english() {
    let site = Site::open().await;
    let empty = site.get("/en").await;
    empty.says("<html lang=\"en\"");
    empty.says("Only the e-mail address and the message are required.");
    let page = site.send("/en", &site.filled("/en").await.set("email", "a@b.con")).await;
    page.says("<title>Error: ");
    page.says("did you mean .com?");
    let location = site.send("/en", &Sheet::of(&page.body).set("email", "a@b.com")).await.leads_to();
    assert!(location.starts_with("/en/suivi/"), "{location}");
    assert_eq!(site.kept(&location).await.lang, Lang::En);
    let page = site.get(&location).await;
    page.says("Your request has arrived");
    page.says("25 November 2026 at");
}

#[tokio::test]
async fn while_the_store_is_away_the_page_keeps_everything() {
    let site = Site::open().await;
    let sheet = site.filled("/").await.set("name", "Solenn").attach("a.txt", "text/plain", b"un");
    site.desk.store().close().await;
    let page = site.send("/", &sheet).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    page.says("n’est pas encore enregistrée");
    page.says("Vos fichiers, en revanche, devront être joints de nouveau.");
    page.says("contact@code.gouv.fr");
    let again = Sheet::of(&page.body);
    for name in ["name", "email", "message", "stamp"] {
        assert_eq!(again.value(name), sheet.value(name), "{name}");
    }
}
