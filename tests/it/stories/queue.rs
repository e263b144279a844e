//! The list as one lives in it: what needs somebody now, filters, the search; what is put off and comes back.

use chrono::Duration;
use guichet::store::{Asked, Filter, View};
use guichet::ticket::{EventKind, Status};

use super::texts::training_mail;
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    each_request_stands_where_it_is_needed,
    a_search_finds_the_same_everywhere,
    filters_go_together_with_a_search,
    a_request_put_off_comes_back_on_its_day,
    whoever_writes_brings_back_what_was_put_off,
    what_was_filed_before_is_made_findable,
    what_cannot_be_read_holds_up_nothing_else,
);

fn mail(id: &str, from: &str, subject: &str, text: &str) -> String {
    format!(
        "From: {from}\nTo: {CONTACT}\nSubject: {subject}\nMessage-ID: <{id}@client.example>\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    )
}

async fn licence(story: &Story) {
    let text = "Bonjour,\n\nSous quelle licence publier le code source de notre logiciel métier ?\n\nÉlodie";
    story.receive(&mail("l1", "Élodie Le Goff <elodie@rennes.example>", "Choix d'une licence", text)).await;
}

async fn each_request_stands_where_it_is_needed(database: Database) {
    let story = Story::begin(database).await;
    licence(&story).await;
    story.receive(&training_mail("t1")).await;
    let shown = |story: &Story| {
        let kept = story.desk.store().clone();
        let reader = story.camille.id.clone();
        async move {
            let counts = kept.queue_counts(&reader).await.unwrap();
            let sections = kept.queue_now(&counts, 5).await.unwrap();
            sections
                .into_iter()
                .map(|section| (section.view, section.count, section.rows.len()))
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(shown(&story).await, [(View::Unanswered, 1, 1), (View::LeavingSoon, 1, 1)]);
    // The refusal leaves and is contested: the request is read first, and no longer among the unanswered.
    story.pass(Duration::minutes(16)).await;
    let refusal =
        story.smtp.wait_for(2).await.into_iter().find(|mail| mail.text().contains("formation")).unwrap();
    let from = refusal.to[0].clone();
    story.receive(&Story::reply_to(&refusal, &from, "Vous ne répondez pas à ma question.")).await;
    assert_eq!(shown(&story).await, [(View::Unanswered, 1, 1), (View::Contested, 1, 1)]);
}

async fn a_search_finds_the_same_everywhere(database: Database) {
    let story = Story::begin(database).await;
    licence(&story).await;
    let other = "Bonjour,\n\nPeut-on inscrire au SILL une solution de visioconférence, sous licence libre ?";
    story.receive(&mail("v1", "Paul <paul@brest.example>", "Visioconférence", other)).await;
    let rows = story.view(View::Todo).await;
    let noted = rows.iter().find(|row| row.ticket.subject == "Visioconférence").unwrap();
    let file = story.desk.store().ticket_file(&noted.ticket.reference).await.unwrap().unwrap();
    story.desk.note(&story.seen(&file), "Voir avec Bénédicte").await.unwrap();
    let reference = noted.ticket.reference.clone();
    let (both, first, second) = (
        vec!["Choix d'une licence", "Visioconférence"],
        vec!["Choix d'une licence"],
        vec!["Visioconférence"],
    );
    for (asked, found) in [
        ("licence", both.clone()),
        ("LICENCE", both.clone()),
        ("elodie", first.clone()),
        ("Élodie", first.clone()),
        ("visio", vec![]),
        ("visio*", second.clone()),
        ("\"licence libre\"", second.clone()),
        ("\"libre licence\"", vec![]),
        ("\"code sour\"*", first.clone()),
        ("licence -sill", first.clone()),
        ("-sill", first.clone()),
        ("-\"code source\" -absent", second.clone()),
        ("de:paul", second.clone()),
        ("de:paul@brest.example", second.clone()),
        ("de:licence", vec![]),
        ("objet:licence", first.clone()),
        ("objet:\"choix d'une licence\"", first.clone()),
        ("note:benedicte", second.clone()),
        ("benedicte", second.clone()),
        (&format!("ref:{}", reference.to_lowercase()), second.clone()),
        (&format!("ref:{}-{}", &reference[..4], &reference[4..]), second.clone()),
        (&reference, second.clone()),
        ("?!", vec![]),
        ("( OR NEAR( \" ^ : *", vec![]),
    ] {
        let filter = Filter { view: View::All, search: asked.to_owned(), limit: 50, ..Filter::default() };
        let rows = story.desk.store().queue(&filter).await.unwrap();
        let mut subjects: Vec<&str> = rows.iter().map(|row| row.ticket.subject.as_str()).collect();
        subjects.sort_unstable();
        assert_eq!(subjects, found, "{asked}");
        let count = story.desk.store().queue_count(&filter).await.unwrap();
        assert_eq!(usize::try_from(count).unwrap(), found.len(), "{asked}");
    }
    assert!(!Asked::read("?!").remarks.is_empty(), "it is told");
}

async fn filters_go_together_with_a_search(database: Database) {
    let story = Story::begin(database).await;
    licence(&story).await;
    story.clock.advance(Duration::days(3));
    story.receive(&training_mail("t1")).await;
    let of = |change: &dyn Fn(&mut Filter)| {
        let mut filter = Filter { view: View::All, limit: 50, ..Filter::default() };
        change(&mut filter);
        let kept = story.desk.store().clone();
        async move {
            kept.queue(&filter).await.unwrap().into_iter().map(|row| row.ticket.status).collect::<Vec<_>>()
        }
    };
    let now = story.clock.now();
    assert_eq!(of(&|_| {}).await, [Status::Refused, Status::Open]);
    assert_eq!(of(&|filter| filter.until = Some(now - Duration::days(1))).await, [Status::Open]);
    assert_eq!(of(&|filter| filter.from = Some(now - Duration::days(1))).await, [Status::Refused]);
    assert_eq!(of(&|filter| filter.channel = Some("form".into())).await, []);
    assert_eq!(of(&|filter| filter.assignee = Some(String::new())).await.len(), 2);
    assert_eq!(of(&|filter| filter.assignee = Some("x".into())).await, []);
    assert_eq!(of(&|filter| filter.kind = Some("company".into())).await, []);
    assert_eq!(of(&|filter| filter.changed_since = Some(now)).await, []);
    let together = |filter: &mut Filter| {
        filter.status = Some(Status::Open);
        filter.search = "licence".into();
    };
    assert_eq!(of(&together).await, [Status::Open]);
    let nothing = |filter: &mut Filter| {
        filter.status = Some(Status::Refused);
        filter.search = "licence -formation".into();
    };
    assert_eq!(of(&nothing).await, []);
}

async fn a_request_put_off_comes_back_on_its_day(database: Database) {
    let story = Story::begin(database).await;
    licence(&story).await;
    let file = story.ticket().await;
    let seen = story.seen(&file);
    let now = story.clock.now();
    assert!(story.desk.snooze(&seen, Some(now)).await.is_err(), "this moment is past");
    assert!(story.desk.snooze(&seen, Some(now + Duration::days(400))).await.is_err());
    story.desk.snooze(&seen, Some(now + Duration::days(2))).await.unwrap();
    assert!(story.view(View::Todo).await.is_empty());
    let put_off = story.view(View::Snoozed).await;
    assert_eq!((put_off[0].put_off, put_off[0].put_off_until), (true, Some(now + Duration::days(2))));
    story.pass(Duration::days(1)).await;
    assert_eq!(story.desk.wake_due().await.unwrap(), 0);
    story.pass(Duration::days(1)).await;
    assert_eq!(story.desk.wake_due().await.unwrap(), 1);
    assert_eq!(story.view(View::Back).await.len(), 1);
    assert!(story.view(View::Unanswered).await.is_empty(), "it stands where one sees why it is here");
    let file = story.ticket().await;
    assert_eq!(file.events.last().unwrap().kind, EventKind::Woken);
    story.desk.assign(&story.seen(&file), Some(&story.camille.id)).await.unwrap();
    assert_eq!((story.view(View::Back).await.len(), story.view(View::Unanswered).await.len()), (0, 1));
    // Put off and taken up again by hand.
    let file = story.ticket().await;
    story.desk.snooze(&story.seen(&file), None).await.unwrap();
    story.pass(Duration::days(300)).await;
    assert_eq!(story.desk.wake_due().await.unwrap(), 0, "it waits for somebody to write");
    let file = story.ticket().await;
    story.desk.wake(&story.seen(&file)).await.unwrap();
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open);
    assert!(story.desk.wake(&story.seen(&file)).await.is_err());
}

async fn whoever_writes_brings_back_what_was_put_off(database: Database) {
    let story = Story::begin(database).await;
    licence(&story).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    for text in ["Finalement, ce sera pour mars.", "Merci !"] {
        let file = story.ticket().await;
        story.desk.snooze(&story.seen(&file), None).await.unwrap();
        story.receive(&Story::reply_to(&receipt, "elodie@rennes.example", text)).await;
        let file = story.ticket().await;
        assert_eq!(file.ticket.status, Status::Open, "{text}");
        assert!(file.events.iter().any(|event| event.kind == EventKind::Woken));
    }
    assert_eq!(story.view(View::Back).await.len(), 1);
}

async fn what_was_filed_before_is_made_findable(database: Database) {
    let story = Story::begin(database).await;
    licence(&story).await;
    let forget = if story.desk.store().dialect() == "sqlite" {
        "UPDATE ticket SET search_id = NULL; DELETE FROM search;"
    } else {
        "DELETE FROM search;"
    };
    story.desk.store().run_script(forget).await.unwrap();
    let filter = Filter { view: View::All, search: "de:elodie metier".into(), limit: 5, ..Filter::default() };
    assert!(story.desk.store().queue(&filter).await.unwrap().is_empty());
    assert_eq!(story.desk.make_findable().await.unwrap(), 1);
    assert_eq!(story.desk.store().queue(&filter).await.unwrap().len(), 1);
    assert_eq!(story.desk.make_findable().await.unwrap(), 0);
}

async fn what_cannot_be_read_holds_up_nothing_else(database: Database) {
    let story = Story::begin(database).await;
    licence(&story).await;
    let file = story.ticket().await;
    story.fill_in("/", "paul@mairie.example", "Forge", "Bonjour, où publier le code de notre outil ?").await;
    story.settle().await;
    let until = story.clock.now() + Duration::hours(1);
    story.desk.snooze(&story.seen(&file), Some(until)).await.unwrap();
    let forget = if story.desk.store().dialect() == "sqlite" {
        "UPDATE ticket SET search_id = NULL; DELETE FROM search;"
    } else {
        "DELETE FROM search;"
    };
    let broken = format!(
        "UPDATE event SET kind = 'of-another-release' WHERE ticket_id = '{}' AND kind = 'opened';",
        file.ticket.id
    );
    story.desk.store().run_script(format!("{forget}{broken}").leak()).await.unwrap();
    story.clock.advance(Duration::hours(2));
    guichet::upkeep::tidy(&story.desk).await.unwrap();
    let mended = format!(
        "UPDATE event SET kind = 'opened' WHERE ticket_id = '{}' AND kind = 'of-another-release';",
        file.ticket.id
    );
    story.desk.store().run_script(mended.leak()).await.unwrap();
    let woken = story.desk.store().ticket_file(&file.ticket.reference).await.unwrap().unwrap();
    assert_eq!(woken.ticket.status, Status::Open, "who was put off is back");
    assert_eq!(story.desk.make_findable().await.unwrap(), 1, "the other was made findable");
}
