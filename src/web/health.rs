//! `/sante`: for the load balancer and the operator's probe, not for people (`/equipe/sante` is). Anybody may ask it, so it
//! holds counts and names of mailboxes, and nothing that a person or a foreign server wrote.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use super::WebState;
use crate::desk::{Desk, DeskError, Health, Trouble};
use crate::store::DoorCount;

/// How long a look at every count serves: probes come every few seconds, and it reads all arrivals.
const FRESH: Duration = Duration::seconds(30);

/// The last look at every count.
#[derive(Clone, Debug, Default)]
pub struct LastLook(Arc<Mutex<Option<Arc<Health>>>>);

impl LastLook {
    /// How the service is, as of half a minute ago at most. Who asks at the same time waits for one look.
    async fn health(&self, desk: &Desk) -> Result<Arc<Health>, DeskError> {
        let mut last = self.0.lock().await;
        let now = desk.clock().now();
        if let Some(health) = last.as_ref().filter(|health| now - health.at < FRESH && now >= health.at) {
            return Ok(Arc::clone(health));
        }
        let health = Arc::new(desk.health().await?);
        *last = Some(Arc::clone(&health));
        Ok(health)
    }
}

/// `GET /sante`: 503 only when the database does not answer. What else is amiss is said in `status` (`degraded`), because
/// a load balancer that turned people away for it would lose their requests.
pub async fn show(State(state): State<WebState>) -> Response {
    let looked = async {
        state.desk.store().ping().await?;
        state.last_look.health(&state.desk).await
    };
    match looked.await {
        Ok(health) => (StatusCode::OK, Json(told(&health, state.desk.clock().now()))).into_response(),
        Err(fault) => {
            tracing::error!(cause = %fault, "health: the database does not answer");
            let down = json!({ "status": "down", "database": "down", "version": env!("CARGO_PKG_VERSION") });
            (StatusCode::SERVICE_UNAVAILABLE, Json(down)).into_response()
        }
    }
}

fn told(health: &Health, now: DateTime<Utc>) -> Value {
    let seconds = |since: Option<DateTime<Utc>>| since.map(|at| (health.at - at).num_seconds().max(0));
    let mailboxes = health.mailboxes.iter().map(|mailbox| {
        json!({
            "name": mailbox.name,
            "folder": mailbox.folder,
            "succeeded_at": mailbox.succeeded_at,
            "failing_since": mailbox.failing_since,
            "mails_failing": mailbox.failing,
        })
    });
    let outbox = &health.outbox;
    json!({
        "status": if health.is_degraded() { "degraded" } else { "ok" },
        "database": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "as_of": health.at,
        "clock": now,
        "troubles": health.troubles.iter().map(Trouble::code).collect::<Vec<_>>(),
        "balances": health.balance.holds(),
        "doors": health.balance.doors.iter().map(door).collect::<Vec<_>>(),
        "mailboxes": mailboxes.collect::<Vec<_>>(),
        "waiting": { "total": health.waiting.total, "oldest_seconds": seconds(health.waiting.oldest_at) },
        "parked": { "total": health.parked.total, "oldest_seconds": seconds(health.parked.oldest_at) },
        "outbox": {
            "due": outbox.due,
            "overdue": outbox.overdue,
            "oldest_due_seconds": seconds(outbox.oldest_due_at),
            "retrying": outbox.retrying,
            "null_sender": outbox.null_sender,
            "relay_failing_since": health.relay.failing_since,
            "in_doubt": outbox.in_doubt,
            "failed": outbox.failed,
        },
    })
}

fn door(count: &DoorCount) -> Value {
    let refused: Map<String, Value> =
        count.refused.iter().map(|(why, total)| (why.code().to_owned(), json!(total))).collect();
    json!({
        "door": count.door.code(),
        "seen": count.seen(),
        "kept": count.kept,
        "again": count.again,
        "refused": refused,
        "pending": count.pending,
        "missing": count.missing(),
    })
}
