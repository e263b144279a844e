//! `guichet check`: every fault of what people wrote (settings, rules, reference rows, replies) in one run, each with its
//! place and the remedy, so that mending takes one round and not ten. A fault that only follows from another is not told. What is
//! no fault but hardly meant is told as a warning, and leaves the exit code alone.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};

use super::{CONFIG, assemble};
use crate::config::{Config, SYSTEM_FILE};
use crate::fault::{Fault, io_words};
use crate::intake::lmtp::Listen;
use crate::keys::Keys;
use crate::mail::mailer::Mailer;
use crate::message::no_break_spaces;
use crate::reply::{Links, Replies, ReplyFiles};
use crate::store::StoreError;
use crate::triage::{RuleFiles, Triage, model};

/// Checks what the settings name, and writes the faults (or that there are none) to `out`. Returns the exit code. `path`
/// and `env` as for [`Config::load`].
pub(super) fn run(
    path: Option<&Path>,
    env: impl Iterator<Item = (String, String)>,
    out: &mut impl Write,
) -> io::Result<u8> {
    let env: BTreeMap<String, String> = env.collect();
    let read = sources(path, &env);
    let (_, faults, advice) = look(path, env.into_iter());
    let code = report(faults, &advice, out)?;
    writeln!(out, "{}", no_break_spaces(&read))?;
    Ok(code)
}

/// What the settings were read from: one in the wrong place is as good as none.
fn sources(path: Option<&Path>, env: &BTreeMap<String, String>) -> String {
    let file = Config::file(path, env).map_or_else(
        || format!("aucun fichier (ni --config, ni GUICHET_CONFIG, ni {SYSTEM_FILE}), les valeurs livrées"),
        |file| file.display().to_string(),
    );
    match env.keys().filter(|name| name.starts_with("GUICHET__")).count() {
        0 => format!("Réglages lus : {file}."),
        1 => format!("Réglages lus : {file}, et 1 variable GUICHET__…."),
        many => format!("Réglages lus : {file}, et {many} variables GUICHET__…."),
    }
}

/// The settings, every fault in what people wrote, and what is hardly meant.
pub(super) fn look(
    path: Option<&Path>,
    env: impl Iterator<Item = (String, String)>,
) -> (Config, Vec<Fault>, Vec<Fault>) {
    let (config, mut faults) = Config::read(path, env);
    let (wrong, advice) = knowledge(&config);
    faults.extend(wrong);
    faults.extend(beside_database(&config));
    faults.extend(place_of_socket(&config));
    // What is wrong with the section itself is told already.
    if !faults.iter().any(|fault| fault.key.starts_with("smtp.")) {
        faults.extend(Mailer::new(&config.smtp).err().map(|cause| {
            Fault::at(
                "smtp.ca_file",
                None,
                "",
                cause.to_string(),
                "donnez une autorité au format PEM, ou \"\"",
            )
        }));
    }
    (config, faults, advice)
}

/// The faults of the rule set (its examples and reference rows included), its links and the replies; then what is no fault, but
/// hardly meant.
fn knowledge(config: &Config) -> (Vec<Fault>, Vec<Fault>) {
    let rules = files(config.rules.dir.as_ref(), RuleFiles::embedded, RuleFiles::from_dir);
    let replies = files(config.templates.dir.as_ref(), ReplyFiles::embedded, ReplyFiles::from_dir);
    let mut faults = Vec::new();
    let (Some(rules), Some(replies)) = (keep(rules, &mut faults), keep(replies, &mut faults)) else {
        return (faults, Vec::new());
    };
    let triage = keep(Triage::load(&rules), &mut faults);
    let links = keep(Links::load(&rules), &mut faults).unwrap_or_default();
    let wanted = triage.as_ref().map(Triage::replies_asked).unwrap_or_default();
    keep(Replies::load(&replies, links, &wanted), &mut faults);
    (faults, triage.as_ref().and_then(|triage| about_model(triage, &rules)).into_iter().collect())
}

/// What to do about a model that is not there, or that was not taught every heading.
fn about_model(triage: &Triage, rules: &RuleFiles) -> Option<Fault> {
    let file = rules.name(model::PATH);
    let train = format!("« guichet train --out {file} »");
    let untaught = triage.untaught();
    let (says, mend) = match triage.model() {
        None => {
            let says = "le modèle manque, les règles jugent seules";
            (says.to_owned(), format!("faites-le avec {train}"))
        }
        Some(_) if untaught.is_empty() => return None,
        Some(_) => {
            let says =
                format!("les règles jugent seules ce que le modèle n’a pas appris ({})", untaught.join(", "));
            (says, format!("étiquetez de telles demandes, puis refaites-le avec {train}"))
        }
    };
    Some(Fault::at(file, None, "avertissement", says, mend))
}

/// What was read, or its faults put with the others.
fn keep<T>(read: Result<T, Vec<Fault>>, faults: &mut Vec<Fault>) -> Option<T> {
    read.map_err(|found| faults.extend(found)).ok()
}

/// What `guichet serve` would stumble over where the SQLite file stands or should be made: a folder that is not there, files that
/// cannot be written, keys that others may read.
fn beside_database(config: &Config) -> Vec<Fault> {
    let Some(folder) = config.beside_database() else { return Vec::new() };
    if !folder.is_dir() {
        let says = format!("le dossier {} n’existe pas", folder.display());
        return vec![Fault::at("database.url", None, "", says, "créez-le, ou corrigez le chemin")];
    }
    let mut faults = Vec::new();
    if let Err(error) = assemble::try_writing_in(folder) {
        let says = format!("on ne peut pas écrire dans {} ({})", folder.display(), io_words(&error));
        let mend = "donnez ce dossier à l’utilisateur du service, et vérifiez sous lui (sudo -u guichet guichet check)";
        faults.push(Fault::at("database.url", None, "", says, mend));
    }
    if let Err(StoreError::Unwritable { path, source }) = config.database.writable() {
        let says = format!("ce fichier ne peut être écrit ({})", io_words(&source));
        let mend = "donnez la base, ses voisins -wal et -shm et leur dossier à l’utilisateur du service, et vérifiez sous lui";
        faults.push(Fault::at(path, None, "database.url", says, mend));
    }
    // Opened where there are some: looking makes none.
    let made = config.made_keys().filter(|file| file.exists());
    if let Some((file, cause)) =
        made.and_then(|file| Some((file, Keys::open(&config.keys, Some(folder)).err()?)))
    {
        let mend = "« chmod 600 » et « chown » au bon utilisateur, ou reprenez ce fichier de la sauvegarde";
        faults.push(Fault::at(file.display().to_string(), None, "", cause.to_string(), mend));
    }
    faults
}

/// What keeps the LMTP socket from being made: its folder is not there or cannot be written, or another file has its name.
fn place_of_socket(config: &Config) -> Option<Fault> {
    let Listen::Unix(socket) = &config.lmtp.listen else { return None };
    let folder = socket.parent()?;
    let (says, mend) = if !folder.is_dir() {
        let mend = "créez-le pour l’utilisateur du service et votre serveur de messagerie (docs/operating.md, « Par LMTP »)";
        (format!("le dossier {} n’existe pas", folder.display()), mend)
    } else if let Err(error) = assemble::try_writing_in(folder) {
        let says = format!("on ne peut pas écrire dans {} ({})", folder.display(), io_words(&error));
        (says, "donnez ce dossier à l’utilisateur du service (docs/operating.md, « Par LMTP »)")
    } else if std::fs::symlink_metadata(socket).is_ok_and(|file| !file.file_type().is_socket()) {
        let says = format!("{} est un fichier, et non la prise d’un arrêt précédent", socket.display());
        (says, "ôtez-le, ou donnez un autre nom à la prise")
    } else {
        return None;
    };
    Some(Fault::at("lmtp.listen", None, "", says, mend))
}

/// The set in a folder, or the embedded one. A folder that is none has been reported with the settings.
fn files<F>(
    dir: Option<&PathBuf>,
    embedded: impl Fn() -> F,
    from_dir: impl Fn(&Path) -> io::Result<F>,
) -> Result<F, Vec<Fault>> {
    let Some(dir) = dir.filter(|dir| dir.is_dir()) else { return Ok(embedded()) };
    from_dir(dir).map_err(|error| {
        let says = format!("ce dossier ne peut être lu ({})", io_words(&error));
        vec![Fault::at(
            dir.display().to_string(),
            None,
            "",
            says,
            "vérifiez ses droits et ceux de ses fichiers",
        )]
    })
}

fn report(mut faults: Vec<Fault>, advice: &[Fault], out: &mut impl Write) -> io::Result<u8> {
    faults.sort();
    faults.dedup();
    for fault in faults.iter().chain(advice) {
        writeln!(out, "{}", no_break_spaces(&fault.to_string()))?;
    }
    match faults.len() {
        0 => {
            let says = "Tout est en ordre : réglages, règles, données de référence et réponses.";
            writeln!(out, "{}", no_break_spaces(says))?;
        }
        1 => writeln!(out, "\n1 faute.")?,
        many => writeln!(out, "\n{many} fautes.")?,
    }
    Ok(if faults.is_empty() { 0 } else { CONFIG })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(settings: &str) -> (u8, String) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("guichet.toml");
        std::fs::write(&file, settings).unwrap();
        let mut out = Vec::new();
        let code = run(Some(&file), std::iter::empty(), &mut out).unwrap();
        (code, plain(out).replace(&format!("{}/", folder.path().display()), ""))
    }

    /// What was written, with plain spaces: which kind stands before a colon is typography.
    fn plain(out: Vec<u8>) -> String {
        String::from_utf8(out).unwrap().replace('\u{a0}', " ")
    }

    #[test]
    fn what_is_shipped_is_in_order() {
        assert_eq!(
            check(""),
            (
                0,
                "Tout est en ordre : réglages, règles, données de référence et réponses.\nRéglages lus : guichet.toml.\n"
                    .to_owned()
            )
        );
    }

    #[test]
    fn faults_are_listed_in_the_order_of_their_places_and_counted() {
        let (code, text) = check("[log]\nlevel = \"\"\n\n[web]\nlisten = 8080\n");
        assert_eq!(code, CONFIG);
        let starts: Vec<_> = text.lines().map(|line| line.split(" : ").next().unwrap_or_default()).collect();
        assert_eq!(
            starts,
            ["guichet.toml:2: log.level", "guichet.toml:5: web.listen", "", "2 fautes.", "Réglages lus"]
        );
    }

    #[test]
    fn rules_and_replies_are_looked_at_even_when_settings_have_faults() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().display();
        std::fs::create_dir(folder.path().join("replies")).unwrap();
        let (code, text) =
            check(&format!("[rules]\ndir = \"{dir}\"\n[templates]\ndir = \"{dir}\"\n[web]\nlisten = 8080\n"));
        assert_eq!(code, CONFIG);
        for place in ["guichet.toml:6: web.listen", "/reference/links.toml: ", "/replies/receipt.fr.md: "] {
            assert!(text.contains(place), "{place} is not in\n{text}");
        }
    }

    #[test]
    fn a_folder_that_is_missing_is_told_before_the_first_start() {
        let (code, text) = check("[database]\nurl = \"sqlite:/nonexistent/guichet.db\"\n");
        assert_eq!(code, CONFIG);
        assert!(text.starts_with("database.url: le dossier /nonexistent n’existe pas ; créez-le"), "{text}");
    }

    #[test]
    fn what_serve_would_stumble_over_is_told_before() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let settings = format!("[database]\nurl = \"sqlite:{}\"\n", at("guichet.db").display());
        assert_eq!(check(&settings).0, 0);
        assert!(!at("guichet.keys").exists() && !at("guichet.db").exists(), "looking makes nothing");
        std::fs::create_dir(at("guichet.db")).unwrap();
        std::fs::write(at("guichet.keys"), "k".repeat(32)).unwrap();
        std::fs::set_permissions(at("guichet.keys"), std::fs::Permissions::from_mode(0o644)).unwrap();
        let (code, text) = check(&settings);
        assert_eq!(code, CONFIG);
        for words in
            ["guichet.db: database.url : ce fichier ne peut être écrit", "(droits 644) ; « chmod 600 »"]
        {
            assert!(text.contains(words), "{words} is not in\n{text}");
        }
    }

    #[test]
    fn a_socket_or_a_relay_that_serve_could_not_have_is_told_before() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(at("lmtp.sock"), "").unwrap();
        let broken = "-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n";
        std::fs::write(at("ca.pem"), broken).unwrap();
        let (code, text) = check(&format!(
            "[lmtp]\nlisten = \"unix:{}\"\n[smtp]\nhost = \"mx.example\"\ntls = \"tls\"\nca_file = \"{}\"\n",
            at("lmtp.sock"),
            at("ca.pem")
        ));
        assert_eq!(code, CONFIG);
        for words in [
            "lmtp.listen: ",
            "est un fichier, et non la prise",
            "smtp.ca_file: TLS ne peut être mis en place",
        ] {
            assert!(text.contains(words), "{words} is not in\n{text}");
        }
    }

    #[test]
    fn no_file_and_variables_are_told() {
        let mut out = Vec::new();
        let env = [("GUICHET__WEB__HSTS".to_owned(), "false".to_owned())];
        run(None, env.into_iter(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        // A machine that serves has the file.
        assert!(text.contains(SYSTEM_FILE) && text.contains(", et 1 variable GUICHET__"), "{text}");
    }

    #[test]
    fn the_same_fault_is_told_once() {
        let fault = Fault::at("rules/sill.toml", 3, "rule a", "says", "mend");
        let mut out = Vec::new();
        assert_eq!(report(vec![fault.clone(), fault], &[], &mut out).unwrap(), CONFIG);
        assert_eq!(plain(out), "rules/sill.toml:3: rule a : says ; mend\n\n1 faute.\n");
    }
}
