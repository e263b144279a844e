//! The page of one ticket: what was written, why it was decided so, what was promised, what happened, and every act at
//! hand. It is also what an act answers with when it could not happen: then it says why, and keeps what was typed.

mod after;
mod answer;
mod around;
mod clash;
mod frames;
mod meeting;
mod page;
mod refusal;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};

pub(super) use answer::write;
pub(super) use frames::is_said_picture;
pub(super) use meeting::typed as meeting_typed;

use self::answer::Preview;
use self::page::{Built, build};
use super::categories::Categories;
use super::place::Place;
use super::query::ListQuery;
use super::third_party::ThirdForm;
use super::{flash, mails};
use crate::desk::{Forward, Others};
use crate::store::{Account, Filter, TicketFile, Written};
use crate::ticket::{MailKind, Ticket};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};
use crate::web::layout::Page;
use crate::web::security;

/// What is looked at and kept beside the page itself.
pub(super) fn routes() -> Router<WebState> {
    Router::new()
        .route("/equipe/demandes/{reference}", get(show))
        .route("/equipe/demandes/{reference}/brouillon", post(answer::save))
        .route("/equipe/demandes/{reference}/presence", post(around::look_in))
        .route("/equipe/demandes/{reference}/apercu", get(frames::leaving))
        .route("/equipe/demandes/{reference}/page/{message}", get(frames::received))
        .route("/equipe/demandes/{reference}/images/{message}/{part}", get(frames::picture))
        .route("/equipe/demandes/{reference}/rendez-vous.ics", get(meeting::calendar))
}

/// What stands in the boxes of the page: nothing typed is lost when an act could not happen.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub(super) answer: Option<Written>,
    pub(super) refusal: Option<String>,
    pub(super) note: String,
    pub(super) hand_over_to: String,
    pub(super) hand_over_name: String,
    pub(super) category: Option<String>,
    /// What was typed in a form about a third party, with its act.
    pub(super) third_party: Option<(String, ThirdForm)>,
    /// A forward.
    pub(super) forward: Option<Forward>,
    /// The number of the request that this one was to become part of.
    pub(super) merge_into: Option<String>,
    /// Another request has just become part of it.
    pub(super) just_merged: bool,
    /// The form that splits was refused.
    pub(super) splitting: bool,
    /// Day, time and place of a meeting.
    pub(super) meeting: Option<(String, String, String)>,
    /// The answer as it will be sent, when it was asked to be seen.
    pub(super) preview: Option<Preview>,
    /// Id of the last event that stood on the page.
    pub(super) seen_event: String,
}

impl Typed {
    /// The text that an act was to send or keep; empty where it had none.
    fn text(&self) -> &str {
        let answer = self.answer.as_ref().map(|written| written.text.as_str());
        let forward = self.forward.as_ref().map(|forward| forward.note.as_str());
        let third = self.third_party.as_ref().map(|(_, form)| form.question.as_str());
        answer.or(self.refusal.as_deref()).or(forward).or(third).unwrap_or(&self.note)
    }
    /// The address of a forward.
    fn forward_to(&self) -> &str {
        self.forward.as_ref().map_or("", |forward| &forward.to)
    }
    /// The note of a forward.
    fn forward_note(&self) -> &str {
        self.forward.as_ref().map_or("", |forward| &forward.note)
    }
    /// Whether a message is the one that a forward names, else the one proposed.
    fn forwards(&self, message: &Choice) -> bool {
        let named = self.forward.as_ref().map(|forward| &forward.message_id).filter(|id| !id.is_empty());
        named.map_or(message.selected, |id| *id == message.value)
    }
}

/// An option of a list.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) selected: bool,
}

/// What stands on top of the page.
#[derive(Clone, Debug)]
pub(super) enum Notice {
    /// What was just done.
    Done(&'static str),
    /// What was asked makes no sense here.
    Refused(String),
    /// Somebody changed the ticket in between: the version seen.
    Conflict(i64),
}

impl Notice {
    /// The version seen, where that is what keeps an act from happening.
    fn seen(&self) -> Option<i64> {
        if let Self::Conflict(seen) = self { Some(*seen) } else { None }
    }
}

/// `GET /equipe/demandes/{reference}`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(reference): Path<String>,
    Query(query): Query<ListQuery>,
) -> WebResult {
    let notice = flash::sentence(&query.fait).map(Notice::Done);
    let typed = Typed { just_merged: query.fait == "fusionne", ..Typed::default() };
    page(&state, &account, &reference, &Place::of(&query), typed, notice, StatusCode::OK).await
}

/// The page as it stands now, with what was typed in its boxes.
pub(super) async fn page(
    state: &WebState,
    account: &Account,
    reference: &str,
    place: &Place,
    mut typed: Typed,
    notice: Option<Notice>,
    status: StatusCode,
) -> WebResult {
    let file = state.desk.store().ticket_file(reference).await?.ok_or_else(WebError::not_found)?;
    let directory = state.desk.directory().await?;
    let triage = state.desk.triage_now().await?;
    let proposal = state.desk.proposal(&file, &directory);
    if let Some(to) = proposal.as_ref().filter(|_| typed.hand_over_to.is_empty()) {
        typed.hand_over_to.clone_from(&to.email);
        typed.hand_over_name.clone_from(&to.named);
    }
    let yours = typed.text().to_owned();
    take_up(state, account, &file, &mut typed);
    let accounts = state.desk.store().accounts().await?;
    let categories = Categories::of(&state.desk);
    let next_href = beside(state, account, &file.ticket, place, false).await?;
    let previous_href = beside(state, account, &file.ticket, place, true).await?;
    let refusal = refusal_text(state, &file, &categories).await?;
    let answer_to = state.desk.answer_address(&file.ticket, &file.messages).unwrap_or_default();
    let instead = state.desk.hand_over_stand_in(&file).await?;
    if let Some(entry) = instead.as_ref().filter(|_| typed.hand_over_to.is_empty()) {
        typed.hand_over_to.clone_from(&entry.email);
        typed.hand_over_name = state.desk.function_of(entry, file.ticket.lang);
    }
    let around = mails::Around::of(&state.desk, &file, &answer_to).await?;
    let kept = state.desk.written(&file.ticket, &account.id).await?;
    let others = others(state, account, &file.ticket).await;
    let tickets = state.desk.around(&file, around::SHOWN).await?;
    let meeting = state.desk.store().meeting(&file.ticket.id).await?;
    let page = build(Built {
        kept: kept.as_ref(),
        others,
        neighbours: around::neighbours(&state.desk, tickets, place),
        kept_answers: around::kept_answers(&state.desk, &file).await?,
        meeting: meeting.as_ref(),
        snooze: state.desk.store().snooze(&file.ticket.id).await?.and_then(|snooze| snooze.until),
        parts: state.desk.store().parts(&file.ticket.id).await?,
        merged_into: state.desk.store().merged_into(&file.ticket.id).await?,
        state,
        account,
        file: &file,
        accounts: &accounts,
        categories: &categories,
        place,
        typed,
        yours,
        notice,
        next_href,
        previous_href,
        refusal,
        answer_to,
        around,
        instead,
        directory,
        triage,
        proposed: proposal.map(|to| to.why),
    });
    let mut response = (status, Page(page)).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, security::with_frames(state.settings.web.theme));
    Ok(response)
}

/// Puts what was typed to somebody else, and stopped before it left, back in its form.
fn take_up(state: &WebState, account: &Account, file: &TicketFile, typed: &mut Typed) {
    let stopped = |kind| {
        let one = state.desk.stopped_aside(file, &account.id, kind)?;
        one.written.clone().map(|written| (one, written))
    };
    if typed.forward.is_none()
        && let Some((one, written)) = stopped(MailKind::Forward)
    {
        let (to, note, message_id) = (one.email.clone(), written.text, written.message_id);
        typed.forward = Some(Forward { to, note, message_id });
    }
    if typed.third_party.is_none()
        && let Some((one, written)) = stopped(MailKind::Inquiry)
    {
        typed.third_party = Some(("tiers".to_owned(), ThirdForm::of_stopped(one, written)));
    }
}

/// Who else is at the ticket. That nobody can be told keeps nobody from reading.
async fn others(state: &WebState, account: &Account, ticket: &Ticket) -> Others {
    state.desk.look_in(ticket, &account.id, false).await.unwrap_or_else(|cause| {
        tracing::warn!(%cause, "who has a ticket open is not known");
        Others::default()
    })
}

/// The ticket that follows this one in the list one came from, or (`backwards`) the one before.
async fn beside(
    state: &WebState,
    account: &Account,
    ticket: &Ticket,
    place: &Place,
    backwards: bool,
) -> Result<Option<String>, WebError> {
    let after = Some((ticket.opened_at, ticket.id.clone()));
    let filter = place.list().filter(&account.id, state.desk.clock().now());
    let filter = Filter { after, backwards, limit: 1, ..filter };
    let rows = state.desk.store().queue(&filter).await?;
    Ok(rows.first().map(|row| href(&row.ticket.reference, place)))
}

/// The refusal to start from: the draft when it is one, else the refusal of the ticket's topic; empty where its topic is not
/// refused: a person corrects the category first, or writes their own.
async fn refusal_text(
    state: &WebState,
    file: &TicketFile,
    categories: &Categories,
) -> Result<String, WebError> {
    if let Some(draft) = file.draft.as_ref().filter(|_| categories.is_refused(&file.ticket.category)) {
        return Ok(draft.markdown.clone());
    }
    let Some(reply) = categories.refusal_reply(&file.ticket.category) else { return Ok(String::new()) };
    Ok(state.desk.draft(&file.ticket.reference, reply).await?.unwrap_or_default())
}

/// The address of a ticket page that knows the list one came from.
pub(super) fn href(reference: &str, place: &Place) -> String {
    format!("/equipe/demandes/{reference}?{}", place.code())
}
