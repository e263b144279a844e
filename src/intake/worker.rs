//! The loop from kept arrivals to the desk.

use tokio::sync::watch;

use super::Settings;
use crate::desk::{Desk, DeskError};

/// Takes up arrivals, oldest first.
#[derive(Clone)]
pub struct Worker {
    desk: Desk,
    settings: Settings,
}

impl Worker {
    /// A worker for a desk.
    pub fn new(desk: Desk, settings: Settings) -> Self {
        Self { desk, settings }
    }

    /// Works until `stop` becomes true. An arrival under way is finished first.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            // The bell is listened to before the arrivals are looked at: one kept in between still rings.
            let rung = self.desk.arrivals_bell().notified();
            tokio::pin!(rung);
            rung.as_mut().enable();
            if let Err(cause) = self.work_off().await {
                tracing::warn!(%cause, "the intake stops until the next look");
            }
            tokio::select! {
                _ = tokio::time::timeout(self.settings.poll.as_std(), rung) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Processes everything that waits now; answers how many arrivals.
    pub async fn work_off(&self) -> Result<usize, DeskError> {
        let mut done = 0;
        while self.desk.process_next(self.settings.lease.as_chrono()).await? {
            done += 1;
        }
        Ok(done)
    }
}
