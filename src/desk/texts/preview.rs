//! A reply text looked at before it is published: filled with a sample, or for a real ticket made into the mail that would leave,
//! by the functions that write mail. Nothing is kept.

use super::{PublishError, cleaned};
use crate::desk::letter::{Circle, Promise};
use crate::desk::{Desk, DeskError};
use crate::keys::read_reference;
use crate::mail::parse;
use crate::message::Lang;
use crate::reply::{Mode, Rendered, Replies, Sample, Use};
use crate::store::{NewEntry, ReplyVersion, TicketFile, new_id};
use crate::ticket::{Actor, MailKind};

/// What a text is tried on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreviewOn {
    /// Invented values, in both languages.
    Samples,
    /// A ticket, by its reference as typed.
    Ticket {
        /// The reference.
        reference: String,
        /// How it would leave.
        mode: Mode,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum TextPreview {
    /// Every sample that reads otherwise than the others.
    Samples(Vec<Sample>),
    /// The mail of the ticket.
    Mail {
        /// The ticket's reference.
        reference: String,
        /// Its language, in which the mail is.
        lang: Lang,
        /// Where it would go; empty: there is no address.
        to: String,
        /// The subject as it would leave.
        subject: String,
        /// The text part as it would leave.
        text: String,
        /// The HTML part as it would leave.
        html: String,
    },
}

impl Desk {
    /// A text (French, English) on samples or a ticket, by the set that would be in force with it; the checks come first.
    pub async fn preview_text(
        &self,
        name: &str,
        texts: [String; 2],
        on: &PreviewOn,
    ) -> Result<TextPreview, PublishError> {
        if self.replies().file_texts(name).is_none() {
            return Err(DeskError::NotFound.into());
        }
        self.triage_now().await?;
        let mut others = self.store().reply_versions().await.map_err(DeskError::from)?;
        others.retain(|version| version.reply != name);
        let new = ReplyVersion {
            id: String::new(),
            reply: name.to_owned(),
            texts: Some(texts.map(|text| cleaned(&text))),
            files: String::new(),
            note: String::new(),
            by: Actor::Program,
            made_at: self.clock().now(),
        };
        let replies = self.tried(others, new).await?;
        // A part is seen where it is put in.
        let seen = match replies.used_for(name) {
            Some(_) => name.to_owned(),
            None => including(&replies, name).ok_or(DeskError::NotFound)?,
        };
        match on {
            PreviewOn::Samples => {
                let samples = replies.samples_of(&seen, self.clock().today()).map_err(DeskError::from)?;
                Ok(TextPreview::Samples(samples))
            }
            PreviewOn::Ticket { reference, mode } => {
                let file = match read_reference(reference) {
                    Some(reference) => self.store().ticket_file(&reference).await.map_err(DeskError::from)?,
                    None => None,
                };
                let sentence = "Aucune demande n’a cette référence.";
                let file = file.ok_or_else(|| DeskError::Refused(sentence.to_owned()))?;
                Ok(self.mail_of(&replies, &seen, &file, *mode).await?)
            }
        }
    }

    /// The mail of a ticket by a set of texts, written as it would be and promised to nobody.
    async fn mail_of(
        &self,
        replies: &Replies,
        name: &str,
        file: &TicketFile,
        mode: Mode,
    ) -> Result<TextPreview, DeskError> {
        let refused = |sentence: &str| DeskError::Refused(sentence.to_owned());
        let ticket = &file.ticket;
        let used_for = replies.used_for(name).ok_or(DeskError::NotFound)?;
        let to = self.answer_address(ticket, &file.messages).unwrap_or_default();
        // Without an address there is no mail, but its words can be read.
        let nobody = self.service().contact.as_str();
        let at = self.clock().now();
        let promise = |kind| Promise {
            kind,
            to: if to.is_empty() { nobody } else { to.as_str() },
            answering: file.opening().map(|first| &first.message),
            at,
            due_at: at,
            enclosures: Vec::new(),
            handed: None,
        };
        let by_a_person = |rendered: &Rendered, kind| {
            self.person_letter(&rendered.markdown, ticket, &promise(kind), Circle::default())
        };
        let entry: NewEntry = match used_for {
            Use::HandOverDigest => {
                return Err(refused("Cette réponse réunit plusieurs demandes : voyez-la sur l’exemple."));
            }
            Use::HandOver => {
                let first = file.opening().ok_or(DeskError::NotFound)?;
                let requester = self.reply_reaches(&mut self.store().look().await?, ticket, first).await?;
                let rendered = self.hand_over_words(replies, ticket, first, &new_id(), requester, None)?;
                self.letter(ticket, &promise(MailKind::HandOver), rendered.into())?
            }
            Use::HandOverNotice => {
                let directory = self.directory().await?;
                let entry = file.decision.as_ref().and_then(|told| self.entry_named(told, &directory));
                let named = entry.map(|entry| self.function_of(entry, ticket.lang)).unwrap_or_default();
                let rendered = self.notice_words(replies, name, ticket, &named)?;
                self.automatic_words(rendered, ticket, &promise(MailKind::HandOverNotice))?
            }
            Use::Receipt | Use::Refusal | Use::Draft | Use::Correction => {
                let decision = file.decision.as_ref();
                let decision =
                    decision.ok_or_else(|| refused("La décision gardée de cette demande ne se lit plus."))?;
                let directory = self.directory().await?;
                let mode = match used_for {
                    Use::Receipt => Mode::Automatic,
                    Use::Correction => Mode::Draft,
                    _ => mode,
                };
                let rendered = self.render_by(replies, name, ticket, decision, &directory, mode)?;
                match (used_for, mode) {
                    (Use::Receipt, _) => {
                        self.automatic_words(rendered, ticket, &promise(MailKind::Receipt))?
                    }
                    (Use::Refusal, Mode::Automatic) => {
                        self.automatic_words(rendered, ticket, &promise(MailKind::Refusal))?
                    }
                    (_, Mode::Automatic) => {
                        self.automatic_words(rendered, ticket, &promise(MailKind::AutoAnswer))?
                    }
                    (Use::Refusal, _) => by_a_person(&rendered, MailKind::PersonRefusal)?,
                    (Use::Correction, _) => by_a_person(&rendered, MailKind::Correction)?,
                    _ => by_a_person(&rendered, MailKind::Answer)?,
                }
            }
        };
        let lang = ticket.lang.reply();
        let to = if used_for == Use::HandOver { String::new() } else { to };
        Ok(TextPreview::Mail {
            reference: ticket.reference.clone(),
            lang,
            to,
            html: parse::page(&entry.raw).unwrap_or_default(),
            subject: entry.subject,
            text: entry.text,
        })
    }
}

/// A reply that a part is put into, be it through other parts.
fn including(replies: &Replies, part: &str) -> Option<String> {
    let mut around = replies.including(part);
    let mut at = 0;
    while let Some(name) = around.get(at) {
        if !name.starts_with('_') {
            return Some(name.clone());
        }
        let further = replies.including(name);
        around.extend(further.into_iter().filter(|name| !around.contains(name)).collect::<Vec<_>>());
        at += 1;
    }
    None
}
