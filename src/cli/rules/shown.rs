//! The report as people read it (French): the rules that lie first, then those that never hit, then the rest.

use std::fmt;

use crate::clock::{day_text, paris_day};
use crate::desk::ratio::{Ratio, percent};
use crate::desk::rule_report::{Counted, ENOUGH, RuleReport};
use crate::message::Lang;

impl fmt::Display for RuleReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Règles qui se trompent (au moins {ENOUGH} demandes jugées, juste moins d’une fois sur deux, sûr à 95 %)"
        )?;
        table(f, &self.lying)?;
        let since =
            self.since.map(|day| format!(" depuis le {}", day_text(day, Lang::Fr))).unwrap_or_default();
        writeln!(f, "\nRègles qui n’ont jamais touché{since}")?;
        if self.idle.is_empty() {
            writeln!(f, "  aucune")?;
        }
        for counted in &self.idle {
            writeln!(f, "  {:<44} {}", counted.rule, counted.topic())?;
        }
        writeln!(f, "\nAutres règles")?;
        table(f, &self.others)?;
        writeln!(
            f,
            "\n{} demandes{since}, dont {} jugées par une personne ; le tri avait raison pour {}{}.",
            self.tickets,
            self.agreement.of(),
            self.agreement.right(),
            if self.agreement.of() > 0 {
                format!(" ({})", percent(self.agreement.share()))
            } else {
                String::new()
            }
        )?;
        let rules = self.lying.len() + self.idle.len() + self.others.len();
        let (lying, idle) = (self.lying.len(), self.idle.len());
        writeln!(f, "{rules} règles : {lying} se trompent, {idle} n’ont jamais touché.")?;
        if !self.retired.is_empty() {
            writeln!(f, "Citées par d’anciennes décisions, plus en vigueur : {}.", self.retired.join(", "))?;
        }
        if self.unreadable > 0 {
            writeln!(f, "{} décisions d’une autre version n’ont pas pu être lues.", self.unreadable)?;
        }
        Ok(())
    }
}

fn table(f: &mut fmt::Formatter<'_>, rules: &[Counted]) -> fmt::Result {
    if rules.is_empty() {
        return writeln!(f, "  aucune");
    }
    writeln!(
        f,
        "  {:<44} {:<36} {:>7} {:>7} {:>7}  {:<22} dernière",
        "règle", "sujet", "touches", "jugées", "justes", "précision"
    )?;
    for counted in rules {
        let precision = share(counted.precision);
        let last = counted.last_hit.map(|at| paris_day(at).to_string()).unwrap_or_default();
        let (rule, topic) = (&counted.rule, counted.topic());
        let (hits, decided, right) = (counted.hits, counted.precision.of(), counted.precision.right());
        writeln!(f, "  {rule:<44} {topic:<36} {hits:>7} {decided:>7} {right:>7}  {precision:<22} {last}")?;
    }
    Ok(())
}

impl Counted {
    /// Its category, whether it speaks against it, whether it is a hint.
    fn topic(&self) -> String {
        let against = if self.against { "contre " } else { "" };
        format!("{against}{}{}", self.category, if self.weak { " (indice)" } else { "" })
    }
}

/// A share with its interval.
fn share(ratio: Ratio) -> String {
    if ratio.of() == 0 {
        return "–".to_owned();
    }
    let [low, high] = ratio.interval().map(percent);
    format!("{} ({low} à {high})", percent(ratio.share()))
}
