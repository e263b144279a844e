//! Closing, reopening, setting aside, noting, assigning.

use super::Seen;
use super::example::Says;
use crate::desk::{Desk, DeskError};
use crate::store::Searched;
use crate::ticket::{EventKind, Status};

impl Desk {
    /// No request: out of the queue. A refusal that had not left is held.
    pub async fn set_aside(&self, seen: &Seen) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        self.hold_refusals(&mut act, "la demande a été écartée").await?;
        act.ticket.status = Status::SetAside;
        act.ticket.contested = false;
        self.learn(&mut act, Says::NoRequest, EventKind::SetAside).await?;
        self.conclude(act, EventKind::SetAside, "").await
    }

    /// Ends it. A refusal that had not left is held: closing says that nothing more is to be said.
    pub async fn close(&self, seen: &Seen) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        self.hold_refusals(&mut act, "la demande a été close").await?;
        if act.ticket.status == Status::SetAside {
            self.learn(&mut act, Says::NoRequest, EventKind::Closed).await?;
        }
        self.hand_overs_read(&mut act.tx, &act.ticket.id, act.at).await?;
        act.ticket.status = Status::Closed;
        act.ticket.contested = false;
        self.conclude(act, EventKind::Closed, "").await
    }

    /// What the recipient of a hand-over wrote is no answer: it is still waited for.
    pub async fn wait_on(&self, seen: &Seen) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        if act.ticket.status != Status::HandedOver
            || !self.hand_overs_wait_on(&mut act.tx, &act.ticket.id, act.at).await?
        {
            return Err(DeskError::Refused("Aucune réponse n’est à relire.".to_owned()));
        }
        self.conclude(act, EventKind::WaitedOn, "").await
    }

    /// Opens it again. A refusal that had not left is held: a person wants to read first.
    pub async fn reopen(&self, seen: &Seen) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        if act.ticket.status == Status::Open {
            return Err(DeskError::Refused("La demande est déjà ouverte.".to_owned()));
        }
        self.hold_refusals(&mut act, "la demande a été rouverte").await?;
        if act.ticket.status == Status::SetAside {
            self.learn(&mut act, Says::Request, EventKind::Reopened).await?;
        }
        act.ticket.status = Status::Open;
        self.promise_owed_receipt(&mut act.tx, &act.ticket).await?;
        self.conclude(act, EventKind::Reopened, "").await
    }

    /// A note for colleagues.
    pub async fn note(&self, seen: &Seen, text: &str) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        if text.trim().is_empty() {
            return Err(DeskError::Refused("La note est vide.".to_owned()));
        }
        act.tx.search_add(&act.ticket.id, &Searched { note: text, ..Searched::default() }).await?;
        self.conclude(act, EventKind::Noted, text.trim()).await
    }

    /// Gives it to a person (account id), or to nobody.
    pub async fn assign(&self, seen: &Seen, to: Option<&str>) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        let name = match to {
            Some(id) => {
                let account = act.tx.account(id).await?.filter(|account| !account.disabled);
                account.ok_or_else(|| DeskError::Refused("Ce compte n’existe pas ou plus.".to_owned()))?.name
            }
            None => "personne".to_owned(),
        };
        act.ticket.assignee = to.map(str::to_owned);
        self.conclude(act, EventKind::Assigned, &name).await
    }
}
