//! What a person does about a mail that does not leave by itself: letting it go all the same, and taking the mark of an
//! address away.

use super::Seen;
use super::example::Says;
use crate::desk::{Desk, DeskError};
use crate::message::one_line;
use crate::store::OutboxEntry;
use crate::ticket::{EventKind, OutboxState, Status};

impl Desk {
    /// Lets a held, failed or doubtful mail leave now, and one that the breaker keeps waiting: a person has looked. The
    /// audit trail keeps what stood against it.
    pub async fn send_anyway(&self, seen: &Seen, outbox_id: &str) -> Result<(), DeskError> {
        let breaker = self.breaker_is_thrown().await?;
        let mut act = self.begin_act(seen).await?;
        let entry = act.tx.outbox_entry(outbox_id).await?.filter(|entry| entry.ticket_id == act.ticket.id);
        let entry = entry.ok_or(DeskError::NotFound)?;
        let against = stands_against(&entry, breaker);
        let now = self.clock().now();
        if against.is_none() || !act.tx.outbox_again(outbox_id, entry.state, now).await? {
            return Err(DeskError::Refused(
                "Ce courriel n’est ni retenu, ni en échec, ni incertain.".to_owned(),
            ));
        }
        // What the breaker keeps waiting has changed nothing on the ticket.
        if entry.state != OutboxState::Due {
            if let Some(status) = entry.kind.settles() {
                act.ticket.status = status;
            }
            if entry.kind.hands_over()
                && self.hand_overs_sent_again(&mut act.tx, &entry, &act.ticket.id).await?
            {
                act.ticket.status = Status::HandedOver;
            }
        }
        // Trying a failed mail again says nothing of its text; letting go what was held does.
        if entry.kind.is_refusal() && entry.state == OutboxState::Held {
            self.learn(&mut act, Says::Refuse, EventKind::Promised).await?;
        }
        let detail = format!("{}, malgré ceci : {}", entry.kind.title(), against.unwrap_or_default());
        self.conclude(act, EventKind::LetGo, &detail).await
    }

    /// Takes the mark of an address away that returned a mail: a person knows that it is good, or good again. The address
    /// must be the ticket's: its requester's, or one that a mail of it went to.
    pub async fn lift_mark(&self, seen: &Seen, address: &str) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        let address = address.trim();
        let theirs = act.ticket.requester_email.eq_ignore_ascii_case(address);
        let entries = act.tx.outbox_of(&act.ticket.id).await?;
        if !theirs && !entries.iter().any(|entry| entry.recipient.eq_ignore_ascii_case(address)) {
            return Err(DeskError::Refused(
                "Cette adresse n’est pas celle d’un courriel de cette demande.".to_owned(),
            ));
        }
        let mark = act.tx.address_mark(address, act.at).await?;
        let none = || DeskError::Refused("Cette adresse n’est plus marquée.".to_owned());
        let mark = mark.ok_or_else(none)?;
        act.tx.address_mark_clear(address).await?;
        let detail = format!("{} ; elle avait renvoyé : {}", one_line(address, 200), mark.said);
        self.conclude(act, EventKind::MarkLifted, &detail).await
    }
}

/// Why a mail does not leave by itself; `None` where it does, or has left.
fn stands_against(entry: &OutboxEntry, breaker: bool) -> Option<String> {
    match entry.state {
        OutboxState::Held => Some(entry.held_because.clone()),
        OutboxState::Failed => Some(entry.last_words.clone()),
        OutboxState::InDoubt => Some("il est peut-être déjà parti".to_owned()),
        OutboxState::Due if breaker && entry.unattended && !entry.let_go => {
            Some("trop de courriels automatiques sont partis en une heure".to_owned())
        }
        OutboxState::Due | OutboxState::Sending | OutboxState::Sent => None,
    }
}
