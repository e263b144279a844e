//! Nobody answers: reminders, then back to the queue.

use guichet::store::View;
use guichet::ticket::{EventKind, HandOverState, MailKind, Status};
use guichet::upkeep;

use super::{COORDINATOR, handed_request, last, last_to, plain_reply, until_next};
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    reminded_twice_then_back_in_the_queue,
    nobody_is_reminded_of_what_a_person_has,
    two_instances_remind_once,
    stopped_nobody_is_reminded_and_patience_ends_all_the_same,
    an_answer_to_a_reminder_is_an_answer,
);

async fn reminded_twice_then_back_in_the_queue(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let id = Story::header(&mail, "Message-ID");
    upkeep::tidy(&story.desk).await.unwrap();
    story.settle().await;
    assert_eq!(last(&story.ticket().await).reminders, 0, "not before its time");
    for reminder in 1..=2 {
        until_next(&story).await;
        let file = story.ticket().await;
        assert_eq!((last(&file).reminders, file.ticket.status), (reminder, Status::HandedOver));
        let mail = last_to(&story, COORDINATOR);
        assert_eq!(Story::header(&mail, "In-Reply-To"), id, "it stands in the conversation");
        assert!(Story::header(&mail, "Reply-To").starts_with(super::INGRID));
        let read = Story::read_mail(&mail).replace(['\u{a0}', '\u{202f}'], " ").replace("\n> ", " ");
        assert!(read.starts_with("Rappel : demande") && read.contains("attend encore une réponse"), "{read}");
        assert!(read.contains("Comment référencer notre solution"), "what is asked is in it: {read}");
    }
    until_next(&story).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Silent));
    assert!(last(&file).note.starts_with("sans réponse depuis le"), "{}", last(&file).note);
    assert_eq!(story.view(View::Todo).await[0].handed, Some(HandOverState::Silent));
    assert_eq!(file.events.iter().filter(|event| event.kind == EventKind::Reminded).count(), 2);
    let kinds = |kind| file.outbox.iter().filter(|entry| entry.kind == kind).count();
    assert_eq!((kinds(MailKind::HandOver), kinds(MailKind::HandOverReminder)), (1, 2));
    story.balance().await;
}

async fn nobody_is_reminded_of_what_a_person_has(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let at = last(&story.ticket().await).remind_at.unwrap();
    story.receive(&plain_reply(&mail, "Voici la marche à suivre.")).await;
    story.clock.advance(at - story.clock.now() + chrono::Duration::days(30));
    upkeep::tidy(&story.desk).await.unwrap();
    story.settle().await;
    let file = story.ticket().await;
    assert_eq!((last(&file).reminders, last(&file).state), (0, HandOverState::Answered));
}

async fn two_instances_remind_once(database: Database) {
    let story = Story::begin(database).await;
    handed_request(&story).await;
    let at = last(&story.ticket().await).remind_at.unwrap();
    story.clock.advance(at - story.clock.now());
    let (one, other) = tokio::join!(upkeep::tidy(&story.desk), upkeep::tidy(&story.desk));
    one.unwrap();
    other.unwrap();
    story.settle().await;
    let file = story.ticket().await;
    let reminders = file.outbox.iter().filter(|entry| entry.kind == MailKind::HandOverReminder).count();
    assert_eq!((last(&file).reminders, reminders), (1, 1));
}

async fn stopped_nobody_is_reminded_and_patience_ends_all_the_same(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.stopped = true).await;
    handed_request(&story).await;
    until_next(&story).await;
    assert_eq!(last(&story.ticket().await).reminders, 0);
    story.clock.advance(chrono::Duration::days(9));
    upkeep::tidy(&story.desk).await.unwrap();
    story.settle().await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Silent));
    assert!(!file.outbox.iter().any(|entry| entry.kind == MailKind::HandOverReminder));
}

async fn an_answer_to_a_reminder_is_an_answer(database: Database) {
    let story = Story::begin(database).await;
    handed_request(&story).await;
    until_next(&story).await;
    let reminder = last_to(&story, COORDINATOR);
    story.receive(&plain_reply(&reminder, "Avec mes excuses pour le retard : oui.")).await;
    let file = story.ticket().await;
    assert_eq!((last(&file).state, last(&file).reached), (HandOverState::Answered, true));
    assert_eq!(story.view(View::ToRead).await.len(), 1);
}
