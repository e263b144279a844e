//! What an act teaches. Whoever corrects, answers or refuses says what the request is, and the program learns from it:
//! where the act differs from the decision, and where it confirms it. The example is masked and written with the act, so
//! that neither is there without the other. One a ticket: the last word of a person.
//!
//! Not every act says something. Closing says nothing of the category; whoever answers an unrecognised request without
//! giving it a category neither; and once a refusal has left, further mail is conversation: only a correction of the
//! category or taking the refusal back judges it. Nothing is kept where the requester objected ([`crate::desk::forget_example`]).

use super::Act;
use crate::clock::paris_day;
use crate::desk::{Desk, DeskError};
use crate::store::{Direction, StoredMessage, opening};
use crate::ticket::{Event, EventKind, Example, ExampleContent, OutboxState, Ticket};
use crate::triage::taxonomy::{GENERAL_REFUSAL, NOISE};
use crate::triage::{Action, Decision, Taxonomy, mask};

/// What a person does, as far as it says what a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// It is of the category that the ticket has now.
    Category,
    /// It is to be answered. `refused_before`: a refusal has left already.
    Answer { refused_before: bool },
    /// Somebody else is to answer it.
    HandOver,
    /// The refusal that left was wrong.
    Rescue,
    /// It is outside the offer.
    Refuse,
    /// Nothing is asked in it.
    NoRequest,
    /// Something is asked in it after all.
    Request,
}

/// What is kept of that.
#[derive(Debug, PartialEq, Eq)]
enum Word {
    /// It is this category.
    Is(String),
    /// It is not what the program said; what it is, nobody said.
    Not,
    /// What a person said before holds no longer.
    TakenBack,
}

impl Desk {
    /// Keeps what the act teaches, in its transaction.
    pub(super) async fn learn(&self, act: &mut Act, says: Says, kind: EventKind) -> Result<(), DeskError> {
        let objected = |event: &Event| event.kind == EventKind::ExampleErased;
        if act.tx.events_of(&act.ticket.id).await?.iter().any(objected) {
            return Ok(());
        }
        let Some(decision) = act.tx.decision(&act.ticket.id).await? else { return Ok(()) };
        let category = match word(says, &act.ticket, &decision, self.triage().taxonomy()) {
            None => return Ok(()),
            Some(Word::TakenBack) => return Ok(act.tx.example_forget(&act.ticket.id).await?),
            Some(Word::Is(category)) => Some(category),
            Some(Word::Not) => None,
        };
        let messages = act.tx.messages(&act.ticket.id).await?;
        // What a colleague wrote is no request.
        let first = opening(&act.ticket, &messages).filter(|stored| stored.direction == Direction::In);
        let Some(StoredMessage { message, .. }) = first else { return Ok(()) };
        let masked = mask::mask(message);
        let set_aside = decision.action == Action::SetAside && category.as_deref() != Some(NOISE);
        let example = Example {
            ticket_id: act.ticket.id.clone(),
            kept_at: act.at,
            agreed: category.as_ref() == Some(&decision.category)
                && decision.reason.recognised()
                && !set_aside,
            told: decision.category,
            category,
            content: ExampleContent {
                day: paris_day(act.ticket.opened_at),
                channel: message.channel,
                lang: act.ticket.lang,
                chosen: message.chosen.clone(),
                role: masked.role,
                subject: masked.subject,
                body: masked.body,
                topics: decision.topics,
                act: kind,
            },
        };
        Ok(act.tx.example_keep(&example).await?)
    }

    /// An answer, as against further mail after a refusal that left.
    pub(super) async fn answers(&self, act: &mut Act) -> Result<Says, DeskError> {
        let left = |state| matches!(state, OutboxState::Sent | OutboxState::Sending | OutboxState::InDoubt);
        let entries = act.tx.outbox_of(&act.ticket.id).await?;
        let refused_before = entries.iter().any(|entry| entry.kind.is_refusal() && left(entry.state));
        Ok(Says::Answer { refused_before })
    }
}

/// What an act on a ticket says against, or for, the decision that was told. `None`: nothing new.
fn word(says: Says, ticket: &Ticket, decision: &Decision, taxonomy: &Taxonomy) -> Option<Word> {
    let category = taxonomy.declared(&ticket.category)?;
    let corrected = ticket.category != decision.category;
    // A category that nobody told and nobody gave stands for nothing.
    let stands = corrected || decision.reason.recognised();
    let is = |id: &str| Some(Word::Is(id.to_owned()));
    let of_offer = |id: &String| taxonomy.get(id).is_some_and(|c| c.in_offer);
    match says {
        Says::Category => is(&category.id),
        Says::Answer { refused_before: true } => None,
        Says::Answer { .. } | Says::HandOver | Says::Rescue if category.in_offer => {
            stands.then(|| Word::Is(category.id.clone()))
        }
        // Whoever gave it a refused topic and then writes an answer says no in their own words. And where the offer is
        // asked too, the answer may be to that.
        Says::Answer { .. } => {
            let as_told = stands && !corrected && !decision.topics.iter().any(of_offer);
            as_told.then_some(Word::Not)
        }
        Says::HandOver => None,
        Says::Rescue => Some(Word::Not),
        Says::Refuse if category.refused => is(&category.id),
        // What the page proposes to say to a request of the offer that is refused all the same.
        Says::Refuse => {
            let general = taxonomy.get(GENERAL_REFUSAL).filter(|c| c.refused);
            general.map_or(Some(Word::Not), |c| is(&c.id))
        }
        Says::NoRequest => taxonomy.get(NOISE).and_then(|c| is(&c.id)),
        Says::Request if corrected && category.id != NOISE => is(&category.id),
        Says::Request if !corrected && category.id == NOISE => Some(Word::Not),
        Says::Request => Some(Word::TakenBack),
    }
}
