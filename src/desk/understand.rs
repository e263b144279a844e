//! From kept bytes to what a person wrote: the form's head or the mail's MIME, behind one type.

use super::{Desk, DeskError};
use crate::mail::settings::Unchecked;
use crate::mail::{Auth, Authorship, Automatic, Kind, parse, quote, tag, token};
use crate::message::{Arrival, Channel, Door, Form, Heard, Lang, Message};
use crate::ticket::{Nature, Returned};

/// What an arrival turned out to be.
pub(super) struct Understood {
    pub message: Message,
    pub automatic: Automatic,
    /// How surely a person wrote it.
    pub authorship: Authorship,
    /// Where an automatic reply may go, if one may.
    pub answer_to: Option<String>,
    /// What it is beside its text; a form is a request and nothing else.
    pub nature: Nature,
    /// It is a mail of ours, come back: its Message-ID carries our signature.
    pub ours: bool,
    /// It came by form, or was typed in by hand: nothing proves the address.
    pub by_form: bool,
    /// The Message-ID of ours that a bounce or notice is about.
    pub about: Option<String>,
    /// The language of the form page, when the text itself does not tell.
    pub page_lang: Option<Lang>,
    /// Who of the team typed it in, and how they were told.
    pub heard: Option<Heard>,
    /// What only finding its thread needs.
    pub traces: Traces,
}

/// What a mail says of its ways, beside what is kept of it; but for one empty for a form.
#[derive(Default)]
pub(super) struct Traces {
    /// What the own border says of the sender.
    pub auth: Auth,
    /// Addresses it was delivered to, by the words of mail servers.
    pub delivered_to: Vec<String>,
    /// Whom it was copied to unseen.
    pub blind: Vec<String>,
    /// Who really sent it.
    pub sent_by: Vec<String>,
    /// Other ids by which it is known.
    pub other_ids: Vec<String>,
    /// Its subject passes somebody's message on.
    pub forwards: bool,
    /// The reference in a subject tag of ours.
    pub tag: Option<String>,
    /// The ticket that a form adds to, by its status page.
    pub adds_to: Option<String>,
}

impl Understood {
    /// What the mail is.
    pub(super) fn kind(&self) -> Kind {
        self.nature.kind
    }

    /// What mail reading found beside the text, as it is stored; `None` for a form.
    pub(super) fn nature(&self) -> Option<&Nature> {
        Some(&self.nature).filter(|_| !self.by_form)
    }

    /// The ids of the mail itself: what it is called, and what it was called before a relay renamed it.
    pub(super) fn ids(&self) -> impl Iterator<Item = &String> {
        self.message.message_id.iter().chain(&self.traces.other_ids)
    }

    /// Everybody it is addressed to, those copied unseen included.
    pub(super) fn everybody(&self) -> impl Iterator<Item = &String> {
        self.message.to.iter().chain(&self.message.cc).chain(&self.traces.blind)
    }

    /// Whether no person wrote it, whoever's address it bears.
    pub(super) fn is_robots(&self) -> bool {
        matches!(self.kind(), Kind::Bounce | Kind::AutoReply)
    }

    /// Whether it passes somebody's message on, rather than answering.
    pub(super) fn is_forward(&self) -> bool {
        self.traces.forwards || (self.nature.forwarded_from.is_some() && self.message.in_reply_to.is_none())
    }

    /// Whether a machine sent it: in a thread it is shown and changes nothing. What only came through a list, or from
    /// a program that forbids automatic answers to people's mail, is a person's.
    pub(super) fn is_machine(&self) -> bool {
        let reason = self.automatic.reason.as_str();
        let (rule, value) = reason.split_once('=').unwrap_or((reason, ""));
        matches!(self.kind(), Kind::Bounce | Kind::AutoReply)
            || self.ours
            || matches!(
                rule,
                "own-address" | "own-message-id" | "auto-header" | "report" | "loop" | "calendar"
            )
            || (rule == "precedence" && value != "list")
    }
}

/// A form as the message that is decided about.
pub(super) fn typed(form: &Form) -> Message {
    let mut message = form.to_message();
    message.fresh = quote::fresh(&message.subject, &message.body);
    message
}

impl Desk {
    pub(super) fn understand(&self, arrival: &Arrival) -> Result<Understood, DeskError> {
        match arrival.door.channel() {
            Channel::Form | Channel::Hand => {
                let form = Form::from_raw(&arrival.raw)?;
                let message = typed(&form);
                let own = self.own().is_own(&message.from_email);
                let automatic = match arrival.door {
                    // A person spoke to a person: no machine answers.
                    Door::Hand => Automatic::forbidden("by-hand"),
                    _ if own => Automatic::forbidden("own-address"),
                    _ => Automatic::ok(),
                };
                Ok(Understood {
                    answer_to: Some(message.from_email.clone()).filter(|_| !own),
                    message,
                    automatic,
                    authorship: Authorship::Person,
                    nature: Nature::default(),
                    ours: false,
                    by_form: true,
                    about: None,
                    page_lang: Some(form.lang),
                    heard: form.heard,
                    traces: Traces { adds_to: form.adds_to, ..Traces::default() },
                })
            }
            Channel::Mail => {
                let mut parsed = parse::read(&arrival.raw, &arrival.envelope, self.own());
                let (subject, tag) = tag::split(&parsed.message.subject, self.keys());
                parsed.message.subject = subject;
                if arrival.door.is_sent() {
                    // Nothing that lies there waits for an answer of a machine.
                    if parsed.automatic.allowed {
                        parsed.automatic = Automatic::forbidden("sent-folder");
                    }
                    parsed.answer_address = None;
                }
                let unproven = self.is_unproven(arrival.door, parsed.auth);
                if unproven && parsed.automatic.allowed {
                    parsed.automatic = Automatic::forbidden("unauthenticated");
                }
                let returned = parsed.bounced.iter().map(|failed| {
                    let (status, said) = (failed.status.as_deref(), failed.diagnostic.as_deref());
                    Returned::new(&failed.recipient, status, said)
                });
                let nature = Nature {
                    kind: parsed.kind,
                    reason: parsed.automatic.reason.clone(),
                    encrypted: parsed.encrypted,
                    signed: parsed.signed,
                    has_page: parsed.has_page,
                    pictures: parsed.pictures,
                    forwarded_from: parsed.forwarded_from,
                    returned: returned.collect(),
                    undelivered: parsed.undelivered,
                    own_filter: parsed.own_filter,
                    absence: parsed.absence,
                    unproven,
                };
                let domain = self.service().domain();
                let signed =
                    |id: &String| token::reference_from_message_id(id, domain, self.keys()).is_some();
                // Some programs keep there what they answer: only our own mail is ours by a former name.
                let from_us = arrival.door.is_sent() || self.own().is_own(&parsed.message.from_email);
                let former = parsed.other_ids.iter().filter(|_| from_us);
                let ours = parsed.message.message_id.iter().chain(former).any(signed);
                Ok(Understood {
                    ours,
                    authorship: parsed.authorship,
                    answer_to: parsed.answer_address,
                    message: parsed.message,
                    automatic: parsed.automatic,
                    nature,
                    by_form: false,
                    about: parsed.original_message_id,
                    page_lang: None,
                    heard: None,
                    traces: Traces {
                        auth: parsed.auth,
                        delivered_to: parsed.delivered_to,
                        blind: parsed.blind,
                        sent_by: parsed.sent_by,
                        other_ids: parsed.other_ids,
                        forwards: parsed.forwards,
                        tag,
                        adds_to: None,
                    },
                })
            }
        }
    }

    /// Whether the sender counts as forged. What stands in a Sent folder was put there by somebody who could sign in.
    fn is_unproven(&self, door: Door, auth: Auth) -> bool {
        match auth {
            _ if door.is_sent() => false,
            Auth::Failed | Auth::Unconfirmed => true,
            Auth::Unknown => !door.is_history() && self.settings().mail.unchecked == Unchecked::Unproven,
            Auth::Confirmed => false,
        }
    }
}
