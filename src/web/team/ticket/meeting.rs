//! The meeting that a ticket leads to: its form, its line, its file for a calendar.

use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use chrono::{Duration, NaiveDate, NaiveTime};

use super::Typed;
use crate::clock::{paris_day, paris_instant, paris_text, paris_time};
use crate::desk::DeskError;
use crate::message::Lang;
use crate::store::Meeting;
use crate::ticket::Ticket;
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};
use crate::web::team::acts::ActForm;
use crate::web::{WebState, download};

/// The category whose tickets lead to a meeting.
const CATEGORY: &str = "strategy";

/// What the page shows of it.
pub(in crate::web::team) struct MeetingBox {
    /// When and where, in words; `None`: nothing is noted.
    pub(in crate::web::team) noted: Option<String>,
    /// Day (`YYYY-MM-DD`), time (`HH:MM`) and place in the form.
    pub(in crate::web::team) day: String,
    /// See `day`.
    pub(in crate::web::team) time: String,
    /// See `day`.
    pub(in crate::web::team) place: String,
}

/// What the page shows; `None`: the ticket is of another category and no meeting is noted.
pub(super) fn meeting_box(ticket: &Ticket, meeting: Option<&Meeting>, typed: &Typed) -> Option<MeetingBox> {
    if ticket.category != CATEGORY && meeting.is_none() && typed.meeting.is_none() {
        return None;
    }
    let kept = meeting.map(|meeting| {
        let time = paris_time(meeting.at).format("%H:%M").to_string();
        (paris_day(meeting.at).to_string(), time, meeting.place.clone())
    });
    let (day, time, place) = typed.meeting.clone().or(kept).unwrap_or_default();
    Some(MeetingBox { noted: meeting.map(words), day, time, place })
}

/// When and where, in words.
fn words(meeting: &Meeting) -> String {
    let when = paris_text(meeting.at, Lang::Fr);
    if meeting.place.is_empty() { when } else { format!("{when}, {}", meeting.place) }
}

/// The meeting that was typed; without a day, none.
pub(in crate::web::team) fn typed(form: &ActForm) -> Result<Option<Meeting>, DeskError> {
    let (day, time) = (form.jour.trim(), form.heure.trim());
    if day.is_empty() {
        return Ok(None);
    }
    let refused = |says: &str| DeskError::Refused(says.to_owned());
    let day: NaiveDate = day.parse().map_err(|_| refused("Ce jour n’existe pas : écrivez-le AAAA-MM-JJ."))?;
    let time = NaiveTime::parse_from_str(time, "%H:%M")
        .map_err(|_| refused("Donnez l’heure du rendez-vous, par exemple 14:30."))?;
    Ok(Some(Meeting { at: paris_instant(day, time), place: form.lieu.clone() }))
}

/// `GET /equipe/demandes/{reference}/rendez-vous.ics`: the meeting for a calendar (RFC 5545), an hour long.
pub(in crate::web::team) async fn calendar(
    State(state): State<WebState>,
    SignedIn(_): SignedIn,
    Path(reference): Path<String>,
) -> WebResult {
    let ticket = state.desk.store().ticket(&reference).await?.ok_or_else(WebError::not_found)?;
    let meeting = state.desk.store().meeting(&ticket.id).await?.ok_or_else(WebError::not_found)?;
    let url = format!("{}/equipe/demandes/{reference}", state.desk.service().public_url);
    let text = event(&ticket, &meeting, &url, state.desk.clock().now());
    let headers = download::typed(&format!("rendez-vous-{reference}.ics"), "text/calendar; charset=utf-8");
    Ok((headers, text).into_response())
}

fn event(ticket: &Ticket, meeting: &Meeting, url: &str, now: chrono::DateTime<chrono::Utc>) -> String {
    let stamp = |at: chrono::DateTime<chrono::Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
    let summary = if ticket.subject.is_empty() {
        format!("Demande {}", ticket.reference)
    } else {
        format!("Demande {} : {}", ticket.reference, ticket.subject)
    };
    let place = (!meeting.place.is_empty()).then(|| format!("LOCATION:{}", escaped(&meeting.place)));
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//guichet//FR".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@guichet", ticket.id),
        format!("DTSTAMP:{}", stamp(now)),
        format!("DTSTART:{}", stamp(meeting.at)),
        format!("DTEND:{}", stamp(meeting.at + Duration::hours(1))),
        format!("SUMMARY:{}", escaped(&summary)),
        format!("URL:{url}"),
    ];
    let end = ["END:VEVENT".to_owned(), "END:VCALENDAR".to_owned()];
    lines.iter().chain(&place).chain(&end).map(|line| folded(line)).collect()
}

/// A text as a value of RFC 5545 (section 3.3.11).
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace(['\r', '\n'], " ")
}

/// A line of at most 75 octets, continued on the next ones (section 3.1), with its end.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut room = 75;
    for c in line.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = 74;
        }
        room -= c.len_utf8();
        out.push(c);
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_goes_on_in_the_next_one() {
        let line = format!("SUMMARY:{}", "é".repeat(100));
        let folded = folded(&line);
        assert!(folded.split("\r\n").all(|line| line.len() <= 75));
        assert_eq!(folded.replace("\r\n ", "").trim_end(), line);
        assert_eq!(escaped("a, b; c\nd"), "a\\, b\\; c d");
    }
}
