//! How requests were sorted, in figures, for everybody to read.

use chrono::{DateTime, Utc};

use super::db::{all, on};
use super::{Store, StoreError};

/// Counts of requests since an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// Received.
    pub received: i64,
    /// Refused by a mail that left without a person.
    pub refused_alone: i64,
    /// Refused by a person.
    pub refused_by_person: i64,
    /// Whose refusal was contested.
    pub contested: i64,
    /// Whose refusal a person took back.
    pub taken_back: i64,
    /// Whose category a person corrected.
    pub corrected: i64,
    /// Sent although the page had said that the topic is refused, so that a person reads them; those that their author
    /// withdrew are left out.
    pub insisted: i64,
    /// Whose author took them back.
    pub withdrawn: i64,
}

const RECEIVED: &str =
    "SELECT COUNT(*) FROM ticket WHERE opened_at >= $1 AND history = FALSE AND status <> 'set_aside'";
const REFUSED_ALONE: &str = "SELECT COUNT(DISTINCT ticket_id) FROM outbox WHERE kind = 'refusal' AND state = 'sent' AND sent_at >= $1";
const EVENTS: &str = "SELECT kind, COUNT(DISTINCT ticket_id) FROM event WHERE at >= $1
    AND kind IN ('refused', 'contested', 'rescued', 'corrected', 'withdrawn') GROUP BY kind";
const INSISTED: &str =
    "SELECT COUNT(DISTINCT i.ticket_id) FROM event i WHERE i.kind = 'insisted' AND i.at >= $1
    AND NOT EXISTS (SELECT 1 FROM event w WHERE w.ticket_id = i.ticket_id AND w.kind = 'withdrawn')";

impl Store {
    /// The counts since an instant. It reads every event since: ask seldom.
    pub async fn sorted(&self, since: DateTime<Utc>) -> Result<Sorted, StoreError> {
        let mut tx = self.look().await?;
        let mut sorted = Sorted {
            received: on!(tx.db(), c => sqlx::query_scalar::<_, i64>(RECEIVED).bind(since).fetch_one(c).await)?,
            refused_alone: on!(tx.db(), c => {
                sqlx::query_scalar::<_, i64>(REFUSED_ALONE).bind(since).fetch_one(c).await
            })?,
            insisted: on!(tx.db(), c => sqlx::query_scalar::<_, i64>(INSISTED).bind(since).fetch_one(c).await)?,
            ..Sorted::default()
        };
        for (kind, count) in all!((String, i64), tx.db(), EVENTS, since)? {
            match kind.as_str() {
                "refused" => sorted.refused_by_person = count,
                "contested" => sorted.contested = count,
                "rescued" => sorted.taken_back = count,
                "corrected" => sorted.corrected = count,
                _ => sorted.withdrawn = count,
            }
        }
        Ok(sorted)
    }
}
