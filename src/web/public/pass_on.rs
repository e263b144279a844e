//! The page on which the requester of a refused technical question asks that their coordinator be told: behind the signed
//! link of the refusal. Looking at it changes nothing, since mail scanners follow links; a POST does.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect};

use crate::clock::paris_text;
use crate::desk::PassedOn;
use crate::message::Lang;
use crate::service::SignedPage;
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

/// `GET /transmettre/{token}`, in either language.
pub async fn show(State(state): State<WebState>, lang: Lang, Path(token): Path<String>) -> WebResult {
    let page = state.desk.pass_on_page(&token).await?.ok_or_else(WebError::not_found)?;
    let page = PassOnPage {
        layout: Layout::signed(&state, lang, SignedPage::PassOn, &token),
        reference: page.reference,
        received: paris_text(page.received_at, lang),
        software: page.software.join(", "),
        state: page.state,
    };
    Ok(Page(page).into_response())
}

/// `POST /transmettre/{token}`, in either language.
pub async fn ask(State(state): State<WebState>, lang: Lang, Path(token): Path<String>) -> WebResult {
    state.desk.pass_on(&token).await?.ok_or_else(WebError::not_found)?;
    Ok(Redirect::to(&SignedPage::PassOn.path(lang, &token)).into_response())
}
