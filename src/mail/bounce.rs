//! Delivery reports: RFC 3464 parts, `X-Failed-Recipients`, and the plain texts of mail servers that are older than the
//! standard or ignore it (qmail, Exim, Postfix, and whoever puts an address on a line of its own).

use std::sync::LazyLock;

use regex::Regex;

use super::address;
use super::automatic::is_robot;
use super::header::{Headers, ids};
use super::mime::Tree;
use crate::message::Message;

/// Recipients beyond this are not listed.
const RECIPIENT_LIMIT: usize = 200;
/// Lines of a plain report that are read.
const LINE_LIMIT: usize = 400;

/// A recipient that was not reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Failed {
    /// Its address.
    pub recipient: String,
    /// Enhanced status code (RFC 3463), such as `5.1.1`.
    pub status: Option<String>,
    /// What the remote server said, on one line; may hold the recipient's address.
    pub diagnostic: Option<String>,
}

/// What a report says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) failed: Vec<Failed>,
    /// Message-ID of the mail that did not arrive, without brackets.
    pub(super) original_message_id: Option<String>,
}

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("the expression is a constant that the tests compile")
}

/// What plain reports say; looked for only in mail from a machine.
static NOTICE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)qmail-send|created automatically by mail delivery|(?:could|can) ?not be delivered|not be delivered|undeliver|(?:was|were|wasn['’]t|not) delivered|delivery (?:has )?(?:failed|failure|status|to the following)|fail(?:ed|ure) (?:to deliver|notice)|returned mail|returned to sender|mail delivery|n['’](?:a|ont) pas pu être (?:remis|distribué|délivré|livré|envoyé|transmis)|échec de (?:la )?(?:remise|distribution|livraison)|non[ -]remis|non distribué|user unknown|retourné à l['’]expéditeur|did not reach|trouble delivering|error (?:sending|delivering)|unable to deliver|invalid (?:user|recipient|address)|no such user|mail failure|delivery errors?|returning message|could not send|unzustellbar|no se ha podido entregar",
    )
});
/// An address that opens a line, alone or before a colon.
static LINE_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^\s*(?:(?:[*•]|-{1,2})\s*)?(?:(?i:recipient|rcpt to|destinataire)\s*:\s*)?<?([^\s<>@:,;()]+@[^\s<>@:,;()]+\.[^\s<>@:,;()]*[^\s<>@:,;().])>?\s*(?:$|:|\(|\[|,|-\s|on\s)",
    )
});
/// An address between brackets or quotes anywhere, with a verdict on the same line.
static INNER_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    expression(r#"[<"'«(]\s?([^\s<>@:,;()"'«»]+@[^\s<>@:,;()"'«»]+\.[A-Za-z0-9-]+)\s?[>"'»)]"#)
});
/// An address anywhere on a line that speaks of a recipient or a failure.
static LOOSE_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)(?:deliver|recipient|rcpt|failed|error|unknown|reach|destinataire|adresse|address|remis|distribu).{0,200}?\b([a-z0-9][^\s<>@:,;()\[\]]*@[a-z0-9.-]+\.[a-z]{2,})",
    )
});
static STATUS: LazyLock<Regex> = LazyLock::new(|| expression(r"\b([245]\.\d{1,3}\.\d{1,3})\b"));
/// Where the returned mail begins.
static COPY: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)^\s*-{2,}.*(?:copy|original|headers|returned|undelivered|below|origine)|headers follow|^\s*-{3,}\s*$|^(?:return-path|received):|^(?:original message|message d['’]origine|en-têtes)",
    )
});
static MESSAGE_ID: LazyLock<Regex> = LazyLock::new(|| expression(r"(?im)^[>\s]*message-id:\s*(<[^<>\s]+>)"));

/// Reads a report out of a mail whose text is `message.body`. `machine` says that sender or envelope are a machine's.
pub(super) fn read(tree: &Tree<'_>, machine: bool, message: &Message) -> Option<Report> {
    let (subject, text) = (&message.subject, &message.body);
    let root = tree.root();
    let status = tree.0.iter().find(|p| p.media.ends_with("delivery-status"));
    let typed = root.media == "multipart/report"
        && root.param("report-type").is_some_and(|kind| kind.eq_ignore_ascii_case("delivery-status"));
    let header: Vec<Failed> =
        root.headers.all("x-failed-recipients").flat_map(|f| named(&f.text())).collect();
    let mut failed = status.map(|part| groups(&part.bytes())).unwrap_or_default();
    let plain = machine && (NOTICE.is_match(subject) || NOTICE.is_match(text));
    if status.is_none() && !typed && header.is_empty() && !plain {
        return None;
    }
    let silent = status.is_none_or(|part| !mentions_action(&part.bytes()));
    if failed.is_empty() && silent {
        failed = header;
        let listed = legacy(text, &message.to);
        if failed.is_empty() {
            failed = listed;
        } else {
            for one in &mut failed {
                if let Some(same) = listed.iter().find(|l| l.recipient.eq_ignore_ascii_case(&one.recipient)) {
                    *one = same.clone();
                }
            }
        }
    }
    Some(Report { failed, original_message_id: original(tree, text) })
}

fn named(value: &str) -> Vec<Failed> {
    let mailboxes = address::list(value).into_iter().filter(|m| !m.address.is_empty());
    mailboxes.map(|m| Failed { recipient: m.address, ..Failed::default() }).collect()
}

/// The per-recipient groups of a `message/delivery-status` (RFC 3464 section 2.3): those that failed.
fn groups(bytes: &[u8]) -> Vec<Failed> {
    let mut failed: Vec<Failed> = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() && failed.len() < RECIPIENT_LIMIT {
        let (fields, length) = Headers::read(rest);
        rest = &rest[length.max(1)..];
        let Some(recipient) = recipient(&fields) else { continue };
        let status = fields.token("status").filter(|code| STATUS.is_match(code));
        let diagnostic = fields.text("diagnostic-code").map(|text| without_type(&text).to_owned());
        let gone = match fields.token("action").as_deref() {
            Some("failed" | "expired" | "undeliverable") => true,
            None | Some("") => !status.as_deref().is_some_and(|code| code.starts_with(['2', '4'])),
            Some(_) => false,
        };
        if gone && !failed.iter().any(|f| f.recipient == recipient) {
            failed.push(Failed { recipient, status, diagnostic });
        }
    }
    failed
}

/// Whether a report names at least one recipient with what became of it; where not, its text is all there is.
fn mentions_action(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while !rest.is_empty() {
        let (fields, length) = Headers::read(rest);
        rest = &rest[length.max(1)..];
        if recipient(&fields).is_some() && fields.has("action") {
            return true;
        }
    }
    false
}

/// The address that the sender used, where the report tells it, else the one it ended at.
fn recipient(fields: &Headers<'_>) -> Option<String> {
    let names = ["final-recipient", "original-recipient", "x-actual-recipient"];
    let mut values = names.iter().filter_map(|name| fields.raw(name));
    values.find_map(|value| Some(address::clean(without_type(&value))).filter(|a| !a.is_empty()))
}

/// A value without the type before its semicolon (`rfc822; x@y`, `smtp; 550 no`).
fn without_type(value: &str) -> &str {
    value.split_once(';').map_or(value, |(_, rest)| rest).trim()
}

/// Recipients in a report for people, with what stands below each as the diagnostic. Those it is returned to are named
/// in it too, and count only where nobody else is.
fn legacy(text: &str, returned_to: &[String]) -> Vec<Failed> {
    let mut failed: Vec<Failed> = Vec::new();
    let (mut inner, mut loose): (Vec<Failed>, Vec<Failed>) = (Vec::new(), Vec::new());
    let lines: Vec<&str> = text.lines().take(LINE_LIMIT).collect();
    for (at, line) in lines.iter().enumerate() {
        if at > 2 && COPY.is_match(line) && !(failed.is_empty() && inner.is_empty()) {
            break;
        }
        let line = &line[..line.floor_char_boundary(1000)];
        if line.trim_start().get(..11).is_some_and(|start| start.eq_ignore_ascii_case("message-id:")) {
            continue;
        }
        let (into, found) = match LINE_ADDRESS.captures(line) {
            Some(found) => (&mut failed, found),
            None => match (INNER_ADDRESS.captures(line), LOOSE_ADDRESS.captures(line)) {
                (Some(found), _) => (&mut inner, found),
                (None, Some(found)) => (&mut loose, found),
                (None, None) => continue,
            },
        };
        let recipient = address::clean(&found[1]);
        // Machines sign with their own address.
        if recipient.is_empty()
            || is_robot(&recipient)
            || recipient.to_lowercase().starts_with("postmaster@")
            || into.len() >= RECIPIENT_LIMIT
            || into.iter().any(|f| f.recipient == recipient)
        {
            continue;
        }
        let reason = lines[at..].iter().take(4).take_while(|l| !l.trim().is_empty());
        let reason = crate::message::one_line(&reason.copied().collect::<Vec<_>>().join(" "), 500);
        let status = STATUS.captures(&reason).map(|code| code[1].to_owned());
        into.push(Failed { recipient, status, diagnostic: Some(reason) });
    }
    let mut lists = [failed, inner, loose];
    let ours = |f: &Failed| returned_to.iter().any(|to| to.eq_ignore_ascii_case(&f.recipient));
    if lists.iter().flatten().any(|f| !ours(f)) {
        for list in &mut lists {
            list.retain(|f| !ours(f));
        }
    }
    lists.into_iter().find(|list| !list.is_empty()).unwrap_or_default()
}

/// The Message-ID of the returned mail: from its part, else from its headers in the text.
fn original(tree: &Tree<'_>, text: &str) -> Option<String> {
    let mut returned = tree.0.iter().skip(1).filter(|p| {
        matches!(
            p.media.as_str(),
            "message/rfc822"
                | "message/global"
                | "text/rfc822-headers"
                | "message/rfc822-headers"
                | "message/global-headers"
        )
    });
    let from_part = returned.find_map(|part| {
        let bytes = part.bytes();
        let id = Headers::read(&bytes).0.raw("message-id")?;
        ids(&id).into_iter().next()
    });
    from_part.or_else(|| MESSAGE_ID.captures(text).and_then(|found| ids(&found[1]).into_iter().next()))
}
