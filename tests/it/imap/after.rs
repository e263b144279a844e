//! What becomes of a mail on the server once it is kept.

use guichet::mail::imap::{After, Mailbox};

use super::reading::{Reading, contact, long_ago, mail, settings};
use crate::support::database::{Database, on_both};
use crate::support::dovecot::{Dovecot, Options};

on_both!(kept_mails_are_marked_or_moved);

async fn kept_mails_are_marked_or_moved(database: Database) {
    let server = Dovecot::start();
    let mut colleague = server.client("contact").await;
    colleague.append("INBOX", &mail("old"), Some(long_ago())).await;
    let marking = Mailbox { after: After::Keyword, ..contact(&server) };
    let reading = Reading::begin(&database, settings(marking)).await;
    reading.until_read().await;
    colleague.append("INBOX", &mail("a"), None).await;
    let state = reading.until("INBOX", "it is marked", |state| state.kept == 1 && state.owed == 0).await;
    assert_eq!(state.note, None);
    let marked = |mails: &[(u32, Vec<String>)]| -> Vec<u32> {
        mails
            .iter()
            .filter(|(_, flags)| flags.iter().any(|flag| flag == "$Guichet"))
            .map(|(uid, _)| *uid)
            .collect()
    };
    assert_eq!(marked(&colleague.open("INBOX").await), [2], "what was there before is left alone");
    reading.end().await;

    let moving = Mailbox { after: After::Move, move_to: "Traités/2026".to_owned(), ..contact(&server) };
    let reading = Reading::begin(&database, settings(moving)).await;
    colleague.append("INBOX", &mail("b"), None).await;
    reading.until("INBOX", "it is moved", |state| state.kept == 2 && state.owed == 0).await;
    let uids = |mails: Vec<(u32, Vec<String>)>| mails.into_iter().map(|(uid, _)| uid).collect::<Vec<_>>();
    assert_eq!(uids(colleague.open("INBOX").await), [1, 2]);
    assert_eq!(uids(colleague.open("Traités/2026").await), [1]);

    // Whoever moves it back wants it there.
    colleague.run("UID MOVE 1 INBOX").await;
    reading.until("INBOX", "it is known again", |state| state.again == 1 && state.owed == 0).await;
    assert_eq!(uids(colleague.open("INBOX").await), [1, 2, 4]);
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_keeps_no_keyword_is_told_and_read_all_the_same() {
    let database = Database::sqlite();
    // An ACL without the right to write flags.
    let server = Dovecot::start_with(&Options {
        users: vec!["contact".to_owned()],
        more: "mail_plugins = acl\nplugin {\n acl = vfile:/dev/null\n}\nprotocol imap {\n mail_plugins = $mail_plugins acl\n}"
            .to_owned(),
    });
    let mut colleague = server.client("contact").await;
    colleague.append("INBOX", &mail("old"), Some(long_ago())).await;
    let inbox = server.path().join("home/contact/Maildir/dovecot-acl");
    std::fs::write(inbox, "owner lri\n").unwrap();
    server.hand_over();
    let marking = Mailbox { after: After::Keyword, ..contact(&server) };
    let reading = Reading::begin(&database, settings(marking)).await;
    reading.until_read().await;
    colleague.append("INBOX", &mail("a"), None).await;
    let state = reading.until("INBOX", "it is kept", |state| state.kept == 1 && state.owed == 0).await;
    assert!(state.note.as_deref().is_some_and(|note| note.contains("mot-clé")), "{state:?}");
    reading.end().await;
}
