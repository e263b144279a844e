//! What a status page keeps to: the mailbox that opened it, few codes, and what was typed.

use chrono::Duration;
use reqwest::{Client, StatusCode};

use super::status_page::{ADDRESS, QUESTION, add, ask, browser, enter, leads_to, post};
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    whoever_forwarded_a_request_is_out_once_its_writer_is_known,
    codes_asked_for_at_once_are_counted,
    while_the_store_is_away_what_was_typed_is_given_back,
    too_many_tries_say_nothing_of_the_code,
    what_was_joined_twice_stands_where_the_last_one_stands,
);

async fn whoever_forwarded_a_request_is_out_once_its_writer_is_known(database: Database) {
    let story = Story::begin(database).await;
    story
        .receive(
            "From: Marie Dupont <marie@ville.example>\nTo: contact@code.gouv.fr\nSubject: TR : question\n\
             Message-ID: <f1@ville.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
             Content-Transfer-Encoding: 8bit\n\nPour vous, je crois.\n\nDe : Yannick Le Goff <yannick@port.example>\n\
             Envoyé : lundi 2 mars 2026 17:02\nÀ : Marie Dupont\nObjet : question\n\n\
             Bonjour, comment référencer notre solution libre dans le SILL ?\n",
        )
        .await;
    let file = story.ticket().await;
    let page = format!("/suivi/{}", story.desk.status_token(&file.ticket.reference));
    let (inside, waiting) = (browser(), browser());
    enter(&story, &inside, &page).await;
    let data = async |browser: &Client| {
        browser.get(format!("{}{page}/donnees", story.base)).send().await.unwrap().status()
    };
    assert_eq!(data(&inside).await, StatusCode::OK);
    let code = ask(&story, &waiting, &page).await.replace(' ', "+");

    story.desk.set_requester(&story.seen(&story.ticket().await), "yannick@port.example").await.unwrap();
    assert_eq!(data(&inside).await, StatusCode::FORBIDDEN, "what she opened is closed");
    assert_eq!(add(&story, &inside, &page, "En son nom.").await.status(), StatusCode::FORBIDDEN);
    let tried = post(&story, &waiting, &format!("{page}/entrer"), &format!("code={code}")).await;
    assert_eq!(tried.status(), StatusCode::UNPROCESSABLE_ENTITY, "nor does a code of hers open it");

    enter(&story, &waiting, &page).await;
    assert_eq!(story.smtp.received().last().unwrap().to, ["yannick@port.example"]);
    assert_eq!(data(&waiting).await, StatusCode::OK);
}

async fn codes_asked_for_at_once_are_counted(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.codes_per_hour = 4).await;
    let mut pages = Vec::new();
    for who in ["jeanne", "paul"] {
        pages.push(story.fill_in("/", &format!("{who}@mairie.example"), "Forge", QUESTION).await);
    }
    story.settle().await;
    let before = story.smtp.received().len();
    let browser = browser();
    for (page, sent) in pages.iter().zip([3, 4]) {
        let path = format!("{page}/code");
        let ask = || post(&story, &browser, &path, "");
        let answers = tokio::join!(ask(), ask(), ask(), ask(), ask(), ask());
        for answer in [answers.0, answers.1, answers.2, answers.3, answers.4, answers.5] {
            assert_eq!(leads_to(&answer), format!("{page}?code=1#avis"));
        }
        story.settle().await;
        assert_eq!(story.smtp.received().len() - before, sent, "three for a request, four altogether");
    }
}

async fn while_the_store_is_away_what_was_typed_is_given_back(database: Database) {
    let story = Story::begin(database).await;
    let page = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    story.settle().await;
    let browser = browser();
    enter(&story, &browser, &page).await;
    story.desk.store().close().await;
    let form = reqwest::multipart::Form::new().text("message", "Un long texte, écrit d’un trait.");
    let sent = browser.post(format!("{}{page}/ajouter", story.base)).multipart(form).send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::SERVICE_UNAVAILABLE);
    let shown = sent.text().await.unwrap();
    assert!(shown.contains("Un long texte, écrit d’un trait.") && shown.contains("/ajouter"), "{shown}");
    assert!(shown.contains("momentanément interrompu") && !shown.contains("Où elle en est"));
    let forged = browser.post(format!("{}/suivi/ABCD2345.x/ajouter", story.base));
    let forged = forged.multipart(reqwest::multipart::Form::new().text("message", "x")).send().await.unwrap();
    assert_ne!(forged.status(), StatusCode::OK);
}

async fn too_many_tries_say_nothing_of_the_code(database: Database) {
    let story = Story::begin(database).await;
    let page = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    story.settle().await;
    let browser = browser();
    let code = ask(&story, &browser, &page).await.replace(' ', "+");
    for _ in 0..100 {
        post(&story, &browser, "/suivi/ABCD2345.x/entrer", "code=000000").await;
    }
    let refused = post(&story, &browser, &format!("{page}/entrer"), &format!("code={code}")).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let said = refused.text().await.unwrap();
    assert!(said.contains("Trop d’essais") && !said.contains("n’est pas le bon"), "{said}");
}

async fn what_was_joined_twice_stands_where_the_last_one_stands(database: Database) {
    let story = Story::begin(database).await;
    let file_of = async |page: &str| {
        let reference = page.trim_start_matches("/suivi/").split('.').next().unwrap();
        story.desk.store().ticket_file(reference).await.unwrap().unwrap()
    };
    let first = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    let second = story.fill_in("/", ADDRESS, "Licence", "Bonjour, et sous quelle licence le publier ?").await;
    let third =
        story.fill_in("/", ADDRESS, "Dépôt", "Bonjour, et à quel endroit déposer notre outil ?").await;
    story.settle().await;
    for (part, whole) in [(&first, &second), (&second, &third)] {
        let into = file_of(whole).await.ticket.reference;
        story.desk.merge(&story.seen(&file_of(part).await), &into).await.unwrap();
    }
    let seen = story.seen(&file_of(&third).await);
    story.desk.answer(&seen, "Bonjour, voici où le déposer.", true).await.unwrap();
    story.pass(Duration::minutes(11)).await;
    let standing = story.desk.status(first.trim_start_matches("/suivi/")).await.unwrap().unwrap();
    assert_eq!(
        standing.stage,
        story.desk.status(third.trim_start_matches("/suivi/")).await.unwrap().unwrap().stage
    );
    let data = story.desk.own_data(&file_of(&first).await.ticket.reference).await.unwrap().unwrap();
    let told = data.told.to_string();
    for there in [QUESTION, "sous quelle licence le publier", "voici où le déposer"] {
        assert!(told.contains(there), "{there}: {told}");
    }
}
