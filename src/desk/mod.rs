//! The use cases, one transaction each. A door calls [`Desk::accept`]; the intake loop calls [`Desk::process_next`]; the
//! delivery loop calls `deliver.rs`; a person's acts stand in `acts/`. Everything a use case promises (messages, events,
//! outbox entries) is committed together or not at all.

mod accept;
mod acts;
mod admit;
mod alike;
mod append;
mod attachment;
pub mod backtest;
mod bounce;
mod breaker;
mod correction;
mod decide;
mod deliver;
mod directory;
pub mod figures;
mod follow;
mod forward;
mod found;
mod hand;
mod hand_over;
mod health;
mod letter;
mod memory;
mod named;
mod notice;
mod objection;
mod open;
mod owed;
mod own_data;
mod pass_on;
mod plan;
mod preview;
mod probe;
mod process;
pub mod ratio;
mod reference;
pub mod rule_report;
mod same;
mod sent;
pub mod settings;
mod status;
mod status_code;
mod tally;
mod texts;
mod third_party;
mod thread;
mod understand;
mod waiting;

use std::sync::Arc;

use tokio::sync::Notify;

use crate::clock::Clock;
use crate::keys::Keys;
use crate::mail::compose::{AddressError, ComposeError};
use crate::mail::parse::Own;
use crate::message::FormRawError;
use crate::reply::{Replies, ReplyError};
use crate::service;
use crate::store::{Store, StoreError};
use crate::triage::Triage;

pub use accept::{Accepted, Doorkeeper, Incoming};
pub use acts::{Bulk, MOST_AT_ONCE, Others, Outgoing, OwnEnd, Recipient, RecipientPart, Seen, TakenBack};
pub use alike::Around;
pub use correction::Correction;
pub use decide::decide;
pub use deliver::{DomainPace, Outcome as DeliveryOutcome, Parcel};
pub use directory::{DirectoryPlan, EntryStanding, ImportError, SeenEntry, Suggestion, ToConfirm};
pub use forward::Forward;
pub use hand_over::{HandOverPage, HandOverTo, RecipientSays};
pub use health::{Health, Trouble};
pub use named::Proposal;
pub use objection::forget_example;
pub use own_data::OwnData;
pub use pass_on::{PASS_ON_WISH, PassOnPage, PassedOn};
pub use preview::Preview;
pub use probe::{Probe, ProbeSender};
pub use reference::corrected;
pub use settings::{Automatic, AutomaticSender, Examples, Follow, HandOverSettings, Mode, Refuse, Settings};
pub use status::{Stage, Standing};
pub use status_code::{CODE_MINUTES, CODES_AN_HOUR};
pub use texts::{PreviewOn, PublishError, ReplyText, Seen as SeenText, TextPreview};
pub use third_party::{AnswerToKeep, Question};

/// The desk: everything a use case needs. Cheap to clone.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

/// What a desk is made of.
pub struct Parts {
    /// Where everything is kept.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// The signing keys.
    pub keys: Keys,
    /// The rule set in force.
    pub triage: Arc<Triage>,
    /// The reply texts.
    pub replies: Replies,
    /// What the service says of itself.
    pub service: service::Settings,
    /// The service's own addresses, as reading mail needs them.
    pub own: Own,
    /// How far it may act without a person.
    pub settings: Settings,
}

struct Inner {
    parts: Parts,
    doorkeeper: Doorkeeper,
    directory: directory::Snapshot,
    reference: reference::Snapshot,
    arrivals: Notify,
    outbox: Notify,
}

impl Desk {
    /// A desk; its writer task starts with it.
    pub fn new(parts: Parts) -> Self {
        let doorkeeper = Doorkeeper::new(parts.store.clone(), parts.clock.clone());
        Self(Arc::new(Inner {
            reference: reference::Snapshot::of(parts.triage.clone()),
            parts,
            doorkeeper,
            directory: directory::Snapshot::default(),
            arrivals: Notify::new(),
            outbox: Notify::new(),
        }))
    }

    /// The store, for reading.
    pub fn store(&self) -> &Store {
        &self.0.parts.store
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.parts.clock
    }

    /// The signing keys.
    pub fn keys(&self) -> &Keys {
        &self.0.parts.keys
    }

    /// The rule set as shipped or as its folder has it. What depends on reference rows asks [`Desk::triage_now`].
    pub fn triage(&self) -> &Triage {
        &self.0.parts.triage
    }

    /// The reply texts.
    pub fn replies(&self) -> &Replies {
        &self.0.parts.replies
    }

    /// What the service says of itself.
    pub fn service(&self) -> &service::Settings {
        &self.0.parts.service
    }

    /// How far it may act without a person.
    pub fn settings(&self) -> &Settings {
        &self.0.parts.settings
    }

    /// Rings when an arrival was kept by this process.
    pub fn arrivals_bell(&self) -> &Notify {
        &self.0.arrivals
    }

    /// Rings when a mail was promised by this process.
    pub fn outbox_bell(&self) -> &Notify {
        &self.0.outbox
    }

    fn own(&self) -> &Own {
        &self.0.parts.own
    }
}

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// There is no such ticket, entry or arrival.
    #[error("introuvable")]
    NotFound,
    /// Somebody changed the ticket, or the entry of the directory, since the reader saw it.
    #[error("la version {seen} a changé depuis ; on en est à la {now}")]
    Conflict {
        /// The version the reader saw.
        seen: i64,
        /// The version in the store.
        now: i64,
    },
    /// What was asked makes no sense here; the sentence (French) is for the person who asked.
    #[error("{0}")]
    Refused(String),
    /// A reply text cannot be filled in.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// A mail would go to what is no address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A mail cannot be written.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// A kept form cannot be read back.
    #[error(transparent)]
    Form(#[from] FormRawError),
    /// A fault of the program itself (a panic); its place stands in the journal.
    #[error("le programme a échoué sur ce message")]
    Defect,
    /// A message was not understood in the time that one instance has for it.
    #[error("le programme n’en a pas fini à temps avec ce message")]
    Slow,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
