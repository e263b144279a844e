//! From the server to the desk: mails are fetched and kept some at a time, so that memory stays bounded and one commit
//! serves many; then what became of each is remembered. The order is what makes it safe: kept first, remembered second,
//! marked on the server last. Whatever comes between is seen again, and its source key says that it is there.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use sha2::{Digest as _, Sha256};

use super::folder::{Folder, Open, Trouble};
use super::{backoff, plan};
use crate::desk::{Accepted, Incoming};
use crate::keys::hex;
use crate::kill::kill_point;
use crate::mail::imap::{After, Fetched, HEAD, ImapError, Listed, head_with_note, uid_set};
use crate::message::{Door, Envelope};
use crate::store::{Numbering, SeenMail, SeenState, StoreError};

/// Mails and octets that are fetched and kept together.
const BATCH: usize = 50;
const BATCH_OCTETS: u64 = 8 << 20;
/// Mails that failed and are tried again in one pass.
const RETRIES: i64 = 20;
/// For how long a mail must be missed, by two searches at least, before it is gone: a replica or an index may lag.
const MISSED: Duration = Duration::hours(1);

impl Folder {
    /// Takes mails by ascending UID.
    pub(super) async fn take(&self, open: &mut Open, mails: &[(Listed, Door)]) -> Result<(), Trouble> {
        let mut rest = mails;
        while !rest.is_empty() {
            let (together, after) = rest.split_at(plan::batch(rest, BATCH, BATCH_OCTETS));
            self.take_together(open, together).await?;
            rest = after;
        }
        if !mails.is_empty() {
            tracing::info!(
                mailbox = self.mailbox.name,
                folder = self.name,
                mails = mails.len(),
                "mails were taken"
            );
        }
        Ok(())
    }

    async fn take_together(&self, open: &mut Open, mails: &[(Listed, Door)]) -> Result<(), Trouble> {
        let whole = mails.iter().filter(|(mail, _)| self.part(mail).is_none());
        let octets = whole.clone().map(|(mail, _)| u64::from(mail.size.unwrap_or_default())).sum();
        let whole: Vec<u32> = whole.map(|(mail, _)| mail.uid).collect();
        let mut fetched = Vec::with_capacity(mails.len());
        let mut went = if whole.is_empty() {
            Ok(())
        } else {
            open.session.fetch(&whole, None, octets, &mut fetched).await
        };
        for (mail, _) in mails {
            if let (Some(part), true) = (self.part(mail), went.is_ok()) {
                went = open.session.fetch(&[mail.uid], Some(part), part.into(), &mut fetched).await;
            }
        }
        let first_missing = mails.iter().map(|(mail, _)| mail.uid).find(|uid| !has(&fetched, *uid));
        let mut seen = self.keep(&open.of, mails, fetched).await?;
        for (mail, door) in mails {
            // A connection that breaks off breaks at one mail: those behind it are blameless.
            let blamed = match &went {
                Ok(()) | Err(ImapError::Refused { .. }) => true,
                Err(_) => first_missing == Some(mail.uid),
            };
            if blamed && !seen.iter().any(|seen| seen.uid == mail.uid) {
                seen.push(self.failing(mail, *door, 1));
            }
        }
        let all = seen.len() == mails.len();
        let highest = mails.last().map(|(mail, _)| mail.uid).filter(|_| all);
        self.desk.store().mails_seen(&open.of, &seen, highest).await?;
        match went {
            Ok(()) | Err(ImapError::Refused { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// How much of a mail is asked for: `None`, all of it.
    fn part(&self, mail: &Listed) -> Option<u32> {
        match mail.size {
            Some(size) if u64::from(size) > self.settings.max_octets() => Some(HEAD),
            Some(_) => None,
            None => Some(self.just_too_much()),
        }
    }

    /// Octets by which a mail of unknown size shows that it is above the limit.
    fn just_too_much(&self) -> u32 {
        u32::try_from(self.settings.max_octets() + 1).unwrap_or(u32::MAX)
    }

    /// Asks again for mails that could not be had, one by one. What the server no longer shows is asked for again in an hour;
    /// missed then too, it is gone.
    pub(super) async fn retry(
        &self,
        open: &mut Open,
        missed: &mut HashMap<(i64, u32), DateTime<Utc>>,
    ) -> Result<(), Trouble> {
        let now = self.desk.clock().now();
        let due = self.desk.store().mails_due(&open.of, now, RETRIES).await?;
        if due.is_empty() {
            return Ok(());
        }
        let uids: Vec<u32> = due.iter().map(|mail| mail.uid).collect();
        let there = open.session.search(&uid_set(&uids), None).await?;
        for SeenMail { uid, door, size, internal_at, attempts, .. } in due {
            let mail = Listed { uid, size, internal_at, ..Listed::default() };
            let attempts = attempts + 1;
            let key = (open.of.uidvalidity, uid);
            if !there.contains(&uid) {
                let since = *missed.entry(key).or_insert(now);
                let gone = now - since >= MISSED;
                let (state, next_try_at) = if gone {
                    missed.remove(&key);
                    (SeenState::Gone, None)
                } else {
                    (SeenState::Failing, Some(since + MISSED))
                };
                let row = SeenMail { state, next_try_at, ..self.failing(&mail, door, attempts) };
                self.desk.store().mails_seen(&open.of, &[row], None).await?;
                continue;
            }
            missed.remove(&key);
            let part = self.part(&mail).unwrap_or_else(|| self.just_too_much());
            // By what it should weigh: a mail that stalls must not hold up the others for as long as the largest may take.
            let expected = size.map_or(part, |size| size.min(part));
            let mut fetched = Vec::new();
            let went = open.session.fetch(&[uid], Some(part), expected.into(), &mut fetched).await;
            let mails = [(mail, door)];
            let mut seen = self.keep(&open.of, &mails, fetched).await?;
            if seen.is_empty() {
                seen.push(self.failing(&mails[0].0, door, attempts));
            }
            for seen in &mut seen {
                seen.attempts = attempts;
            }
            self.desk.store().mails_seen(&open.of, &seen, None).await?;
            match went {
                Ok(()) | Err(ImapError::Refused { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Keeps what was fetched, in one commit as far as the desk can; what is known already is not kept twice. What could not
    /// be kept while the rest could is left out; when nothing could, that is the store's trouble and no mail's.
    async fn keep(
        &self,
        of: &Numbering,
        mails: &[(Listed, Door)],
        fetched: Vec<Fetched>,
    ) -> Result<Vec<SeenMail>, Trouble> {
        let mut drafts: Vec<Draft<'_>> = Vec::with_capacity(fetched.len());
        let mut new = Vec::new();
        for Fetched { uid, raw } in fetched {
            let Some((mail, door)) = mails.iter().find(|(mail, _)| mail.uid == uid) else { continue };
            let nothing = raw.is_empty() && mail.size != Some(0);
            if nothing || drafts.iter().any(|draft| draft.mail.uid == uid) {
                continue;
            }
            let sha256 = hex(&Sha256::digest(&raw));
            let twin = drafts.iter().position(|draft| draft.sha256 == sha256);
            let became = match (twin, self.desk.store().mail_known(&of.mailbox, &sha256, self.sent).await?) {
                (_, Some(arrival)) => Became::Known(arrival),
                (Some(twin), None) => Became::TwinOf(twin),
                (None, None) => {
                    let source_key = format!("imap:{}:{}:{}:{uid}", of.mailbox, of.folder, of.uidvalidity);
                    let raw = self.bounded(raw, mail);
                    let envelope = Envelope { mailbox_at: mail.internal_at, ..Envelope::default() };
                    new.push(Incoming { door: *door, source_key, envelope, raw });
                    Became::New(new.len() - 1)
                }
            };
            drafts.push(Draft { mail, door: *door, sha256, became });
        }
        let accepted = self.desk.accept_all(new).await;
        kill_point!("imap-before-remembering");
        if let (true, Some(Err(_))) = (accepted.iter().all(Result::is_err), accepted.first()) {
            return Err(accepted
                .into_iter()
                .find_map(Result::err)
                .map_or(Trouble::Store(StoreError::Closing), Into::into));
        }
        Ok(drafts.iter().filter_map(|draft| self.seen(draft, &drafts, &accepted)).collect())
    }

    /// The row of a mail that was kept or was known; `None` where it could not be kept.
    fn seen(
        &self,
        draft: &Draft<'_>,
        drafts: &[Draft<'_>],
        accepted: &[Result<Accepted, StoreError>],
    ) -> Option<SeenMail> {
        let id = |new: usize| accepted[new].as_ref().ok().map(|kept| kept.arrival_id.clone());
        let (arrival_id, state) = match &draft.became {
            Became::New(new) => (id(*new)?, SeenState::Kept),
            Became::Known(arrival) => (arrival.clone(), SeenState::Again),
            Became::TwinOf(twin) => match &drafts[*twin].became {
                Became::New(new) => (id(*new)?, SeenState::Again),
                _ => return None,
            },
        };
        let marked = draft.mail.flags.iter().any(|flag| flag.eq_ignore_ascii_case(&self.mailbox.keyword));
        let owed = draft.door == Door::Imap
            && match self.mailbox.after {
                After::Leave => false,
                After::Keyword => !marked,
                // Whoever moved a mail back wants it there.
                After::Move => state == SeenState::Kept,
            };
        Some(SeenMail {
            sha256: Some(draft.sha256.clone()),
            arrival_id: Some(arrival_id),
            state,
            next_try_at: None,
            owed,
            ..self.failing(draft.mail, draft.door, 0)
        })
    }

    /// The row of a mail that could not be had, after so many tries.
    fn failing(&self, mail: &Listed, door: Door, attempts: i64) -> SeenMail {
        let now = self.desk.clock().now();
        SeenMail {
            uid: mail.uid,
            door,
            sha256: None,
            size: mail.size,
            internal_at: mail.internal_at,
            seen_at: now,
            arrival_id: None,
            state: SeenState::Failing,
            attempts,
            next_try_at: Some(now + backoff::for_mail(u32::try_from(attempts).unwrap_or(u32::MAX))),
            owed: false,
        }
    }

    /// The octets as they are kept: those of a mail above the limit cut, with a note.
    fn bounded(&self, mut raw: Vec<u8>, mail: &Listed) -> Vec<u8> {
        let limit = self.settings.max_octets();
        let size = mail.size.map_or(0, u64::from).max(raw.len() as u64);
        if size <= limit {
            return raw;
        }
        raw.truncate(HEAD as usize);
        head_with_note(&raw, size, limit, &self.mailbox.name)
    }
}

/// A fetched mail on its way to being kept.
struct Draft<'a> {
    mail: &'a Listed,
    door: Door,
    sha256: String,
    became: Became,
}

/// What a fetched mail is.
enum Became {
    /// New: its place among those that are kept together.
    New(usize),
    /// The same octets were kept before.
    Known(String),
    /// The same octets as another of these drafts.
    TwinOf(usize),
}

fn has(fetched: &[Fetched], uid: u32) -> bool {
    fetched.iter().any(|fetched| fetched.uid == uid)
}
