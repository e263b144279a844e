//! The files of a form that must be corrected: kept for a while under its nonce, listed on the page, sent with it. Only
//! files that the page listed are attached, so that going back in the browser never attaches one unseen. After sending
//! they expire by themselves: a double submission must find the same files.

use chrono::Duration;

use super::read::{Refused, Sent};
use crate::message::{FormFile, Lang};
use crate::web::{WebState, settings};

/// A kept file as the page lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::public) struct Listed {
    /// Cleaned name.
    pub(in crate::web::public) name: String,
    /// Size in octets.
    size: usize,
}

impl Listed {
    /// `1,2 Mo`, `34 ko`: units of a thousand, as the limits are said.
    pub(in crate::web::public) fn size(&self, lang: Lang) -> String {
        let en = lang == Lang::En;
        let tenth = |unit: usize| (self.size * 10).div_ceil(unit);
        let (count, unit) = if self.size >= 1_000_000 {
            (tenth(1_000_000), if en { "MB" } else { "Mo" })
        } else {
            (tenth(1_000).next_multiple_of(10), if en { "kB" } else { "ko" })
        };
        let point = if en { "." } else { "," };
        match count % 10 {
            0 => format!("{}\u{a0}{unit}", count / 10),
            rest => format!("{}{point}{rest}\u{a0}{unit}", count / 10),
        }
    }
}

/// The files kept for one form.
pub(in crate::web::public) struct Shelf {
    state: WebState,
    nonce: String,
    files: Vec<FormFile>,
    /// How many of those that the page listed are gone: past their time, or the store is away.
    gone: usize,
}

impl Shelf {
    /// The files that a page listed, of which there were `listed`.
    pub(in crate::web::public) async fn open(state: &WebState, nonce: &str, listed: usize) -> Self {
        let mut shelf = Self { state: state.clone(), nonce: nonce.to_owned(), files: Vec::new(), gone: 0 };
        if listed > 0 {
            shelf.reload().await;
            shelf.files.truncate(listed);
            shelf.gone = listed.min(state.settings.form.max_files).saturating_sub(shelf.files.len());
        }
        shelf
    }

    /// The files that go with the form.
    pub(in crate::web::public) fn attached(&self) -> &[FormFile] {
        &self.files
    }

    /// How many more may be attached to a page that lists them.
    pub(in crate::web::public) fn room(listed: &[Listed], form: &settings::Form) -> usize {
        form.max_files.saturating_sub(listed.len())
    }

    /// The same as the page lists them.
    pub(in crate::web::public) fn listed(&self) -> Vec<Listed> {
        self.files.iter().map(|file| Listed { name: file.name.clone(), size: file.bytes.len() }).collect()
    }

    /// Takes one away; its name, if there was one.
    pub(in crate::web::public) async fn remove(&mut self, position: usize) -> Option<String> {
        let name = self.files.get(position).map(|file| file.name.clone())?;
        if let Err(fault) = self.state.desk.store().form_files_drop(&self.nonce, Some(position)).await {
            tracing::error!(cause = %fault, "a kept file could not be taken away");
            return None;
        }
        self.files.remove(position);
        Some(name)
    }

    /// Keeps new files, as far as they fit and are not there yet. `true` if the store could not.
    pub(in crate::web::public) async fn keep(&mut self, new: Vec<FormFile>) -> bool {
        let form = &self.state.settings.form;
        let fitting = fitting(&self.files, &new, form);
        let fresh: Vec<FormFile> =
            new.into_iter().take(fitting).filter(|file| !self.files.contains(file)).collect();
        if fresh.is_empty() {
            return false;
        }
        let until = self.state.desk.clock().now() + Duration::minutes(i64::from(form.keep_files_minutes));
        match self.state.desk.store().form_files_keep(&self.nonce, &fresh, until).await {
            Ok(()) => {
                self.reload().await;
                false
            }
            Err(fault) => {
                tracing::error!(cause = %fault, "files of a form could not be kept");
                true
            }
        }
    }

    /// What is wrong with the files, in one or more sentences; `None` when they can all go.
    pub(in crate::web::public) fn complaint(
        &self,
        sent: &Sent,
        lang: Lang,
        form: &settings::Form,
    ) -> Option<String> {
        let mut says = refused(sent, lang, form);
        if fitting(&self.files, &sent.files, form) < sent.files.len() && says.is_empty() {
            let number = self.files.len() + sent.files.len() > form.max_files;
            says.push(refusal(if number { &Refused::Number } else { &Refused::Total }, lang, form));
        }
        if self.gone > 0 {
            let again = lang.choose(
                "Joignez de nouveau vos fichiers : ils ne sont gardés qu’un moment.",
                "Attach your files again: they are kept for a while only.",
            );
            says.push(again.to_owned());
        }
        says.dedup();
        (!says.is_empty()).then(|| says.join(" "))
    }

    async fn reload(&mut self) {
        match self.state.desk.store().form_files(&self.nonce, self.state.desk.clock().now()).await {
            Ok(files) => self.files = files,
            Err(fault) => tracing::error!(cause = %fault, "kept files of a form could not be read"),
        }
    }
}

/// Which of the files sent could not be taken, each in a sentence, and whether they came whole.
fn refused(sent: &Sent, lang: Lang, form: &settings::Form) -> Vec<String> {
    let mut says: Vec<String> = sent.refused.iter().map(|refused| refusal(refused, lang, form)).collect();
    if sent.cut {
        let again = lang.choose(
            "Envoyez de nouveau : la transmission s’est interrompue, peut-être à cause de fichiers trop volumineux.",
            "Send again: the transmission broke off, perhaps because the files are too large.",
        );
        says.push(again.to_owned());
    }
    says.dedup();
    says
}

/// How many of the new files fit beside those already kept.
fn fitting(kept: &[FormFile], new: &[FormFile], form: &settings::Form) -> usize {
    let mut left = form.max_total_mb * 1_000_000;
    left = left.saturating_sub(kept.iter().map(|file| file.bytes.len()).sum());
    let room = form.max_files.saturating_sub(kept.len());
    new.iter()
        .take(room)
        .take_while(|file| match left.checked_sub(file.bytes.len()) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        })
        .count()
}

fn refusal(refused: &Refused, lang: Lang, form: &settings::Form) -> String {
    match (refused, lang) {
        (Refused::Large(name), Lang::En) => {
            format!(
                "Choose a smaller file instead of “{name}”: {} MB at most for each file.",
                form.max_file_mb
            )
        }
        (Refused::Large(name), _) => format!(
            "Choisissez un fichier plus léger que « {name} » : {}\u{a0}Mo au plus pour chacun.",
            form.max_file_mb
        ),
        (Refused::Total, Lang::En) => {
            format!("Attach less: {} MB at most for all files together.", form.max_total_mb)
        }
        (Refused::Total, _) => {
            format!("Joignez moins de fichiers : {}\u{a0}Mo au plus pour l’ensemble.", form.max_total_mb)
        }
        (Refused::Number, Lang::En) => format!("Attach fewer files: {} at most.", form.max_files),
        (Refused::Number, _) => format!("Joignez moins de fichiers : {} au plus.", form.max_files),
    }
}
