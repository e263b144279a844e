//! Keep first: the one way in. It needs the store and nothing else, so that a door can keep what arrives even while the
//! rules or the replies have a fault.

use chrono::{DateTime, Utc};

use super::tally::Tally;
use super::{Desk, DeskError};
use crate::clock::Clock;
use crate::keys;
use crate::message::{Arrival, Door, Envelope};
use crate::store::keep::Keeper;
use crate::store::{Deed, Kept, Refused, Store, StoreError, new_id};

/// What a door may acknowledge: it is durably stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Arrival id.
    pub arrival_id: String,
    /// The public reference its ticket will have.
    pub reference: String,
    /// When it was first received.
    pub received_at: DateTime<Utc>,
    /// The same source key was kept before: nothing new was stored.
    pub again: bool,
}

/// What a door brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// The door it takes.
    pub door: Door,
    /// The door's own key ([`Arrival::source_key`]).
    pub source_key: String,
    /// The envelope, as far as it is known.
    pub envelope: Envelope,
    /// The octets.
    pub raw: Vec<u8>,
}

/// Keeps what arrives. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Doorkeeper {
    keeper: Keeper,
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) tally: Tally,
}

impl Doorkeeper {
    /// A doorkeeper of a store; its writer task starts with it.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { keeper: Keeper::start(store.clone()), store, clock, tally: Tally::default() }
    }

    /// Keeps what arrived, durably, before anything is acknowledged. `source_key` is the door's own key (form nonce,
    /// content digest): the same key again answers with what is already kept.
    pub async fn accept(
        &self,
        door: Door,
        source_key: &str,
        envelope: Envelope,
        raw: Vec<u8>,
    ) -> Result<Accepted, StoreError> {
        let incoming = Incoming { door, source_key: source_key.to_owned(), envelope, raw };
        let kept = self.keeper.keep(self.arrival(incoming)).await;
        self.counted(door, kept)
    }

    /// Keeps several as [`Doorkeeper::accept`] does one, in their order and in as few commits as can be; an answer for each.
    pub async fn accept_all(&self, incoming: Vec<Incoming>) -> Vec<Result<Accepted, StoreError>> {
        let doors: Vec<Door> = incoming.iter().map(|one| one.door).collect();
        let arrivals = incoming.into_iter().map(|one| self.arrival(one)).collect();
        let kept = self.keeper.keep_all(arrivals).await;
        doors.into_iter().zip(kept).map(|(door, kept)| self.counted(door, kept)).collect()
    }

    fn counted(&self, door: Door, kept: Result<Kept, StoreError>) -> Result<Accepted, StoreError> {
        let deed = match &kept {
            Ok(kept) if kept.again => Deed::Again,
            Ok(_) => Deed::Kept,
            Err(_) => Deed::Refused(Refused::Away),
        };
        self.tally.count(door, deed);
        kept.map(Accepted::from)
    }

    fn arrival(&self, incoming: Incoming) -> Arrival {
        let Incoming { door, source_key, envelope, raw } = incoming;
        Arrival {
            id: new_id(),
            door,
            source_key,
            received_at: self.clock.now(),
            envelope,
            reference: keys::random_reference(),
            raw,
        }
    }
}

impl From<Kept> for Accepted {
    fn from(kept: Kept) -> Self {
        Self {
            arrival_id: kept.id,
            reference: kept.reference,
            received_at: kept.received_at,
            again: kept.again,
        }
    }
}

impl Desk {
    /// Keeps what arrived ([`Doorkeeper::accept`]) and rings for the intake.
    pub async fn accept(
        &self,
        door: Door,
        source_key: &str,
        envelope: Envelope,
        raw: Vec<u8>,
    ) -> Result<Accepted, DeskError> {
        let accepted = self.0.doorkeeper.accept(door, source_key, envelope, raw).await?;
        self.arrivals_bell().notify_one();
        Ok(accepted)
    }

    /// Keeps several ([`Doorkeeper::accept_all`]) and rings for the intake.
    pub async fn accept_all(&self, incoming: Vec<Incoming>) -> Vec<Result<Accepted, StoreError>> {
        let accepted = self.0.doorkeeper.accept_all(incoming).await;
        self.arrivals_bell().notify_one();
        accepted
    }
}
