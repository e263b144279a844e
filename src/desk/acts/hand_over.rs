//! Handing a request over by mail to an address that a person gives.

use super::example::Says;
use super::{Act, Seen};
use crate::desk::letter::Promise;
use crate::desk::{Desk, DeskError};
use crate::mail::compose::Enclosure;
use crate::message::{Arrival, Channel, Form, FormFile, Lang, one_line};
use crate::reply::{Context, HandedOver, Mode, ReplySeenBy};
use crate::store::{StoredMessage, opening};
use crate::ticket::{EventKind, MailKind, Status};

impl Desk {
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
        self.promise_hand_over(&mut act, first, to).await?;
        let requester = self.notice_address(&mut act).await?;
        let ban = match (&first.automatic_ban, &requester) {
            (Some(ban), _) => Some(ban.clone()),
            (None, None) => Some("no-safe-address".to_owned()),
            (None, Some(requester)) => self.held_from(&mut act.tx, requester).await?.map(str::to_owned),
        };
        match ban {
            Some(ban) => {
                let detail = format!("avis de transmission : {ban}");
                act.tx.event_add(&act.ticket.id, act.at, &act.by, EventKind::Withheld, &detail).await?;
            }
            None => self.promise_notice(&mut act, &requester.unwrap_or_default(), named.trim()).await?,
        }
        act.ticket.status = Status::HandedOver;
        act.ticket.contested = false;
        self.learn(&mut act, Says::HandOver, EventKind::HandedOver).await?;
        self.conclude(act, EventKind::HandedOver, to).await
    }

    async fn promise_hand_over(
        &self,
        act: &mut Act,
        first: &StoredMessage,
        to: &str,
    ) -> Result<(), DeskError> {
        let ticket = &act.ticket;
        let arrival = act.tx.arrival(&first.arrival_id).await?;
        let enclosures = arrival.map(enclosures).transpose()?.unwrap_or_default();
        let lang = ticket.lang.reply();
        let status_url = self.status_url(&ticket.reference, lang);
        let category = self.triage().taxonomy().declared(&ticket.category);
        let context = Context::hand_over(
            self.known(ticket, &status_url),
            &HandedOver {
                category_title: category.map_or("", |category| category.title(lang)),
                organisation: Some(ticket.organisation.as_str()).filter(|name| !name.is_empty()),
                requester_name: &ticket.requester_name,
                requester_email: &ticket.requester_email,
                subject: &ticket.subject,
                message: &first.message.body,
                reply_seen_by: ReplySeenBy::Service,
            },
        );
        let today = self.clock().today();
        let rendered = self.replies().render("hand-over", lang, &context, Mode::Draft, today)?;
        let (kind, at) = (MailKind::HandOver, act.at);
        let promise = Promise { kind, to, answering: None, at, due_at: at, enclosures };
        let entry = self.letter(ticket, &promise, rendered.into()).map_err(|cause| match cause {
            DeskError::Address(_) => {
                let shown = one_line(to, 100);
                DeskError::Refused(format!("« {shown} » n’est pas une adresse de courriel valable."))
            }
            other => other,
        })?;
        Ok(act.tx.outbox_add(&entry).await?)
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
        let typed = Some(act.ticket.requester_email.clone()).filter(|_| act.ticket.channel == Channel::Form);
        Ok(before.or(typed))
    }

    /// Tells the requester; where that cannot be written, the hand-over goes on and the ticket says so.
    async fn promise_notice(&self, act: &mut Act, to: &str, named: &str) -> Result<(), DeskError> {
        let lang = act.ticket.lang.reply();
        let somebody = match lang {
            Lang::En => "the person in charge of this matter",
            Lang::Fr | Lang::Und => "la personne chargée de ce sujet",
        };
        let named = if named.is_empty() { somebody } else { named };
        let message = self.answered(act).await?;
        let status_url = self.status_url(&act.ticket.reference, lang);
        let context = Context::hand_over_notice(self.known(&act.ticket, &status_url), named);
        let today = self.clock().today();
        let notice = self.replies().render("hand-over-notice", lang, &context, Mode::Automatic, today);
        let at = act.at;
        let due_at = self.turn(&mut act.tx, at).await?;
        let promise = Promise {
            kind: MailKind::HandOverNotice,
            to,
            answering: Some(&message),
            at,
            due_at,
            enclosures: Vec::new(),
        };
        match notice
            .map_err(DeskError::from)
            .and_then(|notice| self.letter(&act.ticket, &promise, notice.into()))
        {
            Ok(entry) => act.tx.outbox_add(&entry).await?,
            Err(cause) => {
                let detail = format!("l’avis au demandeur n’a pas pu être écrit : {cause}");
                act.tx.event_add(&act.ticket.id, at, &act.by, EventKind::Withheld, &detail).await?;
            }
        }
        Ok(())
    }
}

/// What the request came with: the mail as it came, or the files of the form.
fn enclosures(arrival: Arrival) -> Result<Vec<Enclosure>, DeskError> {
    Ok(match arrival.door.channel() {
        Channel::Mail => vec![Enclosure::Mail(arrival.raw)],
        Channel::Form => {
            let files = Form::from_raw(&arrival.raw)?.files.into_iter();
            files
                .map(|FormFile { name, content_type, bytes }| Enclosure::File { name, content_type, bytes })
                .collect()
        }
    })
}
