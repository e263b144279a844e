//! What of a message is downloaded: its whole text, and the bytes of its attachments and of the mail itself, read from the
//! arrival: there is no second copy.

use super::{Desk, DeskError};
use crate::mail::parse;
use crate::message::{Attachment, Channel, Form};
use crate::store::StoredMessage;

impl Desk {
    /// The mail that a message of a ticket came as, octet for octet: what no page shows is in it. `None`: there is no
    /// such message on this ticket, or it came by the form.
    pub async fn original(&self, reference: &str, message_id: &str) -> Result<Option<Vec<u8>>, DeskError> {
        let Some(stored) = self.message_of(reference, message_id).await? else { return Ok(None) };
        let arrival = self.store().arrival(&stored.arrival_id).await?;
        let mail = arrival.filter(|arrival| arrival.door.channel() == Channel::Mail);
        Ok(mail.map(|arrival| arrival.raw))
    }

    /// The HTML page of a message of a ticket as it came: nobody may see it as it is. `None`: there is no such message on this
    /// ticket, or it has no page.
    pub async fn html(&self, reference: &str, message_id: &str) -> Result<Option<String>, DeskError> {
        Ok(self.original(reference, message_id).await?.and_then(|raw| parse::page(&raw)))
    }

    /// The whole text of a message of a ticket, history and signature included. `None`: there is no such message on this
    /// ticket.
    pub async fn text(&self, reference: &str, message_id: &str) -> Result<Option<String>, DeskError> {
        Ok(self.message_of(reference, message_id).await?.map(|stored| stored.message.body))
    }

    /// An attachment of a message of a ticket, or a picture that stands in its text: what it says of itself, and its bytes. `None`: there is no such thing
    /// on this ticket.
    pub async fn attachment(
        &self,
        reference: &str,
        message_id: &str,
        part: usize,
    ) -> Result<Option<(Attachment, Vec<u8>)>, DeskError> {
        let Some(stored) = self.message_of(reference, message_id).await? else { return Ok(None) };
        let pictures = stored.nature.iter().flat_map(|nature| &nature.pictures);
        let known = stored.message.attachments.iter().chain(pictures).find(|one| one.part == part);
        let Some(attachment) = known else { return Ok(None) };
        let Some(arrival) = self.store().arrival(&stored.arrival_id).await? else { return Ok(None) };
        let bytes = match arrival.door.channel() {
            Channel::Form | Channel::Hand => {
                Form::from_raw(&arrival.raw)?.files.into_iter().nth(part).map(|file| file.bytes)
            }
            Channel::Mail => parse::attachment(&arrival.raw, part),
        };
        Ok(bytes.map(|bytes| (attachment.clone(), bytes)))
    }

    async fn message_of(&self, reference: &str, id: &str) -> Result<Option<StoredMessage>, DeskError> {
        let Some(ticket) = self.store().ticket(reference).await? else { return Ok(None) };
        Ok(self.store().message(&ticket.id, id).await?)
    }
}
