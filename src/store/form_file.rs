//! Files of a form that must be corrected, kept for an hour under the form's nonce.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{all, change};
use super::{Store, StoreError, new_id};
use crate::message::FormFile;

#[derive(FromRow)]
struct FileRow {
    name: String,
    content_type: String,
    bytes: Vec<u8>,
}

const KEEP: &str = "INSERT INTO form_file (id, nonce, name, content_type, bytes, until)
    VALUES ($1, $2, $3, $4, $5, $6)";
const OF_NONCE: &str = "SELECT name, content_type, bytes FROM form_file
    WHERE nonce = $1 AND until > $2 ORDER BY id";
const DROP_ONE: &str = "DELETE FROM form_file WHERE id = (SELECT id FROM form_file
    WHERE nonce = $1 ORDER BY id LIMIT 1 OFFSET $2)";
const DROP_ALL: &str = "DELETE FROM form_file WHERE nonce = $1";
const EXPIRE: &str = "DELETE FROM form_file WHERE until <= $1";

impl Store {
    /// Keeps files under a nonce until `until`, after those already there.
    pub async fn form_files_keep(
        &self,
        nonce: &str,
        files: &[FormFile],
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for file in files {
            change!(tx.db(), KEEP, new_id(), nonce, &file.name, &file.content_type, &file.bytes, until)?;
        }
        tx.commit().await
    }

    /// The files still kept under a nonce, in order.
    pub async fn form_files(&self, nonce: &str, now: DateTime<Utc>) -> Result<Vec<FormFile>, StoreError> {
        let mut link = self.read().await?;
        let rows = all!(FileRow, link.db(), OF_NONCE, nonce, now)?;
        Ok(rows
            .into_iter()
            .map(|row| FormFile { name: row.name, content_type: row.content_type, bytes: row.bytes })
            .collect())
    }

    /// Forgets the file at `position` (from 0) under a nonce, or all with `None`.
    pub async fn form_files_drop(&self, nonce: &str, position: Option<usize>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        match position {
            Some(position) => {
                change!(tx.db(), DROP_ONE, nonce, i64::try_from(position).unwrap_or(i64::MAX))?;
            }
            None => {
                change!(tx.db(), DROP_ALL, nonce)?;
            }
        }
        tx.commit().await
    }

    /// Forgets what is past its hour; returns how many.
    pub async fn form_files_expire(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let gone = change!(tx.db(), EXPIRE, now)?;
        tx.commit().await?;
        Ok(gone)
    }
}
