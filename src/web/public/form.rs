//! The public form. Nothing typed is ever lost: whatever is wrong, the page comes back with every field as it was and the
//! files kept. A form that looks automatic is asked one simple sum, and a right answer always passes; nobody is turned
//! away, slowed down or shown a picture.
//!
//! A submission is kept under `form:NONCE:DIGEST`. The nonce comes from the signed stamp, so a double click opens one
//! ticket; the digest of what was sent is part of the key because a person who goes back in the browser, corrects the
//! message and sends it again has written something new, which must be kept too.

mod email;
mod files;
mod page;
mod preview;
mod read;
mod stamp;
mod suspicion;
mod typed;

use axum::extract::{Multipart, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use self::page::{Answer, Notice};
use self::read::Sent;
use self::stamp::Sum;
use self::suspicion::Visit;
use super::{categories, offer};
use crate::keys::hex;
use crate::message::{Door, Envelope, Lang};
use crate::service::SignedPage;
use crate::web::WebState;
use crate::web::error::WebResult;

pub(in crate::web::public) use files::{Listed, Shelf};
pub(in crate::web::public) use page::removed;
pub use preview::{back, preview};
pub(in crate::web::public) use read::read as read_sent;
pub(in crate::web::public) use stamp::Stamp;
pub(in crate::web::public) use typed::Errors;

/// `?categorie=`: the heading from which one comes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Way {
    categorie: String,
}

/// `GET /` and `GET /en`: the offer and the empty form; with `?categorie=`, the form with that heading chosen.
pub async fn show(State(state): State<WebState>, lang: Lang, Query(way): Query<Way>) -> Response {
    let mut answer = Answer { heading: offer::chosen(&state, lang, &way.categorie), ..Answer::default() };
    if let Some(heading) = &answer.heading {
        answer.typed.category.clone_from(&heading.choice.id);
    }
    page::show(&state, lang, &Stamp::fresh(state.desk.clock().now()), &answer)
}

/// `POST /` and `POST /en`: a form sent. 303 to the status page once it is durably kept; else the form again: 422 with
/// errors, 200 with the sum or without a file, 503 while the store is away.
pub(in crate::web) async fn send(
    State(state): State<WebState>,
    lang: Lang,
    visit: Visit,
    body: Multipart,
) -> WebResult {
    let sent = read::read(body, &state.settings.form).await;
    let now = state.desk.clock().now();
    let signed = Stamp::read(&sent.stamp, state.desk.keys());
    let stamp = signed.clone().unwrap_or_else(|| Stamp::fresh(now));
    let mut shelf = Shelf::open(&state, &stamp.nonce, sent.kept).await;

    if let Some(position) = sent.remove {
        let removed = shelf.remove(position).await;
        let lost = shelf.keep(sent.files).await;
        let notice = if lost { Notice::FilesLost } else { Notice::Removed(removed) };
        let answer = Answer { typed: sent.typed, files: shelf.listed(), notice, ..Answer::default() };
        return Ok(page::show(&state, lang, &stamp, &answer));
    }

    let mut errors = sent.typed.check(&state.settings.form, lang);
    if let Some(says) = shelf.complaint(&sent, lang, &state.settings.form) {
        errors.insert("files", says);
    }
    let asked = Sum::read(&sent.sum, &stamp.nonce, state.desk.keys());
    let passed = asked.is_some_and(|sum| sum.is_answered_by(&sent.typed.answer));
    if let Some(sum) = asked.filter(|_| !passed) {
        errors.insert("answer", page::wrong_sum(sum, lang));
    }
    let suspicion =
        if errors.is_empty() && !passed { visit.suspicion(&state, &sent, signed.as_ref()) } else { None };

    if errors.is_empty() && suspicion.is_none() {
        return Ok(keep(&state, lang, &stamp, sent, shelf).await);
    }
    let (status, notice) = match suspicion {
        Some(reason) => {
            tracing::info!(?reason, "a form is asked the sum");
            (StatusCode::OK, Notice::Sum)
        }
        None => (StatusCode::UNPROCESSABLE_ENTITY, Notice::None),
    };
    let sum = asked.or_else(|| suspicion.map(|_| Sum::fresh()));
    // Whoever is asked the sum sends once more: what their message will become is told before.
    let hint = match sum {
        Some(_) => preview::looked_at(&state, lang, visit.address, &sent).await.and_then(Result::ok),
        None => None,
    };
    let lost = shelf.keep(sent.files).await;
    let notice = if lost { Notice::FilesLost } else { notice };
    let (typed, files) = (sent.typed, shelf.listed());
    let answer = Answer { status, typed, errors, sum, files, notice, hint, ..Answer::default() };
    Ok(page::show(&state, lang, &stamp, &answer))
}

/// What is wrong with a message and its files, where they are all that was asked and either is enough.
pub(in crate::web::public) fn faults_of(
    sent: &Sent,
    shelf: &Shelf,
    lang: Lang,
    limits: &crate::web::settings::Form,
) -> Errors {
    let mut errors = sent.typed.check(limits, lang);
    errors.retain(|id, _| *id == "message");
    if sent.typed.message.trim().is_empty() {
        errors.clear();
        if shelf.attached().is_empty() && sent.files.is_empty() && sent.refused.is_empty() {
            let says = lang
                .choose("Écrivez un message, ou joignez un fichier.", "Write a message, or attach a file.");
            errors.insert("message", says.to_owned());
        }
    }
    if let Some(says) = shelf.complaint(sent, lang, limits) {
        errors.insert("files", says);
    }
    errors
}

/// Keeps the form, durably, then leads to its status page; while the store is away, shows it again, whole.
async fn keep(state: &WebState, lang: Lang, stamp: &Stamp, sent: Sent, mut shelf: Shelf) -> Response {
    let known = |id: &str| categories::in_form(state, lang).iter().any(|category| category.id == id);
    let files = shelf.attached().iter().chain(&sent.files).cloned().collect();
    let raw = sent.typed.clone().into_form(lang, known, files).to_raw();
    let digest = Sha256::digest(&raw);
    let source_key = format!("form:{}:{}", stamp.nonce, hex(&digest[..8]));
    match state.desk.accept(Door::Form, &source_key, Envelope::default(), raw).await {
        Ok(accepted) => {
            let token = state.desk.status_token(&accepted.reference);
            let page = SignedPage::Status.path(lang, &token);
            Redirect::to(&format!("{page}?envoye=1")).into_response()
        }
        Err(fault) => {
            tracing::error!(cause = %fault, "a form could not be kept; it was shown again");
            let lost = shelf.keep(sent.files).await;
            let notice = if lost { Notice::AwayWithoutFiles } else { Notice::Away };
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let answer =
                Answer { status, typed: sent.typed, files: shelf.listed(), notice, ..Answer::default() };
            page::show(state, lang, stamp, &answer)
        }
    }
}
