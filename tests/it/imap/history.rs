//! What stood in a mailbox at the first start, as `start` says.

use chrono::Duration;
use guichet::clock::Clock;
use guichet::mail::imap::{Mailbox, Start};
use guichet::message::Door;

use super::reading::{Reading, contact, mail, settings, subjects};
use crate::support::database::{Database, on_both};
use crate::support::dovecot::Dovecot;

on_both!(an_archive_is_history_with_what_was_sent);

async fn an_archive_is_history_with_what_was_sent(database: Database) {
    let server = Dovecot::start();
    let mut colleague = server.client("contact").await;
    colleague.run("CREATE \"Envoy&AOk-s\"").await;
    let long_ago = Clock::system().now() - Duration::days(400);
    for n in 0..3 {
        let at = Some(long_ago + Duration::days(n));
        colleague.append("INBOX", &mail(&format!("asked-{n}")), at).await;
        colleague.append("Envoyés", &mail(&format!("sent-{n}")), at).await;
    }
    let archive = Mailbox { start: Start::Archive, sent: "Envoyés".to_owned(), ..contact(&server) };
    let reading = Reading::begin(&database, settings(archive)).await;
    reading.until("Envoyés", "what was sent is kept", |state| state.kept == 3).await;
    reading.until_kept(3).await;
    colleague.append("INBOX", &mail("new"), None).await;
    colleague.append("Envoyés", &mail("answer"), None).await;
    reading.until_kept(4).await;
    reading.until("Envoyés", "the answer is kept", |state| state.kept == 4).await;
    let arrivals = reading.arrivals().await;
    let doors: Vec<(String, Door)> =
        subjects(&arrivals).into_iter().zip(arrivals.iter().map(|arrival| arrival.door)).collect();
    let door = |subject: &str| {
        let subject = format!("Question {subject}");
        doors.iter().find(|(one, _)| *one == subject).map(|(_, door)| *door)
    };
    for n in 0..3 {
        assert_eq!(door(&format!("asked-{n}")), Some(Door::Archive));
        assert_eq!(door(&format!("sent-{n}")), Some(Door::SentArchive));
    }
    assert_eq!((door("new"), door("answer")), (Some(Door::Imap), Some(Door::Sent)));
    // What was asked is there before what was answered, in the order of the mailbox.
    let history: Vec<&str> =
        doors.iter().filter(|(_, door)| door.is_history()).map(|(one, _)| one.as_str()).collect();
    let expected =
        ["asked-0", "asked-1", "asked-2", "sent-0", "sent-1", "sent-2"].map(|one| format!("Question {one}"));
    assert_eq!(history, expected);
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_day_on_it_is_new_mail() {
    let (database, server) = (Database::sqlite(), Dovecot::start());
    let mut colleague = server.client("contact").await;
    let now = Clock::system().now();
    for days in [30, 10, 3] {
        colleague.append("INBOX", &mail(&days.to_string()), Some(now - Duration::days(days))).await;
    }
    let day = (now - Duration::days(15)).date_naive();
    let since = Mailbox { start: Start::Since(day), ..contact(&server) };
    let reading = Reading::begin(&database, settings(since)).await;
    reading.until_kept(2).await;
    let arrivals = reading.arrivals().await;
    assert_eq!(subjects(&arrivals), ["Question 10", "Question 3"]);
    let lain: Vec<_> =
        arrivals.iter().map(|arrival| arrival.envelope.mailbox_at.map(|at| (now - at).num_days())).collect();
    assert_eq!(lain, [Some(10), Some(3)], "the server's date comes along");
    assert!(arrivals.iter().all(|arrival| arrival.door == Door::Imap && arrival.received_at >= now));
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_the_first_start_failed_is_taken() {
    let (database, mut server) = (Database::sqlite(), Dovecot::start());
    let before = Clock::system().now() - Duration::hours(1);
    server.client("contact").await.append("INBOX", &mail("before"), Some(before)).await;
    server.stop();
    let reading = Reading::begin(&database, settings(contact(&server))).await;
    reading.until("INBOX", "it fails", |state| state.failing_since.is_some()).await;
    server.deliver("contact", "", [mail("meanwhile")]);
    server.run();
    reading.until_kept(1).await;
    assert_eq!(subjects(&reading.arrivals().await), ["Question meanwhile"]);
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_the_first_look_is_taken() {
    let (database, server) = (Database::sqlite(), Dovecot::start());
    let now = Clock::system().now();
    let mut colleague = server.client("contact").await;
    colleague.append("INBOX", &mail("before"), Some(now - Duration::hours(2))).await;
    colleague.append("INBOX", &mail("meanwhile"), Some(now)).await;
    // The start was an hour before the folder could be opened.
    let clock = Clock::held(now - Duration::hours(1));
    let reading = Reading::begin_at(&database, clock, settings(contact(&server))).await;
    reading.until_kept(1).await;
    assert_eq!(subjects(&reading.arrivals().await), ["Question meanwhile"]);
    reading.end().await;
}
