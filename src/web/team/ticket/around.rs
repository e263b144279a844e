//! What stands around a ticket: likely duplicates, the other tickets of its requester and of their body, the answers that
//! were kept about that body, and colleagues who are at the same ticket.

use axum::extract::{Form, Path, State};
use axum::response::IntoResponse as _;

use super::href;
use crate::clock::paris_text;
use crate::desk::{Around, Desk, DeskError, Others};
use crate::message::{Lang, no_break_spaces};
use crate::store::{Neighbour, TicketFile};
use crate::triage::{Contract, Sheet, Standing};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};
use crate::web::team::acts::ActForm;
use crate::web::team::place::Place;
use crate::web::team::query::percent_encode;
use crate::web::team::words;

/// Tickets of each kind that are shown.
pub(super) const SHOWN: i64 = 5;

/// Another ticket, as a line shows it.
pub(in crate::web::team) struct Line {
    /// Its reference.
    pub(in crate::web::team) reference: String,
    /// Its page.
    pub(in crate::web::team) href: String,
    /// Its subject.
    pub(in crate::web::team) subject: String,
    /// `Close`, `il y a 3 j`, by whom.
    pub(in crate::web::team) facts: String,
}

/// The tickets around a ticket.
#[derive(Default)]
pub(in crate::web::team) struct Neighbours {
    /// Likely duplicates.
    pub(in crate::web::team) alike: Vec<Line>,
    /// Of the same requester.
    pub(in crate::web::team) of_requester: Vec<Line>,
    /// Of the same body.
    pub(in crate::web::team) of_organisation: Vec<Line>,
}

/// The tickets around a ticket in words; each once, where it says most.
pub(super) fn neighbours(desk: &Desk, around: Around, place: &Place) -> Neighbours {
    let now = desk.clock().now();
    let known: Vec<String> = around.alike.iter().map(|one| one.reference.clone()).collect();
    let line = |one: Neighbour, named: bool| {
        let who = if one.requester_name.is_empty() { &one.requester_email } else { &one.requester_name };
        let age = match words::age(now, one.opened_at).as_str() {
            "à l’instant" => "à l’instant".to_owned(),
            age => format!("il y a {age}"),
        };
        let who = if named { format!(", {who}") } else { String::new() };
        Line {
            href: href(&percent_encode(&one.reference), place),
            facts: format!("{}, {age}{who}", one.status.title()),
            subject: if one.subject.is_empty() { "(sans objet)".to_owned() } else { one.subject },
            reference: one.reference,
        }
    };
    let other = |one: &Neighbour| !known.contains(&one.reference);
    Neighbours {
        of_requester: around.of_requester.into_iter().filter(other).map(|one| line(one, false)).collect(),
        of_organisation: around
            .of_organisation
            .into_iter()
            .filter(other)
            .map(|one| line(one, true))
            .collect(),
        alike: around.alike.into_iter().map(|one| line(one, true)).collect(),
    }
}

/// An answer of a third party that was kept about the body.
pub(in crate::web::team) struct KeptAnswer {
    /// The contract.
    pub(in crate::web::team) contract: &'static str,
    /// What it is to the body.
    pub(in crate::web::team) standing: Standing,
    /// Source and period.
    pub(in crate::web::team) source: String,
    /// Why; may be empty.
    pub(in crate::web::team) note: String,
    /// Its line among the references.
    pub(in crate::web::team) href: String,
}

/// The answers that were kept about the body of a ticket.
pub(super) async fn kept_answers(desk: &Desk, file: &TicketFile) -> Result<Vec<KeptAnswer>, DeskError> {
    let body = file.decision.as_ref().and_then(|decision| decision.organisation.as_ref());
    let Some(body) = body.filter(|body| !body.path.is_empty()) else { return Ok(Vec::new()) };
    let (_, kept) = desk.store().corrections().await?;
    let cell = |cells: &std::collections::BTreeMap<String, String>, name: &str| {
        cells.get(name).cloned().unwrap_or_default()
    };
    let about = kept.into_iter().map(|kept| kept.says).filter(|says| {
        says.sheet == Sheet::Answers && body.path.contains(&cell(&says.cells, "organisation"))
    });
    let shown = about.filter_map(|says| {
        let standing = [Standing::Eligible, Standing::NotListed, Standing::ToVerify];
        let code = cell(&says.cells, "standing");
        let until =
            if says.valid_until.is_empty() { String::new() } else { format!(" au {}", says.valid_until) };
        Some(KeptAnswer {
            contract: words::contract(Contract::from_code(&cell(&says.cells, "contract"))?),
            standing: standing.into_iter().find(|one| one.code() == code)?,
            source: format!("{}, du {}{until}", says.source, says.valid_from),
            note: cell(&says.cells, "note"),
            href: format!("/equipe/references/{}/ligne?cle={}", says.sheet.code(), percent_encode(&says.key)),
        })
    });
    Ok(shown.collect())
}

/// Who else is at the ticket, in one sentence; empty where nobody is.
pub(super) fn others(others: &Others) -> String {
    let mut said: Vec<String> = others
        .present
        .iter()
        .map(|one| {
            let writes = if one.writing { " et y écrit" } else { "" };
            format!("{} a aussi cette demande ouverte{writes}.", one.name)
        })
        .collect();
    let absent = |name: &str| !others.present.iter().any(|one| one.name == name);
    said.extend(others.begun.iter().filter(|one| absent(&one.name)).map(|one| {
        format!("{} a commencé une réponse, gardée le {}.", one.name, paris_text(one.saved_at, Lang::Fr))
    }));
    said.join(" ")
}

/// `POST /equipe/demandes/{reference}/presence`: says for the script that the page is open, and answers who else is there and
/// whether the ticket has changed.
pub(in crate::web::team) async fn look_in(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(reference): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult {
    let writing = fields.iter().any(|(name, value)| name == "ecrit" && value == "oui");
    let form = ActForm::of(fields)?;
    let ticket = state.desk.store().ticket(&reference).await?.ok_or_else(WebError::not_found)?;
    let said = others(&state.desk.look_in(&ticket, &account.id, writing).await?);
    if ticket.version != form.version() {
        let changed = "Cette demande a changé depuis que vous l’avez ouverte : rechargez la page, votre brouillon est gardé.";
        return Ok(no_break_spaces(format!("{changed} {said}").trim_end()).into_response());
    }
    Ok(said.into_response())
}
