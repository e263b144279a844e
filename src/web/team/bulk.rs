//! One act on many requests: what was ticked, a page that says what is about to happen, the act, and what became of it.

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::categories::Categories;
use super::query::{self, percent_encode};
use super::stale::{Stale, stale};
use crate::desk::{Bulk, DeskError, Seen};
use crate::message::one_line;
use crate::store::Account;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{Kind, WebError, WebResult};
use crate::web::layout::{Layout, Page};

/// What Enter on a box asks for.
const NOTHING: &str = "rien";

/// What an act on many did, told on the next page.
pub(super) struct Told {
    pub(super) sentence: String,
    pub(super) left: Vec<Left>,
    /// The act that can still be taken back.
    pub(super) undo: Option<String>,
    /// Seconds until its mails leave.
    pub(super) seconds: Option<i64>,
}

/// A request that was left out.
pub(super) struct Left {
    pub(super) reference: String,
    pub(super) subject: String,
    pub(super) because: String,
}

/// A request that is about to be done.
struct Taken {
    reference: String,
    version: i64,
    subject: String,
    from: String,
    /// The refused topic; empty where it says nothing.
    topic: String,
    /// The refusal that will leave; empty where none will.
    refusal: String,
    /// The links of it to look at before it leaves.
    stale: Vec<Stale>,
}

#[derive(Template)]
#[template(path = "team/bulk.html")]
struct BulkPage {
    layout: Layout,
    title: String,
    says: String,
    refused: Option<String>,
    act: String,
    here: String,
    to: String,
    text: String,
    /// The answer was just undone: what became of each.
    undone: Option<Told>,
    button: String,
    /// The query of an address that asks the same.
    again: String,
    taken: Vec<Taken>,
    left: Vec<Left>,
}

/// What was sent: the boxes ticked stand in it more than once.
#[derive(Default)]
struct Sent {
    act: String,
    here: String,
    to: String,
    text: String,
    /// Reference and version seen.
    ticked: Vec<(String, i64)>,
    /// Id of an answer to many that was undone: it is written again.
    undone: String,
}

impl Sent {
    fn read(pairs: Vec<(String, String)>) -> Self {
        let mut sent = Self { here: "/equipe".to_owned(), ..Self::default() };
        for (name, value) in pairs {
            match name.as_str() {
                "acte" => sent.act = value,
                "retour" if query::back_to(&value, "", "").is_some() => sent.here = value,
                "pour" => sent.to = one_line(&value, 100),
                "annule" => sent.undone = value,
                "texte" => sent.text = value.replace("\r\n", "\n"),
                "d" => {
                    let read = value
                        .split_once('.')
                        .and_then(|(reference, version)| Some((reference.to_owned(), version.parse().ok()?)));
                    // A request may stand in two sections of the page, ticked in both.
                    sent.ticked.extend(read.filter(|(reference, _): &(String, i64)| {
                        !sent.ticked.iter().any(|(known, _)| known == reference)
                    }));
                }
                _ => {}
            }
        }
        sent
    }

    /// An answer that was undone, with the requests that are again what they were; what became of each.
    async fn take_up_undone(&mut self, state: &WebState) -> Result<Option<Told>, WebError> {
        if !crate::store::is_id(&self.undone) {
            return Ok(None);
        }
        let Some((text, again)) = state.desk.undone_answer(&self.undone).await? else { return Ok(None) };
        (self.act, self.text, self.ticked) = ("repondre".to_owned(), text, again);
        told(state, &self.undone).await
    }

    /// The same, but for its text, as the query of an address.
    fn query(&self) -> String {
        let said = [("acte", &self.act), ("retour", &self.here), ("pour", &self.to)];
        let mut pairs: Vec<String> =
            said.iter().map(|(name, value)| format!("{name}={}", percent_encode(value))).collect();
        let ticked = self.ticked.iter();
        pairs.extend(ticked.map(|(reference, version)| format!("d={}.{version}", percent_encode(reference))));
        pairs.join("&")
    }

    fn bulk(&self) -> Option<Bulk> {
        Some(match self.act.as_str() {
            "clore" => Bulk::Close,
            "refuser" => Bulk::Refuse,
            "repondre" => Bulk::Answer(self.text.clone()),
            "affecter" => Bulk::Assign(Some(self.to.clone()).filter(|to| to != query::NOBODY)),
            _ => return None,
        })
    }
}

/// `POST /equipe/lot`: what is about to happen. Nothing is done yet.
pub(super) async fn confirm(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Form(pairs): Form<Vec<(String, String)>>,
) -> WebResult {
    let mut sent = Sent::read(pairs);
    // The browser stays on its page, with what is ticked there.
    if sent.act == NOTHING {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let undone = sent.take_up_undone(&state).await?;
    if sent.ticked.is_empty() {
        let back = query::back_to(&sent.here, "lot-vide", "").unwrap_or_else(|| "/equipe".to_owned());
        return Ok(Redirect::to(&back).into_response());
    }
    page(&state, &account, sent, (undone, None), StatusCode::OK).await
}

/// `GET /equipe/lot`: the same, gone back to: after signing in again, the selection stands in the address.
pub(super) async fn confirm_again(
    state: State<WebState>,
    account: SignedIn,
    Query(pairs): Query<Vec<(String, String)>>,
) -> WebResult {
    confirm(state, account, Form(pairs)).await
}

async fn page(
    state: &WebState,
    account: &Account,
    sent: Sent,
    (undone, refused): (Option<Told>, Option<String>),
    status: StatusCode,
) -> Result<Response, WebError> {
    let bulk = sent.bulk().ok_or_else(WebError::not_found)?;
    let categories = Categories::of(&state.desk);
    let (mut taken, mut left) = (Vec::new(), Vec::new());
    for (reference, version) in &sent.ticked {
        let Some(file) = state.desk.store().ticket_file(reference).await? else { continue };
        let ticket = &file.ticket;
        let refusal = match bulk {
            Bulk::Refuse => state.desk.own_refusal(reference).await?,
            _ => Some(String::new()),
        };
        let writes = matches!(bulk, Bulk::Refuse | Bulk::Answer(_));
        let because = if ticket.version != *version {
            Some("elle a changé entre-temps")
        } else if state.desk.store().merged_into(&ticket.id).await?.is_some() {
            Some("elle est fusionnée dans une autre : agissez sur celle-là")
        } else if refusal.is_none() {
            Some("sa catégorie n’est pas un motif de refus : corrigez-la d’abord")
        } else if writes && state.desk.answer_address(ticket, &file.messages).is_none() {
            Some("elle n’a pas d’adresse à laquelle répondre")
        } else {
            None
        };
        match because {
            Some(because) => left.push(Left {
                reference: reference.clone(),
                subject: ticket.subject.clone(),
                because: because.to_owned(),
            }),
            None => taken.push(Taken {
                reference: reference.clone(),
                version: *version,
                subject: if ticket.subject.is_empty() {
                    "(sans objet)".to_owned()
                } else {
                    ticket.subject.clone()
                },
                from: if ticket.requester_name.is_empty() {
                    ticket.requester_email.clone()
                } else {
                    ticket.requester_name.clone()
                },
                topic: if bulk == Bulk::Refuse { categories.title(&ticket.category) } else { String::new() },
                stale: stale(&state.desk, refusal.as_deref().unwrap_or_default()),
                refusal: refusal.unwrap_or_default(),
            }),
        }
    }
    let many = requests(taken.len());
    let none = taken.is_empty();
    let (title, says, button) = match &bulk {
        _ if none => (
            "Rien à faire avec ces demandes".to_owned(),
            "Aucune des demandes cochées ne s’y prête telle qu’elle est. Ouvrez-les pour corriger ce qui est dit ici, ou cochez-en d’autres.",
            String::new(),
        ),
        Bulk::Close => (
            format!("Clore {many} ?"),
            "Aucun courriel ne part. Un refus qui attendait son départ est retenu.",
            format!("Clore {many}"),
        ),
        Bulk::Refuse => (
            format!("Refuser {many} ?"),
            "Chaque auteur reçoit le refus de son propre motif, dans son échange.",
            format!("Refuser {many}"),
        ),
        Bulk::Answer(_) => (
            format!("Répondre à {many}"),
            "Chaque auteur reçoit la réponse dans son propre échange, sans rien savoir des autres.",
            format!("Envoyer à {many}"),
        ),
        Bulk::Assign(to) => {
            let name = match to {
                Some(id) => state.desk.store().account(id).await?.map(|account| account.name),
                None => Some("personne".to_owned()),
            };
            let name = name.ok_or_else(WebError::not_found)?;
            (format!("Affecter {many} à {name} ?"), "Aucun courriel ne part.", format!("Affecter {many}"))
        }
    };
    let page = BulkPage {
        layout: Layout::team(state, "/equipe/lot", Some(&account.name)),
        title,
        says: says.to_owned(),
        refused,
        undone,
        button,
        again: sent.query(),
        taken,
        left,
        act: sent.act,
        here: sent.here,
        to: sent.to,
        text: sent.text,
    };
    Ok((status, Page(page)).into_response())
}

fn requests(count: usize) -> String {
    if count == 1 { "une demande".to_owned() } else { format!("{count} demandes") }
}

/// `POST /equipe/lot/faire`: does it, then tells what became of each.
pub(super) async fn perform(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Form(pairs): Form<Vec<(String, String)>>,
) -> WebResult {
    let sent = Sent::read(pairs);
    let bulk = sent.bulk().ok_or_else(WebError::not_found)?;
    let seen: Vec<Seen> = sent
        .ticked
        .iter()
        .map(|(reference, version)| Seen {
            reference: reference.clone(),
            version: *version,
            person: account.id.clone(),
        })
        .collect();
    // Begun, it is done whole, though the browser goes away meanwhile.
    let desk = state.desk.clone();
    let work = tokio::spawn(async move { desk.bulk(&bulk, &seen).await });
    match work.await.map_err(broken_off)? {
        Ok(id) => Ok(Redirect::to(&told_at(&sent.here, &id)).into_response()),
        Err(DeskError::Refused(says)) => {
            page(&state, &account, sent, (None, Some(says)), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(cause) => Err(cause.into()),
    }
}

/// `POST /equipe/lot/{id}/annuler`.
pub(super) async fn undo(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> WebResult {
    let sent = Sent::read(pairs);
    let (desk, act) = (state.desk.clone(), id.clone());
    let work = tokio::spawn(async move { desk.undo_bulk(&act, &account.id).await });
    match work.await.map_err(broken_off)? {
        // Taken back already: what became of it is told all the same.
        Ok(_) | Err(DeskError::Refused(_)) => {
            let again = state.desk.undone_answer(&id).await?;
            let to = match again {
                Some(_) => format!("/equipe/lot?annule={id}&retour={}", percent_encode(&sent.here)),
                None => told_at(&sent.here, &id),
            };
            Ok(Redirect::to(&to).into_response())
        }
        Err(cause) => Err(cause.into()),
    }
}

fn broken_off(cause: tokio::task::JoinError) -> WebError {
    WebError::new(Kind::Internal).because(std::sync::Arc::new(cause))
}

fn told_at(list: &str, id: &str) -> String {
    let joint = if list.contains('?') { '&' } else { '?' };
    format!("{list}{joint}lot={}", percent_encode(id))
}

/// What an act did, for the page after it; `None` for an unknown one.
pub(super) async fn told(state: &WebState, id: &str) -> Result<Option<Told>, WebError> {
    if !crate::store::is_id(id) {
        return Ok(None);
    }
    let Some((act, items)) = state.desk.store().bulk(id).await? else { return Ok(None) };
    let (left_out, done): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.left_because.is_some());
    let writes = matches!(act.kind.as_str(), "answer" | "refuse");
    let undone = act.undone_at.is_some();
    let still = !writes || state.desk.store().bulk_holds_mail(id).await?;
    let ends = act.made_at + state.desk.settings().answer.hold.as_chrono();
    let seconds = (ends - state.desk.clock().now()).num_seconds();
    let what = match act.kind.as_str() {
        "answer" => ("a reçu sa réponse et est close", "ont reçu leur réponse et sont closes"),
        "refuse" => ("est refusée", "sont refusées"),
        "assign" => ("est affectée", "sont affectées"),
        _ => ("est close", "sont closes"),
    };
    let sentence = match (undone, done.len()) {
        (true, 0) => "Rien n’a pu être annulé.".to_owned(),
        (true, 1) => "C’est annulé : une demande est de nouveau comme avant.".to_owned(),
        (true, many) => format!("C’est annulé : {many} demandes sont de nouveau comme avant."),
        (false, 0) => "Rien n’a été fait.".to_owned(),
        (false, 1) => format!("Une demande {}.", what.0),
        (false, many) => format!("{many} demandes {}.", what.1),
    };
    let left_out = left_out.into_iter().map(|item| Left {
        reference: item.reference,
        subject: item.subject,
        because: item.left_because.unwrap_or_default(),
    });
    Ok(Some(Told {
        sentence,
        seconds: Some(seconds).filter(|left| writes && *left > 0),
        left: left_out.collect(),
        undo: Some(act.id).filter(|_| !undone && still && !done.is_empty()),
    }))
}
