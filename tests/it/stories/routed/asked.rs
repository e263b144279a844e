//! Who asks who coordinates is told, inside the body and nowhere else.

use guichet::ticket::{MailKind, Status};

use super::{COORDINATOR, JEANNE, WHO, know, know_culture, mail, reached, to_us};
use crate::support::database::{Database, on_both};
use crate::support::rules::Trial;
use crate::support::story::{CONTACT, Story};

on_both!(
    the_address_goes_to_the_bodys_own_domain,
    elsewhere_a_person_finds_it_ready,
    a_name_that_anybody_may_register_is_told_nothing,
);

async fn the_address_goes_to_the_bodys_own_domain(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    know_culture(&story).await;
    story.receive(&to_us(JEANNE, "Coordinateur", WHO)).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Answered);
    let draft = file.draft.as_ref().map(|draft| draft.reply.as_str());
    assert_eq!(draft, Some("contracts"), "what left already is no draft");
    let (code, told) = trial.guichet(&["explain", &file.ticket.reference]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("Réponse automatique : ") && told.contains("part sans attendre une personne"));
    assert!(!told.contains("À une personne"), "{told}");
    assert_eq!(file.outbox.iter().map(|entry| entry.kind).collect::<Vec<_>>(), [MailKind::AutoAnswer]);
    let [answer] = &reached(&story, JEANNE)[..] else { panic!("one answer") };
    let read = Story::read_mail(answer);
    assert!(read.contains(COORDINATOR) && read.contains("Claude Martin"), "{read}");
    assert!(read.contains(&file.ticket.reference));
    assert!(reached(&story, COORDINATOR).is_empty(), "the coordinator is not bothered");
    story.balance().await;
}

async fn elsewhere_a_person_finds_it_ready(database: Database) {
    let story = Story::begin(database).await;
    know_culture(&story).await;
    let signed = format!("{WHO}\n\nCordialement,\nJeanne\nMinistère de la Culture");
    for (mail, envelope) in [
        (to_us("jeanne@gmail.com", "Coordinateur", &signed), "jeanne@gmail.com"),
        // Really sent from elsewhere: the answer would not stay inside the body.
        (mail(JEANNE, &format!("To: {CONTACT}\n"), "Coordinateur", WHO), "paul@ailleurs.example"),
    ] {
        story.receive_from(envelope, &mail).await;
        let mails = story.smtp.received();
        assert!(mails.iter().all(|mail| !Story::read_mail(mail).contains(COORDINATOR)), "{envelope}");
    }
    for row in story.view(guichet::store::View::Todo).await {
        let file = story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap();
        let draft = file.draft.expect("the answer is ready");
        assert_eq!(draft.reply, "contracts-coordinator");
        assert!(!draft.markdown.contains(COORDINATOR), "whoever sends it unread tells nobody");
        let again = story.desk.draft(&row.ticket.reference, &draft.reply).await.unwrap().unwrap();
        let own = row.ticket.requester_email == JEANNE;
        assert_eq!(again.contains(COORDINATOR), own, "{}", row.ticket.requester_email);
    }
    assert_eq!(story.view(guichet::store::View::Todo).await.len(), 2);
}

async fn a_name_that_anybody_may_register_is_told_nothing(database: Database) {
    let story = Story::begin(database).await;
    let coordinator = "coord@education.gouv.fr";
    know(&story, &[("education", "coordinator", "", coordinator)]).await;
    let who = WHO.replace("notre ministère", "notre rectorat");
    for writer in ["j@ac-pirate.fr", "j@region-academique-x.fr"] {
        story.receive(&to_us(writer, "Coordinateur", &who)).await;
        let mails = reached(&story, writer);
        assert!(mails.iter().all(|mail| !Story::read_mail(mail).contains(coordinator)), "{writer}");
    }
    story.receive(&to_us("j@ac-lille.fr", "Coordinateur", &who)).await;
    let [answer] = &reached(&story, "j@ac-lille.fr")[..] else { panic!("one answer") };
    assert!(Story::read_mail(answer).contains(coordinator), "a real academy is told");
}
