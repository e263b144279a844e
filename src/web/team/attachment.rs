//! What came with a message, and the message itself, to be saved.

use axum::extract::{Path, State};
use axum::response::IntoResponse as _;

use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};
use crate::web::{WebState, download};

/// `GET /equipe/demandes/{reference}/pieces/{message}/{part}`.
pub(super) async fn download(
    State(state): State<WebState>,
    SignedIn(_): SignedIn,
    Path((reference, message, part)): Path<(String, String, usize)>,
) -> WebResult {
    let found = state.desk.attachment(&reference, &message, part).await?;
    let (file, bytes) = found.ok_or_else(WebError::not_found)?;
    Ok((download::headers(&file.name), bytes).into_response())
}

/// `GET /equipe/demandes/{reference}/courriel/{message}`: the mail as it came, for a mail program to open.
pub(super) async fn original(
    State(state): State<WebState>,
    SignedIn(_): SignedIn,
    Path((reference, message)): Path<(String, String)>,
) -> WebResult {
    let found = state.desk.original(&reference, &message).await?;
    let raw = found.ok_or_else(WebError::not_found)?;
    Ok((download::headers(&format!("{reference}.eml")), raw).into_response())
}

/// `GET /equipe/demandes/{reference}/texte/{message}`: the whole text of a message, of which the page shows the beginning.
pub(super) async fn text(
    State(state): State<WebState>,
    SignedIn(_): SignedIn,
    Path((reference, message)): Path<(String, String)>,
) -> WebResult {
    let found = state.desk.text(&reference, &message).await?;
    let text = found.ok_or_else(WebError::not_found)?;
    let headers = download::typed(&format!("{reference}.txt"), "text/plain; charset=utf-8");
    Ok((headers, text).into_response())
}
