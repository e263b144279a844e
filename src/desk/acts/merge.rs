//! Making a ticket part of another one, and undoing it. Messages, mails, hand-overs and threads follow; its trail stays, and
//! its reference goes on leading to where they are.

use chrono::{DateTime, Duration, Utc};

use super::{Act, Seen};
use crate::desk::{Desk, DeskError};
use crate::keys::read_reference;
use crate::store::{Both, Moved, Stood, Tx};
use crate::ticket::{EventKind, OutboxState, Status, Ticket};

impl Desk {
    /// Makes a ticket part of the one with the reference `into`, and answers that one's reference. Nothing is told to
    /// anybody but the receipt owed for what was held. What was automatic and had not left is held on both: a person has
    /// read. Where that leaves something unsaid, or the ticket was still awaited, the one it becomes part of is open again.
    pub async fn merge(&self, seen: &Seen, into: &str) -> Result<String, DeskError> {
        let mut act = self.begin_act(seen).await?;
        let refused = |says: &str| DeskError::Refused(says.to_owned());
        let reference = read_reference(into).ok_or_else(|| {
            refused("Ce n’est pas un numéro de demande : huit lettres et chiffres, par exemple 7K3M10XZ.")
        })?;
        let target = act.tx.ticket(&reference).await?;
        let target = target.ok_or_else(|| refused("Aucune demande ne porte ce numéro."))?;
        let target = self.stands_for(&mut act.tx, target).await?;
        if target.id == act.ticket.id {
            return Err(refused("C’est la demande elle-même : choisissez-en une autre."));
        }
        let (part, whole) = (self.stood(&act.ticket).await?, self.stood(&target).await?);
        let mut unsaid = self.hold_refusals(&mut act, "la demande est fusionnée dans une autre").await?;
        self.promise_owed_receipt(&mut act.tx, &act.ticket).await?;
        self.take_hand_overs_back(&mut act.tx, &act.ticket.id, act.at).await?;
        for stored in act.tx.messages(&act.ticket.id).await? {
            let reference = act.ticket.reference.clone();
            self.search_message(&mut act.tx, &target.id, &reference, &stored.message).await?;
        }
        // Taken apart again, what was not said is still to be said.
        let stood = if unsaid { Status::Open } else { act.ticket.status };
        let moved = act.tx.merge(&act.ticket.id, &target.id, stood, act.at).await?;
        let before = Both { part, whole, whole_version: target.version + 1 };
        act.tx.merge_note(&act.ticket.id, &Moved { before: Some(before), ..moved }).await?;
        act.tx.event_add(&act.ticket.id, act.at, &act.by, EventKind::Merged, &target.reference).await?;
        let source = act.ticket.clone();
        act.ticket.status = Status::Closed;
        act.ticket.contested = false;
        act.ticket.updated_at = act.at;
        act.tx.ticket_set_draft(&act.ticket.id, None).await?;
        self.save(&mut act.tx, &act.ticket).await?;

        let mut act = Act { before: target.status, ticket: target, ..act };
        unsaid |= self.hold_refusals(&mut act, "une autre demande y est fusionnée").await?;
        let awaited = match source.status {
            Status::Open | Status::Snoozed => true,
            // Somebody else's answer to the whole is awaited already.
            Status::HandedOver | Status::Follow => act.ticket.status != Status::HandedOver,
            Status::Answered | Status::Refused | Status::SetAside | Status::Closed => false,
        };
        if (unsaid || awaited) && act.ticket.status != Status::Open {
            let detail = format!("la demande {} y est fusionnée", source.reference);
            act.tx.event_add(&act.ticket.id, act.at, &act.by, EventKind::Reopened, &detail).await?;
            act.ticket.status = Status::Open;
        }
        self.promise_owed_receipt(&mut act.tx, &act.ticket).await?;
        act.ticket.contested |= source.contested;
        self.conclude(act, EventKind::Absorbed, &source.reference).await?;
        Ok(reference)
    }

    /// What a merge is about to change of a ticket.
    async fn stood(&self, ticket: &Ticket) -> Result<Stood, DeskError> {
        let file = self.store().ticket_file(&ticket.reference).await?.ok_or(DeskError::NotFound)?;
        let due = file.outbox.iter().filter(|entry| entry.state == OutboxState::Due);
        Ok(Stood {
            status: ticket.status,
            contested: ticket.contested,
            due: due.map(|entry| (entry.id.clone(), entry.due_at)).collect(),
            snooze: self.store().snooze(&ticket.id).await?,
            draft: file.draft,
        })
    }

    /// Puts a ticket back where it stood. What was held waits on for as long as it still had to: a person has time to look.
    async fn stands_again(
        &self,
        act: &mut Act,
        ticket: &mut Ticket,
        stood: &Stood,
        merged_at: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        for (id, due_at) in &stood.due {
            let left = (*due_at - merged_at).max(Duration::zero());
            act.tx.outbox_due(id, OutboxState::Held, act.at + left, "").await?;
        }
        if let Some(snooze) = &stood.snooze {
            act.tx.snooze_set(snooze).await?;
        }
        act.tx.ticket_set_draft(&ticket.id, stood.draft.as_ref()).await?;
        ticket.contested = stood.contested;
        ticket.status = match stood.status {
            // Nobody waits for a hand-over any more that was taken back: what it was about is the team's again.
            Status::HandedOver if ticket.status != Status::HandedOver => Status::Open,
            before => before,
        };
        Ok(())
    }

    /// Undoes it: what was moved goes back, and both tickets stand where they stood. Where somebody has done anything to the
    /// whole meanwhile, that stands, and so does what was held.
    pub async fn unmerge(&self, seen: &Seen) -> Result<(), DeskError> {
        let mut act = self.begin_act_on_any(seen).await?;
        let refused = |says: &str| DeskError::Refused(says.to_owned());
        let merged = act.tx.merged(&act.ticket.id).await?;
        let merged = merged.ok_or_else(|| refused("Cette demande n’est fusionnée dans aucune autre."))?;
        if act.tx.merged(&merged.into_id).await?.is_some() {
            let says =
                "La demande qui la contient est elle-même fusionnée : défaites d’abord cette fusion-là.";
            return Err(refused(says));
        }
        let mut target = act.tx.ticket_by_id(&merged.into_id).await?.ok_or(DeskError::NotFound)?;
        act.tx.unmerge(&act.ticket.id, &merged).await?;
        let reference = act.ticket.reference.clone();
        act.tx.event_add(&target.id, act.at, &act.by, EventKind::Unmerged, &reference).await?;
        // What the whole was found by is found here again, and there no more.
        act.tx.search_empty(&target.id).await?;
        self.make_findable_in(&mut act.tx, &target).await?;
        let untouched = merged.moved.before.filter(|before| before.whole_version == target.version);
        act.ticket.status = match merged.moved.status {
            // What it waited for was taken back when it was merged.
            Status::HandedOver | Status::Refused => Status::Open,
            before => before,
        };
        if let Some(Both { part, whole, .. }) = untouched {
            self.stands_again(&mut act, &mut target, &whole, merged.at).await?;
            let mut ticket = act.ticket.clone();
            self.stands_again(&mut act, &mut ticket, &part, merged.at).await?;
            act.ticket = ticket;
        }
        target.updated_at = act.at;
        self.save(&mut act.tx, &target).await?;
        self.conclude(act, EventKind::Unmerged, &target.reference).await
    }

    /// The ticket that a ticket has become part of, else itself.
    pub(in crate::desk) async fn stands_for(&self, tx: &mut Tx, ticket: Ticket) -> Result<Ticket, DeskError> {
        let mut ticket = ticket;
        // Nothing can be merged into a part of itself, so this ends.
        while let Some(merged) = tx.merged(&ticket.id).await? {
            let Some(next) = tx.ticket_by_id(&merged.into_id).await? else { break };
            ticket = next;
        }
        Ok(ticket)
    }
}
