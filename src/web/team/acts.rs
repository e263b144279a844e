//! What a person does to a ticket: one POST an act, guarded by the version the page showed, answered by a redirect. When
//! it could not happen the ticket page comes back as it now stands, with everything that was typed.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;

use super::third_party::ThirdForm;
use super::ticket::{Notice, Typed};
use super::{mails, query, ticket};
use crate::clock::day_text;
use crate::desk::{Desk, DeskError, Seen};
use crate::message::Lang;
use crate::reply::Replies;
use crate::store::{Account, Filter, View};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;

/// The fields of every act's form; an act reads those it needs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ActForm {
    version: i64,
    texte: String,
    suite: String,
    adresse: String,
    nom: String,
    /// `oui`: whoever was handed the request already gets it once more.
    encore: String,
    categorie: String,
    envoi: String,
    personne: String,
    vue: String,
    retour: String,
    tiers: String,
    objet: String,
    question: String,
    dire_qui: String,
    organisme: String,
    marche: String,
    reponse: String,
    source: String,
    depuis: String,
    jusque: String,
    pourquoi: String,
}

impl ActForm {
    /// What concerns a third party.
    fn third(&self) -> ThirdForm {
        ThirdForm {
            tiers: self.tiers.clone(),
            objet: self.objet.clone(),
            question: self.question.clone(),
            dire_qui: self.dire_qui.clone(),
            organisme: self.organisme.clone(),
            marche: self.marche.clone(),
            reponse: self.reponse.clone(),
            source: self.source.clone(),
            depuis: self.depuis.clone(),
            jusque: self.jusque.clone(),
            pourquoi: self.pourquoi.clone(),
        }
    }
}

/// `POST /equipe/demandes/{reference}/{act}`.
pub(super) async fn act(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path((reference, act)): Path<(String, String)>,
    Form(form): Form<ActForm>,
) -> WebResult {
    let view = View::from_code(&form.vue).unwrap_or_default();
    if act == "repondre" && form.suite == "apercu" {
        let typed = Typed { preview: Some(preview(&form.texte)), ..typed(&act, &form) };
        return ticket::page(&state, &account, &reference, view, typed, None, StatusCode::OK).await;
    }
    let seen = Seen { reference, version: form.version, person: account.id.clone() };
    match perform(&state.desk, &seen, &account, &act, &form).await {
        Ok(done) => Ok(Redirect::to(&after(&seen.reference, view, &form, done)).into_response()),
        Err(error) => could_not(&state, &account, &seen, view, typed(&act, &form), error).await,
    }
}

async fn perform(
    desk: &Desk,
    seen: &Seen,
    account: &Account,
    act: &str,
    form: &ActForm,
) -> Result<&'static str, DeskError> {
    match act {
        "repondre" => {
            let close = form.suite != "attendre";
            desk.answer(seen, &normal(&form.texte), close).await?;
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
        "corriger" => desk.correct(seen, &form.categorie).await.map(|()| "corrige"),
        "refuser" => desk.refuse(seen, &normal(&form.texte)).await.map(|()| "refuse"),
        "arreter" => {
            let outbox_id =
                if form.envoi.is_empty() { leaving(desk, seen).await? } else { form.envoi.clone() };
            desk.stop(seen, &outbox_id).await.map(|()| "arrete")
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
        "rouvrir" => desk.reopen(seen).await.map(|()| "rouvert"),
        "noter" => desk.note(seen, &normal(&form.texte)).await.map(|()| "note"),
        "demandeur" => desk.set_requester(seen, &form.adresse).await.map(|()| "demandeur"),
        "tiers" => form.third().ask(desk, seen).await.map(|()| "tiers-demande"),
        "garder" => form.third().keep(desk, seen).await.map(|()| "reponse-gardee"),
        "prendre" => desk.assign(seen, Some(&account.id)).await.map(|()| "affecte"),
        "affecter" => {
            let to = Some(form.personne.as_str()).filter(|id| !id.is_empty());
            desk.assign(seen, to).await.map(|()| "affecte")
        }
        _ => Err(DeskError::NotFound),
    }
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
fn after(reference: &str, view: View, form: &ActForm, done: &str) -> String {
    if form.retour == "liste" {
        let list = query::list_url(&Filter { view, ..Filter::default() });
        format!("{list}&fait={done}&demande={}", query::percent_encode(reference))
    } else {
        // Whoever has just chosen whom to answer goes on to the answer.
        let place = if done == "demandeur" { "#repondre" } else { "" };
        format!("{}&fait={done}{place}", ticket::href(&query::percent_encode(reference), view))
    }
}

async fn could_not(
    state: &WebState,
    account: &Account,
    seen: &Seen,
    view: View,
    typed: Typed,
    error: DeskError,
) -> WebResult {
    let (notice, status) = match error {
        DeskError::Conflict { seen, .. } => (Notice::Conflict(seen), StatusCode::CONFLICT),
        DeskError::Refused(sentence) => (Notice::Refused(sentence), StatusCode::UNPROCESSABLE_ENTITY),
        other => return Err(other.into()),
    };
    ticket::page(state, account, &seen.reference, view, typed, Some(notice), status).await
}

/// What was typed, back in the box it was typed in.
fn typed(act: &str, form: &ActForm) -> Typed {
    let text = form.texte.clone();
    match act {
        "repondre" => Typed { answer: Some(text), ..Typed::default() },
        "refuser" => Typed { refusal: Some(text), ..Typed::default() },
        "noter" => Typed { note: text, ..Typed::default() },
        "transmettre" => {
            Typed { hand_over_to: form.adresse.clone(), hand_over_name: form.nom.clone(), ..Typed::default() }
        }
        "tiers" | "garder" => Typed { third_party: Some((act.to_owned(), form.third())), ..Typed::default() },
        "corriger" => Typed { category: Some(form.categorie.clone()), ..Typed::default() },
        _ => Typed::default(),
    }
}

/// The answer as its reader will see it: the text part of the mail.
fn preview(markdown: &str) -> String {
    Replies::from_markdown(&normal(markdown), Lang::Fr).0
}

/// Browsers send CR LF; texts are kept with LF.
fn normal(text: &str) -> String {
    text.replace("\r\n", "\n")
}
