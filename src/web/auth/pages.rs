//! The pages of signing in: the sign-in itself, the one-time link, signing out.

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::throttle::{self, Try};
use super::{link, password, return_path, session};
use crate::store::Account;
use crate::web::WebState;
use crate::web::client::{self, Client};
use crate::web::error::WebResult;
use crate::web::layout::{Layout, Page};

/// The routes of signing in, below the state of the pages.
pub(in crate::web) fn routes() -> Router<WebState> {
    Router::new()
        .route("/equipe/connexion", get(show).post(sign_in))
        .route("/equipe/deconnexion", post(sign_out))
        .route("/equipe/premier-acces/{token}", get(show_link).post(choose))
}

#[derive(Template)]
#[template(path = "team/sign_in.html")]
struct SignInPage {
    layout: Layout,
    email: String,
    back: String,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "team/choose_password.html")]
struct ChoosePage {
    layout: Layout,
    account: Account,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "team/link_gone.html")]
struct LinkGonePage {
    layout: Layout,
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    retour: String,
}

async fn show(State(state): State<WebState>, Query(query): Query<Back>) -> Response {
    let back = return_path::safe(&query.retour).to_owned();
    page(&state, StatusCode::OK, String::new(), back, None)
}

#[derive(Deserialize)]
struct SignInForm {
    #[serde(default)]
    adresse: String,
    #[serde(default)]
    mot_de_passe: String,
    #[serde(default)]
    retour: String,
}

async fn sign_in(
    State(state): State<WebState>,
    Client(client): Client,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> WebResult {
    let back = return_path::safe(&form.retour).to_owned();
    let client = client::bucket(client);
    match throttle::try_sign_in(&state.desk, &form.adresse, form.mot_de_passe, client).await? {
        Try::Right(account) => {
            let jar = session::open(&state, &headers, &account).await?;
            Ok((jar, Redirect::to(&back)).into_response())
        }
        Try::Wrong => {
            let error = "Adresse ou mot de passe incorrect.";
            Ok(page(&state, StatusCode::UNPROCESSABLE_ENTITY, form.adresse, back, Some(error)))
        }
        Try::Throttled => {
            let error = "Trop d’essais infructueux. Réessayez dans un quart d’heure.";
            let mut response = page(&state, StatusCode::TOO_MANY_REQUESTS, form.adresse, back, Some(error));
            let wait = HeaderValue::from(throttle::WINDOW_MINUTES * 60);
            response.headers_mut().insert(header::RETRY_AFTER, wait);
            Ok(response)
        }
    }
}

async fn sign_out(State(state): State<WebState>, headers: HeaderMap) -> WebResult {
    let jar = session::end(&state, &headers).await?;
    Ok((jar, Redirect::to("/equipe/connexion")).into_response())
}

async fn show_link(State(state): State<WebState>, Path(token): Path<String>) -> WebResult {
    match link::account_of(&state.desk, &token).await? {
        Some(account) => Ok(choose_page(&state, StatusCode::OK, account, None)),
        None => Ok(gone(&state)),
    }
}

#[derive(Deserialize)]
struct ChooseForm {
    #[serde(default)]
    mot_de_passe: String,
}

async fn choose(
    State(state): State<WebState>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ChooseForm>,
) -> WebResult {
    let Some(account) = link::account_of(&state.desk, &token).await? else { return Ok(gone(&state)) };
    if let Err(weak) = password::check(&form.mot_de_passe, &account.email) {
        let why = Some(weak.sentence());
        return Ok(choose_page(&state, StatusCode::UNPROCESSABLE_ENTITY, account, why));
    }
    if !link::use_link(&state.desk, &token, &account, form.mot_de_passe).await? {
        return Ok(gone(&state));
    }
    let jar = session::open(&state, &headers, &account).await?;
    Ok((jar, Redirect::to("/equipe?fait=mot-de-passe")).into_response())
}

fn page(
    state: &WebState,
    status: StatusCode,
    email: String,
    back: String,
    error: Option<&'static str>,
) -> Response {
    let layout = Layout::team(state, "/equipe/connexion", None);
    (status, Page(SignInPage { layout, email, back, error })).into_response()
}

fn choose_page(
    state: &WebState,
    status: StatusCode,
    account: Account,
    error: Option<&'static str>,
) -> Response {
    let layout = Layout::team(state, "/equipe/premier-acces", None);
    (status, Page(ChoosePage { layout, account, error })).into_response()
}

fn gone(state: &WebState) -> Response {
    let layout = Layout::team(state, "/equipe/premier-acces", None);
    (StatusCode::GONE, Page(LinkGonePage { layout })).into_response()
}
