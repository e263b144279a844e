//! The page of one ticket: what was written, why it was decided so, what was promised, what happened, and every act at
//! hand. It is also what an act answers with when it could not happen: then it says why, and keeps what was typed.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde::Deserialize;

use super::categories::{Categories, Category, UNRECOGNISED};
use super::reading::{Reading, readings};
use super::third_party::{self, ThirdForm};
use super::{flash, handed, mails, nature, query, trail, why, words};
use crate::clock::paris_text;
use crate::message::Lang;
use crate::store::{Account, Filter, OutboxEntry, TicketFile, View};
use crate::ticket::{Status, Ticket};
use crate::triage::directory::Entry;
use crate::triage::explain::{Spoken, spoken};
use crate::triage::{Contract, Directory, Organisation, Standing, Triage};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};
use crate::web::layout::{Layout, Page};

/// What stands in the boxes of the page: nothing typed is lost when an act could not happen.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub(super) answer: Option<String>,
    pub(super) refusal: Option<String>,
    pub(super) note: String,
    pub(super) hand_over_to: String,
    pub(super) hand_over_name: String,
    pub(super) category: Option<String>,
    /// What was typed in a form about a third party, with its act.
    pub(super) third_party: Option<(String, ThirdForm)>,
    /// The answer as it will be sent, when it was asked to be seen.
    pub(super) preview: Option<String>,
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

/// The query of a ticket page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TicketQuery {
    /// The view one came from.
    pub(super) vue: String,
    fait: String,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "what a page shows or not: each stands alone in the template"
)]
#[derive(Template)]
#[template(path = "team/ticket.html")]
struct TicketPage<'a> {
    layout: Layout,
    ticket: &'a Ticket,
    notice: Option<Notice>,
    /// What happened last, shown with a conflict.
    last_event: Option<String>,
    base: String,
    view: View,
    list_href: String,
    next_href: Option<String>,
    age: String,
    opened: String,
    opened_iso: String,
    category: String,
    channel: &'static str,
    lang: &'static str,
    assignee: Option<&'a str>,
    leaving: Option<Leaving<'a>>,
    refusal_left: bool,
    sensitive: bool,
    readings: Vec<Reading<'a>>,
    why: Option<why::Why>,
    rules: Vec<Spoken>,
    organisation: Option<&'a Organisation>,
    mails: Vec<mails::Mail<'a>>,
    /// To whom it was handed over, latest first.
    handed: Vec<handed::Handed<'a>>,
    /// What is to be done about that.
    handed_next: Option<handed::Next>,
    /// What third parties were asked.
    third: third_party::Shown,
    trail: Vec<trail::Line<'a>>,
    /// Where an answer goes: Reply-To, else the sender, else the requester; empty when there is no address.
    answer_to: String,
    /// The requester's own address, where the answer goes to another one that nobody has written to; else empty.
    redirected: &'a str,
    /// What is known against that address.
    warning: Option<nature::Warning>,
    /// The mail that did not arrive.
    undelivered: Option<&'a OutboxEntry>,
    /// References of the tickets that are probably about the same.
    related: Vec<&'a str>,
    /// Whose request a forward is.
    offer: Option<nature::Offer>,
    answer: String,
    draft_name: Option<&'a str>,
    refusal: String,
    refusal_first: bool,
    typed: Typed,
    /// Why the directory names whom the box of the hand-over holds.
    proposed: Option<String>,
    categories: Vec<Choice>,
    people: Vec<Choice>,
    mine: bool,
}

/// The automatic refusal that waits to leave.
struct Leaving<'a> {
    outbox_id: &'a str,
    when: String,
}

/// An option of a list.
struct Choice {
    value: String,
    label: String,
    selected: bool,
}

impl TicketPage<'_> {
    fn is_open(&self) -> bool {
        self.ticket.status == Status::Open
    }
    fn is_closed(&self) -> bool {
        self.ticket.status == Status::Closed
    }
    fn is_set_aside(&self) -> bool {
        self.ticket.status == Status::SetAside
    }
    /// Whether an explanation has its mark in a message shown.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a template hands its values over by reference")]
    fn is_marked(&self, number: &usize) -> bool {
        self.readings.iter().any(|reading| reading.anchored.contains(number))
    }
    /// How many rules of little weight spoke: they are folded.
    fn slight(&self) -> usize {
        self.rules.iter().filter(|rule| rule.slight).count()
    }
    fn can_answer(&self) -> bool {
        !self.answer_to.is_empty()
    }
    fn refused_sentence(&self) -> Option<&str> {
        match &self.notice {
            Some(Notice::Refused(sentence)) => Some(sentence),
            _ => None,
        }
    }
    fn done_sentence(&self) -> Option<&'static str> {
        match &self.notice {
            Some(Notice::Done(sentence)) => Some(sentence),
            _ => None,
        }
    }
    fn conflict(&self) -> Option<i64> {
        match &self.notice {
            Some(Notice::Conflict(seen)) => Some(*seen),
            _ => None,
        }
    }
}

/// `GET /equipe/demandes/{reference}`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(reference): Path<String>,
    Query(query): Query<TicketQuery>,
) -> WebResult {
    let notice = flash::sentence(&query.fait).map(Notice::Done);
    let view = View::from_code(&query.vue).unwrap_or_default();
    page(&state, &account, &reference, view, Typed::default(), notice, StatusCode::OK).await
}

/// The page as it stands now, with what was typed in its boxes.
pub(super) async fn page(
    state: &WebState,
    account: &Account,
    reference: &str,
    view: View,
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
    let accounts = state.desk.store().accounts().await?;
    let categories = Categories::of(&state.desk);
    let next_href = next(state, account, &file.ticket, view).await?;
    let refusal = refusal_text(state, &file, &categories).await?;
    let answer_to = state.desk.answer_address(&file.ticket, &file.messages).unwrap_or_default();
    let instead = state.desk.hand_over_stand_in(&file).await?;
    if let Some(entry) = instead.as_ref().filter(|_| typed.hand_over_to.is_empty()) {
        typed.hand_over_to.clone_from(&entry.email);
        typed.hand_over_name = state.desk.function_of(entry, file.ticket.lang);
    }
    let around = mails::Around::of(&state.desk, &file, &answer_to).await?;
    let page = build(Built {
        state,
        account,
        file: &file,
        accounts: &accounts,
        categories: &categories,
        view,
        typed,
        notice,
        next_href,
        refusal,
        answer_to,
        around,
        instead,
        directory,
        triage,
        proposed: proposal.map(|to| to.why),
    });
    Ok((status, Page(page)).into_response())
}

/// The ticket that follows this one in the view one came from.
async fn next(
    state: &WebState,
    account: &Account,
    ticket: &Ticket,
    view: View,
) -> Result<Option<String>, WebError> {
    let after = Some((ticket.opened_at, ticket.id.clone()));
    let filter = Filter { view, reader: account.id.clone(), after, limit: 1, ..Filter::default() };
    let rows = state.desk.store().queue(&filter).await?;
    Ok(rows.first().map(|row| href(&row.ticket.reference, view)))
}

/// The refusal to start from: the draft when it is one, else the refusal of the ticket's topic, else the general one.
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

/// The address of a ticket page that knows the view one came from.
pub(super) fn href(reference: &str, view: View) -> String {
    format!("/equipe/demandes/{reference}?vue={}", view.code())
}

/// What a page is built of.
struct Built<'a, 'b> {
    state: &'b WebState,
    account: &'b Account,
    file: &'a TicketFile,
    accounts: &'a [Account],
    categories: &'b Categories,
    view: View,
    typed: Typed,
    notice: Option<Notice>,
    next_href: Option<String>,
    refusal: String,
    answer_to: String,
    around: mails::Around,
    /// Whom the directory proposes in the place of whoever could not answer.
    instead: Option<Entry>,
    directory: Arc<Directory>,
    /// The rules over the reference rows in force.
    triage: Arc<Triage>,
    proposed: Option<String>,
}

fn build<'a>(of: Built<'a, '_>) -> TicketPage<'a> {
    let Built {
        state,
        account,
        file,
        accounts,
        categories,
        view,
        typed,
        notice,
        next_href,
        refusal,
        answer_to,
        around,
        instead,
        directory,
        triage,
        proposed,
    } = of;
    let now = state.desk.clock().now();
    let ticket = &file.ticket;
    let rules = file.decision.as_ref().map(|d| spoken(d, categories.taxonomy())).unwrap_or_default();
    let trail = trail::lines(&file.events, accounts, categories);
    let is_refused = categories.is_refused(&ticket.category);
    let sensitive = file.decision.as_ref().is_some_and(|d| !d.sensitive.is_empty());
    let corrected = file.decision.as_ref().is_some_and(|d| d.category != ticket.category);
    let recognised = corrected || file.decision.as_ref().is_some_and(|d| d.reason.recognised());
    let refusal_left = mails::refusal_left(&file.outbox);
    // The easiest thing to do must not be a refusal where nothing was understood, or where one was already too many.
    let hasty = sensitive || !recognised || refusal_left || ticket.contested;
    let refusal_first = is_refused && ticket.status == Status::Open && !hasty;
    // Somebody has the request already: a draft ready to be sent would answer it twice.
    let in_hand = matches!(ticket.status, Status::HandedOver | Status::Answered);
    let draft = file.draft.as_ref().filter(|_| !is_refused && !in_hand);
    let chosen = typed.category.clone().unwrap_or_else(|| ticket.category.clone());
    TicketPage {
        layout: Layout::team(state, "/equipe/demandes", Some(&account.name)),
        last_event: trail.first().map(trail::Line::sentence),
        base: format!("/equipe/demandes/{}", ticket.reference),
        view,
        list_href: query::list_url(&Filter { view, ..Filter::default() }),
        next_href,
        age: words::age(now, ticket.opened_at),
        opened: paris_text(ticket.opened_at, Lang::Fr),
        opened_iso: words::machine(ticket.opened_at),
        category: if recognised { categories.title(&ticket.category) } else { UNRECOGNISED.to_owned() },
        channel: words::channel(ticket.channel),
        lang: words::lang(ticket.lang),
        assignee: file.assignee_name.as_deref(),
        leaving: mails::leaving_refusal(&file.outbox)
            .map(|entry| Leaving { outbox_id: &entry.id, when: around.leaves(entry, now) }),
        refusal_left,
        sensitive,
        readings: readings(file, &rules),
        why: why::why(file, &triage, &directory, categories),
        organisation: file.decision.as_ref().and_then(|d| d.organisation.as_ref()),
        mails: mails::mails(&file.outbox, &around, now),
        handed: handed::handed(file, accounts, now),
        handed_next: handed::next(file, instead.as_ref()),
        third: third_party::shown(
            &state.desk,
            file,
            &directory,
            &triage,
            accounts,
            typed.third_party.as_ref(),
        ),
        redirected: mails::redirected(file, &answer_to),
        warning: around.mark(&answer_to).map(nature::warning),
        answer_to,
        undelivered: nature::undelivered(file),
        related: trail::related(&file.events),
        offer: nature::offer(file).filter(|_| !ticket.history),
        answer: typed
            .answer
            .clone()
            .or_else(|| draft.map(|draft| draft.markdown.clone()))
            .unwrap_or_default(),
        draft_name: draft.map(|draft| draft.reply.as_str()),
        refusal: typed.refusal.clone().unwrap_or(refusal),
        refusal_first,
        categories: categories.choices(&chosen).map(|c| category_choice(c, &chosen)).collect(),
        people: accounts
            .iter()
            .filter(|person| !person.disabled)
            .map(|person| Choice {
                value: person.id.clone(),
                label: person.name.clone(),
                selected: ticket.assignee.as_deref() == Some(&person.id),
            })
            .collect(),
        mine: ticket.assignee.as_deref() == Some(&account.id),
        ticket,
        notice,
        rules,
        trail,
        typed,
        proposed,
    }
}

fn category_choice(category: &Category, chosen: &str) -> Choice {
    Choice { value: category.id.clone(), label: category.title.clone(), selected: category.id == chosen }
}
