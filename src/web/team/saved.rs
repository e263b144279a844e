//! Keeping a list under a name, and forgetting one.

use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;

use super::query;
use crate::message::one_line;
use crate::store::{SavedView, new_id};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};

/// Characters of an address that is kept.
const LONGEST: usize = 1000;

/// The form that keeps a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    nom: String,
    adresse: String,
    partagee: String,
}

/// `POST /equipe/vues`.
pub(super) async fn keep(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Form(form): Form<Kept>,
) -> WebResult {
    let name = one_line(&form.nom, 60);
    let fits = form.adresse.len() <= LONGEST && form.adresse != "/equipe";
    let Some(back) = query::back_to(&form.adresse, "vue-gardee", "").filter(|_| fits && !name.is_empty())
    else {
        return Ok(Redirect::to("/equipe?fait=vue-refusee").into_response());
    };
    let view = SavedView {
        id: new_id(),
        account_id: account.id,
        name,
        address: form.adresse,
        shared: form.partagee == "oui",
        made_at: state.desk.clock().now(),
    };
    state.desk.store().saved_view_add(&view).await?;
    Ok(Redirect::to(&back).into_response())
}

/// `POST /equipe/vues/{id}/supprimer`.
pub(super) async fn forget(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(id): Path<String>,
) -> WebResult {
    if !state.desk.store().saved_view_delete(&id, &account.id).await? {
        return Err(WebError::not_found());
    }
    Ok(Redirect::to("/equipe?fait=vue-supprimee").into_response())
}
