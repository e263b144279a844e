//! Handing a request over, for a person's act and for the program alike: one mail to whoever answers for it, with the
//! original attached, and a row that is followed until somebody answered or the request is back in the queue. The mail
//! is no automatic one: it asks a person, an absence notice is wanted, and it counts in no cap.

use chrono::{DateTime, Utc};

use super::letter::{Handed, Promise};
use super::{Desk, DeskError};
use crate::mail::compose::{Address, Enclosure};
use crate::mail::parse;
use crate::message::{Arrival, Channel, Form, FormFile, Lang, Message, one_line};
use crate::reply::{Context, HandedOver, Mode, ReplySeenBy};
use crate::store::{StoredMessage, Tx, new_id};
use crate::ticket::{Actor, EventKind, HandOver, HandOverState, MailKind, Ticket};
use crate::triage::Contract;
use crate::triage::directory::Role;

/// To whom a request is handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOverTo {
    /// Address.
    pub email: String,
    /// Name or function, for the team and, as [`HandOverNotice::named`], for the requester; may be empty.
    pub name: String,
    /// The directory's entry; `None`: an address that a person typed.
    pub entry_id: Option<String>,
    /// As what they are asked.
    pub role: Role,
    /// The contract it is about, if it is known.
    pub contract: Option<Contract>,
}

/// The mail that tells a requester who has their request.
pub(super) struct HandOverNotice<'a> {
    /// Where it goes.
    pub to: &'a str,
    /// The function or body that has it, as the requester reads it; empty: nobody is named.
    pub named: &'a str,
    /// The message it answers.
    pub answering: &'a Message,
}

impl Desk {
    /// Promises the mail that hands `ticket` over and begins to follow it; the caller sets the ticket's status. `first` is
    /// the message that goes with it. An address that is none is refused in a sentence.
    pub(super) async fn promise_hand_over(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        first: &StoredMessage,
        to: &HandOverTo,
        by: &Actor,
        at: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let requester = self.reply_reaches(tx, ticket, first).await?;
        let arrival = tx.arrival(&first.arrival_id).await?;
        let enclosures = arrival.map(enclosures).transpose()?.unwrap_or_default();
        let lang = ticket.lang.reply();
        let status_url = self.status_url(&ticket.reference, lang);
        let category = self.triage().taxonomy().get(&ticket.category);
        let context = Context::hand_over(
            self.known(ticket, &status_url),
            &HandedOver {
                category_title: category.map_or("", |category| category.title(lang)),
                organisation: Some(ticket.organisation.as_str()).filter(|name| !name.is_empty()),
                requester_name: &ticket.requester_name,
                requester_email: &ticket.requester_email,
                subject: &ticket.subject,
                message: &first.message.body,
                reply_seen_by: match requester {
                    Some(_) => ReplySeenBy::RequesterAndService,
                    None => ReplySeenBy::Service,
                },
            },
        );
        let today = self.clock().today();
        let rendered = self.replies().render("hand-over", lang, &context, Mode::Draft, today)?;
        let promise = Promise {
            kind: MailKind::HandOver,
            to: &to.email,
            answering: None,
            at,
            due_at: at,
            enclosures,
            handed: Some(Handed { about: &first.message, requester }),
        };
        let entry = self.letter(ticket, &promise, rendered.into()).map_err(|cause| match cause {
            DeskError::Address(_) => {
                let shown = one_line(&to.email, 100);
                DeskError::Refused(format!("« {shown} » n’est pas une adresse de courriel valable."))
            }
            other => other,
        })?;
        tx.outbox_add(&entry).await?;
        let handed = HandOver {
            id: new_id(),
            ticket_id: ticket.id.clone(),
            entry_id: to.entry_id.clone(),
            role: to.role,
            contract: to.contract,
            email: to.email.trim().to_owned(),
            name: one_line(&to.name, 200),
            outbox_id: Some(entry.id),
            state: HandOverState::Waiting,
            by: by.clone(),
            made_at: at,
            remind_at: Some(self.settings().hand_over.next(at, 0)),
            reminders: 0,
            ended_at: None,
            reached: false,
            glanced_at: None,
            note: String::new(),
        };
        tx.hand_over_add(&handed).await?;
        Ok(tx.event_add(&ticket.id, at, by, EventKind::HandedOver, &handed.email).await?)
    }

    /// The requester's address, where a coordinator's plain "Reply" may reach it: not where the own border calls the
    /// sender forged, nor where mail comes back from it or there is none. What was typed in a form is shown as such.
    async fn reply_reaches<'a>(
        &self,
        tx: &mut Tx,
        ticket: &'a Ticket,
        first: &StoredMessage,
    ) -> Result<Option<&'a str>, DeskError> {
        let email = ticket.requester_email.as_str();
        let forged = first.nature.as_ref().is_some_and(|nature| nature.unproven)
            && first.message.from_email.eq_ignore_ascii_case(email);
        if forged || self.own().is_own(email) || Address::new(email).is_err() {
            return Ok(None);
        }
        Ok(if self.is_given_up(tx, email, self.clock().now()).await? { None } else { Some(email) })
    }

    /// Promises the mail that tells the requester; where it cannot be written, the hand-over goes on and the ticket says so.
    pub(super) async fn promise_hand_over_notice(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        notice: &HandOverNotice<'_>,
        by: &Actor,
        at: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let lang = ticket.lang.reply();
        let somebody = match lang {
            Lang::En => "the person in charge of this matter",
            Lang::Fr | Lang::Und => "la personne chargée de ce sujet",
        };
        let named = if notice.named.is_empty() { somebody } else { notice.named };
        let status_url = self.status_url(&ticket.reference, lang);
        let context = Context::hand_over_notice(self.known(ticket, &status_url), named);
        let today = self.clock().today();
        let rendered = self.replies().render("hand-over-notice", lang, &context, Mode::Automatic, today);
        let due_at = self.turn(tx, at).await?;
        let promise = Promise {
            kind: MailKind::HandOverNotice,
            to: notice.to,
            answering: Some(notice.answering),
            at,
            due_at,
            enclosures: Vec::new(),
            handed: None,
        };
        let written = rendered.map_err(DeskError::from);
        match written.and_then(|rendered| self.letter(ticket, &promise, rendered.into())) {
            Ok(entry) => tx.outbox_add(&entry).await?,
            Err(cause) => {
                let detail = format!("l’avis au demandeur n’a pas pu être écrit : {cause}");
                tx.event_add(&ticket.id, at, by, EventKind::Withheld, &detail).await?;
            }
        }
        Ok(())
    }
}

/// What the request came with: the mail as it came, but for whom it was copied to unseen; or the files of the form.
fn enclosures(arrival: Arrival) -> Result<Vec<Enclosure>, DeskError> {
    Ok(match arrival.door.channel() {
        Channel::Mail => vec![Enclosure::Mail(parse::without_blind_copies(&arrival.raw))],
        Channel::Form => {
            let files = Form::from_raw(&arrival.raw)?.files.into_iter();
            files
                .map(|FormFile { name, content_type, bytes }| Enclosure::File { name, content_type, bytes })
                .collect()
        }
    })
}
