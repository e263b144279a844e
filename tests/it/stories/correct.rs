//! What left, read by a parser that is not ours: every kind of mail of one conversation.

use chrono::Duration;
use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders as _};

use super::texts::{SILL_MAIL, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::smtp::Received;
use crate::support::story::Story;

on_both!(every_mail_reads_back_as_it_was_meant);

/// What holds of every mail.
fn sound(mail: &Received) -> Message<'_> {
    for line in mail.data.split_inclusive(|octet| *octet == b'\n') {
        assert!(line.len() <= 1_000 && line.ends_with(b"\r\n"), "{:?}", String::from_utf8_lossy(line));
    }
    let read = MessageParser::default().parse(&mail.data).unwrap();
    let head = mail.text();
    let head = head.split("\r\n\r\n").next().unwrap().to_lowercase();
    assert!(!head.contains("\r\nbcc:") && !head.contains("resent-"), "nobody is told of unseen: {head}");
    assert_eq!(head.matches("\r\nfrom:").count() + usize::from(head.starts_with("from:")), 1);
    let to: Vec<_> = read.to().unwrap().iter().filter_map(|one| one.address()).collect();
    assert_eq!(to, mail.to.iter().map(String::as_str).collect::<Vec<_>>(), "the envelope is what To says");
    assert_eq!(read.from().unwrap().first().unwrap().name(), Some("Mission logiciels libres"));
    assert!(read.date().is_some() && read.message_id().is_some());
    assert!(matches!(read.header("MIME-Version"), Some(HeaderValue::Text(version)) if version == "1.0"));
    let language = read
        .content_language()
        .as_text_list()
        .map(|list| list.join(","))
        .or_else(|| read.content_language().as_text().map(str::to_owned));
    assert_eq!(language.as_deref(), Some("fr"));
    let text = read.body_text(0).unwrap();
    let html = read.body_html(0).unwrap();
    assert!(text.contains("Bonjour") && html.contains("Bonjour") && html.contains("<p>"), "both parts");
    assert_eq!((read.text_body_count(), read.html_body_count()), (1, 1));
    read
}

fn references<'a>(read: &'a Message<'_>) -> Vec<&'a str> {
    match read.references() {
        HeaderValue::TextList(ids) => ids.iter().map(AsRef::as_ref).collect(),
        HeaderValue::Text(id) => vec![id.as_ref()],
        _ => Vec::new(),
    }
}

async fn every_mail_reads_back_as_it_was_meant(database: Database) {
    let story = Story::begin(database).await;
    story
        .receive(&SILL_MAIL.replace("MIME-Version", "References: <r0@fjordarkiv.example>\nMIME-Version"))
        .await;
    let file = story.ticket().await;
    let text = format!("Bonjour,\n\nVoici : **été**.\n\n{}\n.\nFrom nous", "x".repeat(1_200));
    story.desk.answer(&story.seen(&file), &text, false).await.unwrap();
    story.settle().await;
    let file = story.ticket().await;
    story.desk.hand_over(&story.seen(&file), "coordination@ministere.example", "").await.unwrap();
    story.receive(&training_mail("t1")).await;
    story.pass(Duration::minutes(16)).await;
    let mails = story.smtp.wait_for(5).await;
    let of = |mark: &str| mails.iter().find(|mail| mail.text().contains(mark)).unwrap();

    let receipt = sound(of("Precedence: bulk"));
    let subject = receipt.subject().unwrap();
    assert!(
        subject.starts_with("Re: Référencement au SILL"),
        "RFC 2047, and a signed tag behind it: {subject}"
    );
    assert_eq!(receipt.in_reply_to().as_text(), Some("sill-1@fjordarkiv.example"));
    assert_eq!(references(&receipt), ["r0@fjordarkiv.example", "sill-1@fjordarkiv.example"]);

    let refusal = sound(mails.iter().find(|mail| mail.to[0].starts_with("maryvonne")).unwrap());
    assert!(
        matches!(refusal.header("Auto-Submitted"), Some(HeaderValue::Text(said)) if said == "auto-replied")
    );

    let answer = mails
        .iter()
        .find(|mail| mail.to[0].starts_with("ingrid") && !mail.text().contains("Auto-Submitted"))
        .unwrap();
    let answer = sound(answer);
    assert!(answer.body_text(0).unwrap().replace("\r\n", "\n").contains("\n.\nFrom nous"), "no dot is lost");
    assert_eq!(references(&answer).last(), Some(&"sill-1@fjordarkiv.example"));

    let handed = sound(mails.iter().find(|mail| mail.to[0].starts_with("coordination")).unwrap());
    let original = handed.attachment(0).unwrap();
    assert_eq!(original.message().unwrap().message_id(), Some("sill-1@fjordarkiv.example"));
    assert!(
        handed.in_reply_to().as_text().is_none()
            && references(&handed).contains(&"sill-1@fjordarkiv.example")
    );
}
