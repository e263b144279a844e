//! The language of an address: what stands below `/en` is the English one of two pages, everything else is French.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::message::Lang;

/// The language of the page at a path.
pub fn language(path: &str) -> Lang {
    if path == "/en" || path.starts_with("/en/") { Lang::En } else { Lang::Fr }
}

/// A handler of both pages asks for the language of its address.
impl<S: Sync> FromRequestParts<S> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(language(parts.uri.path()))
    }
}
