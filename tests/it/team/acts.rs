//! Every act, as the browser sends it.

use chrono::Duration;
use guichet::store::{LeasedMail, Pace};
use guichet::ticket::{EventKind, MailKind, OutboxState, Status};
use guichet::triage::{Action, Reason};

use super::house::{House, decision, location};

const BODY: &str = "Sous quelle licence publier notre logiciel ?";

async fn house_with_ticket() -> (House, String) {
    let house = House::open().await;
    let reference = house.ticket("Licence", BODY, decision(BODY, "source-publication", &["licence"])).await;
    (house, reference)
}

/// A ticket whose automatic refusal leaves in a quarter of an hour; the id of that mail.
async fn house_with_refusal() -> (House, String, String) {
    let house = House::open().await;
    let mut refusal = decision(BODY, "refused-training", &["licence"]);
    refusal.action = Action::Refuse;
    refusal.reason = Reason::RefusedTopic;
    let reference = house.ticket("Formation", BODY, refusal).await;
    let mail = house.promise(&reference, MailKind::Refusal, Duration::minutes(15)).await;
    (house, reference, mail)
}

async fn done(house: &House, reference: &str, act: &str, fields: &[(&str, &str)], code: &str) {
    let answer = house.act(reference, act, fields).await;
    let expected = format!("/equipe/demandes/{reference}?vue=a-traiter&fait={code}");
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, expected.as_str()), "{act}");
    assert!(house.page(&expected).await.contains("data-dit"), "{act} is told on the next page");
}

#[tokio::test]
async fn answering_promises_a_mail_and_closes_or_waits() {
    let (house, reference) = house_with_ticket().await;
    let fields = [("texte", "Bonjour,\r\nLa **MIT**."), ("suite", "clore")];
    done(&house, &reference, "repondre", &fields, "repondu").await;
    let file = house.file(&reference).await;
    assert_eq!((file.ticket.status, file.outbox[0].kind), (Status::Closed, MailKind::Answer));
    assert!(!file.outbox[0].text.contains('\r'));
    done(&house, &reference, "repondre", &[("texte", "Et aussi."), ("suite", "attendre")], "repondu-attente")
        .await;
    assert_eq!(house.file(&reference).await.ticket.status, Status::Answered);
}

#[tokio::test]
async fn a_preview_sends_nothing_and_keeps_the_text() {
    let (house, reference) = house_with_ticket().await;
    let answer =
        house.act(&reference, "repondre", &[("texte", "Mon <b>texte</b>"), ("suite", "apercu")]).await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    assert!(page.contains("Aperçu du courriel"));
    assert!(page.contains("Mon &#60;b&#62;texte") && !page.contains("Mon <b>"));
    let file = house.file(&reference).await;
    assert_eq!((file.ticket.version, file.outbox.len()), (1, 0));
}

#[tokio::test]
async fn a_ticket_is_assigned_to_me_to_somebody_and_to_nobody() {
    let (house, reference) = house_with_ticket().await;
    let me = house.desk.store().accounts().await.unwrap().remove(0).id;
    done(&house, &reference, "prendre", &[], "affecte").await;
    assert_eq!(house.file(&reference).await.ticket.assignee.as_deref(), Some(me.as_str()));
    done(&house, &reference, "affecter", &[("personne", "")], "affecte").await;
    assert_eq!(house.file(&reference).await.ticket.assignee, None);
    done(&house, &reference, "affecter", &[("personne", &me)], "affecte").await;
    assert_eq!(house.file(&reference).await.assignee_name.as_deref(), Some("Camille Démo"));
}

#[tokio::test]
async fn a_ticket_is_set_aside_closed_and_reopened() {
    let (house, reference) = house_with_ticket().await;
    done(&house, &reference, "ecarter", &[], "ecarte").await;
    assert_eq!(house.file(&reference).await.ticket.status, Status::SetAside);
    done(&house, &reference, "clore", &[], "clos").await;
    assert_eq!(house.file(&reference).await.ticket.status, Status::Closed);
    done(&house, &reference, "rouvrir", &[], "rouvert").await;
    assert_eq!(house.file(&reference).await.ticket.status, Status::Open);
}

#[tokio::test]
async fn a_note_is_kept_under_the_person_who_wrote_it() {
    let (house, reference) = house_with_ticket().await;
    done(&house, &reference, "noter", &[("texte", "Voir avec <Paul>")], "note").await;
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    assert!(page.contains("Voir avec &#60;Paul&#62;") && page.contains("Camille Démo, <time"));
}

#[tokio::test]
async fn handing_over_writes_to_the_address() {
    let (house, reference) = house_with_ticket().await;
    let fields = [("adresse", "achats@ministere.example"), ("nom", "le bureau des achats")];
    done(&house, &reference, "transmettre", &fields, "transmis").await;
    let file = house.file(&reference).await;
    assert_eq!(file.ticket.status, Status::HandedOver);
    assert_eq!((file.outbox[0].kind, file.outbox[0].recipient.as_str()), (MailKind::HandOver, fields[0].1));
}

#[tokio::test]
async fn a_person_refuses() {
    let (house, reference) = house_with_ticket().await;
    done(&house, &reference, "refuser", &[("texte", "Bonjour, non.")], "refuse").await;
    let file = house.file(&reference).await;
    assert_eq!((file.ticket.status, file.outbox[0].kind), (Status::Refused, MailKind::PersonRefusal));
}

#[tokio::test]
async fn a_refusal_is_stopped_from_its_page_and_may_leave_all_the_same() {
    let (house, reference, mail) = house_with_refusal().await;
    assert!(house.page(&format!("/equipe/demandes/{reference}")).await.contains("part dans 15 min"));
    done(&house, &reference, "arreter", &[("envoi", &mail)], "arrete").await;
    let file = house.file(&reference).await;
    assert_eq!((file.ticket.status, file.outbox[0].state), (Status::Open, OutboxState::Held));
    done(&house, &reference, "envoyer", &[("envoi", &mail)], "envoye").await;
    assert_eq!(house.file(&reference).await.outbox[0].state, OutboxState::Due);
}

#[tokio::test]
async fn a_refusal_is_stopped_from_the_list_which_does_not_know_the_mail() {
    let (house, reference, _) = house_with_refusal().await;
    let list = house.page("/equipe?vue=part-bientot").await;
    assert!(list.contains(&format!("formaction=\"/equipe/demandes/{reference}/arreter\"")));
    let answer = house.act(&reference, "arreter", &[("retour", "/equipe?vue=part-bientot")]).await;
    let expected = format!("/equipe?vue=part-bientot&fait=arrete&demande={reference}");
    assert_eq!(location(&answer), expected);
    let list = house.page(&expected).await;
    assert!(list.contains(&format!("Voir la demande {reference}")));
    assert!(list.contains("Aucun refus automatique n’attend son départ."));
}

#[tokio::test]
async fn a_refusal_that_left_is_taken_back() {
    let (house, reference, mail) = house_with_refusal().await;
    house.clock.advance(Duration::minutes(16));
    let now = house.clock.now();
    let narrow = Pace { domain_at_once: 1, domain_per_minute: 1, unattended_per_hour: 1 };
    let leased = house.desk.store().outbox_lease(now, now + Duration::minutes(5), &narrow).await.unwrap();
    assert!(matches!(leased, LeasedMail::Mail(_)), "it is due");
    let mut tx = house.desk.store().begin().await.unwrap();
    tx.outbox_sent(&mail, now, "250 2.0.0 Ok").await.unwrap();
    tx.commit().await.unwrap();
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    assert!(page.contains("Rattraper le refus") && page.contains("250 2.0.0 Ok"));
    assert_eq!(house.act(&reference, "arreter", &[("envoi", &mail)]).await.status(), 422);
    done(&house, &reference, "rattraper", &[], "rattrape").await;
    let file = house.file(&reference).await;
    assert_eq!((file.ticket.status, file.outbox[1].kind), (Status::Open, MailKind::Correction));
}

#[tokio::test]
async fn a_conflict_does_nothing_says_who_and_keeps_what_was_typed() {
    let (house, reference) = house_with_ticket().await;
    house.act(&reference, "noter", &[("texte", "Je m’en occupe")]).await;
    for (act, field) in
        [("repondre", "texte"), ("refuser", "texte"), ("noter", "texte"), ("transmettre", "nom")]
    {
        let fields = [("version", "1"), (field, "Long texte « écrit »\nà la main")];
        let answer = house.post(&format!("/equipe/demandes/{reference}/{act}"), &fields).await;
        assert_eq!(answer.status(), 409, "{act}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("Cette demande a changé entre-temps"), "{act}");
        assert!(page.contains("<li>Note, par Camille Démo"), "{act}");
        assert!(page.contains("Long texte « écrit »\nà la main"), "{act}");
        assert!(page.contains("name=\"version\" value=\"2\""), "{act} can be sent again from this page");
    }
    let file = house.file(&reference).await;
    assert_eq!((file.ticket.version, file.outbox.len()), (2, 0));
}

#[tokio::test]
async fn what_makes_no_sense_is_said_and_nothing_is_done() {
    let (house, reference) = house_with_ticket().await;
    let answer = house.act(&reference, "repondre", &[("texte", " "), ("suite", "clore")]).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("Rien n’a été fait"));
    let answer = house.act(&reference, "transmettre", &[("adresse", "marie.durand@culture.example")]).await;
    assert_eq!(answer.status(), 422);
    assert_eq!(house.act(&reference, "danser", &[]).await.status(), 404);
    assert_eq!(house.post("/equipe/demandes/ZZZZZZZZ/clore", &[("version", "1")]).await.status(), 404);
    assert_eq!(house.file(&reference).await.ticket.version, 1);
}

#[tokio::test]
async fn the_kill_switch_is_one_button_and_says_who_used_it() {
    let house = House::open().await;
    let answer = house.post("/equipe/automatismes", &[("etat", "arreter")]).await;
    assert_eq!(location(&answer), "/equipe/automatismes?fait=automatismes-arretes");
    assert!(house.desk.automatic_stopped().await.unwrap());
    let page = house.page("/equipe/automatismes").await;
    assert!(page.contains("Arrêtés par Camille Démo le 25 novembre 2026"));
    assert!(house.page("/equipe").await.contains("Automatismes arrêtés"));
    house.post("/equipe/automatismes", &[("etat", "relancer")]).await;
    assert!(!house.desk.automatic_stopped().await.unwrap());
}

#[tokio::test]
async fn an_arrival_in_trouble_is_tried_again() {
    let house = House::open().await;
    assert!(house.page("/equipe/en-panne").await.contains("Aucune arrivée en panne."));
    assert_eq!(house.page("/equipe").await.matches("href=\"/equipe/en-panne\"").count(), 1, "one way to it");
    let kept = house
        .desk
        .accept(guichet::message::Door::Pipe, "clé", guichet::message::Envelope::default(), b"x".to_vec())
        .await
        .unwrap();
    house.desk.store().arrival_park(&kept.arrival_id, "cause <inconnue>").await.unwrap();
    let page = house.page("/equipe/en-panne").await;
    assert!(page.contains("cause &#60;inconnue&#62;"));
    let retry = format!("/equipe/en-panne/{}/reessayer", kept.arrival_id);
    assert_eq!(location(&house.post(&retry, &[]).await), "/equipe/en-panne?fait=reessai");
    assert!(house.desk.store().arrivals_parked().await.unwrap().is_empty());
    assert_eq!(house.post(&retry, &[]).await.status(), 404);
}

#[tokio::test]
async fn every_act_leaves_its_person_in_the_trail() {
    let (house, reference) = house_with_ticket().await;
    house.act(&reference, "prendre", &[]).await;
    house.act(&reference, "clore", &[]).await;
    let events = house.file(&reference).await.events;
    let kinds: Vec<EventKind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Assigned, EventKind::Closed]);
    let me = house.desk.store().accounts().await.unwrap().remove(0).id;
    assert!(events.iter().all(|event| event.actor == guichet::ticket::Actor::Person(me.clone())));
}

#[tokio::test]
async fn what_is_sent_anyway_waits_for_the_mail_server_and_that_is_said() {
    let (house, reference, mail) = house_with_refusal().await;
    done(&house, &reference, "arreter", &[("envoi", &mail)], "arrete").await;
    let away = "UPDATE relay SET failures = 1, said = 'connexion refusée', failing_since = '2026-11-25T10:56:00+00:00',
        try_at = '2026-11-25T11:08:00+00:00'";
    house.desk.store().run_script(away).await.unwrap();
    done(&house, &reference, "envoyer", &[("envoi", &mail)], "envoye-attend").await;
    let page = house.page(&format!("/equipe/demandes/{reference}?fait=envoye-attend")).await;
    assert!(page.contains("partira dès que le serveur de messagerie répondra"), "{page}");
}
