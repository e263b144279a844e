//! A server that errs for a while: no mail is lost by it, none is taken that should be left, and none holds up the others.

use std::time::{Duration, Instant};

use guichet::clock::Clock;
use guichet::mail::imap::{ImapError, Mailbox, Settings, connect};
use guichet::message::Door;
use guichet::setting::HumanDuration;

use super::reading::{Reading, mail, mailbox, settings, subjects};
use crate::support::database::{Database, on_both};
use crate::support::imap_server::{Do, ImapServer};

on_both!(
    a_search_that_misses_a_mail_loses_none,
    what_was_gone_is_taken_once_it_is_shown_again,
    one_message_in_both_folders_is_taken_from_each,
);

/// Octets of a mail as they stand on a server.
fn octets(id: &str) -> Vec<u8> {
    mail(id).replace('\n', "\r\n").into_bytes()
}

/// Quick to give up.
fn impatient(server: &ImapServer) -> Settings {
    Settings { timeout: HumanDuration::from_secs(2), ..settings(mailbox(server.port())) }
}

/// Searches heard so far.
fn searches(heard: &[String]) -> usize {
    heard.iter().filter(|command| command.starts_with("UID SEARCH")).count()
}

/// A folder in which a mail is withheld, and its clock.
async fn withholding(database: &Database, server: &ImapServer) -> (Reading, Clock) {
    let clock = Clock::held(Clock::system().now());
    let reading = Reading::begin_at(database, clock.clone(), impatient(server)).await;
    reading.until_read().await;
    server.change(|folder| {
        folder.withheld.insert(1);
        folder.mails.extend([(1, octets("a")), (2, octets("b"))]);
    });
    reading.until("INBOX", "it fails", |state| state.failing == 1 && state.kept == 1).await;
    (reading, clock)
}

async fn a_search_that_misses_a_mail_loses_none(database: Database) {
    let server = ImapServer::start().await;
    let (reading, clock) = withholding(&database, &server).await;
    server.script("UID SEARCH", Do::Say("* SEARCH\r\n{tag} OK done\r\n"), false);
    clock.advance(chrono::Duration::minutes(5));
    server.change(|folder| {
        folder.withheld.clear();
        folder.mails.insert(3, octets("c"));
    });
    server.until_heard("the search that misses it", |heard| searches(heard) == 1).await;
    let state = reading.until("INBOX", "the next is kept", |state| state.kept == 2).await;
    assert_eq!((state.failing, state.gone), (1, 0));
    clock.advance(chrono::Duration::hours(2));
    server.change(|folder| drop(folder.mails.insert(4, octets("d"))));
    let state = reading.until("INBOX", "all are kept", |state| state.kept == 4).await;
    assert_eq!((state.failing, state.gone), (0, 0));
    reading.end().await;
}

async fn what_was_gone_is_taken_once_it_is_shown_again(database: Database) {
    let server = ImapServer::start().await;
    let (reading, clock) = withholding(&database, &server).await;
    server.script("UID SEARCH", Do::Say("* SEARCH\r\n{tag} OK done\r\n"), true);
    for uid in 3..5 {
        clock.advance(chrono::Duration::hours(2));
        server.change(|folder| drop(folder.mails.insert(uid, octets(&uid.to_string()))));
        server.until_heard("a search", |heard| searches(heard) >= uid as usize - 2).await;
    }
    reading.until("INBOX", "it is gone", |state| state.gone == 1 && state.failing == 0).await;
    reading.end().await;
    // The next session lists it.
    server.behave();
    server.change(|folder| folder.withheld.clear());
    let reading = Reading::begin(&database, impatient(&server)).await;
    let state = reading.until("INBOX", "all are kept", |state| state.kept == 4).await;
    assert_eq!((state.failing, state.gone), (0, 0));
    reading.end().await;
}

async fn one_message_in_both_folders_is_taken_from_each(database: Database) {
    let server = ImapServer::start().await;
    let both = Mailbox { sent: "Envoyés".to_owned(), ..mailbox(server.port()) };
    let reading = Reading::begin(&database, settings(both)).await;
    reading.until_read().await;
    reading.until("Envoyés", "it is read", |state| state.succeeded_at.is_some()).await;
    server.change(|folder| drop(folder.mails.insert(1, octets("a"))));
    for folder in ["INBOX", "Envoyés"] {
        let state = reading.until(folder, "it is kept", |state| state.kept + state.again == 1).await;
        assert_eq!((state.kept, state.again), (1, 0), "{folder}");
    }
    let arrivals = reading.arrivals().await;
    let mut doors: Vec<Door> = arrivals.iter().map(|arrival| arrival.door).collect();
    doors.sort_by_key(|door| door.code());
    assert_eq!(doors, [Door::Imap, Door::Sent]);
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stood_there_is_left_though_no_list_can_be_read() {
    let (database, server) = (Database::sqlite(), ImapServer::start().await);
    server.change(|folder| folder.mails.extend((1..6).map(|uid| (uid, octets(&format!("old-{uid}"))))));
    server.script("RFC822.SIZE", Do::Say("* 1 FETCH UID 1\r\n{tag} OK done\r\n"), true);
    let reading = Reading::begin(&database, impatient(&server)).await;
    reading.until_read().await;
    server.change(|folder| drop(folder.mails.insert(6, octets("new"))));
    let state = reading.until_kept(1).await;
    assert_eq!((state.failing, state.again), (0, 0));
    assert_eq!(subjects(&reading.arrivals().await), ["Question new"]);
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_stalls_holds_up_no_other() {
    let (database, server) = (Database::sqlite(), ImapServer::start().await);
    let clock = Clock::held(Clock::system().now());
    let reading = Reading::begin_at(&database, clock.clone(), impatient(&server)).await;
    reading.until_read().await;
    server.change(|folder| {
        folder.stalling.insert(2);
        folder.mails.extend([(1, octets("a")), (2, octets("b")), (3, octets("c"))]);
    });
    let state = reading.until("INBOX", "the others are kept", |state| state.kept == 2).await;
    assert_eq!(state.failing, 1);
    // It is asked for again, and stalls again, while another comes.
    reading.until("INBOX", "all is well", |state| state.cause.is_none()).await;
    clock.advance(chrono::Duration::minutes(5));
    server.change(|folder| drop(folder.mails.insert(4, octets("d"))));
    let again =
        |heard: &[String]| heard.iter().any(|command| command.contains("UID FETCH 2 (UID BODY.PEEK[]<0."));
    server.until_heard("the mail asked for again", again).await;
    server.change(|folder| drop(folder.mails.insert(5, octets("e"))));
    let state = reading.until("INBOX", "those behind it are kept", |state| state.kept == 4).await;
    assert_eq!(state.failing, 1);
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_inside_a_large_mail_ends_the_wait() {
    let server = ImapServer::start().await;
    server.change(|folder| {
        folder.stalling.insert(1);
        folder.mails.insert(1, octets("a"));
    });
    let mut session = connect(&mailbox(server.port()), &impatient(&server)).await.unwrap();
    session.select("INBOX", false).await.unwrap();
    let before = Instant::now();
    let given_up = session.fetch(&[1], None, 100 << 20, &mut Vec::new()).await;
    assert!(matches!(given_up, Err(ImapError::Timeout)), "{given_up:?}");
    assert!(before.elapsed() < Duration::from_mins(2), "the mail's size allows for two hours");
}
