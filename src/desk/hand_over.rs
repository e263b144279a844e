//! Handing a request over, for a person's act and for the program alike: one mail to whoever answers for it, with the
//! original attached, and a row that is followed until somebody answered or the request is back in the queue. The mail
//! is no automatic one: it asks a person, an absence notice is wanted, and it counts in no cap.

mod answered;
mod declined;
mod follow;
mod gather;
mod left;
mod page;
mod remind;
mod returned;
pub(super) mod stand_in;

use chrono::{DateTime, Duration, Utc};

use super::letter::{Handed, Promise};
use super::{Desk, DeskError};
use crate::kill::kill_point;
use crate::mail::compose::{Address, Enclosure};
use crate::mail::parse;
use crate::message::{Channel, Form, FormFile, Lang, Message, one_line};
use crate::reply::{Context, HandedOver, Mode, Rendered, Replies, ReplySeenBy};
use crate::store::{NewEntry, StoredMessage, Tx, new_id};
use crate::ticket::{Actor, EventKind, HandOver, HandOverState, MailKind, Ticket};
use crate::triage::Contract;
use crate::triage::directory::Role;

pub use page::{HandOverPage, RecipientSays};

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
    /// Hands `ticket` over and begins to follow it; the caller sets the ticket's status. `first` is the message that goes
    /// with it. Somebody who was handed over many requests today gets this one later, together with others. An address
    /// that is none is refused in a sentence.
    pub(super) async fn promise_hand_over(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        first: &StoredMessage,
        to: &HandOverTo,
        by: &Actor,
        at: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let email = to.email.trim();
        if Address::new(email).is_err() {
            let shown = one_line(email, 100);
            let sentence = format!("« {shown} » n’est pas une adresse de courriel valable.");
            return Err(DeskError::Refused(sentence));
        }
        let settings = &self.settings().hand_over;
        let mut handed = HandOver {
            id: new_id(),
            ticket_id: ticket.id.clone(),
            entry_id: to.entry_id.clone(),
            role: to.role,
            contract: to.contract,
            email: email.to_owned(),
            name: one_line(&to.name, 200),
            outbox_id: None,
            state: HandOverState::Waiting,
            by: by.clone(),
            made_at: at,
            remind_at: Some(settings.next(at, 0)),
            reminders: 0,
            ended_at: None,
            reached: false,
            glanced_at: None,
            note: String::new(),
        };
        let many = tx.hand_overs_to(email, at - Duration::days(1)).await? >= i64::from(settings.digest_above);
        let mut detail = handed.email.clone();
        if many {
            detail.push_str(", avec d’autres demandes, en un seul courriel");
        } else {
            handed.outbox_id = Some(self.promise_hand_over_mail(tx, ticket, first, &handed, at).await?);
        }
        kill_point!("hand-over-between-mail-and-row");
        tx.hand_over_add(&handed).await?;
        Ok(tx.event_add(&ticket.id, at, by, EventKind::HandedOver, &detail).await?)
    }

    /// Promises the mail of a hand-over, or, where that has its mail already, a reminder; answers its outbox id.
    async fn promise_hand_over_mail(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        first: &StoredMessage,
        handed: &HandOver,
        at: DateTime<Utc>,
    ) -> Result<String, DeskError> {
        let requester = self.reply_reaches(tx, ticket, first).await?;
        let before = match &handed.outbox_id {
            Some(id) => tx.outbox_entry(id).await?,
            None => None,
        };
        let before = before.map(|entry| Message { message_id: Some(entry.message_id), ..Message::default() });
        self.triage_in(tx).await?;
        let reminds_of = before.as_ref().map(|_| handed.made_at);
        let rendered =
            self.hand_over_words(self.replies(), ticket, first, &handed.id, requester, reminds_of)?;
        let (kind, enclosures) = match before {
            Some(_) => (MailKind::HandOverReminder, Vec::new()),
            None => (MailKind::HandOver, self.enclosures(tx, first).await?),
        };
        let promise = Promise {
            kind,
            to: &handed.email,
            answering: before.as_ref(),
            at,
            due_at: at,
            enclosures,
            handed: Some(Handed { about: &first.message, requester }),
        };
        let entry = self.letter(ticket, &promise, rendered.into())?;
        let entry = NewEntry { unattended: handed.by == Actor::Program, ..entry };
        tx.outbox_add(&entry).await?;
        Ok(entry.id)
    }

    /// The words of such a mail, by this set of texts.
    pub(super) fn hand_over_words(
        &self,
        replies: &Replies,
        ticket: &Ticket,
        first: &StoredMessage,
        hand_over: &str,
        requester: Option<&str>,
        reminds_of: Option<DateTime<Utc>>,
    ) -> Result<Rendered, DeskError> {
        let lang = ticket.lang.reply();
        let status_url = self.status_url(&ticket.reference, lang);
        let page_url = self.hand_over_url(hand_over, lang);
        let shown = HandedOver {
            reply_seen_by: match requester {
                Some(_) => ReplySeenBy::RequesterAndService,
                None => ReplySeenBy::Service,
            },
            reminds_of,
            ..self.shown(ticket, first, &page_url)
        };
        let context = Context::hand_over(self.known(ticket, &status_url), &shown);
        Ok(replies.render("hand-over", lang, &context, Mode::Draft, self.clock().today())?)
    }

    /// A request as its coordinator reads it.
    fn shown<'a>(
        &'a self,
        ticket: &'a Ticket,
        first: &'a StoredMessage,
        page_url: &'a str,
    ) -> HandedOver<'a> {
        let category = self.triage().taxonomy().declared(&ticket.category);
        HandedOver {
            category_title: category.map_or("", |category| category.title(ticket.lang.reply())),
            organisation: Some(ticket.organisation.as_str()).filter(|name| !name.is_empty()),
            requester_name: &ticket.requester_name,
            requester_email: &ticket.requester_email,
            typed: ticket.channel != Channel::Mail,
            subject: &ticket.subject,
            message: &first.message.body,
            reply_seen_by: ReplySeenBy::Service,
            page_url,
            reminds_of: None,
        }
    }

    /// The requester's address, where a coordinator's plain "Reply" may reach it: not where the own border calls the
    /// sender forged, nor where mail comes back from it or there is none. What was typed in a form is shown as such.
    pub(super) async fn reply_reaches<'a>(
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

    /// What the request came with: the mail as it came, but for whom it was copied to unseen; or the files of the form.
    pub(super) async fn enclosures(
        &self,
        tx: &mut Tx,
        first: &StoredMessage,
    ) -> Result<Vec<Enclosure>, DeskError> {
        let Some(arrival) = tx.arrival(&first.arrival_id).await? else { return Ok(Vec::new()) };
        Ok(match arrival.door.channel() {
            Channel::Mail => vec![Enclosure::Mail(parse::without_blind_copies(&arrival.raw))],
            Channel::Form | Channel::Hand => {
                let files = Form::from_raw(&arrival.raw)?.files.into_iter();
                files
                    .map(|FormFile { name, content_type, bytes }| Enclosure::File {
                        name,
                        content_type,
                        bytes,
                    })
                    .collect()
            }
        })
    }

    /// The words that tell the requester who has the request, by this set of texts; `named` may be empty.
    pub(super) fn notice_words(
        &self,
        replies: &Replies,
        reply: &str,
        ticket: &Ticket,
        named: &str,
    ) -> Result<Rendered, DeskError> {
        let lang = ticket.lang.reply();
        let somebody = match lang {
            Lang::En => "the person in charge of this matter",
            Lang::Fr | Lang::Und => "la personne chargée de ce sujet",
        };
        let named = if named.is_empty() { somebody } else { named };
        let status_url = self.status_url(&ticket.reference, lang);
        let context = Context::hand_over_notice(self.known(ticket, &status_url), named);
        Ok(replies.render(reply, lang, &context, Mode::Automatic, self.clock().today())?)
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
        self.triage_in(tx).await?;
        let rendered = self.notice_words(self.replies(), "hand-over-notice", ticket, notice.named);
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
        match rendered.and_then(|rendered| self.letter(ticket, &promise, rendered.into())) {
            Ok(entry) => tx.outbox_add(&entry).await?,
            Err(cause) => {
                let detail = format!("l’avis au demandeur n’a pas pu être écrit : {cause}");
                tx.event_add(&ticket.id, at, by, EventKind::Withheld, &detail).await?;
            }
        }
        Ok(())
    }
}
