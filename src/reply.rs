//! Which text answers a ticket: the replies of `templates/replies/`, filled in.
//!
//! A reply is Markdown with placeholders, in French and in English. What it may say is fixed by its [`Use`]: the values of
//! an automatic mail hold nothing that a writer typed, and every value is escaped, so no text can carry somebody's words
//! to a stranger. All texts are filled with samples when the service starts; a placeholder that nothing fills stops the
//! mail, never the ticket.

mod context;
mod files;
mod handed;
mod head;
mod links;
mod load;
mod markdown;
mod over;
mod plain;
mod samples;
mod template;
mod texts;

use std::sync::{Arc, PoisonError, RwLock};

use chrono::NaiveDate;

pub use context::{
    AlsoAsked, Context, ContractLine, Covered, EndedContract, Known, Mode, Sorted, contract_name,
};
pub use files::{LANGS, ReplyFiles};
pub use handed::{Gathered, HandedOver, ReplySeenBy};
pub use head::Use;
pub use links::{Link, LinkSettings, Links};
pub use markdown::MAIL_STYLE;
pub use over::Edited;
pub use samples::Sample;

use crate::fault::Fault;
use crate::message::Lang;
use texts::Texts;

/// The replies in force, all of them filled with samples once.
#[derive(Debug)]
pub struct Replies {
    /// What they were read from: the team's own texts are laid over these.
    files: ReplyFiles,
    /// What categories and rules ask for: (category, reply).
    wanted: Vec<(String, String)>,
    texts: RwLock<Arc<Texts>>,
    links: Arc<RwLock<Arc<Links>>>,
}

/// A reply, ready to be mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line, at most 200 characters.
    pub subject: String,
    /// The Markdown, as a person may edit it.
    pub markdown: String,
    /// The text part.
    pub text: String,
    /// The HTML part, a whole document.
    pub html: String,
}

/// Why a reply could not be made. The mail stops, the ticket goes on. No value of the request is in it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReplyError {
    /// No file of that name.
    #[error("il n’y a pas de réponse « {0} »")]
    Unknown(String),
    /// The reply is for something else than the values are.
    #[error("la réponse « {name} » sert à « {} », et non à « {} »", .is.code(), .asked.code())]
    Use {
        /// The reply.
        name: String,
        /// What its head says.
        is: Use,
        /// What the values were made for.
        asked: Use,
    },
    /// It holds typed words and must not leave without a person.
    #[error("la réponse « {0} » reprend un texte saisi : une personne doit l’envoyer")]
    Typed(String),
    /// A placeholder could not be filled.
    #[error("{file}:{line}: {says}")]
    Unfilled {
        /// File name.
        file: String,
        /// Line in that file; 0 when unknown.
        line: usize,
        /// What is wrong (French).
        says: String,
    },
}

impl Replies {
    /// Reads and tries every reply. `wanted` are the pairs (category id, reply name) that categories and rules use; a
    /// category without reply may stand there with an empty name. Every fault has its file, its line and what to do.
    pub fn load(files: &ReplyFiles, links: Links, wanted: &[(&str, &str)]) -> Result<Self, Vec<Fault>> {
        let texts = load::load(files, &links, wanted)?;
        Ok(Self {
            files: files.clone(),
            wanted: wanted
                .iter()
                .map(|(category, reply)| ((*category).to_owned(), (*reply).to_owned()))
                .collect(),
            texts: RwLock::new(Arc::new(texts)),
            links: Arc::new(RwLock::new(Arc::new(links))),
        })
    }

    /// The names of the replies, sorted.
    pub fn names(&self) -> Vec<String> {
        self.texts().names()
    }

    /// What a reply is for: which [`Context`] it takes.
    pub fn used_for(&self, name: &str) -> Option<Use> {
        self.texts().source(name, Lang::Fr).map(|source| source.used_for)
    }

    /// The category a refusal or draft answers.
    pub fn category(&self, name: &str) -> Option<String> {
        self.texts().source(name, Lang::Fr)?.category.clone()
    }

    /// A value as Markdown that reads as the value itself.
    pub fn escaped(value: &str) -> String {
        markdown::escape(value)
    }

    /// A text of several lines as a Markdown quotation that keeps its lines and makes no markup.
    pub fn quoted(value: &str) -> String {
        markdown::quote(value)
    }

    /// The links that replies may show.
    pub fn links(&self) -> Arc<Links> {
        self.links.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows these links from now on, under the settings as before: the team corrected some.
    pub fn put_links(&self, links: Links) {
        let links = Arc::new(links.with_settings(self.links().settings()));
        *self.links.write().unwrap_or_else(PoisonError::into_inner) = links;
    }

    /// Fills a reply in. `day` decides which links are stale: today for a mail that leaves, the day asked for a replay.
    pub fn render(
        &self,
        name: &str,
        lang: Lang,
        context: &Context,
        mode: Mode,
        day: NaiveDate,
    ) -> Result<Rendered, ReplyError> {
        self.texts().render(&self.links(), name, lang, context, mode, day)
    }

    /// The text and HTML parts of what a person wrote in Markdown: raw HTML is shown as typed, only `http`, `https` and
    /// `mailto` links are links, nothing is loaded.
    pub fn from_markdown(markdown: &str, lang: Lang) -> (String, String) {
        let title = lang.choose("Votre demande", "Your request");
        markdown::typed_parts(markdown, title, lang)
    }

    /// The first mark of a template, such as `{{ prenom }}`, in what a person wrote in Markdown, code left aside: nothing fills it.
    pub fn unfilled_mark(markdown: &str) -> Option<String> {
        markdown::unfilled_mark(markdown)
    }

    fn texts(&self) -> Arc<Texts> {
        self.texts.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
