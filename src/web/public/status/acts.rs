//! What a requester does on the status page: prove their mailbox by a code, then add to the request, close it, take it back,
//! take their data. Each act is a POST that leads back to the page; what cannot be done leaves what was typed on it.

use std::net::IpAddr;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Multipart};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::session::{self, Opened};
use super::{At, Shown, Wrong};
use crate::desk::{DeskError, OwnEnd};
use crate::keys::hex;
use crate::web::client::Client;
use crate::web::error::{Kind, WebError, WebResult};
use crate::web::public::form::{Stamp, read_sent, trouble_with};
use crate::web::{download, settings};

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

/// `POST /suivi/{token}/code`: sends a code. The page after it is the same whether one left or not.
pub(super) async fn send_code(at: At, Client(address): Client) -> WebResult {
    let desk = &at.state.desk;
    desk.status(&at.token).await?.ok_or_else(WebError::not_found)?;
    if !at.is_too_much(address) {
        desk.send_status_code(&at.token).await?;
    }
    Ok(Redirect::to(&format!("{}?code=1#avis", at.path())).into_response())
}

/// `POST /suivi/{token}/entrer`: the code opens the acts.
pub(super) async fn enter(
    at: At,
    Client(address): Client,
    headers: HeaderMap,
    typed: Result<Form<Code>, FormRejection>,
) -> WebResult {
    if at.is_too_much(address) {
        // The code was not looked at: nothing is said of it.
        return at.page(StatusCode::TOO_MANY_REQUESTS, Shown::wrong(Wrong::Often)).await;
    }
    let Form(typed) = typed.map_err(|_| WebError::new(Kind::Malformed))?;
    let Some(cookie) = at.state.desk.open_status(&at.token, &typed.code).await? else {
        return at.page(StatusCode::UNPROCESSABLE_ENTITY, Shown::wrong(Wrong::Code)).await;
    };
    let jar = session::open(&at.state, &headers, cookie).await?;
    Ok((jar, Redirect::to(&format!("{}#actes", at.path()))).into_response())
}

/// `POST /suivi/{token}/ajouter`: a further message, with files; kept as any form is before the browser is led on.
pub(super) async fn add(at: At, headers: HeaderMap, body: Multipart) -> WebResult {
    let (desk, limits) = (&at.state.desk, &at.state.settings.form);
    // Before the body is read: whoever has not opened the page makes us hold no file, and gets their text back all the same.
    let ticket = session::ticket(&at, &headers).await;
    let held = match &ticket {
        Ok(Some(_)) => limits.clone(),
        _ => settings::Form { max_files: 0, max_file_mb: 0, max_total_mb: 0, ..limits.clone() },
    };
    let sent = read_sent(body, &held).await;
    let typed = sent.typed.message.clone();
    let again = |open, wrong| Shown { open, wrong: Some(wrong), typed, ..Shown::default() };
    let ticket = match ticket {
        Ok(Some(ticket)) => ticket,
        Ok(None) => return at.page(StatusCode::FORBIDDEN, again(false, Wrong::Closed)).await,
        Err(fault) => {
            tracing::error!(cause = %fault, "a further message could not be taken; it was shown again");
            return at.page(StatusCode::SERVICE_UNAVAILABLE, again(true, Wrong::Away)).await;
        }
    };
    if let Some(says) = trouble_with(&sent, at.lang, limits) {
        return at.page(StatusCode::UNPROCESSABLE_ENTITY, again(true, Wrong::Message(says))).await;
    }
    let stamp = Stamp::read(&sent.stamp, desk.keys());
    let stamp = stamp.unwrap_or_else(|| Stamp::fresh(desk.clock().now()));
    let written = sent.typed.into_form(at.lang, |_| false, sent.files);
    // A double click is one message; a text that was corrected after going back is another.
    let mut digest = Sha256::new();
    digest.update(ticket.reference.as_bytes());
    digest.update(written.to_raw());
    let key = format!("form:{}:{}", stamp.nonce, hex(&digest.finalize()[..8]));
    match desk.add_to_own(&ticket, at.lang, written.body, written.files, &key).await {
        Ok(_) => Ok(at.done("ajoute").into_response()),
        Err(fault) => {
            tracing::error!(cause = %fault, "a further message could not be kept; it was shown again");
            at.page(StatusCode::SERVICE_UNAVAILABLE, again(true, Wrong::Away)).await
        }
    }
}

/// `POST /suivi/{token}/clore`: "c’est bon, merci".
pub(super) async fn close(Opened { at, ticket }: Opened) -> WebResult {
    at.ended(at.state.desk.close_own(&ticket.reference).await, "clos").await
}

/// `POST /suivi/{token}/retirer`: asks once, then takes the request back.
pub(super) async fn withdraw(Opened { at, ticket }: Opened, Form(sure): Form<Sure>) -> WebResult {
    if sure.sur != "oui" {
        return at.page(StatusCode::OK, Shown { open: true, sure: true, ..Shown::default() }).await;
    }
    at.ended(at.state.desk.withdraw_own(&ticket.reference).await, "retire").await
}

/// `GET /suivi/{token}/donnees`: everything that is the requester's, in one archive.
pub(super) async fn data(Opened { at, ticket }: Opened) -> WebResult {
    let data = at.state.desk.own_data(&ticket.reference).await?.ok_or_else(WebError::not_found)?;
    let told = serde_json::to_vec_pretty(&data.told)
        .map_err(|fault| WebError::new(Kind::Internal).because(std::sync::Arc::new(fault)))?;
    let mut entries =
        vec![("demande.txt".to_owned(), data.letter.into_bytes()), ("demande.json".to_owned(), told)];
    entries.extend(data.files);
    let name = format!("demande-{}.zip", ticket.reference);
    Ok((download::typed(&name, "application/zip"), download::archive(entries)?).into_response())
}

/// `POST /suivi/{token}/sortir`: closes the page again, for whoever shares a computer.
pub(super) async fn leave(at: At, headers: HeaderMap) -> WebResult {
    let jar = session::end(&at.state, &headers).await?;
    Ok((jar, at.done("sorti")).into_response())
}

impl At {
    /// Whether this client asked for codes, or tried some, too often within the hour.
    fn is_too_much(&self, address: IpAddr) -> bool {
        !self.state.codes.take(address, self.state.desk.clock().now())
    }

    fn done(&self, what: &str) -> Redirect {
        Redirect::to(&format!("{}?fait={what}", self.path()))
    }

    /// What an act that ends the request leads to.
    async fn ended(&self, result: Result<OwnEnd, DeskError>, what: &str) -> WebResult {
        match result {
            Ok(OwnEnd::Ended) => Ok(self.done(what).into_response()),
            Ok(OwnEnd::LeftToTeam) => Ok(self.done("equipe").into_response()),
            Err(DeskError::Refused(_)) => {
                let shown = Shown { open: true, ..Shown::wrong(Wrong::Joined) };
                self.page(StatusCode::UNPROCESSABLE_ENTITY, shown).await
            }
            Err(other) => Err(other.into()),
        }
    }
}
