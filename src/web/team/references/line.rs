//! One row: what it says, corrected with source and period, what it was corrected to before, and its correction retired.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;

use super::list::named;
use super::{HOME, sheet, title};
use crate::clock::paris_text;
use crate::desk::DeskError;
use crate::message::{Lang, one_line};
use crate::store::Account;
use crate::triage::reference::corrected::{Column, Shape};
use crate::triage::{Correction, Sheet};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};
use crate::web::layout::{Layout, Page};
use crate::web::team::query::percent_encode;
use crate::web::team::words;

/// What a form sends: names and texts.
type Fields = BTreeMap<String, String>;

/// Which row.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LineQuery {
    cle: String,
}

#[derive(Template)]
#[template(path = "team/references/line.html")]
struct LinePage {
    layout: Layout,
    sheet: Sheet,
    sheet_title: &'static str,
    home: String,
    /// Key of the row; empty: a new one.
    key: String,
    /// What people call it.
    named: String,
    /// Whether the row has a correction in force.
    corrected: bool,
    /// Id of that correction, so that two people who correct at once do not undo each other.
    seen: String,
    /// Where the row as it stands comes from, and when it holds.
    stands: Option<(String, String)>,
    boxes: Vec<Filled>,
    source: String,
    from: String,
    until: String,
    note: String,
    /// Why it was refused, a line a fault.
    refused: Vec<String>,
    history: Vec<Past>,
    bodies: Vec<(String, String)>,
}

/// A column with what stands in its box.
struct Filled {
    column: Column,
    text: String,
}

impl Filled {
    fn is_lines(&self) -> bool {
        self.column.shape == Shape::Lines
    }
    /// What there is to choose from: codes with their words, and with whether it stands there. A code of none of them stays.
    fn choices(&self) -> Option<Vec<(&str, &str, bool)>> {
        let Shape::Choice(codes) = self.column.shape else { return None };
        let unknown = !self.text.is_empty() && !codes.iter().any(|(code, _)| *code == self.text);
        let own = unknown.then_some((self.text.as_str(), self.text.as_str()));
        let all = codes.iter().copied().chain(own);
        Some(all.map(|(code, words)| (code, words, code == self.text)).collect())
    }
    fn is_body(&self) -> bool {
        matches!(self.column.name, "organisation" | "parent")
    }
}

/// A correction of the past, or that in force.
struct Past {
    story: String,
    ended: Option<String>,
    source: String,
    cells: Vec<String>,
    note: String,
}

/// `GET /equipe/references/{sheet}/ligne?cle=`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(code): Path<String>,
    Query(query): Query<LineQuery>,
) -> WebResult {
    page(&state, &account, sheet(&code)?, &query.cle, None, Vec::new()).await
}

/// `POST /equipe/references/{sheet}/corriger`.
pub(super) async fn correct(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(code): Path<String>,
    Form(fields): Form<Fields>,
) -> WebResult {
    let sheet = sheet(&code)?;
    let field = |name: &str| fields.get(name).map_or("", |text| text.trim());
    let cell = |column: &Column| {
        let text = fields.get(column.name)?.replace("\r\n", "\n");
        let text = match column.shape {
            Shape::Text | Shape::Choice(_) => one_line(&text, 2_000),
            Shape::Lines => text,
        };
        Some((column.name.to_owned(), text))
    };
    let key = match (sheet, field("cle")) {
        (Sheet::Answers, "") => {
            format!("{}-{}-{}", field("contract"), field("organisation"), field("depuis"))
        }
        (Sheet::Domains, key) => key.to_lowercase(),
        (_, key) => key.to_owned(),
    };
    let says = Correction {
        sheet,
        key: key.clone(),
        cells: sheet.columns().iter().filter_map(cell).collect(),
        source: one_line(field("source"), 300),
        valid_from: field("depuis").to_owned(),
        valid_until: field("jusque").to_owned(),
        made_on: state.desk.clock().today(),
    };
    match state.desk.correct_reference(says, field("pourquoi"), field("vu"), &account.id).await {
        Ok(()) => {
            let q = percent_encode(&key);
            let to = format!("{HOME}?feuille={}&q={q}&fait=reference-corrigee", sheet.code());
            Ok(Redirect::to(&to).into_response())
        }
        Err(DeskError::Refused(says)) => {
            let faults = says.lines().map(str::to_owned).collect();
            let key = field("cle").to_owned();
            page(&state, &account, sheet, &key, Some(fields), faults).await
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /equipe/references/{sheet}/retirer`.
pub(super) async fn retire(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(code): Path<String>,
    Form(query): Form<LineQuery>,
) -> WebResult {
    let sheet = sheet(&code)?;
    match state.desk.retire_correction(sheet, &query.cle, &account.id).await {
        Ok(()) => {
            let to = format!("{HOME}?feuille={}&fait=reference-retiree", sheet.code());
            Ok(Redirect::to(&to).into_response())
        }
        Err(DeskError::Refused(says)) => {
            let faults = says.lines().map(str::to_owned).collect();
            page(&state, &account, sheet, &query.cle, None, faults).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn page(
    state: &WebState,
    account: &Account,
    sheet: Sheet,
    key: &str,
    typed: Option<Fields>,
    refused: Vec<String>,
) -> WebResult {
    let triage = state.desk.triage_now().await?;
    let row = triage.rows(sheet).into_iter().find(|row| row.key == key);
    let kept = state.desk.store().corrections_of(sheet, key).await?;
    if row.is_none() && kept.is_empty() && typed.is_none() && !key.is_empty() {
        return Err(WebError::not_found());
    }
    let accounts = state.desk.store().accounts().await?;
    let today = state.desk.clock().today().to_string();
    let status = if refused.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let stood = |name: &str| row.as_ref().map_or("", |row| row.get(name)).to_owned();
    let text = |typed_as: &str, stands: String| match &typed {
        Some(fields) => fields.get(typed_as).cloned().unwrap_or_default(),
        None => stands,
    };
    let own_day = |name: &str, absent: &str| {
        let day = stood(name);
        if day.is_empty() { absent.to_owned() } else { day }
    };
    let in_force = kept.iter().find(|one| one.retired.is_none());
    let by = |actor| words::actor(actor, &accounts);
    let bodies = triage.reference().organisations().filter(|body| !body.as_written);
    let page = LinePage {
        layout: Layout::team(state, &format!("{HOME}/{}", sheet.code()), Some(&account.name)),
        sheet_title: title(sheet),
        home: format!("{HOME}?feuille={}", sheet.code()),
        named: row.as_ref().map_or_else(|| key.to_owned(), |row| named(&triage, sheet, row)),
        key: if row.is_none() && kept.is_empty() { String::new() } else { key.to_owned() },
        corrected: in_force.is_some(),
        seen: in_force.map(|one| one.id.clone()).unwrap_or_default(),
        stands: row.as_ref().map(|row| (row.source.clone(), row.period.clone())),
        boxes: sheet
            .columns()
            .iter()
            .map(|column| Filled { column: *column, text: text(column.name, stood(column.name)) })
            .collect(),
        source: text("source", String::new()),
        from: text("depuis", own_day("valid_from", &today)),
        until: text("jusque", stood("valid_until")),
        note: text("pourquoi", String::new()),
        refused,
        history: kept
            .iter()
            .map(|one| Past {
                story: format!("{} par {}", paris_text(one.made_at, Lang::Fr), by(&one.by)),
                ended: one
                    .retired
                    .as_ref()
                    .map(|(at, who)| format!("{} par {}", paris_text(*at, Lang::Fr), by(who))),
                source: one.says.source.clone(),
                cells: sheet.columns().iter().filter_map(|column| cell(column, &one.says)).collect(),
                note: one.note.clone(),
            })
            .collect(),
        bodies: bodies.map(|body| (body.id.clone(), body.name.clone())).collect(),
        sheet,
    };
    Ok((status, Page(page)).into_response())
}

/// What a correction says of a column.
fn cell(column: &Column, says: &Correction) -> Option<String> {
    let text = says.cells.get(column.name).filter(|text| !text.is_empty())?;
    Some(format!("{} : {}", column.title, column.read(text).replace('\n', ", ")))
}
