//! The reply texts on their pages: which there are and who asks for them, each edited in both languages side by side, looked at
//! on samples or on a real request, published after the checks of `guichet check`, and taken back to any version before.

mod archive;
mod diff;
mod edit;
mod list;
mod show;

use axum::Router;
use axum::routing::{get, post};

use crate::reply::Use;
use crate::web::WebState;

/// Where the reply texts stand.
const HOME: &str = "/equipe/reponses";

/// The pages of the reply texts.
pub(super) fn routes() -> Router<WebState> {
    Router::new()
        .route("/equipe/reponses", get(list::show))
        .route("/equipe/reponses/exporter", get(archive::export))
        .route("/equipe/reponses/{name}", get(edit::show))
        .route("/equipe/reponses/{name}/voir", post(edit::preview))
        .route("/equipe/reponses/{name}/publier", post(edit::publish))
        .route("/equipe/reponses/{name}/revenir", post(edit::go_back))
}

/// What a text is for, and how it leaves (French).
fn used_for(used_for: Option<Use>) -> &'static str {
    match used_for {
        None => "Partie commune",
        Some(Use::Receipt) => "Accusé de réception",
        Some(Use::Refusal) => "Refus motivé",
        Some(Use::Draft) => "Réponse de l’offre",
        Some(Use::Correction) => "Rectification d’un refus",
        Some(Use::HandOver) => "Transmission",
        Some(Use::HandOverDigest) => "Transmission groupée",
        Some(Use::HandOverNotice) => "Avis de transmission",
    }
}
