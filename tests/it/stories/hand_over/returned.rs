//! The coordinator is not there: an absence notice, a mail that came back.

use guichet::store::View;
use guichet::ticket::{HandOverState, MailKind, Status};

use super::super::routed::{COORDINATOR as MINISTRY, JEANNE, ORDER, know_culture, to_us};
use super::super::texts::report;
use super::{COORDINATOR, DEPUTY, answer, handed_request, known_to_the_directory, last, until_next};
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    an_absence_brings_it_back_at_once,
    an_absence_without_any_header_too,
    an_absence_after_the_answer_holds_the_next_one,
    the_requesters_absence_does_not,
    a_mail_that_came_back_brings_it_back,
    a_reminder_that_came_back_too,
    sent_again_it_is_followed_again,
);

pub(super) const ABSENT: &str = "Bonjour,\n\nJe suis absente jusqu'au 12 janvier, sans accès à ma messagerie. En cas d'urgence, adressez-vous \
                      à mon collègue.\n\nClaude Martin";

async fn an_absence_brings_it_back_at_once(database: Database) {
    let story = Story::begin(database).await;
    known_to_the_directory(&story).await;
    let mail = handed_request(&story).await;
    let absence = answer(&mail, COORDINATOR, CONTACT, ABSENT).replacen(
        "Subject: Re: votre courriel",
        "Auto-Submitted: auto-replied\nSubject: Absence : votre courriel",
        1,
    );
    story.receive_from("", &absence).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Returned));
    assert!(last(&file).note.contains("absent"), "{}", last(&file).note);
    assert_eq!(story.view(View::Todo).await[0].handed, Some(HandOverState::Returned));
    let proposed = story.desk.hand_over_stand_in(&file).await.unwrap().expect("the deputy is proposed");
    assert_eq!(proposed.email, DEPUTY);

    // Handed over to the deputy, the first one's answer still counts.
    story.desk.hand_over(&story.seen(&file), DEPUTY, "").await.unwrap();
    story.settle().await;
    assert_eq!(story.ticket().await.ticket.status, Status::HandedOver);
    story.balance().await;
}

async fn an_absence_without_any_header_too(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    story.receive(&answer(&mail, COORDINATOR, CONTACT, ABSENT)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Returned));
}

async fn an_absence_after_the_answer_holds_the_next_one(database: Database) {
    let story = Story::begin(database).await;
    know_culture(&story).await;
    story.receive(&to_us(JEANNE, "Bon de commande", ORDER)).await;
    let mail = super::last_to(&story, MINISTRY);
    let to = Story::header(&mail, "Reply-To");
    story.receive(&answer(&mail, MINISTRY, &to, "Voici la marche à suivre.")).await;
    let absence = answer(&mail, MINISTRY, CONTACT, ABSENT).replacen(
        "Subject:",
        "Auto-Submitted: auto-replied\nSubject:",
        1,
    );
    story.receive_from("", &absence).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::HandedOver, HandOverState::Answered));
    story.receive(&to_us("paul@culture.gouv.fr", "Bon de commande", ORDER)).await;
    let rows = story.view(View::Todo).await;
    assert_eq!(rows.len(), 1, "the next one waits for a person");
    let next = story.desk.store().ticket_file(&rows[0].ticket.reference).await.unwrap().unwrap();
    assert!(next.events.iter().any(|event| event.detail.contains("absent")), "{:?}", next.events);
    // As with any absence, an answer ends it.
    story.clock.advance(chrono::Duration::hours(1));
    story.desk.wait_on(&story.seen(&file)).await.unwrap();
    story.receive(&answer(&mail, MINISTRY, &to, "Je suis de retour, voici le modèle.")).await;
    story.receive(&to_us("anne@culture.gouv.fr", "Bon de commande", ORDER)).await;
    assert_eq!(story.view(View::Todo).await.len(), 1, "it goes by itself again");
}

async fn the_requesters_absence_does_not(database: Database) {
    let story = Story::begin(database).await;
    handed_request(&story).await;
    let notice = super::last_to(&story, super::INGRID);
    let absence = answer(&notice, super::INGRID, CONTACT, ABSENT).replacen(
        "Subject:",
        "Auto-Submitted: auto-replied\nSubject:",
        1,
    );
    story.receive_from("", &absence).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::HandedOver, HandOverState::Waiting));
}

async fn a_mail_that_came_back_brings_it_back(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let id = Story::header(&mail, "Message-ID");
    story.receive_from("", &report(COORDINATOR, "failed", "5.1.1", "550 5.1.1 User unknown", &id)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Returned));
    assert!(last(&file).remind_at.is_none());
}

async fn a_reminder_that_came_back_too(database: Database) {
    let story = Story::begin(database).await;
    handed_request(&story).await;
    until_next(&story).await;
    let id = Story::header(&super::last_to(&story, COORDINATOR), "Message-ID");
    story.receive_from("", &report(COORDINATOR, "failed", "5.2.1", "550 5.2.1 mailbox disabled", &id)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Returned));
}

async fn sent_again_it_is_followed_again(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let id = Story::header(&mail, "Message-ID");
    story.receive_from("", &report(COORDINATOR, "failed", "4.4.7", "delivery time expired", &id)).await;
    let file = story.ticket().await;
    let entry = file.outbox.iter().find(|entry| entry.kind == MailKind::HandOver).unwrap();
    story.desk.send_anyway(&story.seen(&file), &entry.id).await.unwrap();
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::HandedOver, HandOverState::Waiting));
    assert!(last(&file).remind_at.is_some_and(|at| at > story.clock.now()));
}
