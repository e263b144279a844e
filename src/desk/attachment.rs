//! The bytes of an attachment, read from the arrival: there is no second copy.

use super::{Desk, DeskError};
use crate::mail::parse;
use crate::message::{Attachment, Channel, Form};

impl Desk {
    /// The mail that a message of a ticket came as, octet for octet: what no page shows is in it. `None`: there is no
    /// such message on this ticket, or it came by the form.
    pub async fn original(&self, reference: &str, message_id: &str) -> Result<Option<Vec<u8>>, DeskError> {
        let Some(ticket) = self.store().ticket(reference).await? else { return Ok(None) };
        let Some(stored) = self.store().message(message_id).await? else { return Ok(None) };
        if stored.ticket_id != ticket.id {
            return Ok(None);
        }
        let arrival = self.store().arrival(&stored.arrival_id).await?;
        let mail = arrival.filter(|arrival| arrival.door.channel() == Channel::Mail);
        Ok(mail.map(|arrival| arrival.raw))
    }

    /// An attachment of a message of a ticket: what it says of itself, and its bytes. `None`: there is no such thing
    /// on this ticket.
    pub async fn attachment(
        &self,
        reference: &str,
        message_id: &str,
        part: usize,
    ) -> Result<Option<(Attachment, Vec<u8>)>, DeskError> {
        let Some(ticket) = self.store().ticket(reference).await? else { return Ok(None) };
        let Some(stored) = self.store().message(message_id).await? else { return Ok(None) };
        let known = stored.message.attachments.iter().find(|attachment| attachment.part == part);
        let (Some(attachment), true) = (known, stored.ticket_id == ticket.id) else { return Ok(None) };
        let Some(arrival) = self.store().arrival(&stored.arrival_id).await? else { return Ok(None) };
        let bytes = match arrival.door.channel() {
            Channel::Form => Form::from_raw(&arrival.raw)?.files.into_iter().nth(part).map(|file| file.bytes),
            Channel::Mail => parse::attachment(&arrival.raw, part),
        };
        Ok(bytes.map(|bytes| (attachment.clone(), bytes)))
    }
}
