//! What follows when a mail of ours comes back: it counts as failed, the address is marked, what was automatic and had not
//! left yet for that address is held, and the ticket returns to the queue, since its requester (or the coordinator it was
//! handed over to) has nothing.

use chrono::{DateTime, Duration, Utc};

use super::understand::Understood;
use super::{Desk, DeskError};
use crate::mail::Kind;
use crate::message::one_line;
use crate::store::{AddressMark, OutboxEntry, Tx};
use crate::ticket::{Actor, EventKind, MailKind, OutboxState, Returned, Status};

/// A full mailbox or a server away is seldom a matter of more than a weekend.
const SOFT_KEPT: Duration = Duration::days(3);
/// An address that does not exist comes back, if ever, with a change of post: a quarter is what address books are
/// corrected in. A mail from it ends the mark at once, and so does a person.
const HARD_KEPT: Duration = Duration::days(90);
/// Octets of a server's words that are worth keeping.
const WORDS_LIMIT: usize = 500;

/// Why what waited for a returned address is held.
const HELD: &str = "l’adresse vient de renvoyer un courriel";

impl Desk {
    /// Carries out what a delivery report about an outbox entry asks for. A report that names no failed recipient (a
    /// delay, a success) changes nothing, and neither does the second report about the same mail.
    pub(super) async fn take_back(
        &self,
        tx: &mut Tx,
        understood: &Understood,
        outbox_id: &str,
    ) -> Result<(), DeskError> {
        let Some(entry) = tx.outbox_entry(outbox_id).await? else { return Ok(()) };
        let theirs = |one: &&Returned| one.recipient.eq_ignore_ascii_case(&entry.recipient);
        let nature = &understood.nature;
        // A report that names nobody is about whoever the mail went to, and proves nothing about the address.
        let said = one_line(&understood.message.text(), WORDS_LIMIT);
        let said = Some(said.as_str()).filter(|said| !said.is_empty());
        let nameless = Returned { hard: false, ..Returned::new(&entry.recipient, None, said) };
        let nameless = nature.undelivered.then_some(&nameless);
        let named = nature.returned.iter().find(theirs).or(nature.returned.first());
        let Some(failure) = named.or(nameless) else { return Ok(()) };
        let words = one_line(&failure.words(), WORDS_LIMIT);
        let left = match entry.state {
            // A report can be faster than the mail server's last word.
            OutboxState::Sent | OutboxState::InDoubt | OutboxState::Sending => {
                tx.outbox_failed(&entry.id, entry.state, &words).await?
            }
            OutboxState::Due | OutboxState::Held | OutboxState::Failed => false,
        };
        if !left {
            return Ok(());
        }
        // Where the report names another address (a redirection behind the one we know), ours may still be good.
        let hard = failure.hard && theirs(&failure);
        self.mark(tx, &entry.recipient, hard, &words).await?;
        let detail = format!("{} à {} : {words}", entry.kind.title(), entry.recipient);
        let now = self.clock().now();
        tx.event_add(&entry.ticket_id, now, &Actor::Program, EventKind::Bounced, &detail).await?;
        // Whoever was written to again since does not wait for the mail that came back.
        let followed = tx.outbox_of(&entry.ticket_id).await?.iter().any(|other| {
            other.created_at > entry.created_at
                && other.kind != MailKind::Receipt
                && other.recipient.eq_ignore_ascii_case(&entry.recipient)
                && matches!(other.state, OutboxState::Due | OutboxState::Sending | OutboxState::Sent)
        });
        if followed { Ok(()) } else { self.return_to_queue(tx, &entry).await }
    }

    /// Remembers that an address returned a mail; past `hard`, nothing automatic waits for it any more.
    pub(super) async fn mark(
        &self,
        tx: &mut Tx,
        address: &str,
        hard: bool,
        said: &str,
    ) -> Result<(), DeskError> {
        let now = self.clock().now();
        let until = now + if hard { HARD_KEPT } else { SOFT_KEPT };
        let said = one_line(said, WORDS_LIMIT);
        tx.address_mark_set(address, &AddressMark { hard, said, at: now, until }).await?;
        if !hard {
            return Ok(());
        }
        for waiting in tx.automatic_due_to(address).await? {
            if !tx.outbox_held(&waiting.id, OutboxState::Due, HELD).await? {
                continue;
            }
            let detail = format!("{} : address-bounced", waiting.kind.title());
            tx.event_add(&waiting.ticket_id, now, &Actor::Program, EventKind::Withheld, &detail).await?;
            self.return_to_queue(tx, &waiting).await?;
        }
        Ok(())
    }

    /// Takes the mark of an address away once a person has written from it: it is alive.
    pub(super) async fn clear_mark(&self, tx: &mut Tx, understood: &Understood) -> Result<(), DeskError> {
        let person = !understood.is_machine() && understood.kind() != Kind::Spam;
        if !understood.by_form && !understood.nature.unproven && person {
            tx.address_mark_clear(&understood.message.from_email).await?;
        }
        Ok(())
    }

    /// A mail that did not (or may not) have arrived leaves somebody without an answer: a person must look. A receipt
    /// changes nothing, its ticket is in the queue anyway; and what a person set aside or history stays where it is.
    pub(super) async fn return_to_queue(&self, tx: &mut Tx, entry: &OutboxEntry) -> Result<(), DeskError> {
        if entry.kind.hands_over() {
            self.hand_over_undelivered(tx, entry).await?;
        }
        let Some(mut ticket) = tx.ticket_by_id(&entry.ticket_id).await? else { return Ok(()) };
        let settled =
            matches!(ticket.status, Status::Answered | Status::Refused | Status::HandedOver | Status::Closed);
        if entry.kind == MailKind::Receipt || !settled {
            return Ok(());
        }
        ticket.status = Status::Open;
        ticket.updated_at = self.clock().now();
        self.save(tx, &ticket).await
    }

    /// The hard mark that forbids automatic mail to an address now.
    pub(super) async fn is_given_up(
        &self,
        tx: &mut Tx,
        address: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, DeskError> {
        Ok(tx.address_mark(address, now).await?.is_some_and(|mark| mark.hard))
    }
}
