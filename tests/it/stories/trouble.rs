//! A database in trouble (full, started anew) says nothing of the mail: no arrival is parked for it, and what the mail
//! server said is not forgotten over it. PostgreSQL can be made to say so at one statement; a disk that is really full
//! stands in the soak.

use chrono::Duration;
use guichet::message::{Door, Envelope};
use guichet::store::View;
use guichet::ticket::OutboxState;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use super::texts::SILL_MAIL;
use crate::support::database::Database;
use crate::support::story::{PACE, Story};

/// A story, and a way past it into its database.
async fn begin() -> (Story, PgConnection) {
    let database = Database::postgres().await;
    let back_door = PgConnection::connect(&database.settings.url).await.unwrap();
    (Story::begin(database).await, back_door)
}

async fn run(back_door: &mut PgConnection, statements: &'static str) {
    sqlx::raw_sql(statements).execute(back_door).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_parks_nothing() {
    let (story, mut back_door) = begin().await;
    let full = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION full_disk();";
    run(&mut back_door, full).await;
    story.receive(SILL_MAIL).await;
    for _ in 0..12 {
        story.pass(Duration::minutes(5)).await;
    }
    assert!(story.desk.store().arrivals_parked().await.unwrap().is_empty(), "nothing is wrong with the mail");
    assert!(story.view(View::All).await.is_empty());
    run(&mut back_door, "DROP TRIGGER full_disk ON message").await;
    story.pass(Duration::minutes(5)).await;
    assert_eq!(story.ticket().await.messages.len(), 1);
    story.balance().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_sqlite_ended_by_itself_shuts_nothing() {
    let database = Database::sqlite();
    let url = database.settings.url.clone();
    let story = Story::begin(database).await;
    let mut back_door = SqliteConnection::connect(&url).await.unwrap();
    // What SQLite does when the disk is full: it has rolled back before anybody asks it to.
    let full = "CREATE TRIGGER full_disk BEFORE INSERT ON message BEGIN SELECT RAISE(ROLLBACK, 'full'); END";
    sqlx::raw_sql(full).execute(&mut back_door).await.unwrap();
    story.receive(SILL_MAIL).await;
    assert!(story.view(View::All).await.is_empty());
    sqlx::raw_sql("DROP TRIGGER full_disk").execute(&mut back_door).await.unwrap();
    story.pass(Duration::minutes(1)).await;
    assert_eq!(story.ticket().await.messages.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_mail_server_said_waits_for_the_database() {
    let (story, mut back_door) = begin().await;
    // A sequence counts what is rolled back, too: the first two recordings fail.
    let twice = "CREATE SEQUENCE recordings;
        CREATE FUNCTION starting() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF nextval('recordings') < 3 THEN RAISE EXCEPTION 'starting up' USING ERRCODE = '57P03'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER starting BEFORE UPDATE ON outbox FOR EACH ROW WHEN (NEW.state = 'sent') EXECUTE FUNCTION starting();";
    run(&mut back_door, twice).await;
    story.receive(SILL_MAIL).await;
    let file = story.ticket().await;
    assert_eq!(file.outbox[0].state, OutboxState::Sent, "the mail server took it, and said so");
    assert_eq!(story.smtp.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_hangs_holds_up_nothing_and_is_tried_again() {
    let (story, mut back_door) = begin().await;
    run(&mut back_door, "BEGIN; LOCK TABLE ticket").await;
    story.desk.accept(Door::Pipe, "pipe:1", Envelope::default(), SILL_MAIL.into()).await.unwrap();
    let tried = story.desk.process_next(Duration::seconds(1));
    assert!(tokio::time::timeout(std::time::Duration::from_mins(1), tried).await.unwrap().unwrap());
    let attempts: i64 =
        sqlx::query_scalar("SELECT attempts FROM arrival").fetch_one(&mut back_door).await.unwrap();
    assert_eq!(attempts, 1, "it counts");
    run(&mut back_door, "ROLLBACK").await;
    story.pass(Duration::minutes(5)).await;
    assert_eq!(story.ticket().await.messages.len(), 1);
    story.balance().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_froze_lets_go_of_what_it_held() {
    let database = Database::postgres().await;
    let frozen = guichet::store::Store::open(&database.settings).await.unwrap();
    let story = Story::begin(database).await;
    let now = story.clock.now();
    // In the midst of a transaction that holds what every sending asks for, nothing more is heard of it.
    let mut tx = frozen.begin().await.unwrap();
    tx.relay_fault(now - Duration::hours(1), "figé").await.unwrap();
    story.keep("ingrid@fjordarkiv.example", SILL_MAIL).await;
    let mut refused = 0;
    while story.desk.next_parcel(Duration::minutes(15), PACE).await.is_err() {
        refused += 1;
    }
    assert!(refused > 0, "nobody waits for ever for a lock");
    assert!(tx.commit().await.is_err(), "nor does the other find its transaction where it left it");
}

#[tokio::test]
async fn a_server_that_is_away_is_told_at_once_and_in_french() {
    let told = async |url: &str| {
        let settings = guichet::store::Settings { url: url.to_owned(), readers: 4 };
        guichet::store::Store::connect(&settings).await.unwrap_err().to_string()
    };
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = told(&format!("postgres://guichet:hunter2@{nobody}/guichet")).await;
    assert!(refused.contains("la connexion est refusée") && !refused.contains("hunter2"), "{refused}");
    let nowhere = told("postgres://guichet@%2Fnowhere/guichet").await;
    assert!(nowhere.contains("introuvable"), "{nowhere}");
    for words in [refused, nowhere] {
        assert!(words.contains("vérifiez qu’il tourne, et database.url"), "{words}");
    }
    let absent = Database::postgres().await.settings.url.replace("/t_", "/absent_");
    assert!(told(&absent).await.contains("cette base n’y existe pas"));
}
