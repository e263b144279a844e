//! The report as people read it (French): the rules that lie first, then those that never hit, then the rest.

use std::fmt;

use super::report::{Counted, ENOUGH, Report, share};
use crate::clock::{day_text, paris_day};
use crate::message::Lang;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Règles qui mentent (au moins {ENOUGH} demandes jugées, juste moins d’une fois sur deux, sûr à 95 %)"
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
            self.decided,
            self.agreed,
            if self.decided > 0 {
                format!(" ({})", percent(share(self.agreed, self.decided)))
            } else {
                String::new()
            }
        )?;
        let rules = self.lying.len() + self.idle.len() + self.others.len();
        let (lying, idle) = (self.lying.len(), self.idle.len());
        writeln!(f, "{rules} règles : {lying} mentent, {idle} n’ont jamais touché.")?;
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
        let precision = match (counted.precision, counted.interval) {
            (Some(share), Some((from, to))) => {
                format!("{} ({} à {})", percent(share), percent(from), percent(to))
            }
            _ => "–".to_owned(),
        };
        let last = counted.last_hit.map(|at| paris_day(at).to_string()).unwrap_or_default();
        let (rule, topic) = (&counted.rule, counted.topic());
        let (hits, decided, right) = (counted.hits, counted.decided, counted.right);
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

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
