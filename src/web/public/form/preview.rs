//! `POST /apercu`: what the form would become, before it is sent. For the page's script a small JSON; for whoever has no
//! script the whole page again, the hint in the middle of it, every field as it was. Nothing is kept: neither what was
//! typed nor the files just chosen, which the page then says.

use std::net::IpAddr;

use axum::Json;
use axum::extract::{Multipart, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::files::Shelf;
use super::page::{self, Answer, Notice};
use super::read::{self, Sent};
use super::stamp::{Stamp, Sum};
use crate::message::Lang;
use crate::web::WebState;
use crate::web::client::Client;
use crate::web::error::WebResult;
use crate::web::public::categories;
use crate::web::public::hint::Hint;
use crate::web::typography::french;

/// `?partie=1`: the page's script asks for the hint alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    partie: String,
}

/// `GET /apercu` and `GET /en/preview`: a page reloaded, or an address kept. The form begins anew.
pub async fn back(lang: Lang) -> Redirect {
    Redirect::to(lang.choose("/", "/en"))
}

/// `POST /apercu` and `POST /en/preview`.
pub async fn preview(
    State(state): State<WebState>,
    lang: Lang,
    Query(part): Query<Part>,
    Client(address): Client,
    body: Multipart,
) -> WebResult {
    let sent = read::read(body, &state.settings.form).await;
    let now = state.desk.clock().now();
    let hint = looked_at(&state, lang, address, &sent).await;
    if part.partie == "1" {
        return Ok(part_of(lang, &sent, hint));
    }
    let signed = Stamp::read(&sent.stamp, state.desk.keys());
    let stamp = signed.unwrap_or_else(|| Stamp::fresh(now));
    let shelf = Shelf::open(&state, &stamp.nonce, sent.kept).await;
    let answer = Answer {
        notice: if sent.files.is_empty() && sent.refused.is_empty() {
            Notice::None
        } else {
            Notice::FilesAgain
        },
        sum: Sum::read(&sent.sum, &stamp.nonce, state.desk.keys()),
        files: shelf.listed(),
        hint: Some(hint.and_then(Result::ok).unwrap_or_else(|| Hint::away(lang))),
        typed: sent.typed,
        ..Answer::default()
    };
    Ok(page::show(&state, lang, &stamp, &answer))
}

/// The hint on what was typed; `None` where this client had too many forms looked at lately, an error where the store is away.
pub(super) async fn looked_at(
    state: &WebState,
    lang: Lang,
    address: IpAddr,
    sent: &Sent,
) -> Option<Result<Hint, ()>> {
    if !state.previews.take(address, state.desk.clock().now()) {
        return None;
    }
    Some(hint(state, lang, sent).await)
}

/// The hint on what was typed; an error where the store is away.
async fn hint(state: &WebState, lang: Lang, sent: &Sent) -> Result<Hint, ()> {
    let typed = &sent.typed;
    if typed.message.trim().is_empty() {
        return Ok(Hint::nothing_yet(lang));
    }
    if let Some(says) = typed.check(&state.settings.form, lang).remove("message") {
        return Ok(Hint::not_yet(says));
    }
    let text = format!("{}\n{}", typed.subject, typed.message);
    let known = |id: &str| categories::in_form(state, lang).iter().any(|category| category.id == id);
    // The writer sees what the text itself would become; that they asked for a person is said beside it.
    let form = crate::message::Form { insists: false, ..typed.clone().into_form(lang, known, Vec::new()) };
    let preview = state.desk.foresee(&form).await.map_err(|fault| {
        tracing::warn!(cause = %fault, "a form could not be looked at before sending");
    })?;
    Ok(Hint::of(state, lang, &preview, &text, typed.insists))
}

fn part_of(lang: Lang, sent: &Sent, hint: Option<Result<Hint, ()>>) -> Response {
    let hint = match hint {
        None => return StatusCode::TOO_MANY_REQUESTS.into_response(),
        Some(Err(())) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Some(Ok(hint)) => hint,
    };
    match page::more(lang, &hint, sent.typed.insists) {
        Ok(more) => {
            let spaced = |html: &str| if lang == Lang::En { html.to_owned() } else { french(html) };
            Json(serde_json::json!({ "says": spaced(&hint.says), "more": spaced(&more) })).into_response()
        }
        Err(error) => error.into_response(),
    }
}
