//! What a person of the team was told and types in: understood as all others, answered by nobody but a person.

use chrono::Duration;
use guichet::desk::Forward;
use guichet::message::{Channel, Door, Form, Heard, Means};
use guichet::ticket::{Actor, EventKind, Status};

use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    a_call_becomes_a_request,
    a_persons_category_stands,
    a_page_sent_twice_opens_one_request,
    a_call_is_forwarded_with_its_words,
);

fn call(story: &Story, category: &str) -> Form {
    Form {
        name: "Jeanne Le Bris".to_owned(),
        email: "jeanne@ville.example".to_owned(),
        category: category.to_owned(),
        subject: "Formation".to_owned(),
        body: "Elle demande si nous formons des agents à Git, pour trente personnes, au printemps."
            .to_owned(),
        heard: Some(Heard { by: story.camille.id.clone(), means: Means::Telephone }),
        ..Form::default()
    }
}

async fn a_call_becomes_a_request(database: Database) {
    let story = Story::begin(database).await;
    let form = call(&story, "");
    let suggested = story.desk.suggest(&form).await.unwrap();
    let ticket = story.desk.open_by_hand(&form, "n1", &story.camille.id).await.unwrap().unwrap();
    assert_eq!((ticket.status, ticket.channel), (Status::Open, Channel::Hand));
    assert_eq!(ticket.category, suggested.category, "one path, one answer");
    story.pass(Duration::days(1)).await;
    assert!(story.smtp.received().is_empty(), "no machine answers what was said to a person");
    let file = story.ticket().await;
    let opened = &file.events[0];
    assert_eq!((opened.kind, opened.detail.as_str()), (EventKind::Opened, Door::Hand.code()));
    assert_eq!(opened.actor, Actor::Person(story.camille.id.clone()));
    assert!(file.events.iter().any(|event| event.detail.contains("Téléphone")));
    story.balance().await;
    // A person answers it like any other.
    story.desk.answer(&story.seen(&file), "Bonjour.", true).await.unwrap();
    story.pass(Duration::minutes(11)).await;
    assert_eq!(story.smtp.wait_for(1).await[0].to, ["jeanne@ville.example"]);
}

async fn a_persons_category_stands(database: Database) {
    let story = Story::begin(database).await;
    let form = call(&story, "strategy");
    let ticket = story.desk.open_by_hand(&form, "n1", &story.camille.id).await.unwrap().unwrap();
    assert_eq!(ticket.category, "strategy");
}

async fn a_page_sent_twice_opens_one_request(database: Database) {
    let story = Story::begin(database).await;
    let form = call(&story, "");
    let first = story.desk.open_by_hand(&form, "n1", &story.camille.id).await.unwrap().unwrap();
    let again = story.desk.open_by_hand(&form, "n1", &story.camille.id).await.unwrap().unwrap();
    assert_eq!(first.reference, again.reference);
    story.settle().await;
    assert_eq!(story.ticket().await.ticket.reference, first.reference);
    story.balance().await;
}

async fn a_call_is_forwarded_with_its_words(database: Database) {
    let story = Story::begin(database).await;
    story.desk.open_by_hand(&call(&story, ""), "n1", &story.camille.id).await.unwrap().unwrap();
    let forward = Forward {
        to: "expert@inria.example".to_owned(),
        note: "Votre avis ?".to_owned(),
        message_id: String::new(),
    };
    story.desk.forward(&story.seen(&story.ticket().await), &forward).await.unwrap();
    story.settle().await;
    let mail = story.smtp.wait_for(1).await.remove(0);
    assert_eq!(mail.to, ["expert@inria.example"]);
    assert!(Story::read_mail(&mail).contains("formons des agents"));
}
