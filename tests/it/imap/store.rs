//! The memory of mailboxes: leases that one instance has, mails that stay what they became.

use chrono::{DateTime, Duration, TimeZone as _, Utc};
use guichet::message::Door;
use guichet::store::{MailboxPlace, Numbering, SeenMail, SeenState, Store};

use crate::support::database::{Database, on_both};

on_both!(
    a_lease_has_one_owner_at_a_time,
    what_was_taken_stays_taken,
    a_renumbered_folder_owes_nothing_of_old
);

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 25, 12, 0, 0).unwrap()
}

async fn a_lease_has_one_owner_at_a_time(database: Database) {
    let store = Store::open(&database.settings).await.unwrap();
    assert!(store.mailbox_open("contact", "INBOX", noon()).await.unwrap());
    assert!(!store.mailbox_open("contact", "INBOX", noon()).await.unwrap());
    let minute = Duration::minutes(1);
    let lease = async |owner: &str, at: DateTime<Utc>| {
        store.mailbox_lease("contact", "INBOX", owner, at, at + minute).await.unwrap()
    };
    assert!(lease("a", noon()).await && !lease("b", noon()).await);
    assert!(lease("a", noon() + minute / 2).await, "its owner renews it");
    assert!(!lease("b", noon() + minute).await, "it was renewed");
    assert!(lease("b", noon() + minute * 2).await, "its end has come");
    assert!(!lease("a", noon() + minute * 2).await);
    store.mailbox_release("contact", "INBOX", "a").await.unwrap();
    assert!(!lease("a", noon() + minute * 2).await, "nobody gives back what another has");
    store.mailbox_release("contact", "INBOX", "b").await.unwrap();
    assert!(lease("a", noon() + minute * 2).await);
    store.leases_forget(noon()).await.unwrap();
    assert!(lease("b", noon() + minute * 2).await, "a process that is alone begins anew");
    let racing: Vec<_> = (0..8)
        .map(|n| {
            let store = store.clone();
            let at = noon() + minute * 10;
            tokio::spawn(async move {
                store.mailbox_lease("contact", "INBOX", &format!("r{n}"), at, at + minute).await.unwrap()
            })
        })
        .collect();
    let mut won = 0;
    for race in racing {
        won += usize::from(race.await.unwrap());
    }
    assert_eq!(won, 1);
}

fn numbering(uidvalidity: i64) -> Numbering {
    Numbering { mailbox: "contact".to_owned(), folder: "INBOX".to_owned(), uidvalidity }
}

fn seen(uid: u32, state: SeenState) -> SeenMail {
    let failing = state == SeenState::Failing;
    SeenMail {
        uid,
        door: Door::Imap,
        sha256: (!failing).then(|| format!("digest-{uid}")),
        size: Some(100),
        internal_at: Some(noon()),
        seen_at: noon(),
        arrival_id: None,
        state,
        attempts: i64::from(failing),
        next_try_at: failing.then(noon),
        owed: !failing,
    }
}

async fn opened(database: &Database, uidvalidity: i64) -> Store {
    let store = Store::open(&database.settings).await.unwrap();
    store.mailbox_open("contact", "INBOX", noon()).await.unwrap();
    renumber(&store, uidvalidity).await;
    store
}

async fn renumber(store: &Store, uidvalidity: i64) {
    let place = MailboxPlace {
        started_at: noon(),
        uidvalidity: Some(uidvalidity),
        floor_uid: 10,
        highest_uid: 9,
        scanned: true,
    };
    store.mailbox_renumbered("contact", "INBOX", &place).await.unwrap();
}

async fn what_was_taken_stays_taken(database: Database) {
    let store = opened(&database, 1).await;
    let of = numbering(1);
    let mails = [seen(10, SeenState::Kept), seen(11, SeenState::Failing)];
    store.mails_seen(&of, &mails, Some(11)).await.unwrap();
    // A second look finds the one failing still, and the other gone: neither undoes what is known.
    store.mails_seen(&of, &[seen(10, SeenState::Gone), seen(11, SeenState::Kept)], Some(5)).await.unwrap();
    let state = store.mailboxes().await.unwrap().remove(0);
    assert_eq!((state.kept, state.failing, state.gone, state.owed), (2, 0, 0, 2));
    let place = store.mailbox_place("contact", "INBOX").await.unwrap().unwrap();
    assert_eq!(place.highest_uid, 11, "it never goes back");
    assert_eq!(store.mail_uids_seen(&of, 11).await.unwrap(), [11]);
    assert_eq!(store.mails_due(&of, noon(), 10).await.unwrap(), []);
    let owed = store.mails_owed(&of, 10).await.unwrap();
    assert_eq!(owed, [10, 11]);
    store.mails_paid(&of, &owed[..1]).await.unwrap();
    assert_eq!(store.mails_owed(&of, 10).await.unwrap(), [11]);
}

async fn a_renumbered_folder_owes_nothing_of_old(database: Database) {
    let store = opened(&database, 1).await;
    store
        .mails_seen(&numbering(1), &[seen(10, SeenState::Kept), seen(11, SeenState::Failing)], Some(11))
        .await
        .unwrap();
    renumber(&store, 2).await;
    let state = store.mailboxes().await.unwrap().remove(0);
    assert_eq!((state.kept, state.failing, state.owed), (1, 0, 0));
    assert!(store.mails_due(&numbering(2), noon(), 10).await.unwrap().is_empty());
    // What an instance that has not noticed writes does not move the new numbers.
    store.mails_seen(&numbering(1), &[], Some(500)).await.unwrap();
    let place = store.mailbox_place("contact", "INBOX").await.unwrap().unwrap();
    assert_eq!((place.uidvalidity, place.highest_uid), (Some(2), 9));
}
