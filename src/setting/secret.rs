//! Secrets: passwords and signing keys, and the files that hold them.

use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use serde::Deserialize;

use crate::fault::io_words;

/// The permission bits of a secret's file where others than its owner may read or write it; `None`: they may not.
pub fn open_to_others(file: &Path) -> io::Result<Option<u32>> {
    let mode = fs::metadata(file)?.mode() & 0o777;
    Ok(Some(mode).filter(|mode| mode & 0o077 != 0))
}

/// What is wrong with a file that holds a secret, and what to do about it (French); `None` where it can be read, and only by its
/// owner.
pub fn file_fault(file: &Path) -> Option<(String, String)> {
    let opened = fs::File::open(file).and_then(|_| open_to_others(file));
    let (says, mend) = match opened {
        Ok(None) => return None,
        Ok(Some(mode)) => (
            format!("d’autres que son propriétaire peuvent le lire ou l’écrire (droits {mode:o})"),
            format!("« chmod 600 {} », et « chown » à l’utilisateur du service", file.display()),
        ),
        Err(error) => {
            let says = format!("ce fichier ne peut être lu ({})", io_words(&error));
            (says, "vérifiez son chemin et ses droits".to_owned())
        }
    };
    Some((says, mend))
}

/// A secret text. It has no `Display`, and its `Debug` never shows it, so that settings can be logged whole.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// A secret that holds `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: only for whoever needs it to sign or to sign in.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether nothing was configured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "Secret(empty)" } else { "Secret(…)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(…)");
    }
}
