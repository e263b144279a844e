//! By the form.

use chrono::Duration;
use guichet::store::View;
use guichet::ticket::{EventKind, MailKind, OutboxState, Status};

use super::texts::{SENSITIVE, TRAINING, TRAINING_EN, TRAINING_SUBJECT};
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    refused_held_sent_contested,
    a_refusal_is_stopped_by_one_act,
    a_refusal_that_left_is_taken_back,
    something_sensitive_always_reaches_a_person,
    english_is_answered_in_english,
    a_double_submission_opens_one_ticket,
);

async fn refused_held_sent_contested(database: Database) {
    let story = Story::begin(database).await;
    let status = story.fill_in("/", "jeanne@mairie.example", TRAINING_SUBJECT, TRAINING).await;
    story.settle().await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.ticket.category.as_str()), (Status::Refused, "refused-training"));
    assert!(story.smtp.received().is_empty(), "a refusal waits for its hold");
    assert_eq!(story.view(View::LeavingSoon).await.len(), 1);
    let page = story.page(&status).await;
    assert!(page.contains(&file.ticket.reference) && !page.contains("LibreOffice"));

    story.pass(Duration::minutes(16)).await;
    let mails = story.smtp.wait_for(1).await;
    let mail = mails[0].text();
    assert_eq!(
        (mails[0].from.as_str(), mails[0].to.as_slice()),
        ("", &["jeanne@mairie.example".to_owned()][..])
    );
    assert!(mail.contains("Auto-Submitted: auto-replied"), "{mail}");
    let read = Story::read_mail(&mails[0]);
    assert!(read.contains(&file.ticket.reference), "{read}");
    // Nothing that was typed is sent to an address that was typed.
    assert!(
        !read.contains("quinzaine") && !read.contains("LibreOffice") && !read.contains("Jeanne"),
        "{read}"
    );
    assert!(story.view(View::LeavingSoon).await.is_empty());

    story
        .receive(&Story::reply_to(
            &mails[0],
            "jeanne@mairie.example",
            "Ce n’est pas une formation que je demande.",
        ))
        .await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.ticket.contested), (Status::Open, true));
    assert_eq!(file.messages.len(), 2);
    assert_eq!(story.view(View::Contested).await.len(), 1);
    story.pass(Duration::days(1)).await;
    assert_eq!(story.smtp.received().len(), 1, "nothing automatic answers a contested refusal");
    story.balance().await;
}

async fn a_refusal_is_stopped_by_one_act(database: Database) {
    let story = Story::begin(database).await;
    story.fill_in("/", "jeanne@mairie.example", TRAINING_SUBJECT, TRAINING).await;
    story.settle().await;
    let file = story.ticket().await;
    story.desk.stop(&story.seen(&file), &file.outbox[0].id).await.unwrap();
    story.pass(Duration::days(1)).await;
    let stopped = story.ticket().await;
    assert_eq!((stopped.ticket.status, stopped.outbox[0].state), (Status::Open, OutboxState::Held));
    // What left instead is the receipt: nobody who wrote is left without a word.
    let receipt = story.smtp.received();
    assert_eq!(receipt.len(), 1);
    assert!(Story::read_mail(&receipt[0]).contains(&stopped.ticket.reference));
    assert_eq!(stopped.outbox[1].kind, MailKind::Receipt);
    // Whoever still has the old page cannot act on it.
    assert!(story.desk.close(&story.seen(&file)).await.is_err());
    // A person may let it leave after all.
    story.desk.send_anyway(&story.seen(&stopped), &stopped.outbox[0].id).await.unwrap();
    story.settle().await;
    story.smtp.wait_for(2).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Refused);
}

async fn a_refusal_that_left_is_taken_back(database: Database) {
    let story = Story::begin(database).await;
    story.fill_in("/", "jeanne@mairie.example", TRAINING_SUBJECT, TRAINING).await;
    story.settle().await;
    assert!(story.desk.rescue(&story.seen(&story.ticket().await)).await.is_err(), "nothing has left yet");
    story.pass(Duration::minutes(16)).await;
    story.desk.rescue(&story.seen(&story.ticket().await)).await.unwrap();
    story.settle().await;
    let mails = story.smtp.wait_for(2).await;
    assert!(!mails[1].text().contains("Auto-Submitted"), "a person decided it");
    assert_eq!(mails[1].from, crate::support::story::CONTACT);
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open);
    assert!(file.events.iter().any(|event| event.kind == EventKind::Rescued));
}

async fn something_sensitive_always_reaches_a_person(database: Database) {
    let story = Story::begin(database).await;
    story.fill_in("/", "jeanne@mairie.example", "Formation", SENSITIVE).await;
    story.pass(Duration::hours(1)).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open);
    assert!(!file.decision.unwrap().sensitive.is_empty());
    let mails = story.smtp.received();
    assert_eq!(mails.len(), 1);
    assert!(Story::read_mail(&mails[0]).contains(&file.ticket.reference), "the receipt");
}

async fn english_is_answered_in_english(database: Database) {
    let story = Story::begin(database).await;
    let status = story.fill_in("/en", "joan@city.example", "LibreOffice training", TRAINING_EN).await;
    assert!(status.contains("/en/"), "{status}");
    story.settle().await;
    story.pass(Duration::minutes(16)).await;
    let mails = story.smtp.wait_for(1).await;
    let mail = Story::read_mail(&mails[0]);
    assert!(mails[0].text().contains("Content-Language: en"));
    assert!(mail.contains("Hello") && !mail.contains("Bonjour"), "{mail}");
    // The link of the mail leads to the page in the same language.
    let link =
        mail.split_whitespace().find(|word| word.contains("/en/suivi/")).expect("a link to the status page");
    let path = link.trim_matches(|c| "<>().".contains(c)).strip_prefix(&story.base).unwrap().to_owned();
    let page = story.page(&path).await;
    assert!(page.contains(&story.ticket().await.ticket.reference), "{path}");
}

async fn a_double_submission_opens_one_ticket(database: Database) {
    let story = Story::begin(database).await;
    let (first, second) = story.fill_in_twice("/", "jeanne@mairie.example", TRAINING_SUBJECT, TRAINING).await;
    assert_eq!(first, second);
    story.settle().await;
    story.ticket().await;
    story.pass(Duration::hours(1)).await;
    assert_eq!(story.smtp.received().len(), 1);
    story.balance().await;
}
