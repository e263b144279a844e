//! A refused technical question is not the end: where a contract open to the writer's body covers the software, the refusal
//! says so and offers its coordinator.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::decision::{Contract, Organisation, Standing};
use super::reference::Reference;
use crate::message::Message;

/// Names of software that are told at most.
const TOLD: usize = 3;

/// What of a refused question a contract covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The contract.
    pub contract: Contract,
    /// Eligible or to verify, never not listed.
    pub standing: Standing,
    /// The software, by the names of the published list.
    pub software: Vec<String>,
    /// The day from which that list holds.
    pub since: NaiveDate,
}

impl Coverage {
    /// What the contract covers of what a message names, for a body to which it is open on that day, or may be.
    pub(super) fn of(
        contract: Contract,
        message: &Message,
        organisation: &Organisation,
        reference: &Reference,
        day: NaiveDate,
    ) -> Option<Self> {
        let standing = organisation.of(contract)?.standing;
        if standing == Standing::NotListed || reference.contract_on(contract, day).is_none() {
            return None;
        }
        if reference.denied_by(&message.from_email, organisation.path.first(), day).is_some() {
            return None;
        }
        let text = format!("{}\n{}", message.subject, message.text());
        let named = reference.software_in(&text).into_iter();
        let covered: Vec<_> = named
            .filter_map(|software| Some((software.name.clone(), software.listed_since(contract, day)?)))
            .collect();
        let since = covered.iter().map(|(_, since)| *since).max()?;
        let software = covered.into_iter().map(|(name, _)| name).take(TOLD).collect();
        Some(Self { contract, standing, software, since })
    }
}
