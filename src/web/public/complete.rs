//! Names of public bodies for the field of the form, as they are typed. It answers with reference rows and nothing else, so
//! that anybody may ask and any cache may keep it.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse as _;
use serde::Deserialize;

use crate::triage::Triage;
use crate::triage::organisation::Body;
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

/// First the body that the words name by themselves, then those that an acronym or a name of theirs answers, the likeliest
/// first, the shortest where they are as likely.
fn found(triage: &Triage, typed: &str, day: chrono::NaiveDate) -> Vec<String> {
    let reference = triage.reference();
    let wanted = words(typed);
    let bodies = reference.organisations().filter(|body| !body.group && !body.as_written);
    let bodies = bodies.filter(|body| body.period.holds(day));
    let mut found: Vec<(Fit, String, &str)> = bodies
        .filter_map(|body| proposed(body, &wanted).map(|(fit, label)| (fit, label, body.name.as_str())))
        .collect();
    // A kind of body, which the words may name as well ("mairie"), would stand for less than what is typed.
    let is_kind = |name: &str| reference.organisations().any(|body| body.group && body.name == name);
    let named = reference.resolve(typed, "", day).map(|body| body.name);
    if let Some(named) = named.filter(|name| !is_kind(name)) {
        match found.iter_mut().find(|(_, _, name)| *name == named) {
            Some((fit, ..)) => *fit = Fit::Named,
            None => found.push((Fit::Named, named, "")),
        }
    }
    found.sort_by_cached_key(|(fit, label, _)| (*fit, label.chars().count(), label.clone()));
    found.into_iter().map(|(_, label, _)| label).take(MOST).collect()
}

/// How well a name answers what was typed, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The words name the body by themselves.
    Named,
    /// An acronym, whole.
    Acronym,
    /// The beginning of an acronym.
    AcronymBegins,
    /// The beginning of a name.
    NameBegins,
    /// Beginnings of words anywhere in a name.
    Words,
}

/// How a body is proposed: by its name, behind which the acronym stands that was typed.
fn proposed(body: &Body, wanted: &[String]) -> Option<(Fit, String)> {
    let names = std::iter::once(&body.name).chain(&body.also);
    let (fit, name) =
        names.filter_map(|name| Some((fit(name, wanted)?, name))).min_by_key(|(fit, _)| *fit)?;
    let told = words(&body.name).iter().any(|own| words(name).iter().all(|word| own.starts_with(word)));
    let label = if is_acronym(name) && !told { format!("{} ({name})", body.name) } else { body.name.clone() };
    Some((fit, label))
}

fn fit(name: &str, wanted: &[String]) -> Option<Fit> {
    let (last, before) = wanted.split_last()?;
    let own = words(name);
    let begins = own.starts_with(before) && own.get(before.len()).is_some_and(|word| word.starts_with(last));
    if is_acronym(name) && begins {
        return Some(if own == wanted { Fit::Acronym } else { Fit::AcronymBegins });
    }
    let anywhere = || wanted.iter().all(|word| own.iter().any(|one| one.starts_with(word)));
    if begins { Some(Fit::NameBegins) } else { anywhere().then_some(Fit::Words) }
}

/// One word with two capitals or more: `DINUM`, `BnF`.
fn is_acronym(name: &str) -> bool {
    !name.contains(' ') && name.chars().filter(|c| c.is_uppercase()).count() >= 2
}

fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}
