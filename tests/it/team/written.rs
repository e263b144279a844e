//! What the ticket page says of who writes in a conversation: a colleague from their own mail program, somebody who was in
//! copy, somebody who only thanks.

use chrono::Duration;
use guichet::message::{Door, Envelope};
use guichet::store::new_id;

use super::house::House;

const CONTACT: &str = "contact@code.gouv.fr";

async fn through(house: &House, door: Door, mail: &str) {
    let raw = mail.replace('\n', "\r\n").into_bytes();
    house.desk.accept(door, &new_id(), Envelope::default(), raw).await.unwrap();
    assert!(house.desk.process_next(Duration::minutes(2)).await.unwrap());
}

fn mail(id: &str, from: &str, to: &str, answers: &str, body: &str) -> String {
    format!(
        "From: {from}\nTo: {to}\nSubject: SILL\nMessage-ID: <{id}@x.example>\nIn-Reply-To: <{answers}@x.example>\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n"
    )
}

#[tokio::test]
async fn who_writes_is_told_on_each_message() {
    let house = House::open().await;
    let to = format!("{CONTACT}\nCc: chef@ville.example");
    let asking = "Comment référencer notre solution dans le SILL ?";
    through(&house, Door::Imap, &mail("m1", "marie@ville.example", &to, "m0", asking)).await;
    let row =
        house.desk.store().queue(&guichet::store::Filter { limit: 1, ..Default::default() }).await.unwrap();
    let path = format!("/equipe/demandes/{}", row[0].ticket.reference);
    assert!(!house.page(&path).await.contains("Nouveau participant"));

    through(&house, Door::Imap, &mail("m2", "chef@ville.example", CONTACT, "m1", "C’est urgent.")).await;
    through(&house, Door::Imap, &mail("m3", "chef@ville.example", CONTACT, "m1", "Très urgent.")).await;
    through(
        &house,
        Door::Sent,
        &mail("m4", "expert <contact@code.gouv.fr>", "x@y.example", "m1", "Un avis ?"),
    )
    .await;
    through(&house, Door::Sent, &mail("m5", CONTACT, "marie@ville.example", "m1", "Voici comment faire."))
        .await;
    through(&house, Door::Imap, &mail("m6", "marie@ville.example", CONTACT, "m5", "Un grand merci !")).await;
    let page = house.page(&path).await;
    let badges = page.matches("fr-badge--no-icon\">Nouveau participant<").count();
    assert_eq!(badges, 1, "on their first message alone");
    for told in [
        "rien de ce qui précède ne lui est envoyé",
        "Courriel de l’équipe à un tiers",
        "L’auteur de la demande ne voit pas ce message",
        "Réponse de l’équipe, depuis sa messagerie",
        "depuis sa messagerie, à marie@ville.example",
        "Une personne de l’équipe",
        ">Remerciement<",
        "Remerciement reçu",
        "un message n’est pas cité par cette réponse, et attend",
    ] {
        assert!(page.contains(told), "{told}");
    }
}
