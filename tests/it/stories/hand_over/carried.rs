//! The mail that hands a request over, and whom a plain "Reply" reaches.

use guichet::mail::parse::{self, Own};
use guichet::message::Envelope;
use guichet::ticket::{Actor, HandOverState, MailKind};
use guichet::triage::directory::Role;

use super::super::texts::SILL_MAIL;
use super::{COORDINATOR, INGRID, handed, handed_request};
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    a_plain_reply_reaches_the_requester_and_the_service,
    with_a_key_the_copy_finds_its_request,
    nothing_reaches_whom_the_border_calls_forged,
    nobody_learns_whom_a_mail_was_copied_to_unseen,
    a_form_goes_with_its_text,
);

async fn a_plain_reply_reaches_the_requester_and_the_service(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let reply_to = Story::header(&mail, "Reply-To");
    assert_eq!(reply_to, format!("{INGRID}, \"Mission logiciels libres\" <contact@code.gouv.fr>"));
    assert_eq!(Story::header(&mail, "To"), COORDINATOR);
    assert!(mail.text().contains("message/rfc822") && !mail.text().contains("Auto-Submitted"));
    let file = story.ticket().await;
    let asked = file.messages[0].message.message_id.clone().unwrap();
    assert_eq!(Story::header(&mail, "References"), format!("<{asked}>"), "it stands beside the request");
    assert_eq!(Story::header(&mail, "In-Reply-To"), "");
    assert!(Story::read_mail(&mail).contains("la personne qui a écrit reçoit votre réponse"));

    let [handed] = &file.hand_overs[..] else { panic!("one hand-over") };
    assert_eq!((handed.state, handed.role), (HandOverState::Waiting, Role::Coordinator));
    assert_eq!((handed.email.as_str(), handed.name.as_str()), (COORDINATOR, "la coordination des marchés"));
    assert_eq!(handed.by, Actor::Person(story.camille.id.clone()));
    let entry = file.outbox.iter().find(|entry| entry.kind == MailKind::HandOver).unwrap();
    assert_eq!(handed.outbox_id.as_ref(), Some(&entry.id));
    assert!(handed.remind_at.unwrap() > story.clock.now());
}

async fn with_a_key_the_copy_finds_its_request(database: Database) {
    let story = Story::begin_with(database, |config| config.service.plus_addressing = true).await;
    let mail = handed_request(&story).await;
    let reply_to = Story::header(&mail, "Reply-To");
    assert!(reply_to.starts_with(INGRID) && reply_to.contains("<contact+r-"), "{reply_to}");
}

async fn nothing_reaches_whom_the_border_calls_forged(database: Database) {
    let story =
        Story::begin_with(database, |config| config.mail.authserv_id = Some("mx.gouv.example".to_owned()))
            .await;
    let forged = format!(
        "Authentication-Results: mx.gouv.example; dmarc=fail header.from=fjordarkiv.example\n{SILL_MAIL}"
    );
    story.receive(&forged).await;
    let mail = handed(&story).await;
    assert_eq!(Story::header(&mail, "Reply-To"), "");
    assert!(Story::read_mail(&mail).contains("seule notre équipe reçoit votre réponse"));
}

async fn nobody_learns_whom_a_mail_was_copied_to_unseen(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&SILL_MAIL.replacen("Subject:", "Bcc: source@presse.example\nSubject:", 1)).await;
    let mail = handed(&story).await;
    assert!(!mail.text().contains("source@presse.example"));
    assert!(mail.text().contains("message/rfc822"));
}

async fn a_form_goes_with_its_text(database: Database) {
    let story = Story::begin(database).await;
    story.fill_in("/", INGRID, "Le SILL", "Comment référencer notre solution libre dans le SILL ?").await;
    story.settle().await;
    let mail = handed(&story).await;
    assert!(Story::header(&mail, "Reply-To").starts_with(INGRID));
    assert!(Story::read_mail(&mail).contains("non vérifiée"), "the form proves no address");
    let read = parse::read(&mail.data, &Envelope::default(), &Own::default()).message;
    assert!(read.body.contains("Comment référencer notre solution libre"), "{}", read.body);
}
