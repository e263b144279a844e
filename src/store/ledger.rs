//! Does everything that arrived stand in exactly one place?

use sqlx::FromRow;

use super::db::all;
use super::{Db, Store, StoreError};
use crate::message::Door;

/// The count of one door. It balances when `arrived` is the sum of the others and nothing dangles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The door.
    pub door: Door,
    /// Everything kept.
    pub arrived: i64,
    /// Opened a ticket.
    pub opened: i64,
    /// Filed on a ticket.
    pub appended: i64,
    /// Bounces and notices linked.
    pub linked: i64,
    /// Already here.
    pub duplicate: i64,
    /// Mails of the service to itself.
    pub probes: i64,
    /// Faults of ours, waiting for a person.
    pub parked: i64,
    /// Not yet understood.
    pub waiting: i64,
    /// Done, but the ticket it opened or the message it became is not there: must be 0.
    pub dangling: i64,
}

impl Line {
    /// Whether everything that arrived is accounted for.
    pub fn balances(&self) -> bool {
        self.dangling == 0
            && self.arrived
                == self.opened
                    + self.appended
                    + self.linked
                    + self.duplicate
                    + self.probes
                    + self.parked
                    + self.waiting
    }
}

#[derive(FromRow)]
struct LedgerRow {
    door: String,
    arrived: i64,
    opened: i64,
    appended: i64,
    linked: i64,
    duplicate: i64,
    probes: i64,
    parked: i64,
    waiting: i64,
    dangling: i64,
}

// `dangling` looks behind the marks: an arrival said to be opened or appended must have its message, and that message
// the ticket the arrival names.
const LEDGER: &str = "SELECT a.door AS door, COUNT(*) AS arrived,
    COUNT(CASE WHEN a.state = 'done' AND a.outcome = 'opened' THEN 1 END) AS opened,
    COUNT(CASE WHEN a.state = 'done' AND a.outcome = 'appended' THEN 1 END) AS appended,
    COUNT(CASE WHEN a.state = 'done' AND a.outcome = 'linked' THEN 1 END) AS linked,
    COUNT(CASE WHEN a.state = 'done' AND a.outcome = 'duplicate' THEN 1 END) AS duplicate,
    COUNT(CASE WHEN a.state = 'done' AND a.outcome = 'probe' THEN 1 END) AS probes,
    COUNT(CASE WHEN a.state = 'parked' THEN 1 END) AS parked,
    COUNT(CASE WHEN a.state = 'waiting' THEN 1 END) AS waiting,
    COUNT(CASE WHEN a.state = 'done' AND a.outcome IN ('opened', 'appended', 'linked')
        AND (m.id IS NULL OR t.id IS NULL) THEN 1 END) AS dangling
    FROM arrival a
    LEFT JOIN message m ON m.arrival_id = a.id
    LEFT JOIN ticket t ON t.id = m.ticket_id AND t.id = a.ticket_id
    GROUP BY a.door";

impl Store {
    /// One line per door, in the order of [`Door::ALL`].
    pub async fn ledger(&self) -> Result<Vec<Line>, StoreError> {
        let mut link = self.read().await?;
        lines(link.db()).await
    }
}

pub(super) async fn lines(db: Db<'_>) -> Result<Vec<Line>, StoreError> {
    let rows = all!(LedgerRow, db, LEDGER)?;
    let line = |door: Door| {
        let row = rows.iter().find(|row| row.door == door.code());
        let count = |of: fn(&LedgerRow) -> i64| row.map_or(0, of);
        Line {
            door,
            arrived: count(|row| row.arrived),
            opened: count(|row| row.opened),
            appended: count(|row| row.appended),
            linked: count(|row| row.linked),
            duplicate: count(|row| row.duplicate),
            probes: count(|row| row.probes),
            parked: count(|row| row.parked),
            waiting: count(|row| row.waiting),
            dangling: count(|row| row.dangling),
        }
    };
    Ok(Door::ALL.into_iter().map(line).collect())
}
