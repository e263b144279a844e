//! The rules by what opens them: of a whole set only those are looked at of which a pattern may stand in the text.

use super::{Hit, Reading, Rule};
use crate::triage::pattern::Openings;

/// The tellers of all rules of a set.
#[derive(Debug, Default)]
pub(in crate::triage) struct Tellers {
    openings: Openings,
    /// Each by number: its rule, and its place among the tellers of that rule.
    all: Vec<(usize, usize)>,
}

impl Tellers {
    /// Those of these rules, which must be given again to [`Tellers::each_hit`].
    pub(in crate::triage) fn of(rules: &[Rule]) -> Self {
        let of_rule = |(number, rule): (usize, &Rule)| (0..rule.tellers().len()).map(move |at| (number, at));
        Self {
            openings: Openings::of(rules.iter().flat_map(Rule::tellers)),
            all: rules.iter().enumerate().flat_map(of_rule).collect(),
        }
    }

    /// Tells every rule that hits, in order: its number, and its hits, which are never none.
    pub(in crate::triage) fn each_hit(
        &self,
        rules: &[Rule],
        read: &Reading,
        mut tell: impl FnMut(usize, &[Hit]),
    ) {
        let (mut numbers, mut hits) = (Vec::new(), Vec::new());
        self.openings.heard(&read.places, &mut numbers);
        for same in numbers.chunk_by(|a, b| self.all[*a].0 == self.all[*b].0) {
            let number = self.all[same[0]].0;
            let rule = &rules[number];
            let tellers = same.iter().map(|teller| &rule.tellers()[self.all[*teller].1]);
            rule.hits(read, tellers, &mut hits);
            if !hits.is_empty() {
                tell(number, &hits);
            }
        }
    }
}
