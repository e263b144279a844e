//! A further message on a ticket. A person's message brings the ticket back to the team; after a refusal it contests it.
//! A machine's message is shown and changes nothing, except that a delivery report says which mail did not arrive. A word
//! of thanks changes nothing either.

use chrono::{DateTime, Duration, Utc};

use super::admit::Part;
use super::pass_on::PASS_ON_WISH;
use super::third_party::THIRD_PARTY_WROTE;
use super::understand::Understood;
use super::{Desk, DeskError};
use crate::mail::{Kind, thanks};
use crate::message::{Arrival, Message};
use crate::store::{Direction, Outcome, Tx};
use crate::ticket::{Actor, EventKind, OutboxState, Status, Ticket};

/// Reopenings of one ticket by messages within an hour.
const REOPENINGS: usize = 3;
/// Octets above which a word of thanks has a picture pasted into it that may say more; a logo is smaller.
const PICTURED: usize = 100_000;

impl Desk {
    pub(super) async fn append(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        digest: &str,
        mut ticket: Ticket,
    ) -> Result<(Outcome, String), DeskError> {
        let now = self.clock().now();
        let message = &understood.message;
        let from_requester = message.from_email.eq_ignore_ascii_case(&ticket.requester_email);
        let by = if from_requester { Actor::Requester } else { Actor::Correspondent };
        let ban = Some("thread".to_owned());
        let inquiry = self.inquiry_answered_by(tx, understood, &ticket).await?;
        let part = self.part_in(tx, &ticket, &message.from_email.to_lowercase()).await?;
        let answered = self.answer_to(tx, &ticket.id, understood).await?.is_some();
        let begins = answered
            && !tx.messages(&ticket.id).await?.iter().any(|stored| stored.direction == Direction::In);
        let aside = inquiry.is_some() || (part == Part::Aside && !is_told(message, &ticket));
        let direction = if aside { Direction::Aside } else { Direction::In };
        let filed = self.file_message(tx, arrival, understood, digest, &ticket.id, direction, ban).await?;
        tx.event_add(&ticket.id, arrival.received_at, &by, EventKind::Received, arrival.door.code()).await?;
        if answered && begins {
            self.begins_conversation(tx, arrival, understood, &ticket).await?;
        }
        if arrival.door.is_history() || answered {
            return Ok((Outcome::Appended, ticket.id));
        }
        if part == Part::Named {
            tx.event_add(&ticket.id, now, &by, EventKind::Joined, &message.from_email).await?;
        }
        let put_off = ticket.status == Status::Snoozed;
        if !put_off
            && message.attachments.is_empty()
            && arrival.raw.len() <= PICTURED
            && thanks::only_thanks(&message.text(), self.asked(tx, &ticket, message).await?)
        {
            tx.event_add(&ticket.id, now, &by, EventKind::Thanked, &filed.id).await?;
            return Ok((Outcome::Appended, ticket.id));
        }
        if inquiry.is_none() && aside {
            self.brings_back(tx, &mut ticket, THIRD_PARTY_WROTE).await?;
            return Ok((Outcome::Appended, ticket.id));
        }
        if let Some(inquiry) = inquiry {
            self.third_party_wrote(tx, &inquiry, &filed, &mut ticket).await?;
            return Ok((Outcome::Appended, ticket.id));
        }
        if self.recipient_wrote(tx, understood, &mut ticket, now).await? {
            self.save(tx, &ticket).await?;
            return Ok((Outcome::Appended, ticket.id));
        }
        let mut stopped = false;
        for waiting in tx.outbox_of(&ticket.id).await? {
            // Whoever writes again before the refusal left has not been understood yet: a person reads first.
            let because = "un nouveau message est arrivé avant le départ";
            if waiting.kind.settles().is_some()
                && waiting.state == OutboxState::Due
                && tx.outbox_held(&waiting.id, OutboxState::Due, because).await?
            {
                let title = waiting.kind.title();
                tx.event_add(&ticket.id, now, &Actor::Program, EventKind::Stopped, title).await?;
                stopped = true;
            }
        }
        self.promise_owed_receipt(tx, &ticket).await?;
        let proven = from_requester && !stopped && !understood.nature.unproven;
        let wish = if proven { self.wishes_to_pass_on(tx, &ticket, &message.text()).await? } else { None };
        if wish == Some(true) {
            self.pass_on_answered(tx, &mut ticket, message).await?;
            self.save(tx, &ticket).await?;
            return Ok((Outcome::Appended, ticket.id));
        }
        // Followed silently as long as somebody else is asked; asked ourselves, we answer.
        let asked = message.to.iter().any(|address| self.own().is_own(address));
        let settled = match ticket.status {
            Status::Open | Status::Snoozed => false,
            Status::Follow => asked,
            _ => true,
        };
        // Read again: the delivery may have taken a refusal a moment ago.
        let left = |state| matches!(state, OutboxState::Sent | OutboxState::Sending | OutboxState::InDoubt);
        if matches!(ticket.status, Status::Refused | Status::Closed)
            && tx
                .outbox_of(&ticket.id)
                .await?
                .iter()
                .any(|entry| entry.kind.is_refusal() && left(entry.state))
        {
            ticket.contested = true;
            let detail = wish.map_or("", |_| PASS_ON_WISH);
            tx.event_add(&ticket.id, now, &by, EventKind::Contested, detail).await?;
        }
        if put_off {
            self.wake_in(tx, &mut ticket, &by, "un message est arrivé", now).await?;
        } else if settled && !stopped && self.reopened_too_often(tx, &ticket).await? {
            self.withhold_reopening(tx, &ticket, now).await?;
        } else if settled {
            tx.event_add(&ticket.id, now, &by, EventKind::Reopened, "").await?;
            ticket.status = Status::Open;
        }
        ticket.updated_at = now;
        self.save(tx, &ticket).await?;
        Ok((Outcome::Appended, ticket.id))
    }

    /// What somebody outside says to the team alone brings a ticket back that nobody looks at.
    async fn brings_back(&self, tx: &mut Tx, ticket: &mut Ticket, because: &str) -> Result<(), DeskError> {
        if ticket.status == Status::Open {
            return Ok(());
        }
        let now = self.clock().now();
        if ticket.status == Status::Snoozed {
            self.wake_in(tx, ticket, &Actor::Correspondent, because, now).await?;
            return self.save(tx, ticket).await;
        }
        if self.reopened_too_often(tx, ticket).await? {
            return self.withhold_reopening(tx, ticket, now).await;
        }
        tx.event_add(&ticket.id, now, &Actor::Correspondent, EventKind::Reopened, because).await?;
        ticket.status = Status::Open;
        ticket.updated_at = now;
        self.save(tx, ticket).await
    }

    /// Says on a ticket that a message would have reopened it once too often; [`Desk::reopen_withheld`] does so later.
    async fn withhold_reopening(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let detail =
            format!("rouverte {REOPENINGS} fois en une heure : le message est joint sans la rouvrir");
        Ok(tx.event_add(&ticket.id, now, &Actor::Program, EventKind::ReopenLimited, &detail).await?)
    }

    /// Whether the last mail to the sender of a message asked something: then "d’accord, merci" is an answer.
    async fn asked(&self, tx: &mut Tx, ticket: &Ticket, message: &Message) -> Result<bool, DeskError> {
        let sent = tx.outbox_of(&ticket.id).await?.into_iter().rfind(|entry| {
            entry.recipient.eq_ignore_ascii_case(&message.from_email) && entry.state == OutboxState::Sent
        });
        let sent = sent.map(|entry| (entry.created_at, entry.text));
        let messages = tx.messages(&ticket.id).await?;
        let wrote = messages.into_iter().rfind(|stored| stored.direction == Direction::Out);
        let wrote = wrote.map(|stored| (stored.received_at, stored.message.text()));
        let last = sent.into_iter().chain(wrote).max_by_key(|(at, _)| *at);
        Ok(last.is_some_and(|(_, text)| thanks::asks(&text)))
    }

    /// Files a machine's message on the ticket it speaks of.
    pub(super) async fn link_notice(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        digest: &str,
        ticket: Ticket,
        outbox_id: Option<String>,
    ) -> Result<(Outcome, String), DeskError> {
        let now = self.clock().now();
        let ban = Some(understood.automatic.reason.clone());
        self.file_message(tx, arrival, understood, digest, &ticket.id, Direction::Notice, ban).await?;
        tx.event_add(&ticket.id, now, &Actor::Program, EventKind::Linked, understood.kind().code()).await?;
        if arrival.door.is_history() {
            return Ok((Outcome::Linked, ticket.id));
        }
        match outbox_id {
            Some(outbox_id) if understood.kind() == Kind::Bounce => {
                self.take_back(tx, understood, &outbox_id).await?;
            }
            outbox_id => {
                self.recipient_is_absent(tx, understood, &ticket.id, outbox_id.as_deref()).await?;
            }
        }
        Ok((Outcome::Linked, ticket.id))
    }

    /// Whether messages have reopened a ticket so often within the hour that two programs must be answering each other:
    /// a person who closes it again and again would be fighting a machine.
    async fn reopened_too_often(&self, tx: &mut Tx, ticket: &Ticket) -> Result<bool, DeskError> {
        let since = self.clock().now() - Duration::hours(1);
        let reopened = tx.events_of(&ticket.id).await?.into_iter().filter(|event| {
            event.kind == EventKind::Reopened
                && event.at > since
                && matches!(event.actor, Actor::Requester | Actor::Correspondent)
        });
        Ok(reopened.count() >= REOPENINGS)
    }

    /// Reopens the tickets whose reopening was withheld an hour ago and that nobody has looked at since: a loop is slowed
    /// down to one reopening an hour, and no message of a person stays unseen. Returns how many.
    pub async fn reopen_withheld(&self) -> Result<usize, DeskError> {
        let now = self.clock().now();
        let mut reopened = 0;
        for id in self.store().reopenings_withheld(now - Duration::hours(1)).await? {
            match self.reopen_owed(&id, now).await {
                Ok(done) => reopened += usize::from(done),
                // A colleague is at it this very moment.
                Err(DeskError::Conflict { .. }) => {}
                // One ticket that cannot be read must not keep the others waiting.
                Err(cause) => tracing::error!(ticket = id, %cause, "a ticket could not be reopened"),
            }
        }
        Ok(reopened)
    }

    /// Reopens a ticket whose reopening is owed; `false`: somebody has looked at it since.
    async fn reopen_owed(&self, id: &str, now: DateTime<Utc>) -> Result<bool, DeskError> {
        let mut tx = self.store().begin().await?;
        let Some(mut ticket) = tx.ticket_by_id(id).await? else { return Ok(false) };
        if ticket.status == Status::Open || !tx.reopening_is_owed(id).await? {
            return Ok(false);
        }
        tx.event_add(id, now, &Actor::Program, EventKind::Reopened, "un message attendait").await?;
        ticket.status = Status::Open;
        ticket.updated_at = now;
        self.save(&mut tx, &ticket).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Saves a ticket read in this transaction.
    pub(super) async fn save(&self, tx: &mut Tx, ticket: &Ticket) -> Result<(), DeskError> {
        if tx.ticket_save(ticket).await? {
            return Ok(());
        }
        let now = tx.ticket_by_id(&ticket.id).await?.map_or(0, |ticket| ticket.version);
        Err(DeskError::Conflict { seen: ticket.version, now })
    }
}

/// Whether a message goes to the requester as well: then it is of their conversation.
fn is_told(message: &Message, ticket: &Ticket) -> bool {
    let mut everybody = message.to.iter().chain(&message.cc);
    everybody.any(|to| to.eq_ignore_ascii_case(&ticket.requester_email))
}
