//! What a colleague's answer by mail ends, and what it leaves open: nothing without a proof of who wrote it, and no message
//! that it does not name.

use chrono::Duration;
use guichet::message::{Door, Envelope};
use guichet::store::{Direction, View, new_id};
use guichet::ticket::{Actor, EventKind, OutboxState, Status};

use super::sent::{INGRID, SILL, TEXT, US, through, ways, written};
use super::texts::{SILL_MAIL, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    without_a_proof_an_answer_only_tells,
    nor_is_an_account_a_proof,
    what_a_notice_may_not_hold_leaves,
    a_message_that_no_answer_names_stays_open,
    an_answer_below_our_mail_answers_what_came_before_it,
    an_answer_that_names_nothing_answers_the_only_message,
    an_answer_that_names_nothing_chooses_none_of_two,
    a_request_by_form_is_answered,
    what_lay_in_the_mailbox_is_answered_by_people,
    what_a_web_form_wrote_joins_the_answer_that_was_faster,
);

/// The requester writes once more, in the thread of a mail.
fn further(id: &str, answers: &str, text: &str) -> String {
    written(id, INGRID, CONTACT, answers, text).replace("@poste.code.gouv.fr>", "@fjordarkiv.example>")
}

async fn without_a_proof_an_answer_only_tells(database: Database) {
    unproven(database, US).await;
}

async fn nor_is_an_account_a_proof(database: Database) {
    unproven(database, "Camille <camille@example.org>").await;
}

async fn unproven(database: Database, from: &str) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let mail = written("c1", from, &format!("{INGRID}\nCc: {CONTACT}"), SILL, TEXT);
    story.receive(&mail).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, ways(&file)), (Status::Open, vec![Direction::In, Direction::Notice]));
    assert!(file.draft.is_some() && file.ticket.assignee.is_none());
    let event = file.events.iter().find(|event| event.kind == EventKind::Linked).unwrap();
    assert_eq!(event.actor, Actor::Program);
    assert!(event.detail.contains("sans preuve"), "{}", event.detail);
    // Its copy in the Sent folder is the proof.
    through(&story, Door::Sent, &mail).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, ways(&file)), (Status::Closed, vec![Direction::In, Direction::Out]));
    assert_eq!(file.ticket.assignee.as_ref(), Some(&story.camille.id));
    story.balance().await;
}

async fn what_a_notice_may_not_hold_leaves(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    let to = format!("maryvonne@ac-limoges.example\nCc: {CONTACT}");
    story.receive(&written("c1", US, &to, "t1@ac-limoges.example", TEXT)).await;
    let file = story.ticket().await;
    assert!(file.outbox.iter().all(|entry| entry.state != OutboxState::Held), "{:?}", file.outbox);
    story.pass(Duration::hours(1)).await;
    assert!(!story.smtp.received().is_empty());
    story.balance().await;
}

async fn a_message_that_no_answer_names_stays_open(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    story.clock.advance(Duration::minutes(5));
    story.receive(&further("i2", SILL, "Autre question, urgente : qui signe la cession ?")).await;
    story.clock.advance(Duration::minutes(1));
    through(&story, Door::Sent, &written("c1", US, INGRID, SILL, TEXT)).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open, "nobody has answered her second question");
    let event = file.events.iter().find(|event| event.kind == EventKind::Answered).unwrap();
    assert!(event.detail.contains("pas cité"), "{}", event.detail);
    // One more word on the first question changes nothing; an answer to the second ends both.
    through(&story, Door::Sent, &written("c2", US, INGRID, SILL, "J’ajoute un lien.")).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
    through(&story, Door::Sent, &written("c3", US, INGRID, "i2@fjordarkiv.example", "La direction.")).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
    story.balance().await;
}

async fn an_answer_below_our_mail_answers_what_came_before_it(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    story.clock.advance(Duration::minutes(5));
    let more = Story::reply_to(&receipt, INGRID, "Et combien cela coûte-t-il ?");
    let id = more.lines().find_map(|line| line.strip_prefix("Message-ID: <")).unwrap().trim_end_matches('>');
    story.receive(&more).await;
    story.clock.advance(Duration::minutes(5));
    // The answer names the last message alone, that message our receipt, and that was sent for the first one.
    through(&story, Door::Sent, &written("c1", US, INGRID, id, TEXT)).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
    story.balance().await;
}

async fn an_answer_that_names_nothing_answers_the_only_message(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    answer_by_reference(&story).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
    story.balance().await;
}

async fn an_answer_that_names_nothing_chooses_none_of_two(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    story.clock.advance(Duration::minutes(5));
    story.receive(&further("i2", SILL, "Qui signe la cession ?")).await;
    answer_by_reference(&story).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
    story.balance().await;
}

/// A colleague begins a mail of their own and names the request.
async fn answer_by_reference(story: &Story) {
    story.clock.advance(Duration::minutes(5));
    let reference = story.ticket().await.ticket.reference;
    let answer = written("c1", US, INGRID, "", &format!("À votre demande {reference} : {TEXT}"));
    through(story, Door::Sent, &answer).await;
}

async fn a_request_by_form_is_answered(database: Database) {
    let story = Story::begin(database).await;
    let text = "Nous éditons un logiciel libre d’archivage. Comment le référencer dans le SILL ?";
    story.fill_in("/", INGRID, "Référencement au SILL", text).await;
    story.settle().await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    let id = Story::header(&receipt, "Message-ID");
    story.clock.advance(Duration::minutes(5));
    let answer = written("c1", US, INGRID, id.trim_matches(['<', '>']), TEXT);
    through(&story, Door::Sent, &answer).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
    story.balance().await;
}

async fn what_lay_in_the_mailbox_is_answered_by_people(database: Database) {
    let story = Story::begin(database).await;
    let now = story.clock.now();
    let days = |days| Some(now + Duration::days(days));
    let mut answered = 0;
    for (n, (mailbox_at, date, fresh)) in [
        (days(-5), None, false),
        (days(-5), days(3), false),
        (days(0), days(-5), false),
        (days(0), None, true),
        // A server whose list cannot be read tells no date.
        (None, None, false),
        (None, days(3), false),
        (None, days(-5), false),
        (None, days(0), true),
    ]
    .into_iter()
    .enumerate()
    {
        let mut mail = SILL_MAIL.replace("fjordarkiv.example", &format!("org{n}.example"));
        if let Some(date) = date {
            mail = format!("Date: {}\n{mail}", date.to_rfc2822());
        }
        let envelope = Envelope { mailbox_at, ..Envelope::default() };
        let raw = mail.replace('\n', "\r\n").into_bytes();
        story.desk.accept(Door::Imap, &format!("imap:{}", new_id()), envelope, raw).await.unwrap();
        story.settle().await;
        answered += usize::from(fresh);
        assert_eq!(story.smtp.received().len(), answered, "mail {n}");
    }
}

async fn what_a_web_form_wrote_joins_the_answer_that_was_faster(database: Database) {
    let story = Story::begin(database).await;
    through(&story, Door::Sent, &written("c1", US, INGRID, SILL, TEXT)).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
    let form =
        "From: Formulaire <formulaire@fjordarkiv.example>\nReply-To: Ingrid <ingrid@fjordarkiv.example>";
    let from = SILL_MAIL.lines().find(|line| line.starts_with("From: ")).unwrap();
    story.receive(&SILL_MAIL.replacen(from, form, 1)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Closed, 2));
    assert!(story.smtp.received().is_empty(), "who is answered gets no receipt");
    // Whoever the answer did not go to opens a request of their own.
    let other = SILL_MAIL.replacen(from, "From: Eve <eve@evil.example>\nReply-To: mallory@evil.example", 1);
    story.receive(&other).await;
    assert_eq!(story.view(View::Todo).await.len(), 1);
    story.balance().await;
}
