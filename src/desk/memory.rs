//! What only memory can forbid (rule 18 of `docs/mail.md`): answering a robot that shows no header. One automatic mail in
//! a thread, a few a day to an address, some an hour to a domain.

use chrono::Duration;

use super::understand::Understood;
use super::{Desk, DeskError};
use crate::message::Arrival;
use crate::store::Tx;

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
        if super::process::is_stale(arrival, understood.message.date) {
            return Ok(Some("older-than-a-day".to_owned()));
        }
        let Some(to) = &understood.answer_to else { return Ok(Some("no-safe-address".to_owned())) };
        if let Some(id) = &understood.message.in_reply_to
            && tx.known_id(id).await?.is_some_and(|known| known.outbox_id.is_some())
        {
            return Ok(Some("answers-our-mail".to_owned()));
        }
        Ok(self.cap_reached(tx, to).await?.map(str::to_owned))
    }

    /// The cap that forbids one more automatic mail to an address; `None` when there is room.
    pub(super) async fn cap_reached(&self, tx: &mut Tx, to: &str) -> Result<Option<&'static str>, DeskError> {
        let caps = &self.settings().automatic;
        let now = self.clock().now();
        if tx.automatic_to(to, now - Duration::days(1)).await? >= i64::from(caps.per_recipient_per_day) {
            return Ok(Some("cap-recipient"));
        }
        if tx.automatic_to_domain(to, now - Duration::hours(1)).await? >= i64::from(caps.per_domain_per_hour)
        {
            return Ok(Some("cap-domain"));
        }
        Ok(None)
    }
}
