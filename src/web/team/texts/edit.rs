//! One reply text: shown, tried, published, taken back. Whatever was typed stays in its boxes until it is published.

use axum::extract::{Form, Path, Query, State};
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;

use super::HOME;
use super::show::{Outcome, Typed, page};
use crate::desk::{PreviewOn, PublishError, SeenText};
use crate::message::one_line;
use crate::reply::Mode;
use crate::store::Account;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};
use crate::web::team::flash;

/// What was just done.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EditQuery {
    fait: String,
}

/// The form of the editor.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EditForm {
    fr: String,
    en: String,
    pourquoi: String,
    /// Id of the version on the page.
    vu: String,
    /// A ticket to try it on; empty: samples.
    demande: String,
    /// `seul` or `projet`.
    depart: String,
}

/// The form under a version.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct BackForm {
    /// Id of the version to go back to; empty: the files.
    version: String,
    vu: String,
}

impl EditForm {
    fn typed(&self) -> Typed {
        Typed {
            texts: [self.fr.replace("\r\n", "\n"), self.en.replace("\r\n", "\n")],
            note: one_line(&self.pourquoi, 300),
            seen: self.vu.clone(),
            reference: one_line(&self.demande, 40),
            alone: self.depart == "seul",
        }
    }
}

/// `GET /equipe/reponses/{name}`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(name): Path<String>,
    Query(query): Query<EditQuery>,
) -> WebResult {
    let done = flash::sentence(&query.fait).map_or(Outcome::Nothing, Outcome::Done);
    page(&state, &account, &name, None, done).await
}

/// `POST /equipe/reponses/{name}/voir`: the mail that would leave. Nothing is kept.
pub(super) async fn preview(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(name): Path<String>,
    Form(form): Form<EditForm>,
) -> WebResult {
    let typed = form.typed();
    let on = if typed.reference.is_empty() {
        PreviewOn::Samples
    } else {
        let mode = if typed.alone { Mode::Automatic } else { Mode::Draft };
        PreviewOn::Ticket { reference: typed.reference.clone(), mode }
    };
    let outcome = match state.desk.preview_text(&name, typed.texts.clone(), &on).await {
        Ok(preview) => Outcome::Seen(preview),
        Err(refused) => Outcome::Refused(refused),
    };
    page(&state, &account, &name, Some(typed), outcome).await
}

/// `POST /equipe/reponses/{name}/publier`.
pub(super) async fn publish(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(name): Path<String>,
    Form(form): Form<EditForm>,
) -> WebResult {
    let typed = form.typed();
    let seen = SeenText { version: typed.seen.clone(), person: account.id.clone() };
    let published = state.desk.publish_text(&name, Some(typed.texts.clone()), &typed.note, &seen).await;
    led_on(&state, &account, &name, Some(typed), published, "texte-publie").await
}

/// `POST /equipe/reponses/{name}/revenir`: a version of before, or the files, in force again.
pub(super) async fn go_back(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(name): Path<String>,
    Form(form): Form<BackForm>,
) -> WebResult {
    let seen = SeenText { version: form.vu, person: account.id.clone() };
    let texts = if form.version.is_empty() {
        None
    } else {
        let all = state.desk.store().reply_versions_of(&name).await?;
        let version = all.into_iter().find(|version| version.id == form.version);
        version.ok_or_else(WebError::not_found)?.texts
    };
    let published = state.desk.publish_text(&name, texts, "Retour à une version précédente", &seen).await;
    led_on(&state, &account, &name, None, published, "texte-revenu").await
}

/// Back to the page, which says that it is done, or why it is not, beside what was typed.
async fn led_on(
    state: &WebState,
    account: &Account,
    name: &str,
    typed: Option<Typed>,
    published: Result<(), PublishError>,
    done: &str,
) -> WebResult {
    match published {
        Ok(()) => Ok(Redirect::to(&format!("{HOME}/{name}?fait={done}")).into_response()),
        Err(PublishError::Desk(other)) if !is_told(&other) => Err(other.into()),
        Err(refused) => page(state, account, name, typed, Outcome::Refused(refused)).await,
    }
}

/// Whether the page itself tells it, beside what was typed.
fn is_told(error: &crate::desk::DeskError) -> bool {
    matches!(error, crate::desk::DeskError::Refused(_))
}
