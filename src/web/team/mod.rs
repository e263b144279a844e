//! The queue of the team: the list, the ticket, the acts. A page struct holds what its template shows, already in words;
//! the template decides nothing. Every act is a plain form, so the pages work without a script; `static/team.js` adds
//! the keys.

mod acts;
mod attachment;
mod automatic;
mod ban;
mod bulk;
mod by_hand;
mod categories;
mod dashboard;
mod directory;
mod flash;
mod handed;
mod health;
mod highlight;
pub(in crate::web) mod keys;
mod mails;
mod nature;
mod news;
mod parked;
mod place;
mod query;
mod queue;
mod reading;
mod references;
mod rules;
mod saved;
mod snooze;
mod stale;
mod stretch;
mod texts;
mod third_party;
mod ticket;
mod trail;
mod why;
mod words;

use axum::Router;
use axum::routing::{get, post};

pub(in crate::web) use query::percent_encode;
pub(in crate::web) use rules::Running;

use super::WebState;

/// The pages of the team, each with its whole address.
pub fn routes() -> Router<WebState> {
    Router::new()
        .merge(super::auth::routes())
        .merge(directory::routes())
        .merge(references::routes())
        .merge(texts::routes())
        .merge(rules::routes())
        .merge(dashboard::routes())
        .route("/equipe", get(queue::show))
        .merge(ticket::routes())
        .route("/equipe/nouvelles", get(news::count))
        .route("/equipe/nouvelle", get(by_hand::show).post(by_hand::send))
        .route("/equipe/reporter/{reference}", get(snooze::show))
        .route("/equipe/lot", get(bulk::confirm_again).post(bulk::confirm))
        .route("/equipe/lot/faire", post(bulk::perform))
        .route("/equipe/lot/{id}/annuler", post(bulk::undo))
        .route("/equipe/vues", post(saved::keep))
        .route("/equipe/vues/{id}/supprimer", post(saved::forget))
        .route("/equipe/preferences", get(keys::show).post(keys::save))
        .route("/equipe/touches.js", get(keys::script))
        .route("/equipe/demandes/{reference}/{act}", post(acts::act))
        .route("/equipe/demandes/{reference}/pieces/{message}/{part}", get(attachment::download))
        .route("/equipe/demandes/{reference}/courriel/{message}", get(attachment::original))
        .route("/equipe/demandes/{reference}/texte/{message}", get(attachment::text))
        .route("/equipe/en-panne", get(parked::show))
        .route("/equipe/en-panne/{arrival}/reessayer", post(parked::retry))
        .route("/equipe/sante", get(health::show))
        .route("/equipe/automatismes", get(automatic::show).post(automatic::switch))
}
