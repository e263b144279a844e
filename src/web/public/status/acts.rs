//! What a requester does on the status page: prove their mailbox by a code, then add to the request, close it, take it back,
//! take their data. Each act is a POST that leads back to the page; what cannot be done leaves what was typed on it.

use std::net::IpAddr;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Multipart, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{Arrived, Asked, At, Shown, Wrong, session};
use crate::desk::{DeskError, OwnEnd};
use crate::keys::hex;
use crate::web::client::Client;
use crate::web::error::{Kind, WebError, WebResult};
use crate::web::public::form::{Shelf, Stamp, faults_of, read_sent, removed};
use crate::web::{WebState, download, settings};

/// A code, as it was typed, and a message that waits for it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Code {
    code: String,
    message: String,
}

/// What the page's form holds when a button of it ends the request: a message not sent goes along, so that it is not lost.
#[derive(Debug, Default)]
struct Ending {
    /// Whether it is really meant: `oui`, `non`, or not asked yet.
    sure: String,
    message: String,
    stamp: String,
    kept: usize,
    /// Files were chosen: a button that sends none leaves their names.
    chose: bool,
}

/// `?langue=1`: the other language was chosen while a message was being written. It is shown again there, and nothing else is done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Elsewhere {
    langue: String,
    /// `1`: a code was asked for before.
    code: String,
}

impl Elsewhere {
    fn is_meant(&self) -> bool {
        self.langue == "1"
    }
}

/// The fields of a form, in their order, or why it is none.
type Fields = Result<Form<Vec<(String, String)>>, FormRejection>;

impl Ending {
    fn read(fields: Fields) -> Result<Self, WebError> {
        let mut ending = Self::default();
        for (name, value) in fields.map_err(|_| WebError::new(Kind::Malformed))?.0 {
            match name.as_str() {
                "sur" => ending.sure = value,
                "message" => ending.message = value,
                "stamp" => ending.stamp = value,
                "kept" => ending.kept = value.parse().unwrap_or(0),
                "files" => ending.chose |= !value.is_empty(),
                _ => {}
            }
        }
        Ok(ending)
    }

    /// Something would be lost by ending the request now.
    fn holds_more(&self) -> bool {
        !self.message.trim().is_empty() || self.kept > 0 || self.chose
    }

    /// The open page with what it holds.
    async fn shown(self, state: &WebState, asks: Option<Asked>) -> Shown {
        let stamp = stamp_of(state, &self.stamp);
        let files = Shelf::open(state, &stamp.nonce, self.kept).await.listed();
        let (typed, lost) = (self.message, self.chose);
        Shown { open: true, asks, typed, files, lost, stamp: Some(stamp), ..Shown::default() }
    }
}

/// The stamp of a page, under which its files are kept; a new one for a page that is not ours.
fn stamp_of(state: &WebState, token: &str) -> Stamp {
    let signed = Stamp::read(token, state.desk.keys());
    signed.unwrap_or_else(|| Stamp::fresh(state.desk.clock().now()))
}

/// `POST /suivi/{token}/code`: sends a code. The page after it is the same whether one left or not; a message that waits
/// stands on it.
pub(super) async fn send_code(
    at: At,
    Client(address): Client,
    Query(elsewhere): Query<Elsewhere>,
    typed: Result<Form<Code>, FormRejection>,
) -> WebResult {
    let desk = &at.state.desk;
    desk.status(&at.token).await?.ok_or_else(WebError::not_found)?;
    let goes_on = elsewhere.is_meant();
    if !goes_on && !at.is_too_much(address) {
        desk.send_status_code(&at.token).await?;
    }
    let typed = typed_code(typed)?.message;
    let code = if goes_on { elsewhere.code } else { "1".to_owned() };
    if !goes_on && typed.trim().is_empty() {
        return Ok(Redirect::to(&format!("{}?code=1#avis", at.path())).into_response());
    }
    let query = Arrived { code, ..Arrived::default() };
    at.page(StatusCode::OK, Shown { query, typed, ..Shown::default() }).await
}

/// `POST /suivi/{token}/entrer`: the code opens the acts.
pub(super) async fn enter(
    at: At,
    Client(address): Client,
    headers: HeaderMap,
    typed: Result<Form<Code>, FormRejection>,
) -> WebResult {
    let too_much = at.is_too_much(address);
    let Code { code, message: typed } = typed_code(typed)?;
    let shown = |wrong| Shown { typed: typed.clone(), ..Shown::wrong(wrong) };
    if too_much {
        // The code was not looked at: nothing is said of it.
        return at.page(StatusCode::TOO_MANY_REQUESTS, shown(Wrong::Often)).await;
    }
    let Some(cookie) = at.state.desk.open_status(&at.token, &code).await? else {
        return at.page(StatusCode::UNPROCESSABLE_ENTITY, shown(Wrong::Code)).await;
    };
    let jar = session::open(&at, &headers, cookie).await?;
    if typed.trim().is_empty() {
        return Ok((jar, Redirect::to(&format!("{}#actes", at.path()))).into_response());
    }
    let shown = Shown { open: true, typed, ..Shown::default() };
    Ok((jar, at.page(StatusCode::OK, shown).await?).into_response())
}

fn typed_code(typed: Result<Form<Code>, FormRejection>) -> Result<Code, WebError> {
    Ok(typed.map_err(|_| WebError::new(Kind::Malformed))?.0)
}

/// `POST /suivi/{token}/ajouter`: a further message, with files; kept as any form is before the browser is led on.
pub(super) async fn add(
    at: At,
    Query(elsewhere): Query<Elsewhere>,
    headers: HeaderMap,
    body: Multipart,
) -> WebResult {
    let (state, limits) = (&at.state, &at.state.settings.form);
    // Before the body is read: whoever has not opened the page makes us hold no file, and gets their text back all the same.
    let ticket = session::ticket(&at, &headers).await;
    let held = match &ticket {
        Ok(Some(_)) => limits.clone(),
        _ => settings::Form { max_files: 0, max_file_mb: 0, max_total_mb: 0, ..limits.clone() },
    };
    let mut sent = read_sent(body, &held).await;
    let stamp = stamp_of(state, &sent.stamp);
    let open = !matches!(ticket, Ok(None));
    let mut again =
        Shown { open, typed: sent.typed.message.clone(), stamp: Some(stamp.clone()), ..Shown::default() };
    let chose = !sent.refused.is_empty() || sent.kept > 0;
    let ticket = match ticket {
        Ok(Some(ticket)) => ticket,
        Ok(None) => {
            (again.wrong, again.lost) = (Some(Wrong::Closed), chose);
            return at.page(StatusCode::FORBIDDEN, again).await;
        }
        Err(fault) => {
            tracing::error!(cause = %fault, "a further message could not be taken; it was shown again");
            (again.wrong, again.lost) = (Some(Wrong::Away), chose);
            return at.page(StatusCode::SERVICE_UNAVAILABLE, again).await;
        }
    };
    let mut shelf = Shelf::open(state, &stamp.nonce, sent.kept).await;
    let mut errors = faults_of(&sent, &shelf, at.lang, limits);
    let goes_on = elsewhere.is_meant();
    if goes_on {
        errors.remove("message");
    }
    if let Some(position) = sent.remove {
        again.removed = Some(removed(at.lang, shelf.remove(position).await.as_deref()));
    }
    if goes_on || again.removed.is_some() || !errors.is_empty() {
        again.lost = shelf.keep(std::mem::take(&mut sent.files)).await;
        again.files = shelf.listed();
        let wrong = again.removed.is_none() && !errors.is_empty();
        again.wrong = wrong.then_some(Wrong::Typed(errors));
        let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        return at.page(status, again).await;
    }
    let files = shelf.attached().iter().chain(&sent.files).cloned().collect();
    let written = sent.typed.into_form(at.lang, |_| false, files);
    // A double click is one message; a text that was corrected after going back is another.
    let mut digest = Sha256::new();
    digest.update(ticket.reference.as_bytes());
    digest.update(written.to_raw());
    let key = format!("form:{}:{}", stamp.nonce, hex(&digest.finalize()[..8]));
    match state.desk.add_to_own(&ticket, at.lang, written.body, written.files, &key).await {
        Ok(_) => Ok(at.done("ajoute").into_response()),
        Err(fault) => {
            tracing::error!(cause = %fault, "a further message could not be kept; it was shown again");
            again.wrong = Some(Wrong::Away);
            again.lost = shelf.keep(sent.files).await;
            again.files = shelf.listed();
            at.page(StatusCode::SERVICE_UNAVAILABLE, again).await
        }
    }
}

/// `POST /suivi/{token}/clore`: "c’est bon, merci". A message that is not sent yet is asked about first.
pub(super) async fn close(at: At, headers: HeaderMap, fields: Fields) -> WebResult {
    let ending = Ending::read(fields)?;
    let Some(ticket) = session::ticket(&at, &headers).await? else {
        return at.closed(ending).await;
    };
    if ending.sure != "oui" && ending.holds_more() {
        let shown = ending.shown(&at.state, Some(Asked::CloseUnsent)).await;
        return at.page(StatusCode::OK, shown).await;
    }
    at.ended(at.state.desk.close_own(&ticket.reference).await, "clos").await
}

/// `POST /suivi/{token}/retirer`: asks once, then takes the request back.
pub(super) async fn withdraw(at: At, headers: HeaderMap, fields: Fields) -> WebResult {
    let ending = Ending::read(fields)?;
    let Some(ticket) = session::ticket(&at, &headers).await? else {
        return at.closed(ending).await;
    };
    if ending.sure != "oui" {
        let asks = (ending.sure != "non").then_some(Asked::Withdraw);
        let shown = ending.shown(&at.state, asks).await;
        return at.page(StatusCode::OK, shown).await;
    }
    at.ended(at.state.desk.withdraw_own(&ticket.reference).await, "retire").await
}

/// `GET /suivi/{token}/donnees`: everything that is the requester's, in one archive.
pub(super) async fn data(at: At, headers: HeaderMap) -> WebResult {
    let Some(ticket) = session::ticket(&at, &headers).await? else {
        return at.closed(Ending::default()).await;
    };
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
    let jar = session::end(&at, &headers).await?;
    // What the browser kept of the page, to go back to it, goes too.
    Ok((jar, [("clear-site-data", "\"cache\"")], at.done("sorti")).into_response())
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

    /// The page is not open, or no more: what was typed stands on it, and that files do not.
    async fn closed(&self, ending: Ending) -> WebResult {
        let lost = ending.chose || ending.kept > 0;
        let shown = Shown { typed: ending.message, lost, ..Shown::wrong(Wrong::Closed) };
        self.page(StatusCode::FORBIDDEN, shown).await
    }
}
