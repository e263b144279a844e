//! A signed-in connection: commands with their time-outs and their answers. A stream that ends or errs ends the session; a
//! refused command is told as such and never passes for an empty list.

use std::collections::HashSet;
use std::time::Duration;

use async_imap::imap_proto::{
    AttributeValue, Capability, MailboxDatum, Outcome, Response, ResponseCode, Status,
};
use chrono::{DateTime, NaiveDate, Utc};

use super::error::{ImapError, server_words};
use super::guard::Heard;
use super::name::{encoded, quoted, uid_set};
use super::patience::patient;
use super::wire::Wire;

/// Octets a second below which a server is taken for dead while it gives mails.
const SLOWEST: u64 = 16 * 1024;

/// A signed-in connection.
#[derive(Debug)]
pub struct Session {
    pub(super) inner: async_imap::Session<Wire>,
    pub(super) timeout: Duration,
    heard: Heard,
    capabilities: HashSet<String>,
    /// Mails in the folder, as last said.
    pub(super) exists: u32,
    /// There are more than when the folder was last listed.
    pub(super) news: bool,
}

/// An opened folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// UIDVALIDITY.
    pub uidvalidity: u32,
    /// UIDNEXT, when the server says it.
    pub uidnext: Option<u32>,
    /// Flags that last; `\*`: new keywords may be made.
    pub permanent_flags: Vec<String>,
}

/// What is asked of a mail before its octets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// UID.
    pub uid: u32,
    /// RFC822.SIZE: a hint, not to be relied on.
    pub size: Option<u32>,
    /// INTERNALDATE.
    pub internal_at: Option<DateTime<Utc>>,
    /// FLAGS.
    pub flags: Vec<String>,
}

/// A mail's octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// UID.
    pub uid: u32,
    /// RFC 5322 octets; the beginning only when no more was asked for.
    pub raw: Vec<u8>,
}

impl Session {
    pub(super) async fn new(
        inner: async_imap::Session<Wire>,
        heard: Heard,
        timeout: Duration,
    ) -> Result<Self, ImapError> {
        let capabilities = HashSet::new();
        let mut session = Self { inner, timeout, heard, capabilities, exists: 0, news: false };
        let mut found = HashSet::new();
        session
            .command("CAPABILITY", "CAPABILITY", timeout, |response| {
                if let Response::Capabilities(capabilities) = response {
                    found.extend(capabilities.iter().map(capability));
                }
            })
            .await?;
        session.capabilities = found;
        Ok(session)
    }

    /// Whether the server can do this (`IDLE`, `MOVE`, `UIDPLUS`).
    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.contains(capability)
    }

    /// Opens a folder, to be changed or only to be read.
    pub async fn select(&mut self, folder: &str, change: bool) -> Result<Selected, ImapError> {
        let verb = if change { "SELECT" } else { "EXAMINE" };
        let line = format!("{verb} {}", quoted(&encoded(folder)));
        let (mut selected, mut uidvalidity) = (Selected::default(), None);
        self.exists = 0;
        let answer = self
            .command(verb, &line, self.timeout, |response| {
                let Response::Data { status: Status::Ok, outcome } = response else { return };
                match &outcome.code {
                    Some(ResponseCode::UidValidity(n)) => uidvalidity = Some(*n),
                    Some(ResponseCode::UidNext(n)) => selected.uidnext = Some(*n),
                    Some(ResponseCode::PermanentFlags(flags)) => {
                        selected.permanent_flags = flags.iter().map(ToString::to_string).collect();
                    }
                    _ => {}
                }
            })
            .await;
        match answer {
            Ok(()) => {
                selected.uidvalidity = uidvalidity.ok_or(ImapError::NoUids)?;
                Ok(selected)
            }
            Err(ImapError::Refused { words, .. }) => {
                Err(ImapError::Folder { folder: folder.to_owned(), words })
            }
            Err(error) => Err(error),
        }
    }

    /// The mails of a set of UIDs (`1:*`, `7,9`), in the order the server gives them; those it does not have are left out.
    /// (`n:*` always names the last mail, also below `n`.)
    pub async fn list(&mut self, set: &str) -> Result<Vec<Listed>, ImapError> {
        let line = format!("UID FETCH {set} (UID RFC822.SIZE INTERNALDATE FLAGS)");
        let mut listed = Vec::new();
        self.news = false;
        // A hundred thousand mails are some megabytes of answer.
        let patience = self.timeout + Duration::from_secs(u64::from(self.exists) * 80 / SLOWEST);
        self.command("UID FETCH", &line, patience, |response| listed.extend(listed_in(response))).await?;
        Ok(listed)
    }

    /// The UIDs of a set, received on `since` or later: for a server whose list cannot be read.
    pub async fn search(&mut self, set: &str, since: Option<NaiveDate>) -> Result<Vec<u32>, ImapError> {
        let since = since.map(|day| format!(" SINCE {}", day.format("%-d-%b-%Y"))).unwrap_or_default();
        let line = format!("UID SEARCH UID {set}{since}");
        let mut found = Vec::new();
        self.news = false;
        self.command("UID SEARCH", &line, self.timeout, |response| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                found.extend_from_slice(uids);
            }
        })
        .await?;
        Ok(found)
    }

    /// The octets of mails, without marking them as read; at most `most` of each, or all. `octets` is how much is expected
    /// altogether, by which the time-out grows; a server that falls silent in between is not waited for that long. What came before a failure is in `fetched`.
    pub async fn fetch(
        &mut self,
        uids: &[u32],
        most: Option<u32>,
        octets: u64,
        fetched: &mut Vec<Fetched>,
    ) -> Result<(), ImapError> {
        let part = most.map(|most| format!("<0.{most}>")).unwrap_or_default();
        let line = format!("UID FETCH {} (UID BODY.PEEK[]{part})", uid_set(uids));
        let patience = self.timeout + Duration::from_secs(octets / SLOWEST);
        self.command("UID FETCH", &line, patience, |response| fetched.extend(fetched_in(response))).await
    }

    /// Runs a command, shows every response to `each`, and gives the answer. In time: the whole of it, and never silent for
    /// longer than the settings' time-out.
    pub(super) async fn command(
        &mut self,
        name: &'static str,
        line: &str,
        patience: Duration,
        each: impl FnMut(&Response<'_>),
    ) -> Result<(), ImapError> {
        let (heard, quiet) = (self.heard.clone(), self.timeout);
        let run = async {
            let tag = self.inner.run_command(line).await?;
            self.answer(name, &tag, each).await
        };
        patient(&heard, quiet, patience, run).await
    }

    /// Reads to the answer of the command with this tag.
    pub(super) async fn answer(
        &mut self,
        name: &'static str,
        tag: &async_imap::imap_proto::RequestId,
        mut each: impl FnMut(&Response<'_>),
    ) -> Result<(), ImapError> {
        loop {
            let response = self.inner.read_response().await?.ok_or(ImapError::Lost)?;
            match response.parsed() {
                Response::Done { tag: answered, status, outcome } if answered == tag => {
                    return answer(name, status, outcome);
                }
                Response::Data { status: Status::Bye, outcome } => {
                    return Err(ImapError::Bye(server_words(outcome.information.as_deref())));
                }
                response => {
                    count(&mut self.exists, &mut self.news, response);
                    each(response);
                }
            }
        }
    }
}

/// Follows how many mails there are. Only a number that grows is news: some servers repeat it for no reason.
pub(super) fn count(exists: &mut u32, news: &mut bool, response: &Response<'_>) {
    match response {
        Response::MailboxData(MailboxDatum::Exists(n)) => {
            *news |= n > exists;
            *exists = *n;
        }
        Response::Expunge(_) => *exists = exists.saturating_sub(1),
        _ => {}
    }
}

fn answer(name: &'static str, status: &Status, outcome: &Outcome<'_>) -> Result<(), ImapError> {
    match status {
        Status::Ok => Ok(()),
        _ => Err(ImapError::refused(name, outcome.information.as_deref())),
    }
}

fn capability(capability: &Capability<'_>) -> String {
    match capability {
        Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
        Capability::Auth(mechanism) => format!("AUTH={}", mechanism.to_ascii_uppercase()),
        Capability::Atom(name) => name.to_ascii_uppercase(),
    }
}

/// A mail of a list. A FETCH without UID is the server's own news of a flag.
fn listed_in(response: &Response<'_>) -> Option<Listed> {
    let Response::Fetch(_, attributes) = response else { return None };
    let mut listed = Listed::default();
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(uid) => listed.uid = *uid,
            AttributeValue::Rfc822Size(size) => listed.size = Some(*size),
            AttributeValue::InternalDate(date) => {
                let date = DateTime::parse_from_str(date.trim(), "%d-%b-%Y %H:%M:%S %z");
                listed.internal_at = date.ok().map(|date| date.to_utc());
            }
            AttributeValue::Flags(flags) => listed.flags = flags.iter().map(ToString::to_string).collect(),
            _ => {}
        }
    }
    Some(listed).filter(|listed| listed.uid > 0)
}

fn fetched_in(response: &Response<'_>) -> Option<Fetched> {
    let Response::Fetch(_, attributes) = response else { return None };
    let uid = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid) => Some(*uid),
        _ => None,
    })?;
    let raw = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection { section: None, data: Some(data), .. } => Some(data.to_vec()),
        _ => None,
    })?;
    Some(Fetched { uid, raw })
}
