//! A colleague forwards a request: its writer is offered, and a person decides.

use chrono::Duration;
use guichet::ticket::{EventKind, Status};
use guichet::triage::Held;

use super::texts::TRAINING;
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    the_writer_of_a_forward_is_offered_and_chosen_by_a_person,
    whoever_passes_a_refused_question_on_is_not_refused_without_a_person,
    whoever_was_chosen_is_told_of_the_hand_over,
    whoever_is_named_nowhere_cannot_be_chosen,
);

/// A colleague forwards what somebody asked her.
fn forwarded(id: &str, asked: &str) -> String {
    format!(
        "From: Marie Dupont <marie@ville.example>\nTo: contact@code.gouv.fr\nSubject: TR : question\n\
         Message-ID: <{id}@ville.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 8bit\n\nPour vous, je crois.\n\nDe : Yannick Le Goff <yannick@port.example>\n\
         Envoyé : lundi 2 mars 2026 17:02\nÀ : Marie Dupont\nObjet : question\n\n{asked}\n"
    )
}

const SILL: &str = "Bonjour, comment référencer notre solution libre dans le SILL ?";

async fn the_writer_of_a_forward_is_offered_and_chosen_by_a_person(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&forwarded("f1", SILL)).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.requester_email, "marie@ville.example", "offered, not assumed");
    let receipt = story.smtp.wait_for(1).await.remove(0);
    assert_eq!(receipt.to, ["marie@ville.example"]);
    let inner = file.messages[0].nature.as_ref().unwrap().forwarded_from.as_ref().unwrap();
    assert_eq!((inner.name.as_str(), inner.address.as_str()), ("Yannick Le Goff", "yannick@port.example"));

    let seen = story.seen(&file);
    story.desk.set_requester(&seen, "yannick@port.example").await.unwrap();
    assert!(
        story.desk.set_requester(&seen, "marie@ville.example").await.is_err(),
        "the version has moved on"
    );
    let file = story.ticket().await;
    assert_eq!(
        (file.ticket.requester_name.as_str(), file.ticket.requester_email.as_str()),
        ("Yannick Le Goff", "yannick@port.example")
    );
    let event = file.events.iter().find(|event| event.kind == EventKind::RequesterChanged).unwrap();
    assert_eq!(event.detail, "marie@ville.example → yannick@port.example");
    story.desk.answer(&story.seen(&file), "Bonjour, voici comment faire.", false).await.unwrap();
    story.settle().await;
    let answer = story.smtp.wait_for(2).await.remove(1);
    assert_eq!(answer.to, ["yannick@port.example"]);

    // Both are in the thread.
    story.receive(&Story::reply_to(&answer, "yannick@port.example", "Merci !")).await;
    story.receive(&Story::reply_to(&receipt, "marie@ville.example", "Avez-vous pu lui répondre ?")).await;
    assert_eq!(story.ticket().await.messages.len(), 3);
    // And back.
    story.desk.set_requester(&story.seen(&story.ticket().await), "marie@ville.example").await.unwrap();
    assert_eq!(story.ticket().await.ticket.requester_name, "Marie Dupont");
}

async fn whoever_passes_a_refused_question_on_is_not_refused_without_a_person(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&forwarded("f1", TRAINING)).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open);
    let held = &file.decision.as_ref().unwrap().held_back;
    assert!(held.iter().any(|held| held.kind == Held::Forwarded), "{held:?}");
    assert_eq!(file.draft.as_ref().map(|draft| draft.reply.as_str()), Some("refusal-training"));
    story.pass(Duration::hours(1)).await;
    let mails = story.smtp.received();
    assert_eq!(mails.len(), 1, "whoever forwarded gets a receipt");
    assert_eq!(mails[0].to, ["marie@ville.example"]);
}

async fn whoever_was_chosen_is_told_of_the_hand_over(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&forwarded("f1", SILL)).await;
    story.desk.set_requester(&story.seen(&story.ticket().await), "yannick@port.example").await.unwrap();
    story.desk.hand_over(&story.seen(&story.ticket().await), "sill@ministere.example", "").await.unwrap();
    story.settle().await;
    let to: Vec<String> = story.smtp.wait_for(3).await.into_iter().flat_map(|mail| mail.to).collect();
    assert_eq!(to, ["marie@ville.example", "sill@ministere.example", "yannick@port.example"]);
}

async fn whoever_is_named_nowhere_cannot_be_chosen(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&forwarded("f1", SILL)).await;
    for address in ["autre@port.example", "", "marie@ville.example", "contact@code.gouv.fr"] {
        let seen = story.seen(&story.ticket().await);
        assert!(story.desk.set_requester(&seen, address).await.is_err(), "{address}");
    }
}
