//! What a status page and the data behind it say is so: neither a link nor a haste of ours makes them say more.

use chrono::Duration;
use guichet::ticket::Status;
use reqwest::Client;

use super::status_page::{ADDRESS, QUESTION, add, browser, enter, leads_to, page_of, post};
use super::texts::{TRAINING, TRAINING_SUBJECT};
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    a_link_makes_the_page_say_nothing_that_is_not_so,
    what_is_added_to_an_ended_request_opens_it_again_and_the_page_says_so,
    an_act_asked_for_as_a_page_leads_to_the_page,
    the_data_tell_no_refusal_that_has_not_left,
);

async fn a_link_makes_the_page_say_nothing_that_is_not_so(database: Database) {
    let story = Story::begin(database).await;
    let page = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    story.settle().await;
    let (inside, outside) = (browser(), browser());
    enter(&story, &inside, &page).await;
    let said = async |browser: &Client, done: &str| {
        page_of(&story, browser, &format!("{page}?fait={done}")).await.contains("id=\"fait\"")
    };
    for done in ["ajoute", "clos", "retire", "equipe"] {
        assert!(!said(&outside, done).await, "{done}: nobody has proved their mailbox");
    }
    assert!(!said(&inside, "clos").await && !said(&inside, "retire").await, "it is open");
    post(&story, &inside, &format!("{page}/clore"), "").await;
    assert!(said(&inside, "clos").await && !said(&inside, "retire").await && !said(&inside, "sorti").await);
    // Right after sending, the page says what has become of it since.
    let sent = page_of(&story, &outside, &format!("{page}?envoye=1")).await;
    assert!(sent.contains("bien arrivée") && sent.contains("guichet-stage\">Close"), "{sent}");

    // What another person waits for is not theirs to end, and the page does not say it was.
    let theirs = story.fill_in("/", "paul@mairie.example", "Forge", QUESTION).await;
    let whole = story.fill_in("/", ADDRESS, "Dépôt", "Bonjour, où déposer notre outil ?").await;
    story.settle().await;
    let file_of = async |page: &str| {
        let reference = page.trim_start_matches("/suivi/").split('.').next().unwrap();
        story.desk.store().ticket_file(reference).await.unwrap().unwrap()
    };
    let into = file_of(&whole).await.ticket.reference;
    story.desk.merge(&story.seen(&file_of(&theirs).await), &into).await.unwrap();
    enter(&story, &inside, &whole).await;
    for (act, fields) in [("clore", ""), ("retirer", "sur=oui")] {
        let left = leads_to(&post(&story, &inside, &format!("{whole}/{act}"), fields).await);
        assert_eq!(left, format!("{whole}?fait=equipe"));
        let shown = page_of(&story, &inside, &left).await;
        assert!(
            shown.contains("l’équipe se charge de la suite")
                && shown.contains("<title>L’équipe est prévenue")
        );
    }
    assert_eq!(file_of(&whole).await.ticket.status, Status::Open);
}

async fn what_is_added_to_an_ended_request_opens_it_again_and_the_page_says_so(database: Database) {
    let story = Story::begin(database).await;
    let page = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    story.settle().await;
    let browser = browser();
    enter(&story, &browser, &page).await;
    for (act, fields) in [("clore", ""), ("retirer", "sur=oui")] {
        leads_to(&post(&story, &browser, &format!("{page}/{act}"), fields).await);
        let ended = page_of(&story, &browser, &page).await;
        assert!(ended.contains("ajoutez un message ci-dessous"), "{ended}");
        let done = leads_to(&add(&story, &browser, &page, "Encore un mot.").await);
        let shown = page_of(&story, &browser, &done).await;
        assert!(shown.contains("qui va être rouverte") && shown.contains("la rouvrira"), "{act}: {shown}");
        assert!(!shown.contains("ajoutez un message ci-dessous"), "{act}: {shown}");
        let english = page_of(&story, &browser, &format!("/en{done}")).await;
        assert!(english.contains("which will be opened again"), "{act}: {english}");
        story.settle().await;
        assert_eq!(story.ticket().await.ticket.status, Status::Open);
        let shown = page_of(&story, &browser, &done).await;
        assert!(shown.contains("bien enregistré") && !shown.contains("rouver"), "{act}: {shown}");
    }
}

async fn an_act_asked_for_as_a_page_leads_to_the_page(database: Database) {
    let story = Story::begin(database).await;
    let french = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    let browser = browser();
    for page in [french.clone(), format!("/en{french}")] {
        for act in ["code", "entrer", "ajouter?envoi=x", "clore", "retirer", "sortir"] {
            let asked = browser.get(format!("{}{page}/{act}", story.base)).send().await.unwrap();
            assert_eq!(leads_to(&asked), page, "{act}");
        }
    }
}

async fn the_data_tell_no_refusal_that_has_not_left(database: Database) {
    let story = Story::begin(database).await;
    story.fill_in("/", ADDRESS, TRAINING_SUBJECT, TRAINING).await;
    story.settle().await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Refused);
    let data = async || story.desk.own_data(&file.ticket.reference).await.unwrap().unwrap();
    let held = data().await;
    assert_eq!(held.told["etat"], "Reçue", "as the page says");
    assert!(held.told["tri"]["raison"].is_null() && !held.letter.contains("refus"), "{}", held.letter);
    story.pass(Duration::days(1)).await;
    let left = data().await;
    assert_eq!(left.told["etat"], "Hors de notre offre de services");
    assert!(left.letter.contains("Raison\u{a0}: Sujet hors offre"), "{}", left.letter);
    assert!(left.letter.contains("Message que vous avez écrit 1\n") && left.letter.contains(TRAINING));
    let received = guichet::clock::paris_text(file.ticket.opened_at, guichet::message::Lang::Fr);
    assert!(left.letter.contains(&format!("Reçue le\u{a0}: {received}\n")), "days as people write them");
    let mut facts = vec![&left.told];
    while let Some(fact) = facts.pop() {
        match fact {
            serde_json::Value::Object(all) => facts.extend(all.values()),
            serde_json::Value::Array(all) => facts.extend(all),
            serde_json::Value::String(text) if text.parse::<chrono::DateTime<chrono::Utc>>().is_err() => {
                assert!(left.letter.contains(text), "{text}: {}", left.letter);
            }
            _ => {}
        }
    }
}
