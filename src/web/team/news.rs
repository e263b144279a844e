//! How many requests came since a list was read: the page asks while it is looked at, and offers a button. The list
//! itself never moves.

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

/// `GET /equipe/nouvelles`: the number, as text.
pub(super) async fn count(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Query(since): Query<Since>,
    Query(query): Query<ListQuery>,
) -> WebResult {
    let now = state.desk.clock().now();
    let since = since.depuis.parse().ok().and_then(DateTime::from_timestamp_micros).unwrap_or(now);
    let store = state.desk.store();
    let mut count = 0;
    if let Some(list) = query.list() {
        let changed_since = Some(since);
        count = store.queue_count(&Filter { changed_since, ..list.filter(&account.id, now) }).await?;
    } else {
        for view in View::NOW {
            let filter = Filter { view, changed_since: Some(since), ..Filter::default() };
            count += store.queue_count(&filter).await?;
        }
    }
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    Ok((headers, count.to_string()).into_response())
}
