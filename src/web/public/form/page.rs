//! The page of the form, empty or with what was typed.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse as _, Response};

use super::files::{Listed, Shelf};
use super::stamp::{Stamp, Sum};
use super::typed::{Errors, ORDER, Typed};
use std::sync::Arc;

use crate::message::{Capacity, Lang, PurchaseStage};
use crate::triage::Contract;
use crate::web::error::{Kind, WebError};
use crate::web::layout::{GOING_BACK, Layout, Page};
use crate::web::public::categories::{self, CategoryChoice};
use crate::web::public::hint::Hint;
use crate::web::public::offer::{self, Answer as Answered, Asked, Heading};
use crate::web::{WebState, address, markdown, settings};

/// What the page says at its top, besides errors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Notice {
    /// Nothing.
    #[default]
    None,
    /// One question more before sending.
    Sum,
    /// A kept file was taken away: its name (`None`: it was gone already).
    Removed(Option<String>),
    /// The files could not be kept; the text is there.
    FilesLost,
    /// Files were chosen and the form was only looked at: they must be chosen again.
    FilesAgain,
    /// The store is away; text and files are there.
    Away,
    /// The store is away; the text is there, the files are not.
    AwayWithoutFiles,
}

/// What is shown again.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) typed: Typed,
    pub(super) errors: Errors,
    pub(super) sum: Option<Sum>,
    pub(super) files: Vec<Listed>,
    pub(super) notice: Notice,
    /// The heading from which one comes.
    pub(super) heading: Option<Heading>,
    /// What the form would become, where that was asked.
    pub(super) hint: Option<Hint>,
}

/// A choice of a list: code, title, whether it is chosen.
type Choice = (&'static str, &'static str, bool);

#[derive(Template)]
#[template(path = "public/form.html")]
struct FormPage<'a> {
    layout: Layout,
    intro: String,
    topics: Vec<CategoryChoice>,
    /// The offer, and what is not in it, on the first page alone.
    offer: Vec<Heading>,
    refusals: Vec<Answered>,
    heading: Option<&'a Heading>,
    hint: Option<&'a Hint>,
    asked: Vec<Asked>,
    software: Vec<String>,
    stages: [Choice; 4],
    capacities: [Choice; 2],
    typed: &'a Typed,
    errors: &'a Errors,
    /// Errors in the order of the page.
    summary: Vec<(&'static str, &'a str)>,
    stamp: String,
    /// What is added to the addresses that the form is sent to.
    sending: String,
    sum: Option<(Sum, String)>,
    files: &'a [Listed],
    notice: Notice,
    limits: &'a settings::Form,
}

/// What stands under the sentence of a hint, alone: for the page's script.
#[derive(Template)]
#[template(path = "public/hint.html")]
struct HintPart<'a> {
    lang: Lang,
    hint: &'a Hint,
    insists: bool,
}

/// The HTML under the sentence of a hint.
pub(super) fn more(lang: Lang, hint: &Hint, insists: bool) -> Result<String, WebError> {
    let part = HintPart { lang, hint, insists };
    part.render().map_err(|fault| WebError::new(Kind::Internal).because(Arc::new(fault)))
}

impl FormPage<'_> {
    /// Whether an optional question is shown: asked under the heading chosen, or answered already.
    fn is_shown(&self, asked: &Asked) -> bool {
        let answer = match asked.code {
            "software" => &self.typed.software,
            "stage" => &self.typed.stage,
            _ => &self.typed.capacity,
        };
        asked.now || !answer.trim().is_empty()
    }

    /// What the title of the window says first: what came back with the page.
    fn state(&self) -> &'static str {
        let t = |fr, en| self.layout.t(fr, en);
        match self.notice {
            _ if !self.errors.is_empty() => t("Erreur\u{a0}: ", "Error: "),
            Notice::Away | Notice::AwayWithoutFiles => {
                t("Pas encore enregistrée\u{a0}: ", "Not recorded yet: ")
            }
            Notice::Sum => t("Une question avant l’envoi\u{a0}: ", "One question before sending: "),
            Notice::Removed(_) => t("Fichiers joints\u{a0}: ", "Attached files: "),
            Notice::None | Notice::FilesLost | Notice::FilesAgain => "",
        }
    }

    /// The page before anything was typed: what may make it needless to write stands above the form.
    fn is_first(&self) -> bool {
        self.errors.is_empty() && self.notice == Notice::None && self.hint.is_none()
    }

    /// Whether the hint is what came back with the page: it is read first.
    fn hint_is_first(&self) -> bool {
        self.hint.is_some()
            && self.errors.is_empty()
            && matches!(self.notice, Notice::None | Notice::FilesAgain)
    }

    /// Where the form is looked at before sending.
    fn preview(&self) -> &'static str {
        self.layout.t("/apercu", "/en/preview")
    }

    /// What stands under the sentence of the hint.
    fn more(&self) -> String {
        let part = self.hint.map(|hint| more(self.layout.lang, hint, self.typed.insists));
        part.and_then(Result::ok).unwrap_or_default()
    }

    fn error(&self, id: &str) -> Option<&str> {
        self.errors.get(id).map(String::as_str)
    }

    fn kept(&self) -> &[Listed] {
        self.files
    }

    fn room(&self) -> usize {
        Shelf::room(self.files, self.limits)
    }

    fn size(&self, file: &Listed) -> String {
        file.size(self.layout.lang)
    }

    /// What became of a file that was to be taken away.
    fn removed(&self) -> Option<String> {
        match &self.notice {
            Notice::Removed(name) => Some(removed(self.layout.lang, name.as_deref())),
            _ => None,
        }
    }
}

/// What is said of a kept file that was to be taken away: its name, `None` where there was none.
pub(in crate::web::public) fn removed(lang: Lang, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{}{name}", lang.choose("Fichier retiré\u{a0}: ", "File removed: ")),
        None => lang.choose("Ce fichier n’était plus joint.", "This file was no longer attached.").to_owned(),
    }
}

/// The form, under a stamp.
pub(super) fn show(state: &WebState, lang: Lang, stamp: &Stamp, answer: &Answer) -> Response {
    let keys = state.desk.keys();
    let form = &state.settings.form;
    let (path, other) = lang.choose(("/", "/en"), ("/en", "/"));
    let typed = &answer.typed;
    let (triage, today) = (state.desk.triage(), state.desk.clock().today());
    let heading = answer.heading.as_ref();
    let page = FormPage {
        offer: if heading.is_none() { offer::headings(state, lang) } else { Vec::new() },
        refusals: offer::refusals(state, lang),
        heading,
        hint: answer.hint.as_ref(),
        asked: offer::asked(state, &typed.category),
        software: triage
            .reference()
            .software_covered(Contract::Support, today)
            .map(|software| software.name.clone())
            .collect(),
        stages: PurchaseStage::ALL
            .map(|stage| (stage.code(), stage.title(lang), stage.code() == typed.stage)),
        capacities: Capacity::ALL
            .map(|capacity| (capacity.code(), capacity.title(lang), capacity.code() == typed.capacity)),
        layout: Layout::public(state, lang, path, other),
        intro: markdown::to_html(lang.choose(&form.intro_fr, &form.intro_en)),
        topics: categories::in_form(state, lang),
        typed,
        errors: &answer.errors,
        summary: ORDER.iter().filter_map(|id| Some((*id, answer.errors.get(id)?.as_str()))).collect(),
        stamp: stamp.token(keys),
        sending: address::sending(),
        sum: answer.sum.map(|sum| (sum, sum.token(&stamp.nonce, keys))),
        files: &answer.files,
        notice: answer.notice.clone(),
        limits: form,
    };
    let mut response = (answer.status, Page(page)).into_response();
    response.headers_mut().insert(CACHE_CONTROL, GOING_BACK);
    response
}

/// The error of a sum not answered, or wrongly.
pub(super) fn wrong_sum(sum: Sum, lang: Lang) -> String {
    let Sum { a, b } = sum;
    if lang == Lang::En {
        format!("Add {a} and {b}, and write the result in digits. For example, for 1 + 3, write 4.")
    } else {
        format!(
            "Additionnez {a} et {b}, et écrivez le résultat en chiffres. Par exemple, pour 1 + 3, écrivez 4."
        )
    }
}
