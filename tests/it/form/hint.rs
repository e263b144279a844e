//! What is told before sending, the offer above the form, the optional questions, the names that are proposed.

use axum::http::StatusCode;
use guichet::message::{Capacity, PurchaseStage};
use guichet::triage::{Directory, Held, Reason};
use serde_json::Value;

use crate::support::plain_spaces;
use crate::support::web_site::{Reply, Sheet, Site};

const TRAINING: &str = "Bonjour, nous souhaitons organiser une formation à LibreOffice pour une quinzaine d’agents. La mission \
                        logiciels libres propose-t-elle cette formation, et à quelles dates ?";

async fn sheet(site: &Site, page: &str, message: &str) -> Sheet {
    site.filled(page).await.set("subject", "").set("message", message)
}

fn told(reply: &Reply) -> (String, String) {
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    let hint: Value = serde_json::from_str(&reply.body).unwrap();
    (plain_spaces(hint["says"].as_str().unwrap()), plain_spaces(hint["more"].as_str().unwrap()))
}

#[tokio::test]
async fn the_hint_tells_the_topic_what_will_happen_and_what_may_help() {
    let site = Site::open().await;
    let asked = sheet(&site, "/", "Bonjour, sous quelle licence publier notre outil écrit en Python ?").await;
    let (says, more) = told(&site.send("/apercu?partie=1", &asked).await);
    assert!(says.contains("Ouvrir un code source"), "{says}");
    assert!(more.contains("Sous quelle licence publier notre code"), "{more}");
    assert!(more.contains("href=\"https://www.data.gouv.fr/fr/pages/legal/licences/\""), "{more}");
    assert!(!more.contains("insiste"), "nothing is refused: {more}");
    let english = asked.set("message", "Hello, under which licence should we publish our Python tool?");
    let (says, _) = told(&site.send("/en/preview?partie=1", &english).await);
    assert!(says.starts_with("Your request seems to be about: “Publishing source code”."), "{says}");
    let nothing = english.set("message", "Bonjour, bonne journée à vous.");
    let (says, more) = told(&site.send("/apercu?partie=1", &nothing).await);
    assert!(
        says.to_lowercase().contains("une personne de l’équipe lira") && more.trim().is_empty(),
        "{says} {more}"
    );
}

#[tokio::test]
async fn a_refused_topic_is_told_with_its_reason_and_the_open_door_before_sending() {
    let site = Site::open_with(|config| config.automatic.mode = guichet::desk::Mode::Act).await;
    let asked = sheet(&site, "/", TRAINING).await;
    let (says, more) = told(&site.send("/apercu?partie=1", &asked).await);
    assert!(
        says.contains("hors de notre offre : « Formation »") && says.contains("réponse automatique"),
        "{says}"
    );
    assert!(more.contains("https://code.gouv.fr/fr/formations/"), "{more}");
    assert!(
        more.contains("name=\"insiste\"") && more.contains("Envoyer quand même, une personne lira"),
        "{more}"
    );

    let form = site.kept(&site.send("/", &asked.clone().set("insiste", "1")).await.leads_to()).await;
    assert!(form.insists);
    let plain = site.kept(&site.send("/", &asked).await.leads_to()).await;
    assert!(!plain.insists);
    let triage = crate::support::story::triage();
    let day = site.clock.today();
    let decide =
        |form: &guichet::message::Form| triage.examine(&form.to_message(), day, &Directory::default());
    assert_eq!(decide(&plain).reason, Reason::RefusedTopic);
    let asked_for_a_person = decide(&form);
    assert_eq!(asked_for_a_person.reason, Reason::RefusalToConfirm);
    assert!(asked_for_a_person.held_back.iter().any(|held| held.kind == Held::Insisted));
}

#[tokio::test]
async fn what_we_can_do_is_told_before_what_we_cannot() {
    let site = Site::open().await;
    let mixed = "Comment référencer notre logiciel au SILL ? Et proposez-vous une formation à GIMP ?";
    let (says, more) = told(&site.send("/apercu?partie=1", &sheet(&site, "/", mixed).await).await);
    let places = [
        "semble concerner",
        "une personne de l’équipe vous répondra",
        "hors de notre offre",
        "« Formation »",
    ];
    let places: Vec<_> = places.iter().map(|words| says.to_lowercase().find(&words.to_lowercase())).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{says}");
    assert!(!says.contains("réponse automatique") && !more.contains("insiste"), "{says} {more}");
    let (answer, refusal) = (more.find("Ceci vous aide"), more.find("https://code.gouv.fr/fr/formations/"));
    assert!(answer.is_some() && answer < refusal, "{more}");
}

#[tokio::test]
async fn two_questions_joined_in_one_sentence_are_each_told() {
    let site = Site::open_with(|config| config.automatic.mode = guichet::desk::Mode::Act).await;
    for joined in [
        "Bonjour, faites-vous des formations à QGIS et comment ouvrir le code de notre outil ?",
        "Bonjour, sous quelle licence publier notre outil, et proposez-vous une formation à QGIS ?",
        "Bonjour, faites-vous des formations à QGIS, et sinon comment ouvrir le code de notre outil ?",
        "Bonjour, faites-vous des formations à QGIS, comment ouvrir le code de notre outil ?",
        "Bonjour, faites-vous des formations à QGIS - comment ouvrir le code de notre outil ?",
        "Bonjour, je voudrais savoir si vous faites des formations à QGIS et si nous devons ouvrir le code de notre outil",
        "Bonjour, je voudrais une formation à QGIS et de nous dire comment ouvrir le code de notre outil",
        "Bonjour, faites-vous des formations à QGIS et nos scripts doivent-ils être publiés ?",
        "Bonjour, faites-vous des formations à QGIS, faut-il ouvrir le code de notre outil ?",
        "Do you offer training on QGIS and must we publish our source code?",
        "Do you offer training on QGIS and how do we publish our source code?",
        "Do you offer training on QGIS, how do we publish our source code?",
    ] {
        let (says, more) = told(&site.send("/apercu?partie=1", &sheet(&site, "/", joined).await).await);
        assert!(says.contains("« Ouvrir un code source »") && says.contains("« Formation »"), "{says}");
        assert!(!more.contains("insiste"), "neither is refused without a person: {more}");
    }
}

#[tokio::test]
async fn what_is_not_asked_and_what_is_only_supposed_are_not_refused_alone() {
    let site = Site::open_with(|config| config.automatic.mode = guichet::desk::Mode::Act).await;
    for words in [
        "Bonjour, merci. Une formation à QGIS ou comment l'installer n'est pas notre sujet.",
        "Bonjour, même si ce n'est pas une formation à QGIS que nous demandons, pouvez-vous nous dire merci.",
        "Bonjour,\nMême si ce n'est pas une formation à QGIS que nous demandons, quelle licence choisir pour nos scripts ?",
        "Bonjour, nous cherchons une formation à QGIS.\nSi ce n'est pas prévu un équivalent libre à ArcGIS pour quarante agents débutants de la communauté de communes.",
        "Bonjour, nous cherchons une formation à QGIS ou si ce n'est pas possible un équivalent libre à ArcGIS pour quarante agents débutants de la communauté de communes.",
    ] {
        let (says, more) = told(&site.send("/apercu?partie=1", &sheet(&site, "/", words).await).await);
        assert!(!says.contains("réponse automatique") && !more.contains("insiste"), "{words}: {says} {more}");
    }
}

#[tokio::test]
async fn a_guess_at_a_refused_topic_is_no_finding() {
    let site = Site::open_with(|config| config.automatic.mode = guichet::desk::Mode::Act).await;
    let guessed =
        "Bonjour, pouvez-vous héberger notre logiciel propriétaire de gestion RH sur vos serveurs ?";
    let (says, more) = told(&site.send("/apercu?partie=1", &sheet(&site, "/", guessed).await).await);
    assert!(
        says.contains("Nous ne sommes pas certains") && says.contains("la lira avant de répondre"),
        "{says}"
    );
    assert!(!says.contains('«') && more.trim().is_empty(), "no reason that may not be theirs: {says} {more}");
}

#[tokio::test]
async fn a_text_that_cannot_be_sent_is_told_so_before() {
    let site = Site::open_with(|config| config.form.max_message_chars = 1_000).await;
    let long = sheet(&site, "/", &"formation ".repeat(120)).await;
    let (says, more) = told(&site.send("/apercu?partie=1", &long).await);
    assert!(says.starts_with("Raccourcissez votre message de") && more.trim().is_empty(), "{says} {more}");
}

#[tokio::test]
async fn where_nothing_leaves_alone_nothing_is_said_to() {
    let site = Site::open_with(|config| config.automatic.mode = guichet::desk::Mode::Observe).await;
    let (says, more) = told(&site.send("/apercu?partie=1", &sheet(&site, "/", TRAINING).await).await);
    assert!(says.contains("Une personne lira votre message avant de répondre."), "{says}");
    assert!(!more.contains("insiste"), "{more}");
}

#[tokio::test]
async fn looking_keeps_nothing() {
    let site = Site::open().await;
    site.send("/", &site.filled("/").await).await.leads_to();
    let asked = sheet(&site, "/", TRAINING).await.attach("a.pdf", "application/pdf", b"%PDF-1.7");
    let before = site.octets();
    for path in ["/apercu", "/apercu?partie=1", "/en/preview"] {
        assert_eq!(site.send(path, &asked).await.status, StatusCode::OK);
    }
    site.get("/organismes?q=dinum").await;
    assert!(before == site.octets(), "the database is the same, octet for octet");
    assert_eq!(site.count().await, 1);
}

#[tokio::test]
async fn without_a_script_the_page_comes_back_whole_with_the_hint() {
    let site = Site::open_with(|config| config.automatic.mode = guichet::desk::Mode::Act).await;
    let kept = site
        .send("/", &site.filled("/").await.set("email", "solenn@example").attach("kept.pdf", "a/b", b"1"))
        .await;
    let asked = Sheet::of(&kept.body)
        .set("name", "Solenn <K>")
        .set("message", TRAINING)
        .set("software", "LibreOffice")
        .attach("new.pdf", "application/pdf", b"2");
    let page = site.send("/apercu", &asked).await;
    assert_eq!(page.status, StatusCode::OK);
    page.says("<title>Aperçu : ");
    page.says("hors de notre offre : « Formation »");
    page.says("joignez-les de nouveau avant d’envoyer");
    assert!(
        page.body.contains("id=\"apercu\"") && page.body.contains("tabindex=\"-1\" autofocus"),
        "the hint takes the focus"
    );
    assert!(page.body.contains("kept.pdf") && !page.body.contains("new.pdf"), "what was kept before stays");
    let again = Sheet::of(&page.body);
    for name in ["name", "email", "message", "stamp", "kept", "software"] {
        assert_eq!(again.value(name), asked.value(name), "{name}");
    }
    let sent = again.set("email", "solenn@example.org").set("insiste", "1");
    let form = site.kept(&site.send("/", &sent).await.leads_to()).await;
    assert!(form.insists);
    assert_eq!(form.files.len(), 1);
    // What was asked for survives a form that must be corrected.
    let wrong =
        site.send("/", &sheet(&site, "/", TRAINING).await.set("email", "x").set("insiste", "1")).await;
    assert_eq!(Sheet::of(&wrong.body).value("insiste"), "1");
    wrong.says("Faire lire mon message par une personne");
    let empty = site.send("/apercu", &sheet(&site, "/", " ").await).await;
    empty.says("Écrivez d’abord votre message");
    assert_eq!(site.get("/apercu").await.leads_to(), "/");
    assert_eq!(site.get("/en/preview").await.leads_to(), "/en");
}

#[tokio::test]
async fn whoever_insists_is_told_once_and_may_think_again() {
    let site = Site::open_with(|config| config.automatic.mode = guichet::desk::Mode::Act).await;
    let page = site.send("/apercu", &sheet(&site, "/", TRAINING).await.set("insiste", "1")).await;
    assert_eq!(page.body.matches("comme vous l’avez demandé").count(), 1);
    assert!(page.body.contains("type=\"checkbox\" id=\"insiste\" name=\"insiste\" value=\"1\" checked"));
    let again = Sheet::of(&page.body);
    assert!(site.kept(&site.send("/", &again).await.leads_to()).await.insists);
    // An unticked box is not sent.
    let unticked = again.without("insiste").set("message", "Où publier notre code source ?");
    assert!(!site.kept(&site.send("/", &unticked).await.leads_to()).await.insists);
}

#[tokio::test]
async fn whoever_is_asked_the_sum_is_told_what_the_preview_tells() {
    let site = Site::open_with(|config| {
        config.automatic.mode = guichet::desk::Mode::Act;
        config.form.previews_per_address_per_hour = 4;
    })
    .await;
    let asked = sheet(&site, "/", TRAINING).await.set("precision", "x");
    let (says, _) = told(&site.send("/apercu?partie=1", &asked).await);
    let page = site.send("/", &asked).await;
    assert!(page.asks_the_sum(), "{}", page.body);
    page.says("<title>Une question avant l’envoi : ");
    page.says(&says);
    page.says("Envoyer quand même, une personne lira");
    page.says("<a href=\"#apercu\">");
    assert_eq!(page.body.matches(" autofocus").count(), 1, "the notice is read first");
    // A wrong sum loses nothing of it; who insists is not asked to again.
    let wrong = site.send("/", &Sheet::of(&page.body).set("answer", "99").set("insiste", "1")).await;
    wrong.says("comme vous l’avez demandé");
    assert!(!wrong.body.contains("Envoyer quand même"), "{}", wrong.body);
    let right = Sheet::of(&wrong.body).add_up(&wrong);
    assert!(site.kept(&site.send("/", &right).await.leads_to()).await.insists);
    // Too many looks cost no request, here neither.
    site.send("/apercu?partie=1", &asked).await;
    let page = site.send("/", &asked.set("subject", "Encore")).await;
    assert!(page.asks_the_sum() && page.body.contains("id=\"apercu\" role=\"group\""), "{}", page.body);
    assert!(page.body.contains(" data-empty>"), "nothing is told");
}

#[tokio::test]
async fn too_many_looks_cost_no_request() {
    let site = Site::open_with(|config| config.form.previews_per_address_per_hour = 10).await;
    let asked = sheet(&site, "/", TRAINING).await;
    for _ in 0..10 {
        told(&site.send("/apercu?partie=1", &asked).await);
    }
    assert_eq!(site.send("/apercu?partie=1", &asked).await.status, StatusCode::TOO_MANY_REQUESTS);
    let page = site.send("/apercu", &asked).await;
    page.says("L’aperçu n’est pas disponible pour le moment.");
    assert_eq!(Sheet::of(&page.body).value("message"), TRAINING);
    site.send("/", &asked).await.leads_to();
    site.desk.store().close().await;
}

#[tokio::test]
async fn while_the_store_is_away_the_hint_says_so() {
    let site = Site::open().await;
    let asked = sheet(&site, "/", TRAINING).await;
    site.desk.store().close().await;
    assert_eq!(site.send("/apercu?partie=1", &asked).await.status, StatusCode::SERVICE_UNAVAILABLE);
    let page = site.send("/apercu", &asked).await;
    page.says("L’aperçu n’est pas disponible pour le moment.");
    assert_eq!(Sheet::of(&page.body).value("message"), TRAINING);
}

#[tokio::test]
async fn the_offer_is_the_way_in_and_its_questions_come_with_the_request() {
    let site = Site::open().await;
    let home = site.get("/").await;
    home.says("Sous quelle licence publier notre code ?");
    home.says("Ce que nous ne pouvons pas faire");
    home.says("Nous ne proposons pas de formation pour le moment.");
    assert!(home.body.contains("href=\"/?categorie=purchasing#formulaire\""));
    assert!(home.body.contains("data-asked-under=\"purchasing\" hidden"), "asked under its heading alone");
    assert!(site.get("/en").await.body.contains("href=\"/en?categorie=purchasing#formulaire\""));
    let odd = site.get("/?categorie=refused-training").await;
    assert!(odd.body.contains("<option value=\"\">Je ne sais pas"), "what is not in the form is not chosen");
    assert!(!odd.body.contains(" selected>"));

    let page = site.get("/?categorie=purchasing").await;
    page.says("Un marché peut-il viser un logiciel libre précis ?");
    assert!(page.body.contains("<option value=\"purchasing\" selected>"));
    assert!(page.body.contains("data-asked-under=\"purchasing\">"), "the question is shown");
    assert!(page.body.contains("<option value=\"PostgreSQL\">"), "the covered software is proposed");
    site.clock.advance(chrono::Duration::seconds(10));
    let sheet = Sheet::of(&page.body)
        .set("email", "a@developpement-durable.gouv.fr")
        .set("message", "Bonjour, faut-il prévoir la cession des droits ?")
        .set("software", "PostgreSQL")
        .set("stage", "writing")
        .set("capacity", "amdac");
    let form = site.kept(&site.send("/", &sheet).await.leads_to()).await;
    assert_eq!(
        (form.category.as_str(), form.software.as_str(), form.stage, form.capacity),
        ("purchasing", "PostgreSQL", Some(PurchaseStage::Writing), Some(Capacity::Amdac))
    );
    let message = form.to_message();
    assert!(
        message.body.starts_with("Logiciel\u{a0}: PostgreSQL\nAchat\u{a0}: cahier des charges"),
        "{}",
        message.body
    );
    assert!(message.body.ends_with(&form.body) && message.role == "AMDAC");
    // Nonsense is no answer, and nobody is stopped for it.
    let form =
        site.kept(&site.send("/", &sheet.set("stage", "x").set("capacity", "y")).await.leads_to()).await;
    assert_eq!((form.stage, form.capacity), (None, None));
}

#[tokio::test]
async fn names_of_public_bodies_are_proposed() {
    let site = Site::open().await;
    let names = async |typed: &str| -> Vec<String> {
        let reply = site.get(&format!("/organismes?q={typed}")).await;
        assert_eq!(reply.header("cache-control"), "public, max-age=3600");
        serde_json::from_str(&reply.body).unwrap()
    };
    let dinum = "Direction interministérielle du numérique (DINUM)";
    for typed in ["dinum", "dinu", "DINU", "d%C3%AEnu"] {
        assert_eq!(names(typed).await[0], dinum, "{typed}: by its acronym, which stands behind the name");
    }
    for typed in ["inrae", "inra", "INR%C3%82"] {
        assert_eq!(names(typed).await[0], "INRAE", "{typed}");
    }
    assert!(names("ministerielle%20num").await.is_empty(), "a word is found by its beginning alone");
    assert!(
        names("numerique").await.iter().any(|name| name.starts_with("Direction interministérielle du num"))
    );
    let cnil = names("cni").await;
    assert!(cnil[0].contains("CNIL") || cnil[0].contains("CNI"), "acronyms come first: {cnil:?}");
    assert!(
        names("cour%20com").await.contains(&"Cour des comptes".to_owned()),
        "by the beginnings of its words"
    );
    assert!(names("SENAT").await.contains(&"Sénat".to_owned()), "accents and case do not matter");
    for kind in ["mairie", "chu%20nantes", "lycee", "universite%20de%20rennes"] {
        let names = names(kind).await;
        let kinds = ["Collectivités territoriales", "Hôpitaux publics", "Écoles, collèges et lycées"];
        assert!(
            !names.iter().any(|name| kinds.contains(&name.as_str()) || name.starts_with("Universités")),
            "{names:?}"
        );
    }
    assert!(names("m").await.is_empty() && names("").await.is_empty());
    assert!(names("zzzz").await.is_empty());
    assert!(names("de").await.len() <= 8);
}
