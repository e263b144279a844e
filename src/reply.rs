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
mod plain;
mod samples;
mod template;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::NaiveDate;
use minijinja::{Environment, Error};

pub use context::{
    AlsoAsked, Context, ContractLine, Covered, EndedContract, Known, Mode, Sorted, contract_name,
};
pub use files::{LANGS, ReplyFiles};
pub use handed::{Gathered, HandedOver, ReplySeenBy};
pub use head::Use;
pub use links::{Link, LinkSettings, Links};
pub use samples::Sample;

use crate::fault::Fault;
use crate::message::{Lang, one_line};
use head::Source;

/// The replies in force, all of them filled with samples once.
#[derive(Debug)]
pub struct Replies {
    /// File name → what it is for.
    sources: BTreeMap<String, Source>,
    french: Environment<'static>,
    english: Environment<'static>,
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
        load::load(files, links, wanted)
    }

    /// The names of the replies, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.sources.keys().filter_map(|file| files::parse_name(file)).map(|(name, _)| name).collect();
        names.dedup();
        names
    }

    /// What a reply is for: which [`Context`] it takes.
    pub fn used_for(&self, name: &str) -> Option<Use> {
        self.source(name, Lang::Fr).map(|source| source.used_for)
    }

    /// The category a refusal or draft answers.
    pub fn category(&self, name: &str) -> Option<&str> {
        self.source(name, Lang::Fr)?.category.as_deref()
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
        let lang = lang.reply();
        let source = self.source(name, lang).ok_or_else(|| ReplyError::Unknown(name.to_owned()))?;
        if source.used_for != context.used_for() {
            let (is, asked) = (source.used_for, context.used_for());
            return Err(ReplyError::Use { name: name.to_owned(), is, asked });
        }
        if mode == Mode::Automatic && context.holds_typed_text() {
            return Err(ReplyError::Typed(name.to_owned()));
        }
        let mut values = context.values(lang, mode);
        values.insert("link", template::link_function(self.links(), lang, mode, day));
        let fill = |template: &str| {
            let environment = if lang == Lang::En { &self.english } else { &self.french };
            let filled = environment.get_template(template).and_then(|template| template.render(&values));
            filled.map_err(|error| unfilled(&error, lang))
        };
        let subject = one_line(&fill(&template::subject_name(name))?, 200);
        let markdown = template::tidy(&fill(name)?);
        let (text, html) = markdown::parts(&markdown, &subject, lang);
        Ok(Rendered { subject, markdown, text, html })
    }

    /// The text and HTML parts of what a person wrote in Markdown: raw HTML is shown as typed, only `http`, `https` and
    /// `mailto` links are links, nothing is loaded.
    pub fn from_markdown(markdown: &str, lang: Lang) -> (String, String) {
        let title = if lang.reply() == Lang::En { "Your request" } else { "Votre demande" };
        markdown::typed_parts(markdown, title, lang)
    }

    fn source(&self, name: &str, lang: Lang) -> Option<&Source> {
        self.sources.get(&files::file_name(name, lang))
    }
}

/// The place and the words of a template error; for a part that was included, those of the part.
fn unfilled(error: &Error, lang: Lang) -> ReplyError {
    let mut innermost = error;
    while let Some(inner) = std::error::Error::source(innermost).and_then(|e| e.downcast_ref::<Error>()) {
        innermost = inner;
    }
    let name = innermost.name().unwrap_or_default();
    ReplyError::Unfilled {
        file: files::file_name(template::reply_name(name), lang),
        line: innermost.line().unwrap_or_default(),
        says: template::unfilled(innermost),
    }
}
