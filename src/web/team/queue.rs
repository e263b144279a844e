//! The list of the team: what needs somebody now, oldest first. Nothing on it moves by itself.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use chrono::{DateTime, Utc};

use super::categories::{Categories, UNRECOGNISED};
use super::query::{self, ListQuery, PAGE};
use super::{directory, flash, ticket, words};
use crate::clock::paris_text;
use crate::keys::read_reference;
use crate::message::{Channel, Lang};
use crate::store::{Account, Filter, Row, View};
use crate::ticket::{HandOverState, Status};
use crate::triage::Reason;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;
use crate::web::layout::{Layout, Page};

#[derive(Template)]
#[template(path = "team/queue.html")]
struct QueuePage {
    layout: Layout,
    tabs: Vec<Tab>,
    view: View,
    empty: &'static str,
    filtered: bool,
    clear_href: String,
    search: String,
    statuses: Vec<Choice>,
    categories: Vec<Choice>,
    channels: Vec<Choice>,
    lines: Vec<Line>,
    next_href: Option<String>,
    first_href: Option<String>,
    done: Option<&'static str>,
    done_to: Option<String>,
    parked: usize,
    automatic_stopped: bool,
    /// The breaker holds what is automatic.
    breaker: bool,
    /// Since when the mail server takes nothing.
    relay_away: Option<String>,
    /// What the directory waits for.
    directory: Option<String>,
}

/// A view in the menu.
struct Tab {
    title: &'static str,
    href: String,
    current: bool,
    /// `12`, `1000 et plus`; `None` where nothing is counted.
    count: Option<String>,
}

/// An option of a filter.
struct Choice {
    value: String,
    label: String,
    selected: bool,
}

/// What else is to be known of a row before it is opened.
struct Badge {
    label: &'static str,
    /// `error`, `new`, `info`: the design system's colours.
    tone: &'static str,
}

/// A row.
struct Line {
    reference: String,
    version: i64,
    href: String,
    base: String,
    subject: String,
    age: String,
    opened: String,
    opened_iso: String,
    from: String,
    organisation: String,
    category: String,
    /// What triage decided and how sure it was, where that still says something.
    verdict: Option<String>,
    channel: &'static str,
    status: Status,
    badges: Vec<Badge>,
    assignee: Option<String>,
    mine: bool,
    leaves: Option<String>,
}

/// `GET /equipe`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Query(query): Query<ListQuery>,
) -> WebResult {
    let store = state.desk.store();
    let filter = query.filter(&account.id);
    // A reference read out on the telephone opens its request, whatever the view and the filters.
    if let Some(reference) = read_reference(&filter.search)
        && let Some(ticket) = store.ticket(&reference).await?
    {
        return Ok(Redirect::to(&ticket::href(&ticket.reference, filter.view)).into_response());
    }
    // One more than a page holds: whether there is a next page is then known without counting.
    let mut rows = store.queue(&Filter { limit: PAGE + 1, ..filter.clone() }).await?;
    let more = rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next_href = rows
        .last()
        .filter(|_| more)
        .map(|row| query::next_url(&filter, row.ticket.opened_at, &row.ticket.id));
    let counts = store.queue_counts(&account.id).await?;
    let categories = Categories::of(&state.desk);
    let now = state.desk.clock().now();
    let whole = Filter { view: filter.view, ..Filter::default() };
    let page = QueuePage {
        layout: Layout::team(&state, "/equipe", Some(&account.name)),
        tabs: View::ALL.into_iter().map(|view| tab(view, filter.view, &counts)).collect(),
        view: filter.view,
        empty: empty(filter.view),
        filtered: query::list_url(&filter) != query::list_url(&whole),
        clear_href: query::list_url(&whole),
        search: filter.search.clone(),
        statuses: Status::ALL
            .into_iter()
            .map(|s| choice(s.code(), s.title(), filter.status == Some(s)))
            .collect(),
        categories: categories
            .declared()
            .map(|c| choice(&c.id, &c.title, filter.category.as_deref() == Some(&c.id)))
            .collect(),
        channels: [Channel::Form, Channel::Mail]
            .into_iter()
            .map(|c| choice(c.code(), words::channel(c), filter.channel.as_deref() == Some(c.code())))
            .collect(),
        lines: rows.into_iter().map(|row| line(row, &account, &categories, filter.view, now)).collect(),
        next_href,
        first_href: filter.after.as_ref().map(|_| query::list_url(&filter)),
        done: flash::sentence(&query.fait),
        done_to: flash::reference(&query.demande).map(str::to_owned),
        parked: store.arrivals_parked().await?.len(),
        automatic_stopped: state.desk.automatic_stopped().await?,
        breaker: state.desk.breaker_is_thrown().await?,
        relay_away: store.relay().await?.failing_since.map(|since| words::age(now, since)),
        directory: directory::waiting(state.desk.directory_to_confirm().await?),
    };
    Ok((StatusCode::OK, Page(page)).into_response())
}

fn tab(view: View, current: View, counts: &[(View, i64)]) -> Tab {
    let count = counts.iter().find(|(counted, _)| *counted == view).map(|(_, count)| *count);
    Tab {
        title: view.title(),
        href: query::list_url(&Filter { view, ..Filter::default() }),
        current: view == current,
        count: count.map(|n| if n >= 1000 { "1000+".to_owned() } else { n.to_string() }),
    }
}

fn choice(value: &str, label: &str, selected: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), selected }
}

fn line(row: Row, account: &Account, categories: &Categories, view: View, now: DateTime<Utc>) -> Line {
    let ticket = row.ticket;
    let verdict = row.verdict.as_ref();
    let corrected = verdict.is_some_and(|verdict| verdict.category != ticket.category);
    let recognised = corrected || verdict.is_none_or(|verdict| verdict.reason.recognised());
    let sensitive = verdict.is_some_and(|verdict| verdict.reason == Reason::Sensitive);
    let refusable = verdict.is_some_and(|verdict| verdict.reason == Reason::RefusedTopic);
    let undelivered = row.undelivered && ticket.status == Status::Open;
    let retained =
        !undelivered && refusable && !corrected && !ticket.contested && ticket.status == Status::Open;
    let handed = row.handed.filter(|_| ticket.status == Status::Open && !undelivered);
    let handed = handed.and_then(|state| match state {
        HandOverState::Silent => Some("Transmise sans réponse"),
        HandOverState::Declined => Some("Transmission déclinée"),
        HandOverState::Returned => Some("Destinataire absent"),
        HandOverState::Answered => Some("Réponse à faire suivre"),
        HandOverState::Waiting | HandOverState::TakenBack => None,
    });
    let badges = [
        handed.map(|label| Badge { label, tone: "new" }),
        retained.then_some(Badge { label: "Refus retenu", tone: "new" }),
        ticket.contested.then_some(Badge { label: "Contestée", tone: "error" }),
        undelivered.then_some(Badge { label: "Non remise", tone: "error" }),
        sensitive.then_some(Badge { label: "Sensible", tone: "new" }),
        ticket.history.then_some(Badge { label: "Importée", tone: "info" }),
    ];
    let badges = badges.into_iter().flatten().collect();
    let named = !ticket.requester_name.is_empty();
    Line {
        href: ticket::href(&ticket.reference, view),
        base: format!("/equipe/demandes/{}", ticket.reference),
        version: ticket.version,
        subject: if ticket.subject.is_empty() { "(sans objet)".to_owned() } else { ticket.subject },
        age: words::age(now, ticket.opened_at),
        opened: paris_text(ticket.opened_at, Lang::Fr),
        opened_iso: words::machine(ticket.opened_at),
        from: if named { ticket.requester_name } else { ticket.requester_email },
        organisation: ticket.organisation,
        category: if recognised { categories.title(&ticket.category) } else { UNRECOGNISED.to_owned() },
        // Of a correction no share is told: a person is sure.
        verdict: verdict
            .filter(|_| recognised && !corrected)
            .map(|verdict| words::percent(verdict.confidence)),
        channel: words::channel(ticket.channel),
        status: ticket.status,
        badges,
        mine: ticket.assignee.as_deref() == Some(&account.id),
        assignee: row.assignee_name,
        leaves: row.leaves_at.map(|at| words::leaves(now, at)),
        reference: ticket.reference,
    }
}

/// What an empty view means: never a bare "no result".
fn empty(view: View) -> &'static str {
    match view {
        View::Todo => "Tout est traité. Aucune demande n’attend.",
        View::Mine => "Aucune demande ne vous est affectée.",
        View::LeavingSoon => "Aucun refus automatique n’attend son départ.",
        View::Contested => "Personne n’a contesté de refus.",
        View::SetAside => "Rien n’est à vérifier parmi les messages écartés.",
        View::HandedOver => "Aucune demande transmise n’attend de réponse.",
        View::ToRead => "Aucune réponse n’est à relire.",
        View::Followed => "Aucune demande n’est suivie en copie.",
        View::Undelivered => "Tous les courriels sont arrivés à bon port.",
        View::All => "Aucune demande n’est encore arrivée.",
    }
}
