//! Acts of the team lose nothing: no request between two merged ones, nothing of what was put off, handed over or half
//! written, no mail that failed.

use chrono::Duration;
use guichet::desk::{Bulk, Forward, Seen};
use guichet::setting::HumanDuration;
use guichet::store::{TicketFile, View, Written};
use guichet::ticket::{EventKind, HandOverState, MailKind, OutboxState, Status};

use super::texts::{SILL_MAIL, report, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    two_refusals_that_wait_become_one_open_request,
    a_request_awaited_elsewhere_opens_the_closed_one,
    a_forward_taken_back_leaves_the_ticket_where_it_stands,
    an_act_undone_puts_off_again_and_takes_up_what_was_handed_over,
    a_request_ticked_twice_is_done_once,
    what_is_not_known_to_be_done_is_not_told_as_done,
    a_draft_outlives_an_act_on_many,
    what_was_sent_is_no_draft_again,
    whoever_ends_their_own_request_ends_nobody_elses,
    a_failed_mail_shows_until_somebody_has_seen_to_it,
);

async fn file(story: &Story, reference: &str) -> TicketFile {
    story.desk.store().ticket_file(reference).await.unwrap().unwrap()
}

/// A question of `name`; answers its reference.
async fn asks(story: &Story, name: &str) -> String {
    let mail = format!(
        "From: {name}@{name}.example\nTo: {CONTACT}\nSubject: Licence de {name}\nMessage-ID: <{name}@{name}.example>\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n\
         Bonjour, sous quelle licence publier le code source du logiciel {name} ?\n"
    );
    story.receive(&mail).await;
    story.clock.advance(Duration::minutes(1));
    let rows = story.view(View::All).await;
    let theirs = rows.iter().find(|row| row.ticket.requester_email == format!("{name}@{name}.example"));
    theirs.unwrap().ticket.reference.clone()
}

async fn seen(story: &Story, reference: &str) -> Seen {
    story.seen(&file(story, reference).await)
}

async fn two_refusals_that_wait_become_one_open_request(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    story.receive(&training_mail("t2").replace("maryvonne@", "paul@").replace("Maryvonne", "Paul")).await;
    let waiting: Vec<String> =
        story.view(View::LeavingSoon).await.into_iter().map(|row| row.ticket.reference).collect();
    let [source, target] = &waiting[..] else { panic!("two refusals wait") };
    story.desk.merge(&seen(&story, source).await, target).await.unwrap();
    let whole = file(&story, target).await;
    assert_eq!(whole.ticket.status, Status::Open);
    let refusals = whole.outbox.iter().filter(|entry| entry.kind == MailKind::Refusal);
    assert_eq!(refusals.filter(|entry| entry.state == OutboxState::Held).count(), 2);
    assert_eq!(story.view(View::Todo).await.len(), 1, "a person reads it");
    story.desk.unmerge(&seen(&story, source).await).await.unwrap();
    assert_eq!(story.view(View::LeavingSoon).await.len(), 2, "both wait again, as before");
}

async fn a_request_awaited_elsewhere_opens_the_closed_one(database: Database) {
    let story = Story::begin(database).await;
    let (put_off, handed, target) =
        (asks(&story, "ana").await, asks(&story, "bob").await, asks(&story, "cleo").await);
    story.desk.snooze(&seen(&story, &put_off).await, None).await.unwrap();
    story.desk.hand_over(&seen(&story, &handed).await, "expert@inria.example", "").await.unwrap();
    for source in [&put_off, &handed] {
        story.desk.close(&seen(&story, &target).await).await.unwrap();
        story.desk.merge(&seen(&story, source).await, &target).await.unwrap();
        assert_eq!(file(&story, &target).await.ticket.status, Status::Open);
    }
}

async fn a_forward_taken_back_leaves_the_ticket_where_it_stands(database: Database) {
    let story = Story::begin_with(database, |config| config.answer.hold = HumanDuration::from_secs(15)).await;
    let (closed, handed) = (asks(&story, "ana").await, asks(&story, "bob").await);
    story.desk.close(&seen(&story, &closed).await).await.unwrap();
    story.desk.hand_over(&seen(&story, &handed).await, "pilote@ministere.example", "").await.unwrap();
    for (reference, stands) in [(&closed, Status::Closed), (&handed, Status::HandedOver)] {
        let forward = Forward {
            to: "expert@inria.example".to_owned(),
            note: "Votre avis ?".to_owned(),
            message_id: String::new(),
        };
        story.desk.forward(&seen(&story, reference).await, &forward).await.unwrap();
        let before = file(&story, reference).await;
        assert_eq!(before.inquiries.len(), 1);
        let mail = before.outbox.iter().find(|entry| entry.kind == MailKind::Forward).unwrap();
        story.desk.stop(&story.seen(&before), &mail.id).await.unwrap();
        let after = file(&story, reference).await;
        assert_eq!(after.ticket.status, stands);
        let mut tx = story.desk.store().begin().await.unwrap();
        assert!(tx.inquiries_of(&after.ticket.id).await.unwrap().is_empty(), "nobody was asked");
        drop(tx);
        assert!(after.hand_overs.iter().all(|one| one.state == HandOverState::Waiting));
        assert_eq!(after.events.last().unwrap().kind, EventKind::Stopped);
    }
    let sent = story.smtp.received().len();
    story.pass(Duration::minutes(1)).await;
    let left = story.smtp.received().split_off(sent);
    assert!(left.iter().all(|mail| mail.to != ["expert@inria.example"]));
    // Let go after all, its answer is filed as one.
    let held = file(&story, &closed).await;
    let mail = held.outbox.iter().find(|entry| entry.kind == MailKind::Forward).unwrap();
    story.desk.send_anyway(&story.seen(&held), &mail.id).await.unwrap();
    assert_eq!(file(&story, &closed).await.inquiries.len(), 1);
}

async fn an_act_undone_puts_off_again_and_takes_up_what_was_handed_over(database: Database) {
    let story = Story::begin(database).await;
    let (put_off, handed) = (asks(&story, "ana").await, asks(&story, "bob").await);
    let until = story.clock.now() + Duration::days(2);
    story.desk.snooze(&seen(&story, &put_off).await, Some(until)).await.unwrap();
    story.desk.hand_over(&seen(&story, &handed).await, "expert@inria.example", "").await.unwrap();
    let all = [seen(&story, &put_off).await, seen(&story, &handed).await];
    story.clock.advance(Duration::minutes(1));
    let id = story.desk.bulk(&Bulk::Close, &all).await.unwrap();
    assert_eq!(story.desk.undo_bulk(&id, &story.camille.id).await.unwrap().back.len(), 2);
    let back = file(&story, &put_off).await;
    assert_eq!(back.ticket.status, Status::Snoozed);
    assert_eq!(story.desk.store().snooze(&back.ticket.id).await.unwrap().unwrap().until, Some(until));
    let back = file(&story, &handed).await;
    assert_eq!((back.ticket.status, back.hand_overs[0].state), (Status::Open, HandOverState::TakenBack));
    let leaves = |entry: &guichet::store::OutboxEntry| {
        entry.kind == MailKind::HandOver && entry.state == OutboxState::Due
    };
    assert!(!back.outbox.iter().any(leaves), "nobody is handed what the team has taken up");
}

async fn a_request_ticked_twice_is_done_once(database: Database) {
    let story = Story::begin(database).await;
    let one = asks(&story, "ana").await;
    let seen = seen(&story, &one).await;
    let id = story.desk.bulk(&Bulk::Close, &[seen.clone(), seen]).await.unwrap();
    let (_, items) = story.desk.store().bulk(&id).await.unwrap().unwrap();
    assert_eq!((items.len(), items[0].left_because.as_deref()), (1, None));
    assert_eq!(story.desk.undo_bulk(&id, &story.camille.id).await.unwrap().back, [one.as_str()]);
    assert_eq!(file(&story, &one).await.ticket.status, Status::Open);
}

async fn what_is_not_known_to_be_done_is_not_told_as_done(database: Database) {
    let story = Story::begin(database).await;
    let one = asks(&story, "ana").await;
    let id = story.desk.bulk(&Bulk::Close, &[seen(&story, &one).await]).await.unwrap();
    let kept = story.desk.store();
    let (mut act, items) = kept.bulk(&id).await.unwrap().unwrap();
    act.id = guichet::store::new_id();
    let plan: Vec<_> = items.into_iter().map(|item| (item.ticket_id, item.version, item.before)).collect();
    kept.bulk_add(&act, &plan, "nul ne sait").await.unwrap();
    let because = || async { kept.bulk(&act.id).await.unwrap().unwrap().1.remove(0).left_because };
    assert_eq!(because().await.as_deref(), Some("nul ne sait"));
    kept.bulk_done(&act.id, &plan[0].0).await.unwrap();
    assert_eq!(because().await, None);
}

async fn a_draft_outlives_an_act_on_many(database: Database) {
    let story = Story::begin(database).await;
    let me = story.camille.id.as_str();
    let (one, two) = (asks(&story, "ana").await, asks(&story, "bob").await);
    for reference in [&one, &two] {
        let half = Written { text: "À moitié".to_owned(), ..Written::default() };
        story.desk.keep_written(reference, me, half).await.unwrap();
    }
    let both = [seen(&story, &one).await, seen(&story, &two).await];
    story.clock.advance(Duration::minutes(1));
    let id = story.desk.bulk(&Bulk::Answer("La MIT.".to_owned()), &both).await.unwrap();
    // One is stopped on its own page: both texts are there.
    let sent = file(&story, &two).await;
    let answer = sent.outbox.iter().find(|entry| entry.kind == MailKind::Answer).unwrap();
    story.desk.stop(&story.seen(&sent), &answer.id).await.unwrap();
    let written = story.desk.written(&sent.ticket, me).await.unwrap().unwrap();
    assert_eq!(
        (written.text.as_str(), written.replaced.as_ref().map(|old| old.text.as_str())),
        ("La MIT.", Some("À moitié"))
    );
    story.desk.undo_bulk(&id, me).await.unwrap();
    let back = file(&story, &one).await.ticket;
    assert_eq!(story.desk.written(&back, me).await.unwrap().unwrap().text, "À moitié");
}

async fn what_was_sent_is_no_draft_again(database: Database) {
    let story = Story::begin_with(database, |config| config.answer.hold = HumanDuration::from_secs(15)).await;
    let one = asks(&story, "ana").await;
    let page = seen(&story, &one).await;
    let typed = |text: &str| Written { text: text.to_owned(), ..Written::default() };
    assert!(story.desk.autosave(&page, typed("La M")).await.unwrap());
    story.desk.answer(&page, "La MIT.", true).await.unwrap();
    assert!(!story.desk.autosave(&page, typed("La MI")).await.unwrap(), "it was under way");
    let now = file(&story, &one).await;
    assert!(story.desk.written(&now.ticket, &story.camille.id).await.unwrap().is_none());
    // From the page as it is now, a further text is kept.
    assert!(story.desk.autosave(&story.seen(&now), typed("Et aussi")).await.unwrap());
}

async fn whoever_ends_their_own_request_ends_nobody_elses(database: Database) {
    let story = Story::begin(database).await;
    let (whole, part) = (asks(&story, "ana").await, asks(&story, "bob").await);
    story.desk.merge(&seen(&story, &part).await, &whole).await.unwrap();
    story.desk.close_own(&whole).await.unwrap();
    let after = file(&story, &whole).await;
    assert_eq!((after.ticket.status, after.events.last().unwrap().kind), (Status::Open, EventKind::Noted));
    story.desk.withdraw_own(&whole).await.unwrap();
    let after = file(&story, &whole).await;
    assert_eq!(
        (after.ticket.status, after.events.last().unwrap().kind),
        (Status::Open, EventKind::Withdrawn)
    );
    story.desk.unmerge(&seen(&story, &part).await).await.unwrap();
    story.desk.close_own(&whole).await.unwrap();
    assert_eq!(file(&story, &whole).await.ticket.status, Status::Closed, "alone, it is theirs to end");
}

async fn a_failed_mail_shows_until_somebody_has_seen_to_it(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let bounce = |said: &str, id: &str| report("ingrid@fjordarkiv.example", "failed", "5.1.1", said, id);
    let shown = || async { story.view(View::Undelivered).await.len() };
    story.desk.answer(&story.seen(&story.ticket().await), "Voici.", true).await.unwrap();
    story.settle().await;
    let id = Story::header(&story.smtp.wait_for(2).await[1], "Message-ID");
    story.receive_from("", &bounce("550 5.1.1 User unknown", &id)).await;
    assert_eq!(shown().await, 1, "though that very answer had closed it");
    let closed = story.ticket().await;
    story.desk.close(&story.seen(&closed)).await.unwrap();
    assert_eq!(shown().await, 0, "a person has seen it");
    story.desk.reopen(&story.seen(&story.ticket().await)).await.unwrap();
    assert_eq!(shown().await, 1);
    story.clock.advance(Duration::hours(1));
    story.desk.answer(&story.seen(&story.ticket().await), "De nouveau.", false).await.unwrap();
    assert_eq!(shown().await, 0, "they were written to again");
}
