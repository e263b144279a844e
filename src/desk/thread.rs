//! Which ticket a mail belongs to: by a signed key among the addresses it was sent to, then by In-Reply-To and References
//! against every Message-ID known, then by the signed tag of the subject, last by a bare reference of somebody who is in that
//! conversation already. Never by the subject alone, and never for a stranger (`admit.rs`).

use super::understand::Understood;
use super::{Desk, DeskError};
use crate::keys::read_reference;
use crate::mail::{Kind, relayed, token};
use crate::message::{Arrival, Channel, Message};
use crate::store::message::KnownId;
use crate::store::{Direction, OutboxEntry, StoredMessage, Tx};
use crate::ticket::Ticket;

/// References that are looked up in one mail.
const CITED_LIMIT: usize = 10;

/// Where a mail belongs.
#[derive(Default)]
pub(super) struct Thread {
    /// The ticket it is to be filed on.
    pub ticket: Option<Ticket>,
    /// The mail of ours that a bounce or notice is about.
    pub outbox_id: Option<String>,
    /// A stranger wrote in this ticket's thread: a new ticket is opened and says so.
    pub probably: Option<Ticket>,
}

impl Desk {
    pub(super) async fn find_thread(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
    ) -> Result<Thread, DeskError> {
        if arrival.door.channel() == Channel::Form {
            // Only the status page, behind its code, writes what a form adds to.
            let mut ticket = match &understood.traces.adds_to {
                Some(reference) => tx.ticket(reference).await?,
                None => None,
            };
            if let Some(part) = &ticket
                && let Some(merged) = tx.merged(&part.id).await?
            {
                ticket = tx.ticket_by_id(&merged.into_id).await?;
            }
            return Ok(Thread { ticket, ..Thread::default() });
        }
        if arrival.door.channel() != Channel::Mail {
            return Ok(Thread::default());
        }
        let delivered = &understood.traces.delivered_to;
        let keyed = || delivered.iter().find_map(|to| token::entry_from_address(to, self.keys()));
        if let Some(id) = self.keyed_entry(arrival).or_else(keyed)
            && let Some(entry) = tx.outbox_entry(&id).await?
            && let Some(ticket) = tx.ticket_by_id(&entry.ticket_id).await?
        {
            return self.admit(tx, understood, ticket, Some(id)).await;
        }
        let message = &understood.message;
        // A mail of ours that comes back whole: through an alias, a list, or a program that answers with it.
        let own = message.message_id.iter().filter(|_| understood.ours);
        let answered = understood.about.iter().chain(own).chain(&message.in_reply_to);
        let answered = answered.chain(message.references.iter().rev());
        let answered: Vec<&String> = answered.chain(&understood.traces.other_ids).collect();
        // Where a report names the mail it is about, the conversation around that mail has not come back.
        let about = understood.about.as_ref().filter(|_| understood.kind() == Kind::Bounce);
        let came_back = |id: &String| about.is_none_or(|about| about == id);
        // A report or notice is about a mail of ours where it names one, and not about what that one answered.
        if understood.is_machine() {
            for id in &answered {
                let ours = tx.known_ids(id).await?.into_iter().find(|known| known.outbox_id.is_some());
                if let Some(KnownId { ticket_id, outbox_id }) = ours
                    && let Some(ticket) = tx.ticket_by_id(&ticket_id).await?
                {
                    return self.admit(tx, understood, ticket, outbox_id.filter(|_| came_back(id))).await;
                }
            }
        }
        for reference in self.keyed_references(arrival, understood) {
            if let Some(ticket) = tx.ticket(&reference).await? {
                return self.admit(tx, understood, ticket, None).await;
            }
        }
        // A colleague's answer was faster here than the mail that it answers.
        if let Some((ticket, answer)) = self.answered_on(tx, understood).await? {
            // A web form writes in its own name and keeps the writer in Reply-To, where the answer went.
            let thread = if !understood.nature.unproven && goes_to_writer(&answer, message) {
                Thread { ticket: Some(ticket), ..Thread::default() }
            } else {
                self.admit(tx, understood, ticket, None).await?
            };
            if thread.ticket.is_some() {
                return Ok(thread);
            }
        }
        let domain = self.service().domain();
        for id in answered {
            // Anybody can send a mail under an id they have seen: of several tickets the first that admits the sender.
            let mut elsewhere = None;
            for KnownId { ticket_id, outbox_id } in tx.known_ids(id).await? {
                let Some(ticket) = tx.ticket_by_id(&ticket_id).await? else { continue };
                let thread = self.admit(tx, understood, ticket, outbox_id.filter(|_| came_back(id))).await?;
                if thread.ticket.is_some() {
                    return Ok(thread);
                }
                elsewhere.get_or_insert(thread);
            }
            if let Some(thread) = elsewhere {
                return Ok(thread);
            }
            if let Some(reference) = token::reference_from_message_id(id, domain, self.keys())
                && let Some(ticket) = tx.ticket(&reference).await?
            {
                return self.admit(tx, understood, ticket, None).await;
            }
        }
        if let Some(reference) = &understood.traces.tag
            && let Some(ticket) = tx.ticket(reference).await?
        {
            return self.admit(tx, understood, ticket, None).await;
        }
        self.cited_thread(tx, understood).await
    }

    /// The thread of a mail that cites a bare reference in its subject or its text. A number proves nothing: somebody who
    /// is in that conversation, and whom nothing calls forged, goes on with it; of anybody else it is only told. What is
    /// forwarded may cite anything.
    async fn cited_thread(&self, tx: &mut Tx, understood: &Understood) -> Result<Thread, DeskError> {
        let mut thread = Thread::default();
        if understood.is_machine() || understood.nature.unproven || understood.is_forward() {
            return Ok(thread);
        }
        for reference in cited(&understood.message) {
            let Some(ticket) = tx.ticket(&reference).await? else { continue };
            let found = self.admit(tx, understood, ticket, None).await?;
            if found.ticket.is_some() {
                return Ok(found);
            }
            thread.probably = thread.probably.or(found.probably);
        }
        Ok(thread)
    }

    /// The ticket of a mail that a colleague wrote: by the same proofs, and nobody has to be let in.
    pub(super) async fn thread_of_ours(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
    ) -> Result<Option<Ticket>, DeskError> {
        match self.proven_thread_of_ours(tx, arrival, understood).await? {
            Some(ticket) => Ok(Some(self.stands_for(tx, ticket).await?)),
            None => Ok(None),
        }
    }

    async fn proven_thread_of_ours(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
    ) -> Result<Option<Ticket>, DeskError> {
        for reference in self.keyed_references(arrival, understood) {
            if let Some(ticket) = tx.ticket(&reference).await? {
                return Ok(Some(ticket));
            }
        }
        let message = &understood.message;
        for id in message.in_reply_to.iter().chain(message.references.iter().rev()) {
            let mut found = None;
            for known in tx.known_ids(id).await? {
                let Some(ticket) = tx.ticket_by_id(&known.ticket_id).await? else { continue };
                let everybody =
                    understood.everybody().any(|to| to.eq_ignore_ascii_case(&ticket.requester_email));
                if everybody {
                    return Ok(Some(ticket));
                }
                found.get_or_insert(ticket);
            }
            let signed = token::reference_from_message_id(id, self.service().domain(), self.keys());
            if let (None, Some(reference)) = (&found, signed) {
                found = tx.ticket(&reference).await?;
            }
            if found.is_some() {
                return Ok(found);
            }
        }
        let named = understood.traces.tag.clone().into_iter().chain(cited(message));
        for reference in named.filter(|_| !understood.is_forward()) {
            if let Some(ticket) = tx.ticket(&reference).await? {
                return Ok(Some(ticket));
            }
        }
        Ok(None)
    }

    /// The references that the addresses it was sent to prove by their key.
    fn keyed_references(&self, arrival: &Arrival, understood: &Understood) -> Vec<String> {
        let named = arrival.envelope.to.iter().chain(&understood.traces.delivered_to);
        let all = named.chain(understood.everybody());
        all.filter_map(|address| token::reference_from_address(address, self.keys())).collect()
    }

    /// The ticket on which a colleague's mail answers this one, and that mail.
    async fn answered_on(
        &self,
        tx: &mut Tx,
        understood: &Understood,
    ) -> Result<Option<(Ticket, Message)>, DeskError> {
        for id in understood.ids() {
            for known in tx.known_ids(id).await? {
                if known.outbox_id.is_none()
                    && let Some(answer) = self.answer_to(tx, &known.ticket_id, understood).await?
                    && let Some(ticket) = tx.ticket_by_id(&known.ticket_id).await?
                {
                    return Ok(Some((ticket, answer)));
                }
            }
        }
        Ok(None)
    }

    /// The colleague's mail on this ticket that answers this one: by its own id alone, and only the first mail that bears
    /// it. Some programs name in other fields what they answer, and another text under the same id is another message.
    pub(super) async fn answer_to(
        &self,
        tx: &mut Tx,
        ticket_id: &str,
        understood: &Understood,
    ) -> Result<Option<Message>, DeskError> {
        let Some(id) = &understood.message.message_id else { return Ok(None) };
        let written = tx.messages(ticket_id).await?;
        let first = !written.iter().any(|stored| {
            stored.direction != Direction::Out && stored.message.message_id.as_ref() == Some(id)
        });
        let answers = |stored: &StoredMessage| {
            stored.direction == Direction::Out
                && stored.message.in_reply_to.iter().chain(&stored.message.references).any(|one| one == id)
        };
        Ok(written.into_iter().find(|stored| first && answers(stored)).map(|stored| stored.message))
    }

    /// Remembers under what other id a relay took a mail of ours: an answer names that one.
    pub(super) async fn remember_relayed(
        &self,
        tx: &mut Tx,
        entry: &OutboxEntry,
        words: &str,
    ) -> Result<(), DeskError> {
        for id in relayed::ids(words) {
            tx.message_id_add(&id, &entry.ticket_id, &entry.id).await?;
        }
        Ok(())
    }

    /// The outbox entry whose key stands in the address that the mail was sent to: only a program that had the envelope
    /// of a mail of ours can know it.
    pub(super) fn keyed_entry(&self, arrival: &Arrival) -> Option<String> {
        arrival.envelope.to.iter().find_map(|address| token::entry_from_address(address, self.keys()))
    }
}

/// Whether an answer goes to whoever wrote a mail, by its From or its Reply-To.
fn goes_to_writer(answer: &Message, message: &Message) -> bool {
    let writer = |to: &String| {
        to.eq_ignore_ascii_case(&message.from_email)
            || message.reply_to.as_ref().is_some_and(|reply_to| to.eq_ignore_ascii_case(reply_to))
    };
    !message.from_email.is_empty() && answer.to.iter().chain(&answer.cc).any(writer)
}

/// The references that a mail cites in its subject, then in what is newly written, each once. Written in small letters, a
/// word without any digit is a word.
fn cited(message: &Message) -> Vec<String> {
    let text = format!("{}\n{}", message.subject, message.text());
    let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '‐' | '–')));
    let mut found: Vec<String> = Vec::new();
    for word in words.filter(|word| (8..=12).contains(&word.len())) {
        let looks = word.bytes().any(|b| b.is_ascii_digit()) || !word.bytes().any(|b| b.is_ascii_lowercase());
        if let Some(reference) = read_reference(word).filter(|_| looks)
            && !found.contains(&reference)
            && found.len() < CITED_LIMIT
        {
            found.push(reference);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_among_words() {
        let cites = |subject: &str| cited(&Message { subject: subject.to_owned(), ..Message::default() });
        assert_eq!(cites("Demande n° 7K3M-10XZ, suite"), ["7K3M10XZ"]);
        assert_eq!(cites("demande 7k3m10xz (7K3M10XZ)"), ["7K3M10XZ"]);
        assert!(cites("En decembre, un abcdefgh et le 0298000000").is_empty());
    }
}
