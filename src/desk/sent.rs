//! What the service's own people write from their own mail programs: found in a Sent folder, or in the inbox because the
//! service stood in copy. Answered there, a request is answered: its clock stops, what was automatic and had not left is
//! held. What went to others is filed aside and changes nothing. The two copies, and the mail that is answered, may come in
//! any order.
//!
//! The inbox's word is taken where the border confirms the sender. Without that proof, what answers a mail known here is
//! probably a colleague's: it is shown on the ticket as a notice and changes nothing, until its copy in the Sent folder makes
//! it an answer. Any other mail that claims to be ours does nothing either (`append.rs`).

use super::decide::decide;
use super::open::new_ticket;
use super::understand::Understood;
use super::{Desk, DeskError};
use crate::mail::{Auth, subject};
use crate::message::Arrival;
use crate::store::{Direction, OutboxEntry, Outcome, StoredMessage, Tx};
use crate::ticket::{Actor, EventKind, HandOverState, OutboxState, Status, Ticket};

/// References of a colleague's mail by which what it answers is known.
const ANSWERED_LIMIT: usize = 5;

/// What the team reads of a mail that would be a colleague's answer, were its sender proven.
const PROBABLY_OURS: &str =
    "écrit sous une adresse du service ou d’un compte, sans preuve : rien n’est arrêté ni clos";

/// Why what had not left is held.
const BECAUSE: &str = "une personne a répondu depuis sa messagerie";

impl Desk {
    /// Whether somebody of the service wrote this mail, as far as it can be believed: it bears an address of the service or
    /// of an account. What lies in the Sent folder under another address may be somebody's request, sent on as it came.
    pub(super) async fn is_from_us(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
    ) -> Result<bool, DeskError> {
        let from = understood.message.from_email.as_str();
        let own = self.own().is_own(from);
        if understood.by_form || !(own || tx.is_staff(from).await?) {
            return Ok(false);
        }
        if arrival.door.is_sent() {
            return Ok(true);
        }
        if understood.nature.unproven || understood.ours || understood.is_robots() {
            return Ok(false);
        }
        if arrival.door.is_history() {
            return Ok(own);
        }
        if understood.traces.auth == Auth::Confirmed {
            return Ok(true);
        }
        let answered = understood.message.in_reply_to.as_ref();
        Ok(match answered {
            Some(id) => !tx.known_ids(id).await?.is_empty(),
            None => false,
        })
    }

    /// Files a mail of ours where it belongs; `None`: it is handled as any other mail (a request or a forward to the
    /// service, an answer of a colleague who is the requester).
    pub(super) async fn file_ours(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        digest: &str,
    ) -> Result<Option<(Outcome, String)>, DeskError> {
        if arrival.door.is_sent()
            && let Some(entry) = self.promised_as(tx, understood).await?
        {
            return self.found_in_sent(tx, entry).await.map(Some);
        }
        let Some(ticket) = self.thread_of_ours(tx, arrival, understood).await? else {
            return self.open_conversation(tx, arrival, understood, digest).await;
        };
        if !arrival.door.is_sent() && self.has_a_part(tx, &ticket, &understood.message.from_email).await? {
            return Ok(None);
        }
        if understood.is_robots() {
            return self.link_notice(tx, arrival, understood, digest, ticket, None).await.map(Some);
        }
        let ban = Some("own-address".to_owned());
        if !is_proven(arrival, understood) {
            let notice = Direction::Notice;
            self.file_message(tx, arrival, understood, digest, &ticket.id, notice, ban).await?;
            let now = self.clock().now();
            tx.event_add(&ticket.id, now, &Actor::Program, EventKind::Linked, PROBABLY_OURS).await?;
            return Ok(Some((Outcome::Linked, ticket.id)));
        }
        let direction = self.way(tx, &ticket, understood).await?;
        let filed = self.file_message(tx, arrival, understood, digest, &ticket.id, direction, ban).await?;
        let ticket_id = ticket.id.clone();
        self.wrote(tx, arrival, understood, ticket, &filed).await?;
        Ok(Some((Outcome::Appended, ticket_id)))
    }

    /// The promised mail that this one is a copy of, under our own id or the one a relay gave it.
    async fn promised_as(
        &self,
        tx: &mut Tx,
        understood: &Understood,
    ) -> Result<Option<OutboxEntry>, DeskError> {
        for id in understood.ids() {
            let ours = tx.known_ids(id).await?.into_iter().find_map(|known| known.outbox_id);
            if let Some(ours) = ours {
                return Ok(tx.outbox_entry(&ours).await?);
            }
        }
        Ok(None)
    }

    /// The copy that a relay puts into the Sent folder changes nothing; of a mail in doubt it tells that it left.
    async fn found_in_sent(&self, tx: &mut Tx, entry: OutboxEntry) -> Result<(Outcome, String), DeskError> {
        if matches!(entry.state, OutboxState::InDoubt | OutboxState::Failed) {
            let detail = format!("{} : une copie est dans le dossier des envois", entry.kind.title());
            let now = self.clock().now();
            tx.event_add(&entry.ticket_id, now, &Actor::Program, EventKind::Linked, &detail).await?;
        }
        Ok((Outcome::Duplicate, entry.ticket_id))
    }

    /// Whether somebody of the team writes in this ticket for themselves: it is their request, or they were asked.
    async fn has_a_part(&self, tx: &mut Tx, ticket: &Ticket, from: &str) -> Result<bool, DeskError> {
        let is = |email: &str| email.eq_ignore_ascii_case(from);
        let mut handed = tx.hand_overs_of(&ticket.id).await?;
        handed.retain(|one| one.state == HandOverState::Waiting);
        Ok(is(&ticket.requester_email)
            || handed.iter().any(|one| is(&one.email))
            || tx.inquiries_of(&ticket.id).await?.iter().any(|one| is(&one.email)))
    }

    /// Whether a mail of ours reaches the requester, or only others.
    async fn way(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        understood: &Understood,
    ) -> Result<Direction, DeskError> {
        let messages = tx.messages(&ticket.id).await?;
        let wished = self.answer_address(ticket, &messages);
        let theirs = |to: &String| {
            !to.is_empty()
                && (to.eq_ignore_ascii_case(&ticket.requester_email)
                    || wished.as_ref().is_some_and(|wished| to.eq_ignore_ascii_case(wished)))
        };
        let reached = understood.everybody().any(theirs);
        Ok(if reached { Direction::Out } else { Direction::OutAside })
    }

    /// What follows for a ticket once a colleague's mail is filed on it.
    async fn wrote(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        ticket: Ticket,
        filed: &StoredMessage,
    ) -> Result<(), DeskError> {
        let by = self.writer(tx, understood).await?;
        let to = self.outside(understood).join(", ");
        let at = arrival.received_at;
        if filed.direction != Direction::Out {
            let to = if to.is_empty() { "le service lui-même".to_owned() } else { to };
            tx.event_add(&ticket.id, at, &by, EventKind::WroteToOthers, &to).await?;
            return Ok(());
        }
        let message = &understood.message;
        for id in message.in_reply_to.iter().chain(message.references.iter().rev().take(ANSWERED_LIMIT)) {
            tx.message_id_also(id, &ticket.id).await?;
        }
        let waits = self.still_waits(tx, &ticket).await?;
        let more = if waits { " ; un message n’est pas cité par cette réponse, et attend" } else { "" };
        let detail = format!("depuis sa messagerie, à {to}{more}");
        tx.event_add(&ticket.id, at, &by, EventKind::Answered, &detail).await?;
        if arrival.door.is_history() || waits {
            return Ok(());
        }
        self.answered_by_mail(tx, ticket, &by).await
    }

    /// The request is answered, as by the team's page.
    async fn answered_by_mail(&self, tx: &mut Tx, mut ticket: Ticket, by: &Actor) -> Result<(), DeskError> {
        let now = self.clock().now();
        for waiting in tx.outbox_of(&ticket.id).await? {
            if (waiting.kind.settles().is_some() || waiting.kind.is_automatic())
                && waiting.state == OutboxState::Due
                && tx.outbox_held(&waiting.id, OutboxState::Due, BECAUSE).await?
            {
                let title = waiting.kind.title();
                tx.event_add(&ticket.id, now, &Actor::Program, EventKind::Stopped, title).await?;
            }
        }
        if ticket.status != Status::Closed {
            self.take_hand_overs_back(tx, &ticket.id, now).await?;
        }
        ticket.status = Status::Closed;
        ticket.contested = false;
        if let Actor::Person(id) = by {
            ticket.assignee.get_or_insert_with(|| id.clone());
        }
        ticket.updated_at = now;
        tx.ticket_set_draft(&ticket.id, None).await?;
        self.save(tx, &ticket).await
    }

    /// A colleague's mail that belongs to nothing known: a closed conversation, so that an answer to it finds its thread.
    /// What was passed on to somebody outside is kept, and no answer hangs on it.
    async fn open_conversation(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        digest: &str,
    ) -> Result<Option<(Outcome, String)>, DeskError> {
        let outside = self.outside(understood);
        // What the inbox has may as well be put to us; it is ours where we are only in copy and the sender is confirmed.
        let put_to_us = understood.message.to.iter().any(|to| self.own().is_own(to));
        let inbox = !arrival.door.is_sent() && !arrival.door.is_history();
        if outside.is_empty() || (inbox && (put_to_us || understood.traces.auth != Auth::Confirmed)) {
            return Ok(None);
        }
        let now = self.clock().now();
        let (triage, directory) = (self.triage_in(tx).await?, self.directory_in(tx).await?);
        let decision =
            decide(&triage, &directory, &understood.message, understood.nature(), arrival.received_at);
        let (direction, requester) = conversation(understood, &outside);
        let ticket = Ticket {
            requester_name: String::new(),
            requester_email: requester,
            organisation: String::new(),
            subject: subject::split(&understood.message.subject).1.to_owned(),
            ..new_ticket(arrival, understood, &decision, Status::Closed, now)
        };
        tx.ticket_add(&ticket, &decision, None).await?;
        let by = self.writer(tx, understood).await?;
        tx.event_add(&ticket.id, arrival.received_at, &by, EventKind::Opened, arrival.door.code()).await?;
        let ban = Some("own-address".to_owned());
        let filed = self.file_message(tx, arrival, understood, digest, &ticket.id, direction, ban).await?;
        let ticket_id = ticket.id.clone();
        self.wrote(tx, arrival, understood, ticket, &filed).await?;
        Ok(Some((Outcome::Opened, ticket_id)))
    }

    /// A mail that another door brought before as a notice, or as somebody's request, turns out to be a colleague's: a
    /// copy of it lies in the Sent folder.
    pub(super) async fn turned_out_ours(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        here: StoredMessage,
    ) -> Result<(), DeskError> {
        let outside = self.outside(understood);
        let taken_for_other = matches!(here.direction, Direction::In | Direction::Notice);
        if !taken_for_other || outside.is_empty() || !self.is_from_us(tx, arrival, understood).await? {
            return Ok(());
        }
        let Some(mut ticket) = tx.ticket_by_id(&here.ticket_id).await? else { return Ok(()) };
        let direction = if tx.messages(&ticket.id).await?.len() == 1 {
            // It had opened a ticket of its own.
            let (direction, requester) = conversation(understood, &outside);
            tx.ticket_set_requester(&ticket.id, "", &requester).await?;
            ticket.requester_email = requester;
            direction
        } else {
            self.way(tx, &ticket, understood).await?
        };
        tx.message_set_direction(&here.id, direction).await?;
        let filed = StoredMessage { direction, ..here };
        self.wrote(tx, arrival, understood, ticket, &filed).await
    }

    /// A mail comes whose answer was here before it: a conversation that a colleague's answer opened begins with it.
    pub(super) async fn begins_conversation(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        ticket: &Ticket,
    ) -> Result<(), DeskError> {
        let (triage, directory) = (self.triage_in(tx).await?, self.directory_in(tx).await?);
        let decision =
            decide(&triage, &directory, &understood.message, understood.nature(), arrival.received_at);
        let begun = new_ticket(arrival, understood, &decision, ticket.status, ticket.updated_at);
        tx.ticket_begin(&Ticket { id: ticket.id.clone(), ..begun }, &decision).await?;
        self.note_body(tx, &ticket.id, &triage, &decision).await
    }

    /// Everybody outside the service whom a mail goes to.
    fn outside(&self, understood: &Understood) -> Vec<String> {
        let others = understood.everybody().filter(|to| !to.is_empty() && !self.own().is_own(to));
        others.cloned().collect()
    }

    /// Who of the team wrote, as far as it is known: by address, by `Sender`, by the name beside a shared address.
    async fn writer(&self, tx: &mut Tx, understood: &Understood) -> Result<Actor, DeskError> {
        let message = &understood.message;
        let addresses: Vec<String> =
            std::iter::once(&message.from_email).chain(&understood.traces.sent_by).cloned().collect();
        let colleague = tx.colleague(&addresses, &message.from_name).await?;
        Ok(colleague.map_or(Actor::Colleague, |account| Actor::Person(account.id)))
    }
}

/// Whether a mail that bears an address of ours is from us: by the door that only our people have the key to, or by the
/// border's word.
fn is_proven(arrival: &Arrival, understood: &Understood) -> bool {
    arrival.door.is_sent() || arrival.door.is_history() || understood.traces.auth == Auth::Confirmed
}

/// Which way a conversation goes that a colleague began, and with whom.
fn conversation(understood: &Understood, outside: &[String]) -> (Direction, String) {
    if understood.is_forward() || understood.is_robots() {
        let inner = understood.nature.forwarded_from.as_ref();
        return (Direction::OutAside, inner.map(|inner| inner.address.clone()).unwrap_or_default());
    }
    (Direction::Out, outside.first().cloned().unwrap_or_default())
}
