//! What the service knows of the world: organisations, domains, contracts and their beneficiaries, covered software. All of
//! it is dated rows with a source, in `rules/reference/`; reading gathers every fault. `docs/contracts.md` says where each
//! row comes from and how to add a generation.

pub mod corrected;
pub(in crate::triage) mod csv;
mod group;
mod load;
mod named;
mod period;
mod reader;
mod rows;
mod software;

use chrono::NaiveDate;

pub use corrected::{Correction, Sheet, SheetRow};
pub use group::BodyKind;
pub(in crate::triage) use named::named_lists;
pub use period::Period;
pub(in crate::triage) use rows::Confidence;
pub use rows::{Attachment, Kind, Lot};
pub use software::Software;

use super::contract::{AskedAs, ContractPeriod, Lists};
use super::decision::{BeneficiaryAnswer, Contract};
use super::organisation::domains::Domains;
use super::organisation::names::Names;
use super::organisation::territory::Territories;
use super::organisation::{Bodies, Body};

/// The reference rows of `rules/reference/`, compiled for look-up.
#[derive(Debug, Default)]
pub struct Reference {
    pub(in crate::triage) bodies: Bodies,
    pub(in crate::triage) names: Names,
    pub(in crate::triage) territories: Territories,
    pub(in crate::triage) domains: Domains,
    pub(in crate::triage) lists: Lists,
    contracts: Vec<ContractPeriod>,
    asked: AskedAs,
    covered: software::Covered,
    amdacs: Vec<ListedAmdac>,
}

/// A body that a published list names as having an AMDAC (administrator of data, algorithms and source codes). Only told to
/// the team, with its date: such lists age, and an address is only ever taken from the directory.
#[derive(Clone, Debug)]
pub struct ListedAmdac {
    /// Id of the body.
    pub organisation: String,
    /// What it covered, as the list writes it.
    pub perimeter: String,
    /// When the list says so.
    pub period: Period,
}

impl Reference {
    /// Every body known, in the order of the file.
    pub fn organisations(&self) -> impl Iterator<Item = &Body> {
        self.bodies.iter()
    }

    /// The software that a published list of that contract names on that day, in the order of the file.
    pub fn software_covered(&self, contract: Contract, day: NaiveDate) -> impl Iterator<Item = &Software> {
        self.covered.all.iter().filter(move |software| software.is_covered(contract, day))
    }

    /// What kind of body has this id; `None`: no body has it.
    pub fn kind_of(&self, id: &str) -> Option<BodyKind> {
        self.bodies.find(id).map(|body| self.bodies.get(body).kind.into())
    }

    /// The name of the body with this id; the id itself where it is none (a firm).
    pub fn name_of<'a>(&'a self, id: &'a str) -> &'a str {
        self.bodies.find(id).map_or(id, |body| self.bodies.get(body).name.as_str())
    }

    /// The bodies above the one with this id on that day, nearest first.
    pub fn above(&self, id: &str, day: NaiveDate) -> impl Iterator<Item = &Body> {
        let upwards =
            self.bodies.find(id).into_iter().flat_map(move |body| self.bodies.upwards(body, day).skip(1));
        upwards.map(|body| self.bodies.get(body))
    }

    /// What each contract is to the body with this id on that day; empty where there is no such body.
    pub fn answers(&self, id: &str, day: NaiveDate) -> Vec<BeneficiaryAnswer> {
        let Some(body) = self.bodies.find(id) else { return Vec::new() };
        let then = self.bodies.on(body, day);
        let told = Contract::ALL.into_iter();
        told.map(|contract| self.lists.answer(&self.bodies, then, false, contract, day)).collect()
    }

    /// The period of a contract that runs on that day, if one does.
    pub fn contract_on(&self, contract: Contract, day: NaiveDate) -> Option<&ContractPeriod> {
        self.contracts.iter().find(|period| period.contract == contract && period.period.holds(day))
    }

    /// Every period of every contract, in the order of the file.
    pub fn contracts(&self) -> &[ContractPeriod] {
        &self.contracts
    }

    /// The bodies that published lists name as having an AMDAC, in the order of the file.
    pub fn listed_amdacs(&self) -> &[ListedAmdac] {
        &self.amdacs
    }

    /// Ids of the periods, over on that day, that a text names ("le marché 2020-2024", "le lot 3 Samba").
    pub fn ended_named_in(&self, text: &str, day: NaiveDate) -> Vec<String> {
        let named = self.asked.named_in(text).into_iter().map(|at| &self.contracts[at]);
        named.filter(|named| named.period.is_over(day)).map(|named| named.id.clone()).collect()
    }

    /// What a writer must be told as over on that day: the periods with these ids, and the last one of each contract that
    /// nothing replaces yet. With each the period that runs instead, if one does.
    pub fn over(&self, named: &[String], day: NaiveDate) -> Vec<(&ContractPeriod, Option<&ContractPeriod>)> {
        let over = || self.contracts.iter().filter(|period| period.period.is_over(day));
        let told = over().filter_map(|period| {
            let now = self.contract_on(period.contract, day);
            let followed = over()
                .any(|other| other.contract == period.contract && other.period.until > period.period.until);
            let last = now.is_none() && !followed;
            (last || named.contains(&period.id)).then_some((period, now))
        });
        told.collect()
    }

    /// The covered software that a text names (by name or usual alias, as in `Postgres` for PostgreSQL), in order, each
    /// once. Names that are also common words count only as they are written in the list.
    pub fn software_in(&self, text: &str) -> Vec<&Software> {
        self.covered.named_in(text)
    }
}
