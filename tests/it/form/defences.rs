//! Every defence leads at worst to the sum, with everything kept; a right sum always passes.

use axum::http::StatusCode;
use chrono::Duration;

use crate::support::web_site::{Reply, Sheet, Site};

/// The page asks the sum, kept what was typed, and lets a right answer pass.
async fn sum_then_passes(site: &Site, sheet: &Sheet, asked: Reply) {
    assert_eq!(asked.status, StatusCode::OK);
    assert!(asked.asks_the_sum(), "{}", asked.body);
    asked.says("Encore une question avant l’envoi");
    let again = Sheet::of(&asked.body);
    for name in ["email", "message"] {
        assert_eq!(again.value(name), sheet.value(name), "{name}");
    }
    assert_eq!(again.value("precision"), "", "the trap comes back empty");

    let wrong = site.send("/", &again.clone().set("answer", "99")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.says("Par exemple, pour 1 + 3, écrivez 4.");
    assert!(wrong.asks_the_sum() && wrong.body.contains("<li><a href=\"#answer\">"));
    let blank = site.send("/", &again.clone().set("answer", "")).await;
    assert!(blank.asks_the_sum());

    let form = site.kept(&site.send("/", &Sheet::of(&wrong.body).add_up(&wrong)).await.leads_to()).await;
    assert_eq!(form.body, sheet.value("message"));
}

#[tokio::test]
async fn the_trap_field() {
    let site = Site::open().await;
    let sheet = site.filled("/").await;
    let asked = site.send("/", &sheet.clone().set("precision", "https://spam.example")).await;
    sum_then_passes(&site, &sheet, asked).await;
}

#[tokio::test]
async fn sent_too_soon() {
    let site = Site::open().await;
    let sheet = Sheet::of(&site.get("/").await.body).set("email", "a@b.fr").set("message", "Bonjour");
    let asked = site.send("/", &sheet).await;
    sum_then_passes(&site, &sheet, asked).await;
}

#[tokio::test]
async fn no_stamp_or_a_forged_one() {
    let site = Site::open().await;
    let sheet = site.filled("/").await;
    for bad in [sheet.clone().without("stamp"), sheet.clone().set("stamp", "abc.1795600000.def")] {
        let asked = site.send("/", &bad).await;
        sum_then_passes(&site, &sheet, asked).await;
    }
}

#[tokio::test]
async fn a_form_lives_twenty_hours_at_least_and_then_asks_the_sum() {
    let site = Site::open().await;
    let sheet = site.filled("/").await;
    site.clock.advance(Duration::hours(20));
    site.send("/", &sheet).await.leads_to();
    let sheet = site.filled("/").await;
    site.clock.advance(Duration::hours(25));
    let asked = site.send("/", &sheet).await;
    sum_then_passes(&site, &sheet, asked).await;
}

#[tokio::test]
async fn sent_from_a_foreign_page() {
    let site = Site::open().await;
    let sheet = site.filled("/").await;
    let asked = site.send_with("/", &sheet, &[("sec-fetch-site", "cross-site")]).await;
    sum_then_passes(&site, &sheet, asked).await;
    let asked = site.send_with("/", &sheet, &[("origin", "https://elsewhere.example")]).await;
    assert!(asked.asks_the_sum());
}

#[tokio::test]
async fn many_from_one_address_never_a_refusal() {
    let site = Site::open_with(|config| {
        config.form.per_address_per_hour = 2;
        config.web.trusted_proxies = vec!["192.0.2.1".parse().unwrap()];
    })
    .await;
    let sheet = site.filled("/").await;
    let from = |address: &'static str| [("x-forwarded-for", address), ("sec-fetch-site", "same-origin")];
    let nth = |n: usize| sheet.clone().set("message", &format!("Message {n}"));
    for n in 0..2 {
        site.send_with("/", &nth(n), &from("2001:db8:0:1::1")).await.leads_to();
    }
    let asked = site.send_with("/", &nth(2), &from("2001:db8:0:1:ffff::2")).await;
    assert!(asked.asks_the_sum(), "one /64 is one subscriber");
    site.send_with("/", &nth(3), &from("203.0.113.9, 2001:db8:0:2::1")).await.leads_to();
    let spoofed = site.send_with("/", &nth(4), &from("203.0.113.77, 2001:db8:0:1::1")).await;
    assert!(spoofed.asks_the_sum(), "what a client writes before the proxy is hearsay");
    sum_then_passes(&site, &nth(2), asked).await;
    site.clock.advance(Duration::hours(1));
    site.send_with("/", &nth(5), &from("2001:db8:0:1::1")).await.leads_to();
}

#[tokio::test]
async fn an_error_and_the_sum_come_together_without_losing_the_answer() {
    let site = Site::open().await;
    let sheet = site.filled("/").await;
    let asked = site.send("/", &sheet.set("precision", "x")).await;
    let page = site.send("/", &Sheet::of(&asked.body).add_up(&asked).set("email", "nobody")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!page.body.contains("href=\"#answer\""), "the sum was right");
    site.send("/", &Sheet::of(&page.body).set("email", "some@body.fr")).await.leads_to();
}
