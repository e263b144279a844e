//! What the delivery loop does to the outbox. An entry is committed as *sending* before the first octet leaves, and as
//! *sent* with the server's words after; so a crash in between is seen. Then an automatic mail is in doubt and is not
//! sent again, while a person's mail is sent again under the same Message-ID.

use chrono::Duration;

use super::{Desk, DeskError};
use crate::kill::kill_point;
use crate::store::{OutboxEntry, Promised, Tx};
use crate::ticket::{Actor, EventKind, HandOverState, MailKind, OutboxState, Returned};

/// A mail to hand to the mail server now.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Outbox entry id.
    pub id: String,
    /// Envelope sender; `None` is the null sender.
    pub envelope_from: Option<String>,
    /// Recipient.
    pub to: String,
    /// RFC 5322 octets.
    pub raw: Vec<u8>,
    /// This is the how-manieth try, from 1.
    pub attempt: i64,
}

/// What the mail server said.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It took the mail.
    Accepted {
        /// Its words.
        words: String,
    },
    /// Not now; try again after the wait, or give up with `None`.
    Later {
        /// Its words, or the network's.
        words: String,
        /// How long to wait.
        wait: Option<Duration>,
    },
    /// The conversation broke off: it may have taken the mail. Automatic mail is then in doubt; a person's mail is tried
    /// again as with [`Outcome::Later`].
    Doubtful {
        /// The network's words.
        words: String,
        /// How long to wait.
        wait: Option<Duration>,
    },
    /// Never.
    Refused {
        /// Its words.
        words: String,
    },
}

/// How often what a server said is written down before a ticket that everybody changes at once is left to the lease.
const RECORDING_TRIES: usize = 10;

/// Why a mail is held that was being sent while the ticket moved on.
const OVERTAKEN: &str = "la demande a avancé pendant l’envoi";

impl Desk {
    /// Takes the next due mail and commits that it is being sent. `None`: none is due. What the kill switch holds back
    /// is held here, so that a switch thrown a second ago already counts; and so is a refusal whose ticket was answered
    /// or reopened while an earlier try was under way.
    pub async fn next_parcel(&self, lease: Duration) -> Result<Option<Parcel>, DeskError> {
        loop {
            let now = self.clock().now();
            let Some(promised) = self.store().outbox_lease(now, now + lease).await? else { return Ok(None) };
            let Promised { entry, envelope_from, raw } = promised;
            if self.automatic_stopped().await? && self.is_switched_off(&entry).await? {
                self.hold_back(&entry, "les automatismes sont arrêtés").await?;
                continue;
            }
            if self.is_overtaken(&mut self.store().begin().await?, &entry).await? {
                self.hold_back(&entry, OVERTAKEN).await?;
                continue;
            }
            kill_point!("deliver-after-sending");
            return Ok(Some(Parcel {
                id: entry.id,
                envelope_from,
                to: entry.recipient,
                raw,
                attempt: entry.attempts,
            }));
        }
    }

    /// Holds a mail that was taken but not handed over. What brings the ticket back leaves an overtaken one as it is.
    async fn hold_back(&self, entry: &OutboxEntry, because: &str) -> Result<(), DeskError> {
        let mut tx = self.store().begin().await?;
        let overtaken = self.is_overtaken(&mut tx, entry).await?;
        tx.outbox_held(&entry.id, OutboxState::Sending, because).await?;
        self.event(&mut tx, entry, EventKind::Withheld, because).await?;
        if !overtaken {
            self.return_to_queue(&mut tx, entry).await?;
            if let Some(ticket) = tx.ticket_by_id(&entry.ticket_id).await? {
                self.promise_owed_receipt(&mut tx, &ticket).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// Whether the kill switch holds this mail back: what answers or hands over without a person, and the word to a
    /// requester that somebody has their request where nobody has been told.
    async fn is_switched_off(&self, entry: &OutboxEntry) -> Result<bool, DeskError> {
        let mut tx = self.store().look().await?;
        match entry.kind {
            MailKind::Refusal | MailKind::AutoAnswer => Ok(true),
            MailKind::HandOver | MailKind::HandOverDigest => {
                Ok(self.carried(&mut tx, entry).await?.iter().any(|one| one.by == Actor::Program))
            }
            MailKind::HandOverNotice => {
                let last = tx.hand_overs_of(&entry.ticket_id).await?.pop();
                let Some(last) = last.filter(|last| last.by == Actor::Program) else { return Ok(false) };
                let Some(mail) = last.outbox_id else { return Ok(true) };
                let mail = tx.outbox_entry(&mail).await?;
                Ok(mail.is_some_and(|mail| matches!(mail.state, OutboxState::Due | OutboxState::Held)))
            }
            MailKind::Receipt
            | MailKind::Answer
            | MailKind::PersonRefusal
            | MailKind::HandOverReminder
            | MailKind::Inquiry
            | MailKind::Correction => Ok(false),
        }
    }

    /// Whether the ticket has moved on since this mail was promised: nobody may be refused after having been answered, nor
    /// asked to answer what is no longer theirs.
    async fn is_overtaken(&self, tx: &mut Tx, entry: &OutboxEntry) -> Result<bool, DeskError> {
        if entry.kind.hands_over() {
            let handed = self.carried(tx, entry).await?;
            let waiting = handed.iter().any(|one| one.state == HandOverState::Waiting);
            // A mail that an earlier version promised has no row.
            return Ok(!waiting && (!handed.is_empty() || entry.kind == MailKind::HandOverReminder));
        }
        let Some(status) = entry.kind.settles() else { return Ok(false) };
        Ok(tx.ticket_by_id(&entry.ticket_id).await?.is_some_and(|ticket| ticket.status != status))
    }

    /// Records what the mail server said. Whoever changes the ticket at the same moment must not make the server's words
    /// be lost: then it is recorded on the ticket as it has become.
    pub async fn delivered(&self, id: &str, outcome: Outcome) -> Result<(), DeskError> {
        for _ in 1..RECORDING_TRIES {
            match self.record(id, outcome.clone()).await {
                Err(DeskError::Conflict { .. }) => {}
                done => return done,
            }
        }
        self.record(id, outcome).await
    }

    async fn record(&self, id: &str, outcome: Outcome) -> Result<(), DeskError> {
        kill_point!("deliver-before-recording");
        let now = self.clock().now();
        let mut tx = self.store().begin().await?;
        let Some(entry) = tx.outbox_entry(id).await? else { return Err(DeskError::NotFound) };
        match outcome {
            Outcome::Accepted { words } => {
                // `false`: it came back before this last word.
                self.remember_relayed(&mut tx, &entry, &words).await?;
                if tx.outbox_sent(id, now, &words).await? {
                    self.event(&mut tx, &entry, EventKind::Sent, &words).await?;
                }
            }
            Outcome::Doubtful { words, .. } if entry.kind.is_automatic() => {
                tx.outbox_in_doubt(id, &words).await?;
                self.event(&mut tx, &entry, EventKind::InDoubt, &words).await?;
                self.return_to_queue(&mut tx, &entry).await?;
            }
            Outcome::Later { wait: Some(_), .. } | Outcome::Doubtful { wait: Some(_), .. }
                if self.is_overtaken(&mut tx, &entry).await? =>
            {
                tx.outbox_held(id, OutboxState::Sending, OVERTAKEN).await?;
                self.event(&mut tx, &entry, EventKind::Withheld, OVERTAKEN).await?;
            }
            Outcome::Later { words, wait: Some(wait) } | Outcome::Doubtful { words, wait: Some(wait) } => {
                tx.outbox_due(id, OutboxState::Sending, now + wait, &words).await?;
            }
            Outcome::Later { words, .. } | Outcome::Doubtful { words, .. } => {
                self.failed(&mut tx, &entry, &words).await?;
            }
            Outcome::Refused { words } => {
                self.failed(&mut tx, &entry, &words).await?;
                let judged = Returned::new(&entry.recipient, None, Some(&words));
                // A bare 550 may be our own relay's; only a code that speaks of the address gives it up.
                let hard = judged.hard && judged.status.is_some();
                self.mark(&mut tx, &entry.recipient, hard, &words).await?;
            }
        }
        tx.commit().await?;
        kill_point!("deliver-after-recording");
        Ok(())
    }

    /// Settles mails whose sender disappeared while sending. Returns how many.
    pub async fn recover_sending(&self) -> Result<usize, DeskError> {
        let now = self.clock().now();
        let stuck = self.store().outbox_stuck(now).await?;
        for entry in &stuck {
            let mut tx = self.store().begin().await?;
            if entry.kind.is_automatic() {
                if tx.outbox_in_doubt(&entry.id, "envoi interrompu").await? {
                    self.event(&mut tx, entry, EventKind::InDoubt, entry.kind.title()).await?;
                    self.return_to_queue(&mut tx, entry).await?;
                }
            } else {
                let words = "envoi interrompu : nouvel essai avec le même Message-ID";
                tx.outbox_due(&entry.id, OutboxState::Sending, now, words).await?;
            }
            tx.commit().await?;
        }
        Ok(stuck.len())
    }

    async fn event(
        &self,
        tx: &mut Tx,
        entry: &OutboxEntry,
        kind: EventKind,
        detail: &str,
    ) -> Result<(), DeskError> {
        let detail = format!("{} : {detail}", entry.kind.title());
        tx.event_add(&entry.ticket_id, self.clock().now(), &Actor::Program, kind, &detail).await?;
        Ok(())
    }

    async fn failed(&self, tx: &mut Tx, entry: &OutboxEntry, words: &str) -> Result<(), DeskError> {
        tx.outbox_failed(&entry.id, OutboxState::Sending, words).await?;
        self.event(tx, entry, EventKind::Failed, words).await?;
        self.return_to_queue(tx, entry).await
    }
}
