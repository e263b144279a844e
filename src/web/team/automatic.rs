//! The kill switch and the breaker: what guichet may send by itself, one button that stops it, and one that lets go on what
//! stopped by itself.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;

use super::parked::Done;
use super::{flash, words};
use crate::clock::paris_text;
use crate::desk::Mode;
use crate::message::Lang;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;
use crate::web::layout::{Layout, Page};

#[derive(Template)]
#[template(path = "team/automatic.html")]
struct AutomaticPage {
    layout: Layout,
    stopped: bool,
    /// The settings stop them: no button can let them go.
    by_settings: bool,
    observe: bool,
    /// Who used the button last, and when.
    last: Option<String>,
    /// The breaker is thrown: since when.
    breaker: Option<String>,
    /// The breaker's limit: mails within an hour.
    most: u32,
    /// Who set it back last, and when.
    breaker_last: Option<String>,
    done: Option<&'static str>,
}

/// `GET /equipe/automatismes`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Query(query): Query<Done>,
) -> WebResult {
    let automatic = &state.desk.settings().automatic;
    let accounts = state.desk.store().accounts().await?;
    let last = state.desk.automatic_switch().await?.map(|switch| {
        let what = if switch.thrown { "Arrêtés" } else { "Relancés" };
        let who = words::person(&switch.account_id, &accounts);
        format!("{what} par {who} le {}.", paris_text(switch.at, Lang::Fr))
    });
    let breaker = state.desk.breaker().await?;
    let since = breaker.as_ref().filter(|switch| switch.thrown);
    let reset = breaker.as_ref().filter(|switch| !switch.thrown).map(|switch| {
        let who = words::person(&switch.account_id, &accounts);
        format!("Disjoncteur relancé par {who} le {}.", paris_text(switch.at, Lang::Fr))
    });
    let layout = Layout::team(&state, "/equipe/automatismes", Some(&account.name));
    Ok((
        StatusCode::OK,
        Page(AutomaticPage {
            layout,
            stopped: state.desk.automatic_stopped().await?,
            by_settings: automatic.stopped,
            observe: automatic.mode == Mode::Observe,
            last,
            breaker: since.map(|switch| paris_text(switch.at, Lang::Fr)),
            most: automatic.breaker_per_hour,
            breaker_last: reset,
            done: flash::sentence(&query.fait),
        }),
    )
        .into_response())
}

/// The button of the page.
#[derive(Deserialize)]
pub(super) struct SwitchForm {
    #[serde(default)]
    etat: String,
}

/// `POST /equipe/automatismes`.
pub(super) async fn switch(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Form(form): Form<SwitchForm>,
) -> WebResult {
    if form.etat == "disjoncteur" {
        state.desk.reset_breaker(&account.id).await?;
        return Ok(Redirect::to("/equipe/automatismes?fait=disjoncteur-relance").into_response());
    }
    // Anything but the explicit word stops: the safe side of a form that was tampered with or cut.
    let stop = form.etat != "relancer";
    state.desk.stop_automatic(stop, &account.id).await?;
    let done = if stop { "automatismes-arretes" } else { "automatismes-relances" };
    Ok(Redirect::to(&format!("/equipe/automatismes?fait={done}")).into_response())
}
