//! What the triage makes of a text typed here: the very decision that a request gets, with its whole explanation. Nothing is
//! stored.

use askama::Template;
use axum::extract::{Form, State};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::HOME;
use crate::desk::decide;
use crate::message::{Channel, Message, one_line};
use crate::store::Account;
use crate::triage::explain::{Spoken, spoken};
use crate::triage::{Decision, Organisation};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};
use crate::web::layout::{Layout, Page};
use crate::web::team::categories::Categories;
use crate::web::team::why::{Why, explained};
use crate::web::team::words;

/// Octets of the longest text that is tried: no request is longer by much.
const LONGEST: usize = 100_000;

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Tried {
    objet: String,
    texte: String,
    adresse: String,
    organisme: String,
    fonction: String,
}

#[derive(Template)]
#[template(path = "team/rules/try.html")]
struct TryPage {
    layout: Layout,
    tried: Tried,
    told: bool,
    why: Option<Why>,
    rules: Vec<Spoken>,
    organisation: Option<Organisation>,
}

impl TryPage {
    /// No text with marks stands beside.
    #[expect(clippy::trivially_copy_pass_by_ref, clippy::unused_self, reason = "what the shared part asks")]
    fn is_marked(&self, _number: &usize) -> bool {
        false
    }
    /// How many rules of little weight spoke.
    fn slight(&self) -> usize {
        self.rules.iter().filter(|rule| rule.slight).count()
    }
}

/// `GET /equipe/regles/essayer`.
pub(super) async fn show(State(state): State<WebState>, SignedIn(account): SignedIn) -> WebResult {
    Ok(page(&state, &account, Tried::default(), None))
}

/// `POST /equipe/regles/essayer`.
pub(super) async fn answer(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Form(mut tried): Form<Tried>,
) -> WebResult {
    tried.texte = tried.texte.replace("\r\n", "\n");
    let mut end = tried.texte.len().min(LONGEST);
    while !tried.texte.is_char_boundary(end) {
        end -= 1;
    }
    tried.texte.truncate(end);
    for field in [&mut tried.objet, &mut tried.adresse, &mut tried.organisme, &mut tried.fonction] {
        *field = one_line(field, 500);
    }
    let (triage, directory) = (state.desk.triage_now().await?, state.desk.directory().await?);
    let stated = !tried.organisme.is_empty() || !tried.fonction.is_empty();
    let message = Message {
        // Only a form states these two.
        channel: if stated { Channel::Form } else { Channel::Mail },
        from_email: tried.adresse.clone(),
        organisation: tried.organisme.clone(),
        role: tried.fonction.clone(),
        subject: tried.objet.clone(),
        body: tried.texte.clone(),
        ..Message::default()
    };
    let (message, now) = (message.all_fresh(), state.desk.clock().now());
    let examined = tokio::task::spawn_blocking(move || decide(&triage, &directory, &message, None, now));
    let decision = examined.await.map_err(|_| WebError::new(crate::web::error::Kind::Internal))?;
    Ok(page(&state, &account, tried, Some(decision)))
}

fn page(state: &WebState, account: &Account, tried: Tried, decision: Option<Decision>) -> Response {
    let categories = Categories::of(&state.desk);
    let taxonomy = categories.taxonomy();
    let page = TryPage {
        layout: Layout::team(state, &format!("{HOME}/essayer"), Some(&account.name)),
        tried,
        told: decision.is_some(),
        why: decision.as_ref().map(|decision| Why {
            told: explained(decision, &categories, None, state.desk.replies()),
            corrected: None,
            today: None,
        }),
        rules: decision.as_ref().map(|decision| spoken(decision, taxonomy)).unwrap_or_default(),
        organisation: decision.and_then(|decision| decision.organisation),
    };
    Page(page).into_response()
}
