//! The page that puts a request off, and what its choices mean.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use chrono::{DateTime, Datelike as _, Days, Duration, Months, NaiveDate, Utc, Weekday};

use super::place::Place;
use super::query::ListQuery;
use super::queue::Choice;
use super::ticket;
use crate::clock::{day_text, paris_day_start};
use crate::desk::{Desk, DeskError, Seen};
use crate::message::Lang;
use crate::ticket::Ticket;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};
use crate::web::layout::{Layout, Page};

/// The hour at which a day begins for the team, in Paris.
const MORNING: Duration = Duration::hours(8);

/// What the page offers, by the code of each.
const OFFERED: [&str; 5] = ["demain", "lundi", "semaine", "mois", "reponse"];

#[derive(Template)]
#[template(path = "team/snooze.html")]
struct SnoozePage {
    layout: Layout,
    ticket: Ticket,
    /// The list one came from.
    place: Place,
    choices: Vec<Choice>,
    /// The first day that can be chosen, as `YYYY-MM-DD`.
    earliest: String,
}

impl SnoozePage {
    fn ticket_href(&self) -> String {
        ticket::href(&self.ticket.reference, &self.place)
    }
}

/// The address of the page, for who comes from a list.
pub(super) fn href(reference: &str, place: &Place) -> String {
    format!("/equipe/reporter/{reference}?{}", place.code())
}

/// `GET /equipe/reporter/{reference}`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(reference): Path<String>,
    Query(query): Query<ListQuery>,
) -> WebResult {
    let ticket = state.desk.store().ticket(&reference).await?.ok_or_else(WebError::not_found)?;
    let today = state.desk.clock().today();
    let choices = OFFERED.into_iter().map(|code| Choice {
        value: code.to_owned(),
        label: label(code, today),
        selected: code == OFFERED[0],
    });
    let page = SnoozePage {
        layout: Layout::team(&state, "/equipe/reporter", Some(&account.name)),
        choices: choices.collect(),
        earliest: (today + Days::new(1)).to_string(),
        ticket,
        place: Place::of(&query),
    };
    Ok((StatusCode::OK, Page(page)).into_response())
}

/// Puts off as the page was filled in; `day`, where it is one, before the choice.
pub(super) async fn put_off(desk: &Desk, seen: &Seen, choice: &str, day: &str) -> Result<(), DeskError> {
    let today = desk.clock().today();
    let until = match day.trim() {
        "" if choice == "reponse" => None,
        "" => Some(day_of(choice, today).ok_or_else(|| refused("Choisissez jusqu’à quand."))?),
        typed => {
            Some(typed.parse().map_err(|_| refused("Cette date n’est pas lisible : écrivez AAAA-MM-JJ."))?)
        }
    };
    desk.snooze(seen, until.map(morning)).await
}

fn refused(says: &str) -> DeskError {
    DeskError::Refused(says.to_owned())
}

fn morning(day: NaiveDate) -> DateTime<Utc> {
    paris_day_start(day) + MORNING
}

/// The day that a choice means.
fn day_of(choice: &str, today: NaiveDate) -> Option<NaiveDate> {
    let next = |weekday: Weekday| {
        let ahead = (7 + u64::from(weekday.num_days_from_monday())
            - u64::from(today.weekday().num_days_from_monday())
            - 1)
            % 7
            + 1;
        today.checked_add_days(Days::new(ahead))
    };
    match choice {
        "demain" => today.checked_add_days(Days::new(1)),
        "lundi" => next(Weekday::Mon),
        "semaine" => today.checked_add_days(Days::new(7)),
        "mois" => today.checked_add_months(Months::new(1)),
        _ => None,
    }
}

fn label(choice: &str, today: NaiveDate) -> String {
    let says = match choice {
        "demain" => "Demain matin",
        "lundi" => "Lundi matin",
        "semaine" => "Dans une semaine",
        "mois" => "Dans un mois",
        _ => "Jusqu’à une réponse",
    };
    day_of(choice, today)
        .map_or_else(|| says.to_owned(), |day| format!("{says} ({})", day_text(day, Lang::Fr)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_a_day_to_come() {
        // A Wednesday, then a Monday.
        for (today, monday) in [("2026-11-25", "2026-11-30"), ("2026-11-30", "2026-12-07")] {
            let day = |choice| day_of(choice, today.parse().unwrap()).map(|day| day.to_string());
            assert_eq!(day("lundi").as_deref(), Some(monday));
            assert_eq!(day("reponse"), None);
        }
        assert_eq!(label("demain", "2026-11-30".parse().unwrap()), "Demain matin (1er décembre 2026)");
    }
}
