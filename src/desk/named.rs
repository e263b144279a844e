//! What a mail tells of the directory and of the contracts: who has a request, who coordinates, what a contract covers of a
//! question that is refused. Addresses are looked up when a mail is written, never kept with a decision.

use super::{Desk, HandOverTo};
use crate::keys::Purpose;
use crate::mail::compose::Address;
use crate::message::Lang;
use crate::reply::Covered;
use crate::service::SignedPage;
use crate::store::TicketFile;
use crate::ticket::{Status, Ticket};
use crate::triage::directory::{Entry, Role};
use crate::triage::{Contract, Decision, Directory, Standing};

/// Whom the team may hand an open request over to, as the directory says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Address.
    pub email: String,
    /// The function, as the requester would read it.
    pub named: String,
    /// Why (French).
    pub why: String,
}

impl Desk {
    /// Whom the directory names for a request that nobody has been told of; `None` where it names nobody today.
    pub fn proposal(&self, file: &TicketFile, directory: &Directory) -> Option<Proposal> {
        let decision = file.decision.as_ref()?;
        let hand_over = decision.hand_over.as_ref()?;
        if file.ticket.status != Status::Open || !file.hand_overs.is_empty() {
            return None;
        }
        let entry = self.entry_named(decision, directory)?;
        let to = self.recipient(entry, hand_over.contract, &[&file.ticket.requester_email])?;
        let named = self.function_of(entry, file.ticket.lang);
        Some(Proposal { email: to.email, named, why: hand_over.why.clone() })
    }

    /// The entry that a decision names, if the directory still has it, confirmed and present today.
    pub(super) fn entry_named<'d>(&self, decision: &Decision, directory: &'d Directory) -> Option<&'d Entry> {
        let today = self.clock().today();
        let entry = directory.entry(&decision.hand_over.as_ref()?.entry_id)?;
        (entry.is_confirmed(today) && !entry.is_absent(today) && entry.period.holds(today)).then_some(entry)
    }

    /// The entry as the recipient of a hand-over; `None` where it is the service itself, the requester, or no address.
    pub(super) fn recipient(
        &self,
        entry: &Entry,
        contract: Option<Contract>,
        requester: &[&str],
    ) -> Option<HandOverTo> {
        let email = entry.email.trim();
        let reaches_back = requester.iter().any(|own| own.trim().eq_ignore_ascii_case(email));
        if reaches_back || self.own().is_own(email) || Address::new(email).is_err() {
            return None;
        }
        Some(HandOverTo {
            email: email.to_owned(),
            name: entry.name.clone(),
            entry_id: Some(entry.id.clone()).filter(|id| !id.is_empty()),
            role: entry.role,
            contract: contract.or(entry.contract),
        })
    }

    /// An entry as the requester reads it: the function and the body, never a name or an address.
    pub fn function_of(&self, entry: &Entry, lang: Lang) -> String {
        let triage = self.triage_held();
        let mut bodies = triage.reference().organisations();
        let body = bodies.find(|body| body.id == entry.organisation);
        let body = body.map_or(entry.organisation.as_str(), |body| body.name.as_str());
        match (entry.role, lang.reply()) {
            (Role::Amdac, Lang::En) => {
                format!("the administrator of data, algorithms and source code (AMDAC), {body}")
            }
            (Role::Amdac, _) => {
                format!("l’administration des données, des algorithmes et des codes sources (AMDAC), {body}")
            }
            (Role::Coordinator, Lang::En) => format!("the coordination of the contracts, {body}"),
            (Role::Coordinator, _) => format!("la coordination des marchés, {body}"),
            (Role::Pilot, Lang::En) => format!("the steering of the contract, {body}"),
            (Role::Pilot, _) => format!("le pilotage du marché, {body}"),
            (Role::Holder, Lang::En) => format!("the holder of the contract, {body}"),
            (Role::Holder, _) => format!("le titulaire du marché, {body}"),
        }
    }

    /// What a contract covers of a refused question, with the link by which its coordinator is told of it; `None` where the
    /// refusal `name` is of another topic.
    pub(super) fn covered(&self, name: &str, ticket: &Ticket, decision: &Decision) -> Option<Covered> {
        let coverage = decision.coverage.as_ref()?;
        let category = self.triage().taxonomy().get(&self.replies().category(name)?)?;
        if category.covered_by != Some(coverage.contract) {
            return None;
        }
        Some(Covered {
            software: coverage.software.clone(),
            standing: match coverage.standing {
                Standing::Eligible => Standing::Eligible.code(),
                Standing::ToVerify | Standing::NotListed => Standing::ToVerify.code(),
            },
            since: coverage.since,
            url: self.pass_on_url(&ticket.reference, ticket.lang),
        })
    }

    /// The address of the page on which the requester of a refused question asks that the coordinator be told.
    fn pass_on_url(&self, reference: &str, lang: Lang) -> String {
        let token = format!("{reference}.{}", self.keys().sign(Purpose::PassOnLink, reference));
        self.service().link(SignedPage::PassOn, lang, &token)
    }
}
