//! Mail that the service sends to itself (`guichet doctor --probe`). What comes back is known by its signed token and
//! opens nothing: it is counted by its door and that is all. Whoever reads the mailbox or the relay's queue sees the token;
//! so it counts for one day, and only on a mail of ours with the Message-ID that it was made for. Anything else is a mail
//! like any other.

use chrono::{DateTime, Duration, Utc};

use super::{Desk, DeskError};
use crate::keys::{Keys, Purpose};
use crate::mail::compose::{self, Address, AutoSubmitted, HeaderText, Letter};
use crate::mail::{probe, token};
use crate::message::{Arrival, Channel, Lang};
use crate::service;
use crate::store::{made_at, new_id};

/// The place of a ticket's reference in the Message-ID of a probe: no ticket has it, for references have no letter U.
const REFERENCE: &str = "S0NDAGEU";

/// How long a probe may be under way; the clocks that date it and its return may differ by as much.
const LASTS: Duration = Duration::days(1);

/// The envelope sender of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeSender {
    /// The null sender, as receipts have it.
    Null,
    /// The address of the service, or a keyed one, as people's answers have it.
    Service,
}

/// A probe, ready to be sent.
#[derive(Clone, Debug)]
pub struct Probe {
    /// What it is known by when it comes back.
    pub token: String,
    /// Envelope sender; `None` is the null sender.
    pub envelope_from: Option<String>,
    /// The finished mail.
    pub raw: Vec<u8>,
}

impl Probe {
    /// Writes a probe to an address of the service.
    pub fn write(
        service: &service::Settings,
        keys: &Keys,
        to: &str,
        sender: ProbeSender,
        at: DateTime<Utc>,
    ) -> Result<Self, DeskError> {
        let id = new_id();
        let message_id = token::message_id(REFERENCE, &id, service.domain(), keys);
        let token = format!("{id}.{}", keys.sign_folded(Purpose::Probe, &signed(&id, &message_id)));
        let text = "Bonjour,\n\nCe courriel d’essai a été envoyé par « guichet doctor » pour voir comment arrivent les \
                    courriels du service. Il ne demande rien ; guichet le reconnaît et n’ouvre aucune demande.\n";
        let letter = Letter {
            to: Address::new(to)?,
            to_name: HeaderText::default(),
            cc: Vec::new(),
            reply_to: Vec::new(),
            from: Address::new(&service.contact)?,
            from_name: HeaderText::new(&service.name_fr),
            subject: HeaderText::new("Essai de guichet : à ne pas traiter"),
            text: text.to_owned(),
            html: None,
            message_id,
            in_reply_to: None,
            references: Vec::new(),
            automatic: Some(AutoSubmitted::Generated),
            lang: Lang::Fr,
            date: at,
            enclosures: Vec::new(),
        };
        let raw =
            [format!("{}: {token}\r\n", probe::HEADER).into_bytes(), compose::compose(&letter)?].concat();
        let keyed = token::bounce_address(&service.contact, &id, keys).filter(|_| service.plus_addressing);
        let envelope_from = match sender {
            ProbeSender::Null => None,
            ProbeSender::Service => Some(keyed.unwrap_or_else(|| service.contact.clone())),
        };
        Ok(Self { token, envelope_from, raw })
    }
}

impl Desk {
    /// Whether an arrival is a probe of ours that came back. Nobody else can write one.
    pub(super) fn is_probe(&self, arrival: &Arrival) -> bool {
        if arrival.door.channel() != Channel::Mail {
            return false;
        }
        let Some(stamp) = probe::stamp(&arrival.raw) else { return false };
        let Some((id, signature)) = stamp.token.split_once('.') else { return false };
        let lately = made_at(id).is_some_and(|made| (arrival.received_at - made).abs() < LASTS);
        let ours = matches!(&stamp.from[..], [from] if self.own().is_own(from));
        lately && ours && self.keys().verify_folded(Purpose::Probe, &signed(id, &stamp.message_id), signature)
    }
}

/// What a token signs. A relay may fold the case of a Message-ID.
fn signed(id: &str, message_id: &str) -> String {
    format!("{id} {}", message_id.to_ascii_lowercase())
}
