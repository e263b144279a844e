//! Requests handed over: to whom, and what became of each.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change};
use super::outbox::recipient_key;
use super::{Db, StoreError, Tx, unreadable};
use crate::ticket::{Actor, HandOver, HandOverState};
use crate::triage::Contract;
use crate::triage::directory::Role;

#[derive(FromRow)]
struct HandOverRow {
    id: String,
    ticket_id: String,
    entry_id: Option<String>,
    role: String,
    contract: Option<String>,
    email: String,
    name: String,
    outbox_id: Option<String>,
    state: String,
    actor: Json<Actor>,
    made_at: DateTime<Utc>,
    remind_at: Option<DateTime<Utc>>,
    reminders: i64,
    ended_at: Option<DateTime<Utc>>,
    reached: bool,
    glanced_at: Option<DateTime<Utc>>,
    note: String,
}

impl TryFrom<HandOverRow> for HandOver {
    type Error = StoreError;

    fn try_from(row: HandOverRow) -> Result<Self, StoreError> {
        let wrong = |column| unreadable("hand_over", &row.id, column);
        let contract =
            row.contract.as_deref().map(|code| Contract::from_code(code).ok_or_else(|| wrong("contract")));
        Ok(Self {
            role: Role::from_code(&row.role).ok_or_else(|| wrong("role"))?,
            contract: contract.transpose()?,
            state: HandOverState::from_code(&row.state).ok_or_else(|| wrong("state"))?,
            id: row.id,
            ticket_id: row.ticket_id,
            entry_id: row.entry_id,
            email: row.email,
            name: row.name,
            outbox_id: row.outbox_id,
            by: row.actor.0,
            made_at: row.made_at,
            remind_at: row.remind_at,
            reminders: row.reminders,
            ended_at: row.ended_at,
            reached: row.reached,
            glanced_at: row.glanced_at,
            note: row.note,
        })
    }
}

const ADD: &str = "INSERT INTO hand_over (id, ticket_id, entry_id, role, contract, email, email_key, name, outbox_id, state,
    actor, made_at, remind_at, reminders, ended_at, reached, glanced_at, note)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
const SAVE: &str =
    "UPDATE hand_over SET outbox_id = $3, state = $4, remind_at = $5, reminders = $6, ended_at = $7,
    reached = $8, glanced_at = $9, note = $10 WHERE id = $1 AND state = $2";
const OF_TICKET: &str = "SELECT id, ticket_id, entry_id, role, contract, email, name, outbox_id, state, actor, made_at,
    remind_at, reminders, ended_at, reached, glanced_at, note FROM hand_over WHERE ticket_id = $1 ORDER BY made_at, id";

impl Tx {
    /// Keeps a hand-over.
    pub async fn hand_over_add(&mut self, new: &HandOver) -> Result<(), StoreError> {
        let (key, _) = recipient_key(&new.email);
        change!(
            self.db(),
            ADD,
            &new.id,
            &new.ticket_id,
            &new.entry_id,
            new.role.code(),
            new.contract.map(Contract::code),
            &new.email,
            key,
            &new.name,
            &new.outbox_id,
            new.state.code(),
            Json(&new.by),
            new.made_at,
            new.remind_at,
            new.reminders,
            new.ended_at,
            new.reached,
            new.glanced_at,
            &new.note
        )?;
        Ok(())
    }

    /// Saves what follows a hand-over that stood at `from`; `false`: it stands elsewhere by now.
    pub async fn hand_over_save(
        &mut self,
        changed: &HandOver,
        from: HandOverState,
    ) -> Result<bool, StoreError> {
        let saved = change!(
            self.db(),
            SAVE,
            &changed.id,
            from.code(),
            &changed.outbox_id,
            changed.state.code(),
            changed.remind_at,
            changed.reminders,
            changed.ended_at,
            changed.reached,
            changed.glanced_at,
            &changed.note
        )?;
        Ok(saved > 0)
    }

    /// The hand-overs of a ticket, oldest first.
    pub async fn hand_overs_of(&mut self, ticket_id: &str) -> Result<Vec<HandOver>, StoreError> {
        hand_overs(self.db(), ticket_id).await
    }
}

pub(super) async fn hand_overs(db: Db<'_>, ticket_id: &str) -> Result<Vec<HandOver>, StoreError> {
    all!(HandOverRow, db, OF_TICKET, ticket_id)?.into_iter().map(HandOver::try_from).collect()
}
