//! The loop from the outbox to the mail server.

use std::time::Duration;

use tokio::sync::watch;

use super::Settings;
use crate::desk::{DeliveryOutcome, Desk, DeskError, Parcel};
use crate::kill::kill_point;
use crate::mail::mailer::{Mailer, SendError};
use crate::setting::HumanDuration;

/// Hands promised mail to the mail server, one after the other.
pub struct Courier {
    desk: Desk,
    mailer: Mailer,
    settings: Settings,
}

impl Courier {
    /// A courier for a desk.
    pub fn new(desk: Desk, mailer: Mailer, settings: Settings) -> Self {
        Self { desk, mailer, settings }
    }

    /// Delivers until `stop` becomes true. A mail under way is finished first.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            // The bell is listened to before the outbox is looked at: a mail promised in between still rings.
            let rung = self.desk.outbox_bell().notified();
            tokio::pin!(rung);
            rung.as_mut().enable();
            if let Err(cause) = self.deliver_due().await {
                tracing::warn!(%cause, "delivery stops until the next look");
            }
            let wait = self.wait().await;
            tokio::select! {
                _ = tokio::time::timeout(wait, rung) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Until the next mail is due, at most the poll interval.
    async fn wait(&self) -> Duration {
        let poll = self.settings.poll.as_std();
        match self.desk.store().outbox_next_due().await {
            Ok(Some(due)) => {
                (due - self.desk.clock().now()).to_std().unwrap_or_default().clamp(MIN_WAIT, poll)
            }
            Ok(None) | Err(_) => poll,
        }
    }

    /// Delivers everything that is due now; answers how many mails the server took.
    pub async fn deliver_due(&self) -> Result<usize, DeskError> {
        self.desk.recover_sending().await?;
        let mut taken = 0;
        while let Some(parcel) = self.desk.next_parcel(self.settings.lease.as_chrono()).await? {
            let outcome = self.send(&parcel).await;
            taken += usize::from(matches!(outcome, DeliveryOutcome::Accepted { .. }));
            self.desk.delivered(&parcel.id, outcome).await?;
        }
        Ok(taken)
    }

    async fn send(&self, parcel: &Parcel) -> DeliveryOutcome {
        let to = std::slice::from_ref(&parcel.to);
        let answer = self.mailer.send(parcel.envelope_from.as_deref(), to, &parcel.raw).await;
        kill_point!("deliver-after-handing-over");
        match answer {
            Ok(words) => DeliveryOutcome::Accepted { words },
            Err(SendError { permanent: true, words, .. }) => {
                tracing::warn!(outbox = parcel.id, "the mail server refused a mail for good");
                DeliveryOutcome::Refused { words }
            }
            Err(SendError { uncertain, words, .. }) => {
                let failures = usize::try_from(parcel.attempt).unwrap_or(usize::MAX);
                let wait = self.settings.wait_after(failures).map(HumanDuration::as_chrono);
                tracing::info!(
                    outbox = parcel.id,
                    attempt = parcel.attempt,
                    "a mail could not be handed over yet"
                );
                if uncertain {
                    DeliveryOutcome::Doubtful { words, wait }
                } else {
                    DeliveryOutcome::Later { words, wait }
                }
            }
        }
    }
}

/// A mail due a moment ago must not make the loop spin when the database answers oddly.
const MIN_WAIT: Duration = Duration::from_millis(20);
