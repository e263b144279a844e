//! Static files: ours, embedded, under an address that holds their content hash, so that a browser keeps them for good
//! and still sees a new version at once; and those of an installed DSFR package, where the operator chose that theme.

use std::path::{Component, Path as FilePath, PathBuf};

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use rust_embed::RustEmbed;

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

/// The address of an embedded file: `/static/<hash>/guichet.css`.
pub fn address(name: &str) -> String {
    Files::get(name)
        .map_or_else(|| format!("/static/-/{name}"), |file| format!("/static/{}/{name}", hash(&file)))
}

fn hash(file: &rust_embed::EmbeddedFile) -> String {
    hex(&file.metadata.sha256_hash()[..8])
}

/// `GET /static/{hash}/{name}`. A page older than the server may ask for another hash: it gets the file there is, which
/// it may not keep.
pub async fn embedded(Path((asked, name)): Path<(String, String)>) -> WebResult {
    let file = Files::get(&name).ok_or_else(WebError::not_found)?;
    let keep = if hash(&file) == asked { FOREVER } else { "no-cache" };
    Ok(([(CONTENT_TYPE, media_type(&name)), (CACHE_CONTROL, keep)], file.data.into_owned()).into_response())
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
        let address = address("guichet.css");
        assert!(address.starts_with("/static/") && address.ends_with("/guichet.css"));
        assert_ne!(address, "/static/-/guichet.css");
    }
}
