//! What somebody of the directory says of themselves, or their mailbox for them: absent until a day, no longer me, it is
//! somebody else. These run in the transaction of what they came with.

use chrono::{Months, NaiveDate};

use super::change::is_over;
use crate::clock::day_text;
use crate::desk::{Desk, DeskError};
use crate::message::Lang;
use crate::store::{EntrySide, EntryState, KeptEntry, Through, Tx, new_id};
use crate::ticket::Actor;
use crate::triage::Period;
use crate::triage::directory::Entry;

/// Months of the longest absence that is taken from an answer: beyond, somebody else should answer.
const LONGEST_ABSENCE: Months = Months::new(12);

/// Who answers instead, as somebody outside the team says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The entry in whose place: organisation, role and contract are taken from it.
    pub instead_of: String,
    /// Address.
    pub email: String,
    /// Name or function; may be empty.
    pub name: String,
    /// What was written with it; may be empty.
    pub note: String,
}

impl Desk {
    /// The person of an entry is absent from today to `until`, in every role they have under the same address. Refused
    /// for a day that has passed, or beyond a year.
    pub async fn directory_absent(
        &self,
        tx: &mut Tx,
        entry_id: &str,
        until: NaiveDate,
        by: &Actor,
    ) -> Result<(), DeskError> {
        let today = self.clock().today();
        if until < today || today.checked_add_months(LONGEST_ABSENCE).is_some_and(|most| until > most) {
            let day = day_text(until, Lang::Fr);
            return Err(DeskError::Refused(format!("Une absence jusqu’au {day} ne peut être notée.")));
        }
        let absence = Some(Period { from: Some(today), until: Some(until) });
        let same = |told: &Entry, other: &Entry| told.email.eq_ignore_ascii_case(&other.email);
        self.directory_tell(tx, entry_id, by, same, |entry| Entry { absence, ..entry.clone() }).await
    }

    /// Somebody says that the person of an entry no longer has this role in this organisation, or will be away for long. The
    /// entry is no longer confirmed, for whatever contract: nothing leaves to it by itself until a person of the team
    /// confirms or ends it.
    pub async fn directory_doubted(&self, tx: &mut Tx, entry_id: &str, by: &Actor) -> Result<(), DeskError> {
        let same = |told: &Entry, other: &Entry| {
            let (told, other) = (told.key(), other.key());
            (&told.0, told.1, &told.3) == (&other.0, other.1, &other.3)
        };
        let doubted = |entry: &Entry| Entry { confirmed_on: None, ..entry.clone() };
        self.directory_tell(tx, entry_id, by, same, doubted).await
    }

    /// Somebody says that the subject of an entry is not theirs: that entry is no longer confirmed, others of theirs are.
    pub async fn directory_unconfirmed(
        &self,
        tx: &mut Tx,
        entry_id: &str,
        by: &Actor,
    ) -> Result<(), DeskError> {
        let same = |told: &Entry, other: &Entry| told.id == other.id;
        let unconfirmed = |entry: &Entry| Entry { confirmed_on: None, ..entry.clone() };
        self.directory_tell(tx, entry_id, by, same, unconfirmed).await
    }

    /// Keeps a suggestion for the team: nothing is sent to it, and no decision reads it, before a person of the team takes
    /// it over. Answers its id, or that of the entry there is already. Refused where the address is none.
    pub async fn directory_suggest(
        &self,
        tx: &mut Tx,
        suggestion: &Suggestion,
        by: &Actor,
    ) -> Result<String, DeskError> {
        tx.directory_rename(None).await?;
        let today = self.clock().today();
        let known = tx.directory_entries().await?;
        let told = find(&known, &suggestion.instead_of)?;
        let given = Entry {
            name: foreign(&suggestion.name),
            email: suggestion.email.clone(),
            deputy: false,
            period: Period::default(),
            absence: None,
            confirmed_on: None,
            note: foreign(&suggestion.note),
            ..told.entry.clone()
        };
        let cells = given.cells();
        let cells = cells.each_ref().map(|(column, text)| (*column, text.as_str()));
        let triage = self.triage_in(tx).await?;
        let entry = Entry::typed(&cells, triage.reference()).map_err(|faults| {
            DeskError::Refused(faults.iter().map(|fault| fault.says.clone()).collect::<Vec<_>>().join(" ; "))
        })?;
        let entry = Entry { id: new_id(), ..entry };
        let same = |kept: &&KeptEntry| {
            kept.state != EntryState::Erased
                && !is_over(&kept.entry, today)
                && kept.entry.key() == entry.key()
        };
        if let Some(there) = known.iter().find(same) {
            return Ok(there.entry.id.clone());
        }
        let id = entry.id.clone();
        let new = EntrySide { state: EntryState::Suggested, entry };
        self.directory_put_as(tx, None, new, by, Through::Answer).await?;
        Ok(id)
    }

    /// Changes every entry in force that is the `same` as the one somebody spoke of.
    async fn directory_tell(
        &self,
        tx: &mut Tx,
        entry_id: &str,
        by: &Actor,
        same: impl Fn(&Entry, &Entry) -> bool,
        change: impl Fn(&Entry) -> Entry,
    ) -> Result<(), DeskError> {
        tx.directory_rename(None).await?;
        let today = self.clock().today();
        let known = tx.directory_entries().await?;
        let told = find(&known, entry_id)?;
        let of_them = known.iter().filter(|kept| {
            kept.state == EntryState::Kept && !is_over(&kept.entry, today) && same(&told.entry, &kept.entry)
        });
        for kept in of_them {
            self.directory_put(tx, Some(kept), change(&kept.entry), by, Through::Answer).await?;
        }
        Ok(())
    }
}

/// A text from outside the team, short and without what a spreadsheet would take for a formula.
fn foreign(text: &str) -> String {
    text.trim_start_matches(|c: char| c.is_whitespace() || "=+-@".contains(c))
        .trim_end()
        .chars()
        .take(1000)
        .collect()
}

fn find<'a>(known: &'a [KeptEntry], id: &str) -> Result<&'a KeptEntry, DeskError> {
    let found = known.iter().find(|kept| kept.entry.id == id && kept.state != EntryState::Erased);
    found.ok_or(DeskError::NotFound)
}
