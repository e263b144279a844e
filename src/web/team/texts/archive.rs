//! The texts in force as a plain archive: the folder `replies` of a templates folder, ready for `templates.dir`.

use axum::extract::State;
use axum::response::IntoResponse as _;

use crate::web::auth::SignedIn;
use crate::web::error::WebResult;
use crate::web::{WebState, download};

/// `GET /equipe/reponses/exporter`.
pub(super) async fn export(State(state): State<WebState>, SignedIn(_): SignedIn) -> WebResult {
    state.desk.triage_now().await?;
    let texts = state.desk.replies().files_in_force().texts;
    let archive = download::archive(texts.iter().map(|(file, text)| (format!("replies/{file}"), text)))?;
    let name = format!("reponses-{}.zip", state.desk.clock().today());
    Ok((download::headers(&name), archive).into_response())
}
