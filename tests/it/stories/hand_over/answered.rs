//! The coordinator answers by mail.

use guichet::store::View;
use guichet::ticket::{EventKind, HandOverState, Status};

use super::super::routed::{COORDINATOR as MINISTRY, JEANNE, ORDER, know_culture, to_us};
use super::{COORDINATOR, INGRID, answer, handed, handed_request, last, plain_reply};
use crate::support::database::{Database, on_both};
use crate::support::smtp::Received;
use crate::support::story::{CONTACT, Story};

on_both!(
    a_plain_reply_is_read_and_closes,
    it_closes_by_itself_where_the_settings_say_so,
    an_answer_to_the_service_alone_is_passed_on_by_a_person,
    a_colleague_answers_in_their_place,
    a_colleague_of_a_sub_domain_too,
    a_stranger_does_not,
    what_the_border_calls_forged_answers_nothing,
    they_go_on_between_themselves,
    a_request_already_taken_back_is_read_all_the_same,
    a_helpdesks_receipt_is_no_answer,
);

async fn a_plain_reply_is_read_and_closes(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    assert_eq!(story.view(View::HandedOver).await.len(), 1);
    story.receive(&plain_reply(&mail, "Voici la marche à suivre.")).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::HandedOver);
    assert_eq!((last(&file).state, last(&file).reached), (HandOverState::Answered, true));
    assert!(file.events.iter().any(|event| event.kind == EventKind::RecipientAnswered));
    assert_eq!((story.view(View::ToRead).await.len(), story.view(View::HandedOver).await.len()), (1, 0));
    assert!(story.view(View::Todo).await.is_empty(), "nobody has to do anything but glance");

    story.desk.close(&story.seen(&file)).await.unwrap();
    let file = story.ticket().await;
    assert!(file.ticket.status == Status::Closed && last(&file).glanced_at.is_some());
    assert!(story.view(View::ToRead).await.is_empty());
    let to: Vec<String> = story.smtp.received().into_iter().flat_map(|mail| mail.to).collect();
    assert_eq!(to.iter().filter(|to| *to == INGRID).count(), 2, "receipt and notice, nothing twice");
    story.balance().await;
}

async fn it_closes_by_itself_where_the_settings_say_so(database: Database) {
    let story = Story::begin_with(database, |config| config.hand_over.close_after_glance = false).await;
    let mail = handed_request(&story).await;
    story.receive(&plain_reply(&mail, "Voici la marche à suivre.")).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
}

async fn an_answer_to_the_service_alone_is_passed_on_by_a_person(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    story.receive(&answer(&mail, COORDINATOR, CONTACT, "C’est d’accord pour mars.")).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open);
    assert_eq!((last(&file).state, last(&file).reached), (HandOverState::Answered, false));
    assert_eq!(story.view(View::Todo).await[0].handed, Some(HandOverState::Answered), "the list says so");
    story.desk.answer(&story.seen(&file), "C’est d’accord pour mars.", true).await.unwrap();
    story.settle().await;
    assert_eq!(story.smtp.received().pop().unwrap().to, [INGRID]);
    assert!(last(&story.ticket().await).glanced_at.is_some());
}

async fn a_colleague_answers_in_their_place(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let to = Story::header(&mail, "Reply-To");
    story.receive(&answer(&mail, "paul.durand@ministere.example", &to, "Je prends la suite.")).await;
    let file = story.ticket().await;
    assert_eq!((last(&file).state, last(&file).reached), (HandOverState::Answered, true));
}

async fn a_colleague_of_a_sub_domain_too(database: Database) {
    let story = Story::begin(database).await;
    know_culture(&story).await;
    story.receive(&to_us(JEANNE, "Bon de commande", ORDER)).await;
    let mail = super::last_to(&story, MINISTRY);
    let to = Story::header(&mail, "Reply-To");
    story
        .receive(&answer(&mail, "claude.martin@dgpc.culture.gouv.fr", &to, "Voici la marche à suivre."))
        .await;
    assert_eq!(last(&story.ticket().await).state, HandOverState::Answered);
}

async fn a_stranger_does_not(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let to = Story::header(&mail, "Reply-To");
    story.receive(&answer(&mail, "eve@ailleurs.example", &to, "Je prends la suite.")).await;
    assert_eq!(story.view(View::All).await.len(), 2, "a request of its own");
    let waiting = story.view(View::HandedOver).await;
    assert_eq!(waiting.len(), 1);
}

async fn what_the_border_calls_forged_answers_nothing(database: Database) {
    let story =
        Story::begin_with(database, |config| config.mail.authserv_id = Some("mx.gouv.example".to_owned()))
            .await;
    let mail = handed_request(&story).await;
    let forged = plain_reply(&mail, "C’est fait.").replacen(
        "Subject:",
        "Authentication-Results: mx.gouv.example; dmarc=fail header.from=ministere.example\nSubject:",
        1,
    );
    story.receive(&forged).await;
    let file = story.ticket().await;
    assert_eq!((last(&file).state, file.ticket.status), (HandOverState::Waiting, Status::Open));
}

async fn they_go_on_between_themselves(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let reply = plain_reply(&mail, "De quelle version s’agit-il ?");
    story.receive(&reply).await;
    let ingrids = Received { data: reply.replace('\n', "\r\n").into_bytes(), ..mail };
    story.receive(&answer(&ingrids, INGRID, &format!("{COORDINATOR}, {CONTACT}"), "La 4.")).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::HandedOver, 3), "nothing for the team");
    // Asked ourselves, we answer.
    story.receive(&answer(&ingrids, INGRID, CONTACT, "Qui me répond ?")).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
}

async fn a_request_already_taken_back_is_read_all_the_same(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let file = story.ticket().await;
    story.desk.reopen(&story.seen(&file)).await.unwrap();
    assert_eq!(last(&story.ticket().await).state, HandOverState::TakenBack);
    story.receive(&plain_reply(&mail, "Voici la marche à suivre.")).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Answered));
    // Handed over again, what was answered before is not what is waited for.
    handed(&story).await;
    let file = story.ticket().await;
    assert_eq!((file.hand_overs.len(), last(&file).state), (2, HandOverState::Waiting));
    assert!(story.view(View::ToRead).await.is_empty());
}

async fn a_helpdesks_receipt_is_no_answer(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let to = Story::header(&mail, "Reply-To");
    for (n, text) in [
        "Bonjour,\n\nVotre demande a bien été enregistrée sous le ticket n° 2026-4512. Elle sera traitée dans les meilleurs \
         délais.\n\nLe support informatique",
        "Nous avons bien reçu votre demande. Elle porte la référence INC0048213. Merci de rappeler cette référence.",
        "Un nouveau ticket (#83112) a été créé pour votre demande. Merci de ne pas répondre à ce message automatique.",
        "Your request has been received and a ticket has been created: REQ-20931. Our team will get back to you.",
        "Le ticket #83112 vient d’être attribué à l’équipe Achats. Vous serez informé de la suite donnée.",
    ]
    .into_iter()
    .enumerate()
    {
        story.receive(&answer(&mail, COORDINATOR, &to, text)).await;
        let file = story.ticket().await;
        assert_eq!(last(&file).state, HandOverState::Waiting, "{text}");
        assert_eq!((file.ticket.status, file.messages.len()), (Status::HandedOver, n + 2), "{text}");
    }
    // A person's answer that begins likewise is one.
    let text = "Bonjour,\n\nNous avons bien reçu votre demande et pouvons vous proposer un rendez-vous jeudi à 14 h : cela vous \
                convient-il ? Pour le bon de commande, il faut joindre le devis du titulaire.\n\nBien à vous,\nClaude Martin";
    story.receive(&answer(&mail, COORDINATOR, &to, text)).await;
    assert_eq!(last(&story.ticket().await).state, HandOverState::Answered);
}
