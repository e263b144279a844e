//! The texts in force as a plain archive: the folder `replies` of a templates folder, ready for `templates.dir`.

use std::io::{Cursor, Write as _};

use axum::extract::State;
use axum::response::IntoResponse as _;
use std::sync::Arc;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::reply::ReplyFiles;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{Kind, WebError, WebResult};
use crate::web::team::attachment;

/// `GET /equipe/reponses/exporter`.
pub(super) async fn export(State(state): State<WebState>, SignedIn(_): SignedIn) -> WebResult {
    state.desk.triage_now().await?;
    let octets = archive(&state.desk.replies().files_in_force())
        .map_err(|cause| WebError::new(Kind::Internal).because(Arc::new(cause)))?;
    let name = format!("reponses-{}.zip", state.desk.clock().today());
    Ok((attachment::headers(&name), octets).into_response())
}

fn archive(files: &ReplyFiles) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (file, text) in &files.texts {
        zip.start_file(format!("replies/{file}"), SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
