//! The list of the team: views, filters, search, counts.

use chrono::{DateTime, Utc};

use sqlx::types::Json;
use sqlx::{FromRow, QueryBuilder};

use super::db::one;
use super::ticket::TicketRow;
use super::{Db, Store, StoreError, search};
use crate::ticket::{HandOverState, Status, Ticket};
use crate::triage::Reason;

/// A view of the queue: what needs somebody now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// Open tickets, oldest first.
    #[default]
    Todo,
    /// Automatic refusals that have not left yet.
    LeavingSoon,
    /// The requester answered a refusal.
    Contested,
    /// Open tickets assigned to the reader.
    Mine,
    /// Set aside, to be cleared by a person.
    SetAside,
    /// Handed over, and not answered yet.
    HandedOver,
    /// Handed over, and answered: a person glances at the answer.
    ToRead,
    /// Somebody else was asked: followed silently.
    Followed,
    /// Mail that failed or is in doubt.
    Undelivered,
    /// Everything, newest first.
    All,
}

impl View {
    /// Every view, in the order of the menu. (Parked arrivals are no tickets: they have a page of their own.)
    pub const ALL: [Self; 10] = [
        Self::Todo,
        Self::Mine,
        Self::LeavingSoon,
        Self::Contested,
        Self::ToRead,
        Self::HandedOver,
        Self::SetAside,
        Self::Followed,
        Self::Undelivered,
        Self::All,
    ];

    /// Its code in URLs (French, as the team reads them).
    pub fn code(self) -> &'static str {
        match self {
            Self::Todo => "a-traiter",
            Self::LeavingSoon => "part-bientot",
            Self::Contested => "contestees",
            Self::Mine => "mes-demandes",
            Self::SetAside => "ecartees",
            Self::HandedOver => "transmises",
            Self::ToRead => "a-relire",
            Self::Followed => "suivies",
            Self::Undelivered => "non-remises",
            Self::All => "toutes",
        }
    }

    /// The view with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.code() == code)
    }

    /// What the team reads.
    pub fn title(self) -> &'static str {
        match self {
            Self::Todo => "À traiter",
            Self::LeavingSoon => "Part bientôt",
            Self::Contested => "Refus contestés",
            Self::Mine => "Mes demandes",
            Self::SetAside => "Écartées",
            Self::HandedOver => "Transmises sans réponse",
            Self::ToRead => "Réponses à relire",
            Self::Followed => "Suivies",
            Self::Undelivered => "Envois en échec",
            Self::All => "Toutes",
        }
    }
}

/// What the list is to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The view.
    pub view: View,
    /// Only this status.
    pub status: Option<Status>,
    /// Only this category.
    pub category: Option<String>,
    /// Only this channel code (`form`, `mail`).
    pub channel: Option<String>,
    /// The reader's account id: what [`View::Mine`] means.
    pub reader: String,
    /// Words to find in subject, body, names, addresses, organisation, reference (accents and case do not matter);
    /// empty for no search.
    pub search: String,
    /// Continue after this row of the page before: its `updated_at`/`opened_at` key and id.
    pub after: Option<(DateTime<Utc>, String)>,
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
    /// When the meeting is that it leads to.
    pub meeting_at: Option<DateTime<Utc>>,
    /// The assignee's name.
    pub assignee_name: Option<String>,
    /// What triage decided; `None` when it was stored by a version whose decisions read otherwise.
    pub verdict: Option<Verdict>,
}

/// The part of a decision that a line of the list shows.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
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
    meeting_at: Option<DateTime<Utc>>,
    assignee_name: Option<String>,
    decision: Json<serde_json::Value>,
}

const SELECT: &str = "SELECT t.id, t.reference, t.status, t.channel, t.lang, t.category, t.subject, t.requester_name,
    t.requester_email, t.organisation, t.assignee, t.history, t.contested, t.version, t.opened_at, t.updated_at,
    (SELECT MIN(o.due_at) FROM outbox o WHERE o.ticket_id = t.id AND o.kind = 'refusal' AND o.state = 'due')
        AS leaves_at,
    EXISTS (SELECT 1 FROM outbox o WHERE o.ticket_id = t.id AND o.state = 'failed' AND NOT EXISTS
        (SELECT 1 FROM outbox later WHERE later.ticket_id = t.id AND later.created_at > o.created_at)) AS undelivered,
    (SELECT CASE WHEN h.glanced_at IS NOT NULL OR (h.state = 'answered' AND h.reached) THEN NULL ELSE h.state END
        FROM hand_over h WHERE h.ticket_id = t.id ORDER BY h.made_at DESC, h.id DESC LIMIT 1) AS handed,
    (SELECT k.at FROM meeting k WHERE k.ticket_id = t.id) AS meeting_at,
    a.name AS assignee_name, t.decision
    FROM ticket t LEFT JOIN account a ON a.id = t.assignee WHERE ";

/// What a view stands for in a `WHERE`; the reader's id is bound apart for [`View::Mine`].
fn condition(view: View) -> &'static str {
    match view {
        View::Todo => "t.status = 'open'",
        View::Mine => "t.status = 'open' AND t.assignee = ",
        View::LeavingSoon => {
            "t.id IN (SELECT ticket_id FROM outbox WHERE kind = 'refusal' AND state = 'due')"
        }
        View::Contested => "t.contested AND t.status = 'open'",
        View::SetAside => "t.status = 'set_aside'",
        View::HandedOver => {
            "t.status = 'handed_over' AND NOT EXISTS (SELECT 1 FROM hand_over h
                WHERE h.ticket_id = t.id AND h.state = 'answered' AND h.glanced_at IS NULL)"
        }
        View::ToRead => {
            "t.status = 'handed_over' AND EXISTS (SELECT 1 FROM hand_over h
                WHERE h.ticket_id = t.id AND h.state = 'answered' AND h.glanced_at IS NULL)"
        }
        View::Followed => "t.status = 'follow'",
        View::Undelivered => "t.id IN (SELECT ticket_id FROM outbox WHERE state IN ('failed', 'in_doubt'))",
        View::All => "1 = 1",
    }
}

/// Writes the `WHERE`, order and limit of a list for either database.
macro_rules! build {
    ($filter:expr, $search:expr, $sqlite:expr) => {{
        let (filter, search): (&Filter, Option<&String>) = ($filter, $search);
        let mut query = QueryBuilder::new(SELECT);
        query.push(condition(filter.view));
        if filter.view == View::Mine {
            query.push_bind(&filter.reader);
        }
        if let Some(status) = filter.status {
            query.push(" AND t.status = ").push_bind(status.code());
        }
        if let Some(category) = &filter.category {
            query.push(" AND t.category = ").push_bind(category);
        }
        if let Some(channel) = &filter.channel {
            query.push(" AND t.channel = ").push_bind(channel);
        }
        if let Some(search) = search {
            query.push(" AND (t.reference = ").push_bind(filter.search.trim().to_uppercase());
            query.push(" OR ").push(if $sqlite { search::SQLITE } else { search::POSTGRES });
            query.push_bind(search).push(if $sqlite { "))" } else { ")))" });
        }
        let newest_first = filter.view == View::All;
        if let Some((at, id)) = &filter.after {
            query.push(if newest_first { " AND (t.opened_at < " } else { " AND (t.opened_at > " });
            query.push_bind(*at).push(" OR (t.opened_at = ").push_bind(*at);
            query.push(if newest_first { " AND t.id < " } else { " AND t.id > " });
            query.push_bind(id).push("))");
        }
        query.push(if newest_first {
            " ORDER BY t.opened_at DESC, t.id DESC LIMIT "
        } else {
            " ORDER BY t.opened_at, t.id LIMIT "
        });
        query.push_bind(filter.limit.clamp(1, 200));
        query
    }};
}

const COUNTS: &str = "SELECT
    (SELECT COUNT(*) FROM (SELECT 1 FROM ticket t WHERE t.status = 'open' LIMIT 1000) AS c0),
    (SELECT COUNT(*) FROM (SELECT 1 FROM ticket t WHERE t.status = 'open' AND t.assignee = $1 LIMIT 1000) AS c1),
    (SELECT COUNT(*) FROM (SELECT DISTINCT ticket_id FROM outbox
        WHERE kind = 'refusal' AND state = 'due' LIMIT 1000) AS c2),
    (SELECT COUNT(*) FROM (SELECT 1 FROM ticket t WHERE t.contested AND t.status = 'open' LIMIT 1000) AS c3),
    (SELECT COUNT(*) FROM (SELECT 1 FROM ticket t WHERE t.status = 'handed_over' AND EXISTS (SELECT 1 FROM hand_over h
        WHERE h.ticket_id = t.id AND h.state = 'answered' AND h.glanced_at IS NULL) LIMIT 1000) AS c4),
    (SELECT COUNT(*) FROM (SELECT 1 FROM ticket t WHERE t.status = 'handed_over' AND NOT EXISTS (SELECT 1 FROM hand_over h
        WHERE h.ticket_id = t.id AND h.state = 'answered' AND h.glanced_at IS NULL) LIMIT 1000) AS c5),
    (SELECT COUNT(*) FROM (SELECT 1 FROM ticket t WHERE t.status = 'set_aside' LIMIT 1000) AS c6),
    (SELECT COUNT(*) FROM (SELECT 1 FROM ticket t WHERE t.status = 'follow' LIMIT 1000) AS c7),
    (SELECT COUNT(*) FROM (SELECT DISTINCT ticket_id FROM outbox
        WHERE state IN ('failed', 'in_doubt') LIMIT 1000) AS c8)";

impl Store {
    /// A page of the list, at most `filter.limit` rows.
    pub async fn queue(&self, filter: &Filter) -> Result<Vec<Row>, StoreError> {
        let mut link = self.read().await?;
        let sqlite = link.db().is_sqlite();
        let search = if filter.search.trim().is_empty() {
            None
        } else {
            match search::expression(&filter.search, sqlite) {
                Some(expression) => Some(expression),
                // Only punctuation was asked for: nothing holds it.
                None => return Ok(Vec::new()),
            }
        };
        let rows: Vec<QueueRow> = match link.db() {
            Db::Sqlite(c) => {
                build!(filter, search.as_ref(), true).build_query_as::<QueueRow>().fetch_all(c).await?
            }
            Db::Postgres(c) => {
                build!(filter, search.as_ref(), false).build_query_as::<QueueRow>().fetch_all(c).await?
            }
        };
        rows.into_iter()
            .map(|row| {
                let ticket = Ticket::try_from(row.ticket)?;
                let verdict = serde_json::from_value(row.decision.0).ok();
                let handed = row.handed.as_deref().and_then(HandOverState::from_code);
                let (leaves_at, undelivered, meeting_at) = (row.leaves_at, row.undelivered, row.meeting_at);
                let assignee_name = row.assignee_name;
                Ok(Row { ticket, leaves_at, undelivered, handed, meeting_at, assignee_name, verdict })
            })
            .collect()
    }

    /// How many tickets stand in each view of [`View::ALL`] but `All`, in that order; counts stop at 1000.
    pub async fn queue_counts(&self, reader: &str) -> Result<Vec<(View, i64)>, StoreError> {
        let mut link = self.read().await?;
        let counts = one!((i64, i64, i64, i64, i64, i64, i64, i64, i64), link.db(), COUNTS, reader)?
            .unwrap_or_default();
        let (todo, mine, leaving, contested, to_read, handed, aside, followed, undelivered) = counts;
        let counts = [todo, mine, leaving, contested, to_read, handed, aside, followed, undelivered];
        Ok(View::ALL.into_iter().zip(counts).collect())
    }
}
