//! Colleagues answer from their own mail programs: what lies in the Sent folder, and what of it the inbox has as well.

use chrono::Duration;
use guichet::message::{Door, Envelope};
use guichet::store::{Direction, TicketFile, View, new_id};
use guichet::ticket::{Actor, EventKind, HandOverState, OutboxState, Status};

use super::texts::{SILL_MAIL, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    a_colleagues_answer_ends_what_waits,
    what_had_not_left_is_held,
    what_goes_to_others_is_filed_aside,
    a_copy_of_our_own_mail_changes_nothing,
    an_answer_may_come_before_its_request,
    the_copy_in_the_inbox_may_come_first,
    the_copy_in_the_sent_folder_may_come_first,
    a_copy_in_the_inbox_without_a_proof_waits_for_the_sent_one,
    a_forged_answer_does_nothing,
    what_belongs_to_nothing_is_a_closed_conversation,
    what_was_passed_on_is_no_conversation,
    a_later_message_still_waits,
    a_colleague_with_an_account_answers_with_us_in_copy,
    a_hand_over_that_waits_is_taken_back,
);

pub(super) const INGRID: &str = "ingrid@fjordarkiv.example";
pub(super) const SILL: &str = "sill-1@fjordarkiv.example";

/// What a colleague's mail program sends and keeps.
pub(super) fn written(id: &str, from: &str, to: &str, answers: &str, text: &str) -> String {
    let thread = match answers {
        "" => String::new(),
        id => format!("In-Reply-To: <{id}>\nReferences: <{id}>\n"),
    };
    format!(
        "From: {from}\nTo: {to}\nSubject: Re: SILL\nMessage-ID: <{id}@poste.code.gouv.fr>\n{thread}MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    )
}

pub(super) const US: &str = "Camille <contact@code.gouv.fr>";
pub(super) const TEXT: &str = "Bonjour, voici comment faire : la fiche se dépose en ligne.";

pub(super) fn answer(to: &str) -> String {
    written("c1", US, to, SILL, TEXT)
}

pub(super) async fn through(story: &Story, door: Door, mail: &str) {
    let raw = mail.replace('\n', "\r\n").into_bytes();
    story
        .desk
        .accept(door, &format!("{}:{}", door.code(), new_id()), Envelope::default(), raw)
        .await
        .unwrap();
    story.settle().await;
}

/// The files of all tickets, the latest first.
async fn files(story: &Story) -> Vec<TicketFile> {
    let mut files = Vec::new();
    for row in story.view(View::All).await {
        files.push(story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap());
    }
    files
}

pub(super) fn ways(file: &TicketFile) -> Vec<Direction> {
    file.messages.iter().map(|stored| stored.direction).collect()
}

async fn a_colleagues_answer_ends_what_waits(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    assert!(story.ticket().await.draft.is_some());
    through(&story, Door::Sent, &answer(INGRID)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.draft.as_ref()), (Status::Closed, None));
    assert_eq!(ways(&file), [Direction::In, Direction::Out]);
    let event = file.events.iter().find(|event| event.kind == EventKind::Answered).unwrap();
    assert_eq!(event.actor, Actor::Person(story.camille.id.clone()), "known by the name she signs with");

    // She goes on: an answer to a mail that guichet has not sent finds its thread.
    let further =
        written("i2", INGRID, CONTACT, "c1@poste.code.gouv.fr", "Et pour une seconde fiche, comment faire ?");
    story.receive(&further).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Open, 3));
    through(&story, Door::Sent, &answer(INGRID)).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open, "the same copy twice says nothing new");
    story.balance().await;
}

async fn what_had_not_left_is_held(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    let mail = written("c2", US, "maryvonne@ac-limoges.example", "t1@ac-limoges.example", TEXT);
    through(&story, Door::Sent, &mail).await;
    story.pass(Duration::hours(1)).await;
    assert!(story.smtp.received().is_empty(), "neither refused nor told that the request came");
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Closed);
    assert!(file.outbox.iter().all(|entry| entry.state == OutboxState::Held));
    story.balance().await;
}

async fn what_goes_to_others_is_filed_aside(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let mail = written("c3", US, "expert@ministere.example", SILL, "Qu’en penses-tu ?");
    through(&story, Door::Sent, &mail).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, ways(&file)), (Status::Open, vec![Direction::In, Direction::OutAside]));
    assert!(file.draft.is_some(), "nobody has answered");
    // Closed meanwhile, what the expert says brings it back, unseen by the requester.
    story.desk.close(&story.seen(&file)).await.unwrap();
    let opinion = written("e1", "expert@ministere.example", CONTACT, "c3@poste.code.gouv.fr", "Favorable.");
    story.receive(&opinion).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open);
    assert_eq!(ways(&file), [Direction::In, Direction::OutAside, Direction::Aside]);
    assert_eq!(story.desk.answer_address(&file.ticket, &file.messages).as_deref(), Some(INGRID));
    story.balance().await;
}

async fn a_copy_of_our_own_mail_changes_nothing(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    through(&story, Door::Sent, &receipt.text().replace("\r\n", "\n")).await;
    // A relay renamed it and kept what it was called.
    let id = Story::header(&receipt, "Message-ID");
    let renamed = receipt.text().replace("\r\n", "\n").replace(
        &format!("Message-ID: {id}"),
        &format!("Message-ID: <x@prod.outlook.com>\nX-Microsoft-Original-Message-ID: {id}"),
    );
    assert!(renamed.contains("X-Microsoft"));
    through(&story, Door::Sent, &renamed).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Open, 1));
    let lines = story.desk.store().ledger().await.unwrap();
    let sent = lines.iter().find(|line| line.door == Door::Sent).unwrap();
    assert_eq!((sent.arrived, sent.duplicate), (2, 2));
    story.balance().await;
}

async fn an_answer_may_come_before_its_request(database: Database) {
    let story = Story::begin(database).await;
    through(&story, Door::Sent, &answer(INGRID)).await;
    let conversation = story.ticket().await;
    assert_eq!(conversation.ticket.status, Status::Closed);
    story.clock.advance(Duration::minutes(1));
    story.receive(SILL_MAIL).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.reference, conversation.ticket.reference);
    assert_eq!(file.ticket.status, Status::Closed, "it is answered");
    assert_eq!(
        (file.ticket.category.as_str(), file.ticket.subject.as_str()),
        ("sill", "Référencement au SILL")
    );
    assert_eq!(file.ticket.requester_name, "Ingrid Solberg");
    assert_eq!(file.opening().unwrap().message.message_id.as_deref(), Some(SILL));
    assert!(file.outbox.is_empty() && story.smtp.received().is_empty());
    // Nobody else's mail under that id gets in.
    let taken = SILL_MAIL
        .replace("Ingrid Solberg <ingrid@fjordarkiv.example>", "eve@evil.example")
        .replace("archivage", "jeux");
    story.receive(&taken).await;
    assert_eq!(story.view(View::All).await.len(), 2);
    story.balance().await;
}

async fn the_copy_in_the_inbox_may_come_first(database: Database) {
    one_of_two_copies(database, true).await;
}

async fn the_copy_in_the_sent_folder_may_come_first(database: Database) {
    one_of_two_copies(database, false).await;
}

async fn one_of_two_copies(database: Database, inbox_first: bool) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let mail = answer(&format!("{INGRID}\nCc: {CONTACT}"));
    // What mail servers add on the way in.
    let tagged = mail.replace("Re: SILL", "[EXT] Re: SILL");
    let inbox = format!("Received: from a by b; x\nX-Spam-Status: No\n{tagged}");
    if inbox_first {
        story.receive(&inbox).await;
        assert_eq!(story.ticket().await.ticket.status, Status::Open, "nothing proves who wrote it");
    }
    through(&story, Door::Sent, &mail).await;
    if !inbox_first {
        story.receive(&inbox).await;
    }
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, ways(&file)), (Status::Closed, vec![Direction::In, Direction::Out]));
    story.balance().await;
}

async fn a_copy_in_the_inbox_without_a_proof_waits_for_the_sent_one(database: Database) {
    let story = Story::begin(database).await;
    // The colleague began: nothing is known of the thread, and nothing proves the sender.
    let mail =
        written("c4", US, &format!("{INGRID}\nCc: {CONTACT}"), "", "Bonjour, une question de notre part.");
    story.receive(&mail).await;
    assert_eq!(story.ticket().await.ticket.status, Status::SetAside);
    through(&story, Door::Sent, &mail).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, ways(&file)), (Status::Closed, vec![Direction::Out]));
    assert_eq!(file.ticket.requester_email, INGRID);
    story
        .receive(&written(
            "i1",
            INGRID,
            CONTACT,
            "c4@poste.code.gouv.fr",
            "Voici notre réponse, et une question ?",
        ))
        .await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Open, 2));
    story.balance().await;
}

async fn a_forged_answer_does_nothing(database: Database) {
    let story =
        Story::begin_with(database, |config| config.mail.authserv_id = Some("mx.gouv.example".to_owned()))
            .await;
    story.receive(SILL_MAIL).await;
    let forged = answer(&format!("{INGRID}\nCc: {CONTACT}")).replacen(
        "Subject:",
        "Authentication-Results: mx.gouv.example; dmarc=fail header.from=code.gouv.fr\nSubject:",
        1,
    );
    story.receive(&forged).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, ways(&file)), (Status::Open, vec![Direction::In, Direction::Notice]));
    assert!(file.draft.is_some());
    // Without any answer to a known mail the address alone is worth nothing either.
    story
        .receive(
            &answer(&format!("{INGRID}\nCc: {CONTACT}")).replace("sill-1@", "autre@").replace("c1@", "c9@"),
        )
        .await;
    assert_eq!(story.view(View::SetAside).await.len(), 1);
    story.balance().await;
}

async fn what_belongs_to_nothing_is_a_closed_conversation(database: Database) {
    let story = Story::begin(database).await;
    through(
        &story,
        Door::Sent,
        &written("c5", US, "elu@ville.example", "", "Bonjour, où en est votre projet ?"),
    )
    .await;
    let file = story.ticket().await;
    assert_eq!(
        (file.ticket.status, file.ticket.requester_email.as_str()),
        (Status::Closed, "elu@ville.example")
    );
    assert_eq!(file.ticket.subject, "SILL");
    assert!(story.view(View::Todo).await.is_empty());
    story
        .receive(&written(
            "v1",
            "elu@ville.example",
            CONTACT,
            "c5@poste.code.gouv.fr",
            "Il avance ; et chez vous ?",
        ))
        .await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Open, 2));
    assert!(story.smtp.received().is_empty(), "a reply gets no receipt");
    story.balance().await;
}

async fn what_was_passed_on_is_no_conversation(database: Database) {
    let story = Story::begin(database).await;
    let mail = written("c6", US, "expert@ministere.example", "", "Pour toi.").replace("Re: SILL", "TR: SILL");
    through(&story, Door::Sent, &mail).await;
    story
        .receive(&written(
            "e2",
            "expert@ministere.example",
            CONTACT,
            "c6@poste.code.gouv.fr",
            "De quoi s’agit-il ?",
        ))
        .await;
    let files = files(&story).await;
    assert_eq!(files.len(), 2);
    assert_eq!((files[0].ticket.status, files[1].ticket.status), (Status::Open, Status::Closed));
    assert!(files[0].events.iter().any(|event| event.kind == EventKind::Related));
    story.balance().await;
}

async fn a_later_message_still_waits(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    let dated = format!("Date: {}\n{}", story.clock.now().to_rfc2822(), answer(INGRID));
    story.clock.advance(Duration::minutes(5));
    story.receive(&Story::reply_to(&receipt, INGRID, "J’oubliais : est-ce payant ?")).await;
    story.clock.advance(Duration::minutes(5));
    through(&story, Door::Sent, &dated).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open, "the colleague had not read that yet");
    assert_eq!(file.messages.len(), 3);
    story.balance().await;
}

async fn a_colleague_with_an_account_answers_with_us_in_copy(database: Database) {
    let story =
        Story::begin_with(database, |config| config.mail.authserv_id = Some("mx.gouv.example".to_owned()))
            .await;
    let proven = "Authentication-Results: mx.gouv.example; dmarc=pass header.from=example.org\nSubject:";
    story.receive(SILL_MAIL).await;
    let mail =
        written("c7", "Camille <camille@example.org>", &format!("{INGRID}\nCc: {CONTACT}"), SILL, TEXT);
    story.receive(&mail.replacen("Subject:", proven, 1)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, ways(&file)), (Status::Closed, vec![Direction::In, Direction::Out]));
    assert_eq!(file.ticket.assignee.as_ref(), Some(&story.camille.id));
    // To us alone: a word to the team, nothing more.
    let aside = written("c8", "Camille <camille@example.org>", CONTACT, SILL, "Je l’ai eue au téléphone.");
    story.receive(&aside.replacen("Subject:", proven, 1)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Closed, 3));
    // Her own request is one like any other.
    story
        .receive(
            &SILL_MAIL.replace("ingrid@fjordarkiv.example", "camille@example.org").replace("sill-1@", "moi@"),
        )
        .await;
    let again = written(
        "c9",
        "Camille <camille@example.org>",
        CONTACT,
        "moi@fjordarkiv.example",
        "Et j’ajoute ceci.",
    );
    story.receive(&again).await;
    let files = files(&story).await;
    assert_eq!((files.len(), ways(&files[0])), (2, vec![Direction::In, Direction::In]));
    assert_eq!(files[0].ticket.status, Status::Open);
    story.balance().await;
}

async fn a_hand_over_that_waits_is_taken_back(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    story.desk.hand_over(&story.seen(&story.ticket().await), "sill@ministere.example", "").await.unwrap();
    through(&story, Door::Sent, &answer(INGRID)).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Closed);
    assert_eq!(file.hand_overs[0].state, HandOverState::TakenBack);
    assert!(file.outbox.iter().all(|entry| !entry.kind.hands_over() || entry.state != OutboxState::Due));
}
