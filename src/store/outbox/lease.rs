//! Which promised mail leaves next. The oldest that is due, but never two at once to one recipient, no more at once and a
//! minute to one domain than its pace allows, nothing while the mail server is away, and one alone to see whether it is
//! back. So a slow or refusing domain holds up its own mail and no other.

use chrono::{DateTime, Duration, Utc};
use sqlx::FromRow;

use super::{EntryRow, OutboxEntry, Promised};
use crate::store::db::{all, change, one};
use crate::store::switch::BREAKER;
use crate::store::{Store, StoreError, Tx, on};

/// How much mail may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Mails to one domain at once, all instances together.
    pub domain_at_once: u32,
    /// Mails to one domain within a minute.
    pub domain_per_minute: u32,
    /// Mails within an hour that nobody of the team decided on; beyond, the breaker must stop them.
    pub unattended_per_hour: u32,
}

/// What a look for the next mail found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leased {
    /// A mail, now being sent.
    Mail(Box<Promised>),
    /// One that nobody decided on is due, and as many as may have left within an hour: nothing was taken.
    TooMany,
    /// Nothing may leave now.
    Nothing,
}

#[derive(FromRow)]
struct PromisedRow {
    #[sqlx(flatten)]
    entry: EntryRow,
    envelope_from: Option<String>,
    raw: Vec<u8>,
    leased_until: DateTime<Utc>,
}

// The condition on the state is repeated outside the sub-select: without it PostgreSQL would lease a row twice.
const LEASE: &str = concat!(
    "UPDATE outbox SET state = 'sending', leased_until = $2, tried_at = $1, attempts = attempts + 1
    WHERE state = 'due' AND due_at <= $1 AND id = (SELECT id FROM outbox WHERE state = 'due' AND due_at <= $1
        AND ($3 = FALSE OR unattended = FALSE OR let_go = TRUE)
        AND recipient_key NOT IN (SELECT recipient_key FROM outbox WHERE state = 'sending' AND leased_until > $1)
        AND recipient_domain NOT IN (SELECT recipient_domain FROM outbox WHERE state = 'sending' AND leased_until > $1
            GROUP BY recipient_domain HAVING COUNT(*) >= $4)
        AND recipient_domain NOT IN (SELECT recipient_domain FROM outbox WHERE tried_at > $5
            GROUP BY recipient_domain HAVING COUNT(*) >= $6)
        ORDER BY due_at, id LIMIT 1)
    RETURNING ",
    entry!(),
    ", envelope_from, raw, leased_until"
);
// Writing takes the row's lock: of two instances that think a mail is theirs, one is right.
const HOLD: &str = "UPDATE outbox SET leased_until = leased_until
    WHERE id = $1 AND state = 'sending' AND leased_until = $2";
const ABANDONED: &str = "UPDATE outbox SET leased_until = leased_until
    WHERE id = $1 AND state = 'sending' AND leased_until < $2";
const UNDER_WAY: &str = "SELECT COUNT(*) FROM outbox WHERE state = 'sending' AND leased_until > $1";
const UNATTENDED: &str =
    "SELECT COUNT(*) FROM outbox WHERE tried_at > $1 AND unattended = TRUE AND let_go = FALSE AND id <> $2";
const ANY_DUE: &str = "SELECT id FROM outbox WHERE state = 'due' AND due_at <= $1 LIMIT 1";
const NEXT_DUE: &str = "SELECT MIN(due_at) FROM outbox WHERE state = 'due'
    AND ($1 = FALSE OR unattended = FALSE OR let_go = TRUE)";
const STUCK: &str =
    concat!("SELECT ", entry!(), " FROM outbox WHERE state = 'sending' AND leased_until < $1 ORDER BY id");

impl Store {
    /// Takes the next mail and marks it as being sent, until `until`.
    pub async fn outbox_lease(
        &self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        pace: &Pace,
    ) -> Result<Leased, StoreError> {
        // A look writes nothing: most of the time there is none.
        if one!((String,), self.read().await?.db(), ANY_DUE, now)?.is_none() {
            return Ok(Leased::Nothing);
        }
        let mut tx = self.begin().await?;
        let relay = tx.relay_hold().await?;
        if relay.try_at.is_some_and(|at| at > now)
            || (relay.failures > 0 && tx.outbox_under_way(now).await? > 0)
        {
            return Ok(Leased::Nothing);
        }
        let breaker = tx.switch(BREAKER).await?;
        let thrown = breaker.as_ref().is_some_and(|switch| switch.thrown);
        let minute = now - Duration::minutes(1);
        let (at_once, a_minute) = (i64::from(pace.domain_at_once), i64::from(pace.domain_per_minute));
        let leased = one!(PromisedRow, tx.db(), LEASE, now, until, thrown, at_once, minute, a_minute)?;
        let Some(PromisedRow { entry, envelope_from, raw, leased_until }) = leased else {
            return Ok(Leased::Nothing);
        };
        let entry = OutboxEntry::try_from(entry)?;
        if entry.unattended && !entry.let_go {
            // What left before a person set the breaker back was looked at.
            let since = breaker.map_or(DateTime::UNIX_EPOCH, |switch| switch.at);
            let since = since.max(now - Duration::hours(1));
            let left = on!(tx.db(), c => {
                sqlx::query_scalar::<_, i64>(UNATTENDED).bind(since).bind(&entry.id).fetch_one(c).await
            })?;
            if left >= i64::from(pace.unattended_per_hour) {
                return Ok(Leased::TooMany);
            }
        }
        tx.commit().await?;
        Ok(Leased::Mail(Box::new(Promised { entry, envelope_from, raw, leased_until })))
    }

    /// Mails that were being sent when their sender disappeared.
    pub async fn outbox_stuck(&self, now: DateTime<Utc>) -> Result<Vec<OutboxEntry>, StoreError> {
        let mut link = self.read().await?;
        all!(EntryRow, link.db(), STUCK, now)?.into_iter().map(OutboxEntry::try_from).collect()
    }

    /// When the next mail is due that may leave then.
    pub async fn outbox_next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let thrown = self.switch(BREAKER).await?.is_some_and(|switch| switch.thrown);
        let relay = self.relay().await?;
        let mut link = self.read().await?;
        let due = one!((Option<DateTime<Utc>>,), link.db(), NEXT_DUE, thrown)?.and_then(|(at,)| at);
        Ok(due.map(|due| relay.try_at.map_or(due, |at| due.max(at))))
    }
}

impl Tx {
    /// Whether the mail is still theirs who took it until `leased_until`; if so, it remains theirs to the end of this
    /// transaction.
    pub async fn outbox_hold(&mut self, id: &str, leased_until: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(change!(self.db(), HOLD, id, leased_until)? > 0)
    }

    /// Whether whoever took the mail has let their time pass; if so, nobody else settles it before this transaction ends.
    pub async fn outbox_abandoned(&mut self, id: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(change!(self.db(), ABANDONED, id, now)? > 0)
    }

    async fn outbox_under_way(&mut self, now: DateTime<Utc>) -> Result<i64, StoreError> {
        Ok(on!(self.db(), c => sqlx::query_scalar::<_, i64>(UNDER_WAY).bind(now).fetch_one(c).await)?)
    }
}
