//! The page on which a person types in what somebody told them.

use askama::Template;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::categories::Categories;
use super::queue::Choice;
use super::words;
use crate::keys::random_token;
use crate::mail::compose::Address;
use crate::message::{self, Heard, Lang, Means, one_line};
use crate::store::Account;
use crate::triage::{Decision, Reason};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;
use crate::web::layout::{Layout, Page};

/// Characters of a text.
const LONGEST: usize = 50_000;

/// What was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    moyen: String,
    nom: String,
    adresse: String,
    organisme: String,
    fonction: String,
    objet: String,
    texte: String,
    categorie: String,
    jeton: String,
    acte: String,
    /// The category that triage proposed, taken.
    prendre: String,
}

impl Typed {
    fn form(&self, account: &Account) -> message::Form {
        message::Form {
            name: one_line(&self.nom, 200),
            email: self.adresse.trim().to_owned(),
            organisation: one_line(&self.organisme, 300),
            role: one_line(&self.fonction, 200),
            category: self.categorie.clone(),
            subject: one_line(&self.objet, 200),
            body: self.texte.replace("\r\n", "\n"),
            lang: Lang::Fr,
            heard: Some(Heard {
                by: account.id.clone(),
                means: Means::from_code(&self.moyen).unwrap_or_default(),
            }),
            ..message::Form::default()
        }
    }

    /// What keeps it from being opened (French), by field.
    fn faults(&self, categories: &Categories) -> Vec<(&'static str, &'static str)> {
        let address = self.adresse.trim();
        let unknown =
            !self.categorie.is_empty() && !categories.declared().any(|one| one.id == self.categorie);
        [
            (self.texte.trim().is_empty(), "texte", "Écrivez ce qui est demandé."),
            (self.texte.chars().count() > LONGEST, "texte", "Ce texte est trop long."),
            (
                self.nom.trim().is_empty() && address.is_empty(),
                "nom",
                "Dites qui demande : un nom ou une adresse.",
            ),
            (
                !address.is_empty() && Address::new(address).is_err(),
                "adresse",
                "Ce n’est pas une adresse : elle s’écrit prenom.nom@organisme.fr.",
            ),
            (unknown, "categorie", "Cette catégorie n’existe pas."),
        ]
        .into_iter()
        .filter(|(wrong, ..)| *wrong)
        .map(|(_, field, says)| (field, says))
        .collect()
    }
}

#[derive(Template)]
#[template(path = "team/by_hand.html")]
struct ByHandPage {
    layout: Layout,
    typed: Typed,
    means: Vec<Choice>,
    categories: Vec<Choice>,
    faults: Vec<(&'static str, &'static str)>,
    /// What triage makes of it.
    suggested: Option<Suggested>,
}

/// What triage makes of a request that is being typed in.
struct Suggested {
    sentence: String,
    /// The category it proposes, where the person has not chosen it: by id.
    offer: Option<String>,
}

impl ByHandPage {
    fn fault(&self, field: &str) -> Option<&'static str> {
        self.faults.iter().find(|(faulty, _)| *faulty == field).map(|(_, says)| *says)
    }
}

/// `GET /equipe/nouvelle`.
pub(super) async fn show(State(state): State<WebState>, SignedIn(account): SignedIn) -> WebResult {
    let typed = Typed { jeton: random_token(), ..Typed::default() };
    Ok(page(&state, &account, typed, Vec::new(), None, StatusCode::OK))
}

/// `POST /equipe/nouvelle`.
pub(super) async fn send(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Form(mut typed): Form<Typed>,
) -> WebResult {
    if typed.jeton.is_empty() || typed.jeton.len() > 100 {
        typed.jeton = random_token();
    }
    let categories = Categories::of(&state.desk);
    if !typed.prendre.is_empty() {
        typed.categorie = std::mem::take(&mut typed.prendre);
        return Ok(page(&state, &account, typed, Vec::new(), None, StatusCode::OK));
    }
    if typed.acte == "verifier" {
        let decision = state.desk.suggest(&typed.form(&account)).await?;
        let suggested = suggested(&decision, &typed.categorie, &categories);
        return Ok(page(&state, &account, typed, Vec::new(), Some(suggested), StatusCode::OK));
    }
    let faults = typed.faults(&categories);
    if !faults.is_empty() {
        return Ok(page(&state, &account, typed, faults, None, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let opened = state.desk.open_by_hand(&typed.form(&account), &typed.jeton, &account.id).await?;
    let to = match opened {
        Some(ticket) => format!("/equipe/demandes/{}?fait=saisie", ticket.reference),
        None => "/equipe?fait=saisie-attend".to_owned(),
    };
    Ok(Redirect::to(&to).into_response())
}

/// What triage makes of it, beside what the person has chosen (empty: nothing), which stands.
fn suggested(decision: &Decision, chosen: &str, categories: &Categories) -> Suggested {
    if matches!(decision.reason, Reason::Unknown | Reason::Empty) {
        let sentence = "Le tri n’y reconnaît aucun sujet : choisissez vous-même.".to_owned();
        return Suggested { sentence, offer: None };
    }
    let title = categories.title(&decision.category);
    let proposes = format!("Le tri propose\u{a0}: {title} ({}).", words::percent(decision.confidence));
    let same = chosen == decision.category;
    let sentence = match chosen {
        "" => proposes,
        _ if same => format!("{proposes} C’est votre choix."),
        _ => format!("{proposes} Votre choix l’emporte\u{a0}: {}.", categories.title(chosen)),
    };
    let offer = decision.reason.recognised() && !same;
    Suggested { sentence, offer: offer.then(|| decision.category.clone()) }
}

fn page(
    state: &WebState,
    account: &Account,
    typed: Typed,
    faults: Vec<(&'static str, &'static str)>,
    suggested: Option<Suggested>,
    status: StatusCode,
) -> Response {
    let categories = Categories::of(&state.desk);
    let choice = |value: &str, label: &str, chosen: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        selected: value == chosen,
    };
    let page = ByHandPage {
        layout: Layout::team(state, "/equipe/nouvelle", Some(&account.name)),
        means: Means::ALL.into_iter().map(|one| choice(one.code(), one.title(), &typed.moyen)).collect(),
        categories: categories.choices("").map(|one| choice(&one.id, &one.title, &typed.categorie)).collect(),
        typed,
        faults,
        suggested,
    };
    (status, Page(page)).into_response()
}
