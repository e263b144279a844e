//! What a person of the team does to a ticket: each act is one transaction, guarded by the version the person saw.

mod answer;
mod automatic;
mod bulk;
mod correct;
mod example;
mod hand_over;
mod mail;
mod meeting;
mod merge;
mod own;
mod parked;
mod refuse;
mod requester;
mod snooze;
mod split;
mod state;
mod written;

use chrono::{DateTime, Utc};

use super::{Desk, DeskError};
use crate::message::Message;
use crate::store::{Direction, StoredMessage, Tx};
use crate::ticket::{Actor, EventKind, Status, Ticket};

pub(super) use answer::filled;
pub use answer::{Outgoing, Recipient, RecipientPart};
pub use bulk::{Bulk, MOST_AT_ONCE, TakenBack};
pub use own::OwnEnd;
pub use written::Others;

/// The ticket as the person saw it, and who they are.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Public reference.
    pub reference: String,
    /// The version on the page.
    pub version: i64,
    /// Account id of the person.
    pub person: String,
}

impl Seen {
    /// A ticket as a program that just read it saw it, for a person.
    pub(in crate::desk) fn of(ticket: &Ticket, person: &str) -> Self {
        Self { reference: ticket.reference.clone(), version: ticket.version, person: person.to_owned() }
    }
}

/// An act under way: nothing is kept until [`Desk::conclude`].
struct Act {
    tx: Tx,
    ticket: Ticket,
    /// Where the ticket stood before.
    before: Status,
    by: Actor,
    /// When it is done: all that it writes bears this instant.
    at: DateTime<Utc>,
}

impl Desk {
    /// Where a person's answer goes: to the requester, at the Reply-To of their last message where it has one. Somebody
    /// else who wrote in the thread (a coordinator, a colleague in copy) is never answered in the requester's place, and
    /// neither a machine's notice nor a mail that the own border calls forged sends the answer elsewhere.
    /// `None`: nobody can be written to.
    pub fn answer_address(&self, ticket: &Ticket, messages: &[StoredMessage]) -> Option<String> {
        let requester = &ticket.requester_email;
        let last = messages.iter().rev().find(|stored| {
            stored.direction == Direction::In
                && stored.message.from_email.eq_ignore_ascii_case(requester)
                && !stored.nature.as_ref().is_some_and(|nature| nature.unproven)
        });
        let last = last.map(|stored| &stored.message);
        let wished = last.and_then(|message| message.reply_to.as_ref()).into_iter().chain([requester]);
        let mut wished = wished.filter(|address| address.contains('@') && !self.own().is_own(address));
        wished.next().map(|address| address.trim().to_owned())
    }

    /// Reads the ticket in a transaction and checks that it is as the person saw it, and not part of another one: whoever
    /// acts, acts there.
    async fn begin_act(&self, seen: &Seen) -> Result<Act, DeskError> {
        let mut act = self.begin_act_on_any(seen).await?;
        if act.tx.merged(&act.ticket.id).await?.is_some() {
            let says =
                "Cette demande est fusionnée dans une autre : agissez sur celle-là, ou défaites la fusion.";
            return Err(DeskError::Refused(says.to_owned()));
        }
        Ok(act)
    }

    /// The same for what goes to somebody else, unseen by the requester: the ticket stays where it is.
    pub(in crate::desk) async fn begin_aside(&self, seen: &Seen) -> Result<(Tx, Ticket), DeskError> {
        let Act { tx, ticket, .. } = self.begin_act(seen).await?;
        Ok((tx, ticket))
    }

    async fn begin_act_on_any(&self, seen: &Seen) -> Result<Act, DeskError> {
        let mut tx = self.store().begin().await?;
        let ticket = tx.ticket(&seen.reference).await?.ok_or(DeskError::NotFound)?;
        if ticket.version != seen.version {
            return Err(DeskError::Conflict { seen: seen.version, now: ticket.version });
        }
        // What this act renders is rendered with the texts in force.
        self.triage_in(&mut tx).await?;
        let (at, before) = (self.clock().now(), ticket.status);
        Ok(Act { tx, ticket, before, by: Actor::Person(seen.person.clone()), at })
    }

    /// Writes the event and finishes.
    async fn conclude(&self, mut act: Act, kind: EventKind, detail: &str) -> Result<(), DeskError> {
        act.tx.event_add(&act.ticket.id, act.at, &act.by, kind, detail).await?;
        self.finish(act).await
    }

    /// Ends what the ticket no longer waits for, saves it and commits.
    async fn finish(&self, mut act: Act) -> Result<(), DeskError> {
        if act.ticket.status != act.before && act.ticket.status != Status::HandedOver {
            self.take_hand_overs_back(&mut act.tx, &act.ticket.id, act.at).await?;
        }
        if act.ticket.status != Status::Snoozed {
            act.tx.snooze_forget(&act.ticket.id).await?;
        }
        self.keep(act).await
    }

    /// Saves the ticket under its version guard and commits, and nothing else.
    async fn keep(&self, mut act: Act) -> Result<(), DeskError> {
        act.ticket.updated_at = act.at;
        self.save(&mut act.tx, &act.ticket).await?;
        act.tx.commit().await?;
        self.outbox_bell().notify_one();
        Ok(())
    }

    /// The message a person answers: the requester's last one. Where it came by form, the thread hangs on the last
    /// mail of ours, so that the requester's mail program keeps the conversation together.
    async fn answered(&self, act: &mut Act) -> Result<Message, DeskError> {
        let messages = act.tx.messages(&act.ticket.id).await?;
        let requester = &act.ticket.requester_email;
        let last = messages.into_iter().rev().find(|stored| {
            stored.direction == Direction::In
                && stored.message.from_email.eq_ignore_ascii_case(requester)
                && !stored.nature.as_ref().is_some_and(|nature| nature.unproven)
        });
        let mut message = last.map(|stored| stored.message).unwrap_or_default();
        if message.message_id.is_none() {
            let sent = act.tx.outbox_of(&act.ticket.id).await?;
            let theirs = sent.into_iter().rfind(|entry| entry.kind.is_for_requester());
            message.message_id = theirs.map(|entry| entry.message_id);
        }
        Ok(message)
    }
}
