//! The rules of `rules/hand-over.toml`: which contract a message is about, whether it asks who coordinates, whether its
//! writer has a role of the directory. They speak for no category and teach the learned model nothing: a word added here
//! changes whom a request goes to, never what it is.

use super::super::files::RuleFiles;
use super::super::pattern::Gatherer;
use super::super::policy::Policy;
use super::super::rule::read::read_rule;
use super::super::rule::{HAND_OVER, Hit, Reading, Rule};
use super::super::rulefile::{Source, Table};
use super::super::taxonomy::Taxonomy;
use crate::fault::Fault;
use crate::triage::decision::Contract;

/// What a rule of the file tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::triage) enum Tells {
    /// The message is about this contract.
    About(Contract),
    /// It asks who coordinates.
    AsksWho,
    /// A sentence goes on asking it; beside one that asks who, no other question.
    AsksWhoToo,
    /// It asks for more than who coordinates.
    AsksMore,
    /// The writer is coordinator, AMDAC, pilot or holder, or says so.
    HasRole,
    /// It complains of whoever would be told, asked them already, or must not reach them.
    KeepsAway,
    /// A sentence speaks of whoever might be told: beside one that asks who, whatever it says of them.
    SpeaksOf,
}

impl Tells {
    fn from_code(code: &str) -> Option<Self> {
        match code {
            "asks-who" => Some(Self::AsksWho),
            "asks-who-too" => Some(Self::AsksWhoToo),
            "asks-more" => Some(Self::AsksMore),
            "has-role" => Some(Self::HasRole),
            "keeps-away" => Some(Self::KeepsAway),
            "speaks-of" => Some(Self::SpeaksOf),
            contract => Contract::from_code(contract).map(Self::About),
        }
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(in crate::triage) struct Cues(Vec<(Tells, Rule)>);

impl Cues {
    /// Reads the file; a set whose categories hand nothing over need not have it. Returned beside them: the places of the
    /// rules that were read without a fault.
    pub(in crate::triage) fn load(
        files: &RuleFiles,
        taxonomy: &Taxonomy,
        policy: Option<&Policy>,
        gatherer: &mut Gatherer,
        faults: &mut Vec<Fault>,
    ) -> (Self, Vec<usize>) {
        let path = format!("{HAND_OVER}.toml");
        let (mut cues, mut sound) = (Self::default(), Vec::new());
        let needed = taxonomy.categories().iter().any(|category| category.hand_over.is_some());
        if !needed && !files.texts.contains_key(&path) {
            return (cues, sound);
        }
        let Some((mut source, root)) = Source::open(files, &path, faults) else { return (cues, sound) };
        let mut root = Table::new("", 0, &root);
        for mut table in root.each(&mut source, "rule") {
            let (at, known) = (table.at, source.faults());
            let code = table.needed(&mut source, "tells").map(|(code, _)| code);
            let tells = code.as_deref().and_then(Tells::from_code);
            if let (Some(code), None) = (&code, tells) {
                let mend = "choisissez support, expertise, mentoring, asks-who, asks-who-too, asks-more, has-role, keeps-away ou speaks-of";
                source.fault(at, "tells", format!("« {code} » n’est pas une valeur de tells"), mend);
            }
            let Some(rule) = read_rule(&mut source, table, HAND_OVER, policy, gatherer) else { continue };
            if source.faults() == known {
                sound.push(cues.0.len());
            }
            cues.0.push((tells.unwrap_or(Tells::HasRole), rule));
        }
        root.close(&mut source);
        source.close(faults);
        (cues, sound)
    }

    /// The rules in their order.
    pub(in crate::triage) fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter().map(|(_, rule)| rule)
    }

    /// What is told of a message that was read: each rule that hits, with its places.
    pub(super) fn told<'a>(&'a self, read: &'a Reading) -> impl Iterator<Item = (Tells, &'a Rule, Vec<Hit>)> {
        let told = |(tells, rule): &'a (Tells, Rule)| {
            let mut hits = Vec::new();
            rule.hits(read, rule.tellers().iter(), &mut hits);
            (*tells, rule, hits)
        };
        self.0.iter().map(told).filter(|(_, _, hits)| !hits.is_empty())
    }
}
