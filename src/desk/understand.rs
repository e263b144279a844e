//! From kept bytes to what a person wrote: the form's head or the mail's MIME, behind one type.

use sha2::{Digest as _, Sha256};

use super::{Desk, DeskError};
use crate::keys::hex;
use crate::mail::{Auth, Automatic, Kind, parse, quote, token};
use crate::message::{Arrival, Channel, Form, Lang, Message};
use crate::ticket::{Nature, Returned};

/// What an arrival turned out to be.
pub(super) struct Understood {
    pub message: Message,
    pub automatic: Automatic,
    /// Where an automatic reply may go, if one may.
    pub answer_to: Option<String>,
    /// What it is beside its text; a form is a request and nothing else.
    pub nature: Nature,
    /// It is a mail of ours, come back: its Message-ID carries our signature.
    pub ours: bool,
    /// It came by form: nothing proves the address.
    pub by_form: bool,
    /// The Message-ID of ours that a bounce or notice is about.
    pub about: Option<String>,
    /// The language of the form page, when the text itself does not tell.
    pub page_lang: Option<Lang>,
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

impl Desk {
    pub(super) fn understand(&self, arrival: &Arrival) -> Result<Understood, DeskError> {
        match arrival.door.channel() {
            Channel::Form => {
                let form = Form::from_raw(&arrival.raw)?;
                let mut message = form.to_message();
                message.fresh = quote::fresh(&message.subject, &message.body);
                let own = self.own().is_own(&message.from_email);
                let automatic = if own { Automatic::forbidden("own-address") } else { Automatic::ok() };
                Ok(Understood {
                    answer_to: Some(message.from_email.clone()).filter(|_| !own),
                    message,
                    automatic,
                    nature: Nature::default(),
                    ours: false,
                    by_form: true,
                    about: None,
                    page_lang: Some(form.lang),
                })
            }
            Channel::Mail => {
                let parsed = parse::read(&arrival.raw, &arrival.envelope, self.own());
                let returned = parsed.bounced.iter().map(|failed| {
                    let (status, said) = (failed.status.as_deref(), failed.diagnostic.as_deref());
                    Returned::new(&failed.recipient, status, said)
                });
                let nature = Nature {
                    kind: parsed.kind,
                    reason: parsed.automatic.reason.clone(),
                    encrypted: parsed.encrypted,
                    signed: parsed.signed,
                    forwarded_from: parsed.forwarded_from,
                    returned: returned.collect(),
                    undelivered: parsed.undelivered,
                    own_filter: parsed.own_filter,
                    absence: parsed.absence,
                    unproven: matches!(parsed.auth, Auth::Failed | Auth::Unconfirmed),
                };
                let domain = self.service().domain();
                let ours =
                    parsed.message.message_id.as_deref().is_some_and(|id| {
                        token::reference_from_message_id(id, domain, self.keys()).is_some()
                    });
                Ok(Understood {
                    ours,
                    answer_to: parsed.answer_address,
                    message: parsed.message,
                    automatic: parsed.automatic,
                    nature,
                    by_form: false,
                    about: parsed.original_message_id,
                    page_lang: None,
                })
            }
        }
    }
}

/// Tells the same mail through another door from another mail under the same Message-ID, and the same mail without any
/// Message-ID from another one. A form has its nonce for that: its digest is its arrival.
pub(super) fn digest(arrival: &Arrival, message: &Message) -> String {
    let mut hash = Sha256::new();
    if arrival.door.channel() == Channel::Form {
        hash.update(arrival.id.as_bytes());
    } else {
        let date = message.date.map(|date| date.to_rfc3339()).unwrap_or_default();
        let id = message.message_id.as_deref().unwrap_or_default();
        for part in [id, &message.from_email.to_lowercase(), &date, &message.subject, &message.body] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        // Two scans sent with the same empty words are two mails.
        for attachment in &message.attachments {
            hash.update(format!("{}\0{}\0", attachment.name, attachment.size));
        }
        if id.is_empty() && date.is_empty() {
            // Nothing tells a second writing from a second delivery: better twice in the queue than not at all.
            hash.update(&arrival.raw);
        }
    }
    hex(&hash.finalize())
}
