//! Machines that write, and loops that must not be.

use chrono::Duration;
use guichet::message::{Door, Envelope};
use guichet::store::View;
use guichet::ticket::Status;

use super::texts::training_mail;
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    an_absence_changes_nothing,
    what_forbids_an_answer_is_written_down,
    a_robot_without_headers_meets_the_cap,
    a_notice_from_nowhere_is_set_aside,
    a_sensitive_matter_sent_by_a_platform_reaches_a_person,
    what_the_process_dies_of_is_parked,
);

async fn an_absence_changes_nothing(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    let refusal = story.smtp.wait_for(1).await.remove(0);
    let absence =
        Story::reply_to(&refusal, "maryvonne@ac-limoges.example", "Je suis absente jusqu'au 3 décembre.")
            .replacen("Subject: ", "Auto-Submitted: auto-replied\nSubject: Réponse automatique : ", 1);
    story.receive_from("", &absence).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.ticket.contested), (Status::Refused, false));
    assert_eq!(file.messages.len(), 2, "it is shown all the same");
    assert_eq!(story.smtp.received().len(), 1);
    story.balance().await;
}

async fn what_forbids_an_answer_is_written_down(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1").replacen("Subject:", "Precedence: bulk\nSubject:", 1)).await;
    story.pass(Duration::hours(1)).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open, "what may not be refused by a machine waits for a person");
    assert!(file.draft.is_some_and(|draft| draft.reply == "refusal-training"), "the refusal is ready");
    assert!(file.events.iter().any(|event| event.detail.contains("precedence")), "{:?}", file.events);
    assert!(story.smtp.received().is_empty());
}

async fn a_robot_without_headers_meets_the_cap(database: Database) {
    let story = Story::begin(database).await;
    for n in 0..8 {
        story.receive(&training_mail(&format!("t{n}")).replace("quinzaine", &format!("{n}"))).await;
        story.pass(Duration::minutes(20)).await;
    }
    assert_eq!(story.smtp.received().len(), 3, "the cap per recipient and day");
    assert_eq!(story.view(View::All).await.len(), 8, "every request is kept");
    assert_eq!(story.view(View::Todo).await.len(), 5);
}

async fn a_notice_from_nowhere_is_set_aside(database: Database) {
    let story = Story::begin(database).await;
    let absence = format!(
        "From: x@y.example\nTo: {CONTACT}\nSubject: Absence du bureau\nAuto-Submitted: auto-replied\n\
         Message-ID: <a@y.example>\n\nJe suis absent.\n"
    );
    story.receive_from("", &absence).await;
    assert_eq!(story.view(View::SetAside).await.len(), 1);
    assert!(story.smtp.received().is_empty());
    story.balance().await;
}

async fn a_sensitive_matter_sent_by_a_platform_reaches_a_person(database: Database) {
    let story = Story::begin(database).await;
    let mail = format!(
        "From: Plateforme <demande-42@plateforme.example>\nTo: {CONTACT}\nSubject: Demande de documents administratifs\n\
         Auto-Submitted: auto-generated\nMessage-ID: <c@plateforme.example>\n\nAu titre du droit d'acces aux documents, \
         je demande communication du rapport.\n"
    );
    story.receive(&mail).await;
    let file = story.ticket().await;
    assert!(!file.decision.unwrap().sensitive.is_empty());
    assert_eq!((file.ticket.status, story.smtp.received().len()), (Status::Open, 0));
}

async fn what_the_process_dies_of_is_parked(database: Database) {
    let story = Story::begin(database).await;
    let raw = training_mail("t1").into_bytes();
    story.desk.accept(Door::Pipe, "pipe:1", Envelope::default(), raw).await.unwrap();
    // Taken, and never heard of again: what a crash leaves behind.
    for _ in 0..5 {
        let now = story.clock.now();
        assert!(story.desk.store().arrival_lease(now, now + Duration::minutes(2)).await.unwrap().is_some());
        story.clock.advance(Duration::minutes(3));
    }
    story.settle().await;
    let parked = story.desk.store().arrivals_parked().await.unwrap();
    assert_eq!(parked.len(), 1, "it does not take the process down for ever");
    story.desk.retry_parked(&parked[0].id, &story.camille.id).await.unwrap();
    story.settle().await;
    story.ticket().await;
    story.balance().await;
}
