//! Samples: every reply filled with invented values, for `guichet check`, for the tests and for the pages that show a
//! text before it is used. Nobody in them exists.

use std::collections::BTreeSet;

use chrono::{DateTime, Months, NaiveDate};

use super::context::{AlsoAsked, Context, Covered, EndedContract, Known, Mode, Sorted};
use super::files::LANGS;
use super::handed::{Gathered, HandedOver, ReplySeenBy};
use super::head::Use;
use super::{Rendered, Replies, ReplyError};
use crate::message::Lang;
use crate::service;
use crate::triage::{BeneficiaryAnswer, Contract, Organisation, Period, Standing};

/// A reply filled with a sample.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The reply.
    pub name: String,
    /// Its language.
    pub lang: Lang,
    /// How it would leave.
    pub mode: Mode,
    /// Which sample (`known-body`, `unknown-body`, …).
    pub label: &'static str,
    /// The result.
    pub rendered: Rendered,
}

/// The reference of the request that is answered in a sample.
const REFERENCE: &str = "7K3M9QXB";

impl Replies {
    /// What people call a reply: its French subject, the number of the request left out. `None`: there is no such reply, or
    /// it is a part, which has no subject.
    pub fn title(&self, name: &str) -> Option<String> {
        let (_, context) = contexts(self.used_for(name)?, Lang::Fr).into_iter().next()?;
        let subject = self.texts().subject(name, Lang::Fr, &context.values(Lang::Fr, Mode::Draft)).ok()?;
        Some(subject.replace(REFERENCE, "…"))
    }

    /// Every reply in both languages with every sample, in each way it can leave, as of `day`; samples that read the same
    /// are given once.
    pub fn samples(&self, day: NaiveDate) -> Result<Vec<Sample>, ReplyError> {
        let mut all = Vec::new();
        for name in self.names() {
            all.extend(samples_of(self, &name, day)?);
        }
        Ok(all)
    }
}

/// See [`Replies::samples_of`].
pub(super) fn samples_of(replies: &Replies, name: &str, day: NaiveDate) -> Result<Vec<Sample>, ReplyError> {
    let mut all: Vec<Sample> = Vec::new();
    let used_for = replies.used_for(name).ok_or_else(|| ReplyError::Unknown(name.to_owned()))?;
    for lang in LANGS {
        for (label, context) in contexts(used_for, lang) {
            for mode in modes(used_for) {
                let rendered = replies.render(name, lang, &context, *mode, day)?;
                let same = |other: &Sample| other.lang == lang && other.rendered == rendered;
                if !all.iter().any(same) {
                    all.push(Sample { name: name.to_owned(), lang, mode: *mode, label, rendered });
                }
            }
        }
    }
    Ok(all)
}

/// The ways in which a reply of this use leaves.
fn modes(used_for: Use) -> &'static [Mode] {
    match used_for {
        Use::Receipt | Use::HandOverNotice => &[Mode::Automatic],
        Use::Refusal | Use::Draft => &[Mode::Automatic, Mode::Draft],
        Use::Correction | Use::HandOver | Use::HandOverDigest => &[Mode::Draft],
    }
}

/// One contract that another replaced, and one that none did.
fn ended(day: NaiveDate) -> [EndedContract; 2] {
    let over = Period { from: Some(day - Months::new(60)), until: Some(day - Months::new(12)) };
    let now = Period { from: Some(day - Months::new(11)), until: None };
    [
        EndedContract { contract: Contract::Support, period: over, now: Some(now) },
        EndedContract { contract: Contract::Expertise, period: over, now: None },
    ]
}

/// The placeholders of a use.
pub(super) fn placeholders(used_for: Use) -> BTreeSet<&'static str> {
    contexts(used_for, Lang::Fr)
        .iter()
        .flat_map(|(_, context)| context.values(Lang::Fr, Mode::Draft).into_keys())
        .collect()
}

/// The samples of a use, each with its label.
pub(super) fn contexts(used_for: Use, lang: Lang) -> Vec<(&'static str, Context)> {
    let service = service();
    let known = Known {
        service: &service,
        reference: REFERENCE,
        received_at: DateTime::from_timestamp(1_795_619_100, 0).unwrap_or_default(),
        status_url: "https://guichet.example/suivi/7K3M9QXB/b3Jhbmdlcy1ibGV1ZXM",
    };
    let english = lang.reply() == Lang::En;
    let sorted = Sorted {
        rule_sentence: Some(match (used_for, english) {
            (Use::Refusal, true) => "The request is about something that the service does not offer.",
            (Use::Refusal, false) => "La demande porte sur ce que le service ne propose pas.",
            (_, true) => "The request asks a frequent question about what the service offers.",
            (_, false) => "La demande pose une question courante sur l’offre de services.",
        }),
        category_title: Some(if english {
            "Interministerial contracts"
        } else {
            "Marchés interministériels"
        }),
        also_asked: &[],
        ended: &[],
    };
    let others = also_asked(english);
    let of_more = Sorted { also_asked: &others, ..sorted };
    match used_for {
        Use::Receipt => vec![("usual", Context::receipt(known))],
        Use::Refusal => vec![
            ("usual", Context::refusal(known, sorted)),
            ("more-topics", Context::refusal(known, of_more)),
            ("covered", Context::refusal(known, sorted).covered(covered(Standing::Eligible))),
            ("covered-to-verify", Context::refusal(known, sorted).covered(covered(Standing::ToVerify))),
        ],
        Use::Correction => vec![("usual", Context::correction(known))],
        Use::HandOverNotice => {
            let to = if english {
                "the contracts coordinator of the Bureau of Tides"
            } else {
                "la coordination des marchés du Bureau des marées"
            };
            vec![("usual", Context::hand_over_notice(known, to))]
        }
        Use::Draft => {
            let day = known.received_at.date_naive();
            let body = organisation();
            let over = ended(day);
            let of_over = Sorted { ended: &over, ..sorted };
            vec![
                ("known-body", Context::draft(known, sorted, Some(&body), day)),
                ("unknown-body", Context::draft(known, sorted, None, day)),
                (
                    "coordinator",
                    Context::draft(known, sorted, Some(&body), day).naming(
                        "Coordination des marchés du Bureau des marées",
                        "coordination@marees.example",
                    ),
                ),
                ("more-topics", Context::draft(known, of_more, None, day)),
                ("ended-contracts", Context::draft(known, of_over, Some(&body), day)),
            ]
        }
        Use::HandOver => {
            let (whole, bare) = (handed(sorted.category_title.unwrap_or_default()), bare());
            let reminder = HandedOver { reminds_of: Some(known.received_at), ..whole };
            let typed = HandedOver { typed: true, ..whole };
            [("both-see", whole), ("service-sees", bare), ("typed", typed), ("reminder", reminder)]
                .map(|(label, handed)| (label, Context::hand_over(known, &handed)))
                .into()
        }
        Use::HandOverDigest => {
            let of = |reference, handed| Gathered { reference, received_at: known.received_at, handed };
            let requests =
                [of("7K3M9QXB", handed(sorted.category_title.unwrap_or_default())), of("9QXB7K3M", bare())];
            vec![("usual", Context::hand_over_digest(known, &requests))]
        }
    }
}

/// A request that everything is known of.
fn handed(category_title: &str) -> HandedOver<'_> {
    HandedOver {
        category_title,
        organisation: Some("Bureau des marées"),
        requester_name: "Solenn Kermarec",
        requester_email: "s.kermarec@marees.example",
        typed: false,
        subject: "Bon de commande PostgreSQL",
        message: "Bonjour,\n\nQuelle est la marche à suivre pour un bon de commande ?\n\nS. Kermarec",
        reply_seen_by: ReplySeenBy::RequesterAndService,
        page_url: "https://guichet.example/transmission/0198c0de.b3Jhbmdlcy1ibGV1ZXM",
        reminds_of: None,
    }
}

/// A request of which next to nothing is known.
fn bare() -> HandedOver<'static> {
    HandedOver {
        organisation: None,
        requester_name: "",
        subject: "",
        reply_seen_by: ReplySeenBy::Service,
        ..handed("")
    }
}

/// Software that a contract covers.
fn covered(standing: Standing) -> Covered {
    Covered {
        software: vec!["QGIS".to_owned(), "PostgreSQL".to_owned()],
        standing: standing.code(),
        since: NaiveDate::from_ymd_opt(2025, 4, 9).unwrap_or_default(),
        url: "https://guichet.example/transmettre/7K3M9QXB.b3Jhbmdlcy1ibGV1ZXM".to_owned(),
    }
}

/// One more topic of the offer, and one outside it.
fn also_asked(english: bool) -> [AlsoAsked; 2] {
    let topic = |id: &str, french: &str, in_english: &str, in_offer| AlsoAsked {
        id: id.to_owned(),
        title: if english { in_english } else { french }.to_owned(),
        in_offer,
    };
    [
        topic("purchasing", "Acheter des prestations", "Purchasing services", true),
        topic("refused-training", "Formation", "Training", false),
    ]
}

/// The sample service: the mission's own names, so that the texts read as they will.
fn service() -> service::Settings {
    service::Settings {
        name_fr: "Mission logiciels libres".to_owned(),
        name_en: "Free software mission".to_owned(),
        operator_fr: "Direction interministérielle du numérique (DINUM)".to_owned(),
        operator_en: "Interministerial Directorate for Digital Affairs (DINUM)".to_owned(),
        contact: "contact@code.gouv.fr".to_owned(),
        addresses: vec!["contact@code.gouv.fr".to_owned()],
        plus_addressing: false,
        public_url: "https://guichet.example".to_owned(),
    }
}

/// An invented body with one contract of each standing.
fn organisation() -> Organisation {
    let answer =
        |contract, standing, why: &str| BeneficiaryAnswer { contract, standing, why: why.to_owned() };
    Organisation {
        name: "Bureau des marées".to_owned(),
        why: "Nom écrit dans la demande.".to_owned(),
        contracts: vec![
            answer(
                Contract::Support,
                Standing::Eligible,
                "Nommé dans la liste en vigueur depuis octobre 2024.",
            ),
            answer(
                Contract::Expertise,
                Standing::ToVerify,
                "Nommé dans la liste 2020-2024, absent de la liste d’avril 2025.",
            ),
            answer(
                Contract::Mentoring,
                Standing::NotListed,
                "Absent de la liste en vigueur depuis septembre 2024.",
            ),
        ],
        path: Vec::new(),
        kind: None,
        own_domain: false,
    }
}
