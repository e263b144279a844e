//! What keeps a conversation together where mail programs and relays do their worst, and who may join it.

use guichet::message::Door;
use guichet::store::{TicketFile, View};
use guichet::ticket::{EventKind, Status};

use super::sent::{SILL, answer, through};
use super::texts::{SILL_MAIL, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::smtp::{At, Do, Received};
use crate::support::story::{CONTACT, Story};

on_both!(
    a_relay_may_rename_our_mail,
    a_relay_may_rename_theirs,
    a_folder_tells_the_key_that_no_envelope_told,
    the_tag_of_the_subject_finds_the_thread,
    with_a_key_in_the_address_no_subject_carries_a_tag,
    a_bare_reference_serves_whoever_is_inside,
    another_subject_stays_in_the_thread,
    a_copied_person_joins_and_is_told_nothing,
    thanks_bring_nothing_back,
    thanks_contest_no_refusal,
    a_question_behind_thanks_brings_back,
    an_acceptance_of_what_was_offered_brings_back,
    a_question_that_names_what_was_answered_brings_back,
    an_answer_names_what_its_parent_answers,
    an_id_of_any_shape_is_named,
);

const INGRID: &str = "ingrid@fjordarkiv.example";
const AMAZON: &str = "0102018f3c7a1b2c-8d9e0f12-3456-789a-bcde-f0123456789a-000000";

/// A mail in nobody's thread, but for what `head` says.
fn loose(from: &str, subject: &str, head: &str, text: &str) -> String {
    format!(
        "From: {from}\nTo: {CONTACT}\n{head}Subject: {subject}\nMessage-ID: <{}@client.example>\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n",
        guichet::store::new_id()
    )
}

/// Ingrid asked, was told that her request came, and Camille has answered and closed.
async fn answered(database: Database, markdown: &str) -> (Story, Received) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    story.desk.answer(&story.seen(&story.ticket().await), markdown, true).await.unwrap();
    story.settle().await;
    let answer = story.smtp.wait_for(2).await.remove(1);
    (story, answer)
}

async fn file_of(story: &Story, reference: &str) -> TicketFile {
    story.desk.store().ticket_file(reference).await.unwrap().unwrap()
}

fn has(file: &TicketFile, kind: EventKind) -> bool {
    file.events.iter().any(|event| event.kind == kind)
}

async fn a_relay_may_rename_our_mail(database: Database) {
    let story = Story::begin(database).await;
    story.smtp.script([
        (At::End, Do::Say("250 Ok 0102018f3c7a1b2c-8d9e0f12-3456-789a-bcde-f0123456789a-000000")),
        (
            At::End,
            Do::Say(
                "250 2.0.0 OK <AM0.new@AM0.eurprd.prod.outlook.com> [Hostname=AM0.eurprd.prod.outlook.com]",
            ),
        ),
    ]);
    story.receive(SILL_MAIL).await;
    // Amazon's answer does not tell the region; the mail that it sends does.
    let head = format!("In-Reply-To: <{AMAZON}@eu-west-3.amazonses.com>\n");
    story.receive(&loose(INGRID, "Re: votre courriel", &head, "Une précision : c’est urgent.")).await;
    let file = story.ticket().await;
    assert_eq!(file.messages.len(), 2);
    story.desk.answer(&story.seen(&file), "Voici.", true).await.unwrap();
    story.settle().await;
    let head = "References: <AM0.new@AM0.eurprd.prod.outlook.com>\n";
    story.receive(&loose(INGRID, "Re: votre courriel", head, "Et ensuite ?")).await;
    let file = story.ticket().await;
    assert_eq!((file.messages.len(), file.ticket.status), (3, Status::Open));
}

async fn a_relay_may_rename_theirs(database: Database) {
    let story = Story::begin(database).await;
    let renamed = SILL_MAIL.replacen(
        "Subject:",
        "X-Microsoft-Original-Message-ID: <premier@poste.example>\nSubject:",
        1,
    );
    story.receive(&renamed).await;
    // In the sender's own folder it bears its first name.
    let head = "In-Reply-To: <premier@poste.example>\n";
    story.receive(&loose(INGRID, "Re: SILL", head, "J’oubliais une précision.")).await;
    assert_eq!(story.ticket().await.messages.len(), 2);
}

async fn a_folder_tells_the_key_that_no_envelope_told(database: Database) {
    let story = Story::begin_with(database, |config| config.service.plus_addressing = true).await;
    story.receive(SILL_MAIL).await;
    let keyed = Story::header(&story.smtp.wait_for(1).await.remove(0), "Reply-To");
    let keyed =
        keyed.rsplit_once('<').map_or(keyed.as_str(), |(_, rest)| rest.trim_end_matches('>')).to_owned();
    assert!(keyed.starts_with("contact+r-"), "{keyed}");
    for head in [format!("Delivered-To: {keyed}\n"), format!("X-Original-To: {keyed}\n")] {
        story.receive(&loose(INGRID, "Tout autre chose", &head, "Suite de ma demande.")).await;
    }
    assert_eq!(story.ticket().await.messages.len(), 3);
}

async fn the_tag_of_the_subject_finds_the_thread(database: Database) {
    let (story, answer) = answered(database, "Voici.").await;
    let subject = Story::read_mail(&answer).lines().next().unwrap().to_owned();
    assert!(subject.starts_with("Re: Référencement au SILL ["), "{subject}");
    let file = story.ticket().await;
    assert_eq!(file.outbox[1].subject, "Re: Référencement au SILL", "the team does not see it");
    // A mail program that keeps nothing but the subject.
    story
        .receive(&loose(INGRID, &format!("=?utf-8?Q?RE_:?= {}", ascii(&subject)), "", "Et le délai ?"))
        .await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Open, 2));
    assert!(!file.messages[1].message.subject.contains('['), "{}", file.messages[1].message.subject);
    story.desk.answer(&story.seen(&file), "Un mois.", true).await.unwrap();
    story.settle().await;
    let again = Story::read_mail(&story.smtp.wait_for(3).await.remove(2));
    assert_eq!(again.lines().next().unwrap(), subject, "it never piles up");
    // It proves nothing of a stranger, and a wrong one nothing at all.
    story
        .receive(&loose("eve@evil.example", &ascii(&subject), "", "Je prends la suite, comment faire ?"))
        .await;
    let rows = story.view(View::All).await;
    assert_eq!(rows.len(), 2);
    assert!(has(&file_of(&story, &rows[0].ticket.reference).await, EventKind::Related));
    let reference = file.ticket.reference.to_lowercase();
    let wrong = format!("Suite [{}-{}-0000-0000]", &reference[..4], &reference[4..]);
    story.receive(&loose("autre@port.example", &wrong, "", "Comment publier notre code ?")).await;
    let rows = story.view(View::All).await;
    assert_eq!((rows.len(), rows[0].ticket.subject.as_str()), (3, wrong.as_str()));
}

/// The subject with what is not ASCII left out: it stands in a header here.
fn ascii(subject: &str) -> String {
    subject.chars().filter(char::is_ascii).collect()
}

async fn with_a_key_in_the_address_no_subject_carries_a_tag(database: Database) {
    let story = Story::begin_with(database, |config| config.service.plus_addressing = true).await;
    story.receive(SILL_MAIL).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    assert!(!Story::read_mail(&receipt).lines().next().unwrap().contains('['));
}

async fn a_bare_reference_serves_whoever_is_inside(database: Database) {
    let (story, _) = answered(database, "Voici.").await;
    let reference = story.ticket().await.ticket.reference;
    story.receive(&loose(INGRID, &format!("Ma demande {reference}"), "", "Avez-vous avancé ?")).await;
    assert_eq!(story.ticket().await.messages.len(), 2);
    let dashed =
        format!("Bonjour, dans ma demande {}-{}, il manque une pièce.", &reference[..4], &reference[4..]);
    story.receive(&loose(INGRID, "Une pièce", "", &dashed)).await;
    assert_eq!(story.ticket().await.messages.len(), 3);
    // Of anybody else it is only told.
    story
        .receive(&loose("eve@evil.example", &format!("Demande {reference}"), "", "Où en est le SILL ?"))
        .await;
    let rows = story.view(View::All).await;
    assert_eq!(rows.len(), 2);
    assert!(has(&file_of(&story, &rows[0].ticket.reference).await, EventKind::Related));
    assert_eq!(file_of(&story, &reference).await.messages.len(), 3);
}

async fn another_subject_stays_in_the_thread(database: Database) {
    let (story, answer) = answered(database, "Voici.").await;
    let reply = Story::reply_to(&answer, INGRID, "Autre point : comment publier notre code ?");
    story.receive(&reply.replace("Re: votre courriel", "Tout autre chose")).await;
    let file = story.ticket().await;
    assert_eq!((file.messages.len(), file.ticket.subject.as_str()), (2, "Référencement au SILL"));
}

async fn a_copied_person_joins_and_is_told_nothing(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&SILL_MAIL.replacen("Subject:", "Cc: chef@fjordarkiv.example\nSubject:", 1)).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    story.receive(&Story::reply_to(&receipt, "chef@fjordarkiv.example", "J’ajoute que c’est urgent.")).await;
    let file = story.ticket().await;
    let joined = file.events.iter().find(|event| event.kind == EventKind::Joined).unwrap();
    assert_eq!((joined.detail.as_str(), file.messages.len()), ("chef@fjordarkiv.example", 2));
    story.receive(&Story::reply_to(&receipt, "chef@fjordarkiv.example", "Toujours urgent.")).await;
    let file = story.ticket().await;
    assert_eq!(file.events.iter().filter(|event| event.kind == EventKind::Joined).count(), 1);
    // What was said before leaves for the requester alone, whatever the answer says.
    story.desk.answer(&story.seen(&file), "Voici la suite.", true).await.unwrap();
    story.settle().await;
    let answer = story.smtp.wait_for(2).await.remove(1);
    assert_eq!(answer.to, [INGRID]);
    assert_eq!(Story::header(&answer, "Cc"), "");
    let said = Story::read_mail(&answer);
    assert!(!said.contains("urgent") && !said.contains("archivage"), "nothing is quoted: {said}");
}

async fn thanks_bring_nothing_back(database: Database) {
    let (story, answer) = answered(database, "Voici la réponse.").await;
    let thanks = "Bonjour Camille,\n\nUn grand merci pour votre réponse, bonne journée !\n\nCordialement,\nIngrid Solberg";
    story.receive(&Story::reply_to(&answer, INGRID, thanks)).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Closed, 2));
    assert!(has(&file, EventKind::Thanked) && !has(&file, EventKind::Reopened));
    assert!(story.view(View::Todo).await.is_empty());
    // With a file it is more than thanks.
    let file =
        "MIME-Version: 1.0\nContent-Type: application/pdf; name=\"a.pdf\"\nContent-Disposition: attachment";
    let mail = Story::reply_to(&answer, INGRID, "Merci")
        .replace("MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8", file);
    story.receive(&mail).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
    story.balance().await;
}

async fn thanks_contest_no_refusal(database: Database) {
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    // Thanked for nothing yet, the refusal still leaves.
    let early = "From: maryvonne@ac-limoges.example\nTo: contact@code.gouv.fr\nSubject: Re: x\nMessage-ID: <m1@x.example>\n\
                 In-Reply-To: <t1@ac-limoges.example>\n\nMerci !\n";
    story.receive(early).await;
    story.pass(chrono::Duration::minutes(16)).await;
    let refusal = story.smtp.wait_for(1).await.remove(0);
    story
        .receive(&Story::reply_to(&refusal, "maryvonne@ac-limoges.example", "Merci de votre réponse."))
        .await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.ticket.contested), (Status::Refused, false));
    assert_eq!(file.messages.len(), 3);
}

async fn a_question_behind_thanks_brings_back(database: Database) {
    let (story, answer) = answered(database, "Voici la réponse.").await;
    for text in ["Merci ! Et pour le point 2 ?", "Merci, mais le lien est mort."] {
        story.receive(&Story::reply_to(&answer, INGRID, text)).await;
        let file = story.ticket().await;
        assert_eq!(file.ticket.status, Status::Open, "{text}");
        story.desk.close(&story.seen(&file)).await.unwrap();
    }
}

async fn an_acceptance_of_what_was_offered_brings_back(database: Database) {
    let (story, answer) = answered(database, "Voulez-vous que nous fassions suivre ?").await;
    story.receive(&Story::reply_to(&answer, INGRID, "D’accord, merci")).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
}

async fn a_question_that_names_what_was_answered_brings_back(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let asked = story.ticket().await;
    through(&story, Door::Sent, &answer(INGRID)).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
    let thread = "In-Reply-To: <c1@poste.code.gouv.fr>\n";
    let quoting = loose(
        INGRID,
        "Re: SILL",
        &format!("{thread}X-Original-Message-ID: <{SILL}>\n"),
        "Et pour une seconde fiche ?",
    );
    story.receive(&quoting).await;
    assert_eq!(file_of(&story, &asked.ticket.reference).await.ticket.status, Status::Open);
}

/// RFC 5322 section 3.6.4.
async fn an_answer_names_what_its_parent_answers(database: Database) {
    let story = Story::begin(database).await;
    let parent = "In-Reply-To: <parent-0@quatre.example>\nSubject:";
    story.receive(&SILL_MAIL.replacen("Subject:", parent, 1)).await;
    story.desk.answer(&story.seen(&story.ticket().await), "Voici.", true).await.unwrap();
    story.settle().await;
    for mail in story.smtp.wait_for(2).await {
        assert_eq!(Story::header(&mail, "In-Reply-To"), "<sill-1@fjordarkiv.example>");
        let line = "<parent-0@quatre.example> <sill-1@fjordarkiv.example>";
        assert_eq!(Story::header(&mail, "References"), line);
    }
}

async fn an_id_of_any_shape_is_named(database: Database) {
    let story = Story::begin(database).await;
    // Of a web form, and of an appliance.
    for id in ["20261126102200.ABCDEF0123", "un@deux@trois.example"] {
        let before = story.smtp.received().len();
        story
            .receive(
                &SILL_MAIL
                    .replacen("sill-1@fjordarkiv.example", id, 1)
                    .replace("ingrid@", &format!("{before}@")),
            )
            .await;
        let receipt = story.smtp.wait_for(before + 1).await.remove(before);
        for name in ["In-Reply-To", "References"] {
            assert_eq!(Story::header(&receipt, name), format!("<{id}>"), "{name}");
        }
    }
}
