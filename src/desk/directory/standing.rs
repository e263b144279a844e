//! What an entry is on a day, for the people who look after the directory.

use chrono::{Days, NaiveDate};

use super::change::is_over;
use crate::clock::day_text;
use crate::desk::{Desk, DeskError};
use crate::message::Lang;
use crate::store::{EntryState, KeptEntry};
use crate::triage::directory::Entry;

/// Days before the end of a confirmation from which the team is told.
const SOON: Days = Days::new(30);

/// What an entry is on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryStanding {
    /// Somebody named them; a person of the team has to look.
    Suggested,
    /// Nobody confirmed it for twelve months: nothing leaves to it automatically.
    Unconfirmed,
    /// Its confirmation ends on that day, within thirty days.
    Soon(NaiveDate),
    /// In force and confirmed.
    Good,
    /// Begins later.
    Future,
    /// Its last day has passed, or the suggestion was put aside.
    Ended,
    /// Blanked because somebody asked.
    Erased,
}

impl EntryStanding {
    /// What an entry is on that day. Absence is beside it: [`crate::triage::directory::Entry::is_absent`].
    pub fn of(kept: &KeptEntry, day: NaiveDate) -> Self {
        let entry = &kept.entry;
        match kept.state {
            EntryState::Erased => return Self::Erased,
            _ if is_over(entry, day) => return Self::Ended,
            EntryState::Suggested => return Self::Suggested,
            EntryState::Kept => {}
        }
        match entry.confirmed_until() {
            _ if !entry.period.has_begun(day) => Self::Future,
            Some(until) if until < day => Self::Unconfirmed,
            None => Self::Unconfirmed,
            Some(until) if until <= day.checked_add_days(SOON).unwrap_or(day) => Self::Soon(until),
            Some(_) => Self::Good,
        }
    }

    /// Its code (`suggested`, `unconfirmed`, `soon`, `good`, `future`, `ended`, `erased`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Suggested => "suggested",
            Self::Unconfirmed => "unconfirmed",
            Self::Soon(_) => "soon",
            Self::Good => "good",
            Self::Future => "future",
            Self::Ended => "ended",
            Self::Erased => "erased",
        }
    }

    /// What the team reads of an entry of this standing (French, a part of a sentence).
    pub fn title(self, entry: &Entry) -> String {
        let day = |day: Option<NaiveDate>| day.map(|day| day_text(day, Lang::Fr)).unwrap_or_default();
        match self {
            Self::Suggested => "proposée, à reprendre ou à écarter".to_owned(),
            Self::Unconfirmed if entry.confirmed_on.is_none() => "jamais confirmée".to_owned(),
            Self::Unconfirmed => format!("à confirmer : dernière fois le {}", day(entry.confirmed_on)),
            Self::Soon(until) => format!("à confirmer avant le {}", day(until.succ_opt())),
            Self::Good => format!("confirmée le {}", day(entry.confirmed_on)),
            Self::Future => format!("à partir du {}", day(entry.period.from)),
            Self::Ended => format!("terminée le {}", day(entry.period.until)),
            Self::Erased => "effacée à la demande de la personne".to_owned(),
        }
    }

    /// Whether the team has something to do.
    pub fn needs_confirming(self) -> bool {
        matches!(self, Self::Suggested | Self::Unconfirmed | Self::Soon(_))
    }
}

/// How many entries wait for a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToConfirm {
    /// Unconfirmed for twelve months: nothing leaves to them automatically.
    pub unconfirmed: usize,
    /// Confirmed for thirty days more, or less.
    pub soon: usize,
    /// Named by somebody outside the team.
    pub suggested: usize,
}

impl ToConfirm {
    /// Counts entries as of a day.
    pub fn count(entries: &[KeptEntry], day: NaiveDate) -> Self {
        let mut counted = Self::default();
        for kept in entries {
            match EntryStanding::of(kept, day) {
                EntryStanding::Unconfirmed => counted.unconfirmed += 1,
                EntryStanding::Soon(_) => counted.soon += 1,
                EntryStanding::Suggested => counted.suggested += 1,
                _ => {}
            }
        }
        counted
    }

    /// Whether anything waits.
    pub fn any(self) -> bool {
        self != Self::default()
    }
}

impl Desk {
    /// What of the directory waits for a person today.
    pub async fn directory_to_confirm(&self) -> Result<ToConfirm, DeskError> {
        let (_, entries) = self.store().directory_entries().await?;
        Ok(ToConfirm::count(&entries, self.clock().today()))
    }
}
