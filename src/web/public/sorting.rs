//! `/tri`: how requests are sorted, in plain words, with figures of a period: how many were refused by the program alone, and
//! how often people corrected it. What decides about people says so, and how well it does.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse as _;
use chrono::{DateTime, Duration, Utc};
use tokio::sync::Mutex;

use super::offer::{self, Answer};
use crate::clock::{day_text, paris_day};
use crate::desk::Mode;
use crate::message::Lang;
use crate::store::{Sorted, Store, StoreError};
use crate::web::WebState;
use crate::web::error::WebResult;
use crate::web::layout::{Layout, Page};

/// The period of the figures.
const DAYS: i64 = 90;
/// How long a count serves: it reads every event of the period.
const FRESH: Duration = Duration::hours(1);

/// The figures of the days before a moment.
#[derive(Clone, Copy, Debug)]
struct Count {
    at: DateTime<Utc>,
    sorted: Sorted,
}

/// The last count.
#[derive(Clone, Debug, Default)]
pub struct LastCount(Arc<Mutex<Option<Count>>>);

impl LastCount {
    /// The figures as of an hour ago at most. Who asks at the same time waits for one count.
    async fn figures(&self, store: &Store, now: DateTime<Utc>) -> Result<Count, StoreError> {
        let mut last = self.0.lock().await;
        if let Some(count) = last.filter(|count| now - count.at < FRESH && now >= count.at) {
            return Ok(count);
        }
        let count = Count { at: now, sorted: store.sorted(now - Duration::days(DAYS)).await? };
        *last = Some(count);
        Ok(count)
    }
}

#[derive(Template)]
#[template(path = "public/sorting.html")]
struct SortingPage {
    layout: Layout,
    refusals: Vec<Answer>,
    /// First and last day of the figures.
    from: String,
    until: String,
    sorted: Sorted,
    /// The program may refuse by itself.
    acts: bool,
    /// Minutes for which an automatic refusal waits.
    hold: i64,
}

impl SortingPage {
    /// Each figure with its words.
    fn figures(&self) -> [(&'static str, i64); 8] {
        let t = |fr, en| self.layout.t(fr, en);
        let sorted = self.sorted;
        [
            (t("Demandes reçues", "Requests received"), sorted.received),
            (
                t("Refusées par une réponse automatique", "Refused by an automatic answer"),
                sorted.refused_alone,
            ),
            (t("Refusées par une personne", "Refused by a person"), sorted.refused_by_person),
            (
                t(
                    "Hors offre, envoyées quand même pour être lues",
                    "Outside the offer, sent all the same to be read",
                ),
                sorted.insisted,
            ),
            (t("Retirées par leur auteur", "Withdrawn by their authors"), sorted.withdrawn),
            (t("Refus contestés par leur auteur", "Refusals contested by their author"), sorted.contested),
            (t("Refus retirés par l’équipe", "Refusals taken back by the team"), sorted.taken_back),
            (t("Sujets corrigés par l’équipe", "Topics corrected by the team"), sorted.corrected),
        ]
    }
}

/// `GET /tri` and `GET /en/sorting`.
pub async fn show(State(state): State<WebState>, lang: Lang) -> WebResult {
    let Count { at, sorted } = state.last_count.figures(state.desk.store(), state.desk.clock().now()).await?;
    let (path, other) = lang.choose(("/tri", "/en/sorting"), ("/en/sorting", "/tri"));
    let settings = state.desk.settings();
    let page = SortingPage {
        layout: Layout::public(&state, lang, path, other),
        refusals: offer::refusals(&state, lang),
        from: day_text(paris_day(at - Duration::days(DAYS)), lang),
        until: day_text(paris_day(at), lang),
        sorted,
        acts: settings.automatic.mode == Mode::Act,
        hold: settings.refuse.hold.as_chrono().num_minutes(),
    };
    let mut response = Page(page).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}
