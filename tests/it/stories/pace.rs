//! How much mail leaves at once: nobody is held up by somebody else's server, and a mail server that is away costs no
//! mail its tries.

use std::sync::Arc;

use chrono::Duration;
use guichet::desk::{DeliveryOutcome, DomainPace};
use guichet::ticket::OutboxState;

use super::texts::SILL_MAIL;
use crate::support::database::{Database, on_both};
use crate::support::story::{PACE, Story};

on_both!(
    a_slow_domain_holds_up_no_other,
    nobody_gets_two_mails_at_once,
    a_domain_has_its_pace,
    a_server_that_is_away_costs_no_mail_its_tries,
    a_server_that_is_back_is_tried_by_one_mail,
);

/// A request of somebody at a domain; its receipt is promised.
async fn asks(story: &Story, name: &str, domain: &str) {
    let mail = SILL_MAIL
        .replace("ingrid@fjordarkiv.example", &format!("{name}@{domain}"))
        .replace("sill-1@", &format!("{name}-1@"))
        .replace("Ingrid", name);
    story.keep(&format!("{name}@{domain}"), &mail).await;
}

async fn a_slow_domain_holds_up_no_other(database: Database) {
    let story = Arc::new(Story::begin_with(database, |config| config.smtp.pool_size = 2).await);
    story.smtp.hold_domain(Some("lent.example"));
    for name in ["anne", "basile", "chloe"] {
        asks(&story, name, "lent.example").await;
    }
    for (name, domain) in [("denis", "vif.example"), ("elise", "preste.example")] {
        asks(&story, name, domain).await;
    }
    let courier = tokio::spawn({
        let story = Arc::clone(&story);
        async move { story.settle().await }
    });
    story.smtp.wait_for_held(1).await;
    let taken = story.smtp.wait_for(2).await;
    assert!(taken.iter().all(|mail| !mail.to[0].ends_with("lent.example")), "{taken:?}");
    story.smtp.hold_domain(None);
    courier.await.unwrap();
    assert_eq!(story.smtp.wait_for(5).await.len(), 5);
}

async fn nobody_gets_two_mails_at_once(database: Database) {
    let story = Story::begin(database).await;
    asks(&story, "anne", "ville.example").await;
    let file = story.ticket().await;
    story.desk.answer(&story.seen(&file), "Voici.", true).await.unwrap();
    asks(&story, "basile", "ville.example").await;
    let next = || story.desk.next_parcel(Duration::minutes(5), PACE);
    let first = next().await.unwrap().unwrap();
    assert_eq!(first.to, "anne@ville.example");
    assert_eq!(next().await.unwrap().unwrap().to, "basile@ville.example", "others do not wait");
    assert!(next().await.unwrap().is_none(), "the answer waits for the receipt");
    let taken = DeliveryOutcome::Accepted { words: "250 ok".to_owned() };
    story.desk.delivered(&first, taken).await.unwrap();
    assert_eq!(next().await.unwrap().unwrap().to, "anne@ville.example");
}

async fn a_domain_has_its_pace(database: Database) {
    let story = Story::begin(database).await;
    for name in ["anne", "basile", "chloe"] {
        asks(&story, name, "ville.example").await;
    }
    asks(&story, "denis", "bourg.example").await;
    let next = |pace: DomainPace| story.desk.next_parcel(Duration::minutes(5), pace);
    let narrow = DomainPace { at_once: 1, per_minute: 2 };
    let first = next(narrow).await.unwrap().unwrap();
    assert_eq!(next(narrow).await.unwrap().unwrap().to, "denis@bourg.example", "one at once to a domain");
    assert!(next(narrow).await.unwrap().is_none());
    let taken = || DeliveryOutcome::Accepted { words: "250 ok".to_owned() };
    story.desk.delivered(&first, taken()).await.unwrap();
    let second = next(narrow).await.unwrap().unwrap();
    story.desk.delivered(&second, taken()).await.unwrap();
    assert!(next(narrow).await.unwrap().is_none(), "two a minute to a domain");
    story.clock.advance(Duration::seconds(61));
    assert!(next(narrow).await.unwrap().is_some());
}

async fn a_server_that_is_away_costs_no_mail_its_tries(database: Database) {
    let mut story = Story::begin(database).await;
    story.smtp.stop().await;
    for (name, domain) in
        [("anne", "a.example"), ("basile", "b.example"), ("chloe", "c.example"), ("denis", "d.example")]
    {
        asks(&story, name, domain).await;
    }
    for _ in 0..20 {
        story.settle().await;
        story.pass(Duration::minutes(10)).await;
    }
    let relay = story.desk.store().relay().await.unwrap();
    assert!(relay.failures > 5 && relay.said.contains("la connexion est refusée"), "{relay:?}");
    assert!(story.page_of_team("/equipe").await.contains("Aucun courriel ne part"));
    story.smtp.start_again().await;
    story.pass(Duration::minutes(10)).await;
    assert_eq!(story.smtp.wait_for(4).await.len(), 4);
    assert_eq!(story.desk.store().relay().await.unwrap(), guichet::store::Relay::default());
    for row in story.view(guichet::store::View::All).await {
        let file = story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap();
        assert_eq!((file.outbox[0].state, file.outbox[0].attempts), (OutboxState::Sent, 1));
    }
}

async fn a_server_that_is_back_is_tried_by_one_mail(database: Database) {
    let story = Story::begin(database).await;
    for name in ["anne", "basile"] {
        asks(&story, name, &format!("{name}.example")).await;
    }
    let next = || story.desk.next_parcel(Duration::minutes(5), PACE);
    let first = next().await.unwrap().unwrap();
    let away =
        DeliveryOutcome::Away { words: "la connexion est refusée".to_owned(), patience: Duration::days(2) };
    story.desk.delivered(&first, away).await.unwrap();
    assert!(next().await.unwrap().is_none(), "nobody runs into the same wall");
    story.clock.advance(Duration::seconds(16));
    let probe = next().await.unwrap().unwrap();
    assert!(next().await.unwrap().is_none(), "one alone sees whether it is back");
    story.desk.delivered(&probe, DeliveryOutcome::Accepted { words: "250 ok".to_owned() }).await.unwrap();
    assert!(next().await.unwrap().is_some());
}
