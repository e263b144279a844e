//! Full-text search: the one place where the two databases speak differently. Text is folded before it is stored and
//! before it is asked for, so accents and case never matter; every word typed matches as a prefix.

use super::db::change;
use super::{Db, StoreError, Tx};
use crate::triage::text::fold;

const ADD: &str = "INSERT INTO search (ticket_id, text) VALUES ($1, $2)";

/// What a search stands for in a `WHERE`: tickets whose messages hold every word.
pub(super) const SQLITE: &str = "t.id IN (SELECT ticket_id FROM search WHERE search MATCH ";
pub(super) const POSTGRES: &str =
    "t.id IN (SELECT ticket_id FROM search WHERE to_tsvector('simple', text) @@ to_tsquery('simple', ";

/// The words asked for, in the language of the database; `None` when nothing can be searched for.
pub(super) fn expression(asked: &str, sqlite: bool) -> Option<String> {
    let folded = fold(asked);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return None;
    }
    let terms: Vec<String> = words
        .iter()
        .take(12)
        .map(|word| if sqlite { format!("\"{word}\"*") } else { format!("{word}:*") })
        .collect();
    Some(terms.join(if sqlite { " AND " } else { " & " }))
}

impl Tx {
    /// Makes a message of a ticket findable.
    pub async fn search_add(&mut self, ticket_id: &str, text: &str) -> Result<(), StoreError> {
        // Words are separated by spaces alone: PostgreSQL would keep `direction-x@y.fr` whole and SQLite would not.
        let spaced: String = fold(text).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        change!(self.db(), ADD, ticket_id, spaced)?;
        Ok(())
    }
}

impl Db<'_> {
    pub(super) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}
