//! The same mail through another door. What relays, gateways and lists change on one path and not on the other does not
//! count: trace and signature fields, folding, encoding, white space, the tag of a gateway before the subject, a notice
//! around the text (`notice.rs`). The same Message-ID with another text is another mail, and both are kept.

use sha2::{Digest as _, Sha256};

use super::notice::{self, plain};
use super::understand::Understood;
use super::{Desk, DeskError};
use crate::keys::hex;
use crate::mail::{Kind, subject};
use crate::message::{Arrival, Attachment, Channel, Message};
use crate::store::{StoredMessage, Tx};

/// Tells one mail from another: by Message-ID, sender, date, text and attachments; without a Message-ID by the subject too;
/// without either id or date by every octet, since nothing then tells a second writing from a second delivery. A form, and what is typed in by hand, has
/// its nonce for that: its digest is its arrival.
pub(super) fn digest(arrival: &Arrival, message: &Message) -> String {
    let mut hash = Sha256::new();
    if arrival.door.channel() != Channel::Mail {
        hash.update(arrival.id.as_bytes());
        return hex(&hash.finalize());
    }
    let date = message.date.map(|date| date.to_rfc3339()).unwrap_or_default();
    let id = message.message_id.as_deref().unwrap_or_default();
    let subject = if id.is_empty() { subject::untagged(&message.subject) } else { "" };
    for part in [id, &message.from_email.to_lowercase(), &date, subject, &plain(&message.body)] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    // Two scans sent with the same empty words are two mails.
    for attachment in &message.attachments {
        hash.update(format!("{}\0{}\0", attachment.name, attachment.size));
    }
    if id.is_empty() && date.is_empty() {
        // Better twice in the queue than not at all.
        hash.update(&arrival.raw);
    }
    hex(&hash.finalize())
}

impl Desk {
    /// The message that this mail is, if another door brought it before.
    pub(super) async fn already_here(
        &self,
        tx: &mut Tx,
        understood: &Understood,
        digest: &str,
    ) -> Result<Option<StoredMessage>, DeskError> {
        if let Some(stored) = tx.message_of_digest(digest).await? {
            return Ok(Some(stored));
        }
        if understood.by_form {
            return Ok(None);
        }
        for id in understood.ids() {
            for known in tx.known_ids(id).await? {
                if known.outbox_id.is_some() {
                    continue;
                }
                let mut stored = tx.messages(&known.ticket_id).await?.into_iter();
                if let Some(same) = stored.find(|stored| is_same(stored, understood)) {
                    return Ok(Some(same));
                }
            }
        }
        Ok(None)
    }
}

/// Whether two deliveries under one id are one mail.
fn is_same(stored: &StoredMessage, understood: &Understood) -> bool {
    let (one, other) = (&stored.message, &understood.message);
    let from = |address: &str| one.from_email.eq_ignore_ascii_case(address);
    // A list that writes in its own name keeps the writer in Reply-To. The other way round nobody knows who wrote.
    let listed = understood.kind() == Kind::List && other.reply_to.as_deref().is_some_and(from);
    let dated = one.date == other.date
        || (one.message_id == other.message_id && (one.date.is_none() || other.date.is_none()));
    (from(&other.from_email) || listed)
        && dated
        && files(one) == files(other)
        && (plain(&one.text()) == plain(&other.text()) || notice::is_the_difference(&one.body, &other.body))
}

/// Name and size of what somebody attached; what Outlook makes of a text part after an attachment is no file.
fn files(message: &Message) -> Vec<(&str, usize)> {
    let foot = |file: &&Attachment| {
        let name = file.name.to_lowercase();
        let number = name.strip_prefix("att").and_then(|rest| rest.split_once('.'));
        number.is_some_and(|(digits, _)| digits.len() >= 3 && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    message
        .attachments
        .iter()
        .filter(|file| !foot(file))
        .map(|file| (file.name.as_str(), file.size))
        .collect()
}
