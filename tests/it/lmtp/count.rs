//! What the door counts: everything it was brought is kept, already there, or refused with its reason; and what it said it
//! kept and is not there is an alarm.

use guichet::message::{Door, Envelope};
use guichet::store::{DoorCount, Refused, Store};

use super::support::{MAIL, Open, wire};
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    everything_it_was_brought_is_counted,
    what_was_acknowledged_and_is_gone_is_an_alarm,
    a_refusal_while_the_store_is_away_is_written_when_it_is_back,
);

async fn count(store: &Store) -> DoorCount {
    let balance = store.balance().await.unwrap();
    balance.doors.into_iter().find(|door| door.door == Door::Lmtp).unwrap()
}

async fn everything_it_was_brought_is_counted(database: Database) {
    let open = Open::begin_with(database, |lmtp| lmtp.max_mb = 1).await;
    for _ in 0..2 {
        let mut client = open.client().await;
        client.open(&["contact@code.gouv.fr"]).await;
        client.say(wire(MAIL)).await;
        assert_eq!(client.code().await, "250");
    }
    let mut client = open.client().await;
    client.ask("LHLO x").await;
    client.ask("MAIL FROM:<a@b.example> SIZE=1000001").await;
    client.ask("MAIL FROM:<a@b.example>").await;
    client.ask("RCPT TO:<x@y.example>").await;
    client.ask("RSET").await;
    client.open(&["contact@code.gouv.fr"]).await;
    client.say("x".repeat(1_000_001) + "\r\n.\r\n").await;
    assert!(client.reply().await.starts_with("552 5.3.4"));
    client.open(&["contact@code.gouv.fr"]).await;
    client.say("Subject: a").await;
    drop(client);
    open.stop.send_replace(true);
    open.running.await.unwrap();

    open.story.desk.write_tally().await.unwrap();
    open.story.desk.write_tally().await.unwrap();
    let count = count(open.story.desk.store()).await;
    assert_eq!((count.kept, count.acknowledged, count.again, count.pending), (1, 1, 1, 0));
    assert_eq!(count.refused, [(Refused::NotOurs, 1), (Refused::TooLarge, 2), (Refused::Cut, 1)]);
    assert_eq!((count.seen(), count.missing(), count.balances()), (6, 0, true));
}

async fn what_was_acknowledged_and_is_gone_is_an_alarm(database: Database) {
    let story = Story::begin(database).await;
    for n in 0..3 {
        story
            .desk
            .accept(Door::Lmtp, &format!("lmtp:{n}"), Envelope::default(), b"x".to_vec())
            .await
            .unwrap();
    }
    let kept = story.desk.store();
    // Not counted yet: a process that dies here leaves no alarm behind.
    assert_eq!((count(kept).await.acknowledged, count(kept).await.balances()), (0, true));
    story.desk.write_tally().await.unwrap();
    assert!(kept.balance().await.unwrap().holds());
    kept.run_script("DELETE FROM arrival WHERE source_key = 'lmtp:1'").await.unwrap();
    let count = count(kept).await;
    assert_eq!((count.seen(), count.kept, count.missing()), (3, 2, 1));
    assert!(!kept.balance().await.unwrap().holds());
}

async fn a_refusal_while_the_store_is_away_is_written_when_it_is_back(database: Database) {
    let story = Story::begin(database).await;
    let kept = story.desk.store();
    kept.run_script("ALTER TABLE arrival RENAME TO away_1; ALTER TABLE door_tally RENAME TO away_2")
        .await
        .unwrap();
    let refused = story.desk.accept(Door::Lmtp, "lmtp:a", Envelope::default(), b"x".to_vec()).await;
    assert!(refused.is_err());
    assert!(story.desk.write_tally().await.is_err());
    kept.run_script("ALTER TABLE away_1 RENAME TO arrival; ALTER TABLE away_2 RENAME TO door_tally")
        .await
        .unwrap();
    story.desk.write_tally().await.unwrap();
    let count = count(kept).await;
    assert_eq!((count.seen(), count.refused.as_slice()), (1, &[(Refused::Away, 1)][..]));
    assert_eq!(count.away_at, Some(story.clock.now()));
}
