//! Attachments and texts only ever download: nothing a stranger sent is opened by the browser under our address.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::IntoResponse as _;

use super::query::percent_encode;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};

/// `GET /equipe/demandes/{reference}/pieces/{message}/{part}`.
pub(super) async fn download(
    State(state): State<WebState>,
    SignedIn(_): SignedIn,
    Path((reference, message, part)): Path<(String, String, usize)>,
) -> WebResult {
    let found = state.desk.attachment(&reference, &message, part).await?;
    let (file, bytes) = found.ok_or_else(WebError::not_found)?;
    Ok((headers(&file.name), bytes).into_response())
}

/// `GET /equipe/demandes/{reference}/courriel/{message}`: the mail as it came, for a mail program to open.
pub(super) async fn original(
    State(state): State<WebState>,
    SignedIn(_): SignedIn,
    Path((reference, message)): Path<(String, String)>,
) -> WebResult {
    let found = state.desk.original(&reference, &message).await?;
    let raw = found.ok_or_else(WebError::not_found)?;
    Ok((headers(&format!("{reference}.eml")), raw).into_response())
}

/// `GET /equipe/demandes/{reference}/texte/{message}`: the whole text of a message, of which the page shows the beginning.
pub(super) async fn text(
    State(state): State<WebState>,
    SignedIn(_): SignedIn,
    Path((reference, message)): Path<(String, String)>,
) -> WebResult {
    let found = state.desk.text(&reference, &message).await?;
    let text = found.ok_or_else(WebError::not_found)?;
    let mut headers = headers(&format!("{reference}.txt"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    Ok((headers, text).into_response())
}

/// Headers that make any browser save the bytes: no stated type is repeated, none is guessed, and should one be opened
/// all the same, it may do nothing.
fn headers(name: &str) -> HeaderMap {
    let fixed = |name, value| (name, HeaderValue::from_static(value));
    let mut headers = HeaderMap::from_iter([
        fixed(header::CONTENT_TYPE, "application/octet-stream"),
        fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        fixed(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        fixed(header::CACHE_CONTROL, "private, no-store"),
        fixed(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ]);
    let disposition = HeaderValue::from_str(&disposition(name));
    let disposition = disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers
}

/// RFC 6266: an ASCII name for old clients, the true one in UTF-8.
fn disposition(name: &str) -> String {
    let ascii: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || " ._-".contains(c) { c } else { '_' }).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", percent_encode(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_not_break_out_of_its_header() {
        assert_eq!(
            disposition("dé\"; filename=\"x.html\r\n.pdf"),
            "attachment; filename=\"d___ filename__x.html__.pdf\"; \
             filename*=UTF-8''d%C3%A9%22%3B%20filename%3D%22x.html%0D%0A.pdf"
        );
    }
}
