//! What needs somebody now: the sections of the first page, and how many stand in each view.

use std::fmt::Write as _;
use std::sync::LazyLock;

use sqlx::FromRow;

use super::super::on;
use super::view::condition;
use super::{COUNTED, Filter, Row, View, page};
use crate::store::{Store, StoreError};

/// A section of the first page.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What it is about.
    pub view: View,
    /// How many there are; 1000 where there are more.
    pub count: i64,
    /// The oldest of them.
    pub rows: Vec<Row>,
}

/// The counts of every view of [`View::ALL`] but `All`, one column each, in that order.
static COUNTS: LazyLock<String> = LazyLock::new(|| {
    let mut sql = String::from("SELECT ");
    for (place, view) in View::ALL.into_iter().filter(|view| *view != View::All).enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        let reader = if view == View::Mine { "$1" } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(
            sql,
            "{comma}(SELECT COUNT(*) FROM (SELECT 1 AS one FROM ticket t WHERE {}{reader} LIMIT {COUNTED}) AS c{place})",
            condition(view)
        );
    }
    sql
});

/// The counts as they come.
struct Counts(Vec<i64>);

impl<'r, R: sqlx::Row> FromRow<'r, R> for Counts
where
    usize: sqlx::ColumnIndex<R>,
    i64: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        (0..row.len()).map(|column| row.try_get(column)).collect::<Result<_, _>>().map(Self)
    }
}

impl Store {
    /// How many tickets stand in each view of [`View::ALL`] but `All`, in that order; counts stop at 1000.
    pub async fn queue_counts(&self, reader: &str) -> Result<Vec<(View, i64)>, StoreError> {
        let mut link = self.read().await?;
        // Made of constants alone.
        let sql = || sqlx::AssertSqlSafe(COUNTS.as_str());
        let counts = on!(link.db(), c => sqlx::query_as::<_, Counts>(sql()).bind(reader).fetch_one(c).await)?;
        Ok(View::ALL.into_iter().zip(counts.0).collect())
    }

    /// The sections of the first page that hold something, in the order of need, with the `most` oldest of each.
    pub async fn queue_now(&self, counts: &[(View, i64)], most: i64) -> Result<Vec<Section>, StoreError> {
        let mut link = self.read().await?;
        let mut sections = Vec::new();
        for view in View::NOW {
            let count = counts.iter().find(|(counted, _)| *counted == view).map_or(0, |(_, count)| *count);
            if count > 0 {
                let filter = Filter { view, limit: most, ..Filter::default() };
                sections.push(Section { view, count, rows: page(link.db(), &filter).await? });
            }
        }
        Ok(sections)
    }
}
