//! Whether somebody still waits once a colleague has answered from their own mail program. A page of the team shows every
//! message before it takes an answer; a mail program does not. So the answer tells by what it names (In-Reply-To,
//! References) what its writer had before them. What it does not name stays open: a glance costs less than a request lost.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::{Desk, DeskError};
use crate::mail::thanks;
use crate::store::{Direction, StoredMessage, Tx};
use crate::ticket::{Actor, EventKind, MailKind, OutboxState, Ticket};

/// Ids that are looked up among the names of our own mails.
const LOOKUPS: usize = 50;

impl Desk {
    /// Whether a message of a ticket is reached by none of the answers that are filed on it, nor by what the team settled
    /// here. A word of thanks waits for nothing.
    pub(super) async fn still_waits(&self, tx: &mut Tx, ticket: &Ticket) -> Result<bool, DeskError> {
        let messages = tx.messages(&ticket.id).await?;
        let named = named(&messages);
        let (ours, seen_until) = self.ours_among(tx, ticket, &messages, &named).await?;
        let settled_at = self.settled_at(tx, ticket).await?;
        let of = |way: Direction| messages.iter().filter(move |stored| stored.direction == way);
        let answered_at = of(Direction::Out).map(written_at).max();
        let mut waiting: Vec<&StoredMessage> = of(Direction::In)
            .filter(|stored| match &stored.message.message_id {
                Some(id) => !named.contains(id.as_str()),
                // A form has no name that a mail could cite.
                None => answered_at.is_none_or(|at| stored.received_at > at),
            })
            .filter(|stored| {
                [seen_until, settled_at].into_iter().flatten().all(|until| stored.received_at > until)
            })
            .filter(|stored| !thanks::only_thanks(&stored.message.text(), false))
            .collect();
        for answer in of(Direction::Out) {
            let cites = |id: &str| ours.contains(id) || of(Direction::In).any(|stored| is_called(stored, id));
            if chain(answer).any(cites) {
                continue;
            }
            // It names nothing: where one message alone waited when it was written, that is what it answers.
            let at = written_at(answer);
            let mut before = waiting.iter().enumerate().filter(|(_, stored)| stored.received_at <= at);
            if let (Some((only, _)), None) = (before.next(), before.next()) {
                waiting.remove(only);
            }
        }
        Ok(!waiting.is_empty())
    }

    /// Which of these ids are mails of ours to the requester, and when the last of them was made: whoever answers below it
    /// had what came before in their thread.
    async fn ours_among(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        messages: &[StoredMessage],
        named: &HashSet<&str>,
    ) -> Result<(HashSet<String>, Option<DateTime<Utc>>), DeskError> {
        let mut sent = tx.outbox_of(&ticket.id).await?;
        sent.retain(|entry| entry.kind.is_for_requester());
        let (mut ours, mut until) = (HashSet::new(), None);
        let unknown = named.iter().filter(|id| !messages.iter().any(|stored| is_called(stored, id)));
        for id in unknown.take(LOOKUPS) {
            let known = tx.known_ids(id).await?;
            let entry = sent.iter().find(|entry| {
                entry.message_id == **id
                    || known.iter().any(|known| known.outbox_id.as_ref() == Some(&entry.id))
            });
            if let Some(entry) = entry {
                ours.insert((*id).to_owned());
                until = until.max(Some(entry.created_at));
            }
        }
        Ok((ours, until))
    }

    /// When the team last settled the ticket here, having seen what was there.
    async fn settled_at(&self, tx: &mut Tx, ticket: &Ticket) -> Result<Option<DateTime<Utc>>, DeskError> {
        let settles = |kind| {
            matches!(
                kind,
                EventKind::Closed | EventKind::SetAside | EventKind::Refused | EventKind::HandedOver
            )
        };
        let acts = tx.events_of(&ticket.id).await?.into_iter();
        let acts = acts.filter(|event| matches!(event.actor, Actor::Person(_)) && settles(event.kind));
        let left = |state| matches!(state, OutboxState::Sent | OutboxState::Sending | OutboxState::InDoubt);
        let answers = tx.outbox_of(&ticket.id).await?.into_iter();
        let answers = answers.filter(|entry| entry.kind == MailKind::Answer && left(entry.state));
        Ok(acts.map(|event| event.at).chain(answers.map(|entry| entry.created_at)).max())
    }
}

/// Everything that the answers name, and what the messages they name name in turn: some programs cite the last mail alone.
fn named(messages: &[StoredMessage]) -> HashSet<&str> {
    let answers = messages.iter().filter(|stored| stored.direction == Direction::Out);
    let mut next: Vec<&str> = answers.flat_map(chain).collect();
    let mut named = HashSet::new();
    while let Some(id) = next.pop() {
        if named.insert(id) {
            next.extend(messages.iter().filter(|stored| is_called(stored, id)).flat_map(chain));
        }
    }
    named
}

fn chain(stored: &StoredMessage) -> impl Iterator<Item = &str> {
    let message = &stored.message;
    message.in_reply_to.iter().chain(&message.references).map(String::as_str)
}

fn is_called(stored: &StoredMessage, id: &str) -> bool {
    stored.message.message_id.as_deref() == Some(id)
}

/// When a colleague wrote, by their own clock, and never after it came.
fn written_at(stored: &StoredMessage) -> DateTime<Utc> {
    stored.message.date.unwrap_or(stored.received_at).min(stored.received_at)
}
