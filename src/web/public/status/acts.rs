//! What a requester does on the status page: prove their mailbox by a code, then add to the request, close it, take it back,
//! take their data. Each act is a POST that leads back to the page; what cannot be done leaves what was typed on it.

use axum::extract::{Form, FromRequest as _, Multipart, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{Arrived, Shown, Wrong, language, page, path, session};
use crate::desk::{DeskError, OwnEnd};
use crate::keys::hex;
use crate::message::Lang;
use crate::web::error::{Kind, WebError, WebResult};
use crate::web::public::form::{Stamp, read_sent, trouble_with};
use crate::web::{WebState, client, download, settings};

/// A code, as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Code {
    code: String,
}

/// Whether it is really meant.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sure {
    sur: String,
}

/// Whether this client asked for codes, or tried some, too often within the hour.
fn is_too_much(state: &WebState, headers: &HeaderMap, extensions: &axum::http::Extensions) -> bool {
    let peer = client::peer(extensions);
    let address = client::client(peer, headers, &state.settings.web.trusted_proxies);
    !state.codes.take(address, state.desk.clock().now())
}

/// `POST /suivi/{token}/code`: sends a code. The page after it is the same whether one left or not.
pub(super) async fn send_code(
    State(state): State<WebState>,
    Path(token): Path<String>,
    request: Request,
) -> WebResult {
    let lang = language(request.uri());
    state.desk.status(&token).await?.ok_or_else(WebError::not_found)?;
    if !is_too_much(&state, request.headers(), request.extensions()) {
        state.desk.send_status_code(&token).await?;
    }
    Ok(Redirect::to(&format!("{}?code=1#avis", path(lang, &token))).into_response())
}

/// `POST /suivi/{token}/entrer`: the code opens the acts.
pub(super) async fn enter(
    State(state): State<WebState>,
    Path(token): Path<String>,
    request: Request,
) -> WebResult {
    let (lang, headers) = (language(request.uri()), request.headers().clone());
    let too_much = is_too_much(&state, &headers, request.extensions());
    if too_much {
        // The code was not looked at: nothing is said of it.
        let shown = Shown { wrong: Some(Wrong::Often), ..Shown::default() };
        return page(&state, lang, &token, StatusCode::TOO_MANY_REQUESTS, shown).await;
    }
    let Form(typed) =
        Form::<Code>::from_request(request, &state).await.map_err(|_| WebError::new(Kind::Malformed))?;
    let Some(cookie) = state.desk.open_status(&token, &typed.code).await? else {
        let shown = Shown { wrong: Some(Wrong::Code), ..Shown::default() };
        return page(&state, lang, &token, StatusCode::UNPROCESSABLE_ENTITY, shown).await;
    };
    let jar = session::open(&state, &headers, cookie).await?;
    Ok((jar, Redirect::to(&format!("{}#actes", path(lang, &token)))).into_response())
}

/// `POST /suivi/{token}/ajouter`: a further message, with files; kept as any form is before the browser is led on.
pub(super) async fn add(
    State(state): State<WebState>,
    Path(token): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> WebResult {
    let lang = language(request.uri());
    let body = Multipart::from_request(request, &state).await.map_err(|_| WebError::new(Kind::Malformed))?;
    // Before the body is read: whoever has not opened the page makes us hold no file, and gets their text back all the same.
    let ticket = session::ticket(&state, &headers, &token).await;
    let held = match &ticket {
        Ok(Some(_)) => state.settings.form.clone(),
        _ => settings::Form { max_files: 0, max_file_mb: 0, max_total_mb: 0, ..state.settings.form.clone() },
    };
    let sent = read_sent(body, &held).await;
    let typed = sent.typed.message.clone();
    let again = |open, wrong| Shown { open, wrong: Some(wrong), typed, ..Shown::default() };
    let ticket = match ticket {
        Ok(Some(ticket)) => ticket,
        Ok(None) => {
            return page(&state, lang, &token, StatusCode::FORBIDDEN, again(false, Wrong::Closed)).await;
        }
        Err(fault) => {
            tracing::error!(cause = %fault, "a further message could not be taken; it was shown again");
            return page(&state, lang, &token, StatusCode::SERVICE_UNAVAILABLE, again(true, Wrong::Away))
                .await;
        }
    };
    if let Some(says) = trouble_with(&sent, lang, &state.settings.form) {
        let shown = again(true, Wrong::Message(says));
        return page(&state, lang, &token, StatusCode::UNPROCESSABLE_ENTITY, shown).await;
    }
    let stamp = Stamp::read(&sent.stamp, state.desk.keys());
    let stamp = stamp.unwrap_or_else(|| Stamp::fresh(state.desk.clock().now()));
    let written = sent.typed.into_form(lang, |_| false, sent.files);
    // A double click is one message; a text that was corrected after going back is another.
    let mut digest = Sha256::new();
    digest.update(ticket.reference.as_bytes());
    digest.update(written.to_raw());
    let key = format!("form:{}:{}", stamp.nonce, hex(&digest.finalize()[..8]));
    match state.desk.add_to_own(&ticket, lang, written.body, written.files, &key).await {
        Ok(_) => Ok(done(lang, &token, "ajoute").into_response()),
        Err(fault) => {
            tracing::error!(cause = %fault, "a further message could not be kept; it was shown again");
            page(&state, lang, &token, StatusCode::SERVICE_UNAVAILABLE, again(true, Wrong::Away)).await
        }
    }
}

/// `POST /suivi/{token}/clore`: "c’est bon, merci".
pub(super) async fn close(
    State(state): State<WebState>,
    Path(token): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> WebResult {
    let lang = language(&uri);
    let Some(ticket) = session::ticket(&state, &headers, &token).await? else {
        return closed(&state, lang, &token).await;
    };
    ended(&state, lang, &token, state.desk.close_own(&ticket.reference).await, "clos").await
}

/// `POST /suivi/{token}/retirer`: asks once, then takes the request back.
pub(super) async fn withdraw(
    State(state): State<WebState>,
    Path(token): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    Form(sure): Form<Sure>,
) -> WebResult {
    let lang = language(&uri);
    let Some(ticket) = session::ticket(&state, &headers, &token).await? else {
        return closed(&state, lang, &token).await;
    };
    if sure.sur != "oui" {
        let shown = Shown { open: true, sure: true, ..Shown::default() };
        return page(&state, lang, &token, StatusCode::OK, shown).await;
    }
    ended(&state, lang, &token, state.desk.withdraw_own(&ticket.reference).await, "retire").await
}

/// `GET /suivi/{token}/donnees`: everything that is the requester's, in one archive.
pub(super) async fn data(
    State(state): State<WebState>,
    Path(token): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> WebResult {
    let lang = language(&uri);
    let Some(ticket) = session::ticket(&state, &headers, &token).await? else {
        return closed(&state, lang, &token).await;
    };
    let data = state.desk.own_data(&ticket.reference).await?.ok_or_else(WebError::not_found)?;
    let told = serde_json::to_vec_pretty(&data.told)
        .map_err(|fault| WebError::new(Kind::Internal).because(std::sync::Arc::new(fault)))?;
    let mut entries =
        vec![("demande.txt".to_owned(), data.letter.into_bytes()), ("demande.json".to_owned(), told)];
    entries.extend(data.files);
    let name = format!("demande-{}.zip", ticket.reference);
    Ok((download::typed(&name, "application/zip"), download::archive(entries)?).into_response())
}

/// `POST /suivi/{token}/sortir`: closes the page again, for whoever shares a computer.
pub(super) async fn leave(
    State(state): State<WebState>,
    Path(token): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> WebResult {
    let jar = session::end(&state, &headers).await?;
    Ok((jar, done(language(&uri), &token, "sorti")).into_response())
}

fn done(lang: Lang, token: &str, what: &str) -> Redirect {
    Redirect::to(&format!("{}?fait={what}", path(lang, token)))
}

/// What an act that ends the request leads to.
async fn ended(
    state: &WebState,
    lang: Lang,
    token: &str,
    result: Result<OwnEnd, DeskError>,
    what: &str,
) -> WebResult {
    match result {
        Ok(OwnEnd::Ended) => Ok(done(lang, token, what).into_response()),
        Ok(OwnEnd::LeftToTeam) => Ok(done(lang, token, "equipe").into_response()),
        Err(DeskError::Refused(_)) => {
            let shown = Shown { open: true, wrong: Some(Wrong::Joined), ..Shown::default() };
            page(state, lang, token, StatusCode::UNPROCESSABLE_ENTITY, shown).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn closed(state: &WebState, lang: Lang, token: &str) -> WebResult {
    let shown = Shown { query: Arrived::default(), wrong: Some(Wrong::Closed), ..Shown::default() };
    page(state, lang, token, StatusCode::FORBIDDEN, shown).await
}
