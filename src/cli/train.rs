//! `guichet train`: makes the learned model out of labelled requests.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::NaiveDate;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::lines::{Request, each_line};
use crate::keys::hex;
use crate::triage::{Triage, model};

/// Arguments of `guichet train`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Fichier à écrire (rules/model/weights.txt)
    #[arg(long, value_name = "FICHIER")]
    out: PathBuf,
    /// Fichiers JSON Lines étiquetés
    #[arg(required = true, value_name = "FICHIER")]
    files: Vec<PathBuf>,
}

/// The label that is taught.
#[derive(Debug, Deserialize)]
struct Label {
    category: String,
}

/// Reads, trains, validates, writes.
pub(super) fn run(args: &Args, triage: &Triage, today: NaiveDate) -> anyhow::Result<ExitCode> {
    let mut examples = Vec::new();
    let mut hash = Sha256::new();
    each_line(&args.files, |number, line| {
        let request =
            Request::read(line).map_err(anyhow::Error::msg).with_context(|| format!("ligne {number}"))?;
        let label: Label =
            serde_json::from_str(line).with_context(|| format!("étiquette de la ligne {number}"))?;
        anyhow::ensure!(
            triage.taxonomy().get(&label.category).is_some(),
            "ligne {number} : la catégorie « {} » n’existe pas ; corrigez l’étiquette",
            label.category
        );
        hash.update(line.as_bytes());
        examples.push(triage.example(&request.message(), &label.category));
        Ok(())
    })?;
    let head = [("data", hex(&hash.finalize()[..6])), ("date", today.to_string())];
    let (model, validation) =
        model::train::train(&examples, &head.map(|(key, value)| (key.to_owned(), value)));
    std::fs::write(&args.out, model.write())
        .with_context(|| format!("écriture de {}", args.out.display()))?;
    println!(
        "{} exemples ; validation croisée : {} justes ; température {:.2} ; {}",
        validation.of,
        validation.right,
        validation.temperature,
        args.out.display()
    );
    Ok(ExitCode::SUCCESS)
}
