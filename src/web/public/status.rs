//! Where a request stands, behind its signed link; right after sending, the page that confirms receipt (CRPA, article
//! R112-5: date, service, contact). It shows nothing that was typed: the link may be read over a shoulder.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse as _;
use serde::Deserialize;

use crate::clock::paris_text;
use crate::desk::Stage;
use crate::message::Lang;
use crate::web::WebState;
use crate::web::error::{WebError, WebResult};
use crate::web::layout::{Layout, Page};
use crate::web::markdown;

/// `?envoye=1` right after sending.
#[derive(Debug, Default, Deserialize)]
pub struct Arrived {
    #[serde(default)]
    envoye: String,
}

#[derive(Template)]
#[template(path = "public/status.html")]
struct StatusPage {
    layout: Layout,
    /// Right after sending.
    sent: bool,
    reference: String,
    received: String,
    since: String,
    stage: Stage,
    /// The operator's words on what happens next, as HTML.
    note: String,
    /// The page's own address, to be kept.
    link: String,
}

impl StatusPage {
    fn title(&self) -> &'static str {
        if self.sent {
            self.layout.t("Demande envoyée", "Request sent")
        } else {
            self.layout.t("Suivi de votre demande", "Where your request stands")
        }
    }

    /// The stage in a few words.
    fn stage_title(&self) -> &'static str {
        let t = |fr, en| self.layout.t(fr, en);
        match self.stage {
            Stage::Received => t("Reçue", "Received"),
            Stage::InProgress => t("En cours de traitement", "In progress"),
            Stage::Answered => t("Répondue", "Answered"),
            Stage::HandedOver => t("Transmise", "Handed over"),
            Stage::Refused => t("Hors de notre offre de services", "Outside our offer of services"),
            Stage::Closed => t("Close", "Closed"),
        }
    }

    /// The same in a sentence.
    fn stage_text(&self) -> &'static str {
        let t = |fr, en| self.layout.t(fr, en);
        match self.stage {
            Stage::Received => t(
                "Votre demande est enregistrée. Elle attend d’être traitée.",
                "Your request is recorded. It waits to be dealt with.",
            ),
            Stage::InProgress => {
                t("Une personne de l’équipe s’en occupe.", "A member of the team is dealing with it.")
            }
            Stage::Answered => t(
                "Une réponse vous a été envoyée par courriel. Si elle ne vous est pas parvenue, regardez dans les messages indésirables.",
                "An answer was sent to you by e-mail. If it did not reach you, look among the unwanted mail.",
            ),
            Stage::HandedOver => t(
                "Elle a été transmise au service compétent. Un courriel vous dit auquel.",
                "It was handed over to the service in charge. An e-mail tells you which one.",
            ),
            Stage::Refused => t(
                "Un courriel vous explique pourquoi nous ne pouvons pas y répondre, vers qui vous tourner et comment demander qu’une personne la relise.",
                "An e-mail explains why we cannot answer it, where else to turn and how to ask a person to read it again.",
            ),
            Stage::Closed => t(
                "Elle est terminée. Pour y revenir, répondez au dernier courriel reçu.",
                "It is finished. To come back to it, reply to the last e-mail you received.",
            ),
        }
    }
}

/// The address of the status page of a token.
pub fn path(lang: Lang, token: &str) -> String {
    if lang == Lang::En { format!("/en/suivi/{token}") } else { format!("/suivi/{token}") }
}

/// `GET /suivi/{token}`, in French.
pub async fn show_fr(state: State<WebState>, token: Path<String>, query: Query<Arrived>) -> WebResult {
    show(&state, Lang::Fr, &token, &query).await
}

/// `GET /en/suivi/{token}`, in English.
pub async fn show_en(state: State<WebState>, token: Path<String>, query: Query<Arrived>) -> WebResult {
    show(&state, Lang::En, &token, &query).await
}

async fn show(state: &WebState, lang: Lang, token: &str, query: &Arrived) -> WebResult {
    let standing = state.desk.status(token).await?.ok_or_else(WebError::not_found)?;
    let form = &state.settings.form;
    let other = if lang == Lang::En { Lang::Fr } else { Lang::En };
    let page = StatusPage {
        layout: Layout::public(state, lang, &path(lang, token), &path(other, token)).unlisted(),
        sent: query.envoye == "1",
        reference: standing.reference,
        received: paris_text(standing.received_at, lang),
        since: paris_text(standing.since, lang),
        stage: standing.stage,
        note: markdown::to_html(if lang == Lang::En { &form.sent_en } else { &form.sent_fr }),
        link: format!("{}{}", state.desk.service().public_url, path(lang, token)),
    };
    Ok(Page(page).into_response())
}
