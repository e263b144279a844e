//! How far a decision is carried out on a new request, and what keeps it from going further.

use super::decide::left_to_a_person;
use super::open::stays_in_the_domain;
use super::understand::Understood;
use super::{Desk, HandOverTo, Mode};
use crate::clock::paris_day;
use crate::message::Arrival;
use crate::ticket::{MailKind, Status};
use crate::triage::directory::Role;
use crate::triage::{Action, Decision, Directory, Reason, ReplyMode};

/// What is going to happen to a new request.
pub(super) struct Plan {
    pub status: Status,
    /// The mail that leaves without a person, and the reply it is made of.
    pub mail: Option<(MailKind, String)>,
    /// Who is told of it without a person.
    pub hand_over: Option<HandOverTo>,
    /// The reply a person finds ready.
    pub draft: Option<String>,
    /// Sentences for the audit trail: what did not leave, and why.
    pub withheld: Vec<String>,
}

/// What is known when a plan is made.
pub(super) struct Grounds<'a> {
    pub arrival: &'a Arrival,
    pub understood: &'a Understood,
    pub decision: &'a Decision,
    pub directory: &'a Directory,
    /// Why no automatic mail may answer.
    pub ban: Option<&'a str>,
    /// Why whom the decision names is not told without a person.
    pub blocked: Option<&'a str>,
    /// The kill switch is thrown.
    pub stopped: bool,
}

impl Desk {
    pub(super) fn plan(&self, grounds: &Grounds<'_>) -> Plan {
        let Grounds { arrival, decision, ban, .. } = grounds;
        let draft =
            |decision: &Decision| decision.reply.clone().filter(|_| decision.reply_mode != ReplyMode::None);
        let mut plan = Plan {
            status: Status::Open,
            mail: None,
            hand_over: None,
            draft: draft(decision),
            withheld: Vec::new(),
        };
        if arrival.door.is_history() {
            return Plan { status: Status::Closed, draft: None, ..plan };
        }
        if decision.action == Action::SetAside {
            return Plan { status: Status::SetAside, draft: None, ..plan };
        }
        // The notice of a hand-over is no draft for a person.
        let by_a_person = || draft(&left_to_a_person((*decision).clone(), self.triage().taxonomy(), None));
        if let Some(ban) = ban {
            plan.withheld.push(format!("aucun courriel automatique : {ban}"));
            if *ban == "only-cc" && decision.sensitive.is_empty() && amdac_is_asked(grounds) {
                plan.status = Status::Follow;
            }
            return Plan { draft: by_a_person(), ..plan };
        }
        let receipt = || Some((MailKind::Receipt, "receipt".to_owned()));
        let alone = match (decision.action, decision.reply_mode, decision.reply.clone()) {
            (Action::Refuse, _, Some(reply)) => Ok((MailKind::Refusal, Status::Refused, reply)),
            (Action::HandOver, _, Some(_)) if grounds.blocked.is_some() => Err(grounds.blocked),
            (Action::HandOver, _, Some(reply)) => match self.recipient_planned(grounds) {
                Some(to) => {
                    plan.hand_over = Some(to);
                    Ok((MailKind::HandOverNotice, Status::HandedOver, reply))
                }
                None => Err(Some("la personne que nomme l’annuaire ne peut pas recevoir cette demande")),
            },
            (Action::Queue, ReplyMode::Send, Some(_)) if self.would_tell_outside(grounds) => {
                Err(Some("la réponse n’irait pas à une adresse de l’organisme : une personne la relit"))
            }
            (Action::Queue, ReplyMode::Send, Some(reply)) => {
                Ok((MailKind::AutoAnswer, Status::Answered, reply))
            }
            _ => Err(None),
        };
        let (kind, status, reply) = match alone {
            Ok(alone) => alone,
            Err(because) => {
                plan.withheld.extend(because.map(str::to_owned));
                return Plan { mail: receipt(), draft: by_a_person(), ..plan };
            }
        };
        let because = match self.settings().automatic.mode {
            _ if grounds.stopped => Some("les automatismes sont arrêtés"),
            Mode::Observe => Some("mode observation"),
            Mode::Act => None,
        };
        if let Some(because) = because {
            plan.withheld.push(match kind {
                MailKind::HandOverNotice => {
                    format!("{because} : la demande aurait été transmise ; elle attend ici une personne")
                }
                _ => format!("{because} : « {reply} » serait parti ; il attend ici comme projet"),
            });
            return Plan { mail: receipt(), draft: by_a_person(), hand_over: None, ..plan };
        }
        // What leaves by itself is no draft: a person would send it a second time.
        if matches!(kind, MailKind::HandOverNotice | MailKind::AutoAnswer) {
            let category = self.triage().taxonomy().get(&decision.category);
            plan.draft = category.and_then(|own| own.reply.clone()).filter(|own| *own != reply);
        }
        Plan { status, mail: Some((kind, reply)), ..plan }
    }

    /// Whom the decision hands the request over to.
    fn recipient_planned(&self, grounds: &Grounds<'_>) -> Option<HandOverTo> {
        let entry = self.entry_named(grounds.decision, grounds.directory)?;
        let contract = grounds.decision.hand_over.as_ref().and_then(|to| to.contract);
        let message = &grounds.understood.message;
        let answer_to = grounds.understood.answer_to.as_deref().unwrap_or_default();
        self.recipient(entry, contract, &[&message.from_email, answer_to])
    }

    /// Whether the answer holds a coordinator's address and would go elsewhere than to the domain that was judged to be
    /// the body's own.
    fn would_tell_outside(&self, grounds: &Grounds<'_>) -> bool {
        grounds.decision.reason == Reason::KnownCoordinator
            && (!stays_in_the_domain(grounds.understood)
                || self.entry_named(grounds.decision, grounds.directory).is_none())
    }
}

/// Whether the mail is addressed to a known AMDAC: then somebody else was asked, and we follow.
fn amdac_is_asked(grounds: &Grounds<'_>) -> bool {
    let day = paris_day(grounds.arrival.received_at);
    let mut asked = grounds.understood.message.to.iter();
    asked.any(|to| grounds.directory.roles_of(to, day).any(|role| role == Role::Amdac))
}
