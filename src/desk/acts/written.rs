//! What a person is writing: kept while they type, made from another text on demand, never lost by it; and who else is at the
//! same ticket. None of this changes the ticket, so no version guards it.

use chrono::Duration;

use super::Seen;
use crate::desk::{Desk, DeskError, Outgoing};
use crate::message::Lang;
use crate::reply::{Mode, Use};
use crate::store::{Begun, Present, Replaced, Tx, Written};
use crate::ticket::{MailKind, Ticket};
use crate::triage::taxonomy::GENERAL_REFUSAL;

/// How long somebody who opened a ticket is believed to have it open, unless their page says so again.
const PRESENT_FOR: Duration = Duration::seconds(60);
/// How long after a mail was sent a text may still arrive that the page kept by itself before.
const IN_FLIGHT: Duration = Duration::seconds(60);
/// Octets of a text that are kept.
const TEXT_LIMIT: usize = 200_000;

/// Who else is at a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// Who has it open now.
    pub present: Vec<Present>,
    /// Who has begun a text, latest first.
    pub begun: Vec<Begun>,
}

impl Desk {
    /// What a person is writing on a ticket, if anything.
    pub async fn written(&self, ticket: &Ticket, person: &str) -> Result<Option<Written>, DeskError> {
        Ok(self.store().written(&ticket.id, person).await?)
    }

    /// Keeps what a person is writing on a ticket; an empty text throws it away. Answers the ticket.
    pub async fn keep_written(
        &self,
        reference: &str,
        person: &str,
        written: Written,
    ) -> Result<Ticket, DeskError> {
        let mut tx = self.store().begin().await?;
        let ticket = tx.ticket(reference).await?.ok_or(DeskError::NotFound)?;
        self.keep_in(&mut tx, &ticket, person, written).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    async fn keep_in(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        person: &str,
        written: Written,
    ) -> Result<(), DeskError> {
        if written.text.len() > TEXT_LIMIT {
            return Err(DeskError::Refused("Ce texte est trop long pour un courriel.".to_owned()));
        }
        let written = Written { saved_at: self.clock().now(), ..written };
        if written.text.trim().is_empty() && written.replaced.is_none() {
            tx.written_drop(&ticket.id, person).await?;
        } else {
            tx.written_keep(&ticket.id, person, &written).await?;
        }
        Ok(())
    }

    /// The same, by itself, from a page that stood at `seen.version`: what was sent since from that box is no draft again.
    /// `false`: that is so, and nothing is kept.
    pub async fn autosave(&self, seen: &Seen, written: Written) -> Result<bool, DeskError> {
        let mut tx = self.store().begin().await?;
        let ticket = tx.ticket(&seen.reference).await?.ok_or(DeskError::NotFound)?;
        let now = self.clock().now();
        let sent = tx.written_sent(&ticket.id, &seen.person).await?;
        if seen.version < ticket.version && sent.is_some_and(|at| now - at < IN_FLIGHT) {
            return Ok(false);
        }
        self.keep_in(&mut tx, &ticket, &seen.person, written).await?;
        // Sent between the look and the keeping: what was kept would stand in the place of what was sent.
        let after = tx.ticket(&seen.reference).await?.ok_or(DeskError::NotFound)?;
        if after.version != ticket.version {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Throws away what a person was writing on a ticket.
    pub async fn drop_written(&self, reference: &str, person: &str) -> Result<(), DeskError> {
        let mut tx = self.store().begin().await?;
        let ticket = tx.ticket(reference).await?.ok_or(DeskError::NotFound)?;
        tx.written_drop(&ticket.id, person).await?;
        Ok(tx.commit().await?)
    }

    /// Puts another text into a person's box: the reply `written.reply` in `written.lang`; an empty text where it names none.
    /// What stood in it (`written.text`) is kept beside, unless it is that text already.
    pub async fn choose_text(
        &self,
        reference: &str,
        person: &str,
        written: Written,
    ) -> Result<(), DeskError> {
        let lang = written.lang.unwrap_or_default();
        let text = if written.reply.is_empty() {
            String::new()
        } else {
            let unknown = || DeskError::Refused("Ce texte de réponse n’existe pas ou plus.".to_owned());
            self.draft_in(reference, &written.reply, lang).await?.ok_or_else(unknown)?
        };
        let before = self.written_before(reference, person).await?;
        let typed = Some(written.text).filter(|typed| !typed.trim().is_empty() && *typed != text);
        let replaced = typed.map(|text| Replaced { text, ..before }).or(written.replaced);
        self.keep_written(reference, person, Written { text, replaced, ..written }).await?;
        Ok(())
    }

    /// What the text in a person's box is before they choose another: the reply it started from and its language, as kept,
    /// else as prepared. What the lists of the page say is already of the other text.
    async fn written_before(&self, reference: &str, person: &str) -> Result<Replaced, DeskError> {
        let file = self.store().ticket_file(reference).await?.ok_or(DeskError::NotFound)?;
        Ok(match self.written(&file.ticket, person).await? {
            Some(kept) => Replaced { reply: kept.reply, lang: kept.lang, ..Replaced::default() },
            None => Replaced {
                reply: file.draft.map(|draft| draft.reply).unwrap_or_default(),
                ..Replaced::default()
            },
        })
    }

    /// Puts back what stood in a person's box before they chose another text, with its language.
    pub async fn choose_replaced(&self, reference: &str, person: &str) -> Result<(), DeskError> {
        let ticket = self.store().ticket(reference).await?.ok_or(DeskError::NotFound)?;
        let gone = || DeskError::Refused("Il n’y a plus de texte à reprendre.".to_owned());
        let written = self.written(&ticket, person).await?.ok_or_else(gone)?;
        let Replaced { text, reply, lang } = written.replaced.ok_or_else(gone)?;
        let replaced = Some(Replaced { text: written.text, reply: written.reply, lang: written.lang });
        self.keep_written(reference, person, Written { text, reply, lang, replaced, ..written }).await?;
        Ok(())
    }

    /// The Markdown of a reply filled in for this ticket; `None`: no such ticket or no such reply.
    pub async fn draft(&self, reference: &str, reply: &str) -> Result<Option<String>, DeskError> {
        let Some(ticket) = self.store().ticket(reference).await? else { return Ok(None) };
        self.draft_in(reference, reply, ticket.lang).await
    }

    /// The same in a language.
    pub async fn draft_in(
        &self,
        reference: &str,
        reply: &str,
        lang: Lang,
    ) -> Result<Option<String>, DeskError> {
        let Some(file) = self.store().ticket_file(reference).await? else { return Ok(None) };
        let Some(decision) = file.decision else { return Ok(None) };
        self.triage_now().await?;
        if !matches!(self.replies().used_for(reply), Some(Use::Draft | Use::Refusal | Use::Correction)) {
            return Ok(None);
        }
        let directory = self.directory().await?;
        let ticket = Ticket { lang, ..file.ticket };
        Ok(Some(self.render(reply, &ticket, &decision, &directory, Mode::Draft)?.markdown))
    }

    /// Notes that a person has the ticket open, and answers who else has.
    pub async fn look_in(&self, ticket: &Ticket, person: &str, writing: bool) -> Result<Others, DeskError> {
        let now = self.clock().now();
        let mut tx = self.store().begin().await?;
        tx.presence_touch(&ticket.id, person, writing, now + PRESENT_FOR).await?;
        tx.commit().await?;
        Ok(Others {
            present: self.store().present(&ticket.id, person, now).await?,
            begun: self.store().begun_by_others(&ticket.id, person).await?,
        })
    }

    /// The reply that a mail of a kind is taken to have started from: what tells a refusal from an answer, once it is a draft
    /// again.
    pub(super) fn reply_of(&self, kind: MailKind, outgoing: &Outgoing) -> String {
        let refusal = || self.triage().taxonomy().get(GENERAL_REFUSAL).and_then(|c| c.reply.clone());
        match kind {
            MailKind::PersonRefusal => refusal().unwrap_or_default(),
            MailKind::Answer if self.replies().used_for(&outgoing.reply) == Some(Use::Draft) => {
                outgoing.reply.clone()
            }
            _ => String::new(),
        }
    }

    /// Whether a text is a refusal, by the reply it started from.
    pub fn is_refusal_text(&self, written: &Written) -> bool {
        self.replies().used_for(&written.reply) == Some(Use::Refusal)
    }
}
