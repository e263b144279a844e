//! The page of all dashboards, and the CSV of one.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse as _;
use chrono::NaiveDate;

use super::HOME;
use super::panel::{Of, Panel, panels};
use super::period::{PeriodQuery, presets};
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};
use crate::web::layout::{Layout, Page};
use crate::web::team::categories::Categories;
use crate::web::{WebState, download};

#[derive(Template)]
#[template(path = "team/dashboard/show.html")]
struct DashboardPage {
    layout: Layout,
    from: NaiveDate,
    until: NaiveDate,
    presets: Vec<Choice>,
    panels: Vec<Panel>,
}

/// A period that is one press away.
struct Choice {
    title: &'static str,
    href: String,
    current: bool,
}

/// `GET /equipe/tableau`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Query(query): Query<PeriodQuery>,
) -> WebResult {
    let today = state.desk.clock().today();
    let (from, until) = query.read(today);
    let page = DashboardPage {
        layout: Layout::team(&state, HOME, Some(&account.name)),
        presets: presets(today)
            .into_iter()
            .map(|preset| Choice {
                title: preset.title,
                href: format!("{HOME}?du={}&au={}", preset.from, preset.until),
                current: (preset.from, preset.until) == (from, until),
            })
            .collect(),
        panels: all(&state, from, until).await?,
        from,
        until,
    };
    Ok(Page(page).into_response())
}

/// `GET /equipe/tableau/{figure}.csv`.
pub(super) async fn csv(
    State(state): State<WebState>,
    SignedIn(_): SignedIn,
    Path(figure): Path<String>,
    Query(query): Query<PeriodQuery>,
) -> WebResult {
    let id = figure.strip_suffix(".csv").ok_or_else(WebError::not_found)?;
    let (from, until) = query.read(state.desk.clock().today());
    let panel = all(&state, from, until).await?.into_iter().find(|panel| panel.id == id);
    let panel = panel.ok_or_else(WebError::not_found)?;
    let name = format!("{id}-{from}-{until}.csv");
    Ok((download::headers(&name), panel.table.csv()).into_response())
}

async fn all(state: &WebState, from: NaiveDate, until: NaiveDate) -> Result<Vec<Panel>, WebError> {
    let figures = state.desk.figures(from, until).await?;
    let categories = Categories::of(&state.desk);
    Ok(panels(&Of { figures: &figures, categories: &categories, from, until }))
}
