//! The list: who is in the directory, by organisation; what waits to be confirmed, confirmed in one press.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use chrono::NaiveDate;
use serde::Deserialize;

use super::{HOME, words};
use crate::clock::day_text;
use crate::desk::{DeskError, EntryStanding, SeenEntry, ToConfirm};
use crate::message::{Lang, one_line};
use crate::store::{Account, KeptEntry};
use crate::triage::Reference;
use crate::triage::directory::Role;
use crate::triage::text::fold;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;
use crate::web::layout::{Layout, Page};
use crate::web::team::flash;
use crate::web::team::query::percent_encode;

/// Which entries are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum View {
    /// In force or to come.
    #[default]
    InForce,
    /// What a person has to look at.
    ToConfirm,
    /// Whose absence has not ended.
    Absent,
    /// Ended and erased.
    Ended,
}

impl View {
    const ALL: [Self; 4] = [Self::InForce, Self::ToConfirm, Self::Absent, Self::Ended];

    fn code(self) -> &'static str {
        match self {
            Self::InForce => "en-vigueur",
            Self::ToConfirm => "a-confirmer",
            Self::Absent => "absences",
            Self::Ended => "terminees",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::InForce => "En vigueur",
            Self::ToConfirm => "À confirmer",
            Self::Absent => "Absences",
            Self::Ended => "Terminées",
        }
    }

    fn holds(self, kept: &KeptEntry, standing: EntryStanding, today: NaiveDate) -> bool {
        let over = matches!(standing, EntryStanding::Ended | EntryStanding::Erased);
        match self {
            Self::InForce => !over && standing != EntryStanding::Suggested,
            Self::ToConfirm => standing.needs_confirming(),
            Self::Absent => {
                !over
                    && kept.entry.absence.and_then(|absence| absence.until).is_some_and(|last| last >= today)
            }
            Self::Ended => over,
        }
    }
}

/// The address of a list, as typed: unknown values mean "no filter".
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    vue: String,
    role: String,
    q: String,
    fait: String,
}

impl ListQuery {
    fn view(&self) -> View {
        View::ALL.into_iter().find(|view| view.code() == self.vue).unwrap_or_default()
    }

    fn role(&self) -> Option<Role> {
        Role::from_code(&self.role)
    }

    fn search(&self) -> String {
        one_line(&self.q, 200)
    }

    fn href(&self, view: View) -> String {
        let mut href = format!("{HOME}?vue={}", view.code());
        if let Some(role) = self.role() {
            href += "&role=";
            href += role.code();
        }
        if !self.search().is_empty() {
            href += "&q=";
            href += &percent_encode(&self.search());
        }
        href
    }
}

#[derive(Template)]
#[template(path = "team/directory/list.html")]
struct ListPage<'a> {
    layout: Layout,
    done: Option<&'static str>,
    /// Why nothing was done.
    refused: Option<String>,
    /// What waits for a person, in sentences.
    waiting: Vec<String>,
    tabs: Vec<Tab>,
    view: View,
    role: Option<Role>,
    search: String,
    clear_href: Option<String>,
    lines: Vec<Line<'a>>,
    /// Bodies that an old list names as having an AMDAC and that have none here: the day of the list, and their names.
    without_amdac: Option<(String, Vec<&'a str>)>,
}

struct Tab {
    title: &'static str,
    href: String,
    current: bool,
    count: usize,
}

struct Line<'a> {
    id: &'a str,
    version: i64,
    /// `id:version`, as the forms send it back.
    seen: String,
    organisation: String,
    role: String,
    deputy: bool,
    who: &'a str,
    email: &'a str,
    standing: String,
    tone: &'static str,
    absence: Option<String>,
    note: &'a str,
    /// Whether it can be confirmed in one press.
    confirmable: bool,
    /// Named from outside: to be taken over on its page, or put aside.
    suggested: bool,
}

/// `GET /equipe/annuaire`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Query(query): Query<ListQuery>,
) -> WebResult {
    page(&state, &account, &query, None, StatusCode::OK).await
}

/// `POST /equipe/annuaire/confirmer`: one entry (`une`) or all that are ticked (`entree`), as `id:version`;
/// nothing at all (`rien`) where Enter was pressed on a box.
pub(super) async fn confirm(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult {
    // The browser stays on its page, with what is ticked there.
    if fields.iter().any(|(name, _)| name == "rien") {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let all = |name: &str| -> Vec<SeenEntry> {
        fields.iter().filter(|(own, _)| own == name).filter_map(|(_, value)| seen(value)).collect()
    };
    let (one, ticked) = (all("une"), all("entree"));
    let chosen = if one.is_empty() { ticked } else { one };
    let field = |name: &str| {
        let found = fields.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let query = ListQuery { vue: field("vue"), role: field("role"), q: field("q"), fait: String::new() };
    match state.desk.directory_confirm(&chosen, &account.id).await {
        Ok(()) => {
            let done = if chosen.is_empty() { "entrees-aucune" } else { "entrees-confirmees" };
            Ok(Redirect::to(&format!("{}&fait={done}", query.href(query.view()))).into_response())
        }
        Err(DeskError::Conflict { .. }) => {
            let says =
                "L’une de ces entrées a changé entre-temps : la voici comme elle est. Rien n’a été confirmé.";
            page(&state, &account, &query, Some(says.to_owned()), StatusCode::CONFLICT).await
        }
        Err(DeskError::Refused(says)) => {
            page(&state, &account, &query, Some(says), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other.into()),
    }
}

fn seen(value: &str) -> Option<SeenEntry> {
    let (id, version) = value.rsplit_once(':')?;
    Some(SeenEntry { id: id.to_owned(), version: version.parse().ok()? })
}

async fn page(
    state: &WebState,
    account: &Account,
    query: &ListQuery,
    refused: Option<String>,
    status: StatusCode,
) -> WebResult {
    let (_, entries) = state.desk.store().directory_entries().await?;
    let today = state.desk.clock().today();
    let (view, role, search) = (query.view(), query.role(), query.search());
    let triage = state.desk.triage_now().await?;
    let reference = triage.reference();
    let fits = |kept: &&KeptEntry| {
        role.is_none_or(|role| role == kept.entry.role)
            && (search.is_empty() || meets(kept, &search, reference))
    };
    let fitting: Vec<(&KeptEntry, EntryStanding)> =
        entries.iter().filter(fits).map(|kept| (kept, EntryStanding::of(kept, today))).collect();
    let in_view = |view: View| fitting.iter().filter(move |(kept, told)| view.holds(kept, *told, today));
    let mut lines: Vec<Line<'_>> = in_view(view).map(|(kept, told)| line(kept, *told, reference)).collect();
    lines.sort_by_cached_key(|line| (fold(&line.organisation), line.role.clone(), line.deputy));
    let filtered = role.is_some() || !search.is_empty();
    let page = ListPage {
        layout: Layout::team(state, HOME, Some(&account.name)),
        done: flash::sentence(&query.fait),
        refused,
        waiting: words::sentences(ToConfirm::count(&entries, today)),
        tabs: View::ALL
            .into_iter()
            .map(|tab| Tab {
                title: tab.title(),
                href: query.href(tab),
                current: tab == view,
                count: in_view(tab).count(),
            })
            .collect(),
        view,
        role,
        search: search.clone(),
        clear_href: filtered.then(|| ListQuery::default().href(view)),
        lines,
        without_amdac: if role == Some(Role::Amdac) && view == View::InForce {
            without_amdac(&entries, today, reference)
        } else {
            None
        },
    };
    Ok((status, Page(page)).into_response())
}

/// Whether every word of a search stands in what the list shows of an entry.
fn meets(kept: &KeptEntry, search: &str, reference: &Reference) -> bool {
    let entry = &kept.entry;
    let body = reference.name_of(&entry.organisation);
    let parts = [entry.organisation.as_str(), body, &entry.name, &entry.email, &entry.note];
    let text = fold(&parts.join(" "));
    fold(search).split_whitespace().all(|word| text.contains(word))
}

fn line<'a>(kept: &'a KeptEntry, told: EntryStanding, reference: &Reference) -> Line<'a> {
    let entry = &kept.entry;
    let (standing, tone) = words::standing(kept, told);
    Line {
        id: &entry.id,
        version: kept.version,
        seen: format!("{}:{}", entry.id, kept.version),
        organisation: reference.name_of(&entry.organisation).to_owned(),
        role: words::role(entry),
        deputy: entry.deputy,
        who: words::who(entry),
        email: if entry.name.is_empty() { "" } else { &entry.email },
        standing,
        tone,
        absence: words::absence(entry),
        note: &entry.note,
        confirmable: !matches!(told, EntryStanding::Ended | EntryStanding::Erased | EntryStanding::Suggested),
        suggested: told == EntryStanding::Suggested,
    }
}

/// The bodies of the published list that have no AMDAC in force here; `None` where all of them have.
fn without_amdac<'a>(
    entries: &[KeptEntry],
    today: NaiveDate,
    reference: &'a Reference,
) -> Option<(String, Vec<&'a str>)> {
    let listed = reference.listed_amdacs();
    let known = |id: &str| {
        entries.iter().any(|kept| {
            kept.entry.role == Role::Amdac
                && kept.entry.organisation == id
                && View::InForce.holds(kept, EntryStanding::of(kept, today), today)
        })
    };
    let names: Vec<&str> = listed
        .iter()
        .filter(|amdac| !known(&amdac.organisation))
        .map(|amdac| reference.name_of(&amdac.organisation))
        .collect();
    let day = listed.iter().filter_map(|amdac| amdac.period.from).max()?;
    (!names.is_empty()).then(|| (day_text(day, Lang::Fr), names))
}
