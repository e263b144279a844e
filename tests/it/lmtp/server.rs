//! Over a real socket: nothing is acknowledged before it is on disk, everything acknowledged is there once.

use std::time::Duration;

use guichet::store::Store;

use super::support::{Client, MAIL, Open, recipients, wire};
use crate::support::database::{Database, on_both};

on_both!(
    a_mail_is_kept_and_becomes_a_ticket,
    a_copy_sent_again_is_the_same_arrival,
    sixty_four_sessions_at_once_lose_and_double_nothing,
    a_store_that_is_away_is_a_reason_to_come_back,
);

const CONTACT: &str = "contact@code.gouv.fr";

fn reference(reply: &str) -> &str {
    reply.strip_prefix("250 2.1.5 Kept as ").unwrap_or_else(|| panic!("not kept: {reply}"))
}

async fn a_mail_is_kept_and_becomes_a_ticket(database: Database) {
    let open = Open::begin(database).await;
    let mut client = open.client().await;
    client.open(&[CONTACT, "floss+r-x@numerique.gouv.fr"]).await;
    client.say(wire(MAIL)).await;
    let (first, second) = (client.reply().await, client.reply().await);
    assert_eq!(first, second, "one message, one arrival");
    let arrival = open.story.desk.store().arrival_by_reference(reference(&first)).await.unwrap().unwrap();
    assert_eq!(arrival.envelope.from.as_deref(), Some("camille@ville.example"));
    assert_eq!(arrival.envelope.to, [CONTACT, "floss+r-x@numerique.gouv.fr"]);
    assert_eq!(arrival.raw, MAIL.replace('\n', "\r\n").as_bytes());
    // The same session goes on: with a null sender.
    assert!(client.ask("MAIL FROM:<>").await.starts_with("250"));
    assert!(client.ask(&format!("RCPT TO:<{CONTACT}>")).await.starts_with("250"));
    assert!(client.ask("DATA").await.starts_with("354"));
    client.say("From: MAILER-DAEMON@ville.example\r\nSubject: x\r\n\r\nabsent\r\n.\r\n").await;
    let null = client.reply().await;
    let null = open.story.desk.store().arrival_by_reference(reference(&null)).await.unwrap().unwrap();
    assert_eq!(null.envelope.from.as_deref(), Some(""));
    assert!(client.ask("QUIT").await.starts_with("221"));

    open.story.settle().await;
    let line = open.line().await;
    assert_eq!((line.arrived, line.opened, line.balances()), (2, 2, true), "{line:?}");
}

async fn a_copy_sent_again_is_the_same_arrival(database: Database) {
    let open = Open::begin(database).await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let mut client = open.client().await;
        client.open(&[CONTACT]).await;
        client.say(wire(MAIL)).await;
        seen.push(client.reply().await);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(open.line().await.arrived, 1);
    // For somebody else of the service too: another arrival, judged by its Message-ID when it is understood.
    let mut client = open.client().await;
    client.open(&[CONTACT, "floss@numerique.gouv.fr"]).await;
    client.say(wire(MAIL)).await;
    assert_ne!(client.reply().await, seen[0]);
    open.story.settle().await;
    let line = open.line().await;
    assert_eq!((line.arrived, line.opened, line.duplicate), (2, 1, 1), "{line:?}");
}

async fn sixty_four_sessions_at_once_lose_and_double_nothing(database: Database) {
    let open = Open::begin(database).await;
    let clients: Vec<_> = (0..64)
        .map(|n| {
            let socket = open.socket.clone();
            tokio::spawn(async move {
                let mut client = Client::connect(&socket).await;
                let mut references = Vec::new();
                assert!(client.ask("LHLO x").await.starts_with("250"));
                for m in 0..4 {
                    let commands = format!("MAIL FROM:<a@b.example>\r\nRCPT TO:<{CONTACT}>\r\nDATA\r\n");
                    client.say(commands).await;
                    for code in ["250", "250", "354"] {
                        assert_eq!(client.code().await, code);
                    }
                    let mail = format!(
                        "From: a@b.example\nSubject: {n} {m}\nMessage-ID: <{n}.{m}@b.example>\n\nBonjour\n"
                    );
                    client.say(wire(&mail)).await;
                    references.push(reference(&client.reply().await).to_owned());
                }
                references
            })
        })
        .collect();
    let mut references = std::collections::HashSet::new();
    for client in clients {
        references.extend(client.await.unwrap());
    }
    assert_eq!((references.len(), open.line().await.arrived), (256, 256));
}

async fn a_store_that_is_away_is_a_reason_to_come_back(database: Database) {
    let settings = database.settings.clone();
    let open = Open::begin(database).await;
    let mut client = open.client().await;
    client.open(&[CONTACT, "floss@numerique.gouv.fr"]).await;
    open.story.desk.store().close().await;
    client.say(wire(MAIL)).await;
    for _ in 0..2 {
        assert!(client.reply().await.starts_with("451 4.3.0"));
    }
    assert!(client.ask("NOOP").await.starts_with("250"), "the conversation goes on");
    let store = Store::open(&settings).await.unwrap();
    assert!(store.ledger().await.unwrap().iter().all(|line| line.arrived == 0));
}

#[tokio::test]
async fn a_whole_session_may_come_in_one_packet_or_octet_by_octet() {
    let open = Open::begin(Database::sqlite()).await;
    let letter = wire(MAIL).replace("Message-ID: <", "Message-ID: <drip");
    let session = |letter: &str| {
        format!(
            "LHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<{CONTACT}>\r\nDATA\r\n{letter}RSET\r\nQUIT\r\n"
        )
    };
    let mut client = open.client().await;
    client.say(session(&wire(MAIL))).await;
    let whole = client.rest().await;
    assert!(whole.contains("250 2.1.5 Kept as ") && whole.ends_with("221 2.0.0 Bye\r\n"), "{whole}");

    let mut client = open.client().await;
    for octet in session(&letter).bytes() {
        client.say([octet]).await;
        tokio::task::yield_now().await;
    }
    let drip = client.rest().await;
    let codes = |said: &str| said.lines().map(|line| line[..3].to_owned()).collect::<Vec<_>>();
    assert_eq!(codes(&whole), codes(&drip));
    assert_eq!(open.line().await.arrived, 2);
}

#[tokio::test]
async fn who_is_cut_off_in_the_middle_leaves_nothing() {
    let open = Open::begin(Database::sqlite()).await;
    let letter = wire(MAIL);
    for cut in [1, letter.len() / 2, letter.len() - 5, letter.len() - 1] {
        let mut client = open.client().await;
        client.open(&[CONTACT]).await;
        client.say(&letter[..cut]).await;
        drop(client);
    }
    open.stop.send_replace(true);
    open.running.await.unwrap();
    let lines = open.story.desk.store().ledger().await.unwrap();
    assert!(lines.iter().all(|line| line.arrived == 0));
}

#[tokio::test]
async fn a_thousand_recipients_have_a_thousand_replies() {
    let open = Open::begin(Database::sqlite()).await;
    let mut client = open.client().await;
    let recipients = recipients(1_001);
    let session = format!("LHLO x\r\nMAIL FROM:<>\r\n{recipients}DATA\r\n{}QUIT\r\n", wire(MAIL));
    client.say(session).await;
    let said = tokio::time::timeout(Duration::from_mins(1), client.rest()).await.unwrap();
    assert_eq!(said.matches("250 2.1.5 Recipient ok").count(), 1_000);
    assert_eq!(said.matches("452 4.5.3").count(), 1);
    assert_eq!(said.matches("250 2.1.5 Kept as ").count(), 1_000);
    assert_eq!(open.line().await.arrived, 1);
}
