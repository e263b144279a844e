//! `/sante`: for the load balancer and the operator's probe, not for people.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::WebState;

#[derive(Serialize)]
struct Health {
    /// `ok` or `down`.
    status: &'static str,
    /// Whether the database answers.
    database: &'static str,
    version: &'static str,
}

/// `GET /sante`: 200 when the database answers, else 503; in both cases the same JSON object.
pub async fn show(State(state): State<WebState>) -> Response {
    let reached = match state.desk.store().ping().await {
        Ok(()) => true,
        Err(fault) => {
            tracing::error!(cause = %fault, "health: the database does not answer");
            false
        }
    };
    let (code, word) =
        if reached { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "down") };
    (code, Json(Health { status: word, database: word, version: env!("CARGO_PKG_VERSION") })).into_response()
}
