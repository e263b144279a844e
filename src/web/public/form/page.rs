//! The page of the form, empty or with what was typed.

use askama::Template;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::files::Listed;
use super::stamp::{Stamp, Sum};
use super::typed::{Errors, ORDER, Typed};
use crate::message::Lang;
use crate::web::layout::{Layout, Page};
use crate::web::public::categories::{self, CategoryChoice};
use crate::web::{WebState, markdown, settings};

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
}

#[derive(Template)]
#[template(path = "public/form.html")]
struct FormPage<'a> {
    layout: Layout,
    intro: String,
    topics: Vec<CategoryChoice>,
    refused: Vec<CategoryChoice>,
    typed: &'a Typed,
    errors: &'a Errors,
    /// Errors in the order of the page.
    summary: Vec<(&'static str, &'a str)>,
    stamp: String,
    sum: Option<(Sum, String)>,
    files: &'a [Listed],
    notice: Notice,
    limits: &'a settings::Form,
}

impl FormPage<'_> {
    fn error(&self, id: &str) -> Option<&str> {
        self.errors.get(id).map(String::as_str)
    }

    /// How many files may still be attached.
    fn room(&self) -> usize {
        self.limits.max_files.saturating_sub(self.files.len())
    }

    /// `1,2 Mo`, `34 ko`: units of a thousand, as the limits are said.
    fn size(&self, octets: usize) -> String {
        let tenth = |unit: usize| (octets * 10).div_ceil(unit);
        let (count, unit) = if octets >= 1_000_000 {
            (tenth(1_000_000), self.layout.t("Mo", "MB"))
        } else {
            (tenth(1_000).next_multiple_of(10), self.layout.t("ko", "kB"))
        };
        let point = self.layout.t(",", ".");
        match count % 10 {
            0 => format!("{}\u{a0}{unit}", count / 10),
            rest => format!("{}{point}{rest}\u{a0}{unit}", count / 10),
        }
    }
}

/// The form, under a stamp.
pub(super) fn show(state: &WebState, lang: Lang, stamp: &Stamp, answer: &Answer) -> Response {
    let keys = state.desk.keys();
    let form = &state.settings.form;
    let (path, other) = if lang == Lang::En { ("/en", "/") } else { ("/", "/en") };
    let page = FormPage {
        layout: Layout::public(state, lang, path, other),
        intro: markdown::to_html(if lang == Lang::En { &form.intro_en } else { &form.intro_fr }),
        topics: categories::in_form(state, lang),
        refused: categories::refused(state, lang),
        typed: &answer.typed,
        errors: &answer.errors,
        summary: ORDER.iter().filter_map(|id| Some((*id, answer.errors.get(id)?.as_str()))).collect(),
        stamp: stamp.token(keys),
        sum: answer.sum.map(|sum| (sum, sum.token(&stamp.nonce, keys))),
        files: &answer.files,
        notice: answer.notice.clone(),
        limits: form,
    };
    let mut response = (answer.status, Page(page)).into_response();
    // Not `no-store`: with it, browsers forget what was typed when one goes back to the page.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
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
