//! The mail server as the last conversation with it showed it. One row for all instances: a fault of the server itself
//! concerns every mail, so it is written down once and all of them wait for its end.

use chrono::{DateTime, Duration, Utc};
use sqlx::FromRow;

use super::db::{change, one};
use super::{Store, StoreError, Tx};

/// How the mail server does.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Relay {
    /// Faults in a row; 0: all is well.
    pub failures: i64,
    /// What the last one was, for people; empty: none.
    pub said: String,
    /// Since when it fails.
    pub failing_since: Option<DateTime<Utc>>,
    /// Nothing is tried before.
    pub try_at: Option<DateTime<Utc>>,
}

/// The wait after the first fault; it doubles with each, up to the longest.
const FIRST: Duration = Duration::seconds(15);
/// A server that is back is noticed within this time.
const LONGEST: Duration = Duration::minutes(10);

impl Relay {
    /// The wait after so many faults in a row.
    fn wait(failures: i64) -> Duration {
        let doublings = u32::try_from(failures.clamp(1, 16) - 1).unwrap_or(0);
        (FIRST * 2_i32.pow(doublings)).min(LONGEST)
    }
}

// On PostgreSQL this takes the row's lock to the end of the transaction: of several instances one at a time looks for
// the next mail, so what one has taken the other sees.
const HOLD: &str = "UPDATE relay SET failures = failures WHERE id = 1
    RETURNING failures, said, failing_since, try_at";
const GET: &str = "SELECT failures, said, failing_since, try_at FROM relay WHERE id = 1";
const FAULT: &str = "UPDATE relay SET failures = $1, said = $2, failing_since = $3, try_at = $4 WHERE id = 1";
const WELL: &str = "UPDATE relay SET failures = 0, said = '', failing_since = NULL, try_at = NULL
    WHERE id = 1 AND failures > 0";

impl Tx {
    /// The mail server's state, held until the transaction ends.
    pub(super) async fn relay_hold(&mut self) -> Result<Relay, StoreError> {
        Ok(one!(Relay, self.db(), HOLD)?.unwrap_or_default())
    }

    /// The mail server did not let us in at `now`; answers when it is tried again. Of several conversations that fail
    /// together one counts.
    pub async fn relay_fault(&mut self, now: DateTime<Utc>, said: &str) -> Result<DateTime<Utc>, StoreError> {
        let known = self.relay_hold().await?;
        if let Some(at) = known.try_at.filter(|at| *at > now) {
            return Ok(at);
        }
        let failures = known.failures + 1;
        let try_at = now + Relay::wait(failures);
        let since = known.failing_since.unwrap_or(now);
        change!(self.db(), FAULT, failures, said, since, try_at)?;
        Ok(try_at)
    }

    /// The mail server spoke to us; `true`: it had not before.
    pub async fn relay_well(&mut self) -> Result<bool, StoreError> {
        Ok(change!(self.db(), WELL)? > 0)
    }
}

impl Store {
    /// How the mail server does.
    pub async fn relay(&self) -> Result<Relay, StoreError> {
        let mut link = self.read().await?;
        Ok(one!(Relay, link.db(), GET)?.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_to_its_longest() {
        let waits: Vec<i64> = [1, 2, 3, 6, 7, 1000].map(|n| Relay::wait(n).num_seconds()).into();
        assert_eq!(waits, [15, 30, 60, 480, 600, 600]);
    }
}
