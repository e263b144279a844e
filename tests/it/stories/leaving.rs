//! What is asked of a mail as it leaves, however long ago it was promised: whether its recipient still takes mail, whether
//! anything automatic may leave, whether the mail server takes our sender; and what the team reads while it waits.

use std::sync::Arc;

use chrono::Duration;
use guichet::store::{OutboxEntry, TicketFile, View};
use guichet::ticket::{HandOverState, MailKind, OutboxState, Status};
use guichet::upkeep;

use super::routed::{COORDINATOR, JEANNE, ORDER, know_culture, reached, to_us};
use super::texts::{SILL_MAIL, report, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::smtp::{At, Do};
use crate::support::story::Story;

on_both!(
    a_reminder_under_way_is_stopped_too,
    nobody_is_reminded_at_an_address_that_returns_mail,
    no_gathered_mail_goes_to_an_address_that_returns_mail,
    an_alert_does_not_wait_for_a_slow_mail,
    a_relay_that_refuses_our_empty_sender_is_told_as_such,
    what_waits_for_the_relay_is_not_said_to_leave_now,
);

/// Two requests handed over by the program to the coordinator of a ministry.
async fn two_handed(story: &Story) -> [TicketFile; 2] {
    know_culture(story).await;
    for subject in ["Premier bon de commande", "Second bon de commande"] {
        story.receive(&to_us(JEANNE, subject, ORDER)).await;
        story.clock.advance(Duration::minutes(1));
    }
    let mut files = Vec::new();
    for row in story.view(View::All).await {
        files.push(story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap());
    }
    files.sort_by(|one, other| one.ticket.id.cmp(&other.ticket.id));
    files.try_into().expect("two requests")
}

async fn again(story: &Story, file: &TicketFile) -> TicketFile {
    story.desk.store().ticket_file(&file.ticket.reference).await.unwrap().unwrap()
}

/// The mail server is away while what is due gets promised, then it is back.
async fn promised_while_away(story: &mut Story, until: chrono::DateTime<chrono::Utc>) {
    story.smtp.stop().await;
    story.clock.advance(until - story.clock.now());
    upkeep::tidy(&story.desk).await.unwrap();
    story.settle().await;
    story.smtp.start_again().await;
}

async fn a_reminder_under_way_is_stopped_too(database: Database) {
    let mut story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let file = story.ticket().await;
    story.desk.hand_over(&story.seen(&file), COORDINATOR, "").await.unwrap();
    story.settle().await;
    let at = story.ticket().await.hand_overs[0].remind_at.unwrap();
    promised_while_away(&mut story, at).await;
    assert_eq!(story.ticket().await.hand_overs[0].reminders, 1);
    story.desk.stop_automatic(true, &story.camille.id).await.unwrap();
    story.pass(Duration::minutes(30)).await;
    assert_eq!(reached(&story, COORDINATOR).len(), 1, "the hand-over alone");
    let file = story.ticket().await;
    let reminder = file.outbox.iter().find(|entry| entry.kind == MailKind::HandOverReminder).unwrap();
    assert_eq!(reminder.state, OutboxState::Held);
    let standing = (file.ticket.status, file.hand_overs[0].state);
    assert_eq!(standing, (Status::HandedOver, HandOverState::Waiting), "whoever has it keeps it");
}

async fn nobody_is_reminded_at_an_address_that_returns_mail(database: Database) {
    let mut story = Story::begin(database).await;
    let [first, second] = two_handed(&story).await;
    let id = Story::header(&reached(&story, COORDINATOR)[0], "Message-ID");
    let at = again(&story, &second).await.hand_overs[0].remind_at.unwrap();
    promised_while_away(&mut story, at).await;
    assert_eq!(again(&story, &second).await.hand_overs[0].reminders, 1);
    // What comes back is the mail of the first request, and the second's reminder is promised already.
    story.receive_from("", &report(COORDINATOR, "failed", "5.1.1", "550 5.1.1 User unknown", &id)).await;
    story.pass(Duration::minutes(30)).await;
    assert_eq!(reached(&story, COORDINATOR).len(), 2, "no reminder");
    for file in [first, second] {
        let file = again(&story, &file).await;
        assert_eq!((file.ticket.status, file.hand_overs[0].state), (Status::Open, HandOverState::Returned));
    }
}

async fn no_gathered_mail_goes_to_an_address_that_returns_mail(database: Database) {
    let mut story = Story::begin_with(database, |config| config.hand_over.digest_above = 1).await;
    know_culture(&story).await;
    for name in ["jeanne", "paulette", "marie"] {
        story.receive(&to_us(&format!("{name}@culture.gouv.fr"), "Bon de commande", ORDER)).await;
        story.clock.advance(Duration::minutes(1));
    }
    let mails = reached(&story, COORDINATOR);
    assert_eq!(mails.len(), 1, "the others wait for each other");
    assert!(story.view(View::All).await.iter().all(|row| row.ticket.status == Status::HandedOver));
    let until = story.clock.now() + Duration::hours(4);
    promised_while_away(&mut story, until).await;
    assert!(story.desk.store().outbox_count(story.clock.now()).await.unwrap().due > 0, "it is promised");
    let id = Story::header(&mails[0], "Message-ID");
    story.receive_from("", &report(COORDINATOR, "failed", "5.1.1", "550 5.1.1 User unknown", &id)).await;
    story.pass(Duration::minutes(30)).await;
    assert_eq!(reached(&story, COORDINATOR).len(), 1);
    assert_eq!(story.view(View::Todo).await.len(), 3, "people hand them over to somebody else");
}

const ALERT: &str = "exploitation@ailleurs.example";

async fn an_alert_does_not_wait_for_a_slow_mail(database: Database) {
    let begun = Story::begin_with(database, |config| {
        config.automatic.breaker_per_hour = 1;
        config.automatic.alert_to = Some(ALERT.to_owned());
        config.smtp.pool_size = 2;
        config.smtp.timeout_seconds = 600;
    });
    let story = Arc::new(begun.await);
    story.receive(SILL_MAIL).await;
    // A person's answer hangs at a slow server, and meanwhile the breaker is thrown.
    let file = story.ticket().await;
    story.desk.answer(&story.seen(&file), "Voici.", true).await.unwrap();
    story.smtp.hold_domain(Some("fjordarkiv.example"));
    story
        .keep(
            "basile@bourg.example",
            &SILL_MAIL
                .replace("ingrid@fjordarkiv.example", "basile@bourg.example")
                .replace("<sill-1@", "<sill-2@"),
        )
        .await;
    let courier = tokio::spawn({
        let story = Arc::clone(&story);
        async move { story.settle().await }
    });
    story.smtp.wait_for_held(1).await;
    let taken = story.smtp.wait_for(2).await;
    assert_eq!(taken[1].to, [ALERT]);
    story.smtp.hold_domain(None);
    courier.await.unwrap();
}

async fn a_relay_that_refuses_our_empty_sender_is_told_as_such(database: Database) {
    let story = Story::begin(database).await;
    // Postfix says so at RCPT, as it is shipped; others at MAIL.
    let refusals = [
        (At::Recipient, "554 5.7.1 <>: Sender address rejected: null sender"),
        (At::Mail, "550 5.7.1 null sender refused"),
        (At::Recipient, "550 5.1.7 bad sender"),
    ];
    story.smtp.script([(refusals[0].0, Do::Say(refusals[0].1))]);
    story.receive(SILL_MAIL).await;
    for (at, says) in &refusals[1..] {
        assert_waits(&story.ticket().await.outbox[0]);
        let page = story.page_of_team("/equipe/sante").await;
        assert!(page.contains("refuse notre expéditeur vide"), "{page}");
        assert!(!page.contains("Les courriels ne partent plus"), "{page}");
        story.smtp.script([(*at, Do::Say(says))]);
        story.pass(Duration::minutes(11)).await;
    }
    let file = story.ticket().await;
    assert_waits(&file.outbox[0]);
    let page = story.page_of_team(&format!("/equipe/demandes/{}", file.ticket.reference)).await;
    assert!(page.contains("refuse notre expéditeur vide"), "{page}");
    let mark = story.desk.store().address_mark("ingrid@fjordarkiv.example", story.clock.now()).await.unwrap();
    assert!(mark.is_none(), "it says nothing of Ingrid");
    story.pass(Duration::minutes(11)).await;
    assert_eq!(story.ticket().await.outbox[0].state, OutboxState::Sent);
    assert!(story.page_of_team("/equipe/sante").await.contains("Tout va bien"));
}

#[track_caller]
fn assert_waits(entry: &OutboxEntry) {
    assert_eq!((entry.state, entry.attempts), (OutboxState::Due, 0), "{}", entry.last_words);
}

async fn what_waits_for_the_relay_is_not_said_to_leave_now(database: Database) {
    let mut story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.smtp.stop().await;
    story.pass(Duration::minutes(16)).await;
    let reference = story.ticket().await.ticket.reference;
    let said = "partira dès que le serveur de messagerie répondra";
    for path in ["/equipe?vue=part-bientot", &format!("/equipe/demandes/{reference}")] {
        let page = story.page_of_team(path).await;
        assert!(page.contains(said) && !page.contains("part maintenant"), "{path}: {page}");
    }
}
