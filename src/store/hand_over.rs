//! Requests handed over: to whom, and what became of each.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change, on, one};
use super::outbox::recipient_key;
use super::{Db, Store, StoreError, Tx, unreadable};
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
    reached = $8, glanced_at = $9, note = $10 WHERE id = $1 AND state = $2 AND reminders = $11
    AND COALESCE(outbox_id, '') = $12";
const OF_TICKET: &str = "SELECT id, ticket_id, entry_id, role, contract, email, name, outbox_id, state, actor, made_at,
    remind_at, reminders, ended_at, reached, glanced_at, note FROM hand_over WHERE ticket_id = $1 ORDER BY made_at, id";

const BY_ID: &str =
    "SELECT id, ticket_id, entry_id, role, contract, email, name, outbox_id, state, actor, made_at,
    remind_at, reminders, ended_at, reached, glanced_at, note FROM hand_over WHERE id = $1";
const BY_MAIL: &str = "SELECT id, ticket_id, entry_id, role, contract, email, name, outbox_id, state, actor, made_at,
    remind_at, reminders, ended_at, reached, glanced_at, note FROM hand_over WHERE outbox_id = $1 ORDER BY made_at, id";
const WAITING_KNOWN: &str =
    "SELECT id, ticket_id, entry_id, role, contract, email, name, outbox_id, state, actor, made_at,
    remind_at, reminders, ended_at, reached, glanced_at, note FROM hand_over
    WHERE state = 'waiting' AND entry_id IS NOT NULL ORDER BY made_at, id";
const WAITING_OF_ENTRY: &str =
    "SELECT id, ticket_id, entry_id, role, contract, email, name, outbox_id, state, actor, made_at,
    remind_at, reminders, ended_at, reached, glanced_at, note FROM hand_over
    WHERE state = 'waiting' AND entry_id = $1 ORDER BY made_at, id";
// No address, so that nobody's mail is ever taken for theirs.
const BLANK: &str = "UPDATE hand_over SET email = 'adresse effacée', email_key = 'adresse effacée', name = ''
    WHERE entry_id = $1";
const RETURNED: &str = "SELECT h.ended_at, h.note FROM hand_over h
    WHERE h.email_key = $1 AND h.state = 'returned' AND h.ended_at > $2 AND NOT EXISTS
        (SELECT 1 FROM hand_over a WHERE a.email_key = h.email_key AND a.state = 'answered' AND a.ended_at > h.ended_at)
    ORDER BY h.ended_at DESC LIMIT 1";
const ABSENT: &str = "SELECT e.at FROM event e JOIN hand_over h ON h.ticket_id = e.ticket_id
    WHERE e.kind = 'recipient_absent' AND e.at > $2 AND h.email_key = $1 AND e.detail = h.email AND NOT EXISTS
        (SELECT 1 FROM hand_over a WHERE a.email_key = h.email_key AND a.state = 'answered' AND a.ended_at > e.at)
    ORDER BY e.at DESC LIMIT 1";
const TO_SINCE: &str = "SELECT COUNT(*) FROM hand_over WHERE email_key = $1 AND made_at > $2";
// While a person has the ticket in hand nobody is reminded.
const DUE: &str = "SELECT h.id FROM hand_over h JOIN ticket t ON t.id = h.ticket_id
    WHERE h.state = 'waiting' AND h.remind_at <= $1 AND h.outbox_id IS NOT NULL AND t.status = 'handed_over'
    ORDER BY h.remind_at, h.id";
const GATHERED: &str = "SELECT email_key FROM hand_over WHERE state = 'waiting' AND outbox_id IS NULL
    GROUP BY email_key HAVING MIN(made_at) <= $1 ORDER BY email_key";
const GATHERED_FOR: &str =
    "SELECT id, ticket_id, entry_id, role, contract, email, name, outbox_id, state, actor, made_at,
    remind_at, reminders, ended_at, reached, glanced_at, note FROM hand_over
    WHERE email_key = $1 AND state = 'waiting' AND outbox_id IS NULL ORDER BY made_at, id LIMIT $2";

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

    /// Saves what follows a hand-over that was read as `before`; `false`: it went on meanwhile.
    pub async fn hand_over_save(
        &mut self,
        changed: &HandOver,
        before: &HandOver,
    ) -> Result<bool, StoreError> {
        let saved = change!(
            self.db(),
            SAVE,
            &changed.id,
            before.state.code(),
            &changed.outbox_id,
            changed.state.code(),
            changed.remind_at,
            changed.reminders,
            changed.ended_at,
            changed.reached,
            changed.glanced_at,
            &changed.note,
            before.reminders,
            before.outbox_id.as_deref().unwrap_or_default()
        )?;
        Ok(saved > 0)
    }

    /// A hand-over.
    pub async fn hand_over(&mut self, id: &str) -> Result<Option<HandOver>, StoreError> {
        one!(HandOverRow, self.db(), BY_ID, id)?.map(HandOver::try_from).transpose()
    }

    /// The hand-overs that a mail of ours carries: one, or those of a digest.
    pub async fn hand_overs_by_mail(&mut self, outbox_id: &str) -> Result<Vec<HandOver>, StoreError> {
        all!(HandOverRow, self.db(), BY_MAIL, outbox_id)?.into_iter().map(HandOver::try_from).collect()
    }

    /// How many requests were handed over to an address since an instant, all tickets together.
    pub async fn hand_overs_to(&mut self, email: &str, since: DateTime<Utc>) -> Result<i64, StoreError> {
        let (key, _) = recipient_key(email);
        Ok(
            on!(self.db(), c => sqlx::query_scalar::<_, i64>(TO_SINCE).bind(key).bind(since).fetch_one(c).await)?,
        )
    }

    /// The last hand-over to an address that came back since an instant, with no answer from there after it: when, and in
    /// what words.
    pub async fn hand_over_returned(
        &mut self,
        email: &str,
        since: DateTime<Utc>,
    ) -> Result<Option<(DateTime<Utc>, String)>, StoreError> {
        let (key, _) = recipient_key(email);
        Ok(one!((DateTime<Utc>, String), self.db(), RETURNED, key, since)?)
    }

    /// When an address to which a request had been handed over last turned out to be absent since an instant, with no answer
    /// from there after it.
    pub async fn recipient_absent(
        &mut self,
        email: &str,
        since: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (key, _) = recipient_key(email);
        Ok(one!((DateTime<Utc>,), self.db(), ABSENT, key, since)?.map(|(at,)| at))
    }

    /// Blanks address and name of every hand-over to an entry of the directory; answers those that still wait.
    pub async fn hand_overs_blank(&mut self, entry_id: &str) -> Result<Vec<HandOver>, StoreError> {
        change!(self.db(), BLANK, entry_id)?;
        all!(HandOverRow, self.db(), WAITING_OF_ENTRY, entry_id)?
            .into_iter()
            .map(HandOver::try_from)
            .collect()
    }

    /// What is gathered for an address (as [`Store::hand_overs_gathered`] gives it) and not written yet, oldest first, at
    /// most `limit`.
    pub async fn hand_overs_gathered_for(
        &mut self,
        email_key: &str,
        limit: i64,
    ) -> Result<Vec<HandOver>, StoreError> {
        all!(HandOverRow, self.db(), GATHERED_FOR, email_key, limit)?
            .into_iter()
            .map(HandOver::try_from)
            .collect()
    }

    /// The hand-overs of a ticket, oldest first.
    pub async fn hand_overs_of(&mut self, ticket_id: &str) -> Result<Vec<HandOver>, StoreError> {
        hand_overs(self.db(), ticket_id).await
    }
}

impl Store {
    /// Ids of the hand-overs whose next reminder, or end of patience, has come.
    pub async fn hand_overs_due(&self, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!((String,), link.db(), DUE, now)?.into_iter().map(|(id,)| id).collect())
    }

    /// The hand-overs to people of the directory that still wait, oldest first.
    pub async fn hand_overs_waiting_known(&self) -> Result<Vec<HandOver>, StoreError> {
        let mut link = self.read().await?;
        all!(HandOverRow, link.db(), WAITING_KNOWN)?.into_iter().map(HandOver::try_from).collect()
    }

    /// Folded addresses for which hand-overs are gathered, the first of them at or before an instant.
    pub async fn hand_overs_gathered(&self, before: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!((String,), link.db(), GATHERED, before)?.into_iter().map(|(key,)| key).collect())
    }
}

pub(super) async fn hand_overs(db: Db<'_>, ticket_id: &str) -> Result<Vec<HandOver>, StoreError> {
    all!(HandOverRow, db, OF_TICKET, ticket_id)?.into_iter().map(HandOver::try_from).collect()
}
