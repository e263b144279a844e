//! The message that a ticket's decision is about is the one that opened it, for everybody who judges it: even where an
//! older one was filed later.

use chrono::Duration;
use guichet::desk::Mode;
use guichet::message::{Door, Envelope};
use guichet::store::new_id;

use super::texts::{SILL_MAIL, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::rules::Trial;
use crate::support::story::{CONTACT, Story};

on_both!(everybody_judges_the_message_that_opened_the_ticket);

async fn everybody_judges_the_message_that_opened_the_ticket(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin_with(database, |config| config.automatic.mode = Mode::Observe).await;
    // Received first, and in the hands of a process that dies; meanwhile the mail that it completes is filed.
    let older = training_mail("older")
        .replace("maryvonne@ac-limoges.example", "ingrid@fjordarkiv.example")
        .replace("MIME-Version", "In-Reply-To: <sill-1@fjordarkiv.example>\nMIME-Version");
    let envelope = Envelope {
        from: Some("ingrid@fjordarkiv.example".to_owned()),
        to: vec![CONTACT.to_owned()],
        ..Envelope::default()
    };
    let raw = older.replace('\n', "\r\n").into_bytes();
    story.desk.accept(Door::Pipe, &format!("pipe:{}", new_id()), envelope, raw).await.unwrap();
    let now = story.clock.now();
    assert!(story.desk.store().arrival_lease(now, now + Duration::minutes(2)).await.unwrap().is_some());
    story.clock.advance(Duration::minutes(1));
    story.receive(SILL_MAIL).await;
    story.pass(Duration::minutes(3)).await;

    let file = story.ticket().await;
    assert_eq!(file.messages.len(), 2);
    assert!(
        file.messages[0].received_at < file.ticket.opened_at,
        "the older one is filed under its own date"
    );
    assert!(file.opening().unwrap().message.body.contains("dans le SILL"));
    assert_eq!(file.decision.as_ref().unwrap().category, "sill");

    // Kept to learn from.
    story.desk.correct(&story.seen(&file), "purchasing").await.unwrap();
    let example = story.desk.store().example(&file.ticket.id).await.unwrap().unwrap();
    assert!(example.content.body.contains("dans le SILL"), "{}", example.content.body);
    // Explained and replayed: the same rules say the same.
    assert_eq!(trial.guichet(&["explain", &file.ticket.reference]).0, Some(0));
    let same = trial.rules("same", &guichet::triage::RuleFiles::embedded());
    let (code, told) = trial.json(&["backtest", "--rules", &same]);
    assert_eq!((code, &told["sources"][0]["replayed"]), (Some(0), &serde_json::json!(1)));
    assert_eq!(told["changes"], serde_json::json!([]));
    // Handed over: that one goes along.
    let file = story.ticket().await;
    story.desk.hand_over(&story.seen(&file), "achats@example.org", "le service achats").await.unwrap();
    story.settle().await;
    let mails = story.smtp.received();
    let sent = mails.iter().find(|mail| Story::header(mail, "To").contains("achats@example.org")).unwrap();
    assert!(Story::read_mail(sent).contains("dans le SILL"), "{}", Story::read_mail(sent));
}
