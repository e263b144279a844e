//! What the delivery loop does to the outbox. An entry is committed as *sending* before the first octet leaves, and as
//! *sent* with the server's words after; so a crash in between is seen. Then an automatic mail is in doubt and is not
//! sent again, while a person's mail is sent again under the same Message-ID. What the server said is written down in
//! `deliver/record.rs`.

mod record;

use chrono::{DateTime, Duration, Utc};

use super::{Desk, DeskError};
use crate::kill::kill_point;
use crate::store::{LeasedMail, OutboxEntry, Pace, Promised, Tx};
use crate::ticket::{Actor, EventKind, HandOverState, MailKind, OutboxState};

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
    /// Until when it is ours; only a yes is recorded of whoever lost it.
    pub leased_until: DateTime<Utc>,
}

/// How much mail may go to one domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DomainPace {
    /// At once, all instances together.
    pub at_once: u32,
    /// Within a minute.
    pub per_minute: u32,
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
    /// The mail server itself is away or does not let us in: no fault of this mail, which waits with all others and loses
    /// no try, unless it has waited for longer than the patience with any mail.
    Away {
        /// The network's words, or the server's.
        words: String,
        /// How long a mail may wait in all.
        patience: Duration,
    },
    /// Never.
    Refused {
        /// Its words.
        words: String,
        /// They were said of the recipient or of the mail it got; `false`: of something else, or not by a server.
        of_recipient: bool,
    },
}

/// Why a mail is held that was being sent while the ticket moved on.
const OVERTAKEN: &str = "la demande a avancé pendant l’envoi";

/// Why a mail is held that the kill switch stops.
const STOPPED: &str = "les automatismes sont arrêtés";
/// Why a mail is held that nobody decided on and whose recipient is given up.
const GIVEN_UP: &str = "l’adresse renvoie les courriels";

impl Desk {
    /// Takes the next mail that the pace lets leave and commits that it is being sent. `None`: none may leave now. What the
    /// kill switch holds back is held here, so that a switch thrown a second ago already counts, and so is a refusal
    /// whose ticket was answered or reopened while an earlier try was under way; but what a person let go leaves. Where
    /// as much automatic mail has left within an hour as may, the breaker is thrown.
    pub async fn next_parcel(&self, lease: Duration, pace: DomainPace) -> Result<Option<Parcel>, DeskError> {
        let pace = Pace {
            domain_at_once: pace.at_once,
            domain_per_minute: pace.per_minute,
            unattended_per_hour: self.settings().automatic.breaker_per_hour,
        };
        loop {
            let now = self.clock().now();
            let promised = match self.store().outbox_lease(now, now + lease, &pace).await? {
                LeasedMail::Nothing => return Ok(None),
                LeasedMail::TooMany => {
                    self.trip_breaker().await?;
                    continue;
                }
                LeasedMail::Mail(promised) => promised,
            };
            let Promised { entry, envelope_from, raw, leased_until } = *promised;
            if let Some(because) = self.withheld(&entry, now).await? {
                self.hold_back(&entry, leased_until, because).await?;
                continue;
            }
            kill_point!("deliver-after-sending");
            return Ok(Some(Parcel {
                id: entry.id,
                envelope_from,
                to: entry.recipient,
                raw,
                attempt: entry.attempts,
                leased_until,
            }));
        }
    }

    /// Holds a mail that was taken but not handed over. What brings the ticket back leaves an overtaken one as it is.
    async fn hold_back(
        &self,
        entry: &OutboxEntry,
        leased_until: DateTime<Utc>,
        because: &str,
    ) -> Result<(), DeskError> {
        let mut tx = self.store().begin().await?;
        if !tx.outbox_hold(&entry.id, leased_until).await? {
            return Ok(());
        }
        let overtaken = self.is_overtaken(&mut tx, entry).await?;
        tx.outbox_held(&entry.id, OutboxState::Sending, because).await?;
        self.event(&mut tx, entry, EventKind::Withheld, because).await?;
        // Nobody is reminded while the switch is thrown; whoever has the request keeps it, and patience ends all the same.
        let only_a_reminder = entry.kind == MailKind::HandOverReminder && because == STOPPED;
        if !overtaken && !only_a_reminder {
            self.return_to_queue(&mut tx, entry).await?;
            if let Some(ticket) = tx.ticket_by_id(&entry.ticket_id).await? {
                self.promise_owed_receipt(&mut tx, &ticket).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// Why a mail that is about to leave must not: what a person did not let go is asked here whether automatic mail is
    /// stopped and whether its recipient's address returns mail, so that no way of promising one can forget it.
    async fn withheld(
        &self,
        entry: &OutboxEntry,
        now: DateTime<Utc>,
    ) -> Result<Option<&'static str>, DeskError> {
        if !entry.let_go {
            if self.automatic_stopped().await? && self.is_switched_off(entry).await? {
                return Ok(Some(STOPPED));
            }
            let alone = entry.unattended || entry.kind == MailKind::HandOverReminder;
            if alone && self.is_given_up(&mut self.store().look().await?, &entry.recipient, now).await? {
                return Ok(Some(GIVEN_UP));
            }
        }
        let overtaken = self.is_overtaken(&mut self.store().look().await?, entry).await?;
        Ok(overtaken.then_some(OVERTAKEN))
    }

    /// Whether the kill switch holds this mail back: what answers or hands over without a person, and the word to a
    /// requester that somebody has their request where nobody has been told.
    async fn is_switched_off(&self, entry: &OutboxEntry) -> Result<bool, DeskError> {
        let mut tx = self.store().look().await?;
        match entry.kind {
            MailKind::Refusal | MailKind::AutoAnswer | MailKind::HandOverReminder => Ok(true),
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
            | MailKind::AnswerCopy
            | MailKind::PersonRefusal
            | MailKind::Inquiry
            | MailKind::Forward
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
}
