//! What may be the receipt of their helpdesk, and what is surely a person's answer.

use guichet::desk::DeskError;
use guichet::store::View;
use guichet::ticket::{EventKind, HandOverState, Status};

use super::{COORDINATOR, answer, handed_request, last, plain_reply, until_next};
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    what_may_be_a_receipt_is_read_and_waited_for,
    a_header_makes_it_doubtful_too,
    only_what_is_surely_a_persons_closes_by_itself,
    a_person_finds_no_answer_and_it_is_waited_for_again,
    a_person_finds_an_answer_and_closes,
);

/// Receipts that no phrase was written for.
const RECEIPTS: [&str; 8] = [
    "Bonjour,\n\nVotre demande a bien été enregistrée sous le numéro #45213. Un technicien va la prendre en charge.\n\nCentre de services",
    "Le statut de votre ticket 12345 est passé à En cours (attribué).",
    "Ticket GLPI 12345 : Nouveau ticket\n\nDemandeur : contact\nTitre : Demande\nStatut : Nouveau\nURL : https://glpi.example/12345",
    "Bonjour,\nVotre appel a été pris en compte sous la référence R2026-991.\nCordialement,\nAssistance informatique",
    "Bonjour,\n\nVotre demande a été affectée à Mme Durand, qui reviendra vers vous.",
    "Demande prise en charge : 2026-0044. Merci de conserver ce numéro.",
    "Bonjour,\n\nL’incident I-0077 a été réaffecté au groupe N2 Achats. Vous pouvez en suivre l’avancement sur le portail.",
    "Your request 20931 is now assigned to the procurement desk. You will be notified of any progress.",
];

async fn what_may_be_a_receipt_is_read_and_waited_for(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let to = Story::header(&mail, "Reply-To");
    for text in RECEIPTS {
        for from in [COORDINATOR, "assistance@ministere.example"] {
            story.receive(&answer(&mail, from, &to, text)).await;
            let file = story.ticket().await;
            assert_eq!(
                (file.ticket.status, last(&file).state),
                (Status::HandedOver, HandOverState::Waiting),
                "{text}"
            );
            assert!(last(&file).remind_at.is_some(), "{text}");
        }
    }
    assert_eq!((story.view(View::ToRead).await.len(), story.view(View::HandedOver).await.len()), (1, 0));
    let file = story.ticket().await;
    assert!(file.events.iter().any(|event| event.kind == EventKind::RecipientWrote));
    // Silence is silence: they are reminded, and in the end the request is back.
    for _ in 0..3 {
        until_next(&story).await;
    }
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Silent));
}

async fn a_header_makes_it_doubtful_too(database: Database) {
    let story = Story::begin_with(database, |config| config.hand_over.close_after_glance = false).await;
    let mail = handed_request(&story).await;
    for header in ["X-Auto-Response-Suppress: All", "List-Unsubscribe: <mailto:x@ministere.example>"] {
        let text =
            plain_reply(&mail, "Nous voici saisis.").replacen("Subject:", &format!("{header}\nSubject:"), 1);
        story.receive(&text).await;
        assert_eq!(last(&story.ticket().await).state, HandOverState::Waiting, "{header}");
    }
}

async fn only_what_is_surely_a_persons_closes_by_itself(database: Database) {
    let story = Story::begin_with(database, |config| config.hand_over.close_after_glance = false).await;
    let mail = handed_request(&story).await;
    let to = Story::header(&mail, "Reply-To");
    for text in RECEIPTS {
        story.receive(&answer(&mail, COORDINATOR, &to, text)).await;
        assert_eq!(story.ticket().await.ticket.status, Status::HandedOver, "{text}");
    }
    // An answer as far as one can tell, and a person glances.
    story.receive(&answer(&mail, "assistance@ministere.example", &to, "Nous livrons jeudi.")).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::HandedOver, HandOverState::Answered));
    story
        .receive(&plain_reply(
            &mail,
            "Bonjour,\n\nOui, je vous envoie le modèle de bon de commande.\n\nClaude Martin",
        ))
        .await;
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
}

async fn a_person_finds_no_answer_and_it_is_waited_for_again(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let before = last(&story.ticket().await).remind_at;
    for text in ["Nous étudions cela avec attention.", RECEIPTS[1]] {
        story.receive(&plain_reply(&mail, text)).await;
        assert_eq!(story.view(View::ToRead).await.len(), 1, "{text}");
        let file = story.ticket().await;
        story.desk.wait_on(&story.seen(&file)).await.unwrap();
        let file = story.ticket().await;
        assert_eq!((file.ticket.status, last(&file).state), (Status::HandedOver, HandOverState::Waiting));
        assert_eq!((last(&file).remind_at, last(&file).note.as_str()), (before, ""));
        assert!(story.view(View::ToRead).await.is_empty());
    }
    let file = story.ticket().await;
    let refused = story.desk.wait_on(&story.seen(&file)).await;
    assert!(matches!(refused, Err(DeskError::Refused(_))), "{refused:?}");
    until_next(&story).await;
    assert_eq!(last(&story.ticket().await).reminders, 1);
}

async fn a_person_finds_an_answer_and_closes(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    story.receive(&plain_reply(&mail, RECEIPTS[4])).await;
    let file = story.ticket().await;
    story.desk.close(&story.seen(&file)).await.unwrap();
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Closed, HandOverState::Answered));
    assert!(last(&file).glanced_at.is_some());
}
