//! `guichet directory`: the private directory from the command line. `import` reads a CSV file over it, `export` writes the
//! file that `import` reads, `list` shows it to people.
//!
//! Exit 0 when it did; 65 the file has faults, each told at its line, and nothing was changed; 66 the file or the database
//! is not there; 69 the database does not answer; 78 settings or rules are at fault.

mod list;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{BAD_DATA, NO_INPUT, assemble};
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::{DirectoryPlan, ImportError};
use crate::store::{Store, Through};
use crate::ticket::Actor;
use crate::triage::directory::{Entry, Role};

/// Options of `guichet directory`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Ajoute et met à jour les entrées d’un fichier CSV ; tout est vérifié avant, et une entrée absente du fichier reste
    Import {
        /// Le fichier, en UTF-8 ; « - » pour l’entrée standard
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
        /// Vérifie et dit ce qui changerait, sans rien changer
        #[arg(long)]
        dry_run: bool,
    },
    /// Écrit l’annuaire en CSV sur la sortie standard, tel que `import` le reprend
    Export,
    /// Montre l’annuaire, par organisme
    List(list::Args),
}

pub(super) fn run(args: &Args, config: &Config) -> ExitCode {
    let outcome = match &args.command {
        Command::Import { file, dry_run } => import(file, *dry_run, config),
        Command::Export => export(config),
        Command::List(args) => list::run(args, config, Clock::system().today()),
    };
    outcome.unwrap_or_else(|fault| assemble::failed(&fault))
}

fn import(path: &Path, dry_run: bool, config: &Config) -> anyhow::Result<ExitCode> {
    let file = path.display().to_string();
    let bytes = match read(path) {
        Ok(bytes) => bytes,
        Err(fault) => {
            assemble::complain(&format!("guichet directory import : {file} ne peut être lu ({fault})"));
            return Ok(ExitCode::from(NO_INPUT));
        }
    };
    let Ok(text) = String::from_utf8(bytes) else {
        assemble::complain(&format!(
            "{file}: ce n’est pas de l’UTF-8 ; enregistrez le fichier en « CSV UTF-8 »"
        ));
        return Ok(ExitCode::from(BAD_DATA));
    };
    assemble::runtime()?.block_on(async {
        Store::open_existing(&config.database).await?.close().await;
        let desk = assemble::desk(config).await?;
        let outcome = if dry_run {
            desk.directory_plan(&file, &text).await
        } else {
            desk.directory_import(&file, &text, None, &Actor::Program, Through::Command).await
        };
        desk.store().close().await;
        match outcome {
            Ok(plan) => {
                assemble::tell(&told(&plan, dry_run));
                Ok(ExitCode::SUCCESS)
            }
            Err(ImportError::Faults(faults)) => {
                for fault in faults {
                    assemble::complain(&format!("{fault}"));
                }
                Ok(ExitCode::from(BAD_DATA))
            }
            Err(ImportError::Desk(fault)) => Err(fault.into()),
            Err(changed @ ImportError::Changed) => Err(changed.into()),
        }
    })
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(path)
}

/// What was done, or would be: each entry by what people know it by, then the counts.
fn told(plan: &DirectoryPlan, dry_run: bool) -> String {
    let named = |entry: &Entry| {
        let contract = entry.contract.map(|contract| format!(" {}", contract.code())).unwrap_or_default();
        format!("{} · {}{contract} · {}", entry.organisation, entry.role.code(), entry.email)
    };
    let added = plan.added.iter().map(|entry| format!("ajoutée   {}\n", named(entry)));
    let changed = plan.changed.iter().map(|(known, entry)| {
        let what = known.entry.differences(entry).into_iter().map(|difference| difference.column);
        format!("modifiée  {} ({})\n", named(entry), what.collect::<Vec<_>>().join(", "))
    });
    let counts = format!(
        "Ajoutées : {} · modifiées : {} · inchangées : {} · en vigueur mais absentes du fichier, laissées telles quelles : {}\n",
        plan.added.len(),
        plan.changed.len(),
        plan.unchanged,
        plan.left,
    );
    let tried = dry_run.then(|| "Rien n’a été changé : c’était un essai.\n".to_owned());
    added.chain(changed).chain([counts]).chain(tried).collect()
}

fn export(config: &Config) -> anyhow::Result<ExitCode> {
    let (triage, directory) = assemble::runtime()?.block_on(async {
        let store = Store::open_existing(&config.database).await?;
        let read = (assemble::triage_corrected(config, &store).await, store.directory().await);
        store.close().await;
        anyhow::Ok((read.0?, read.1?))
    })?;
    assemble::say(&directory.write(triage.reference()));
    Ok(ExitCode::SUCCESS)
}

/// The role of an option; its fault otherwise.
fn role(code: &str) -> Result<Role, String> {
    let codes = Role::ALL.map(Role::code).join(", ");
    Role::from_code(code).ok_or_else(|| format!("choisissez : {codes}"))
}
