//! Mail that did not arrive and says so badly, late, or about another mail: nobody is left without an answer for it, and
//! no answer is doubted for somebody else's mail.

use chrono::Duration;
use guichet::clock::Clock;
use guichet::config::Config;
use guichet::desk::DeliveryOutcome;
use guichet::store::View;
use guichet::ticket::{EventKind, OutboxState, Status};

use super::texts::{SILL_MAIL, report, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::story::{self, PACE, Story};

on_both!(
    a_failure_that_names_nobody_is_ours,
    a_bounce_of_another_mail_is_not_ours,
    a_late_bounce_of_an_answer_that_was_followed_reopens_nothing,
    a_hand_over_that_came_back_shows_in_the_list,
    a_bounce_before_the_servers_last_word_counts,
);

const INGRID: &str = "ingrid@fjordarkiv.example";
const UNKNOWN: &str = "550 5.1.1 User unknown";

/// A person's answer, left; answers its Message-ID with brackets.
async fn answered(story: &Story) -> String {
    story.receive(SILL_MAIL).await;
    story.desk.answer(&story.seen(&story.ticket().await), "Voici comment faire.", true).await.unwrap();
    story.settle().await;
    Story::header(&story.smtp.wait_for(2).await[1], "Message-ID")
}

async fn a_failure_that_names_nobody_is_ours(database: Database) {
    let story = Story::begin(database).await;
    let id = answered(&story).await;
    let text = format!(
        "From: MAILER-DAEMON@mx.example\nTo: contact@code.gouv.fr\nSubject: Undelivered mail\n\
         Message-ID: <b1@mx.example>\nIn-Reply-To: {id}\n\nYour message could not be delivered: user does not exist.\n"
    );
    story.receive_from("", &text).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[1].state), (Status::Open, OutboxState::Failed));
    assert!(file.outbox[1].last_words.contains("user does not exist"), "{}", file.outbox[1].last_words);
    let mark = story.desk.store().address_mark(INGRID, story.clock.now()).await.unwrap().unwrap();
    assert!(!mark.hard, "a report that names nobody gives no address up");

    // The same in the words of RFC 3464, about a refusal that left.
    let refused = training_mail("t1");
    story.receive(&refused).await;
    story.pass(Duration::minutes(16)).await;
    let id = Story::header(story.smtp.wait_for(3).await.last().unwrap(), "Message-ID");
    let nameless = report("x", "failed", "5.1.1", UNKNOWN, &id).replace("Final-Recipient: rfc822; x\n", "");
    story.receive_from("", &nameless).await;
    assert_eq!(story.view(View::Undelivered).await.len(), 2);
}

async fn a_bounce_of_another_mail_is_not_ours(database: Database) {
    let story = Story::begin(database).await;
    let ours = answered(&story).await;
    // A colleague wrote by hand from the shared mailbox, in the same thread; that mail came back.
    let about = "<by-hand@code.gouv.fr>";
    let theirs = report("bob@ville.example", "failed", "5.1.1", UNKNOWN, about).replacen(
        "MIME-Version",
        &format!("References: {ours} {about}\nMIME-Version"),
        1,
    );
    story.receive_from("", &theirs).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[1].state), (Status::Closed, OutboxState::Sent));
    assert!(story.desk.store().address_mark(INGRID, story.clock.now()).await.unwrap().is_none());
    assert_eq!(file.messages.len(), 2, "it is shown where the conversation is");
}

async fn a_late_bounce_of_an_answer_that_was_followed_reopens_nothing(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    story.desk.answer(&story.seen(&story.ticket().await), "Une première réponse.", false).await.unwrap();
    story.settle().await;
    let first = Story::header(&story.smtp.wait_for(2).await[1], "Message-ID");
    story.clock.advance(Duration::hours(1));
    story.desk.answer(&story.seen(&story.ticket().await), "La suite.", true).await.unwrap();
    story.settle().await;
    story.receive_from("", &report(INGRID, "failed", "4.4.7", "delivery time expired", &first)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[1].state), (Status::Closed, OutboxState::Failed));
    assert!(file.events.iter().any(|event| event.kind == EventKind::Bounced));
}

async fn a_hand_over_that_came_back_shows_in_the_list(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    // With a clock that runs: what one act writes is written at one instant all the same.
    let kept = story.desk.store().clone();
    let running = story::desk(kept, Clock::system(), &Config::defaults(), story::triage());
    running.hand_over(&story.seen(&story.ticket().await), "parti@ministere.example", "").await.unwrap();
    story.pass(Duration::minutes(5)).await;
    let mails = story.smtp.wait_for(3).await;
    let handed = mails.iter().find(|mail| mail.to == ["parti@ministere.example"]).unwrap();
    let id = Story::header(handed, "Message-ID");
    story.receive_from("", &report("parti@ministere.example", "failed", "5.1.1", UNKNOWN, &id)).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
    assert!(story.view(View::Todo).await[0].undelivered, "the list says why it is back");
}

async fn a_bounce_before_the_servers_last_word_counts(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    story.desk.answer(&story.seen(&story.ticket().await), "Voici comment faire.", true).await.unwrap();
    let parcel = story.desk.next_parcel(Duration::minutes(5), PACE).await.unwrap().unwrap();
    let id = story.ticket().await.outbox[1].message_id.clone();
    story.receive_from("", &report(INGRID, "failed", "5.1.1", UNKNOWN, &format!("<{id}>"))).await;
    let accepted = DeliveryOutcome::Accepted { words: "250 ok".to_owned() };
    story.desk.delivered(&parcel, accepted).await.unwrap();
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[1].state), (Status::Open, OutboxState::Failed));
    assert_eq!(story.view(View::Undelivered).await.len(), 1);
}
