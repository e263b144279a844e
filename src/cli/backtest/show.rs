//! The comparison as text, for people.

use std::fmt::Write as _;

use crate::desk::backtest::{Change, Group, Moves, Report, Source};
use crate::triage::explain::{title, words};
use crate::triage::{Action, Reason};

impl Report {
    /// The text; at most `limit` changes of a kind, all of them for 0.
    pub(super) fn text(&self, limit: usize) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "Règles : {} (en vigueur) → {}", self.ruleset_current, self.ruleset_new);
        if self.ruleset_current == self.ruleset_new {
            out.push_str(
                "Les deux jeux sont les mêmes : ce qui diffère vient d’anciennes règles ou du programme.\n",
            );
        }
        if let Some(since) = self.since {
            let _ = writeln!(out, "Demandes reçues depuis le {since}");
        }
        for source in &self.sources {
            let _ = writeln!(out, "{}", self.replayed(source));
        }
        for group in Group::ALL {
            self.group(&mut out, group, if limit == 0 { usize::MAX } else { limit });
        }
        let together = |of: fn(&Source) -> &Moves| {
            self.sources.iter().fold(Moves::default(), |sum, source| sum.and(of(source)))
        };
        moves(&mut out, "Suites données", &together(|source| &source.tally.actions), |code| {
            action(code).to_owned()
        });
        moves(&mut out, "Catégories", &together(|source| &source.tally.categories), |id| {
            title(&self.taxonomy, id).to_owned()
        });
        out.push_str("\nJustesse, d’après ce que des personnes ont décidé (avant → après)\n");
        for Source { name, tally } in &self.sources {
            let (old, new) = (tally.old, tally.new);
            let _ = writeln!(out, "  {name} : catégorie {} → {}", old.category.bare(), new.category.bare());
            let _ = writeln!(out, "      fait sans personne {} → {}", old.alone.bare(), new.alone.bare());
        }
        let _ = writeln!(out, "\n{}", self.conclusion());
        out
    }

    fn group(&self, out: &mut String, group: Group, limit: usize) {
        let all: Vec<&Change> = self.changes.iter().filter(|change| change.group == group).collect();
        // What is feared most is told even where there is none.
        if all.is_empty() && !matches!(group, Group::NewlyRefused | Group::NewlySetAside) {
            return;
        }
        let _ = writeln!(out, "\n{} : {}", group.title(), all.len());
        for change in all.iter().take(limit) {
            self.change(out, change);
        }
        if all.len() > limit {
            let _ = writeln!(out, "  … et {} autres (--limit 0 les montre toutes)", all.len() - limit);
        }
    }

    fn change(&self, out: &mut String, change: &Change) {
        let _ = write!(out, "  {}", change.id);
        if let Some(file) = &change.file {
            let _ = write!(out, " ({file})");
        }
        let _ = writeln!(out, "  {} → {}", self.outcome(&change.old), self.outcome(&change.new));
        if let Some(judged) = self.judged(change) {
            let _ = writeln!(out, "      {judged}");
        }
        if change.already {
            out.push_str("      les règles en vigueur décident déjà de même\n");
        }
        for matched in &change.matched {
            let hits = matched.hits.iter().map(|hit| format!("{} « {} »", hit.place, hit.text));
            let _ = writeln!(out, "      {} : {}", matched.rule, hits.collect::<Vec<_>>().join(", "));
        }
    }
}

/// What changes among counts, the most frequent first.
fn moves(out: &mut String, heading: &str, moves: &Moves, named: impl Fn(&str) -> String) {
    let mut changed: Vec<_> = moves.0.iter().filter(|((old, new), _)| old != new).collect();
    changed.sort_by_key(|(key, count)| (std::cmp::Reverse(**count), *key));
    let same: usize = moves.0.iter().filter(|((old, new), _)| old == new).map(|(_, count)| count).sum();
    let _ = writeln!(out, "\n{heading} : {same} inchangées");
    for ((old, new), count) in changed {
        let _ = writeln!(out, "  {count:>6}  {} → {}", named(old), named(new));
    }
}

fn action(code: &str) -> &'static str {
    let all = [Action::Refuse, Action::HandOver, Action::Queue, Action::SetAside];
    all.into_iter()
        .find(|action| action.code() == code)
        .map_or("", |action| words::action(action, Reason::InOffer))
}
