//! The questions to third parties on a ticket: the form that asks, what was asked, and next to an answer the form that keeps
//! it as a reference row. What was typed comes back when it could not happen.

use super::words;
use crate::clock::paris_text;
use crate::desk::{AnswerToKeep, Desk, DeskError, Question, Seen};
use crate::message::Lang;
use crate::store::{Account, TicketFile};
use crate::ticket::{AsTyped, Inquiry, MailKind, OutboxState};
use crate::triage::directory::Role;
use crate::triage::{Contract, Directory, Standing, Triage};

/// The fields of both forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ThirdForm {
    pub(super) tiers: String,
    pub(super) objet: String,
    pub(super) question: String,
    pub(super) dire_qui: String,
    pub(super) organisme: String,
    pub(super) marche: String,
    pub(super) reponse: String,
    pub(super) source: String,
    pub(super) depuis: String,
    pub(super) jusque: String,
    pub(super) pourquoi: String,
}

impl ThirdForm {
    /// Asks what was typed.
    pub(super) async fn ask(&self, desk: &Desk, seen: &Seen) -> Result<(), DeskError> {
        let question = Question {
            to: self.tiers.clone(),
            subject: self.objet.clone(),
            text: self.question.replace("\r\n", "\n"),
            organisation: self.organisme.clone(),
            contract: Contract::from_code(&self.marche),
            names_requester: self.dire_qui == "oui",
        };
        desk.ask_third_party(seen, &question).await
    }

    /// A question that was stopped before it left.
    pub(super) fn of_stopped(one: &Inquiry, written: AsTyped) -> Self {
        Self {
            tiers: one.email.clone(),
            objet: written.subject,
            question: written.text,
            dire_qui: if written.names_requester { "oui".to_owned() } else { String::new() },
            organisme: one.organisation.clone(),
            marche: one.contract.map_or("", Contract::code).to_owned(),
            ..Self::default()
        }
    }

    /// Keeps the answer that was typed.
    pub(super) async fn keep(&self, desk: &Desk, seen: &Seen) -> Result<(), DeskError> {
        let refused = |says: &str| DeskError::Refused(says.to_owned());
        let standing = [Standing::Eligible, Standing::NotListed, Standing::ToVerify];
        let answer = AnswerToKeep {
            organisation: self.organisme.clone(),
            contract: Contract::from_code(&self.marche).ok_or_else(|| refused("Choisissez un marché."))?,
            standing: standing
                .into_iter()
                .find(|one| one.code() == self.reponse)
                .ok_or_else(|| refused("Dites ce que le tiers a répondu."))?,
            source: self.source.clone(),
            valid_from: self.depuis.clone(),
            valid_until: self.jusque.clone(),
            note: self.pourquoi.replace("\r\n", "\n"),
        };
        desk.keep_answer(seen, &answer).await
    }
}

/// A question that was asked.
pub(super) struct Asked {
    /// Whom.
    pub(super) email: String,
    /// When and by whom.
    pub(super) story: String,
    /// Id of the message that answered; nothing while it is waited for.
    pub(super) answer: Option<String>,
    /// What became of the mail where nothing is waited for: it did not leave, or nobody knows; empty otherwise.
    pub(super) unsent: &'static str,
}

/// Somebody of the directory, as the box proposes them.
pub(super) struct Known {
    /// Address.
    pub(super) email: String,
    /// Who that is.
    pub(super) title: String,
}

/// All that the ticket page shows of it.
pub(super) struct Shown {
    /// The questions, latest first.
    pub(super) asked: Vec<Asked>,
    /// What stands in the form that asks.
    pub(super) question: Question,
    /// Whether that form is open: what was typed was refused, or a contract is to be verified.
    pub(super) asking: bool,
    /// Whether the form that keeps is open: what was typed was refused.
    pub(super) keeping: bool,
    /// Whom the directory knows, pilots and the body's own first.
    pub(super) known: Vec<Known>,
    /// What stands in the form that keeps; `None` where nothing was answered.
    pub(super) keep: Option<Keep>,
}

/// What stands in the form that keeps an answer.
pub(super) struct Keep {
    /// The body.
    pub(super) organisation: String,
    /// Names of the bodies known.
    pub(super) organisations: Vec<String>,
    /// Code of the contract.
    pub(super) contract: String,
    /// Code of what was answered; empty: to be chosen.
    pub(super) standing: String,
    /// Where it comes from.
    pub(super) source: String,
    /// First day.
    pub(super) from: String,
    /// Last day.
    pub(super) until: String,
    /// Why.
    pub(super) note: String,
    /// Id of the message that answered last.
    pub(super) message: String,
}

/// What the ticket page shows. `typed`: the act that was refused, with its fields.
pub(super) fn shown(
    desk: &Desk,
    file: &TicketFile,
    directory: &Directory,
    triage: &Triage,
    accounts: &[Account],
    typed: Option<&(String, ThirdForm)>,
) -> Shown {
    let typed = |act: &str| typed.filter(|(own, _)| own == act).map(|(_, form)| form);
    let mail = |one: &Inquiry| file.outbox.iter().find(|entry| entry.id == one.outbox_id);
    let forwards = |one: &Inquiry| mail(one).is_some_and(|entry| entry.kind == MailKind::Forward);
    // Of a forward that was stopped nothing left: it stands in its form again.
    let stopped =
        |one: &Inquiry| forwards(one) && mail(one).is_some_and(|entry| entry.state == OutboxState::Held);
    let asked = file.inquiries.iter().rev().filter(|one| !stopped(one)).map(|one| Asked {
        email: one.email.clone(),
        story: format!(
            "{} le {} par {}.",
            if forwards(one) { "Message transféré" } else { "Question posée" },
            paris_text(one.asked_at, Lang::Fr),
            words::actor(&one.by, accounts)
        ),
        answer: one.message_id.clone(),
        unsent: unsent(file, &one.outbox_id),
    });
    let question = match typed("tiers") {
        Some(form) => Question {
            to: form.tiers.clone(),
            subject: form.objet.clone(),
            text: form.question.clone(),
            organisation: form.organisme.clone(),
            contract: Contract::from_code(&form.marche),
            names_requester: form.dire_qui == "oui",
        },
        None => desk.question_for(file),
    };
    Shown {
        asked: asked.collect(),
        asking: typed("tiers").is_some(),
        keeping: typed("garder").is_some(),
        known: known(directory, &question, triage, desk),
        keep: keep(desk, file, triage, &question, typed("garder")),
        question,
    }
}

/// Why no answer to a mail is waited for; empty where one is.
fn unsent(file: &TicketFile, outbox_id: &str) -> &'static str {
    match file.outbox.iter().find(|entry| entry.id == outbox_id).map(|entry| entry.state) {
        Some(OutboxState::Held) => "Arrêtée avant le départ",
        Some(OutboxState::Failed) => "Pas partie",
        Some(OutboxState::InDoubt) => "Envoi incertain",
        Some(OutboxState::Due | OutboxState::Sending | OutboxState::Sent) | None => "",
    }
}

fn known(directory: &Directory, question: &Question, triage: &Triage, desk: &Desk) -> Vec<Known> {
    let today = desk.clock().today();
    let mut entries: Vec<_> = directory.entries().iter().filter(|entry| entry.period.holds(today)).collect();
    entries.sort_by_key(|entry| (entry.organisation != question.organisation, entry.role != Role::Pilot));
    let title = |organisation: &str, role: Role| {
        format!("{}, {}", role.title(), triage.reference().name_of(organisation))
    };
    entries
        .into_iter()
        .map(|entry| Known { email: entry.email.clone(), title: title(&entry.organisation, entry.role) })
        .collect()
}

fn keep(
    desk: &Desk,
    file: &TicketFile,
    triage: &Triage,
    question: &Question,
    typed: Option<&ThirdForm>,
) -> Option<Keep> {
    let answered = file.inquiries.iter().filter(|one| one.message_id.is_some());
    let inquiry = answered.max_by_key(|one| one.answered_at)?;
    let message = inquiry.message_id.clone()?;
    let answer = file.messages.iter().find(|stored| stored.id == message)?;
    let reference = triage.reference();
    let body = if inquiry.organisation.is_empty() { &question.organisation } else { &inquiry.organisation };
    let bodies = reference.organisations().filter(|body| !body.as_written);
    let organisations = bodies.map(|body| body.name.clone()).collect();
    let contract = inquiry.contract.map_or("", Contract::code).to_owned();
    Some(match typed {
        Some(form) => Keep {
            organisation: form.organisme.clone(),
            organisations,
            contract: form.marche.clone(),
            standing: form.reponse.clone(),
            source: form.source.clone(),
            from: form.depuis.clone(),
            until: form.jusque.clone(),
            note: form.pourquoi.clone(),
            message,
        },
        None => Keep {
            organisation: if body.is_empty() { String::new() } else { reference.name_of(body).to_owned() },
            organisations,
            contract,
            standing: String::new(),
            source: desk.answer_source(&file.ticket, answer),
            from: desk.clock().today().to_string(),
            until: String::new(),
            note: String::new(),
            message,
        },
    })
}
