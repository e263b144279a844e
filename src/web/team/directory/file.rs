//! CSV out and in: the file that `guichet directory export` writes; and a file laid over the directory, which first tells
//! everything that it would change.

use askama::Template;
use axum::extract::{Form, Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;

use super::{HOME, words};
use crate::desk::{DirectoryPlan, ImportError};
use crate::message::one_line;
use crate::store::{Account, Through};
use crate::ticket::Actor;
use crate::triage::Reference;
use crate::triage::directory::Entry;
use crate::web::auth::SignedIn;
use crate::web::error::{Kind, WebError, WebResult};
use crate::web::layout::{Layout, Page};
use crate::web::{WebState, download};

/// Octets of the longest file that is taken: thousands of entries.
const LONGEST: usize = 500_000;
/// The name of what was pasted.
const PASTED: &str = "annuaire.csv";

#[derive(Template)]
#[template(path = "team/directory/file.html")]
struct FilePage {
    layout: Layout,
    /// Why nothing was done.
    refused: Option<&'static str>,
    /// What is wrong with the file, a line each.
    faults: Vec<String>,
    plan: Option<Shown>,
    file: String,
    text: String,
}

/// What a file would change, in words.
struct Shown {
    version: String,
    added: Vec<Told>,
    changed: Vec<Told>,
    unchanged: usize,
    left: usize,
    empty: bool,
    added_count: String,
    changed_count: String,
}

/// One entry, and in what it would differ.
struct Told {
    organisation: String,
    role: String,
    who: String,
    differences: Vec<String>,
}

/// `GET /equipe/annuaire/exporter`.
pub(super) async fn export(State(state): State<WebState>, SignedIn(_): SignedIn) -> WebResult {
    let (directory, triage) = (state.desk.directory().await?, state.desk.triage_now().await?);
    // The mark at its beginning makes spreadsheets read it as UTF-8.
    let text = format!("\u{feff}{}", directory.write(triage.reference()));
    let name = format!("annuaire-{}.csv", state.desk.clock().today());
    Ok((download::headers(&name), text).into_response())
}

/// `GET /equipe/annuaire/importer`.
pub(super) async fn show(State(state): State<WebState>, SignedIn(account): SignedIn) -> WebResult {
    Ok(Page(blank(&state, &account)).into_response())
}

/// `POST /equipe/annuaire/importer`: what the file would change.
pub(super) async fn preview(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    body: Multipart,
) -> WebResult {
    let (file, text) = match read(body).await? {
        Ok(read) => read,
        Err(says) => {
            let page = FilePage { refused: Some(says), ..blank(&state, &account) };
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
        }
    };
    looked_at(&state, &account, file, text, None).await
}

/// The form under what the file would change.
#[derive(Deserialize)]
pub(super) struct Apply {
    fichier: String,
    texte: String,
    version: String,
}

/// `POST /equipe/annuaire/importer/appliquer`.
pub(super) async fn apply(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Form(form): Form<Apply>,
) -> WebResult {
    let (file, text) = (one_line(&form.fichier, 200), form.texte.replace("\r\n", "\n"));
    let by = Actor::Person(account.id.clone());
    match state.desk.directory_import(&file, &text, Some(&form.version), &by, Through::File).await {
        Ok(_) => Ok(Redirect::to(&format!("{HOME}?fait=annuaire-repris")).into_response()),
        Err(ImportError::Changed) => {
            let says = "L’annuaire a changé depuis cet aperçu : rien n’a été repris. Voici ce que le fichier changerait maintenant.";
            looked_at(&state, &account, file, text, Some(says)).await
        }
        Err(ImportError::Faults(_)) => looked_at(&state, &account, file, text, None).await,
        Err(ImportError::Desk(error)) => Err(error.into()),
    }
}

async fn looked_at(
    state: &WebState,
    account: &Account,
    file: String,
    text: String,
    refused: Option<&'static str>,
) -> WebResult {
    let page = FilePage { refused, ..blank(state, account) };
    let triage = state.desk.triage_now().await?;
    let (page, status) = match state.desk.directory_plan(&file, &text).await {
        Ok(plan) => {
            let shown = shown(&plan, triage.reference());
            let status = if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
            (FilePage { plan: Some(shown), file, text, ..page }, status)
        }
        Err(ImportError::Faults(faults)) => {
            let faults = faults.iter().map(ToString::to_string).collect();
            (FilePage { faults, text, ..page }, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(ImportError::Changed) => return Err(WebError::new(Kind::Conflict)),
        Err(ImportError::Desk(error)) => return Err(error.into()),
    };
    Ok((status, Page(page)).into_response())
}

fn blank(state: &WebState, account: &Account) -> FilePage {
    FilePage {
        layout: Layout::team(state, &format!("{HOME}/importer"), Some(&account.name)),
        refused: None,
        faults: Vec::new(),
        plan: None,
        file: String::new(),
        text: String::new(),
    }
}

/// The file that was chosen, else the text that was pasted, with its name; or why there is none.
async fn read(mut body: Multipart) -> Result<Result<(String, String), &'static str>, WebError> {
    let (mut chosen, mut pasted) = (None, String::new());
    while let Some(field) = body.next_field().await.map_err(|_| WebError::new(Kind::Malformed))? {
        let (is_file, name) =
            (field.name() == Some("fichier"), one_line(field.file_name().unwrap_or_default(), 200));
        let bytes = field.bytes().await.map_err(|_| WebError::new(Kind::TooLarge))?;
        if bytes.len() > LONGEST {
            return Ok(Err("Ce fichier dépasse 500 ko : l’annuaire n’a pas été lu."));
        }
        let Ok(text) = String::from_utf8(bytes.to_vec()) else {
            return Ok(Err(
                "Ce fichier n’est pas en UTF-8 : enregistrez-le en « CSV UTF-8 » et choisissez-le à nouveau.",
            ));
        };
        let text = text.replace("\r\n", "\n");
        match is_file {
            true if !text.is_empty() => chosen = Some((name, text)),
            true => {}
            false => pasted = text,
        }
    }
    let read = chosen.or_else(|| (!pasted.trim().is_empty()).then(|| (PASTED.to_owned(), pasted)));
    Ok(read.ok_or("Choisissez un fichier, ou collez son texte."))
}

fn shown(plan: &DirectoryPlan, reference: &Reference) -> Shown {
    let told = |entry: &Entry, differences: Vec<String>| Told {
        organisation: reference.name_of(&entry.organisation).to_owned(),
        role: words::role(entry),
        who: if entry.name.is_empty() {
            entry.email.clone()
        } else {
            format!("{}, {}", entry.name, entry.email)
        },
        differences,
    };
    Shown {
        version: plan.version.clone(),
        added: plan.added.iter().map(|entry| told(entry, Vec::new())).collect(),
        changed: plan
            .changed
            .iter()
            .map(|(known, entry)| {
                let differences = known.entry.differences(entry);
                told(&known.entry, differences.iter().map(words::difference).collect())
            })
            .collect(),
        unchanged: plan.unchanged,
        left: plan.left,
        empty: plan.is_empty(),
        added_count: words::entries(plan.added.len()),
        changed_count: words::entries(plan.changed.len()),
    }
}
