//! The service stops: what is under way is finished, who asks for more is told to come back.

use guichet::store::Store;

use super::support::{Client, MAIL, Open, wire};
use crate::support::database::Database;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_finished_first() {
    let database = Database::sqlite();
    let settings = database.settings.clone();
    let open = Open::begin(database).await;
    let letter = wire(MAIL);
    let (begun, rest) = letter.split_at(letter.len() / 2);
    let mut busy = open.client().await;
    busy.open(&["contact@code.gouv.fr"]).await;
    busy.say(begun).await;
    let mut idle = open.client().await;
    let mut announcing = open.client().await;
    announcing.ask("LHLO x").await;
    announcing.ask("MAIL FROM:<a@b.example>").await;

    open.stop.send_replace(true);
    assert!(idle.reply().await.starts_with("421 4.3.2"));
    assert!(announcing.reply().await.starts_with("421 4.3.2"));
    busy.say(rest).await;
    assert!(busy.reply().await.starts_with("250 2.1.5 Kept as "));
    assert!(busy.reply().await.starts_with("421 4.3.2"));
    assert!(busy.rest().await.is_empty());

    open.running.await.unwrap();
    assert!(!open.socket.exists(), "the socket file goes with its server");
    open.story.desk.store().close().await;
    let arrived = Store::open(&settings).await.unwrap().ledger().await.unwrap();
    assert_eq!(arrived.iter().map(|line| line.arrived).sum::<i64>(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_let_in_any_more() {
    let open = Open::begin(Database::sqlite()).await;
    let mut client = Client::connect(&open.socket).await;
    open.stop.send_replace(true);
    assert!(client.reply().await.starts_with("421 4.3.2"));
    open.running.await.unwrap();
    assert!(tokio::net::UnixStream::connect(&open.socket).await.is_err());
}
