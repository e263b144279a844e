//! Understood second: from a waiting arrival to a ticket, in one transaction.

use chrono::{Duration, Utc};

use super::same::digest;
use super::understand::Understood;
use super::{Desk, DeskError};
use crate::kill::kill_point;
use crate::message::{Arrival, Door};
use crate::store::{Direction, Leased, Outcome, StoredMessage, Tx};
use crate::ticket::{Actor, EventKind, Status};

/// A fault may be of the moment; after so many tries a person looks.
const TRIES: i64 = 5;

/// How long an arrival is left alone when the database is in trouble.
const TROUBLE: Duration = Duration::seconds(5);

impl Desk {
    /// Takes the oldest waiting arrival, for `lease`, and files it. `false`: nothing waits. An arrival that cannot be
    /// understood is parked with its cause; nothing that was kept is ever dropped.
    pub async fn process_next(&self, lease: Duration) -> Result<bool, DeskError> {
        let now = self.clock().now();
        let Some(leased) = self.store().arrival_lease(now, now + lease).await? else { return Ok(false) };
        kill_point!("process-after-lease");
        let Leased { arrival, attempts } = leased;
        let id = arrival.id.clone();
        // None of the tries before came to an end, not even to a bad one: the process died of it each time.
        let outcome =
            if attempts > TRIES { Err(DeskError::Defect) } else { self.contained(arrival, lease).await };
        match outcome {
            Ok(()) => {}
            // A full disk says nothing of the mail: parked for it, a whole night's mail would wait for a person.
            Err(DeskError::Store(cause)) if cause.is_trouble() => {
                tracing::warn!(arrival = id, %cause, "an arrival waits for the database");
                self.store().arrival_release_untried(&id, now + TROUBLE).await?;
            }
            Err(cause) if attempts >= TRIES || !may_pass(&cause) => {
                tracing::error!(arrival = id, %cause, "an arrival is parked");
                self.store().arrival_park(&id, &cause.to_string()).await?;
            }
            Err(cause) => {
                let now = self.clock().now();
                tracing::warn!(arrival = id, attempts, %cause, "an arrival is tried again");
                self.store().arrival_release(&id, now + Duration::seconds(5 * attempts)).await?;
            }
        }
        Ok(true)
    }

    /// Processes an arrival in a task of its own, so that a panic over one message parks it and the loop goes on. What is not
    /// done within the lease never holds up the others: another instance may have the arrival by then.
    async fn contained(&self, arrival: Arrival, lease: Duration) -> Result<(), DeskError> {
        let desk = self.clone();
        let mut task = tokio::spawn(async move { desk.process(&arrival).await });
        let limit = lease.to_std().unwrap_or_default();
        let Ok(ended) = tokio::time::timeout(limit, &mut task).await else {
            task.abort();
            return Err(DeskError::Slow);
        };
        ended.unwrap_or(Err(DeskError::Defect))
    }

    pub(super) async fn process(&self, arrival: &Arrival) -> Result<(), DeskError> {
        if self.is_probe(arrival) {
            let mut tx = self.store().begin().await?;
            tx.arrival_done(&arrival.id, Outcome::Probe, None).await?;
            return Ok(tx.commit().await?);
        }
        let understood = self.understand(arrival)?;
        let digest = digest(arrival, &understood.message);
        let mut tx = self.store().begin().await?;
        let (outcome, ticket_id) = self.file(&mut tx, arrival, &understood, &digest).await?;
        if !tx.arrival_done(&arrival.id, outcome, Some(&ticket_id)).await? {
            // Another instance was faster: what was prepared here is rolled back with the transaction.
            return Ok(());
        }
        kill_point!("process-before-commit");
        tx.commit().await?;
        kill_point!("process-after-commit");
        self.outbox_bell().notify_one();
        Ok(())
    }

    /// The same mail came before, by another door or by this one.
    async fn again(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        here: StoredMessage,
    ) -> Result<(Outcome, String), DeskError> {
        let ticket_id = here.ticket_id.clone();
        let now = self.clock().now();
        let detail = format!("déjà reçu ; second passage par la porte « {} »", arrival.door.code());
        tx.event_add(&ticket_id, now, &Actor::Program, EventKind::Linked, &detail).await?;
        if arrival.door.is_sent() {
            self.turned_out_ours(tx, arrival, understood, here).await?;
        } else if !arrival.door.is_history() && here.direction == Direction::In {
            self.revive(tx, &ticket_id).await?;
        }
        Ok((Outcome::Duplicate, ticket_id))
    }

    /// A live mail whose copy was imported before it came: somebody waits for an answer, so the history is opened, unless
    /// it holds that answer.
    async fn revive(&self, tx: &mut Tx, ticket_id: &str) -> Result<(), DeskError> {
        let ticket = tx.ticket_by_id(ticket_id).await?;
        let Some(mut ticket) = ticket.filter(|ticket| ticket.history && ticket.version == 1) else {
            return Ok(());
        };
        if tx.messages(ticket_id).await?.iter().any(|stored| stored.direction == Direction::Out) {
            return Ok(());
        }
        let now = self.clock().now();
        ticket.status = Status::Open;
        ticket.updated_at = now;
        tx.event_add(ticket_id, now, &Actor::Program, EventKind::Reopened, "").await?;
        self.save(tx, &ticket).await
    }

    /// Decides where an arrival belongs and writes it there.
    async fn file(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        digest: &str,
    ) -> Result<(Outcome, String), DeskError> {
        if let Some(here) = self.already_here(tx, understood, digest).await? {
            return self.again(tx, arrival, understood, here).await;
        }
        if self.is_from_us(tx, arrival, understood).await?
            && let Some(filed) = self.file_ours(tx, arrival, understood, digest).await?
        {
            return Ok(filed);
        }
        if !arrival.door.is_history() {
            self.clear_mark(tx, understood).await?;
        }
        let thread = self.find_thread(tx, arrival, understood).await?;
        match thread.ticket {
            Some(ticket) if understood.is_machine() => {
                self.link_notice(tx, arrival, understood, digest, ticket, thread.outbox_id).await
            }
            Some(ticket) => self.append(tx, arrival, understood, digest, ticket).await,
            None => self.open(tx, arrival, understood, digest, thread.probably).await,
        }
    }
}

/// Whether trying again may help: a statement may fail of the moment, a colleague's act may have come between. A form that does
/// not read back never will.
fn may_pass(cause: &DeskError) -> bool {
    matches!(cause, DeskError::Store(_) | DeskError::Conflict { .. } | DeskError::Slow)
}

/// Mail older than this when it reaches us is never answered automatically: a backlog after an outage is read by people.
pub(super) const STALE: Duration = Duration::hours(24);

/// How far ahead of ours a sender's clock may be.
const AHEAD: Duration = Duration::hours(1);

/// Whether the mail was written, or lay in its mailbox, long before it came: by the older of what it says itself and what
/// the mail server says. A Date may be missing, or lie in the future. What is found in a mailbox may have lain there for any
/// time: where neither tells, it is old.
pub(super) fn is_stale(arrival: &Arrival, date: Option<chrono::DateTime<Utc>>) -> bool {
    let told = date.filter(|date| *date <= arrival.received_at + AHEAD);
    match told.into_iter().chain(arrival.envelope.mailbox_at).min() {
        Some(oldest) => arrival.received_at - oldest > STALE,
        None => arrival.door == Door::Imap,
    }
}
