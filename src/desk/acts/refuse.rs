//! Refusing, stopping a refusal before it leaves, taking one back after.

use super::example::Says;
use super::{Act, Outgoing, Seen};
use crate::desk::{Desk, DeskError};
use crate::reply::Mode;
use crate::store::TicketFile;
use crate::ticket::{Actor, EventKind, Inquiry, MailKind, OutboxState, Status};

impl Desk {
    /// A person refuses: sends the Markdown given (prefilled from the refusal of the topic).
    pub async fn refuse(&self, seen: &Seen, markdown: &str) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        self.hold_refusals(&mut act, "une personne refuse elle-même").await?;
        let outgoing = Outgoing { markdown: markdown.to_owned(), ..Outgoing::default() };
        let to = self.promise_person_mail(&mut act, MailKind::PersonRefusal, &outgoing, None).await?;
        act.ticket.status = Status::Refused;
        act.ticket.contested = false;
        act.tx.ticket_set_draft(&act.ticket.id, None).await?;
        self.learn(&mut act, Says::Refuse, EventKind::Refused).await?;
        self.conclude(act, EventKind::Refused, &to).await
    }

    /// Stops a mail that has not left yet, with its copies; the ticket is open again, its author gets the receipt, and what a
    /// person had written is their draft again. What was to go to somebody else, unseen by the requester, leaves the ticket
    /// where it stands ([`Desk::stopped_aside`] has its words). Too late once it is being sent: then [`Desk::rescue`] corrects.
    /// Answers what it was.
    pub async fn stop(&self, seen: &Seen, outbox_id: &str) -> Result<MailKind, DeskError> {
        let mut act = self.begin_act(seen).await?;
        let entry = act.tx.outbox_entry(outbox_id).await?.filter(|entry| entry.ticket_id == act.ticket.id);
        let entry = entry.ok_or(DeskError::NotFound)?;
        if !act.tx.outbox_held(outbox_id, OutboxState::Due, "arrêté par une personne").await? {
            let sentence = "Trop tard : ce courriel est déjà parti ou en cours d’envoi.";
            return Err(DeskError::Refused(sentence.to_owned()));
        }
        if matches!(entry.kind, MailKind::Forward | MailKind::Inquiry) {
            let Act { mut tx, ticket, by, at, .. } = act;
            tx.event_add(&ticket.id, at, &by, EventKind::Stopped, entry.kind.title()).await?;
            self.finish_aside(tx, &ticket).await?;
            return Ok(entry.kind);
        }
        // All that one act wrote bears the same instant.
        for copy in act.tx.outbox_of(&act.ticket.id).await? {
            let same = matches!(copy.kind, MailKind::Answer | MailKind::AnswerCopy);
            if same && copy.created_at == entry.created_at && copy.state == OutboxState::Due {
                act.tx.outbox_held(&copy.id, OutboxState::Due, "arrêté par une personne").await?;
                act.tx.written_again(&act.ticket.id, &copy.id).await?;
            }
        }
        act.tx.written_again(&act.ticket.id, outbox_id).await?;
        act.ticket.status = Status::Open;
        self.promise_owed_receipt(&mut act.tx, &act.ticket).await?;
        self.conclude(act, EventKind::Stopped, entry.kind.title()).await?;
        Ok(entry.kind)
    }

    /// What a person had typed of a mail of this kind, where their latest one was stopped before it left.
    pub fn stopped_aside<'f>(
        &self,
        file: &'f TicketFile,
        person: &str,
        kind: MailKind,
    ) -> Option<&'f Inquiry> {
        let by = Actor::Person(person.to_owned());
        let mail = |one: &Inquiry| file.outbox.iter().find(|entry| entry.id == one.outbox_id);
        let is = |one: &&Inquiry| one.by == by && mail(one).is_some_and(|entry| entry.kind == kind);
        let latest = file.inquiries.iter().rev().find(is)?;
        let held = mail(latest).is_some_and(|entry| entry.state == OutboxState::Held);
        Some(latest).filter(|latest| held && latest.written.is_some())
    }

    /// Takes back a refusal that left (or may have left): sends the correcting mail to whoever got it, the ticket is open
    /// again.
    pub async fn rescue(&self, seen: &Seen) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        let entries = act.tx.outbox_of(&act.ticket.id).await?;
        let left = |state| matches!(state, OutboxState::Sent | OutboxState::Sending | OutboxState::InDoubt);
        let refusal = entries.into_iter().rev().find(|entry| entry.kind.is_refusal() && left(entry.state));
        let none = || DeskError::Refused("Aucun refus n’est parti pour cette demande.".to_owned());
        let to = refusal.ok_or_else(none)?.recipient;
        let decision = act.tx.decision(&act.ticket.id).await?.ok_or(DeskError::NotFound)?;
        let directory = self.directory_in(&mut act.tx).await?;
        let correction = self.render("correction", &act.ticket, &decision, &directory, Mode::Draft)?;
        let outgoing = Outgoing { markdown: correction.markdown, ..Outgoing::default() };
        self.promise_person_mail(&mut act, MailKind::Correction, &outgoing, Some(to)).await?;
        act.ticket.status = Status::Open;
        act.ticket.contested = false;
        self.learn(&mut act, Says::Rescue, EventKind::Rescued).await?;
        self.conclude(act, EventKind::Rescued, "").await
    }
}
