//! The list of the team. Its first page answers "what needs me now?", in sections in the order of need; a view, a filter
//! or a search shows one list, oldest first. Nothing on it moves by itself.

mod filters;
mod line;
mod side;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use chrono::{DateTime, Utc};

use super::bulk::{self, Told};
use super::categories::Categories;
use super::mails::Way;
use super::place::Place;
use super::query::{List, ListQuery, PAGE, view_url};
use super::{directory, flash, ticket, words};
use crate::keys::read_reference;
use crate::store::{Account, Asked, Filter, View};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};
use crate::web::layout::{Layout, Page};
pub(super) use filters::Choice;
use filters::{Select, filters};
use line::Line;
use side::{Side, counted};

/// Rows of a section of the first page.
const FEW: i64 = 6;

#[derive(Template)]
#[template(path = "team/queue.html")]
struct QueuePage {
    layout: Layout,
    title: String,
    /// The address to come back to after an act.
    here: String,
    /// The list's own address, whichever of its pages is shown.
    address: String,
    side: Side,
    alarms: Alarms,
    /// A list, or the sections of the first page.
    list: Option<ListShown>,
    sections: Vec<SectionShown>,
    selects: Vec<Select>,
    /// First and last day of receipt, as filtered; may be empty.
    days: [String; 2],
    /// The view that a search looks through: all, from the first page.
    searched_view: View,
    search: String,
    /// How many filters are set: their box is open then.
    set: usize,
    /// What was not understood of the search.
    remarks: Vec<String>,
    people: Vec<Choice>,
    done: Option<&'static str>,
    /// Why nothing was done.
    failed: Option<&'static str>,
    done_to: Option<String>,
    /// What an act on many tickets did.
    told: Option<Told>,
    /// The address that tells how many came since.
    news: String,
}

/// One list.
struct ListShown {
    lines: Vec<Line>,
    empty: &'static str,
    filtered: bool,
    /// How many are found, in words; of a whole view the menu says it.
    count: Option<String>,
    clear_href: String,
    newest_first: bool,
    next_href: Option<String>,
    first_href: Option<String>,
}

/// A section of the first page.
struct SectionShown {
    view: View,
    count: String,
    /// Where all of it is, when not all of it is shown.
    all_href: Option<String>,
    lines: Vec<Line>,
    /// Arrivals that could not be read stand with what waits to be cleared.
    parked: usize,
}

impl QueuePage {
    /// The title of the window: what is searched, where, and how many are found, so that tabs are told apart.
    fn head(&self) -> String {
        let found = self.list.as_ref().and_then(|list| list.count.as_deref());
        let found = found
            .map(|count| format!(", {}", count.trim_end_matches('.').to_lowercase()))
            .unwrap_or_default();
        let search = if self.search.is_empty() { String::new() } else { format!("« {} », ", self.search) };
        format!("{search}{}{found}", self.title)
    }

    /// Whether anything can be ticked.
    fn has_lines(&self) -> bool {
        match &self.list {
            Some(list) => !list.lines.is_empty(),
            None => self.sections.iter().any(|section| !section.lines.is_empty()),
        }
    }

    /// What the table of a list is called.
    fn caption(&self, list: &ListShown) -> String {
        let order = if list.newest_first {
            "de la plus récente à la plus ancienne"
        } else {
            "de la plus ancienne à la plus récente"
        };
        format!("{} : demandes, {order}", self.title)
    }
}

/// What is wrong or stopped, on top.
struct Alarms {
    automatic_stopped: bool,
    /// The breaker holds what is automatic.
    breaker: bool,
    /// Since when the mail server takes nothing.
    relay_away: Option<String>,
    /// What the directory waits for.
    directory: Option<String>,
}

/// `GET /equipe`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Query(query): Query<ListQuery>,
) -> WebResult {
    let store = state.desk.store();
    let now = state.desk.clock().now();
    let way = Way::of(&state.desk).await?;
    let list = query.list();
    // A reference read out on the telephone opens its request, whatever the view and the filters.
    if let Some(list) = &list
        && let Some(reference) = read_reference(&list.search)
        && let Some(ticket) = store.ticket(&reference).await?
    {
        return Ok(
            Redirect::to(&ticket::href(&ticket.reference, &Place::in_list(list.clone()))).into_response()
        );
    }
    let counts = store.queue_counts(&account.id).await?;
    let parked = usize::try_from(store.arrivals_parked_count().await?.total).unwrap_or(usize::MAX);
    let accounts = store.accounts().await?;
    let categories = Categories::of(&state.desk);
    let shown = match &list {
        Some(list) => Some(one_list(&state, list, &account, &categories, &way, now).await?),
        None => None,
    };
    let sections = match list {
        Some(_) => Vec::new(),
        None => sections(&state, (&counts, parked), &account, &categories, &way, now).await?,
    };
    let whole = list.as_ref().map_or_else(|| "/equipe".to_owned(), List::url);
    let here = list.clone().map_or_else(|| "/equipe".to_owned(), |list| Place::in_list(list).href());
    let saved = store.saved_views(&account.id).await?;
    let asked = list.clone().unwrap_or_else(|| List::of(View::All));
    let title = list.as_ref().map_or("À faire maintenant", |list| list.view.title());
    let side = Side::of(&counts, saved, parked, list.as_ref().map(|list| list.view), &whole, &account.id);
    let told = bulk::told(&state, &query.lot).await?;
    let people = accounts.iter().filter(|one| !one.disabled).map(|one| Choice {
        value: one.id.clone(),
        label: one.name.clone(),
        selected: one.id == account.id,
    });
    let page = QueuePage {
        layout: Layout::team(&state, "/equipe", Some(&account.name)),
        title: side.name().map_or_else(|| title.to_owned(), str::to_owned),
        side,
        alarms: alarms(&state, now).await?,
        sections,
        selects: filters(&asked, &categories, &accounts),
        searched_view: asked.view,
        search: asked.search.clone(),
        days: asked.days().map(Option::unwrap_or_default),
        set: asked.filters(),
        remarks: Asked::read(&asked.search).remarks.iter().map(crate::store::Remark::sentence).collect(),
        people: people.collect(),
        done: flash::sentence(&query.fait),
        failed: flash::failure(&query.fait),
        done_to: flash::reference(&query.demande).map(str::to_owned),
        told,
        news: super::news::address(&whole, now),
        list: shown,
        address: whole,
        here,
    };
    Ok((StatusCode::OK, Page(page)).into_response())
}

async fn one_list(
    state: &WebState,
    list: &List,
    account: &Account,
    categories: &Categories,
    way: &Way,
    now: DateTime<Utc>,
) -> Result<ListShown, WebError> {
    let filter = list.filter(&account.id, now);
    // One more than a page holds: whether there is a next page is then known without counting.
    let mut rows = state.desk.store().queue(&Filter { limit: PAGE + 1, ..filter }).await?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    rows.truncate(page);
    let count = if list.is_filtered() {
        let whole = Filter { after: None, ..list.filter(&account.id, now) };
        Some(found(state.desk.store().queue_count(&whole).await?))
    } else {
        None
    };
    let turn = rows.last().filter(|_| more);
    let place = Place::in_list(list.clone());
    Ok(ListShown {
        next_href: turn.map(|row| list.next_url(row.ticket.opened_at, &row.ticket.id)),
        first_href: list.after.as_ref().map(|_| list.url()),
        lines: rows.into_iter().map(|row| Line::of(row, account, categories, &place, way, now)).collect(),
        empty: empty(list.view),
        filtered: list.is_filtered(),
        count,
        clear_href: view_url(list.view),
        newest_first: list.view == View::All,
    })
}

async fn sections(
    state: &WebState,
    (counts, parked): (&[(View, i64)], usize),
    account: &Account,
    categories: &Categories,
    way: &Way,
    now: DateTime<Utc>,
) -> Result<Vec<SectionShown>, WebError> {
    let found = state.desk.store().queue_now(counts, FEW).await?;
    let mut sections = Vec::new();
    for view in View::NOW {
        let parked = if view == View::SetAside { parked } else { 0 };
        let section = found.iter().find(|section| section.view == view);
        if section.is_none() && parked == 0 {
            continue;
        }
        let count = section.map_or(0, |section| section.count);
        let rows = section.map(|section| section.rows.clone()).unwrap_or_default();
        let place = Place::in_section(view);
        sections.push(SectionShown {
            view,
            count: counted(count),
            all_href: (count > FEW).then(|| view_url(view)),
            lines: rows.into_iter().map(|row| Line::of(row, account, categories, &place, way, now)).collect(),
            parked,
        });
    }
    Ok(sections)
}

async fn alarms(state: &WebState, now: DateTime<Utc>) -> Result<Alarms, WebError> {
    Ok(Alarms {
        automatic_stopped: state.desk.automatic_stopped().await?,
        breaker: state.desk.breaker_is_thrown().await?,
        relay_away: state.desk.store().relay().await?.failing_since.map(|since| words::age(now, since)),
        directory: directory::waiting(state.desk.directory_to_confirm().await?),
    })
}

/// `12 demandes trouvées.`
fn found(count: i64) -> String {
    match count {
        0 => "Aucune demande trouvée.".to_owned(),
        1 => "1 demande trouvée.".to_owned(),
        count => format!("{} demandes trouvées.", counted(count)),
    }
}

/// What an empty view means: never a bare "no result".
fn empty(view: View) -> &'static str {
    match view {
        View::Todo => "Tout est traité. Aucune demande n’attend.",
        View::Unanswered => "Aucune demande n’est sans réponse.",
        View::Mine => "Aucune demande ne vous est affectée.",
        View::LeavingSoon => "Aucun refus automatique n’attend son départ.",
        View::Contested => "Personne n’a contesté de refus.",
        View::SetAside => "Rien n’est à vérifier parmi les messages écartés.",
        View::HandedOver => "Aucune demande transmise n’attend de réponse.",
        View::Silent => "Aucune transmission n’est restée sans suite.",
        View::ToRead => "Aucune réponse n’est à relire.",
        View::Followed => "Aucune demande n’est suivie en copie.",
        View::Undelivered => "Tous les courriels sont arrivés à bon port.",
        View::Snoozed => "Aucune demande n’est reportée.",
        View::Back => "Aucune demande reportée n’est de retour.",
        View::All => "Aucune demande n’est encore arrivée.",
    }
}
