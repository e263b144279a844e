//! What the page on personal data promises of the examples kept: they end, and whoever objects has none.

use chrono::Duration;
use guichet::ticket::EventKind;

use super::texts::SILL_MAIL;
use crate::support::database::{Database, on_both};
use crate::support::rules::Trial;
use crate::support::story::Story;

on_both!(
    an_example_ends_when_the_page_says,
    whoever_objects_has_no_example_and_none_is_kept_again,
    an_objection_needs_a_ticket,
);

async fn an_example_ends_when_the_page_says(database: Database) {
    let story = Story::begin_with(database, |config| config.examples.keep_months = 7).await;
    for (page, told) in [
        ("/donnees-personnelles", "7 mois au plus tard"),
        ("/donnees-personnelles", "gardé comme exemple"),
        ("/donnees-personnelles", "vous y opposer à tout moment"),
        ("/en/personal-data", "7 months at the latest"),
        ("/en/personal-data", "kept as an example"),
        ("/en/personal-data", "object at any time"),
    ] {
        assert!(story.page(page).await.contains(told), "{page} does not tell: {told}");
    }
    story.receive(SILL_MAIL).await;
    let file = story.ticket().await;
    story.desk.correct(&story.seen(&file), "purchasing").await.unwrap();
    story.pass(Duration::days(200)).await;
    guichet::upkeep::tidy(&story.desk).await.unwrap();
    assert!(story.desk.store().example(&file.ticket.id).await.unwrap().is_some());
    story.pass(Duration::days(20)).await;
    guichet::upkeep::tidy(&story.desk).await.unwrap();
    assert!(story.desk.store().example(&file.ticket.id).await.unwrap().is_none());
    // The request itself is another matter, and so is what a person said of it.
    assert_eq!(story.ticket().await.ticket.category, "purchasing");
}

async fn whoever_objects_has_no_example_and_none_is_kept_again(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let file = story.ticket().await;
    story.desk.correct(&story.seen(&file), "purchasing").await.unwrap();
    let (_, line) = trial.guichet(&["rules", "examples"]);
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    let before = story.seen(&story.ticket().await);
    let reference = file.ticket.reference.to_lowercase();
    let (code, said) = trial.guichet(&["rules", "forget", &reference]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(line["id"].as_str().unwrap()), "the line to take out of files is named: {said}");
    assert!(story.desk.store().example(&file.ticket.id).await.unwrap().is_none());
    let told = story.ticket().await;
    assert!(told.events.iter().any(|event| event.kind == EventKind::ExampleErased), "{:?}", told.events);
    // An act that was under way meanwhile does not bring it back, and no later one does.
    assert!(story.desk.correct(&before, "sill").await.is_err());
    story.desk.correct(&story.seen(&told), "sill").await.unwrap();
    assert!(story.desk.store().example(&file.ticket.id).await.unwrap().is_none());
    assert_eq!(story.ticket().await.ticket.category, "sill", "the act itself is done");
    assert_eq!(trial.guichet(&["rules", "examples"]), (Some(0), String::new()));
}

async fn an_objection_needs_a_ticket(database: Database) {
    let trial = Trial::new(&database.settings);
    let _story = Story::begin(database).await;
    assert_eq!(trial.guichet(&["rules", "forget", "demande 12"]).0, Some(64));
    assert_eq!(trial.guichet(&["rules", "forget", "00000000"]).0, Some(66));
}
