//! Whom a request is for, where the directory knows it: the coordinator of the contracts of the writer's body, the AMDAC of
//! a ministry; or what speaks against telling them without a person, each in a sentence for the team. Who asks *who*
//! coordinates is not handed over but told, where the answer stays inside the body.
//!
//! A wrong hand-over tells a stranger's request to somebody who never asked for it, so everything must agree: one topic, sure
//! by rules and model; a body without doubt; a contract in force that is open to it; an entry that somebody confirmed; and
//! a writer who is none of those people.

pub(in crate::triage) mod against;
pub(in crate::triage) mod cues;
mod named;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Field;
use super::decide::{Matter, Verdict};
use super::decision::{Action, Contract, Organisation, Reason, ReplyMode, Standing};
use super::directory::{Directory, Entry, Role, Route};
use super::explain::words;
use super::reference::Reference;
use super::rule::{Hit, Reading};
use super::taxonomy::Category;
use crate::message::Message;
use cues::Tells;

/// The notice to the requester where a category names no other text.
pub const NOTICE: &str = "hand-over-notice";

/// Whom the directory names for a request. The address is looked up when it is used, never kept here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// The entry of the directory; empty in a file that never was in the store.
    pub entry_id: String,
    /// What that person or mailbox is.
    pub role: Role,
    /// The contract that the request is about, or that the entry answers for; `None` for all, and for an AMDAC.
    pub contract: Option<Contract>,
    /// Why (French), for the team.
    pub why: String,
}

/// Who writes, and who is known.
#[derive(Clone, Copy)]
pub(super) struct Who<'a> {
    /// The writer's body.
    pub(super) organisation: Option<&'a Organisation>,
    /// Who answers for which body.
    pub(super) directory: &'a Directory,
    /// Contracts, software, domains.
    pub(super) reference: &'a Reference,
    /// The signature and what else says who writes.
    pub(super) beside: &'a Reading,
}

/// Everything that is looked at.
pub(super) struct Case<'a> {
    /// The message as read, and what it is about.
    matter: &'a Matter<'a>,
    /// The writer's body.
    organisation: Option<&'a Organisation>,
    /// Who answers for which body.
    directory: &'a Directory,
    /// Contracts, software, domains.
    reference: &'a Reference,
    /// What the rules tell of the message.
    told: Told,
    /// It speaks of a contract that is over.
    ended: bool,
}

/// What the rules of `hand-over.toml` tell of a message.
#[derive(Default)]
struct Told {
    /// The contracts it is about.
    about: Vec<Contract>,
    /// Whether it asks who coordinates.
    asks_who: bool,
    /// The reply of that question.
    who_reply: Option<String>,
    /// The sentences that ask it, or go on asking it.
    who: Vec<usize>,
    /// A sentence that asks wants to know more than who.
    asks_more: bool,
    /// Why the writer may have a role of the directory (French).
    has_role: Option<String>,
    /// Why it must not reach whom the directory names (French).
    keeps_away: Option<String>,
}

/// Adds to a verdict that leaves the request to a person: whom the directory names, and whether that person is told, or
/// the requester told who it is, without anybody of the team.
pub(super) fn weigh(verdict: &mut Verdict, case: &Case<'_>) {
    let Matter { set, subject, about, .. } = case.matter;
    let category = set.taxonomy.get(&subject.category).filter(|c| c.holds_on(about.day));
    let Some((category, role)) = category.and_then(|c| Some((c, c.hand_over?))) else { return };
    if verdict.action != Action::Queue || !verdict.reason.recognised() {
        return;
    }
    let told = &case.told;
    let asks_who = told.asks_who && role == Role::Coordinator;
    if let Some(reply) = told.who_reply.as_ref().filter(|_| asks_who && !case.asks_more(told)) {
        verdict.reply = Some(reply.clone());
        verdict.reply_mode = ReplyMode::Draft;
    }
    if case.directory.entries().is_empty() {
        return;
    }
    let contract = case.contract(role, told);
    let path = case.organisation.map_or(&[][..], |body| &body.path);
    let entry = match case.directory.route(role, path, contract, about.day) {
        Route::To(entry) => entry,
        nobody => {
            verdict.held_back.extend(against::no_route(role, path, &nobody));
            return;
        }
    };
    let contract = contract.or(entry.contract);
    verdict.hand_over = Some(case.hand_over(entry, contract));
    let mut why = case.against(category, entry, contract, told);
    if asks_who {
        why.extend(case.against_telling(told));
    }
    if !why.is_empty() {
        verdict.held_back.extend(why);
        return;
    }
    verdict.reply_mode = ReplyMode::Send;
    verdict.reason = match role {
        Role::Amdac => Reason::KnownAmdac,
        Role::Coordinator | Role::Pilot | Role::Holder => Reason::KnownCoordinator,
    };
    if !asks_who {
        verdict.action = Action::HandOver;
        let notice = category.hand_over_reply.clone();
        verdict.reply = Some(notice.unwrap_or_else(|| NOTICE.to_owned()));
    }
}

/// Who coordinates a contract for a body on a day, where a requester may have their request passed on: the contract runs that
/// day, the address proves the body, and the entry is confirmed, there, and neither the writer nor in the exchange. `None`: a person finds out.
pub fn coordinator_for<'d>(
    contract: Contract,
    body: &Organisation,
    message: &Message,
    directory: &'d Directory,
    reference: &Reference,
    day: NaiveDate,
) -> Option<&'d Entry> {
    let open = body.of(contract).is_some_and(|answer| answer.standing != Standing::NotListed);
    if !open || reference.contract_on(contract, day).is_none() {
        return None;
    }
    if against::is_answered_elsewhere(message) || reference.unproven(&message.from_email, body, day).is_some()
    {
        return None;
    }
    let Route::To(entry) = directory.route(Role::Coordinator, &body.path, Some(contract), day) else {
        return None;
    };
    let written = directory.roles_of(&message.from_email, day).next().is_some();
    (!written && !against::is_in_the_exchange(message, entry, directory, day)).then_some(entry)
}

impl<'a> Case<'a> {
    /// Reads what the rules tell of the message.
    pub(super) fn new(matter: &'a Matter<'a>, who: Who<'a>, ended: bool) -> Self {
        let Who { organisation, directory, reference, beside } = who;
        Self { matter, organisation, directory, reference, told: told(matter, beside), ended }
    }

    /// Whether the writer has a role of the directory, or says so.
    pub(super) fn writer_has_role(&self) -> bool {
        let email = &self.matter.message.from_email;
        let known = self.directory.roles_of(email, self.matter.about.day).next().is_some();
        known || self.told.has_role.is_some()
    }

    /// The contract that the request is about: by its words, else by the software that only one of them covers.
    fn contract(&self, role: Role, told: &Told) -> Option<Contract> {
        if role != Role::Coordinator {
            return None;
        }
        match told.about[..] {
            [contract] => Some(contract),
            [] => {
                let message = self.matter.message;
                let text = format!("{}\n{}", message.subject, message.text());
                let software = self.reference.software_in(&text);
                let covers = |contract: &Contract| {
                    software.iter().any(|software| software.is_covered(*contract, self.matter.about.day))
                };
                let mut covering = Contract::ALL.into_iter().filter(covers);
                covering.next().filter(|_| covering.next().is_none())
            }
            _ => None,
        }
    }

    fn hand_over(&self, entry: &Entry, contract: Option<Contract>) -> HandOver {
        let body = self.reference.organisations().find(|body| body.id == entry.organisation);
        let body = body.map_or(entry.organisation.as_str(), |body| body.name.as_str());
        let who = match (entry.role, contract) {
            (Role::Amdac, _) => "l’AMDAC".to_owned(),
            (_, Some(contract)) => format!("la coordination du {}", words::contract(contract)),
            (_, None) => "la coordination des marchés".to_owned(),
        };
        let standing = contract.and_then(|contract| self.organisation?.of(contract));
        let standing = standing.map(|answer| format!(" {}", answer.why)).unwrap_or_default();
        HandOver {
            entry_id: entry.id.clone(),
            role: entry.role,
            contract,
            why: format!("L’annuaire nomme {who} pour « {body} ».{standing}"),
        }
    }
}

/// What the rules of `hand-over.toml` tell of a message and of what stands beside it.
fn told(matter: &Matter<'_>, beside: &Reading) -> Told {
    let mut told = Told::default();
    let mut spoken = Vec::new();
    let sentences = |hits: Vec<Hit>| hits.into_iter().map(|hit| hit.sentence);
    for (tells, rule, hits) in matter.set.routing.told(matter.read) {
        match tells {
            Tells::About(contract) if !told.about.contains(&contract) => told.about.push(contract),
            Tells::About(_) => {}
            Tells::AsksWho => {
                told.who.extend(sentences(hits));
                told.asks_who = true;
                told.who_reply = told.who_reply.take().or_else(|| rule.reply.clone());
            }
            Tells::AsksWhoToo => told.who.extend(sentences(hits)),
            Tells::AsksMore => told.asks_more |= hits.iter().any(|hit| hit.asks),
            Tells::HasRole => told.has_role = Some(rule.says_fr.clone()),
            Tells::KeepsAway => told.keeps_away = Some(rule.says_fr.clone()),
            Tells::SpeaksOf => spoken.extend(hits.iter().map(|hit| (hit.field, hit.sentence, rule))),
        }
    }
    // No list of words holds every complaint: what is said of whoever might be told is read by a person.
    // The subject of a question of who is its object.
    let is_object = |field: Field, sentence: usize| {
        told.who.contains(&sentence) || (told.asks_who && field == Field::Subject)
    };
    if let Some((.., rule)) = spoken.into_iter().find(|(field, sentence, _)| !is_object(*field, *sentence)) {
        told.keeps_away.get_or_insert_with(|| rule.says_fr.clone());
    }
    for (tells, rule, _) in matter.set.routing.told(beside) {
        match tells {
            Tells::HasRole => _ = told.has_role.get_or_insert_with(|| rule.says_fr.clone()),
            Tells::KeepsAway => _ = told.keeps_away.get_or_insert_with(|| rule.says_fr.clone()),
            _ => {}
        }
    }
    told
}
