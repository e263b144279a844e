//! The loop from the outbox to the mail server. Several mails are under way at once, as many as the mailer allows; which
//! one leaves next the store decides (`store/outbox/lease.rs`), so that no recipient, no domain and no instance is in
//! another's way.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Settings;
use crate::desk::{DeliveryOutcome, Desk, DeskError, DomainPace, Parcel};
use crate::kill::kill_point;
use crate::mail::mailer::{Mailer, SendError};
use crate::store::Alert;

/// A mail due a moment ago must not make the loop spin when the database answers oddly.
const MIN_WAIT: Duration = Duration::from_millis(20);
/// How long to wait for what is due and may not leave yet: its recipient or domain has its share already.
const PACED: Duration = Duration::from_secs(1);

/// Hands promised mail to the mail server.
pub struct Courier(Arc<Inner>);

struct Inner {
    desk: Desk,
    mailer: Mailer,
    settings: Settings,
    pace: DomainPace,
}

impl Courier {
    /// A courier for a desk.
    pub fn new(desk: Desk, mailer: Mailer, settings: Settings) -> Self {
        // Whatever the settings say, one slow domain must not have every connection.
        let others = u32::try_from(mailer.at_once()).unwrap_or(u32::MAX).saturating_sub(1).max(1);
        let pace = DomainPace {
            at_once: settings.per_domain.min(others),
            per_minute: settings.per_domain_per_minute,
        };
        Self(Arc::new(Inner { desk, mailer, settings, pace }))
    }

    /// Delivers until `stop` becomes true. Mails under way are finished first.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(cause) = self.deliver(Some(&mut stop)).await {
                tracing::warn!(%cause, "delivery stops until the next look");
            }
            self.0.mailer.rest().await;
            let wait = self.0.wait().await;
            tokio::select! {
                // The bell keeps one ring that nobody heard: a mail promised since the last look still rings.
                _ = tokio::time::timeout(wait, self.0.desk.outbox_bell().notified()) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Delivers everything that may leave now; answers how many mails the server took.
    pub async fn deliver_due(&self) -> Result<usize, DeskError> {
        self.deliver(None).await
    }

    /// Begins what may begin now. What an instance left behind, and alerts, do not wait for a pause between mails, which a
    /// steady flow never makes; and an alert that hangs takes no mail's place.
    async fn take(
        &self,
        under_way: &mut JoinSet<Result<bool, DeskError>>,
        alerts: &mut JoinSet<Result<(), DeskError>>,
    ) -> Result<(), DeskError> {
        self.0.desk.recover_sending().await?;
        while let Some(alert) = self.0.desk.next_alert(self.0.settings.lease.as_chrono()).await? {
            let inner = Arc::clone(&self.0);
            alerts.spawn(async move { inner.deliver_alert(&alert).await });
        }
        while under_way.len() < self.0.mailer.at_once() {
            let Some(parcel) = self.0.next().await? else { break };
            let inner = Arc::clone(&self.0);
            under_way.spawn(async move { inner.deliver(&parcel).await });
        }
        Ok(())
    }

    /// Ends connections that nobody used for long, beside the mails under way: a server ends them less politely, and its
    /// farewell would be met by the next mail. One look at a time.
    fn rest(&self, resting: &mut JoinSet<()>) {
        while resting.try_join_next().is_some() {}
        if resting.is_empty() {
            let inner = Arc::clone(&self.0);
            resting.spawn(async move { inner.mailer.rest().await });
        }
    }

    async fn deliver(&self, mut stop: Option<&mut watch::Receiver<bool>>) -> Result<usize, DeskError> {
        // A fault of the store ends the taking, never a conversation: a mail that is cut off may have arrived.
        let (mut under_way, mut alerts, mut taken, mut fault) = (JoinSet::new(), JoinSet::new(), 0, None);
        let mut resting = JoinSet::new();
        loop {
            let stopped = stop.as_ref().is_some_and(|stop| *stop.borrow());
            if !stopped && fault.is_none() {
                fault = self.take(&mut under_way, &mut alerts).await.err();
            }
            if under_way.is_empty() && alerts.is_empty() {
                return fault.map_or(Ok(taken), Err);
            }
            self.rest(&mut resting);
            // What is promised, or has its turn, while others are under way does not wait for the slowest of them.
            tokio::select! {
                Some(done) = under_way.join_next() => match done {
                    Ok(Ok(accepted)) => taken += usize::from(accepted),
                    Ok(Err(cause)) => fault = Some(cause),
                    // A fault of the program: the mail's lease ends, and then it is settled as after a crash.
                    Err(_) => {}
                },
                Some(done) = alerts.join_next() => fault = fault.or(done.ok().and_then(Result::err)),
                _ = tokio::time::timeout(PACED, std::future::pending::<()>()) => {}
                () = self.0.desk.outbox_bell().notified() => {}
                () = changed(stop.as_deref_mut()) => {}
            }
        }
    }
}

/// Ends when the process is asked to stop; never where nobody asks.
async fn changed(stop: Option<&mut watch::Receiver<bool>>) {
    match stop {
        Some(stop) if !*stop.borrow() => drop(stop.changed().await),
        _ => std::future::pending().await,
    }
}

impl Inner {
    async fn next(&self) -> Result<Option<Parcel>, DeskError> {
        self.desk.next_parcel(self.settings.lease.as_chrono(), self.pace).await
    }

    /// Until the next mail is due, at most the poll interval.
    async fn wait(&self) -> Duration {
        let (poll, now) = (self.settings.poll.as_std(), self.desk.clock().now());
        let store = self.desk.store();
        let (Ok(mail), Ok(alert)) = (store.outbox_next_due().await, store.alert_next_due(now).await) else {
            return poll;
        };
        let Some(due) = mail.into_iter().chain(alert).min() else { return poll };
        until(now, due).clamp(MIN_WAIT, poll)
    }

    /// Sends one mail and records what became of it; whether the server took it.
    async fn deliver(&self, parcel: &Parcel) -> Result<bool, DeskError> {
        let outcome = self.send(parcel).await;
        let accepted = matches!(outcome, DeliveryOutcome::Accepted { .. });
        self.desk.delivered(parcel, outcome).await?;
        Ok(accepted)
    }

    async fn send(&self, parcel: &Parcel) -> DeliveryOutcome {
        let to = std::slice::from_ref(&parcel.to);
        let answer = self.mailer.send(parcel.envelope_from.as_deref(), to, &parcel.raw).await;
        kill_point!("deliver-after-handing-over");
        match answer {
            Ok(words) => DeliveryOutcome::Accepted { words },
            Err(SendError { permanent: true, step, words, .. }) => {
                tracing::warn!(outbox = parcel.id, "the mail server refused a mail for good");
                DeliveryOutcome::Refused { words, of_recipient: step.concerns_recipient() }
            }
            Err(SendError { relay: true, words, .. }) => {
                tracing::warn!(outbox = parcel.id, "the mail server is away or does not let us in");
                DeliveryOutcome::Away { words, patience: self.settings.patience() }
            }
            Err(SendError { uncertain, words, .. }) => {
                let failures = usize::try_from(parcel.attempt).unwrap_or(usize::MAX);
                let wait = self.settings.wait_of(&parcel.id, failures);
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

    /// Sends an alert: it has the null sender, changes no count, and is tried like any mail.
    async fn deliver_alert(&self, alert: &Alert) -> Result<(), DeskError> {
        let store = self.desk.store();
        let answer = self.mailer.send(None, std::slice::from_ref(&alert.recipient), &alert.raw).await;
        let failures = usize::try_from(alert.attempts).unwrap_or(usize::MAX);
        match answer {
            Ok(words) => store.alert_done(&alert.id, true, &words).await?,
            Err(SendError { permanent: false, words, .. })
                if self.settings.wait_after(failures).is_some() =>
            {
                let wait = self.settings.wait_of(&alert.id, failures).unwrap_or_default();
                store.alert_later(&alert.id, self.desk.clock().now() + wait, &words).await?;
            }
            Err(SendError { words, .. }) => {
                tracing::error!(alert = alert.id, "an alert could not be delivered");
                store.alert_done(&alert.id, false, &words).await?;
            }
        }
        Ok(())
    }
}

/// How long to wait for something that is due then.
fn until(now: DateTime<Utc>, due: DateTime<Utc>) -> Duration {
    (due - now).to_std().unwrap_or(PACED)
}
