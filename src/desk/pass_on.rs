//! A refused technical question is not the end: where a contract covers it, its requester asks, behind the signed link of
//! the refusal or by answering it, that the coordinator of their body be told. Where the directory knows that person the
//! request is handed over; else the team has it again, with that wish.

mod wish;

use chrono::{DateTime, Duration, Utc};

use super::hand_over::HandOverNotice;
use super::{Desk, DeskError, Mode};
use crate::keys::Purpose;
use crate::message::Message;
use crate::store::{Direction, Tx};
use crate::ticket::{Actor, EventKind, HandOverState, Status, Ticket};
use crate::triage::hand_over::coordinator_for;
use wish::{Wish, wish};

/// What the team reads of a wish that the program did not carry out.
pub const PASS_ON_WISH: &str = "demande que sa question soit transmise à la coordination de son organisme";

/// Days after which a refusal offers nothing any more: lists, contracts and people change.
const OFFER_DAYS: i64 = 60;

/// What became of the wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassedOn {
    /// It may still be asked.
    Offered,
    /// The coordinator has the request.
    HandedOver,
    /// The team has it.
    WithTheTeam,
}

/// What the page shows: nothing that the requester typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassOnPage {
    /// The request's public reference.
    pub reference: String,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// The software that the contract covers.
    pub software: Vec<String>,
    /// What became of it.
    pub state: PassedOn,
}

impl Desk {
    /// What the page of a valid token shows; `None` for a bad token, one older than 60 days, or where
    /// nothing was offered.
    pub async fn pass_on_page(&self, token: &str) -> Result<Option<PassOnPage>, DeskError> {
        let mut tx = self.store().look().await?;
        let Some((ticket, software)) = self.offered(&mut tx, token).await? else { return Ok(None) };
        let state = self.passed_on(&mut tx, &ticket).await?;
        Ok(Some(PassOnPage { reference: ticket.reference, received_at: ticket.opened_at, software, state }))
    }

    /// Passes the request on; a second wish does no more than the first. `None` for a bad token.
    pub async fn pass_on(&self, token: &str) -> Result<Option<PassOnPage>, DeskError> {
        let mut tx = self.store().begin().await?;
        let Some((mut ticket, _)) = self.offered(&mut tx, token).await? else { return Ok(None) };
        if self.passed_on(&mut tx, &ticket).await? == PassedOn::Offered {
            self.pass_on_in(&mut tx, &mut ticket).await?;
            self.save(&mut tx, &ticket).await?;
            tx.commit().await?;
            self.outbox_bell().notify_one();
        }
        self.pass_on_page(token).await
    }

    /// Whether the requester answers to a refusal that it be passed on: `Some(true)` where they say nothing else.
    pub(super) async fn wishes_to_pass_on(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        text: &str,
    ) -> Result<Option<bool>, DeskError> {
        let wish = wish(text);
        if ticket.status != Status::Refused || self.is_offer_over(ticket) || wish == Wish::None {
            return Ok(None);
        }
        let offered = tx.decision(&ticket.id).await?.is_some_and(|decision| decision.coverage.is_some());
        Ok(offered.then_some(wish == Wish::Plain))
    }

    /// The same for a requester who answered the refusal: they are told by mail, as far as one may leave.
    pub(super) async fn pass_on_answered(
        &self,
        tx: &mut Tx,
        ticket: &mut Ticket,
        answer: &Message,
    ) -> Result<(), DeskError> {
        let Some(named) = self.pass_on_in(tx, ticket).await? else { return Ok(()) };
        let (now, by) = (ticket.updated_at, Actor::Program);
        let entries = tx.outbox_of(&ticket.id).await?;
        let Some(to) = entries.into_iter().rev().find(|entry| entry.kind.is_refusal()) else { return Ok(()) };
        if let Some(ban) = self.held_from(tx, &to.recipient, Some(&ticket.id)).await? {
            let detail = format!("avis de transmission : {ban}");
            return Ok(tx.event_add(&ticket.id, now, &by, EventKind::Withheld, &detail).await?);
        }
        let notice = HandOverNotice { to: &to.recipient, named: &named, answering: answer };
        self.promise_hand_over_notice(tx, ticket, &notice, &by, now).await
    }

    /// Carries the wish out on a ticket that the caller saves; answers who has it now, as the requester reads it.
    async fn pass_on_in(&self, tx: &mut Tx, ticket: &mut Ticket) -> Result<Option<String>, DeskError> {
        let (now, by) = (self.clock().now(), Actor::Requester);
        ticket.updated_at = now;
        ticket.contested = false;
        let directory = self.directory_in(tx).await?;
        let decision = tx.decision(&ticket.id).await?;
        let messages = tx.messages(&ticket.id).await?;
        let first = messages.iter().find(|stored| stored.direction == Direction::In);
        let acts = self.settings().automatic.mode == Mode::Act && !self.automatic_stopped_in(tx).await?;
        let to = decision.as_ref().zip(first).filter(|_| acts).and_then(|(decision, first)| {
            let contract = decision.coverage.as_ref()?.contract;
            let (body, day) = (decision.organisation.as_ref()?, self.clock().today());
            let entry =
                coordinator_for(contract, body, &first.message, &directory, self.triage().reference(), day)?;
            let to = self.recipient(entry, Some(contract), &[&ticket.requester_email])?;
            Some((to, self.function_of(entry, ticket.lang)))
        });
        let blocked = match &to {
            Some((to, _)) => self.hand_over_blocked(tx, &to.email, now).await?,
            None => None,
        };
        if let Some(because) = &blocked {
            tx.event_add(&ticket.id, now, &Actor::Program, EventKind::Withheld, because).await?;
        }
        let to = to.filter(|_| blocked.is_none());
        let (Some((to, named)), Some(first)) = (to, first) else {
            tx.event_add(&ticket.id, now, &by, EventKind::Reopened, PASS_ON_WISH).await?;
            ticket.status = Status::Open;
            return Ok(None);
        };
        self.promise_hand_over(tx, ticket, first, &to, &by, now).await?;
        ticket.status = Status::HandedOver;
        Ok(Some(named))
    }

    async fn offered(&self, tx: &mut Tx, token: &str) -> Result<Option<(Ticket, Vec<String>)>, DeskError> {
        let Some((reference, signature)) = token.split_once('.') else { return Ok(None) };
        if !self.keys().verify(Purpose::PassOnLink, reference, signature) {
            return Ok(None);
        }
        let Some(ticket) = tx.ticket(reference).await?.filter(|ticket| !self.is_offer_over(ticket)) else {
            return Ok(None);
        };
        let coverage = tx.decision(&ticket.id).await?.and_then(|decision| decision.coverage);
        Ok(coverage.map(|coverage| (ticket, coverage.software)))
    }

    fn is_offer_over(&self, ticket: &Ticket) -> bool {
        self.clock().now() > ticket.opened_at + Duration::days(OFFER_DAYS)
    }

    async fn passed_on(&self, tx: &mut Tx, ticket: &Ticket) -> Result<PassedOn, DeskError> {
        let handed = tx.hand_overs_of(&ticket.id).await?;
        let has_it = |state| matches!(state, HandOverState::Waiting | HandOverState::Answered);
        Ok(match ticket.status {
            _ if handed.iter().any(|one| has_it(one.state)) => PassedOn::HandedOver,
            Status::HandedOver => PassedOn::HandedOver,
            Status::Refused | Status::Closed if handed.is_empty() => PassedOn::Offered,
            _ => PassedOn::WithTheTeam,
        })
    }
}
