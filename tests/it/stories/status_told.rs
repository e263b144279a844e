//! What is told of requests whose author asked for a person, took them back or closed them: on their page, to the team, and in the
//! public figures.

use chrono::Duration;
use guichet::ticket::{Actor, EventKind, MailKind, Status};

use super::status_page::{ADDRESS, QUESTION, browser, enter, leads_to, post};
use super::texts::{TRAINING, TRAINING_SUBJECT};
use crate::support::database::{Database, on_both};
use crate::support::smtp::Received;
use crate::support::story::{Story, hidden_fields};

on_both!(
    whoever_insists_is_read_by_a_person,
    what_its_author_ended_is_told_apart,
    the_figures_of_sorting_are_public,
);

/// Sends a form whose topic is refused, asking that a person read it; answers where the browser is led.
async fn insist(story: &Story) -> String {
    let mut form = reqwest::multipart::Form::new();
    for (name, value) in hidden_fields(&story.page("/").await) {
        form = form.text(name, value);
    }
    for (name, value) in [("email", ADDRESS), ("message", TRAINING), ("insiste", "1")] {
        form = form.text(name, value);
    }
    leads_to(&browser().post(format!("{}/", story.base)).multipart(form).send().await.unwrap())
}

async fn whoever_insists_is_read_by_a_person(database: Database) {
    let story = Story::begin(database).await;
    let sent = insist(&story).await;
    let promised = "Une personne de l’équipe lira votre demande, comme vous l’avez demandé";
    assert!(story.page(&sent).await.contains(promised), "before anything was understood");
    story.settle().await;
    assert!(story.page(&sent).await.contains(promised));
    let later = story.page(sent.split('?').next().unwrap()).await;
    assert!(later.contains("Une personne la lira, comme vous l’avez demandé."), "{later}");
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.ticket.category.as_str()), (Status::Open, "refused-training"));
    assert!(file.outbox.iter().all(|entry| entry.kind == MailKind::Receipt), "a receipt, no refusal");
    assert!(file.draft.is_some(), "the refusal waits as a draft");
    let told = file.events.iter().find(|event| event.kind == EventKind::Insisted).expect("on the trail");
    assert_eq!(told.actor, Actor::Requester);
    let page = story.page_of_team(&format!("/equipe/demandes/{}", file.ticket.reference)).await;
    assert!(page.contains("Envoyée malgré l’avis « hors offre »"));
    assert!(page.contains("demande qu’une personne lise"), "what kept the program from acting alone");
}

async fn what_its_author_ended_is_told_apart(database: Database) {
    let story = Story::begin(database).await;
    let reference = |page: &str| page.trim_start_matches("/suivi/").split('.').next().unwrap().to_owned();
    let withdrawn = insist(&story).await.split('?').next().unwrap().to_owned();
    let settled = story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    story.settle().await;
    let row = |words: &str, count: u8| format!("<th scope=\"row\">{words}</th><td>{count}</td>");
    let insisted = "Hors offre, envoyées quand même pour être lues";
    assert!(story.page("/tri").await.contains(&row(insisted, 1)));
    let browser = browser();
    enter(&story, &browser, &withdrawn).await;
    leads_to(&post(&story, &browser, &format!("{withdrawn}/retirer"), "sur=oui").await);
    enter(&story, &browser, &settled).await;
    leads_to(&post(&story, &browser, &format!("{settled}/clore"), "").await);

    story.pass(Duration::hours(2)).await;
    let figures = story.page("/tri").await;
    assert!(figures.contains(&row(insisted, 0)), "nobody need have read what was taken back: {figures}");
    assert!(figures.contains(&row("Retirées par leur auteur", 1)));

    let (withdrawn, settled) = (reference(&withdrawn), reference(&settled));
    let found = "/equipe?vue=toutes&etat=retiree";
    let list = story.page_of_team(found).await;
    assert!(list.contains(&withdrawn) && !list.contains(&settled));
    assert!(list.contains("<option value=\"retiree\" selected>Retirée par l’auteur</option>"));
    let all = story.page_of_team("/equipe?vue=toutes").await;
    for (reference, told) in [(&withdrawn, "Retirée par l’auteur"), (&settled, "Close par l’auteur")] {
        let badge = format!("fr-badge fr-badge--sm\">{told}</span>");
        assert!(all.contains(&badge), "{told}");
        let page = story.page_of_team(&format!("/equipe/demandes/{reference}")).await;
        assert!(page.contains(&badge), "{told}");
        // Taken up and closed by a person, it is theirs.
        let file = || async { story.desk.store().ticket_file(reference).await.unwrap().unwrap() };
        story.desk.reopen(&story.seen(&file().await)).await.unwrap();
        story.desk.close(&story.seen(&file().await)).await.unwrap();
        assert_eq!(file().await.ended, None);
    }
    assert!(!story.page_of_team(found).await.contains(&withdrawn));
}

async fn the_figures_of_sorting_are_public(database: Database) {
    let story = Story::begin(database).await;
    story.fill_in("/", ADDRESS, TRAINING_SUBJECT, TRAINING).await;
    story.fill_in("/", "maryvonne@mairie.example", TRAINING_SUBJECT, TRAINING).await;
    story.fill_in("/", ADDRESS, "Forge", QUESTION).await;
    story.settle().await;
    story.pass(Duration::minutes(16)).await;
    let figure = |page: &str, words: &str| {
        let row = format!("<th scope=\"row\">{words}</th><td>");
        page.split_once(&row).and_then(|(_, rest)| rest.split('<').next().map(str::to_owned))
    };
    let page = story.page("/tri").await;
    let figures = [
        ("Demandes reçues", "3"),
        ("Refusées par une réponse automatique", "2"),
        ("Refus contestés par leur auteur", "0"),
        ("Refus retirés par l’équipe", "0"),
        ("Sujets corrigés par l’équipe", "0"),
    ];
    for (words, count) in figures {
        assert_eq!(figure(&page, words).as_deref(), Some(count), "{words}");
    }
    // One author is not content with it; of the other refusal the team thinks better.
    let is_refusal = |mail: &&Received| mail.to[0] == ADDRESS && mail.text().contains("formation");
    let refusal = story.smtp.wait_for(3).await.iter().find(is_refusal).cloned().unwrap();
    story.receive(&Story::reply_to(&refusal, ADDRESS, "Ce n’est pas une formation que je demande.")).await;
    let rows = story.view(guichet::store::View::All).await;
    let refused = rows.iter().find(|row| row.ticket.status == Status::Refused).unwrap();
    let file = || async { story.desk.store().ticket_file(&refused.ticket.reference).await.unwrap().unwrap() };
    story.desk.rescue(&story.seen(&file().await)).await.unwrap();
    story.desk.correct(&story.seen(&file().await), "sill").await.unwrap();
    story.pass(Duration::hours(2)).await;
    let page = story.page("/en/sorting").await;
    let figures = [
        "Topics corrected by the team",
        "Refusals contested by their author",
        "Refusals taken back by the team",
    ];
    for words in figures {
        assert_eq!(figure(&page, words).as_deref(), Some("1"), "{words}");
    }
    assert!(!page.contains(ADDRESS));
}
