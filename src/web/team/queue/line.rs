//! A row of the list, already in words.

use chrono::{DateTime, Utc};

use crate::clock::paris_text;
use crate::message::Lang;
use crate::store::{Account, Row};
use crate::ticket::{EndedByAuthor, HandOverState, Status};
use crate::triage::Reason;
use crate::web::team::categories::{Categories, UNRECOGNISED};
use crate::web::team::mails::Way;
use crate::web::team::place::Place;
use crate::web::team::{snooze, ticket, words};

/// What else is to be known of a row before it is opened.
pub(super) struct Badge {
    pub(super) label: String,
    /// `error`, `new`, `info`, `warning`: the design system's colours; empty: none.
    pub(super) tone: &'static str,
}

/// A row.
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a row offers or not: each stands alone in the template"
)]
pub(super) struct Line {
    pub(super) reference: String,
    pub(super) version: i64,
    pub(super) href: String,
    /// The page that puts it off.
    pub(super) snooze_href: String,
    pub(super) base: String,
    pub(super) subject: String,
    pub(super) age: String,
    pub(super) opened: String,
    pub(super) opened_iso: String,
    pub(super) from: String,
    pub(super) organisation: String,
    /// Category, how sure triage was, channel: the second line.
    pub(super) about: String,
    pub(super) badges: Vec<Badge>,
    pub(super) assignee: Option<String>,
    pub(super) mine: bool,
    pub(super) open: bool,
    pub(super) snoozed: bool,
    pub(super) closed: bool,
    pub(super) set_aside: bool,
    /// A refusal waits for its time: it can be stopped.
    pub(super) leaves: bool,
}

impl Line {
    /// The line of a row, as the reader sees it in a list.
    pub(super) fn of(
        row: Row,
        account: &Account,
        categories: &Categories,
        place: &Place,
        way: &Way,
        now: DateTime<Utc>,
    ) -> Self {
        let badges = badges(&row, way, now);
        let ticket = row.ticket;
        let verdict = row.verdict.as_ref();
        let corrected = verdict.is_some_and(|verdict| verdict.category != ticket.category);
        let recognised = corrected || verdict.is_none_or(|verdict| verdict.reason.recognised());
        let category = if recognised { categories.title(&ticket.category) } else { UNRECOGNISED.to_owned() };
        // Of a correction no share is told: a person is sure.
        let sure = verdict.filter(|_| recognised && !corrected);
        let sure =
            sure.map_or_else(String::new, |verdict| format!(", {}", words::percent(verdict.confidence)));
        let meeting = row
            .meeting_at
            .map_or_else(String::new, |at| format!(" · rendez-vous le {}", paris_text(at, Lang::Fr)));
        let named = !ticket.requester_name.is_empty();
        Self {
            href: ticket::href(&ticket.reference, place),
            snooze_href: snooze::href(&ticket.reference, place),
            base: format!("/equipe/demandes/{}", ticket.reference),
            version: ticket.version,
            subject: if ticket.subject.is_empty() { "(sans objet)".to_owned() } else { ticket.subject },
            age: words::age(now, ticket.opened_at),
            opened: paris_text(ticket.opened_at, Lang::Fr),
            opened_iso: words::machine(ticket.opened_at),
            from: if named { ticket.requester_name } else { ticket.requester_email },
            organisation: ticket.organisation,
            about: format!("{category}{sure} · {}{meeting}", words::channel(ticket.channel)),
            badges,
            mine: ticket.assignee.as_deref() == Some(&account.id),
            assignee: row.assignee_name,
            open: ticket.status == Status::Open,
            snoozed: ticket.status == Status::Snoozed,
            closed: ticket.status == Status::Closed,
            set_aside: ticket.status == Status::SetAside,
            leaves: row.leaves_at.is_some(),
            reference: ticket.reference,
        }
    }
}

/// What stands in the column of the state. "À traiter" goes without saying: it is why the list is read.
fn badges(row: &Row, way: &Way, now: DateTime<Utc>) -> Vec<Badge> {
    let ticket = &row.ticket;
    let open = ticket.status == Status::Open;
    let verdict = row.verdict.as_ref();
    let corrected = verdict.is_some_and(|verdict| verdict.category != ticket.category);
    let is = |reason: Reason| verdict.is_some_and(|verdict| verdict.reason == reason);
    let undelivered = row.undelivered && open;
    let retained = !undelivered && is(Reason::RefusedTopic) && !corrected && !ticket.contested && open;
    let handed = row.handed.filter(|_| open && !undelivered).and_then(|state| match state {
        HandOverState::Silent => Some("Transmise sans réponse"),
        HandOverState::Declined => Some("Transmission déclinée"),
        HandOverState::Returned => Some("Destinataire absent"),
        HandOverState::Answered => Some("Réponse à faire suivre"),
        HandOverState::Waiting | HandOverState::TakenBack => None,
    });
    let badge = |label: &str, tone| Badge { label: label.to_owned(), tone };
    let state = match (row.leaves_at, ticket.status) {
        (Some(at), _) => Some(Badge { label: way.leaves(at, false, now), tone: "warning" }),
        (None, Status::Open) => None,
        (None, Status::Snoozed) => Some(Badge { label: words::put_off(row.put_off_until), tone: "" }),
        (None, status) => Some(badge(row.ended.map_or(status.title(), EndedByAuthor::title), "")),
    };
    let marks = [
        state,
        handed.map(|label| badge(label, "new")),
        retained.then(|| badge("Refus retenu", "new")),
        ticket.contested.then(|| badge("Contestée", "error")),
        undelivered.then(|| badge("Non remise", "error")),
        is(Reason::Sensitive).then(|| badge("Sensible", "new")),
        (open && row.put_off).then(|| badge("De retour", "info")),
        ticket.history.then(|| badge("Importée", "info")),
    ];
    marks.into_iter().flatten().collect()
}
