//! A status link may be forwarded; what changes a request or shows what was typed needs its mailbox too: a code of six digits,
//! sent to the requester's address, opens the acts of that one page for that one browser, for as long as the request is that address's. Nobody is told whether a code
//! was sent, nor to whom.
//!
//! A code is worth fifteen minutes and five tries, three are sent an hour for a request and six to an address: of a million
//! codes a guesser sees fifteen an hour. Its mail waits in no queue of automatic mail: it was asked for this minute.

use chrono::Duration;
use sha2::{Digest as _, Sha256};

use super::{Desk, DeskError};
use crate::keys::{self, Purpose, hex};
use crate::mail::compose::{self, Address, AutoSubmitted, HeaderText, Letter};
use crate::mail::token;
use crate::message::Lang;
use crate::store::{NewAlert, NewCode, new_id};
use crate::ticket::Ticket;

/// Minutes for which a code opens the page.
pub const CODE_MINUTES: i64 = 15;
/// Times that one code may be typed.
const TRIES: i64 = 5;
/// Codes an hour for a request.
pub const CODES_AN_HOUR: i64 = 3;
/// Codes an hour to an address.
const PER_ADDRESS: i64 = 6;
/// How long the acts stay open: longer than the twenty hours that WCAG 2.2.1 asks where a limit cannot be moved.
const SESSION: Duration = Duration::hours(24);

impl Desk {
    /// The reference of a status link that we signed.
    pub(super) fn status_reference<'a>(&self, token: &'a str) -> Option<&'a str> {
        let (reference, signature) = token.split_once('.')?;
        self.keys().verify(Purpose::StatusLink, reference, signature).then_some(reference)
    }

    /// Sends a code to the requester of a valid link, where there is an address and it was not asked too often. Its answer
    /// is the same in every case.
    pub async fn send_status_code(&self, token: &str) -> Result<(), DeskError> {
        let Some(reference) = self.status_reference(token) else { return Ok(()) };
        let now = self.clock().now();
        let mut tx = self.store().begin().await?;
        tx.status_codes_alone().await?;
        let Some(ticket) = tx.ticket(reference).await? else { return Ok(()) };
        let to = ticket.requester_email.trim();
        if !to.contains('@') || self.own().is_own(to) || self.is_given_up(&mut tx, to, now).await? {
            return Ok(());
        }
        let recipient = self.mailbox(to);
        let sent = tx.status_codes_since(reference, &recipient, now - Duration::hours(1)).await?;
        if sent.for_ticket >= CODES_AN_HOUR || sent.to_address >= PER_ADDRESS {
            return Ok(());
        }
        if sent.in_all >= i64::from(self.settings().automatic.codes_per_hour) {
            tracing::warn!("no code of a status page is sent: automatic.codes_per_hour is reached");
            return Ok(());
        }
        let id = new_id();
        let drawn = u64::from_be_bytes(keys::random()) % 1_000_000;
        let code = format!("{drawn:06}");
        // An address that mail cannot be sent to is nobody's fault here.
        let Ok(raw) = self.code_letter(&ticket, to, &id, &code) else { return Ok(()) };
        let new = NewCode {
            digest: self.keys().sign(Purpose::StatusCode, &signed(reference, &id, &code)),
            reference: reference.to_owned(),
            recipient,
            made_at: now,
            until: now + Duration::minutes(CODE_MINUTES),
            id: id.clone(),
        };
        tx.status_code_add(&new).await?;
        tx.alert_add(&NewAlert { id, kind: "status-code", recipient: to.to_owned(), raw, at: now }).await?;
        tx.commit().await?;
        self.outbox_bell().notify_one();
        Ok(())
    }

    /// Opens the acts of a status page by its code: the cookie to give to the browser. `None`: not this code, not any more,
    /// or no such page; which of them is nobody's business.
    pub async fn open_status(&self, token: &str, typed: &str) -> Result<Option<String>, DeskError> {
        let reference = self.status_reference(token).unwrap_or_default();
        let code: String = typed.chars().filter(char::is_ascii_digit).take(12).collect();
        let now = self.clock().now();
        let mut tx = self.store().begin().await?;
        let ticket = tx.ticket(reference).await?;
        let recipient = self.mailbox(ticket.as_ref().map_or("", |ticket| &ticket.requester_email));
        let open = tx.status_code_try(reference, &recipient, now, TRIES).await?;
        // Compared in constant time, and as slowly where there is nothing to compare with.
        let (id, digest) = open.map_or_else(Default::default, |open| (open.id, open.digest));
        if !self.keys().verify(Purpose::StatusCode, &signed(reference, &id, &code), &digest) {
            tx.commit().await?;
            return Ok(None);
        }
        let cookie = keys::random_token();
        tx.status_session_open(&hashed(&cookie), reference, &recipient, now + SESSION).await?;
        tx.commit().await?;
        Ok(Some(cookie))
    }

    /// The ticket whose acts this browser has opened on this page. What a requester opened is closed once the request is
    /// somebody else's.
    pub async fn opened_status(&self, token: &str, cookie: &str) -> Result<Option<Ticket>, DeskError> {
        let Some(reference) = self.status_reference(token) else { return Ok(None) };
        let open = self.store().status_session(&hashed(cookie), self.clock().now()).await?;
        let Some((of, recipient)) = open else { return Ok(None) };
        if of != reference {
            return Ok(None);
        }
        let ticket = self.store().ticket(reference).await?;
        Ok(ticket.filter(|ticket| self.mailbox(&ticket.requester_email) == recipient))
    }

    /// The keyed digest of an address.
    fn mailbox(&self, address: &str) -> String {
        self.keys().sign(Purpose::StatusCode, &format!("to {}", address.trim().to_lowercase()))
    }

    /// Closes what [`Desk::open_status`] opened.
    pub async fn leave_status(&self, cookie: &str) -> Result<(), DeskError> {
        Ok(self.store().status_session_end(&hashed(cookie)).await?)
    }

    fn code_letter(&self, ticket: &Ticket, to: &str, id: &str, code: &str) -> Result<Vec<u8>, DeskError> {
        let (service, lang) = (self.service(), ticket.lang.reply());
        let (name, reference) = (service.name(lang), &ticket.reference);
        let shown = format!("{} {}", &code[..3], &code[3..]);
        let (subject, text) = if lang == Lang::En {
            (
                format!("Your code for request {reference}"),
                format!(
                    "Hello,\n\nHere is your code for the page of your request {reference}:\n\n    {shown}\n\nIt is valid for \
                     {CODE_MINUTES} minutes. Nobody of the team will ever ask you for it.\n\nYou did not ask for a code? You \
                     have nothing to do: without it, nothing can be changed.\n\n{name}\n"
                ),
            )
        } else {
            (
                format!("Votre code pour la demande {reference}"),
                format!(
                    "Bonjour,\n\nVoici votre code pour la page de votre demande {reference} :\n\n    {shown}\n\nIl vaut \
                     {CODE_MINUTES} minutes. Personne de l’équipe ne vous le demandera jamais.\n\nVous n’avez pas demandé de \
                     code ? Vous n’avez rien à faire : sans lui, rien ne peut être changé.\n\n{name}\n"
                ),
            )
        };
        let letter = Letter {
            to: Address::new(to)?,
            to_name: HeaderText::default(),
            cc: Vec::new(),
            reply_to: Vec::new(),
            from: Address::new(&service.contact)?,
            from_name: HeaderText::new(name),
            subject: HeaderText::new(&subject),
            text,
            html: None,
            // Whoever answers it is in their conversation.
            message_id: token::message_id(reference, id, service.domain(), self.keys()),
            in_reply_to: None,
            references: Vec::new(),
            automatic: Some(AutoSubmitted::Generated),
            lang,
            date: self.clock().now(),
            enclosures: Vec::new(),
        };
        Ok(compose::compose(&letter)?)
    }
}

fn signed(reference: &str, id: &str, code: &str) -> String {
    format!("{reference} {id} {code}")
}

fn hashed(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}
