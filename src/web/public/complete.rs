//! Names of public bodies for the field of the form, as they are typed. It answers with reference rows and nothing else, so
//! that anybody may ask and any cache may keep it.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse as _;
use serde::Deserialize;

use crate::triage::Triage;
use crate::triage::text::fold;
use crate::web::WebState;
use crate::web::error::WebResult;

/// Names in one answer: more are not read.
const MOST: usize = 8;
/// Characters typed before anything is proposed.
const LEAST_TYPED: usize = 2;
/// Characters of a question that are looked at: the longest name has 100.
const MOST_TYPED: usize = 120;
/// Names change with the reference rows, a few times a year.
const AN_HOUR: &str = "public, max-age=3600";

/// `?q=`: what was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
}

/// `GET /organismes?q=…`: a JSON list of at most eight names, the likeliest first; empty below two characters.
pub async fn organisations(State(state): State<WebState>, Query(asked): Query<Asked>) -> WebResult {
    let typed: String = asked.q.trim().chars().take(MOST_TYPED).collect();
    let names = if typed.chars().count() < LEAST_TYPED {
        Vec::new()
    } else {
        found(&*state.desk.triage_now().await?, &typed, state.desk.clock().today())
    };
    Ok(([(CACHE_CONTROL, AN_HOUR)], Json(names)).into_response())
}

/// First the body that the words name by themselves (an acronym, a former name), then those whose name holds every word as
/// the beginning of one of its own, the shortest first.
fn found(triage: &Triage, typed: &str, day: chrono::NaiveDate) -> Vec<String> {
    let reference = triage.reference();
    let mut names: Vec<String> =
        reference.resolve(typed, "", day).map(|body| body.name).into_iter().collect();
    let wanted = words(typed);
    let holds = |name: &str| {
        let own = words(name);
        wanted.iter().all(|word| own.iter().any(|one| one.starts_with(word)))
    };
    let bodies = reference.organisations().filter(|body| !body.group && !body.as_written);
    let mut others: Vec<&str> = bodies
        .filter(|body| body.period.holds(day))
        .map(|body| body.name.as_str())
        .filter(|name| !wanted.is_empty() && holds(name))
        .collect();
    others.sort_unstable_by_key(|name| (name.chars().count(), *name));
    names.extend(others.into_iter().map(str::to_owned));
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names.truncate(MOST);
    names
}

fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}
