//! What a person does to a ticket: one POST an act, guarded by the version the page showed, answered by a redirect. When
//! it could not happen the ticket page comes back as it now stands, with everything that was typed.

mod form;

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};

pub(super) use form::{ActForm, normal};

use super::place::Place;
use super::ticket::{Notice, Typed};
use super::{mails, query, snooze, ticket};
use crate::clock::day_text;
use crate::desk::{Desk, DeskError, Forward, Seen};
use crate::message::Lang;
use crate::store::Account;
use crate::ticket::MailKind;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;

/// What was done, and on which request one goes on where it is another one.
struct Done {
    code: &'static str,
    on: Option<String>,
}

impl From<&'static str> for Done {
    fn from(code: &'static str) -> Self {
        Self { code, on: None }
    }
}

/// `POST /equipe/demandes/{reference}/{act}`.
pub(super) async fn act(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path((reference, act)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult {
    let form = ActForm::of(fields)?;
    let place = Place::read(&form.vue);
    if act == "repondre" && !matches!(form.suite.as_str(), "" | "clore" | "attendre") {
        return ticket::write(&state, &account, &reference, &place, &form).await;
    }
    let seen = Seen { reference, version: form.version(), person: account.id.clone() };
    match perform(&state.desk, &seen, &account, &act, &form).await {
        Ok(done) => Ok(Redirect::to(&after(&seen.reference, &place, &form, &done)).into_response()),
        Err(error) => could_not(&state, &account, &seen, &place, (&act, &form), error).await,
    }
}

async fn perform(
    desk: &Desk,
    seen: &Seen,
    account: &Account,
    act: &str,
    form: &ActForm,
) -> Result<Done, DeskError> {
    let code = match act {
        "repondre" => {
            let close = form.suite != "attendre";
            desk.send(seen, &form.outgoing(), close).await?;
            Ok(if close { "repondu" } else { "repondu-attente" })
        }
        "transmettre" => {
            if form.encore != "oui"
                && let Some(day) = desk.handed_already(&seen.reference, &form.adresse).await?
            {
                return Err(DeskError::Refused(format!(
                    "La demande a déjà été transmise à cette adresse le {} : pour l’y envoyer encore, cochez la case.",
                    day_text(day, Lang::Fr)
                )));
            }
            desk.hand_over(seen, &form.adresse, &form.nom).await?;
            Ok("transmis")
        }
        "transferer" => {
            let note = normal(&form.texte);
            let forward = Forward { to: form.adresse.clone(), note, message_id: form.message.clone() };
            desk.forward(seen, &forward).await.map(|()| "transfere")
        }
        "fusionner" => {
            let into = desk.merge(seen, &form.autre).await?;
            return Ok(Done { code: "fusionne", on: Some(into) });
        }
        "defaire-fusion" => desk.unmerge(seen).await.map(|()| "fusion-defaite"),
        "separer" => {
            let new = desk.split_off(seen, &form.message, &form.categorie).await?;
            return Ok(Done { code: "separe", on: Some(new) });
        }
        "rendez-vous" => {
            let meeting = ticket::meeting_typed(form)?;
            let code = if meeting.is_some() { "rendez-vous" } else { "rendez-vous-retire" };
            desk.note_meeting(seen, meeting).await.map(|()| code)
        }
        "corriger" => desk.correct(seen, &form.categorie).await.map(|()| "corrige"),
        "refuser" => desk.refuse(seen, &normal(&form.texte)).await.map(|()| "refuse"),
        "arreter" => {
            let outbox_id =
                if form.envoi.is_empty() { leaving(desk, seen).await? } else { form.envoi.clone() };
            Ok(match desk.stop(seen, &outbox_id).await? {
                MailKind::Forward => "transfert-arrete",
                MailKind::Inquiry => "question-arretee",
                _ => "arrete",
            })
        }
        "rattraper" => desk.rescue(seen).await.map(|()| "rattrape"),
        "envoyer" => {
            desk.send_anyway(seen, &form.envoi).await?;
            let away = desk.store().relay().await?.failing_since.is_some();
            Ok(if away { "envoye-attend" } else { "envoye" })
        }
        "lever" => desk.lift_mark(seen, &form.adresse).await.map(|()| "marque-levee"),
        "ecarter" => desk.set_aside(seen).await.map(|()| "ecarte"),
        "clore" => desk.close(seen).await.map(|()| "clos"),
        "attendre" => desk.wait_on(seen).await.map(|()| "attendue"),
        "rouvrir" => desk.reopen(seen).await.map(|()| "rouvert"),
        "noter" => desk.note(seen, &normal(&form.texte)).await.map(|()| "note"),
        "demandeur" => desk.set_requester(seen, &form.adresse).await.map(|()| "demandeur"),
        "tiers" => form.third().ask(desk, seen).await.map(|()| "tiers-demande"),
        "garder" => form.third().keep(desk, seen).await.map(|()| "reponse-gardee"),
        "reporter" => snooze::put_off(desk, seen, &form.quand, &form.jusque).await.map(|()| "reporte"),
        "reprendre" => desk.wake(seen).await.map(|()| "reprise"),
        "prendre" => desk.assign(seen, Some(&account.id)).await.map(|()| "affecte"),
        "affecter" => {
            let to = Some(form.personne.as_str()).filter(|id| !id.is_empty());
            desk.assign(seen, to).await.map(|()| "affecte")
        }
        _ => Err(DeskError::NotFound),
    };
    code.map(Done::from)
}

/// The refusal that the list's button stops: the list knows the ticket, not the mail.
async fn leaving(desk: &Desk, seen: &Seen) -> Result<String, DeskError> {
    let file = desk.store().ticket_file(&seen.reference).await?.ok_or(DeskError::NotFound)?;
    match mails::leaving_refusal(&file.outbox) {
        Some(entry) => Ok(entry.id.clone()),
        None => Err(DeskError::Refused(
            "Ce refus est déjà parti : ouvrez la demande pour le rattraper.".to_owned(),
        )),
    }
}

/// Where to go after an act: back to the list it was done from, or to the ticket.
fn after(reference: &str, place: &Place, form: &ActForm, done: &Done) -> String {
    let code = done.code;
    if let Some(list) = query::back_to(&form.retour, code, reference) {
        return list;
    }
    // Whoever has just chosen whom to answer goes on to the answer.
    let part = if code == "demandeur" { "#repondre" } else { "" };
    let reference = done.on.as_deref().unwrap_or(reference);
    format!("{}&fait={code}{part}", ticket::href(&query::percent_encode(reference), place))
}

async fn could_not(
    state: &WebState,
    account: &Account,
    seen: &Seen,
    place: &Place,
    (act, form): (&str, &ActForm),
    error: DeskError,
) -> WebResult {
    // From a list nothing was typed: it is read again there, and says what could not be done.
    if matches!(error, DeskError::Conflict { .. })
        && let Some(list) = query::back_to(&form.retour, "change", &seen.reference)
    {
        return Ok(Redirect::to(&list).into_response());
    }
    let (notice, status) = match error {
        DeskError::Conflict { seen, .. } => (Notice::Conflict(seen), StatusCode::CONFLICT),
        DeskError::Refused(sentence) => (Notice::Refused(sentence), StatusCode::UNPROCESSABLE_ENTITY),
        other => return Err(other.into()),
    };
    // An answer that could not leave is kept, whatever becomes of this page.
    if act == "repondre" && !form.texte.trim().is_empty() {
        state.desk.keep_written(&seen.reference, &account.id, form.written()).await?;
    }
    ticket::page(state, account, &seen.reference, place, typed(act, form), Some(notice), status).await
}

/// What was typed, back in the box it was typed in.
pub(super) fn typed(act: &str, form: &ActForm) -> Typed {
    let text = form.texte.clone();
    let typed = Typed { seen_event: form.vu.clone(), ..Typed::default() };
    match act {
        "repondre" => Typed { answer: Some(form.written()), ..typed },
        "refuser" => Typed { refusal: Some(text), ..typed },
        "noter" => Typed { note: text, ..typed },
        "transmettre" => {
            Typed { hand_over_to: form.adresse.clone(), hand_over_name: form.nom.clone(), ..typed }
        }
        "tiers" | "garder" => Typed { third_party: Some((act.to_owned(), form.third())), ..typed },
        "transferer" => Typed {
            forward: Some(Forward { to: form.adresse.clone(), note: text, message_id: form.message.clone() }),
            ..typed
        },
        "fusionner" => Typed { merge_into: Some(form.autre.clone()), ..typed },
        "separer" => Typed { splitting: true, ..typed },
        "rendez-vous" => {
            Typed { meeting: Some((form.jour.clone(), form.heure.clone(), form.lieu.clone())), ..typed }
        }
        "corriger" => Typed { category: Some(form.categorie.clone()), ..typed },
        _ => typed,
    }
}
