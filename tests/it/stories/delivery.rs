//! When the mail server is away, or says no.

use chrono::Duration;
use guichet::desk::DeliveryOutcome;
use guichet::store::View;
use guichet::ticket::{EventKind, OutboxState, Status};

use super::texts::{SILL_MAIL, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::smtp::{At, Do};
use crate::support::story::{PACE, Story};

on_both!(
    down_then_up,
    not_now_then_yes,
    never,
    out_of_patience,
    out_of_tries,
    cut_off_at_the_end,
    a_person_decides_on_what_may_have_arrived,
    whoever_lost_a_mail_records_only_a_yes,
    what_was_left_behind_is_settled_once,
    answered_while_being_sent,
    several_last_words_at_once,
);

async fn down_then_up(database: Database) {
    let mut story = Story::begin(database).await;
    story.smtp.stop().await;
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    let entry = story.ticket().await.outbox.remove(0);
    assert_eq!((entry.state, entry.attempts), (OutboxState::Due, 0), "it was not the mail that failed");
    assert!(!entry.last_words.is_empty(), "why it did not leave is kept");
    story.smtp.start_again().await;
    story.pass(Duration::minutes(2)).await;
    let mails = story.smtp.wait_for(1).await;
    assert_eq!(mails.len(), 1);
    let file = story.ticket().await;
    assert_eq!((file.outbox[0].state, file.ticket.status), (OutboxState::Sent, Status::Refused));
}

async fn not_now_then_yes(database: Database) {
    let story = Story::begin(database).await;
    story.smtp.script([(At::End, Do::Say("451 4.3.0 try later"))]);
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    assert!(story.ticket().await.outbox[0].last_words.contains("451"));
    story.pass(Duration::minutes(2)).await;
    let mails = story.smtp.wait_for(1).await;
    assert_eq!(mails.len(), 1);
    // What the second try sends is the same mail.
    assert!(mails[0].text().contains(&story.ticket().await.outbox[0].message_id));
}

async fn never(database: Database) {
    let story = Story::begin(database).await;
    story.smtp.script([(At::Recipient, Do::Say("550 5.1.1 no such user"))]);
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[0].state), (Status::Open, OutboxState::Failed));
    assert!(file.outbox[0].last_words.contains("5.1.1"));
    assert!(
        file.events.iter().any(|event| event.kind == EventKind::Failed && event.detail.contains("5.1.1"))
    );
    assert_eq!(story.view(View::Undelivered).await.len(), 1);
    story.pass(Duration::days(2)).await;
    assert!(story.smtp.received().is_empty(), "never means never");
}

async fn out_of_patience(database: Database) {
    let mut story = Story::begin(database).await;
    story.smtp.stop().await;
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::days(1)).await;
    assert_eq!(story.ticket().await.outbox[0].state, OutboxState::Due);
    // It has waited as long as its tries would have taken.
    story.pass(Duration::days(1)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[0].state), (Status::Open, OutboxState::Failed));
    // A person sends it anyway: it has all its tries again, so a passing fault is not the end.
    story.desk.send_anyway(&story.seen(&file), &file.outbox[0].id).await.unwrap();
    story.settle().await;
    assert_eq!(story.ticket().await.outbox[0].state, OutboxState::Due);
    story.smtp.start_again().await;
    story.pass(Duration::minutes(2)).await;
    assert_eq!(story.ticket().await.outbox[0].state, OutboxState::Sent);
}

async fn out_of_tries(database: Database) {
    let story = Story::begin(database).await;
    story.smtp.script((0..8).map(|_| (At::Recipient, Do::Say("450 4.2.0 not now"))));
    story.receive(&training_mail("t1")).await;
    for _ in 0..9 {
        story.pass(Duration::days(2)).await;
    }
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[0].state), (Status::Open, OutboxState::Failed));
    assert_eq!(file.outbox[0].attempts, 8, "the first try and one for each wait of the schedule");
    assert_eq!(story.smtp.left_of_script(), 0);
}

async fn cut_off_at_the_end(database: Database) {
    let story = Story::begin(database).await;
    // The server took the mail, but its last word never came.
    story.smtp.script([(At::End, Do::Drop)]);
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    for _ in 0..3 {
        story.pass(Duration::days(1)).await;
    }
    assert_eq!(story.smtp.received().len(), 1, "an automatic mail that may have arrived is not sent again");
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[0].state), (Status::Open, OutboxState::InDoubt));
    // A person's mail is sent again, and the receiver can tell that it is the same.
    story.smtp.script([(At::End, Do::Drop)]);
    story.desk.answer(&story.seen(&file), "Bonjour, voici notre réponse.", true).await.unwrap();
    story.settle().await;
    story.pass(Duration::minutes(5)).await;
    let mails = story.smtp.wait_for(3).await;
    assert_eq!(Story::header(&mails[1], "Message-ID"), Story::header(&mails[2], "Message-ID"));
    assert_eq!(story.ticket().await.outbox[1].state, OutboxState::Sent);
}

async fn answered(story: &Story) {
    story.receive(SILL_MAIL).await;
    story.settle().await;
    let file = story.ticket().await;
    story.desk.answer(&story.seen(&file), "Bonjour, voici notre réponse.", true).await.unwrap();
}

async fn a_person_decides_on_what_may_have_arrived(database: Database) {
    let story = Story::begin(database).await;
    answered(&story).await;
    let before = story.smtp.received().len();
    story.smtp.script((0..9).map(|_| (At::End, Do::Drop)));
    for _ in 0..6 {
        story.settle().await;
        story.pass(Duration::days(1)).await;
    }
    let file = story.ticket().await;
    let last = file.outbox.last().unwrap();
    assert_eq!((last.state, last.attempts), (OutboxState::InDoubt, 3), "each try may have been a delivery");
    assert_eq!(story.smtp.received().len() - before, 3);
    assert_eq!(file.ticket.status, Status::Open);
}

async fn whoever_lost_a_mail_records_only_a_yes(database: Database) {
    let story = Story::begin(database).await;
    answered(&story).await;
    let state = async || story.ticket().await.outbox.last().unwrap().state;
    let next = async || story.desk.next_parcel(Duration::minutes(15), PACE).await.unwrap().unwrap();
    let slow = next().await;
    story.clock.advance(Duration::minutes(16));
    assert_eq!(story.desk.recover_sending().await.unwrap(), 1);
    let again = next().await;
    assert_eq!(slow.id, again.id);
    let refused = DeliveryOutcome::Refused { words: "550 5.1.1 no such user".to_owned(), of_recipient: true };
    story.desk.delivered(&slow, refused).await.unwrap();
    assert_eq!(state().await, OutboxState::Sending, "it is another's now");
    assert!(story.desk.store().address_mark(&slow.to, story.clock.now()).await.unwrap().is_none());
    let broke_off =
        DeliveryOutcome::Doubtful { words: "coupé".to_owned(), wait: Some(Duration::minutes(1)) };
    story.desk.delivered(&again, broke_off).await.unwrap();
    assert_eq!(state().await, OutboxState::Due);
    let yes = || DeliveryOutcome::Accepted { words: "250 ok".to_owned() };
    story.desk.delivered(&slow, yes()).await.unwrap();
    assert_eq!(state().await, OutboxState::Sent, "nobody gets it once more");
}

async fn what_was_left_behind_is_settled_once(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.clock.advance(Duration::minutes(16));
    let slow = story.desk.next_parcel(Duration::minutes(15), PACE).await.unwrap().unwrap();
    assert_eq!(story.desk.recover_sending().await.unwrap(), 0, "its time has not passed");
    story.clock.advance(Duration::minutes(16));
    let (one, two) = tokio::join!(story.desk.recover_sending(), story.desk.recover_sending());
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(story.ticket().await.outbox[0].state, OutboxState::InDoubt);
    let yes = DeliveryOutcome::Accepted { words: "250 ok".to_owned() };
    story.desk.delivered(&slow, yes).await.unwrap();
    assert_eq!(story.ticket().await.outbox[0].state, OutboxState::Sent, "a late yes settles the doubt");
}

async fn answered_while_being_sent(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.clock.advance(Duration::minutes(16));
    let parcel = story.desk.next_parcel(Duration::minutes(5), PACE).await.unwrap().unwrap();
    // While the mail server thinks, a colleague answers; then the server says: not now.
    let file = story.ticket().await;
    story.desk.answer(&story.seen(&file), "Bonjour, voici notre réponse.", true).await.unwrap();
    let later = DeliveryOutcome::Later { words: "451 later".to_owned(), wait: Some(Duration::minutes(1)) };
    story.desk.delivered(&parcel, later).await.unwrap();
    story.pass(Duration::days(1)).await;
    let mails = story.smtp.wait_for(1).await;
    assert_eq!(mails.len(), 1, "nobody is refused after having been answered");
    assert!(!mails[0].text().contains("Auto-Submitted"));
    let file = story.ticket().await;
    assert_eq!((file.outbox[0].state, file.ticket.status), (OutboxState::Held, Status::Closed));
}

async fn several_last_words_at_once(database: Database) {
    const MAILS: usize = 8;
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    story.settle().await;
    for n in 0..MAILS {
        let file = story.ticket().await;
        story.desk.answer(&story.seen(&file), &format!("Bonjour, réponse {n}."), true).await.unwrap();
    }
    // Each failure wants the ticket back in the queue at the same moment.
    let mut recordings = tokio::task::JoinSet::new();
    for _ in 0..MAILS {
        // Their sender was taken for dead: nobody else is kept waiting by a lease that has ended.
        let parcel = story.desk.next_parcel(Duration::zero(), PACE).await.unwrap().unwrap();
        let desk = story.desk.clone();
        recordings.spawn(async move {
            let outcome =
                DeliveryOutcome::Refused { words: "550 5.1.1 no such user".to_owned(), of_recipient: true };
            desk.delivered(&parcel, outcome).await
        });
    }
    while let Some(done) = recordings.join_next().await {
        done.unwrap().unwrap();
    }
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open);
    assert_eq!(file.outbox.iter().filter(|entry| entry.state == OutboxState::Failed).count(), MAILS);
}
