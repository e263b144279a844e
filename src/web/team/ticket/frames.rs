//! What of a mail is looked at in a frame of its own: the page that a writer sent, cleaned; the page that we are about to send;
//! pictures. Nothing of it has our origin, loads or runs anything ([`FRAMED`]).

use std::collections::HashSet;

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use super::answer::composed;
use crate::mail::parse;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{Kind, WebError, WebResult};
use crate::web::security::FRAMED;

/// Octets of a page that are shown.
const PAGE_LIMIT: usize = 500_000;
/// Tags of a page that are shown: what a tag costs to read grows with those that are open around it.
const TAGS: usize = 20_000;
/// Octets of a picture that is shown; a larger one is downloaded.
pub(in crate::web::team) const PICTURE_LIMIT: usize = 10_000_000;

/// `GET /equipe/demandes/{reference}/page/{message}`.
pub(in crate::web::team) async fn received(
    State(state): State<WebState>,
    SignedIn(_): SignedIn,
    Path((reference, message)): Path<(String, String)>,
) -> WebResult {
    let page = state.desk.html(&reference, &message).await?.ok_or_else(WebError::not_found)?;
    let clean = tokio::task::spawn_blocking(move || cleaned(&page)).await;
    let clean = clean.map_err(|_| WebError::new(Kind::Internal))?;
    let document = format!(
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n<title>Message mis en forme</title>\n\
         <style>:root{{color-scheme:light}}body{{background:#fff;color:#161616;font-family:sans-serif;line-height:1.5;\
         overflow-wrap:anywhere}}table{{max-width:100%}}</style>\n</head>\n<body dir=\"auto\">\n{clean}\n</body>\n</html>\n"
    );
    Ok(framed(document))
}

/// `GET /equipe/demandes/{reference}/apercu`: the HTML part of the mail that the person is writing.
pub(in crate::web::team) async fn leaving(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(reference): Path<String>,
) -> WebResult {
    let raw = composed(&state, &account, &reference).await?.ok_or_else(WebError::not_found)?;
    Ok(framed(parse::page(&raw).ok_or_else(WebError::not_found)?))
}

/// `GET /equipe/demandes/{reference}/images/{message}/{part}`: an attachment that is a picture by its first octets, whatever it
/// is said to be.
pub(in crate::web::team) async fn picture(
    State(state): State<WebState>,
    SignedIn(_): SignedIn,
    Path((reference, message, part)): Path<(String, String, usize)>,
) -> WebResult {
    let found = state.desk.attachment(&reference, &message, part).await?;
    let (_, bytes) = found.ok_or_else(WebError::not_found)?;
    let kind = raster(&bytes).filter(|_| bytes.len() <= PICTURE_LIMIT).ok_or_else(WebError::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::CACHE_CONTROL, "private, no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    Ok((headers, bytes).into_response())
}

fn framed(document: String) -> Response {
    let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], document).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED));
    headers.insert(HeaderName::from_static("x-frame-options"), HeaderValue::from_static("SAMEORIGIN"));
    // The address of a ticket is nobody's business.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// A page without anything that loads, runs, hides or is drawn over: text, its structure and links.
fn cleaned(page: &str) -> String {
    let page = &page[..page.floor_char_boundary(PAGE_LIMIT)];
    let page = page.match_indices('<').nth(TAGS).map_or(page, |(at, _)| &page[..at]);
    ammonia::Builder::default()
        .rm_tags(["img", "map", "area"])
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .clean(page)
        .to_string()
}

/// The media type of a picture that every browser draws from points alone, by its first octets.
fn raster(bytes: &[u8]) -> Option<&'static str> {
    let starts = |mark: &[u8]| bytes.starts_with(mark);
    match bytes {
        _ if starts(b"\x89PNG\r\n\x1a\n") => Some("image/png"),
        _ if starts(b"\xff\xd8\xff") => Some("image/jpeg"),
        _ if starts(b"GIF87a") || starts(b"GIF89a") => Some("image/gif"),
        _ if starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") => Some("image/webp"),
        _ => None,
    }
}

/// Whether a file is worth trying as a picture, by what its sender says of it.
pub(in crate::web::team) fn is_said_picture(content_type: &str, size: usize) -> bool {
    size <= PICTURE_LIMIT
        && ["image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"]
            .iter()
            .any(|kind| content_type.eq_ignore_ascii_case(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_keeps_its_words_and_nothing_that_acts() {
        let page = "<h1 style=\"position:fixed\" onclick=x>Bonjour</h1><img src=\"https://pixel.example/a.gif\">\
                    <script>alert(1)</script><style>*{display:none}</style><form action=/x><input name=a></form>\
                    <a href=\"javascript:alert(1)\">a</a><a href=\"https://code.gouv.fr/\">b</a><a href=\"/equipe\">c</a>\
                    <iframe src=\"https://x.example\"></iframe><table background=\"https://x.example/y\"><tr><td>d</td></tr></table>\
                    <svg><script>x</script></svg><meta http-equiv=refresh content=0>";
        let clean = cleaned(page);
        for gone in [
            "style",
            "onclick",
            "pixel",
            "script",
            "form",
            "input",
            "/equipe",
            "iframe",
            "background",
            "svg",
            "meta",
        ] {
            assert!(!clean.contains(gone), "{gone} in {clean}");
        }
        assert!(clean.contains("<h1>Bonjour</h1>") && clean.contains("<td>d</td>"), "{clean}");
        assert!(clean.contains("href=\"https://code.gouv.fr/\"") && clean.contains("noreferrer"), "{clean}");
        // However deep it is nested.
        assert!(cleaned(&"<div><b>".repeat(60_000)).len() < 4_000_000);
    }

    #[test]
    fn a_picture_is_what_its_octets_say() {
        assert_eq!(raster(b"\x89PNG\r\n\x1a\n..."), Some("image/png"));
        assert_eq!(raster(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        for other in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"<html>", b"", b"RIFF"] {
            assert_eq!(raster(other), None);
        }
        assert!(is_said_picture("image/PNG", 10) && !is_said_picture("image/svg+xml", 10));
        assert!(!is_said_picture("image/png", PICTURE_LIMIT + 1));
    }
}
