//! `kill -9` of the real binary around the commit of a message: no 250 without it, and a message that was kept without its
//! 250 is one message when the mail server brings it again. Should writing panic, nothing is acknowledged, and no door shut.

use tokio::process::{Child, Command};

use super::support::{Client, MAIL, wire};
use crate::support::installed::{Installed, killed_at};
use guichet::ticket::OutboxState;

/// A guichet whose settings open the LMTP door.
async fn with_lmtp() -> Installed {
    let installed = Installed::new().await;
    let file = installed.folder.path().join("config.toml");
    let listen = format!("unix:{}", installed.folder.path().join("lmtp.sock").display());
    let settings = std::fs::read_to_string(&file).unwrap() + &format!("[lmtp]\nlisten = \"{listen}\"\n");
    std::fs::write(&file, settings).unwrap();
    installed
}

/// It serves.
async fn serve(installed: &Installed, kill_at: Option<&str>) -> (Child, Client) {
    serving(installed, installed.command("serve", kill_at)).await
}

async fn serving(installed: &Installed, mut command: Command) -> (Child, Client) {
    let socket = installed.folder.path().join("lmtp.sock");
    let child = command.spawn().unwrap();
    let mut look = tokio::time::interval(std::time::Duration::from_millis(10));
    let there = async {
        while std::os::unix::net::UnixStream::connect(&socket).is_err() {
            look.tick().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), there).await.expect("it listens in time");
    (child, Client::connect(&socket).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn around_the_commit() {
    for (point, kept) in [("keep-before-commit", 0), ("keep-after-commit", 1), ("lmtp-before-reply", 1)] {
        let installed = with_lmtp().await;
        let (mut child, mut client) = serve(&installed, Some(point)).await;
        client.open(&["contact@code.gouv.fr"]).await;
        client.say(wire(MAIL)).await;
        killed_at(&mut child, point).await;
        assert_eq!(client.rest().await, "", "{point}: nothing was acknowledged");
        // Until it is taken up, the arrival stands in the ledger alone.
        let arrived: i64 =
            installed.store().await.ledger().await.unwrap().iter().map(|line| line.arrived).sum();
        assert_eq!(arrived, kept, "{point}");

        let (mut child, mut client) = serve(&installed, None).await;
        client.open(&["contact@code.gouv.fr"]).await;
        client.say(wire(MAIL)).await;
        assert!(client.reply().await.starts_with("250 2.1.5 Kept as "), "{point}");
        // Killed behind the bell, the answer may be in doubt; then it is not sent again.
        let left = |state| matches!(state, OutboxState::Sent | OutboxState::InDoubt);
        let file = installed.until(|file| file.outbox.iter().all(|entry| left(entry.state))).await;
        assert_eq!((file.messages.len(), file.outbox.len()), (1, 1), "{point}: one mail, one answer");
        assert!(installed.smtp.received().len() <= 1, "{point}");
        child.kill().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_panics_writes_the_next_mail() {
    for (point, kept) in [("keep-before-commit", 0), ("keep-after-commit", 1)] {
        let installed = with_lmtp().await;
        let mut command = installed.command("serve", None);
        command.env("GUICHET_PANIC_AT", point).stderr(std::process::Stdio::null());
        let (mut child, mut client) = serving(&installed, command).await;
        let arrived = async || -> i64 {
            installed.store().await.ledger().await.unwrap().iter().map(|line| line.arrived).sum()
        };
        client.open(&["contact@code.gouv.fr"]).await;
        client.say(wire(MAIL)).await;
        let told = client.reply().await;
        assert!(told.starts_with("451 4.3.0"), "{point}: {told}");
        assert_eq!(arrived().await, kept, "{point}");
        // The mail server tries again, in the same conversation.
        assert!(client.ask("MAIL FROM:<camille@ville.example>").await.starts_with("250"));
        assert!(client.ask("RCPT TO:<contact@code.gouv.fr>").await.starts_with("250"));
        assert!(client.ask("DATA").await.starts_with("354"));
        client.say(wire(MAIL)).await;
        let told = client.reply().await;
        assert!(told.starts_with("250 2.1.5 Kept as "), "{point}: {told}");
        assert_eq!(arrived().await, 1, "{point}");
        child.kill().await.unwrap();
    }
}
