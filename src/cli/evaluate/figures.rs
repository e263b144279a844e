//! The figures of an evaluation, as numbers and as a table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::Labels;
use crate::triage::{Action, Contract, Decision, Standing};

/// Bins of the calibration error.
const BINS: usize = 10;

/// One request with its labels and what was decided.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) labels: Labels,
    pub(crate) decision: Decision,
}

impl Case {
    fn right(&self) -> bool {
        self.labels.category == self.decision.category
    }
}

/// Right ones out of all.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Ratio {
    right: usize,
    of: usize,
}

impl Ratio {
    fn count(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share =
            if self.of == 0 { "    –".to_owned() } else { format!("{:5.3}", share(self.right, self.of)) };
        write!(f, "{share} ({}/{})", self.right, self.of)
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
    accuracy: Ratio,
    by_difficulty: BTreeMap<String, Ratio>,
    by_category: BTreeMap<String, PerCategory>,
    /// All topics exactly right.
    topics: Ratio,
    /// Refused automatically, among those that may be refused.
    refused: Ratio,
    /// Right category among those refused or set aside without a person.
    alone: Ratio,
    false_refusals: Vec<Fault>,
    false_set_asides: Vec<Fault>,
    /// Expected calibration error, ten bins of equal width.
    calibration_error: f64,
    /// `contracts` requests whose open contracts are all right.
    beneficiary: Ratio,
    /// `id labelled → decided` of every wrong one.
    wrong: Vec<String>,
}

impl Figures {
    /// Measures.
    pub(crate) fn of(cases: &[Case], ruleset: &str) -> Self {
        let mut figures = Self {
            ruleset: ruleset.to_owned(),
            accuracy: Ratio::default(),
            by_difficulty: BTreeMap::new(),
            by_category: BTreeMap::new(),
            topics: Ratio::default(),
            refused: Ratio::default(),
            alone: Ratio::default(),
            false_refusals: Vec::new(),
            false_set_asides: Vec::new(),
            calibration_error: calibration_error(cases),
            beneficiary: Ratio::default(),
            wrong: Vec::new(),
        };
        for case in cases {
            figures.count(case);
        }
        figures
    }

    fn count(&mut self, case: &Case) {
        let (labels, decision) = (&case.labels, &case.decision);
        self.accuracy.count(case.right());
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
        if let Some(labelled) =
            labels.beneficiary.as_ref().filter(|_| labels.topics.iter().any(|t| t == "contracts"))
        {
            let open: BTreeSet<&str> =
                decision.contracts_with(Standing::Eligible).into_iter().map(Contract::code).collect();
            self.beneficiary.count(labelled.iter().map(String::as_str).collect::<BTreeSet<_>>() == open);
        }
        if !case.right() {
            let confidence = decision.confidence;
            self.wrong
                .push(format!("{} {} → {} ({confidence:.2})", case.id, labels.category, decision.category));
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

fn calibration_error(cases: &[Case]) -> f64 {
    let mut bins = [(0usize, 0usize, 0.0f64); BINS];
    for case in cases {
        let confidence = case.decision.confidence.clamp(0.0, 1.0);
        let bin = (1..BINS).find(|edge| confidence < share(*edge, BINS)).unwrap_or(BINS) - 1;
        bins[bin].0 += 1;
        bins[bin].1 += usize::from(case.right());
        bins[bin].2 += confidence;
    }
    let gap =
        |(all, right, sum): &(usize, usize, f64)| (sum - share(*right, 1)).abs() / share((*all).max(1), 1);
    bins.iter().map(|bin| share(bin.0, cases.len().max(1)) * gap(bin)).sum()
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests are far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<44}{}", "jeu de règles", self.ruleset)?;
        writeln!(f, "{:<44}{}", "catégorie principale juste", self.accuracy)?;
        for (difficulty, ratio) in &self.by_difficulty {
            writeln!(f, "  {difficulty:<42}{ratio}")?;
        }
        for (title, ratio) in [
            ("sujets tous justes", self.topics),
            ("refusables, refusées par le programme", self.refused),
            ("traitées sans personne, catégorie juste", self.alone),
            ("marchés, bénéficiaire juste", self.beneficiary),
        ] {
            writeln!(f, "{title:<44}{ratio}")?;
        }
        writeln!(f, "{:<44}{:5.3}", "erreur de calibration (10 tranches)", self.calibration_error)?;
        writeln!(f, "\n{:<28}{:<20}rappel", "catégorie", "précision")?;
        for (category, per) in &self.by_category {
            writeln!(f, "{category:<28}{:<20}{}", per.precision.to_string(), per.recall)?;
        }
        for (title, faults) in
            [("refus à tort", &self.false_refusals), ("vraies demandes écartées", &self.false_set_asides)]
        {
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
