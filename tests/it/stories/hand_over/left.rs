//! What is learnt of whoever answers for requests counts for the next one, and for what they have already.

use chrono::Duration;
use guichet::desk::SeenEntry;
use guichet::store::{TicketFile, View};
use guichet::ticket::{HandOverState, Status};
use guichet::triage::Period;
use guichet::upkeep;

use super::super::routed::{COORDINATOR, ORDER, know_culture, reached, to_us};
use super::super::texts::report;
use super::{answer, last, page, page_path};
use crate::support::database::{Database, on_both};
use crate::support::smtp::Received;
use crate::support::story::{CONTACT, Story};

on_both!(
    the_next_request_does_not_go_to_somebody_absent,
    nor_to_an_address_that_came_back,
    after_an_absence_it_does_again,
    an_absence_on_the_page_brings_back_what_they_have,
    no_longer_them_brings_back_what_was_gathered,
    erased_nothing_names_them_and_all_is_back,
);

/// `count` requests that the program hands over; the mail that reached the coordinator first.
async fn handed(story: &Story, count: usize) -> Received {
    know_culture(story).await;
    for n in 0..count {
        ask(story, n).await;
    }
    reached(story, COORDINATOR).remove(0)
}

async fn ask(story: &Story, n: usize) {
    story.receive(&to_us(&format!("j{n}@culture.gouv.fr"), "Bon de commande", ORDER)).await;
    story.settle().await;
}

async fn seen(story: &Story) -> SeenEntry {
    let (_, entries) = story.desk.store().directory_entries().await.unwrap();
    let kept = entries.into_iter().find(|kept| kept.entry.email == COORDINATOR).unwrap();
    SeenEntry { id: kept.entry.id, version: kept.version }
}

async fn days_pass(story: &Story, days: i64) {
    story.clock.advance(Duration::days(days));
    upkeep::tidy(&story.desk).await.unwrap();
    story.settle().await;
}

async fn files(story: &Story) -> Vec<TicketFile> {
    let mut files = Vec::new();
    for row in story.view(View::All).await {
        files.push(story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap());
    }
    files
}

/// The request that came last was not handed over, and says why.
async fn waits_for_a_person(story: &Story, because: &str) {
    assert_eq!(reached(story, COORDINATOR).len(), 1);
    let newest = files(story).await.into_iter().find(|file| file.hand_overs.is_empty()).unwrap();
    assert_eq!(newest.ticket.status, Status::Open);
    assert!(newest.events.iter().any(|event| event.detail.contains(because)), "{:?}", newest.events);
}

async fn absent(story: &Story, mail: &Received) {
    let absence = answer(mail, COORDINATOR, CONTACT, super::returned::ABSENT);
    story.receive_from("", &absence.replacen("Subject:", "Auto-Submitted: auto-replied\nSubject:", 1)).await;
}

async fn the_next_request_does_not_go_to_somebody_absent(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed(&story, 1).await;
    absent(&story, &mail).await;
    ask(&story, 1).await;
    waits_for_a_person(&story, "est absent, d’après sa réponse automatique").await;
}

async fn nor_to_an_address_that_came_back(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed(&story, 1).await;
    let id = Story::header(&mail, "Message-ID");
    story.receive_from("", &report(COORDINATOR, "failed", "5.1.1", "550 5.1.1 User unknown", &id)).await;
    ask(&story, 1).await;
    waits_for_a_person(&story, "les courriels à la personne que nomme l’annuaire reviennent").await;
}

async fn after_an_absence_it_does_again(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed(&story, 1).await;
    absent(&story, &mail).await;
    story.clock.advance(Duration::days(15));
    ask(&story, 1).await;
    assert_eq!(reached(&story, COORDINATOR).len(), 2);
}

async fn an_absence_on_the_page_brings_back_what_they_have(database: Database) {
    let story = Story::begin(database).await;
    handed(&story, 1).await;
    let today = story.clock.today();
    let absence = Period { from: Some(today), until: Some(today + Duration::days(60)) };
    story.desk.directory_absence(&seen(&story).await, Some(absence), &story.camille.id).await.unwrap();
    days_pass(&story, 4).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Returned));
    assert_eq!(reached(&story, COORDINATOR).len(), 1, "no reminder");
}

async fn no_longer_them_brings_back_what_was_gathered(database: Database) {
    let story = Story::begin_with(database, |config| config.hand_over.digest_above = 1).await;
    let mail = handed(&story, 3).await;
    page::press(&story, &page_path(&story, &mail), &[("choix", "plus-moi")]).await;
    story.clock.advance(Duration::hours(4));
    days_pass(&story, 0).await;
    assert_eq!(reached(&story, COORDINATOR).len(), 1);
    assert!(files(&story).await.iter().all(|file| file.ticket.status == Status::Open));
}

async fn erased_nothing_names_them_and_all_is_back(database: Database) {
    let story = Story::begin(database).await;
    handed(&story, 1).await;
    story.desk.directory_erase(&seen(&story).await, &story.camille.id).await.unwrap();
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Declined));
    assert_eq!((last(&file).email.as_str(), last(&file).name.as_str()), ("adresse effacée", ""));
    days_pass(&story, 4).await;
    assert_eq!(reached(&story, COORDINATOR).len(), 1, "no reminder");
}
