//! Loading the whole rule set: lists, cues, policy, taxonomy and rules. Every fault is found in one run, and every
//! example is tried: a rule that does not do what it says is refused like a misspelt key.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::decision::Field;
use super::files::RuleFiles;
use super::guide::{Guide, PATH as GUIDE};
use super::hand_over::cues::Cues as Routing;
use super::model::{Model, PATH};
use super::pattern::{Gatherer, Openings, Owner, Pattern, Pieces};
use super::policy::Policy;
use super::reference::named_lists;
use super::rule::read::{patterns, read_rule};
use super::rule::tellers::Tellers;
use super::rule::{HAND_OVER, Reading, Rule, SENSITIVE};
use super::rulefile::{Source, Table};
use super::sentence::{Cue, Cues};
use super::taxonomy::Taxonomy;
use super::text::Folded;
use crate::fault::Fault;
use crate::keys::hex;

/// What the service knows, loaded.
#[derive(Debug)]
pub(super) struct Ruleset {
    /// The headings.
    pub(super) taxonomy: Taxonomy,
    /// The numbers.
    pub(super) policy: Policy,
    /// The rules of all categories, then the sensitive ones.
    pub(super) rules: Vec<Rule>,
    /// Which of their patterns may hit in a text.
    pub(super) tellers: Tellers,
    /// The lists of `lists.toml` by name: who writes, of what, to do what.
    pub(super) concepts: Vec<(String, Pattern)>,
    /// Which of them may stand in a text.
    pub(super) concept_openings: Openings,
    /// Words that make a sentence ask, or take back.
    pub(super) cues: Cues,
    /// Which contract, who asks, who writes: the rules of `hand-over.toml`.
    pub(super) routing: Routing,
    /// Every pattern, compiled.
    pub(super) pieces: Pieces,
    /// The learned model, if the set has one.
    pub(super) model: Option<Model>,
    /// What the public pages say before somebody writes.
    pub(super) guide: Guide,
    /// Short hash of every file that decides.
    pub(super) hash: String,
}

impl Ruleset {
    /// Reads and checks everything but `reference/`. `try_examples` runs the examples of every rule.
    pub(super) fn load(files: &RuleFiles, try_examples: bool) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut gatherer = Gatherer::default();
        let concepts = read_lists(files, &mut gatherer, &mut faults);
        let cues = read_cues(files, &mut gatherer, &mut faults);
        let policy = Policy::load(files, &mut faults);
        let taxonomy = match Source::open(files, "categories.toml", &mut faults) {
            Some((mut source, root)) => {
                let taxonomy = Taxonomy::read(&mut source, &root);
                source.close(&mut faults);
                taxonomy
            }
            None => return Err(faults),
        };
        let model = read_model(files, &taxonomy, &mut faults);
        let guide = Guide::load(files, &taxonomy, &mut faults);
        // An example can only be held against a rule that was read whole, with the words that all rules share.
        let shared = ["lists.toml", "cues.toml"].map(|path| files.name(path));
        let sound = !faults.iter().any(|fault| shared.contains(&fault.file));
        let told =
            Some(&policy).filter(|_| !faults.iter().any(|fault| fault.file == files.name("policy.toml")));
        let mut tried: Vec<usize> = Vec::new();
        let mut rules: Vec<Rule> = Vec::new();
        let mut lines: HashMap<String, String> = HashMap::new();
        let headings = taxonomy.categories.iter().chain(&taxonomy.asleep).map(|c| c.id.as_str());
        let ids: Vec<&str> = headings.chain([SENSITIVE]).collect();
        for id in &ids {
            let path = format!("{id}.toml");
            let asleep = taxonomy.sleeps(id);
            // What sleeps may have been put away, but is kept in order where it is there.
            if asleep && !files.texts.contains_key(&path) {
                continue;
            }
            let Some((mut source, root)) = Source::open(files, &path, &mut faults) else { continue };
            let mut root = Table::new("", 0, &root);
            for table in root.each(&mut source, "rule") {
                let at = table.at;
                let known = source.faults();
                let Some(rule) = read_rule(&mut source, table, id, told, &mut gatherer) else { continue };
                let rule = Rule { asleep, ..rule };
                if source.faults() == known {
                    tried.push(rules.len());
                }
                let place = format!("{}:{}", rule.file, rule.line);
                if let Some(first) = lines.insert(rule.id.clone(), place) {
                    let label = format!("règle {}", rule.id);
                    source.fault(
                        at,
                        label,
                        format!("l’identifiant est déjà pris par {first}"),
                        "choisissez-en un autre",
                    );
                }
                rules.push(rule);
            }
            root.close(&mut source);
            source.close(&mut faults);
        }
        let (routing, sound_routing) = Routing::load(files, &taxonomy, told, &mut gatherer, &mut faults);
        strangers(files, &ids, &mut faults);
        if !policy.fallback.is_empty() && taxonomy.get(&policy.fallback).is_none() {
            let what = if taxonomy.sleeps(&policy.fallback) { "dort" } else { "n’existe pas" };
            let says = format!("la catégorie « {} » {what}", policy.fallback);
            let mend = "nommez une catégorie éveillée de categories.toml";
            faults.push(Fault::at(files.name("policy.toml"), None, "topics, fallback", says, mend));
        }
        let pieces = match gatherer.finish() {
            Ok(pieces) => pieces,
            Err(bad) => {
                faults.extend(bad);
                faults.sort();
                return Err(faults);
            }
        };
        let loaded = Self {
            tellers: Tellers::of(&rules),
            concept_openings: Openings::of(concepts.iter().map(|(_, pattern)| pattern)),
            hash: hash(files),
            guide,
            taxonomy,
            policy,
            rules,
            concepts,
            cues,
            routing,
            pieces,
            model,
        };
        if try_examples && sound {
            faults.extend(tried.into_iter().flat_map(|at| loaded.liars(&loaded.rules[at])));
            let routing = loaded.routing.rules().enumerate().filter(|(at, _)| sound_routing.contains(at));
            faults.extend(routing.flat_map(|(_, rule)| loaded.liars(rule)));
        }
        faults.sort();
        if faults.is_empty() { Ok(loaded) } else { Err(faults) }
    }

    /// The examples of a rule that do not do what they say.
    fn liars(&self, rule: &Rule) -> Vec<Fault> {
        let field = rule.fields.last().copied().unwrap_or(Field::Body);
        let hits = |text: &str| {
            let mut folded = Folded::default();
            folded.push(field, text, 0..text.len());
            let (read, mut hits) = (Reading::of(folded, &self.pieces, &self.cues), Vec::new());
            rule.hits(&read, rule.tellers().iter(), &mut hits);
            !hits.is_empty()
        };
        let fault = |says: String, mend: &str| {
            Fault::at(rule.file.clone(), rule.line, format!("règle {}", rule.id), says, mend)
        };
        let unmet = rule.matches.iter().filter(|text| !hits(text)).map(|text| {
            fault(
                format!("elle ne reconnaît pas son exemple « {text} »"),
                "élargissez un motif, ou corrigez l’exemple",
            )
        });
        let met = rule.misses.iter().filter(|text| hits(text)).map(|text| {
            fault(
                format!("elle reconnaît ce qu’elle doit laisser : « {text} »"),
                "resserrez un motif, ou ajoutez-en un à none",
            )
        });
        unmet.chain(met).collect()
    }
}

/// The model of `model/weights.txt`, if there is one.
fn read_model(files: &RuleFiles, taxonomy: &Taxonomy, faults: &mut Vec<Fault>) -> Option<Model> {
    let mend = "refaites-le avec « guichet train », ou retirez-le";
    let mut fault = |line: Option<usize>, says: String| {
        faults.push(Fault::at(files.name(PATH), line, "", says, mend));
    };
    match Model::read(files.texts.get(PATH)?) {
        Ok(model) => {
            for stranger in model.categories().iter().filter(|id| taxonomy.declared(id).is_none()) {
                fault(None, format!("la catégorie « {stranger} » n’existe pas"));
            }
            Some(model)
        }
        Err(wrong) => {
            fault(Some(wrong.line), wrong.says.to_owned());
            None
        }
    }
}

/// Rule files that belong to no category.
fn strangers(files: &RuleFiles, ids: &[&str], faults: &mut Vec<Fault>) {
    const OTHERS: [&str; 6] = ["categories", "policy", "lists", "cues", "guide", HAND_OVER];
    for path in files.texts.keys().filter(|path| !path.contains('/')) {
        let Some(stem) = path.strip_suffix(".toml") else { continue };
        if !ids.contains(&stem) && !OTHERS.contains(&stem) {
            let says = format!("la catégorie « {stem} » n’existe pas");
            faults.push(Fault::at(
                files.name(path),
                None,
                "",
                says,
                "déclarez-la dans categories.toml (asleep = true si elle dort), ou retirez le fichier",
            ));
        }
    }
}

/// The lists that patterns may name: first those that the reference rows make, then those of `lists.toml`, which may use
/// the former and add words to them. The latter are the concepts.
fn read_lists(files: &RuleFiles, gatherer: &mut Gatherer, faults: &mut Vec<Fault>) -> Vec<(String, Pattern)> {
    for (name, expression) in named_lists(files) {
        gatherer.reference_list(name, &expression);
    }
    let Some((mut source, root)) = Source::open(files, "lists.toml", faults) else {
        gatherer.unread_lists();
        return Vec::new();
    };
    let mut concepts = Vec::new();
    let lists = Table::new("", 0, &root).named_texts(&mut source);
    let read = |name: &str| lists.iter().any(|(known, _)| known == name);
    for name in root.keys().map(toml::Spanned::get_ref).filter(|name| !read(name)) {
        gatherer.unread_list(name);
    }
    for (name, words) in lists {
        let owner = Owner { file: source.name.clone(), line: 1, key: name.clone() };
        let read =
            gatherer.list(&name, &words).and_then(|()| gatherer.pattern(&format!("{{{name}}}"), &owner));
        match read {
            Ok(pattern) => concepts.push((name, pattern)),
            Err((says, _)) => {
                gatherer.unread_list(&name);
                source.fault(0, name, says, "nommez une liste qui vient avant celle-ci dans l’alphabet");
            }
        }
    }
    source.close(faults);
    concepts
}

fn read_cues(files: &RuleFiles, gatherer: &mut Gatherer, faults: &mut Vec<Fault>) -> Cues {
    let Some((mut source, root)) = Source::open(files, "cues.toml", faults) else { return Cues::default() };
    let mut root = Table::new("", 0, &root);
    let mut cues = Vec::new();
    for (key, cue) in [
        ("ask", Cue::Ask),
        ("forward", Cue::Forward),
        ("backward", Cue::Backward),
        ("turn", Cue::Turn),
        ("idle", Cue::Idle),
        ("more", Cue::More),
        ("hold", Cue::Hold),
        ("joint", Cue::Joint),
        ("beside", Cue::Beside),
    ] {
        let given = root.texts(&mut source, key);
        cues.extend(patterns(&mut source, given, key, gatherer).into_iter().map(|pattern| (cue, pattern)));
    }
    root.close(&mut source);
    source.close(faults);
    Cues::of(cues)
}

/// Twelve hexadecimal digits over every file of the set, the learned model among them: enough to tell two sets apart, short enough
/// to be read. The labelled examples and the guide decide nothing and are not among them.
fn hash(files: &RuleFiles) -> String {
    let mut digest = Sha256::new();
    for (path, text) in files.texts.iter().filter(|(path, _)| *path != GUIDE) {
        digest.update(path.as_bytes());
        digest.update([0]);
        digest.update(text.as_bytes());
        digest.update([0]);
    }
    hex(&digest.finalize()[..6])
}
