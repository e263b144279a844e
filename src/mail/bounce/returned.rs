//! The mail that came back, as far as a report shows it: as a part, as its header, as lines of the text, or only by its
//! identifier in the report's own header. Gives its Message-ID and whom it was sent to.

use std::sync::LazyLock;

use regex::Regex;

use super::{Failed, is_status};
use crate::mail::address;
use crate::mail::fold::expression;
use crate::mail::header::{Field, Headers, ids};
use crate::mail::mime::{Part, Tree};

/// Octets of a part in which an identifier is looked for.
const PART_LIMIT: usize = 64 * 1024;

/// What is known of the returned mail.
#[derive(Debug, Default)]
pub(super) struct Returned {
    /// Without brackets.
    pub(super) message_id: Option<String>,
    /// Whom it went to: those named on the envelope by its `Received` fields, else `To` and `Cc`.
    pub(super) recipients: Vec<String>,
    /// The report that the returned mail is itself, if it is one.
    pub(super) inner: Option<Inner>,
}

/// A report inside a report.
#[derive(Debug)]
pub(super) struct Inner {
    /// Those who were not reached.
    pub(super) failed: Vec<Failed>,
    /// Message-ID of the mail that came back first.
    pub(super) message_id: Option<String>,
}

static MESSAGE_ID: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?im)^[>\s|*]*(?:(?:x-)?original-)?(?:the )?(?:message[- ]id|id(?:entifiant)? d[eu] message)(?:\s*:|\s+(?:is|was)\s*:)\s*(<[^<>\r\n]+>|[^\s<>]+@[^\s<>]+)",
    )
});
/// A `Received` field names the address it was for.
static FOR: LazyLock<Regex> = LazyLock::new(|| expression(r"(?i)\bfor\s+<?([^\s<>;,()]+@[^\s<>;,()]+)"));
static TO_LINE: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(?i)^[>\s|*]*(?:to|a|à|an|para|destinataire)\*?[\s\u{a0}]*:\s*(.*@.*)$"));

/// Reads what a report shows of the returned mail.
pub(super) fn read(tree: &Tree<'_>, text: &str) -> Returned {
    let mut returned = Returned::default();
    for part in tree.0.iter().skip(1).filter(|part| is_copy(part)) {
        copy(&part.bytes(), &mut returned);
    }
    let headers = &tree.root().headers;
    let mut found = |id: Option<String>| {
        if returned.message_id.is_none() {
            returned.message_id = id;
        }
    };
    found(id_in(text));
    for part in tree.0.iter().skip(1).filter(|part| part.children.is_empty() && !is_copy(part)) {
        if is_status(part) || part.media == "text/plain" || part.is_kind("message") {
            let bytes = part.bytes();
            found(id_in(&String::from_utf8_lossy(&bytes[..bytes.len().min(PART_LIMIT)])));
        }
    }
    for name in ["x-original-message-id", "original-message-id", "in-reply-to", "references"] {
        found(headers.raw(name).and_then(|value| ids(&value).into_iter().next_back()));
    }
    if returned.recipients.is_empty() {
        returned.recipients = to_lines(text);
    }
    returned
}

fn is_copy(part: &Part<'_>) -> bool {
    matches!(
        part.media.as_str(),
        "message/rfc822"
            | "message/global"
            | "text/rfc822-headers"
            | "message/rfc822-headers"
            | "message/global-headers"
            | "message/rfc822-header"
            | "text/rfc822-header"
            | "message/partial"
    )
}

/// What a copy of the mail tells.
fn copy(bytes: &[u8], returned: &mut Returned) {
    let start = bytes.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(bytes.len());
    let bytes = &bytes[start..];
    plain_copy(bytes, returned);
    let kind = Headers::read(bytes).0.raw("content-type").unwrap_or_default().to_ascii_lowercase();
    if returned.inner.is_none() && kind.contains("delivery-status") {
        let tree = Tree::read(bytes);
        let mut first = Returned::default();
        for part in tree.0.iter().skip(1).filter(|part| is_copy(part)) {
            plain_copy(&part.bytes(), &mut first);
        }
        let failed = super::told(&tree, "").failed;
        returned.inner = Some(Inner { failed, message_id: first.message_id });
    }
}

fn plain_copy(bytes: &[u8], returned: &mut Returned) {
    let (headers, _) = Headers::read(bytes);
    if returned.message_id.is_none() {
        let field = headers.raw("message-id").and_then(|value| ids(&value).into_iter().next());
        let head = &bytes[..bytes.len().min(PART_LIMIT)];
        returned.message_id = field.or_else(|| id_in(&String::from_utf8_lossy(head)));
    }
    if !returned.recipients.is_empty() {
        return;
    }
    let lists =
        ["to", "cc"].into_iter().flat_map(|name| headers.all(name).map(Field::text).collect::<Vec<_>>());
    let named: Vec<String> =
        lists.flat_map(|list| address::list(&list)).map(|mailbox| mailbox.address).collect();
    add(&mut returned.recipients, named);
    if returned.recipients.is_empty() {
        let traces = headers.all("received").map(Field::text);
        let named: Vec<String> =
            traces.filter_map(|trace| FOR.captures(&trace).map(|found| address::clean(&found[1]))).collect();
        add(&mut returned.recipients, named);
    }
}

/// Whom lines like `To: x@y` name, where the returned mail stands in the text.
fn to_lines(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().take(super::legacy::LINE_LIMIT) {
        if let Some(to) = TO_LINE.captures(&line[..line.floor_char_boundary(2000)]) {
            add(&mut found, address::list(&to[1]).into_iter().map(|mailbox| mailbox.address).collect());
        }
    }
    found
}

fn add(list: &mut Vec<String>, more: Vec<String>) {
    for one in more {
        let known = list.iter().any(|other: &String| other.eq_ignore_ascii_case(&one));
        if !known && !one.is_empty() && list.len() < super::RECIPIENT_LIMIT {
            list.push(one);
        }
    }
}

/// The first identifier that stands in a text as a header field.
fn id_in(text: &str) -> Option<String> {
    MESSAGE_ID.captures(text).and_then(|found| ids(&found[1]).into_iter().next())
}
