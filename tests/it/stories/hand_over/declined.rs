//! "Ce n'est pas de mon ressort", by mail: the request is back, and the directory no longer counts on them for that subject.

use guichet::store::View;
use guichet::ticket::{HandOverState, Status};

use super::super::routed::{COORDINATOR as MINISTRY, JEANNE, ORDER, know_culture, to_us};
use super::page::press;
use super::{answer, last, last_to, page_path};
use crate::support::database::{Database, on_both};
use crate::support::smtp::Received;
use crate::support::story::Story;

on_both!(
    by_answering_the_next_request_waits,
    by_the_page_the_next_request_waits,
    an_answer_that_says_more_teaches_nothing,
);

const OTHER: &str = "achats@culture.gouv.fr";

async fn first(story: &Story) -> Received {
    know_culture(story).await;
    story.receive(&to_us(JEANNE, "Bon de commande", ORDER)).await;
    last_to(story, MINISTRY)
}

/// The first request is back, X is proposed, and the next of that subject goes to nobody by itself.
async fn is_learnt(story: &Story) {
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Declined));
    assert!(last(&file).note.contains(OTHER), "{}", last(&file).note);
    let kept = story.desk.store().directory_entries().await.unwrap().1;
    assert!(kept.iter().any(|kept| kept.entry.email == OTHER), "proposed to the team");
    assert!(story.desk.directory_to_confirm().await.unwrap().unconfirmed > 0, "the team is told");
    let before = story.smtp.received().len();
    story.receive(&to_us("paul@culture.gouv.fr", "Bon de commande", ORDER)).await;
    let rows = story.view(View::Todo).await;
    assert_eq!(rows.len(), 2, "the next one waits for a person");
    let to = story.smtp.received().split_off(before);
    assert!(to.iter().all(|mail| mail.to == ["paul@culture.gouv.fr"]), "a receipt and nothing else");
}

async fn by_answering_the_next_request_waits(database: Database) {
    let story = Story::begin(database).await;
    let mail = first(&story).await;
    let text = format!("Bonjour,\n\nCe n’est pas de mon ressort, c’est {OTHER}.\n\nClaude Martin");
    story.receive(&answer(&mail, MINISTRY, &Story::header(&mail, "Reply-To"), &text)).await;
    is_learnt(&story).await;
}

async fn by_the_page_the_next_request_waits(database: Database) {
    let story = Story::begin(database).await;
    let mail = first(&story).await;
    press(&story, &page_path(&story, &mail), &[("choix", "pas-moi"), ("nom", ""), ("adresse", OTHER)]).await;
    is_learnt(&story).await;
}

async fn an_answer_that_says_more_teaches_nothing(database: Database) {
    let story = Story::begin(database).await;
    let mail = first(&story).await;
    let text = "Bonjour,\n\nCe n’est pas moi qui signe, c’est le secrétaire général : joignez le devis.\n\nClaude Martin";
    story.receive(&answer(&mail, MINISTRY, &Story::header(&mail, "Reply-To"), text)).await;
    let file = story.ticket().await;
    assert_eq!(last(&file).state, HandOverState::Answered);
    assert_eq!(story.desk.directory_to_confirm().await.unwrap().unconfirmed, 0);
}
