//! By mail.

use chrono::Duration;
use guichet::message::{Door, Envelope};
use guichet::store::View;
use guichet::ticket::{Actor, MailKind, Status};

use super::texts::{SILL_MAIL, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    an_attachment_a_draft_an_answer,
    a_picture_pasted_in_the_text_is_seen,
    the_same_mail_by_two_doors_is_one_request,
    a_stranger_in_a_thread_opens_a_ticket,
    imported_mail_is_closed_history,
    old_mail_is_never_answered_alone,
    a_refused_request_is_handed_over_by_a_person,
    a_live_mail_imported_before_it_came_is_open,
    two_instances_answer_a_mail_once,
    a_correction_goes_to_whoever_was_refused,
    acts_at_the_same_time_need_one_connection_each,
    a_notice_goes_where_the_receipt_went_and_is_counted,
    a_coordinators_answer_is_not_answered_in_the_requesters_place,
);

/// A page alone, with a screen pasted in it and a logo that is no picture for the page of a ticket.
const PASTED: &str = "From: lea@commune.example\nTo: contact@code.gouv.fr\nSubject: Une erreur\nMessage-ID: \
    <p1@commune.example>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"r\"\n\n\
    --r\nContent-Type: text/html; charset=utf-8\n\n\
    <p>Bonjour, voici ce que montre le SILL :</p><img src=\"cid:ecran@commune.example\"><img src=\"cid:logo\">\n\
    --r\nContent-Type: image/png; name=\"ecran.png\"\nContent-ID: <ecran@commune.example>\nContent-Disposition: inline; \
    filename=\"ecran.png\"\nContent-Transfer-Encoding: base64\n\n\
    iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\n\
    --r\nContent-Type: image/svg+xml; name=\"logo.svg\"\nContent-ID: <logo>\n\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n\
    --r--\n";

async fn a_picture_pasted_in_the_text_is_seen(database: Database) {
    let story = Story::begin(database).await;
    story.receive(PASTED).await;
    let file = story.ticket().await;
    assert!(file.messages[0].message.attachments.is_empty(), "it is no attachment");
    let page = story.page_of_team(&format!("/equipe/demandes/{}", file.ticket.reference)).await;
    assert!(page.contains("Images du message (1)") && page.contains("alt=\"ecran.png\""), "{page}");
    let address = page.split("class=\"team-picture\" src=\"").nth(1).unwrap().split('"').next().unwrap();
    let browser = story.browser_of_team().await;
    let picture = browser.get(format!("{}{address}", story.base)).send().await.unwrap();
    assert_eq!(
        (picture.status().as_u16(), &picture.headers()["content-type"]),
        (200, &"image/png".parse().unwrap())
    );
    assert!(picture.bytes().await.unwrap().starts_with(b"\x89PNG"));
}

async fn an_attachment_a_draft_an_answer(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.ticket.category.as_str()), (Status::Open, "sill"));
    assert_eq!(file.ticket.subject, "Référencement au SILL");
    let receipt = story.smtp.wait_for(1).await.remove(0);
    assert_eq!(receipt.from, "", "a receipt has the null sender");
    assert!(receipt.text().contains("In-Reply-To: <sill-1@fjordarkiv.example>"));

    let message = &file.messages[0];
    let [attachment] = &message.message.attachments[..] else { panic!("one attachment") };
    let (named, bytes) =
        story.desk.attachment(&file.ticket.reference, &message.id, attachment.part).await.unwrap().unwrap();
    assert_eq!((named.name.as_str(), bytes.as_slice()), ("fiche.pdf", &b"%PDF-1.4\n"[..]));

    let draft = file.draft.clone().expect("a draft waits for a person");
    story.desk.answer(&story.seen(&file), &draft.markdown, true).await.unwrap();
    story.settle().await;
    let answer = story.smtp.wait_for(2).await.remove(1);
    assert_eq!(answer.from, CONTACT);
    assert!(!answer.text().contains("Auto-Submitted") && !answer.text().contains("Precedence"));
    assert!(answer.text().contains("In-Reply-To: <sill-1@fjordarkiv.example>"));
    let closed = story.ticket().await;
    assert_eq!((closed.ticket.status, closed.draft), (Status::Closed, None));

    // A late word of thanks or a further question: the ticket is open again.
    story
        .receive(&Story::reply_to(&answer, "ingrid@fjordarkiv.example", "Encore une question : quel délai ?"))
        .await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
    assert_eq!(story.smtp.received().len(), 2, "a reply gets no receipt");
    story.balance().await;
}

async fn the_same_mail_by_two_doors_is_one_request(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.receive(&training_mail("t1")).await;
    story.ticket().await;
    // The same Message-ID with other content is another mail.
    story.receive(&training_mail("t1").replace("quinzaine", "vingtaine")).await;
    assert_eq!(story.view(View::All).await.len(), 2);
    let lines = story.desk.store().ledger().await.unwrap();
    let pipe = lines.iter().find(|line| line.door == Door::Pipe).unwrap();
    assert_eq!((pipe.arrived, pipe.opened, pipe.duplicate), (3, 2, 1));
    story.balance().await;
}

async fn a_stranger_in_a_thread_opens_a_ticket(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    story
        .receive(&Story::reply_to(
            &receipt,
            "inconnu@ailleurs.example",
            "Et moi, comment référencer le mien ?",
        ))
        .await;
    let rows = story.view(View::All).await;
    assert_eq!(rows.len(), 2);
    let first = story.desk.store().ticket_file(&rows[1].ticket.reference).await.unwrap().unwrap();
    assert_eq!(first.messages.len(), 1, "a stranger is not filed on somebody else's request");
    let second = story.desk.store().ticket_file(&rows[0].ticket.reference).await.unwrap().unwrap();
    assert!(
        second.events.iter().any(|event| event.detail == first.ticket.reference),
        "each leads to the other"
    );
    assert!(first.events.iter().any(|event| event.detail == second.ticket.reference));
    story.receive(&Story::reply_to(&receipt, "inconnu@ailleurs.example", "J’oubliais : c’est urgent.")).await;
    assert_eq!(story.view(View::All).await.len(), 2, "the stranger has a thread of their own by now");
}

async fn imported_mail_is_closed_history(database: Database) {
    let story = Story::begin(database).await;
    let raw = training_mail("old").into_bytes();
    story.desk.accept(Door::Import, "import:1", Envelope::default(), raw).await.unwrap();
    story.pass(Duration::days(2)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.ticket.history), (Status::Closed, true));
    assert!(file.outbox.is_empty() && story.smtp.received().is_empty());
    assert_eq!(file.decision.unwrap().category, "refused-training");
    story.balance().await;
}

async fn old_mail_is_never_answered_alone(database: Database) {
    let story = Story::begin(database).await;
    let mail = training_mail("late").replacen(
        "MIME-Version",
        "Date: Mon, 02 Mar 2026 10:14:00 +0100\nMIME-Version",
        1,
    );
    story.receive(&mail).await;
    story.pass(Duration::days(1)).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
    assert!(story.smtp.received().is_empty());
}

async fn a_refused_request_is_handed_over_by_a_person(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    let file = story.ticket().await;
    let seen = story.seen(&file);
    assert!(
        story.desk.hand_over(&seen, "maryvonne@ac-limoges.example", "").await.is_err(),
        "never to the requester"
    );
    assert!(story.desk.hand_over(&seen, CONTACT, "").await.is_err(), "never to the service");
    assert!(story.desk.hand_over(&seen, "not an address", "").await.is_err());
    story.desk.hand_over(&seen, "formation@ministere.example", "le service formation").await.unwrap();
    story.pass(Duration::hours(1)).await;
    let mails = story.smtp.wait_for(2).await;
    assert_eq!(mails[0].to, ["formation@ministere.example"]);
    assert!(mails[0].text().contains("message/rfc822"), "the original is attached");
    assert_eq!(mails[1].to, ["maryvonne@ac-limoges.example"]);
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::HandedOver);
    let refusals =
        file.outbox.iter().filter(|entry| entry.kind == MailKind::Refusal && entry.sent_at.is_some());
    assert_eq!(refusals.count(), 0, "a request handed over is not refused as well");
}

async fn a_live_mail_imported_before_it_came_is_open(database: Database) {
    let story = Story::begin(database).await;
    let raw = training_mail("t1").replace('\n', "\r\n").into_bytes();
    story.desk.accept(Door::Import, "import:1", Envelope::default(), raw).await.unwrap();
    story.settle().await;
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
    story.receive(&training_mail("t1")).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox.len()), (Status::Open, 0), "a person answers it");
    // Closed by a person, it stays so, however often the mail comes.
    story.desk.close(&story.seen(&file)).await.unwrap();
    story.receive(&training_mail("t1")).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
    story.balance().await;
}

async fn two_instances_answer_a_mail_once(database: Database) {
    let story = Story::begin(database).await;
    let envelope = Envelope { to: vec![CONTACT.to_owned()], ..Envelope::default() };
    let raw = SILL_MAIL.replace('\n', "\r\n").into_bytes();
    for key in ["pipe:1", "pipe:2"] {
        story.desk.accept(Door::Pipe, key, envelope.clone(), raw.clone()).await.unwrap();
    }
    let lease = Duration::minutes(2);
    let (one, two) = tokio::join!(story.desk.process_next(lease), story.desk.process_next(lease));
    // Whichever met the other looks again a little later.
    assert!(one.unwrap() | two.unwrap());
    story.pass(Duration::minutes(1)).await;
    assert_eq!(story.ticket().await.outbox.len(), 1);
    assert_eq!(story.smtp.wait_for(1).await.len(), 1);
    story.balance().await;
}

async fn a_correction_goes_to_whoever_was_refused(database: Database) {
    let story = Story::begin(database).await;
    let mail = training_mail("t1").replacen("Subject:", "Cc: chef@ac-limoges.example\nSubject:", 1);
    story.receive(&mail).await;
    story.pass(Duration::minutes(16)).await;
    let refusal = story.smtp.wait_for(1).await.remove(0);
    story
        .receive(&Story::reply_to(&refusal, "chef@ac-limoges.example", "Ma collègue demandait autre chose."))
        .await;
    story.desk.rescue(&story.seen(&story.ticket().await)).await.unwrap();
    story.settle().await;
    assert_eq!(story.smtp.wait_for(2).await[1].to, ["maryvonne@ac-limoges.example"]);
}

async fn acts_at_the_same_time_need_one_connection_each(mut database: Database) {
    database.settings.readers = 1;
    let story = Story::begin(database).await;
    for n in 0..4 {
        story.receive(&training_mail(&format!("t{n}")).replace("quinzaine", &format!("{n}"))).await;
    }
    let mut acts = tokio::task::JoinSet::new();
    for row in story.view(View::All).await {
        let file = story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap();
        let (desk, seen) = (story.desk.clone(), story.seen(&file));
        acts.spawn(async move { desk.hand_over(&seen, "formation@ministere.example", "").await });
    }
    while let Some(act) = acts.join_next().await {
        act.unwrap().unwrap();
    }
}

async fn a_coordinators_answer_is_not_answered_in_the_requesters_place(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    let file = story.ticket().await;
    story.desk.hand_over(&story.seen(&file), "formation@ministere.example", "").await.unwrap();
    story.settle().await;
    let handed = story.smtp.wait_for(2).await.remove(0);
    story.receive(&Story::reply_to(&handed, "formation@ministere.example", "C’est prévu en mars.")).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Open, 2));
    assert!(file.events.iter().any(|event| event.actor == Actor::Correspondent));
    story.desk.answer(&story.seen(&file), "Une session est prévue en mars.", true).await.unwrap();
    story.settle().await;
    let answer = story.smtp.wait_for(3).await.remove(2);
    assert_eq!(answer.to, ["maryvonne@ac-limoges.example"]);
    assert!(answer.text().contains("In-Reply-To: <t1@ac-limoges.example>"));
}

async fn a_notice_goes_where_the_receipt_went_and_is_counted(database: Database) {
    let story = Story::begin(database).await;
    // Somebody writes under another person's address: whoever really sent it is told, nobody else.
    story.receive_from("paul@ailleurs.example", SILL_MAIL).await;
    for handed in ["a@ministere.example", "b@ministere.example", "c@ministere.example"] {
        story.desk.hand_over(&story.seen(&story.ticket().await), handed, "").await.unwrap();
        story.settle().await;
    }
    let to: Vec<String> = story.smtp.received().into_iter().flat_map(|mail| mail.to).collect();
    assert!(!to.contains(&"ingrid@fjordarkiv.example".to_owned()), "{to:?}");
    assert_eq!(
        to.iter().filter(|to| *to == "paul@ailleurs.example").count(),
        3,
        "the cap per recipient and day"
    );
    let file = story.ticket().await;
    assert!(file.events.iter().any(|event| event.detail.contains("cap-recipient")));
}
