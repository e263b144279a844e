//! The keys of the team's pages: one list for the help, the preferences and the script. A page names the usual key of an act;
//! `static/team.js` puts the person's own in its place.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::flash;
use crate::store::{Account, KeyPreference};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;
use crate::web::layout::{Layout, Page};

/// An act and its usual key.
pub(in crate::web) struct Key {
    /// The usual key, by which the pages name the act.
    pub(in crate::web) usual: &'static str,
    /// What it does (French).
    pub(in crate::web) does: &'static str,
}

const fn key(usual: &'static str, does: &'static str) -> Key {
    Key { usual, does }
}

/// Every key, in the order of the help.
pub(in crate::web) const KEYS: [Key; 51] = [
    key("j", "Demande suivante (ou ↓ dans la liste)"),
    key("k", "Demande précédente (ou ↑ dans la liste)"),
    key("u", "Revenir à la liste"),
    key("/", "Rechercher"),
    key("+", "Saisir une demande ; ajouter une entrée, une ligne"),
    key("F", "Aller aux filtres, à la période"),
    key("x", "Cocher ; envoyer et clore, publier (sans aperçu, aller au bouton)"),
    key("X", "Cocher toute la page, ou rien"),
    key("r", "Répondre, ou aux demandes cochées"),
    key("d", "Répondre à l’auteur du message transféré"),
    key("s", "Arrêter ce qui va partir, un essai ; les automatismes (aller au bouton)"),
    key("S", "Rattraper le refus parti (aller au bouton)"),
    key("a", "M’affecter la demande"),
    key("A", "Affecter à quelqu’un, ou les demandes cochées"),
    key("C", "Corriger la catégorie"),
    key("R", "Refuser, ou les demandes cochées"),
    key(
        "z",
        "Reporter, reprendre ; annuler l’envoi, défaire ; revenir à la version d’avant (aller au bouton)",
    ),
    key("1", "Reporter : premier choix"),
    key("2", "Reporter : deuxième choix"),
    key("3", "Reporter : troisième choix"),
    key("4", "Reporter : quatrième choix"),
    key("5", "Reporter : cinquième choix"),
    key("Z", "Défaire une fusion, revenir aux fichiers (aller au bouton)"),
    key("w", "Envoyer et attendre (sans aperçu, aller au bouton)"),
    key("t", "Transmettre à qui répondra"),
    key("T", "Demander à un tiers"),
    key("f", "Transférer à l’extérieur"),
    key("m", "Fusionner"),
    key("M", "Fusionner dans la demande qui ressemble (aller au bouton)"),
    key("y", "Séparer un second sujet"),
    key("g", "Noter un rendez-vous, une absence ; reporter à un autre jour"),
    key("i", "Imprimer"),
    key("n", "Écrire une note"),
    key("c", "Clore, ou les demandes cochées ; réponse relue, clore ; terminer une entrée"),
    key("p", "Pas une réponse : attendre encore"),
    key("o", "Rouvrir ; de nouveau présente ; relancer les automatismes (aller au bouton)"),
    key("e", "Écarter"),
    key("O", "Confirmer ou reprendre une entrée de l’annuaire, ou celles cochées"),
    key("G", "Garder la réponse d’un tiers"),
    key("E", "Essayer : vérifier une saisie, lire un autre fichier"),
    key("b", "Aller aux actes sur les demandes cochées ; garder le brouillon"),
    key("B", "Partir d’un autre texte ou d’une autre langue"),
    key("P", "Reprendre le texte d’avant ; prendre le sujet proposé ; touches usuelles"),
    key("J", "Jeter le brouillon, effacer la personne (aller au bouton)"),
    key("D", "Retirer le rendez-vous, supprimer une vue (aller au bouton)"),
    key("l", "Envoyer quand même, réessayer (aller au bouton)"),
    key("L", "Lever la marque d’une adresse"),
    key("V", "Enregistrer la liste sous un nom"),
    key("v", "Valider la page ; prévisualiser la réponse ou le texte"),
    key("U", "Annuler l’acte groupé"),
    key("?", "Cette aide"),
];

/// A key on the page of preferences.
struct Shown {
    usual: &'static str,
    does: &'static str,
    own: String,
    fault: Option<String>,
    place: usize,
}

#[derive(Template)]
#[template(path = "team/preferences.html")]
struct PreferencesPage {
    layout: Layout,
    on: bool,
    keys: Vec<Shown>,
    done: Option<&'static str>,
    done_to: Option<String>,
    faulty: bool,
}

/// `GET /equipe/preferences`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    axum::extract::Query(asked): axum::extract::Query<BTreeMap<String, String>>,
) -> WebResult {
    let preference = state.desk.store().key_preference(&account.id).await?;
    let done = asked.get("fait").and_then(|code| flash::sentence(code));
    Ok(page(&state, &account, &preference, &BTreeMap::new(), done, StatusCode::OK))
}

/// `POST /equipe/preferences`.
pub(super) async fn save(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Form(sent): Form<BTreeMap<String, String>>,
) -> WebResult {
    let (preference, faults) = read(&sent);
    if !faults.is_empty() {
        return Ok(page(&state, &account, &preference, &faults, None, StatusCode::UNPROCESSABLE_ENTITY));
    }
    state.desk.store().key_preference_set(&account.id, &preference).await?;
    Ok(Redirect::to("/equipe/preferences?fait=preferences").into_response())
}

/// What the form says, and what is wrong with it, by usual key.
fn read(sent: &BTreeMap<String, String>) -> (KeyPreference, BTreeMap<&'static str, String>) {
    if sent.get("acte").is_some_and(|act| act == "usuelles") {
        return (KeyPreference::default(), BTreeMap::new());
    }
    let mut preference = KeyPreference { on: sent.contains_key("actives"), keys: BTreeMap::new() };
    let (mut faults, mut taken) = (BTreeMap::new(), BTreeSet::new());
    for (place, key) in KEYS.iter().enumerate() {
        let own = sent.get(&format!("touche-{place}")).map_or(key.usual, |own| own.trim());
        let own = if own.is_empty() { key.usual } else { own };
        if own != key.usual {
            preference.keys.insert(key.usual.to_owned(), own.to_owned());
        }
        if own.chars().count() != 1 {
            faults.insert(key.usual, "Un seul caractère.".to_owned());
        } else if !taken.insert(own.to_owned()) {
            faults.insert(key.usual, format!("« {own} » sert déjà plus haut."));
        }
    }
    (preference, faults)
}

fn page(
    state: &WebState,
    account: &Account,
    preference: &KeyPreference,
    faults: &BTreeMap<&'static str, String>,
    done: Option<&'static str>,
    status: StatusCode,
) -> Response {
    let keys = KEYS.iter().enumerate().map(|(place, key)| Shown {
        usual: key.usual,
        does: key.does,
        own: preference.keys.get(key.usual).cloned().unwrap_or_else(|| key.usual.to_owned()),
        fault: faults.get(key.usual).cloned(),
        place,
    });
    let page = PreferencesPage {
        layout: Layout::team(state, "/equipe/preferences", Some(&account.name)),
        on: preference.on,
        keys: keys.collect(),
        done,
        done_to: None,
        faulty: !faults.is_empty(),
    };
    (status, Page(page)).into_response()
}

/// `GET /equipe/touches.js`: the person's keys for the script. A script of ours and not a part of each page, so that no page
/// needs to know of keys.
pub(super) async fn script(State(state): State<WebState>, SignedIn(account): SignedIn) -> WebResult {
    let preference = state.desk.store().key_preference(&account.id).await?;
    let told = serde_json::json!({ "on": preference.on, "keys": preference.keys });
    let headers = [(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    Ok((headers, format!("globalThis.guichetTouches = {told};\n")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_one_character_each_and_never_twice() {
        let usual: BTreeSet<&str> = KEYS.iter().map(|key| key.usual).collect();
        assert_eq!(usual.len(), KEYS.len());
        let sent =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let (preference, faults) = read(&sent(&[("actives", "oui"), ("touche-0", "q")]));
        assert!(preference.on && faults.is_empty() && preference.keys["j"] == "q");
        let (_, faults) = read(&sent(&[("touche-0", "k"), ("touche-2", "uu")]));
        assert_eq!(faults.keys().copied().collect::<Vec<_>>(), ["k", "u"]);
        let (preference, _) = read(&sent(&[("acte", "usuelles"), ("touche-0", "q")]));
        assert_eq!(preference, KeyPreference::default());
    }
}
