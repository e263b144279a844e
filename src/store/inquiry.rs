//! Questions to third parties.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change};
use super::{Db, StoreError, Tx, unreadable};
use crate::ticket::{Actor, AsTyped, Inquiry};
use crate::triage::Contract;

#[derive(FromRow)]
struct InquiryRow {
    id: String,
    ticket_id: String,
    email: String,
    organisation: String,
    contract: Option<String>,
    outbox_id: String,
    written: Option<Json<AsTyped>>,
    actor: Json<Actor>,
    asked_at: DateTime<Utc>,
    message_id: Option<String>,
    answered_at: Option<DateTime<Utc>>,
}

impl TryFrom<InquiryRow> for Inquiry {
    type Error = StoreError;

    fn try_from(row: InquiryRow) -> Result<Self, StoreError> {
        let contract = row
            .contract
            .as_deref()
            .map(|code| Contract::from_code(code).ok_or_else(|| unreadable("inquiry", &row.id, "contract")));
        Ok(Self {
            contract: contract.transpose()?,
            id: row.id,
            ticket_id: row.ticket_id,
            email: row.email,
            organisation: row.organisation,
            outbox_id: row.outbox_id,
            written: row.written.map(|json| json.0),
            by: row.actor.0,
            asked_at: row.asked_at,
            message_id: row.message_id,
            answered_at: row.answered_at,
        })
    }
}

const ADD: &str =
    "INSERT INTO inquiry (id, ticket_id, email, organisation, contract, outbox_id, actor, asked_at,
    message_id, answered_at, written) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const OF_TICKET: &str =
    "SELECT id, ticket_id, email, organisation, contract, outbox_id, actor, asked_at, message_id,
    answered_at, written FROM inquiry WHERE ticket_id = $1 ORDER BY asked_at, id";
const HELD: &str = "SELECT i.id FROM inquiry i JOIN outbox o ON o.id = i.outbox_id
    WHERE i.ticket_id = $1 AND o.state = 'held'";
const ANSWERED: &str =
    "UPDATE inquiry SET message_id = $2, answered_at = $3 WHERE id = $1 AND message_id IS NULL";

impl Tx {
    /// Keeps a question.
    pub async fn inquiry_add(&mut self, new: &Inquiry) -> Result<(), StoreError> {
        change!(
            self.db(),
            ADD,
            &new.id,
            &new.ticket_id,
            &new.email,
            &new.organisation,
            new.contract.map(Contract::code),
            &new.outbox_id,
            Json(&new.by),
            new.asked_at,
            &new.message_id,
            new.answered_at,
            new.written.as_ref().map(Json)
        )?;
        Ok(())
    }

    /// The questions asked about a ticket, oldest first; not those whose mail is held: nobody has been asked yet.
    pub async fn inquiries_of(&mut self, ticket_id: &str) -> Result<Vec<Inquiry>, StoreError> {
        let held = all!((String,), self.db(), HELD, ticket_id)?;
        let asked = inquiries(self.db(), ticket_id).await?.into_iter();
        Ok(asked.filter(|inquiry| !held.iter().any(|(id,)| *id == inquiry.id)).collect())
    }

    /// Notes which message answered a question, unless one did before.
    pub async fn inquiry_answered(
        &mut self,
        id: &str,
        message_id: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        change!(self.db(), ANSWERED, id, message_id, at)?;
        Ok(())
    }
}

pub(super) async fn inquiries(db: Db<'_>, ticket_id: &str) -> Result<Vec<Inquiry>, StoreError> {
    all!(InquiryRow, db, OF_TICKET, ticket_id)?.into_iter().map(Inquiry::try_from).collect()
}
