//! One act on many requests. What is about to be done is kept first; each request is then done by the very act of its own
//! page, in a transaction of its own and under its own version: one that changed meanwhile is left out and named, and keeps
//! nobody else waiting. Undone, each is again what it was, as long as nobody touched it since and its mail has not left.

use std::collections::HashSet;

use super::Seen;
use super::answer::filled;
use crate::desk::{Desk, DeskError};
use crate::reply::{Mode, Use};
use crate::store::{Before, BulkAct, BulkItem, TicketFile, new_id};
use crate::ticket::{EventKind, OutboxState, Status, Ticket};
use crate::triage::taxonomy::GENERAL_REFUSAL;

/// Requests of one act; a page of the list has fewer.
pub const MOST_AT_ONCE: usize = 200;

/// What is done to each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bulk {
    /// Closed.
    Close,
    /// Refused, each with the refusal of its own topic.
    Refuse,
    /// Answered with these words (Markdown) and closed.
    Answer(String),
    /// Given to an account id; `None`: to nobody.
    Assign(Option<String>),
}

impl Bulk {
    /// Its code (`close`, `refuse`, `answer`, `assign`).
    pub fn code(&self) -> &'static str {
        match self {
            Self::Close => "close",
            Self::Refuse => "refuse",
            Self::Answer(_) => "answer",
            Self::Assign(_) => "assign",
        }
    }

    /// The words that it answers each with.
    fn answer(&self) -> Option<String> {
        if let Self::Answer(text) = self { Some(text.clone()) } else { None }
    }

    /// Whether whoever does it sends words of theirs.
    fn writes(&self) -> bool {
        matches!(self, Self::Refuse | Self::Answer(_))
    }
}

/// What became of an undo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// References of the requests that are again what they were.
    pub back: Vec<String>,
    /// Those that are not, each with why (French).
    pub kept: Vec<(String, String)>,
}

const CHANGED: &str = "elle a changé entre-temps";
/// What is told of a request until it is known what became of it.
const UNKNOWN: &str = "le service s’est interrompu : regardez où elle en est";

impl Desk {
    /// Does an act to each ticket as the person saw it; answers its id, by which [`crate::store::Store::bulk`] tells what
    /// became of each and [`Desk::undo_bulk`] takes it back. A ticket that stands twice is done once.
    pub async fn bulk(&self, act: &Bulk, seen: &[Seen]) -> Result<String, DeskError> {
        let refused = |says: String| Err(DeskError::Refused(says));
        let Some(first) = seen.first() else {
            return refused("Aucune demande n’était cochée.".to_owned());
        };
        let mut met = HashSet::new();
        let seen: Vec<&Seen> = seen.iter().filter(|one| met.insert(one.reference.as_str())).collect();
        if seen.len() > MOST_AT_ONCE {
            return refused(format!("Au plus {MOST_AT_ONCE} demandes à la fois."));
        }
        if let Bulk::Answer(text) = act {
            if text.trim().is_empty() {
                return refused("Le texte de la réponse est vide.".to_owned());
            }
            filled(text)?;
        }
        let mut planned = Vec::new();
        for one in &seen {
            if let Some(file) = self.store().ticket_file(&one.reference).await? {
                let before = Before { answer: act.answer(), ..self.before(&file, &one.person).await? };
                planned.push((one.reference.clone(), (file.ticket.id, one.version, before)));
            }
        }
        let bulk = BulkAct {
            id: new_id(),
            account_id: first.person.clone(),
            kind: act.code().to_owned(),
            made_at: self.clock().now(),
            undone_at: None,
        };
        let items: Vec<_> = planned.iter().map(|(_, plan)| plan.clone()).collect();
        self.store().bulk_add(&bulk, &items, UNKNOWN).await?;
        for (one, (ticket_id, _, before)) in seen.iter().filter_map(|one| {
            // What is not there any more was not planned.
            planned.iter().find(|(reference, _)| *reference == one.reference).map(|(_, plan)| (*one, plan))
        }) {
            match self.bulk_each(&bulk.id, act, one, ticket_id, before).await {
                Ok(()) | Err(DeskError::NotFound) => {}
                // Those that follow would fare no better; the page tells which were done.
                Err(cause) => {
                    tracing::error!(act = act.code(), %cause, "an act on many tickets was broken off");
                    break;
                }
            }
        }
        tracing::info!(
            act = act.code(),
            tickets = seen.len(),
            account = first.person,
            "an act on many tickets"
        );
        Ok(bulk.id)
    }

    /// Does one of them and notes what became of it. An error is the store's.
    async fn bulk_each(
        &self,
        id: &str,
        act: &Bulk,
        seen: &Seen,
        ticket_id: &str,
        before: &Before,
    ) -> Result<(), DeskError> {
        let because = match self.bulk_one(act, seen).await {
            Ok(()) => {
                if let Some(written) = before.written.as_ref().filter(|_| act.writes()) {
                    self.store().written_beside(ticket_id, &seen.person, &written.text).await?;
                }
                return Ok(self.store().bulk_done(id, ticket_id).await?);
            }
            Err(DeskError::Conflict { .. }) => CHANGED.to_owned(),
            Err(DeskError::Refused(sentence)) => sentence,
            Err(cause @ (DeskError::Store(_) | DeskError::NotFound)) => return Err(cause),
            // One text that cannot be filled in must not keep the others waiting.
            Err(cause) => format!("le courriel n’a pas pu être écrit : {cause}"),
        };
        Ok(self.store().bulk_left(id, ticket_id, &because).await?)
    }

    async fn bulk_one(&self, act: &Bulk, seen: &Seen) -> Result<(), DeskError> {
        match act {
            Bulk::Close => self.close(seen).await,
            Bulk::Answer(text) => self.answer(seen, text, true).await,
            Bulk::Assign(to) => self.assign(seen, to.as_deref()).await,
            Bulk::Refuse => {
                let text = self.own_refusal(&seen.reference).await?;
                let none = "sa catégorie n’est pas un motif de refus : corrigez-la d’abord";
                let text = text.ok_or_else(|| DeskError::Refused(none.to_owned()))?;
                self.refuse(seen, &text).await
            }
        }
    }

    /// The refusal (Markdown) of the topic that a request has; `None`: what it asks is not refused, or there is no such
    /// request.
    pub async fn own_refusal(&self, reference: &str) -> Result<Option<String>, DeskError> {
        let Some(file) = self.store().ticket_file(reference).await? else { return Ok(None) };
        let taxonomy = self.triage().taxonomy();
        let Some(topic) = taxonomy.get(&file.ticket.category).filter(|topic| topic.refused) else {
            return Ok(None);
        };
        let general = || taxonomy.get(GENERAL_REFUSAL).and_then(|topic| topic.reply.as_ref());
        let Some((reply, decision)) = topic.reply.as_ref().or_else(general).zip(file.decision.as_ref())
        else {
            return Ok(None);
        };
        if self.replies().used_for(reply) != Some(Use::Refusal) {
            return Ok(None);
        }
        let directory = self.directory().await?;
        Ok(Some(self.render(reply, &file.ticket, decision, &directory, Mode::Draft)?.markdown))
    }

    async fn before(&self, file: &TicketFile, person: &str) -> Result<Before, DeskError> {
        let due = file.outbox.iter().filter(|entry| entry.state == OutboxState::Due);
        Ok(Before {
            status: file.ticket.status,
            assignee: file.ticket.assignee.clone(),
            contested: file.ticket.contested,
            draft: file.draft.clone(),
            due: due.map(|entry| (entry.id.clone(), entry.due_at)).collect(),
            example: self.store().example(&file.ticket.id).await?,
            snooze: self.store().snooze(&file.ticket.id).await?,
            written: self.store().written(&file.ticket.id, person).await?,
            answer: None,
        })
    }

    /// What an answer to many was, once it is undone: its words, and the tickets that are again what they were, as they stand
    /// since. `None`: it was another act, or nothing came of the undo.
    pub async fn undone_answer(&self, id: &str) -> Result<Option<(String, Vec<(String, i64)>)>, DeskError> {
        let Some((act, items)) = self.store().bulk(id).await? else { return Ok(None) };
        let back = items.into_iter().filter(|item| act.undone_at.is_some() && item.left_because.is_none());
        let mut text = None;
        let mut again = Vec::new();
        for item in back {
            text = item.before.answer.or(text);
            // The act and its undo made a version each.
            again.push((item.reference, item.version + 2));
        }
        Ok(text.map(|text| (text, again)))
    }

    /// Takes an act on many tickets back, as far as it still can be.
    pub async fn undo_bulk(&self, id: &str, person: &str) -> Result<TakenBack, DeskError> {
        let (done, items) = self.store().bulk(id).await?.ok_or(DeskError::NotFound)?;
        if !self.store().bulk_undone(id, self.clock().now()).await? {
            return Err(DeskError::Refused("Cet acte est déjà annulé.".to_owned()));
        }
        let mut taken = TakenBack::default();
        for item in items.into_iter().filter(|item| item.left_because.is_none()) {
            let seen = Seen {
                reference: item.reference.clone(),
                version: item.version + 1,
                person: person.to_owned(),
            };
            let ticket_id = item.ticket_id.clone();
            let because = match self.undo_one(&seen, &done.account_id, item).await {
                Ok(()) => {
                    taken.back.push(seen.reference);
                    continue;
                }
                Err(DeskError::Conflict { .. }) => CHANGED.to_owned(),
                Err(DeskError::Refused(because)) => because,
                Err(cause) => {
                    tracing::error!(%cause, "an act on many tickets could not be taken back on one of them");
                    UNKNOWN.to_owned()
                }
            };
            self.store().bulk_left(id, &ticket_id, &format!("n’a pas été annulée : {because}")).await?;
            taken.kept.push((seen.reference, because));
        }
        Ok(taken)
    }

    async fn undo_one(&self, seen: &Seen, writer: &str, item: BulkItem) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        let Before { status, assignee, contested, draft, due, example, snooze, written, .. } = item.before;
        let taken_back = status == Status::HandedOver && act.ticket.status != Status::HandedOver;
        let now = self.clock().now();
        for entry in act.tx.outbox_of(&act.ticket.id).await? {
            // All that one act wrote bears the instant at which the ticket was saved.
            let theirs = !entry.kind.is_automatic()
                && entry.created_at == act.ticket.updated_at
                && !due.iter().any(|(id, _)| *id == entry.id);
            if theirs
                && (entry.state != OutboxState::Due
                    || !act.tx.outbox_held(&entry.id, OutboxState::Due, "arrêté par une personne").await?)
            {
                return Err(DeskError::Refused("son courriel est déjà parti ou en cours d’envoi".to_owned()));
            }
            if let Some((_, at)) = due.iter().find(|(id, _)| *id == entry.id)
                && entry.state == OutboxState::Held
                && !(taken_back && entry.kind.hands_over())
            {
                act.tx.outbox_due(&entry.id, OutboxState::Held, (*at).max(now), "").await?;
            }
        }
        act.tx.ticket_set_draft(&act.ticket.id, draft.as_ref()).await?;
        match example {
            Some(example) => act.tx.example_keep(&example).await?,
            None => act.tx.example_forget(&act.ticket.id).await?,
        }
        if let Some(snooze) = &snooze {
            act.tx.snooze_set(snooze).await?;
        }
        if let Some(written) = &written
            && act.tx.written_of(&act.ticket.id, writer).await?.is_none()
        {
            act.tx.written_keep(&act.ticket.id, writer, written).await?;
        }
        // Nobody waits for a hand-over any more that was taken back: what it was about is the team's again.
        let status = if taken_back { Status::Open } else { status };
        act.ticket = Ticket { status, assignee, contested, ..act.ticket };
        act.tx.event_add(&act.ticket.id, act.at, &act.by, EventKind::Undone, "").await?;
        self.keep(act).await
    }
}
