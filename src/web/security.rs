//! The headers of every answer, and the check that a POST comes from one of our own pages.
//!
//! **Forged requests.** A page of the team acts by a cookie, so a foreign page must not be able to make the browser post
//! for its reader. The cookie is `SameSite`, and [`own_pages_only`] refuses what the browser itself says is foreign
//! (`Sec-Fetch-Site`, else `Origin`). A token in each form would add nothing: it would travel with the same cookie, in
//! the same request. The public form acts by no cookie; there, a foreign origin is one more suspicion that leads to the
//! sum, never a refusal.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::WebState;
use super::error::{Kind, WebError};
use super::settings::Theme;
use crate::reply::MAIL_STYLE;

/// Nothing inline, nothing from elsewhere, no frame around us.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The State's design system draws its icons from `data:` addresses in its stylesheet.
const POLICY_DSFR: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                           font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                           frame-ancestors 'none'";

/// The policy of a page that shows a mail in a frame of its own ([`FRAMED`]).
pub fn with_frames(theme: Theme) -> HeaderValue {
    let policy = if theme == Theme::Dsfr { POLICY_DSFR } else { POLICY };
    HeaderValue::try_from(format!("{policy}; frame-src 'self'")).expect("constant policies are visible ASCII")
}

/// The policy of a page that has a mail of ours in itself, in a frame that takes this policy over: of styles, only the one that
/// every mail of ours has.
pub fn with_our_mail(theme: Theme) -> HeaderValue {
    let policy = if theme == Theme::Dsfr { POLICY_DSFR } else { POLICY };
    let hash = STANDARD.encode(Sha256::digest(MAIL_STYLE));
    let policy =
        policy.replace("style-src 'self'", &format!("style-src 'self' 'unsafe-hashes' 'sha256-{hash}'"));
    HeaderValue::try_from(policy).expect("constant policies are visible ASCII")
}

/// The policy of what stands in such a frame: it loads nothing, runs nothing, sends nothing and has no origin; its links open
/// elsewhere.
pub const FRAMED: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; \
                          frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

const PERMISSIONS: &str =
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), interest-cohort=()";

/// A year (RFC 6797). Other hosts of the domain are not ours to speak for.
const HSTS: &str = "max-age=31536000";

/// The layer that sets the security headers. A handler's own `Cache-Control` stands; without one, nothing is stored.
pub async fn headers(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = if state.settings.web.theme == Theme::Dsfr { POLICY_DSFR } else { POLICY };
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: browsers would then send `Origin: null` with our own forms. The token of a status page
        // still never leaves the site.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("x-frame-options"), "DENY"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if state.settings.web.hsts {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    response
}

/// The layer that refuses (403) a changing request from a foreign page; for the pages that act by a cookie.
pub async fn own_pages_only(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let foreign =
        !request.method().is_safe() && !from_own_page(request.headers(), &state.desk.service().public_url);
    if foreign { WebError::new(Kind::Foreign).into_response() } else { next.run(request).await }
}

/// Whether the browser says that the request comes from one of our pages. `Sec-Fetch-Site` cannot be set by a page;
/// an older browser sends `Origin`, which must be ours (`public_url`) or name the host that was asked. With neither
/// header no browser of the last years is at work, so there is no reader to be abused.
pub fn from_own_page(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(ORIGIN.as_str()) else { return true };
    let host = |url: &str| {
        url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default().to_owned())
    };
    let asked = text(HOST.as_str()).map(str::to_owned);
    origin == public_url.trim_end_matches('/') || (host(origin).is_some() && host(origin) == asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers =
            pairs.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect();
        from_own_page(&headers, "https://guichet.example")
    }

    #[test]
    fn the_browser_says_where_a_post_comes_from() {
        assert!(own(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(!own(&[("sec-fetch-site", "cross-site"), ("origin", "https://guichet.example")]));
        assert!(!own(&[("sec-fetch-site", "same-site")]));
        assert!(own(&[("origin", "https://guichet.example")]));
        assert!(own(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(!own(&[("origin", "https://elsewhere.example"), ("host", "guichet.example")]));
        assert!(!own(&[("origin", "null"), ("host", "guichet.example")]));
        assert!(own(&[]));
    }
}
