//! What can go wrong with a page, and the page that says so with a way out. The cause goes to the log, never to the
//! reader; neither ever holds the text or the address of a writer: causes are our own error types, which do not.
//!
//! A handler returns [`WebError`]; the response carries it to [`pages`], the layer that knows the language of the
//! address and writes the page. So an error looks the same wherever it comes from, an unknown address included.

use std::error::Error;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::layout::{Layout, Page};
use super::{WebState, address};
use crate::desk::DeskError;
use crate::store::StoreError;

/// What the reader is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No such page, request or link (404).
    NotFound,
    /// The method does not suit the address (405).
    Method,
    /// Not sent from one of our own pages (403).
    Foreign,
    /// What was sent cannot be read (400).
    Malformed,
    /// More than we take (413).
    TooLarge,
    /// Somebody else changed it meanwhile (409).
    Conflict,
    /// The desk refused: the sentence is for the reader (422).
    Refused,
    /// The database is away; trying again helps (503).
    Away,
    /// A fault of ours (500).
    Internal,
}

impl Kind {
    /// Its HTTP status.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Refused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Away => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Why a page could not be shown.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{kind:?}")]
pub struct WebError {
    /// What the reader is told.
    pub kind: Kind,
    /// A sentence of the desk for the reader ([`Kind::Refused`]); empty otherwise.
    pub sentence: String,
    /// What is logged.
    #[source]
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// What handlers return.
pub type WebResult = Result<Response, WebError>;

impl WebError {
    /// An error without a cause to log.
    pub fn new(kind: Kind) -> Self {
        Self { kind, sentence: String::new(), cause: None }
    }

    /// Shorthand for [`Kind::NotFound`].
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound)
    }

    /// The same with what caused it, for the log.
    pub fn because(self, cause: Arc<dyn Error + Send + Sync>) -> Self {
        Self { cause: Some(cause), ..self }
    }
}

impl From<DeskError> for WebError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NotFound => Self::not_found(),
            DeskError::Conflict { .. } => Self::new(Kind::Conflict),
            DeskError::Refused(sentence) => Self { sentence, ..Self::new(Kind::Refused) },
            DeskError::Store(store) => store.into(),
            other => Self::new(Kind::Internal).because(Arc::new(other)),
        }
    }
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        Self::new(Kind::Away).because(Arc::new(error))
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "public/error.html")]
struct ErrorPage {
    layout: Layout,
    kind: Kind,
    sentence: String,
    /// Where the way out leads.
    back: &'static str,
}

/// The layer that writes the page of every [`WebError`] and logs its cause, and the page of a panic.
pub async fn pages(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    // Addresses may hold a status token: only the first segment is logged.
    let path = request.uri().path().to_owned();
    let place = path.split('/').nth(1).unwrap_or_default().to_owned();
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<WebError>() else { return response };
    if let Some(cause) = &error.cause {
        tracing::error!(%method, place, kind = ?error.kind, cause = %chain(cause.as_ref()), "page failed");
    }
    let team = place == "equipe";
    let lang = address::language(&path);
    let layout = if team {
        Layout::team(&state, &path, None)
    } else {
        Layout::public(&state, lang, &path, lang.choose("/en", "/")).unlisted()
    };
    let back = if team { "/equipe" } else { layout.home() };
    let page = ErrorPage { layout, kind: error.kind, sentence: error.sentence, back };
    (error.kind.status(), Page(page)).into_response()
}

/// An error with its causes, on one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut at = error.source();
    while let Some(cause) = at {
        text = format!("{text}: {cause}");
        at = cause.source();
    }
    text
}
