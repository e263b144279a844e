//! `guichet evaluate`: how right triage is on labelled requests, with the evidence of what must never happen.

mod figures;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;

use super::assemble;
use super::classify::directory;
use super::examples::{Labelled, Taught, each_labelled};
use crate::triage::model::Model;
use crate::triage::model::train::{self, Example};
use crate::triage::{Directory, RuleFiles, Triage};
use figures::{Case, Figures};

/// Arguments of `guichet evaluate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Jour de la décision (AAAA-MM-JJ), au lieu de celui que dit chaque demande
    #[arg(long, value_name = "DATE")]
    on: Option<NaiveDate>,
    /// Annuaire des coordinateurs, en CSV : mesure aussi ce qui serait transmis (étiquette `hand_over`)
    #[arg(long, value_name = "CSV")]
    directory: Option<PathBuf>,
    /// Écrit du JSON au lieu d’un tableau
    #[arg(long)]
    json: bool,
    /// Fichiers JSON Lines étiquetés ; l’entrée standard s’il n’y en a pas, ou pour « - »
    #[arg(value_name = "FICHIER")]
    files: Vec<PathBuf>,
}

/// Reads, decides, measures.
pub(crate) fn run(
    args: &Args,
    triage: &Triage,
    rules: &RuleFiles,
    today: NaiveDate,
) -> anyhow::Result<ExitCode> {
    let directory = directory(args.directory.as_deref(), triage)?;
    let mut judge = Judge::new(triage, Taught::read(rules)?, directory);
    let (mut cases, mut asleep) = (Vec::new(), BTreeMap::new());
    let sleeps = |id: &String| triage.taxonomy().sleeps(id);
    each_labelled(&args.files, |mut labelled| {
        if sleeps(&labelled.labels.category) {
            *asleep.entry(labelled.labels.category).or_default() += 1;
            return Ok(());
        }
        labelled.labels.topics.retain(|id| !sleeps(id));
        let day = args.on.or_else(|| labelled.request.day()).unwrap_or(today);
        cases.push(judge.case(labelled, day));
        Ok(())
    })?;
    let figures = Figures::of(&cases, asleep, triage.ruleset());
    if args.json {
        assemble::say(&format!("{}\n", serde_json::to_string_pretty(&figures)?));
    } else {
        assemble::tell(&figures.to_string());
    }
    Ok(ExitCode::SUCCESS)
}

/// Judges requests by the shipped model, and those it was taught with by a model that was taught without their hand.
struct Judge<'a> {
    triage: &'a Triage,
    directory: Directory,
    taught: Taught,
    /// What the model was taught with, as it sees it; read when the first such request comes.
    examples: Vec<Example>,
    folds: HashMap<String, Model>,
}

impl<'a> Judge<'a> {
    fn new(triage: &'a Triage, taught: Taught, directory: Directory) -> Self {
        Self { triage, directory, taught, examples: Vec::new(), folds: HashMap::new() }
    }

    fn case(&mut self, labelled: Labelled, day: NaiveDate) -> Case {
        let message = labelled.request.clone().message();
        let hand = self.taught.hand_of(&message).map(str::to_owned);
        let model = match (&hand, self.triage.model()) {
            (Some(hand), Some(shipped)) => {
                if self.examples.is_empty() {
                    self.examples = self.taught.examples(self.triage);
                }
                let fold = || train::without(&self.examples, hand, shipped.temperature());
                Some(&*self.folds.entry(hand.clone()).or_insert_with(fold))
            }
            (_, shipped) => shipped,
        };
        let examine = |model| self.triage.examine_by(model, &message, day, &self.directory);
        let decision = examine(model);
        let rules_alone = examine(None).category;
        Case { id: labelled.id, labels: labelled.labels, by_fold: hand.is_some(), rules_alone, decision }
    }
}
