//! A person's mail that may have arrived: it is tried again, but not for ever, and the team reads that it may have.

use chrono::Duration;
use guichet::store::TicketFile;
use guichet::ticket::{EventKind, OutboxState, Status};

use super::texts::SILL_MAIL;
use crate::support::database::{Database, on_both};
use crate::support::smtp::{At, Do};
use crate::support::story::{PACE, Story};

on_both!(
    each_crash_is_a_doubt,
    cut_off_and_then_put_off_to_the_end_it_may_have_left,
    cut_off_and_then_refused_it_may_have_left,
);

/// Ingrid's request, answered; the answer has not left yet.
async fn answered(story: &Story) {
    story.receive(SILL_MAIL).await;
    story.settle().await;
    let file = story.ticket().await;
    story.desk.answer(&story.seen(&file), "Bonjour, voici notre réponse.", true).await.unwrap();
}

/// How the answer stands, and what the ticket's page says.
async fn shown(story: &Story) -> (TicketFile, String) {
    let file = story.ticket().await;
    let page = story.page_of_team(&format!("/equipe/demandes/{}", file.ticket.reference)).await;
    (file, page)
}

async fn each_crash_is_a_doubt(database: Database) {
    let story = Story::begin(database).await;
    answered(&story).await;
    for _ in 0..3 {
        assert_eq!(story.ticket().await.outbox[1].state, OutboxState::Due);
        story.desk.next_parcel(Duration::minutes(15), PACE).await.unwrap().unwrap();
        // Whoever took it is never heard of again.
        story.clock.advance(Duration::minutes(16));
        assert_eq!(story.desk.recover_sending().await.unwrap(), 1);
    }
    let (file, page) = shown(&story).await;
    assert_eq!((file.outbox[1].state, file.ticket.status), (OutboxState::InDoubt, Status::Open));
    assert!(file.events.iter().any(|event| event.kind == EventKind::InDoubt));
    assert!(page.contains("peut-être parti"), "{page}");
    story.settle().await;
    assert_eq!(story.smtp.received().len(), 1, "the receipt alone: each try may have been a delivery");
}

async fn cut_off_and_then_put_off_to_the_end_it_may_have_left(database: Database) {
    let story = Story::begin(database).await;
    answered(&story).await;
    story.smtp.script([(At::End, Do::Drop)]);
    story.settle().await;
    assert_eq!(story.smtp.wait_for(2).await.len(), 2, "it has arrived");
    story.smtp.script((0..9).map(|_| (At::End, Do::Say("451 4.3.0 try later"))));
    story.pass(Duration::minutes(5)).await;
    let (file, page) = shown(&story).await;
    assert_eq!((file.outbox[1].state, file.outbox[1].attempts), (OutboxState::Due, 2));
    assert!(page.contains("peut-être déjà parti"), "{page}");
    for _ in 0..9 {
        story.pass(Duration::days(2)).await;
    }
    let file = story.ticket().await;
    assert_eq!((file.outbox[1].state, file.ticket.status), (OutboxState::InDoubt, Status::Open));
}

async fn cut_off_and_then_refused_it_may_have_left(database: Database) {
    let story = Story::begin(database).await;
    answered(&story).await;
    story.smtp.script([
        (At::End, Do::Drop),
        (At::Recipient, Do::Accept),
        (At::Recipient, Do::Say("550 5.7.1 no")),
    ]);
    story.settle().await;
    story.pass(Duration::minutes(5)).await;
    let (file, page) = shown(&story).await;
    assert_eq!((file.outbox[1].state, file.ticket.status), (OutboxState::Failed, Status::Open));
    assert!(page.contains("peut-être déjà parti"), "{page}");
}
