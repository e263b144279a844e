//! Dashboards people look at: each a drawing made here, its table, its CSV and a link to the requests behind. The period stands in
//! the address.

mod panel;
mod period;
mod show;
mod svg;

use axum::Router;
use axum::routing::get;

use crate::web::WebState;

/// Where the dashboards stand.
const HOME: &str = "/equipe/tableau";

/// The pages of the dashboards.
pub(super) fn routes() -> Router<WebState> {
    Router::new().route("/equipe/tableau", get(show::show)).route("/equipe/tableau/{figure}", get(show::csv))
}
