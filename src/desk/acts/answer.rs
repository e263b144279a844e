//! Answering: to whom, in which language, as which mails. What is previewed is composed by the very function that composes
//! what leaves.

use super::{Act, Seen};
use crate::desk::letter::{Circle, Promise};
use crate::desk::{Desk, DeskError};
use crate::message::{Lang, one_line};
use crate::reply::Replies;
use crate::store::{Direction, NewEntry, StoredMessage, Written};
use crate::ticket::{Actor, EventKind, MailKind, OutboxState, Status, Ticket};

/// People who are offered as recipients.
const OFFERED: usize = 20;

/// A mail as a person wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// What it says, in Markdown.
    pub markdown: String,
    /// Its language; `None`: the ticket's.
    pub lang: Option<Lang>,
    /// Who gets it, among [`Desk::recipients`]; `None`: those that are proposed.
    pub recipients: Option<Vec<String>>,
    /// The reply that an answer started from; empty: none is known. Says which text is chosen, once it is a draft again.
    pub reply: String,
}

/// The part somebody has in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecipientPart {
    /// Whose request it is.
    Requester,
    /// They wrote in it.
    Participant,
    /// They were written to in it.
    Copied,
}

/// Somebody whom an answer may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Address.
    pub address: String,
    /// Display name; may be empty.
    pub name: String,
    /// What they are.
    pub part: RecipientPart,
    /// Whether they get it unless a person says otherwise.
    pub proposed: bool,
}

impl Desk {
    /// Whom an answer may go to: the requester, whom alone it goes to unless a person says otherwise; those who wrote in the
    /// conversation and those it names. Nobody whom the requester does not see, no machine, nobody that a forged mail
    /// names.
    pub fn recipients(&self, ticket: &Ticket, messages: &[StoredMessage]) -> Vec<Recipient> {
        let mut found: Vec<Recipient> = Vec::new();
        let mut offer = |address: &str, name: &str, part: RecipientPart, proposed: bool| {
            let address = address.trim();
            let known = found.iter().any(|one| one.address.eq_ignore_ascii_case(address));
            if address.contains('@') && !known && !self.own().is_own(address) && found.len() < OFFERED {
                found.push(Recipient {
                    address: address.to_owned(),
                    name: name.trim().to_owned(),
                    part,
                    proposed,
                });
            }
        };
        let name = ticket.requester_name.as_str();
        if let Some(address) = self.answer_address(ticket, messages) {
            offer(&address, name, RecipientPart::Requester, true);
        }
        offer(&ticket.requester_email, name, RecipientPart::Requester, false);
        let told = |direction: Direction| matches!(direction, Direction::In | Direction::Out);
        let proven = messages.iter().filter(|stored| {
            told(stored.direction) && !stored.nature.as_ref().is_some_and(|nature| nature.unproven)
        });
        let proven: Vec<_> = proven.map(|stored| (stored.direction, &stored.message)).collect();
        for (_, message) in proven.iter().filter(|(direction, _)| *direction == Direction::In) {
            offer(&message.from_email, &message.from_name, RecipientPart::Participant, false);
        }
        for address in proven.iter().flat_map(|(_, message)| message.to.iter().chain(&message.cc)) {
            offer(address, "", RecipientPart::Copied, false);
        }
        found
    }

    /// Sends the person's answer (Markdown) to the requester; `close` closes the ticket, else it becomes answered. A
    /// refusal that had not left yet is held: the person's answer takes its place.
    pub async fn answer(&self, seen: &Seen, markdown: &str, close: bool) -> Result<(), DeskError> {
        self.send(seen, &Outgoing { markdown: markdown.to_owned(), ..Outgoing::default() }, close).await
    }

    /// The same to whom the person chose, in the language they chose. Until it leaves ([`crate::desk::settings::Answer`]),
    /// [`Desk::stop`] takes it back, and the text is a draft again.
    pub async fn send(&self, seen: &Seen, outgoing: &Outgoing, close: bool) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        self.hold_refusals(&mut act, "une personne a répondu").await?;
        let says = self.answers(&mut act).await?;
        self.learn(&mut act, says, EventKind::Answered).await?;
        let to = self.promise_person_mail(&mut act, MailKind::Answer, outgoing, None).await?;
        act.ticket.status = if close { Status::Closed } else { Status::Answered };
        act.ticket.contested = false;
        act.ticket.assignee.get_or_insert_with(|| seen.person.clone());
        act.tx.ticket_set_draft(&act.ticket.id, None).await?;
        self.conclude(act, EventKind::Answered, &to).await
    }

    /// The mail that [`Desk::send`] would send now to whoever stands in To, octet for octet but for its Message-ID.
    pub async fn preview(&self, reference: &str, outgoing: &Outgoing) -> Result<Vec<u8>, DeskError> {
        let mut tx = self.store().look().await?;
        let ticket = tx.ticket(reference).await?.ok_or(DeskError::NotFound)?;
        let (at, before) = (self.clock().now(), ticket.status);
        let mut act = Act { tx, ticket, before, by: Actor::Program, at };
        let mails = self.person_mails(&mut act, MailKind::Answer, outgoing, None).await?;
        mails.into_iter().next().map(|entry| entry.raw).ok_or(DeskError::NotFound)
    }

    /// Promises a mail with a person's words to `to`, else to whom they chose; answers who stands in To and Cc.
    pub(super) async fn promise_person_mail(
        &self,
        act: &mut Act,
        kind: MailKind,
        outgoing: &Outgoing,
        to: Option<String>,
    ) -> Result<String, DeskError> {
        let mails = self.person_mails(act, kind, outgoing, to).await?;
        let person = if let Actor::Person(id) = &act.by { id.clone() } else { String::new() };
        if let Some(first) = mails.first()
            && kind != MailKind::Correction
        {
            let written = Written {
                text: outgoing.markdown.clone(),
                reply: self.reply_of(kind, outgoing),
                lang: outgoing.lang,
                recipients: outgoing.recipients.clone(),
                replaced: None,
                saved_at: act.at,
            };
            act.tx.written_keep(&act.ticket.id, &person, &written).await?;
            act.tx.written_becomes(&act.ticket.id, &person, &first.id).await?;
        }
        for entry in &mails {
            act.tx.outbox_add(entry).await?;
            act.tx
                .event_add(&act.ticket.id, act.at, &act.by, EventKind::Promised, entry.kind.title())
                .await?;
        }
        Ok(mails.into_iter().map(|entry| entry.recipient).collect::<Vec<_>>().join(", "))
    }

    /// The mails that a person's words make: one for each recipient, whoever stands in To first.
    async fn person_mails(
        &self,
        act: &mut Act,
        kind: MailKind,
        outgoing: &Outgoing,
        to: Option<String>,
    ) -> Result<Vec<NewEntry>, DeskError> {
        if outgoing.markdown.trim().is_empty() {
            return Err(DeskError::Refused("Le texte de la réponse est vide.".to_owned()));
        }
        filled(&outgoing.markdown)?;
        let message = self.answered(act).await?;
        let messages = act.tx.messages(&act.ticket.id).await?;
        let everybody = match to {
            Some(to) => vec![to],
            None => self.chosen(&act.ticket, &messages, outgoing.recipients.as_deref())?,
        };
        let (to, cc) = everybody.split_first().ok_or(DeskError::NotFound)?;
        let letterhead = match outgoing.lang {
            Some(lang) => Ticket { lang, ..act.ticket.clone() },
            None => act.ticket.clone(),
        };
        let hold = match kind {
            MailKind::Correction => chrono::Duration::zero(),
            _ => self.settings().answer.hold.as_chrono(),
        };
        let mut mails: Vec<NewEntry> = Vec::new();
        for recipient in &everybody {
            let promise = Promise {
                kind: if mails.is_empty() { kind } else { MailKind::AnswerCopy },
                to: recipient,
                answering: Some(&message),
                at: act.at,
                due_at: act.at + hold,
                enclosures: Vec::new(),
                handed: None,
            };
            let beside = mails.first().map(|first| first.message_id.as_str());
            let circle = Circle { to: Some(to), cc, beside };
            mails.push(self.person_letter(&outgoing.markdown, &letterhead, &promise, circle)?);
        }
        Ok(mails)
    }

    /// The addresses that get a mail, whoever stands in To first.
    fn chosen(
        &self,
        ticket: &Ticket,
        messages: &[StoredMessage],
        chosen: Option<&[String]>,
    ) -> Result<Vec<String>, DeskError> {
        let offered = self.recipients(ticket, messages);
        let refused = |says: &str| DeskError::Refused(says.to_owned());
        if offered.is_empty() {
            return Err(refused("Cette demande n’a pas d’adresse à laquelle répondre."));
        }
        let is = |one: &Recipient, address: &String| one.address.eq_ignore_ascii_case(address.trim());
        if chosen.is_some_and(|all| !all.iter().all(|address| offered.iter().any(|one| is(one, address)))) {
            return Err(refused("Une des adresses cochées n’est plus celle d’une personne de cet échange."));
        }
        let taken = offered.iter().filter(|one| match chosen {
            Some(chosen) => chosen.iter().any(|address| is(one, address)),
            None => one.proposed,
        });
        let all: Vec<String> = taken.map(|one| one.address.clone()).collect();
        match (all.is_empty(), chosen) {
            (true, Some(_)) => Err(refused("Cochez au moins un destinataire.")),
            (true, None) => Err(refused("Cette demande n’a pas d’adresse à laquelle répondre.")),
            (false, _) => Ok(all),
        }
    }

    /// Holds what was to settle the matter and has not left yet: a refusal, an automatic answer.
    pub(super) async fn hold_refusals(&self, act: &mut Act, because: &str) -> Result<bool, DeskError> {
        let mut held = false;
        for entry in act.tx.outbox_of(&act.ticket.id).await? {
            if entry.kind.settles().is_some()
                && entry.state == OutboxState::Due
                // `false`: the delivery took it a moment ago; it is on its way, and the trail must not say otherwise.
                && act.tx.outbox_held(&entry.id, OutboxState::Due, because).await?
            {
                act.tx.event_add(&act.ticket.id, act.at, &act.by, EventKind::Stopped, because).await?;
                held = true;
            }
        }
        Ok(held)
    }
}

/// Refuses a text in which a mark of a template was left: nothing would fill it.
pub(in crate::desk) fn filled(markdown: &str) -> Result<(), DeskError> {
    let Some(mark) = Replies::unfilled_mark(markdown) else { return Ok(()) };
    Err(DeskError::Refused(format!(
        "Le texte contient « {} », que rien ne remplit : écrivez à la place ce qu’il doit dire, ou retirez-le.",
        one_line(&mark, 80)
    )))
}
