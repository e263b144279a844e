//! What each contract is to a body on a day. The rules are the design's: a list that begins later never counts; named in
//! the list in force, eligible; only in an earlier one, or between two generations, to verify; a body follows the one
//! above it unless it is a legal person of its own. Never a bare no: the published lists are incomplete.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::decision::{BeneficiaryAnswer, Contract, Standing};
use super::organisation::Bodies;
use super::organisation::key::{key, tokens};
use super::organisation::names::{Names, Need, Weight};
use super::organisation::territory::Territories;
use super::reference::{Attachment, Lot, Period};

/// One period of a contract.
#[derive(Clone, Debug)]
pub struct ContractPeriod {
    /// Id in `rules/reference/contracts.toml`.
    pub id: String,
    /// Which contract.
    pub contract: Contract,
    /// Its name (French).
    pub title: String,
    /// The body that steers it.
    pub pilot: String,
    /// Who holds it; empty where each lot has its own holder.
    pub holders: Vec<String>,
    /// How many programs its perimeter holds, if published.
    pub software: Option<u32>,
    /// How many versions of each it holds at most, if published.
    pub versions: Option<u32>,
    /// Ids of `rules/reference/links.toml`: its published lists and pages.
    pub links: Vec<String>,
    /// The kinds of work it offers (French), if published.
    pub services: Vec<String>,
    /// Its lots, if it has some.
    pub lots: Vec<Lot>,
    /// When it runs.
    pub period: Period,
    /// What a person should know of it (French); may be empty.
    pub note: String,
}

/// How requests name one period of a contract and no other ("le marché 2020-2024"): a phrase may mean several contracts.
#[derive(Debug, Default)]
pub(in crate::triage) struct AskedAs {
    names: Names,
    contracts: Vec<Vec<usize>>,
    by_key: HashMap<String, usize>,
}

impl AskedAs {
    /// Adds a phrase for the contract period at that index.
    pub(in crate::triage) fn add(&mut self, phrase: &str, contract: usize) {
        let next = self.contracts.len();
        let at = *self.by_key.entry(key(phrase)).or_insert(next);
        if at == next {
            self.contracts.push(Vec::new());
            self.names.add(phrase, at, Weight::Name, Need::Nothing);
        }
        if !self.contracts[at].contains(&contract) {
            self.contracts[at].push(contract);
        }
    }

    /// Indexes of the contract periods that a text names, in the order of the file, each once.
    pub(in crate::triage) fn named_in(&self, text: &str) -> BTreeSet<usize> {
        let words = tokens(text);
        let found = self.names.find(&words, false, &Territories::default());
        found.iter().flat_map(|found| self.contracts[found.body].iter().copied()).collect()
    }
}

/// A published list of beneficiaries.
#[derive(Debug)]
pub(in crate::triage) struct List {
    pub(in crate::triage) contract: Contract,
    pub(in crate::triage) title: String,
    pub(in crate::triage) period: Period,
    pub(in crate::triage) entries: HashMap<usize, Standing>,
    pub(in crate::triage) limits: HashMap<usize, String>,
    /// Bodies that have a contract of their own instead.
    pub(in crate::triage) own: HashSet<usize>,
}

/// What a contract is to one body, beside the published lists: what a third party answered, with its source and period.
#[derive(Debug)]
pub(in crate::triage) struct Answer {
    pub(in crate::triage) contract: Contract,
    pub(in crate::triage) body: usize,
    pub(in crate::triage) standing: Standing,
    pub(in crate::triage) period: Period,
}

/// What a list says of a body, and by which entry.
struct Said {
    standing: Standing,
    entry: usize,
    tie: Tie,
}

/// A body, and what stands above it on a day.
#[derive(Clone, Copy)]
struct Above<'a> {
    bodies: &'a Bodies,
    body: usize,
    day: NaiveDate,
}

/// How the body is tied to the entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// It is the entry.
    Itself,
    /// It follows the entry.
    Follows,
    /// It may follow the entry.
    Uncertain,
    /// It succeeded the entry.
    Successor,
}

/// The lists, oldest first.
#[derive(Debug, Default)]
pub(in crate::triage) struct Lists {
    published: Vec<List>,
    answers: Vec<Answer>,
}

impl Lists {
    /// Takes the lists in, whatever their order.
    pub(in crate::triage) fn new(mut published: Vec<List>, answers: Vec<Answer>) -> Self {
        published.sort_by_key(|list| list.period.from);
        Self { published, answers }
    }

    /// What the contract is to the body on the day; `to_service` when the writer's is a service of that body, which
    /// then stands as its body does. A joint service of several ministries stands as they do, or is to verify.
    pub(in crate::triage) fn answer(
        &self,
        bodies: &Bodies,
        body: usize,
        to_service: bool,
        contract: Contract,
        day: NaiveDate,
    ) -> BeneficiaryAnswer {
        let tie = if to_service { Tie::Follows } else { Tie::Itself };
        let (standing, why) = self.standing(bodies, body, tie, contract, day);
        let joint = &bodies.get(body).joint;
        let differs =
            |other: &usize| self.standing(bodies, *other, Tie::Follows, contract, day).0 != standing;
        if joint.iter().any(differs) {
            let others: Vec<String> =
                joint.iter().map(|other| format!("« {} »", bodies.get(*other).name)).collect();
            let why = format!(
                "{why} Mais service commun, aussi de {}, qui n’ont pas tous les mêmes droits. À vérifier.",
                others.join(", ")
            );
            return BeneficiaryAnswer { contract, standing: Standing::ToVerify, why };
        }
        BeneficiaryAnswer { contract, standing, why }
    }

    fn standing(
        &self,
        bodies: &Bodies,
        body: usize,
        tie: Tie,
        contract: Contract,
        day: NaiveDate,
    ) -> (Standing, String) {
        let above = Above { bodies, body, day };
        let of_contract = || self.published.iter().filter(move |list| list.contract == contract);
        let begun: Vec<&List> = of_contract().filter(|list| list.period.has_begun(day)).collect();
        let in_force = begun.iter().rev().find(|list| list.period.holds(day));
        let later_than = begun.last().and_then(|list| list.period.from);
        let answers = self.answers.iter().filter(|answer| answer.contract == contract);
        // A list published since speaks for itself.
        let standing: Vec<&Answer> =
            answers.filter(|own| own.period.holds(day) && own.period.from >= later_than).collect();
        if let Some(told) = answered(&standing, in_force.copied(), &above, tie) {
            return told;
        }
        let next = of_contract().find(|list| !list.period.has_begun(day));
        if let Some(list) = in_force
            && let Some(said) = list.says(&above, tie)
        {
            return list.tell(bodies, &said);
        }
        if let (None, Some(last), Some(next)) = (in_force, begun.last(), next) {
            let why = format!(
                "Aucune liste en vigueur ce jour, entre deux générations : {} ({}), puis {} ({}). À vérifier.",
                last.title,
                last.period.text(),
                next.title,
                next.period.text()
            );
            return (Standing::ToVerify, why);
        }
        let earlier = begun
            .iter()
            .rev()
            .find(|list| list.says(&above, tie).is_some_and(|said| said.standing != Standing::NotListed));
        match (earlier, in_force) {
            (Some(earlier), Some(now)) => {
                let why = format!(
                    "Nommé dans une liste antérieure ({}, {}) mais pas dans celle en vigueur ({}). À vérifier.",
                    earlier.title,
                    earlier.period.text(),
                    now.title
                );
                (Standing::ToVerify, why)
            }
            (Some(earlier), None) => {
                let why = format!(
                    "Nommé dans une liste qui n’est plus en vigueur : {} ({}). À vérifier.",
                    earlier.title,
                    earlier.period.text()
                );
                (Standing::ToVerify, why)
            }
            (None, Some(now)) => {
                let (parent, attachment) = bodies.get(body).tied(day);
                let own = attachment == Attachment::Own && parent.is_some();
                let reason = if own { " : établissement distinct de sa tutelle" } else { "" };
                (
                    Standing::NotListed,
                    format!("Non nommé dans la {} ({}){reason}.", now.title, now.period.text()),
                )
            }
            (None, None) => {
                (Standing::NotListed, "Aucune liste publiée ne nomme cet organisme à cette date.".to_owned())
            }
        }
    }
}

/// The answer about the nearest body above, as far as the body follows; a list in force that names a nearer one is nearer.
fn answered(
    standing: &[&Answer],
    in_force: Option<&List>,
    above: &Above<'_>,
    mut tie: Tie,
) -> Option<(Standing, String)> {
    let Above { bodies, body, day } = *above;
    for at in bodies.upwards(body, day) {
        let about = standing.iter().filter(|answer| answer.body == at);
        if let Some(answer) = about.max_by_key(|answer| answer.period.from) {
            return Some(answer.tell(bodies, tie));
        }
        if in_force.is_some_and(|list| list.entries.contains_key(&at)) {
            return None;
        }
        match bodies.get(at).tied(day).1 {
            Attachment::Own => return None,
            Attachment::ToVerify => tie = Tie::Uncertain,
            Attachment::Follows if tie == Tie::Itself => tie = Tie::Follows,
            Attachment::Follows => {}
        }
    }
    None
}

impl Answer {
    fn tell(&self, bodies: &Bodies, tie: Tie) -> (Standing, String) {
        let period = self.period.text();
        let of = match tie {
            Tie::Itself => String::new(),
            Tie::Follows | Tie::Uncertain | Tie::Successor => {
                format!(" pour « {} », auquel il est rattaché", bodies.get(self.body).name)
            }
        };
        let (standing, says) = match (self.standing, tie) {
            (Standing::Eligible, Tie::Uncertain) | (Standing::ToVerify, _) => {
                (Standing::ToVerify, "À confirmer, d’après")
            }
            (Standing::Eligible, _) => (Standing::Eligible, "Bénéficiaire, d’après"),
            (Standing::NotListed, _) => (Standing::NotListed, "Non bénéficiaire, d’après"),
        };
        (standing, format!("{says} une réponse obtenue hors des listes publiées{of} ({period})."))
    }
}

impl List {
    /// The nearest entry above the body, as far as it follows.
    fn says(&self, above: &Above<'_>, mut tie: Tie) -> Option<Said> {
        let Above { bodies, body, day } = *above;
        for at in bodies.upwards(body, day) {
            if let Some(standing) = self.entries.get(&at) {
                let standing = match (tie == Tie::Uncertain, standing) {
                    (true, Standing::Eligible) => Standing::ToVerify,
                    _ => *standing,
                };
                return Some(Said { standing, entry: at, tie });
            }
            if let Some(before) = bodies.succeeded_by(at).find(|before| self.entries.contains_key(before)) {
                return Some(Said { standing: Standing::ToVerify, entry: before, tie: Tie::Successor });
            }
            match bodies.get(at).tied(day).1 {
                Attachment::Own => return None,
                Attachment::ToVerify => tie = Tie::Uncertain,
                Attachment::Follows if tie == Tie::Itself => tie = Tie::Follows,
                Attachment::Follows => {}
            }
        }
        None
    }

    fn tell(&self, bodies: &Bodies, said: &Said) -> (Standing, String) {
        let entry = &bodies.get(said.entry).name;
        let limit = self.limits.get(&said.entry).map(|says| format!(" : {says}")).unwrap_or_default();
        let list = format!("la {} ({})", self.title, self.period.text());
        let why = match (said.standing, &said.tie) {
            (_, Tie::Successor) => format!("A succédé à « {entry} », que nomme {list}. À vérifier."),
            (Standing::Eligible, Tie::Itself) => format!("Nommé dans {list}{limit}."),
            (Standing::Eligible, _) => format!("Par rattachement à « {entry} », nommé dans {list}{limit}."),
            (Standing::ToVerify, Tie::Itself) => format!("Non tranché par {list}{limit}. À vérifier."),
            (Standing::ToVerify, _) => format!("Rattachement à « {entry} » à confirmer pour {list}{limit}."),
            (Standing::NotListed, Tie::Itself) if self.own.contains(&said.entry) => {
                format!("Dispose de son propre marché, et n’est pas nommé dans {list}{limit}.")
            }
            (Standing::NotListed, _) if self.own.contains(&said.entry) => {
                format!(
                    "Suit « {entry} », qui dispose de son propre marché et n’est pas nommé dans {list}{limit}."
                )
            }
            (Standing::NotListed, Tie::Itself) => format!("Non nommé dans {list}{limit}."),
            (Standing::NotListed, _) => format!("Suit « {entry} », non nommé dans {list}{limit}."),
        };
        (said.standing, why)
    }
}
