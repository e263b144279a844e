//! How many requests came or changed since a list was read: the page asks while it is looked at, and offers a button. The list
//! itself never moves.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::query::ListQuery;
use crate::store::{Filter, View};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;

/// Since when.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Since {
    depuis: String,
}

/// The address to ask for a list read at `now`.
pub(super) fn address(list: &str, now: DateTime<Utc>) -> String {
    let query = list.split_once('?').map_or(String::new(), |(_, query)| format!("&{query}"));
    format!("/equipe/nouvelles?depuis={}{query}", now.timestamp_micros())
}

/// `GET /equipe/nouvelles`: how many are new and how many changed, in words; nothing where none did.
pub(super) async fn count(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Query(since): Query<Since>,
    Query(query): Query<ListQuery>,
) -> WebResult {
    let now = state.desk.clock().now();
    let since = since.depuis.parse().ok().and_then(DateTime::from_timestamp_micros).unwrap_or(now);
    let store = state.desk.store();
    let filters = match query.list() {
        Some(list) => vec![list.filter(&account.id, now)],
        None => View::NOW.map(|view| Filter { view, ..Filter::default() }).into(),
    };
    // A request may stand in two sections, and is one.
    let mut moved = BTreeMap::new();
    for filter in filters {
        moved.extend(store.queue_ids(&Filter { changed_since: Some(since), ..filter }).await?);
    }
    let new = moved.values().filter(|opened_at| **opened_at > since).count();
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    Ok((headers, told(new, moved.len() - new)).into_response())
}

/// `3 nouvelles, 1 changée`.
fn told(new: usize, changed: usize) -> String {
    let part = |count: usize, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        1000.. => Some(format!("1000+ {word}s")),
        count => Some(format!("{count} {word}s")),
    };
    [part(new, "nouvelle"), part(changed, "changée")].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
