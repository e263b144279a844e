//! Rules against what people decided: `guichet rules report` and the page of the rules count by the same. A rule that speaks for a category is right where the person says that category; one
//! that speaks against it, where the person says another. Where the person only says that the program was wrong, the
//! rules of the category told are judged, and no others. A second topic stays unjudged where the person agreed with the first:
//! it may well be asked too.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::ratio::Ratio;
use crate::clock::paris_day_start;
use crate::store::{Cited, CitedRule, Judged, Said, Store, StoreError};
use crate::triage::rule::SENSITIVE;
use crate::triage::{Rule, Triage};

/// Judged requests below which no rule is said to lie.
pub const ENOUGH: usize = 5;
/// A rule lies when its precision is below this for sure: the upper end of its interval is.
const HALF: f64 = 0.5;
/// Decisions of one page of the walk.
const PAGE: i64 = 500;

/// Counts while the database is walked.
#[derive(Debug)]
struct Tally {
    rules: HashMap<String, Counted>,
    /// Ids of the rules in force, in the order of the set.
    order: Vec<String>,
    /// Cited by decisions, in force no longer.
    retired: std::collections::BTreeSet<String>,
    tickets: u64,
    unreadable: u64,
    agreement: Ratio,
}

/// What is counted of one rule.
#[derive(Clone, Debug, Serialize)]
pub struct Counted {
    /// Rule id.
    pub rule: String,
    /// The category it speaks for or against.
    pub category: String,
    /// Speaks against its category.
    pub against: bool,
    /// A hint, which carries no topic by itself: often wrong by its nature.
    pub weak: bool,
    /// Requests in which it hit.
    pub hits: u64,
    /// Of those that a person judged so that it says something of this rule: in how many it was right.
    pub precision: Ratio,
    /// Receipt of the last request in which it hit.
    pub last_hit: Option<DateTime<Utc>>,
}

/// The finished report.
#[derive(Debug, Serialize)]
pub struct RuleReport {
    /// First day counted.
    pub since: Option<NaiveDate>,
    /// Requests received since.
    pub tickets: u64,
    /// Decisions of another version that could not be read.
    pub unreadable: u64,
    /// Of the requests that a person judged, those that they judged as the program had.
    pub agreement: Ratio,
    /// Right in less than half of the cases, for sure; the worst first.
    pub lying: Vec<Counted>,
    /// Never hit.
    pub idle: Vec<Counted>,
    /// The others, the most used first.
    pub others: Vec<Counted>,
    /// Rules that decisions cite and that are not in force any more.
    pub retired: Vec<String>,
}

impl RuleReport {
    /// Counts the rules in force over every decision on a request received since a day. Walks the database in pages: memory does not
    /// grow with it.
    pub async fn count(store: &Store, triage: &Triage, since: Option<NaiveDate>) -> Result<Self, StoreError> {
        let from = since.map_or(DateTime::UNIX_EPOCH, paris_day_start);
        let mut tally = Tally::of(triage.rules());
        let mut last = None;
        loop {
            let page = store.judged(from, last.as_ref(), PAGE).await?;
            for judged in &page {
                tally.add(judged);
            }
            let Some(end) = page.into_iter().next_back() else { return Ok(tally.report(since)) };
            last = Some(end);
        }
    }
}

impl Tally {
    /// Nothing counted yet of these rules. Those of headings asleep never hit: they are retired.
    fn of(rules: &[Rule]) -> Self {
        let rules: Vec<&Rule> = rules.iter().filter(|rule| !rule.asleep).collect();
        let counted = rules.iter().map(|rule| Counted {
            rule: rule.id.clone(),
            category: rule.category.clone(),
            against: rule.score < 0.0,
            weak: rule.weak,
            hits: 0,
            precision: Ratio::default(),
            last_hit: None,
        });
        Self {
            rules: counted.map(|counted| (counted.rule.clone(), counted)).collect(),
            order: rules.iter().map(|rule| rule.id.clone()).collect(),
            retired: std::collections::BTreeSet::new(),
            tickets: 0,
            unreadable: 0,
            agreement: Ratio::default(),
        }
    }

    /// Counts one decision.
    fn add(&mut self, judged: &Judged) {
        self.tickets += 1;
        if let Some(said) = &judged.said {
            self.agreement.count(said.agreed);
        }
        let Some(cited) = &judged.cited else {
            self.unreadable += 1;
            return;
        };
        for (at, hit) in cited.evidence.iter().enumerate() {
            // A rule counts once a request, wherever and however often it hit.
            if cited.evidence[..at].iter().any(|before| before.rule == hit.rule) {
                continue;
            }
            let Some(counted) = self.rules.get_mut(&hit.rule) else {
                self.retired.insert(hit.rule.clone());
                continue;
            };
            counted.hits += 1;
            counted.last_hit = counted.last_hit.max(Some(judged.opened_at));
            if let Some(right) = judged.said.as_ref().and_then(|said| is_right(hit, said, cited)) {
                counted.precision.count(right);
            }
        }
    }

    /// What it comes to.
    fn report(mut self, since: Option<NaiveDate>) -> RuleReport {
        let (mut lying, mut idle, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for counted in self.order.iter().filter_map(|id| self.rules.remove(id)) {
            let lies = counted.precision.of() >= ENOUGH && counted.precision.interval()[1] < HALF;
            match () {
                () if lies => lying.push(counted),
                () if counted.hits == 0 => idle.push(counted),
                () => others.push(counted),
            }
        }
        lying.sort_by(|a, b| {
            let share = a.precision.share().total_cmp(&b.precision.share());
            share.then(b.precision.of().cmp(&a.precision.of()))
        });
        others.sort_by_key(|counted| std::cmp::Reverse(counted.hits));
        RuleReport {
            since,
            tickets: self.tickets,
            unreadable: self.unreadable,
            agreement: self.agreement,
            lying,
            idle,
            others,
            retired: self.retired.into_iter().collect(),
        }
    }
}

/// Whether a rule was right where it hit; `None`: what the person said does not judge it.
fn is_right(hit: &CitedRule, said: &Said, told: &Cited) -> Option<bool> {
    if hit.category == SENSITIVE {
        return None;
    }
    let is_it = match &said.category {
        Some(category) if *category == hit.category => true,
        Some(_) if said.agreed && told.topics.contains(&hit.category) => return None,
        Some(_) => false,
        None if hit.category == told.category => false,
        None => return None,
    };
    Some(is_it == (hit.score >= 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_judged_only_by_what_was_said_of_its_topic() {
        let told = Cited {
            category: "sill".to_owned(),
            topics: vec!["sill".to_owned(), "contracts".to_owned()],
            evidence: Vec::new(),
        };
        let right = |category: &str, score, said: Option<&str>| {
            let hit = CitedRule { rule: String::new(), category: category.to_owned(), score };
            let said = Said { category: said.map(str::to_owned), agreed: said == Some("sill") };
            is_right(&hit, &said, &told)
        };
        assert_eq!(right("sill", 4.0, Some("sill")), Some(true));
        assert_eq!(right("sill", 4.0, Some("strategy")), Some(false));
        assert_eq!(right("sill", -4.0, Some("strategy")), Some(true), "it spoke against");
        assert_eq!(right("contracts", 4.0, Some("sill")), None, "a second topic may be asked too");
        assert_eq!(right("contracts", 4.0, Some("strategy")), Some(false));
        assert_eq!(right("strategy", 4.0, Some("sill")), Some(false));
        assert_eq!((right("sill", 4.0, None), right("strategy", 4.0, None)), (Some(false), None));
        assert_eq!(right(SENSITIVE, 1.0, Some("sill")), None);
    }
}
