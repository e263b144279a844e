//! How the service is: every count at one look, and what of it needs somebody.

use chrono::{DateTime, Duration, Utc};

use super::{Desk, DeskError};
use crate::mail::mailer::NULL_SENDER_REFUSED;
use crate::store::{Balance, MailboxState, OutboxCount, Pile, Relay};

/// How long a mailbox or the relay may fail: a restart of theirs takes less.
const FAILING_PATIENCE: Duration = Duration::minutes(5);
/// How long promised mail may be late, a new mailbox go unread, or a refusal be ago, before it is told.
const PATIENCE: Duration = Duration::minutes(15);
/// How long an arrival may wait to be understood.
const WAITING_PATIENCE: Duration = Duration::minutes(10);
/// How long promised mail may be tried again and again.
const RETRY_PATIENCE: Duration = Duration::hours(1);
/// How far the clock may stand behind what was received.
const CLOCK_TOLERANCE: Duration = Duration::minutes(5);

/// How the service is.
#[derive(Clone, Debug)]
pub struct Health {
    /// When it was looked at.
    pub at: DateTime<Utc>,
    /// What the doors were brought, and what became of it.
    pub balance: Balance,
    /// Every folder read over IMAP.
    pub mailboxes: Vec<MailboxState>,
    /// Promised mail.
    pub outbox: OutboxCount,
    /// The mail server that outgoing mail leaves by.
    pub relay: Relay,
    /// So much automatic mail left that all of it waits for a person.
    pub breaker: bool,
    /// Arrivals not yet understood.
    pub waiting: Pile,
    /// Arrivals that could not be understood.
    pub parked: Pile,
    /// What needs somebody, the gravest first; empty: all is well.
    pub troubles: Vec<Trouble>,
}

/// What needs somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A count does not balance: something may be lost.
    Unbalanced,
    /// The clock stands before what was received.
    Clock,
    /// A door could lately not store what it was brought.
    Away(DateTime<Utc>),
    /// A folder has not been read for a while.
    Mailbox {
        /// The mailbox.
        name: String,
        /// The folder.
        folder: String,
        /// Since when.
        since: DateTime<Utc>,
        /// Why, in French; the server's own words may name the account.
        cause: Option<String>,
    },
    /// Mails that a mailbox shows and does not give.
    Withheld {
        /// The mailbox.
        name: String,
        /// How many.
        total: i64,
    },
    /// Nobody takes up what arrived.
    Waiting(DateTime<Utc>),
    /// Arrivals that could not be understood.
    Parked(i64),
    /// Nobody takes up what was promised.
    Late(DateTime<Utc>),
    /// So much automatic mail left that all of it waits for a person.
    Breaker,
    /// The mail server that outgoing mail leaves by is at fault, or cannot be reached.
    Relay {
        /// Since when.
        since: DateTime<Utc>,
        /// What the last fault was; may name hosts.
        said: String,
    },
    /// The mail server refuses the null sender, which receipts and alerts have: so many of them wait.
    NullSender(i64),
    /// Some mail is put off again and again.
    Retrying(DateTime<Utc>),
    /// Mails that may or may not have left, on open requests.
    InDoubt(i64),
    /// Mails that did not arrive, on open requests.
    Failed(i64),
}

impl Trouble {
    /// Its code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unbalanced => "unbalanced",
            Self::Clock => "clock",
            Self::Away(_) => "store-away-lately",
            Self::Mailbox { .. } => "mailbox",
            Self::Withheld { .. } => "mailbox-mails",
            Self::Waiting(_) => "waiting",
            Self::Parked(_) => "parked",
            Self::Late(_) => "outbox-late",
            Self::Breaker => "breaker",
            Self::Relay { .. } => "relay",
            Self::NullSender(_) => "null-sender",
            Self::Retrying(_) => "outbox-retrying",
            Self::InDoubt(_) => "in-doubt",
            Self::Failed(_) => "failed",
        }
    }

    /// Whether the service itself is impaired, rather than a piece of the team's work waiting for a person.
    pub fn impairs(&self) -> bool {
        !matches!(self, Self::InDoubt(_) | Self::Failed(_))
    }
}

impl Health {
    /// Whether the service itself is impaired.
    pub fn is_degraded(&self) -> bool {
        self.troubles.iter().any(Trouble::impairs)
    }

    /// Whether nothing fails, not even for a moment.
    pub fn is_calm(&self) -> bool {
        let failing = self.mailboxes.iter().any(|mailbox| mailbox.failing_since.is_some());
        self.troubles.is_empty() && self.relay.failing_since.is_none() && !failing
    }

    fn judged(mut self, newest: Option<DateTime<Utc>>) -> Self {
        let now = self.at;
        let long = |since: Option<DateTime<Utc>>, patience| since.filter(|at| now - *at > patience);
        let mut found = Vec::new();
        if !self.balance.holds() {
            found.push(Trouble::Unbalanced);
        }
        if newest.is_some_and(|newest| newest - now > CLOCK_TOLERANCE) {
            found.push(Trouble::Clock);
        }
        let away = self.balance.doors.iter().filter_map(|door| door.away_at).max();
        found.extend(away.filter(|at| now - *at < PATIENCE).map(Trouble::Away));
        for mailbox in &self.mailboxes {
            let never_read = mailbox.succeeded_at.is_none().then_some(mailbox.started_at);
            let failing =
                long(mailbox.failing_since, FAILING_PATIENCE).or_else(|| long(never_read, PATIENCE));
            found.extend(failing.map(|since| Trouble::Mailbox {
                name: mailbox.name.clone(),
                folder: mailbox.folder.clone(),
                since,
                cause: mailbox.cause.clone(),
            }));
            if mailbox.failing > 0 {
                found.push(Trouble::Withheld { name: mailbox.name.clone(), total: mailbox.failing });
            }
        }
        found.extend(long(self.waiting.oldest_at, WAITING_PATIENCE).map(Trouble::Waiting));
        if self.parked.total > 0 {
            found.push(Trouble::Parked(self.parked.total));
        }
        if self.breaker {
            found.push(Trouble::Breaker);
        }
        let (relay, null_sender) = (&self.relay, self.outbox.null_sender);
        if null_sender > 0 {
            found.push(Trouble::NullSender(null_sender));
        }
        // A fault with one sender alone is told above.
        let of_null_sender = null_sender > 0 && relay.said.starts_with(NULL_SENDER_REFUSED);
        let failing = long(relay.failing_since, FAILING_PATIENCE).filter(|_| !of_null_sender);
        if let Some(since) = failing {
            found.push(Trouble::Relay { since, said: relay.said.clone() });
        } else if relay.failing_since.is_none() && !self.breaker {
            found.extend(long(self.outbox.oldest_due_at, PATIENCE).map(Trouble::Late));
            found.extend(long(self.outbox.oldest_retrying_at, RETRY_PATIENCE).map(Trouble::Retrying));
        }
        if self.outbox.in_doubt > 0 {
            found.push(Trouble::InDoubt(self.outbox.in_doubt));
        }
        if self.outbox.failed > 0 {
            found.push(Trouble::Failed(self.outbox.failed));
        }
        self.troubles = found;
        self
    }
}

impl Desk {
    /// How the service is now. Counts every arrival: not for every visit of a load balancer.
    pub async fn health(&self) -> Result<Health, DeskError> {
        let (store, now) = (self.store(), self.clock().now());
        let newest = store.arrival_newest().await?;
        let health = Health {
            at: now,
            balance: store.balance().await?,
            mailboxes: store.mailboxes().await?,
            outbox: store.outbox_count(now).await?,
            relay: store.relay().await?,
            breaker: self.breaker_is_thrown().await?,
            waiting: store.arrivals_waiting().await?,
            parked: store.arrivals_parked_count().await?,
            troubles: Vec::new(),
        };
        Ok(health.judged(newest))
    }
}
