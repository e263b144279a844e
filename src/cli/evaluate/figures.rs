//! The figures of an evaluation, as numbers and as a table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::super::examples::{Labels, NOBODY};
use crate::desk::ratio::{Ratio, decimal, share};
use crate::triage::{Action, Contract, Decision, Held, Standing};

/// Bins of the calibration error.
const BINS: usize = 10;

/// One request with its labels and what was decided.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) labels: Labels,
    /// Judged by a model that was taught without its hand, for the shipped one was taught with it.
    pub(crate) by_fold: bool,
    /// The category that rules alone name.
    pub(crate) rules_alone: String,
    pub(crate) decision: Decision,
}

impl Case {
    fn right(&self) -> bool {
        self.labels.category == self.decision.category
    }
}

/// How one category fares.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct PerCategory {
    /// Right among those decided so.
    precision: Ratio,
    /// Right among those labelled so.
    recall: Ratio,
}

/// A request that was acted on and must not have been.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fault {
    id: String,
    labelled: String,
    decided: String,
    evidence: Vec<String>,
}

/// Everything measured.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    ruleset: String,
    /// Requests that the shipped model was taught with, judged by one that was not.
    by_fold: usize,
    /// Requests left out, for their category sleeps: how many by category.
    asleep: BTreeMap<String, usize>,
    accuracy: Ratio,
    rules_alone: Ratio,
    /// Empty without a model.
    model_alone: Ratio,
    by_difficulty: BTreeMap<String, Ratio>,
    by_category: BTreeMap<String, PerCategory>,
    /// All topics exactly right.
    topics: Ratio,
    /// Refused automatically, among those that may be refused.
    refused: Ratio,
    /// Right category among those refused or set aside without a person.
    alone: Ratio,
    /// What held back the refusals that a person would have confirmed: in how many requests each.
    held_back: BTreeMap<Held, usize>,
    false_refusals: Vec<Fault>,
    false_set_asides: Vec<Fault>,
    /// Handed over to the labelled role, among those that may be; without a directory none is.
    handed_over: Ratio,
    /// Handed over although nobody, or somebody else, may have them.
    false_hand_overs: Vec<Fault>,
    /// What held back the hand-overs that may be: in how many requests each.
    hand_overs_held_back: BTreeMap<Held, usize>,
    /// Expected calibration error, ten bins of equal width.
    calibration_error: f64,
    calibration: Vec<Bin>,
    /// `contracts` requests whose open contracts are all right.
    beneficiary: Ratio,
    /// `id labelled → decided` of every wrong one.
    wrong: Vec<String>,
}

impl Figures {
    /// Measures. `asleep`: how many requests of which category asleep were left out.
    pub(crate) fn of(cases: &[Case], asleep: BTreeMap<String, usize>, ruleset: &str) -> Self {
        let mut figures = Self {
            ruleset: ruleset.to_owned(),
            by_fold: cases.iter().filter(|case| case.by_fold).count(),
            asleep,
            accuracy: Ratio::default(),
            rules_alone: Ratio::default(),
            model_alone: Ratio::default(),
            by_difficulty: BTreeMap::new(),
            by_category: BTreeMap::new(),
            topics: Ratio::default(),
            refused: Ratio::default(),
            alone: Ratio::default(),
            held_back: BTreeMap::new(),
            false_refusals: Vec::new(),
            false_set_asides: Vec::new(),
            handed_over: Ratio::default(),
            false_hand_overs: Vec::new(),
            hand_overs_held_back: BTreeMap::new(),
            calibration_error: 0.0,
            calibration: calibration(cases),
            beneficiary: Ratio::default(),
            wrong: Vec::new(),
        };
        for case in cases {
            figures.count(case);
        }
        let gap = |bin: &Bin| {
            share(bin.right.of(), cases.len().max(1)) * (bin.confidence - bin.right.share()).abs()
        };
        figures.calibration_error = figures.calibration.iter().map(gap).sum();
        figures
    }

    fn count(&mut self, case: &Case) {
        let (labels, decision) = (&case.labels, &case.decision);
        self.accuracy.count(case.right());
        self.rules_alone.count(case.rules_alone == labels.category);
        if let Some(first) = decision.learned.first() {
            self.model_alone.count(first.category == labels.category);
        }
        self.by_difficulty.entry(labels.difficulty.clone()).or_default().count(case.right());
        self.by_category.entry(decision.category.clone()).or_default().precision.count(case.right());
        self.by_category.entry(labels.category.clone()).or_default().recall.count(case.right());
        if !labels.topics.is_empty() {
            let same = |a: &[String], b: &[String]| a.iter().collect::<BTreeSet<_>>() == b.iter().collect();
            self.topics.count(same(&labels.topics, &decision.topics));
        }
        let (refused, set_aside) = (decision.action == Action::Refuse, decision.action == Action::SetAside);
        if labels.category.starts_with("refused-") && !labels.must_not_refuse {
            self.refused.count(refused);
            let kinds: BTreeSet<Held> = decision.held_back.iter().map(|held| held.kind).collect();
            for kind in kinds.into_iter().filter(|_| case.right()) {
                *self.held_back.entry(kind).or_default() += 1;
            }
        }
        if refused || set_aside {
            self.alone.count(case.right());
        }
        if refused && labels.must_not_refuse {
            self.false_refusals.push(fault(case));
        }
        if set_aside && labels.category != "noise" {
            self.false_set_asides.push(fault(case));
        }
        if let Some(labelled) = &labels.hand_over {
            self.count_hand_over(case, labelled);
        }
        if let Some(labelled) =
            labels.beneficiary.as_ref().filter(|_| labels.topics.iter().any(|t| t == "contracts"))
        {
            let open: BTreeSet<&str> =
                decision.contracts_with(Standing::Eligible).into_iter().map(Contract::code).collect();
            self.beneficiary.count(labelled.iter().map(String::as_str).collect::<BTreeSet<_>>() == open);
        }
        if !case.right() {
            let (labelled, decided) = (&labels.category, &decision.category);
            let confidence = decimal(decision.confidence, 2);
            self.wrong.push(format!("{} {labelled} → {decided} ({confidence})", case.id));
        }
    }
}

impl Figures {
    fn count_hand_over(&mut self, case: &Case, labelled: &str) {
        let decision = &case.decision;
        let handed = decision.hand_over.as_ref().filter(|_| decision.action == Action::HandOver);
        let handed = handed.map(|to| to.role.code());
        if handed.is_some_and(|role| role != labelled) {
            self.false_hand_overs.push(fault(case));
        }
        if labelled != NOBODY {
            self.handed_over.count(handed == Some(labelled));
            let kinds: BTreeSet<Held> = decision.held_back.iter().map(|held| held.kind).collect();
            for kind in kinds.into_iter().filter(|_| handed.is_none()) {
                *self.hand_overs_held_back.entry(kind).or_default() += 1;
            }
        }
    }
}

fn fault(case: &Case) -> Fault {
    let evidence = case.decision.evidence.iter().map(|e| format!("{} « {} »", e.rule, e.text)).collect();
    Fault {
        id: case.id.clone(),
        labelled: case.labels.category.clone(),
        decided: case.decision.category.clone(),
        evidence,
    }
}

/// Requests of about the same confidence.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Bin {
    /// The confidence at which it begins.
    from: f64,
    /// Its mean confidence.
    confidence: f64,
    /// How many of them are right.
    right: Ratio,
}

fn calibration(cases: &[Case]) -> Vec<Bin> {
    let mut bins: Vec<Bin> = (0..BINS).map(|at| Bin { from: share(at, BINS), ..Bin::default() }).collect();
    for case in cases {
        let confidence = case.decision.confidence.clamp(0.0, 1.0);
        let bin = (1..BINS).find(|edge| confidence < share(*edge, BINS)).unwrap_or(BINS) - 1;
        bins[bin].right.count(case.right());
        bins[bin].confidence += confidence;
    }
    for bin in &mut bins {
        bin.confidence /= share(bin.right.of().max(1), 1);
    }
    bins
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<48}{}", "jeu de règles", self.ruleset)?;
        if self.by_fold > 0 {
            let says = "apprises, jugées par un modèle sans leur auteur";
            writeln!(f, "{says:<48}{}", self.by_fold)?;
        }
        if !self.asleep.is_empty() {
            let by_category: Vec<String> = self.asleep.iter().map(|(id, n)| format!("{id} {n}")).collect();
            let (says, all) =
                ("laissées, leur catégorie est en sommeil", self.asleep.values().sum::<usize>());
            writeln!(f, "{says:<48}{all} ({})", by_category.join(", "))?;
        }
        writeln!(f, "{:<48}{}", "catégorie principale juste", self.accuracy)?;
        writeln!(f, "{:<48}{}", "  règles seules", self.rules_alone)?;
        writeln!(f, "{:<48}{}", "  modèle seul", self.model_alone)?;
        for (difficulty, ratio) in &self.by_difficulty {
            writeln!(f, "  {difficulty:<46}{ratio}")?;
        }
        for (title, ratio) in [
            ("sujets tous justes", self.topics),
            ("refusables, refusées par le programme", self.refused),
            ("traitées sans personne, catégorie juste", self.alone),
            ("marchés, bénéficiaire juste", self.beneficiary),
            ("transmissibles, transmises par le programme", self.handed_over),
        ] {
            writeln!(f, "{title:<48}{ratio}")?;
        }
        writeln!(f, "{:<48}{}", "erreur de calibration (10 tranches)", decimal(self.calibration_error, 3))?;
        for bin in self.calibration.iter().filter(|bin| bin.right.of() > 0) {
            let (from, to) = (decimal(bin.from, 1), decimal(bin.from + 0.1, 1));
            let title = format!("  de {from} à {to}, en moyenne {}", decimal(bin.confidence, 3));
            writeln!(f, "{title:<48}{}", bin.right)?;
        }
        writeln!(f, "\n{:<28}{:<34}rappel", "catégorie", "précision")?;
        for (category, per) in &self.by_category {
            writeln!(f, "{category:<28}{:<34}{}", per.precision, per.recall)?;
        }
        for (title, held_back) in [
            ("ce qui a retenu de bons refus", &self.held_back),
            ("ce qui a retenu de bonnes transmissions", &self.hand_overs_held_back),
        ] {
            if held_back.is_empty() {
                continue;
            }
            writeln!(f, "\n{title}")?;
            let mut kinds: Vec<(Held, usize)> = held_back.iter().map(|(kind, n)| (*kind, *n)).collect();
            kinds.sort_by_key(|(kind, times)| (std::cmp::Reverse(*times), *kind));
            for (kind, times) in kinds {
                writeln!(f, "  {times:>5}  {}", kind.sentence())?;
            }
        }
        for (title, faults) in [
            ("refus à tort", &self.false_refusals),
            ("vraies demandes écartées", &self.false_set_asides),
            ("transmissions à tort", &self.false_hand_overs),
        ] {
            writeln!(f, "\n{title} : {}", faults.len())?;
            for fault in faults {
                writeln!(f, "  {} {} → {}", fault.id, fault.labelled, fault.decided)?;
                for evidence in &fault.evidence {
                    writeln!(f, "      {evidence}")?;
                }
            }
        }
        if !self.wrong.is_empty() {
            writeln!(f, "\ncatégories fausses : {}", self.wrong.len())?;
            for line in &self.wrong {
                writeln!(f, "  {line}")?;
            }
        }
        Ok(())
    }
}
