//! With a real Dovecot: what a shared mailbox goes through, and every mail taken exactly once.

use guichet::clock::Clock;
use guichet::config::Config;
use guichet::mail::imap::{Mailbox, Settings};
use guichet::mail::parse;
use guichet::message::Door;
use guichet::setting::HumanDuration;
use sqlx::{Connection as _, SqliteConnection};

use super::reading::{Reading, contact, long_ago, mail, settings, subjects};
use crate::support::database::{Database, on_both};
use crate::support::dovecot::{Dovecot, Options};

on_both!(
    a_new_mail_is_announced_and_taken_unread,
    whoever_reads_moves_or_restarts_each_mail_is_taken_once,
    a_renumbered_folder_is_looked_through_again,
    two_instances_never_both_take_a_mail,
);

async fn a_new_mail_is_announced_and_taken_unread(database: Database) {
    let server = Dovecot::start();
    let mut colleague = server.client("contact").await;
    colleague.append("INBOX", &mail("old"), Some(long_ago())).await;
    let reading = Reading::begin(&database, settings(contact(&server))).await;
    reading.until_read().await;
    colleague.append("INBOX", &mail("new"), None).await;
    let state = reading.until_kept(1).await;
    assert_eq!((state.again, state.failing, state.cause), (0, 0, None));
    let arrivals = reading.arrivals().await;
    assert_eq!(subjects(&arrivals), ["Question new"]);
    assert_eq!(arrivals[0].door, Door::Imap);
    assert_eq!(arrivals[0].raw, mail("new").replace('\n', "\r\n").into_bytes());
    assert!(arrivals[0].source_key.starts_with("imap:contact:INBOX:"), "{}", arrivals[0].source_key);
    let flags: Vec<_> = colleague.open("INBOX").await.into_iter().flat_map(|(_, flags)| flags).collect();
    assert!(!flags.iter().any(|flag| flag == "\\Seen"), "{flags:?}");
    reading.end().await;
}

async fn whoever_reads_moves_or_restarts_each_mail_is_taken_once(database: Database) {
    let mut server = Dovecot::start();
    let reading = Reading::begin(&database, settings(contact(&server))).await;
    reading.until_read().await;
    let mut colleague = server.client("contact").await;
    colleague.append("INBOX", &mail("a"), None).await;
    reading.until_kept(1).await;

    // Moved away and back: another number, the same mail.
    colleague.run("CREATE Ailleurs").await;
    colleague.open("INBOX").await;
    colleague.run("UID MOVE 1 Ailleurs").await;
    colleague.open("Ailleurs").await;
    colleague.run("UID MOVE 1:* INBOX").await;
    reading.until("INBOX", "it is known again", |state| state.again == 1).await;

    // Read by somebody while guichet is stopped.
    reading.end().await;
    colleague.append("INBOX", &mail("b"), None).await;
    colleague.open("INBOX").await;
    colleague.run("UID STORE 1:* +FLAGS (\\Seen \\Flagged)").await;
    let reading = Reading::begin(&database, settings(contact(&server))).await;
    reading.until_kept(2).await;

    // The mail server goes away and comes back with a mail more.
    server.stop();
    reading.until("INBOX", "it fails", |state| state.failing_since.is_some()).await;
    server.deliver("contact", "", [mail("c")]);
    server.run();
    let state = reading.until_kept(3).await;
    assert_eq!((state.again, state.failing), (1, 0));
    let state = reading.until("INBOX", "all is well", |state| state.cause.is_none()).await;
    assert_eq!((state.failures, state.failing_since, state.next_try_at), (0, None, None));
    assert_eq!(subjects(&reading.arrivals().await), ["Question a", "Question b", "Question c"]);
    reading.end().await;
}

async fn a_renumbered_folder_is_looked_through_again(database: Database) {
    let server = Dovecot::start();
    let mut colleague = server.client("contact").await;
    colleague.run("CREATE Demandes").await;
    let long_ago = Clock::system().now() - chrono::Duration::days(30);
    colleague.append("Demandes", &mail("old"), Some(long_ago)).await;
    let watched = Mailbox { folder: "Demandes".to_owned(), ..contact(&server) };
    let reading = Reading::begin(&database, settings(watched.clone())).await;
    reading.until("Demandes", "it is read", |state| state.succeeded_at.is_some()).await;
    colleague.append("Demandes", &mail("a"), None).await;
    reading.until("Demandes", "a mail is kept", |state| state.kept == 1).await;
    reading.end().await;

    // Gone: told, and nothing forgotten.
    colleague.run("DELETE Demandes").await;
    let reading = Reading::begin(&database, settings(watched)).await;
    let gone = |state: &guichet::store::MailboxState| {
        state
            .cause
            .as_deref()
            .is_some_and(|cause| cause.starts_with("le dossier « Demandes » ne s’ouvre pas"))
    };
    reading.until("Demandes", "its absence is told", gone).await;

    // Back under another UIDVALIDITY, with what was there, what was taken, and what came meanwhile.
    colleague.run("CREATE Demandes").await;
    colleague.append("Demandes", &mail("old"), Some(long_ago)).await;
    colleague.append("Demandes", &mail("a"), None).await;
    colleague.append("Demandes", &mail("b"), None).await;
    let state =
        reading.until("Demandes", "it is read again", |state| state.kept == 2 && state.cause.is_none()).await;
    assert_eq!(state.again, 1);
    assert_eq!(subjects(&reading.arrivals().await), ["Question a", "Question b"]);
    reading.end().await;
}

async fn two_instances_never_both_take_a_mail(database: Database) {
    let server = Dovecot::start();
    let clock = Clock::held(Clock::system().now());
    let both = [
        Reading::begin_at(&database, clock.clone(), settings(contact(&server))).await,
        Reading::begin_at(&database, clock.clone(), settings(contact(&server))).await,
    ];
    both[0].until_read().await;
    let mut colleague = server.client("contact").await;
    for n in 0..20 {
        colleague.append("INBOX", &mail(&n.to_string()), None).await;
    }
    let state = both[0].until_kept(20).await;
    assert_eq!((state.again, state.failing), (0, 0));
    // Each stops in its turn; whichever is left goes on once the lease is free or has ended.
    let [one, other] = both;
    one.end().await;
    clock.advance(chrono::Duration::minutes(2));
    colleague.append("INBOX", &mail("last"), None).await;
    other.until_kept(21).await;
    assert_eq!(other.arrivals().await.len(), 21);
    other.end().await;
}

/// Mails that wait: `make waiting` says more.
#[expect(clippy::disallowed_methods, reason = "how long a test runs is no setting of the service")]
fn waiting() -> i64 {
    std::env::var("GUICHET_WAITING").map_or(3_000, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn many_waiting_mails_are_taken_together() {
    let many = waiting();
    let (database, server) = (Database::sqlite(), Dovecot::start());
    let reading = Reading::begin(&database, settings(contact(&server))).await;
    reading.until_read().await;
    reading.end().await;
    server.deliver("contact", "", (0..many).map(|n| mail(&n.to_string())));
    let begun = std::time::Instant::now();
    let reading = Reading::begin(&database, settings(contact(&server))).await;
    let mut kept = 0;
    while kept < many {
        // However many they are, each further thousand comes in its time.
        let next = many.min(kept + 1_000);
        let state = reading.until("INBOX", "more are kept", |state| state.kept >= next).await;
        assert_eq!((state.again, state.failing, state.gone), (0, 0, 0));
        kept = state.kept;
    }
    println!("{many} mails that waited were taken in {:.1} s", begun.elapsed().as_secs_f64());
    assert_eq!(kept, many);
    let mut back_door = SqliteConnection::connect(&database.settings.url).await.unwrap();
    let counts = sqlx::query_as("SELECT count(*), count(DISTINCT raw) FROM arrival");
    let counts: (i64, i64) = counts.fetch_one(&mut back_door).await.unwrap();
    assert_eq!(counts, (many, many), "each once");
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_mail_server_delivers_tells_its_envelope() {
    let (database, server) = (Database::sqlite(), Dovecot::start());
    let reading = Reading::begin(&database, settings(contact(&server))).await;
    reading.until_read().await;
    server.lmtp("", "contact@code.gouv.fr", &mail("notice")).await;
    server.lmtp("zoe@example.org", "contact@code.gouv.fr", &mail("person")).await;
    reading.until_kept(2).await;
    let arrivals = reading.arrivals().await;
    let reasons: Vec<String> = arrivals
        .iter()
        .map(|arrival| {
            parse::read(&arrival.raw, &arrival.envelope, &Config::defaults().own()).automatic.reason
        })
        .collect();
    assert_eq!(reasons, ["null-sender", "ok"]);
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_idle_mails_are_found_by_asking() {
    let database = Database::sqlite();
    let server = Dovecot::start_with(&Options {
        users: vec!["contact".to_owned()],
        more: "imap_capability = IMAP4rev1".to_owned(),
    });
    let asking = Settings { poll: HumanDuration::from_secs(1), ..settings(contact(&server)) };
    let reading = Reading::begin(&database, asking).await;
    reading.until_read().await;
    server.client("contact").await.append("INBOX", &mail("a"), None).await;
    reading.until_kept(1).await;
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_above_the_limit_is_kept_by_its_head() {
    let (database, server) = (Database::sqlite(), Dovecot::start());
    let reading = Reading::begin(&database, settings(contact(&server))).await;
    reading.until_read().await;
    let large = format!("{}{}", mail("large"), "Une ligne de trop.\n".repeat(80_000));
    let mut colleague = server.client("contact").await;
    colleague.append("INBOX", &large, None).await;
    colleague.append("INBOX", &mail("small"), None).await;
    reading.until_kept(2).await;
    let mut arrivals = reading.arrivals().await;
    arrivals.sort_by_key(|arrival| arrival.raw.len());
    assert_eq!(arrivals[0].raw, mail("small").replace('\n', "\r\n").into_bytes());
    let kept = String::from_utf8_lossy(&arrivals[1].raw);
    assert!(
        kept.len() < 300_000
            && kept.contains("dépasse la limite de 1 Mo")
            && kept.contains("Bonjour, large ?")
    );
    reading.end().await;
}
