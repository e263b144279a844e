//! How far the service may act alone.

use std::sync::Arc;

use chrono::Duration;
use guichet::desk::Mode;
use guichet::ticket::{MailKind, OutboxState, Status};
use guichet::triage::{RuleFiles, Triage};

use super::texts::{SILL_MAIL, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    in_observe_only_the_receipt_leaves,
    the_kill_switch_holds_what_waits,
    a_person_may_refuse,
    an_answer_leaves_alone_where_policy_says_so
);

async fn in_observe_only_the_receipt_leaves(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.mode = Mode::Observe).await;
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::hours(1)).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open);
    let mails = story.smtp.received();
    assert_eq!(mails.len(), 1);
    let receipt = Story::read_mail(&mails[0]);
    assert!(receipt.contains(&file.ticket.reference) && !receipt.contains("formation"), "{receipt}");
    assert!(
        file.draft.is_some_and(|draft| draft.reply == "refusal-training"),
        "what would have left is shown"
    );
    assert!(file.events.iter().any(|event| event.detail.contains("refusal-training")));
}

async fn the_kill_switch_holds_what_waits(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.desk.stop_automatic(true, &story.camille.id).await.unwrap();
    story.pass(Duration::hours(1)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[0].state), (Status::Open, OutboxState::Held));
    assert_eq!(file.outbox[1].kind, MailKind::Receipt, "the receipt leaves in its place");
    assert_eq!(story.smtp.received().len(), 1);
    // While it is thrown, a new request gets its receipt and nothing else.
    story.receive(&training_mail("t2").replace("quinzaine", "vingtaine")).await;
    story.pass(Duration::hours(1)).await;
    assert_eq!(story.smtp.received().len(), 2);
    story.desk.stop_automatic(false, &story.camille.id).await.unwrap();
    story.pass(Duration::hours(1)).await;
    assert_eq!(story.smtp.received().len(), 2, "what was held waits for a person");
}

async fn a_person_may_refuse(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.mode = Mode::Observe).await;
    story.receive(&training_mail("t1")).await;
    let file = story.ticket().await;
    let text = story.desk.draft(&file.ticket.reference, "refusal-training").await.unwrap().unwrap();
    story.desk.refuse(&story.seen(&file), &text).await.unwrap();
    story.settle().await;
    let mails = story.smtp.wait_for(2).await;
    assert!(!mails[1].text().contains("Auto-Submitted"));
    assert_eq!(story.ticket().await.ticket.status, Status::Refused);
}

async fn an_answer_leaves_alone_where_policy_says_so(database: Database) {
    let mut files = RuleFiles::embedded();
    let policy = files.texts.get_mut("policy.toml").unwrap();
    *policy = policy.replace("alone = []", "alone = [\"sill-list-solution\"]");
    let triage = Arc::new(Triage::load(&files).unwrap());
    let story = Story::begin_ruled(database, triage, |_| {}).await;
    story.receive(SILL_MAIL).await;
    story.pass(Duration::hours(1)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox[0].kind), (Status::Answered, MailKind::AutoAnswer));
    let mails = story.smtp.received();
    assert_eq!(mails.len(), 1, "one mail: the answer holds the receipt");
    let read = Story::read_mail(&mails[0]);
    assert_eq!(read.matches(&format!("{}\n", file.ticket.reference)).count(), 1, "{read}");
    assert!(mails[0].text().contains("Auto-Submitted: auto-replied"));
}
