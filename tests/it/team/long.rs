//! A message that is very long, or written from right to left, and one that is older than the one that opened its ticket.

use chrono::Duration;
use guichet::message::{Door, Envelope};
use guichet::store::{Direction, StoredMessage, new_id};

use super::house::{House, browser, decision};

/// A mail of a megabyte, or nearly: no reading of it keeps more.
const LINE: &str = "Une ligne recopiée d’un journal.\n";

#[tokio::test]
async fn of_a_long_message_the_beginning_is_shown_and_the_whole_is_downloaded() {
    let house = House::open().await;
    let body = format!("Sous quelle licence publier ?\n{}La fin : brevet.", LINE.repeat(12_000));
    let given = decision(&body, "source-publication", &["licence", "brevet"]);
    let reference = house.ticket("Licence", &body, given).await;
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    assert!(page.len() < 200_000, "{} octets", page.len());
    assert!(page.contains(LINE.trim()) && !page.contains("La fin :"));
    // What counted within it is marked, and leads to its sentence and back; what is further on leads nowhere.
    assert!(page.contains("title=\"Parle de « licence »\">licence</a></mark>"));
    assert!(
        page.contains("href=\"#repere-1\"") && !page.contains("href=\"#repere-2\""),
        "both rules are told"
    );
    assert!(page.contains("Parle de « brevet »"));

    let message = house.file(&reference).await.messages.remove(0).id;
    let path = format!("/equipe/demandes/{reference}/texte/{message}");
    assert!(page.contains(&format!("<a class=\"fr-link\" href=\"{path}\" download>")));
    let answer = house.get(&path).await;
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap();
    assert_eq!(header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-disposition").starts_with(&format!("attachment; filename=\"{reference}.txt\"")));
    assert_eq!(answer.text().await.unwrap(), body);

    // The same rights as the page: the team's, and for this ticket alone.
    let stranger = browser().get(format!("{}{path}", house.base)).send().await.unwrap();
    assert_eq!(stranger.status(), 303, "to the sign-in");
    let other = house.ticket("Autre", "Autre", decision("", "sill", &[])).await;
    for path in [format!("{other}/texte/{message}"), format!("{reference}/texte/inconnu")] {
        assert_eq!(house.get(&format!("/equipe/demandes/{path}")).await.status(), 404);
    }
}

#[tokio::test]
async fn a_message_of_usual_length_is_whole_and_has_no_link() {
    let house = House::open().await;
    let reference = house.ticket("Licence", "Court.", decision("", "sill", &[])).await;
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    assert!(page.contains("Court.") && !page.contains("/texte/"));
}

#[tokio::test]
async fn what_people_write_finds_its_own_direction() {
    let house = House::open().await;
    let reference = house.ticket("رخصة", "السلام عليكم", decision("", "sill", &[])).await;
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    assert!(page.contains("<div class=\"team-text\" dir=\"auto\">السلام عليكم"));
    assert!(page.contains("<h1 class=\"fr-h3\"><bdi>رخصة"));
    assert!(page.contains("<dd dir=\"auto\">رخصة"));
}

#[tokio::test]
async fn marks_stand_in_the_message_that_was_judged_and_not_in_an_older_one() {
    let house = House::open().await;
    let body = "Sous quelle licence publier ?";
    let reference = house.ticket("Licence", body, decision(body, "source-publication", &["licence"])).await;
    let opened = house.file(&reference).await.messages.remove(0);
    let arrival = house.desk.accept(Door::Form, &new_id(), Envelope::default(), Vec::new()).await.unwrap();
    let mut older = StoredMessage {
        id: new_id(),
        arrival_id: arrival.arrival_id,
        received_at: opened.received_at - Duration::hours(1),
        direction: Direction::In,
        ..opened
    };
    older.message.body = "Avant tout, une licence pour nos données.".to_owned();
    older.message = older.message.all_fresh();
    let mut tx = house.desk.store().begin().await.unwrap();
    tx.message_add(&older, &older.id).await.unwrap();
    tx.commit().await.unwrap();
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    assert!(page.contains("Sous quelle <mark>") && page.contains("une licence pour nos données"), "{page}");
    assert!(page.contains("Message antérieur"));
    assert!(!page.contains("Suite n°"));
}
