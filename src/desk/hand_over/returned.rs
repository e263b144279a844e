//! A machine's word about a hand-over: the mail came back, or its recipient is absent. Then nobody has the request, and it
//! is back in the queue at once. Another helpdesk's receipt is no answer and changes nothing.

use chrono::{DateTime, Duration, Utc};

use crate::clock::{day_text, paris_day};
use crate::desk::understand::Understood;
use crate::desk::{Desk, DeskError};
use crate::message::Lang;
use crate::store::{OutboxEntry, Tx};
use crate::ticket::{Actor, EventKind, HandOver, HandOverState};

/// How long a request that came back speaks against handing the next one over to the same address: the length of an
/// ordinary absence.
const RETURNED_COUNTS: Duration = Duration::days(14);

const ABSENT: &str = "est absent, d’après sa réponse automatique";

impl Desk {
    /// An absence notice on a ticket: if it is of whoever has the request, the request is back. Whatever became of it, the
    /// next one is not handed over to somebody who is absent.
    pub(in crate::desk) async fn recipient_is_absent(
        &self,
        tx: &mut Tx,
        understood: &Understood,
        ticket_id: &str,
        outbox_id: Option<&str>,
    ) -> Result<(), DeskError> {
        if !understood.nature.absence || understood.nature.unproven {
            return Ok(());
        }
        let entry = match outbox_id {
            Some(id) => tx.outbox_entry(id).await?,
            None => None,
        };
        let from = &understood.message.from_email;
        let asked = entry.filter(|entry| entry.kind.hands_over());
        // A mail that gathers several requests brings each of them back.
        let mut handed = if let Some(asked) = asked {
            self.carried(tx, &asked).await?
        } else {
            let mut handed = tx.hand_overs_of(ticket_id).await?;
            handed.retain(|one| one.email.eq_ignore_ascii_case(from));
            handed
        };
        if handed.iter().all(|one| one.state != HandOverState::Waiting)
            && let Some(one) = handed.last()
        {
            let (now, by) = (self.clock().now(), Actor::Correspondent);
            tx.event_add(&one.ticket_id, now, &by, EventKind::RecipientAbsent, &one.email).await?;
        }
        handed.retain(|one| one.state == HandOverState::Waiting);
        self.hand_overs_return(tx, handed, ABSENT).await
    }

    /// A mail that hands requests over did not arrive, or was held: each of its requests is back.
    pub(in crate::desk) async fn hand_over_undelivered(
        &self,
        tx: &mut Tx,
        entry: &OutboxEntry,
    ) -> Result<(), DeskError> {
        let mut handed = self.carried(tx, entry).await?;
        handed.retain(|one| one.state == HandOverState::Waiting);
        self.hand_overs_return(tx, handed, "le courriel ne lui a pas été remis").await
    }

    /// Why nothing is handed over to an address without a person for now; `None`: nothing is known against it.
    pub(in crate::desk) async fn hand_over_blocked(
        &self,
        tx: &mut Tx,
        email: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, DeskError> {
        if self.is_given_up(tx, email, now).await? {
            let because = "la demande n’est pas transmise : les courriels à la personne que nomme l’annuaire reviennent";
            return Ok(Some(because.to_owned()));
        }
        let since = now - RETURNED_COUNTS;
        let day = |at| day_text(paris_day(at), Lang::Fr);
        if let Some((at, note)) = tx.hand_over_returned(email, since).await? {
            let day = day(at);
            return Ok(Some(format!(
                "la demande n’est pas transmise : une autre est revenue de la même personne le {day} ({note})"
            )));
        }
        let absent = tx.recipient_absent(email, since).await?;
        Ok(absent.map(|at| {
            let day = day(at);
            format!("la demande n’est pas transmise : la même personne {ABSENT}, le {day}")
        }))
    }

    /// The hand-overs that a mail carries, or reminds of.
    pub(in crate::desk) async fn carried(
        &self,
        tx: &mut Tx,
        entry: &OutboxEntry,
    ) -> Result<Vec<HandOver>, DeskError> {
        let mut handed = tx.hand_overs_by_mail(&entry.id).await?;
        if handed.is_empty() {
            handed = tx.hand_overs_of(&entry.ticket_id).await?;
            let last = handed.into_iter().rfind(|one| one.email.eq_ignore_ascii_case(&entry.recipient));
            handed = last.into_iter().collect();
        }
        Ok(handed)
    }

    pub(super) async fn hand_overs_return(
        &self,
        tx: &mut Tx,
        handed: Vec<HandOver>,
        note: &str,
    ) -> Result<(), DeskError> {
        for one in handed {
            self.hand_over_goes_on(tx, &one, HandOverState::Returned, note, &Actor::Program).await?;
            self.bring_back(tx, &one.ticket_id).await?;
        }
        Ok(())
    }
}
