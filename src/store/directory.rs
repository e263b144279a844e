//! The private directory as kept: entries with their state and version, every change of them, and the name of the whole
//! ([`Store::directory_version`]), which is new after each change. A row is ended, never deleted.
//!
//! A writer calls [`Tx::directory_change`] for each entry; it renames the whole, and waits there for any other writer.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change, one};
use super::{Db, Store, StoreError, Tx, new_id, on, unreadable};
use crate::ticket::Actor;
use crate::triage::directory::{Entry, Role};
use crate::triage::{Contract, Directory, Period};

/// What an entry is to decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// Decisions read it.
    Kept,
    /// Somebody outside the team named them; nothing is sent to them before a person of the team took them over.
    Suggested,
    /// A person asked to be erased: name, address and note are blank.
    Erased,
}

impl EntryState {
    /// Its code (`kept`, `suggested`, `erased`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Suggested => "suggested",
            Self::Erased => "erased",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Kept, Self::Suggested, Self::Erased].into_iter().find(|state| state.code() == code)
    }
}

/// An entry as it stands in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEntry {
    /// What it says.
    pub entry: Entry,
    /// What it is to decisions.
    pub state: EntryState,
    /// Counts its changes, from 1; a change names the version it saw.
    pub version: i64,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
}

/// By which way a change came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Through {
    /// The page.
    Page,
    /// A CSV file, on the page.
    File,
    /// A CSV file, on the command line.
    Command,
    /// What the person of the entry, or their mailbox, answered.
    Answer,
}

impl Through {
    /// Its code (`page`, `file`, `command`, `answer`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::File => "file",
            Self::Command => "command",
            Self::Answer => "answer",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Page, Self::File, Self::Command, Self::Answer].into_iter().find(|own| own.code() == code)
    }

    /// What the team reads (French).
    pub fn title(self) -> &'static str {
        match self {
            Self::Page => "sur la page",
            Self::File => "par un fichier CSV",
            Self::Command => "par la ligne de commande",
            Self::Answer => "par sa propre réponse",
        }
    }
}

/// One side of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntrySide {
    /// What the entry was to decisions.
    pub state: EntryState,
    /// What it said.
    pub entry: Entry,
}

/// One change of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryChange {
    /// UUIDv7.
    pub id: String,
    /// The entry.
    pub entry_id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Actor,
    /// Which way.
    pub through: Through,
    /// What stood before; `None` when it was added.
    pub old: Option<EntrySide>,
    /// What stood after.
    pub new: EntrySide,
}

#[derive(FromRow)]
struct EntryRow {
    id: String,
    state: String,
    role: String,
    organisation: String,
    contract: Option<String>,
    deputy: bool,
    name: String,
    email: String,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
    absent_from: Option<NaiveDate>,
    absent_until: Option<NaiveDate>,
    confirmed_on: Option<NaiveDate>,
    note: String,
    version: i64,
    changed_at: DateTime<Utc>,
}

impl TryFrom<EntryRow> for KeptEntry {
    type Error = StoreError;

    fn try_from(row: EntryRow) -> Result<Self, StoreError> {
        let bad = |column| unreadable("directory_entry", &row.id, column);
        let state = EntryState::from_code(&row.state).ok_or_else(|| bad("state"))?;
        let role = Role::from_code(&row.role).ok_or_else(|| bad("role"))?;
        let contract = row.contract.as_deref().map(|code| Contract::from_code(code).ok_or(code)).transpose();
        let contract = contract.map_err(|_| bad("contract"))?;
        let absence = Period { from: row.absent_from, until: row.absent_until };
        let entry = Entry {
            id: row.id,
            role,
            organisation: row.organisation,
            contract,
            deputy: row.deputy,
            name: row.name,
            email: row.email,
            period: Period { from: row.valid_from, until: row.valid_until },
            absence: Some(absence).filter(|absence| absence.until.is_some()),
            confirmed_on: row.confirmed_on,
            note: row.note,
        };
        Ok(Self { entry, state, version: row.version, changed_at: row.changed_at })
    }
}

#[derive(FromRow)]
struct ChangeRow {
    id: String,
    entry_id: String,
    at: DateTime<Utc>,
    actor: Json<Actor>,
    through: String,
    old: Option<Json<EntrySide>>,
    new: Json<EntrySide>,
}

const VERSION: &str = "SELECT version FROM directory_state WHERE id = 1";
const RENAME: &str =
    "UPDATE directory_state SET version = $1 WHERE id = 1 AND version = COALESCE($2, version)";
const EVERY: &str = "SELECT id, state, role, organisation, contract, deputy, name, email, valid_from, valid_until,
    absent_from, absent_until, confirmed_on, note, version, changed_at FROM directory_entry ORDER BY organisation, id";
const BY_ID: &str =
    "SELECT id, state, role, organisation, contract, deputy, name, email, valid_from, valid_until,
    absent_from, absent_until, confirmed_on, note, version, changed_at FROM directory_entry WHERE id = $1";
const PUT: &str = "INSERT INTO directory_entry (id, state, role, organisation, contract, deputy, name, email,
    valid_from, valid_until, absent_from, absent_until, confirmed_on, note, version, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, role = excluded.role, organisation = excluded.organisation,
    contract = excluded.contract, deputy = excluded.deputy, name = excluded.name, email = excluded.email,
    valid_from = excluded.valid_from, valid_until = excluded.valid_until, absent_from = excluded.absent_from,
    absent_until = excluded.absent_until, confirmed_on = excluded.confirmed_on, note = excluded.note,
    version = excluded.version, changed_at = excluded.changed_at";
const ADD_CHANGE: &str = "INSERT INTO directory_change (id, entry_id, at, actor, through, old, new)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const CHANGES: &str = "SELECT id, entry_id, at, actor, through, old, new FROM directory_change
    WHERE entry_id = $1 ORDER BY at DESC, id DESC";
const REWRITE: &str = "UPDATE directory_change SET old = $2, new = $3 WHERE id = $1";

impl Store {
    /// What names the directory as it stands; empty before its first change.
    pub async fn directory_version(&self) -> Result<String, StoreError> {
        let mut link = self.read().await?;
        version(link.db()).await
    }

    /// The directory that decisions read, with its version.
    pub async fn directory(&self) -> Result<Directory, StoreError> {
        self.look().await?.directory().await
    }

    /// Every entry, by organisation; and what names the directory in which they stood.
    pub async fn directory_entries(&self) -> Result<(String, Vec<KeptEntry>), StoreError> {
        let mut look = self.look().await?;
        Ok((look.directory_version().await?, look.directory_entries().await?))
    }

    /// The entry with this id.
    pub async fn directory_entry(&self, id: &str) -> Result<Option<KeptEntry>, StoreError> {
        let mut link = self.read().await?;
        one!(EntryRow, link.db(), BY_ID, id)?.map(KeptEntry::try_from).transpose()
    }

    /// The changes of an entry, the last first.
    pub async fn directory_changes(&self, entry_id: &str) -> Result<Vec<DirectoryChange>, StoreError> {
        let mut link = self.read().await?;
        changes(link.db(), entry_id).await
    }
}

impl Tx {
    /// What names the directory as this transaction sees it.
    pub async fn directory_version(&mut self) -> Result<String, StoreError> {
        version(self.db()).await
    }

    /// The directory that decisions read, as this transaction sees it.
    pub async fn directory(&mut self) -> Result<Directory, StoreError> {
        let version = self.directory_version().await?;
        let entries = self.directory_entries().await?.into_iter();
        let kept = entries.filter(|kept| kept.state == EntryState::Kept).map(|kept| kept.entry);
        Ok(Directory::new(kept.collect(), version))
    }

    /// Every entry, by organisation.
    pub async fn directory_entries(&mut self) -> Result<Vec<KeptEntry>, StoreError> {
        all!(EntryRow, self.db(), EVERY)?.into_iter().map(KeptEntry::try_from).collect()
    }

    /// The entry with this id, as this transaction sees it.
    pub async fn directory_entry(&mut self, id: &str) -> Result<Option<KeptEntry>, StoreError> {
        one!(EntryRow, self.db(), BY_ID, id)?.map(KeptEntry::try_from).transpose()
    }

    /// Gives the directory a new version and makes any other writer of it wait; to be called before what is going to be
    /// changed is read. `seen`: the version it must have; `false` when it has another.
    pub async fn directory_rename(&mut self, seen: Option<&str>) -> Result<bool, StoreError> {
        Ok(change!(self.db(), RENAME, new_id(), seen)? > 0)
    }

    /// Writes an entry as it is from now on, and the change. `old` is what stood before, `None` for a new entry; the
    /// entry gets the version after it. Call [`Self::directory_rename`] first.
    pub async fn directory_change(
        &mut self,
        old: Option<&KeptEntry>,
        new: &EntrySide,
        by: &Actor,
        through: Through,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let entry = &new.entry;
        let absence = entry.absence.unwrap_or_default();
        let version = old.map_or(1, |old| old.version + 1);
        change!(
            self.db(),
            PUT,
            &entry.id,
            new.state.code(),
            entry.role.code(),
            &entry.organisation,
            entry.contract.map(Contract::code),
            entry.deputy,
            &entry.name,
            &entry.email,
            entry.period.from,
            entry.period.until,
            absence.from,
            absence.until,
            entry.confirmed_on,
            &entry.note,
            version,
            at
        )?;
        let old = old.map(|old| Json(EntrySide { state: old.state, entry: old.entry.clone() }));
        let (id, by, through) = (new_id(), Json(by), through.code());
        change!(self.db(), ADD_CHANGE, id, &entry.id, at, by, through, old, Json(new))?;
        Ok(())
    }

    /// Rewrites what the changes of an entry tell, both sides of each: an erasure.
    pub async fn directory_rewrite_changes(
        &mut self,
        entry_id: &str,
        rewrite: impl Fn(&mut Entry),
    ) -> Result<(), StoreError> {
        for mut change in changes(self.db(), entry_id).await? {
            change.old.iter_mut().chain([&mut change.new]).for_each(|side| rewrite(&mut side.entry));
            change!(self.db(), REWRITE, &change.id, change.old.map(Json), Json(change.new))?;
        }
        Ok(())
    }
}

async fn version(db: Db<'_>) -> Result<String, StoreError> {
    Ok(on!(db, c => sqlx::query_scalar::<_, String>(VERSION).fetch_one(c).await)?)
}

async fn changes(db: Db<'_>, entry_id: &str) -> Result<Vec<DirectoryChange>, StoreError> {
    all!(ChangeRow, db, CHANGES, entry_id)?
        .into_iter()
        .map(|row| {
            let through = Through::from_code(&row.through)
                .ok_or_else(|| unreadable("directory_change", &row.id, "through"))?;
            Ok(DirectoryChange {
                id: row.id,
                entry_id: row.entry_id,
                at: row.at,
                by: row.actor.0,
                through,
                old: row.old.map(|side| side.0),
                new: row.new.0,
            })
        })
        .collect()
}
