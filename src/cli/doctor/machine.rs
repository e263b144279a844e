//! The machine: folders and their rights, free disk, keys, clock, the port of the pages. Nothing is made or changed, but for a
//! file that is written beside the database and taken away again.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use chrono::{DateTime, Duration, Utc};

use super::super::assemble;
use super::report::Check;
use crate::config::Config;
use crate::fault::io_words;
use crate::keys::Keys;
use crate::mail::mailer::Transport;

const AREA: &str = "machine";
/// Below this a day's mail may not fit.
const SCARCE: u64 = 1 << 30;
/// Below this the next large mail does not fit.
const NONE: u64 = 100 << 20;
/// A key older than this is worth a thought.
const OLD: Duration = Duration::days(3 * 365);

pub(super) fn look(config: &Config, now: DateTime<Utc>) -> Vec<Check> {
    let mut checks = vec![clock(config, now), keys(config, now)];
    if let Some(folder) = config.beside_database() {
        checks.push(folder_of_database(folder));
        checks.extend(disk(folder));
        checks.extend(config.database.sqlite_file().and_then(|file| database_file(Path::new(file))));
    }
    if config.smtp.transport == Transport::Folder
        && let Some(folder) = &config.smtp.folder
    {
        checks.push(writable("dossier des courriels", folder, "smtp.folder"));
    }
    checks
}

/// The clock against the files that the service itself has written: a clock that was set back makes mail late and links
/// old.
fn clock(config: &Config, now: DateTime<Utc>) -> Check {
    let name = "horloge";
    let written = config.database.sqlite_file().into_iter().flat_map(|file| {
        [file.to_owned(), format!("{file}-wal")]
            .into_iter()
            .filter_map(|file| fs::metadata(file).ok()?.modified().ok())
    });
    let latest = written.map(DateTime::<Utc>::from).max();
    match latest.filter(|at| *at - now > Duration::minutes(1)) {
        Some(at) => Check::fault(
            AREA,
            name,
            format!("la base a été écrite dans {} minutes : l’horloge a reculé", (at - now).num_minutes()),
            "mettez la machine à l’heure (chrony, systemd-timesyncd), puis relancez guichet",
        ),
        None => Check::good(
            AREA,
            name,
            format!("{} UTC, après tout ce qui est écrit", now.format("%Y-%m-%d %H:%M:%S")),
        ),
    }
}

fn keys(config: &Config, now: DateTime<Utc>) -> Check {
    let name = "clés de signature";
    let file = config.keys.file.clone().or_else(|| config.made_keys());
    if let Some(file) = file.as_ref().filter(|file| !file.exists()) {
        let says = format!("{} n’existe pas encore", file.display());
        return Check::warning(
            AREA,
            name,
            says,
            "« guichet serve » la fait au premier démarrage avec SQLite",
        );
    }
    if let Err(cause) = Keys::open(&config.keys, config.beside_database()) {
        return Check::fault(
            AREA,
            name,
            cause.to_string(),
            "« chmod 600 » et « chown » au bon utilisateur, ou corrigez [keys]",
        );
    }
    let age = file
        .as_ref()
        .and_then(|file| Some(now - DateTime::<Utc>::from(fs::metadata(file).ok()?.modified().ok()?)));
    let place = file.map_or("dans les réglages".to_owned(), |file| {
        format!("{}, lisible de son seul propriétaire", file.display())
    });
    let shared =
        if config.database.is_postgres() { " ; toutes les instances doivent avoir les mêmes" } else { "" };
    match age.filter(|age| *age > OLD) {
        Some(age) => Check::warning(
            AREA,
            name,
            format!("{place}, inchangées depuis {} ans", age.num_days() / 365),
            "ajoutez une clé nouvelle en tête et gardez les anciennes (docs/operating.md, « Les clés de signature »)",
        ),
        None => Check::good(AREA, name, format!("{place}{shared}")),
    }
}

fn folder_of_database(folder: &Path) -> Check {
    writable("dossier de la base", folder, "database.url")
}

/// Whether files can be made in a folder: tried.
fn writable(name: &str, folder: &Path, key: &str) -> Check {
    match assemble::try_writing_in(folder) {
        Ok(()) => Check::good(AREA, name, format!("{}, on peut y écrire", folder.display())),
        Err(error) => Check::fault(
            AREA,
            name,
            format!("on ne peut pas écrire dans {} ({})", folder.display(), io_words(&error)),
            &format!("vérifiez {key}, le propriétaire et les droits de ce dossier"),
        ),
    }
}

fn database_file(file: &Path) -> Option<Check> {
    let mode = fs::metadata(file).ok()?.permissions().mode() & 0o777;
    let name = "droits de la base";
    let others = mode & 0o077;
    Some(if others == 0 {
        Check::good(AREA, name, format!("{mode:o}, lisible de son seul propriétaire"))
    } else {
        Check::warning(
            AREA,
            name,
            format!("{mode:o} : d’autres utilisateurs de la machine peuvent lire les demandes"),
            &format!("« chmod 600 {} »", file.display()),
        )
    })
}

/// Free disk by `df` (POSIX): the standard library does not tell it. `None` where there is no such command.
fn disk(folder: &Path) -> Option<Check> {
    let name = "place libre";
    let out = Command::new("df").arg("-Pk").arg(folder).env("LC_ALL", "C").output().ok()?;
    let free = String::from_utf8_lossy(&out.stdout)
        .lines()
        .nth(1)?
        .split_whitespace()
        .nth(3)?
        .parse::<u64>()
        .ok()?
        * 1024;
    let says = format!("{} Mo à côté de la base", free >> 20);
    let mend = "faites de la place : sans elle, plus rien n’est reçu (les serveurs de messagerie réessaient)";
    Some(match free {
        _ if free < NONE => Check::fault(AREA, name, says, mend),
        _ if free < SCARCE => Check::warning(AREA, name, says, mend),
        _ => Check::good(AREA, name, says),
    })
}
