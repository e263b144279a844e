//! The private directory on its page: the list by organisation, one entry with everything that happened to it, CSV in and
//! out. Every act is a plain form; what two people do at once is guarded by the version each saw.

mod acts;
mod entry;
mod file;
mod list;
mod words;

use axum::Router;
use axum::routing::{get, post};

pub(super) use words::waiting;

use crate::web::WebState;

/// Where the directory stands.
const HOME: &str = "/equipe/annuaire";

/// The pages of the directory.
pub(super) fn routes() -> Router<WebState> {
    Router::new()
        .route("/equipe/annuaire", get(list::show))
        .route("/equipe/annuaire/confirmer", post(list::confirm))
        .route("/equipe/annuaire/ajouter", get(entry::blank).post(acts::add))
        .route("/equipe/annuaire/exporter", get(file::export))
        .route("/equipe/annuaire/importer", get(file::show).post(file::preview))
        .route("/equipe/annuaire/importer/appliquer", post(file::apply))
        .route("/equipe/annuaire/{id}", get(entry::show))
        .route("/equipe/annuaire/{id}/{act}", post(acts::act))
}
