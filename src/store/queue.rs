//! The list of the team: views, filters, search, counts.
//!
//! A row of `ticket` is wide (the decision stands in it), so a list is made in two steps: an index alone says which tickets
//! stand on the page, then those are read. What the first step asks of a ticket stands in the indexes of migrations 14 and 17.

mod became;
mod now;
mod view;

use chrono::{DateTime, Utc};

use sqlx::{FromRow, QueryBuilder};

use super::event::ended_by_author;
use super::search::{Asked, Expression};
use super::ticket::TicketRow;
use super::{Db, Store, StoreError, search};
use crate::ticket::{EndedByAuthor, HandOverState, Status, Ticket};
use crate::triage::Reason;
pub use became::Became;
pub use now::Section;
pub use view::View;
use view::{condition, followed};

/// Where counting stops: more is "1000+" to a reader.
const COUNTED: i64 = 1000;

/// What the list is to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The view.
    pub view: View,
    /// Only this status.
    pub status: Option<Status>,
    /// Only those that their author withdrew, and that nobody took up since.
    pub withdrawn: bool,
    /// Only this category.
    pub category: Option<String>,
    /// Only this channel code (`form`, `mail`, `hand`).
    pub channel: Option<String>,
    /// Only bodies of this kind, by the code of [`crate::triage::BodyKind`]; empty: of none that was recognised.
    pub kind: Option<String>,
    /// Only tickets of this account id; empty: of nobody.
    pub assignee: Option<String>,
    /// Only tickets opened at or after.
    pub from: Option<DateTime<Utc>>,
    /// Only tickets opened before.
    pub until: Option<DateTime<Utc>>,
    /// Only those that this became of.
    pub became: Option<Became>,
    /// Imported history left out.
    pub but_history: bool,
    /// Only tickets changed after.
    pub changed_since: Option<DateTime<Utc>>,
    /// The reader's account id: what [`View::Mine`] means.
    pub reader: String,
    /// What is to be found in subject, body, names, addresses, organisation, reference, notes (see [`Asked`]); empty for
    /// no search.
    pub search: String,
    /// Continue after this row of the page before: its `opened_at` and id.
    pub after: Option<(DateTime<Utc>, String)>,
    /// The other way round: from that row back, the nearest first.
    pub backwards: bool,
    /// Rows a page; 1 to 200.
    pub limit: i64,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The ticket.
    pub ticket: Ticket,
    /// When the promised refusal leaves, if one waits.
    pub leaves_at: Option<DateTime<Utc>>,
    /// A mail of it did not arrive, and none was written since.
    pub undelivered: bool,
    /// What became of its latest hand-over, where that still says something: not once its answer reached the requester.
    pub handed: Option<HandOverState>,
    /// How its author ended it, where they did.
    pub ended: Option<EndedByAuthor>,
    /// When the meeting is that it leads to.
    pub meeting_at: Option<DateTime<Utc>>,
    /// Put off, or back from that.
    pub put_off: bool,
    /// Until when it was put off; `None`: until somebody writes.
    pub put_off_until: Option<DateTime<Utc>>,
    /// The assignee's name.
    pub assignee_name: Option<String>,
    /// What triage decided; `None` when it was stored by a version whose decisions read otherwise.
    pub verdict: Option<Verdict>,
}

/// The part of a decision that a line of the list shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Primary category: the ticket's differs once a person corrected it.
    pub category: String,
    /// Why it was decided so.
    pub reason: Reason,
    /// Calibrated confidence in the primary category, 0 to 1.
    pub confidence: f64,
}

#[derive(FromRow)]
struct QueueRow {
    #[sqlx(flatten)]
    ticket: TicketRow,
    leaves_at: Option<DateTime<Utc>>,
    undelivered: bool,
    handed: Option<String>,
    ended: Option<String>,
    meeting_at: Option<DateTime<Utc>>,
    put_off: bool,
    put_off_until: Option<DateTime<Utc>>,
    assignee_name: Option<String>,
    verdict_category: Option<String>,
    verdict_reason: Option<String>,
    verdict_confidence: Option<f64>,
}

impl TryFrom<QueueRow> for Row {
    type Error = StoreError;

    fn try_from(row: QueueRow) -> Result<Self, StoreError> {
        let verdict = row.verdict_category.zip(row.verdict_confidence).and_then(|(category, confidence)| {
            let reason = serde_json::from_value(serde_json::Value::String(row.verdict_reason?)).ok()?;
            Some(Verdict { category, reason, confidence })
        });
        Ok(Self {
            ticket: Ticket::try_from(row.ticket)?,
            leaves_at: row.leaves_at,
            undelivered: row.undelivered,
            handed: row.handed.as_deref().and_then(HandOverState::from_code),
            ended: row.ended.as_deref().and_then(EndedByAuthor::from_event),
            meeting_at: row.meeting_at,
            put_off: row.put_off,
            put_off_until: row.put_off_until,
            assignee_name: row.assignee_name,
            verdict,
        })
    }
}

const ROWS: &str = concat!(
    "SELECT t.id, t.reference, t.status, t.channel, t.lang, t.category, t.subject, t.requester_name,
    t.requester_email, t.organisation, t.assignee, t.history, t.contested, t.version, t.opened_at, t.updated_at,
    (SELECT MIN(o.due_at) FROM outbox o WHERE o.ticket_id = t.id AND o.kind = 'refusal' AND o.state = 'due')
        AS leaves_at,
    EXISTS (SELECT 1 FROM outbox o WHERE o.ticket_id = t.id AND o.state = 'failed' AND NOT ",
    followed!(),
    ") AS undelivered,
    (SELECT CASE WHEN h.glanced_at IS NOT NULL OR (h.state = 'answered' AND h.reached) THEN NULL ELSE h.state END
        FROM hand_over h WHERE h.ticket_id = t.id ORDER BY h.made_at DESC, h.id DESC LIMIT 1) AS handed, ",
    ended_by_author!(),
    " AS ended,
    (SELECT k.at FROM meeting k WHERE k.ticket_id = t.id) AS meeting_at,
    z.ticket_id IS NOT NULL AS put_off, z.until AS put_off_until, a.name AS assignee_name,
    t.decision ->> 'category' AS verdict_category, t.decision ->> 'reason' AS verdict_reason,
    CAST(t.decision ->> 'confidence' AS DOUBLE PRECISION) AS verdict_confidence
    FROM ("
);
const JOINS: &str = ") AS p JOIN ticket t ON t.id = p.id LEFT JOIN account a ON a.id = t.assignee
    LEFT JOIN snooze z ON z.ticket_id = t.id ORDER BY p.opened_at";

// The index of events says which were ever withdrawn: a few. How each ended is asked of those alone.
const WITHDRAWN: &str = concat!(
    " AND t.status = 'closed' AND t.id IN (SELECT w.ticket_id FROM event w WHERE w.kind = 'withdrawn') AND ",
    ended_by_author!(),
    " = 'withdrawn'"
);

/// Writes what is asked of a ticket, behind `WHERE`, for either database.
macro_rules! conditions {
    ($query:expr, $filter:expr, $search:expr, $sqlite:expr) => {{
        let filter: &Filter = $filter;
        $query.push(condition(filter.view));
        if filter.view == View::Mine {
            $query.push_bind(&filter.reader);
        }
        if let Some(status) = filter.status {
            $query.push(" AND t.status = ").push_bind(status.code());
        }
        if filter.withdrawn {
            $query.push(WITHDRAWN);
        }
        for (column, wanted) in [
            (" AND t.category = ", &filter.category),
            (" AND t.channel = ", &filter.channel),
        ] {
            if let Some(wanted) = wanted {
                $query.push(column).push_bind(wanted);
            }
        }
        if let Some(became) = filter.became {
            $query.push(became.condition());
        }
        if filter.but_history {
            $query.push(" AND NOT t.history");
        }
        for (column, wanted) in
            [(" AND t.organisation_kind", &filter.kind), (" AND t.assignee", &filter.assignee)]
        {
            match wanted.as_deref() {
                Some("") => {
                    $query.push(column).push(" IS NULL");
                }
                Some(wanted) => {
                    $query.push(column).push(" = ").push_bind(wanted);
                }
                None => {}
            }
        }
        for (bound, at) in [
            (" AND t.opened_at >= ", filter.from),
            (" AND t.opened_at < ", filter.until),
            (" AND t.updated_at > ", filter.changed_since),
        ] {
            if let Some(at) = at {
                $query.push(bound).push_bind(at);
            }
        }
        let (within, end) = if $sqlite {
            ("SELECT rowid FROM search WHERE search MATCH ", "")
        } else {
            ("SELECT ticket_id FROM search WHERE doc @@ CAST(CAST(", " AS TEXT) AS TSQUERY)")
        };
        // With a plus before it SQLite takes no index for it: the list is gone through in its order, and most match.
        let (key, in_order) = if $sqlite { ("t.search_id", "+t.search_id") } else { ("t.id", "t.id") };
        match $search {
            Wanted::Found(Expression::Finds(text)) => {
                $query.push(format!(" AND {key} IN (")).push(within).push_bind(text).push(end).push(")");
            }
            Wanted::Frequent(Expression::Finds(text)) => {
                $query.push(format!(" AND {in_order} IN (")).push(within).push_bind(text).push(end).push(")");
            }
            Wanted::Found(Expression::FindsNot(text)) | Wanted::Frequent(Expression::FindsNot(text)) => {
                // PostgreSQL would find all that match before the first row of what is not among them.
                let (before, after) = if $sqlite {
                    (format!(" AND {in_order} NOT IN ("), ")")
                } else {
                    (" AND NOT EXISTS (".to_owned(), " AND search.ticket_id = t.id)")
                };
                $query.push(before).push(within).push_bind(text).push(end).push(after);
            }
            Wanted::All | Wanted::Nothing => {}
        }
    }};
}

/// Writes a whole list.
macro_rules! list {
    ($filter:expr, $search:expr, $sqlite:expr) => {{
        let filter: &Filter = $filter;
        let mut query = QueryBuilder::new(ROWS);
        query.push("SELECT t.id, t.opened_at FROM ticket t WHERE ");
        conditions!(query, filter, $search, $sqlite);
        let newest_first = (filter.view == View::All) != filter.backwards;
        if let Some((at, id)) = &filter.after {
            // The bound stands alone before the tie, so that both databases begin in the index.
            query.push(if newest_first { " AND t.opened_at <= " } else { " AND t.opened_at >= " });
            query.push_bind(*at).push(if newest_first {
                " AND (t.opened_at < "
            } else {
                " AND (t.opened_at > "
            });
            query.push_bind(*at).push(if newest_first { " OR t.id < " } else { " OR t.id > " });
            query.push_bind(id).push(")");
        }
        let order = if newest_first { " DESC" } else { "" };
        query.push(format!(" ORDER BY t.opened_at{order}, t.id{order} LIMIT "));
        query.push_bind(filter.limit.clamp(1, 200)).push(JOINS).push(format!("{order}, p.id{order}"));
        query
    }};
}

/// Writes which tickets a list has, up to [`COUNTED`].
macro_rules! ids {
    ($filter:expr, $search:expr, $sqlite:expr) => {{
        let mut query = QueryBuilder::new("SELECT t.id, t.opened_at FROM ticket t WHERE ");
        conditions!(query, $filter, $search, $sqlite);
        query.push(" LIMIT ").push_bind(COUNTED);
        query
    }};
}

/// Writes a count that stops at [`COUNTED`].
macro_rules! count {
    ($filter:expr, $search:expr, $sqlite:expr) => {{
        let mut query = QueryBuilder::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM ticket t WHERE ");
        conditions!(query, $filter, $search, $sqlite);
        query.push(" LIMIT ").push_bind(COUNTED).push(") AS counted");
        query
    }};
}

impl Store {
    /// A page of the list, at most `filter.limit` rows.
    pub async fn queue(&self, filter: &Filter) -> Result<Vec<Row>, StoreError> {
        let mut link = self.read().await?;
        page(link.db(), filter).await
    }

    /// Ids of the tickets of a list, with when each was opened; as many as are counted.
    pub async fn queue_ids(&self, filter: &Filter) -> Result<Vec<(String, DateTime<Utc>)>, StoreError> {
        let mut link = self.read().await?;
        let search = Wanted::of(filter, link.db().is_sqlite());
        if matches!(search, Wanted::Nothing) {
            return Ok(Vec::new());
        }
        Ok(match link.db() {
            Db::Sqlite(c) => ids!(filter, &search, true).build_query_as().fetch_all(c).await?,
            Db::Postgres(c) => ids!(filter, &search, false).build_query_as().fetch_all(c).await?,
        })
    }

    /// How many tickets a list has in all, its place left aside; counting stops at 1000.
    pub async fn queue_count(&self, filter: &Filter) -> Result<i64, StoreError> {
        let mut link = self.read().await?;
        let search = Wanted::of(filter, link.db().is_sqlite());
        if matches!(search, Wanted::Nothing) {
            return Ok(0);
        }
        let count: (i64,) = match link.db() {
            Db::Sqlite(c) => count!(filter, &search, true).build_query_as().fetch_one(c).await?,
            Db::Postgres(c) => count!(filter, &search, false).build_query_as().fetch_one(c).await?,
        };
        Ok(count.0)
    }
}

/// What a list searches for.
enum Wanted {
    /// No search: all of it.
    All,
    /// What the words find.
    Found(Expression),
    /// The same, where that is so much that the list is better gone through in its order.
    Frequent(Expression),
    /// Nothing that could be found was asked for.
    Nothing,
}

impl Wanted {
    fn of(filter: &Filter, sqlite: bool) -> Self {
        if filter.search.trim().is_empty() {
            return Self::All;
        }
        search::expression(&Asked::read(&filter.search), sqlite).map_or(Self::Nothing, Self::Found)
    }
}

/// Documents of a search from which on it is frequent.
const FREQUENT: i64 = 2000;
const HOW_MANY: &str = "SELECT COUNT(*) FROM (SELECT rowid FROM search WHERE search MATCH $1 LIMIT $2)";

async fn page(db: Db<'_>, filter: &Filter) -> Result<Vec<Row>, StoreError> {
    let mut search = Wanted::of(filter, db.is_sqlite());
    if matches!(search, Wanted::Nothing) {
        return Ok(Vec::new());
    }
    let rows: Vec<QueueRow> = match db {
        Db::Sqlite(c) => {
            if let Wanted::Found(Expression::Finds(text)) = &search {
                let count = sqlx::query_scalar::<_, i64>(HOW_MANY).bind(text).bind(FREQUENT);
                if count.fetch_one(&mut *c).await? >= FREQUENT {
                    search = Wanted::Frequent(Expression::Finds(text.clone()));
                }
            }
            list!(filter, &search, true).build_query_as().fetch_all(c).await?
        }
        Db::Postgres(c) => list!(filter, &search, false).build_query_as().fetch_all(c).await?,
    };
    rows.into_iter().map(Row::try_from).collect()
}
