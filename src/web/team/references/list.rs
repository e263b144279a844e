//! The lists: one tab a kind of row, searched; of an organisation what each contract is to it on a chosen day.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use chrono::NaiveDate;
use serde::Deserialize;

use super::{HOME, title};
use crate::message::one_line;
use crate::triage::text::fold;
use crate::triage::{BeneficiaryAnswer, Sheet, SheetRow, Triage};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;
use crate::web::layout::{Layout, Page};
use crate::web::team::query::percent_encode;
use crate::web::team::{flash, words};

/// Rows on one page: a search finds the others.
const SHOWN: usize = 40;

/// The files that can be taken home.
const FILES: [&str; 5] =
    ["organisations.toml", "contracts.toml", "domains.csv", "links.toml", "sources.toml"];

/// The address of a list, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    feuille: String,
    q: String,
    jour: String,
    fait: String,
}

#[derive(Template)]
#[template(path = "team/references/list.html")]
struct ListPage {
    layout: Layout,
    done: Option<&'static str>,
    sheet: Sheet,
    tabs: Vec<Tab>,
    search: String,
    day: NaiveDate,
    lines: Vec<Line>,
    /// How many rows there are beyond those shown.
    more: usize,
    files: [&'static str; 5],
}

struct Tab {
    title: &'static str,
    href: String,
    current: bool,
    count: usize,
}

/// A row as it is listed.
struct Line {
    title: String,
    key: String,
    facts: Vec<String>,
    answers: Vec<BeneficiaryAnswer>,
    source: String,
    period: String,
    corrected: bool,
    /// Where it is corrected; nothing for what is only shown.
    href: Option<String>,
}

/// `GET /equipe/references`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Query(query): Query<ListQuery>,
) -> WebResult {
    let sheet = Sheet::from_code(&query.feuille).unwrap_or(Sheet::Organisations);
    let day = query.jour.parse().unwrap_or_else(|_| state.desk.clock().today());
    let search = one_line(&query.q, 200);
    let triage = state.desk.triage_now().await?;
    let (_, kept) = state.desk.store().corrections().await?;
    let ours = kept.iter().filter(|one| one.says.sheet == sheet);
    let corrected: BTreeSet<&str> = ours.map(|one| one.says.key.as_str()).collect();
    let domains = if sheet == Sheet::Organisations { triage.rows(Sheet::Domains) } else { Vec::new() };
    let wanted = fold(&search);
    let meets = |row: &&SheetRow| {
        let texts = row.cells.values().map(String::as_str).chain([row.source.as_str()]);
        let text = fold(&texts.collect::<Vec<_>>().join("\n"));
        wanted.split_whitespace().all(|word| text.contains(word))
    };
    let rows = triage.rows(sheet);
    let lists = if sheet == Sheet::Answers { triage.list_rows() } else { Vec::new() };
    let fitting: Vec<&SheetRow> = rows.iter().filter(meets).collect();
    let mut lines: Vec<Line> = fitting
        .iter()
        .take(SHOWN)
        .map(|row| line(&triage, sheet, row, &domains, day, corrected.contains(row.key.as_str())))
        .collect();
    lines.extend(lists.iter().filter(meets).map(|row| published(&triage, row)));
    let q = percent_encode(&search);
    let page = ListPage {
        layout: Layout::team(&state, HOME, Some(&account.name)),
        done: flash::sentence(&query.fait),
        tabs: Sheet::ALL
            .into_iter()
            .map(|tab| Tab {
                title: title(tab),
                href: format!("{HOME}?feuille={}&q={q}", tab.code()),
                current: tab == sheet,
                count: triage.rows(tab).len(),
            })
            .collect(),
        sheet,
        search,
        day,
        more: fitting.len().saturating_sub(SHOWN),
        lines,
        files: FILES,
    };
    Ok(axum::response::IntoResponse::into_response(Page(page)))
}

/// What people call a row.
pub(super) fn named(triage: &Triage, sheet: Sheet, row: &SheetRow) -> String {
    match sheet {
        Sheet::Organisations => row.get("name").to_owned(),
        Sheet::Answers => {
            let body = triage.reference().name_of(row.get("organisation"));
            format!("{body} : {}", sheet.read(row, "standing"))
        }
        Sheet::Domains => row.key.clone(),
        Sheet::Links => row.get("title_fr").to_owned(),
    }
}

fn line(
    triage: &Triage,
    sheet: Sheet,
    row: &SheetRow,
    domains: &[SheetRow],
    day: NaiveDate,
    corrected: bool,
) -> Line {
    let reference = triage.reference();
    let body = |id: &str| reference.name_of(id).to_owned();
    let fact = |label: &str, text: &str| {
        (!text.is_empty()).then(|| format!("{label} : {}", text.replace('\n', ", ")))
    };
    let (facts, answers) = match sheet {
        Sheet::Organisations => {
            let own = domains.iter().filter(|domain| domain.get("organisation") == row.key);
            let own: Vec<&str> = own.map(|domain| domain.key.as_str()).collect();
            let parents: Vec<String> = reference.above(&row.key, day).map(|body| body.name.clone()).collect();
            let facts = vec![
                fact("Au-dessus", &parents.join(" › ")),
                fact("Autres noms", row.get("names")),
                fact("Services", row.get("services")),
                fact("Domaines", &own.join(", ")),
            ];
            (facts, reference.answers(&row.key, day))
        }
        Sheet::Answers => (vec![fact("Marché", sheet.read(row, "contract"))], Vec::new()),
        Sheet::Domains => {
            let others: Vec<String> =
                row.get("also").split('|').filter(|id| !id.is_empty()).map(body).collect();
            let facts = vec![
                fact("Organisme", &body(row.get("organisation"))),
                fact("Partagé avec", &others.join(", ")),
                fact("Ce que vaut le domaine", sheet.read(row, "confidence")),
            ];
            (facts, Vec::new())
        }
        Sheet::Links => {
            let facts = vec![fact("Adresse", row.get("url")), fact("Vérifié le", row.get("checked_on"))];
            (facts, Vec::new())
        }
    };
    Line {
        title: named(triage, sheet, row),
        key: row.key.clone(),
        facts: facts.into_iter().chain([fact("Note", row.get("note"))]).flatten().collect(),
        answers,
        source: row.source.clone(),
        period: row.period.clone(),
        corrected,
        href: Some(format!("{HOME}/{}/ligne?cle={}", sheet.code(), percent_encode(&row.key))),
    }
}

/// A published list: shown, and corrected body by body with an answer.
fn published(triage: &Triage, row: &SheetRow) -> Line {
    let names = |field: &str| {
        let ids = row.get(field).lines().filter(|id| !id.is_empty());
        ids.map(|id| triage.reference().name_of(id).to_owned()).collect::<Vec<_>>().join(", ")
    };
    let told = [
        ("Bénéficiaires", names("eligible")),
        ("À vérifier", names("to_verify")),
        ("Non nommés", names("not_listed")),
        ("Avec leur propre marché", names("own_contract")),
        ("Note", row.get("note").to_owned()),
    ];
    let told = told.into_iter().filter(|(_, text)| !text.is_empty());
    Line {
        title: row.get("title").to_owned(),
        key: row.key.clone(),
        facts: told.map(|(label, text)| format!("{label} : {text}")).collect(),
        answers: Vec::new(),
        source: row.source.clone(),
        period: row.period.clone(),
        corrected: false,
        href: None,
    }
}
