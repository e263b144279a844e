//! One act on many requests: each in its own thread, those that changed meanwhile left out, all of it undone at once.

use chrono::Duration;
use guichet::desk::{Bulk, Seen};
use guichet::store::View;
use guichet::ticket::{EventKind, OutboxState, Status};

use super::texts::training_mail;
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    many_are_answered_each_in_their_own_thread,
    what_changed_meanwhile_is_left_out_and_named,
    an_act_on_many_is_undone_whole,
    what_has_left_is_not_undone,
    only_refused_topics_are_refused_together,
    how_long_mails_can_be_taken_back_is_told,
);

async fn three(story: &Story) -> Vec<Seen> {
    for n in 1..=3 {
        let mail = format!(
            "From: p{n}@ville{n}.example\nTo: {CONTACT}\nSubject: Licence {n}\nMessage-ID: <q{n}@ville{n}.example>\n\
             MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n\
             Bonjour, sous quelle licence publier notre code source numéro {n} ?\n"
        );
        story.receive(&mail).await;
        story.clock.advance(Duration::minutes(1));
    }
    let rows = story.view(View::Todo).await;
    let seen = |row: &guichet::store::Row| Seen {
        reference: row.ticket.reference.clone(),
        version: row.ticket.version,
        person: story.camille.id.clone(),
    };
    rows.iter().map(seen).collect()
}

async fn statuses(story: &Story, seen: &[Seen]) -> Vec<Status> {
    let mut found = Vec::new();
    for one in seen {
        found.push(story.desk.store().ticket(&one.reference).await.unwrap().unwrap().status);
    }
    found
}

async fn many_are_answered_each_in_their_own_thread(database: Database) {
    let story = Story::begin(database).await;
    let seen = three(&story).await;
    let before = story.smtp.received().len();
    let id = story.desk.bulk(&Bulk::Answer("Bonjour,\n\nLa **MIT**.".to_owned()), &seen).await.unwrap();
    story.pass(Duration::minutes(11)).await;
    let mails = story.smtp.wait_for(before + 3).await.split_off(before);
    for n in 1..=3 {
        let own = mails.iter().find(|mail| mail.to[0] == format!("p{n}@ville{n}.example")).unwrap();
        assert!(Story::header(own, "References").contains(&format!("<q{n}@ville{n}.example>")));
        assert_eq!(Story::header(own, "In-Reply-To"), format!("<q{n}@ville{n}.example>"));
        assert!(Story::header(own, "Subject").contains(&format!("Licence {n}")));
        for other in (1..=3).filter(|other| *other != n) {
            assert!(!own.text().contains(&format!("ville{other}")), "nobody learns of the others");
        }
    }
    assert_eq!(statuses(&story, &seen).await, [Status::Closed; 3]);
    let (act, items) = story.desk.store().bulk(&id).await.unwrap().unwrap();
    assert_eq!((act.kind.as_str(), items.len()), ("answer", 3));
    assert!(items.iter().all(|item| item.left_because.is_none()));
}

async fn what_changed_meanwhile_is_left_out_and_named(database: Database) {
    let story = Story::begin(database).await;
    let seen = three(&story).await;
    story.desk.note(&seen[1], "Je m’en occupe").await.unwrap();
    let id = story.desk.bulk(&Bulk::Close, &seen).await.unwrap();
    assert_eq!(statuses(&story, &seen).await, [Status::Closed, Status::Open, Status::Closed]);
    let (_, items) = story.desk.store().bulk(&id).await.unwrap().unwrap();
    let left: Vec<&str> =
        items.iter().filter(|i| i.left_because.is_some()).map(|i| i.reference.as_str()).collect();
    assert_eq!(left, [seen[1].reference.as_str()]);
    assert!(story.desk.bulk(&Bulk::Close, &[]).await.is_err());
    assert!(story.desk.bulk(&Bulk::Answer("  ".to_owned()), &seen).await.is_err());
}

async fn an_act_on_many_is_undone_whole(database: Database) {
    let story = Story::begin(database).await;
    let seen = three(&story).await;
    let sent = story.smtp.received().len();
    let kept = story.desk.store();
    let mut drafts = Vec::new();
    for one in &seen {
        drafts.push(kept.ticket_file(&one.reference).await.unwrap().unwrap().draft);
    }
    story.clock.advance(Duration::minutes(1));
    let id = story.desk.bulk(&Bulk::Answer("La MIT.".to_owned()), &seen).await.unwrap();
    // Somebody touches one of them since: that one stays as it is.
    let touched = kept.ticket_file(&seen[2].reference).await.unwrap().unwrap();
    story.desk.note(&story.seen(&touched), "Vu").await.unwrap();
    let taken = story.desk.undo_bulk(&id, &story.camille.id).await.unwrap();
    assert_eq!((taken.back.len(), taken.kept.len()), (2, 1));
    assert_eq!(taken.kept[0].0, seen[2].reference);
    assert_eq!(statuses(&story, &seen).await, [Status::Open, Status::Open, Status::Closed]);
    for (one, draft) in seen[..2].iter().zip(&drafts) {
        let file = kept.ticket_file(&one.reference).await.unwrap().unwrap();
        assert_eq!((file.draft.as_ref(), file.ticket.assignee.as_ref()), (draft.as_ref(), None));
        assert_eq!(file.outbox.last().unwrap().state, OutboxState::Held);
        assert_eq!(file.events.last().unwrap().kind, EventKind::Undone);
        assert!(kept.example(&file.ticket.id).await.unwrap().is_none(), "nothing was learnt of it");
    }
    story.pass(Duration::hours(1)).await;
    assert_eq!(story.smtp.received().len(), sent + 1, "only the one that was touched has left");
    assert!(story.desk.undo_bulk(&id, &story.camille.id).await.is_err(), "once is enough");
}

async fn what_has_left_is_not_undone(database: Database) {
    let story = Story::begin(database).await;
    let seen = three(&story).await;
    story.clock.advance(Duration::minutes(1));
    let id = story.desk.bulk(&Bulk::Answer("La MIT.".to_owned()), &seen).await.unwrap();
    assert!(story.desk.store().bulk_holds_mail(&id).await.unwrap());
    story.pass(Duration::minutes(11)).await;
    assert!(!story.desk.store().bulk_holds_mail(&id).await.unwrap());
    let taken = story.desk.undo_bulk(&id, &story.camille.id).await.unwrap();
    assert_eq!((taken.back.len(), taken.kept.len()), (0, 3));
    assert_eq!(statuses(&story, &seen).await, [Status::Closed; 3]);
}

async fn only_refused_topics_are_refused_together(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.stopped = true).await;
    let mut seen = three(&story).await;
    story.receive(&training_mail("t1")).await;
    let rows = story.view(View::Todo).await;
    let training = &rows.iter().find(|row| row.ticket.category == "refused-training").unwrap().ticket;
    let training = Seen {
        reference: training.reference.clone(),
        version: training.version,
        person: story.camille.id.clone(),
    };
    seen.push(training);
    story.clock.advance(Duration::minutes(1));
    let id = story.desk.bulk(&Bulk::Refuse, &seen).await.unwrap();
    assert_eq!(statuses(&story, &seen).await, [Status::Open, Status::Open, Status::Open, Status::Refused]);
    let (_, items) = story.desk.store().bulk(&id).await.unwrap().unwrap();
    assert_eq!(items.iter().filter(|item| item.left_because.is_some()).count(), 3);
    let before = story.smtp.received().len();
    story.pass(Duration::minutes(11)).await;
    let refusal = story.smtp.wait_for(before + 1).await.remove(before);
    assert!(Story::read_mail(&refusal).contains("formation"));
}

async fn how_long_mails_can_be_taken_back_is_told(database: Database) {
    let hold = guichet::setting::HumanDuration::from_secs(15);
    let story = Story::begin_with(database, |config| config.answer.hold = hold).await;
    let seen = three(&story).await;
    let id = story.desk.bulk(&Bulk::Answer("Bonjour.".to_owned()), &seen).await.unwrap();
    story.clock.advance(Duration::seconds(5));
    let list = format!("/equipe?vue=toutes&lot={id}");
    let page = story.page_of_team(&list).await;
    assert!(page.contains("data-reste=\"10\"") && page.contains("encore <span data-compte>10</span> s"));
    assert!(page.contains(">Annuler</button>"));
    story.pass(Duration::seconds(11)).await;
    let page = story.page_of_team(&list).await;
    assert!(page.contains("ont reçu leur réponse") && !page.contains(">Annuler</button>"), "they have left");
}
