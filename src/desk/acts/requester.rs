//! Whose request it is: a colleague's forward offers its inner writer, and a person decides.

use super::Seen;
use crate::desk::{Desk, DeskError};
use crate::store::{Direction, Searched, StoredMessage};
use crate::ticket::{EventKind, Status};

impl Desk {
    /// Makes somebody the requester whom the messages of the ticket name as a writer: one who wrote in it, or whose message
    /// was forwarded to it. Nobody else can be chosen. An answer goes to them from then on; whoever forwarded stays in
    /// the thread. What was automatic and had not left is held: a person has read.
    pub async fn set_requester(&self, seen: &Seen, address: &str) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        let messages = act.tx.messages(&act.ticket.id).await?;
        let chosen = writers(&messages).find(|(_, email)| email.eq_ignore_ascii_case(address.trim()));
        let chosen = chosen.filter(|(_, email)| !email.is_empty() && !self.own().is_own(email));
        let (name, email) = chosen.ok_or_else(|| {
            DeskError::Refused(
                "Aucun message de cette demande ne nomme cette personne comme son auteur.".to_owned(),
            )
        })?;
        if act.ticket.requester_email.eq_ignore_ascii_case(email) {
            return Err(DeskError::Refused("La demande est déjà au nom de cette personne.".to_owned()));
        }
        let held = self.hold_refusals(&mut act, "la demande est au nom d’une autre personne").await?;
        if act.ticket.status == Status::Refused || (held && act.ticket.status == Status::Answered) {
            act.ticket.status = Status::Open;
            self.promise_owed_receipt(&mut act.tx, &act.ticket).await?;
        }
        act.tx.ticket_set_requester(&act.ticket.id, name, email).await?;
        let from = format!("{name}\n{email}");
        act.tx.search_add(&act.ticket.id, &Searched { from: &from, ..Searched::default() }).await?;
        let detail = format!("{} → {email}", act.ticket.requester_email);
        self.conclude(act, EventKind::RequesterChanged, &detail).await
    }
}

/// Name and address of everybody whom a ticket's messages name as a writer.
fn writers(messages: &[StoredMessage]) -> impl Iterator<Item = (&str, &str)> {
    messages.iter().filter(|stored| stored.direction == Direction::In).flat_map(|stored| {
        let message = (stored.message.from_name.as_str(), stored.message.from_email.as_str());
        let inner = stored.nature.as_ref().and_then(|nature| nature.forwarded_from.as_ref());
        std::iter::once(message).chain(inner.map(|inner| (inner.name.as_str(), inner.address.as_str())))
    })
}
