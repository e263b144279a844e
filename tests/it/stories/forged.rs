//! Mail that is not from whom it says, or that a filter of somebody else judged: it redirects no answer, lets nobody into
//! a thread, ends no mark and sets no request aside.

use guichet::store::View;
use guichet::ticket::Status;

use super::texts::{SILL_MAIL, report};
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    a_forged_reply_to_redirects_nothing,
    a_notice_lets_nobody_into_a_thread,
    a_forged_mail_ends_no_mark,
    somebody_elses_spam_filter_sets_nothing_aside,
    a_message_id_taken_by_a_stranger_steals_no_thread,
    our_own_addresses_open_nothing,
    an_octet_of_zero_parks_nothing,
);

const INGRID: &str = "ingrid@fjordarkiv.example";
const FORGED: &str =
    "Authentication-Results: mx.gouv.example; dmarc=fail header.from=fjordarkiv.example\nSubject:";

/// A service whose border checks senders.
async fn guarded(database: Database) -> Story {
    Story::begin_with(database, |config| config.mail.authserv_id = Some("mx.gouv.example".to_owned())).await
}

async fn a_forged_reply_to_redirects_nothing(database: Database) {
    let story = guarded(database).await;
    story.receive(SILL_MAIL).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    let reply = Story::reply_to(&receipt, INGRID, "Où en est-on ?");
    let redirecting = reply.replacen("Subject:", "Reply-To: ailleurs@evil.example\nSubject:", 1);
    story.receive(&redirecting.replacen("Subject:", FORGED, 1)).await;
    let notice = redirecting.replacen("Subject:", "Auto-Submitted: auto-replied\nSubject:", 1);
    story.receive_from("", &notice.replace("@client.example", "@autre.example")).await;
    let file = story.ticket().await;
    assert_eq!(file.messages.len(), 3);
    let to = story.desk.answer_address(&file.ticket, &file.messages);
    assert_eq!(to.as_deref(), Some(INGRID));
}

async fn a_notice_lets_nobody_into_a_thread(database: Database) {
    let story = guarded(database).await;
    story.receive(SILL_MAIL).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    for mark in ["Auto-Submitted: auto-replied\nSubject:", FORGED] {
        let mail = Story::reply_to(&receipt, INGRID, "x").replacen("Subject:", mark, 1);
        story.receive(&mail.replacen("Subject:", "Cc: eve@evil.example\nSubject:", 1)).await;
    }
    story.receive(&Story::reply_to(&receipt, "eve@evil.example", "Je prends la suite.")).await;
    assert_eq!(story.view(View::All).await.len(), 2, "a stranger has a ticket of their own");
}

async fn a_forged_mail_ends_no_mark(database: Database) {
    let story = guarded(database).await;
    story.receive(SILL_MAIL).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    let id = Story::header(&receipt, "Message-ID");
    story.receive_from("", &report(INGRID, "failed", "5.1.1", "550 5.1.1 User unknown", &id)).await;
    let marked = async || story.desk.store().address_mark(INGRID, story.clock.now()).await.unwrap().is_some();
    assert!(marked().await);
    for more in
        ["X-Auto-Response-Suppress: All\nSubject:", "X-Spam-Flag: YES\nSubject:", "List-Id: <l.x>\nSubject:"]
    {
        let mail = Story::reply_to(&receipt, INGRID, "Encore moi.").replacen("Subject:", FORGED, 1);
        story.receive(&mail.replacen("Subject:", more, 1)).await;
        assert!(marked().await, "{more}");
    }
    story.receive(&Story::reply_to(&receipt, INGRID, "C’est bien moi.")).await;
    assert!(!marked().await);
}

async fn somebody_elses_spam_filter_sets_nothing_aside(database: Database) {
    let story = guarded(database).await;
    let theirs = "Received: from out.org.example by mx.gouv.example; x\nX-Spam-Flag: YES\nReceived: from pc by \
                  out.org.example; x\nSubject:";
    let elsewhere = "Received: from out.org.example by mx.gouv.example; x\nReceived: from pc by out.org.example; x\n\
                     X-Spam-Flag: YES\nSubject:";
    story.receive(&SILL_MAIL.replacen("Subject:", elsewhere, 1)).await;
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
    // What stands above every foreign hop is the own border's word.
    let own = theirs.replace("Received: from pc by out.org.example; x\n", "");
    story.receive(&SILL_MAIL.replace("sill-1", "sill-2").replacen("Subject:", &own, 1)).await;
    assert_eq!(story.view(View::SetAside).await.len(), 1);
}

async fn a_message_id_taken_by_a_stranger_steals_no_thread(database: Database) {
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let mail = |from: &str, id: &str, text: &str| {
        format!(
            "From: {from}\nTo: contact@code.gouv.fr\nSubject: Re: SILL\nMessage-ID: {id}\n\
             In-Reply-To: <sill-1@fjordarkiv.example>\n\n{text}\n"
        )
    };
    let taken = mail("eve@evil.example", "<sill-1@fjordarkiv.example>", "Comment utiliser le SILL ?");
    story.receive(&taken.replace("In-Reply-To: <sill-1@fjordarkiv.example>\n", "")).await;
    story.receive(&mail(INGRID, "<sill-9@fjordarkiv.example>", "Un complément.")).await;
    let rows = story.view(View::All).await;
    assert_eq!(rows.len(), 2);
    let hers = rows.iter().find(|row| row.ticket.requester_email == INGRID).unwrap();
    let file = story.desk.store().ticket_file(&hers.ticket.reference).await.unwrap().unwrap();
    assert_eq!(file.messages.len(), 2, "the complement is on the request it completes");
}

async fn our_own_addresses_open_nothing(database: Database) {
    let story = Story::begin(database).await;
    let mail = |from: &str, head: &str| {
        format!(
            "From: {from}\nTo: contact@code.gouv.fr\n{head}Subject: Le SILL\nMessage-ID: <o{}@x.example>\n\n\
             Comment référencer notre solution dans le SILL ?\n",
            guichet::store::new_id()
        )
    };
    story.receive(&mail("floss@numerique.gouv.fr", "")).await;
    story.receive(&mail("marie@ville.example", "X-Loop: contact@code.gouv.fr\n")).await;
    assert!(story.view(View::Todo).await.is_empty());
    assert_eq!(story.view(View::SetAside).await.len(), 2);

    // A copy of our own answer, on the thread: shown, and nothing reopens.
    story.receive(SILL_MAIL).await;
    let receipt = story.smtp.wait_for(1).await.remove(0);
    let row = story.view(View::Todo).await.remove(0);
    let file = story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap();
    story.desk.close(&story.seen(&file)).await.unwrap();
    story
        .receive(&Story::reply_to(&receipt, "contact@code.gouv.fr", "Nous avons répondu par ailleurs."))
        .await;
    let file = story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap();
    assert_eq!((file.ticket.status, file.messages.len()), (Status::Closed, 2));
}

async fn an_octet_of_zero_parks_nothing(database: Database) {
    let story = Story::begin(database).await;
    let mail = SILL_MAIL.replace("sill-1", "si\0ll").replace("application/pdf", "application/p\0df");
    let mail = mail.replacen("Subject:", "In-Reply-To: <a\0b@c>\nReferences: <d\0e@f>\nSubject:", 1);
    story.receive(&mail).await;
    assert!(story.desk.store().arrivals_parked().await.unwrap().is_empty());
    assert_eq!(story.ticket().await.ticket.status, Status::Open);
}
