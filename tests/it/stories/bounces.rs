//! Mail that comes back: the ticket returns to the queue, the address is remembered, and nobody writes to it alone.

use chrono::Duration;
use guichet::desk::DeliveryOutcome;
use guichet::store::View;
use guichet::ticket::{EventKind, MailKind, OutboxState, Status};
use guichet::upkeep;

use super::texts::{SILL_MAIL, TRAINING, TRAINING_SUBJECT, report, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::smtp::{At, Do};
use crate::support::story::{PACE, Story};

on_both!(
    a_bounce_brings_the_ticket_back,
    an_answer_that_came_back_is_no_answer,
    a_request_that_its_coordinator_never_got_comes_back,
    a_delay_changes_nothing,
    a_full_mailbox_is_not_given_up,
    nothing_automatic_goes_to_an_address_that_came_back,
    what_waited_for_an_address_that_came_back_is_held,
    whoever_writes_again_is_alive,
    a_mark_ends,
    a_bounce_of_an_unknown_mail_is_set_aside,
    a_key_in_the_return_address_finds_the_mail,
    the_servers_own_refusal_marks_the_address,
    a_refusal_of_our_sender_is_nobodys_mark,
    a_redirection_behind_an_address_does_not_give_it_up,
    a_bounce_settles_a_doubt,
    a_bounce_faster_than_the_servers_last_word,
);

const MARYVONNE: &str = "maryvonne@ac-limoges.example";
const UNKNOWN: &str = "550 5.1.1 User unknown";

/// A refusal by mail, left; answers its Message-ID with brackets.
async fn refused(story: &Story) -> String {
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    Story::header(&story.smtp.wait_for(1).await[0], "Message-ID")
}

async fn a_bounce_brings_the_ticket_back(database: Database) {
    let story = Story::begin(database).await;
    let id = refused(&story).await;
    let bounce = report(MARYVONNE, "failed", "5.1.1", UNKNOWN, &id);
    story.receive_from("", &bounce).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[0].state), (Status::Open, OutboxState::Failed));
    assert!(file.outbox[0].last_words.contains("5.1.1"), "{}", file.outbox[0].last_words);
    assert_eq!(story.view(View::Undelivered).await.len(), 1);
    let event = file.events.iter().find(|event| event.kind == EventKind::Bounced).unwrap();
    assert!(event.detail.contains(MARYVONNE) && event.detail.contains("User unknown"), "{}", event.detail);
    let nature = file.messages[1].nature.as_ref().unwrap();
    assert!(nature.returned[0].hard && nature.returned[0].status.as_deref() == Some("5.1.1"));

    // The same server says it again: shown, and nothing more happens.
    story.desk.close(&story.seen(&file)).await.unwrap();
    story.receive_from("", &report(MARYVONNE, "failed", "5.1.1", UNKNOWN, &id)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Closed, 3));
    story.balance().await;
}

async fn an_answer_that_came_back_is_no_answer(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let file = story.ticket().await;
    story.desk.answer(&story.seen(&file), "Bonjour, voici comment faire.", true).await.unwrap();
    story.settle().await;
    let answer = story.smtp.wait_for(2).await.remove(1);
    let id = Story::header(&answer, "Message-ID");
    // Tries ended after days: the last word of the server is still a temporary code.
    let late = report("ingrid@fjordarkiv.example", "failed", "4.4.7", "delivery time expired", &id);
    story.receive_from("", &late).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[1].state), (Status::Open, OutboxState::Failed));
    let mark = story.desk.store().address_mark("Ingrid@fjordarkiv.example", story.clock.now()).await.unwrap();
    assert!(!mark.unwrap().hard, "a server that was away is no reason to give an address up");
    // A person may answer all the same.
    story.desk.send_anyway(&story.seen(&file), &file.outbox[1].id).await.unwrap();
    story.settle().await;
    assert_eq!(story.smtp.wait_for(3).await.len(), 3);
}

async fn a_request_that_its_coordinator_never_got_comes_back(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let file = story.ticket().await;
    story.desk.hand_over(&story.seen(&file), "parti@ministere.example", "").await.unwrap();
    story.settle().await;
    let mails = story.smtp.wait_for(2).await;
    let handed = mails.iter().find(|mail| mail.to == ["parti@ministere.example"]).unwrap();
    let id = Story::header(handed, "Message-ID");
    story.receive_from("", &report("parti@ministere.example", "failed", "5.1.1", UNKNOWN, &id)).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open);
    assert!(file.events.iter().any(|event| event.kind == EventKind::Bounced));
}

async fn a_delay_changes_nothing(database: Database) {
    let story = Story::begin(database).await;
    let id = refused(&story).await;
    story.receive_from("", &report(MARYVONNE, "delayed", "4.4.1", "no answer from host", &id)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[0].state), (Status::Refused, OutboxState::Sent));
    assert_eq!(file.messages.len(), 2, "it is shown");
    assert!(!file.events.iter().any(|event| event.kind == EventKind::Bounced));
}

async fn a_full_mailbox_is_not_given_up(database: Database) {
    let story = Story::begin(database).await;
    let id = refused(&story).await;
    story.receive_from("", &report(MARYVONNE, "failed", "5.2.2", "552 5.2.2 mailbox full", &id)).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open, "all the same nothing has arrived");
    story.fill_in("/", MARYVONNE, TRAINING_SUBJECT, TRAINING).await;
    story.settle().await;
    story.pass(Duration::minutes(16)).await;
    assert_eq!(story.smtp.received().len(), 2);
}

async fn nothing_automatic_goes_to_an_address_that_came_back(database: Database) {
    let story = Story::begin(database).await;
    let id = refused(&story).await;
    story.receive_from("", &report(MARYVONNE, "failed", "5.1.1", UNKNOWN, &id)).await;
    // The form proves nothing about an address that is typed.
    story.fill_in("/", "Maryvonne@ac-limoges.example", TRAINING_SUBJECT, TRAINING).await;
    story.settle().await;
    story.pass(Duration::hours(1)).await;
    assert_eq!(story.smtp.received().len(), 1);
    let rows = story.view(View::Todo).await;
    assert_eq!(rows.len(), 2, "a person looks");
    let file = story.desk.store().ticket_file(&rows[1].ticket.reference).await.unwrap().unwrap();
    assert!(file.events.iter().any(|event| event.detail.ends_with("address-bounced")));
    assert_eq!(file.messages[0].automatic_ban.as_deref(), Some("address-bounced"));
    // And may answer.
    story.desk.answer(&story.seen(&file), "Bonjour, voici notre réponse.", true).await.unwrap();
    story.settle().await;
    assert_eq!(story.smtp.wait_for(2).await[1].to, ["Maryvonne@ac-limoges.example"]);
}

async fn what_waited_for_an_address_that_came_back_is_held(database: Database) {
    let story = Story::begin(database).await;
    let id = refused(&story).await;
    story.fill_in("/", MARYVONNE, TRAINING_SUBJECT, TRAINING).await;
    story.settle().await;
    story.receive_from("", &report(MARYVONNE, "failed", "5.1.1", UNKNOWN, &id)).await;
    story.pass(Duration::hours(1)).await;
    assert_eq!(story.smtp.received().len(), 1);
    let rows = story.view(View::Todo).await;
    assert_eq!(rows.len(), 2);
    let file = story.desk.store().ticket_file(&rows[1].ticket.reference).await.unwrap().unwrap();
    assert_eq!((file.outbox.len(), file.outbox[0].state), (1, OutboxState::Held));
    // A person who knows better lets it leave.
    story.desk.send_anyway(&story.seen(&file), &file.outbox[0].id).await.unwrap();
    story.settle().await;
    assert_eq!(story.smtp.wait_for(2).await.len(), 2);
}

async fn whoever_writes_again_is_alive(database: Database) {
    let story = Story::begin(database).await;
    let id = refused(&story).await;
    story.receive_from("", &report(MARYVONNE, "failed", "5.1.1", UNKNOWN, &id)).await;
    let now = story.clock.now();
    let absence = training_mail("t2").replacen("Subject:", "Auto-Submitted: auto-generated\nSubject:", 1);
    story.receive_from("", &absence).await;
    let marked = |mark: Option<guichet::store::AddressMark>| mark.is_some_and(|mark| mark.hard);
    assert!(
        marked(story.desk.store().address_mark(MARYVONNE, now).await.unwrap()),
        "a machine proves nothing"
    );
    story.receive(&training_mail("t3").replace("quinzaine", "vingtaine")).await;
    assert!(!marked(story.desk.store().address_mark(MARYVONNE, now).await.unwrap()));
    story.pass(Duration::minutes(16)).await;
    assert_eq!(story.smtp.wait_for(2).await.len(), 2);
}

async fn a_mark_ends(database: Database) {
    let story = Story::begin(database).await;
    let id = refused(&story).await;
    story.receive_from("", &report(MARYVONNE, "failed", "5.1.1", UNKNOWN, &id)).await;
    let kept = story.desk.store();
    let then = story.clock.now();
    story.clock.advance(Duration::days(89));
    upkeep::tidy(&story.desk).await.unwrap();
    assert!(kept.address_mark(MARYVONNE, story.clock.now()).await.unwrap().is_some());
    story.clock.advance(Duration::days(2));
    assert!(kept.address_mark(MARYVONNE, story.clock.now()).await.unwrap().is_none(), "it counts no more");
    upkeep::tidy(&story.desk).await.unwrap();
    assert!(kept.address_mark(MARYVONNE, then).await.unwrap().is_none(), "and is gone");
}

async fn a_bounce_of_an_unknown_mail_is_set_aside(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    // It names an address we know, and a mail that was never ours: the address alone proves nothing.
    story.receive_from("", &report(MARYVONNE, "failed", "5.1.1", UNKNOWN, "<spam@elsewhere.example>")).await;
    let rows = story.view(View::SetAside).await;
    assert_eq!(rows.len(), 1);
    let file = story.desk.store().ticket_file(&rows[0].ticket.reference).await.unwrap().unwrap();
    assert!(file.events.iter().any(|event| event.kind == EventKind::SetAside), "{:?}", file.events);
    assert!(story.view(View::Todo).await.is_empty());
    assert_eq!(story.smtp.received().len(), 1);
    assert!(story.desk.store().address_mark(MARYVONNE, story.clock.now()).await.unwrap().is_none());
    story.balance().await;
}

async fn a_key_in_the_return_address_finds_the_mail(database: Database) {
    let story = Story::begin_with(database, |config| config.service.plus_addressing = true).await;
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    let refusal = story.smtp.wait_for(1).await.remove(0);
    assert!(refusal.from.starts_with("contact+b-"), "{}", refusal.from);
    assert!(Story::header(&refusal, "Reply-To").contains("contact+r-"));
    // This server returns nothing of the mail, and writes to the address it was given.
    let bounce = report(MARYVONNE, "failed", "5.1.1", UNKNOWN, "");
    story.receive_to("", &refusal.from, &bounce).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[0].state), (Status::Open, OutboxState::Failed));

    // A program that answers there gets nothing back, whatever it says of itself.
    let robot = training_mail("t9").replace("quinzaine", "trentaine").replace(MARYVONNE, "r@robot.example");
    story.receive_to("r@robot.example", &refusal.from, &robot).await;
    story.pass(Duration::hours(1)).await;
    assert_eq!(story.smtp.received().len(), 1);
    let forged = format!("{}x", refusal.from.split('@').next().unwrap());
    story
        .receive_to(
            "",
            &format!("{forged}@code.gouv.fr"),
            &report("x@y.example", "failed", "5.1.1", "no", ""),
        )
        .await;
    assert_eq!(story.view(View::SetAside).await.len(), 1, "a key without its signature opens nothing");
}

async fn the_servers_own_refusal_marks_the_address(database: Database) {
    let story = Story::begin(database).await;
    story.smtp.script([(At::Recipient, Do::Say("550 5.1.1 no such user"))]);
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    let mark = story.desk.store().address_mark(MARYVONNE, story.clock.now()).await.unwrap().unwrap();
    assert!(mark.hard && mark.said.contains("no such user"));
    // A bare code may be our own relay's.
    story.smtp.script([(At::Recipient, Do::Say("550 relaying denied"))]);
    story.receive(SILL_MAIL).await;
    let mark = story.desk.store().address_mark("ingrid@fjordarkiv.example", story.clock.now()).await.unwrap();
    assert!(!mark.unwrap().hard);
}

async fn a_refusal_of_our_sender_is_nobodys_mark(database: Database) {
    let story = Story::begin(database).await;
    story
        .smtp
        .script([(At::Mail, Do::Say("550 5.1.0 Sender address rejected: User unknown in local table"))]);
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    let file = story.ticket().await;
    assert_eq!((file.outbox[0].state, file.outbox[0].attempts), (OutboxState::Due, 0), "settings are mended");
    assert!(story.desk.store().address_mark(MARYVONNE, story.clock.now()).await.unwrap().is_none());
    assert!(story.desk.store().relay().await.unwrap().said.contains("refuse notre expéditeur vide"));
    story.pass(Duration::minutes(1)).await;
    assert_eq!(story.ticket().await.outbox[0].state, OutboxState::Sent);
    // What no server said of an address says nothing of it.
    story.smtp.script([(At::Mail, Do::Say("552 5.3.4 too large"))]);
    story.receive(SILL_MAIL).await;
    let mark = story.desk.store().address_mark("ingrid@fjordarkiv.example", story.clock.now()).await.unwrap();
    assert!(mark.is_none());
}

async fn a_redirection_behind_an_address_does_not_give_it_up(database: Database) {
    let story = Story::begin(database).await;
    let id = refused(&story).await;
    story.receive_from("", &report("m.quintard@ailleurs.example", "failed", "5.1.1", UNKNOWN, &id)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[0].kind), (Status::Open, MailKind::Refusal));
    let mark = story.desk.store().address_mark(MARYVONNE, story.clock.now()).await.unwrap().unwrap();
    assert!(!mark.hard);
}

async fn a_bounce_settles_a_doubt(database: Database) {
    let story = Story::begin(database).await;
    story.smtp.script([(At::End, Do::Drop)]);
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    let file = story.ticket().await;
    assert_eq!(file.outbox[0].state, OutboxState::InDoubt);
    let about = format!("<{}>", file.outbox[0].message_id);
    story.receive_from("", &report(MARYVONNE, "failed", "5.1.1", UNKNOWN, &about)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[0].state), (Status::Open, OutboxState::Failed));
}

async fn a_bounce_faster_than_the_servers_last_word(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.clock.advance(Duration::minutes(16));
    let parcel = story.desk.next_parcel(Duration::minutes(5), PACE).await.unwrap().unwrap();
    let about = format!("<{}>", story.ticket().await.outbox[0].message_id);
    story.receive_from("", &report(MARYVONNE, "failed", "5.1.1", UNKNOWN, &about)).await;
    story.desk.delivered(&parcel, DeliveryOutcome::Accepted { words: "250 ok".to_owned() }).await.unwrap();
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open, "the requester has nothing, whatever the server said last");
    let mark = story.desk.store().address_mark(MARYVONNE, story.clock.now()).await.unwrap();
    assert!(mark.unwrap().hard);
}
