//! A new ticket: the decision is carried out as far as it may be, and everything that keeps it from going further is
//! written down. One mail to the requester, chosen after the decision: the refusal with the receipt in it, or the
//! receipt; never the one now and the other later.

use super::decide::decide;
use super::letter::Promise;
use super::understand::Understood;
use super::{Desk, DeskError, Mode};
use crate::mail::Kind;
use crate::message::{Arrival, Lang};
use crate::reply::Mode as ReplyUse;
use crate::store::{Direction, Draft, Outcome, StoredMessage, Tx, new_id};
use crate::ticket::{Actor, EventKind, MailKind, Status, Ticket};
use crate::triage::{Action, Decision, ReplyMode};

/// What is going to happen to a new request.
struct Plan {
    status: Status,
    /// The mail that leaves without a person, and the reply it is made of.
    mail: Option<(MailKind, String)>,
    /// The reply a person finds ready.
    draft: Option<String>,
    /// Sentences for the audit trail: what did not leave, and why.
    withheld: Vec<String>,
}

impl Desk {
    pub(super) async fn open(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        digest: &str,
        probably: Option<Ticket>,
    ) -> Result<(Outcome, String), DeskError> {
        let now = self.clock().now();
        let message = &understood.message;
        let nature = understood.nature();
        let directory = self.directory_in(tx).await?;
        let decision = decide(self.triage(), &directory, message, nature, arrival.received_at);
        let ban = self.automatic_ban(tx, arrival, understood).await?;
        let stopped = self.automatic_stopped_in(tx).await?;
        let plan = self.plan(arrival, &decision, ban.as_deref(), stopped);

        let lang = match decision.lang {
            Lang::Und => understood.page_lang.unwrap_or_default(),
            told => told,
        };
        let ticket = Ticket {
            id: new_id(),
            reference: arrival.reference.clone(),
            status: plan.status,
            channel: message.channel,
            lang,
            category: decision.category.clone(),
            subject: message.subject.clone(),
            requester_name: message.from_name.clone(),
            requester_email: message.from_email.clone(),
            organisation: decision
                .organisation
                .as_ref()
                .map_or(message.organisation.clone(), |o| o.name.clone()),
            assignee: None,
            history: arrival.door.is_history(),
            contested: false,
            version: 1,
            opened_at: arrival.received_at,
            updated_at: now,
        };
        let mut notes = plan.withheld;
        let draft =
            plan.draft.and_then(|name| match self.render(&name, &ticket, &decision, ReplyUse::Draft) {
                Ok(rendered) => Some(Draft { reply: name, markdown: rendered.markdown }),
                Err(cause) => {
                    notes.push(format!("le projet de réponse « {name} » n’a pas pu être préparé : {cause}"));
                    None
                }
            });
        // An unresolved placeholder stops the mail, not the ticket.
        let mut entry = None;
        if let Some((kind, name)) = plan.mail {
            let to = understood.answer_to.as_deref().unwrap_or_default();
            let hold = match kind {
                MailKind::Refusal => self.settings().refuse.hold.as_chrono(),
                _ => chrono::Duration::zero(),
            };
            let due_at = self.turn(tx, now + hold).await?;
            let promise = Promise {
                kind,
                to,
                answering: Some(message),
                at: now,
                due_at,
                enclosures: Vec::new(),
                handed: None,
            };
            match self.automatic_letter(&name, &ticket, &decision, &promise) {
                Ok(written) => entry = Some(written),
                Err(cause) => notes.push(format!("le courriel « {name} » n’a pas pu être écrit : {cause}")),
            }
        }
        // Nobody counts as refused or answered by a mail that could not be written.
        let status = match ticket.status {
            Status::Refused | Status::Answered if entry.is_none() => Status::Open,
            planned => planned,
        };
        let ticket = Ticket { status, ..ticket };

        tx.ticket_add(&ticket, &decision, draft.as_ref()).await?;
        self.file_message(tx, arrival, understood, digest, &ticket.id, Direction::In, ban).await?;
        let by = Actor::Program;
        let (received, door) = (arrival.received_at, arrival.door.code());
        tx.event_add(&ticket.id, received, &Actor::Requester, EventKind::Opened, door).await?;
        let detail =
            format!("{} · {} · {}", decision.action.code(), decision.category, decision.reason.code());
        tx.event_add(&ticket.id, now, &by, EventKind::Decided, &detail).await?;
        if let Some(other) = probably {
            tx.event_add(&ticket.id, now, &by, EventKind::Related, &other.reference).await?;
            tx.event_add(&other.id, now, &by, EventKind::Related, &ticket.reference).await?;
        }
        if understood.kind() == Kind::Bounce {
            let detail = "avis de non-remise d’un courriel qui n’est pas connu ici";
            tx.event_add(&ticket.id, now, &by, EventKind::SetAside, detail).await?;
        }
        for note in notes {
            tx.event_add(&ticket.id, now, &by, EventKind::Withheld, &note).await?;
        }
        if let Some(entry) = entry {
            tx.outbox_add(&entry).await?;
            tx.event_add(&ticket.id, now, &by, EventKind::Promised, entry.kind.title()).await?;
        }
        Ok((Outcome::Opened, ticket.id))
    }

    fn plan(&self, arrival: &Arrival, decision: &Decision, ban: Option<&str>, stopped: bool) -> Plan {
        let mut plan = Plan {
            status: Status::Open,
            mail: None,
            draft: decision.reply.clone().filter(|_| decision.reply_mode != ReplyMode::None),
            withheld: Vec::new(),
        };
        if arrival.door.is_history() {
            return Plan { status: Status::Closed, draft: None, ..plan };
        }
        if decision.action == Action::SetAside {
            return Plan { status: Status::SetAside, draft: None, ..plan };
        }
        if let Some(ban) = ban {
            plan.withheld.push(format!("aucun courriel automatique : {ban}"));
            // Somebody else was asked and we are in copy: nobody waits for us, but for what is sensitive.
            if ban == "only-cc" && decision.sensitive.is_empty() {
                plan.status = Status::Follow;
            }
            return plan;
        }
        let alone = match (decision.action, decision.reply_mode, decision.reply.clone()) {
            (Action::Refuse, _, Some(reply)) => Some((MailKind::Refusal, Status::Refused, reply)),
            (Action::Queue, ReplyMode::Send, Some(reply)) => {
                Some((MailKind::AutoAnswer, Status::Answered, reply))
            }
            _ => None,
        };
        let receipt = || Some((MailKind::Receipt, "receipt".to_owned()));
        let Some((kind, status, reply)) = alone else { return Plan { mail: receipt(), ..plan } };
        let because = match self.settings().automatic.mode {
            _ if stopped => Some("les automatismes sont arrêtés"),
            Mode::Observe => Some("mode observation"),
            Mode::Act => None,
        };
        match because {
            Some(because) => {
                plan.withheld
                    .push(format!("{because} : « {reply} » serait parti ; il attend ici comme projet"));
                Plan { mail: receipt(), ..plan }
            }
            None => Plan { status, mail: Some((kind, reply)), ..plan },
        }
    }

    /// Stores a message on a ticket and makes it findable.
    #[expect(
        clippy::too_many_arguments,
        reason = "what is filed, where and how: a struct would be unpacked at once"
    )]
    pub(super) async fn file_message(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        understood: &Understood,
        digest: &str,
        ticket_id: &str,
        direction: Direction,
        automatic_ban: Option<String>,
    ) -> Result<(), DeskError> {
        let message = &understood.message;
        let stored = StoredMessage {
            id: new_id(),
            ticket_id: ticket_id.to_owned(),
            arrival_id: arrival.id.clone(),
            direction,
            received_at: arrival.received_at,
            message: message.clone(),
            automatic_ban,
            nature: understood.nature().cloned(),
        };
        tx.message_add(&stored, digest).await?;
        let Arrival { reference, .. } = arrival;
        let searched = [
            reference,
            &message.subject,
            &message.from_name,
            &message.from_email,
            &message.organisation,
            &message.role,
            &message.body,
        ];
        tx.search_add(ticket_id, &searched.map(String::as_str).join("\n")).await?;
        Ok(())
    }
}
