//! Static files: ours, embedded, under an address that holds their content hash, so that a browser keeps them for good
//! and still sees a new version at once; and those of an installed DSFR package, where the operator chose that theme.

use std::path::{Component, Path as FilePath, PathBuf};

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest as _, Sha256};

use super::WebState;
use super::error::{WebError, WebResult};
use super::settings::Theme;
use crate::keys::hex;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// A year: the address changes with the content.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// The DSFR's files keep their names from one version to the next.
const A_DAY: &str = "public, max-age=86400";

/// Style sheets that are sent in one piece and kept in parts, in the order of the cascade.
const SHEETS: [(&str, &[&str]); 3] = [
    (
        "guichet.css",
        &["guichet/ground.css", "guichet/frame.css", "guichet/controls.css", "guichet/notices.css"],
    ),
    ("pages.css", &["pages/frame.css", "pages/form.css", "pages/hint.css", "pages/status.css"]),
    (
        "team.css",
        &[
            "team/frame.css",
            "team/list.css",
            "team/queue.css",
            "team/ticket.css",
            "team/answer.css",
            "team/keys.css",
            "team/directory.css",
            "team/health.css",
            "team/texts.css",
            "team/rules.css",
            "team/figures.css",
            "team/print.css",
        ],
    ),
];

/// The address of an embedded file: `/static/<hash>/pages.css`.
pub fn address(name: &str) -> String {
    let hash = parts(name).map_or_else(|| "-".to_owned(), |parts| hash(&parts));
    format!("/static/{hash}/{name}")
}

/// What a file is made of: itself, or the parts of a sheet. `None`: there is no such file.
fn parts(name: &str) -> Option<Vec<EmbeddedFile>> {
    match SHEETS.iter().find(|(sheet, _)| *sheet == name) {
        Some((_, parts)) => parts.iter().copied().map(Files::get).collect(),
        None => Some(vec![Files::get(name)?]),
    }
}

fn hash(parts: &[EmbeddedFile]) -> String {
    let digest = parts.iter().fold(Sha256::new(), |all, part| all.chain_update(part.metadata.sha256_hash()));
    hex(&digest.finalize()[..8])
}

/// `GET /static/{hash}/{name}`. A page older than the server may ask for another hash: it gets the file there is, which
/// it may not keep.
pub async fn embedded(Path((asked, name)): Path<(String, String)>) -> WebResult {
    let parts = parts(&name).ok_or_else(WebError::not_found)?;
    let keep = if hash(&parts) == asked { FOREVER } else { "no-cache" };
    let bytes = parts.iter().flat_map(|part| part.data.iter().copied()).collect::<Vec<u8>>();
    Ok(([(CONTENT_TYPE, media_type(&name)), (CACHE_CONTROL, keep)], bytes).into_response())
}

/// `GET /favicon.ico`: what browsers ask for by themselves.
pub async fn favicon() -> WebResult {
    let file = Files::get("favicon.svg").ok_or_else(WebError::not_found)?;
    Ok(([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, A_DAY)], file.data.into_owned()).into_response())
}

/// `GET /dsfr/{path}`: the `dist` folder of the installed DSFR package, with the theme `dsfr` only.
pub async fn dsfr(State(state): State<WebState>, Path(path): Path<String>) -> WebResult {
    let web = &state.settings.web;
    let root = web.dsfr_dir.as_ref().filter(|_| web.theme == Theme::Dsfr).ok_or_else(WebError::not_found)?;
    let file = within(&root.join("dist"), &path).ok_or_else(WebError::not_found)?;
    let bytes = tokio::fs::read(&file).await.map_err(|_| WebError::not_found())?;
    Ok(served(&path, bytes))
}

fn served(path: &str, bytes: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, media_type(path)), (CACHE_CONTROL, A_DAY)], bytes).into_response()
}

/// `path` below `root`, or nothing if it would leave it.
fn within(root: &FilePath, path: &str) -> Option<PathBuf> {
    let path = FilePath::new(path);
    path.components().all(|part| matches!(part, Component::Normal(_))).then(|| root.join(path))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leaves_the_package() {
        let root = FilePath::new("/srv/dsfr/dist");
        assert_eq!(within(root, "icons/a.svg"), Some(root.join("icons/a.svg")));
        assert_eq!(within(root, "../package.json"), None);
        assert_eq!(within(root, "/etc/passwd"), None);
    }

    #[test]
    fn an_address_holds_the_hash_of_the_content() {
        for name in ["pages.css", "team.js"] {
            let address = address(name);
            assert!(address.starts_with("/static/") && address.ends_with(&format!("/{name}")));
            assert_ne!(address, format!("/static/-/{name}"));
        }
    }

    #[test]
    fn every_part_of_a_sheet_is_sent_once() {
        let mut kept: Vec<String> =
            Files::iter().filter(|name| name.ends_with(".css")).map(String::from).collect();
        let mut sent: Vec<&str> = SHEETS.iter().flat_map(|(_, parts)| *parts).copied().collect();
        kept.sort();
        sent.sort_unstable();
        assert_eq!(sent, kept);
    }
}
