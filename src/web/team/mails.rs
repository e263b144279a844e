//! The mails of a ticket as the team reads them: what was promised, what left, what the server said, what can be done.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::stretch::beginning;
use super::words;
use crate::clock::paris_text;
use crate::desk::{Desk, DeskError};
use crate::mail::status;
use crate::message::Lang;
use crate::store::{AddressMark, OutboxEntry, Relay, TicketFile};
use crate::ticket::{MailKind, OutboxState};

/// What mail leaves by: how the mail server does, whether the breaker is thrown.
#[derive(Default)]
pub(super) struct Way {
    /// How the mail server does.
    relay: Relay,
    /// The breaker holds what nobody decided on.
    breaker: bool,
}

impl Way {
    /// As it is now.
    pub(super) async fn of(desk: &Desk) -> Result<Self, DeskError> {
        Ok(Self { relay: desk.store().relay().await?, breaker: desk.breaker_is_thrown().await? })
    }

    /// Since when the mail server holds what is due then: its time has come, or comes before that server is tried again.
    fn held_since(&self, due: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.relay.failing_since.filter(|_| due <= self.relay.try_at.unwrap_or(now))
    }

    /// When a promised mail leaves; `decided`: a person let it go, so that the breaker does not hold it.
    pub(super) fn leaves(&self, due: DateTime<Utc>, decided: bool, now: DateTime<Utc>) -> String {
        if self.breaker && !decided {
            return "partira quand les automatismes seront relancés".to_owned();
        }
        match self.held_since(due, now) {
            Some(_) => "partira dès que le serveur de messagerie répondra".to_owned(),
            None => words::leaves(now, due),
        }
    }
}

/// What stands around the mails of a ticket: what they leave by, and which of their addresses returned a mail.
#[derive(Default)]
pub(super) struct Around {
    way: Way,
    /// The marks that stand, by folded address.
    marks: BTreeMap<String, AddressMark>,
}

impl Around {
    /// What stands around a ticket's mails, and around an answer to `answer_to`.
    pub(super) async fn of(desk: &Desk, file: &TicketFile, answer_to: &str) -> Result<Self, DeskError> {
        let (store, now) = (desk.store(), desk.clock().now());
        let mut marks = BTreeMap::new();
        let recipients = file.outbox.iter().map(|entry| entry.recipient.as_str());
        for address in recipients.chain([answer_to, &file.ticket.requester_email]) {
            let key = address.to_lowercase();
            if !key.is_empty()
                && !marks.contains_key(&key)
                && let Some(mark) = store.address_mark(address, now).await?
            {
                marks.insert(key, mark);
            }
        }
        Ok(Self { way: Way::of(desk).await?, marks })
    }

    /// Since when the mail server holds a mail.
    fn held_since(&self, entry: &OutboxEntry, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.way.held_since(entry.due_at, now).filter(|_| entry.state == OutboxState::Due)
    }

    /// When a promised mail leaves, for the head of its ticket.
    pub(super) fn leaves(&self, entry: &OutboxEntry, now: DateTime<Utc>) -> String {
        self.way.leaves(entry.due_at, !entry.unattended || entry.let_go, now)
    }

    /// The mark of an address.
    pub(super) fn mark(&self, address: &str) -> Option<&AddressMark> {
        self.marks.get(&address.to_lowercase())
    }
}

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
    /// What they mean, in plain words; `None`: they speak for themselves.
    pub(super) meaning: Option<&'static str>,
    /// Its recipient is marked as one that does not exist: a person may take the mark away.
    pub(super) marked: bool,
    /// It has not left: it can be stopped.
    pub(super) stoppable: bool,
    /// What the button that lets it leave now says, where there is one.
    pub(super) send_label: Option<&'static str>,
}

/// The mails of a ticket, latest first.
pub(super) fn mails<'a>(outbox: &'a [OutboxEntry], around: &Around, now: DateTime<Utc>) -> Vec<Mail<'a>> {
    outbox.iter().rev().map(|entry| mail(entry, around, now)).collect()
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

/// How a mail stands: badge, its colour, the sentence, and what the button that lets it leave now says.
type Standing = (&'static str, &'static str, String, Option<&'static str>);

const ANYWAY: &str = "Envoyer quand même";

/// A mail that waits for its time, or for something else.
fn waiting(entry: &OutboxEntry, around: &Around, now: DateTime<Utc>) -> Standing {
    let title = entry.state.title();
    if around.way.breaker && entry.unattended && !entry.let_go {
        let story = "Le disjoncteur s’est déclenché : trop de courriels automatiques sont partis en une heure. Celui-ci part dès \
                     qu’une personne relance les automatismes."
            .to_owned();
        return (OutboxState::Held.title(), "warning", story, Some(ANYWAY));
    }
    let leaves = words::leaves(now, entry.due_at);
    if let Some(since) = around.held_since(entry, now) {
        let since = paris_text(since, Lang::Fr);
        let next = words::next_try(now, around.way.relay.try_at.unwrap_or(now));
        let story = format!(
            "Le serveur de messagerie du service ne prend rien depuis le {since} ({}) ; {next}.",
            around.way.relay.said
        );
        return (title, "warning", story, None);
    }
    match entry.attempts {
        0 => (title, "info", format!("{}.", capital(&leaves)), None),
        1 => (title, "warning", format!("1 essai sans succès ; le prochain {leaves}."), None),
        many => (title, "warning", format!("{many} essais sans succès ; le prochain {leaves}."), None),
    }
}

fn standing(entry: &OutboxEntry, around: &Around, now: DateTime<Utc>) -> Standing {
    let title = entry.state.title();
    let when = |at| paris_text(at, Lang::Fr);
    match entry.state {
        OutboxState::Due => waiting(entry, around, now),
        OutboxState::Sending => {
            (title, "info", "Le serveur de messagerie n’a pas encore répondu.".to_owned(), None)
        }
        OutboxState::Sent => {
            let at = entry.sent_at.map_or_else(String::new, |at| format!(" le {}", when(at)));
            (title, "success", format!("Remis au serveur{at}."), None)
        }
        OutboxState::InDoubt => {
            let story = "L’envoi a été coupé avant la réponse du serveur : ce courriel est peut-être parti. Il ne repart pas \
                         tout seul."
                .to_owned();
            (title, "warning", story, Some("Envoyer de nouveau"))
        }
        OutboxState::Held => (title, "warning", format!("{}.", capital(&entry.held_because)), Some(ANYWAY)),
        OutboxState::Failed => failed(entry),
    }
}

/// A mail that came back, or never left.
fn failed(entry: &OutboxEntry) -> Standing {
    let again = Some("Réessayer l’envoi");
    if let Some(at) = entry.sent_at {
        let at = paris_text(at, Lang::Fr);
        let story = format!("Remis au serveur le {at}, puis revenu : {} ne l’a pas reçu.", entry.recipient);
        return ("Revenu", "error", story, again);
    }
    let code = status::enhanced(&entry.last_words).unwrap_or_else(|| entry.last_words.clone());
    let story = if code.starts_with('5') {
        "Le serveur l’a refusé définitivement."
    } else {
        "Il n’a pas pu être remis dans le délai."
    };
    (entry.state.title(), "error", story.to_owned(), again)
}

fn mail<'a>(entry: &'a OutboxEntry, around: &Around, now: DateTime<Utc>) -> Mail<'a> {
    let (state, tone, mut story, send_label) = standing(entry, around, now);
    let unsettled = matches!(entry.state, OutboxState::Due | OutboxState::Held | OutboxState::Failed);
    if entry.doubts > 0 && unsettled && entry.sent_at.is_none() {
        story.push_str(
            " Un essai a été coupé avant la réponse du serveur : ce courriel est peut-être déjà parti.",
        );
    }
    // What a server said of this mail before says nothing of the mail server that is away now.
    let of_another_fault = around.held_since(entry, now).is_some();
    let last_words = if of_another_fault { "" } else { entry.last_words.as_str() };
    let failing =
        entry.state == OutboxState::Failed || (entry.state == OutboxState::Due && entry.attempts > 0);
    Mail {
        id: &entry.id,
        title: entry.kind.title(),
        state,
        tone,
        recipient: &entry.recipient,
        subject: &entry.subject,
        text: beginning(&entry.text),
        cut: beginning(&entry.text).len() < entry.text.len(),
        story,
        last_words,
        meaning: status::meaning(last_words).filter(|_| failing),
        marked: matches!(entry.state, OutboxState::Failed | OutboxState::Held)
            && around.mark(&entry.recipient).is_some_and(|mark| mark.hard),
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
            doubts: 0,
            attempts: 0,
            last_words: String::new(),
            held_because: String::new(),
            sent_at: None,
            created_at: at,
            wanted_at: at,
            unattended: kind.is_automatic(),
            let_go: false,
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
    #[test]
    fn each_mail_says_how_it_stands_and_what_can_be_done() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let told = |entry: &OutboxEntry, around: &Around| {
            let shown = mail(entry, around, now);
            (shown.state, shown.story, shown.meaning, shown.send_label)
        };
        let (calm, breaker) =
            (Around::default(), Around { way: Way { breaker: true, ..Way::default() }, ..Around::default() });
        let due = OutboxEntry {
            due_at: now + chrono::Duration::minutes(12),
            ..entry(MailKind::Refusal, OutboxState::Due)
        };
        assert_eq!(told(&due, &calm), ("Part bientôt", "Part dans 12 min.".to_owned(), None, None));
        let (state, story, _, act) = told(&due, &breaker);
        assert!(state == "Retenu" && story.contains("disjoncteur") && act == Some(ANYWAY), "{story}");
        let person = entry(MailKind::Answer, OutboxState::Due);
        assert_eq!(told(&person, &breaker).0, "Part bientôt", "what a person writes leaves");
        let refused = OutboxEntry {
            last_words: "550 5.1.1 no such user".to_owned(),
            ..entry(MailKind::Answer, OutboxState::Failed)
        };
        let (state, story, meaning, act) = told(&refused, &calm);
        assert_eq!((state, act), ("Échec", Some("Réessayer l’envoi")));
        assert!(story.contains("définitivement") && meaning.is_some_and(|m| m.contains("aucune boîte")));
        let back = OutboxEntry { sent_at: Some(now), ..refused };
        let (state, story, _, _) = told(&back, &calm);
        assert!(state == "Revenu" && story.contains("a@exemple.fr ne l’a pas reçu"), "{story}");
        let relay = Relay {
            failures: 1,
            said: "la connexion est refusée".to_owned(),
            failing_since: Some(now),
            try_at: Some(now + chrono::Duration::minutes(1)),
        };
        let away = Around { way: Way { relay, breaker: false }, ..Around::default() };
        let late = OutboxEntry { attempts: 1, last_words: "452 4.2.2 full".to_owned(), ..person };
        let (_, story, meaning, _) = told(&late, &away);
        assert!(
            story.contains("la connexion est refusée") && story.contains("prochain essai dans 1 min"),
            "{story}"
        );
        assert_eq!((meaning, mail(&late, &away, now).last_words), (None, ""), "of another fault");
        assert_eq!(away.leaves(&late, now), "partira dès que le serveur de messagerie répondra");
        assert_eq!(calm.leaves(&late, now), "part maintenant");
        assert!(breaker.leaves(&due, now).contains("automatismes"));
        let doubt = entry(MailKind::Receipt, OutboxState::InDoubt);
        assert_eq!(told(&doubt, &calm).3, Some("Envoyer de nouveau"));
    }
}
