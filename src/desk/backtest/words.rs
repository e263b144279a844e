//! What the comparison says, in words: the same on the terminal and on the page.

use std::fmt::Write as _;

use super::{Change, Report, Source, Standing, Verdict};
use crate::triage::explain::{Outcome, title, topic, words};

impl Report {
    /// How many were decided again, and what could not be.
    pub fn replayed(&self, Source { name, tally }: &Source) -> String {
        let mut line = format!("{name} : {} rejouées", tally.replayed);
        let old = tally.replayed - tally.rulesets.get(&self.ruleset_current).copied().unwrap_or_default();
        if old > 0 {
            let _ = write!(line, ", dont {old} décidées par d’autres règles que celles en vigueur");
        }
        if tally.unreadable > 0 {
            let _ = write!(line, " ; {} illisibles, laissées de côté", tally.unreadable);
        }
        line
    }

    /// How a change stands to what people decided of the request, in words; nothing where nobody says anything of it.
    pub fn judged(&self, change: &Change) -> Option<String> {
        let people = self.people(change);
        match (change.judged, change.group.is_new_act(), people) {
            (Standing::Nobody, true, _) => Some("personne ne s’est encore prononcé".to_owned()),
            (Standing::Otherwise, true, None) => {
                Some("UNE PERSONNE EN A DÉCIDÉ AUTREMENT, sans dire quel est le sujet".to_owned())
            }
            (Standing::Otherwise, true, Some(people)) => {
                Some(format!("UNE PERSONNE EN A DÉCIDÉ AUTREMENT : {people}"))
            }
            (_, _, Some(people)) => Some(format!("d’après une personne : {people}")),
            _ => None,
        }
    }

    /// What people say it is: `Formation, et aussi Socle interministériel… ; à ne pas refuser`. Where what is done is wrong for
    /// the second topic alone, the first would look like no contradiction at all.
    pub fn people(&self, change: &Change) -> Option<String> {
        let mut said = title(&self.taxonomy, change.people.as_deref()?).to_owned();
        let also: Vec<&str> = change.people_also.iter().map(|id| title(&self.taxonomy, id)).collect();
        if !also.is_empty() {
            let _ = write!(said, ", et aussi {}", also.join(", "));
        }
        if change.must_not_refuse {
            said.push_str(" ; à ne pas refuser");
        }
        Some(said)
    }

    /// `Refus automatique, Formation`, with what else is asked and the reply where there is one.
    pub fn outcome(&self, outcome: &Outcome) -> String {
        let mut line = format!(
            "{}, {}",
            words::action(outcome.action, outcome.reason),
            topic(&self.taxonomy, &outcome.category, outcome.reason)
        );
        for also in outcome.topics.iter().filter(|id| **id != outcome.category) {
            let _ = write!(line, " + {}", title(&self.taxonomy, also));
        }
        if let Some(reply) = &outcome.reply {
            let _ = write!(line, " ({reply})");
        }
        line
    }

    /// What it comes to, in a sentence.
    pub fn conclusion(&self) -> &'static str {
        match self.verdict {
            Verdict::Clear => {
                "Rien à regarder : rien de plus ne se ferait sans personne, sinon ce que des personnes ont jugé de même."
            }
            Verdict::Look => {
                "À regarder avant la mise en service (code 1) : des suites nouvelles que personne n’a jugées, une \
                 catégorie moins souvent juste, ou des demandes illisibles."
            }
            Verdict::Worse => {
                "Le programme ferait sans personne ce que des personnes ont jugé autrement (code 2)."
            }
        }
    }
}
