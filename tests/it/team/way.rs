//! The way from a list to a request and back: the very list, its filters and its page stay the reader's own.

use chrono::Duration;
use guichet::store::View;

use super::house::{House, decision, location};
use crate::support::story::hidden_fields;

const LIST: &str = "vue=toutes&categorie=sill&q=libre";

async fn open(house: &House, subject: &str, category: &str) -> String {
    let reference = house.ticket(subject, "Texte", decision("", category, &[])).await;
    let file = house.file(&reference).await;
    let mut tx = house.desk.store().begin().await.unwrap();
    let searched = guichet::store::Searched { subject, ..guichet::store::Searched::default() };
    tx.search_add(&file.ticket.id, &searched).await.unwrap();
    tx.commit().await.unwrap();
    house.clock.advance(Duration::minutes(1));
    reference
}

/// A page as a browser reads its addresses.
async fn read(house: &House, path: &str) -> String {
    house.page(path).await.replace("&#38;", "&")
}

#[tokio::test]
async fn filters_and_search_stay_while_one_reads_acts_and_puts_off() {
    let house = House::open().await;
    let last = open(&house, "Logiciel libre", "sill").await;
    open(&house, "Logiciel libre, autre sujet", "contracts").await;
    let first = open(&house, "Du libre", "sill").await;
    let shown = read(&house, &format!("/equipe?{LIST}")).await;
    assert!(shown.contains(&format!("href=\"/equipe/demandes/{first}?{LIST}\"")));
    assert!(shown.contains(&format!("href=\"/equipe/reporter/{first}?{LIST}\"")));

    let page = read(&house, &format!("/equipe/demandes/{first}?{LIST}")).await;
    assert!(page.contains(&format!("href=\"/equipe?{LIST}\" data-touche=\"u\"")));
    assert!(
        page.contains(&format!("href=\"/equipe/demandes/{last}?{LIST}\" data-touche=\"j\"")),
        "the list alone"
    );
    let answer = house.act(&first, "noter", &[("texte", "Vu"), ("vue", LIST)]).await;
    assert_eq!(location(&answer), format!("/equipe/demandes/{first}?{LIST}&fait=note"));

    let put_off = read(&house, &format!("/equipe/reporter/{first}?{LIST}")).await;
    assert!(put_off.contains(&format!("href=\"/equipe?{LIST}\" data-touche=\"u\"")));
    let back = hidden_fields(&put_off).into_iter().find(|(name, _)| name == "retour").unwrap().1;
    assert_eq!(back.replace("&#38;", "&"), format!("/equipe?{LIST}"));
}

#[tokio::test]
async fn from_the_first_page_one_goes_on_in_its_section_and_back_to_it() {
    let house = House::open().await;
    let one = open(&house, "Un", "sill").await;
    let two = open(&house, "Deux", "sill").await;
    let home = read(&house, "/equipe").await;
    let way = format!("/equipe/demandes/{one}?vue={}&accueil=oui", View::Unanswered.code());
    assert!(home.contains(&format!("href=\"{way}\"")));
    let page = read(&house, &way).await;
    assert!(page.contains("href=\"/equipe\" data-touche=\"u\">À faire maintenant"));
    assert!(page.contains(&format!(
        "href=\"/equipe/demandes/{two}?vue=sans-reponse&accueil=oui\" data-touche=\"j\""
    )));
}

#[tokio::test]
async fn a_conflict_met_in_a_list_is_told_in_the_list() {
    let house = House::open().await;
    let one = open(&house, "Un", "sill").await;
    house.act(&one, "noter", &[("texte", "Je m’en occupe")]).await;
    let list = "/equipe?vue=a-traiter";
    let path = format!("/equipe/demandes/{one}/prendre");
    let answer = house.post(&path, &[("version", "1"), ("retour", list)]).await;
    assert_eq!(
        (answer.status().as_u16(), location(&answer)),
        (303, format!("{list}&fait=change&demande={one}").as_str())
    );
    let page = house.page(location(&answer)).await;
    assert!(page.contains("a changé entre-temps : rien n’a été fait") && page.contains("data-dit"));
    assert_eq!(house.file(&one).await.ticket.assignee, None);
    // From the request itself nothing was typed either, and nothing is said to be in a box.
    let answer = house.post(&path, &[("version", "1")]).await;
    assert_eq!(answer.status(), 409);
    let page = answer.text().await.unwrap();
    assert!(page.contains("a changé entre-temps") && !page.contains("resté dans sa case"));
}
