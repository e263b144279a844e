//! `guichet evaluate`: how right triage is on labelled requests, with the evidence of what must never happen.

mod figures;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::NaiveDate;
use serde::Deserialize;

use super::lines::{Request, each_line};
use crate::triage::{Directory, Triage};
use figures::{Case, Figures};

/// Arguments of `guichet evaluate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Jour de la décision (AAAA-MM-JJ), au lieu de celui que dit chaque demande
    #[arg(long, value_name = "DATE")]
    on: Option<NaiveDate>,
    /// Écrit du JSON au lieu d’un tableau
    #[arg(long)]
    json: bool,
    /// Fichiers JSON Lines étiquetés ; l’entrée standard s’il n’y en a pas, ou pour « - »
    #[arg(value_name = "FICHIER")]
    files: Vec<PathBuf>,
}

/// The labels of one request.
#[derive(Debug, Deserialize)]
pub(crate) struct Labels {
    category: String,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default)]
    must_not_refuse: bool,
    #[serde(default)]
    difficulty: String,
    beneficiary: Option<Vec<String>>,
}

/// Reads, decides, measures.
pub(crate) fn run(args: &Args, triage: &Triage, today: NaiveDate) -> anyhow::Result<ExitCode> {
    let directory = Directory::default();
    let mut cases = Vec::new();
    each_line(&args.files, |number, line| {
        let request =
            Request::read(line).map_err(anyhow::Error::msg).with_context(|| format!("ligne {number}"))?;
        let labels: Labels =
            serde_json::from_str(line).with_context(|| format!("étiquettes de la ligne {number}"))?;
        let day = args.on.or_else(|| request.day()).unwrap_or(today);
        let id = request.id.as_str().map_or_else(|| format!("ligne {number}"), str::to_owned);
        let decision = triage.examine(&request.message(), day, &directory);
        cases.push(Case { id, labels, decision });
        Ok(())
    })?;
    let figures = Figures::of(&cases, triage.ruleset());
    if args.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
    } else {
        print!("{figures}");
    }
    Ok(ExitCode::SUCCESS)
}
