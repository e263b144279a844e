//! Sessions. The cookie is a random token; the store knows its digest, its account and its end, so signing out or
//! disabling an account takes effect at once.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use chrono::Duration;

use super::{AuthError, digest, return_path};
use crate::keys;
use crate::store::Account;
use crate::web::WebState;
use crate::web::error::WebError;
use crate::web::team::percent_encode;

/// Name of the session cookie.
pub const COOKIE: &str = "guichet_session";

/// The person of the team who asks. Without a session the extractor answers with the way to the sign-in page, and from
/// there back to the page that was asked for.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Account);

impl FromRequestParts<WebState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        match of_request(state, &parts.headers).await {
            Ok(Some(account)) => Ok(Self(account)),
            Ok(None) => {
                let asked = parts.uri.path_and_query().map_or("", |asked| asked.as_str());
                let back = if parts.method == Method::GET { asked.to_owned() } else { page_of_act(asked) };
                Err(Redirect::to(&sign_in_url(&back)).into_response())
            }
            Err(error) => Err(WebError::from(error).into_response()),
        }
    }
}

/// The account of the request's session, if it has one.
pub(super) async fn of_request(state: &WebState, headers: &HeaderMap) -> Result<Option<Account>, AuthError> {
    let Some(token) = token(headers) else { return Ok(None) };
    Ok(state.desk.store().session_account(&digest(&token), state.desk.clock().now()).await?)
}

/// Opens a session for an account, ending the one the browser had, and returns its cookie.
pub(super) async fn open(
    state: &WebState,
    headers: &HeaderMap,
    account: &Account,
) -> Result<CookieJar, AuthError> {
    let store = state.desk.store();
    if let Some(before) = token(headers) {
        store.session_end(&digest(&before)).await?;
    }
    let token = keys::random_token();
    let now = state.desk.clock().now();
    let lasts = Duration::hours(i64::from(state.settings.web.session_hours));
    store.session_open(&digest(&token), &account.id, now, now + lasts).await?;
    Ok(CookieJar::new().add(cookie(state, token)))
}

/// Ends the request's session and returns what makes the browser forget it.
pub(super) async fn end(state: &WebState, headers: &HeaderMap) -> Result<CookieJar, AuthError> {
    if let Some(token) = token(headers) {
        state.desk.store().session_end(&digest(&token)).await?;
    }
    let mut gone = cookie(state, String::new());
    gone.make_removal();
    Ok(CookieJar::new().add(gone))
}

/// Lax, not Strict: a link to a ticket in a colleague's mail must open signed in; every POST is checked for its origin
/// besides. No Max-Age: the cookie goes with the browser, and the store ends the session in any case.
fn cookie(state: &WebState, token: String) -> Cookie<'static> {
    let secure = state.desk.service().public_url.starts_with("https://");
    Cookie::build((COOKIE, token)).path("/").http_only(true).same_site(SameSite::Lax).secure(secure).build()
}

fn token(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(COOKIE).map(|cookie| cookie.value().to_owned())
}

fn sign_in_url(back: &str) -> String {
    let back = return_path::safe(back);
    format!("/equipe/connexion?retour={}", percent_encode(back))
}

/// The page on which an act stands: an act itself cannot be gone back to. The page of an act on many requests has in its query
/// which ones.
fn page_of_act(asked: &str) -> String {
    if let Some(query) = asked.strip_prefix("/equipe/lot/faire?") {
        return format!("/equipe/lot?{query}");
    }
    let path = asked.split('?').next().unwrap_or_default();
    let is_ticket = path.starts_with("/equipe/demandes/");
    path.rsplit_once('/').map(|(page, _)| page).filter(|_| is_ticket).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_one_returns_to_the_page_and_not_to_the_act() {
        assert_eq!(page_of_act("/equipe/demandes/ABCD2345/clore"), "/equipe/demandes/ABCD2345");
        assert_eq!(page_of_act("/equipe/automatismes"), "");
        assert_eq!(
            page_of_act("/equipe/lot/faire?acte=clore&d=ABCD2345.1"),
            "/equipe/lot?acte=clore&d=ABCD2345.1"
        );
        assert_eq!(sign_in_url("/equipe?q=a&b"), "/equipe/connexion?retour=%2Fequipe%3Fq%3Da%26b");
        assert_eq!(sign_in_url("//x"), "/equipe/connexion?retour=%2Fequipe");
    }
}
