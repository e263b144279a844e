//! One entry: what it says, in boxes to be changed; what can be done to it; everything that happened to it. The page to add
//! one is the same without a past.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::{HOME, words};
use crate::clock::paris_text;
use crate::desk::EntryStanding;
use crate::fault::Fault;
use crate::message::Lang;
use crate::store::{Account, DirectoryChange, EntryState, KeptEntry, Through};
use crate::triage::directory::{Entry, Role};
use crate::triage::{Contract, Reference};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};
use crate::web::layout::{Layout, Page};
use crate::web::team::{flash, words as common};

/// What stands in the boxes, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    /// (column, text) pairs.
    pub(super) cells: Vec<(String, String)>,
    /// Faults that name a column.
    pub(super) faults: Vec<Fault>,
}

impl Sheet {
    /// What an entry says, its organisation by name where that name is understood as this very body.
    fn of(entry: &Entry, reference: &Reference) -> Self {
        let named = reference.name_of(&entry.organisation);
        let understood = reference.body_named(named) == Some(&entry.organisation);
        let cells = entry.cells().into_iter().map(|(column, text)| match column {
            "organisation" if understood => (column.to_owned(), named.to_owned()),
            _ => (column.to_owned(), text),
        });
        Self { cells: cells.collect(), faults: Vec::new() }
    }

    fn get(&self, column: &str) -> &str {
        self.cells.iter().find(|(own, _)| own == column).map_or("", |(_, text)| text.as_str())
    }

    fn error(&self, column: &str) -> Option<String> {
        let fault = self.faults.iter().find(|fault| fault.key == column)?;
        Some(match column {
            "organisation" if self.get(column).trim().is_empty() => "Donnez l’organisme.".to_owned(),
            "email" if self.get(column).trim().is_empty() => "Donnez l’adresse électronique.".to_owned(),
            _ => format!("{} : {}.", fault.says, fault.mend),
        })
    }
}

/// What stands on top of the page.
#[derive(Clone, Debug)]
pub(super) enum Notice {
    /// Why nothing was done.
    Refused(String),
    /// Somebody changed the entry since this version.
    Conflict(i64),
}

#[derive(Template)]
#[template(path = "team/directory/entry.html")]
struct EntryPage<'a> {
    layout: Layout,
    done: Option<&'static str>,
    refused: Option<String>,
    conflict: Option<i64>,
    /// Nothing for an entry to be added.
    known: Option<Known<'a>>,
    sheet: Sheet,
    /// Names of bodies that can be typed.
    organisations: Vec<&'a str>,
    today: String,
    yesterday: String,
}

impl EntryPage<'_> {
    fn is_erased(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.erased)
    }

    /// Where the sheet is sent.
    fn target(&self) -> String {
        match &self.known {
            Some(known) => format!("{}/modifier", known.base),
            None => format!("{HOME}/ajouter"),
        }
    }
}

/// What the page says of an entry that is there.
struct Known<'a> {
    kept: &'a KeptEntry,
    base: String,
    who: &'a str,
    organisation: &'a str,
    role: String,
    standing: String,
    tone: &'static str,
    absence: Option<String>,
    erased: bool,
    suggested: bool,
    over: bool,
    history: Vec<Line>,
}

/// A change, in words.
struct Line {
    title: &'static str,
    by: String,
    when: String,
    when_iso: String,
    differences: Vec<String>,
}

/// What was just done.
#[derive(Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    fait: String,
}

/// `GET /equipe/annuaire/ajouter`.
pub(super) async fn blank(State(state): State<WebState>, SignedIn(account): SignedIn) -> Response {
    new_page(&state, &account, Sheet::default(), None, StatusCode::OK)
}

/// `GET /equipe/annuaire/{id}`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(id): Path<String>,
    Query(query): Query<Done>,
) -> WebResult {
    page(&state, &account, &id, None, flash::sentence(&query.fait), None, StatusCode::OK).await
}

/// The page to add an entry, with what was typed.
pub(super) fn new_page(
    state: &WebState,
    account: &Account,
    sheet: Sheet,
    refused: Option<String>,
    status: StatusCode,
) -> Response {
    let page = frame(state, account, &format!("{HOME}/ajouter"), sheet);
    (status, Page(EntryPage { refused, ..page })).into_response()
}

/// The page of an entry as it stands; `typed`: what a person wrote that could not be kept.
pub(super) async fn page(
    state: &WebState,
    account: &Account,
    id: &str,
    typed: Option<Sheet>,
    done: Option<&'static str>,
    notice: Option<Notice>,
    status: StatusCode,
) -> WebResult {
    let store = state.desk.store();
    let kept = store.directory_entry(id).await?.ok_or_else(WebError::not_found)?;
    let changes = store.directory_changes(id).await?;
    let accounts = store.accounts().await?;
    let triage = state.desk.triage_now().await?;
    let reference = triage.reference();
    let told = EntryStanding::of(&kept, state.desk.clock().today());
    let (standing, tone) = words::standing(&kept, told);
    let known = Known {
        base: format!("{HOME}/{}", kept.entry.id),
        who: words::who(&kept.entry),
        organisation: reference.name_of(&kept.entry.organisation),
        role: words::role(&kept.entry),
        standing,
        tone,
        absence: words::absence(&kept.entry),
        erased: kept.state == EntryState::Erased,
        suggested: kept.state == EntryState::Suggested,
        over: told == EntryStanding::Ended,
        history: changes.iter().map(|change| line(change, &accounts)).collect(),
        kept: &kept,
    };
    let sheet = typed.unwrap_or_else(|| Sheet::of(&kept.entry, reference));
    let page = frame(state, account, &format!("{HOME}/{id}"), sheet);
    let (refused, conflict) = match notice {
        Some(Notice::Refused(says)) => (Some(says), None),
        Some(Notice::Conflict(seen)) => (None, Some(seen)),
        None => (None, None),
    };
    Ok((status, Page(EntryPage { known: Some(known), done, refused, conflict, ..page })).into_response())
}

fn frame<'a>(state: &'a WebState, account: &Account, path: &str, sheet: Sheet) -> EntryPage<'a> {
    let today = state.desk.clock().today();
    let bodies = state.desk.triage().reference().organisations();
    EntryPage {
        layout: Layout::team(state, path, Some(&account.name)),
        done: None,
        refused: None,
        conflict: None,
        known: None,
        sheet,
        organisations: bodies.filter(|body| !body.as_written).map(|body| body.name.as_str()).collect(),
        today: today.to_string(),
        yesterday: today.pred_opt().unwrap_or(today).to_string(),
    }
}

fn line(change: &DirectoryChange, accounts: &[Account]) -> Line {
    let old = change.old.as_ref();
    let title = match (old.map(|side| side.state), change.new.state) {
        (None, EntryState::Suggested) => "Proposée",
        (None, _) => "Ajoutée",
        (Some(EntryState::Kept | EntryState::Suggested), EntryState::Erased) => "Effacée à sa demande",
        (Some(EntryState::Suggested), EntryState::Kept) => "Reprise par l’équipe",
        _ => "Modifiée",
    };
    let by = match change.through {
        Through::Page => format!("par {}", common::actor(&change.by, accounts)),
        Through::File => format!("par {}, avec un fichier CSV", common::actor(&change.by, accounts)),
        Through::Command => "par la ligne de commande".to_owned(),
        Through::Answer => "par une réponse reçue de la coordination".to_owned(),
    };
    let differences = old.map(|old| old.entry.differences(&change.new.entry)).unwrap_or_default();
    Line {
        title,
        by,
        when: paris_text(change.at, Lang::Fr),
        when_iso: common::machine(change.at),
        differences: differences.iter().map(words::difference).collect(),
    }
}
