//! With a server that a real one would never be: what is kept is right all the same, and every failure is told.

use std::time::Duration;

use base64::Engine as _;
use guichet::clock::Clock;
use guichet::mail::imap::{After, ImapError, Mailbox, Settings, connect};
use guichet::setting::HumanDuration;
use guichet::store::MailboxState;

use super::reading::{Reading, mail, mailbox, settings, subjects};
use crate::support::database::{Database, on_both};
use crate::support::imap_server::{Do, ImapServer};

on_both!(half_a_mail_is_no_mail_and_holds_up_no_other, what_is_withheld_is_asked_for_again_until_it_is_gone,);

/// Octets of a mail as they stand on a server.
fn octets(id: &str) -> Vec<u8> {
    mail(id).replace('\n', "\r\n").into_bytes()
}

/// Quick to give up.
fn impatient(server: &ImapServer) -> Settings {
    Settings { timeout: HumanDuration::from_secs(2), ..settings(mailbox(server.port())) }
}

/// A folder that held nothing at the start.
async fn reading(database: &Database, server: &ImapServer) -> Reading {
    let reading = Reading::begin(database, impatient(server)).await;
    reading.until_read().await;
    reading
}

async fn half_a_mail_is_no_mail_and_holds_up_no_other(database: Database) {
    let server = ImapServer::start().await;
    let clock = Clock::held(Clock::system().now());
    let reading = Reading::begin_at(&database, clock.clone(), impatient(&server)).await;
    reading.until_read().await;
    server.change(|folder| {
        folder.broken.insert(2);
        folder.mails.extend([(1, octets("a")), (2, octets("b")), (3, octets("c"))]);
    });
    let state = reading.until("INBOX", "the others are kept", |state| state.kept == 2).await;
    assert_eq!((state.failing, state.again), (1, 0));
    // Once it comes whole it is taken; not before its time.
    server.change(|folder| folder.broken.clear());
    clock.advance(chrono::Duration::minutes(5));
    server.change(|folder| drop(folder.mails.insert(4, octets("d"))));
    let state = reading.until("INBOX", "all are kept", |state| state.kept == 4).await;
    assert_eq!((state.failing, state.cause), (0, None));
    let mut arrived = subjects(&reading.arrivals().await);
    arrived.sort();
    assert_eq!(arrived, ["Question a", "Question b", "Question c", "Question d"]);
    reading.end().await;
}

async fn what_is_withheld_is_asked_for_again_until_it_is_gone(database: Database) {
    let server = ImapServer::start().await;
    let clock = Clock::held(Clock::system().now());
    let reading = Reading::begin_at(&database, clock.clone(), impatient(&server)).await;
    reading.until_read().await;
    server.change(|folder| {
        folder.withheld.insert(1);
        folder.mails.extend([(1, octets("a")), (2, octets("b"))]);
    });
    let state = reading.until("INBOX", "the other is kept", |state| state.kept == 1).await;
    assert_eq!(state.failing, 1);
    clock.advance(chrono::Duration::minutes(5));
    server.change(|folder| {
        folder.mails.remove(&1);
        folder.mails.extend([(3, octets("c")), (4, octets("d"))]);
    });
    // One search that does not find it is no proof yet.
    let state = reading.until("INBOX", "the others are kept", |state| state.kept == 3).await;
    assert_eq!((state.failing, state.gone), (1, 0));
    let missed = |heard: &[String]| heard.iter().any(|command| command.starts_with("UID SEARCH"));
    server.until_heard("the search that misses it", missed).await;
    clock.advance(chrono::Duration::hours(2));
    server.change(|folder| drop(folder.mails.insert(5, octets("e"))));
    server
        .until_heard("another", |heard| heard.iter().filter(|one| missed(&[(*one).clone()])).count() == 2)
        .await;
    let state = reading.until("INBOX", "it is gone", |state| state.gone == 1).await;
    assert_eq!(state.failing, 0);
    reading.end().await;
}

/// The state once the folder fails with this in its cause.
async fn failing(reading: &Reading, cause: &str) -> MailboxState {
    reading
        .until("INBOX", cause, |state| state.cause.as_deref().is_some_and(|told| told.contains(cause)))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_fail_is_told_and_got_over() {
    let kinds = [
        ("greeting", Do::SayAndClose("* BYE trop de monde\r\n"), "trop de monde"),
        ("greeting", Do::SayAndClose("HTTP/1.1 400 Bad Request\r\n\r\n"), "illisible"),
        ("greeting", Do::Nothing, "à temps"),
        ("greeting", Do::Chatter("* "), "illisible"),
        ("AUTHENTICATE", Do::Say("{tag} NO sésame refusé\r\n"), "sésame refusé"),
        ("CAPABILITY", Do::Nothing, "à temps"),
        ("EXAMINE", Do::Say("{tag} NO Mailbox doesn't exist\r\n"), "le dossier « INBOX » ne s’ouvre pas"),
        ("EXAMINE", Do::Say("* 0 EXISTS\r\n{tag} OK done\r\n"), "UIDVALIDITY"),
        ("UID FETCH", Do::SayAndClose("* 1 FETCH (UID 1 RFC822.SI"), "coupée"),
        ("UID FETCH", Do::Say("{tag} NO not now\r\n"), "UID FETCH (not now)"),
        ("UID FETCH", Do::Say("* 1 FETCH (BODY[] {4000000000}\r\n"), "démesurée"),
        ("UID FETCH", Do::Chatter("* OK Still here\r\n"), "à temps"),
        ("IDLE", Do::SayAndClose("+ idling\r\n* BYE maintenance\r\n"), "maintenance"),
    ];
    for (at, what, cause) in kinds {
        let database = Database::sqlite();
        let server = ImapServer::start().await;
        server.script(at, what.clone(), true);
        let reading = Reading::begin(&database, impatient(&server)).await;
        let state = failing(&reading, cause).await;
        assert!(state.failing_since.is_some() && state.next_try_at.is_some(), "{what:?}: {state:?}");
        server.behave();
        reading.end().await;
        // Started again, all is well, and the failure forgotten.
        let reading = Reading::begin(&database, impatient(&server)).await;
        reading.until("INBOX", "it is read again", |state| state.cause.is_none()).await;
        server.change(|folder| drop(folder.mails.insert(1, octets("a"))));
        reading.until_kept(1).await;
        reading.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn chatter_does_not_put_off_the_end_of_an_idle() {
    let (database, server) = (Database::sqlite(), ImapServer::start().await);
    server.script("IDLE", Do::Chatter("+ idling\r\n* OK Still here\r\n"), true);
    let settings = Settings { idle: HumanDuration::from_secs(1), ..impatient(&server) };
    let reading = Reading::begin(&database, settings).await;
    let twice = |heard: &[String]| heard.iter().filter(|command| *command == "DONE").count() >= 2;
    server.until_heard("two ends of IDLE", twice).await;
    assert_eq!(reading.until_read().await.cause, None);
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_odd_habits_is_understood() {
    let (database, server) = (Database::sqlite(), ImapServer::start().await);
    let reading = reading(&database, &server).await;
    server.script(
        "RFC822.SIZE",
        Do::Say(
            "* 1 fetch (flags (\\seen nonjunk) uid 1 internaldate \" 1-nov-2026 10:00:00 +0100\" rfc822.size 12 X-ODD (a b))\r\n\
             * 1 recent\r\n* ok [alert] hello\r\n* 2 Fetch (Uid 2 rfc822.size 1)\r\n* 3 FETCH (FLAGS (\\Seen))\r\n{tag} ok done\r\n",
        ),
        false,
    );
    server.change(|folder| folder.mails.extend([(1, octets("a")), (2, octets("b"))]));
    reading.until_kept(2).await;
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_cannot_be_read_is_gone_round() {
    // The second makes the parser panic.
    for list in
        ["* 1 FETCH UID 1\r\n{tag} OK done\r\n", "* 1 FETCH (UID 1 INTERNALDATE NIL)\r\n{tag} OK done\r\n"]
    {
        let (database, server) = (Database::sqlite(), ImapServer::start().await);
        let reading = reading(&database, &server).await;
        server.script("RFC822.SIZE", Do::Say(list), true);
        server.change(|folder| folder.mails.extend([(1, octets("a")), (2, octets("b"))]));
        reading.until_kept(2).await;
        // Of unknown size: one at a time, and no more of it than is kept.
        let heard = server.heard();
        let bodies: Vec<&str> =
            heard.iter().map(String::as_str).filter(|one| one.contains("BODY.PEEK")).collect();
        let alone = ["UID FETCH 1 (UID BODY.PEEK[]<0.1048577>)", "UID FETCH 2 (UID BODY.PEEK[]<0.1048577>)"];
        assert_eq!(bodies, alone);
        reading.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_refuses_to_move_is_moved_later() {
    let (database, server) = (Database::sqlite(), ImapServer::start_with("IMAP4rev1 IDLE UIDPLUS").await);
    let moving = Mailbox { after: After::Move, move_to: "Traités".to_owned(), ..mailbox(server.port()) };
    let reading =
        Reading::begin(&database, Settings { timeout: HumanDuration::from_secs(2), ..settings(moving) })
            .await;
    reading.until_read().await;
    server.script("UID COPY", Do::Say("{tag} NO over quota\r\n"), false);
    server.script("CREATE", Do::Say("{tag} NO it exists\r\n"), false);
    server.change(|folder| drop(folder.mails.insert(1, octets("a"))));
    let state = reading.until("INBOX", "that is told", |state| state.note.is_some()).await;
    assert_eq!((state.kept, state.owed, state.cause.as_deref()), (1, 1, None));
    assert!(state.note.as_deref().is_some_and(|note| note.contains("over quota")), "{state:?}");
    server.change(|folder| drop(folder.mails.insert(2, octets("b"))));
    reading
        .until("INBOX", "both are moved", |state| state.kept == 2 && state.owed == 0 && state.note.is_none())
        .await;
    let heard = server.heard();
    let after: Vec<&str> = heard
        .iter()
        .map(String::as_str)
        .filter(|one| one.starts_with("UID ") && !one.contains("FETCH"))
        .collect();
    let moved =
        ["UID COPY 1:2 \"Trait&AOk-s\"", "UID STORE 1:2 +FLAGS.SILENT (\\Deleted)", "UID EXPUNGE 1:2"];
    assert_eq!(after[after.len() - 3..], moved);
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_could_only_expunge_all_is_left_alone() {
    let (database, server) = (Database::sqlite(), ImapServer::start_with("IMAP4rev1").await);
    let moving = Mailbox { after: After::Move, move_to: "Traités".to_owned(), ..mailbox(server.port()) };
    let settings = Settings { poll: HumanDuration::from_secs(1), ..settings(moving) };
    let reading = Reading::begin(&database, settings).await;
    reading.until_read().await;
    server.change(|folder| drop(folder.mails.insert(1, octets("a"))));
    let state = reading.until("INBOX", "it is polled", |state| state.kept == 1 && state.owed == 0).await;
    assert!(state.note.as_deref().is_some_and(|note| note.contains("UIDPLUS")), "{state:?}");
    assert!(!server.heard().iter().any(|command| command.contains("EXPUNGE") || command.contains("Deleted")));
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_as_xoauth2_says() {
    let server = ImapServer::start().await;
    let mailbox = Mailbox {
        password: guichet::setting::Secret::default(),
        token_command: ["printf", "jeton"].map(str::to_owned).to_vec(),
        ..mailbox(server.port())
    };
    connect(&mailbox, &impatient(&server)).await.unwrap();
    let said = base64::engine::general_purpose::STANDARD.encode("user=contact\x01auth=Bearer jeton\x01\x01");
    assert_eq!(server.heard()[..2], ["AUTHENTICATE XOAUTH2".to_owned(), said]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_larger_than_announced_does_not_fill_the_memory() {
    let server = ImapServer::start().await;
    let mut session = connect(&mailbox(server.port()), &impatient(&server)).await.unwrap();
    session.select("INBOX", false).await.unwrap();
    server.script("BODY.PEEK", Do::Say("* 1 FETCH (UID 1 BODY[] {400000000}\r\nabc"), true);
    let before = std::time::Instant::now();
    let refused = session.fetch(&[1], None, 10, &mut Vec::new()).await;
    assert!(matches!(refused, Err(ImapError::TooLong)), "{refused:?}");
    assert!(before.elapsed() < Duration::from_mins(1));
}
