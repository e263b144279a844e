//! What may become of a session while it lasts: an access token ends, the folder is made anew, the other side loses its power;
//! and several mailboxes in one process.

use std::time::Duration;

use base64::Engine as _;
use guichet::clock::Clock;
use guichet::mail::imap::{Mailbox, Settings, Start, connect};
use guichet::message::Door;
use guichet::setting::{HumanDuration, Secret};
use guichet::store::MailboxState;

use super::reading::{Reading, mail, mailbox, settings, subjects};
use crate::support::database::{Database, on_both};
use crate::support::imap_server::{Do, ImapServer};

on_both!(a_folder_made_anew_behind_an_open_session_is_noticed, two_mailboxes_are_read_beside_each_other);

/// Octets of a mail as they stand on a server.
fn octets(id: &str) -> Vec<u8> {
    mail(id).replace('\n', "\r\n").into_bytes()
}

/// Quick to give up.
fn impatient(mailbox: Mailbox) -> Settings {
    Settings { timeout: HumanDuration::from_secs(2), ..settings(mailbox) }
}

async fn a_folder_made_anew_behind_an_open_session_is_noticed(database: Database) {
    let server = ImapServer::start().await;
    let clock = Clock::held(Clock::system().now());
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let since = Mailbox { start: Start::Since(day), ..mailbox(server.port()) };
    let reading = Reading::begin_at(&database, clock.clone(), impatient(since)).await;
    reading.until_read().await;
    server.change(|folder| folder.mails.extend((1..4).map(|uid| (uid, octets(&uid.to_string())))));
    reading.until_kept(3).await;
    // Numbers begin anew, below those that are known, and nobody hangs up.
    clock.advance(chrono::Duration::hours(2));
    server.change(|folder| {
        folder.uidvalidity += 1;
        folder.mails = [(1, "new"), (2, "1"), (3, "2"), (4, "3")].map(|(uid, id)| (uid, octets(id))).into();
    });
    let state = reading.until_kept(4).await;
    assert_eq!((state.failing, state.failing_since), (0, None));
    assert!(subjects(&reading.arrivals().await).contains(&"Question new".to_owned()));
    let sign_ins = server.heard().iter().filter(|command| command.starts_with("AUTHENTICATE")).count();
    assert_eq!(sign_ins, 1, "one session");
    reading.end().await;
}

async fn two_mailboxes_are_read_beside_each_other(database: Database) {
    let servers = [ImapServer::start().await, ImapServer::start().await];
    let [one, other] = ["contact", "floss"].map(str::to_owned);
    let mailboxes = vec![
        Mailbox { name: one.clone(), ..mailbox(servers[0].port()) },
        Mailbox { name: other.clone(), ..mailbox(servers[1].port()) },
    ];
    let both = Settings { mailboxes, ..impatient(mailbox(0)) };
    // One that cannot be read is no matter of the other's.
    servers[1].script("AUTHENTICATE", Do::Say("{tag} NO not now\r\n"), true);
    let reading = Reading::begin(&database, both.clone()).await;
    until(&reading, &one, |state| state.succeeded_at.is_some()).await;
    until(&reading, &other, |state| state.failing_since.is_some()).await;
    servers[0].change(|folder| folder.mails.extend([(1, octets("a")), (2, octets("same"))]));
    until(&reading, &one, |state| state.kept == 2).await;
    reading.end().await;
    // Each has numbers of its own, and its own memory of octets.
    servers[1].behave();
    let reading = Reading::begin(&database, both).await;
    until(&reading, &other, |state| state.succeeded_at.is_some()).await;
    servers[1].change(|folder| folder.mails.extend([(1, octets("same")), (2, octets("b"))]));
    until(&reading, &other, |state| state.kept == 2).await;
    until(&reading, &one, |state| (state.kept, state.again) == (2, 0)).await;
    let arrivals = reading.arrivals().await;
    assert!(arrivals.len() == 4 && arrivals.iter().all(|arrival| arrival.door == Door::Imap));
    reading.end().await;
}

/// Until a mailbox is as a test wants.
async fn until(reading: &Reading, name: &str, reached: impl Fn(&MailboxState) -> bool) {
    let mut look = tokio::time::interval(Duration::from_millis(20));
    let looks = async {
        loop {
            look.tick().await;
            let states = reading.desk.store().mailboxes().await.unwrap();
            if states.iter().any(|state| state.name == name && reached(state)) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), looks).await.unwrap_or_else(|_| panic!("{name}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_within_a_session_is_asked_for_anew() {
    let (database, server) = (Database::sqlite(), ImapServer::start().await);
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "premier").unwrap();
    let by_command = Mailbox {
        password: Secret::default(),
        token_command: vec!["cat".to_owned(), token.display().to_string()],
        ..mailbox(server.port())
    };
    let reading = Reading::begin(&database, impatient(by_command)).await;
    reading.until_read().await;
    // What Gmail says once the hour is over.
    server.script(
        "IDLE",
        Do::SayAndClose("+ idling\r\n* BYE Session expired, please login again.\r\n"),
        false,
    );
    std::fs::write(&token, "second").unwrap();
    server.change(|folder| drop(folder.mails.insert(1, octets("a"))));
    reading.until("INBOX", "the first session ends", |state| state.failures > 0 || state.kept == 1).await;
    // What Exchange says instead: it refuses the next command, and keeps the connection.
    server.script("RFC822.SIZE", Do::SayAndClose("* BYE AccessTokenExpired\r\n"), false);
    server.change(|folder| drop(folder.mails.insert(2, octets("b"))));
    let state =
        reading.until("INBOX", "all are kept", |state| state.kept == 2 && state.cause.is_none()).await;
    assert_eq!((state.again, state.failing), (0, 0));
    let shown = |token: &str| {
        let said = format!("user=contact\x01auth=Bearer {token}\x01\x01");
        server.heard().contains(&base64::engine::general_purpose::STANDARD.encode(said))
    };
    assert!(shown("premier") && shown("second"));
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_in_unasked_is_hung_up_on() {
    let server = ImapServer::start().await;
    server.script("greeting", Do::Say("* PREAUTH you are somebody already\r\n"), true);
    let mailbox = mailbox(server.port());
    let refused = connect(&mailbox, &impatient(mailbox.clone())).await.unwrap_err();
    assert_eq!(refused.code(), "unreadable", "{refused}");
    assert!(server.heard().is_empty(), "and no password is told");
}

/// What the kernel says of a connection: which timer runs (`/proc/net/tcp`; 2: keepalive).
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_silent_connection_is_asked_whether_it_lives() {
    let server = ImapServer::start().await;
    let mailbox = mailbox(server.port());
    let _session = connect(&mailbox, &impatient(mailbox.clone())).await.unwrap();
    let to = format!("0100007F:{:04X}", server.port());
    let asked = async {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        loop {
            look.tick().await;
            let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
            let ours = table.lines().filter(|line| line.split_whitespace().nth(2) == Some(&to));
            // A minute at most, in hundredths of a second.
            let soon = |timer: &str| {
                timer.strip_prefix("02:").is_some_and(|left| u32::from_str_radix(left, 16).unwrap() <= 6_000)
            };
            if ours.filter_map(|line| line.split_whitespace().nth(5)).any(soon) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), asked).await.expect("the keepalive timer runs");
}
