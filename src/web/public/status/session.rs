//! The cookie of a status page that was opened by its code: it opens that one page, goes with the browser, and the store
//! ends it in any case.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use super::{At, Shown, Wrong};
use crate::desk::DeskError;
use crate::ticket::Ticket;
use crate::web::WebState;
use crate::web::error::WebError;

/// Its name.
const COOKIE: &str = "guichet_suivi";

/// A page that this browser has opened, and its ticket: what an act needs. Where the page is not open, or no more, the
/// extractor answers with the page that says so.
pub(super) struct Opened {
    pub(super) at: At,
    pub(super) ticket: Ticket,
}

impl FromRequestParts<WebState> for Opened {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        let at = At::from_request_parts(parts, state).await.map_err(WebError::into_response)?;
        match ticket(&at, &parts.headers).await {
            Ok(Some(ticket)) => Ok(Self { at, ticket }),
            Ok(None) => {
                Err(at.page(StatusCode::FORBIDDEN, Shown::wrong(Wrong::Closed)).await.into_response())
            }
            Err(fault) => Err(WebError::from(fault).into_response()),
        }
    }
}

/// The ticket whose page this browser has opened with this link.
pub(super) async fn ticket(at: &At, headers: &HeaderMap) -> Result<Option<Ticket>, DeskError> {
    match value(headers) {
        Some(cookie) => at.state.desk.opened_status(&at.token, &cookie).await,
        None => Ok(None),
    }
}

/// Gives the cookie to the browser; one page at a time is open in it.
pub(super) async fn open(
    state: &WebState,
    headers: &HeaderMap,
    cookie: String,
) -> Result<CookieJar, DeskError> {
    if let Some(before) = value(headers) {
        state.desk.leave_status(&before).await?;
    }
    Ok(CookieJar::new().add(made(state, cookie)))
}

/// Ends it, here and in the browser.
pub(super) async fn end(state: &WebState, headers: &HeaderMap) -> Result<CookieJar, DeskError> {
    if let Some(cookie) = value(headers) {
        state.desk.leave_status(&cookie).await?;
    }
    let mut gone = made(state, String::new());
    gone.make_removal();
    Ok(CookieJar::new().add(gone))
}

fn value(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(COOKIE).map(|cookie| cookie.value().to_owned())
}

/// Lax, as the link comes by mail; every POST is checked for its origin besides.
fn made(state: &WebState, value: String) -> Cookie<'static> {
    let secure = state.desk.service().public_url.starts_with("https://");
    Cookie::build((COOKIE, value)).path("/").http_only(true).same_site(SameSite::Lax).secure(secure).build()
}
