//! The cookie of a status page that was opened by its code: it opens that one page, goes with the browser, and the store
//! ends it in any case. Each request has its own, so that two may be open side by side.

use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use super::At;
use crate::desk::DeskError;
use crate::ticket::Ticket;

/// What its name begins with; the reference follows.
const COOKIE: &str = "guichet_suivi_";

/// The ticket whose page this browser has opened with this link.
pub(super) async fn ticket(at: &At, headers: &HeaderMap) -> Result<Option<Ticket>, DeskError> {
    match value(at, headers) {
        Some(cookie) => at.state.desk.opened_status(&at.token, &cookie).await,
        None => Ok(None),
    }
}

/// Gives the cookie to the browser, in place of the one it may have for this page.
pub(super) async fn open(at: &At, headers: &HeaderMap, cookie: String) -> Result<CookieJar, DeskError> {
    if let Some(before) = value(at, headers) {
        at.state.desk.leave_status(&before).await?;
    }
    Ok(CookieJar::new().add(made(at, cookie)))
}

/// Ends it, here and in the browser.
pub(super) async fn end(at: &At, headers: &HeaderMap) -> Result<CookieJar, DeskError> {
    if let Some(cookie) = value(at, headers) {
        at.state.desk.leave_status(&cookie).await?;
    }
    let mut gone = made(at, String::new());
    gone.make_removal();
    Ok(CookieJar::new().add(gone))
}

fn value(at: &At, headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(&name(at)).map(|cookie| cookie.value().to_owned())
}

/// Of a link that is not ours the name is that of no request.
fn name(at: &At) -> String {
    format!("{COOKIE}{}", at.state.desk.status_named(&at.token).unwrap_or_default())
}

/// Lax, as the link comes by mail; every POST is checked for its origin besides.
fn made(at: &At, value: String) -> Cookie<'static> {
    let secure = at.state.desk.service().public_url.starts_with("https://");
    let cookie = Cookie::build((name(at), value)).path("/");
    cookie.http_only(true).same_site(SameSite::Lax).secure(secure).build()
}
