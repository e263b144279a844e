//! Who may write in a conversation: its requester, whoever wrote or was written to in it, whom the request was handed over
//! to, the team. Who was only in copy joins with their first message, unless it may be forged. Whoever else has our mail in
//! hand may have got it from anybody: they open a ticket of their own, and the two lead to each other.

use super::thread::Thread;
use super::understand::Understood;
use super::{Desk, DeskError};
use crate::store::{Direction, StoredMessage, Tx};
use crate::ticket::{EventKind, Ticket};

/// The part somebody has in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// They wrote in it, or were written to by the service.
    Inside,
    /// A message of it names them: they were in copy.
    Named,
    /// A colleague asked or told them, unseen by the requester.
    Aside,
    /// None.
    Stranger,
}

impl Desk {
    /// Files the mail on the ticket if its sender is in the thread or of the team, or if a machine speaks of a mail of
    /// ours. What became part of another ticket goes on there.
    pub(super) async fn admit(
        &self,
        tx: &mut Tx,
        understood: &Understood,
        ticket: Ticket,
        outbox_id: Option<String>,
    ) -> Result<Thread, DeskError> {
        let ticket = self.stands_for(tx, ticket).await?;
        if understood.is_machine() {
            return Ok(Thread { ticket: Some(ticket), outbox_id, probably: None });
        }
        let sender = understood.message.from_email.to_lowercase();
        let proven = !understood.nature.unproven;
        let admitted = match self.part_in(tx, &ticket, &sender).await? {
            Part::Inside => true,
            Part::Named | Part::Aside if proven => true,
            _ => (proven && tx.is_staff(&sender).await?) || self.stands_in(tx, understood, &ticket).await?,
        };
        if admitted {
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

    /// The part that an address (lower case) has in a ticket.
    pub(super) async fn part_in(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        sender: &str,
    ) -> Result<Part, DeskError> {
        let is = |address: &str| address.eq_ignore_ascii_case(sender);
        if is(&ticket.requester_email)
            || tx.writers(&ticket.id).await?.iter().any(|writer| is(writer))
            || tx.outbox_of(&ticket.id).await?.iter().any(|entry| is(&entry.recipient))
            || tx.hand_overs_of(&ticket.id).await?.iter().any(|one| is(&one.email))
        {
            return Ok(Part::Inside);
        }
        let messages = tx.messages(&ticket.id).await?;
        let names = |stored: &StoredMessage| {
            let message = &stored.message;
            message.to.iter().chain(&message.cc).chain(&message.reply_to).any(|address| is(address))
        };
        // Whom a machine or a forgery names has been let in by nobody.
        let proven = |stored: &&StoredMessage| {
            matches!(stored.direction, Direction::In | Direction::Out)
                && !stored.nature.as_ref().is_some_and(|nature| nature.unproven)
        };
        if messages.iter().filter(proven).any(names) {
            return Ok(Part::Named);
        }
        // Where there is nothing but what a colleague passed on to others, there is no conversation to join.
        let conversation = messages.iter().any(|stored| stored.direction != Direction::OutAside);
        let aside = messages.iter().filter(|stored| stored.direction == Direction::OutAside).any(names);
        Ok(if aside && conversation { Part::Aside } else { Part::Stranger })
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
