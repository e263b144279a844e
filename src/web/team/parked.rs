//! Arrivals that could not be understood: a fault of ours, shown with its cause, tried again with one click.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;

use super::{flash, words};
use crate::clock::paris_text;
use crate::message::Lang;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;
use crate::web::layout::{Layout, Page};

#[derive(Template)]
#[template(path = "team/parked.html")]
struct ParkedPage {
    layout: Layout,
    lines: Vec<Line>,
    done: Option<&'static str>,
}

/// An arrival that waits for us.
struct Line {
    id: String,
    door: &'static str,
    received: String,
    received_iso: String,
    age: String,
    cause: String,
    size: String,
}

/// What was just done.
#[derive(Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    pub(super) fait: String,
}

/// `GET /equipe/en-panne`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Query(query): Query<Done>,
) -> WebResult {
    let now = state.desk.clock().now();
    let parked = state.desk.store().arrivals_parked().await?;
    let lines = parked
        .into_iter()
        .map(|arrival| Line {
            door: words::door(arrival.door),
            received: paris_text(arrival.received_at, Lang::Fr),
            received_iso: words::machine(arrival.received_at),
            age: words::age(now, arrival.received_at),
            cause: arrival.cause,
            size: words::size(usize::try_from(arrival.size).unwrap_or_default()),
            id: arrival.id,
        })
        .collect();
    let layout = Layout::team(&state, "/equipe/en-panne", Some(&account.name));
    Ok((StatusCode::OK, Page(ParkedPage { layout, lines, done: flash::sentence(&query.fait) }))
        .into_response())
}

/// `POST /equipe/en-panne/{arrival}/reessayer`.
pub(super) async fn retry(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(arrival): Path<String>,
) -> WebResult {
    state.desk.retry_parked(&arrival, &account.id).await?;
    Ok(Redirect::to("/equipe/en-panne?fait=reessai").into_response())
}
