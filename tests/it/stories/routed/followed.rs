//! Mail that was put to a known AMDAC with the service in copy is followed silently, and comes back where nobody answers.

use chrono::Duration;
use guichet::store::View;
use guichet::ticket::{EventKind, Status};
use guichet::upkeep;

use super::{AMDAC, COORDINATOR, JEANNE, PUBLISH, know_culture, mail};
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    what_a_known_amdac_is_asked_is_followed_and_comes_back,
    what_was_answered_stays,
    any_other_copy_waits_for_a_person,
);

fn copied(to: &str) -> String {
    mail(JEANNE, &format!("To: {to}\nCc: {CONTACT}\n"), "Licence d'un outil", PUBLISH)
}

async fn days_pass(story: &Story, days: i64) {
    story.pass(Duration::days(days)).await;
    upkeep::tidy(&story.desk).await.unwrap();
    story.settle().await;
}

async fn what_a_known_amdac_is_asked_is_followed_and_comes_back(database: Database) {
    let story = Story::begin(database).await;
    know_culture(&story).await;
    story.receive(&copied(AMDAC)).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Follow);
    assert!(story.view(View::Todo).await.is_empty() && story.smtp.received().is_empty());
    days_pass(&story, 9).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Follow);
    days_pass(&story, 2).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open);
    let back = file.events.iter().find(|event| event.kind == EventKind::Reopened).unwrap();
    assert!(back.detail.contains("suivie depuis 11 jours"), "{}", back.detail);
    assert!(story.smtp.received().is_empty(), "nothing automatic leaves");
}

async fn what_was_answered_stays(database: Database) {
    let story = Story::begin(database).await;
    know_culture(&story).await;
    let asked = copied(AMDAC);
    story.receive(&asked).await;
    let id = asked.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap();
    let answer = format!(
        "From: <{AMDAC}>\nTo: <{JEANNE}>\nCc: {CONTACT}\nSubject: Re: Licence\nMessage-ID: <r@culture.gouv.fr>\n\
         In-Reply-To: {id}\n\nLa licence EUPL convient.\n"
    );
    story.receive_from(AMDAC, &answer).await;
    days_pass(&story, 30).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Follow, 2));
}

async fn any_other_copy_waits_for_a_person(database: Database) {
    let story = Story::begin(database).await;
    know_culture(&story).await;
    for to in ["autre@org.example", COORDINATOR] {
        story.receive(&copied(to)).await;
    }
    let rows = story.view(View::Todo).await;
    assert_eq!(rows.len(), 2);
    assert!(story.smtp.received().is_empty());
    let file = story.desk.store().ticket_file(&rows[0].ticket.reference).await.unwrap().unwrap();
    assert!(file.events.iter().any(|event| event.detail.ends_with("only-cc")));
}
