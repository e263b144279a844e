//! The page on which the requester of a refused technical question asks that their coordinator be told: behind the signed
//! link of the refusal. Looking at it changes nothing, since mail scanners follow links; a POST does.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect};

use crate::clock::paris_text;
use crate::desk::PassedOn;
use crate::message::Lang;
use crate::web::WebState;
use crate::web::error::{WebError, WebResult};
use crate::web::layout::{Layout, Page};

#[derive(Template)]
#[template(path = "public/pass-on.html")]
struct PassOnPage {
    layout: Layout,
    reference: String,
    received: String,
    software: String,
    state: PassedOn,
}

impl PassOnPage {
    fn title(&self) -> &'static str {
        self.layout.t("Transmettre à mon coordinateur", "Pass it on to my coordinator")
    }

    fn offered(&self) -> bool {
        self.state == PassedOn::Offered
    }

    /// What became of the request, once it is no longer only offered.
    fn outcome(&self) -> &'static str {
        let t = |fr, en| self.layout.t(fr, en);
        match self.state {
            PassedOn::HandedOver => t(
                "Votre demande est transmise à la personne qui coordonne le marché de support dans votre organisme. Elle vous répondra. Nous suivons votre demande.",
                "Your request was passed on to the person who coordinates the support contract in your public body. They will answer you. We keep following your request.",
            ),
            PassedOn::WithTheTeam | PassedOn::Offered => t(
                "Votre demande est revenue à notre équipe : une personne cherche à qui la transmettre et vous répondra par courriel.",
                "Your request is back with our team: a person is looking for whom to pass it on to and will answer you by e-mail.",
            ),
        }
    }
}

fn path(lang: Lang, token: &str) -> String {
    if lang == Lang::En { format!("/en/transmettre/{token}") } else { format!("/transmettre/{token}") }
}

/// `GET /transmettre/{token}`, in French.
pub async fn show_fr(state: State<WebState>, token: Path<String>) -> WebResult {
    show(&state, Lang::Fr, &token).await
}

/// `GET /en/transmettre/{token}`, in English.
pub async fn show_en(state: State<WebState>, token: Path<String>) -> WebResult {
    show(&state, Lang::En, &token).await
}

/// `POST /transmettre/{token}`, in French.
pub async fn ask_fr(state: State<WebState>, token: Path<String>) -> WebResult {
    ask(&state, Lang::Fr, &token).await
}

/// `POST /en/transmettre/{token}`, in English.
pub async fn ask_en(state: State<WebState>, token: Path<String>) -> WebResult {
    ask(&state, Lang::En, &token).await
}

async fn show(state: &WebState, lang: Lang, token: &str) -> WebResult {
    let page = state.desk.pass_on_page(token).await?.ok_or_else(WebError::not_found)?;
    let other = lang.choose(Lang::En, Lang::Fr);
    let page = PassOnPage {
        layout: Layout::public(state, lang, &path(lang, token), &path(other, token)).unlisted(),
        reference: page.reference,
        received: paris_text(page.received_at, lang),
        software: page.software.join(", "),
        state: page.state,
    };
    Ok(Page(page).into_response())
}

async fn ask(state: &WebState, lang: Lang, token: &str) -> WebResult {
    state.desk.pass_on(token).await?.ok_or_else(WebError::not_found)?;
    Ok(Redirect::to(&path(lang, token)).into_response())
}
