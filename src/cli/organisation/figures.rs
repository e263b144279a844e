//! How right the answers are against labels, contract by contract. The one fault that costs somebody something is to be
//! wrong and sure: `eligible` or `not_listed` where the label says otherwise. "To verify" is never that.

use std::fmt;

use super::{Answer, Labelled, Name};
use crate::desk::ratio::share;
use crate::triage::{Contract, Standing};

/// Counts over labelled lines.
#[derive(Debug, Default)]
pub(super) struct Figures {
    lines: usize,
    contracts: [Count; 3],
    /// Lines that are right for every contract; wrong; wrong and sure for one contract or more.
    whole: Count,
    /// Labelled names, and how many of them were told.
    named: usize,
    names_right: usize,
    faults: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    right: usize,
    wrong: usize,
    sure: usize,
}

impl Count {
    fn add(&mut self, right: bool, sure: bool) {
        self.right += usize::from(right);
        self.wrong += usize::from(!right);
        self.sure += usize::from(!right && sure);
    }
}

impl Figures {
    /// Takes one line in.
    pub(super) fn add(&mut self, label: &Labelled, told: &Answer) {
        let pairs = [
            (label.support, told.support),
            (label.expertise, told.expertise),
            (label.mentoring, told.mentoring),
        ];
        self.lines += 1;
        let is_sure = |standing| standing != Standing::ToVerify;
        for (count, (wanted, got)) in self.contracts.iter_mut().zip(pairs) {
            count.add(wanted == got, is_sure(got));
        }
        let right = pairs.iter().all(|(wanted, got)| wanted == got);
        let sure = pairs.iter().any(|(wanted, got)| wanted != got && is_sure(*got));
        self.whole.add(right, sure);
        let misnamed = match &label.organisation {
            Name::Unlabelled => false,
            Name::Labelled(name) => {
                self.named += 1;
                self.names_right += usize::from(*name == told.organisation);
                *name != told.organisation
            }
        };
        if !right || misnamed {
            self.faults.push(fault(label, told, &pairs));
        }
    }
}

fn fault(label: &Labelled, told: &Answer, pairs: &[(Standing, Standing)]) -> String {
    let codes = |all: Vec<Standing>| all.iter().map(|s| s.code()).collect::<Vec<_>>().join(" ");
    let name = |name: Option<&str>| name.unwrap_or("aucun organisme").to_owned();
    let written = label.question.written.as_deref().unwrap_or_default().replace('\n', " / ");
    let domain = label.question.email_domain.as_deref().unwrap_or_default();
    let wanted = match &label.organisation {
        Name::Unlabelled => String::new(),
        Name::Labelled(label) => name(label.as_deref()),
    };
    format!(
        "  « {written} » @{domain}\n    attendu : {} {wanted}\n    obtenu  : {} {}",
        codes(pairs.iter().map(|(wanted, _)| *wanted).collect()),
        codes(pairs.iter().map(|(_, got)| *got).collect()),
        name(told.organisation.as_deref()),
    )
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.faults.is_empty() {
            writeln!(f, "{}\n", self.faults.join("\n"))?;
        }
        writeln!(f, "{:<12} {:>7} {:>7} {:>12} {:>8}", "", "justes", "faux", "faux et sûrs", "part")?;
        let rows = Contract::ALL.map(Contract::code).into_iter().zip(self.contracts);
        for (name, count) in rows.chain([("les trois", self.whole)]) {
            let share = share(count.right, self.lines.max(1));
            writeln!(f, "{name:<12} {:>7} {:>7} {:>12} {share:>8.3}", count.right, count.wrong, count.sure)?;
        }
        writeln!(f, "noms justes  {} sur {}", self.names_right, self.named)
    }
}
