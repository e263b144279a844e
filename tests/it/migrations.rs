//! Every migration is applied over the sample rows of those before it, one by one, on both databases. A new migration
//! brings `tests/data/migrations/<number>.sql` with rows for the tables it makes or changes.

use chrono::DateTime;
use guichet::store::{Store, migrate};
use guichet::ticket::HandOverState;

use crate::support::database::{Database, on_both};

on_both!(each_migration_runs_over_the_rows_of_those_before, a_migrated_database_opens_again);

/// Sample rows, by the number of the migration after which they can be inserted.
const SAMPLES: [(i64, &str); 19] = [
    (1, include_str!("../data/migrations/0001.sql")),
    (2, include_str!("../data/migrations/0002.sql")),
    (3, include_str!("../data/migrations/0003.sql")),
    (4, include_str!("../data/migrations/0004.sql")),
    (5, include_str!("../data/migrations/0005.sql")),
    (6, include_str!("../data/migrations/0006.sql")),
    (7, include_str!("../data/migrations/0007.sql")),
    (8, include_str!("../data/migrations/0008.sql")),
    (9, include_str!("../data/migrations/0009.sql")),
    (10, include_str!("../data/migrations/0010.sql")),
    (11, include_str!("../data/migrations/0011.sql")),
    (12, include_str!("../data/migrations/0012.sql")),
    (13, include_str!("../data/migrations/0013.sql")),
    (14, include_str!("../data/migrations/0014.sql")),
    (15, include_str!("../data/migrations/0015.sql")),
    (16, include_str!("../data/migrations/0016.sql")),
    (17, include_str!("../data/migrations/0017.sql")),
    (18, include_str!("../data/migrations/0018.sql")),
    (19, include_str!("../data/migrations/0019.sql")),
];

async fn each_migration_runs_over_the_rows_of_those_before(database: Database) {
    let store = Store::connect(&database.settings).await.unwrap();
    for step in migrate::steps(store.dialect()) {
        store
            .migrate_to(step.version)
            .await
            .unwrap_or_else(|cause| panic!("{} {}: {cause}", step.version, step.name));
        let sample = SAMPLES.into_iter().find(|(version, _)| *version == step.version);
        let (_, sql) = sample.unwrap_or_else(|| panic!("migration {} has no sample rows", step.version));
        store.run_script(sql).await.unwrap();
    }
    // The rows of old are read by the program of today.
    let file = store.ticket_file("ABCD2345").await.unwrap().unwrap();
    assert_eq!((file.messages.len(), file.events.len(), file.outbox.len()), (2, 1, 1));
    assert!(file.messages[0].nature.is_none(), "what an older version filed has none");
    assert!(file.messages[1].nature.as_ref().is_some_and(|nature| nature.returned[0].hard));
    assert_eq!(file.decision.unwrap().category, "sill");
    assert_eq!(file.assignee_name.as_deref(), Some("Camille"));
    assert_eq!(file.hand_overs[0].state, HandOverState::Waiting);
    assert_eq!(file.inquiries[0].email, "pilote@ministere.example");
    assert!(file.inquiries[0].written.as_ref().is_some_and(|written| written.names_requester));
    assert_eq!(store.written("t1", "p1").await.unwrap().unwrap().text, "Bonjour, voici");
    assert_eq!(
        store.ticket_file("ABCD2346").await.unwrap().unwrap().messages[0].id,
        "m1",
        "a message of two tickets"
    );
    let (version, corrections) = store.corrections().await.unwrap();
    assert_eq!((version.as_str(), corrections[0].says.key.as_str()), ("v1", "nouveau.example"));
    let examples = store.examples(DateTime::UNIX_EPOCH, None, 10).await.unwrap();
    assert_eq!(examples[0].category.as_deref(), Some("purchasing"));
    let directory = store.directory().await.unwrap();
    assert_eq!((directory.version(), directory.entries()[0].organisation.as_str()), ("v1", "culture"));
    assert_eq!(store.directory_changes("d1").await.unwrap()[0].new.entry, directory.entries()[0]);
    let mailboxes = store.mailboxes().await.unwrap();
    assert_eq!((mailboxes[0].name.as_str(), mailboxes[0].kept, mailboxes[0].failing), ("contact", 1, 1));
    assert!(store.reply_versions().await.unwrap()[0].texts.is_some());
    assert_eq!(store.saved_views("p1").await.unwrap()[0].name, "SILL");
    assert_eq!(store.key_preference("p1").await.unwrap().keys["c"], "m");
    assert_eq!(store.bulk("b1").await.unwrap().unwrap().1[0].before.status, guichet::ticket::Status::Open);
    assert!(store.snooze("t1").await.unwrap().is_some_and(|snooze| snooze.until.is_none()));
    let missing = store.search_missing("", 10).await.unwrap();
    assert_eq!(missing, ["ABCD2345", "ABCD2346"], "upkeep writes their words anew");
    let [line] = &store.ledger().await.unwrap()[..1] else { panic!("a line a door") };
    assert!(line.balances(), "{line:?}");
}

async fn a_migrated_database_opens_again(database: Database) {
    Store::open(&database.settings).await.unwrap().close().await;
    let store = Store::open(&database.settings).await.unwrap();
    store.ping().await.unwrap();
}

#[test]
fn both_dialects_have_the_same_steps() {
    let numbers = |dialect| {
        migrate::steps(dialect).into_iter().map(|step| (step.version, step.name)).collect::<Vec<_>>()
    };
    assert_eq!(numbers("sqlite"), numbers("postgres"));
}
