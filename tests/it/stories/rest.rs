//! The rest of the reply: where a request asks several things, the reply to one says what becomes of the others.

use chrono::Duration;

use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    a_draft_says_what_else_is_asked_in_the_language_of_the_request,
    a_corrected_category_is_not_told_as_asked_too,
    a_refusal_that_leaves_alone_says_why_the_rest_is_not_answered,
);

fn mail(subject: &str, body: &str) -> String {
    format!(
        "From: Solenn <solenn@marees.example>\nTo: contact@code.gouv.fr\nSubject: {subject}\nMessage-ID: <r@marees.example>\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n"
    )
}

const BOTH: &str = "Bonjour,\n\nSous quelle licence publier le code source de notre logiciel ? Par ailleurs, proposez-vous \
    une formation à LibreOffice pour nos agents ?\n\nMerci d'avance.";
const BOTH_EN: &str = "Hello,\n\nWhich licence should we use to publish the source code of our tool? Do you also offer a \
    training course on LibreOffice for our staff?\n\nKind regards";

async fn a_draft_says_what_else_is_asked_in_the_language_of_the_request(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&mail("Licence and training", BOTH_EN)).await;
    let file = story.ticket().await;
    let topics = file.decision.unwrap().topics;
    let mut sorted = topics.clone();
    sorted.sort();
    assert_eq!(sorted, ["refused-training", "source-publication"]);
    // Whichever of the two the reply is about, it says what becomes of the other.
    let rest = match topics[1].as_str() {
        "refused-training" => "- Training: this point is not part of what we offer",
        _ => "- Publishing source code: a person will answer",
    };
    let draft = file.draft.unwrap().markdown;
    assert!(draft.contains(&format!("Your message also asks about:\n\n{rest}")), "{draft}");
    let refusal = story.desk.draft(&file.ticket.reference, "refusal-other").await.unwrap().unwrap();
    assert!(refusal.contains(rest), "every reply says it: {refusal}");
    let receipt = Story::read_mail(&story.smtp.received()[0]);
    assert!(
        !receipt.contains("Training") && !receipt.contains("source code") && !receipt.contains("also asks"),
        "the receipt names no topic: {receipt}"
    );
}

async fn a_corrected_category_is_not_told_as_asked_too(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&mail("Licence et formation", BOTH)).await;
    let file = story.ticket().await;
    let topics = file.decision.as_ref().unwrap().topics.clone();
    assert_eq!(topics.len(), 2, "{topics:?}");
    // The other one of the two becomes the category, then a third one: what was told first is never told again.
    story.desk.correct(&story.seen(&file), &topics[1]).await.unwrap();
    let draft = story.ticket().await.draft.unwrap().markdown;
    assert!(!draft.contains("Votre message demande aussi"), "{draft}");
    let file = story.ticket().await;
    story.desk.correct(&story.seen(&file), "purchasing").await.unwrap();
    let draft = story.ticket().await.draft.unwrap().markdown.replace('\u{a0}', " ");
    let told = draft.matches("\n- ").count();
    assert!(draft.contains("Votre message demande aussi :"), "{draft}");
    let rest = draft.split("demande aussi :").nth(1).unwrap();
    assert_eq!(rest.matches("\n- ").count(), 1, "{told} lines: {draft}");
}

async fn a_refusal_that_leaves_alone_says_why_the_rest_is_not_answered(database: Database) {
    let story = Story::begin(database).await;
    let body = "Bonjour,\n\nLa mission logiciels libres propose-t-elle une formation à LibreOffice, et à quelles dates ? \
        Pourriez-vous aussi faire la promotion de notre logiciel auprès des ministères ?\n\nMerci d'avance.";
    story.receive(&mail("Formation LibreOffice", body)).await;
    story.pass(Duration::hours(1)).await;
    let read = Story::read_mail(&story.smtp.received()[0]).replace('\u{a0}', " ");
    let read = read.replace("\n  ", " ");
    assert!(
        read.contains("Votre message demande aussi :\n\n- Promotion d’un logiciel : ce point n’entre pas dans notre offre, la mission traite"),
        "{read}"
    );
    assert!(read.contains("un programme a lu et classé"), "it left alone: {read}");
}
