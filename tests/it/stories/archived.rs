//! What a folder of sent mail adds to an archive, and what a colleague forwards to the service.

use guichet::message::Door;
use guichet::store::Direction;
use guichet::ticket::Status;

use super::sent::{INGRID, SILL, answer, through, ways};
use super::texts::SILL_MAIL;
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    a_forward_to_the_service_is_a_request,
    a_request_sent_on_as_it_came_is_still_one,
    an_archived_answer_joins_its_question,
    an_archived_question_joins_its_answer,
);

async fn a_forward_to_the_service_is_a_request(database: Database) {
    let story = Story::begin(database).await;
    let forward = "From: Mission <contact@code.gouv.fr>\nTo: floss@numerique.gouv.fr\nSubject: TR: question\n\
         Message-ID: <f1@poste.code.gouv.fr>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 8bit\n\nÀ traiter.\n\nDe : Yannick Le Goff <yannick@port.example>\n\
         Envoyé : lundi 2 mars 2026 17:02\nÀ : Camille\nObjet : question\n\n\
         Bonjour, comment référencer notre solution libre dans le SILL ?\n";
    for door in [Door::Sent, Door::Imap] {
        through(&story, door, forward).await;
        let file = story.ticket().await;
        assert_eq!((file.ticket.status, ways(&file)), (Status::Open, vec![Direction::In]));
        let inner = file.messages[0].nature.as_ref().unwrap().forwarded_from.as_ref().unwrap();
        assert_eq!(inner.address, "yannick@port.example", "offered");
        assert_eq!(file.ticket.requester_email, CONTACT, "and not assumed");
    }
    assert!(story.smtp.received().is_empty());
    story.balance().await;
}

async fn a_request_sent_on_as_it_came_is_still_one(database: Database) {
    let story = Story::begin(database).await;
    // "Redirect" of mail programs: the copy bears the writer's address.
    let redirected = SILL_MAIL.replacen(
        "Subject:",
        "Cc: chef@fjordarkiv.example\nResent-From: contact@code.gouv.fr\nResent-To: expert@ministere.example\nSubject:",
        1,
    );
    through(&story, Door::Sent, &redirected).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.ticket.requester_email.as_str()), (Status::Open, INGRID));
    story.receive(SILL_MAIL).await;
    through(&story, Door::Sent, &redirected).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, ways(&file)), (Status::Open, vec![Direction::In]));
    story.balance().await;
}

async fn an_archived_answer_joins_its_question(database: Database) {
    pair(database, [0, 1]).await;
}

async fn an_archived_question_joins_its_answer(database: Database) {
    pair(database, [1, 0]).await;
}

async fn pair(database: Database, order: [usize; 2]) {
    let story = Story::begin(database).await;
    let (question, reply) = (SILL_MAIL.to_owned(), answer(INGRID));
    let both = [(Door::Archive, &question), (Door::SentArchive, &reply)];
    for at in order {
        through(&story, both[at].0, both[at].1).await;
    }
    let file = story.ticket().await;
    assert!(file.ticket.history);
    assert_eq!((file.ticket.status, file.ticket.category.as_str()), (Status::Closed, "sill"));
    assert_eq!(file.messages.len(), 2);
    assert_eq!(file.opening().unwrap().message.message_id.as_deref(), Some(SILL));
    // The same question still lies in the inbox: it is answered, nobody has to look.
    story.receive(SILL_MAIL).await;
    through(&story, Door::Sent, &reply).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Closed, 2));
    assert!(story.smtp.received().is_empty());
    story.balance().await;
}
