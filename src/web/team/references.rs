//! The reference rows on their pages: organisations, what contracts are to them, domains and links, each with its source and
//! period; corrected with both, and exported as the files of `rules/reference/`.

mod line;
mod list;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use crate::triage::Sheet;
use crate::web::auth::SignedIn;
use crate::web::error::WebError;
use crate::web::{WebState, download};

/// Where the references stand.
const HOME: &str = "/equipe/references";

/// The pages of the references.
pub(super) fn routes() -> Router<WebState> {
    Router::new()
        .route("/equipe/references", get(list::show))
        .route("/equipe/references/exporter/{file}", get(export))
        .route("/equipe/references/{sheet}/ligne", get(line::show))
        .route("/equipe/references/{sheet}/corriger", post(line::correct))
        .route("/equipe/references/{sheet}/retirer", post(line::retire))
}

/// What the team reads of a kind of row (French).
fn title(sheet: Sheet) -> &'static str {
    match sheet {
        Sheet::Organisations => "Organismes",
        Sheet::Answers => "Bénéficiaires",
        Sheet::Domains => "Domaines",
        Sheet::Links => "Liens",
    }
}

fn sheet(code: &str) -> Result<Sheet, WebError> {
    Sheet::from_code(code).ok_or_else(WebError::not_found)
}

/// `GET /equipe/references/exporter/{file}`: a file of `rules/reference/` with the corrections in force in it.
async fn export(
    State(state): State<WebState>,
    SignedIn(_): SignedIn,
    Path(file): Path<String>,
) -> Result<Response, WebError> {
    let triage = state.desk.triage_now().await?;
    let text = triage.reference_files().texts.get(&format!("reference/{file}"));
    let text = text.ok_or_else(WebError::not_found)?.clone();
    let csv = file.rsplit_once('.').is_some_and(|(_, kind)| kind == "csv");
    let kind = if csv { "text/csv; charset=utf-8" } else { "text/plain; charset=utf-8" };
    Ok((download::typed(&file, kind), text).into_response())
}
