//! What was typed or chosen on a status page is never lost, whatever is done next.

use reqwest::{Client, Response, StatusCode};

use super::status_page::{ADDRESS, QUESTION, ask, browser, enter, leads_to, page_of, post};
use crate::support::database::{Database, on_both};
use crate::support::story::{Story, hidden_fields};
use guichet::ticket::Status;

on_both!(
    files_wait_while_a_message_is_corrected,
    a_file_that_waits_can_be_taken_away,
    a_file_that_cannot_be_taken_is_told_at_its_field,
    a_message_not_sent_is_asked_about_before_the_request_ends,
    two_requests_are_open_side_by_side,
    a_message_outlives_the_code_it_waits_for,
    files_that_a_closed_page_cannot_take_are_said_to_be_lost,
    the_other_language_keeps_what_is_being_written,
    the_other_language_keeps_what_waits_for_a_code,
);

const WORDS: &str = "Il est écrit en Rust.";

/// The form of a page, filled in as the browser shows it.
fn sheet(shown: &str, text: &str, files: &[(&str, usize)]) -> reqwest::multipart::Form {
    let mut form = reqwest::multipart::Form::new();
    for (name, value) in
        hidden_fields(shown).into_iter().filter(|(name, _)| name == "stamp" || name == "kept")
    {
        form = form.text(name, value);
    }
    form = form.text("message", text.to_owned());
    for (name, size) in files {
        let file = reqwest::multipart::Part::bytes(vec![b'x'; *size]).file_name((*name).to_owned());
        form = form.part("files", file);
    }
    form
}

/// Sends the form of a page as the browser shows it.
async fn add(
    story: &Story,
    browser: &Client,
    page: &str,
    shown: &str,
    text: &str,
    files: &[(&str, usize)],
) -> Response {
    let form = sheet(shown, text, files);
    browser.post(format!("{}{page}/ajouter", story.base)).multipart(form).send().await.unwrap()
}

async fn opened(database: Database) -> (Story, Client, String) {
    let story = Story::begin(database).await;
    let page = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    story.settle().await;
    let browser = browser();
    enter(&story, &browser, &page).await;
    (story, browser, page)
}

async fn files_wait_while_a_message_is_corrected(database: Database) {
    let (story, browser, page) = opened(database).await;
    let shown = page_of(&story, &browser, &page).await;
    let files = [("plan.pdf", 10), ("gros.bin", 11_000_000)];
    let refused = add(&story, &browser, &page, &shown, WORDS, &files).await;
    let shown = refused.text().await.unwrap();
    assert!(shown.contains("Fichiers déjà joints") && shown.contains("plan.pdf"), "{shown}");
    leads_to(&add(&story, &browser, &page, &shown, WORDS, &[]).await);
    story.settle().await;
    let message = &story.ticket().await.messages[1].message;
    assert_eq!((message.body.as_str(), message.attachments.len()), (WORDS, 1));
    assert_eq!(message.attachments[0].name, "plan.pdf");
}

async fn a_file_that_waits_can_be_taken_away(database: Database) {
    let (story, browser, page) = opened(database).await;
    let shown = page_of(&story, &browser, &page).await;
    let files = [("plan.pdf", 10), ("gros.bin", 11_000_000)];
    let shown = add(&story, &browser, &page, &shown, WORDS, &files).await.text().await.unwrap();
    let mut form = reqwest::multipart::Form::new().text("message", WORDS).text("remove", "0");
    for (name, value) in
        hidden_fields(&shown).into_iter().filter(|(name, _)| name == "stamp" || name == "kept")
    {
        form = form.text(name, value);
    }
    let removed = browser.post(format!("{}{page}/ajouter", story.base)).multipart(form).send().await.unwrap();
    assert_eq!(removed.status(), StatusCode::OK);
    let shown = removed.text().await.unwrap();
    assert!(shown.contains("guichet-removed") && shown.contains("plan.pdf"), "{shown}");
    assert!(!shown.contains("Fichiers déjà joints") && shown.contains(WORDS), "{shown}");
    leads_to(&add(&story, &browser, &page, &shown, WORDS, &[]).await);
    story.settle().await;
    assert!(story.ticket().await.messages[1].message.attachments.is_empty());
}

async fn a_file_that_cannot_be_taken_is_told_at_its_field(database: Database) {
    let (story, browser, page) = opened(database).await;
    let shown = page_of(&story, &browser, &page).await;
    let refused = add(&story, &browser, &page, &shown, WORDS, &[("gros.bin", 11_000_000)]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let shown = refused.text().await.unwrap();
    assert!(shown.contains("<a href=\"#files\">") && !shown.contains("<a href=\"#message\">"), "{shown}");
    assert!(shown.contains("aria-describedby=\"files-messages\" aria-invalid=\"true\""), "{shown}");
    assert!(!shown.contains("aria-describedby=\"message-messages\" aria-invalid"), "the text is right");
    assert!(shown.contains(WORDS) && !shown.contains("joignez de nouveau"), "{shown}");
}

async fn a_message_not_sent_is_asked_about_before_the_request_ends(database: Database) {
    let (story, browser, page) = opened(database).await;
    let typed = "message=Merci+%C3%A0+vous.&kept=0&files=";
    for (act, says) in [("clore", "Votre message n’est pas envoyé"), ("retirer", "Retirer votre demande")]
    {
        let asks = post(&story, &browser, &format!("{page}/{act}"), typed).await;
        assert_eq!(asks.status(), StatusCode::OK, "{act}");
        let shown = asks.text().await.unwrap();
        assert!(shown.contains(says) && shown.contains("Merci à vous."), "{act}: {shown}");
        assert_eq!(story.ticket().await.ticket.status, Status::Open, "{act}: nothing was done yet");
    }
    let kept = post(&story, &browser, &format!("{page}/retirer"), &format!("sur=non&{typed}")).await;
    let shown = kept.text().await.unwrap();
    assert!(shown.contains("Merci à vous.</textarea>") && shown.contains("/ajouter?envoi="), "{shown}");
    let closed = post(&story, &browser, &format!("{page}/clore"), &format!("sur=oui&{typed}")).await;
    assert_eq!(leads_to(&closed), format!("{page}?fait=clos"));
}

async fn two_requests_are_open_side_by_side(database: Database) {
    let (story, browser, first) = opened(database).await;
    let second = story.fill_in("/", ADDRESS, "Licence", "Bonjour, sous quelle licence le publier ?").await;
    story.settle().await;
    enter(&story, &browser, &second).await;
    for page in [&first, &second] {
        assert!(page_of(&story, &browser, page).await.contains("/ajouter?envoi="), "both are open");
    }
    leads_to(&post(&story, &browser, &format!("{first}/sortir"), "").await);
    assert!(!page_of(&story, &browser, &first).await.contains("/ajouter?envoi="));
    assert!(page_of(&story, &browser, &second).await.contains("/ajouter?envoi="), "each is closed alone");
}

async fn a_message_outlives_the_code_it_waits_for(database: Database) {
    let (story, browser, page) = opened(database).await;
    let shown = page_of(&story, &browser, &page).await;
    leads_to(&post(&story, &browser, &format!("{page}/sortir"), "").await);
    let waits = |shown: &str| shown.contains("name=\"message\"") && shown.contains(WORDS);
    let closed = add(&story, &browser, &page, &shown, WORDS, &[]).await;
    assert_eq!(closed.status(), StatusCode::FORBIDDEN);
    assert!(waits(&closed.text().await.unwrap()));
    let text = "message=Il+est+%C3%A9crit+en+Rust.";
    let asked = post(&story, &browser, &format!("{page}/code"), text).await;
    assert_eq!(asked.status(), StatusCode::OK);
    let shown = asked.text().await.unwrap();
    assert!(waits(&shown) && shown.contains("id=\"code\""), "{shown}");
    // This code leaves before another is asked for: the last mail is the last code's.
    story.settle().await;
    let wrong = post(&story, &browser, &format!("{page}/entrer"), &format!("code=12&{text}")).await;
    assert!(waits(&wrong.text().await.unwrap()));
    let code = ask(&story, &browser, &page).await.replace(' ', "+");
    let entered = post(&story, &browser, &format!("{page}/entrer"), &format!("code={code}&{text}")).await;
    let shown = entered.text().await.unwrap();
    assert!(waits(&shown) && shown.contains("/ajouter?envoi="), "{shown}");
    leads_to(&add(&story, &browser, &page, &shown, WORDS, &[]).await);
    story.settle().await;
    assert_eq!(story.ticket().await.messages[1].message.body, WORDS);
}

async fn files_that_a_closed_page_cannot_take_are_said_to_be_lost(database: Database) {
    let (story, browser, page) = opened(database).await;
    let shown = page_of(&story, &browser, &page).await;
    let kept =
        add(&story, &browser, &page, &shown, WORDS, &[("plan.pdf", 10), ("gros.bin", 11_000_000)]).await;
    let waiting = kept.text().await.unwrap();
    leads_to(&post(&story, &browser, &format!("{page}/sortir"), "").await);
    let lost = async |answer: Response| {
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        let shown = answer.text().await.unwrap();
        shown.contains("id=\"perdu\"")
            && shown.contains("aria-describedby=\"perdu\"")
            && shown.contains(WORDS)
    };
    assert!(
        lost(add(&story, &browser, &page, &shown, WORDS, &[("suite.pdf", 10)]).await).await,
        "just chosen"
    );
    assert!(lost(add(&story, &browser, &page, &waiting, WORDS, &[]).await).await, "waiting");
    for act in ["clore", "retirer"] {
        for files in ["kept=1&files=", "kept=0&files=suite.pdf"] {
            let fields = format!("message=Il+est+%C3%A9crit+en+Rust.&{files}");
            assert!(
                lost(post(&story, &browser, &format!("{page}/{act}"), &fields).await).await,
                "{act} {files}"
            );
        }
    }
    assert!(!lost(add(&story, &browser, &page, &shown, WORDS, &[]).await).await, "there was none");
}

async fn the_other_language_keeps_what_is_being_written(database: Database) {
    let (story, browser, page) = opened(database).await;
    let (french, english) = (page_of(&story, &browser, &page).await, format!("/en{page}"));
    let elsewhere = format!("{english}/ajouter?langue=1");
    assert!(french.contains(&format!("data-other=\"{elsewhere}\"")), "{french}");
    let look = async |shown: &str, words: &str, files: &[(&str, usize)]| {
        let form = sheet(shown, words, files);
        browser.post(format!("{}{elsewhere}", story.base)).multipart(form).send().await.unwrap()
    };
    let asked = look(&french, WORDS, &[("plan.pdf", 10)]).await;
    assert_eq!(asked.status(), StatusCode::OK);
    let shown = asked.text().await.unwrap();
    assert!(shown.contains(WORDS) && shown.contains("lang=\"en\""), "{shown}");
    assert!(shown.contains("Files already attached") && shown.contains("plan.pdf"), "{shown}");
    assert!(shown.contains(&format!("data-other=\"{page}/ajouter?langue=1\"")), "and back");
    // A file alone is kept too; what cannot be kept is said at its field.
    let refused = look(&shown, "", &[("gros.bin", 11_000_000)]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let told = refused.text().await.unwrap();
    assert!(told.contains("<a href=\"#files\">") && !told.contains("<a href=\"#message\">"), "{told}");
    story.settle().await;
    assert_eq!(story.ticket().await.messages.len(), 1, "nothing was added");
    leads_to(&add(&story, &browser, &english, &shown, WORDS, &[]).await);
    story.settle().await;
    let file = story.ticket().await;
    assert_eq!(file.messages[1].message.attachments[0].name, "plan.pdf");
}

async fn the_other_language_keeps_what_waits_for_a_code(database: Database) {
    let (story, browser, page) = opened(database).await;
    let shown = page_of(&story, &browser, &page).await;
    leads_to(&post(&story, &browser, &format!("{page}/sortir"), "").await);
    let closed = add(&story, &browser, &page, &shown, WORDS, &[]).await.text().await.unwrap();
    assert!(closed.contains(&format!("data-other=\"/en{page}/code?langue=1\"")), "{closed}");
    let before = story.smtp.received().len();
    let text = "message=Il+est+%C3%A9crit+en+Rust.";
    for asked in ["", "&code=1"] {
        let elsewhere = format!("/en{page}/code?langue=1{asked}");
        let shown = post(&story, &browser, &elsewhere, text).await.text().await.unwrap();
        assert!(shown.contains(WORDS) && shown.contains("lang=\"en\""), "{shown}");
        assert_eq!(shown.contains("id=\"code\""), !asked.is_empty(), "{shown}");
    }
    story.settle().await;
    assert_eq!(story.smtp.received().len(), before, "no code was asked for");
}
