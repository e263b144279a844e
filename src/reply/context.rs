//! What a reply may say about a request: one constructor a use. The automatic ones take nothing that a writer typed, so
//! that a mail to an address typed in a form can never carry somebody's words to a stranger, whatever the text says.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use minijinja::Value;
use serde::Serialize;

use super::handed::{self, Gathered, GatheredValues, HandOverValues, HandedOver};
use super::head::Use;
use crate::clock;
use crate::message::{Lang, one_line};
use crate::service;
use crate::triage::{Contract, Organisation, Period};

/// The placeholders of a text with what stands in their place.
pub(super) type Values = BTreeMap<&'static str, Value>;

/// How a reply leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// By itself: stale links are left out, the text says that a program sorted the request.
    Automatic,
    /// A person reads it, changes it and sends it.
    Draft,
}

/// What the service itself knows of a request: nothing in it was typed by the writer.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The service's names and contact.
    pub service: &'a service::Settings,
    /// The public reference.
    pub reference: &'a str,
    /// When the request was received.
    pub received_at: DateTime<Utc>,
    /// The signed link to the status page.
    pub status_url: &'a str,
}

/// A topic that the request asks besides the one that the reply answers. Nothing in it was typed by the writer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlsoAsked {
    /// Category id, by which the text finds the reason of a refused topic.
    pub id: String,
    /// Its title in the language of the reply.
    pub title: String,
    /// Whether the offer answers it: then a person does, apart from this reply; else it is told that nobody will.
    pub in_offer: bool,
}

/// What triage says of a request, in its own words.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sorted<'a> {
    /// The sentence of the rule that told (`says`); without it nothing leaves alone that must name it.
    pub rule_sentence: Option<&'a str>,
    /// Title of the category in the language of the reply.
    pub category_title: Option<&'a str>,
    /// The other topics of the request, in the order in which they matter.
    pub also_asked: &'a [AlsoAsked],
    /// Contracts that the request speaks of, or that nothing replaces yet, and that are over on the day of receipt.
    pub ended: &'a [EndedContract],
}

/// A period of a contract that is over: a request about it is told so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedContract {
    /// Which contract.
    pub contract: Contract,
    /// Its years.
    pub period: Period,
    /// The period that runs instead on that day, if one does.
    pub now: Option<Period>,
}

/// The same as a text prints it.
#[derive(Serialize)]
struct EndedLine {
    name: &'static str,
    years: String,
    until: Option<String>,
    now: Option<String>,
}

/// What a contract covers of a refused technical question, and where to ask that its coordinator be told. Nothing in it
/// was typed by the writer: software is named as the published list names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// The software, by name.
    pub software: Vec<String>,
    /// `eligible` or `to_verify`.
    pub standing: &'static str,
    /// The day from which the list holds that names it.
    pub since: NaiveDate,
    /// The signed link by which the requester asks for it.
    pub url: String,
}

/// What one contract is to the writer's body: a line of the reply about contracts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContractLine {
    /// Its name in the language of the reply.
    pub name: &'static str,
    /// `eligible`, `not_listed` or `to_verify`.
    pub standing: &'static str,
    /// Why (French): the list, its period.
    pub why: String,
}

/// The values a reply is filled with.
#[derive(Clone, Debug)]
pub struct Context {
    used_for: Use,
    service: service::Settings,
    reference: String,
    received_at: DateTime<Utc>,
    status_url: String,
    rule_sentence: Option<String>,
    category_title: Option<String>,
    also_asked: Vec<AlsoAsked>,
    ended: Vec<EndedContract>,
    extra: Extra,
}

#[derive(Clone, Debug)]
enum Extra {
    Nothing,
    Refusal { covered: Option<Covered> },
    Draft { organisation: Option<Organisation>, day: NaiveDate, coordinator: Option<(String, String)> },
    HandOver(Box<HandOverValues>),
    Digest(Vec<GatheredValues>),
    Notice { handed_to: String },
}

impl Context {
    /// For the receipt.
    pub fn receipt(known: Known<'_>) -> Self {
        Self::new(Use::Receipt, known, Sorted::default(), Extra::Nothing)
    }

    /// For a refusal, sent alone or prefilled for a person.
    pub fn refusal(known: Known<'_>, sorted: Sorted<'_>) -> Self {
        Self::new(Use::Refusal, known, sorted, Extra::Refusal { covered: None })
    }

    /// A refusal that says what a contract covers of the question.
    pub fn covered(mut self, by: Covered) -> Self {
        if let Extra::Refusal { covered } = &mut self.extra {
            *covered = Some(by);
        }
        self
    }

    /// For an answer of the offer. The organisation comes from the reference data, not from the writer, and shows in
    /// drafts only; `day` is the day of receipt, on which its contracts were judged.
    pub fn draft(
        known: Known<'_>,
        sorted: Sorted<'_>,
        organisation: Option<&Organisation>,
        day: NaiveDate,
    ) -> Self {
        let extra = Extra::Draft { organisation: organisation.cloned(), day, coordinator: None };
        Self::new(Use::Draft, known, sorted, extra)
    }

    /// An answer that tells who coordinates: name or function (may be empty) and address, from the directory.
    pub fn naming(mut self, name: &str, email: &str) -> Self {
        if let Extra::Draft { coordinator, .. } = &mut self.extra {
            *coordinator = Some((one_line(name, 200), one_line(email, 320)));
        }
        self
    }

    /// For the mail that takes a refusal back.
    pub fn correction(known: Known<'_>) -> Self {
        Self::new(Use::Correction, known, Sorted::default(), Extra::Nothing)
    }

    /// For the mail to the coordinator.
    pub fn hand_over(known: Known<'_>, handed: &HandedOver<'_>) -> Self {
        let sorted = Sorted { category_title: Some(handed.category_title), ..Sorted::default() };
        Self::new(Use::HandOver, known, sorted, Extra::HandOver(Box::new(handed.into())))
    }

    /// For the mail that gathers several requests for one coordinator; `known` is of the first of them.
    pub fn hand_over_digest(known: Known<'_>, gathered: &[Gathered<'_>]) -> Self {
        let extra = Extra::Digest(gathered.iter().map(GatheredValues::from).collect());
        Self::new(Use::HandOverDigest, known, Sorted::default(), extra)
    }

    /// For the mail that tells the requester who has the request: `handed_to` is the function or body as the team
    /// names it (`la coordination des marchés du ministère de la Justice`).
    pub fn hand_over_notice(known: Known<'_>, handed_to: &str) -> Self {
        let extra = Extra::Notice { handed_to: one_line(handed_to, 200) };
        Self::new(Use::HandOverNotice, known, Sorted::default(), extra)
    }

    fn new(used_for: Use, known: Known<'_>, sorted: Sorted<'_>, extra: Extra) -> Self {
        Self {
            used_for,
            service: known.service.clone(),
            reference: known.reference.to_owned(),
            received_at: known.received_at,
            status_url: known.status_url.to_owned(),
            rule_sentence: sorted.rule_sentence.map(str::to_owned),
            category_title: sorted.category_title.map(str::to_owned),
            also_asked: sorted.also_asked.to_vec(),
            ended: sorted.ended.to_vec(),
            extra,
        }
    }

    /// The use it was made for.
    pub fn used_for(&self) -> Use {
        self.used_for
    }

    /// Whether somebody's typed words are in it, so that it may never leave without a person.
    pub fn holds_typed_text(&self) -> bool {
        matches!(self.extra, Extra::HandOver(_) | Extra::Digest(_))
    }

    /// The placeholders and their values. What is not known is `none`: it can be asked for, never printed.
    pub(super) fn values(&self, lang: Lang, mode: Mode) -> Values {
        let mut values = BTreeMap::from([
            ("automatic", Value::from(mode == Mode::Automatic)),
            ("contact", Value::from(self.service.contact.as_str())),
            ("operator", Value::from(self.service.operator(lang))),
            ("received_at", Value::from(clock::paris_text(self.received_at, lang))),
            ("reference", Value::from(self.reference.as_str())),
            ("service_name", Value::from(self.service.name(lang))),
            ("status_url", Value::from(self.status_url.as_str())),
        ]);
        if self.used_for.has_category() || self.used_for == Use::HandOver {
            values.insert("category_title", optional(self.category_title.as_deref()));
        }
        if self.used_for.has_category() {
            // It stands inside quotation marks and a sentence of ours, which has its own full stop.
            let sentence = self.rule_sentence.as_deref().map(|says| says.trim().trim_end_matches('.'));
            values.insert("rule_sentence", optional(sentence));
            values.insert("also_asked", minijinja::value::Serde(self.also_asked.clone()).into());
        }
        match &self.extra {
            Extra::Nothing => {}
            Extra::Refusal { covered } => {
                let told = covered.as_ref().map(|covered| {
                    let day = clock::day_text(covered.since, lang);
                    let software = covered.software.join(", ");
                    minijinja::context! { software, standing => covered.standing, since => day, url => covered.url.as_str() }
                });
                values.insert("covered", told.unwrap_or_else(|| Value::from(())));
            }
            Extra::Draft { organisation, day, coordinator } => {
                let (name, email) = coordinator.clone().unwrap_or_default();
                values.insert("coordinator_name", optional(Some(name.as_str())));
                values.insert("coordinator_email", optional(Some(email.as_str())));
                let shown = organisation.as_ref().filter(|_| mode == Mode::Draft);
                values.insert("organisation", optional(shown.map(|o| o.name.as_str())));
                values.insert("contracts", minijinja::value::Serde(contract_lines(shown, lang)).into());
                values.insert("day", Value::from(clock::day_text(*day, lang)));
                let ended: Vec<EndedLine> = self.ended.iter().map(|ended| ended_line(ended, lang)).collect();
                values.insert("ended_contracts", minijinja::value::Serde(ended).into());
            }
            Extra::HandOver(handed) => values.extend(handed.values(lang)),
            Extra::Digest(requests) => {
                values.insert("requests", handed::gathered(requests, lang));
            }
            Extra::Notice { handed_to } => {
                values.insert("handed_to", Value::from(handed_to.as_str()));
            }
        }
        values
    }
}

pub(super) fn optional(value: Option<&str>) -> Value {
    value.filter(|text| !text.is_empty()).map_or_else(|| Value::from(()), Value::from)
}

fn ended_line(ended: &EndedContract, lang: Lang) -> EndedLine {
    EndedLine {
        name: contract_name(ended.contract, lang),
        years: years(ended.period, lang),
        until: ended.period.until.map(|day| clock::day_text(day, lang)),
        now: ended.now.map(|period| years(period, lang)),
    }
}

/// `2020-2024`, or since when.
fn years(period: Period, lang: Lang) -> String {
    match (period.from.map(|day| day.year()), period.until.map(|day| day.year())) {
        (Some(from), Some(until)) => format!("{from}-{until}"),
        (Some(from), None) if lang.reply() == Lang::En => format!("since {from}"),
        (Some(from), None) => format!("depuis {from}"),
        (None, until) => until.map(|year| year.to_string()).unwrap_or_default(),
    }
}

fn contract_lines(organisation: Option<&Organisation>, lang: Lang) -> Vec<ContractLine> {
    organisation
        .iter()
        .flat_map(|organisation| &organisation.contracts)
        .map(|answer| ContractLine {
            name: contract_name(answer.contract, lang),
            standing: answer.standing.code(),
            why: answer.why.clone(),
        })
        .collect()
}

/// What a contract is called in a sentence.
pub fn contract_name(contract: Contract, lang: Lang) -> &'static str {
    match (contract, lang.reply()) {
        (Contract::Support, Lang::En) => "Support for free software",
        (Contract::Expertise, Lang::En) => "Expertise on free software",
        (Contract::Mentoring, Lang::En) => "Mentoring of digital products",
        (Contract::Support, _) => "Support logiciels libres",
        (Contract::Expertise, _) => "Expertise logiciels libres",
        (Contract::Mentoring, _) => "Mentorat de produits numériques",
    }
}
