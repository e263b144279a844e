//! The language of an address: what stands below `/en` is the English one of two pages, everything else is French. And what
//! makes the address of a form another one than that of the page it stands on.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::keys;
use crate::message::Lang;

/// Signs that tell one page's sending from that of the page before it.
const SENDING: usize = 8;

/// The language of the page at a path.
pub fn language(path: &str) -> Lang {
    if path == "/en" || path.starts_with("/en/") { Lang::En } else { Lang::Fr }
}

/// What is added to the addresses that a page's forms are sent to, another for each page shown. A browser that sends a form to
/// the very address of its page puts what comes of it in the page's place in its history: where the service cannot be
/// reached, going back would then lead past the page, and what was typed would be gone.
pub fn sending() -> String {
    format!("?envoi={}", &keys::random_token()[..SENDING])
}

/// A handler of both pages asks for the language of its address.
impl<S: Sync> FromRequestParts<S> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(language(parts.uri.path()))
    }
}
