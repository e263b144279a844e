//! A second topic in a message becomes a ticket of its own.

use super::Seen;
use crate::desk::decide::decide;
use crate::desk::{Desk, DeskError};
use crate::keys::random_reference;
use crate::message::Lang;
use crate::reply::Mode;
use crate::store::{Direction, Draft, new_id};
use crate::ticket::{EventKind, Status, Ticket};

impl Desk {
    /// Opens a ticket with a message of this one, under the category that a person chose, and answers its reference. The
    /// message stays here too: it asks both. Nothing is told to anybody.
    pub async fn split_off(
        &self,
        seen: &Seen,
        message_id: &str,
        category: &str,
    ) -> Result<String, DeskError> {
        let mut act = self.begin_act(seen).await?;
        let refused = |says: &str| DeskError::Refused(says.to_owned());
        let known = self.triage().taxonomy().get(category);
        let known = known.ok_or_else(|| refused("Cette catégorie n’est pas dans l’offre en vigueur."))?;
        let messages = act.tx.messages(&act.ticket.id).await?;
        let asks = messages
            .into_iter()
            .find(|stored| stored.id == message_id && stored.direction == Direction::In)
            .ok_or_else(|| refused("Choisissez un message de la demande."))?;
        let directory = self.directory_in(&mut act.tx).await?;
        let triage = self.triage_in(&mut act.tx).await?;
        let message = &asks.message;
        let decision = decide(&triage, &directory, message, asks.nature.as_ref(), asks.received_at);
        let body = decision.organisation.as_ref().map(|body| body.name.clone());
        let ticket = Ticket {
            id: new_id(),
            reference: random_reference(),
            status: Status::Open,
            channel: message.channel,
            lang: if decision.lang == Lang::Und { act.ticket.lang } else { decision.lang },
            category: known.id.clone(),
            subject: message.subject.clone(),
            requester_name: message.from_name.clone(),
            requester_email: message.from_email.clone(),
            organisation: body.unwrap_or_else(|| act.ticket.organisation.clone()),
            assignee: act.ticket.assignee.clone(),
            history: false,
            contested: false,
            version: 1,
            opened_at: asks.received_at,
            updated_at: act.at,
        };
        let mut unprepared = None;
        let draft = known.reply.as_ref().and_then(|reply| {
            match self.render(reply, &ticket, &decision, &directory, Mode::Draft) {
                Ok(rendered) => Some(Draft { reply: reply.clone(), markdown: rendered.markdown }),
                // A text that cannot be filled in keeps nobody from splitting.
                Err(cause) => {
                    unprepared =
                        Some(format!("le projet de réponse « {reply} » n’a pas pu être préparé : {cause}"));
                    None
                }
            }
        });
        act.tx.ticket_add(&ticket, &decision, draft.as_ref()).await?;
        self.note_body(&mut act.tx, &ticket.id, &triage, &decision).await?;
        act.tx.message_share(&ticket.id, &asks.id).await?;
        self.search_message(&mut act.tx, &ticket.id, &ticket.reference, message).await?;
        let origin = act.ticket.reference.clone();
        act.tx.event_add(&ticket.id, act.at, &act.by, EventKind::SplitFrom, &origin).await?;
        if let Some(note) = unprepared {
            act.tx.event_add(&ticket.id, act.at, &act.by, EventKind::Withheld, &note).await?;
        }
        self.conclude(act, EventKind::SplitOff, &ticket.reference).await?;
        Ok(ticket.reference)
    }
}
