//! The cookie of a status page that was opened by its code: it opens that one page, goes with the browser, and the store
//! ends it in any case.

use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use crate::desk::DeskError;
use crate::ticket::Ticket;
use crate::web::WebState;

/// Its name.
const COOKIE: &str = "guichet_suivi";

/// The ticket whose page this browser has opened with this link.
pub(super) async fn ticket(
    state: &WebState,
    headers: &HeaderMap,
    token: &str,
) -> Result<Option<Ticket>, DeskError> {
    match value(headers) {
        Some(cookie) => state.desk.opened_status(token, &cookie).await,
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
