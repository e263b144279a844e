//! What the team sees of a request that was handed over: to whom, when, what became of it, and what is to be done now.

use chrono::{DateTime, Utc};

use super::words;
use crate::clock::{day_text, paris_day, paris_text};
use crate::desk::PASS_ON_WISH;
use crate::message::Lang;
use crate::store::{Account, TicketFile};
use crate::ticket::{Actor, Event, HandOver, HandOverState, Status};
use crate::triage::directory::Entry;

/// One hand-over.
pub(super) struct Handed<'a> {
    /// Name or function; empty where only the address is known.
    pub(super) name: &'a str,
    /// Address.
    pub(super) email: &'a str,
    /// `Coordination des marchés`, …; that a person typed the address where the directory does not know it.
    pub(super) role: &'static str,
    /// `En attente de réponse`, …
    pub(super) state: &'static str,
    /// How the badge is coloured.
    pub(super) tone: &'static str,
    /// When and by whom, reminders and what comes next, in sentences.
    pub(super) story: String,
    /// How it ended; empty while it waits.
    pub(super) note: &'a str,
}

/// What the team should do now.
pub(super) struct Next {
    /// What there is to do, as a heading.
    pub(super) title: &'static str,
    /// Who said what.
    pub(super) sentence: String,
    /// The ticket is closed by reading the answer.
    pub(super) glance: bool,
    /// Where it goes on, and what the link says.
    pub(super) link: Option<(&'static str, &'static str)>,
    /// Whom the directory proposes instead.
    pub(super) proposed: Option<String>,
}

/// The hand-overs of a ticket, latest first.
pub(super) fn handed<'a>(file: &'a TicketFile, accounts: &[Account], now: DateTime<Utc>) -> Vec<Handed<'a>> {
    file.hand_overs.iter().rev().map(|one| line(one, accounts, now)).collect()
}

/// What is to be done about the latest hand-over, if anything is.
pub(super) fn next(file: &TicketFile, instead: Option<&Entry>) -> Option<Next> {
    let last = file.hand_overs.last().filter(|last| last.glanced_at.is_none());
    let Some(about) = last else { return wished(file) };
    let who = if about.name.is_empty() { &about.email } else { &about.name };
    let next = |title, link| Next {
        title,
        sentence: format!("{who} : {}.", about.note),
        glance: false,
        link,
        proposed: instead.map(|entry| {
            let deputy = if entry.deputy { ", suppléance" } else { "" };
            format!("L’annuaire propose {}{deputy}.", named(entry))
        }),
    };
    match (about.state, file.ticket.status) {
        (HandOverState::Answered, Status::HandedOver) => {
            Some(Next { glance: true, ..next("Une réponse est à relire.", None) })
        }
        (HandOverState::Waiting, Status::HandedOver) if !about.note.is_empty() => {
            Some(Next { glance: true, ..next("Un message est à relire.", None) })
        }
        (HandOverState::Answered, Status::Open) if !about.reached => {
            let link = ("#repondre", "Répondre à l’auteur de la demande");
            Some(next("Une réponse est à faire suivre.", Some(link)))
        }
        (HandOverState::Declined | HandOverState::Silent | HandOverState::Returned, Status::Open) => {
            Some(next("La transmission est sans suite.", Some(("#transmettre", "Transmettre de nouveau"))))
        }
        _ => None,
    }
}

/// The requester of a refused question wishes that it be passed on, and nobody has done so yet.
fn wished(file: &TicketFile) -> Option<Next> {
    let open = file.ticket.status == Status::Open && file.hand_overs.is_empty();
    let wishes = |event: &Event| event.detail == PASS_ON_WISH && event.actor == Actor::Requester;
    (open && file.events.iter().any(wishes)).then(|| Next {
        title: "La personne souhaite être orientée.",
        sentence: format!("Elle {PASS_ON_WISH}."),
        glance: false,
        link: Some(("#transmettre", "Transmettre")),
        proposed: None,
    })
}

/// `Marie Dupont (marie@ministere.example)`, or the address alone.
fn named(entry: &Entry) -> String {
    if entry.name.is_empty() { entry.email.clone() } else { format!("{} ({})", entry.name, entry.email) }
}

fn line<'a>(one: &'a HandOver, accounts: &[Account], now: DateTime<Utc>) -> Handed<'a> {
    let tone = match one.state {
        HandOverState::Waiting => "info",
        HandOverState::Answered => "success",
        HandOverState::Declined | HandOverState::Silent | HandOverState::Returned => "warning",
        HandOverState::TakenBack => "new",
    };
    let day = |at| day_text(paris_day(at), Lang::Fr);
    let by = words::actor(&one.by, accounts);
    let gathered = one.state == HandOverState::Waiting && one.outbox_id.is_none();
    let next = one.remind_at.filter(|at| *at > now && !gathered);
    let who = if one.name.is_empty() { "son destinataire" } else { &one.name };
    let told = [
        Some(format!("Transmise le {} par {by}.", paris_text(one.made_at, Lang::Fr))),
        match one.reminders {
            0 => None,
            1 => Some("Un rappel.".to_owned()),
            many => Some(format!("{many} rappels.")),
        },
        gathered.then(|| "Part bientôt, avec d’autres demandes, en un seul courriel.".to_owned()),
        next.map(|at| format!("Sans réponse, suite le {}.", day(at))),
        one.ended_at.map(|at| match one.state {
            HandOverState::TakenBack => format!("Le {} :", day(at)),
            _ => format!("Le {}, {who} :", day(at)),
        }),
    ];
    let story = told.into_iter().flatten().collect::<Vec<_>>().join(" ");
    Handed {
        name: &one.name,
        email: &one.email,
        role: match one.entry_id {
            Some(_) => one.role.title(),
            None => "Adresse saisie par l’équipe",
        },
        state: one.state.title(),
        tone,
        story,
        note: &one.note,
    }
}
