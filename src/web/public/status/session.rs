//! The cookie of a status page that was opened by its code: it opens that one page, goes with the browser, and the store
//! ends it in any case. Each request has its own, so that two may be open side by side.

use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use crate::desk::DeskError;
use crate::ticket::Ticket;
use crate::web::WebState;

/// What its name begins with; the reference follows.
const COOKIE: &str = "guichet_suivi_";

/// The ticket whose page this browser has opened with this link.
pub(super) async fn ticket(
    state: &WebState,
    headers: &HeaderMap,
    token: &str,
) -> Result<Option<Ticket>, DeskError> {
    match value(state, headers, token) {
        Some(cookie) => state.desk.opened_status(token, &cookie).await,
        None => Ok(None),
    }
}

/// Gives the cookie to the browser, in place of the one it may have for this page.
pub(super) async fn open(
    state: &WebState,
    headers: &HeaderMap,
    token: &str,
    cookie: String,
) -> Result<CookieJar, DeskError> {
    if let Some(before) = value(state, headers, token) {
        state.desk.leave_status(&before).await?;
    }
    Ok(CookieJar::new().add(made(state, token, cookie)))
}

/// Ends it, here and in the browser.
pub(super) async fn end(state: &WebState, headers: &HeaderMap, token: &str) -> Result<CookieJar, DeskError> {
    if let Some(cookie) = value(state, headers, token) {
        state.desk.leave_status(&cookie).await?;
    }
    let mut gone = made(state, token, String::new());
    gone.make_removal();
    Ok(CookieJar::new().add(gone))
}

fn value(state: &WebState, headers: &HeaderMap, token: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(&name(state, token)).map(|cookie| cookie.value().to_owned())
}

/// Of a link that is not ours the name is that of no request.
fn name(state: &WebState, token: &str) -> String {
    format!("{COOKIE}{}", state.desk.status_named(token).unwrap_or_default())
}

/// Lax, as the link comes by mail; every POST is checked for its origin besides.
fn made(state: &WebState, token: &str, value: String) -> Cookie<'static> {
    let secure = state.desk.service().public_url.starts_with("https://");
    let cookie = Cookie::build((name(state, token), value)).path("/");
    cookie.http_only(true).same_site(SameSite::Lax).secure(secure).build()
}
