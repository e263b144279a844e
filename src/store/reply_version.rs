//! Versions of the reply texts that the team publishes. The last of a name is in force; none is changed or deleted. The
//! version of the reference rows ([`Store::reference_version`]) names them too: whoever publishes calls
//! [`Tx::reference_rename`] first.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{all, change};
use super::{Db, Store, StoreError, Tx};
use crate::ticket::Actor;

/// A version as it stands in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyVersion {
    /// UUIDv7.
    pub id: String,
    /// The reply or part (`sill`, `_receipt`).
    pub reply: String,
    /// Its whole files, French and English; `None`: those of the templates folder count again.
    pub texts: Option<[String; 2]>,
    /// Digest of the files that it was written over.
    pub files: String,
    /// Why, for the team; may be empty.
    pub note: String,
    /// Who published it.
    pub by: Actor,
    /// When.
    pub made_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct VersionRow {
    id: String,
    reply: String,
    french: Option<String>,
    english: Option<String>,
    files: String,
    note: String,
    actor: Json<Actor>,
    made_at: DateTime<Utc>,
}

impl From<VersionRow> for ReplyVersion {
    fn from(row: VersionRow) -> Self {
        Self {
            id: row.id,
            reply: row.reply,
            texts: row.french.zip(row.english).map(|(french, english)| [french, english]),
            files: row.files,
            note: row.note,
            by: row.actor.0,
            made_at: row.made_at,
        }
    }
}

const LAST: &str =
    "SELECT v.id, v.reply, v.french, v.english, v.files, v.note, v.actor, v.made_at FROM reply_version v
    WHERE NOT EXISTS (SELECT 1 FROM reply_version later
        WHERE later.reply = v.reply AND (later.made_at, later.id) > (v.made_at, v.id)) ORDER BY v.reply";
const OF_REPLY: &str = "SELECT id, reply, french, english, files, note, actor, made_at FROM reply_version
    WHERE reply = $1 ORDER BY made_at DESC, id DESC";
const ADD: &str = "INSERT INTO reply_version (id, reply, french, english, files, note, actor, made_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

impl Store {
    /// The last version of each reply that ever had one, by name.
    pub async fn reply_versions(&self) -> Result<Vec<ReplyVersion>, StoreError> {
        let mut link = self.read().await?;
        last(link.db()).await
    }

    /// Every version of a reply, the last first.
    pub async fn reply_versions_of(&self, reply: &str) -> Result<Vec<ReplyVersion>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!(VersionRow, link.db(), OF_REPLY, reply)?.into_iter().map(ReplyVersion::from).collect())
    }
}

impl Tx {
    /// The last version of each reply that ever had one, by name.
    pub async fn reply_versions(&mut self) -> Result<Vec<ReplyVersion>, StoreError> {
        last(self.db()).await
    }

    /// Keeps a version: it is in force with the commit.
    pub async fn reply_version_add(&mut self, new: &ReplyVersion) -> Result<(), StoreError> {
        let [french, english] = match &new.texts {
            Some([french, english]) => [Some(french), Some(english)],
            None => [None, None],
        };
        change!(
            self.db(),
            ADD,
            &new.id,
            &new.reply,
            french,
            english,
            &new.files,
            &new.note,
            Json(&new.by),
            new.made_at
        )?;
        Ok(())
    }
}

async fn last(db: Db<'_>) -> Result<Vec<ReplyVersion>, StoreError> {
    Ok(all!(VersionRow, db, LAST)?.into_iter().map(ReplyVersion::from).collect())
}
