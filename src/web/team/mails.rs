//! The mails of a ticket as the team reads them: what was promised, what left, what the server said, what can be done.

use chrono::{DateTime, Utc};

use super::stretch::beginning;
use super::words;
use crate::clock::paris_text;
use crate::message::Lang;
use crate::store::{OutboxEntry, TicketFile};
use crate::ticket::{MailKind, OutboxState};

/// One mail.
pub(super) struct Mail<'a> {
    /// Outbox id.
    pub(super) id: &'a str,
    /// `Refus automatique`, …
    pub(super) title: &'static str,
    /// `Part bientôt`, …
    pub(super) state: &'static str,
    /// How the badge is coloured: `info`, `success`, `warning`, `error`.
    pub(super) tone: &'static str,
    /// Recipient.
    pub(super) recipient: &'a str,
    /// Subject.
    pub(super) subject: &'a str,
    /// The beginning of its text.
    pub(super) text: &'a str,
    /// The text goes on: a hand-over carries the whole request.
    pub(super) cut: bool,
    /// What happened or will happen, in a sentence.
    pub(super) story: String,
    /// The server's last words; empty when there are none.
    pub(super) last_words: &'a str,
    /// It has not left: it can be stopped.
    pub(super) stoppable: bool,
    /// What the button that lets it leave now says, where there is one.
    pub(super) send_label: Option<&'static str>,
}

/// The mails of a ticket, latest first.
pub(super) fn mails(outbox: &[OutboxEntry], now: DateTime<Utc>) -> Vec<Mail<'_>> {
    outbox.iter().rev().map(|entry| mail(entry, now)).collect()
}

/// The automatic refusal that has not left yet.
pub(super) fn leaving_refusal(outbox: &[OutboxEntry]) -> Option<&OutboxEntry> {
    outbox.iter().find(|entry| entry.kind == MailKind::Refusal && entry.state == OutboxState::Due)
}

/// Whether a refusal left and nothing corrected it since.
pub(super) fn refusal_left(outbox: &[OutboxEntry]) -> bool {
    let last = |wanted: &[MailKind]| {
        outbox.iter().rposition(|entry| {
            wanted.contains(&entry.kind)
                && matches!(entry.state, OutboxState::Sent | OutboxState::InDoubt | OutboxState::Sending)
        })
    };
    let refusal = last(&[MailKind::Refusal, MailKind::PersonRefusal]);
    let correction = outbox.iter().rposition(|entry| entry.kind == MailKind::Correction);
    refusal.is_some() && correction < refusal
}

fn mail(entry: &OutboxEntry, now: DateTime<Utc>) -> Mail<'_> {
    let (tone, story, send_label) = match entry.state {
        OutboxState::Due if entry.attempts == 0 => ("info", capital(&words::leaves(now, entry.due_at)), None),
        OutboxState::Due => {
            let tries = if entry.attempts == 1 { "essai" } else { "essais" };
            let story = format!(
                "{} {tries} sans succès ; le prochain {}.",
                entry.attempts,
                words::leaves(now, entry.due_at)
            );
            ("warning", story, None)
        }
        OutboxState::Sending => ("info", "Le serveur de messagerie n’a pas encore répondu.".to_owned(), None),
        OutboxState::Sent => {
            let when = entry.sent_at.map_or_else(String::new, |at| format!(" le {}", paris_text(at, Lang::Fr)));
            ("success", format!("Remis au serveur{when}."), None)
        }
        OutboxState::InDoubt => (
            "warning",
            "Un arrêt brutal a interrompu l’envoi : ce courriel est peut-être parti. Il ne repart pas tout seul."
                .to_owned(),
            Some("Envoyer de nouveau"),
        ),
        OutboxState::Held => ("warning", entry.held_because.clone(), Some("Envoyer quand même")),
        OutboxState::Failed => {
            let story = match entry.sent_at {
                Some(at) => format!(
                    "Remis au serveur le {}, puis revenu : son destinataire ne l’a pas reçu.",
                    paris_text(at, Lang::Fr)
                ),
                None => "Le serveur l’a refusé définitivement.".to_owned(),
            };
            ("error", story, Some("Réessayer l’envoi"))
        }
    };
    Mail {
        id: &entry.id,
        title: entry.kind.title(),
        state: entry.state.title(),
        tone,
        recipient: &entry.recipient,
        subject: &entry.subject,
        text: beginning(&entry.text),
        cut: beginning(&entry.text).len() < entry.text.len(),
        story,
        last_words: &entry.last_words,
        stoppable: entry.state == OutboxState::Due,
        send_label,
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The requester's address, where `answer_to` is another one to which nothing has gone yet.
pub(super) fn redirected<'a>(file: &'a TicketFile, answer_to: &str) -> &'a str {
    let requester = &file.ticket.requester_email;
    let written = file.outbox.iter().any(|entry| entry.recipient.eq_ignore_ascii_case(answer_to));
    if answer_to.is_empty() || written || requester.eq_ignore_ascii_case(answer_to) { "" } else { requester }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: MailKind, state: OutboxState) -> OutboxEntry {
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        OutboxEntry {
            message_id: String::new(),
            id: "o".to_owned(),
            ticket_id: "t".to_owned(),
            kind,
            state,
            recipient: "a@exemple.fr".to_owned(),
            subject: String::new(),
            text: String::new(),
            due_at: at,
            attempts: 0,
            last_words: String::new(),
            held_because: String::new(),
            sent_at: None,
            created_at: at,
        }
    }

    #[test]
    fn a_refusal_can_be_taken_back_once_it_left_and_only_once() {
        let refusal = |state| entry(MailKind::Refusal, state);
        let correction = entry(MailKind::Correction, OutboxState::Due);
        assert!(!refusal_left(&[refusal(OutboxState::Due)]));
        assert!(refusal_left(&[refusal(OutboxState::Sent)]));
        assert!(refusal_left(&[refusal(OutboxState::InDoubt)]));
        assert!(!refusal_left(&[refusal(OutboxState::Sent), correction.clone()]));
        let again = entry(MailKind::PersonRefusal, OutboxState::Sent);
        assert!(refusal_left(&[refusal(OutboxState::Sent), correction, again]));
    }
}
