//! From a reply text, or what a person wrote, to a finished mail: complete, its Message-ID fixed, ready to be promised.

use chrono::{DateTime, Utc};

use super::{AutomaticSender, Desk, DeskError};
use crate::clock::paris_day;
use crate::mail::compose::{self, Address, AutoSubmitted, Enclosure, HeaderText, Letter};
use crate::mail::settings::SubjectTag;
use crate::mail::{tag, token};
use crate::message::{Channel, Lang, Message};
use crate::reply::{AlsoAsked, Context, EndedContract, Known, Mode, Rendered, Replies, Sorted, Use};
use crate::store::{NewEntry, new_id};
use crate::ticket::{MailKind, Ticket};
use crate::triage::taxonomy::NOISE;
use crate::triage::{Decision, Directory, Reason};

/// What a mail is to be, apart from its text.
pub(super) struct Promise<'a> {
    pub kind: MailKind,
    /// Recipient.
    pub to: &'a str,
    /// The message it answers, for In-Reply-To and References.
    pub answering: Option<&'a Message>,
    /// When it is written: the same instant for all that one act or arrival writes.
    pub at: DateTime<Utc>,
    /// When it may leave.
    pub due_at: DateTime<Utc>,
    /// What goes with it (hand-over).
    pub enclosures: Vec<Enclosure>,
    /// What only a hand-over has.
    pub handed: Option<Handed<'a>>,
}

/// What ties a hand-over to the request.
pub(super) struct Handed<'a> {
    /// The message handed over: named in References, so that an answer stands beside it in the requester's mail program.
    pub about: &'a Message,
    /// Who gets a plain "Reply" too, beside the service.
    pub requester: Option<&'a str>,
}

/// Who else gets the same mail. Each of them has their own, under its own Message-ID: what becomes of one says nothing of the
/// others.
#[derive(Clone, Copy, Default)]
pub(super) struct Circle<'a> {
    /// Who stands in To; `None`: the recipient.
    pub to: Option<&'a str>,
    /// Who stands in Cc.
    pub cc: &'a [String],
    /// The Message-ID of the mail for whoever stands in To: named in References, so that all their answers keep together.
    pub beside: Option<&'a str>,
}

/// What a mail says.
pub(super) struct Said {
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl From<Rendered> for Said {
    fn from(rendered: Rendered) -> Self {
        Self { subject: rendered.subject, text: rendered.text, html: rendered.html }
    }
}

impl Desk {
    /// Fills in a reply for a ticket.
    pub(super) fn render(
        &self,
        name: &str,
        ticket: &Ticket,
        decision: &Decision,
        directory: &Directory,
        mode: Mode,
    ) -> Result<Rendered, DeskError> {
        self.render_by(self.replies(), name, ticket, decision, directory, mode)
    }

    /// The same by another set of texts than those in force: one to be looked at before it is.
    pub(super) fn render_by(
        &self,
        replies: &Replies,
        name: &str,
        ticket: &Ticket,
        decision: &Decision,
        directory: &Directory,
        mode: Mode,
    ) -> Result<Rendered, DeskError> {
        let status_url = self.status_url(&ticket.reference, ticket.lang);
        let known = self.known(ticket, &status_url);
        let day = paris_day(ticket.opened_at);
        let category = self.triage().taxonomy().declared(&ticket.category);
        let rule = decision.telling_rule.as_deref().and_then(|id| self.triage().rule(id));
        let also_asked = self.also_asked(ticket, decision);
        let over = self.triage().reference().over(&decision.ended_contracts, day).into_iter();
        let ended: Vec<EndedContract> = over
            .map(|(over, now)| EndedContract {
                contract: over.contract,
                period: over.period,
                now: now.map(|now| now.period),
            })
            .collect();
        let sorted = Sorted {
            rule_sentence: rule.map(|rule| rule.says(ticket.lang.reply())),
            category_title: category.map(|category| category.title(ticket.lang.reply())),
            also_asked: &also_asked,
            ended: &ended,
        };
        let context = match replies.used_for(name) {
            Some(Use::Receipt) => Context::receipt(known),
            Some(Use::Correction) => Context::correction(known),
            Some(Use::Refusal) => {
                let context = Context::refusal(known, sorted);
                match self.covered(name, ticket, decision) {
                    Some(covered) => context.covered(covered),
                    None => context,
                }
            }
            Some(Use::HandOverNotice) => {
                let entry = self.entry_named(decision, directory).ok_or(DeskError::NotFound)?;
                Context::hand_over_notice(known, &self.function_of(entry, ticket.lang))
            }
            Some(Use::Draft | Use::HandOver | Use::HandOverDigest) | None => {
                let context = Context::draft(known, sorted, decision.organisation.as_ref(), day);
                let told = mode == Mode::Draft || decision.reason == Reason::KnownCoordinator;
                let stays = decision.organisation.as_ref().is_some_and(|body| body.own_domain);
                match self.entry_named(decision, directory).filter(|_| told && stays) {
                    Some(entry) => context.naming(&entry.name, &entry.email),
                    None => context,
                }
            }
        };
        Ok(replies.render(name, ticket.lang.reply(), &context, mode, self.clock().today())?)
    }

    /// What the request asks besides the ticket's category. The category that a person took away was told wrongly: it is
    /// not asked.
    fn also_asked(&self, ticket: &Ticket, decision: &Decision) -> Vec<AlsoAsked> {
        let others = decision.topics.iter().filter(|id| **id != ticket.category && **id != decision.category);
        let known =
            others.filter_map(|id| self.triage().taxonomy().get(id)).filter(|topic| topic.id != NOISE);
        let told = known.map(|topic| AlsoAsked {
            id: topic.id.clone(),
            title: topic.title(ticket.lang.reply()).to_owned(),
            in_offer: topic.in_offer,
        });
        told.collect()
    }

    /// What the service itself knows of a ticket.
    pub(super) fn known<'a>(&'a self, ticket: &'a Ticket, status_url: &'a str) -> Known<'a> {
        Known {
            service: self.service(),
            reference: &ticket.reference,
            received_at: ticket.opened_at,
            status_url,
        }
    }

    /// A mail that leaves without a person.
    pub(super) fn automatic_letter(
        &self,
        reply: &str,
        ticket: &Ticket,
        decision: &Decision,
        directory: &Directory,
        promise: &Promise<'_>,
    ) -> Result<NewEntry, DeskError> {
        let rendered = self.render(reply, ticket, decision, directory, Mode::Automatic)?;
        self.automatic_words(rendered, ticket, promise)
    }

    /// A filled text as a mail that leaves without a person.
    pub(super) fn automatic_words(
        &self,
        rendered: Rendered,
        ticket: &Ticket,
        promise: &Promise<'_>,
    ) -> Result<NewEntry, DeskError> {
        let subject = match ticket.channel {
            // A mail to an address typed in a form repeats nothing that was typed.
            Channel::Form | Channel::Hand => rendered.subject,
            Channel::Mail => ticket.subject.clone(),
        };
        self.letter(ticket, promise, Said { subject, text: rendered.text, html: rendered.html })
    }

    /// A mail with a person's words, in Markdown.
    pub(super) fn person_letter(
        &self,
        markdown: &str,
        ticket: &Ticket,
        promise: &Promise<'_>,
        circle: Circle<'_>,
    ) -> Result<NewEntry, DeskError> {
        let subject = if ticket.subject.is_empty() {
            match ticket.lang.reply() {
                Lang::En => format!("Your request {}", ticket.reference),
                Lang::Fr | Lang::Und => format!("Votre demande {}", ticket.reference),
            }
        } else {
            ticket.subject.clone()
        };
        let (text, html) = Replies::from_markdown(markdown, ticket.lang.reply());
        self.letter_in(ticket, promise, Said { subject, text, html }, circle)
    }

    /// The envelope sender, where a bounce goes (RFC 3834 section 3.3). A person's mail has the keyed address or that of
    /// the service. Automatic mail has the null sender, which nothing answers; but that a refusal or an answer did not
    /// arrive leaves somebody without a word, so those have a key where there is one: nothing automatic ever answers
    /// what comes to a key.
    fn envelope_from(&self, kind: MailKind, keyed: Option<String>) -> Option<String> {
        if !kind.is_automatic() {
            return keyed.or_else(|| Some(self.service().contact.clone()));
        }
        let settles =
            kind.settles().is_some() && self.settings().automatic.sender == AutomaticSender::KeyedAnswers;
        keyed.filter(|_| settles)
    }

    /// A mail for one reader.
    pub(super) fn letter(
        &self,
        ticket: &Ticket,
        promise: &Promise<'_>,
        said: Said,
    ) -> Result<NewEntry, DeskError> {
        self.letter_in(ticket, promise, said, Circle::default())
    }

    fn letter_in(
        &self,
        ticket: &Ticket,
        promise: &Promise<'_>,
        said: Said,
        circle: Circle<'_>,
    ) -> Result<NewEntry, DeskError> {
        let id = new_id();
        let contact = &self.service().contact;
        let message_id = token::message_id(&ticket.reference, &id, self.service().domain(), self.keys());
        let automatic = match promise.kind {
            MailKind::Receipt => Some(AutoSubmitted::Acknowledged),
            MailKind::Refusal | MailKind::AutoAnswer => Some(AutoSubmitted::Replied),
            MailKind::HandOverNotice => Some(AutoSubmitted::Generated),
            MailKind::Answer
            | MailKind::AnswerCopy
            | MailKind::PersonRefusal
            | MailKind::HandOver
            | MailKind::HandOverReminder
            | MailKind::HandOverDigest
            | MailKind::Inquiry
            | MailKind::Forward
            | MailKind::Correction => None,
        };
        let keyed = |address: Option<String>| address.filter(|_| self.service().plus_addressing);
        let reply_to = keyed(token::reply_address(contact, &ticket.reference, self.keys()));
        let bounce_to = keyed(token::bounce_address(contact, &id, self.keys()));
        let answered = promise.answering.and_then(|message| message.message_id.clone());
        let mut references: Vec<String> =
            promise.answering.into_iter().flat_map(ancestors).cloned().collect();
        references.extend(circle.beside.map(str::to_owned));
        references.extend(answered.clone());
        if let Some(Handed { about, .. }) = &promise.handed {
            references.extend(ancestors(about).chain(&about.message_id).cloned());
        }
        let subject = match (promise.answering, ticket.channel) {
            _ if promise.kind.hands_over() => HeaderText::new(&said.subject),
            (Some(_), Channel::Mail) => compose::reply_subject(&said.subject),
            (Some(_), Channel::Form) if !promise.kind.is_automatic() => compose::reply_subject(&said.subject),
            _ => HeaderText::new(&said.subject),
        };
        let shown = subject.as_str().to_owned();
        let subject = if self.tags_subject(promise.kind) {
            HeaderText::new(&tag::tagged(&shown, &ticket.reference, self.keys()))
        } else {
            subject
        };
        let name = || HeaderText::new(self.service().name(ticket.lang));
        let mut answers = Vec::new();
        if let Some(requester) = promise.handed.as_ref().and_then(|handed| handed.requester) {
            // Their name is theirs to choose; an address is what it is.
            answers.push((HeaderText::default(), Address::new(requester)?));
            answers.push((name(), Address::new(reply_to.as_deref().unwrap_or(contact))?));
        } else if let Some(keyed) = &reply_to {
            answers.push((name(), Address::new(keyed)?));
        }
        let letter = Letter {
            to: Address::new(circle.to.unwrap_or(promise.to))?,
            to_name: HeaderText::new(""),
            cc: circle.cc.iter().map(|copy| Address::new(copy)).collect::<Result<_, _>>()?,
            reply_to: answers,
            from: Address::new(contact)?,
            from_name: name(),
            subject,
            text: said.text.clone(),
            html: Some(said.html),
            message_id: message_id.clone(),
            in_reply_to: answered,
            references,
            automatic,
            lang: ticket.lang.reply(),
            date: promise.at,
            enclosures: promise.enclosures.clone(),
        };
        Ok(NewEntry {
            raw: compose::compose(&letter)?,
            id,
            ticket_id: ticket.id.clone(),
            kind: promise.kind,
            unattended: promise.kind.is_automatic(),
            envelope_from: self.envelope_from(promise.kind, bounce_to),
            recipient: promise.to.to_owned(),
            message_id,
            subject: shown,
            text: said.text,
            created_at: promise.at,
            due_at: promise.due_at,
        })
    }

    /// Whether the subject of such a mail carries its tag: not where several requests are in one mail, since nobody knows
    /// which of them is answered.
    fn tags_subject(&self, kind: MailKind) -> bool {
        let wanted = match self.settings().mail.subject_tag {
            SubjectTag::Auto => !self.service().plus_addressing,
            SubjectTag::Always => true,
            SubjectTag::Never => false,
        };
        wanted && kind != MailKind::HandOverDigest
    }
}

/// What a mail follows, oldest first: its References, or, where it has none, what it answers (RFC 5322 section 3.6.4).
fn ancestors(message: &Message) -> impl Iterator<Item = &String> {
    let answered = message.in_reply_to.as_ref().filter(|_| message.references.is_empty());
    message.references.iter().chain(answered)
}
