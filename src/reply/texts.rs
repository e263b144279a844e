//! The texts of one moment, compiled: what is rendered, and what another set is put in the place of as a whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use minijinja::{Environment, Error};

use super::context::{Context, Mode, Values};
use super::files::{ReplyFiles, file_name, parse_name};
use super::head::Source;
use super::links::Links;
use super::{Rendered, ReplyError, markdown, template};
use crate::message::{Lang, one_line};

/// Replies that were read.
#[derive(Debug)]
pub(super) struct Texts {
    /// What they were read from.
    pub(super) files: ReplyFiles,
    /// File name → what it is for.
    pub(super) sources: BTreeMap<String, Source>,
    pub(super) french: Environment<'static>,
    pub(super) english: Environment<'static>,
}

impl Texts {
    /// None yet.
    pub(super) fn of(files: &ReplyFiles) -> Self {
        let (french, english) = (template::environment(), template::environment());
        Self { files: files.clone(), sources: BTreeMap::new(), french, english }
    }

    /// The names of the replies, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let names = self.sources.keys().filter_map(|file| parse_name(file));
        let mut names: Vec<String> = names.map(|(name, _)| name.to_owned()).collect();
        names.dedup();
        names
    }

    /// What the head of a reply says.
    pub(super) fn source(&self, name: &str, lang: Lang) -> Option<&Source> {
        self.sources.get(&file_name(name, lang))
    }

    /// The engine of a language.
    pub(super) fn environment(&self, lang: Lang) -> &Environment<'static> {
        lang.choose(&self.french, &self.english)
    }

    /// See [`super::Replies::render`].
    pub(super) fn render(
        &self,
        links: &Arc<Links>,
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
        values.insert("link", template::link_function(links.clone(), lang, mode, day));
        let subject = self.subject(name, lang, &values)?;
        let markdown = template::tidy(&self.fill(name, lang, &values)?);
        let (text, html) = markdown::parts(&markdown, &subject, lang);
        Ok(Rendered { subject, markdown, text, html })
    }
}

impl Texts {
    /// The subject of a reply, filled in.
    pub(super) fn subject(&self, name: &str, lang: Lang, values: &Values) -> Result<String, ReplyError> {
        Ok(one_line(&self.fill(&template::subject_name(name), lang, values)?, 200))
    }

    fn fill(&self, template: &str, lang: Lang, values: &Values) -> Result<String, ReplyError> {
        let filled = self.environment(lang).get_template(template).and_then(|found| found.render(values));
        let filled: String = filled.map_err(|error| unfilled(&error, lang))?;
        if filled.len() > template::LONGEST {
            let (file, says) =
                (file_name(template::reply_name(template), lang), template::TOO_LONG.to_owned());
            return Err(ReplyError::Unfilled { file, line: 0, says });
        }
        Ok(filled)
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
        file: file_name(template::reply_name(name), lang),
        line: innermost.line().unwrap_or_default(),
        says: template::unfilled(innermost),
    }
}
