//! Putting a request off: it leaves the list and comes back by itself, on its day or when anybody writes.

use chrono::{DateTime, Duration, Utc};

use super::Seen;
use crate::clock::paris_text;
use crate::desk::{Desk, DeskError};
use crate::message::Lang;
use crate::store::{Snooze, Tx};
use crate::ticket::{Actor, EventKind, Status, Ticket};

/// Nothing is put off for longer: it would be forgotten.
const LONGEST: Duration = Duration::days(366);

impl Desk {
    /// Puts an open ticket off until an instant; `None`: until somebody writes.
    pub async fn snooze(&self, seen: &Seen, until: Option<DateTime<Utc>>) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        let refused = |says: &str| Err(DeskError::Refused(says.to_owned()));
        if !matches!(act.ticket.status, Status::Open | Status::Snoozed) {
            return refused("Seule une demande à traiter peut être reportée.");
        }
        match until {
            Some(until) if until <= act.at => return refused("Cette date est passée."),
            Some(until) if until > act.at + LONGEST => {
                return refused("Une demande se reporte d’un an au plus : au-delà, elle serait oubliée.");
            }
            _ => {}
        }
        let snooze = Snooze {
            ticket_id: act.ticket.id.clone(),
            until,
            account_id: seen.person.clone(),
            set_at: act.at,
        };
        act.tx.snooze_set(&snooze).await?;
        act.ticket.status = Status::Snoozed;
        let detail = until.map_or_else(
            || "jusqu’à une réponse".to_owned(),
            |until| format!("jusqu’au {}", paris_text(until, Lang::Fr)),
        );
        self.conclude(act, EventKind::Snoozed, &detail).await
    }

    /// Takes it up again before its time.
    pub async fn wake(&self, seen: &Seen) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        if act.ticket.status != Status::Snoozed {
            return Err(DeskError::Refused("Cette demande n’est pas reportée.".to_owned()));
        }
        act.ticket.status = Status::Open;
        self.conclude(act, EventKind::Woken, "une personne la reprend").await
    }

    /// Brings back what was put off until now. Returns how many.
    pub async fn wake_due(&self) -> Result<usize, DeskError> {
        let now = self.clock().now();
        let mut woken = 0;
        for id in self.store().snoozes_due(now).await? {
            match self.wake_one(&id, now).await {
                Ok(done) => woken += usize::from(done),
                // A colleague, or another instance, is at it this very moment.
                Err(DeskError::Conflict { .. }) => {}
                // One ticket that cannot be read must not keep the others waiting.
                Err(cause) => {
                    tracing::error!(ticket = id, %cause, "a ticket put off could not be brought back");
                }
            }
        }
        Ok(woken)
    }

    async fn wake_one(&self, id: &str, now: DateTime<Utc>) -> Result<bool, DeskError> {
        let mut tx = self.store().begin().await?;
        let Some(mut ticket) = tx.ticket_by_id(id).await?.filter(|t| t.status == Status::Snoozed) else {
            return Ok(false);
        };
        self.wake_in(&mut tx, &mut ticket, &Actor::Program, "le jour est venu", now).await?;
        self.save(&mut tx, &ticket).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Opens a ticket that is put off; the caller saves it.
    pub(in crate::desk) async fn wake_in(
        &self,
        tx: &mut Tx,
        ticket: &mut Ticket,
        by: &Actor,
        because: &str,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        tx.event_add(&ticket.id, now, by, EventKind::Woken, because).await?;
        ticket.status = Status::Open;
        ticket.updated_at = now;
        Ok(())
    }
}
