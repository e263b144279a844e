//! A folder, read: opened, looked through where it is new to us, then followed.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use super::plan::{self, Terms, WINDOW};
use crate::desk::Desk;
use crate::mail::imap::{After, ImapError, Listed, Mailbox, Selected, Session, Settings, Start, connect};
use crate::store::{MailboxPlace, Numbering, StoreError};
use chrono::{DateTime, TimeDelta, Utc};

/// How often the folder is opened anew and its last UIDs are looked at again.
const DEEP: TimeDelta = TimeDelta::hours(1);

/// How soon a folder is looked at again whose history waits for that of another.
const UNSCANNED: Duration = Duration::from_secs(2);

/// One folder of a mailbox. Cheap to clone.
#[derive(Clone)]
pub(super) struct Folder {
    pub(super) desk: Desk,
    pub(super) settings: Arc<Settings>,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) name: String,
    /// It is the Sent folder.
    pub(super) sent: bool,
    /// Who reads: this process.
    pub(super) owner: String,
}

/// What a folder's task knows from one session to the next.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Failures in a row.
    pub(super) failures: u32,
    /// The server's list could not be read: UIDs are searched instead, and each mail asked for by itself.
    pub(super) careful: bool,
    /// Since when a search no longer finds mails that were listed, by UIDVALIDITY and UID. Forgotten with the process, which
    /// only makes the proof of their being gone begin anew.
    pub(super) missed: HashMap<(i64, u32), DateTime<Utc>>,
}

/// Why a folder could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Imap(#[from] ImapError),
    #[error("ce qui arrive ne peut être gardé ({0})")]
    Store(#[from] StoreError),
}

impl Trouble {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Imap(error) => error.code(),
            Self::Store(_) => "store",
        }
    }

    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Imap(error) => error.hint(),
            Self::Store(_) => "the database does not answer: see its own lines in this journal",
        }
    }

    pub(super) fn is_lasting(&self) -> bool {
        matches!(self, Self::Imap(error) if error.is_lasting())
    }

    pub(super) fn is_unreadable(&self) -> bool {
        matches!(self, Self::Imap(ImapError::Unreadable))
    }
}

/// An opened folder and what is known of it.
pub(super) struct Open {
    pub(super) session: Session,
    pub(super) selected: Selected,
    pub(super) of: Numbering,
    pub(super) place: MailboxPlace,
}

impl Folder {
    /// Every folder of the settings.
    pub(super) fn all(desk: &Desk, settings: &Arc<Settings>, owner: &str) -> Vec<Self> {
        let mut folders = Vec::new();
        for mailbox in &settings.mailboxes {
            let mailbox = Arc::new(mailbox.clone());
            for (name, sent) in [(&mailbox.folder, false), (&mailbox.sent, true)] {
                if !name.is_empty() {
                    folders.push(Self {
                        desk: desk.clone(),
                        settings: settings.clone(),
                        mailbox: mailbox.clone(),
                        name: name.clone(),
                        sent,
                        owner: owner.to_owned(),
                    });
                }
            }
        }
        folders
    }

    /// Reads the folder for as long as all goes well.
    pub(super) async fn read(&self, memory: &mut Memory) -> Result<Infallible, Trouble> {
        let mut open = self.open(connect(&self.mailbox, &self.settings).await?).await?;
        let mut deep_at = self.desk.clock().now();
        let mut first = true;
        loop {
            let now = self.desk.clock().now();
            let deep = now >= deep_at;
            if deep && !std::mem::take(&mut first) {
                // A folder made anew behind our back keeps its name and its connection: only UIDVALIDITY tells.
                open = self.open(open.session).await?;
            }
            self.pass(&mut open, memory.careful, deep).await?;
            if deep {
                deep_at = now + DEEP;
            }
            self.retry(&mut open, &mut memory.missed).await?;
            let note = self.settle(&mut open).await?;
            let now = self.desk.clock().now();
            let store = self.desk.store();
            store.mailbox_succeeded(&self.mailbox.name, &self.name, now, note.as_deref()).await?;
            (memory.failures, memory.careful) = (0, false);
            // History that waits for another folder is asked after often.
            let poll = if self.waits(&open.place) { UNSCANNED } else { self.settings.poll.as_std() };
            if open.session.can("IDLE") {
                open.session.idle(poll.min(self.settings.idle.as_std())).await?;
            } else {
                let _ = tokio::time::timeout(poll, std::future::pending::<()>()).await;
            }
        }
    }

    /// Opens the folder, and begins anew where the server has renumbered it.
    async fn open(&self, mut session: Session) -> Result<Open, Trouble> {
        let changes = !self.sent && self.mailbox.after != After::Leave;
        let selected = session.select(&self.name, changes).await?;
        let (mailbox, folder) = (&self.mailbox.name, &self.name);
        let store = self.desk.store();
        let mut place = store.mailbox_place(mailbox, folder).await?.ok_or(StoreError::Closing)?;
        let uidvalidity = i64::from(selected.uidvalidity);
        if place.uidvalidity != Some(uidvalidity) {
            if place.uidvalidity.is_some() {
                tracing::warn!(
                    mailbox,
                    folder,
                    "the server has renumbered a folder: it is looked through again"
                );
            }
            let floor = match selected.uidnext {
                Some(uidnext) => uidnext,
                None => session.list("*").await?.iter().map(|mail| mail.uid).max().unwrap_or_default() + 1,
            };
            place = MailboxPlace {
                uidvalidity: Some(uidvalidity),
                floor_uid: i64::from(floor),
                highest_uid: i64::from(floor) - 1,
                // At the first start too: a mail may have come between the row and this.
                scanned: false,
                ..place
            };
            store.mailbox_renumbered(mailbox, folder, &place).await?;
        }
        let of = Numbering { mailbox: mailbox.clone(), folder: folder.clone(), uidvalidity };
        Ok(Open { session, selected, of, place })
    }

    /// Takes what is new, or, where the folder was not looked through to its end, everything that is wanted.
    async fn pass(&self, open: &mut Open, careful: bool, deep: bool) -> Result<(), Trouble> {
        let uid = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        let (floor, highest) = (uid(open.place.floor_uid), uid(open.place.highest_uid));
        // A Sent folder's history waits until what it answers is there.
        let history = !self.sent || self.mailbox.start != Start::Archive || self.answered_is_there().await?;
        let whole = !open.place.scanned && history && (deep || self.waits(&open.place));
        let from = match (whole, deep) {
            (true, _) => 1,
            (false, true) => highest.saturating_sub(WINDOW).max(floor),
            (false, false) => highest.saturating_add(1),
        };
        let terms = Terms {
            sent: self.sent,
            start: self.mailbox.start,
            started_at: open.place.started_at,
            floor,
            by_day: careful,
        };
        let listed = listed(&mut open.session, from, &terms).await?;
        let store = self.desk.store();
        let known: HashSet<u32> = store.mail_uids_seen(&open.of, from).await?.into_iter().collect();
        let take = plan::plan(listed, &known, &terms);
        self.take(open, &take).await?;
        if let Some((last, _)) = take.last() {
            open.place.highest_uid = open.place.highest_uid.max(i64::from(last.uid));
        }
        if whole && careful && self.mailbox.start == Start::Now {
            let (mailbox, folder) = (&self.mailbox.name, &self.name);
            tracing::warn!(
                mailbox,
                folder,
                "mails below the floor have no known date: they are left until they have"
            );
        } else if whole {
            store.mailbox_scanned(&self.mailbox.name, &self.name, open.of.uidvalidity).await?;
            open.place.scanned = true;
        }
        Ok(())
    }

    /// Whether this Sent folder's history waits for that of the folder it answers.
    fn waits(&self, place: &MailboxPlace) -> bool {
        self.sent && self.mailbox.start == Start::Archive && !place.scanned
    }

    /// Whether the folder that a Sent folder answers was looked through: its history comes first.
    async fn answered_is_there(&self) -> Result<bool, StoreError> {
        let place = self.desk.store().mailbox_place(&self.mailbox.name, &self.mailbox.folder).await?;
        Ok(place.is_some_and(|place| place.scanned))
    }
}

/// The mails from a UID on. (`n:*` names the last mail even when it is below `n`.) Where the list cannot be read, UIDs are
/// searched: those below the floor by day.
async fn listed(session: &mut Session, from: u32, terms: &Terms) -> Result<Vec<Listed>, ImapError> {
    if !terms.by_day {
        let mut listed = session.list(&format!("{from}:*")).await?;
        listed.retain(|mail| mail.uid >= from);
        return Ok(listed);
    }
    let mut found = Vec::new();
    if from < terms.floor {
        found = session.search(&format!("{from}:{}", terms.floor - 1), plan::searched_since(terms)).await?;
        found.retain(|uid| (from..terms.floor).contains(uid));
    }
    let new = from.max(terms.floor);
    let since = session.search(&format!("{new}:*"), None).await?;
    found.extend(since.into_iter().filter(|uid| *uid >= new));
    Ok(found.into_iter().map(|uid| Listed { uid, ..Listed::default() }).collect())
}
