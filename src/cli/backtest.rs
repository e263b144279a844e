//! `guichet backtest`: before a changed rule set goes live, it decides again every stored ticket (its first message, as of
//! its day of receipt) and every labelled request, and what it would do otherwise is told, the worst first.
//!
//! Exit 0 when nothing needs a look: no request would be refused, set aside, answered or handed over without a person
//! that was not so before, or with another text, unless people had judged so themselves, and the category is right as often as before. Exit 1
//! when something does: such a request that nobody has judged, or a category less often right. Exit 2 when people had
//! judged such a request otherwise. Faults have the codes of sysexits.h that `assemble::failed` names.

mod show;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};

use super::examples::{Labelled, Labels, each_labelled};
use super::{assemble, progress};
use crate::clock::paris_day_start;
use crate::config::{Config, Folder};
use crate::desk::backtest::{Label, Pace, Report, Sets, Source, labelled, tickets};
use crate::desk::corrected;
use crate::store::Store;
use crate::triage::Triage;

/// Options of `guichet backtest`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Dossier du jeu de règles modifié, entier
    #[arg(long, value_name = "DOSSIER")]
    rules: PathBuf,
    /// Premier jour de réception des demandes à rejouer (AAAA-MM-JJ) ; toutes par défaut
    #[arg(long, value_name = "DATE")]
    since: Option<NaiveDate>,
    /// Fichier JSON Lines de demandes étiquetées, à juger aussi ; plusieurs fois au besoin
    #[arg(long, value_name = "FICHIER")]
    labelled: Vec<PathBuf>,
    /// Écrit un objet JSON, avec tout ce qui diffère
    #[arg(long)]
    json: bool,
    /// Demandes montrées par groupe dans le texte (20 par défaut) ; 0 pour toutes
    #[arg(long, value_name = "NOMBRE", default_value_t = 20)]
    limit: usize,
}

pub(super) fn run(args: &Args, config: &Config, today: NaiveDate) -> ExitCode {
    let report = match report(args, config, today) {
        Ok(report) => report,
        Err(fault) => return assemble::failed(&fault),
    };
    if args.json {
        match serde_json::to_string_pretty(&report) {
            Ok(json) => assemble::say(&format!("{json}\n")),
            Err(fault) => return assemble::failed(&fault.into()),
        }
    } else {
        assemble::tell(&report.text(args.limit));
    }
    ExitCode::from(report.verdict.code())
}

fn report(args: &Args, config: &Config, today: NaiveDate) -> anyhow::Result<Report> {
    let since = args.since.map_or(DateTime::<Utc>::UNIX_EPOCH, paris_day_start);
    let (current, new) = (assemble::triage(config)?, assemble::triage_in(&folder(&args.rules))?);
    let runtime = assemble::runtime()?;
    let store = runtime.block_on(Store::open_existing(&config.database))?;
    let directory = runtime.block_on(store.directory())?;
    let (_, corrections) = runtime.block_on(store.corrections())?;
    let in_force = |triage: Triage| corrected(&triage, &corrections);
    let (current, new) = (in_force(current), in_force(new));
    let sets = Sets { current: &current, new: &new, directory: &directory };
    let total = runtime.block_on(store.past_count(since))?;
    let bar = progress::bar(total);
    let tally = tickets(runtime.handle(), &store, since, sets, Pace::full(&|| bar.inc(1)));
    bar.finish_and_clear();
    runtime.block_on(store.close());
    let mut sources = vec![Source { name: "demandes".to_owned(), tally: tally? }];
    for file in &args.labelled {
        let labels = read_labelled(file, sets, today)?;
        let bar = progress::bar(u64::try_from(labels.len()).unwrap_or(u64::MAX));
        let tally = labelled(labels, &file.display().to_string(), sets, Pace::full(&|| bar.inc(1)));
        bar.finish_and_clear();
        sources.push(Source { name: file.display().to_string(), tally });
    }
    Ok(Report::of(&current, &new, args.since, sources))
}

fn folder(dir: &Path) -> Folder {
    Folder { dir: Some(dir.to_path_buf()) }
}

/// The requests of a labelled file, with the day that counts for each.
fn read_labelled(file: &Path, sets: Sets<'_>, today: NaiveDate) -> anyhow::Result<Vec<Label>> {
    let mut labels = Vec::new();
    each_labelled(&[file.to_path_buf()], |labelled| {
        let label = label(labelled, today);
        if !sets.know(&label.category) {
            return Err(format!("la catégorie « {} » n’existe pas ; corrigez l’étiquette", label.category));
        }
        labels.push(label);
        Ok(())
    })?;
    Ok(labels)
}

/// What counts of a labelled request.
fn label(labelled: Labelled, today: NaiveDate) -> Label {
    let Labels { category, topics, must_not_refuse, .. } = labelled.labels;
    Label {
        id: labelled.id,
        line: labelled.line,
        day: labelled.request.day().unwrap_or(today),
        message: labelled.request.message(),
        also: topics.into_iter().filter(|topic| *topic != category).collect(),
        category,
        must_not_refuse,
    }
}
