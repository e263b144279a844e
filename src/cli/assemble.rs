//! From settings to a desk: the one place where the parts are put together, for every command alike.

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use chrono::{DateTime, Utc};

use super::{BAD_DATA, CONFIG, NO_INPUT, SOFTWARE, UNAVAILABLE};
use crate::clock::Clock;
use crate::config::{Config, Folder, Format, Log, environment};
use crate::desk::{self, Desk, Parts};
use crate::fault::{Fault, io_words};
use crate::keys::{Keys, KeysError, made_at, random_token};
use crate::mail::mailer::MailerError;
use crate::message::no_break_spaces;
use crate::reply::{Links, Replies, ReplyFiles};
use crate::store::{Store, StoreError};
use crate::triage::{RuleFiles, Triage};

/// Faults in what people wrote, as an error that shows them all.
#[derive(Debug, thiserror::Error)]
#[error("{}", shown(.0))]
pub(super) struct Faults(pub(super) Vec<Fault>);

/// The settings, from the file named on the command line.
pub(super) fn config(path: Option<&Path>) -> Result<Config, Vec<Fault>> {
    Config::load(path, environment())
}

/// Prints faults, a line each; answers the exit code that goes with them.
pub(super) fn show_faults(faults: &[Fault]) -> ExitCode {
    complain(&shown(faults));
    ExitCode::from(CONFIG)
}

/// Prints why a command could not answer; its exit code is one of sysexits.h, so that 1 and 2 stay free for what the command
/// found: 65 something stored or given does not read, 66 a file or the database is not there, 69 the database does not
/// answer, 78 settings or rules are at fault, 70 the rest.
pub(super) fn failed(fault: &anyhow::Error) -> ExitCode {
    complain(&format!("guichet : {}", told(fault)));
    let code = match fault.downcast_ref::<StoreError>() {
        Some(StoreError::Missing(_)) => NO_INPUT,
        Some(StoreError::Row { .. }) => BAD_DATA,
        Some(StoreError::Url) => CONFIG,
        Some(_) => UNAVAILABLE,
        None if fault.is::<Faults>() => CONFIG,
        None if fault.is::<std::io::Error>() => NO_INPUT,
        None if fault.is::<super::lines::BadLine>() => BAD_DATA,
        None => SOFTWARE,
    };
    ExitCode::from(code)
}

/// Whether a fault stays until a person has changed what was written (rules, replies, keys, the database's address): starting
/// again mends nothing. A disk or a database that is away comes back by itself.
pub(super) fn needs_a_person(fault: &anyhow::Error) -> bool {
    let keys = fault.downcast_ref().is_some_and(|cause| !matches!(cause, KeysError::File { .. }));
    keys || fault.is::<Faults>()
        || fault.is::<MailerError>()
        || matches!(fault.downcast_ref(), Some(StoreError::Url))
}

/// A fault and what caused it, in a line (French).
pub(super) fn told(fault: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in fault.chain() {
        let words = cause.downcast_ref().map_or_else(|| cause.to_string(), io_words);
        // Some faults tell their cause themselves.
        if !line.contains(&words) {
            line.push_str(if line.is_empty() { "" } else { " : " });
            line.push_str(&words);
        }
    }
    line
}

fn shown(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

/// The texts of a rule set: the embedded ones, or the folder that replaces them.
pub(super) fn rule_files(folder: &Folder) -> anyhow::Result<RuleFiles> {
    match &folder.dir {
        None => Ok(RuleFiles::embedded()),
        Some(dir) => RuleFiles::from_dir(dir).with_context(|| format!("lecture de {}", dir.display())),
    }
}

/// The rule set. The examples of a folder's rules are tried at each start; those of the embedded set were tried by the
/// tests.
pub(super) fn triage(config: &Config) -> anyhow::Result<Triage> {
    match config.rules.dir {
        None => Ok(Triage::embedded().map_err(Faults)?),
        Some(_) => triage_in(&config.rules),
    }
}

/// The rule set of a folder, its examples tried.
pub(super) fn triage_in(folder: &Folder) -> anyhow::Result<Triage> {
    Ok(Triage::load(&rule_files(folder)?).map_err(Faults)?)
}

/// The same over the reference rows as the team corrected them in this database.
pub(super) async fn triage_corrected(config: &Config, store: &Store) -> anyhow::Result<Triage> {
    let (_, corrections) = store.corrections().await?;
    Ok(desk::corrected(&triage(config)?, &corrections))
}

/// The same for a command that opens no database otherwise: the files' rows, or the corrected ones where it is `wanted`.
pub(super) fn triage_over(config: &Config, wanted: bool) -> anyhow::Result<Triage> {
    if !wanted {
        return triage(config);
    }
    runtime()?.block_on(async {
        let store = Store::open_existing(&config.database).await?;
        let triage = triage_corrected(config, &store).await;
        store.close().await;
        triage
    })
}

/// A desk on the configured database.
pub(super) async fn desk(config: &Config) -> anyhow::Result<Desk> {
    // What cannot be read stays so until a person has looked.
    let rules = rule_files(&config.rules).map_err(|cause| unreadable(config.rules.dir.as_deref(), &cause))?;
    let triage = triage(config)?;
    let links = Links::load(&rules).map_err(Faults)?.with_settings(config.links);
    let texts = match &config.templates.dir {
        None => ReplyFiles::embedded(),
        Some(dir) => ReplyFiles::from_dir(dir).map_err(|cause| unreadable(Some(dir), &cause.into()))?,
    };
    let replies = Replies::load(&texts, links, &triage.replies_asked()).map_err(Faults)?;
    let store =
        Store::open(&config.database).await.context("la base ne s’ouvre pas ; vérifiez database.url")?;
    let (keys, clock) = (Keys::open(&config.keys, config.beside_database())?, Clock::system());
    warn_of_new_keys(config, &store).await?;
    Ok(Desk::new(Parts {
        store,
        clock,
        keys,
        triage: Arc::new(triage),
        replies,
        service: config.service.clone(),
        own: config.own(),
        settings: config.desk(),
    }))
}

fn unreadable(dir: Option<&Path>, cause: &anyhow::Error) -> Faults {
    let says = format!("ce dossier ne peut être lu ({})", told(cause));
    let place = dir.map(|dir| dir.display().to_string()).unwrap_or_default();
    Faults(vec![Fault::at(place, None, "", says, "vérifiez ses droits et ceux de ses fichiers")])
}

/// When the key file beside the database was made, where that was after the first arrival: the former one was lost, and what it
/// signed is dead.
pub(super) async fn keys_made_late(
    config: &Config,
    store: &Store,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let Some(made) = config.made_keys().and_then(|file| made_at(&file)) else { return Ok(None) };
    Ok(store.arrival_first().await?.filter(|first| *first < made).map(|_| made))
}

/// Told at each start, because the first one may be a command that nobody reads the journal of.
async fn warn_of_new_keys(config: &Config, store: &Store) -> Result<(), StoreError> {
    if let Some(made) = keys_made_late(config, store).await? {
        tracing::warn!(
            file = config.made_keys().map(|file| file.display().to_string()),
            made = %made.format("%Y-%m-%d %H:%M UTC"),
            "the signing keys are younger than the first request: links and reply addresses sent before them no longer work. \
             Add the former key (from the backup) to this file; or take away the line that tells its date, if it is lost for good"
        );
    }
    Ok(())
}

/// Whether files can be made in a folder: one is made and taken away again.
pub(super) fn try_writing_in(folder: &Path) -> std::io::Result<()> {
    let file = folder.join(format!(".guichet-check-{}", random_token()));
    std::fs::write(&file, b"guichet check\n").and_then(|()| std::fs::remove_file(&file))
}

/// The runtime of a command.
pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("démarrage")
}

/// Starts the journal on standard error.
pub(super) fn log(log: &Log) {
    let filter = log.filter().unwrap_or_default();
    let journal = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // A second start in the same process (tests) keeps the first journal.
    let _ = match log.format {
        Format::Text => journal.try_init(),
        Format::Json => journal.json().try_init(),
    };
}

/// Writes French words to standard output, with their no-break spaces.
pub(super) fn tell(text: &str) {
    say(&no_break_spaces(text));
}

/// Writes a line of French words to standard error, with their no-break spaces.
pub(super) fn complain(line: &str) {
    eprintln!("{}", no_break_spaces(line));
}

/// Writes a whole text to standard output, as it is. A reader who had enough (`| head`) is no fault.
pub(super) fn say(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}
