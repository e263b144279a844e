//! The texts that the team edits, laid over the files: read and tried by the loader that reads the files, and put in the
//! place of those in force as a whole.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::NaiveDate;
use regex::Regex;

use super::files::{LANGS, file_name, parse_name};
use super::samples::samples_of;
use super::{Replies, ReplyError, ReplyFiles, Sample, load};
use crate::fault::Fault;
use crate::message::Lang;

/// A reply or a part as the team wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// Its name (`sill`, `_receipt`).
    pub name: String,
    /// The whole files, French and English.
    pub texts: [String; 2],
}

impl Replies {
    /// The names of the replies and of the parts that they include, sorted.
    pub fn all_names(&self) -> Vec<String> {
        let texts = self.texts();
        let names = texts.files.texts.keys().filter_map(|file| parse_name(file));
        names.map(|(name, _)| name.to_owned()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The whole texts of a reply or part in force, French and English.
    pub fn source_texts(&self, name: &str) -> Option<[String; 2]> {
        both(&self.texts().files, name)
    }

    /// The same as the files have it, whatever was laid over them.
    pub fn file_texts(&self, name: &str) -> Option<[String; 2]> {
        both(&self.files, name)
    }

    /// Every text in force, by file name.
    pub fn files_in_force(&self) -> ReplyFiles {
        self.texts().files.clone()
    }

    /// The categories that ask for a reply, each once.
    pub fn asked_by(&self, name: &str) -> Vec<&str> {
        let asking = self.wanted.iter().filter(|(_, reply)| reply == name);
        asking.map(|(category, _)| category.as_str()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether the program itself asks for it by name.
    pub fn is_fixed(name: &str) -> bool {
        load::FIXED.iter().any(|(fixed, _)| *fixed == name)
    }

    /// The replies and parts that include a part.
    pub fn including(&self, part: &str) -> Vec<String> {
        let Ok(include) = Regex::new(&format!(r#"include\s+["']{}["']"#, regex::escape(part))) else {
            return Vec::new();
        };
        let texts = self.texts();
        let french = texts.files.texts.iter().filter(|(file, _)| file.ends_with(&file_name("", Lang::Fr)));
        let including = french.filter(|(_, text)| include.is_match(text));
        including.filter_map(|(file, _)| parse_name(file)).map(|(name, _)| name.to_owned()).collect()
    }

    /// A set with these texts over the files, in the place of what was laid over them before; otherwise every fault, as
    /// `guichet check` tells those of files. It shares the links.
    pub fn over(&self, edited: &[Edited]) -> Result<Self, Vec<Fault>> {
        let mut files = self.files.clone();
        for Edited { name, texts } in edited {
            for (lang, text) in LANGS.into_iter().zip(texts) {
                files.texts.insert(file_name(name, lang), text.clone());
            }
        }
        let wanted: Vec<(&str, &str)> =
            self.wanted.iter().map(|(category, reply)| (category.as_str(), reply.as_str())).collect();
        let texts = load::load(&files, &self.links(), &wanted)?;
        Ok(Self {
            files: self.files.clone(),
            wanted: self.wanted.clone(),
            texts: RwLock::new(Arc::new(texts)),
            links: self.links.clone(),
        })
    }

    /// Fills in the texts of another set from now on.
    pub fn put_texts(&self, of: &Self) {
        *self.texts.write().unwrap_or_else(PoisonError::into_inner) = of.texts();
    }

    /// One reply in both languages with every sample, in each way it can leave; those that read the same are given once.
    pub fn samples_of(&self, name: &str, day: NaiveDate) -> Result<Vec<Sample>, ReplyError> {
        samples_of(self, name, day)
    }
}

fn both(files: &ReplyFiles, name: &str) -> Option<[String; 2]> {
    let of = |lang| files.texts.get(&file_name(name, lang)).cloned();
    Some([of(Lang::Fr)?, of(Lang::En)?])
}
