//! The explanation as text, for people.

use std::fmt;

use super::{Side, Told};
use crate::message::one_line;
use crate::triage::explain::Spoken;

/// Characters of the subject that are shown.
const SUBJECT: usize = 100;

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Demande {}, reçue le {}", self.ticket, self.received)?;
        if !self.subject.is_empty() {
            writeln!(f, "Objet : {}", one_line(&self.subject, SUBJECT))?;
        }
        if let Some(correction) = &self.correction {
            writeln!(f, "{}", correction.sentence)?;
        }
        writeln!(f, "\nDécision prise")?;
        write!(f, "{}", self.then)?;
        writeln!(f, "\nAujourd’hui (le même message, jugé au {})", self.day)?;
        writeln!(f, "  {}", self.comparison.sentence())?;
        for difference in &self.comparison.differences {
            writeln!(f, "  - {}", difference.sentence())?;
        }
        if !self.same {
            writeln!(f, "\nDécision d’aujourd’hui")?;
            write!(f, "{}", self.now)?;
        }
        Ok(())
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = &self.explanation;
        write!(f, "  {} : {}", told.action, told.category)?;
        if let Some(confidence) = &told.confidence {
            write!(f, " ({confidence})")?;
        }
        writeln!(f, "\n  {}\n  {}", told.sentence, told.won_because)?;
        if !told.also.is_empty() {
            writeln!(f, "  Aussi demandé : {}.", told.also.join(", "))?;
        }
        for sentence in &told.sensitive {
            writeln!(f, "  Sensible. {sentence}")?;
        }
        writeln!(f, "  Réponse : {}. Règles {}.", told.reply, told.ruleset)?;
        if let Some(why) = &told.hand_over {
            writeln!(f, "  {why}")?;
        }
        if !told.held_back.is_empty() {
            writeln!(f, "  Ce qui l’a retenu d’agir seul")?;
            for sentence in &told.held_back {
                writeln!(f, "  - {sentence}")?;
            }
        }
        if !told.contenders.is_empty() {
            writeln!(f, "  Sujets considérés")?;
        }
        for contender in &told.contenders {
            let won = if contender.won { " (retenu)" } else { "" };
            writeln!(f, "  - {}{won} : score {}, {}", contender.title, contender.score, contender.share)?;
            if !contender.because.is_empty() {
                writeln!(f, "    {}", contender.because)?;
            }
            for rule in self.rules.iter().filter(|rule| rule.category == contender.category) {
                spoke(f, rule)?;
            }
        }
        let known = |rule: &&Spoken| told.contenders.iter().any(|c| c.category == rule.category);
        let mut others = self.rules.iter().filter(|rule| !known(rule)).peekable();
        if others.peek().is_some() {
            writeln!(f, "  Règles d’autres sujets")?;
        }
        for rule in others {
            writeln!(f, "  - {}", rule.title)?;
            spoke(f, rule)?;
        }
        if !told.opinions.is_empty() {
            writeln!(f, "  D’après les demandes déjà classées")?;
        }
        for opinion in &told.opinions {
            write!(f, "  - {} {}", opinion.title, opinion.probability)?;
            if !opinion.terms.is_empty() {
                write!(f, " : « {} »", opinion.terms.join(" », « "))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// A rule with its sentence and the words it hit.
fn spoke(f: &mut fmt::Formatter<'_>, rule: &Spoken) -> fmt::Result {
    writeln!(f, "    {:>4} {} (règle {})", rule.score, rule.says, rule.rule)?;
    for hit in &rule.hits {
        writeln!(f, "         {} : « {} »", hit.place, hit.text)?;
    }
    Ok(())
}
