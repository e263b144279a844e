//! What only memory can forbid (rule 18 of `docs/mail.md`): answering a robot that shows no header, writing to an address
//! that no longer exists. One automatic mail in a thread, a few a day to an address, some an hour to a domain, and so
//! many a minute in all.

use chrono::{DateTime, Duration, Utc};

use super::understand::Understood;
use super::{Desk, DeskError};
use crate::message::Arrival;
use crate::store::Tx;

/// Minutes of the cap on everything that may be promised ahead; beyond, something is wrong that a queue does not mend.
const AHEAD: i64 = 60;

const MINUTE: Duration = Duration::minutes(1);

impl Desk {
    /// Why no automatic mail may answer this arrival; `None` when one may. The first rule that forbids is named.
    pub(super) async fn automatic_ban(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
    ) -> Result<Option<String>, DeskError> {
        if arrival.door.is_history() {
            return Ok(Some("history".to_owned()));
        }
        if !understood.automatic.allowed {
            return Ok(Some(understood.automatic.reason.clone()));
        }
        let message = &understood.message;
        if super::process::is_stale(arrival, message.date) {
            return Ok(Some("older-than-a-day".to_owned()));
        }
        let Some(to) = &understood.answer_to else { return Ok(Some("no-safe-address".to_owned())) };
        if self.keyed_entry(arrival).is_some() {
            return Ok(Some("answers-our-mail".to_owned()));
        }
        for id in message.in_reply_to.iter().chain(message.references.last()) {
            if tx.known_ids(id).await?.iter().any(|known| known.outbox_id.is_some()) {
                return Ok(Some("answers-our-mail".to_owned()));
            }
        }
        Ok(self.held_from(tx, to, None).await?.map(str::to_owned))
    }

    /// Why one more automatic mail to an address may not be promised, on a ticket where there is one already; `None` when
    /// it may.
    pub(super) async fn held_from(
        &self,
        tx: &mut Tx,
        to: &str,
        ticket_id: Option<&str>,
    ) -> Result<Option<&'static str>, DeskError> {
        let caps = &self.settings().automatic;
        let now = self.clock().now();
        if self.is_given_up(tx, to, now).await? {
            return Ok(Some("address-bounced"));
        }
        if let Some(id) = ticket_id
            && tx.automatic_of(id).await? >= i64::from(caps.per_ticket)
        {
            return Ok(Some("cap-ticket"));
        }
        if tx.automatic_to(to, now - Duration::days(1)).await? >= i64::from(caps.per_recipient_per_day) {
            return Ok(Some("cap-recipient"));
        }
        if tx.automatic_to_domain(to, now - Duration::hours(1)).await? >= i64::from(caps.per_domain_per_hour)
        {
            return Ok(Some("cap-domain"));
        }
        if tx.automatic_after(now - MINUTE).await? >= i64::from(caps.per_minute) * AHEAD {
            return Ok(Some("cap-global"));
        }
        Ok(None)
    }

    /// When an automatic mail that is wanted at `due` may leave: then, or in the first minute that the cap on everything
    /// leaves free. A rush of people is answered late rather than not at all.
    pub(super) async fn turn(&self, tx: &mut Tx, due: DateTime<Utc>) -> Result<DateTime<Utc>, DeskError> {
        let before = tx.automatic_after(due - MINUTE).await?;
        let minutes = before / i64::from(self.settings().automatic.per_minute.max(1));
        Ok(due + Duration::minutes(minutes))
    }
}
