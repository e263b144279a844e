//! What a person does to one entry: a POST each, answered by a redirect. When it could not happen the page comes back as the
//! entry now stands, with everything that was typed.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use chrono::NaiveDate;

use super::entry::{Notice, Sheet, new_page, page};
use super::{HOME, words};
use crate::desk::{DeskError, SeenEntry};
use crate::store::Account;
use crate::triage::Period;
use crate::triage::directory::Entry;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;

/// What a form sends: names and texts.
type Fields = Vec<(String, String)>;

/// Why an act did not happen.
enum Failed {
    /// What was typed has faults.
    Typed(Sheet),
    /// The desk says why.
    Desk(DeskError),
}

impl From<DeskError> for Failed {
    fn from(error: DeskError) -> Self {
        Self::Desk(error)
    }
}

/// `POST /equipe/annuaire/ajouter`.
pub(super) async fn add(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Form(fields): Form<Fields>,
) -> WebResult {
    let failed = match typed(&state, &fields).await {
        Ok(entry) => match state.desk.directory_add(entry, &account.id).await {
            Ok(id) => {
                return Ok(Redirect::to(&format!("{HOME}/{id}?fait=entree-ajoutee")).into_response());
            }
            Err(error) => Failed::Desk(error),
        },
        Err(failed) => failed,
    };
    let (sheet, refused) = match failed {
        Failed::Typed(sheet) => (sheet, None),
        Failed::Desk(DeskError::Refused(says)) => (Sheet { cells: fields, faults: Vec::new() }, Some(says)),
        Failed::Desk(other) => return Err(other.into()),
    };
    Ok(new_page(&state, &account, sheet, refused, StatusCode::UNPROCESSABLE_ENTITY))
}

/// `POST /equipe/annuaire/{id}/{act}`.
pub(super) async fn act(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path((id, act)): Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> WebResult {
    let seen = SeenEntry { id, version: field(&fields, "version").parse().unwrap_or_default() };
    let failed = match perform(&state, &account, &seen, &act, &fields).await {
        Ok(done) => {
            let to = match act.as_str() {
                // What is put aside is done with: the next one is in the list.
                "ecarter" => format!("{HOME}?vue=a-confirmer&fait={done}"),
                _ => format!("{HOME}/{}?fait={done}", seen.id),
            };
            return Ok(Redirect::to(&to).into_response());
        }
        Err(failed) => failed,
    };
    let kept = (act == "modifier").then(|| Sheet { cells: fields, faults: Vec::new() });
    let (typed, notice, status) = match failed {
        Failed::Typed(sheet) => (Some(sheet), None, StatusCode::UNPROCESSABLE_ENTITY),
        Failed::Desk(DeskError::Conflict { seen, .. }) => {
            (kept, Some(Notice::Conflict(seen)), StatusCode::CONFLICT)
        }
        Failed::Desk(DeskError::Refused(says)) => {
            (kept, Some(Notice::Refused(says)), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Failed::Desk(other) => return Err(other.into()),
    };
    page(&state, &account, &seen.id, typed, None, notice, status).await
}

async fn perform(
    state: &WebState,
    account: &Account,
    seen: &SeenEntry,
    act: &str,
    fields: &Fields,
) -> Result<&'static str, Failed> {
    let (desk, person) = (&state.desk, &account.id);
    Ok(match act {
        "modifier" => {
            desk.directory_edit(seen, typed(state, fields).await?, person).await?;
            "entree-modifiee"
        }
        "confirmer" => {
            desk.directory_confirm(std::slice::from_ref(seen), person).await?;
            "entrees-confirmees"
        }
        "reprendre" => {
            desk.directory_take_over(seen, person).await?;
            "entrees-confirmees"
        }
        "ecarter" => {
            desk.directory_put_aside(seen, person).await?;
            "entree-ecartee"
        }
        "absence" => {
            let absence = Period { from: Some(day(fields, "du")?), until: Some(day(fields, "au")?) };
            if absence.until < absence.from {
                return Err(refused("L’absence finit avant de commencer."));
            }
            desk.directory_absence(seen, Some(absence), person).await?;
            "entree-absence"
        }
        "present" => {
            desk.directory_absence(seen, None, person).await?;
            "entree-presence"
        }
        "terminer" => {
            desk.directory_end(seen, day(fields, "dernier_jour")?, person).await?;
            "entree-terminee"
        }
        "effacer" => {
            // It cannot be taken back: one press is not enough.
            if field(fields, "certain") != "oui" {
                return Err(refused("Cochez la case : un effacement ne se reprend pas."));
            }
            desk.directory_erase(seen, person).await?;
            "entree-effacee"
        }
        _ => return Err(DeskError::NotFound.into()),
    })
}

fn refused(says: &str) -> Failed {
    Failed::Desk(DeskError::Refused(says.to_owned()))
}

/// The entry that was typed.
async fn typed(state: &WebState, fields: &Fields) -> Result<Entry, Failed> {
    let cells: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(name, _)| words::is_column(name))
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let triage = state.desk.triage_now().await?;
    Entry::typed(&cells, triage.reference())
        .map(|entry| Entry { note: entry.note.replace("\r\n", "\n"), ..entry })
        .map_err(|faults| Failed::Typed(Sheet { cells: fields.clone(), faults }))
}

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(own, _)| own == name).map_or("", |(_, text)| text.trim())
}

fn day(fields: &Fields, name: &str) -> Result<NaiveDate, Failed> {
    let text = field(fields, name);
    text.parse().map_err(|_| refused(&format!("« {text} » n’est pas un jour : écrivez AAAA-MM-JJ.")))
}
