//! `kill -9` of the real binary between any two steps: nothing that was acknowledged is lost, and no automatic mail
//! leaves twice. The binary stops at the kill point that the test names, says so, and is killed there; then it is started
//! again as an operator (or a mail server) would.

use guichet::clock::Clock;
use guichet::config::Config;
use guichet::desk::{DeliveryOutcome, Seen};
use guichet::message::{Door, Envelope};
use guichet::store::{Filter, Through, TicketFile, View};
use guichet::ticket::{Actor, HandOverState, MailKind, OutboxState, Status};

use crate::support::installed::{Installed, killed_at};
use crate::support::story::{PACE, Story, camille, desk, triage};

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

        let mut config = Config::defaults();
        config.answer.hold = "0".parse().unwrap();
        let desk = desk(installed.store().await, Clock::system(), &config, triage());
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

const AMDAC: &str = "amdac@culture.gouv.fr";
const PUBLISH: &str = "From: Jeanne <jeanne@culture.gouv.fr>\nTo: contact@code.gouv.fr\nSubject: Licence d'un outil\n\
    Message-ID: <publish@client.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
    Content-Transfer-Encoding: 8bit\n\nBonjour, notre bureau a écrit un outil en Python. Sous quelle licence libre publier \
    ce code source ?\n";

/// A guichet whose directory knows an AMDAC, confirmed on the day of that clock.
async fn knowing_an_amdac(clock: Clock) -> (Installed, guichet::desk::Desk) {
    let installed = Installed::new().await;
    let today = clock.today();
    let desk = desk(installed.store().await, clock, &Config::defaults(), triage());
    let file =
        format!("organisation_id,organisation,role,email,confirmed_on\nculture,,amdac,{AMDAC},{today}\n");
    desk.directory_import("a.csv", &file, None, &Actor::Program, Through::Command).await.unwrap();
    (installed, desk)
}

/// Every mail that reached the AMDAC, by its Message-ID.
fn told(installed: &Installed) -> Vec<String> {
    let mails = installed.smtp.received().into_iter().filter(|mail| mail.to == [AMDAC]);
    mails.map(|mail| Story::header(&mail, "Message-ID")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_handing_over() {
    let points = [
        "hand-over-between-mail-and-row",
        "process-before-commit",
        "process-after-commit",
        "deliver-after-sending",
        "deliver-after-handing-over",
        "deliver-after-recording",
    ];
    for point in points {
        let (installed, _) = knowing_an_amdac(Clock::system()).await;
        assert_eq!(installed.receive_this(PUBLISH, None).await, Some(0));
        killed_at(&mut installed.command("serve", Some(point)).spawn().unwrap(), point).await;
        let moving = |state| matches!(state, OutboxState::Due | OutboxState::Sending);
        let rest =
            |file: &TicketFile| !file.outbox.is_empty() && !file.outbox.iter().any(|one| moving(one.state));
        let file = installed.settled(rest).await;
        let [handed] = &file.hand_overs[..] else { panic!("{point}: {:?}", file.hand_overs) };
        // Where nobody knows whether the requester was told, a person looks.
        let in_doubt = file.outbox.iter().any(|entry| entry.state == OutboxState::InDoubt);
        let status = if in_doubt { Status::Open } else { Status::HandedOver };
        assert_eq!((handed.state, file.ticket.status), (HandOverState::Waiting, status), "{point}");
        let mut mails = file.outbox.iter().filter(|entry| entry.kind == MailKind::HandOver);
        let mail = mails.next().expect("the hand-over has its mail");
        assert_eq!((mail.state, handed.outbox_id.as_ref()), (OutboxState::Sent, Some(&mail.id)), "{point}");
        assert!(mails.next().is_none(), "{point}: one hand-over, one mail");
        let told = told(&installed);
        assert!(
            !told.is_empty() && told.iter().all(|id| *id == told[0]),
            "{point}: not lost, and one mail: {told:?}"
        );
        let requester = installed.smtp.received().iter().filter(|mail| mail.to != [AMDAC]).count();
        assert!(requester <= 1, "{point}: the notice is automatic, and never leaves twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_reminding_of_a_hand_over() {
    // Handed over six days ago: the first reminder is due when the service starts.
    let then = Clock::held(Clock::system().now() - chrono::Duration::days(6));
    let (installed, desk) = knowing_an_amdac(then).await;
    let envelope = Envelope { from: Some("jeanne@culture.gouv.fr".to_owned()), ..Envelope::default() };
    desk.accept(Door::Pipe, "pipe:1", envelope, PUBLISH.as_bytes().to_vec()).await.unwrap();
    while desk.process_next(chrono::Duration::minutes(1)).await.unwrap() {}
    while let Some(parcel) = desk.next_parcel(chrono::Duration::minutes(5), PACE).await.unwrap() {
        let words = "250 ok".to_owned();
        desk.delivered(&parcel, DeliveryOutcome::Accepted { words }).await.unwrap();
    }
    let point = "remind-before-commit";
    killed_at(&mut installed.command("serve", Some(point)).spawn().unwrap(), point).await;
    let reminded = |file: &TicketFile| {
        let mut reminders = file.outbox.iter().filter(|entry| entry.kind == MailKind::HandOverReminder);
        reminders.next().is_some_and(|entry| entry.state == OutboxState::Sent)
            && file.outbox.iter().all(|entry| entry.state != OutboxState::Due)
    };
    let file = installed.settled(reminded).await;
    assert_eq!(file.hand_overs[0].reminders, 1);
    assert_eq!(told(&installed).len(), 1, "one reminder");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_gathering_hand_overs() {
    for point in ["gather-before-commit", "deliver-after-handing-over", "deliver-after-recording"] {
        // Two requests of six hours ago wait for each other; the mail of both is due when the service starts.
        let then = Clock::held(Clock::system().now() - chrono::Duration::hours(6));
        let (installed, _) = knowing_an_amdac(then.clone()).await;
        let mut config = Config::defaults();
        config.hand_over.digest_above = 0;
        let desk = desk(installed.store().await, then, &config, triage());
        for who in ["jeanne", "paulette"] {
            let mail =
                PUBLISH.replace("jeanne@", &format!("{who}@")).replace("<publish@", &format!("<{who}-1@"));
            let from = Some(format!("{who}@culture.gouv.fr"));
            let envelope = Envelope { from, ..Envelope::default() };
            desk.accept(Door::Pipe, &format!("pipe:{who}"), envelope, mail.into_bytes()).await.unwrap();
        }
        while desk.process_next(chrono::Duration::minutes(1)).await.unwrap() {}
        while let Some(parcel) = desk.next_parcel(chrono::Duration::minutes(5), PACE).await.unwrap() {
            let words = "250 ok".to_owned();
            desk.delivered(&parcel, DeliveryOutcome::Accepted { words }).await.unwrap();
        }
        killed_at(&mut installed.command("serve", Some(point)).spawn().unwrap(), point).await;
        let mut serving = installed.command("serve", None).spawn().unwrap();
        let store = installed.store().await;
        let all = Filter { view: View::All, limit: 10, ..Filter::default() };
        let gathered = tokio::time::timeout(std::time::Duration::from_mins(1), async {
            let mut look = tokio::time::interval(std::time::Duration::from_millis(25));
            loop {
                look.tick().await;
                let rows = store.queue(&all).await.unwrap();
                let mut files = Vec::new();
                for row in rows {
                    files.push(store.ticket_file(&row.ticket.reference).await.unwrap().unwrap());
                }
                let mails = files.iter().flat_map(|file| &file.outbox);
                let digests: Vec<_> = mails.filter(|one| one.kind == MailKind::HandOverDigest).collect();
                if digests.iter().any(|one| one.state == OutboxState::Sent) {
                    assert_eq!(digests.len(), 1, "{point}: one mail for both");
                    let id = Some(digests[0].id.clone());
                    let handed: Vec<_> = files.iter().flat_map(|file| &file.hand_overs).collect();
                    assert!(handed.len() == 2 && handed.iter().all(|one| one.outbox_id == id), "{handed:?}");
                    return;
                }
            }
        });
        gathered.await.expect("the digest leaves");
        serving.kill().await.unwrap();
        let told = told(&installed);
        let copies = if point == "deliver-after-handing-over" { 2 } else { 1 };
        assert_eq!(told.len(), copies, "{point}: not lost; twice only where nobody can know");
        assert!(told.iter().all(|id| *id == told[0]), "{point}: a second copy is the same mail");
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
