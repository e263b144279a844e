//! Dovecot in the soak: the service's shared mailbox, which it reads over IMAP, and a colleague who is away, for whom
//! Pigeonhole answers.

use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::TcpStream;

use super::chance::pause;
use super::wire;
use crate::support::dovecot::{Dovecot, Options, PASSWORD};

/// The user whose INBOX the service reads.
const SHARED: &str = "contact";
/// The user who is away.
pub(super) const AWAY: &str = "lea";

const VACATION: &str =
    "require [\"vacation\"];\nvacation :subject \"Absence\" \"Je suis absente jusqu'au 15.\";\n";

/// The mailboxes.
pub(super) struct Mailboxes(Dovecot);

impl Mailboxes {
    /// Mailboxes whose server hands its own mail to the relay at this port.
    pub(super) fn open(relay: u16) -> Self {
        let more =
            format!("submission_host = 127.0.0.1:{relay}\npostmaster_address = postmaster@absent.example\n");
        let users = vec![SHARED.to_owned(), AWAY.to_owned()];
        let server = Dovecot::start_with(&Options { users, more });
        let home = server.path().join("home").join(AWAY);
        let script = home.join(".dovecot.sieve");
        std::fs::write(&script, VACATION).unwrap();
        let owner = home.metadata().unwrap();
        chown(&script, Some(owner.uid()), Some(owner.gid())).unwrap();
        Self(server)
    }

    /// The settings by which the service reads the shared mailbox.
    pub(super) fn settings(&self) -> String {
        format!(
            "[imap]\npoll = \"10s\"\nidle = \"1m\"\ntimeout = \"5s\"\n[[imap.mailboxes]]\nname = \"contact\"\nhost = \"127.0.0.1\"\n\
             port = {}\ntls = \"none\"\nuser = \"{SHARED}\"\npassword = \"{PASSWORD}\"\n",
            self.0.imap()
        )
    }

    /// Where mail is put into the shared mailbox.
    pub(super) fn lmtp(&self) -> std::net::SocketAddr {
        self.0.lmtp_address()
    }

    /// Dies with every connection, and is started again after a while.
    pub(super) async fn die(&mut self, away: Duration) {
        tokio::task::block_in_place(|| self.0.kill());
        pause(away).await;
        tokio::task::block_in_place(|| self.0.run());
    }

    /// How many mails stand in the shared mailbox.
    pub(super) fn count(&self) -> usize {
        self.files().len()
    }

    /// The mails that stand in the shared mailbox.
    pub(super) fn shared(&self) -> Vec<Vec<u8>> {
        self.files().into_iter().map(|file| std::fs::read(file).unwrap()).collect()
    }

    /// As they lie on the disk: nobody's protocol stands between.
    fn files(&self) -> Vec<PathBuf> {
        let maildir = self.0.path().join("home").join(SHARED).join("Maildir");
        let parts = ["new", "cur"].map(|part| maildir.join(part));
        let parts = parts.iter().filter_map(|part| std::fs::read_dir(part).ok());
        parts.flatten().flatten().map(|entry| entry.path()).collect()
    }
}

/// Puts a mail into a mailbox; whether the server took it.
pub(super) async fn put(lmtp: std::net::SocketAddr, from: &str, to: &str, raw: &[u8], cut: bool) -> bool {
    let Ok(stream) = TcpStream::connect(lmtp).await else { return false };
    wire::deliver(stream, from, to, raw, cut).await.is_ok_and(|said| said.starts_with("250"))
}

/// Puts a mail into the shared mailbox.
pub(super) async fn put_shared(lmtp: std::net::SocketAddr, from: &str, raw: &[u8], cut: bool) -> bool {
    put(lmtp, from, &format!("{SHARED}@code.gouv.fr"), raw, cut).await
}
