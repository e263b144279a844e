//! The reply texts on their pages: which there are and who asks for them, each edited in both languages side by side, looked at
//! on samples or on a real request, published after the checks of `guichet check`, and taken back to any version before.

mod archive;
mod diff;
mod edit;
mod list;
mod show;

use axum::Router;
use axum::routing::{get, post};

use crate::reply::{Replies, Use};
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

/// What the team calls a text (French): its subject, or what a part of ours holds; its name where nobody named it.
fn title(replies: &Replies, name: &str) -> String {
    let part = || {
        Some(match name {
            "_also-asked" => "Ce qui est aussi demandé",
            "_draft-end" => "Fin d’une réponse",
            "_receipt" => "Accusé : référence, date, suivi",
            "_refusal-end" => "Fin d’un refus",
            "_sorted" => "Comment la demande a été triée",
            _ => return None,
        })
    };
    replies.title(name).or_else(|| part().map(str::to_owned)).unwrap_or_else(|| name.to_owned())
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
