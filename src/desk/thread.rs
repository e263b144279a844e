//! Which ticket a mail belongs to: by signed token among the envelope recipients, then by In-Reply-To and References
//! against every Message-ID known. Never by a bare number in the subject, and never for a stranger.

use super::understand::Understood;
use super::{Desk, DeskError};
use crate::mail::{Kind, token};
use crate::message::{Arrival, Channel};
use crate::store::Tx;
use crate::ticket::Ticket;

/// Where a mail belongs.
#[derive(Default)]
pub(super) struct Thread {
    /// The ticket it is to be filed on.
    pub ticket: Option<Ticket>,
    /// The mail of ours that a bounce or notice is about.
    pub outbox_id: Option<String>,
    /// A stranger wrote in this ticket's thread: a new ticket is opened and says so.
    pub probably: Option<String>,
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
        let message = &understood.message;
        let domain = self.service().domain();
        let recipients = arrival.envelope.to.iter().chain(&message.to).chain(&message.cc);
        for address in recipients {
            if let Some(reference) = token::reference_from_address(address, self.keys())
                && let Some(ticket) = tx.ticket(&reference).await?
            {
                // Only somebody we wrote to can have the token: no further proof is asked.
                return Ok(Thread { ticket: Some(ticket), ..Thread::default() });
            }
        }
        let answered = understood.about.iter().chain(&message.in_reply_to);
        for id in answered.chain(message.references.iter().rev()) {
            let mut known = tx.known_id(id).await?.map(|known| (known.ticket_id, known.outbox_id));
            if known.is_none()
                && let Some(reference) = token::reference_from_message_id(id, domain, self.keys())
                && let Some(ticket) = tx.ticket(&reference).await?
            {
                known = Some((ticket.id, None));
            }
            let Some((ticket_id, outbox_id)) = known else { continue };
            let Some(ticket) = tx.ticket_by_id(&ticket_id).await? else { continue };
            return self.admit(tx, understood, ticket, outbox_id).await;
        }
        Ok(Thread::default())
    }

    /// Files the mail on the ticket if its sender is in the thread, or if a machine speaks of a mail of ours.
    async fn admit(
        &self,
        tx: &mut Tx,
        understood: &Understood,
        ticket: Ticket,
        outbox_id: Option<String>,
    ) -> Result<Thread, DeskError> {
        if matches!(understood.kind, Kind::Bounce | Kind::AutoReply) {
            return Ok(Thread { ticket: Some(ticket), outbox_id, probably: None });
        }
        let sender = understood.message.from_email.to_lowercase();
        let mut known = tx.writers(&ticket.id).await?;
        known.push(ticket.requester_email.to_lowercase());
        known.extend(tx.outbox_of(&ticket.id).await?.into_iter().map(|entry| entry.recipient.to_lowercase()));
        for stored in tx.messages(&ticket.id).await? {
            known.extend(stored.message.cc.iter().map(|address| address.to_lowercase()));
        }
        if known.contains(&sender) {
            Ok(Thread { ticket: Some(ticket), outbox_id, probably: None })
        } else {
            Ok(Thread { probably: Some(ticket.reference), ..Thread::default() })
        }
    }
}
