//! What a requester does on the status page: a code by mail opens it, then they add, close, take back, take their data.

use chrono::Duration;
use guichet::ticket::{Actor, EventKind, OutboxState, Status};
use reqwest::{Client, Response, StatusCode};

use super::texts::{TRAINING, TRAINING_SUBJECT};
use crate::support::database::{Database, on_both};
use crate::support::said;
use crate::support::smtp::Received;
use crate::support::story::{Story, hidden_fields};

on_both!(
    a_code_opens_the_page_and_a_message_is_added,
    a_code_serves_once_for_a_while_and_few_are_sent,
    a_session_opens_its_own_page_alone,
    the_requester_closes_their_request,
    a_request_withdrawn_sends_nothing_automatic_any_more,
    the_data_are_all_that_was_written_and_sent,
    what_was_joined_to_another_request_is_acted_on_there,
    a_file_alone_is_added,
);

pub(super) const QUESTION: &str = "Bonjour, où publier le code source de notre outil ?";
pub(super) const ADDRESS: &str = "jeanne@mairie.example";

pub(super) fn browser() -> Client {
    Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

pub(super) async fn post(story: &Story, browser: &Client, path: &str, fields: &str) -> Response {
    let request = browser.post(format!("{}{path}", story.base));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.header("sec-fetch-site", "same-origin").body(fields.to_owned()).send().await.unwrap()
}

pub(super) fn leads_to(answer: &Response) -> String {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// The code in a mail.
fn code(mail: &Received) -> String {
    let read = Story::read_mail(mail);
    let found = regex::Regex::new(r"(\d{3}) (\d{3})").unwrap().captures(&read).expect("a code");
    format!("{} {}", &found[1], &found[2])
}

/// Asks for a code and answers it; the page's mails before it are counted.
pub(super) async fn ask(story: &Story, browser: &Client, page: &str) -> String {
    let before = story.smtp.received().len();
    assert_eq!(
        leads_to(&post(story, browser, &format!("{page}/code"), "").await),
        format!("{page}?code=1#avis")
    );
    story.settle().await;
    code(story.smtp.wait_for(before + 1).await.last().unwrap())
}

pub(super) async fn enter(story: &Story, browser: &Client, page: &str) {
    let code = ask(story, browser, page).await.replace(' ', "+");
    let entered = post(story, browser, &format!("{page}/entrer"), &format!("code={code}")).await;
    assert_eq!(leads_to(&entered), format!("{page}#actes"));
}

pub(super) async fn page_of(story: &Story, browser: &Client, path: &str) -> String {
    browser.get(format!("{}{path}", story.base)).send().await.unwrap().text().await.unwrap()
}

pub(super) async fn add(story: &Story, browser: &Client, page: &str, text: &str) -> Response {
    let stamp = hidden_fields(&page_of(story, browser, page).await);
    let mut form = reqwest::multipart::Form::new();
    for (name, value) in stamp.into_iter().filter(|(name, _)| name == "stamp") {
        form = form.text(name, value);
    }
    let file = reqwest::multipart::Part::bytes(b"%PDF-1.7".to_vec()).file_name("suite.pdf");
    let form = form.text("message", text.to_owned()).part("files", file);
    browser.post(format!("{}{page}/ajouter", story.base)).multipart(form).send().await.unwrap()
}

async fn a_code_opens_the_page_and_a_message_is_added(database: Database) {
    let story = Story::begin(database).await;
    let page = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    story.settle().await;
    let browser = browser();
    assert!(!page_of(&story, &browser, &page).await.contains("/ajouter"), "nothing to do without a code");
    enter(&story, &browser, &page).await;
    let mail = story.smtp.received().pop().unwrap();
    assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("", &[ADDRESS.to_owned()][..]));
    assert!(mail.text().contains("Auto-Submitted: auto-generated"));
    assert!(!Story::read_mail(&mail).contains("outil"), "nothing typed is in it");
    let opened = page_of(&story, &browser, &page).await;
    assert!(opened.contains("/ajouter") && !opened.contains("outil"));

    let added = add(&story, &browser, &page, "Il est écrit en Rust.").await;
    assert_eq!(leads_to(&added), format!("{page}?fait=ajoute"));
    assert!(page_of(&story, &browser, &format!("{page}?fait=ajoute")).await.contains("bien enregistré"));
    story.settle().await;
    let file = story.ticket().await;
    assert_eq!(file.messages.len(), 2);
    let message = &file.messages[1].message;
    assert_eq!((message.body.as_str(), message.from_email.as_str()), ("Il est écrit en Rust.", ADDRESS));
    assert_eq!(message.attachments[0].name, "suite.pdf");
    assert!(
        file.events.iter().any(|event| event.kind == EventKind::Received && event.actor == Actor::Requester)
    );
    story.balance().await;

    assert_eq!(
        leads_to(&post(&story, &browser, &format!("{page}/sortir"), "").await),
        format!("{page}?fait=sorti")
    );
    let late = add(&story, &browser, &page, "Encore un mot.").await;
    assert_eq!(late.status(), StatusCode::FORBIDDEN);
    assert!(late.text().await.unwrap().contains("Encore un mot."), "what was typed is on the page");
}

async fn a_code_serves_once_for_a_while_and_few_are_sent(database: Database) {
    let story = Story::begin(database).await;
    let page = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    story.settle().await;
    let enter = format!("{page}/entrer");
    let (one, other) = (browser(), browser());
    let right = ask(&story, &one, &page).await.replace(' ', "");
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let refused = post(&story, &one, &enter, &format!("code={wrong}")).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let said = refused.text().await.unwrap();
    assert!(said.contains("n’est pas le bon, ou ne vaut plus") && said.contains("aria-invalid=\"true\""));
    leads_to(&post(&story, &one, &enter, &format!("code={right}")).await);
    let again = post(&story, &other, &enter, &format!("code={right}")).await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY, "a code serves once");

    let right = ask(&story, &other, &page).await;
    for _ in 0..5 {
        post(&story, &other, &enter, &format!("code={wrong}")).await;
    }
    let tried = post(&story, &other, &enter, &format!("code={right}")).await;
    assert_eq!(tried.status(), StatusCode::UNPROCESSABLE_ENTITY, "five tries and no more");
    let late = ask(&story, &other, &page).await;
    story.pass(Duration::minutes(16)).await;
    let tried = post(&story, &other, &enter, &format!("code={late}")).await;
    assert_eq!(tried.status(), StatusCode::UNPROCESSABLE_ENTITY, "fifteen minutes and no more");

    let sent = story.smtp.received().len();
    let fourth = post(&story, &other, &format!("{page}/code"), "").await;
    assert_eq!(leads_to(&fourth), format!("{page}?code=1#avis"), "the same words");
    let told = page_of(&story, &other, &format!("{page}?code=1")).await;
    assert!(told.contains("3 codes au plus partent en une heure") && !told.contains("vient de partir"));
    story.settle().await;
    assert_eq!(story.smtp.received().len(), sent, "three codes an hour");
    let forged = post(&story, &other, "/suivi/ABCD2345.x/code", "").await;
    assert_eq!(forged.status(), StatusCode::NOT_FOUND);
}

async fn a_session_opens_its_own_page_alone(database: Database) {
    let story = Story::begin(database).await;
    let mine = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    let theirs = story.fill_in("/", "paul@mairie.example", "Forge", QUESTION).await;
    story.settle().await;
    let browser = browser();
    enter(&story, &browser, &mine).await;
    for act in ["clore", "retirer"] {
        let tried = post(&story, &browser, &format!("{theirs}/{act}"), "sur=oui").await;
        assert_eq!(tried.status(), StatusCode::FORBIDDEN, "{act}");
    }
    let data = browser.get(format!("{}{theirs}/donnees", story.base)).send().await.unwrap();
    assert_eq!(data.status(), StatusCode::FORBIDDEN);
    assert_eq!(add(&story, &browser, &theirs, "x").await.status(), StatusCode::FORBIDDEN);
    // Nor does a page of somebody else act through this browser.
    let foreign = browser.post(format!("{}{mine}/clore", story.base)).header("sec-fetch-site", "cross-site");
    assert_eq!(foreign.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    story.clock.advance(Duration::hours(25));
    let ended = post(&story, &browser, &format!("{mine}/clore"), "").await;
    assert_eq!(ended.status(), StatusCode::FORBIDDEN, "a session ends");
}

async fn the_requester_closes_their_request(database: Database) {
    let story = Story::begin(database).await;
    let page = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    story.settle().await;
    let browser = browser();
    enter(&story, &browser, &page).await;
    for _ in 0..2 {
        assert_eq!(
            leads_to(&post(&story, &browser, &format!("{page}/clore"), "").await),
            format!("{page}?fait=clos")
        );
    }
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Closed);
    let closed: Vec<_> = file.events.iter().filter(|event| event.kind == EventKind::Closed).collect();
    assert_eq!((closed.len(), &closed[0].actor), (1, &Actor::Requester));
    // A further message opens it again, as a mail would.
    leads_to(&add(&story, &browser, &page, "Finalement non, une question encore.").await);
    story.settle().await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
}

async fn a_request_withdrawn_sends_nothing_automatic_any_more(database: Database) {
    let story = Story::begin(database).await;
    let page = story.fill_in("/", ADDRESS, TRAINING_SUBJECT, TRAINING).await;
    story.settle().await;
    assert_eq!(story.ticket().await.ticket.status, Status::Refused);
    let browser = browser();
    enter(&story, &browser, &page).await;
    let asks = post(&story, &browser, &format!("{page}/retirer"), "").await;
    assert_eq!(asks.status(), StatusCode::OK);
    assert!(said(asks).await.contains("Retirer votre demande ?"), "it asks once");
    assert_eq!(story.ticket().await.ticket.status, Status::Refused);
    for _ in 0..2 {
        let done = post(&story, &browser, &format!("{page}/retirer"), "sur=oui").await;
        assert_eq!(leads_to(&done), format!("{page}?fait=retire"));
    }
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[0].state), (Status::Closed, OutboxState::Held));
    let told: Vec<_> = file.events.iter().filter(|event| event.kind == EventKind::Withdrawn).collect();
    assert_eq!((told.len(), &told[0].actor), (1, &Actor::Requester));
    let sent = story.smtp.received().len();
    story.pass(Duration::days(1)).await;
    assert_eq!(story.smtp.received().len(), sent, "the refusal stays here");
    let team = story.page_of_team(&format!("/equipe/demandes/{}", file.ticket.reference)).await;
    assert!(team.contains("Retirée par son auteur"), "the team is told");
}

async fn the_data_are_all_that_was_written_and_sent(database: Database) {
    let story = Story::begin(database).await;
    let page = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    story.settle().await;
    let browser = browser();
    enter(&story, &browser, &page).await;
    leads_to(&add(&story, &browser, &page, "Voici la suite.").await);
    story.settle().await;
    let file = story.ticket().await;
    story.desk.note(&story.seen(&file), "Une note entre nous.").await.unwrap();
    let answer = browser.get(format!("{}{page}/donnees", story.base)).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/zip");
    let zip = answer.bytes().await.unwrap();
    let holds = |text: &str| zip.windows(text.len()).any(|part| part == text.as_bytes());
    for there in [
        QUESTION,
        "Voici la suite.",
        "message-2/01-suite.pdf",
        "%PDF-1.7",
        "Accusé de réception",
        "\"tri\"",
        "demande.txt",
    ] {
        assert!(holds(there), "{there}");
    }
    assert!(!holds("Une note entre nous."), "what the team notes is not in it");
}

async fn what_was_joined_to_another_request_is_acted_on_there(database: Database) {
    let story = Story::begin(database).await;
    let file_of = async |page: &str| {
        let reference = page.trim_start_matches("/suivi/").split('.').next().unwrap();
        story.desk.store().ticket_file(reference).await.unwrap().unwrap()
    };
    let whole = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    let part =
        story.fill_in("/", ADDRESS, "Forge", "Bonjour, et sous quelle licence publier notre outil ?").await;
    let theirs = story.fill_in("/", "paul@mairie.example", "Forge", QUESTION).await;
    story.settle().await;
    let browser = browser();
    enter(&story, &browser, &part).await;
    let into = file_of(&whole).await.ticket.reference;
    story.desk.merge(&story.seen(&file_of(&part).await), &into).await.unwrap();
    leads_to(&add(&story, &browser, &part, "Un mot encore.").await);
    story.settle().await;
    let messages = file_of(&whole).await.messages;
    assert!(
        messages.iter().any(|stored| stored.message.body == "Un mot encore."),
        "it is filed where the request is"
    );
    let data =
        browser.get(format!("{}{part}/donnees", story.base)).send().await.unwrap().bytes().await.unwrap();
    assert!(data.windows(14).any(|words| words == b"Un mot encore."));
    leads_to(&post(&story, &browser, &format!("{part}/clore"), "").await);
    assert_eq!(file_of(&whole).await.ticket.status, Status::Closed);

    enter(&story, &browser, &theirs).await;
    story.desk.reopen(&story.seen(&file_of(&whole).await)).await.unwrap();
    story.desk.merge(&story.seen(&file_of(&theirs).await), &into).await.unwrap();
    let tried = post(&story, &browser, &format!("{theirs}/clore"), "").await;
    assert_eq!(tried.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(tried.text().await.unwrap().contains("jointe à celle d’une autre personne"));
    assert_eq!(file_of(&whole).await.ticket.status, Status::Open, "nobody ends another person’s request");
}

async fn a_file_alone_is_added(database: Database) {
    let story = Story::begin(database).await;
    let page = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    story.settle().await;
    let browser = browser();
    enter(&story, &browser, &page).await;
    leads_to(&add(&story, &browser, &page, " ").await);
    story.settle().await;
    let file = story.ticket().await;
    let message = &file.messages[1].message;
    assert_eq!((message.body.as_str(), message.attachments[0].name.as_str()), ("", "suite.pdf"));
    assert_eq!(file.ticket.status, Status::Open);
    story.balance().await;
    let team = story.page_of_team(&format!("/equipe/demandes/{}", file.ticket.reference)).await;
    assert!(team.contains("suite.pdf"));

    let nothing = reqwest::multipart::Form::new().text("message", " ");
    let refused =
        browser.post(format!("{}{page}/ajouter", story.base)).multipart(nothing).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(said(refused).await.contains("<a href=\"#message\">Écrivez un message, ou joignez un fichier."));
}
