//! What ends a hand-over, one way each: whoever had it answered, cannot, is silent, or the team took it back. Where nobody
//! has the request any more it is back in the queue at once, with the reason.

use chrono::{DateTime, Utc};

use crate::desk::{Desk, DeskError};
use crate::store::{OutboxEntry, Tx};
use crate::ticket::{Actor, EventKind, HandOver, HandOverState, OutboxState, Status, Ticket};

impl Desk {
    /// Writes down how a hand-over went on: its state, a sentence (French) and who said so. `false`: somebody was faster.
    pub(super) async fn hand_over_goes_on(
        &self,
        tx: &mut Tx,
        handed: &HandOver,
        state: HandOverState,
        note: &str,
        by: &Actor,
    ) -> Result<bool, DeskError> {
        let at = self.clock().now();
        let changed =
            HandOver { state, remind_at: None, ended_at: Some(at), note: note.to_owned(), ..handed.clone() };
        if !tx.hand_over_save(&changed, handed).await? {
            return Ok(false);
        }
        let kind = match state {
            HandOverState::Answered => EventKind::RecipientAnswered,
            _ => EventKind::HandOverEnded,
        };
        tx.event_add(&handed.ticket_id, at, by, kind, &format!("{} : {note}", handed.email)).await?;
        Ok(true)
    }

    /// Brings a ticket that was handed over back to the queue: nobody else has it any more. One that a person has moved on
    /// meanwhile, or that somebody else still has, stays where it is.
    pub(super) async fn bring_back(&self, tx: &mut Tx, ticket_id: &str) -> Result<(), DeskError> {
        let Some(mut ticket) = tx.ticket_by_id(ticket_id).await? else { return Ok(()) };
        let others = tx.hand_overs_of(ticket_id).await?;
        let waiting = others.iter().any(|other| other.state == HandOverState::Waiting);
        if ticket.status != Status::HandedOver || waiting {
            return Ok(());
        }
        ticket.status = Status::Open;
        ticket.updated_at = self.clock().now();
        self.save(tx, &ticket).await
    }

    /// What follows for a handed-over ticket once the requester has the answer: a person glances at it, or, where `surely`
    /// somebody answered, it is closed as the settings say. The caller saves the ticket.
    pub(in crate::desk) async fn conclude_answered(
        &self,
        tx: &mut Tx,
        ticket: &mut Ticket,
        surely: bool,
        at: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        ticket.updated_at = at;
        if surely && ticket.status == Status::HandedOver && !self.settings().hand_over.close_after_glance {
            ticket.status = Status::Closed;
            let detail = "le destinataire de la transmission a répondu";
            tx.event_add(&ticket.id, at, &Actor::Program, EventKind::Closed, detail).await?;
        }
        Ok(())
    }

    /// A person read what may have been an answer, and closes the request: it was one.
    pub(in crate::desk) async fn hand_overs_read(
        &self,
        tx: &mut Tx,
        ticket_id: &str,
        at: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        for handed in tx.hand_overs_of(ticket_id).await? {
            if handed.state == HandOverState::Waiting && !handed.note.is_empty() {
                let changed = HandOver {
                    state: HandOverState::Answered,
                    remind_at: None,
                    ended_at: Some(at),
                    glanced_at: Some(at),
                    note: "a répondu, d’après la personne qui a relu".to_owned(),
                    ..handed.clone()
                };
                tx.hand_over_save(&changed, &handed).await?;
            }
        }
        Ok(())
    }

    /// A person read what the recipients of a ticket wrote, and found no answer in it: it is waited for again, from the same
    /// day as before. `false`: nothing was to be read.
    pub(in crate::desk) async fn hand_overs_wait_on(
        &self,
        tx: &mut Tx,
        ticket_id: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, DeskError> {
        let mut any = false;
        for handed in tx.hand_overs_of(ticket_id).await? {
            let unread = match handed.state {
                HandOverState::Waiting => !handed.note.is_empty(),
                HandOverState::Answered => handed.glanced_at.is_none(),
                _ => false,
            };
            if !unread {
                continue;
            }
            let next = self.settings().hand_over.next(handed.made_at, handed.reminders);
            let changed = HandOver {
                state: HandOverState::Waiting,
                remind_at: Some(next.max(at)),
                ended_at: None,
                note: String::new(),
                ..handed.clone()
            };
            any |= tx.hand_over_save(&changed, &handed).await?;
        }
        Ok(any)
    }

    /// A person of the team moved the ticket on: what still waits is taken back, and what was answered counts as read.
    pub(in crate::desk) async fn take_hand_overs_back(
        &self,
        tx: &mut Tx,
        ticket_id: &str,
        at: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        for handed in tx.hand_overs_of(ticket_id).await? {
            if handed.state == HandOverState::Waiting {
                self.hold_hand_over_mails(tx, &handed, at).await?;
            }
            let changed = match handed.state {
                HandOverState::Waiting => HandOver {
                    state: HandOverState::TakenBack,
                    remind_at: None,
                    ended_at: Some(at),
                    note: "l’équipe a repris la demande".to_owned(),
                    ..handed.clone()
                },
                HandOverState::Answered if handed.glanced_at.is_none() => {
                    HandOver { glanced_at: Some(at), ..handed.clone() }
                }
                _ => continue,
            };
            tx.hand_over_save(&changed, &handed).await?;
        }
        Ok(())
    }

    /// Holds what has not left yet for whoever has the request no longer; a mail that gathers other requests too leaves with
    /// those.
    async fn hold_hand_over_mails(
        &self,
        tx: &mut Tx,
        handed: &HandOver,
        at: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        const BECAUSE: &str = "l’équipe a repris la demande avant le départ";
        for entry in tx.outbox_of(&handed.ticket_id).await? {
            if !entry.kind.hands_over() || entry.state != OutboxState::Due {
                continue;
            }
            let carried = self.carried(tx, &entry).await?;
            let theirs = carried.iter().any(|one| one.id == handed.id);
            let others = carried.iter().any(|one| one.id != handed.id && one.state == HandOverState::Waiting);
            if theirs && !others && tx.outbox_held(&entry.id, OutboxState::Due, BECAUSE).await? {
                let title = entry.kind.title();
                tx.event_add(&handed.ticket_id, at, &Actor::Program, EventKind::Stopped, title).await?;
            }
        }
        Ok(())
    }

    /// A mail that hands requests over, and did not arrive or was held, is sent again: its requests are followed again, as of now.
    /// Answers whether that of `own` is among them, whose ticket the caller saves.
    pub(in crate::desk) async fn hand_overs_sent_again(
        &self,
        tx: &mut Tx,
        entry: &OutboxEntry,
        own: &str,
    ) -> Result<bool, DeskError> {
        let at = self.clock().now();
        let mut among = false;
        for handed in self.carried(tx, entry).await? {
            if !matches!(handed.state, HandOverState::Returned | HandOverState::TakenBack) {
                continue;
            }
            let changed = HandOver {
                state: HandOverState::Waiting,
                remind_at: Some(self.settings().hand_over.next(at, handed.reminders)),
                ended_at: None,
                note: String::new(),
                ..handed.clone()
            };
            tx.hand_over_save(&changed, &handed).await?;
            if handed.ticket_id == own {
                among = true;
            } else if let Some(mut ticket) = tx.ticket_by_id(&handed.ticket_id).await?
                && ticket.status == Status::Open
            {
                ticket.status = Status::HandedOver;
                ticket.updated_at = at;
                self.save(tx, &ticket).await?;
            }
        }
        Ok(among)
    }
}
