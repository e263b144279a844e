//! With a real Dovecot.

use guichet::message::Door;

use super::reading::{Reading, contact, mail, settings, subjects};
use crate::support::database::{Database, on_both};
use crate::support::dovecot::Dovecot;

on_both!(a_new_mail_is_announced_and_taken_unread);

async fn a_new_mail_is_announced_and_taken_unread(database: Database) {
    let server = Dovecot::start();
    let mut colleague = server.client("contact").await;
    colleague.append("INBOX", &mail("old"), None).await;
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
