//! What keeps automatic mail from becoming a flood, and what a person does about it: the breaker, the caps, the marks, the
//! envelope sender.

use chrono::Duration;
use guichet::config::Config;
use guichet::desk::AutomaticSender;
use guichet::store::{TicketFile, View};
use guichet::ticket::{Actor, EventKind, MailKind, OutboxState, Status};

use super::texts::{SILL_MAIL, report, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    too_much_in_an_hour_waits_for_a_person,
    an_alert_comes_once_and_never_back,
    a_person_lets_one_mail_go,
    a_hand_over_of_the_program_waits_too,
    a_ticket_has_its_cap,
    a_person_lifts_a_mark,
    what_is_let_go_leaves_though_automatic_mail_is_stopped,
    automatic_mail_has_the_null_sender,
);

const ALERT: &str = "exploitation@ailleurs.example";

fn narrow(config: &mut Config) {
    config.automatic.breaker_per_hour = 2;
    config.automatic.alert_to = Some(ALERT.to_owned());
}

async fn asks(story: &Story, name: &str) {
    let mail = SILL_MAIL
        .replace("ingrid@fjordarkiv.example", &format!("{name}@{name}.example"))
        .replace("sill-1@", &format!("{name}-1@"))
        .replace("Ingrid", name);
    story.receive(&mail).await;
}

async fn files(story: &Story) -> Vec<TicketFile> {
    let mut files = Vec::new();
    for row in story.view(View::All).await {
        files.push(story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap());
    }
    files.sort_by(|one, other| one.ticket.id.cmp(&other.ticket.id));
    files
}

/// The mails that left, alerts apart.
fn left(story: &Story) -> Vec<String> {
    let mails = story.smtp.received().into_iter().filter(|mail| mail.to != [ALERT]);
    mails.map(|mail| mail.to[0].clone()).collect()
}

async fn too_much_in_an_hour_waits_for_a_person(database: Database) {
    let story = Story::begin_with(database, narrow).await;
    for name in ["anne", "basile", "chloe", "denis"] {
        asks(&story, name).await;
    }
    assert_eq!(left(&story).len(), 2);
    assert!(story.desk.breaker_is_thrown().await.unwrap());
    // It holds over time, and what a person writes leaves.
    story.pass(Duration::hours(30)).await;
    assert_eq!(left(&story).len(), 2);
    let third = files(&story).await.remove(2);
    assert_eq!((third.outbox[0].state, third.ticket.status), (OutboxState::Due, Status::Open));
    story.desk.answer(&story.seen(&third), "Voici.", true).await.unwrap();
    story.settle().await;
    assert_eq!(left(&story).len(), 3);
    let page = story.page_of_team("/equipe/automatismes").await;
    assert!(page.contains("tout ce qui est automatique attend") && page.contains("disjoncteur"));
    assert!(story.page_of_team("/equipe").await.contains("Courriels automatiques en attente"));
    let page = story.page_of_team(&format!("/equipe/demandes/{}", third.ticket.reference)).await;
    assert!(page.contains("Le disjoncteur s’est déclenché") && page.contains("Envoyer quand même"));
    // Set back, what waited leaves, and the hour is counted anew.
    story.desk.reset_breaker(&story.camille.id).await.unwrap();
    story.pass(Duration::seconds(1)).await;
    assert_eq!(left(&story).len(), 5);
    assert!(!story.desk.breaker_is_thrown().await.unwrap());
    asks(&story, "elise").await;
    assert!(story.desk.breaker_is_thrown().await.unwrap());
    story.balance().await;
}

async fn an_alert_comes_once_and_never_back(database: Database) {
    let story = Story::begin_with(database, narrow).await;
    for name in ["anne", "basile", "chloe", "denis"] {
        asks(&story, name).await;
        story.pass(Duration::minutes(3)).await;
    }
    let alerts: Vec<_> = story.smtp.received().into_iter().filter(|mail| mail.to == [ALERT]).collect();
    assert_eq!(alerts.len(), 1);
    let alert = &alerts[0];
    assert_eq!(alert.from, "", "nothing comes back to it");
    assert_eq!(Story::header(alert, "Auto-Submitted"), "auto-generated");
    assert_eq!(Story::header(alert, "Reply-To"), ALERT, "whoever answers answers themselves");
    assert!(Story::header(alert, "From").contains(CONTACT));
    assert!(Story::read_mail(alert).contains("/equipe/automatismes"));
    // A program that answers it all the same, as badly as it can, gets nothing and wakes nobody.
    let answer = Story::reply_to(alert, ALERT, "Je suis absent.").replacen(
        "Subject:",
        "Auto-Submitted: auto-replied\nSubject:",
        1,
    );
    let before = story.view(View::Todo).await.len();
    story.receive_from("", &answer).await;
    story.receive_from(CONTACT, &alert.text().replace("\r\n", "\n")).await;
    assert_eq!(story.view(View::Todo).await.len(), before);
    assert_eq!(left(&story).len(), 2);
    story.balance().await;
}

async fn a_person_lets_one_mail_go(database: Database) {
    let story = Story::begin_with(database, narrow).await;
    for name in ["anne", "basile", "chloe", "denis"] {
        asks(&story, name).await;
    }
    let third = files(&story).await.remove(2);
    story.desk.send_anyway(&story.seen(&third), &third.outbox[0].id).await.unwrap();
    story.settle().await;
    assert_eq!(left(&story).last().map(String::as_str), Some("chloe@chloe.example"));
    assert_eq!(left(&story).len(), 3);
    let third = files(&story).await.remove(2);
    let event = third.events.iter().find(|event| event.kind == EventKind::LetGo).unwrap();
    assert!(event.detail.contains("trop de courriels automatiques"), "{}", event.detail);
    assert_eq!(event.actor, Actor::Person(story.camille.id.clone()));
    // It has left: there is nothing more to let go.
    assert!(story.desk.send_anyway(&story.seen(&third), &third.outbox[0].id).await.is_err());
}

async fn a_hand_over_of_the_program_waits_too(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.breaker_per_hour = 1).await;
    asks(&story, "anne").await;
    asks(&story, "basile").await;
    // The second receipt waits; what a person hands over leaves, its notice waits with the rest.
    let second = files(&story).await.remove(1);
    story.desk.hand_over(&story.seen(&second), "coordination@ministere.example", "").await.unwrap();
    story.settle().await;
    assert_eq!(left(&story), ["anne@anne.example", "coordination@ministere.example"]);
    let waiting =
        files(&story).await.remove(1).outbox.into_iter().filter(|entry| entry.state == OutboxState::Due);
    let kinds: Vec<_> = waiting.map(|entry| (entry.kind, entry.unattended)).collect();
    assert_eq!(kinds, [(MailKind::Receipt, true), (MailKind::HandOverNotice, true)]);
}

async fn a_ticket_has_its_cap(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.per_ticket = 1).await;
    asks(&story, "anne").await;
    let file = story.ticket().await;
    story.desk.hand_over(&story.seen(&file), "coordination@ministere.example", "").await.unwrap();
    story.settle().await;
    assert_eq!(left(&story), ["anne@anne.example", "coordination@ministere.example"], "no notice any more");
    let file = story.ticket().await;
    let told = file
        .events
        .iter()
        .any(|event| event.kind == EventKind::Withheld && event.detail.ends_with("cap-ticket"));
    assert!(told, "{:?}", file.events);
    let page = story.page_of_team(&format!("/equipe/demandes/{}", file.ticket.reference)).await;
    assert!(page.contains("cette demande a donné lieu à assez de courriels automatiques"));
}

async fn a_person_lifts_a_mark(database: Database) {
    const MARYVONNE: &str = "maryvonne@ac-limoges.example";
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    let id = Story::header(&story.smtp.wait_for(1).await[0], "Message-ID");
    story.receive_from("", &report(MARYVONNE, "failed", "5.1.1", "550 5.1.1 unknown", &id)).await;
    let file = story.ticket().await;
    let page = story.page_of_team(&format!("/equipe/demandes/{}", file.ticket.reference)).await;
    assert!(page.contains("aucune boîte n’existe à cette adresse") && page.contains("y écrire de nouveau"));
    // Only an address of the ticket.
    assert!(story.desk.lift_mark(&story.seen(&file), "autre@ville.example").await.is_err());
    story.desk.lift_mark(&story.seen(&file), "Maryvonne@ac-limoges.example").await.unwrap();
    let file = story.ticket().await;
    let event = file.events.iter().find(|event| event.kind == EventKind::MarkLifted).unwrap();
    assert!(event.detail.contains("unknown"), "{}", event.detail);
    assert_eq!(event.actor, Actor::Person(story.camille.id.clone()));
    assert!(story.desk.lift_mark(&story.seen(&file), MARYVONNE).await.is_err(), "it is gone");
    story.fill_in("/", MARYVONNE, super::texts::TRAINING_SUBJECT, super::texts::TRAINING).await;
    story.settle().await;
    story.pass(Duration::minutes(16)).await;
    assert_eq!(story.smtp.wait_for(2).await[1].to, [MARYVONNE], "automatic mail goes there again");
}

async fn what_is_let_go_leaves_though_automatic_mail_is_stopped(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.desk.stop_automatic(true, &story.camille.id).await.unwrap();
    story.pass(Duration::minutes(16)).await;
    let file = story.ticket().await;
    let refusal = file.outbox.iter().find(|entry| entry.kind == MailKind::Refusal).unwrap();
    assert_eq!(refusal.state, OutboxState::Held);
    story.desk.send_anyway(&story.seen(&file), &refusal.id).await.unwrap();
    story.settle().await;
    let file = story.ticket().await;
    let refusal = file.outbox.iter().find(|entry| entry.kind == MailKind::Refusal).unwrap();
    assert_eq!((refusal.state, file.ticket.status), (OutboxState::Sent, Status::Refused));
}

/// RFC 3834 section 3.3.
async fn automatic_mail_has_the_null_sender(database: Database) {
    let story = Story::begin_with(database, |config| {
        config.service.plus_addressing = true;
        config.automatic.sender = AutomaticSender::Null;
    })
    .await;
    asks(&story, "anne").await;
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    assert!(story.smtp.wait_for(2).await.iter().all(|mail| mail.from.is_empty()));
    let file = files(&story).await.remove(0);
    story.desk.answer(&story.seen(&file), "Voici.", true).await.unwrap();
    story.settle().await;
    let answer = story.smtp.wait_for(3).await.remove(2);
    assert!(answer.from.starts_with("contact+b-"), "a person's answer has a key: {}", answer.from);
}
