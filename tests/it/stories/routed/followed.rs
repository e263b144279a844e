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
    what_was_answered_is_read_and_closed,
    it_closes_by_itself_where_the_settings_say_so,
    anybody_elses_word_answers_nothing,
    any_other_copy_waits_for_a_person,
);

const PAUL: &str = "paul@culture.gouv.fr";

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

/// A followed request, and what somebody answers to everybody.
async fn followed_and_answered(story: &Story, from: &str) {
    know_culture(story).await;
    let asked = mail(JEANNE, &format!("To: {AMDAC}\nCc: {PAUL}, {CONTACT}\n"), "Licence d'un outil", PUBLISH);
    story.receive(&asked).await;
    let id = asked.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap();
    let answer = format!(
        "From: <{from}>\nTo: <{JEANNE}>\nCc: {CONTACT}\nSubject: Re: Licence\nMessage-ID: <r@culture.gouv.fr>\n\
         In-Reply-To: {id}\n\nOui, notre bureau retient la licence EUPL.\n"
    );
    story.receive_from(from, &answer).await;
}

async fn it_closes_by_itself_where_the_settings_say_so(database: Database) {
    let story = Story::begin_with(database, |config| config.hand_over.close_after_glance = false).await;
    followed_and_answered(&story, AMDAC).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
}

async fn anybody_elses_word_answers_nothing(database: Database) {
    let story = Story::begin(database).await;
    followed_and_answered(&story, PAUL).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Follow);
    days_pass(&story, 30).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
}

async fn what_was_answered_is_read_and_closed(database: Database) {
    let story = Story::begin(database).await;
    followed_and_answered(&story, AMDAC).await;
    days_pass(&story, 30).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::HandedOver, 2));
    assert_eq!((story.view(View::ToRead).await.len(), story.view(View::Followed).await.len()), (1, 0));
    story.desk.close(&story.seen(&file)).await.unwrap();
    assert!(story.view(View::ToRead).await.is_empty());
    assert!(story.smtp.received().is_empty(), "nothing automatic leaves");
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
