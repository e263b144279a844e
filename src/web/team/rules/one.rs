//! One rule in words: what it looks for, its examples, how often it hit and was right.

use crate::clock::{day_text, paris_day};
use crate::desk::ratio::{Ratio, percent};
use crate::desk::rule_report::{Counted, ENOUGH, RuleReport};
use crate::message::Lang;
use crate::triage::Rule;
use crate::triage::rule::{Negated, readable};

/// A rule as it is shown.
#[expect(clippy::struct_excessive_bools, reason = "badges of a rule: each stands alone in the template")]
pub(super) struct Shown {
    pub(super) id: String,
    pub(super) says: String,
    /// `+4`, `−2,5`; nothing where it does not count.
    pub(super) score: String,
    pub(super) against: bool,
    pub(super) weak: bool,
    pub(super) lies: bool,
    pub(super) idle: bool,
    /// Where it is written.
    pub(super) place: String,
    /// What else decides whether it counts.
    pub(super) conditions: Vec<&'static str>,
    pub(super) any: Vec<Pattern>,
    pub(super) all: Vec<Pattern>,
    pub(super) none: Vec<Pattern>,
    pub(super) matches: Vec<String>,
    pub(super) misses: Vec<String>,
    /// Touched so many, right in so many; nothing while they are counted.
    pub(super) counted: Option<Figures>,
}

/// A pattern in readable form, and as it is written.
pub(super) struct Pattern {
    pub(super) reads: String,
    pub(super) written: String,
}

/// The figures of a rule, in words.
pub(super) struct Figures {
    pub(super) hits: u64,
    pub(super) precision: String,
    pub(super) last: String,
}

/// What was counted of a rule, and whether it lies or never hit.
pub(super) fn find<'r>(report: &'r RuleReport, id: &str) -> Option<(&'r Counted, bool, bool)> {
    let of = |all: &'r [Counted]| all.iter().find(|counted| counted.rule == id);
    let lying = of(&report.lying).map(|counted| (counted, true, false));
    let idle = || of(&report.idle).map(|counted| (counted, false, true));
    let other = || of(&report.others).map(|counted| (counted, false, false));
    lying.or_else(idle).or_else(other)
}

/// A rule with what was counted of it.
pub(super) fn shown(rule: &Rule, report: Option<&RuleReport>) -> Shown {
    let found = report.and_then(|report| find(report, &rule.id));
    let patterns = |written: &[String]| {
        let pattern = |written: &String| Pattern { reads: readable(written), written: written.clone() };
        written.iter().map(pattern).collect()
    };
    let conditions = [
        rule.asked.then_some("seulement dans une phrase qui demande"),
        (rule.negated == Negated::Even).then_some("même dans ce que la personne écarte"),
        (rule.negated == Negated::Only).then_some("seulement dans ce que la personne écarte"),
        rule.reply.is_some().then_some("choisit sa propre réponse"),
    ];
    Shown {
        id: rule.id.clone(),
        says: rule.says(Lang::Fr).to_owned(),
        score: score(rule.score),
        against: rule.score < 0.0,
        weak: rule.weak,
        lies: found.is_some_and(|(_, lies, _)| lies),
        idle: found.is_some_and(|(.., idle)| idle),
        place: format!("{}, ligne {}", rule.file, rule.line),
        conditions: conditions.into_iter().flatten().collect(),
        any: patterns(&rule.written.any),
        all: patterns(&rule.written.all),
        none: patterns(&rule.written.none),
        matches: rule.matches.clone(),
        misses: rule.misses.clone(),
        counted: found.map(|(counted, ..)| Figures {
            hits: counted.hits,
            precision: precision(counted.precision),
            last: counted
                .last_hit
                .map_or_else(|| "jamais".to_owned(), |at| day_text(paris_day(at), Lang::Fr)),
        }),
    }
}

/// `juste 12 fois sur 14 jugées (86 %, de 60 à 96 %)`.
pub(super) fn precision(ratio: Ratio) -> String {
    let (right, of) = (ratio.right(), ratio.of());
    let [low, high] = ratio.interval().map(percent);
    match of {
        0 => "pas encore jugée".to_owned(),
        few if few < ENOUGH => format!("juste {right} fois sur {of}"),
        _ => format!("juste {right} fois sur {of} ({}, de {low} à {high})", percent(ratio.share())),
    }
}

fn score(score: f64) -> String {
    let number = |score: f64| format!("{score}").replace('.', ",");
    if score > 0.0 {
        format!("+{}", number(score))
    } else if score < 0.0 {
        format!("−{}", number(-score))
    } else {
        String::new()
    }
}
