//! What the ticket page says of mail: what came back, what is forwarded, what is folded, what cannot be read.

use chrono::Duration;
use guichet::desk::DeliveryOutcome;
use guichet::message::{Door, Envelope};
use guichet::store::{Filter, View, new_id};

use super::house::House;
use crate::support::story::PACE;

const CONTACT: &str = "contact@code.gouv.fr";

/// A mail comes in and is filed; answers the reference of the newest ticket.
async fn receive(house: &House, from: &str, mail: &str) -> String {
    let envelope =
        Envelope { from: Some(from.to_owned()), to: vec![CONTACT.to_owned()], ..Envelope::default() };
    let raw = mail.replace('\n', "\r\n").into_bytes();
    house.desk.accept(Door::Pipe, &new_id(), envelope, raw).await.unwrap();
    assert!(house.desk.process_next(Duration::minutes(2)).await.unwrap());
    let all = Filter { view: View::All, limit: 1, ..Filter::default() };
    house.desk.store().queue(&all).await.unwrap().remove(0).ticket.reference
}

fn mail(subject: &str, headers: &str, body: &str) -> String {
    format!(
        "From: Marie Dupont <marie@ville.example>\nTo: {CONTACT}\nSubject: {subject}\nMessage-ID: <{}@ville.example>\n\
         {headers}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n",
        new_id()
    )
}

/// Sends what is due, as the courier would.
async fn deliver(house: &House) {
    house.clock.advance(Duration::seconds(15));
    while let Some(parcel) = house.desk.next_parcel(Duration::minutes(5), PACE).await.unwrap() {
        let outcome = DeliveryOutcome::Accepted { words: "250 ok".to_owned() };
        house.desk.delivered(&parcel, outcome).await.unwrap();
    }
}

#[tokio::test]
async fn a_bounce_is_told_where_one_answers() {
    let house = House::open().await;
    let reference =
        receive(&house, "marie@ville.example", &mail("SILL", "", "Comment référencer dans le SILL ?")).await;
    let path = format!("/equipe/demandes/{reference}");
    house.act(&reference, "repondre", &[("texte", "Bonjour, voici."), ("suite", "clore")]).await;
    deliver(&house).await;
    let answer = house.file(&reference).await.outbox.pop().unwrap();
    assert!(!house.page(&path).await.contains("a renvoyé un courriel"));
    let bounce = format!(
        "From: MAILER-DAEMON@mx.example\nTo: {CONTACT}\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <b@mx.example>\n\
         MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"r\"\n\n--r\n\
         Content-Type: text/plain\n\nDésolé.\n\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
         Final-Recipient: rfc822; marie@ville.example\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 <script>inconnue</script>\n\n--r\nContent-Type: text/rfc822-headers\n\n\
         Message-ID: <{}>\n\n--r--\n",
        answer.message_id
    );
    receive(&house, "", &bounce).await;
    let page = house.page(&path).await;
    for told in [
        "Un courriel n’est pas arrivé.",
        "Avis de non-remise",
        "<strong>marie@ville.example</strong> : aucune boîte n’existe à cette adresse",
        "(code 5.1.1)",
        "Cette adresse a renvoyé un courriel le",
        "Plus rien d’automatique n’y part jusqu’au",
        "Vous pouvez répondre quand même.",
        "puis revenu : marie@ville.example ne l’a pas reçu",
        "Cette adresse est bonne : y écrire de nouveau",
        "Courriel non remis",
    ] {
        assert!(page.contains(told), "{told}");
    }
    assert!(!page.contains("<script>inconnue"));
    assert!(house.page("/equipe").await.contains("Non remise"), "the list says why it is back");
    // One may answer all the same.
    let sent = house.act(&reference, "repondre", &[("texte", "Bonjour encore."), ("suite", "clore")]).await;
    assert_eq!(sent.status(), 303);
}

#[tokio::test]
async fn an_answer_that_goes_elsewhere_is_told_before_it_is_written() {
    let house = House::open().await;
    let asking = "Comment référencer dans le SILL ?";
    let reference = receive(&house, "marie@ville.example", &mail("SILL", "", asking)).await;
    let path = format!("/equipe/demandes/{reference}");
    assert!(!house.page(&path).await.contains("demande que la réponse parte à"));
    let head = "Reply-To: bureau@ville.example\n";
    let reference = receive(&house, "marie@ville.example", &mail("SILL bis", head, asking)).await;
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    let told = "parte à bureau@ville.example, et non à marie@ville.example d’où il écrit";
    assert!(page.contains(told) && page.contains("aria-describedby=\"adresse-demandee liens\""));
    // Once a person has written there, it is known.
    house.act(&reference, "repondre", &[("texte", "Bonjour, voici."), ("suite", "clore")]).await;
    assert!(!house.page(&format!("/equipe/demandes/{reference}")).await.contains(told));
}

#[tokio::test]
async fn a_failure_without_a_name_is_no_delay() {
    let house = House::open().await;
    let failure = "From: MAILER-DAEMON@mx.example\nTo: contact@code.gouv.fr\nSubject: Undelivered mail\n\
                   Message-ID: <b@mx.example>\n\nYour message could not be delivered.\n";
    let reference = receive(&house, "", failure).await;
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    assert!(page.contains("un courriel n’est pas arrivé, sans dire lisiblement à qui"));
    assert!(!page.contains("ne dit aucun destinataire perdu"));
}

#[tokio::test]
async fn a_forward_offers_its_writer_in_one_act() {
    let house = House::open().await;
    let body = "Pour vous.\n\nDe : Yannick <b>Le Goff</b> <yannick@port.example>\nEnvoyé : lundi 2 mars 2026 17:02\n\
        À : Marie\nObjet : question\n\nComment référencer notre solution dans le SILL ?";
    let reference = receive(&house, "marie@ville.example", &mail("TR : question", "", body)).await;
    let path = format!("/equipe/demandes/{reference}");
    let page = house.page(&path).await;
    assert!(page.contains("Ce message a été transféré ;") && page.contains("Répondre à cette personne"));
    assert!(page.contains("&#60;yannick@port.example&#62;") && !page.contains("<b>Le Goff"));
    let answer = house.act(&reference, "demandeur", &[("adresse", "yannick@port.example")]).await;
    assert_eq!(answer.status(), 303);
    assert!(answer.headers()["location"].to_str().unwrap().ends_with("#repondre"));
    let page = house.page(&path).await;
    assert!(page.contains("name=\"destinataire\" value=\"yannick@port.example\" checked"));
    assert!(!page.contains("Réponse à "), "where several are offered, the ticks alone tell who gets it");
    assert!(
        page.contains("a été transférée par Marie Dupont")
            && page.contains("Répondre plutôt à qui l’a transférée")
    );
    let refused = house.act(&reference, "demandeur", &[("adresse", "x@y.example")]).await;
    assert_eq!(refused.status(), 422);
}

#[tokio::test]
async fn a_strangers_answer_leads_to_the_thread_it_came_from() {
    let house = House::open().await;
    let first =
        receive(&house, "marie@ville.example", &mail("SILL", "", "Comment référencer dans le SILL ?")).await;
    let id = house.file(&first).await.outbox.remove(0).message_id;
    house.clock.advance(Duration::minutes(1));
    let answer =
        mail("Re: SILL", &format!("In-Reply-To: <{id}>\n"), "Et moi, comment référencer le mien au SILL ?");
    let second =
        receive(&house, "paul@b.example", &answer.replace("marie@ville.example>\nTo", "paul@b.example>\nTo"))
            .await;
    assert_ne!(first, second);
    for (page, other) in [(&first, &second), (&second, &first)] {
        let page = house.page(&format!("/equipe/demandes/{page}")).await;
        assert!(page.contains(&format!("href=\"/equipe/demandes/{other}\">la demande {other}</a>")));
    }
}

#[tokio::test]
async fn what_is_folded_stays_on_the_page() {
    let house = House::open().await;
    let body = "Oui, cela nous convient pour le SILL.\n\nLe lun. 2 mars 2026 à 10:14, Paul <paul@x.example> a écrit :\n\
        > Une phrase ancienne.\n\n-- \nMarie Dupont, bureau 12";
    let reference = receive(&house, "marie@ville.example", &mail("Re: question", "", body)).await;
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    let (before, folded) = page.split_once("<details class=\"team-history\">").expect("a fold");
    assert!(before.contains("Oui, cela nous convient"));
    assert!(folded.contains("Une phrase ancienne.") && folded.contains("bureau 12"), "nothing is dropped");

    let reference =
        receive(&house, "marie@ville.example", &mail("SILL", "", "Comment référencer dans le SILL ?")).await;
    assert!(!house.page(&format!("/equipe/demandes/{reference}")).await.contains("team-history"));
}

#[tokio::test]
async fn lists_notices_and_encrypted_mail_are_told() {
    let house = House::open().await;
    let listed = mail("SILL", "List-Id: <ospo.liste.example>\n", "Comment référencer dans le SILL ?");
    let reference = receive(&house, "ospo-bounces@liste.example", &listed).await;
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    assert!(page.contains("Liste de diffusion ou envoi en nombre"));
    assert!(page.contains("le courriel est passé par une liste de diffusion"));

    let absence = "Auto-Submitted: auto-replied (vacation)\nIn-Reply-To: <ID>\n";
    let known = house.file(&reference).await.messages.remove(0).message.message_id.unwrap();
    receive(&house, "", &mail("Absence", &absence.replace("ID", &known), "Je suis absente.")).await;
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    assert!(page.contains("Réponse automatique <span") && page.contains("team-message--notice"));
    assert!(page.contains("l’expéditeur de l’enveloppe est vide, comme dans un avis automatique"));

    let sealed = format!(
        "From: Marie <marie@ville.example>\nTo: {CONTACT}\nSubject: Confidentiel\nMessage-ID: <e@ville.example>\nMIME-Version: 1.0\n\
         Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=\"e\"\n\n--e\n\
         Content-Type: application/pgp-encrypted\n\nVersion: 1\n\n--e\nContent-Type: application/octet-stream\n\n\
         -----BEGIN PGP MESSAGE-----\n--e--\n"
    );
    let reference = receive(&house, "marie@ville.example", &sealed).await;
    assert!(house.page(&format!("/equipe/demandes/{reference}")).await.contains("Ce courriel est chiffré"));
}

#[tokio::test]
async fn the_mail_as_it_came_is_downloaded() {
    let house = House::open().await;
    let raw = mail("Capture", "", "Voici la capture : [cid:image001.png@01]").replace('\n', "\r\n");
    let reference = receive(&house, "marie.dupont@ville.example", &raw.replace("\r\n", "\n")).await;
    let message = house.file(&reference).await.messages.remove(0).id;
    let path = format!("/equipe/demandes/{reference}/courriel/{message}");
    assert!(house.page(&format!("/equipe/demandes/{reference}")).await.contains(&format!("href=\"{path}\"")));
    let answer = house.get(&path).await;
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    let saved = format!("attachment; filename=\"{reference}.eml\"; filename*=UTF-8''{reference}.eml");
    assert_eq!(answer.headers()["content-disposition"], saved.as_str());
    assert_eq!(answer.bytes().await.unwrap().as_ref(), raw.as_bytes());

    let other = receive(&house, "paul@ville.example", &mail("Autre", "", "Autre")).await;
    for path in [format!("{other}/courriel/{message}"), format!("{reference}/courriel/inconnu")] {
        assert_eq!(house.get(&format!("/equipe/demandes/{path}")).await.status(), 404);
    }
}

#[tokio::test]
async fn a_text_that_is_cut_says_so() {
    let house = House::open().await;
    let long = receive(&house, "marie.dupont@ville.example", &mail("Long", "", &"é".repeat(300_000))).await;
    assert!(house.page(&format!("/equipe/demandes/{long}")).await.contains("la suite est dans le courriel"));
    let short = receive(&house, "paul@ville.example", &mail("Court", "", "Une question ?")).await;
    assert!(
        !house.page(&format!("/equipe/demandes/{short}")).await.contains("la suite est dans le courriel")
    );
}
