//! What only memory can tell: loops without headers, ping-pong, rushes, strangers in a thread.

use chrono::Duration;
use guichet::store::View;
use guichet::ticket::{Actor, EventKind, Status};
use guichet::upkeep;

use super::texts::{SENSITIVE, SILL_MAIL, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    a_mail_of_ours_that_comes_back_opens_nothing,
    a_robot_that_answers_the_receipt_hears_nothing_more,
    a_domain_has_its_cap,
    a_rush_is_answered_in_its_turn,
    a_flood_is_not_answered,
    a_ticket_is_reopened_three_times_an_hour,
    a_contest_counts_however_often_a_ticket_was_reopened,
    a_copy_without_anybody_else_is_a_request,
    bulk_mail_in_a_thread_changes_nothing,
    whoever_is_copied_or_of_the_team_is_in_the_thread,
    a_mail_that_only_copies_us_waits_for_a_person,
);

async fn a_mail_of_ours_that_comes_back_opens_nothing(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let file = story.ticket().await;
    story.desk.answer(&story.seen(&file), "Bonjour, voici comment faire.", true).await.unwrap();
    story.settle().await;
    for mail in story.smtp.wait_for(2).await {
        // An alias of the service among the recipients, a journal, a badly set rule.
        story.receive_from(CONTACT, &mail.text().replace("\r\n", "\n")).await;
    }
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Closed, 3));
    assert_eq!(story.smtp.received().len(), 2);
    story.balance().await;
}

async fn a_robot_that_answers_the_receipt_hears_nothing_more(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    // From another address, as helpdesks do: no thread of theirs, and no header that says so.
    let text = "Bonjour, comment référencer notre solution dans le SILL ?";
    story.receive(&Story::reply_to(&receipt, "ticket-77@helpdesk.example", text)).await;
    let rows = story.view(View::All).await;
    assert_eq!((rows.len(), story.smtp.received().len()), (2, 1));
    let file = story.desk.store().ticket_file(&rows[0].ticket.reference).await.unwrap().unwrap();
    assert_eq!(file.messages[0].automatic_ban.as_deref(), Some("answers-our-mail"));
}

async fn a_domain_has_its_cap(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.per_domain_per_hour = 2).await;
    let mail = |n: u8| {
        training_mail(&format!("t{n}"))
            .replace("maryvonne@", &format!("m{n}@"))
            .replace("quinzaine", &format!("{n}"))
    };
    for n in 0..3 {
        story.receive(&mail(n)).await;
    }
    story.pass(Duration::minutes(16)).await;
    assert_eq!(story.smtp.received().len(), 2);
    let file =
        story.desk.store().ticket_file(&story.view(View::Todo).await[0].ticket.reference).await.unwrap();
    assert_eq!(file.unwrap().messages[0].automatic_ban.as_deref(), Some("cap-domain"));
    story.pass(Duration::hours(1)).await;
    story.receive(&mail(3)).await;
    story.pass(Duration::minutes(16)).await;
    assert_eq!(story.smtp.received().len(), 3, "an hour later there is room again");
}

/// People who ask for the SILL, each from a domain of their own.
fn asks(n: usize) -> String {
    SILL_MAIL.replace("fjordarkiv.example", &format!("org{n}.example"))
}

async fn a_rush_is_answered_in_its_turn(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.per_minute = 2).await;
    for n in 0..5 {
        story.receive(&asks(n)).await;
    }
    assert_eq!(story.smtp.received().len(), 2);
    story.pass(Duration::minutes(1)).await;
    assert_eq!(story.smtp.received().len(), 4);
    story.pass(Duration::minutes(1)).await;
    assert_eq!(story.smtp.received().len(), 5, "nobody is forgotten");
}

async fn a_flood_is_not_answered(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.per_minute = 1).await;
    for n in 0..61 {
        story.receive(&asks(n)).await;
    }
    let file =
        story.desk.store().ticket_file(&story.view(View::All).await[0].ticket.reference).await.unwrap();
    let file = file.unwrap();
    assert_eq!(file.messages[0].automatic_ban.as_deref(), Some("cap-global"));
    assert_eq!((file.ticket.status, file.outbox.len()), (Status::Open, 0));
}

async fn a_ticket_is_reopened_three_times_an_hour(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    let more = async |text: &str| {
        story.desk.close(&story.seen(&story.ticket().await)).await.unwrap();
        story.receive(&Story::reply_to(&receipt, "ingrid@fjordarkiv.example", text)).await;
        story.ticket().await
    };
    for n in 1..=3 {
        assert_eq!(more(&format!("Encore {n}.")).await.ticket.status, Status::Open);
    }
    let file = more("Encore 4.").await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Closed, 5), "kept, and shown");
    assert!(file.events.iter().any(|event| event.kind == EventKind::ReopenLimited));
    // What was withheld is owed: no word of a person stays on a closed ticket unseen.
    upkeep::tidy(&story.desk).await.unwrap();
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
    story.clock.advance(Duration::minutes(61));
    upkeep::tidy(&story.desk).await.unwrap();
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
    // A person who closes it has seen it.
    story.desk.close(&story.seen(&story.ticket().await)).await.unwrap();
    story.clock.advance(Duration::minutes(61));
    upkeep::tidy(&story.desk).await.unwrap();
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
    story.receive(&Story::reply_to(&receipt, "ingrid@fjordarkiv.example", "Encore 5.")).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open, "an hour later it may be reopened again");
}

async fn a_contest_counts_however_often_a_ticket_was_reopened(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    let refusal = story.smtp.wait_for(1).await.remove(0);
    let more = async |text: &str| {
        story.receive(&Story::reply_to(&refusal, "maryvonne@ac-limoges.example", text)).await;
        story.ticket().await
    };
    for n in 1..=3 {
        more(&format!("Encore {n}.")).await;
        story.desk.close(&story.seen(&story.ticket().await)).await.unwrap();
    }
    let file = more("Je conteste.").await;
    assert!(file.ticket.contested && file.events.iter().any(|event| event.kind == EventKind::ReopenLimited));
    // Somebody who has looked since settles it: a note is enough.
    story.desk.note(&story.seen(&file), "Vu, rien de neuf.").await.unwrap();
    story.clock.advance(Duration::minutes(61));
    upkeep::tidy(&story.desk).await.unwrap();
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
}

async fn a_copy_without_anybody_else_is_a_request(database: Database) {
    let story = Story::begin(database).await;
    let heads = [
        "Cc: contact@code.gouv.fr",
        "To: undisclosed-recipients:;\nCc: contact@code.gouv.fr",
        "To: ingrid@fjordarkiv.example\nCc: contact@code.gouv.fr",
    ];
    for (n, head) in heads.into_iter().enumerate() {
        let mail = SILL_MAIL.replace("sill-1", &format!("copy-{n}"));
        story.receive(&mail.replacen("To: contact@code.gouv.fr", head, 1)).await;
    }
    assert_eq!(story.view(View::Todo).await.len(), heads.len());
}

async fn bulk_mail_in_a_thread_changes_nothing(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    story.desk.close(&story.seen(&story.ticket().await)).await.unwrap();
    let twice = "Delivered-To: contact@code.gouv.fr\nDelivered-To: contact@code.gouv.fr";
    for header in ["Precedence: bulk", "X-Autoreply: yes", "X-Loop: contact@code.gouv.fr", twice] {
        let mail =
            Story::reply_to(&receipt, "ingrid@fjordarkiv.example", "Nous avons bien reçu votre message.");
        story.receive(&mail.replacen("Subject:", &format!("{header}\nSubject:"), 1)).await;
    }
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Closed, 5));
    // A person who writes through a list, or whose mail program forbids automatic answers, is a person.
    let mail = Story::reply_to(&receipt, "ingrid@fjordarkiv.example", "Quel est le délai ?");
    story.receive(&mail.replacen("Subject:", "X-Auto-Response-Suppress: All\nSubject:", 1)).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
}

async fn whoever_is_copied_or_of_the_team_is_in_the_thread(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&SILL_MAIL.replacen("Subject:", "Cc: chef@fjordarkiv.example\nSubject:", 1)).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    story.receive(&Story::reply_to(&receipt, "chef@fjordarkiv.example", "Je confirme.")).await;
    story.receive(&Story::reply_to(&receipt, &story.camille.email, "Vu avec eux au téléphone.")).await;
    let file = story.ticket().await;
    assert_eq!(file.messages.len(), 3);
    let by = file.events.iter().filter(|event| event.kind == EventKind::Received);
    assert!(by.into_iter().all(|event| event.actor == Actor::Correspondent));
    assert_eq!(file.ticket.requester_email, "ingrid@fjordarkiv.example");
}

async fn a_mail_that_only_copies_us_waits_for_a_person(database: Database) {
    let story = Story::begin(database).await;
    let copied =
        SILL_MAIL.replacen("To: contact@code.gouv.fr", "To: autre@org.example\nCc: contact@code.gouv.fr", 1);
    story.receive(&copied).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.outbox.len()), (Status::Open, 0));
    assert!(file.events.iter().any(|event| event.detail.ends_with("only-cc")));
    // Then somebody asks us.
    let asked = "From: Ingrid <ingrid@fjordarkiv.example>\nTo: contact@code.gouv.fr\nSubject: Re: le SILL\n\
        In-Reply-To: <sill-1@fjordarkiv.example>\nMessage-ID: <s2@fjordarkiv.example>\n\nEt vous ?\n";
    story.receive(asked).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
    // What is sensitive waits for a person even so.
    let flaw = format!(
        "From: Paul <paul@b.example>\nTo: autre@org.example\nCc: {CONTACT}\nSubject: Faille\nMessage-ID: <f@b.example>\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{SENSITIVE}\n"
    );
    story.receive(&flaw).await;
    assert_eq!(story.view(View::Todo).await.len(), 2);
}
