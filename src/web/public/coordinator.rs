//! The page of a hand-over, for whoever has the request: behind the signed link of the mail, without an account. Looking
//! at it changes nothing, since mail scanners follow links; a POST does, and a second one no more than the first.

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use chrono::NaiveDate;
use serde::Deserialize;

use crate::clock::{day_text, paris_day, paris_text};
use crate::desk::{DeskError, HandOverPage, RecipientSays};
use crate::message::Lang;
use crate::service::SignedPage;
use crate::ticket::HandOverState;
use crate::web::error::{WebError, WebResult};
use crate::web::layout::{Layout, Page};
use crate::web::{WebState, address};

/// `?fait=1` right after a choice.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Done {
    fait: String,
}

/// What the page's forms send; a choice reads what it needs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Choice {
    choix: String,
    nom: String,
    adresse: String,
    jusqu: String,
}

/// What is wrong with what was typed, and in which choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Address,
    Day,
    Choice,
}

#[derive(Template)]
#[template(path = "public/coordinator.html")]
struct CoordinatorPage {
    layout: Layout,
    /// What the page's forms are sent to.
    sending: String,
    page: HandOverPage,
    received: String,
    handed: String,
    /// The first day that may be chosen, for the browser's calendar.
    today: String,
    done: bool,
    wrong: Option<Wrong>,
    typed: Choice,
}

impl CoordinatorPage {
    fn title(&self) -> &'static str {
        self.layout.t("Une demande qui vous a été transmise", "A request passed on to you")
    }

    /// What became of the request, once the page has been used or is over.
    fn outcome(&self) -> &'static str {
        let t = |fr, en| self.layout.t(fr, en);
        match self.page.state {
            HandOverState::Answered => t(
                "Cette demande a reçu une réponse. Merci ! Vous n’avez plus rien à faire.",
                "This request was answered. Thank you! There is nothing more for you to do.",
            ),
            HandOverState::Declined | HandOverState::TakenBack => t(
                "Notre équipe a repris cette demande. Vous n’avez plus rien à faire.",
                "Our team has taken this request back. There is nothing more for you to do.",
            ),
            HandOverState::Returned => t(
                "Notre équipe a repris cette demande. Si vous y avez répondu, écrivez-nous.",
                "Our team has taken this request back. If you have answered it, write to us.",
            ),
            HandOverState::Silent => t(
                "Faute de réponse, notre équipe a repris cette demande.",
                "Without an answer, our team has taken this request back.",
            ),
            HandOverState::Waiting => t(
                "Cette page ne prend plus de réponse. Écrivez-nous si la demande vous occupe encore.",
                "This page no longer takes an answer. Write to us if the request still concerns you.",
            ),
        }
    }

    fn wrong_sentence(&self) -> Option<&'static str> {
        let t = |fr, en| self.layout.t(fr, en);
        self.wrong.map(|wrong| match wrong {
            Wrong::Address => t(
                "L’adresse de courriel n’est pas valable : corrigez-la, ou laissez la case vide.",
                "The e-mail address is not valid: correct it, or leave the field empty.",
            ),
            Wrong::Day => t(
                "Donnez le dernier jour de votre absence : un jour à venir, d’ici un an au plus.",
                "Give the last day of your absence: a day to come, within a year.",
            ),
            Wrong::Choice => t("Choisissez l’un des quatre boutons.", "Choose one of the four buttons."),
        })
    }

    /// What was typed in a choice, shown again when it could not be taken.
    fn typed_in(&self, choice: &str) -> Choice {
        if self.typed.choix == choice { self.typed.clone() } else { Choice::default() }
    }

    fn is_wrong(&self, choice: &str) -> bool {
        self.wrong.is_some() && self.typed.choix == choice
    }

    fn untouched(&self) -> bool {
        matches!(self.page.state, HandOverState::Waiting)
    }
}

/// `GET /transmission/{token}`, in either language.
pub async fn show(
    State(state): State<WebState>,
    lang: Lang,
    Path(token): Path<String>,
    Query(done): Query<Done>,
) -> WebResult {
    let page = state.desk.hand_over_page(&token).await?.ok_or_else(WebError::not_found)?;
    let page = build(&state, lang, &token, page, Choice::default(), None);
    Ok(Page(CoordinatorPage { done: done.fait == "1", ..page }).into_response())
}

/// `POST /transmission/{token}`, in either language.
pub async fn say(
    State(state): State<WebState>,
    lang: Lang,
    Path(token): Path<String>,
    Form(choice): Form<Choice>,
) -> WebResult {
    let wrong = match said(&choice) {
        Ok(says) => match state.desk.recipient_says(&token, &says).await {
            Ok(Some(_)) => {
                let page = SignedPage::HandOver.path(lang, &token);
                return Ok(Redirect::to(&format!("{page}?fait=1")).into_response());
            }
            Ok(None) => return Err(WebError::not_found()),
            Err(DeskError::Refused(_)) if matches!(says, RecipientSays::Absent { .. }) => Wrong::Day,
            Err(DeskError::Refused(_)) => Wrong::Address,
            Err(other) => return Err(other.into()),
        },
        Err(wrong) => wrong,
    };
    let page = state.desk.hand_over_page(&token).await?.ok_or_else(WebError::not_found)?;
    let page = build(&state, lang, &token, page, choice, Some(wrong));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
}

/// What a choice says.
fn said(choice: &Choice) -> Result<RecipientSays, Wrong> {
    let (name, email) = (choice.nom.clone(), choice.adresse.clone());
    match choice.choix.as_str() {
        "telephone" => Ok(RecipientSays::Answered),
        "pas-moi" => Ok(RecipientSays::NotMine { name, email }),
        "plus-moi" => Ok(RecipientSays::NoLonger { name, email }),
        // Browsers send the first form; whoever types in an old one writes the French way.
        "absence" => ["%Y-%m-%d", "%d/%m/%Y"]
            .iter()
            .find_map(|form| NaiveDate::parse_from_str(choice.jusqu.trim(), form).ok())
            .map(|until| RecipientSays::Absent { until })
            .ok_or(Wrong::Day),
        _ => Err(Wrong::Choice),
    }
}

fn build(
    state: &WebState,
    lang: Lang,
    token: &str,
    page: HandOverPage,
    typed: Choice,
    wrong: Option<Wrong>,
) -> CoordinatorPage {
    CoordinatorPage {
        layout: Layout::signed(state, lang, SignedPage::HandOver, token),
        sending: address::sending(),
        received: paris_text(page.received_at, lang),
        handed: day_text(paris_day(page.made_at), lang),
        today: state.desk.clock().today().to_string(),
        page,
        done: false,
        wrong,
        typed,
    }
}
