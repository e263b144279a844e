//! A request handed over: to whom, and what became of it. A ticket may have been handed over several times; each time is
//! followed by itself.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Actor;
use crate::triage::Contract;
use crate::triage::directory::Role;

/// What became of a hand-over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOverState {
    /// Its recipient has not answered yet.
    Waiting,
    /// Its recipient answered the requester, or us.
    Answered,
    /// Its recipient says that it is not theirs, or that they no longer have the function.
    Declined,
    /// Nobody answered in time.
    Silent,
    /// The mail came back, or its recipient is absent.
    Returned,
    /// The team took it back: a person answered, closed the ticket or handed it over to somebody else.
    TakenBack,
}

impl HandOverState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Answered, Self::Declined, Self::Silent, Self::Returned, Self::TakenBack];

    /// Its code (`waiting`, `taken_back`, …).
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Answered => "answered",
            Self::Declined => "declined",
            Self::Silent => "silent",
            Self::Returned => "returned",
            Self::TakenBack => "taken_back",
        }
    }

    /// The state with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What the team reads (French).
    pub fn title(self) -> &'static str {
        match self {
            Self::Waiting => "En attente de réponse",
            Self::Answered => "Réponse donnée",
            Self::Declined => "Déclinée",
            Self::Silent => "Sans réponse",
            Self::Returned => "Non remise ou absence",
            Self::TakenBack => "Reprise par l’équipe",
        }
    }
}

/// One hand-over of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// UUIDv7.
    pub id: String,
    /// The ticket it belongs to.
    pub ticket_id: String,
    /// The directory's entry it went to, which may be gone since; `None`: an address that a person typed.
    pub entry_id: Option<String>,
    /// As what its recipient was asked.
    pub role: Role,
    /// The contract it is about, if it is known.
    pub contract: Option<Contract>,
    /// Its recipient's address.
    pub email: String,
    /// Name or function, for the team; may be empty.
    pub name: String,
    /// The mail that carries it; `None`: gathered, and not written yet.
    pub outbox_id: Option<String>,
    /// What became of it.
    pub state: HandOverState,
    /// Who handed over.
    pub by: Actor,
    /// When.
    pub made_at: DateTime<Utc>,
    /// The next reminder, or the end of patience; `None`: nothing is waited for.
    pub remind_at: Option<DateTime<Utc>>,
    /// Reminders promised so far.
    pub reminders: i64,
    /// When it was no longer waited for.
    pub ended_at: Option<DateTime<Utc>>,
    /// The requester has got the answer.
    pub reached: bool,
    /// When a person of the team read the answer.
    pub glanced_at: Option<DateTime<Utc>>,
    /// How it ended, in a sentence (French). While it waits: empty, or that its recipient wrote what a person has to read.
    pub note: String,
}
