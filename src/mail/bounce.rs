//! Delivery reports: who was not reached, why, and which mail it was.
//!
//! The fields that RFC 3464 gives to machines count first ([`report`]); where they are missing or name nobody, the header
//! `X-Failed-Recipients`, then the text for people ([`legacy`]), then the returned mail itself ([`returned`]). A delay or
//! a success is a report too, and names nobody. Only what a machine wrote is read as a report ([`sign`]): a person who
//! quotes or forwards one asks a question.

mod event;
mod legacy;
mod line;
mod phrase;
mod report;
mod returned;
mod sign;
mod status;

use super::address;
use super::mime::{Part, Tree};
use crate::message::Message;
use report::Told;

/// Recipients beyond this are not listed.
const RECIPIENT_LIMIT: usize = 200;

/// A recipient that was not reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Failed {
    /// Its address.
    pub recipient: String,
    /// Enhanced status code (RFC 3463), such as `5.1.1`. Of class 4 where the sending server gave up after a lasting
    /// temporary fault: the mail did not arrive, but the address may be sound.
    pub status: Option<String>,
    /// What the remote server said, on one line; may hold the recipient's address.
    pub diagnostic: Option<String>,
}

impl Failed {
    fn named(recipient: String) -> Self {
        Self { recipient, ..Self::default() }
    }
}

/// What a report says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) failed: Vec<Failed>,
    /// A mail did not arrive, be it that nobody can read whose.
    pub(super) failure: bool,
    /// Message-ID of the mail that did not arrive, without brackets.
    pub(super) original_message_id: Option<String>,
}

/// Reads a report out of a mail whose text is `message.body`. `machine` says that sender or envelope are a machine's.
pub(super) fn read(tree: &Tree<'_>, machine: bool, message: &Message) -> Option<Report> {
    if machine && let Some(report) = event::read(&message.body) {
        return Some(report);
    }
    if !sign::is_report(tree, machine, message) {
        return None;
    }
    let mut returned = returned::read(tree, &message.body);
    let ours = |address: &String| message.to.iter().any(|to| to.eq_ignore_ascii_case(address));
    if !returned.recipients.iter().all(ours) {
        returned.recipients.retain(|address| !ours(address));
    }
    let told = told(tree, &message.body);
    let quiet = told.complete && told.failed.is_empty() && told.unnamed.is_none();
    let failure = !quiet && (told.complete || told.unnamed.is_some() || !sign::is_no_failure(message));
    let mut failed = failed(tree, message, told, &returned);
    if let (true, Some(inner)) = (failed.is_empty(), returned.inner) {
        // A gateway passed a report on without saying more: it counts itself.
        failed = inner.failed;
        returned.message_id = inner.message_id.or(returned.message_id);
    }
    let failure = failure || !failed.is_empty();
    Some(Report { failed, failure, original_message_id: returned.message_id })
}

/// Those who were not reached, from the first source that tells.
fn failed(tree: &Tree<'_>, message: &Message, mut told: Told, returned: &returned::Returned) -> Vec<Failed> {
    let listed = || legacy::recipients(message, &returned.recipients);
    if told.complete {
        if told.failed.iter().any(|failed| failed.diagnostic.is_none()) {
            explain(&mut told.failed, &listed());
        }
        return told.failed;
    }
    if sign::is_no_failure(message) {
        return Vec::new();
    }
    let headers = &tree.root().headers;
    let mut named: Vec<Failed> = Vec::new();
    for field in headers.all("x-failed-recipients") {
        let mailboxes = address::list(&field.text());
        add(&mut named, mailboxes.into_iter().map(|mailbox| Failed::named(mailbox.address)));
    }
    if !named.is_empty() {
        let listed = listed();
        for one in &mut named {
            // The text may write the address in another way; with one recipient on both sides there is no doubt.
            let lone = listed.len() == 1 && told.unnamed.is_none();
            let same = listed.iter().find(|l| lone || l.recipient.eq_ignore_ascii_case(&one.recipient));
            for source in told.unnamed.iter().chain(same) {
                one.status = one.status.take().or_else(|| source.status.clone());
                one.diagnostic = one.diagnostic.take().or_else(|| source.diagnostic.clone());
            }
        }
        return named;
    }
    let mut found = listed();
    if found.is_empty() && returned.inner.is_some() {
        return found;
    }
    // The report names nobody, and the mail went to one person alone.
    if let ([], [only]) = (&found[..], &returned.recipients[..]) {
        found.push(Failed::named(only.clone()));
    }
    if found.is_empty() {
        found = legacy::in_subject(message);
    }
    if let (Some(unnamed), [one]) = (told.unnamed, &mut found[..]) {
        one.status = unnamed.status.or_else(|| one.status.take());
        one.diagnostic = unnamed.diagnostic.or_else(|| one.diagnostic.take());
    } else if let [one] = &mut found[..]
        && one.diagnostic.is_none()
    {
        one.diagnostic = legacy::reason(&message.body);
        one.status = one.diagnostic.as_deref().and_then(status::of);
    }
    found
}

/// Gives those for whom the fields have no reason the one that the text has.
fn explain(failed: &mut [Failed], listed: &[Failed]) {
    for one in failed.iter_mut().filter(|failed| failed.diagnostic.is_none()) {
        let same = listed.iter().find(|l| l.recipient.eq_ignore_ascii_case(&one.recipient));
        if let Some(said) =
            same.and_then(|same| same.diagnostic.clone()).filter(|said| status::has_code(said))
        {
            one.status = status::best(one.status.take(), Some(&said));
            one.diagnostic = Some(said);
        }
    }
}

/// What the fields for machines tell: in their own part, or in the text where the parts got lost.
fn told(tree: &Tree<'_>, text: &str) -> Told {
    let parts: Vec<&Part<'_>> = tree.0.iter().filter(|part| is_status(part)).collect();
    if parts.is_empty() {
        return if report::stands_in(text) { report::read(text.as_bytes()) } else { Told::default() };
    }
    let mut told = Told::default();
    for part in parts {
        told.join(report::read(&part.bytes()));
    }
    if !told.complete && report::stands_in(text) {
        told.join(report::read(text.as_bytes()));
    }
    told
}

/// Whether a part holds the fields for machines (RFC 3464, RFC 6533).
fn is_status(part: &Part<'_>) -> bool {
    part.media.ends_with("delivery-status")
}

/// Adds those who have an address and are not there yet.
fn add(list: &mut Vec<Failed>, more: impl IntoIterator<Item = Failed>) {
    for one in more {
        let known = list.iter().any(|f| f.recipient.eq_ignore_ascii_case(&one.recipient));
        if !known && !one.recipient.is_empty() && list.len() < RECIPIENT_LIMIT {
            list.push(one);
        }
    }
}
