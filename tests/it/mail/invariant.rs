//! What holds for every octet string, whatever it is read as. One statement for the made-up mail of the tests, for the
//! properties and for the fuzz targets (`fuzz/`).

use guichet::mail::parse::{self, Own, Parsed};
use guichet::mail::{Kind, quote};
use guichet::message::Envelope;

/// The service as the checks know it.
fn own() -> Own {
    Own {
        addresses: vec!["contact@code.gouv.fr".to_owned(), "floss@numerique.gouv.fr".to_owned()],
        domain: "code.gouv.fr".to_owned(),
        authserv_id: None,
        trusted_forwarders: Vec::new(),
    }
}

/// Reads a mail of which the door knows nothing but the octets.
pub(crate) fn read(raw: &[u8]) -> Parsed {
    parse::read(raw, &Envelope::default(), &own())
}

/// A mail is read: the text, its new ranges, the subject, the names and the octets of its attachments fit together.
pub(crate) fn parse(raw: &[u8]) {
    let parsed = read(raw);
    let message = &parsed.message;
    divided(&message.body, &message.fresh);
    assert!(!message.subject.contains(char::is_control), "{:?}", message.subject);
    assert!(!message.from_name.contains(char::is_control), "{:?}", message.from_name);
    // PostgreSQL keeps no octet of zero in a text.
    let kept = serde_json::to_string(message).expect("a message is written as JSON");
    assert!(!kept.contains("\\u0000"), "{kept}");
    let senders = [message.from_email.as_str()].into_iter().chain(message.reply_to.as_deref());
    for address in senders.chain(message.to.iter().chain(&message.cc).map(String::as_str)) {
        let usable = address.is_empty() || address.contains('@');
        assert!(usable && !address.contains(|c: char| c.is_whitespace() || c.is_control()), "{address:?}");
    }
    for id in message.message_id.iter().chain(&message.in_reply_to).chain(&message.references) {
        assert!(!id.contains(['<', '>', '\n', '\r']) && !id.is_empty(), "{id:?}");
    }
    for attachment in &message.attachments {
        let bytes = parse::attachment(raw, attachment.part).expect("an attachment that was listed");
        assert_eq!(bytes.len(), attachment.size, "{}", attachment.name);
        let name = &attachment.name;
        assert!(!name.is_empty() && !name.contains(['/', '\\', '\n', '\r', '\0']), "{name:?}");
    }
}

/// A body is divided; and what somebody writes above it in a paragraph of its own stays new.
pub(crate) fn quote(body: &str) {
    divided(body, &quote::fresh("", body));
    let above = "Pouvons-nous publier ce code sous la licence que vous nous avez proposée au printemps ?\n\n";
    let answer = format!("{above}{body}");
    let fresh = quote::fresh("Re: licence", &answer);
    divided(&answer, &fresh);
    assert!(fresh[0].start == 0 && fresh[0].end >= above.trim_end().len(), "{fresh:?}");
}

/// The ranges of new text lie in the text in order, on line bounds, and there are some unless there is no text.
fn divided(body: &str, fresh: &[std::ops::Range<usize>]) {
    let mut end = 0;
    for range in fresh {
        assert!(range.start >= end && range.end <= body.len() && !range.is_empty(), "{range:?}");
        for bound in [range.start, range.end] {
            let on_line = bound == 0 || bound == body.len() || body.as_bytes()[bound - 1] == b'\n';
            assert!(on_line, "{range:?} cuts a line");
        }
        end = range.end;
    }
    assert_eq!(fresh.is_empty(), body.is_empty());
}

/// Nothing in a mail undoes a header that forbids an automatic answer, nor gives one to a null sender.
pub(crate) fn automatic(raw: &[u8]) {
    let parsed = read(raw);
    assert_eq!(parsed.automatic.allowed, parsed.automatic.reason == "ok");
    if let Some(address) = &parsed.answer_address {
        let no_own = parsed.automatic.allowed && own().is_own(address);
        assert!(address.contains('@') && !no_own, "{address}");
    }
    for ban in ["Auto-Submitted: auto-replied", "Precedence: bulk", "List-Id: <l.x>", "Return-Path: <>"] {
        let mail = [ban.as_bytes(), b"\nX-Next: x\n", raw].concat();
        assert!(!read(&mail).automatic.allowed, "{ban}");
    }
    let null = Envelope { from: Some(String::new()), ..Envelope::default() };
    let parsed = parse::read(raw, &null, &own());
    assert_eq!(parsed.automatic.reason, "null-sender");
}

/// What a report says fits together: addresses that are some, each once, codes of failure, an id without brackets.
pub(crate) fn bounce(raw: &[u8]) {
    let daemon = b"Return-Path: <>\nFrom: MAILER-DAEMON@ville.example\nX-Next: x\n";
    for mail in [raw.to_vec(), [daemon, raw].concat()] {
        let parsed = read(&mail);
        let mut seen = std::collections::HashSet::new();
        for failed in &parsed.bounced {
            let address = &failed.recipient;
            assert!(address.contains('@') && !address.contains(char::is_whitespace), "{address:?}");
            assert!(seen.insert(address.to_lowercase()), "{address} twice");
            assert!(failed.status.as_ref().is_none_or(|code| !code.starts_with('2')), "{failed:?}");
            let words = failed.diagnostic.as_deref().unwrap_or_default();
            assert!(!words.contains(['\n', '\r']), "{words:?}");
        }
        let bounce = parsed.kind == Kind::Bounce;
        assert!(bounce || (parsed.bounced.is_empty() && parsed.original_message_id.is_none()));
        assert!(parsed.original_message_id.is_none_or(|id| !id.is_empty() && !id.contains(['<', '>', '\n'])));
    }
}
