//! What the doors were brought: kept, already there, refused and why. Each door counts for itself, apart from the arrivals it
//! leaves behind; so a loss between the two is seen.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, QueryBuilder};

use super::db::all;
use super::ledger::{Line, lines};
use super::{Store, StoreError, Tx, on, unreadable};
use crate::message::Door;

/// What a door did with something it was brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Deed {
    /// Kept, and said so.
    Kept,
    /// It was kept before: said so again.
    Again,
    /// Not taken.
    Refused(Refused),
}

/// Why something was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refused {
    /// It could not be stored; whoever brought it keeps it and tries again.
    Away,
    /// It is for an address that is not the service's.
    NotOurs,
    /// It is larger than may be.
    TooLarge,
    /// Too much came at once; it is brought again.
    NoRoom,
    /// Whoever brought it broke off; it is brought again.
    Cut,
    /// It was gone from the mailbox before it could be read.
    Gone,
}

impl Refused {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::Away, Self::NotOurs, Self::TooLarge, Self::NoRoom, Self::Cut, Self::Gone];

    /// Its code (`away`, `not-ours`, …).
    pub fn code(self) -> &'static str {
        match self {
            Self::Away => "away",
            Self::NotOurs => "not-ours",
            Self::TooLarge => "too-large",
            Self::NoRoom => "no-room",
            Self::Cut => "cut",
            Self::Gone => "gone",
        }
    }

    /// What people read (French).
    pub fn title(self) -> &'static str {
        match self {
            Self::Away => "base absente, représenté plus tard",
            Self::NotOurs => "pas pour le service",
            Self::TooLarge => "trop lourd",
            Self::NoRoom => "trop à la fois, représenté plus tard",
            Self::Cut => "interrompu, représenté plus tard",
            Self::Gone => "parti de la boîte avant d’être lu",
        }
    }
}

impl Deed {
    /// Its code (`kept`, `again`, or that of the refusal).
    pub fn code(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Again => "again",
            Self::Refused(why) => why.code(),
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        let refusals = Refused::ALL.into_iter().map(Self::Refused);
        [Self::Kept, Self::Again].into_iter().chain(refusals).find(|deed| deed.code() == code)
    }
}

/// The count of one door: everything it was brought is kept, already there, refused or still tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorCount {
    /// The door.
    pub door: Door,
    /// Arrivals of this door.
    pub kept: i64,
    /// How many of them it said it kept. Fewer than `kept` where a process died between keeping and counting.
    pub acknowledged: i64,
    /// Brought again after they were kept.
    pub again: i64,
    /// Not taken, by reason; those that never happened are left out.
    pub refused: Vec<(Refused, i64)>,
    /// In a mailbox, not to be had so far.
    pub pending: i64,
    /// When something was last refused because it could not be stored.
    pub away_at: Option<DateTime<Utc>>,
}

impl DoorCount {
    /// Everything the door was brought.
    pub fn seen(&self) -> i64 {
        self.kept + self.missing() + self.again + self.refusals() + self.pending
    }

    /// All refusals.
    pub fn refusals(&self) -> i64 {
        self.refused.iter().map(|(_, total)| total).sum()
    }

    /// Said to be kept, and not among the arrivals: lost. Must be 0.
    pub fn missing(&self) -> i64 {
        (self.acknowledged - self.kept).max(0)
    }

    /// Whether everything that was acknowledged is there.
    pub fn balances(&self) -> bool {
        self.missing() == 0
    }
}

/// What the doors were brought and what became of what they kept, seen at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// What became of the arrivals, a line a door, in the order of [`Door::ALL`].
    pub lines: Vec<Line>,
    /// What the doors were brought, in the same order.
    pub doors: Vec<DoorCount>,
}

impl Balance {
    /// Whether every count balances.
    pub fn holds(&self) -> bool {
        self.lines.iter().all(Line::balances) && self.doors.iter().all(DoorCount::balances)
    }
}

#[derive(FromRow)]
struct TallyRow {
    door: String,
    what: String,
    total: i64,
    last_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct SeenRow {
    door: String,
    state: String,
    total: i64,
}

const INSERT: &str = "INSERT INTO door_tally (door, what, total, last_at) ";
const ADD: &str = " ON CONFLICT (door, what) DO UPDATE
    SET total = door_tally.total + excluded.total, last_at = excluded.last_at";
const TALLIES: &str = "SELECT door, what, total, last_at FROM door_tally";
// What failed under a UIDVALIDITY that is no more is asked for no longer, under its old number.
const SEEN: &str = "SELECT s.door, s.state, COUNT(*) AS total FROM mailbox_seen s
    LEFT JOIN mailbox m ON m.name = s.mailbox AND m.folder = s.folder AND m.uidvalidity = s.uidvalidity
    WHERE s.state <> 'failing' OR m.name IS NOT NULL GROUP BY s.door, s.state";

impl Store {
    /// Adds to the counts of doors, in one commit.
    pub async fn doors_count(
        &self,
        deeds: &[(Door, Deed, i64)],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if deeds.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        on!(tx.db(), c => {
            let mut insert = QueryBuilder::new(INSERT);
            insert.push_values(deeds, |mut row, (door, deed, total)| {
                row.push_bind(door.code()).push_bind(deed.code()).push_bind(*total).push_bind(now);
            });
            insert.push(ADD);
            insert.build().execute(c).await.map(|_| ())
        })?;
        tx.commit().await
    }

    /// Every count, at one moment.
    pub async fn balance(&self) -> Result<Balance, StoreError> {
        let mut tx = self.look().await?;
        let doors = doors(&mut tx).await?;
        let lines = lines(tx.db()).await?;
        let doors = doors
            .into_iter()
            .zip(&lines)
            .map(|(door, line)| DoorCount { kept: line.arrived, ..door })
            .collect();
        Ok(Balance { lines, doors })
    }
}

/// The counts of the doors, the arrivals not yet among them.
async fn doors(tx: &mut Tx) -> Result<Vec<DoorCount>, StoreError> {
    let tallies = all!(TallyRow, tx.db(), TALLIES)?;
    let seen = all!(SeenRow, tx.db(), SEEN)?;
    Door::ALL
        .into_iter()
        .map(|door| {
            let mut count = DoorCount {
                door,
                kept: 0,
                acknowledged: 0,
                again: 0,
                refused: Vec::new(),
                pending: 0,
                away_at: None,
            };
            for row in tallies.iter().filter(|row| row.door == door.code()) {
                let deed =
                    Deed::from_code(&row.what).ok_or_else(|| unreadable("door_tally", &row.door, "what"))?;
                match deed {
                    Deed::Kept => count.acknowledged = row.total,
                    Deed::Again => count.again = row.total,
                    Deed::Refused(why) => {
                        count.refused.push((why, row.total));
                        count.away_at = (why == Refused::Away).then_some(row.last_at).or(count.away_at);
                    }
                }
            }
            // A mailbox remembers its mails one by one, over crashes too.
            for row in seen.iter().filter(|row| row.door == door.code()) {
                match row.state.as_str() {
                    "kept" => count.acknowledged = count.acknowledged.max(row.total),
                    "again" => count.again = row.total,
                    "failing" => count.pending = row.total,
                    "gone" => count.refused.push((Refused::Gone, row.total)),
                    _ => {}
                }
            }
            count.refused.sort_unstable();
            Ok(count)
        })
        .collect()
}
