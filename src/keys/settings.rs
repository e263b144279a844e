//! Section `[keys]`: where the signing keys come from. A list in the settings, a file that only its owner may read, or,
//! with SQLite, a file made beside the database on the first start.
//!
//! A key file holds one key a line, the first one signs; empty lines and lines that begin with `#` are skipped. One that was made
//! here tells in such a line when: a file's own date does not survive a backup, and keys made after the first request say that
//! the former ones were lost.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;

use super::{Keys, KeysError, random, random_token};
use crate::clock::Clock;
use crate::fault::Finding;
use crate::setting::{Secret, open_to_others, optional_path};

/// The name of the file that is made beside the database.
pub const MADE_FILE: &str = "guichet.keys";
/// The line that tells when a file was made begins so.
const MADE: &str = "# Faite le ";

/// When a key file was made by guichet; `None` where it does not tell, or cannot be read.
pub fn made_at(file: &Path) -> Option<DateTime<Utc>> {
    let text = fs::read_to_string(file).ok()?;
    let at = text.lines().find_map(|line| line.strip_prefix(MADE))?;
    Some(DateTime::parse_from_rfc3339(at.trim()).ok()?.to_utc())
}

/// Section `[keys]` of the settings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Keys of at least 32 characters; the first one signs, all verify.
    pub secrets: Vec<Secret>,
    /// A file of keys.
    #[serde(deserialize_with = "optional_path")]
    pub file: Option<PathBuf>,
}

impl Settings {
    /// Whether keys are configured at all.
    pub fn is_empty(&self) -> bool {
        self.secrets.is_empty() && self.file.is_none()
    }

    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        if self.is_empty() {
            return Vec::new();
        }
        let key = if self.file.is_some() { "file" } else { "secrets" };
        Keys::open(self, None).err().map(|error| finding(key, &error)).into_iter().collect()
    }
}

impl Keys {
    /// The keys that the settings name; when they name none, those of `guichet.keys` in the folder `beside` (the SQLite
    /// file's), made there with mode 0600 when absent. Instances that start together agree on one file. Without `beside`
    /// (PostgreSQL, shared by several machines) keys must be configured.
    pub fn open(settings: &Settings, beside: Option<&Path>) -> Result<Self, KeysError> {
        match (&settings.file, beside) {
            (Some(_), _) if !settings.secrets.is_empty() => Err(KeysError::Both),
            (Some(file), _) => read(file),
            (None, Some(folder)) if settings.secrets.is_empty() => {
                let file = folder.join(MADE_FILE);
                match read(&file) {
                    Err(KeysError::Missing(_)) => make(&file).and_then(|()| read(&file)),
                    known => known,
                }
            }
            (None, _) => {
                Self::new(settings.secrets.iter().map(|key| key.reveal().as_bytes().to_vec()).collect())
            }
        }
    }
}

fn read(path: &Path) -> Result<Keys, KeysError> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => KeysError::Missing(path.to_owned()),
        _ => KeysError::File { path: path.to_owned(), error },
    };
    if let Some(mode) = open_to_others(path).map_err(failed)? {
        return Err(KeysError::Readable { path: path.to_owned(), mode });
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    let keys = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Keys::new(keys.map(|key| key.as_bytes().to_vec()).collect())
}

/// Makes a file with one fresh key. It appears whole or not at all, and never replaces one that is there: a lost key
/// would break every link that is out.
fn make(path: &Path) -> Result<(), KeysError> {
    let failed = |error| KeysError::File { path: path.to_owned(), error };
    let draft = path.with_extension(format!("keys.{}", random_token()));
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).map_err(failed)?;
    let text = format!(
        "# Clés de signature de guichet : une par ligne, la première signe, toutes vérifient. À sauvegarder avec la base.\n\
         {MADE}{}\n{}\n",
        Clock::system().now().to_rfc3339_opts(SecondsFormat::Secs, true),
        URL_SAFE_NO_PAD.encode(random::<32>())
    );
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    let removed = fs::remove_file(&draft);
    linked.and(removed).map_err(failed)
}

/// The fault, with its remedy.
fn finding(key: &'static str, error: &KeysError) -> Finding {
    const MAKE: &str = "faites-en une avec « openssl rand -base64 32 »";
    let mend = match error {
        KeysError::Both => "gardez un seul des deux",
        KeysError::Empty | KeysError::Short(_) | KeysError::Missing(_) => MAKE,
        KeysError::Readable { .. } => "retirez-leur ce droit avec « chmod 600 »",
        KeysError::File { .. } => "vérifiez le chemin et les droits",
    };
    Finding::new(key, error.to_string(), mend)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::keys::Purpose;

    #[test]
    fn a_key_is_made_once_beside_the_database_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Keys::open(&Settings::default(), Some(folder.path())).unwrap();
        let signature = open().sign(Purpose::StatusLink, "ABCD2345");
        assert!(open().verify(Purpose::StatusLink, "ABCD2345", &signature));
        let names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["guichet.keys"]);
        assert!(made_at(&folder.path().join("guichet.keys")).is_some(), "it tells when");
        let mode = fs::metadata(folder.path().join("guichet.keys")).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
    }

    #[test]
    fn instances_that_start_together_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let signatures: Vec<String> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| Keys::open(&Settings::default(), Some(folder.path())).unwrap()))
                .collect();
            starts.into_iter().map(|start| start.join().unwrap().sign(Purpose::Sum, "7")).collect()
        });
        assert!(signatures.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys");
        fs::write(&file, "k".repeat(32)).unwrap();
        let settings = Settings { file: Some(file.clone()), ..Settings::default() };
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Keys::open(&settings, None), Err(KeysError::Readable { mode: 0o640, .. })));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
        assert!(Keys::open(&settings, None).is_ok());
    }

    #[test]
    fn without_a_folder_keys_must_be_configured_in_one_place() {
        assert!(matches!(Keys::open(&Settings::default(), None), Err(KeysError::Empty)));
        let both = Settings { secrets: vec![Secret::new("k".repeat(32))], file: Some("keys".into()) };
        assert!(matches!(Keys::open(&both, None), Err(KeysError::Both)));
        let missing = Settings { file: Some("nowhere/keys".into()), ..Settings::default() };
        assert!(matches!(Keys::open(&missing, None), Err(KeysError::Missing(_))));
    }
}
