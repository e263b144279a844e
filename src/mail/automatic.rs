//! Telling people from machines: what a mail is ([`kind`]) and whether a machine may answer it ([`allowed`]).
//!
//! The rules stand in a fixed order and the first that hits gives the reason, so that a person can always see why
//! nothing was sent. They only ever stop the *automatic* answer: the mail itself is kept and shown. Sources: RFC 3834,
//! 5230 section 4.6, 3464, MS-OXCMAIL and the practice of mail and helpdesk systems; `docs/mail.md` lists the codes.
//! What needs memory (duplicates, ping-pong, caps) is judged by the desk.

mod facts;
mod notice;
mod robot;

pub(super) use facts::Facts;
use notice::{Handling, Verdict};
pub(super) use robot::{is_bare_daemon, is_robot};

use super::auth::{Auth, aligned};
use super::subject::Prefix;
use super::token;
use super::{Authorship, Automatic, Kind};

/// What a mail is. `report` says that it was read as a delivery report.
pub(super) fn kind(facts: &Facts<'_>, report: bool) -> Kind {
    let known = ["from", "to", "subject", "date", "message-id", "received", "return-path"];
    if !known.iter().any(|name| facts.headers().has(name)) {
        return Kind::Malformed;
    }
    let calendar_answer =
        facts.calendar().is_some_and(|m| ["reply", "counter", "declinecounter"].contains(&m.as_str()));
    let precedence = facts.precedence();
    let listed = facts.list_header().is_some();
    let submitted = facts.auto_submitted().is_some_and(|token| !(listed && token != "auto-replied"));
    // An absence notice may well say "delivered".
    let other = facts.report().is_none() && facts.absence();
    if (report && !other) || robot::is_mailer_daemon(&facts.message.from_email) || facts.is_nameless_daemon()
    {
        Kind::Bounce
    } else if facts.report().is_some()
        || submitted
        || facts.answer_header().is_some()
        || precedence.as_deref() == Some("auto_reply")
        || calendar_answer
        || facts.automatic_subject()
        || (facts.envelope_from == Some("") && !listed)
    {
        Kind::AutoReply
    } else if facts.spam().is_some() {
        Kind::Spam
    } else if !listed && precedence.is_some() && facts.notice() == Verdict::Notice {
        Kind::AutoReply
    } else if listed || precedence.is_some() || facts.headers().has("feedback-id") {
        Kind::List
    } else if facts.notice() == Verdict::Notice {
        Kind::AutoReply
    } else if facts.prefix == Prefix::Reply || (facts.in_thread() && facts.prefix != Prefix::Forward) {
        Kind::Reply
    } else {
        Kind::Request
    }
}

/// Whether an automatic message may answer a mail: the rules in order, the first that hits gives the reason.
pub(super) fn allowed(facts: &Facts<'_>) -> Automatic {
    sender(facts)
        .or_else(|| marks(facts))
        .or_else(|| addressing(facts))
        .or_else(|| content(facts))
        .map_or_else(Automatic::ok, Automatic::forbidden)
}

/// How surely a person wrote an answer, by all that is known of the mail: the reason why a machine may not answer it is
/// only the first that hits, and says nothing of a text that was sent to us in copy.
pub(super) fn authorship(facts: &Facts<'_>) -> Authorship {
    let machine = marks(facts).is_some()
        || facts.is_machine()
        || facts.spam().is_some()
        || facts.headers().has("feedback-id")
        || facts.automatic_subject()
        || facts.notice() != Verdict::Person;
    match facts.handling() {
        Handling::Only => Authorship::Doubtful,
        _ if machine => Authorship::Doubtful,
        Handling::None if facts.speaks() => Authorship::Person,
        Handling::None | Handling::Some => Authorship::Likely,
    }
}

/// Rules 1 to 3: there is nobody to answer, or it is ourselves.
fn sender(facts: &Facts<'_>) -> Option<String> {
    if facts.envelope_from == Some("") {
        return Some("null-sender".to_owned());
    }
    let usable = facts.senders.iter().filter(|m| !m.address.is_empty()).count();
    if usable > 1 || facts.headers().all("from").count() > 1 {
        return Some("several-senders".to_owned());
    }
    if usable == 0 {
        return Some("no-sender".to_owned());
    }
    if facts.is_own_mail() {
        return Some("own-address".to_owned());
    }
    let own_id =
        facts.message.message_id.as_deref().is_some_and(|id| token::is_shaped(id, &facts.own.domain));
    own_id.then(|| "own-message-id".to_owned())
}

/// Rules 4 to 10: a header says that a machine or a list sends.
fn marks(facts: &Facts<'_>) -> Option<String> {
    let with = |name: &str, value: &str| format!("{name}={}", crate::message::one_line(value, 40));
    facts
        .auto_submitted()
        .map(|token| with("auto-submitted", &token))
        .or_else(|| facts.list_header().map(|name| with("list-header", name)))
        .or_else(|| facts.precedence().map(|token| with("precedence", &token)))
        .or_else(|| facts.report().map(|kind| with("report", &kind)))
        .or_else(|| facts.suppress().map(|word| with("auto-response-suppress", &word)))
        .or_else(|| facts.answer_header().map(|name| with("auto-header", name)))
        .or_else(|| facts.looping().map(|name| with("loop", name)))
}

/// Rules 11 to 13: a robot's name; not, or not mainly, addressed to us.
fn addressing(facts: &Facts<'_>) -> Option<String> {
    if facts.is_robot() {
        return Some("robot-sender".to_owned());
    }
    if robot::is_postmaster(&facts.message.from_email) {
        return Some("robot-sender=postmaster".to_owned());
    }
    if facts.own.addresses.is_empty() || facts.addressed(&["to", "bcc", "resent-to"]) {
        return None;
    }
    // In copy we only follow where somebody else is asked; a copy of a mail to nobody may be a request.
    let copied = facts.addressed(&["cc", "resent-cc"]) && facts.asks_somebody_else();
    Some(if copied { "only-cc" } else { "not-addressed" }.to_owned())
}

/// Rules 14 to 20: spam, forgery, calendar, and notices without any header.
fn content(facts: &Facts<'_>) -> Option<String> {
    if let Some(name) = facts.spam() {
        return Some(format!("spam={name}"));
    }
    match facts.auth {
        Auth::Failed => return Some("dmarc-fail".to_owned()),
        Auth::Unconfirmed => return Some("unauthenticated".to_owned()),
        Auth::Confirmed | Auth::Unknown => {}
    }
    if let Some(method) = facts.calendar() {
        return Some(format!("calendar={}", crate::message::one_line(&method, 20)));
    }
    if facts.automatic_subject() {
        return Some("automatic-subject".to_owned());
    }
    if facts.notice() != Verdict::Person {
        return Some("notice-in-body".to_owned());
    }
    facts.headers().has("feedback-id").then(|| "list-header=feedback-id".to_owned())
}

/// The address that an automatic answer may go to, if there is one (RFC 3834 section 4).
///
/// It is From where the sender's domain is confirmed, or where the envelope sender has the same domain. Where the
/// envelope sender is another person's address, it is that one: whoever really sent the mail. Where the envelope is
/// unknown (a pipe that does not tell it), it is From. Never Reply-To, which the sender chooses freely, never Cc.
pub fn answer_address(from: &str, envelope_from: Option<&str>, auth: Auth) -> Option<String> {
    let (_, domain) = from.rsplit_once('@')?;
    if is_robot(from) || auth == Auth::Failed {
        return None;
    }
    let Some(sender) = envelope_from else { return Some(from.to_owned()) };
    let (local, sender_domain) = sender.rsplit_once('@')?;
    if auth == Auth::Confirmed || aligned(sender_domain, domain) {
        return Some(from.to_owned());
    }
    // A return address made for one mail (VERP, SRS, BATV) reaches a program.
    let made = is_robot(sender) || local.contains(['=', '+']) || local.len() > 40;
    (!made).then(|| sender.to_owned())
}
