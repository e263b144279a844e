//! What was promised and has not left: the kill switch holds what the program handed over, and what the team took back
//! does not leave any more.

use chrono::Duration;
use guichet::store::View;
use guichet::ticket::{HandOverState, MailKind, OutboxState, Status};
use guichet::upkeep;

use super::super::routed::{COORDINATOR, JEANNE, ORDER, know_culture, reached, to_us};
use super::super::texts::SILL_MAIL;
use super::last;
use crate::support::database::{Database, on_both};
use crate::support::smtp::{At, Do};
use crate::support::story::Story;

on_both!(
    stopped_what_the_program_gathered_does_not_leave,
    stopped_what_it_promised_does_not_leave,
    stopped_what_a_person_hands_over_leaves,
    taken_back_before_it_left_it_does_not_leave,
    taken_back_between_two_tries_neither,
    taken_back_it_may_be_sent_all_the_same,
);

const LATER: (At, Do) = (At::End, Do::Say("451 4.3.0 try later"));

async fn stopped_what_the_program_gathered_does_not_leave(database: Database) {
    let story = Story::begin_with(database, |config| config.hand_over.digest_above = 1).await;
    know_culture(&story).await;
    for n in 0..3 {
        story.receive(&to_us(&format!("j{n}@culture.gouv.fr"), "Bon de commande", ORDER)).await;
        story.settle().await;
    }
    assert_eq!(story.view(View::HandedOver).await.len(), 3);
    story.desk.stop_automatic(true, &story.camille.id).await.unwrap();
    story.clock.advance(Duration::hours(4));
    upkeep::tidy(&story.desk).await.unwrap();
    story.settle().await;
    assert_eq!(reached(&story, COORDINATOR).len(), 1);
    let open = story.view(View::Todo).await;
    assert_eq!(open.len(), 2, "a person has what did not leave");
    assert!(open.iter().all(|row| row.handed == Some(HandOverState::TakenBack)));
}

async fn stopped_what_it_promised_does_not_leave(database: Database) {
    let story = Story::begin(database).await;
    know_culture(&story).await;
    story.smtp.script([LATER, LATER]);
    story.receive(&to_us(JEANNE, "Bon de commande", ORDER)).await;
    assert_eq!(story.ticket().await.ticket.status, Status::HandedOver);
    story.desk.stop_automatic(true, &story.camille.id).await.unwrap();
    story.pass(Duration::hours(1)).await;
    assert!(reached(&story, COORDINATOR).is_empty());
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Returned));
    let [receipt] = &reached(&story, JEANNE)[..] else { panic!("the receipt and no other mail") };
    assert!(Story::read_mail(receipt).contains(&file.ticket.reference));
    let left: Vec<_> = file.outbox.iter().filter(|entry| entry.state == OutboxState::Sent).collect();
    assert_eq!(left.iter().map(|entry| entry.kind).collect::<Vec<_>>(), [MailKind::Receipt]);
    story.balance().await;
}

async fn stopped_what_a_person_hands_over_leaves(database: Database) {
    let story = Story::begin(database).await;
    story.desk.stop_automatic(true, &story.camille.id).await.unwrap();
    super::handed_request(&story).await;
    assert_eq!(story.ticket().await.ticket.status, Status::HandedOver);
}

async fn taken_back_before_it_left_it_does_not_leave(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let file = story.ticket().await;
    story.desk.hand_over(&story.seen(&file), "faux@ailleurs.example", "").await.unwrap();
    story.desk.reopen(&story.seen(&story.ticket().await)).await.unwrap();
    story.settle().await;
    assert!(reached(&story, "faux@ailleurs.example").is_empty());
    let file = story.ticket().await;
    let entry = file.outbox.iter().find(|entry| entry.kind == MailKind::HandOver).unwrap();
    assert_eq!((entry.state, file.ticket.status), (OutboxState::Held, Status::Open));
}

async fn taken_back_between_two_tries_neither(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    story.smtp.script([LATER, LATER]);
    let file = story.ticket().await;
    story.desk.hand_over(&story.seen(&file), super::COORDINATOR, "").await.unwrap();
    story.settle().await;
    let file = story.ticket().await;
    assert!(reached(&story, super::COORDINATOR).is_empty());
    story.desk.reopen(&story.seen(&file)).await.unwrap();
    story.pass(Duration::hours(1)).await;
    assert!(reached(&story, super::COORDINATOR).is_empty());
    assert_eq!(last(&story.ticket().await).state, HandOverState::TakenBack);
}

async fn taken_back_it_may_be_sent_all_the_same(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let file = story.ticket().await;
    story.desk.hand_over(&story.seen(&file), super::COORDINATOR, "").await.unwrap();
    story.desk.reopen(&story.seen(&story.ticket().await)).await.unwrap();
    let file = story.ticket().await;
    let entry = file.outbox.iter().find(|entry| entry.kind == MailKind::HandOver).unwrap();
    story.desk.send_anyway(&story.seen(&file), &entry.id).await.unwrap();
    story.settle().await;
    assert_eq!(reached(&story, super::COORDINATOR).len(), 1);
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::HandedOver, HandOverState::Waiting));
}
