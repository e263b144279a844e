//! What is taken back is whole again: a merge on both sides, a forward in its form.

use chrono::Duration;
use guichet::desk::{Forward, Seen};
use guichet::setting::HumanDuration;
use guichet::store::{Filter, TicketFile, View};
use guichet::ticket::{MailKind, OutboxState, Status};

use super::texts::TRAINING;
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    a_merge_undone_leaves_both_as_they_were,
    what_was_done_to_the_whole_stands_when_a_merge_is_undone,
    a_forward_taken_back_is_in_its_form_again,
);

fn mail(from: &str, subject: &str, id: &str, text: &str) -> String {
    format!(
        "From: {from}\nTo: contact@code.gouv.fr\nSubject: {subject}\nMessage-ID: <{id}@mairie.example>\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    )
}

async fn asked(story: &Story) -> TicketFile {
    let text = "Bonjour, nous cherchons un équivalent libre dans le SILL pour remplacer notre logiciel.";
    story.receive(&mail("yann@mairie.example", "Équivalent libre", "q1", text)).await;
    story.ticket().await
}

/// A closed request of Yann and one of Gaëlle whose refusal waits for its time, the refusal of each.
async fn closed_and_leaving(story: &Story) -> (TicketFile, TicketFile) {
    let first = asked(story).await;
    let gaelle = "Gaëlle <gaelle@lycee.example>";
    story.receive(&mail(gaelle, "Formation", "q2", TRAINING)).await;
    let rows = story.view(View::LeavingSoon).await;
    let second = rows.iter().find(|row| row.ticket.requester_email == "gaelle@lycee.example").unwrap();
    let second = file_of(story, &second.ticket.reference).await;
    story.desk.close(&story.seen(&first)).await.unwrap();
    (file_of(story, &first.ticket.reference).await, second)
}

async fn file_of(story: &Story, reference: &str) -> TicketFile {
    story.desk.store().ticket_file(reference).await.unwrap().unwrap()
}

async fn found(story: &Story, search: &str) -> Vec<String> {
    let filter = Filter { view: View::All, search: search.to_owned(), limit: 10, ..Filter::default() };
    let rows = story.desk.store().queue(&filter).await.unwrap();
    rows.into_iter().map(|row| row.ticket.reference).collect()
}

async fn a_merge_undone_leaves_both_as_they_were(database: Database) {
    let story = Story::begin(database).await;
    let (whole, part) = closed_and_leaving(&story).await;
    let (into, of) = (whole.ticket.reference.clone(), part.ticket.reference.clone());
    assert_eq!(found(&story, "de:gaelle").await, [of.as_str()]);
    story.clock.advance(Duration::seconds(30));
    story.desk.merge(&story.seen(&part), &into).await.unwrap();
    assert_eq!(file_of(&story, &into).await.ticket.status, Status::Open, "something is still to be said");
    let parts = story.desk.store().parts(&whole.ticket.id).await.unwrap();
    assert_eq!(parts.iter().map(|part| part.reference.as_str()).collect::<Vec<_>>(), [of.as_str()]);

    let page = story.page_of_team(&format!("/equipe/demandes/{into}?fait=fusionne")).await;
    assert!(page.contains(&format!("action=\"/equipe/demandes/{of}/defaire-fusion\"")));
    assert!(page.contains("data-touche=\"z\">Défaire"), "right after it, the key that undoes does");
    let page = story.page_of_team(&format!("/equipe/demandes/{into}")).await;
    assert!(page.contains("Défaire") && !page.contains("data-touche=\"z\">Défaire"));

    story.desk.unmerge(&story.seen(&file_of(&story, &of).await)).await.unwrap();
    let (whole_now, part_now) = (file_of(&story, &into).await, file_of(&story, &of).await);
    assert_eq!((whole_now.ticket.status, whole_now.ticket.contested), (Status::Closed, false));
    assert_eq!((part_now.ticket.status, part_now.draft.clone()), (part.ticket.status, part.draft.clone()));
    let refusal = |file: &TicketFile| {
        let refusal = file.outbox.iter().find(|entry| entry.kind == MailKind::Refusal).unwrap();
        (refusal.state, refusal.due_at)
    };
    assert_eq!(refusal(&part_now), (OutboxState::Due, refusal(&part).1), "it waits for as long as it had to");
    assert_eq!(found(&story, "de:gaelle").await, [of.as_str()]);
    assert_eq!(found(&story, "de:yann").await, [into]);
    assert!(story.desk.store().parts(&whole.ticket.id).await.unwrap().is_empty());
}

async fn what_was_done_to_the_whole_stands_when_a_merge_is_undone(database: Database) {
    let story = Story::begin(database).await;
    let (whole, part) = closed_and_leaving(&story).await;
    let (into, of) = (whole.ticket.reference.clone(), part.ticket.reference.clone());
    story.desk.merge(&story.seen(&part), &into).await.unwrap();
    story.desk.note(&story.seen(&file_of(&story, &into).await), "Je réponds aux deux.").await.unwrap();
    story.desk.unmerge(&story.seen(&file_of(&story, &of).await)).await.unwrap();
    let (whole, part) = (file_of(&story, &into).await, file_of(&story, &of).await);
    assert_eq!((whole.ticket.status, part.ticket.status), (Status::Open, Status::Open));
    assert!(
        part.outbox.iter().all(|entry| entry.kind != MailKind::Refusal || entry.state == OutboxState::Held)
    );
    assert_eq!(found(&story, "note:deux").await, [into], "its own words are found as before");
}

async fn a_forward_taken_back_is_in_its_form_again(database: Database) {
    let story = Story::begin_with(database, |config| config.answer.hold = HumanDuration::from_secs(15)).await;
    let file = asked(&story).await;
    story.desk.close(&story.seen(&file)).await.unwrap();
    let (reference, mails) = (file.ticket.reference.clone(), story.smtp.received().len());
    let page = format!("/equipe/demandes/{reference}");
    story.browser_of_team().await;
    let me = story
        .desk
        .store()
        .accounts()
        .await
        .unwrap()
        .into_iter()
        .find(|one| one.id != story.camille.id)
        .unwrap();
    let seen = |file: &TicketFile| Seen { person: me.id.clone(), ..story.seen(file) };
    let forward = Forward {
        to: "expert@inria.example".to_owned(),
        note: "Votre **avis** ?".to_owned(),
        message_id: String::new(),
    };
    story.desk.forward(&seen(&story.ticket().await), &forward).await.unwrap();
    assert!(story.page_of_team(&page).await.contains("le texte revient dans sa case"));
    let file = story.ticket().await;
    let mail = file.outbox.last().unwrap();
    assert_eq!(story.desk.stop(&seen(&file), &mail.id).await.unwrap(), MailKind::Forward);
    story.pass(Duration::minutes(1)).await;
    assert_eq!((story.ticket().await.ticket.status, story.smtp.received().len()), (Status::Closed, mails));
    let shown = story.page_of_team(&format!("{page}?fait=transfert-arrete")).await;
    assert!(
        shown.contains("value=\"expert@inria.example\"") && shown.contains(">Votre **avis** ?</textarea>")
    );
    assert!(shown.contains("Le transfert est arrêté") && !shown.contains("de nouveau à traiter"));

    // Sent after all, it is no longer to be written.
    story.desk.forward(&seen(&story.ticket().await), &forward).await.unwrap();
    assert!(!story.page_of_team(&page).await.contains(">Votre **avis** ?</textarea>"));
}
