//! `kill -9` of the real binary between any two steps: nothing that was acknowledged is lost, and no automatic mail
//! leaves twice. The binary stops at the kill point that the test names, says so, and is killed there; then it is started
//! again as an operator (or a mail server) would.

use guichet::clock::Clock;
use guichet::config::Config;
use guichet::desk::Seen;
use guichet::store::TicketFile;
use guichet::ticket::{OutboxState, Status};

use crate::support::installed::{Installed, killed_at};
use crate::support::story::{Story, camille, desk, triage};

#[tokio::test(flavor = "multi_thread")]
async fn while_keeping() {
    for (point, kept) in [("keep-before-commit", 0), ("keep-after-commit", 1)] {
        let installed = Installed::new().await;
        assert_eq!(installed.receive(Some(point)).await, None);
        let arrived =
            installed.store().await.ledger().await.unwrap().iter().map(|line| line.arrived).sum::<i64>();
        assert_eq!(arrived, kept, "{point}");
        // The mail server was told nothing, so it tries again.
        assert_eq!(installed.receive(None).await, Some(0));
        let file =
            installed.settled(|file| file.outbox.iter().all(|entry| entry.state == OutboxState::Sent)).await;
        assert_eq!((file.messages.len(), installed.smtp.received().len()), (1, 1), "{point}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_processing() {
    for point in ["process-after-lease", "process-before-commit", "process-after-commit"] {
        let installed = Installed::new().await;
        assert_eq!(installed.receive(None).await, Some(0));
        killed_at(&mut installed.command("serve", Some(point)).spawn().unwrap(), point).await;
        let sent = |file: &TicketFile| file.outbox.iter().any(|entry| entry.state == OutboxState::Sent);
        let file = installed.settled(sent).await;
        assert_eq!((file.outbox.len(), installed.smtp.received().len()), (1, 1), "{point}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_delivering() {
    let points = [
        // (where, mails that had left by then, what is known of the mail afterwards)
        ("deliver-after-sending", 0, OutboxState::InDoubt),
        ("deliver-after-handing-over", 1, OutboxState::InDoubt),
        ("deliver-before-recording", 1, OutboxState::InDoubt),
        ("deliver-after-recording", 1, OutboxState::Sent),
    ];
    for (point, left, state) in points {
        let installed = Installed::new().await;
        assert_eq!(installed.receive(None).await, Some(0));
        killed_at(&mut installed.command("serve", Some(point)).spawn().unwrap(), point).await;
        let file = installed.settled(|file| file.outbox[0].state == state).await;
        assert_eq!(installed.smtp.received().len(), left, "{point}: no automatic mail is sent twice");
        let expected = if state == OutboxState::Sent { Status::Refused } else { Status::Open };
        assert_eq!(
            file.ticket.status, expected,
            "{point}: what may not have arrived is looked at by a person"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_delivering_a_persons_answer() {
    for (point, copies) in [("deliver-after-sending", 1), ("deliver-after-handing-over", 2)] {
        let installed = Installed::new().await;
        assert_eq!(installed.receive(None).await, Some(0));
        let sent = |file: &TicketFile| file.outbox.iter().all(|entry| entry.state == OutboxState::Sent);
        let file = installed.settled(sent).await;

        let desk = desk(installed.store().await, Clock::system(), &Config::defaults(), triage());
        let person = camille(&desk).await.id;
        let seen = Seen { reference: file.ticket.reference, version: file.ticket.version, person };
        desk.answer(&seen, "Bonjour, voici notre réponse.", true).await.unwrap();
        killed_at(&mut installed.command("serve", Some(point)).spawn().unwrap(), point).await;
        installed.settled(|file| file.outbox.len() == 2 && sent(file)).await;

        let mails = installed.smtp.received();
        let answers: Vec<_> = mails[1..].iter().map(|mail| Story::header(mail, "Message-ID")).collect();
        assert_eq!(answers.len(), copies, "{point}: what a person wrote is never lost");
        assert!(answers.iter().all(|id| *id == answers[0]), "{point}: a second copy is the same mail");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_the_mail_server_keeps_the_mail() {
    let installed = Installed::new().await;
    let file = installed.folder.path().join("config.toml");
    std::fs::write(&file, "[nonsense]\n").unwrap();
    assert_eq!(installed.receive(None).await, Some(75), "a fault in the settings");
    std::fs::write(&file, "[database]\nurl = \"sqlite:/nonexistent/guichet.db\"\n").unwrap();
    assert_eq!(installed.receive(None).await, Some(75), "a store that is away");
    let stray = installed.folder.path().join("stray.db");
    std::fs::write(&file, format!("[database]\nurl = \"sqlite:{}\"\n", stray.display())).unwrap();
    assert_eq!(installed.receive(None).await, Some(75), "a database that nobody serves");
    assert!(!stray.exists(), "no stray database is made");
    let mut wrong = installed.command("receive", None);
    let code = wrong.arg("--no-such-option").spawn().unwrap().wait().await.unwrap().code();
    assert_eq!(code, Some(75), "a fault in the mail server's configuration");
}
