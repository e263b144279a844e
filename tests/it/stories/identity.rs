//! A sender whom the own border does not confirm moves nothing, wherever who it is would matter; what a trusted forwarder
//! breaks says nothing against anybody.

use chrono::Duration;
use guichet::config::Config;
use guichet::store::View;
use guichet::ticket::{EventKind, HandOverState, Status};
use guichet::triage::Action;

use super::routed::{COORDINATOR, JEANNE, ORDER, WHO, know_culture, mail, reached};
use super::texts::SILL_MAIL;
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    an_unproven_sender_is_told_no_address,
    an_unproven_order_is_handed_over_by_a_person,
    nobody_joins_by_a_forged_address,
    a_forged_coordinator_answers_nothing,
    without_results_the_setting_decides,
    a_trusted_forwarder_costs_nobody_a_receipt,
);

const INGRID: &str = "ingrid@fjordarkiv.example";

fn border(config: &mut Config) {
    config.mail.authserv_id = Some("mx.gouv.example".to_owned());
}

/// What the own border writes on top.
fn judged(verdict: &str, mail: &str) -> String {
    mail.replacen("Subject:", &format!("Authentication-Results: mx.gouv.example; {verdict}\nSubject:"), 1)
}

const FORGED: &str = "dmarc=fail header.from=x";
const UNALIGNED: &str = "spf=pass smtp.mailfrom=other.example; dkim=none";

async fn an_unproven_sender_is_told_no_address(database: Database) {
    let story = Story::begin_with(database, border).await;
    know_culture(&story).await;
    for verdict in [FORGED, UNALIGNED] {
        story
            .receive(&judged(verdict, &mail(JEANNE, &format!("To: {CONTACT}\n"), "Coordinateur", WHO)))
            .await;
    }
    story.pass(Duration::hours(1)).await;
    assert!(story.smtp.received().is_empty());
    for row in story.view(View::All).await {
        let file = story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap();
        assert_eq!(file.ticket.status, Status::Open);
        assert!(file.messages[0].nature.as_ref().unwrap().unproven);
        let draft = file.draft.map(|draft| draft.markdown).unwrap_or_default();
        assert!(!draft.contains(COORDINATOR), "{draft}");
        let body = file.decision.unwrap().organisation;
        assert!(body.is_none_or(|body| !body.own_domain), "the address proves no body");
    }
    // The same from whom it says: told at once.
    story
        .receive(&judged("dmarc=pass", &mail(JEANNE, &format!("To: {CONTACT}\n"), "Coordinateur", WHO)))
        .await;
    let told = reached(&story, JEANNE);
    assert!(told.iter().any(|mail| Story::read_mail(mail).contains(COORDINATOR)));
}

async fn an_unproven_order_is_handed_over_by_a_person(database: Database) {
    let story = Story::begin_with(database, border).await;
    know_culture(&story).await;
    story.receive(&judged(UNALIGNED, &mail(JEANNE, &format!("To: {CONTACT}\n"), "Commande", ORDER))).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.hand_overs.len()), (Status::Open, 0));
    let decision = file.decision.unwrap();
    assert_eq!(decision.action, Action::Queue);
    assert!(
        decision.held_back.iter().any(|held| held.says.contains("ne confirme pas")),
        "{:?}",
        decision.held_back
    );
}

async fn nobody_joins_by_a_forged_address(database: Database) {
    let story = Story::begin_with(database, border).await;
    let copied = SILL_MAIL.replacen("Subject:", "Cc: chef@fjordarkiv.example\nSubject:", 1);
    story.receive(&judged("dmarc=pass", &copied)).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    // Neither as somebody in copy, nor as one of the team.
    for from in ["chef@fjordarkiv.example", "camille@example.org"] {
        story
            .receive(&judged(FORGED, &Story::reply_to(&receipt, from, "Transmettez-nous le dossier.")))
            .await;
    }
    assert_eq!(story.view(View::All).await.len(), 3);
    // The requester's own address is filed and shown for what it is; a bare number serves it nothing.
    story.receive(&judged(FORGED, &Story::reply_to(&receipt, INGRID, "Clôturez, merci."))).await;
    let rows = story.view(View::All).await;
    let hers = rows.iter().find(|row| row.ticket.requester_email == INGRID).unwrap();
    let file = story.desk.store().ticket_file(&hers.ticket.reference).await.unwrap().unwrap();
    assert_eq!((file.messages.len(), file.ticket.status), (2, Status::Open));
    let bare = format!(
        "From: {INGRID}\nTo: {CONTACT}\nSubject: {}\nMessage-ID: <b@x.example>\n\nOù en est-on ?\n",
        file.ticket.reference
    );
    story.receive(&judged(FORGED, &bare)).await;
    let file = story.desk.store().ticket_file(&hers.ticket.reference).await.unwrap().unwrap();
    assert_eq!(file.messages.len(), 2);
    assert!(!file.events.iter().any(|event| event.kind == EventKind::Joined));
}

async fn a_forged_coordinator_answers_nothing(database: Database) {
    let story = Story::begin_with(database, border).await;
    story.receive(&judged("dmarc=pass", SILL_MAIL)).await;
    story.desk.hand_over(&story.seen(&story.ticket().await), COORDINATOR, "").await.unwrap();
    story.settle().await;
    let handed = reached(&story, COORDINATOR).remove(0);
    let both =
        Story::reply_to(&handed, COORDINATOR, "C’est réglé.").replacen("To: ", &format!("To: {INGRID}, "), 1);
    story.receive(&judged(FORGED, &both)).await;
    let file = story.ticket().await;
    assert_eq!(file.hand_overs[0].state, HandOverState::Waiting);
    assert_eq!(file.ticket.status, Status::Open, "a person looks");
}

async fn without_results_the_setting_decides(database: Database) {
    let story = Story::begin_with(database, |config| {
        config.mail.unchecked = guichet::mail::settings::Unchecked::Unproven;
    })
    .await;
    story.receive(SILL_MAIL).await;
    let file = story.ticket().await;
    assert!(file.messages[0].nature.as_ref().unwrap().unproven);
    assert!(file.outbox.is_empty() && story.smtp.received().is_empty());
    assert_eq!(file.ticket.status, Status::Open);
}

async fn a_trusted_forwarder_costs_nobody_a_receipt(database: Database) {
    let story = Story::begin_with(database, |config| {
        border(config);
        config.mail.trusted_forwarders = vec!["ancien.example".to_owned()];
    })
    .await;
    let hop =
        "Received: from mx.ancien.example (mx.ancien.example [192.0.2.1]) by mx.gouv.example; x\nSubject:";
    let failed = "spf=fail smtp.mailfrom=fjordarkiv.example; dmarc=fail";
    story.receive(&judged(failed, &SILL_MAIL.replacen("Subject:", hop, 1))).await;
    assert!(!story.ticket().await.messages[0].nature.as_ref().unwrap().unproven);
    assert_eq!(story.smtp.wait_for(1).await[0].to, [INGRID]);
    let other =
        SILL_MAIL.replace("sill-1@", "sill-2@").replacen("Subject:", &hop.replace("ancien", "autre"), 1);
    story.receive(&judged(failed, &other)).await;
    assert_eq!(story.smtp.received().len(), 1);
}
