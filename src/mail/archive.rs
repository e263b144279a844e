//! Mail archives for `guichet import`: mbox files and Maildirs, read one message at a time. Every message has a key that
//! stays the same when the archive is read again, so that an import can be resumed and repeated.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::fault::io_words;
use crate::keys::hex;

/// A message larger than this is cut: an archive without `From ` lines is not read into memory whole.
const MESSAGE_LIMIT: u64 = 100 * 1024 * 1024;

/// Why an archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The path cannot be read.
    #[error("« {path} » ne peut être lu ({})", io_words(source))]
    Read {
        /// The path.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// Neither an mbox nor a Maildir.
    #[error(
        "« {0} » n’est ni un fichier mbox ni un Maildir (un dossier qui contient new et cur) ; \
        des fichiers .eml se remettent un à un à « guichet receive »"
    )]
    Unknown(String),
}

/// An archive, opened.
#[derive(Debug)]
pub struct Archive {
    source: Source,
    /// What [`Archive::done`] counts up to: octets of an mbox, messages of a Maildir.
    total: u64,
    done: u64,
}

#[derive(Debug)]
enum Source {
    Mbox(Mbox),
    Maildir(std::vec::IntoIter<PathBuf>),
}

/// Opens an archive. The iterator gives each message as (key, octets); a message that cannot be read is an error of its
/// own, and the next one follows.
///
/// Keys: `maildir:<file name without flags>`, `mbox:<offset>:<first 16 digits of the SHA-256>`.
pub fn messages(path: &Path) -> Result<Archive, ArchiveError> {
    let read = |source| ArchiveError::Read { path: path.display().to_string(), source };
    if path.is_dir() {
        let mut files = Vec::new();
        for folder in ["new", "cur"].map(|name| path.join(name)) {
            if !folder.is_dir() {
                return Err(ArchiveError::Unknown(path.display().to_string()));
            }
            for entry in std::fs::read_dir(&folder).map_err(read)? {
                let entry = entry.map_err(read)?;
                let hidden = entry.file_name().to_string_lossy().starts_with('.');
                if !hidden && entry.file_type().map_err(read)?.is_file() {
                    files.push(entry.path());
                }
            }
        }
        // By name: Maildir names start with the time of delivery.
        files.sort_by_key(|file| key_of(file));
        let total = files.len() as u64;
        return Ok(Archive { source: Source::Maildir(files.into_iter()), total, done: 0 });
    }
    let file = File::open(path).map_err(read)?;
    let total = file.metadata().map_err(read)?.len();
    let mut mbox = Mbox { reader: BufReader::new(file), at: 0, opened: false };
    let opened = mbox.open().map_err(read)?;
    if total > 0 && !opened {
        return Err(ArchiveError::Unknown(path.display().to_string()));
    }
    Ok(Archive { source: Source::Mbox(mbox), total, done: 0 })
}

impl Archive {
    /// How far [`Archive::done`] goes: octets for an mbox, messages for a Maildir.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How much has been read.
    pub fn done(&self) -> u64 {
        self.done
    }
}

impl Iterator for Archive {
    type Item = io::Result<(String, Vec<u8>)>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.source {
            Source::Maildir(files) => {
                let file = files.next()?;
                self.done += 1;
                Some(read_file(&file).map(|raw| (key_of(&file), raw)))
            }
            Source::Mbox(mbox) => {
                let next = mbox.next_message().transpose();
                self.done = mbox.at.min(self.total);
                next
            }
        }
    }
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    File::open(path)?.take(MESSAGE_LIMIT).read_to_end(&mut raw)?;
    Ok(raw)
}

/// The name of a Maildir file without its flags, which change when somebody reads the mail.
fn key_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bare = name.split(":2,").next().unwrap_or_default();
    format!("maildir:{bare}")
}

/// An mbox, read forward.
#[derive(Debug)]
struct Mbox {
    reader: BufReader<File>,
    /// Octets read.
    at: u64,
    /// A `From ` line has been read and its message has not.
    opened: bool,
}

impl Mbox {
    /// Reads the first `From ` line, empty lines before it skipped.
    fn open(&mut self) -> io::Result<bool> {
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = self.reader.by_ref().take(64 * 1024).read_until(b'\n', &mut line)?;
            self.at += read as u64;
            if read == 0 || !line.trim_ascii().is_empty() {
                break;
            }
        }
        self.opened = line.starts_with(b"From ");
        Ok(self.opened)
    }

    /// The next message: up to the next `From ` line after an empty line, or the end, where it may be cut off.
    fn next_message(&mut self) -> io::Result<Option<(String, Vec<u8>)>> {
        if !self.opened {
            return Ok(None);
        }
        let start = self.at;
        let mut raw: Vec<u8> = Vec::new();
        let mut line = Vec::new();
        let mut after_blank = false;
        self.opened = false;
        loop {
            line.clear();
            // Bounded, so that a file without line ends is not read whole at once.
            let read = self.reader.by_ref().take(1024 * 1024).read_until(b'\n', &mut line)?;
            self.at += read as u64;
            if read == 0 {
                break;
            }
            if (after_blank && is_separator(&line)) || is_whole_separator(&line) {
                self.opened = true;
                break;
            }
            after_blank = line.iter().all(|b| matches!(b, b'\r' | b'\n'));
            if (raw.len() + line.len()) as u64 <= MESSAGE_LIMIT {
                raw.extend_from_slice(unquoted(&line));
            }
        }
        // The empty line at the end belongs to the mbox, not to the message; at the end of the file too, so that a
        // message keeps its key when the next one is appended.
        if after_blank {
            let body = raw.strip_suffix(b"\n").map_or(raw.len(), <[u8]>::len);
            let body = raw[..body].strip_suffix(b"\r").map_or(body, <[u8]>::len);
            raw.truncate(body);
        }
        let digest = Sha256::digest(&raw);
        Ok(Some((format!("mbox:{start}:{}", hex(&digest[..8])), raw)))
    }
}

/// A separator with the day and the month where `asctime` puts them: no sentence looks so, whatever stands above it.
fn is_whole_separator(line: &[u8]) -> bool {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    is_separator(line) && {
        let text = String::from_utf8_lossy(line);
        let mut words = text.split_whitespace().skip(2);
        words.next().is_some_and(|day| DAYS.contains(&day))
            && words.next().is_some_and(|month| month.len() == 3)
    }
}

/// `From somebody@somewhere Mon Mar  2 10:14:00 2026`: a sentence that opens with "From " after an empty line is told
/// apart by the year and time that a separator ends with.
fn is_separator(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    let Some(rest) = text.strip_prefix("From ") else { return false };
    let words: Vec<&str> = rest.split_whitespace().collect();
    let time =
        |word: &&str| word.len() >= 5 && word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit());
    let year = |word: &&str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    words.iter().any(time) && words.iter().any(year)
}

/// Takes the quote off a `>From ` line (mboxrd: one `>` of any number; mboxo: the only one).
fn unquoted(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|b| **b == b'>').count();
    if marks > 0 && line[marks..].starts_with(b"From ") { &line[1..] } else { line }
}
