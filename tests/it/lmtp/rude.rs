//! Clients that are silent, slow or too many.

use std::time::Duration;

use guichet::setting::HumanDuration;

use super::support::{Client, MAIL, Open, wire};
use crate::support::database::Database;

const SECOND: HumanDuration = HumanDuration::from_secs(1);

#[tokio::test]
async fn who_falls_silent_is_told_and_left() {
    let open = Open::begin_with(Database::sqlite(), |lmtp| lmtp.timeout = SECOND).await;
    let said = open.client().await.rest().await;
    assert!(said.starts_with("421 4.4.2"), "before a word: {said}");
    let mut client = open.client().await;
    client.open(&["contact@code.gouv.fr"]).await;
    client.say("Subject: a\r\n\r\nand then").await;
    assert!(client.rest().await.starts_with("421 4.4.2"), "in the middle of a message");
    assert_eq!(open.line().await.arrived, 0);
}

#[tokio::test]
async fn one_octet_now_and_then_holds_nothing_open() {
    let open = Open::begin_with(Database::sqlite(), |lmtp| {
        (lmtp.timeout, lmtp.data_timeout) = (HumanDuration::from_secs(60), SECOND);
    })
    .await;
    let mut client = open.client().await;
    client.open(&["contact@code.gouv.fr"]).await;
    let mut beat = tokio::time::interval(Duration::from_millis(20));
    let told = loop {
        tokio::select! {
            told = client.reply() => break told,
            _ = beat.tick() => {}
        }
        client.say("x").await;
    };
    assert!(told.starts_with("421 4.4.2"), "{told}");
}

#[tokio::test]
async fn who_does_not_fit_in_is_asked_to_come_back() {
    let open = Open::begin_with(Database::sqlite(), |lmtp| lmtp.max_sessions = 1).await;
    let mut first = open.client().await;
    let mut second = Client::connect_only(&open.socket).await;
    assert!(second.reply().await.starts_with("421 4.3.2"));
    assert!(second.rest().await.is_empty());
    first.open(&["contact@code.gouv.fr"]).await;
    first.say(wire(MAIL)).await;
    assert_eq!(first.code().await, "250");
    assert!(first.ask("QUIT").await.starts_with("221"));
    assert!(first.rest().await.is_empty());
    // Its place is free as soon as the server has seen it go.
    let mut look = tokio::time::interval(Duration::from_millis(10));
    while Client::connect_only(&open.socket).await.code().await != "220" {
        look.tick().await;
    }
}

#[tokio::test]
async fn who_never_reads_its_replies_is_left() {
    let open = Open::begin_with(Database::sqlite(), |lmtp| lmtp.timeout = SECOND).await;
    let mut deaf = open.client().await;
    // More replies than any socket holds: the server's writing stands still, then its patience ends.
    let lines = "LHLO x\r\n".repeat(1_000);
    let mut said = 0;
    while said < 200 && deaf.try_say(&lines).await {
        said += 1;
    }
    let mut other = open.client().await;
    assert!(other.ask("NOOP").await.starts_with("250"), "the others are served meanwhile");
}
