//! `kill -9` of the real binary between keeping and remembering, and between remembering and marking: the mail is there
//! once, and what is owed to the server is paid after the restart.

use std::time::Duration;

use guichet::store::{MailboxState, Store};

use super::reading::mail;
use crate::support::dovecot::{Dovecot, PASSWORD};
use crate::support::installed::{Installed, killed_at};

#[tokio::test(flavor = "multi_thread")]
async fn while_reading_a_mailbox() {
    for point in ["keep-before-commit", "keep-after-commit", "imap-before-remembering", "imap-before-marking"]
    {
        let (installed, server) = (Installed::new().await, Dovecot::start());
        let file = installed.folder.path().join("config.toml");
        let settings = std::fs::read_to_string(&file).unwrap();
        let mailbox = format!(
            "[[imap.mailboxes]]\nname = \"contact\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nuser = \"contact\"\n\
             password = \"{PASSWORD}\"\nafter = \"keyword\"\n",
            server.imap()
        );
        std::fs::write(&file, format!("{settings}{mailbox}")).unwrap();
        // The first start sees an empty mailbox.
        let mut serving = installed.command("serve", None).spawn().unwrap();
        let store = installed.store().await;
        until(&store, |state| state.succeeded_at.is_some()).await;
        serving.kill().await.unwrap();
        let mut colleague = server.client("contact").await;
        colleague.append("INBOX", &mail("a"), None).await;
        killed_at(&mut installed.command("serve", Some(point)).spawn().unwrap(), point).await;

        let mut serving = installed.command("serve", None).spawn().unwrap();
        let state = until(&store, |state| state.kept == 1 && state.owed == 0).await;
        assert_eq!((state.again, state.failing), (0, 0), "{point}");
        let file = installed.until(|file| !file.messages.is_empty()).await;
        assert_eq!(file.messages.len(), 1, "{point}");
        let mails = colleague.open("INBOX").await;
        assert!(mails[0].1.iter().any(|flag| flag == "$Guichet"), "{point}: {mails:?}");
        serving.kill().await.unwrap();
    }
}

async fn until(store: &Store, reached: impl Fn(&MailboxState) -> bool) -> MailboxState {
    let look = async {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        loop {
            look.tick().await;
            if let Some(state) = store.mailboxes().await.unwrap().into_iter().find(&reached) {
                return state;
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), look).await.expect("the mailbox gets there")
}
