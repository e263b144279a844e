//! What a person of the team does to the directory on its page.

use chrono::{Days, NaiveDate};

use crate::desk::{Desk, DeskError};
use crate::store::{EntrySide, EntryState, KeptEntry, Through, Tx, new_id};
use crate::ticket::Actor;
use crate::triage::Period;
use crate::triage::directory::Entry;

/// An entry as the person saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenEntry {
    /// Its id.
    pub id: String,
    /// The version on the page.
    pub version: i64,
}

impl Desk {
    /// Adds an entry; answers its id. Refused where the directory has it already.
    pub async fn directory_add(&self, entry: Entry, person: &str) -> Result<String, DeskError> {
        let mut tx = self.directory_begin().await?;
        let today = self.clock().today();
        self.check_typed(&entry, today)?;
        let known = tx.directory_entries().await?;
        let same = |kept: &KeptEntry| {
            kept.state != EntryState::Erased
                && !is_over(&kept.entry, today)
                && kept.entry.key() == entry.key()
        };
        if known.iter().any(same) {
            return Err(DeskError::Refused(
                "L’annuaire a déjà cette entrée : même organisme, même rôle, même marché, même adresse. Modifiez-la."
                    .to_owned(),
            ));
        }
        let id = new_id();
        let entry = Entry { id: id.clone(), ..entry };
        self.directory_put(&mut tx, None, entry, &Actor::Person(person.to_owned()), Through::Page).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Replaces what an entry says; a suggestion becomes an entry by it.
    pub async fn directory_edit(
        &self,
        seen: &SeenEntry,
        entry: Entry,
        person: &str,
    ) -> Result<(), DeskError> {
        self.check_typed(&entry, self.clock().today())?;
        let edit = |kept: &KeptEntry| Entry { id: kept.entry.id.clone(), ..entry.clone() };
        self.directory_each(std::slice::from_ref(seen), person, edit).await
    }

    /// Confirms entries as of today, all of them or, where one changed meanwhile or is only suggested, none.
    pub async fn directory_confirm(&self, seen: &[SeenEntry], person: &str) -> Result<(), DeskError> {
        let today = self.clock().today();
        let mut tx = self.directory_begin().await?;
        let by = Actor::Person(person.to_owned());
        for seen in seen {
            let kept = in_seen_version(&mut tx, seen).await?;
            // An address named from outside is read on its own page before anything may leave to it.
            if kept.state == EntryState::Suggested {
                let sentence = "Une entrée proposée de l’extérieur ne se confirme pas d’un clic : reprenez-la sur sa page, ou \
                                écartez-la.";
                return Err(DeskError::Refused(sentence.to_owned()));
            }
            let entry = Entry { confirmed_on: Some(today), ..kept.entry.clone() };
            self.directory_put(&mut tx, Some(&kept), entry, &by, Through::Page).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Makes a suggestion an entry, confirmed as of today.
    pub async fn directory_take_over(&self, seen: &SeenEntry, person: &str) -> Result<(), DeskError> {
        let today = self.clock().today();
        let confirm = |kept: &KeptEntry| Entry { confirmed_on: Some(today), ..kept.entry.clone() };
        self.directory_each(std::slice::from_ref(seen), person, confirm).await
    }

    /// Puts a suggestion aside; an entry is ended with its last day instead ([`Desk::directory_end`]).
    pub async fn directory_put_aside(&self, seen: &SeenEntry, person: &str) -> Result<(), DeskError> {
        let kept = self.store().directory_entry(&seen.id).await?.ok_or(DeskError::NotFound)?;
        if kept.state != EntryState::Suggested {
            return Err(DeskError::Refused("Cette entrée n’est plus une proposition.".to_owned()));
        }
        self.directory_end(seen, before(self.clock().today()), person).await
    }

    /// Says when somebody is absent, both days included; `None`: they are there.
    pub async fn directory_absence(
        &self,
        seen: &SeenEntry,
        absence: Option<Period>,
        person: &str,
    ) -> Result<(), DeskError> {
        let absent = |kept: &KeptEntry| Entry { absence, ..kept.entry.clone() };
        self.directory_each(std::slice::from_ref(seen), person, absent).await
    }

    /// Ends an entry after its last day. The row stays: past decisions and the audit name it.
    pub async fn directory_end(
        &self,
        seen: &SeenEntry,
        last_day: NaiveDate,
        person: &str,
    ) -> Result<(), DeskError> {
        let mut tx = self.directory_begin().await?;
        let kept = in_seen_version(&mut tx, seen).await?;
        // A suggestion that is put aside stays one: nobody took it over.
        let new = EntrySide { state: kept.state, entry: ended(&kept.entry, last_day) };
        let by = Actor::Person(person.to_owned());
        self.directory_put_as(&mut tx, Some(&kept), new, &by, Through::Page).await?;
        Ok(tx.commit().await?)
    }

    /// Blanks name, address and note of an entry, and of everything the audit tells of it, and ends it: somebody asked to
    /// be erased. It cannot be taken back.
    pub async fn directory_erase(&self, seen: &SeenEntry, person: &str) -> Result<(), DeskError> {
        let mut tx = self.directory_begin().await?;
        let mut kept = in_seen_version(&mut tx, seen).await?;
        tx.directory_rewrite_changes(&seen.id, blank).await?;
        self.hand_overs_erased(&mut tx, &seen.id).await?;
        blank(&mut kept.entry);
        let yesterday = before(self.clock().today());
        let entry =
            if is_over(&kept.entry, yesterday) { kept.entry.clone() } else { ended(&kept.entry, yesterday) };
        let new = EntrySide { state: EntryState::Erased, entry };
        let by = Actor::Person(person.to_owned());
        self.directory_put_as(&mut tx, Some(&kept), new, &by, Through::Page).await?;
        Ok(tx.commit().await?)
    }

    fn check_typed(&self, entry: &Entry, today: NaiveDate) -> Result<(), DeskError> {
        if self.own().is_own(&entry.email) {
            return Err(DeskError::Refused(format!("{}.", own_address(&entry.email))));
        }
        check_confirmed(entry, today)
    }

    /// A transaction that alone changes the directory.
    pub(super) async fn directory_begin(&self) -> Result<Tx, DeskError> {
        let mut tx = self.store().begin().await?;
        tx.directory_rename(None).await?;
        Ok(tx)
    }

    async fn directory_each(
        &self,
        seen: &[SeenEntry],
        person: &str,
        change: impl Fn(&KeptEntry) -> Entry,
    ) -> Result<(), DeskError> {
        let by = Actor::Person(person.to_owned());
        let mut tx = self.directory_begin().await?;
        for seen in seen {
            let kept = in_seen_version(&mut tx, seen).await?;
            self.directory_put(&mut tx, Some(&kept), change(&kept), &by, Through::Page).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// The entry as the person saw it, else what keeps them from changing it.
async fn in_seen_version(tx: &mut Tx, seen: &SeenEntry) -> Result<KeptEntry, DeskError> {
    let kept = tx.directory_entry(&seen.id).await?.ok_or(DeskError::NotFound)?;
    if kept.version != seen.version {
        return Err(DeskError::Conflict { seen: seen.version, now: kept.version });
    }
    if kept.state == EntryState::Erased {
        return Err(DeskError::Refused("Cette entrée a été effacée à la demande de la personne.".to_owned()));
    }
    Ok(kept)
}

/// A confirmation of a day to come would keep an entry in force longer than anybody vouched for.
fn check_confirmed(entry: &Entry, today: NaiveDate) -> Result<(), DeskError> {
    match entry.confirmed_on {
        Some(on) if on > today => Err(DeskError::Refused(not_yet(on))),
        _ => Ok(()),
    }
}

/// What is wrong with a confirmation of that day.
pub(super) fn not_yet(day: NaiveDate) -> String {
    format!("le jour de confirmation {day} n’est pas encore venu")
}

/// What is wrong with an address of ours: a request handed over to it would come back as a new one.
pub(super) fn own_address(email: &str) -> String {
    format!("« {email} » est une adresse du service lui-même")
}

/// Whether the last day of an entry has passed.
pub(super) fn is_over(entry: &Entry, today: NaiveDate) -> bool {
    entry.period.until.is_some_and(|until| until < today)
}

/// The day before.
pub(super) fn before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(1)).unwrap_or(day)
}

/// The entry with this last day. Where it would only begin later, it keeps that one day: a period never ends before it
/// begins.
pub(super) fn ended(entry: &Entry, last_day: NaiveDate) -> Entry {
    let from = entry.period.from.map(|from| from.min(last_day));
    Entry { period: Period { from, until: Some(last_day) }, ..entry.clone() }
}

fn blank(entry: &mut Entry) {
    for personal in [&mut entry.name, &mut entry.email, &mut entry.note] {
        personal.clear();
    }
}
