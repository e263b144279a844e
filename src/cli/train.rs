//! `guichet train`: makes the learned model out of labelled requests.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::assemble::{self, Faults};
use super::examples::{Taught, each_labelled};
use crate::desk::ratio::{decimal, share};
use crate::keys::hex;
use crate::triage::{RuleFiles, Triage, model};

/// Arguments of `guichet train`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Fichier à écrire (rules/model/weights.txt)
    #[arg(long, value_name = "FICHIER")]
    out: PathBuf,
    /// N’apprendre que des fichiers donnés, sans les exemples livrés avec les règles
    #[arg(long, requires = "files")]
    only: bool,
    /// Fichiers JSON Lines étiquetés (ceux que donne « guichet rules examples »), appris avec les exemples livrés
    #[arg(value_name = "FICHIER")]
    files: Vec<PathBuf>,
}

/// Reads, trains, validates, writes. The rule set is read without its model, so that a model that no longer fits can be made
/// anew.
pub(super) fn run(args: &Args, rules: &RuleFiles, today: NaiveDate) -> anyhow::Result<ExitCode> {
    writable(&args.out)?;
    let mut bare = rules.clone();
    bare.texts.remove(model::PATH);
    let triage = Triage::load(&bare).map_err(Faults)?;
    let mut taught = if args.only { Taught::default() } else { Taught::read(rules)? };
    if !args.files.is_empty() {
        each_labelled(&args.files, |labelled| {
            taught.add(labelled);
            Ok(())
        })?;
    }
    let mut examples = taught.examples(&triage);
    anyhow::ensure!(!examples.is_empty(), "aucun exemple : donnez au moins un fichier étiqueté");
    let left_out = taught.of_no_heading(&triage);
    if !left_out.is_empty() {
        let headings = left_out.iter().map(|(id, n)| format!("{id} ({n})")).collect::<Vec<_>>().join(", ");
        assemble::complain(&format!(
            "exemples laissés, car categories.toml ne déclare pas leur catégorie : {headings}"
        ));
    }
    examples.sort_by(|a, b| a.id.cmp(&b.id));
    let head = [("data", data_hash(&examples)), ("date", today.to_string())];
    let (model, validation) =
        model::train::train(&examples, &head.map(|(key, value)| (key.to_owned(), value)));
    std::fs::write(&args.out, model.write())
        .with_context(|| format!("écriture de {}", args.out.display()))?;
    assemble::tell(&format!(
        "{} exemples ; validation croisée par auteur : {} justes ({} %) ; température {} ; {}\n",
        validation.of,
        validation.right,
        decimal(100.0 * share(validation.right, validation.of), 1),
        decimal(validation.temperature, 2),
        args.out.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Training takes minutes: that its outcome cannot be written is told before, and nothing is left behind.
fn writable(path: &Path) -> anyhow::Result<()> {
    let new = !path.exists();
    let opened = std::fs::OpenOptions::new().append(true).create(true).open(path);
    opened.with_context(|| format!("écriture de {}", path.display()))?;
    if new {
        std::fs::remove_file(path).with_context(|| format!("écriture de {}", path.display()))?;
    }
    Ok(())
}

/// Twelve hexadecimal digits over what is taught: the same for the same features and labels.
fn data_hash(examples: &[model::train::Example]) -> String {
    let mut hash = Sha256::new();
    for example in examples {
        let sentences = example.sentences.iter().map(|sentence| &sentence.features);
        let mut parts = vec![example.id.as_str(), example.category.as_str()];
        for features in [&example.features].into_iter().chain(sentences) {
            let mut names: Vec<&str> = features.keys().map(String::as_str).collect();
            names.sort_unstable();
            parts.extend(names);
        }
        for part in parts {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.update([u8::from(example.offer), u8::from(example.sentences_only)]);
    }
    hex(&hash.finalize()[..6])
}
