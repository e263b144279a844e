//! Keep first, and fast: one task writes all arrivals, and those that wait together share one commit. No timer is
//! needed: while one commit reaches the disk, the next batch gathers. A waiter is answered only after the commit. Should
//! writing panic, those of that batch are told that nothing is kept, and the next batch is written as ever.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
use sqlx::types::Json;
use tokio::sync::{mpsc, oneshot};

use super::arrival::WAITING;
use super::db::one;
use super::{Store, StoreError, on};
use crate::kill::kill_point;
use crate::message::Arrival;

/// The most arrivals in one commit.
const BATCH: usize = 128;

/// What is kept under a source key.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Kept {
    /// Arrival id.
    pub id: String,
    /// The public reference its ticket has or will have.
    pub reference: String,
    /// When it was first received.
    pub received_at: DateTime<Utc>,
    /// The source key was there before: nothing new was stored.
    #[sqlx(skip)]
    pub again: bool,
}

type Waiter = oneshot::Sender<Result<Kept, StoreError>>;

/// The way to the writer task. Cheap to clone; the task ends when the last one is dropped.
#[derive(Clone, Debug)]
pub struct Keeper(mpsc::Sender<(Arrival, Waiter)>);

impl Keeper {
    /// Starts the writer task of a store.
    pub fn start(store: Store) -> Self {
        let (sender, mut waiting) = mpsc::channel::<(Arrival, Waiter)>(BATCH * 4);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while waiting.recv_many(&mut batch, BATCH).await > 0 {
                let (store, batch) = (store.clone(), std::mem::take(&mut batch));
                let arrivals = batch.len();
                // In a task of its own, for this one must outlive it: with it every door would be shut until a restart.
                let written = tokio::spawn(async move { store.keep_batch(batch).await }).await;
                if written.is_err() {
                    tracing::error!(arrivals, "writing what arrived panicked: it is not acknowledged");
                }
            }
        });
        Self(sender)
    }

    /// Keeps an arrival; when this returns `Ok`, it is on disk.
    pub async fn keep(&self, arrival: Arrival) -> Result<Kept, StoreError> {
        self.sent(arrival).await?.await.map_err(|_| StoreError::Closing)?
    }

    /// Keeps several in their order, together as far as the writer finds them waiting; an answer for each.
    pub async fn keep_all(&self, arrivals: Vec<Arrival>) -> Vec<Result<Kept, StoreError>> {
        let mut answers = Vec::with_capacity(arrivals.len());
        for arrival in arrivals {
            answers.push(self.sent(arrival).await);
        }
        let mut kept = Vec::with_capacity(answers.len());
        for answer in answers {
            kept.push(match answer {
                Ok(answer) => answer.await.unwrap_or(Err(StoreError::Closing)),
                Err(closing) => Err(closing),
            });
        }
        kept
    }

    async fn sent(
        &self,
        arrival: Arrival,
    ) -> Result<oneshot::Receiver<Result<Kept, StoreError>>, StoreError> {
        let (sender, answer) = oneshot::channel();
        self.0.send((arrival, sender)).await.map_err(|_| StoreError::Closing)?;
        Ok(answer)
    }
}

const INSERT: &str = "INSERT INTO arrival
    (id, door, source_key, reference, received_at, envelope, raw, size, state, attempts) ";
const BY_KEY: &str = "SELECT id, reference, received_at FROM arrival WHERE source_key = $1";

impl Store {
    async fn keep_batch(&self, batch: Vec<(Arrival, Waiter)>) {
        let (arrivals, waiters): (Vec<Arrival>, Vec<Waiter>) = batch.into_iter().unzip();
        match self.keep_together(&arrivals).await {
            Ok(kept) => {
                for (waiter, kept) in waiters.into_iter().zip(kept) {
                    // A waiter that hung up has nobody left to tell; what it brought is kept all the same.
                    let _ = waiter.send(Ok(kept));
                }
            }
            // One bad row must not harm the others: each for itself.
            Err(_) => {
                for (waiter, arrival) in waiters.into_iter().zip(&arrivals) {
                    let kept = self.keep_together(std::slice::from_ref(arrival)).await;
                    let _ = waiter.send(kept.and_then(|mut one| one.pop().ok_or(StoreError::Closing)));
                }
            }
        }
    }

    async fn keep_together(&self, arrivals: &[Arrival]) -> Result<Vec<Kept>, StoreError> {
        let mut tx = self.begin().await?;
        let new: HashSet<String> = on!(tx.db(), c => {
            let mut insert = QueryBuilder::new(INSERT);
            insert.push_values(arrivals, |mut row, arrival| {
                row.push_bind(&arrival.id)
                    .push_bind(arrival.door.code())
                    .push_bind(&arrival.source_key)
                    .push_bind(&arrival.reference)
                    .push_bind(arrival.received_at)
                    .push_bind(Json(&arrival.envelope))
                    .push_bind(&arrival.raw)
                    .push_bind(i64::try_from(arrival.raw.len()).unwrap_or(i64::MAX))
                    .push_bind(WAITING)
                    .push_bind(0_i64);
            });
            insert.push(" ON CONFLICT (source_key) DO NOTHING RETURNING id");
            insert.build_query_scalar::<String>().fetch_all(c).await
        })?
        .into_iter()
        .collect();
        let mut kept = Vec::with_capacity(arrivals.len());
        for arrival in arrivals {
            kept.push(if new.contains(&arrival.id) {
                let (id, reference) = (arrival.id.clone(), arrival.reference.clone());
                Kept { id, reference, received_at: arrival.received_at, again: false }
            } else {
                let before = one!(Kept, tx.db(), BY_KEY, &arrival.source_key)?;
                Kept { again: true, ..before.ok_or(StoreError::Closing)? }
            });
        }
        kill_point!("keep-before-commit");
        tx.commit().await?;
        kill_point!("keep-after-commit");
        Ok(kept)
    }
}
