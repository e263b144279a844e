//! Mail into a folder: one file a mail, named by its Message-ID, so that the same mail overwrites itself. Written aside
//! and renamed: a reader never sees half a mail.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::SendError;
use crate::keys::{hex, random_token};
use crate::mail::header::{Headers, ids};

/// Writes the mail; gives the name of its file.
pub(super) async fn write(folder: &Path, raw: &[u8]) -> Result<String, SendError> {
    let (folder, raw, name) = (folder.to_owned(), raw.to_vec(), name(raw));
    let file = name.clone();
    let written = tokio::task::spawn_blocking(move || put(&folder, &file, &raw)).await;
    match written {
        Ok(Ok(())) => Ok(format!("250 écrit dans {name}")),
        Ok(Err(error)) => Err(SendError::passing(&error.to_string())),
        Err(error) => Err(SendError::passing(&error.to_string())),
    }
}

fn put(folder: &Path, name: &str, raw: &[u8]) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let aside: PathBuf = folder.join(format!(".{name}.{}", random_token()));
    let done = (|| {
        let mut file = std::fs::File::create_new(&aside)?;
        file.write_all(raw)?;
        file.sync_all()?;
        std::fs::rename(&aside, folder.join(name))?;
        std::fs::File::open(folder)?.sync_all()
    })();
    if done.is_err() {
        // Already failing: what matters is the first error.
        drop(std::fs::remove_file(&aside));
    }
    done
}

/// The Message-ID as a file name; a digest where there is none that could be one.
fn name(raw: &[u8]) -> String {
    let id = Headers::read(raw).0.raw("message-id").and_then(|value| ids(&value).into_iter().next());
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | '-' | '_' | '+');
    match id {
        Some(id) if id.len() <= 120 && id.chars().all(safe) && !id.starts_with('.') => format!("{id}.eml"),
        _ => format!("{}.eml", hex(&Sha256::digest(raw)[..16])),
    }
}
