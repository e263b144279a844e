//! Section `[database]` of the settings.

use std::fs::OpenOptions;
use std::io::ErrorKind;

use serde::Deserialize;

use super::StoreError;
use crate::fault::Finding;

/// Where requests are kept.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `sqlite:PATH` (one instance) or `postgres://user:password@host/database`.
    pub url: String,
    /// Connections that read at the same time (the writer has its own); 1 to 64.
    pub readers: u32,
}

impl Settings {
    /// The SQLite file, with SQLite.
    pub fn sqlite_file(&self) -> Option<&str> {
        let path = self.url.strip_prefix("sqlite:")?;
        Some(path.strip_prefix("//").unwrap_or(path))
    }

    /// Whether it is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres://") || self.url.starts_with("postgresql://")
    }

    /// Whether what is there of a SQLite database may be written; SQLite itself names neither file nor remedy. Tried without a
    /// change; the folder is not tried.
    pub fn writable(&self) -> Result<(), StoreError> {
        let Some(file) = self.sqlite_file() else { return Ok(()) };
        for path in ["", "-wal", "-shm"].map(|end| format!("{file}{end}")) {
            match OpenOptions::new().write(true).open(&path) {
                Err(source) if source.kind() != ErrorKind::NotFound => {
                    return Err(StoreError::Unwritable { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        if !self.is_postgres() && self.sqlite_file().is_none_or(str::is_empty) {
            found.push(Finding::new(
                "url",
                "cette base de données n’est pas connue",
                "écrivez « sqlite:CHEMIN » ou « postgres://utilisateur:motdepasse@hôte/base »",
            ));
        }
        found.extend(Finding::outside("readers", self.readers, 1, 64));
        found
    }
}

/// The password of a PostgreSQL URL is not shown.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let url = match (self.url.split_once("://"), self.url.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, place))) => format!("{scheme}://…@{place}"),
            _ => self.url.clone(),
        };
        f.debug_struct("Settings").field("url", &url).field("readers", &self.readers).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_told_apart_and_keep_their_password() {
        let settings = |url: &str| Settings { url: url.to_owned(), readers: 4 };
        assert_eq!(settings("sqlite:guichet.db").sqlite_file(), Some("guichet.db"));
        assert_eq!(settings("sqlite:///var/lib/guichet.db").sqlite_file(), Some("/var/lib/guichet.db"));
        let postgres = settings("postgres://guichet:hunter2@db.example/guichet");
        assert!(postgres.is_postgres() && postgres.check().is_empty());
        assert!(!format!("{postgres:?}").contains("hunter2"));
        assert_eq!(settings("mysql://db").check().len(), 1);
        assert_eq!(settings("sqlite:").check().len(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("guichet.db");
        let settings = Settings { url: format!("sqlite:{}", file.display()), readers: 4 };
        assert!(settings.writable().is_ok(), "what is not there yet will be made");
        // Root may write everything but a folder.
        std::fs::create_dir(folder.path().join("guichet.db-wal")).unwrap();
        let told = settings.writable().unwrap_err().to_string();
        assert!(told.contains("guichet.db-wal ne peut être écrite") && told.contains("; donnez"), "{told}");
    }
}
