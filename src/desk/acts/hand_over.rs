//! Handing a request over by mail to an address that a person gives.

use chrono::NaiveDate;

use super::example::Says;
use super::{Act, Seen};
use crate::clock::paris_day;
use crate::desk::hand_over::stand_in::entry_at;
use crate::desk::hand_over::{HandOverNotice, HandOverTo};
use crate::desk::{Desk, DeskError};
use crate::message::Channel;
use crate::store::opening;
use crate::ticket::{EventKind, Status};
use crate::triage::directory::Role;

impl Desk {
    /// The day on which the request was handed over to `to` last (Europe/Paris); `None`: it never was.
    pub async fn handed_already(&self, reference: &str, to: &str) -> Result<Option<NaiveDate>, DeskError> {
        let Some(file) = self.store().ticket_file(reference).await? else { return Ok(None) };
        let to = to.trim();
        let same = file.hand_overs.iter().filter(|handed| handed.email.eq_ignore_ascii_case(to));
        Ok(same.map(|handed| paris_day(handed.made_at)).max())
    }

    /// Sends the request to `to`, with the original mail attached, and tells the requester that somebody has it.
    /// `named` is the function or body as the team names it to the requester; the address itself is not told, since
    /// those of coordinators are not published.
    pub async fn hand_over(&self, seen: &Seen, to: &str, named: &str) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        let to = to.trim();
        if to.eq_ignore_ascii_case(&act.ticket.requester_email) || self.own().is_own(to) {
            let sentence =
                "Cette adresse est celle du demandeur ou du service : choisissez celle d’un tiers.";
            return Err(DeskError::Refused(sentence.to_owned()));
        }
        self.hold_refusals(&mut act, "la demande est transmise").await?;
        let messages = act.tx.messages(&act.ticket.id).await?;
        let first = opening(&act.ticket, &messages).ok_or(DeskError::NotFound)?;
        // Who is in the directory is followed as such, however the address came into the box.
        let directory = self.directory_in(&mut act.tx).await?;
        let entry = entry_at(&directory, to, self.clock().today());
        let to = HandOverTo {
            email: to.to_owned(),
            name: named.trim().to_owned(),
            entry_id: entry.map(|entry| entry.id.clone()),
            role: entry.map_or(Role::Coordinator, |entry| entry.role),
            contract: entry.and_then(|entry| entry.contract),
        };
        let (by, at) = (act.by.clone(), act.at);
        self.take_hand_overs_back(&mut act.tx, &act.ticket.id, at).await?;
        self.promise_hand_over(&mut act.tx, &act.ticket, first, &to, &by, at).await?;
        let requester = self.notice_address(&mut act).await?;
        let ban = match (&first.automatic_ban, &requester) {
            (Some(ban), _) => Some(ban.clone()),
            (None, None) => Some("no-safe-address".to_owned()),
            (None, Some(requester)) => {
                self.held_from(&mut act.tx, requester, Some(&act.ticket.id)).await?.map(str::to_owned)
            }
        };
        if let Some(ban) = ban {
            let detail = format!("avis de transmission : {ban}");
            act.tx.event_add(&act.ticket.id, act.at, &act.by, EventKind::Withheld, &detail).await?;
        } else {
            let answering = self.answered(&mut act).await?;
            let address = requester.unwrap_or_default();
            let notice = HandOverNotice { to: &address, named: &to.name, answering: &answering };
            self.promise_hand_over_notice(&mut act.tx, &act.ticket, &notice, &by, at).await?;
        }
        act.ticket.status = Status::HandedOver;
        act.ticket.contested = false;
        self.learn(&mut act, Says::HandOver, EventKind::HandedOver).await?;
        self.finish(act).await
    }

    /// Where an automatic mail to the requester may go: to where the first one went. That is not always what stands in
    /// From ([`crate::mail::parse`] judged it); a form has nothing but what was typed, and whom a person made the
    /// requester of a forward has not written at all.
    async fn notice_address(&self, act: &mut Act) -> Result<Option<String>, DeskError> {
        let requester = act.ticket.requester_email.clone();
        if !requester.is_empty() && !act.tx.writers(&act.ticket.id).await?.contains(&requester.to_lowercase())
        {
            return Ok(Some(requester));
        }
        let entries = act.tx.outbox_of(&act.ticket.id).await?;
        let before = entries.into_iter().find(|entry| entry.kind.is_automatic()).map(|entry| entry.recipient);
        let typed = Some(act.ticket.requester_email.clone()).filter(|_| act.ticket.channel != Channel::Mail);
        Ok(before.or(typed))
    }
}
