//! The reply texts as the team edits them: versions in the store, laid over the files of the templates folder. A version is tried
//! by the loader that reads the files before it is kept, so no text that `guichet check` would refuse is ever in force. What is
//! promised already keeps its words.

mod preview;

use sha2::{Digest as _, Sha256};

use super::{Desk, DeskError};
use crate::fault::Fault;
use crate::keys::hex;
use crate::message::one_line;
use crate::reply::{Edited, Replies, Use};
use crate::store::{ReplyVersion, new_id};
use crate::ticket::Actor;

pub use preview::{PreviewOn, TextPreview};

/// Characters of the longest text that is taken; a reply has some 2,000.
const LONGEST: usize = 20_000;

/// A reply or part as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyText {
    /// Its name (`sill`, `_receipt`).
    pub name: String,
    /// What it is for; `None` for a part.
    pub used_for: Option<Use>,
    /// The whole texts in force, French and English.
    pub texts: [String; 2],
    /// The categories that ask for it.
    pub asked_by: Vec<String>,
    /// The program asks for it by name.
    pub fixed: bool,
    /// The replies and parts that include it.
    pub included_in: Vec<String>,
    /// The team's last word on it.
    pub version: Option<ReplyVersion>,
    /// That version no longer passes the checks: the files are in force.
    pub left_out: bool,
    /// The files have changed since that version was written over them.
    pub files_changed: bool,
}

/// Who publishes, and what they saw.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Id of the version in force on their page; empty: the files.
    pub version: String,
    /// Account id of the person.
    pub person: String,
}

/// Why a text was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Somebody published another version in between.
    #[error("une autre version a été publiée entre-temps")]
    Changed,
    /// What the checks found.
    #[error("{} fautes", .0.len())]
    Faults(Vec<Fault>),
    /// Anything else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl Desk {
    /// Every reply and part, by name.
    pub async fn reply_texts(&self) -> Result<Vec<ReplyText>, DeskError> {
        self.triage_now().await?;
        let versions = self.store().reply_versions().await?;
        let left_out = left_out(self.replies(), &versions);
        let names = self.replies().all_names();
        Ok(names.iter().filter_map(|name| self.text_of(name, &versions, &left_out)).collect())
    }

    /// One of them; `None`: no files have that name.
    pub async fn reply_text(&self, name: &str) -> Result<Option<ReplyText>, DeskError> {
        self.triage_now().await?;
        let versions = self.store().reply_versions().await?;
        let left_out = left_out(self.replies(), &versions);
        Ok(self.text_of(name, &versions, &left_out))
    }

    fn text_of(&self, name: &str, versions: &[ReplyVersion], left_out: &[String]) -> Option<ReplyText> {
        let replies = self.replies();
        let version = versions.iter().find(|version| version.reply == name).cloned();
        let edited = version.as_ref().filter(|version| version.texts.is_some());
        Some(ReplyText {
            used_for: replies.used_for(name),
            texts: replies.source_texts(name)?,
            asked_by: replies.asked_by(name).into_iter().map(str::to_owned).collect(),
            fixed: Replies::is_fixed(name),
            included_in: replies.including(name),
            left_out: edited.is_some_and(|version| left_out.contains(&version.id)),
            files_changed: edited
                .is_some_and(|version| digest(replies.file_texts(name).as_ref()) != version.files),
            name: name.to_owned(),
            version,
        })
    }

    /// Publishes a version (French, English), or, with `None`, puts the files in force again. It counts for what is written from
    /// now on. Refused where the checks find a fault, where somebody published another one since it was seen, and where
    /// nothing would change.
    pub async fn publish_text(
        &self,
        name: &str,
        texts: Option<[String; 2]>,
        note: &str,
        seen: &Seen,
    ) -> Result<(), PublishError> {
        let files = self.replies().file_texts(name).ok_or(DeskError::NotFound)?;
        let texts = texts.map(|texts| texts.map(|text| cleaned(&text)));
        if texts.iter().flatten().any(|text| text.chars().count() > LONGEST) {
            let sentence = format!("Un texte a au plus {LONGEST} caractères.");
            return Err(DeskError::Refused(sentence).into());
        }
        let standing = self.store().reply_versions().await.map_err(DeskError::from)?;
        let mut versions = standing.clone();
        let last = versions.iter().position(|version| version.reply == name);
        let last = last.map(|at| versions.remove(at));
        if last.as_ref().map_or("", |version| version.id.as_str()) != seen.version {
            return Err(PublishError::Changed);
        }
        let stands = last.and_then(|version| version.texts);
        if stands == texts || (stands.is_none() && texts.as_ref() == Some(&files)) {
            return Err(DeskError::Refused("Ce texte est déjà en vigueur.".to_owned()).into());
        }
        let new = ReplyVersion {
            id: new_id(),
            reply: name.to_owned(),
            texts,
            files: digest(Some(&files)),
            note: one_line(note, 300),
            by: Actor::Person(seen.person.clone()),
            made_at: self.clock().now(),
        };
        // Before any lock is held: every reply is filled with every sample.
        self.tried(versions, new.clone()).await?;
        let mut tx = self.store().begin().await.map_err(DeskError::from)?;
        tx.reference_rename().await.map_err(DeskError::from)?;
        if tx.reply_versions().await.map_err(DeskError::from)? != standing {
            // It was tried beside texts that are no longer those in force.
            return Err(PublishError::Changed);
        }
        tx.reply_version_add(&new).await.map_err(DeskError::from)?;
        tx.commit().await.map_err(DeskError::from)?;
        Ok(())
    }

    /// The set with a version in the place of those of its name; otherwise every fault. On a thread of its own: it is work.
    async fn tried(&self, others: Vec<ReplyVersion>, new: ReplyVersion) -> Result<Replies, PublishError> {
        let desk = self.clone();
        let tried = tokio::task::spawn_blocking(move || {
            let left_out = left_out(desk.replies(), &others);
            let fitting = others.iter().filter(|version| !left_out.contains(&version.id)).chain([&new]);
            desk.replies().over(&edits(fitting))
        });
        tried.await.map_err(|_| DeskError::Defect)?.map_err(PublishError::Faults)
    }
}

/// The set with the last versions laid over the files, and the ids of those that no longer fit: a new release of the files must
/// not be stopped by one of them. `None` where not even the files alone load, which the start of the program excludes.
pub(super) fn laid_over(replies: &Replies, versions: &[ReplyVersion]) -> (Option<Replies>, Vec<String>) {
    if let Ok(all) = replies.over(&edits(versions.iter())) {
        return (Some(all), Vec::new());
    }
    let (mut fitting, mut left_out): (Vec<&ReplyVersion>, _) = (Vec::new(), Vec::new());
    for version in versions {
        fitting.push(version);
        if replies.over(&edits(fitting.iter().copied())).is_err() {
            tracing::warn!(reply = version.reply, "a published reply text does not fit the files any more");
            fitting.pop();
            left_out.push(version.id.clone());
        }
    }
    (replies.over(&edits(fitting.into_iter())).ok(), left_out)
}

/// The ids of the versions that no longer fit. Nothing is read where there is none.
fn left_out(replies: &Replies, versions: &[ReplyVersion]) -> Vec<String> {
    if versions.iter().all(|version| version.texts.is_none()) {
        return Vec::new();
    }
    laid_over(replies, versions).1
}

fn edits<'a>(versions: impl Iterator<Item = &'a ReplyVersion>) -> Vec<Edited> {
    let edited =
        |version: &ReplyVersion| Some(Edited { name: version.reply.clone(), texts: version.texts.clone()? });
    versions.filter_map(edited).collect()
}

/// A text as files hold it: line feeds, and one at the end.
fn cleaned(text: &str) -> String {
    format!("{}\n", text.replace("\r\n", "\n").trim_end())
}

fn digest(texts: Option<&[String; 2]>) -> String {
    let mut digest = Sha256::new();
    for text in texts.into_iter().flatten() {
        digest.update(text.as_bytes());
        digest.update([0]);
    }
    hex(&digest.finalize())
}
