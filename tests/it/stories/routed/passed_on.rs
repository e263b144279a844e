//! A refused technical question is not the end: a departmental service asks about QGIS, the refusal says what the support
//! contract covers, and the coordinator is told when its requester wishes so.

use chrono::Duration;
use guichet::store::{TicketFile, View};
use guichet::ticket::{Actor, EventKind, MailKind, Status};
use guichet::triage::Contract;

use super::{know, reached, to_us};
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    a_ddt_has_its_question_passed_on_by_the_link,
    a_ddt_has_its_question_passed_on_by_answering,
    an_answer_is_a_letter_all_the_same,
    a_wish_that_is_not_plain_is_shown_to_the_team,
    a_forged_wish_passes_nothing_on,
    without_a_coordinator_the_team_has_it_again,
    whom_the_contract_leaves_out_is_offered_nothing,
    a_signature_from_anywhere_reaches_the_team_alone,
    the_offer_ends_after_sixty_days,
);

const WRITER: &str = "yann@ille-et-vilaine.gouv.fr";
const COORDINATOR: &str = "coord@interieur.gouv.fr";
const QGIS: &str = "Bonjour,\n\nQGIS 3.34 plante au démarrage depuis la mise à jour de ce matin, avec un message d'erreur. \
    Pouvez-vous nous aider à réparer ?\n\nCordialement,\nYann\nDDTM d'Ille-et-Vilaine\n";

/// The refusal as it reached the writer.
async fn refused(story: &Story, from: &str, body: &str) -> String {
    story.receive(&to_us(from, "QGIS plante au démarrage", body)).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Refused);
    story.pass(Duration::minutes(16)).await;
    let [refusal] = &reached(story, from)[..] else { panic!("one refusal") };
    Story::read_mail(refusal)
}

/// The page that the refusal links to.
fn offered(story: &Story, refusal: &str) -> String {
    let start = refusal.find(&format!("{}/transmettre/", story.base)).expect("the refusal offers it");
    let end = refusal[start..].find([')', '>', '\n', ' ']).unwrap() + start;
    refusal[start + story.base.len()..end].to_owned()
}

async fn press(story: &Story, page: &str) -> String {
    let client = reqwest::Client::new();
    client.post(format!("{}{page}", story.base)).send().await.unwrap().text().await.unwrap()
}

fn is_handed_over(file: &TicketFile) {
    assert_eq!(file.ticket.status, Status::HandedOver);
    let [handed] = &file.hand_overs[..] else { panic!("one hand-over") };
    assert_eq!((handed.email.as_str(), handed.contract), (COORDINATOR, Some(Contract::Support)));
    assert_eq!(handed.by, Actor::Requester);
}

async fn a_ddt_has_its_question_passed_on_by_the_link(database: Database) {
    let story = Story::begin(database).await;
    know(&story, &[("interieur", "coordinator", "", COORDINATOR)]).await;
    let refusal = refused(&story, WRITER, QGIS).await;
    assert!(refusal.contains("QGIS") && refusal.contains("9 avril 2025"), "{refusal}");
    let page = offered(&story, &refusal);

    let shown = story.page(&page).await;
    assert!(shown.contains("Transmettre ma demande") && shown.contains("QGIS"), "{shown}");
    assert!(!shown.contains("plante") && !shown.contains(COORDINATOR));
    assert_eq!(story.ticket().await.ticket.status, Status::Refused, "looking changes nothing");
    let forged = format!("{}{}", story.base, page.replace("transmettre/", "transmettre/X"));
    assert_eq!(reqwest::get(forged).await.unwrap().status(), 404);

    let done = press(&story, &page).await;
    assert!(done.contains("est transmise à la personne qui coordonne"), "{done}");
    press(&story, &page).await;
    story.settle().await;
    is_handed_over(&story.ticket().await);
    assert_eq!(reached(&story, COORDINATOR).len(), 1, "a second press does no more");
    assert!(story.page(&page).await.contains("est transmise"));
    story.balance().await;
}

async fn a_ddt_has_its_question_passed_on_by_answering(database: Database) {
    let story = Story::begin(database).await;
    know(&story, &[("interieur", "coordinator", "", COORDINATOR)]).await;
    refused(&story, WRITER, QGIS).await;
    let refusal = reached(&story, WRITER).remove(0);
    let answer = "Transmettre\n\nLe 26 novembre 2026, la mission a écrit :\n> Bonjour,\n> transmettre\n";
    story.receive(&Story::reply_to(&refusal, WRITER, answer)).await;
    let file = story.ticket().await;
    is_handed_over(&file);
    assert!(!file.ticket.contested);
    assert_eq!(reached(&story, COORDINATOR).len(), 1);
    let notices = file.outbox.iter().filter(|entry| entry.kind == MailKind::HandOverNotice);
    assert_eq!(notices.count(), 1, "whoever wrote is told");
    assert!(reached(&story, COORDINATOR)[0].text().contains("plante"), "the question itself goes");
}

async fn an_answer_is_a_letter_all_the_same(database: Database) {
    let story = Story::begin(database).await;
    know(&story, &[("interieur", "coordinator", "", COORDINATOR)]).await;
    refused(&story, WRITER, QGIS).await;
    let answer = "Bonjour,\n\nOui, merci de transmettre ma question à mon coordinateur.\n\nCordialement,\nYann Le Bihan\nDDTM \
                  d'Ille-et-Vilaine\n02 99 00 00 00";
    story.receive(&Story::reply_to(&reached(&story, WRITER)[0], WRITER, answer)).await;
    is_handed_over(&story.ticket().await);
}

async fn a_wish_that_is_not_plain_is_shown_to_the_team(database: Database) {
    let story = Story::begin(database).await;
    know(&story, &[("interieur", "coordinator", "", COORDINATOR)]).await;
    refused(&story, WRITER, QGIS).await;
    let answer =
        "Bonjour,\n\nOui, transmettez, et précisez que la panne bloque tout le service depuis lundi.\n\nYann";
    story.receive(&Story::reply_to(&reached(&story, WRITER)[0], WRITER, answer)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.hand_overs.len()), (Status::Open, 0), "a person decides");
    let wish =
        file.events.iter().find(|event| event.kind == EventKind::Contested).expect("and a person sees it");
    assert!(wish.detail.contains("transmise à la coordination"), "{}", wish.detail);
}

async fn a_forged_wish_passes_nothing_on(database: Database) {
    let story =
        Story::begin_with(database, |config| config.mail.authserv_id = Some("mx.gouv.example".to_owned()))
            .await;
    know(&story, &[("interieur", "coordinator", "", COORDINATOR)]).await;
    refused(&story, WRITER, QGIS).await;
    let wish = Story::reply_to(&reached(&story, WRITER)[0], WRITER, "Transmettre");
    let verdict = "Authentication-Results: mx.gouv.example; dmarc=fail header.from=x\nSubject:";
    story.receive(&wish.replacen("Subject:", verdict, 1)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.hand_overs.len()), (Status::Open, 0), "a person looks");
    assert!(reached(&story, COORDINATOR).is_empty());
}

async fn without_a_coordinator_the_team_has_it_again(database: Database) {
    let story = Story::begin(database).await;
    let refusal = refused(&story, WRITER, QGIS).await;
    let page = offered(&story, &refusal);
    let done = press(&story, &page).await;
    assert!(done.contains("revenue à notre équipe"), "{done}");
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.hand_overs.len()), (Status::Open, 0));
    let wish = file.events.iter().find(|event| event.kind == EventKind::Reopened).unwrap();
    assert!(wish.actor == Actor::Requester && wish.detail.contains("coordination"), "{}", wish.detail);
    assert_eq!(story.view(View::Todo).await.len(), 1);
    // Anything else that is answered is for a person, as ever.
    story.receive(&Story::reply_to(&reached(&story, WRITER)[0], WRITER, "Je ne suis pas d'accord.")).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
}

async fn whom_the_contract_leaves_out_is_offered_nothing(database: Database) {
    let story = Story::begin(database).await;
    let town = QGIS.replace("DDTM d'Ille-et-Vilaine", "Mairie de Saint-Malo");
    let refusal = refused(&story, "yann@saint-malo.fr", &town).await;
    assert!(
        !refusal.contains("/transmettre/") && refusal.contains("si votre organisme y a accès"),
        "{refusal}"
    );
    // An answer is a contest, whatever it says.
    story
        .receive(&Story::reply_to(&reached(&story, "yann@saint-malo.fr")[0], "yann@saint-malo.fr", "oui"))
        .await;
    assert!(story.ticket().await.ticket.contested);
}

async fn a_signature_from_anywhere_reaches_the_team_alone(database: Database) {
    let story = Story::begin(database).await;
    know(&story, &[("interieur", "coordinator", "", COORDINATOR)]).await;
    let refusal = refused(&story, "yann@ddtm-bretagne.example", QGIS).await;
    press(&story, &offered(&story, &refusal)).await;
    story.settle().await;
    assert!(reached(&story, COORDINATOR).is_empty());
    assert_eq!(story.ticket().await.ticket.status, Status::Open, "a person finds out");
}

async fn the_offer_ends_after_sixty_days(database: Database) {
    let story = Story::begin(database).await;
    know(&story, &[("interieur", "coordinator", "", COORDINATOR)]).await;
    let page = offered(&story, &refused(&story, WRITER, QGIS).await);
    story.clock.advance(Duration::days(61));
    let client = reqwest::Client::new();
    let pressed = client.post(format!("{}{page}", story.base)).send().await.unwrap();
    assert_eq!(pressed.status(), 404);
    assert!(reached(&story, COORDINATOR).is_empty());
    assert_eq!(story.ticket().await.ticket.status, Status::Refused);
}
