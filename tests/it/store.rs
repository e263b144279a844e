//! The store, on both databases: what is kept is kept once, leased once, counted once.

use chrono::{DateTime, Duration, TimeZone as _, Utc};
use guichet::keys::random_reference;
use guichet::message::{Arrival, Door, Envelope, FormFile};
use guichet::store::keep::Keeper;
use guichet::store::{Account, Filter, Outcome, Store, View, new_id};

use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    a_source_key_is_kept_once,
    many_waiters_are_all_kept,
    an_arrival_is_leased_by_one,
    the_ledger_sees_what_dangles,
    files_of_a_form_last_an_hour,
    sessions_end,
    every_view_can_be_asked_for,
    past_tickets_come_page_by_page,
);

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 25, 12, 0, 0).unwrap()
}

fn arrival(key: &str) -> Arrival {
    Arrival {
        id: new_id(),
        door: Door::Form,
        source_key: key.to_owned(),
        received_at: noon(),
        envelope: Envelope::default(),
        reference: random_reference(),
        raw: b"{}".to_vec(),
    }
}

async fn a_source_key_is_kept_once(database: Database) {
    let store = Store::open(&database.settings).await.unwrap();
    let keeper = Keeper::start(store.clone());
    let first = keeper.keep(arrival("form:a")).await.unwrap();
    let second = keeper.keep(arrival("form:a")).await.unwrap();
    assert!(!first.again && second.again);
    assert_eq!((first.id, first.reference), (second.id, second.reference));
    assert_eq!(store.ledger().await.unwrap()[0].arrived, 1);
}

async fn many_waiters_are_all_kept(database: Database) {
    let store = Store::open(&database.settings).await.unwrap();
    let keeper = Keeper::start(store.clone());
    // Every key twice, all at once: half of the waiters are told that it was there already.
    let waiters: Vec<_> = (0..200)
        .map(|n| {
            let keeper = keeper.clone();
            tokio::spawn(async move { keeper.keep(arrival(&format!("form:{}", n / 2))).await.unwrap().again })
        })
        .collect();
    let mut again = 0;
    for waiter in waiters {
        again += usize::from(waiter.await.unwrap());
    }
    assert_eq!((again, store.ledger().await.unwrap()[0].arrived), (100, 100));
}

async fn an_arrival_is_leased_by_one(database: Database) {
    let store = Store::open(&database.settings).await.unwrap();
    let keeper = Keeper::start(store.clone());
    for n in 0..20 {
        keeper.keep(arrival(&format!("form:{n}"))).await.unwrap();
    }
    let until = noon() + Duration::minutes(2);
    let takers: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut taken = Vec::new();
                while let Some(leased) = store.arrival_lease(noon(), until).await.unwrap() {
                    taken.push(leased.arrival.id);
                }
                taken
            })
        })
        .collect();
    let mut taken = Vec::new();
    for taker in takers {
        taken.extend(taker.await.unwrap());
    }
    let all = taken.len();
    taken.sort();
    taken.dedup();
    // Zero rows may also mean "look again" under contention; what counts is that nothing is leased twice.
    assert_eq!(all, taken.len());
    // A lease that ran out is free again.
    let again = store
        .arrival_lease(until + Duration::seconds(1), until + Duration::minutes(2))
        .await
        .unwrap()
        .unwrap();
    assert!(again.attempts >= 1);
}

async fn the_ledger_sees_what_dangles(database: Database) {
    let store = Store::open(&database.settings).await.unwrap();
    let keeper = Keeper::start(store.clone());
    let kept = keeper.keep(arrival("form:a")).await.unwrap();
    assert!(store.ledger().await.unwrap()[0].balances());
    let mut tx = store.begin().await.unwrap();
    tx.arrival_done(&kept.id, Outcome::Opened, Some("no such ticket")).await.unwrap();
    tx.commit().await.unwrap();
    let line = &store.ledger().await.unwrap()[0];
    assert_eq!((line.dangling, line.balances()), (1, false));
}

async fn files_of_a_form_last_an_hour(database: Database) {
    let store = Store::open(&database.settings).await.unwrap();
    let file =
        |name: &str| FormFile { name: name.into(), content_type: "text/plain".into(), bytes: name.into() };
    let until = noon() + Duration::hours(1);
    store.form_files_keep("n", &[file("a"), file("b")], until).await.unwrap();
    store.form_files_keep("n", &[file("c")], until).await.unwrap();
    store.form_files_drop("n", Some(1)).await.unwrap();
    let names = |files: Vec<FormFile>| files.into_iter().map(|file| file.name).collect::<Vec<_>>();
    assert_eq!(names(store.form_files("n", noon()).await.unwrap()), ["a", "c"]);
    assert!(store.form_files("n", until).await.unwrap().is_empty());
    assert_eq!(store.form_files_expire(until).await.unwrap(), 2);
}

async fn sessions_end(database: Database) {
    let store = Store::open(&database.settings).await.unwrap();
    let account = Account {
        id: new_id(),
        email: "Camille@Example.org".into(),
        name: "Camille".into(),
        password_hash: String::new(),
        disabled: false,
        created_at: noon(),
    };
    assert!(store.account_add(&account).await.unwrap());
    assert!(!store.account_add(&Account { id: new_id(), ..account.clone() }).await.unwrap());
    let found = store.account_by_email("camille@EXAMPLE.org").await.unwrap().unwrap();
    assert_eq!(found.id, account.id);
    let until = noon() + Duration::hours(12);
    store.session_open("hash", &account.id, noon(), until).await.unwrap();
    assert!(store.session_account("hash", noon()).await.unwrap().is_some());
    assert!(store.session_account("hash", until).await.unwrap().is_none());
    store.account_set_disabled(&account.id, true).await.unwrap();
    store.account_set_disabled(&account.id, false).await.unwrap();
    assert!(store.session_account("hash", noon()).await.unwrap().is_none(), "disabling ended it");
    assert!(store.link_use("link", noon()).await.unwrap());
    assert!(!store.link_use("link", noon()).await.unwrap());
    store.sign_in_failed("key", noon()).await.unwrap();
    assert_eq!(store.sign_in_failures("key", noon()).await.unwrap(), 1);
    assert_eq!(store.sign_in_failures("key", noon() + Duration::seconds(1)).await.unwrap(), 0);
}

async fn every_view_can_be_asked_for(database: Database) {
    let store = Store::open(&database.settings).await.unwrap();
    for view in View::ALL {
        let filter = Filter {
            view,
            category: Some("sill".into()),
            channel: Some("form".into()),
            kind: Some("local".into()),
            assignee: Some(String::new()),
            from: Some(noon()),
            until: Some(noon()),
            changed_since: Some(noon()),
            search: "Équivalent d'un \"logiciel' & | ! (:*)".into(),
            after: Some((noon(), "x".into())),
            limit: 50,
            ..Filter::default()
        };
        assert!(store.queue(&filter).await.unwrap().is_empty());
        assert_eq!(store.queue_count(&filter).await.unwrap(), 0);
        assert!(store.queue(&Filter { search: "?!".into(), ..filter }).await.unwrap().is_empty());
    }
    assert_eq!(store.queue_counts("nobody").await.unwrap().len(), View::ALL.len() - 1);
}

async fn past_tickets_come_page_by_page(database: Database) {
    let story = Story::begin(database).await;
    // Three at one instant, one later: a page may end between those of one instant.
    for n in 0..4 {
        if n == 3 {
            story.clock.advance(Duration::seconds(1));
        }
        story.fill_in("/", "jeanne@ville.example", &format!("Sujet {n}"), "Qui utilise QGIS ?").await;
    }
    story.settle().await;
    let kept = story.desk.store();
    let mut after = (DateTime::<Utc>::UNIX_EPOCH, String::new());
    let mut seen = Vec::new();
    loop {
        let page = kept.past(&after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.cursor();
        seen.extend(page.into_iter().map(|row| row.read().unwrap()));
    }
    assert!(seen.is_sorted_by_key(|past| past.opened_at));
    let mut subjects: Vec<&str> = seen.iter().map(|past| past.message.subject.as_str()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["Sujet 0", "Sujet 1", "Sujet 2", "Sujet 3"], "each once");
    assert!(seen.iter().all(|past| past.decided.is_some() && past.said.is_none() && past.nature.is_none()));
    let last = seen[3].opened_at;
    assert_eq!(kept.past_count(last).await.unwrap(), 1);
    assert_eq!(kept.past(&(last, String::new()), 9).await.unwrap().len(), 1, "from an instant on");

    // The last word of a person counts; a note says nothing.
    let file = kept.ticket_file(&seen[3].reference).await.unwrap().unwrap();
    story.desk.correct(&story.seen(&file), "contracts").await.unwrap();
    story.clock.advance(Duration::seconds(1));
    let file = kept.ticket_file(&seen[3].reference).await.unwrap().unwrap();
    story.desk.note(&story.seen(&file), "Vu au téléphone.").await.unwrap();
    let past = kept.past(&(last, String::new()), 9).await.unwrap().remove(0).read().unwrap();
    let said = past.said.unwrap();
    assert_eq!((said.category.as_deref(), said.agreed), (Some("contracts"), false));
    assert_ne!(past.decided.unwrap().category, "contracts", "what was decided stays what it was");
}
