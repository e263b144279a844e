//! What holds for every stream of octets that an LMTP client may send. One statement for the properties and for the fuzz
//! target (`fuzz/`).

use guichet::mail::lmtp::{Outcome, Refusal, Rules, Session, Want};
use guichet::mail::parse::Own;
use guichet::message::Envelope;

/// Octets of the largest message in these conversations.
pub(crate) const LARGEST: usize = 20_000;

/// What was said and given away in one conversation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) replies: String,
    pub(crate) messages: Vec<(Envelope, Vec<u8>)>,
    pub(crate) refusals: Vec<Refusal>,
}

/// The rules of these conversations: the service's own addresses, few recipients, small messages.
pub(crate) fn rules() -> Rules {
    let own = Own {
        addresses: vec!["contact@code.gouv.fr".to_owned(), "floss@numerique.gouv.fr".to_owned()],
        domain: "code.gouv.fr".to_owned(),
        authserv_id: None,
        trusted_forwarders: Vec::new(),
    };
    Rules::new("code.gouv.fr", Some(own), LARGEST, 5)
}

/// A whole conversation: the client says this in pieces of these sizes (the last one again and again), and goes away. Every
/// message is kept.
pub(crate) fn talk(said: &[u8], sizes: &[usize]) -> Heard {
    let mut session = Session::new(rules());
    let mut heard = Heard::default();
    let mut rest = said;
    let mut sizes = sizes.iter().copied();
    let mut size = usize::MAX;
    while !rest.is_empty() && !session.is_over() {
        size = sizes.next().unwrap_or(size).max(1);
        let (mut piece, after) = rest.split_at(size.min(rest.len()));
        rest = after;
        while !piece.is_empty() && !session.is_over() {
            let (used, want) = session.read(piece);
            assert!(used > 0, "it takes something or is over");
            piece = &piece[used..];
            if let Want::Keep(incoming) = want {
                heard.messages.push((incoming.envelope, incoming.raw));
                session.decided(&Outcome::Kept(format!("NUMBER{}", heard.messages.len())));
            }
        }
    }
    session.gone();
    heard.replies = String::from_utf8(session.replies()).expect("replies are ASCII");
    heard.refusals = session.refusals();
    heard
}

/// However a stream is cut, it is the same conversation; and what is said back is well formed.
pub(crate) fn conversation(said: &[u8], sizes: &[usize]) {
    let heard = talk(said, &[]);
    assert_eq!(heard, talk(said, &[1]), "octet by octet");
    assert_eq!(heard, talk(said, sizes), "in pieces of {sizes:?}");
    for line in heard.replies.split_terminator("\r\n") {
        let (code, text) = line.split_at(3);
        assert!(code.parse::<u16>().is_ok_and(|code| (200..600).contains(&code)), "{line}");
        assert!(text.starts_with([' ', '-']), "{line}");
        assert!(line.bytes().all(|octet| matches!(octet, b' '..=b'~')) && line.len() < 500, "{line}");
    }
    for (envelope, raw) in &heard.messages {
        assert!(raw.len() <= LARGEST && (1..=5).contains(&envelope.to.len()));
        assert!(raw.is_empty() || raw.ends_with(b"\r\n"), "a message ends with its last line");
        assert!(envelope.from.is_some());
    }
}

/// A message, read by its definition: what stands before the first CRLF.CRLF, the first dot of a line taken off.
pub(crate) fn by_definition(data: &[u8]) -> Option<Vec<u8>> {
    let all = [b"\r\n", data].concat();
    let end = all.windows(5).position(|window| window == b"\r\n.\r\n")?;
    let mut raw = Vec::new();
    let mut rest = &all[..end + 2];
    while let Some(at) = rest.windows(3).position(|window| window == b"\r\n.") {
        raw.extend_from_slice(&rest[..at + 2]);
        rest = &rest[at + 3..];
    }
    raw.extend_from_slice(rest);
    Some(raw.split_off(2))
}

/// Whatever stands in the data of a message, it is the message of its definition.
pub(crate) fn message(data: &[u8], sizes: &[usize]) {
    let opening = b"LHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<contact@code.gouv.fr>\r\nDATA\r\n";
    let said = [opening, data].concat();
    conversation(&said, sizes);
    let heard = talk(&said, sizes);
    match by_definition(data) {
        Some(raw) if raw.len() <= LARGEST => assert_eq!(heard.messages[0].1, raw),
        Some(_) => assert_eq!(heard.refusals[0], Refusal::TooLarge),
        None => assert_eq!(heard.refusals, [Refusal::Cut]),
    }
}
