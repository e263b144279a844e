//! Writing down what the mail server said, and settling what nobody wrote down.

use std::time::{Duration, Instant};

use super::{OVERTAKEN, Outcome, Parcel};
use crate::desk::{Desk, DeskError};
use crate::kill::kill_point;
use crate::store::{OutboxEntry, Tx};
use crate::ticket::{EventKind, OutboxState, Returned};

/// How often what a server said is written down before a ticket that everybody changes at once is left to the lease.
const RECORDING_TRIES: usize = 10;

/// How long the words are kept at hand while the database is in trouble: less than the shortest lease, after which the mail
/// would be settled as one whose sender disappeared.
const AT_HAND: Duration = Duration::from_secs(40);
/// A person's mail that may have arrived is sent again so often: each time may be one more delivery.
const DOUBTFUL_REPEATS: i64 = 2;

const BETWEEN_TRIES: Duration = Duration::from_secs(1);

impl Desk {
    /// Records what the mail server said. Neither whoever changes the ticket at the same moment, nor a database that is
    /// started anew, must make the server's words be lost: they are recorded on the ticket as it has become, and as soon as
    /// the database takes them. Of a mail that was taken for abandoned meanwhile only a yes still counts: it settles the
    /// doubt, while what went wrong is for whoever has the mail now to tell.
    pub async fn delivered(&self, parcel: &Parcel, outcome: Outcome) -> Result<(), DeskError> {
        let begun = Instant::now();
        let mut tries = 1;
        loop {
            match self.record(parcel, outcome.clone()).await {
                Err(DeskError::Conflict { .. }) if tries < RECORDING_TRIES => tries += 1,
                Err(DeskError::Store(cause)) if cause.is_trouble() && begun.elapsed() < AT_HAND => {
                    tracing::warn!(outbox = parcel.id, %cause, "what the mail server said waits for the database");
                    let _ = tokio::time::timeout(BETWEEN_TRIES, std::future::pending::<()>()).await;
                }
                done => return done,
            }
        }
    }

    async fn record(&self, parcel: &Parcel, outcome: Outcome) -> Result<(), DeskError> {
        kill_point!("deliver-before-recording");
        let now = self.clock().now();
        let mut tx = self.store().begin().await?;
        let id = parcel.id.as_str();
        // The server's row is locked before the mail's, as where the next mail is taken.
        let mut try_at = now;
        if let Outcome::Away { words, .. } = &outcome {
            try_at = tx.relay_fault(now, words).await?;
        } else if tx.relay_well().await? {
            tracing::info!("the mail server takes mail again");
        }
        let ours = tx.outbox_hold(id, parcel.leased_until).await?;
        let Some(entry) = tx.outbox_entry(id).await? else { return Err(DeskError::NotFound) };
        match outcome {
            Outcome::Accepted { words } => {
                self.remember_relayed(&mut tx, &entry, &words).await?;
                // `false`: it came back before this last word.
                if tx.outbox_sent(id, now, &words).await? {
                    self.event(&mut tx, &entry, EventKind::Sent, &words).await?;
                }
            }
            _ if !ours => tracing::warn!(outbox = id, "the mail was somebody else's before its server spoke"),
            Outcome::Doubtful { words, wait } => match wait.filter(|_| may_repeat(&entry)) {
                None => self.in_doubt(&mut tx, &entry, &words).await?,
                Some(_) if self.is_overtaken(&mut tx, &entry).await? => {
                    self.overtaken(&mut tx, &entry).await?;
                }
                Some(wait) => {
                    tx.outbox_doubtful(id, now + wait, &words).await?;
                }
            },
            Outcome::Later { wait: Some(_), .. } if self.is_overtaken(&mut tx, &entry).await? => {
                self.overtaken(&mut tx, &entry).await?;
            }
            Outcome::Later { words, wait: Some(wait) } => {
                tx.outbox_due(id, OutboxState::Sending, now + wait, &words).await?;
            }
            Outcome::Later { words, .. } => self.given_up(&mut tx, &entry, &words).await?,
            Outcome::Refused { words, of_recipient: false } => self.failed(&mut tx, &entry, &words).await?,
            Outcome::Away { words, patience } => {
                if self.is_overtaken(&mut tx, &entry).await? {
                    self.overtaken(&mut tx, &entry).await?;
                } else if now - entry.wanted_at >= patience {
                    self.given_up(&mut tx, &entry, &words).await?;
                } else {
                    tx.outbox_postponed(id, try_at, &words).await?;
                }
            }
            Outcome::Refused { words, of_recipient: true } => {
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
        let mut settled = 0;
        for entry in &stuck {
            let mut tx = self.store().begin().await?;
            // Another instance may have settled it since, and a third have taken it again.
            if !tx.outbox_abandoned(&entry.id, now).await? {
                continue;
            }
            settled += 1;
            // What was said before it was interrupted nobody knows: the same doubt as where a server says nothing.
            if may_repeat(entry) {
                let words = "envoi interrompu : nouvel essai avec le même Message-ID";
                tx.outbox_doubtful(&entry.id, now, words).await?;
            } else {
                self.in_doubt(&mut tx, entry, "envoi interrompu").await?;
            }
            tx.commit().await?;
        }
        Ok(settled)
    }

    async fn overtaken(&self, tx: &mut Tx, entry: &OutboxEntry) -> Result<(), DeskError> {
        tx.outbox_held(&entry.id, OutboxState::Sending, OVERTAKEN).await?;
        self.event(tx, entry, EventKind::Withheld, OVERTAKEN).await
    }

    /// Tried for long enough. A mail of which one try broke off at its end may have arrived all the same.
    async fn given_up(&self, tx: &mut Tx, entry: &OutboxEntry, words: &str) -> Result<(), DeskError> {
        if entry.doubts > 0 {
            self.in_doubt(tx, entry, words).await
        } else {
            self.failed(tx, entry, words).await
        }
    }

    async fn in_doubt(&self, tx: &mut Tx, entry: &OutboxEntry, words: &str) -> Result<(), DeskError> {
        tx.outbox_in_doubt(&entry.id, words).await?;
        self.event(tx, entry, EventKind::InDoubt, words).await?;
        self.return_to_queue(tx, entry).await
    }

    async fn failed(&self, tx: &mut Tx, entry: &OutboxEntry, words: &str) -> Result<(), DeskError> {
        tx.outbox_failed(&entry.id, OutboxState::Sending, words).await?;
        self.event(tx, entry, EventKind::Failed, words).await?;
        self.return_to_queue(tx, entry).await
    }
}

/// Whether a mail that may have arrived is sent again.
fn may_repeat(entry: &OutboxEntry) -> bool {
    !entry.kind.is_automatic() && entry.doubts < DOUBTFUL_REPEATS
}
