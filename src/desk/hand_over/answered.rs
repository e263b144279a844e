//! An answer by mail of whoever has the request. It is theirs when it comes from their address, or from their mail domain
//! in direct reply to the mail that only they got. Where the requester got it too, a person glances at it before the
//! ticket is closed; an answer to the service alone still has to be passed on by a person.
//!
//! What may be their helpdesk's receipt answers nothing: the answer is still waited for, and a person reads it.

use chrono::{DateTime, Utc};

use super::declined::says_not_mine;
use crate::desk::understand::Understood;
use crate::desk::{Desk, DeskError};
use crate::mail::Authorship;
use crate::message::Message;
use crate::store::Tx;
use crate::ticket::{Actor, EventKind, HandOver, HandOverState, MailKind, Status, Ticket};

impl Desk {
    /// Files a person's message on a handed-over ticket. `true`: the ticket is where it belongs; `false`: it is handled as
    /// any message of its thread.
    pub(in crate::desk) async fn recipient_wrote(
        &self,
        tx: &mut Tx,
        understood: &Understood,
        ticket: &mut Ticket,
        at: DateTime<Utc>,
    ) -> Result<bool, DeskError> {
        let message = &understood.message;
        if ticket.status == Status::Follow {
            return self.asked_wrote(tx, understood, ticket, at).await;
        }
        let handed = tx.hand_overs_of(&ticket.id).await?;
        if handed.is_empty() || understood.nature.unproven {
            return Ok(false);
        }
        let named = |email: &str| message.to.iter().any(|to| to.eq_ignore_ascii_case(email));
        if message.from_email.eq_ignore_ascii_case(&ticket.requester_email) {
            // They go on between themselves, with us in copy.
            let between = handed.iter().any(|one| one.reached && named(&one.email));
            return Ok(between && matches!(ticket.status, Status::HandedOver | Status::Closed));
        }
        let Some(one) = self.recipient_of(tx, &handed, message).await? else { return Ok(false) };
        if one.state == HandOverState::Waiting
            && says_not_mine(&message.text())
            && self.recipient_declined(tx, &one, message, ticket).await?
        {
            return Ok(true);
        }
        if understood.authorship == Authorship::Doubtful {
            return self.recipient_perhaps_answered(tx, &one, message, ticket, at).await;
        }
        let mut everybody = message.to.iter().chain(&message.cc);
        let reached = everybody.any(|to| to.eq_ignore_ascii_case(&ticket.requester_email));
        let note = if reached {
            "a répondu à l’auteur de la demande, le service en copie"
        } else {
            "a répondu au service seul : à faire suivre à l’auteur de la demande"
        };
        let one = HandOver { reached: one.reached || reached, glanced_at: None, ..one };
        self.hand_over_goes_on(tx, &one, HandOverState::Answered, note, &Actor::Correspondent).await?;
        if !reached || ticket.status != Status::HandedOver {
            return Ok(false);
        }
        // A colleague's mailbox may be that of a helpdesk, however it writes.
        let surely = understood.authorship == Authorship::Person
            && one.email.eq_ignore_ascii_case(&message.from_email);
        self.conclude_answered(tx, ticket, surely, at).await?;
        Ok(true)
    }

    /// Whoever has the request, or their house, wrote what may be a receipt: it is still waited for, and a person reads it.
    async fn recipient_perhaps_answered(
        &self,
        tx: &mut Tx,
        one: &HandOver,
        message: &Message,
        ticket: &mut Ticket,
        at: DateTime<Utc>,
    ) -> Result<bool, DeskError> {
        if ticket.status != Status::HandedOver {
            return Ok(false);
        }
        let by = Actor::Correspondent;
        let detail = format!("{} : peut-être un accusé de réception", message.from_email);
        tx.event_add(&ticket.id, at, &by, EventKind::RecipientWrote, &detail).await?;
        if one.state == HandOverState::Waiting {
            let note = "a écrit : peut-être un accusé de réception, peut-être une réponse".to_owned();
            tx.hand_over_save(&HandOver { note, ..one.clone() }, one).await?;
        }
        ticket.updated_at = at;
        Ok(true)
    }

    /// The hand-over that a message answers, the latest one first.
    async fn recipient_of(
        &self,
        tx: &mut Tx,
        handed: &[HandOver],
        message: &Message,
    ) -> Result<Option<HandOver>, DeskError> {
        if self.answers_digest(tx, message).await? {
            return Ok(None);
        }
        let theirs = handed.iter().rev().find(|one| one.email.eq_ignore_ascii_case(&message.from_email));
        if let Some(one) = theirs {
            return Ok(Some(one.clone()));
        }
        let answered = self.hand_over_answered(tx, message).await?;
        let reference = self.triage().reference();
        Ok(answered.filter(|one| reference.are_colleagues(&one.email, &message.from_email)))
    }

    /// Whether a message answers a mail that gathers several requests: nobody knows which of them is meant.
    async fn answers_digest(&self, tx: &mut Tx, message: &Message) -> Result<bool, DeskError> {
        let Some(id) = &message.in_reply_to else { return Ok(false) };
        for outbox_id in tx.known_ids(id).await?.into_iter().filter_map(|known| known.outbox_id) {
            let entry = tx.outbox_entry(&outbox_id).await?;
            if entry.is_some_and(|entry| entry.kind == MailKind::HandOverDigest) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The hand-over whose own mail, or reminder, a message answers directly.
    pub(in crate::desk) async fn hand_over_answered(
        &self,
        tx: &mut Tx,
        message: &Message,
    ) -> Result<Option<HandOver>, DeskError> {
        let Some(id) = &message.in_reply_to else { return Ok(None) };
        for known in tx.known_ids(id).await? {
            let Some(outbox_id) = known.outbox_id else { continue };
            let Some(entry) = tx.outbox_entry(&outbox_id).await? else { continue };
            if !matches!(entry.kind, MailKind::HandOver | MailKind::HandOverReminder) {
                continue;
            }
            let mut handed = tx.hand_overs_of(&entry.ticket_id).await?;
            handed.retain(|one| one.email.eq_ignore_ascii_case(&entry.recipient));
            if let Some(one) = handed.pop() {
                return Ok(Some(one));
            }
        }
        Ok(None)
    }
}
