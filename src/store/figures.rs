//! What the dashboards are counted from. Each statement is answered from the indexes made for it (migration 16), whatever the
//! width of the rows. Imported history is left out: nobody here decided or answered it.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{all, one};
use super::{Store, StoreError};

/// Requests that came in a stretch of time, alike in these three.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Arrived {
    /// Category as it stands, a person's correction included.
    pub category: String,
    /// Channel code.
    pub channel: String,
    /// Code of the kind of body ([`crate::triage::BodyKind`]); `None` where none was recognised.
    pub organisation_kind: Option<String>,
    /// How many.
    pub count: i64,
}

/// What became of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// Receipt of the message that opened it.
    pub opened_at: DateTime<Utc>,
    /// When an answer first left for its requester: a person's, an automatic one, a refusal, one from a colleague's own mail
    /// program, or that of whoever had it handed over. A receipt is none.
    pub answered_at: Option<DateTime<Utc>>,
    /// It was refused, answered or handed over without a person.
    pub alone: bool,
    /// What a person said of the decision later: whether it was right; `None` where nobody did.
    pub agreed: Option<bool>,
}

#[derive(FromRow)]
struct FollowedRow {
    opened_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    out_at: Option<DateTime<Utc>>,
    handed_at: Option<DateTime<Utc>>,
    sent_alone: bool,
    handed_alone: bool,
    agreed: Option<bool>,
}

impl From<FollowedRow> for Followed {
    fn from(row: FollowedRow) -> Self {
        Self {
            opened_at: row.opened_at,
            answered_at: [row.sent_at, row.out_at, row.handed_at].into_iter().flatten().min(),
            alone: row.sent_alone || row.handed_alone,
            agreed: row.agreed,
        }
    }
}

const ARRIVED: &str = "SELECT category, channel, organisation_kind, COUNT(*) AS count FROM ticket
    WHERE opened_at >= $1 AND opened_at < $2 AND NOT history GROUP BY category, channel, organisation_kind";
const FOLLOWED: &str = "SELECT t.opened_at,
    (SELECT MIN(o.sent_at) FROM outbox o WHERE o.ticket_id = t.id
        AND o.kind IN ('answer', 'person_refusal', 'refusal', 'auto_answer')) AS sent_at,
    (SELECT MIN(m.received_at) FROM message m WHERE m.ticket_id = t.id AND m.direction = 'out') AS out_at,
    (SELECT MIN(h.ended_at) FROM hand_over h WHERE h.ticket_id = t.id AND h.reached) AS handed_at,
    EXISTS (SELECT 1 FROM outbox o WHERE o.ticket_id = t.id AND o.kind IN ('refusal', 'auto_answer')
        AND o.sent_at IS NOT NULL) AS sent_alone,
    EXISTS (SELECT 1 FROM hand_over h WHERE h.ticket_id = t.id AND CAST(h.actor AS TEXT) LIKE '%\"program\"%') AS handed_alone,
    (SELECT e.agreed FROM example e WHERE e.ticket_id = t.id) AS agreed
    FROM ticket t WHERE t.opened_at >= $1 AND t.opened_at < $2 AND NOT t.history ORDER BY t.opened_at";
const OPEN: &str = "SELECT COUNT(*) FROM ticket WHERE status = 'open' AND opened_at >= $1 AND opened_at < $2";

impl Store {
    /// What came in from an instant until before another.
    pub async fn arrived(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<Arrived>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!(Arrived, link.db(), ARRIVED, from, until)?)
    }

    /// What became of each request that came in from an instant until before another, oldest first.
    pub async fn followed(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<Followed>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!(FollowedRow, link.db(), FOLLOWED, from, until)?.into_iter().map(Followed::from).collect())
    }

    /// How many requests are open that came in from an instant until before another.
    pub async fn open_between(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<i64, StoreError> {
        let mut link = self.read().await?;
        let (count,) = one!((i64,), link.db(), OPEN, from, until)?.unwrap_or_default();
        Ok(count)
    }
}
