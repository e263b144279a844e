//! Corrections of the reference rows as kept, and the name of them all ([`Store::reference_version`]), which is new after
//! each change. A correction is retired, never deleted.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change, one};
use super::{Db, Store, StoreError, Tx, new_id, on, unreadable};
use crate::clock::paris_day;
use crate::ticket::Actor;
use crate::triage::{Correction, Sheet};

/// A correction as it stands in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCorrection {
    /// UUIDv7.
    pub id: String,
    /// What it says.
    pub says: Correction,
    /// Why, for the team; may be empty.
    pub note: String,
    /// Id of the ticket whose third party said so.
    pub ticket_id: Option<String>,
    /// Who made it.
    pub by: Actor,
    /// When.
    pub made_at: DateTime<Utc>,
    /// When it ceased to count, and who ended it.
    pub retired: Option<(DateTime<Utc>, Actor)>,
}

#[derive(FromRow)]
struct CorrectionRow {
    id: String,
    sheet: String,
    row_key: String,
    cells: Json<BTreeMap<String, String>>,
    source: String,
    valid_from: String,
    valid_until: String,
    note: String,
    ticket_id: Option<String>,
    actor: Json<Actor>,
    made_at: DateTime<Utc>,
    retired_at: Option<DateTime<Utc>>,
    retired_by: Option<Json<Actor>>,
}

impl TryFrom<CorrectionRow> for KeptCorrection {
    type Error = StoreError;

    fn try_from(row: CorrectionRow) -> Result<Self, StoreError> {
        let sheet = Sheet::from_code(&row.sheet)
            .ok_or_else(|| unreadable("reference_correction", &row.id, "sheet"))?;
        let says = Correction {
            sheet,
            key: row.row_key,
            cells: row.cells.0,
            source: row.source,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            made_on: paris_day(row.made_at),
        };
        let retired = row.retired_at.zip(row.retired_by.map(|by| by.0));
        Ok(Self {
            id: row.id,
            says,
            note: row.note,
            ticket_id: row.ticket_id,
            by: row.actor.0,
            made_at: row.made_at,
            retired,
        })
    }
}

const VERSION: &str = "SELECT version FROM reference_state WHERE id = 1";
const RENAME: &str = "UPDATE reference_state SET version = $1 WHERE id = 1";
const IN_FORCE: &str =
    "SELECT id, sheet, row_key, cells, source, valid_from, valid_until, note, ticket_id, actor, made_at,
    retired_at, retired_by FROM reference_correction WHERE retired_at IS NULL ORDER BY made_at, id";
const OF_ROW: &str = "SELECT id, sheet, row_key, cells, source, valid_from, valid_until, note, ticket_id, actor, made_at,
    retired_at, retired_by FROM reference_correction WHERE sheet = $1 AND row_key = $2 ORDER BY made_at DESC, id DESC";
const BY_ID: &str =
    "SELECT id, sheet, row_key, cells, source, valid_from, valid_until, note, ticket_id, actor, made_at,
    retired_at, retired_by FROM reference_correction WHERE id = $1";
const ADD: &str =
    "INSERT INTO reference_correction (id, sheet, row_key, cells, source, valid_from, valid_until, note,
    ticket_id, actor, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const RETIRE: &str = "UPDATE reference_correction SET retired_at = $3, retired_by = $4
    WHERE sheet = $1 AND row_key = $2 AND retired_at IS NULL";

impl Store {
    /// What names the corrections as they stand; empty before the first one.
    pub async fn reference_version(&self) -> Result<String, StoreError> {
        let mut link = self.read().await?;
        version(link.db()).await
    }

    /// The corrections in force, oldest first, with the name of them all.
    pub async fn corrections(&self) -> Result<(String, Vec<KeptCorrection>), StoreError> {
        let mut look = self.look().await?;
        Ok((look.reference_version().await?, look.corrections().await?))
    }

    /// Every correction of a row, the last first.
    pub async fn corrections_of(&self, sheet: Sheet, key: &str) -> Result<Vec<KeptCorrection>, StoreError> {
        let mut link = self.read().await?;
        all!(CorrectionRow, link.db(), OF_ROW, sheet.code(), key)?
            .into_iter()
            .map(KeptCorrection::try_from)
            .collect()
    }
}

impl Tx {
    /// What names the corrections as this transaction sees them.
    pub async fn reference_version(&mut self) -> Result<String, StoreError> {
        version(self.db()).await
    }

    /// The corrections in force, oldest first.
    pub async fn corrections(&mut self) -> Result<Vec<KeptCorrection>, StoreError> {
        all!(CorrectionRow, self.db(), IN_FORCE)?.into_iter().map(KeptCorrection::try_from).collect()
    }

    /// The correction with this id.
    pub async fn correction(&mut self, id: &str) -> Result<Option<KeptCorrection>, StoreError> {
        one!(CorrectionRow, self.db(), BY_ID, id)?.map(KeptCorrection::try_from).transpose()
    }

    /// Gives the corrections a new name and makes any other writer of them wait; to be called before they are read.
    pub async fn reference_rename(&mut self) -> Result<(), StoreError> {
        change!(self.db(), RENAME, new_id())?;
        Ok(())
    }

    /// Keeps a correction in force, in the place of those of the same row. Call [`Self::reference_rename`] first.
    pub async fn correction_add(&mut self, new: &KeptCorrection) -> Result<(), StoreError> {
        let KeptCorrection { id, says, note, ticket_id, by, made_at, .. } = new;
        self.corrections_retire(says.sheet, &says.key, by, *made_at).await?;
        change!(
            self.db(),
            ADD,
            id,
            says.sheet.code(),
            &says.key,
            Json(&says.cells),
            &says.source,
            &says.valid_from,
            &says.valid_until,
            note,
            ticket_id,
            Json(by),
            *made_at
        )?;
        Ok(())
    }

    /// Ends what corrects a row: the row of the files counts again. `false`: nothing did. Call
    /// [`Self::reference_rename`] first.
    pub async fn corrections_retire(
        &mut self,
        sheet: Sheet,
        key: &str,
        by: &Actor,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        Ok(change!(self.db(), RETIRE, sheet.code(), key, at, Json(by))? > 0)
    }
}

async fn version(db: Db<'_>) -> Result<String, StoreError> {
    Ok(on!(db, c => sqlx::query_scalar::<_, String>(VERSION).fetch_one(c).await)?)
}
