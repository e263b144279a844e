//! One act on many requests: the page that says what is about to happen, what is told after, what an undo brings back.

use guichet::ticket::Status;

use super::house::{House, location};
use super::queue::open;
use crate::support::said;

#[tokio::test]
async fn many_are_closed_after_a_page_that_says_so_and_undone_at_once() {
    let house = House::open().await;
    let one = open(&house, "Un", "sill").await;
    let two = open(&house, "Deux", "sill").await;
    let list = "/equipe?vue=a-traiter";
    let (first, second) = (format!("{one}.1"), format!("{two}.1"));
    let none = house.post("/equipe/lot", &[("acte", "clore"), ("retour", list)]).await;
    assert_eq!(location(&none), "/equipe?vue=a-traiter&fait=lot-vide&demande=");
    let ticked = [("acte", "clore"), ("retour", list), ("d", first.as_str()), ("d", second.as_str())];
    let page = said(house.post("/equipe/lot", &ticked).await).await;
    assert!(page.contains("Clore 2 demandes ?") && page.contains("Un") && page.contains("Deux"));
    assert_eq!(house.file(&one).await.ticket.status, Status::Open, "nothing is done yet");
    // A colleague comes between: that one is left out, and named.
    house.act(&two, "noter", &[("texte", "Attendez")]).await;
    let done = house.post("/equipe/lot/faire", &ticked).await;
    let to = location(&done).to_owned();
    assert!(to.starts_with("/equipe?vue=a-traiter&lot="), "{to}");
    let page = house.page(&to).await;
    assert!(page.contains("Une demande est close.") && page.contains("elle a changé entre-temps"));
    let undo = page.split("action=\"/equipe/lot/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let undone = house.post(&format!("/equipe/lot/{undo}/annuler"), &[("retour", list)]).await;
    let page = house.page(location(&undone)).await;
    assert!(page.contains("C’est annulé : une demande est de nouveau comme avant."));
    assert_eq!(house.file(&one).await.ticket.status, Status::Open);
    assert_eq!(house.post("/equipe/lot/faire", &[("acte", "danser"), ("d", &first)]).await.status(), 404);
}

#[tokio::test]
async fn an_answer_to_many_that_is_undone_is_written_again() {
    let house = House::open().await;
    let one = open(&house, "Un", "sill").await;
    let two = open(&house, "Deux", "sill").await;
    let three = open(&house, "Trois", "sill").await;
    let list = "/equipe?vue=a-traiter&q=a%20b";
    let seen: Vec<String> = [&one, &two, &three].map(|one| format!("{one}.1")).into();
    let mut sent = vec![("acte", "repondre"), ("retour", list), ("texte", "Bonjour,\r\n\r\n**Merci**.")];
    sent.extend(seen.iter().map(|seen| ("d", seen.as_str())));
    let to = location(&house.post("/equipe/lot/faire", &sent).await).to_owned();
    let id = to.split("lot=").nth(1).unwrap().to_owned();
    // One of them is touched since: it keeps its answer.
    house.act(&three, "noter", &[("texte", "Vu")]).await;
    let undo = format!("/equipe/lot/{id}/annuler");
    let undone = house.post(&undo, &[("retour", list)]).await;
    let back = location(&undone).to_owned();
    let page = house.page(&back).await;
    assert!(page.contains("C’est annulé : 2 demandes sont de nouveau comme avant."));
    assert!(page.contains("Répondre à 2 demandes") && page.contains("Bonjour,\n\n**Merci**.</textarea>"));
    assert!(page.contains(&format!("value=\"{one}.3\"")) && page.contains(&format!("value=\"{two}.3\"")));
    assert!(!page.contains(&format!("value=\"{three}.")) && page.contains("n’a pas été annulée"));
    assert!(page.contains("href=\"/equipe?vue=a-traiter&#38;q=a%20b\""), "back to the very list");
    let again = house.post(&undo, &[("retour", list)]).await;
    assert_eq!(location(&again), back, "pressed twice");
    // Nothing of it came back: the list says so.
    house.act(&one, "noter", &[("texte", "Vu")]).await;
    let seen = format!("{one}.{}", house.file(&one).await.ticket.version);
    let sent = [("acte", "repondre"), ("texte", "Encore"), ("d", seen.as_str())];
    let to = location(&house.post("/equipe/lot/faire", &sent).await).to_owned();
    house.act(&one, "noter", &[("texte", "Encore vu")]).await;
    let id = to.split("lot=").nth(1).unwrap();
    let undone = house.post(&format!("/equipe/lot/{id}/annuler"), &[]).await;
    assert_eq!(location(&undone), format!("/equipe?lot={id}"));
}

#[tokio::test]
async fn an_answer_to_many_with_a_mark_that_nothing_fills_is_refused() {
    let house = House::open().await;
    let one = open(&house, "Un", "sill").await;
    let ticked = format!("{one}.1");
    let fields = [("acte", "repondre"), ("texte", "Bonjour {{ prenom }},"), ("d", ticked.as_str())];
    let answer = house.post("/equipe/lot/faire", &fields).await;
    assert_eq!(answer.status(), 422);
    let page = said(answer).await;
    assert!(page.contains("« {{ prenom }} », que rien ne remplit"), "{page}");
    assert!(page.contains("Bonjour {{ prenom }},</textarea>"));
    assert!(house.file(&one).await.outbox.is_empty());
}

#[tokio::test]
async fn a_bulk_answer_without_words_comes_back_with_what_was_ticked() {
    let house = House::open().await;
    let one = open(&house, "Un", "sill").await;
    let ticked = format!("{one}.1");
    let answer =
        house.post("/equipe/lot/faire", &[("acte", "repondre"), ("texte", " "), ("d", &ticked)]).await;
    assert_eq!(answer.status(), 422);
    let page = said(answer).await;
    assert!(
        page.contains("Le texte de la réponse est vide.") && page.contains(&format!("value=\"{ticked}\""))
    );
    let refuse = said(house.post("/equipe/lot", &[("acte", "refuser"), ("d", &ticked)]).await).await;
    assert!(refuse.contains("n’est pas un motif de refus"));
    assert!(refuse.contains("Rien à faire avec ces demandes") && !refuse.contains("Refuser 0"), "{refuse}");
    assert!(!refuse.contains("/equipe/lot/faire"), "no button that does nothing");
}

#[tokio::test]
async fn a_session_that_ended_loses_no_selection() {
    let house = House::open().await;
    let one = open(&house, "Un", "sill").await;
    let ticked = format!("{one}.1");
    let fields = [("acte", "repondre"), ("retour", "/equipe?vue=toutes"), ("d", ticked.as_str())];
    let page = house.post("/equipe/lot", &fields).await.text().await.unwrap();
    let action = page.split("action=\"/equipe/lot/faire?").nth(1).unwrap().split('"').next().unwrap();
    let action = format!("/equipe/lot/faire?{}", action.replace("&#38;", "&"));
    house.post("/equipe/deconnexion", &[]).await;
    let sent = [("acte", "repondre"), ("texte", "Bonjour"), ("d", ticked.as_str())];
    let refused = house.post(&action, &sent).await;
    let back = location(&refused).strip_prefix("/equipe/connexion?retour=").unwrap().to_owned();
    assert!(back.starts_with("%2Fequipe%2Flot%3Facte%3Drepondre"), "{back}");
    let (email, password) = guichet::web::auth::demo_account(&house.desk).await.unwrap();
    let retour = action.replace("/faire", "");
    let form = [("adresse", email.as_str()), ("mot_de_passe", &password), ("retour", &retour)];
    let signed_in = house.post("/equipe/connexion", &form).await;
    assert_eq!(location(&signed_in), retour);
    let page = house.page(&retour).await;
    assert!(page.contains("Répondre à une demande") && page.contains(&format!("value=\"{ticked}\"")));
    assert_eq!(house.file(&one).await.ticket.version, 1, "looking does nothing");
}
