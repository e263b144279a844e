//! Where a request stands, behind its signed link; right after sending, the page that confirms receipt (CRPA, article
//! R112-5: date, service, contact). It shows nothing that was typed: the link may be read over a shoulder. A code sent by
//! mail opens what the requester may do ([`acts`]).

mod acts;
mod session;
mod words;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query};
use axum::http::header::CACHE_CONTROL;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::clock::paris_text;
use crate::desk::{CODE_MINUTES, CODES_AN_HOUR, Stage};
use crate::message::Lang;
use crate::service::SignedPage;
use crate::web::error::{Kind, WebError, WebResult};
use crate::web::layout::{GOING_BACK, Layout, Page};
use crate::web::public::form::{Errors, Listed, Shelf, Stamp};
use crate::web::{WebState, address, markdown, settings};

/// `?envoye=1` right after sending, `?code=1` after a code was asked for, `?fait=…` after an act: a link may say anything, so
/// the page says only what is so.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Arrived {
    envoye: String,
    code: String,
    fait: String,
}

/// What was just done here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    Added,
    Closed,
    Withdrawn,
    /// The wish to end it is told to the team, which alone can.
    LeftToTeam,
    /// The page was closed.
    Left,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wrong {
    /// The code, whatever the reason.
    Code,
    /// Codes were asked for or tried too often.
    Often,
    /// The message to add, its files, or both: each in a sentence.
    Typed(Errors),
    /// The acts are closed again: what was typed is not sent.
    Closed,
    /// The store is away: what was typed is not sent.
    Away,
    /// It is part of another person's request: only the team ends that one.
    Joined,
}

/// What is asked before a request is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// Whether it is really to be withdrawn.
    Withdraw,
    /// Whether it is to be closed although a message is not sent.
    CloseUnsent,
}

/// What the page holds beside where the request stands.
#[derive(Clone, Debug, Default)]
struct Shown {
    query: Arrived,
    /// The code was accepted in this browser.
    open: bool,
    wrong: Option<Wrong>,
    /// A message that was not taken.
    typed: String,
    asks: Option<Asked>,
    /// Files that go with the message.
    files: Vec<Listed>,
    /// What became of a kept file that was to be taken away.
    removed: Option<String>,
    /// Files that were chosen could not be kept.
    lost: bool,
    /// Under which files are kept; a new one where it is `None`.
    stamp: Option<Stamp>,
}

impl Shown {
    /// A page that is not open, or no more, and says what is wrong.
    fn wrong(wrong: Wrong) -> Self {
        Self { wrong: Some(wrong), ..Self::default() }
    }
}

#[derive(Template)]
#[template(path = "public/status.html")]
struct StatusPage<'a> {
    layout: Layout,
    /// Right after sending.
    sent: bool,
    reference: String,
    received: String,
    since: String,
    /// It was taken back by its writer.
    withdrawn: bool,
    /// `None`: the store is away, and it is not known.
    stage: Option<Stage>,
    /// Its author asked before sending that a person read it.
    insists: bool,
    /// The operator's words on what happens next, as HTML.
    note: String,
    /// The page's own address, to be kept.
    link: String,
    /// The same without the site: what its forms are sent to.
    base: String,
    /// What is added to them.
    sending: String,
    shown: Shown,
    /// For which a code is worth something.
    minutes: i64,
    /// Codes that are sent within an hour.
    codes: i64,
    stamp: String,
    limits: &'a settings::Form,
}

impl StatusPage<'_> {
    fn heading(&self) -> &'static str {
        if self.sent {
            self.layout.t("Demande envoyée", "Request sent")
        } else {
            self.layout.t("Suivi de votre demande", "Where your request stands")
        }
    }

    /// Whether the stage is told: right after sending only once there is something to tell.
    fn tells_stage(&self) -> bool {
        self.stage.is_some_and(|stage| !self.sent || stage != Stage::Received)
    }

    /// What was just done, as far as it is so.
    fn done(&self) -> Option<Done> {
        let open = self.shown.open;
        match self.shown.query.fait.as_str() {
            "ajoute" if open => Some(Done::Added),
            "clos" if open && self.is_closed() => Some(Done::Closed),
            "retire" if open && self.withdrawn => Some(Done::Withdrawn),
            "equipe" if open && !self.is_closed() => Some(Done::LeftToTeam),
            "sorti" if !open => Some(Done::Left),
            _ => None,
        }
    }

    fn is_wrong_code(&self) -> bool {
        self.shown.wrong == Some(Wrong::Code)
    }

    fn error(&self, id: &str) -> Option<&str> {
        match &self.shown.wrong {
            Some(Wrong::Typed(errors)) => errors.get(id).map(String::as_str),
            _ => None,
        }
    }

    fn asks_to_withdraw(&self) -> bool {
        self.shown.asks == Some(Asked::Withdraw)
    }

    fn asks_to_close(&self) -> bool {
        self.shown.asks == Some(Asked::CloseUnsent)
    }

    fn kept(&self) -> &[Listed] {
        &self.shown.files
    }

    fn room(&self) -> usize {
        Shelf::room(&self.shown.files, self.limits)
    }

    fn size(&self, file: &Listed) -> String {
        file.size(self.layout.lang)
    }

    fn removed(&self) -> Option<&str> {
        self.shown.removed.as_deref()
    }

    /// Whether the box for the code is shown.
    fn asks_code(&self) -> bool {
        !self.shown.open
            && (self.shown.query.code == "1" || matches!(self.shown.wrong, Some(Wrong::Code | Wrong::Often)))
    }

    /// Where the page is shown in the other language, with what it holds.
    fn elsewhere(&self) -> String {
        format!("{}/ajouter?langue=1", self.layout.other.as_deref().unwrap_or_default())
    }

    /// The same, while it asks for a code.
    fn code_elsewhere(&self) -> String {
        let asked = if self.asks_code() { "&code=1" } else { "" };
        format!("{}/code?langue=1{asked}", self.layout.other.as_deref().unwrap_or_default())
    }

    fn is_closed(&self) -> bool {
        self.stage == Some(Stage::Closed)
    }
}

/// The page and its acts, in both languages. They act by a cookie: whoever mounts them sees to it that foreign pages cannot.
pub fn routes() -> Router<WebState> {
    let mut router = Router::new();
    for base in ["/suivi/{token}", "/en/suivi/{token}"] {
        router = router
            .route(base, get(show))
            .route(&format!("{base}/code"), get(back).post(acts::send_code))
            .route(&format!("{base}/entrer"), get(back).post(acts::enter))
            .route(&format!("{base}/ajouter"), get(back).post(acts::add).layer(DefaultBodyLimit::disable()))
            .route(&format!("{base}/clore"), get(back).post(acts::close))
            .route(&format!("{base}/retirer"), get(back).post(acts::withdraw))
            .route(&format!("{base}/sortir"), get(back).post(acts::leave))
            .route(&format!("{base}/donnees"), get(acts::data));
    }
    router
}

/// `GET /suivi/{token}` and `GET /en/suivi/{token}`.
async fn show(at: At, Query(query): Query<Arrived>, headers: HeaderMap) -> WebResult {
    let open = session::ticket(&at, &headers).await?.is_some();
    at.page(StatusCode::OK, Shown { query, open, ..Shown::default() }).await
}

/// `GET` of an act: a page reloaded, or an address kept. It leads to the page, and does nothing.
async fn back(at: At) -> Redirect {
    Redirect::to(&at.path())
}

/// The page that an address names.
struct At {
    state: WebState,
    lang: Lang,
    token: String,
}

impl FromRequestParts<WebState> for At {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, WebError> {
        let lang = address::language(parts.uri.path());
        let token = Path::from_request_parts(parts, state).await;
        let Path(token) = token.map_err(|_| WebError::new(Kind::Malformed))?;
        Ok(Self { state: state.clone(), lang, token })
    }
}

impl At {
    fn path(&self) -> String {
        SignedPage::Status.path(self.lang, &self.token)
    }

    async fn page(&self, status: StatusCode, shown: Shown) -> WebResult {
        let desk = &self.state.desk;
        let standing = match desk.status(&self.token).await {
            Ok(standing) => Some(standing.ok_or_else(WebError::not_found)?),
            // A message that could not be taken is given back without the store.
            Err(_) if shown.wrong == Some(Wrong::Away) => None,
            Err(fault) => return Err(fault.into()),
        };
        let reference = desk.status_named(&self.token).ok_or_else(WebError::not_found)?;
        let form = &self.state.settings.form;
        let told = |at: Option<DateTime<Utc>>| at.map(|at| paris_text(at, self.lang)).unwrap_or_default();
        let page = StatusPage {
            layout: Layout::signed(&self.state, self.lang, SignedPage::Status, &self.token),
            sent: shown.query.envoye == "1",
            reference: reference.to_owned(),
            received: told(standing.as_ref().map(|standing| standing.received_at)),
            since: told(standing.as_ref().map(|standing| standing.since)),
            withdrawn: standing.as_ref().is_some_and(|standing| standing.withdrawn),
            insists: standing.as_ref().is_some_and(|standing| standing.insists),
            stage: standing.map(|standing| standing.stage),
            note: markdown::to_html(self.lang.choose(&form.sent_fr, &form.sent_en)),
            link: desk.service().link(SignedPage::Status, self.lang, &self.token),
            base: self.path(),
            sending: address::sending(),
            minutes: CODE_MINUTES,
            codes: CODES_AN_HOUR,
            stamp: shown.stamp.clone().unwrap_or_else(|| Stamp::fresh(desk.clock().now())).token(desk.keys()),
            limits: form,
            shown,
        };
        let acts = page.shown.open || !page.shown.typed.is_empty();
        let mut response = (status, Page(page)).into_response();
        if acts {
            response.headers_mut().insert(CACHE_CONTROL, GOING_BACK);
        }
        Ok(response)
    }
}
