//! Whether a mail is a delivery report at all, and whether it reports a failure.
//!
//! A structure that only machines write settles it. Else the sender: what a mail server signs is a report; mail with the
//! null sender is one if its subject or its opening says so; where a person may sit behind (postmaster), if nothing in it
//! speaks as one besides; anybody else's only if subject and first lines both say so and name an address. Somebody who
//! answers, quotes or forwards a report to ask about it is a person.

use std::sync::LazyLock;

use regex::Regex;

use super::phrase::{FINAL_TEXT, NOTICE, QUIET_SUBJECT, QUIET_TEXT, SUBJECT};
use super::{is_status, status};
use crate::mail::automatic::is_robot;
use crate::mail::fold::{expression, fold};
use crate::mail::mime::Tree;
use crate::mail::subject::{self, Prefix};
use crate::message::Message;

/// Lines of a text in which a report says what it is.
const OPENING_LINES: usize = 25;
/// Lines in which a report without any other sign does.
const FIRST_LINES: usize = 5;

/// Who signs as a mail server, by name or by address.
static DAEMON: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\bmailer[-_ .]?daemon\b|\bmdaemon@|mail delivery (?:sub)?system|(?:^|[<\s])(?:mail-?daemon|mailerdaemon)(?:@|>|$)",
    )
});
/// Names that mail servers sign with, and now and then people.
static OFFICE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"system administrator|administrateur (?:du )?systeme|mail(?:er)? administrator|mail (?:router|deliver)|ndr administrator|internet mail delivery|postmaster|systemadministrator|mail system|delivery subsystem",
    )
});
/// The subject of an answering machine, on folded text.
static ABSENCE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^(?:reponse automatique|message automatique|automatic(?:ally generated)? reply|auto(?:matic)?(?:[- ]?(?:reply|response))? ?:|absen[ct]|out of (?:the )?office|abwesen|automatische antwort|respuesta automatica|risposta automatica)",
    )
});
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| expression(r"[^\s<>@]@[a-z0-9-]+\.[a-z0-9]"));
/// A greeting: some servers greet too.
static GREETING: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(?m)^\s*(?:bonjour|bonsoir|madame|monsieur|salut|hallo|guten tag|hola)\b"));
/// How a person speaks, and no report does.
static PERSON: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?m)\b(?:je (?:vous|souhait|voudrais|n'arrive|recois|n'ai)|j'ai|pouvez-vous|pourriez|cordialement|merci d'avance|can you|could you|do you know|kind regards|best regards)\b|\?\s*$",
    )
});

/// Whether a mail is a delivery report. `machine` says that sender or envelope are a machine's.
pub(super) fn is_report(tree: &Tree<'_>, machine: bool, message: &Message) -> bool {
    let root = tree.root();
    let kind = root.param("report-type").unwrap_or_default().to_lowercase();
    let structure = tree.0.iter().any(is_status);
    let typed = root.media == "multipart/report" && !kind.is_empty() && kind != "delivery-status";
    // Read receipts and complaints, whose fields some mailers send outside a multipart/report.
    let fields = ["message/disposition-notification", "message/feedback-report"];
    if !structure && (typed || tree.0.iter().any(|part| fields.contains(&part.media.as_str()))) {
        return refused_by_a_filter(tree);
    }
    let from = fold(&root.headers.text("from").unwrap_or_default());
    if root.media == "multipart/report" && (structure || kind == "delivery-status")
        || root.headers.has("x-failed-recipients")
        || DAEMON.is_match(&from)
    {
        return true;
    }
    let (prefix, bare) = subject::split(&message.subject);
    if structure {
        return machine || prefix == Prefix::None;
    }
    let bare = fold(bare);
    let office = from.contains("postmaster") || OFFICE.is_match(&from) || is_robot(&message.from_email);
    let path = root.headers.raw("return-path").map(|path| fold(&path));
    let null = path.map_or(machine && !office, |path| path.contains("<>") || DAEMON.is_match(&path));
    if !null && !office && !SUBJECT.is_match(&bare) {
        return false;
    }
    let written = message.text();
    let opened = opening(&written, OPENING_LINES);
    if null && (message.from_email.is_empty() || !is_vacation(tree, &bare)) {
        // In a language that nobody taught: an address and the code with which a server refuses it.
        let coded = || status::has_code(&opened) && ADDRESS.is_match(&opened) && !PERSON.is_match(&opened);
        return NOTICE.is_match(&bare) || NOTICE.is_match(&opened) || coded();
    }
    // A robot that writes to a list tells news: of a program whose mail fails, for instance.
    let news = is_robot(&message.from_email)
        && from.contains(&fold(&message.from_email))
        && ["list-id", "list-unsubscribe"].iter().any(|name| root.headers.has(name));
    let answers = prefix == Prefix::Reply && message.in_reply_to.is_some();
    if prefix == Prefix::Forward || answers || news || PERSON.is_match(&opened) {
        return false;
    }
    let returns = tree.0.iter().skip(1).any(|part| part.is_kind("message"));
    let told = |text: &str| NOTICE.is_match(text) && (returns || ADDRESS.is_match(text));
    if GREETING.is_match(&opened) && !(office && SUBJECT.is_match(&bare) && told(&opened)) {
        return false;
    }
    if office {
        return NOTICE.is_match(&bare) || told(&opened);
    }
    SUBJECT.is_match(&bare) && told(&opening(&written, FIRST_LINES))
}

/// A filter on the recipient's side (Sieve `reject`, RFC 5429) that refuses mail in the form of a read receipt.
fn refused_by_a_filter(tree: &Tree<'_>) -> bool {
    let submitted = tree.root().headers.raw("auto-submitted").unwrap_or_default().to_lowercase();
    submitted.contains("(rejected")
        && tree.0.iter().any(|part| part.media == "message/disposition-notification")
}

/// Whether a machine answers for a person: such a mail may well say that something was not read.
fn is_vacation(tree: &Tree<'_>, subject: &str) -> bool {
    let headers = &tree.root().headers;
    let answers = headers.token("auto-submitted").is_some_and(|token| token == "auto-replied");
    let office = headers.text("from").is_some_and(|from| OFFICE.is_match(&fold(&from)));
    (answers || ABSENCE.is_match(subject)) && !office
}

/// Whether a report without fields for machines says that nothing is lost: it is still tried, or it arrived.
pub(super) fn is_no_failure(message: &Message) -> bool {
    let subject = fold(&message.subject);
    if QUIET_SUBJECT.is_match(&subject) {
        return true;
    }
    let opened = opening(&message.body, OPENING_LINES);
    QUIET_TEXT.is_match(&opened) && !FINAL_TEXT.is_match(&opened)
}

/// The first lines that are not blank, folded: one by one, then on one line, because phrases wrap.
fn opening(text: &str, lines: usize) -> String {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).take(lines);
    let kept: Vec<String> = lines.map(|line| fold(&line[..line.floor_char_boundary(1000)])).collect();
    let joined = kept.join(" ");
    format!("{}\n{}", kept.join("\n"), joined.split_whitespace().collect::<Vec<_>>().join(" "))
}
