//! Tickets: one row each, changed only together with its version.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change, one};
use super::event::ended_by_author;
use super::{
    OutboxEntry, Store, StoreError, StoredMessage, Tx, event, hand_over, inquiry, message, opening, outbox,
    unreadable,
};
use crate::message::{Channel, Lang};
use crate::ticket::{EndedByAuthor, Event, HandOver, Inquiry, Status, Ticket};
use crate::triage::Decision;

/// Everything the ticket page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketFile {
    /// The ticket.
    pub ticket: Ticket,
    /// Its messages, oldest first.
    pub messages: Vec<StoredMessage>,
    /// The decision on its first message; `None` when it was stored by a version whose decisions read otherwise.
    pub decision: Option<Decision>,
    /// Mail promised and sent, oldest first.
    pub outbox: Vec<OutboxEntry>,
    /// To whom it was handed over, oldest first.
    pub hand_overs: Vec<HandOver>,
    /// What third parties were asked, oldest first.
    pub inquiries: Vec<Inquiry>,
    /// The audit trail, oldest first.
    pub events: Vec<Event>,
    /// The draft answer that waits for a person.
    pub draft: Option<Draft>,
    /// The assignee's name.
    pub assignee_name: Option<String>,
    /// How its author ended it, where they did.
    pub ended: Option<EndedByAuthor>,
}

impl TicketFile {
    /// The message that opened the ticket: the one its decision is about.
    pub fn opening(&self) -> Option<&StoredMessage> {
        opening(&self.ticket, &self.messages)
    }
}

/// An answer prepared by guichet, waiting for a person.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Draft {
    /// Reply name.
    pub reply: String,
    /// Markdown text.
    pub markdown: String,
}

#[derive(FromRow)]
pub(super) struct TicketRow {
    id: String,
    reference: String,
    status: String,
    channel: String,
    lang: String,
    category: String,
    subject: String,
    requester_name: String,
    requester_email: String,
    organisation: String,
    assignee: Option<String>,
    history: bool,
    contested: bool,
    version: i64,
    opened_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<TicketRow> for Ticket {
    type Error = StoreError;

    fn try_from(row: TicketRow) -> Result<Self, StoreError> {
        let status = Status::from_code(&row.status).ok_or_else(|| unreadable("ticket", &row.id, "status"))?;
        let channel = Channel::from_code(&row.channel).unwrap_or_default();
        Ok(Self {
            id: row.id,
            reference: row.reference,
            status,
            channel,
            lang: Lang::from_code(&row.lang),
            category: row.category,
            subject: row.subject,
            requester_name: row.requester_name,
            requester_email: row.requester_email,
            organisation: row.organisation,
            assignee: row.assignee,
            history: row.history,
            contested: row.contested,
            version: row.version,
            opened_at: row.opened_at,
            updated_at: row.updated_at,
        })
    }
}

#[derive(FromRow)]
struct FileRow {
    #[sqlx(flatten)]
    ticket: TicketRow,
    decision: Json<serde_json::Value>,
    draft: Option<Json<Draft>>,
    assignee_name: Option<String>,
    ended: Option<String>,
}

// One that was answered is followed no longer.
const FOLLOWED: &str = "SELECT id FROM ticket WHERE status = 'follow' AND opened_at <= $1 ORDER BY id";
const ADD: &str = "INSERT INTO ticket (id, reference, status, channel, lang, category, subject, requester_name,
    requester_email, organisation, assignee, history, contested, version, opened_at, updated_at, decision, draft)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
const SAVE: &str =
    "UPDATE ticket SET status = $3, category = $4, assignee = $5, contested = $6, updated_at = $7,
    version = version + 1 WHERE id = $1 AND version = $2";
const SET_REQUESTER: &str = "UPDATE ticket SET requester_name = $2, requester_email = $3 WHERE id = $1";
const BEGIN: &str = "UPDATE ticket SET lang = $2, category = $3, subject = $4, requester_name = $5,
    requester_email = $6, organisation = $7, opened_at = $8, decision = $9 WHERE id = $1";
const SET_KIND: &str = "UPDATE ticket SET organisation_kind = $2 WHERE id = $1";
const SET_DRAFT: &str = "UPDATE ticket SET draft = $2 WHERE id = $1";
const BY_REFERENCE: &str = "SELECT id, reference, status, channel, lang, category, subject, requester_name,
    requester_email, organisation, assignee, history, contested, version, opened_at, updated_at
    FROM ticket WHERE reference = $1";
const BY_ID: &str = "SELECT id, reference, status, channel, lang, category, subject, requester_name,
    requester_email, organisation, assignee, history, contested, version, opened_at, updated_at
    FROM ticket WHERE id = $1";
const FILE: &str = concat!(
    "SELECT t.id, t.reference, t.status, t.channel, t.lang, t.category, t.subject, t.requester_name,
    t.requester_email, t.organisation, t.assignee, t.history, t.contested, t.version, t.opened_at, t.updated_at,
    t.decision, t.draft, a.name AS assignee_name, ",
    ended_by_author!(),
    " AS ended FROM ticket t LEFT JOIN account a ON a.id = t.assignee WHERE t.reference = $1"
);
const DECISION: &str = "SELECT decision FROM ticket WHERE id = $1";

impl Store {
    /// Ids of the tickets opened at or before an instant that are still followed: whoever is asked has not answered.
    pub async fn followed_unanswered(&self, before: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!((String,), link.db(), FOLLOWED, before)?.into_iter().map(|(id,)| id).collect())
    }
}

impl Tx {
    /// Opens a ticket.
    pub async fn ticket_add(
        &mut self,
        ticket: &Ticket,
        decision: &Decision,
        draft: Option<&Draft>,
    ) -> Result<(), StoreError> {
        change!(
            self.db(),
            ADD,
            &ticket.id,
            &ticket.reference,
            ticket.status.code(),
            ticket.channel.code(),
            ticket.lang.code(),
            &ticket.category,
            &ticket.subject,
            &ticket.requester_name,
            &ticket.requester_email,
            &ticket.organisation,
            &ticket.assignee,
            ticket.history,
            ticket.contested,
            ticket.version,
            ticket.opened_at,
            ticket.updated_at,
            Json(decision),
            draft.map(Json)
        )?;
        Ok(())
    }

    /// Saves what an act may change, and counts the version up; `false` when the ticket is no longer at the version it
    /// was read at.
    pub async fn ticket_save(&mut self, ticket: &Ticket) -> Result<bool, StoreError> {
        let saved = change!(
            self.db(),
            SAVE,
            &ticket.id,
            ticket.version,
            ticket.status.code(),
            &ticket.category,
            &ticket.assignee,
            ticket.contested,
            ticket.updated_at
        )?;
        Ok(saved > 0)
    }

    /// Gives the ticket to another requester; [`Tx::ticket_save`] guards it.
    pub async fn ticket_set_requester(
        &mut self,
        id: &str,
        name: &str,
        email: &str,
    ) -> Result<(), StoreError> {
        change!(self.db(), SET_REQUESTER, id, name, email)?;
        Ok(())
    }

    /// Makes a ticket that an answer opened begin with the message that was answered: what triage says of it, its writer,
    /// its receipt. Status and version stay.
    pub async fn ticket_begin(&mut self, ticket: &Ticket, decision: &Decision) -> Result<(), StoreError> {
        change!(
            self.db(),
            BEGIN,
            &ticket.id,
            ticket.lang.code(),
            &ticket.category,
            &ticket.subject,
            &ticket.requester_name,
            &ticket.requester_email,
            &ticket.organisation,
            ticket.opened_at,
            Json(decision)
        )?;
        Ok(())
    }

    /// Notes what kind of body writes, by the code of [`crate::triage::BodyKind`].
    pub async fn ticket_set_kind(&mut self, id: &str, kind: &str) -> Result<(), StoreError> {
        change!(self.db(), SET_KIND, id, kind)?;
        Ok(())
    }

    /// Replaces the draft.
    pub async fn ticket_set_draft(&mut self, id: &str, draft: Option<&Draft>) -> Result<(), StoreError> {
        change!(self.db(), SET_DRAFT, id, draft.map(Json))?;
        Ok(())
    }

    /// The ticket with this public reference.
    pub async fn ticket(&mut self, reference: &str) -> Result<Option<Ticket>, StoreError> {
        one!(TicketRow, self.db(), BY_REFERENCE, reference)?.map(Ticket::try_from).transpose()
    }

    /// The ticket with this id.
    pub async fn ticket_by_id(&mut self, id: &str) -> Result<Option<Ticket>, StoreError> {
        one!(TicketRow, self.db(), BY_ID, id)?.map(Ticket::try_from).transpose()
    }

    /// The decision on the first message of a ticket.
    pub async fn decision(&mut self, id: &str) -> Result<Option<Decision>, StoreError> {
        let row = one!((Json<serde_json::Value>,), self.db(), DECISION, id)?;
        Ok(row.and_then(|(json,)| serde_json::from_value(json.0).ok()))
    }
}

impl Store {
    /// The ticket with this public reference.
    pub async fn ticket(&self, reference: &str) -> Result<Option<Ticket>, StoreError> {
        let mut link = self.read().await?;
        one!(TicketRow, link.db(), BY_REFERENCE, reference)?.map(Ticket::try_from).transpose()
    }

    /// The ticket with everything around it, as it all stood at one moment: who acts on a version has seen what it had.
    pub async fn ticket_file(&self, reference: &str) -> Result<Option<TicketFile>, StoreError> {
        let mut link = self.look().await?;
        let Some(row) = one!(FileRow, link.db(), FILE, reference)? else { return Ok(None) };
        let ticket = Ticket::try_from(row.ticket)?;
        Ok(Some(TicketFile {
            messages: message::messages(link.db(), &ticket.id).await?,
            outbox: outbox::outbox(link.db(), &ticket.id).await?,
            hand_overs: hand_over::hand_overs(link.db(), &ticket.id).await?,
            inquiries: inquiry::inquiries(link.db(), &ticket.id).await?,
            events: event::events(link.db(), &ticket.id).await?,
            decision: serde_json::from_value(row.decision.0).ok(),
            draft: row.draft.map(|json| json.0),
            assignee_name: row.assignee_name,
            ended: row.ended.as_deref().and_then(EndedByAuthor::from_event),
            ticket,
        }))
    }
}
