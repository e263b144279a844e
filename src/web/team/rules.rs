//! The rules on their pages, to be read: what each looks for, its examples, how often it hit and was right; a box that shows what
//! the triage makes of a text; a changed set decided again over everything there is. Nothing here changes a rule: they stand in
//! files.

mod counted;
mod list;
mod one;
mod replay;
mod run;
mod try_out;
mod upload;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub(in crate::web) use run::Running;

use crate::web::WebState;

/// Where the rules stand.
const HOME: &str = "/equipe/regles";

/// The pages of the rules.
pub(super) fn routes() -> Router<WebState> {
    let set = get(replay::show).post(replay::start).layer(DefaultBodyLimit::max(upload::LARGEST));
    Router::new()
        .route("/equipe/regles", get(list::show))
        .route("/equipe/regles/essayer", get(try_out::show).post(try_out::answer))
        .route("/equipe/regles/rejouer", set)
        .route("/equipe/regles/rejouer/{run}", get(replay::result))
        .route("/equipe/regles/rejouer/{run}/arreter", post(replay::stop))
        .route("/equipe/regles/rejouer/{run}/resultat.json", get(replay::whole))
}
