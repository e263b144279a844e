//! The counts of the rules, made anew when they are asked for and older than ten minutes: on a large database they take some
//! seconds, which no page waits for.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::desk::Desk;
use crate::desk::rule_report::RuleReport;
use crate::triage::Triage;

/// How long counts are good.
const FRESH: Duration = Duration::minutes(10);
/// How long a page waits for them.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// Counts of a moment.
#[derive(Clone)]
pub(super) struct Counted {
    ruleset: String,
    since: Option<NaiveDate>,
    pub(super) at: DateTime<Utc>,
    pub(super) report: Arc<RuleReport>,
}

/// The last ones. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Counts(Arc<Inner>);

#[derive(Default)]
struct Inner {
    last: Mutex<Option<Counted>>,
    /// One counts, the others wait for what it finds.
    busy: tokio::sync::Mutex<()>,
}

impl Counts {
    /// The counts since a day; `None` where they are still being made.
    pub(super) async fn get(
        &self,
        desk: &Desk,
        triage: &Arc<Triage>,
        since: Option<NaiveDate>,
    ) -> Option<Counted> {
        if let Some(counted) = self.good(desk, triage, since) {
            return Some(counted);
        }
        let (counts, desk, triage) = (self.clone(), desk.clone(), triage.clone());
        let work = tokio::spawn(async move {
            let _busy = counts.0.busy.lock().await;
            if let Some(counted) = counts.good(&desk, &triage, since) {
                return Some(counted);
            }
            let report = match RuleReport::count(desk.store(), &triage, since).await {
                Ok(report) => Arc::new(report),
                Err(cause) => {
                    tracing::warn!(%cause, "the rules could not be counted");
                    return None;
                }
            };
            let ruleset = triage.ruleset().to_owned();
            let counted = Counted { ruleset, since, at: desk.clock().now(), report };
            *counts.0.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(counted.clone());
            Some(counted)
        });
        // It goes on where nobody waits any more.
        tokio::time::timeout(PATIENCE, work).await.ok()?.ok()?
    }

    fn good(&self, desk: &Desk, triage: &Triage, since: Option<NaiveDate>) -> Option<Counted> {
        let last = self.0.last.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let fresh = desk.clock().now() - last.at < FRESH;
        (fresh && last.since == since && last.ruleset == triage.ruleset()).then_some(last)
    }
}
