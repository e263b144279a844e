//! Answering.

use super::{Act, Seen};
use crate::desk::letter::Promise;
use crate::desk::{Desk, DeskError};
use crate::ticket::{EventKind, MailKind, OutboxState, Status};

impl Desk {
    /// Sends the person's answer (Markdown) to the requester; `close` closes the ticket, else it becomes answered. A
    /// refusal that had not left yet is held: the person's answer takes its place.
    pub async fn answer(&self, seen: &Seen, markdown: &str, close: bool) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        self.hold_refusals(&mut act, "une personne a répondu").await?;
        let says = self.answers(&mut act).await?;
        self.learn(&mut act, says, EventKind::Answered).await?;
        let to = self.promise_person_mail(&mut act, MailKind::Answer, markdown, None).await?;
        act.ticket.status = if close { Status::Closed } else { Status::Answered };
        act.ticket.contested = false;
        act.ticket.assignee.get_or_insert_with(|| seen.person.clone());
        act.tx.ticket_set_draft(&act.ticket.id, None).await?;
        self.conclude(act, EventKind::Answered, &to).await
    }

    /// Promises a mail with a person's words to `to`, else to whom an answer goes; answers its recipient.
    pub(super) async fn promise_person_mail(
        &self,
        act: &mut Act,
        kind: MailKind,
        markdown: &str,
        to: Option<String>,
    ) -> Result<String, DeskError> {
        if markdown.trim().is_empty() {
            return Err(DeskError::Refused("Le texte de la réponse est vide.".to_owned()));
        }
        let message = self.answered(act).await?;
        let messages = act.tx.messages(&act.ticket.id).await?;
        let to = to.or_else(|| self.answer_address(&act.ticket, &messages));
        let no_address = || "Cette demande n’a pas d’adresse à laquelle répondre.".to_owned();
        let to = to.ok_or_else(|| DeskError::Refused(no_address()))?;
        let at = act.at;
        let promise = Promise {
            kind,
            to: &to,
            answering: Some(&message),
            at,
            due_at: at,
            enclosures: Vec::new(),
            handed: None,
        };
        let entry = self.person_letter(markdown, &act.ticket, &promise)?;
        act.tx.outbox_add(&entry).await?;
        act.tx.event_add(&act.ticket.id, at, &act.by, EventKind::Promised, kind.title()).await?;
        Ok(to)
    }

    /// Holds what was to settle the matter and has not left yet: a refusal, an automatic answer.
    pub(super) async fn hold_refusals(&self, act: &mut Act, because: &str) -> Result<bool, DeskError> {
        let mut held = false;
        for entry in act.tx.outbox_of(&act.ticket.id).await? {
            if entry.kind.settles().is_some()
                && entry.state == OutboxState::Due
                // `false`: the delivery took it a moment ago; it is on its way, and the trail must not say otherwise.
                && act.tx.outbox_held(&entry.id, OutboxState::Due, because).await?
            {
                act.tx.event_add(&act.ticket.id, act.at, &act.by, EventKind::Stopped, because).await?;
                held = true;
            }
        }
        Ok(held)
    }
}
