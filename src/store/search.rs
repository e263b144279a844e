//! Full-text search: the one place where the two databases speak differently. A ticket is one document. Its words are cut
//! and folded here, before they are kept and before they are asked for, and each engine only compares them: so a search
//! finds the same in both. The words of a field are kept a second time under its letter.

mod asked;

use std::fmt::Write as _;

use super::db::{change, on};
use super::{Db, Store, StoreError, Tx};
pub use asked::{Asked, Remark};
use asked::{Field, Term, words};

/// Before a word that is kept for its field: a private character, a word to both engines, that no text holds once folded.
const MARK: char = '\u{E000}';
/// Words of one message that can be found: beyond, it is a log or a book. (PostgreSQL places no word further than 16 383.)
const MOST_WORDS: usize = 10_000;
/// Letters of a word that count; more is no word.
const LONGEST: usize = 60;

/// What of a message, or of the team's words about it, can be found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Searched<'a> {
    /// Who wrote: name, address, function.
    pub from: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// Whom they write for.
    pub organisation: &'a str,
    /// The public reference.
    pub reference: &'a str,
    /// A note of the team.
    pub note: &'a str,
    /// What was written.
    pub text: &'a str,
}

impl Searched<'_> {
    /// The words to keep, those of the fields once more under their letter.
    fn words(&self) -> Vec<String> {
        let fields = [
            (Field::Reference, self.reference),
            (Field::Subject, self.subject),
            (Field::From, self.from),
            (Field::Organisation, self.organisation),
            (Field::Note, self.note),
        ];
        let mut kept: Vec<String> = Vec::new();
        for (field, text) in fields {
            let plain = words(text);
            kept.extend(plain.iter().map(|word| format!("{MARK}{}{word}", field.letter())));
            kept.extend(plain);
        }
        kept.extend(words(self.text));
        kept.retain(|word| word.len() <= LONGEST);
        kept.truncate(MOST_WORDS);
        kept
    }
}

/// What a search stands for in a `WHERE`.
pub(super) enum Expression {
    /// Tickets that it finds.
    Finds(String),
    /// Tickets that it does not find: nothing but exclusions was asked.
    FindsNot(String),
}

/// The search in the language of the database; `None` when nothing can be looked for.
pub(super) fn expression(asked: &Asked, sqlite: bool) -> Option<Expression> {
    let all = |excluded: bool| {
        let terms = asked.terms.iter().filter(move |term| term.excluded == excluded);
        terms.map(|term| one(term, sqlite)).collect::<Vec<_>>()
    };
    let (wanted, unwanted) = (all(false), all(true));
    let (and, or, not) = if sqlite { (" AND ", " OR ", " NOT ") } else { (" & ", " | ", " & !") };
    match (wanted.is_empty(), unwanted.is_empty()) {
        (true, true) => None,
        (true, false) => Some(Expression::FindsNot(unwanted.join(or))),
        (false, true) => Some(Expression::Finds(wanted.join(and))),
        (false, false) => {
            Some(Expression::Finds(format!("({}){not}({})", wanted.join(and), unwanted.join(or))))
        }
    }
}

/// One term. Its words are ASCII letters and digits: nothing of it can be read as an operator.
fn one(term: &Term, sqlite: bool) -> String {
    let kept = |word: &String| match term.field {
        Some(field) => format!("{MARK}{}{word}", field.letter()),
        None => word.clone(),
    };
    let words: Vec<String> = term.words.iter().map(kept).collect();
    let star = match (term.prefix, sqlite) {
        (false, _) => "",
        (true, true) => "*",
        (true, false) => ":*",
    };
    if sqlite {
        format!("\"{}\"{star}", words.join(" "))
    } else {
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        format!("({}{star})", quoted.join(" <-> "))
    }
}

const NUMBER: &str = "SELECT search_id FROM ticket WHERE id = $1";
const SQLITE_NEW: &str = "INSERT INTO search (rowid, text)
    VALUES (COALESCE((SELECT search_id FROM ticket ORDER BY search_id DESC LIMIT 1), 0) + 1, $1)";
const SQLITE_NUMBERED: &str = "UPDATE ticket SET search_id =
    COALESCE((SELECT search_id FROM ticket ORDER BY search_id DESC LIMIT 1), 0) + 1 WHERE id = $1";
const SQLITE_MORE: &str = "UPDATE search SET text = text || ' ' || $2 WHERE rowid = $1";
// A document has its bound; what goes beyond is kept with the message and not found.
const POSTGRES_ADD: &str = "INSERT INTO search (ticket_id, doc) VALUES ($1, CAST(CAST($2 AS TEXT) AS TSVECTOR))
    ON CONFLICT (ticket_id) DO UPDATE SET doc = search.doc || excluded.doc WHERE pg_column_size(search.doc) < 200000";
const SQLITE_EMPTY: &str =
    "UPDATE search SET text = '' WHERE rowid = (SELECT search_id FROM ticket WHERE id = $1)";
const POSTGRES_EMPTY: &str = "DELETE FROM search WHERE ticket_id = $1";
const SQLITE_MISSING: &str =
    "SELECT reference FROM ticket WHERE search_id IS NULL AND reference > $2 ORDER BY reference LIMIT $1";
const POSTGRES_MISSING: &str = "SELECT t.reference FROM ticket t
    WHERE NOT EXISTS (SELECT 1 FROM search s WHERE s.ticket_id = t.id) AND t.reference > $2 ORDER BY t.reference LIMIT $1";

impl Tx {
    /// Makes something of a ticket findable, beside what is already. The ticket is there.
    pub async fn search_add(&mut self, ticket_id: &str, searched: &Searched<'_>) -> Result<(), StoreError> {
        let words = searched.words();
        if !self.db().is_sqlite() {
            change!(self.db(), POSTGRES_ADD, ticket_id, vector(&words))?;
            return Ok(());
        }
        let text = words.join(" ");
        let number = on!(self.db(), c => sqlx::query_scalar::<_, Option<i64>>(NUMBER).bind(ticket_id).fetch_optional(c).await)?;
        if let Some(number) = number.flatten() {
            change!(self.db(), SQLITE_MORE, number, text)?;
        } else {
            change!(self.db(), SQLITE_NEW, text)?;
            change!(self.db(), SQLITE_NUMBERED, ticket_id)?;
        }
        Ok(())
    }
}

impl Tx {
    /// Makes a ticket findable by nothing, for it to be made findable anew.
    pub async fn search_empty(&mut self, ticket_id: &str) -> Result<(), StoreError> {
        let sql = if self.db().is_sqlite() { SQLITE_EMPTY } else { POSTGRES_EMPTY };
        change!(self.db(), sql, ticket_id)?;
        Ok(())
    }
}

impl Store {
    /// References of tickets that cannot be found yet, after one, sorted, at most `limit`: those of a database from before fields could be
    /// searched.
    pub async fn search_missing(&self, after: &str, limit: i64) -> Result<Vec<String>, StoreError> {
        let mut link = self.read().await?;
        let sql = if link.db().is_sqlite() { SQLITE_MISSING } else { POSTGRES_MISSING };
        Ok(
            on!(link.db(), c => sqlx::query_scalar::<_, String>(sql).bind(limit).bind(after).fetch_all(c).await)?,
        )
    }
}

/// The words as PostgreSQL writes a document: each with its places.
fn vector(words: &[String]) -> String {
    let mut text = String::with_capacity(words.len() * 12);
    for (place, word) in words.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(text, "'{word}':{} ", place + 1);
    }
    text
}

impl Db<'_> {
    pub(super) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}
