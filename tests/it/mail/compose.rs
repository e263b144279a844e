//! Letters as they are written, read back by our own reader and by mail-parser, which knows nothing of it.

use chrono::{DateTime, Utc};
use guichet::mail::Kind;
use guichet::mail::compose::{
    Address, AutoSubmitted, ComposeError, Enclosure, HeaderText, Letter, compose, reply_subject,
};
use guichet::mail::parse::{self, Own};
use guichet::message::{Envelope, Lang};
use mail_parser::{MessageParser, MimeHeaders as _};

fn letter() -> Letter {
    Letter {
        to: Address::new("marie.dupont@ville.example").unwrap(),
        to_name: HeaderText::new("Marie Dupont, adjointe (Été)"),
        cc: vec![],
        reply_to: vec![(
            HeaderText::new("Mission logiciels libres"),
            Address::new("contact+r-abcd2345-0123456789abcdef@code.gouv.fr").unwrap(),
        )],
        from: Address::new("contact@code.gouv.fr").unwrap(),
        from_name: HeaderText::new("Mission logiciels libres"),
        subject: reply_subject("RE : Publication de l’outil « Délibérations » – quelle licence ?"),
        text: "Bonjour,\n\nÀ bientôt.\n.\nFrom here\n".to_owned(),
        html: Some("<p>Bonjour,</p><p>À bientôt.</p>".to_owned()),
        message_id: "abcd2345.entry.0123456789abcdef@code.gouv.fr".to_owned(),
        in_reply_to: Some("q1@ville.example".to_owned()),
        references: vec!["q0@ville.example".to_owned()],
        automatic: Some(AutoSubmitted::Acknowledged),
        lang: Lang::Fr,
        date: DateTime::<Utc>::from_timestamp(1_772_442_840, 0).unwrap(),
        enclosures: Vec::new(),
    }
}

/// The header block, unfolded.
fn head(raw: &[u8]) -> String {
    let text = String::from_utf8(raw.to_vec()).unwrap();
    text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ")
}

fn lines_are_sound(raw: &[u8]) {
    for line in raw.split(|b| *b == b'\n') {
        assert!(line.len() <= 999, "a line of {} octets", line.len());
        assert!(line.is_empty() || line.ends_with(b"\r") || raw.ends_with(line), "a bare LF");
    }
}

#[test]
fn an_automatic_answer_carries_every_mark() {
    let raw = compose(&letter()).unwrap();
    lines_are_sound(&raw);
    let head = head(&raw);
    for line in [
        "MIME-Version: 1.0",
        "Date: Mon, 02 Mar 2026 09:14:00 +0000",
        "Message-ID: <abcd2345.entry.0123456789abcdef@code.gouv.fr>",
        "In-Reply-To: <q1@ville.example>",
        "References: <q0@ville.example> <q1@ville.example>",
        "Auto-Submitted: auto-replied",
        "X-Auto-Response-Suppress: All",
        "X-Loop: contact@code.gouv.fr",
        "Precedence: bulk",
        "Content-Language: fr",
    ] {
        assert!(head.lines().any(|l| l == line), "{line} is missing in\n{head}");
    }
    assert!(raw.is_ascii());
}

#[test]
fn a_letter_reads_back_as_it_was_meant() {
    let raw = compose(&letter()).unwrap();
    let back = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(back.subject(), Some("Re: Publication de l’outil « Délibérations » – quelle licence ?"));
    let to = back.to().unwrap().first().unwrap();
    assert_eq!(
        (to.name(), to.address()),
        (Some("Marie Dupont, adjointe (Été)"), Some("marie.dupont@ville.example"))
    );
    assert_eq!(
        back.body_text(0).unwrap().replace("\r\n", "\n").trim_end(),
        "Bonjour,\n\nÀ bientôt.\n.\nFrom here"
    );
    assert_eq!(back.body_html(0).unwrap().trim_end(), "<p>Bonjour,</p><p>À bientôt.</p>");
    assert!(back.root_part().content_type().unwrap().subtype() == Some("alternative"));
}

#[test]
fn a_persons_mail_carries_no_mark_of_a_machine() {
    let raw = compose(&Letter { automatic: None, ..letter() }).unwrap();
    let head = head(&raw).to_lowercase();
    for name in ["auto-submitted", "x-auto-response-suppress", "x-loop", "precedence", "list-"] {
        assert!(!head.contains(name), "{name}");
    }
}

#[test]
fn an_international_address_stands_in_the_header_as_it_is() {
    // RFC 6532: such a header is UTF-8; the mailer asks for SMTPUTF8, or refuses where there is none.
    let raw = compose(&Letter { to: Address::new("léa@exemple.example").unwrap(), ..letter() }).unwrap();
    lines_are_sound(&raw);
    assert!(String::from_utf8(raw.clone()).unwrap().contains("<léa@exemple.example>"));
    let back = MessageParser::default().parse(&raw).unwrap();
    let to = back.to().unwrap().first().unwrap();
    assert_eq!(
        (to.address(), to.name()),
        (Some("léa@exemple.example"), Some("Marie Dupont, adjointe (Été)"))
    );
}

#[test]
fn only_a_receipt_is_bulk() {
    let raw = compose(&Letter { automatic: Some(AutoSubmitted::Replied), ..letter() }).unwrap();
    assert!(head(&raw).contains("Auto-Submitted: auto-replied"));
    assert!(!head(&raw).contains("Precedence"));
    let raw = compose(&Letter { automatic: Some(AutoSubmitted::Generated), ..letter() }).unwrap();
    assert!(head(&raw).contains("Auto-Submitted: auto-generated"));
    assert!(!head(&raw).contains("Precedence"));
}

#[test]
fn our_own_mail_that_comes_back_is_never_answered() {
    let own = Own {
        addresses: vec!["contact@code.gouv.fr".to_owned()],
        domain: "code.gouv.fr".to_owned(),
        authserv_id: None,
        trusted_forwarders: Vec::new(),
    };
    let parsed = parse::read(&compose(&letter()).unwrap(), &Envelope::default(), &own);
    assert_eq!((parsed.kind, parsed.automatic.allowed), (Kind::AutoReply, false));
    assert_eq!(parsed.automatic.reason, "own-address");
    // A list or a robot that sends it back under another name.
    let text = String::from_utf8(compose(&Letter { automatic: None, ..letter() }).unwrap()).unwrap();
    let foreign = text.replace("<contact@code.gouv.fr>", "<x@ville.example>").replace("contact+r-", "x+");
    let parsed = parse::read(foreign.as_bytes(), &Envelope::default(), &own);
    assert_eq!(parsed.automatic.reason, "own-message-id");
}

#[test]
fn nothing_typed_reaches_the_headers_as_a_header() {
    let attack = "Licence\r\nBcc: victime@ville.example\r\n\r\nTexte\u{2028}\u{85}\0\u{202e}";
    let raw = compose(&Letter {
        subject: HeaderText::new(attack),
        to_name: HeaderText::new(attack),
        from_name: HeaderText::new("x\" <pirate@ville.example>\nBcc: y"),
        references: vec!["a@b>\r\nBcc: victime@ville.example".to_owned(), "ok@ville.example".to_owned()],
        in_reply_to: Some("é@b".to_owned()),
        ..letter()
    })
    .unwrap();
    lines_are_sound(&raw);
    let back = MessageParser::default().parse(&raw).unwrap();
    assert!(back.bcc().is_none());
    assert_eq!(back.to().unwrap().iter().count(), 1);
    assert_eq!(back.from().unwrap().first().unwrap().address(), Some("contact@code.gouv.fr"));
    assert!(head(&raw).contains("References: <ok@ville.example>\r\n"));
    assert!(!head(&raw).contains("In-Reply-To"));
    assert_eq!(back.headers().iter().filter(|h| h.name() == "Subject").count(), 1);
}

#[test]
fn a_message_id_that_cannot_stand_in_a_header_is_refused() {
    for id in ["", "x", "a@b@c", "a b@c", "a>@b", "a@b\r\nBcc: x"] {
        let refused = compose(&Letter { message_id: id.to_owned(), ..letter() });
        assert!(matches!(refused, Err(ComposeError::MessageId)), "{id:?}");
    }
}

#[test]
fn long_threads_and_subjects_stay_within_the_limits() {
    let references = (0..300).map(|n| format!("{n}.{}@ville.example", "x".repeat(60))).collect();
    let raw =
        compose(&Letter { references, subject: HeaderText::new(&"é".repeat(1200)), ..letter() }).unwrap();
    lines_are_sound(&raw);
    let head = head(&raw);
    let references = head.lines().find(|line| line.starts_with("References:")).unwrap();
    assert_eq!(references.matches('<').count(), 21);
    assert!(references.starts_with("References: <0.x") && references.ends_with("<q1@ville.example>"));
    let long = compose(&Letter { text: "x".repeat(5000), ..letter() }).unwrap();
    lines_are_sound(&long);
}

#[test]
fn a_handed_over_mail_is_attached_as_it_came() {
    let original = b"From: p@ville.example\nSubject: Demande\nContent-Type: text/plain; charset=utf-8\n\nQuelle licence ? \xc3\xa9\n";
    let raw = compose(&Letter {
        enclosures: vec![Enclosure::Mail(original.to_vec())],
        automatic: None,
        ..letter()
    })
    .unwrap();
    lines_are_sound(&raw);
    let back = MessageParser::default().parse(&raw).unwrap();
    let inner = back.attachment(0).unwrap();
    assert_eq!(inner.message().unwrap().subject(), Some("Demande"));
    assert_eq!(inner.message().unwrap().body_text(0).unwrap().trim_end(), "Quelle licence ? é");
    // What no line can carry goes as a file.
    let raw = compose(&Letter { enclosures: vec![Enclosure::Mail(vec![b'x'; 3000])], ..letter() }).unwrap();
    lines_are_sound(&raw);
    let back = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(back.attachment(0).unwrap().attachment_name(), Some("message.eml"));
    assert_eq!(back.attachment(0).unwrap().contents().len(), 3000);
}

#[test]
fn files_go_with_a_mail_under_their_names() {
    let file = |name: &str, content_type: &str| Enclosure::File {
        name: name.to_owned(),
        content_type: content_type.to_owned(),
        bytes: b"%PDF-1.7".to_vec(),
    };
    let enclosures =
        vec![file("../Été\r\nBcc: x@y.example.pdf", "application/pdf"), file("b", "message/rfc822")];
    let raw = compose(&Letter { enclosures, ..letter() }).unwrap();
    assert!(!head(&raw).contains("Bcc"));
    let parsed = parse::read(&raw, &Envelope::default(), &Own::default());
    let named: Vec<_> =
        parsed.message.attachments.iter().map(|a| (a.name.as_str(), a.content_type.as_str())).collect();
    assert_eq!(named, [("ÉtéBcc: x@y.example.pdf", "application/pdf"), ("b", "application/octet-stream")]);
    let back = MessageParser::default().parse(&raw).unwrap();
    let name = back.attachment(0).unwrap().attachment_name();
    assert_eq!(name, Some("ÉtéBcc: x@y.example.pdf"), "RFC 2231, read by another");
    let part = parsed.message.attachments[0].part;
    assert_eq!(parse::attachment(&raw, part).as_deref(), Some(&b"%PDF-1.7"[..]));
}
