//! Requests that were put to an AMDAC with the service in copy: followed silently, and back in the queue where nobody
//! answered in time.

use chrono::{DateTime, Utc};

use super::hand_over::stand_in::entry_at;
use super::understand::Understood;
use super::{Desk, DeskError};
use crate::mail::Authorship;
use crate::store::{Tx, new_id};
use crate::ticket::{Actor, EventKind, HandOver, HandOverState, Status, Ticket};

impl Desk {
    /// Brings back the followed requests that nobody answered within the time of the settings. Returns how many.
    pub async fn end_following(&self) -> Result<usize, DeskError> {
        let now = self.clock().now();
        let since = now - self.settings().follow.give_up.as_chrono();
        let mut ended = 0;
        for id in self.store().followed_unanswered(since).await? {
            match self.end_following_one(&id, now).await {
                Ok(done) => ended += usize::from(done),
                // A colleague, or another instance, is at it this very moment.
                Err(DeskError::Conflict { .. }) => {}
                // One ticket that cannot be read must not keep the others waiting.
                Err(cause) => {
                    tracing::error!(ticket = id, %cause, "a followed ticket could not be brought back");
                }
            }
        }
        Ok(ended)
    }

    /// A message on a followed ticket: the answer of somebody of the directory to the requester ends it like that of a
    /// coordinator, with a person's glance. `true`: the ticket is where it belongs; the caller saves it. Anybody else's
    /// word is shown and answers nothing.
    pub(super) async fn asked_wrote(
        &self,
        tx: &mut Tx,
        understood: &Understood,
        ticket: &mut Ticket,
        at: DateTime<Utc>,
    ) -> Result<bool, DeskError> {
        let message = &understood.message;
        let requester = &ticket.requester_email;
        let mut everybody = message.to.iter().chain(&message.cc);
        let reached = everybody.any(|to| to.eq_ignore_ascii_case(requester));
        if understood.nature.unproven || !reached || message.from_email.eq_ignore_ascii_case(requester) {
            return Ok(false);
        }
        let directory = self.directory_in(tx).await?;
        let Some(entry) = entry_at(&directory, &message.from_email, self.clock().today()) else {
            return Ok(false);
        };
        if understood.authorship == Authorship::Doubtful {
            // A receipt answers nothing: silence is still waited for.
            let detail = format!("{} : peut-être un accusé de réception", message.from_email);
            let by = Actor::Correspondent;
            tx.event_add(&ticket.id, at, &by, EventKind::RecipientWrote, &detail).await?;
            return Ok(true);
        }
        let note = "a répondu à l’auteur de la demande, le service en copie".to_owned();
        let detail = format!("{} : {note}", message.from_email);
        tx.hand_over_add(&HandOver {
            id: new_id(),
            ticket_id: ticket.id.clone(),
            entry_id: Some(entry.id.clone()),
            role: entry.role,
            contract: entry.contract,
            email: message.from_email.clone(),
            name: entry.name.clone(),
            outbox_id: None,
            state: HandOverState::Answered,
            by: Actor::Requester,
            made_at: ticket.opened_at,
            remind_at: None,
            reminders: 0,
            ended_at: Some(at),
            reached: true,
            glanced_at: None,
            note,
        })
        .await?;
        let by = Actor::Correspondent;
        tx.event_add(&ticket.id, at, &by, EventKind::RecipientAnswered, &detail).await?;
        ticket.status = Status::HandedOver;
        self.conclude_answered(tx, ticket, understood.authorship == Authorship::Person, at).await?;
        Ok(true)
    }

    async fn end_following_one(&self, id: &str, now: DateTime<Utc>) -> Result<bool, DeskError> {
        let mut tx = self.store().begin().await?;
        let ticket = tx.ticket_by_id(id).await?;
        let Some(mut ticket) = ticket.filter(|ticket| ticket.status == Status::Follow) else {
            return Ok(false);
        };
        let days = (now - ticket.opened_at).num_days();
        let detail =
            format!("suivie depuis {days} jours sans réponse de la personne à qui elle est adressée");
        tx.event_add(id, now, &Actor::Program, EventKind::Reopened, &detail).await?;
        ticket.status = Status::Open;
        ticket.updated_at = now;
        self.save(&mut tx, &ticket).await?;
        tx.commit().await?;
        Ok(true)
    }
}
