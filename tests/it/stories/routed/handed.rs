//! A request goes to whom the directory names, and its requester knows it; or a person decides, and sees why.

use guichet::store::View;
use guichet::ticket::{Actor, EventKind, HandOverState, MailKind, Status};
use guichet::triage::directory::Role;
use guichet::triage::{Action, Contract};

use super::{AMDAC, COORDINATOR, JEANNE, ORDER, PUBLISH, know, know_culture, mail, reached, to_us};
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    a_contracts_question_reaches_its_coordinator,
    a_form_of_a_rectorat_reaches_its_coordinator,
    source_code_of_a_ministry_reaches_its_amdac,
    what_must_not_be_handed_over_waits_for_a_person,
    nothing_is_handed_over_where_the_program_may_not_act,
    a_forwarded_request_waits_for_a_person,
);

async fn a_contracts_question_reaches_its_coordinator(database: Database) {
    let story = Story::begin(database).await;
    know_culture(&story).await;
    story.receive(&to_us(JEANNE, "Bon de commande", ORDER)).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::HandedOver);
    assert_eq!(file.decision.as_ref().unwrap().action, Action::HandOver);
    let [handed] = &file.hand_overs[..] else { panic!("one hand-over") };
    assert_eq!((handed.email.as_str(), handed.state), (COORDINATOR, HandOverState::Waiting));
    assert_eq!(
        (handed.role, handed.contract, &handed.by),
        (Role::Coordinator, Some(Contract::Support), &Actor::Program)
    );
    assert!(handed.entry_id.is_some(), "the directory's entry is followed");
    let draft = file.draft.as_ref().map(|draft| draft.reply.as_str());
    assert_eq!(draft, Some("contracts"), "what left already is no draft: nobody is told twice");

    let [to_coordinator] = &reached(&story, COORDINATOR)[..] else { panic!("the coordinator is told once") };
    assert!(to_coordinator.text().contains("message/rfc822"));
    assert!(Story::header(to_coordinator, "Reply-To").contains(JEANNE));
    let [notice] = &reached(&story, JEANNE)[..] else { panic!("the requester is told once") };
    let read = Story::read_mail(notice);
    assert!(read.contains("la coordination des marchés, Ministère de la Culture"), "{read}");
    assert!(read.contains(&file.ticket.reference) && read.contains("Date de réception"), "{read}");
    for secret in [COORDINATOR, "Martin"] {
        assert!(!notice.text().contains(secret), "{secret} is told to nobody");
    }
    assert_eq!(file.outbox.iter().filter(|entry| entry.kind == MailKind::Receipt).count(), 0);
    assert!(story.view(View::Todo).await.is_empty());
    story.balance().await;
}

async fn a_form_of_a_rectorat_reaches_its_coordinator(database: Database) {
    let story = Story::begin(database).await;
    know(&story, &[("education", "coordinator", "", "coord@education.gouv.fr")]).await;
    story.fill_in("/", "j@ac-lille.fr", "Bon de commande", ORDER).await;
    story.settle().await;
    assert_eq!(story.ticket().await.ticket.status, Status::HandedOver);
    assert_eq!(reached(&story, "coord@education.gouv.fr").len(), 1);
    assert_eq!(reached(&story, "j@ac-lille.fr").len(), 1);
}

async fn source_code_of_a_ministry_reaches_its_amdac(database: Database) {
    let story = Story::begin(database).await;
    know_culture(&story).await;
    story.receive(&to_us(JEANNE, "Licence d'un outil", PUBLISH)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.hand_overs[0].role), (Status::HandedOver, Role::Amdac));
    let [to_amdac] = &reached(&story, AMDAC)[..] else { panic!("the AMDAC is told once") };
    assert!(Story::header(to_amdac, "Reply-To").contains(CONTACT), "a plain answer has the mission in copy");
    let [documentation] = &reached(&story, JEANNE)[..] else { panic!("one mail to the requester") };
    let read = Story::read_mail(documentation);
    assert!(read.contains("AMDAC") && read.contains("guides/juridique"), "{read}");
    assert!(!read.contains(AMDAC));
}

async fn what_must_not_be_handed_over_waits_for_a_person(database: Database) {
    let story = Story::begin(database).await;
    know_culture(&story).await;
    let copied = mail(JEANNE, &format!("To: {CONTACT}\nCc: {COORDINATOR}\n"), "Bon de commande", ORDER);
    let listed =
        to_us(JEANNE, "Bon de commande", ORDER).replacen("Subject:", "List-Id: <l.gouv.fr>\nSubject:", 1);
    let town =
        to_us("j@saint-malo.fr", "Licence d'un outil", &format!("{PUBLISH}\n\nJeanne\nMairie de Saint-Malo"));
    for (case, mail) in [
        ("the coordinator asks", to_us(COORDINATOR, "Bon de commande", ORDER)),
        ("the coordinator is in copy", copied),
        (
            "says so",
            to_us(JEANNE, "Bon de commande", &format!("Je suis la coordinatrice du ministère. {ORDER}")),
        ),
        (
            "a personal mailbox",
            to_us(
                "jeanne@gmail.com",
                "Bon de commande",
                &format!("{ORDER}\n\nJeanne\nMinistère de la Culture"),
            ),
        ),
        ("through a list", listed),
        ("a town", town),
    ] {
        story.receive(&mail).await;
        let rows = story.view(View::Todo).await;
        assert_eq!(rows[0].ticket.status, Status::Open, "{case}");
    }
    assert_eq!(story.view(View::Todo).await.len(), 6);
    assert!(reached(&story, AMDAC).is_empty());
    // The coordinator who asked got the receipt like anybody.
    let coordinator = reached(&story, COORDINATOR);
    assert!(coordinator.iter().all(|mail| mail.text().contains("Auto-Submitted")));
}

async fn nothing_is_handed_over_where_the_program_may_not_act(database: Database) {
    let observed =
        |config: &mut guichet::config::Config| config.automatic.mode = guichet::desk::Mode::Observe;
    let story = Story::begin_with(database, observed).await;
    know_culture(&story).await;
    story.receive(&to_us(JEANNE, "Bon de commande", ORDER)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.hand_overs.len()), (Status::Open, 0));
    assert_eq!(
        file.draft.as_ref().map(|draft| draft.reply.as_str()),
        Some("contracts"),
        "the answer is ready"
    );
    let withheld = file.events.iter().find(|event| event.kind == EventKind::Withheld).unwrap();
    assert!(withheld.detail.contains("mode observation"), "{}", withheld.detail);
    assert!(reached(&story, COORDINATOR).is_empty());
    assert_eq!(reached(&story, JEANNE).len(), 1, "the receipt");
    // The team sees whom the directory names.
    assert!(file.decision.unwrap().hand_over.unwrap().why.contains("Ministère de la Culture"));
}

async fn a_forwarded_request_waits_for_a_person(database: Database) {
    let story = Story::begin(database).await;
    know_culture(&story).await;
    let body = format!(
        "Pour vous.\n\n---------- Message transféré ----------\nDe : Paul Durand <paul@culture.gouv.fr>\n\
         Objet : Bon de commande\nÀ : Jeanne <{JEANNE}>\n\n{ORDER}"
    );
    story.receive(&to_us(JEANNE, "Tr: Bon de commande", &body)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.hand_overs.len()), (Status::Open, 0));
    assert!(reached(&story, COORDINATOR).is_empty());
}
