//! Many requests for one person on one day leave in one mail, and each is followed by itself.

use guichet::store::{TicketFile, View};
use guichet::ticket::{HandOverState, MailKind, Status};
use guichet::upkeep;

use super::super::texts::{SILL_MAIL, report};
use super::{COORDINATOR, answer, last};
use crate::support::database::{Database, on_both};
use crate::support::smtp::Received;
use crate::support::story::{CONTACT, Story};

on_both!(
    those_beyond_leave_in_one_mail,
    one_alone_leaves_as_any,
    a_digest_that_came_back_brings_all_back,
    an_absence_that_answers_a_digest_too,
    an_answer_to_a_digest_is_read_by_a_person,
    two_instances_write_it_once,
);

/// `count` requests, all handed over to the coordinator, the first one by itself; answers their tickets in order.
async fn many(story: &Story, count: usize) -> Vec<TicketFile> {
    let mut files = Vec::new();
    for n in 0..count {
        let mail = SILL_MAIL
            .replace("<sill-1@", &format!("<sill-{n}@"))
            .replace("logiciel libre d'archivage", &format!("logiciel libre d'archivage numéro {n}"));
        story.receive(&mail).await;
        let row = story.view(View::Todo).await.remove(0);
        let file = story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap();
        story.desk.hand_over(&story.seen(&file), COORDINATOR, "").await.unwrap();
        story.settle().await;
        files.push(file);
    }
    again(story, &files).await
}

async fn again(story: &Story, files: &[TicketFile]) -> Vec<TicketFile> {
    let mut now = Vec::new();
    for file in files {
        now.push(story.desk.store().ticket_file(&file.ticket.reference).await.unwrap().unwrap());
    }
    now
}

fn to_coordinator(story: &Story) -> Vec<Received> {
    story.smtp.received().into_iter().filter(|mail| mail.to == [COORDINATOR]).collect()
}

async fn begun(database: Database) -> Story {
    Story::begin_with(database, |config| config.hand_over.digest_above = 1).await
}

async fn waited(story: &Story) {
    story.clock.advance(chrono::Duration::hours(4));
    upkeep::tidy(&story.desk).await.unwrap();
    story.settle().await;
}

async fn those_beyond_leave_in_one_mail(database: Database) {
    let story = begun(database).await;
    let files = many(&story, 3).await;
    assert_eq!(to_coordinator(&story).len(), 1, "the others wait for each other");
    assert!(files.iter().all(|file| file.ticket.status == Status::HandedOver));
    waited(&story).await;
    let mails = to_coordinator(&story);
    assert_eq!(mails.len(), 2);
    let digest = &mails[1];
    let read = Story::read_mail(digest);
    assert!(read.starts_with("2 demandes que nous vous transmettons"), "{read}");
    assert!(read.contains("numéro 1") && read.contains("numéro 2") && !read.contains("numéro 0"), "{read}");
    assert_eq!(digest.text().matches("Content-Type: message/rfc822").count(), 2);
    assert_eq!(Story::header(digest, "Reply-To"), "", "whose request it is nobody could know");
    let files = again(&story, &files).await;
    let mails: Vec<_> = files.iter().map(|file| last(file).outbox_id.clone().unwrap()).collect();
    assert!(mails[1] == mails[2] && mails[0] != mails[1]);

    // Each by itself: one is answered on its page, the others are still waited for.
    let paths: Vec<&str> = read
        .split_whitespace()
        .filter_map(|word| {
            word.trim_matches(['(', ')', '<', '>'])
                .strip_prefix(&story.base)
                .filter(|path| path.contains("/transmission/"))
        })
        .collect();
    assert_eq!(paths.len(), 2);
    super::page::press(&story, paths[0], &[("choix", "telephone")]).await;
    let states: Vec<_> = again(&story, &files).await.iter().map(|file| last(file).state).collect();
    assert_eq!(states, [HandOverState::Waiting, HandOverState::Answered, HandOverState::Waiting]);
}

async fn one_alone_leaves_as_any(database: Database) {
    let story = begun(database).await;
    let files = many(&story, 2).await;
    waited(&story).await;
    let mails = to_coordinator(&story);
    assert!(Story::header(&mails[1], "Reply-To").starts_with(super::INGRID));
    let kinds: Vec<_> = again(&story, &files).await[1].outbox.iter().map(|entry| entry.kind).collect();
    assert!(kinds.contains(&MailKind::HandOver) && !kinds.contains(&MailKind::HandOverDigest));
}

async fn a_digest_that_came_back_brings_all_back(database: Database) {
    let story = begun(database).await;
    let files = many(&story, 3).await;
    waited(&story).await;
    let id = Story::header(&to_coordinator(&story)[1], "Message-ID");
    story.receive_from("", &report(COORDINATOR, "failed", "5.1.1", "550 5.1.1 User unknown", &id)).await;
    let statuses: Vec<_> = again(&story, &files).await.iter().map(|file| file.ticket.status).collect();
    assert_eq!(statuses, [Status::HandedOver, Status::Open, Status::Open]);
}

async fn an_absence_that_answers_a_digest_too(database: Database) {
    let story = begun(database).await;
    let files = many(&story, 3).await;
    waited(&story).await;
    let absent = answer(&to_coordinator(&story)[1], COORDINATOR, CONTACT, super::returned::ABSENT);
    let absent = absent.replacen("Subject:", "Auto-Submitted: auto-replied\nSubject:", 1);
    story.receive_from("", &absent).await;
    let statuses: Vec<_> = again(&story, &files).await.iter().map(|file| file.ticket.status).collect();
    assert_eq!(statuses, [Status::HandedOver, Status::Open, Status::Open]);
}

async fn two_instances_write_it_once(database: Database) {
    let story = begun(database).await;
    many(&story, 3).await;
    story.clock.advance(chrono::Duration::hours(4));
    let instances: Vec<_> = (0..8)
        .map(|_| {
            let desk = story.desk.clone();
            tokio::spawn(async move { desk.follow_hand_overs().await })
        })
        .collect();
    for instance in instances {
        instance.await.unwrap().unwrap();
    }
    story.settle().await;
    assert_eq!(to_coordinator(&story).len(), 2, "one alone and one digest");
}

async fn an_answer_to_a_digest_is_read_by_a_person(database: Database) {
    let story = begun(database).await;
    let files = many(&story, 3).await;
    waited(&story).await;
    let digest = to_coordinator(&story).remove(1);
    story.receive(&answer(&digest, COORDINATOR, CONTACT, "Les deux sont pour ma collègue.")).await;
    let files = again(&story, &files).await;
    assert_eq!(files.iter().filter(|file| file.ticket.status == Status::Open).count(), 1);
    assert!(
        files.iter().all(|file| last(file).state == HandOverState::Waiting),
        "nobody knows which is meant"
    );
}
