//! Which ticket a mail belongs to: by signed key among the envelope recipients, then by In-Reply-To and References
//! against every Message-ID known. Never by a bare number in the subject, and never for a stranger.

use super::understand::Understood;
use super::{Desk, DeskError};
use crate::mail::{Kind, token};
use crate::message::{Arrival, Channel};
use crate::store::message::KnownId;
use crate::store::{Direction, StoredMessage, Tx};
use crate::ticket::{EventKind, Ticket};

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
            return Ok(Thread::default());
        }
        if let Some(id) = self.keyed_entry(arrival)
            && let Some(entry) = tx.outbox_entry(&id).await?
            && let Some(ticket) = tx.ticket_by_id(&entry.ticket_id).await?
        {
            return self.admit(tx, understood, ticket, Some(id)).await;
        }
        let message = &understood.message;
        // A mail of ours that comes back whole: through an alias, a list, or a program that answers with it.
        let own = message.message_id.iter().filter(|_| understood.ours);
        let answered = understood.about.iter().chain(own).chain(&message.in_reply_to);
        let answered: Vec<&String> = answered.chain(message.references.iter().rev()).collect();
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
        let recipients = arrival.envelope.to.iter().chain(&message.to).chain(&message.cc);
        for address in recipients {
            if let Some(reference) = token::reference_from_address(address, self.keys())
                && let Some(ticket) = tx.ticket(&reference).await?
            {
                return self.admit(tx, understood, ticket, None).await;
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
        Ok(Thread::default())
    }

    /// The outbox entry whose key stands in the address that the mail was sent to: only a program that had the envelope
    /// of a mail of ours can know it.
    pub(super) fn keyed_entry(&self, arrival: &Arrival) -> Option<String> {
        arrival.envelope.to.iter().find_map(|address| token::entry_from_address(address, self.keys()))
    }

    /// Files the mail on the ticket if its sender is in the thread or of the team, or if a machine speaks of a mail of
    /// ours. Whoever else has our mail in hand may have got it from anybody.
    async fn admit(
        &self,
        tx: &mut Tx,
        understood: &Understood,
        ticket: Ticket,
        outbox_id: Option<String>,
    ) -> Result<Thread, DeskError> {
        if understood.is_machine() {
            return Ok(Thread { ticket: Some(ticket), outbox_id, probably: None });
        }
        let sender = understood.message.from_email.to_lowercase();
        let mut known = tx.writers(&ticket.id).await?;
        known.push(ticket.requester_email.to_lowercase());
        known.extend(tx.outbox_of(&ticket.id).await?.into_iter().map(|entry| entry.recipient.to_lowercase()));
        known.extend(tx.hand_overs_of(&ticket.id).await?.into_iter().map(|one| one.email.to_lowercase()));
        // Whom a machine or a forgery names has been let in by nobody.
        let proven = |stored: &StoredMessage| {
            stored.direction == Direction::In && !stored.nature.as_ref().is_some_and(|nature| nature.unproven)
        };
        for stored in tx.messages(&ticket.id).await?.into_iter().filter(proven) {
            let named = stored.message.to.iter().chain(&stored.message.cc).chain(&stored.message.reply_to);
            known.extend(named.map(|address| address.to_lowercase()));
        }
        if known.contains(&sender)
            || tx.is_staff(&sender).await?
            || self.stands_in(tx, understood, &ticket).await?
        {
            return Ok(Thread { ticket: Some(ticket), outbox_id, probably: None });
        }
        // A stranger who wrote before has a ticket beside this one already.
        for event in tx.events_of(&ticket.id).await?.into_iter().rev() {
            if event.kind == EventKind::Related
                && let Some(theirs) = tx.ticket(&event.detail).await?
                && theirs.requester_email.eq_ignore_ascii_case(&sender)
            {
                return Ok(Thread { ticket: Some(theirs), ..Thread::default() });
            }
        }
        Ok(Thread { probably: Some(ticket), ..Thread::default() })
    }

    /// Whether a colleague of whoever the request was handed over to, or who was asked about it, answers that mail.
    async fn stands_in(
        &self,
        tx: &mut Tx,
        understood: &Understood,
        ticket: &Ticket,
    ) -> Result<bool, DeskError> {
        let message = &understood.message;
        if self.inquiry_answered_by(tx, understood, ticket).await?.is_some() {
            return Ok(true);
        }
        let handed = self.hand_over_answered(tx, message).await?;
        let handed = handed.filter(|handed| handed.ticket_id == ticket.id && !understood.nature.unproven);
        Ok(handed.is_some_and(|handed| {
            self.triage().reference().are_colleagues(&handed.email, &message.from_email)
        }))
    }
}
