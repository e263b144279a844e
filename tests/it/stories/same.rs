//! One mail by several doors is one message, whatever was added to it on the way; another text is another mail.

use guichet::message::{Door, Envelope};
use guichet::store::{View, new_id};
use guichet::ticket::Status;

use super::sent::{INGRID, TEXT, US, written};
use super::texts::{SILL_MAIL, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::story::{CONTACT, Story};

on_both!(
    what_a_path_adds_does_not_count,
    a_list_that_writes_in_its_own_name_doubles_nothing,
    another_text_under_the_same_id_is_kept,
    a_word_of_notices_makes_no_notice,
    another_text_under_an_answered_id_is_seen,
    without_an_id_the_content_tells,
);

fn dated() -> String {
    training_mail("d1").replacen("MIME-Version", "Date: Thu, 26 Nov 2026 08:00:00 +0100\nMIME-Version", 1)
}

async fn through(story: &Story, door: Door, mail: &str) {
    let raw = mail.replace('\n', "\r\n").into_bytes();
    let envelope = Envelope { to: vec![CONTACT.to_owned()], ..Envelope::default() };
    story.desk.accept(door, &format!("{}:{}", door.code(), new_id()), envelope, raw).await.unwrap();
    story.settle().await;
}

async fn what_a_path_adds_does_not_count(database: Database) {
    let story = Story::begin(database).await;
    let mail = dated();
    through(&story, Door::Pipe, &mail).await;
    let trace = "Received: from a.example by b.example; Thu, 26 Nov 2026 08:00:01 +0100\nDKIM-Signature: v=1; b=x\n\
                 X-Spam-Status: No, score=0\nARC-Seal: i=1; d=x\n";
    let folded = mail.replace("Subject: Formation LibreOffice", "Subject: [EXT]\n Formation\n LibreOffice");
    let foot = "\n\nCe message et ses pièces jointes sont confidentiels et réservés à leurs destinataires.\n";
    let banner = mail.replacen("\n\nBonjour,", "\n\nCourriel externe : soyez prudents.\n\nBonjour,", 1);
    for (door, copy) in [
        (Door::Lmtp, format!("{trace}{mail}")),
        (Door::Imap, format!("{trace}{folded}")),
        (Door::Archive, mail.clone()),
        (Door::Imap, format!("{mail}{foot}")),
        (Door::Lmtp, banner),
        (Door::Lmtp, mail.replace("organiser une formation", "organiser\nune\u{a0}formation")),
    ] {
        through(&story, door, &copy).await;
        story.ticket().await;
    }
    assert_eq!(story.ticket().await.messages.len(), 1);
    story.balance().await;
}

async fn a_list_that_writes_in_its_own_name_doubles_nothing(database: Database) {
    let story = Story::begin(database).await;
    let mail = dated();
    through(&story, Door::Pipe, &mail).await;
    let listed = mail
        .replacen(
            "From: Maryvonne Quintard <maryvonne@ac-limoges.example>",
            "From: Maryvonne via liste <liste@reseau.example>\nReply-To: maryvonne@ac-limoges.example\n\
             List-Id: <liste.reseau.example>",
            1,
        )
        .replace("Subject: ", "Subject: [liste] ");
    through(&story, Door::Pipe, &format!("{listed}\n_____\nListe de diffusion du réseau\n")).await;
    assert_eq!(story.view(View::All).await.len(), 1);
    // Somebody else's copy of it, sent in their name, takes nobody's place.
    let taken = mail.replacen("maryvonne@ac-limoges.example", "eve@evil.example", 1);
    through(&story, Door::Pipe, &taken).await;
    assert_eq!(story.view(View::All).await.len(), 2);
}

async fn another_text_under_the_same_id_is_kept(database: Database) {
    let story = Story::begin(database).await;
    let mail = dated();
    through(&story, Door::Pipe, &mail).await;
    through(&story, Door::Pipe, &format!("{mail}\nPS : il nous faudrait aussi une aide sur les licences.\n"))
        .await;
    through(&story, Door::Pipe, &mail.replace("quinzaine", "vingtaine")).await;
    assert_eq!(story.view(View::All).await.len(), 3);
    story.balance().await;
}

async fn a_word_of_notices_makes_no_notice(database: Database) {
    let story = Story::begin(database).await;
    let mail = dated();
    through(&story, Door::Pipe, &mail).await;
    for (n, more) in [
        "Notre prestataire externe menace de nous couper demain, rappelez Paul au 06 11 22 33 44.",
        "Le devis confidentiel est dans la pièce jointe.",
        "-----\nLe virus a détruit la liste.",
    ]
    .into_iter()
    .enumerate()
    {
        through(&story, Door::Lmtp, &format!("{mail}\n{more}\n")).await;
        assert_eq!(story.view(View::All).await.len(), n + 2, "{more}");
    }
    story.balance().await;
}

async fn another_text_under_an_answered_id_is_seen(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    let further = Story::reply_to(&receipt, INGRID, "Et pour une seconde fiche, comment faire ?");
    story.receive(&further).await;
    let id =
        further.lines().find_map(|line| line.strip_prefix("Message-ID: <")).unwrap().trim_end_matches('>');
    story.clock.advance(chrono::Duration::minutes(5));
    super::sent::through(&story, Door::Sent, &written("c1", US, INGRID, id, TEXT)).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
    // The same mail once more changes nothing; another text does, whatever it is called.
    through(&story, Door::Imap, &further).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Closed);
    through(&story, Door::Imap, &format!("{further}\nLe prestataire externe attend la pièce jointe.\n"))
        .await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Open, 4));
    // Where no thread leads to the ticket, it opens one.
    let other = "Notre fiche est jointe. Le prestataire externe attend la pièce jointe.";
    through(&story, Door::Imap, &SILL_MAIL.replacen("Notre fiche est jointe.", other, 1)).await;
    assert_eq!(story.view(View::Todo).await.len(), 2);
    story.balance().await;
}

async fn without_an_id_the_content_tells(database: Database) {
    let story = Story::begin(database).await;
    let mail = dated().replace("Message-ID: <d1@ac-limoges.example>\n", "");
    through(&story, Door::Pipe, &mail).await;
    through(&story, Door::Imap, &format!("Received: from a by b; x\n{mail}")).await;
    assert_eq!(story.view(View::All).await.len(), 1);
    let later = mail.replace("08:00:00", "09:00:00");
    through(&story, Door::Imap, &later).await;
    assert_eq!(story.view(View::All).await.len(), 2, "written twice, it is meant twice");
    assert!(story.view(View::All).await.iter().all(|row| row.ticket.status != Status::SetAside));
}
