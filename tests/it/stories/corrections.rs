//! What people's acts teach: a masked example beside each act that says what a request is, and nothing where it does not.

use chrono::Duration;
use guichet::desk::{DeskError, Mode};
use guichet::store::{TicketFile, View};
use guichet::ticket::{EventKind, Example, Status};
use guichet::triage::Action;

use super::texts::{SILL_MAIL, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    a_corrected_category_is_kept_masked_and_the_last_word_wins,
    a_refusal_that_was_proposed_and_answered_says_only_that_it_was_wrong,
    a_refusal_that_a_person_confirms_is_agreed_with,
    contesting_is_no_correction_until_a_person_says_so,
    taking_a_refusal_back_says_that_it_was_wrong,
    a_request_of_the_offer_that_is_refused_is_kept,
    what_is_set_aside_is_confirmed_or_taken_back,
    what_says_nothing_of_the_category_keeps_nothing,
    an_act_that_fails_teaches_nothing,
    a_request_that_was_not_recognised_is_taught_once_it_has_a_category,
    handing_over_confirms_a_topic_of_the_offer_alone,
    a_held_refusal_that_a_person_lets_go_is_agreed_with,
);

const SPAM: &str = "From: Brenda Moss <brenda@seo.example>\nTo: contact@code.gouv.fr\nSubject: Increase traffic (1st page GUARANTEED)\n\
    Message-ID: <spam@seo.example>\n\nWe offer 500 backlinks and guest posts, first page of Google, money back. To stop hearing \
    from us unsubscribe, or write to brenda.moss@seo.example.\n";

/// What is kept of the only ticket.
async fn kept(story: &Story) -> (TicketFile, Option<Example>) {
    let file = story.ticket().await;
    let example = story.desk.store().example(&file.ticket.id).await.unwrap();
    (file, example)
}

fn said(example: &Example) -> (Option<&str>, bool, EventKind) {
    (example.category.as_deref(), example.agreed, example.content.act)
}

async fn a_corrected_category_is_kept_masked_and_the_last_word_wins(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let (file, none) = kept(&story).await;
    assert!(none.is_none(), "nobody has said anything yet");
    story.desk.correct(&story.seen(&file), "purchasing").await.unwrap();
    let (file, example) = kept(&story).await;
    let example = example.unwrap();
    assert_eq!(said(&example), (Some("purchasing"), false, EventKind::Corrected));
    assert_eq!(example.told, "sill");
    let content = &example.content;
    assert_eq!(content.subject, "Référencement au SILL");
    assert!(
        content.body.contains("dans le SILL") && content.body.ends_with("Cordialement,"),
        "{}",
        content.body
    );
    for name in ["Ingrid", "Solberg", "fjordarkiv"] {
        assert!(!format!("{content:?}").contains(name), "{name} in {content:?}");
    }
    story.desk.answer(&story.seen(&file), "Bonjour, voici.", false).await.unwrap();
    let (file, example) = kept(&story).await;
    assert_eq!(said(&example.unwrap()), (Some("purchasing"), false, EventKind::Answered));
    story.clock.advance(Duration::hours(1));
    story.desk.correct(&story.seen(&file), "sill").await.unwrap();
    let (_, example) = kept(&story).await;
    let example = example.unwrap();
    assert_eq!(said(&example), (Some("sill"), true, EventKind::Corrected));
    assert_eq!(example.kept_at, story.clock.now());
    let since = story.clock.now();
    assert_eq!(story.desk.store().examples(since, None, 10).await.unwrap().len(), 1, "one row a ticket");
}

async fn a_refusal_that_was_proposed_and_answered_says_only_that_it_was_wrong(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.mode = Mode::Observe).await;
    story.receive(&training_mail("t1")).await;
    let (file, _) = kept(&story).await;
    story.desk.answer(&story.seen(&file), "Bonjour, oui, en mars.", true).await.unwrap();
    let (file, example) = kept(&story).await;
    assert_eq!(said(&example.unwrap()), (None, false, EventKind::Answered));
    // Then somebody says what it is.
    story.desk.correct(&story.seen(&file), "general-culture").await.unwrap();
    let (_, example) = kept(&story).await;
    assert_eq!(said(&example.unwrap()), (Some("general-culture"), false, EventKind::Corrected));
}

async fn a_refusal_that_a_person_confirms_is_agreed_with(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.mode = Mode::Observe).await;
    story.receive(&training_mail("t1")).await;
    let (file, _) = kept(&story).await;
    story.desk.refuse(&story.seen(&file), "Bonjour, non.").await.unwrap();
    let (_, example) = kept(&story).await;
    assert_eq!(said(&example.unwrap()), (Some("refused-training"), true, EventKind::Refused));
}

async fn contesting_is_no_correction_until_a_person_says_so(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::hours(1)).await;
    let refusal = story.smtp.received().remove(0);
    let again = Story::reply_to(&refusal, "maryvonne@ac-limoges.example", "Je parlais du SILL.");
    story.receive(&again).await;
    let (file, example) = kept(&story).await;
    assert!(file.ticket.contested && example.is_none());
    story.desk.answer(&story.seen(&file), "Bonjour, que cherchez-vous ?", false).await.unwrap();
    let (file, example) = kept(&story).await;
    assert!(example.is_none(), "after a refusal, further mail is conversation");
    story.desk.correct(&story.seen(&file), "sill").await.unwrap();
    let (_, example) = kept(&story).await;
    let example = example.unwrap();
    assert_eq!((said(&example).0, example.told.as_str()), (Some("sill"), "refused-training"));
    assert!(
        !example.content.body.contains("Je parlais"),
        "the request as it was read: {}",
        example.content.body
    );
}

async fn taking_a_refusal_back_says_that_it_was_wrong(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::hours(1)).await;
    let (file, _) = kept(&story).await;
    assert_eq!(file.ticket.status, Status::Refused);
    story.desk.rescue(&story.seen(&file)).await.unwrap();
    let (_, example) = kept(&story).await;
    assert_eq!(said(&example.unwrap()), (None, false, EventKind::Rescued));
}

async fn a_request_of_the_offer_that_is_refused_is_kept(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let (file, _) = kept(&story).await;
    story.desk.refuse(&story.seen(&file), "Bonjour, non.").await.unwrap();
    let (_, example) = kept(&story).await;
    assert_eq!(said(&example.unwrap()), (Some("refused-other"), false, EventKind::Refused));
}

async fn what_is_set_aside_is_confirmed_or_taken_back(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SPAM).await;
    let (file, _) = kept(&story).await;
    assert_eq!(file.decision.as_ref().unwrap().action, Action::SetAside);
    story.desk.reopen(&story.seen(&file)).await.unwrap();
    let (file, example) = kept(&story).await;
    assert_eq!(said(&example.unwrap()), (None, false, EventKind::Reopened));
    story.desk.set_aside(&story.seen(&file)).await.unwrap();
    let (file, example) = kept(&story).await;
    assert_eq!(said(&example.unwrap()), (Some("noise"), true, EventKind::SetAside));
    story.desk.close(&story.seen(&file)).await.unwrap();
    let (_, example) = kept(&story).await;
    let example = example.unwrap();
    assert_eq!(said(&example), (Some("noise"), true, EventKind::Closed));
    assert!(example.content.body.contains('✉') && !example.content.body.contains("seo.example"));
}

async fn what_says_nothing_of_the_category_keeps_nothing(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    for step in ["note", "assign", "close", "reopen", "set aside", "reopen"] {
        let file = story.ticket().await;
        let seen = story.seen(&file);
        match step {
            "note" => story.desk.note(&seen, "Voir avec Paul.").await.unwrap(),
            "assign" => story.desk.assign(&seen, Some(&story.camille.id)).await.unwrap(),
            "close" => story.desk.close(&seen).await.unwrap(),
            "set aside" => story.desk.set_aside(&seen).await.unwrap(),
            _ => story.desk.reopen(&seen).await.unwrap(),
        }
        let (_, example) = kept(&story).await;
        // Setting aside says that nothing is asked; reopening takes that back.
        assert_eq!(example.is_some(), step == "set aside", "{step}");
    }
}

async fn an_act_that_fails_teaches_nothing(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let (file, _) = kept(&story).await;
    let seen = story.seen(&file);
    assert!(matches!(story.desk.answer(&seen, "  ", true).await, Err(DeskError::Refused(_))));
    story.desk.note(&seen, "Un mot.").await.unwrap();
    assert!(matches!(story.desk.correct(&seen, "purchasing").await, Err(DeskError::Conflict { .. })));
    let (_, example) = kept(&story).await;
    assert!(example.is_none());
}

async fn a_request_that_was_not_recognised_is_taught_once_it_has_a_category(database: Database) {
    let story = Story::begin(database).await;
    story.receive("From: Zed <zed@x.example>\nTo: contact@code.gouv.fr\nSubject: \nMessage-ID: <z@x.example>\n\nPlork vrzal quxe.\n").await;
    let (file, _) = kept(&story).await;
    assert!(!file.decision.as_ref().unwrap().reason.recognised());
    story.desk.answer(&story.seen(&file), "Bonjour, que cherchez-vous ?", false).await.unwrap();
    let (file, example) = kept(&story).await;
    assert!(example.is_none(), "its category stands for nothing, and nobody has confirmed it");
    story.desk.correct(&story.seen(&file), "strategy").await.unwrap();
    let (_, example) = kept(&story).await;
    assert_eq!(said(&example.unwrap()), (Some("strategy"), false, EventKind::Corrected));
}

async fn handing_over_confirms_a_topic_of_the_offer_alone(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.mode = Mode::Observe).await;
    for (mail, confirmed) in [(SILL_MAIL.to_owned(), Some("sill")), (training_mail("t1"), None)] {
        story.receive(&mail).await;
        let reference = story.view(View::All).await.remove(0).ticket.reference;
        let file = story.desk.store().ticket_file(&reference).await.unwrap().unwrap();
        story
            .desk
            .hand_over(&story.seen(&file), "achats@ministere.example", "le bureau des achats")
            .await
            .unwrap();
        let example = story.desk.store().example(&file.ticket.id).await.unwrap();
        let said = example.as_ref().map(|example| (example.category.as_deref(), example.agreed));
        assert_eq!(said, confirmed.map(|category| (Some(category), true)));
    }
}

async fn a_held_refusal_that_a_person_lets_go_is_agreed_with(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.desk.stop_automatic(true, &story.camille.id).await.unwrap();
    story.pass(Duration::hours(1)).await;
    let (file, example) = kept(&story).await;
    assert!(example.is_none(), "the kill switch is not about this request");
    story.desk.send_anyway(&story.seen(&file), &file.outbox[0].id).await.unwrap();
    let (_, example) = kept(&story).await;
    assert_eq!(said(&example.unwrap()), (Some("refused-training"), true, EventKind::Promised));
}
