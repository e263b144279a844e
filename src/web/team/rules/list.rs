//! The rules by category: first those that lie and those that never hit, named; then the categories; the rules of one when it is
//! chosen.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse as _;
use chrono::{Months, NaiveDate};
use serde::Deserialize;

use super::HOME;
use super::one::{self, Shown};
use crate::clock::paris_text;
use crate::desk::rule_report::{Counted, RuleReport};
use crate::message::Lang;
use crate::triage::Triage;
use crate::triage::rule::SENSITIVE;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;
use crate::web::layout::{Layout, Page};
use crate::web::team::categories::Categories;
use crate::web::team::query::percent_encode;

/// Months that are counted unless a day is chosen.
const MONTHS: u32 = 12;

/// The address of the list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    categorie: String,
    depuis: String,
}

#[derive(Template)]
#[template(path = "team/rules/list.html")]
struct ListPage {
    layout: Layout,
    since: NaiveDate,
    /// When the counts were made; nothing while they are.
    counted_at: Option<String>,
    /// How many requests were counted, and how often people agreed.
    sum: String,
    ruleset: String,
    categories: Vec<Line>,
    /// The category chosen, by title.
    chosen: Option<String>,
    rules: Vec<Shown>,
    lying: Vec<Named>,
    idle: Vec<Named>,
}

/// A category in the list.
struct Line {
    id: String,
    title: String,
    href: String,
    selected: bool,
    rules: usize,
    hits: u64,
    lying: usize,
    idle: usize,
}

/// A rule that needs a look.
struct Named {
    id: String,
    href: String,
    says: String,
    why: String,
}

/// `GET /equipe/regles`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Query(query): Query<ListQuery>,
) -> WebResult {
    let today = state.desk.clock().today();
    let since = query.depuis.parse().unwrap_or_else(|_| today - Months::new(MONTHS));
    let triage = state.desk.triage_now().await?;
    let counted = state.rules.counts.get(&state.desk, &triage, Some(since)).await;
    let report = counted.as_ref().map(|counted| counted.report.as_ref());
    let categories = Categories::of(&state.desk);
    let mut ids: Vec<&str> = categories.declared().map(|category| category.id.as_str()).collect();
    ids.push(SENSITIVE);
    ids.retain(|id| triage.rules().iter().any(|rule| rule.category == *id));
    let chosen = ids.iter().find(|id| **id == query.categorie).copied();
    let rules = triage.rules().iter().filter(|rule| Some(rule.category.as_str()) == chosen);
    let title = |id: &str| categories.title(id);
    let page = ListPage {
        layout: Layout::team(&state, HOME, Some(&account.name)),
        since,
        counted_at: counted.as_ref().map(|counted| paris_text(counted.at, Lang::Fr)),
        sum: report.map(sum).unwrap_or_default(),
        ruleset: triage.ruleset().to_owned(),
        categories: ids.iter().map(|id| line(id, title(id), &triage, report, since, chosen)).collect(),
        rules: rules.map(|rule| one::shown(rule, report)).collect(),
        chosen: chosen.map(title),
        lying: report.map(|report| named(&report.lying, &triage, since, &title)).unwrap_or_default(),
        idle: report.map(|report| named(&report.idle, &triage, since, &title)).unwrap_or_default(),
    };
    Ok(Page(page).into_response())
}

fn sum(report: &RuleReport) -> String {
    let judged = report.agreement;
    format!(
        "{} demandes, dont {} jugées par une personne ; le tri y avait raison {} fois.",
        report.tickets,
        judged.of(),
        judged.right()
    )
}

fn line(
    id: &str,
    title: String,
    triage: &Triage,
    report: Option<&RuleReport>,
    since: NaiveDate,
    chosen: Option<&str>,
) -> Line {
    let of = |all: &[Counted]| all.iter().filter(|counted| counted.category == id).count();
    let hits = |all: &[Counted]| -> u64 {
        all.iter().filter(|counted| counted.category == id).map(|counted| counted.hits).sum()
    };
    Line {
        href: href(id, since),
        selected: chosen == Some(id),
        rules: triage.rules().iter().filter(|rule| rule.category == id).count(),
        hits: report.map_or(0, |report| hits(&report.lying) + hits(&report.others)),
        lying: report.map_or(0, |report| of(&report.lying)),
        idle: report.map_or(0, |report| of(&report.idle)),
        id: id.to_owned(),
        title,
    }
}

fn named(all: &[Counted], triage: &Triage, since: NaiveDate, title: &impl Fn(&str) -> String) -> Vec<Named> {
    let named = |counted: &Counted| {
        let rule = triage.rule(&counted.rule)?;
        let why = if counted.hits == 0 {
            title(&counted.category)
        } else {
            format!("{}, {}", title(&counted.category), one::precision(counted.precision))
        };
        Some(Named {
            id: counted.rule.clone(),
            href: format!("{}#regle-{}", href(&counted.category, since), counted.rule),
            says: rule.says(Lang::Fr).to_owned(),
            why,
        })
    };
    all.iter().filter_map(named).collect()
}

fn href(category: &str, since: NaiveDate) -> String {
    format!("{HOME}?categorie={}&depuis={since}", percent_encode(category))
}
