//! Forwarding a message to somebody outside: a mail like a question to a third party (`third_party.rs`), with the message itself.

use super::acts::Seen;
use super::third_party::Aside;
use super::{Desk, DeskError};
use crate::message::{Channel, one_line};
use crate::reply::Replies;
use crate::store::opening;
use crate::ticket::{AsTyped, MailKind};

/// A message that is forwarded to somebody outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forward {
    /// Address.
    pub to: String,
    /// What the person says to them, in Markdown.
    pub note: String,
    /// Id of the message; empty: the one that opened the ticket.
    pub message_id: String,
}

impl Desk {
    /// Forwards a message of the ticket to somebody outside, as it came, with a note. As with a question, the ticket stays
    /// where it is, its requester sees nothing of it, and what is answered is filed aside.
    pub async fn forward(&self, seen: &Seen, forward: &Forward) -> Result<(), DeskError> {
        let (mut tx, ticket) = self.begin_aside(seen).await?;
        self.may_be_asked(&ticket, forward.to.trim())?;
        let messages = tx.messages(&ticket.id).await?;
        let chosen = match forward.message_id.as_str() {
            "" => opening(&ticket, &messages).or(messages.first()),
            id => messages.iter().find(|stored| stored.id == id),
        };
        // Nobody outside gets another message than the one that was meant.
        let gone = || DeskError::Refused("Ce message n’est plus dans cette demande.".to_owned());
        let chosen = chosen.ok_or_else(gone)?;
        if forward.note.trim().is_empty() {
            let says = "Dites au destinataire, en une phrase, ce que vous attendez de lui.";
            return Err(DeskError::Refused(says.to_owned()));
        }
        let subject = one_line(&ticket.subject, 180);
        let subject = if subject.is_empty() { format!("Demande {}", ticket.reference) } else { subject };
        let mut text = forward.note.trim().to_owned();
        let enclosures = self.enclosures(&mut tx, chosen).await?;
        // Neither a form nor a call is a mail: its words go in the text, its files beside.
        if chosen.message.channel != Channel::Mail {
            text.push_str("\n\n");
            text.push_str(&Replies::quoted(&chosen.message.body));
        }
        let aside = Aside {
            kind: MailKind::Forward,
            to: forward.to.trim(),
            subject: format!("TR : {subject}"),
            text,
            enclosures,
            organisation: "",
            contract: None,
            written: AsTyped {
                text: forward.note.clone(),
                message_id: forward.message_id.clone(),
                ..AsTyped::default()
            },
        };
        self.send_aside(&mut tx, &ticket, aside, seen).await?;
        self.finish_aside(tx, &ticket).await
    }
}
