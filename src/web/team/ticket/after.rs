//! What a person just sent: taken back while it waits; afterwards, what can still be done.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use regex::Regex;

use crate::clock::paris_text;
use crate::message::Lang;
use crate::store::{Direction, OutboxEntry, TicketFile};
use crate::ticket::{MailKind, OutboxState, Status};

/// Telephone numbers that are shown.
const NUMBERS: usize = 3;

/// A mail of a person that has not left.
pub(in crate::web::team) struct Sending<'a> {
    /// Its outbox id.
    pub(in crate::web::team) outbox_id: &'a str,
    /// `La réponse`, …
    pub(in crate::web::team) what: &'static str,
    /// Who gets it, copies included.
    pub(in crate::web::team) to: String,
    /// Seconds until it leaves; 0: at any moment.
    pub(in crate::web::team) left: i64,
    /// What becomes of its text once it is stopped.
    pub(in crate::web::team) stopped: &'static str,
}

/// What can still be done once an answer has left.
pub(in crate::web::team) struct Sent {
    /// What left, to whom and when.
    pub(in crate::web::team) story: String,
    /// Telephone numbers that stand in the requester's messages: as written, and as a telephone takes them.
    pub(in crate::web::team) numbers: Vec<(String, String)>,
}

fn what(kind: MailKind) -> Option<&'static str> {
    match kind {
        MailKind::Answer => Some("La réponse"),
        MailKind::PersonRefusal => Some("Le refus"),
        MailKind::Forward => Some("Le transfert"),
        MailKind::Inquiry => Some("La question au tiers"),
        _ => None,
    }
}

/// The mail of a person that waits to leave, the latest one.
pub(super) fn sending(file: &TicketFile, now: DateTime<Utc>) -> Option<Sending<'_>> {
    let waits = |entry: &&OutboxEntry| entry.state == OutboxState::Due && entry.attempts == 0;
    let entry = file.outbox.iter().rev().filter(waits).find(|entry| what(entry.kind).is_some())?;
    let left = (entry.due_at - now).num_seconds();
    Some(Sending {
        outbox_id: &entry.id,
        left: left.max(0),
        what: what(entry.kind)?,
        to: with_copies(file, entry, |copy| waits(&copy)),
        stopped: match entry.kind {
            MailKind::Forward | MailKind::Inquiry => "Annulé, rien ne part et le texte revient dans sa case.",
            _ => "Annulé, le texte redevient votre brouillon.",
        },
    })
}

/// Who gets a mail, and those of its copies that are told of.
fn with_copies(file: &TicketFile, entry: &OutboxEntry, told: impl Fn(&OutboxEntry) -> bool) -> String {
    // All that one act wrote bears the same instant.
    let copies = file.outbox.iter().filter(|copy| {
        copy.kind == MailKind::AnswerCopy && copy.created_at == entry.created_at && told(copy)
    });
    let to = std::iter::once(entry).chain(copies).map(|one| one.recipient.as_str());
    to.collect::<Vec<_>>().join(", ")
}

/// What can still be done about the last answer, where it has left and nothing came after it.
pub(super) fn sent(file: &TicketFile) -> Option<Sent> {
    if !matches!(file.ticket.status, Status::Answered | Status::Closed | Status::Refused) {
        return None;
    }
    let entry = file.outbox.iter().rev().find(|entry| {
        matches!(entry.kind, MailKind::Answer | MailKind::PersonRefusal) && entry.state == OutboxState::Sent
    })?;
    let at = entry.sent_at?;
    let left =
        if entry.kind == MailKind::PersonRefusal { "Le refus est parti" } else { "La réponse est partie" };
    let to = with_copies(file, entry, |copy| copy.state == OutboxState::Sent);
    Some(Sent { story: format!("{left} à {to} le {}", paris_text(at, Lang::Fr)), numbers: numbers(file) })
}

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\+33[ .]?(?:\(0\)[ .]?)?[1-9]|\b0[1-9])(?:[ .-]?\d{2}){4}\b")
        .expect("a constant expression")
});

/// The telephone numbers that stand in what the requester wrote, French ones.
fn numbers(file: &TicketFile) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let theirs = file.messages.iter().filter(|stored| {
        stored.direction == Direction::In
            && stored.message.from_email.eq_ignore_ascii_case(&file.ticket.requester_email)
    });
    for number in theirs.flat_map(|stored| NUMBER.find_iter(&stored.message.body)).map(|hit| hit.as_str()) {
        let plain = number.replace("(0)", "");
        let dialled: String = plain.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        if found.len() < NUMBERS && !found.iter().any(|(_, known)| *known == dialled) {
            found.push((number.to_owned(), dialled));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_numbers_are_found_and_others_are_left() {
        let found =
            |text: &str| NUMBER.find_iter(text).map(|hit| hit.as_str().to_owned()).collect::<Vec<_>>();
        assert_eq!(
            found("Tél. 02 99 00 11 22, mobile +33 6 12 34 56 78."),
            ["02 99 00 11 22", "+33 6 12 34 56 78"]
        );
        assert_eq!(found("+33 (0)2.99.00.11.22"), ["+33 (0)2.99.00.11.22"]);
        assert!(found("SIRET 130 025 265 00013, le 2026-11-25, 12345678901234").is_empty());
    }
}
