//! Silence does not close a ticket: whoever has it is reminded on the schedule of the settings, and at the end of patience
//! the request is back in the queue. While what is automatic is stopped, nobody is reminded, and patience ends all the same.

use chrono::{DateTime, Utc};

use crate::clock::{day_text, paris_day};
use crate::desk::{Desk, DeskError, Mode};
use crate::kill::kill_point;
use crate::message::Lang;
use crate::store::opening;
use crate::ticket::{Actor, EventKind, HandOver, HandOverState, Status};

impl Desk {
    /// Sends the reminders and digests that are due, and brings back what nobody answered. Returns how many hand-overs
    /// went on.
    pub async fn follow_hand_overs(&self) -> Result<usize, DeskError> {
        let now = self.clock().now();
        let mut gone_on = self.return_left().await?;
        gone_on += self.send_gathered(now).await?;
        for id in self.store().hand_overs_due(now).await? {
            match self.follow_hand_over(&id, now).await {
                Ok(done) => gone_on += usize::from(done),
                // A colleague, or another instance, is at it this very moment.
                Err(DeskError::Conflict { .. }) => {}
                // One that cannot be written must not keep the others waiting.
                Err(cause) => tracing::error!(hand_over = id, %cause, "a hand-over could not be followed"),
            }
        }
        if gone_on > 0 {
            self.outbox_bell().notify_one();
        }
        Ok(gone_on)
    }

    async fn follow_hand_over(&self, id: &str, now: DateTime<Utc>) -> Result<bool, DeskError> {
        let mut tx = self.store().begin().await?;
        let Some(handed) = tx.hand_over(id).await? else { return Ok(false) };
        let due = handed.remind_at.is_some_and(|at| at <= now) && handed.state == HandOverState::Waiting;
        let ticket = tx.ticket_by_id(&handed.ticket_id).await?;
        let Some(ticket) = ticket.filter(|ticket| due && ticket.status == Status::HandedOver) else {
            return Ok(false);
        };
        let settings = &self.settings().hand_over;
        let last = i64::try_from(settings.remind.len()).unwrap_or(i64::MAX);
        if handed.reminders >= last || settings.next(handed.made_at, last) <= now {
            let note = silence(&handed);
            self.hand_over_goes_on(&mut tx, &handed, HandOverState::Silent, &note, &Actor::Program).await?;
            self.bring_back(&mut tx, &ticket.id).await?;
            tx.commit().await?;
            return Ok(true);
        }
        if self.settings().automatic.mode == Mode::Observe || self.automatic_stopped_in(&mut tx).await? {
            return Ok(false);
        }
        let next = handed.reminders + 1;
        let remind_at = Some(settings.next(handed.made_at, next).max(now));
        let reminded = HandOver { reminders: next, remind_at, ..handed.clone() };
        if !tx.hand_over_save(&reminded, &handed).await? {
            return Ok(false);
        }
        let messages = tx.messages(&ticket.id).await?;
        let first = opening(&ticket, &messages).ok_or(DeskError::NotFound)?;
        self.promise_hand_over_mail(&mut tx, &ticket, first, &handed, now).await?;
        kill_point!("remind-before-commit");
        let detail = format!("{}, rappel {next}", handed.email);
        tx.event_add(&ticket.id, now, &Actor::Program, EventKind::Reminded, &detail).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// `sans réponse depuis le 12 mars 2026, malgré 2 rappels`.
fn silence(handed: &HandOver) -> String {
    let since = day_text(paris_day(handed.made_at), Lang::Fr);
    match handed.reminders {
        0 => format!("sans réponse depuis le {since}"),
        1 => format!("sans réponse depuis le {since}, malgré un rappel"),
        many => format!("sans réponse depuis le {since}, malgré {many} rappels"),
    }
}
