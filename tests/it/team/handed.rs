//! What the list and the ticket show of a request that was handed over.

use guichet::store::Through;
use guichet::ticket::{Actor, Status};

use super::house::{House, decision};

const BODY: &str = "Sous quelle licence publier notre logiciel ?";

#[tokio::test]
async fn the_ticket_tells_who_has_it_and_the_list_what_is_waited_for() {
    let house = House::open().await;
    let reference = house.ticket("Licence", BODY, decision(BODY, "source-publication", &["licence"])).await;
    let path = format!("/equipe/demandes/{reference}");
    assert!(!house.page(&path).await.contains("transmissions-titre"), "nothing to tell yet");
    let fields = [("adresse", "achats@ministere.example"), ("nom", "le bureau <des> achats")];
    house.act(&reference, "transmettre", &fields).await;
    let page = house.page(&path).await;
    for told in [
        "Transmissions",
        "le bureau &#60;des&#62; achats",
        "achats@ministere.example",
        "Adresse saisie par l’équipe",
        "En attente de réponse",
        "par Camille Démo.",
        "Sans réponse, suite le ",
    ] {
        assert!(page.contains(told), "{told} is missing");
    }
    assert!(!page.contains("Coordination des marchés"), "nobody knows that it is one");
    assert!(house.page("/equipe?vue=transmises").await.contains(&reference));
    assert!(house.page("/equipe?vue=a-relire").await.contains("Aucune réponse n’est à relire."));

    // The same address once more is no slip of the hand.
    let version = house.file(&reference).await.ticket.version.to_string();
    let once_more = [("version", version.as_str()), ("adresse", "Achats@ministere.example")];
    let refused = house.post(&format!("{path}/transmettre"), &once_more).await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(page.contains("a déjà été transmise à cette adresse le 25 novembre 2026"), "told when");
    assert!(page.contains("name=\"encore\"") && house.file(&reference).await.hand_overs.len() == 1);
    let sure = [("adresse", "achats@ministere.example"), ("encore", "oui")];
    house.act(&reference, "transmettre", &sure).await;
    assert_eq!(house.file(&reference).await.hand_overs.len(), 2);

    // Taken back by a person, it is nobody else's.
    house.act(&reference, "rouvrir", &[]).await;
    assert!(house.page(&path).await.contains("Reprise par l’équipe"));
    assert!(!house.page("/equipe?vue=transmises").await.contains(&reference));
}

#[tokio::test]
async fn an_answer_is_read_with_one_press() {
    let house = House::open().await;
    let reference = house.ticket("Licence", BODY, decision(BODY, "source-publication", &["licence"])).await;
    house.act(&reference, "transmettre", &[("adresse", "achats@ministere.example")]).await;
    let mail = house.file(&reference).await.outbox[0].text.clone();
    let link = mail.split_whitespace().find(|word| word.contains("/transmission/")).expect("a link");
    let path = &link[link.find("/transmission/").unwrap()..];
    // Whoever has the link needs no account.
    assert_eq!(house.post(path, &[("choix", "telephone")]).await.status(), 303);
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    assert!(page.contains("Une réponse est à relire.") && page.contains("Réponse relue : clore"));
    assert!(house.page("/equipe?vue=a-relire").await.contains(&reference));
    house.act(&reference, "clore", &[]).await;
    assert_eq!(house.file(&reference).await.ticket.status, Status::Closed);
    assert!(!house.page(&format!("/equipe/demandes/{reference}")).await.contains("Une réponse est à relire"));
}

#[tokio::test]
async fn who_is_proposed_next_is_named_as_the_requester_reads_it() {
    let house = House::open().await;
    let today = house.clock.today();
    let file = format!(
        "organisation_id,organisation,role,email,deputy,confirmed_on\nculture,,coordinator,marches@culture.example,,{today}\n\
         culture,,coordinator,suppleance@culture.example,yes,{today}\n"
    );
    house.desk.directory_import("a.csv", &file, None, &Actor::Program, Through::Command).await.unwrap();
    let reference = house.ticket("Licence", BODY, decision(BODY, "source-publication", &["licence"])).await;
    house.act(&reference, "transmettre", &[("adresse", "marches@culture.example")]).await;
    let path = format!("/equipe/demandes/{reference}");
    assert!(house.page(&path).await.contains("Coordination des marchés"), "the directory says so");
    let mail = house.file(&reference).await.outbox[0].text.clone();
    let link = mail.split_whitespace().find(|word| word.contains("/transmission/")).expect("a link");
    house.post(&link[link.find("/transmission/").unwrap()..], &[("choix", "pas-moi")]).await;
    let page = house.page(&path).await;
    assert!(page.contains("value=\"suppleance@culture.example\""), "{page}");
    assert!(page.contains("value=\"la coordination des marchés, Ministère de la Culture\""), "{page}");
}

#[tokio::test]
async fn the_page_of_automatic_acts_tells_of_hand_overs() {
    let house = House::open().await;
    let page = house.page("/equipe/automatismes").await;
    assert!(page.contains("href=\"/equipe/annuaire\"") && page.contains("transmises"), "{page}");
}
