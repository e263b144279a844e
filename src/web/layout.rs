//! What every page shares: language, theme, names, where one is. Each page struct has it as its field `layout`, and
//! `templates/base.html` reads it there.

use std::sync::Arc;

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::WebState;
use super::error::{Kind, WebError};
use super::settings::{Conformity, Theme};
use crate::message::Lang;
use crate::service::SignedPage;

/// The `Cache-Control` of a page on which a person writes. Not `no-store`: with it, browsers forget what was typed when one goes
/// back to the page.
pub const GOING_BACK: HeaderValue = HeaderValue::from_static("private, no-cache");

/// The frame of a page.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Language of the page: French or English, never undetermined.
    pub lang: Lang,
    /// Which stylesheet.
    pub theme: Theme,
    /// The service's name, in the page's language.
    pub service: String,
    /// The body that runs it, in the page's language.
    pub operator: String,
    /// Address people write to.
    pub contact: String,
    /// Path of this page; the navigation marks its place with it.
    pub path: String,
    /// The same page in the other language; `None` where there is none (the team's pages).
    pub other: Option<String>,
    /// Name of the person signed in: the team's navigation is shown.
    pub person: Option<String>,
    /// Whether search engines may list the page.
    pub indexed: bool,
    /// State of accessibility, for the footer.
    pub accessibility: Conformity,
}

impl Layout {
    /// The frame of a public page; `path` is its own address, `other` the one in the other language.
    pub fn public(state: &WebState, lang: Lang, path: &str, other: &str) -> Self {
        let lang = lang.reply();
        let service = state.desk.service();
        Self {
            lang,
            theme: state.settings.web.theme,
            service: service.name(lang).to_owned(),
            operator: service.operator(lang).to_owned(),
            contact: service.contact.clone(),
            path: path.to_owned(),
            other: Some(other.to_owned()),
            person: None,
            indexed: true,
            accessibility: state.settings.legal.accessibility,
        }
    }

    /// The frame of a page behind a signed link.
    pub fn signed(state: &WebState, lang: Lang, page: SignedPage, token: &str) -> Self {
        let other = lang.choose(Lang::En, Lang::Fr);
        Self::public(state, lang, &page.path(lang, token), &page.path(other, token)).unlisted()
    }

    /// The frame of a page of the team: in French, never listed; `person` is who is signed in.
    pub fn team(state: &WebState, path: &str, person: Option<&str>) -> Self {
        let public = Self::public(state, Lang::Fr, path, "");
        Self { other: None, person: person.map(str::to_owned), indexed: false, ..public }
    }

    /// The same, kept out of search engines.
    pub fn unlisted(self) -> Self {
        Self { indexed: false, ..self }
    }

    /// Whether the page is in English.
    pub fn en(&self) -> bool {
        self.lang == Lang::En
    }

    /// The one of two texts that is in the page's language.
    pub fn t<'a>(&self, fr: &'a str, en: &'a str) -> &'a str {
        self.lang.choose(fr, en)
    }

    /// Whether the State's design system is in use.
    pub fn dsfr(&self) -> bool {
        self.theme == Theme::Dsfr
    }

    /// The address of one of our static files, with its content hash.
    pub fn asset(&self, name: &str) -> String {
        super::assets::address(name)
    }

    /// The address of the form in the page's language.
    pub fn home(&self) -> &'static str {
        self.t("/", "/en")
    }

    /// Whether the page is at `path` or below it.
    pub fn at(&self, path: &str) -> bool {
        self.path == path || self.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The words of the law for the state of accessibility.
    pub fn accessibility_words(&self) -> &'static str {
        self.lang.choose(self.accessibility.fr(), self.accessibility.en())
    }
}

/// A page that a template renders. A rendering fault is logged and becomes the 500 page.
#[derive(Debug)]
pub struct Page<T>(pub T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(html) => {
                let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")];
                (headers, super::typography::page(html)).into_response()
            }
            Err(fault) => WebError::new(Kind::Internal).because(Arc::new(fault)).into_response(),
        }
    }
}
