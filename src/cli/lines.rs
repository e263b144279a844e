//! JSON Lines in: requests from files or standard input, one object a line, a bad line never stops the rest.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{DateTime, NaiveDate};
use serde::Deserialize;

use crate::clock::paris_day;
use crate::mail::quote;
use crate::message::{Channel, Message, one_line};

/// One request as `classify` reads it. Labels are not among its fields, so they cannot be read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Request {
    /// Given back as it came.
    pub(crate) id: serde_json::Value,
    channel: Option<String>,
    date: Option<String>,
    from_name: Option<String>,
    from_email: Option<String>,
    role: Option<String>,
    organisation: Option<String>,
    chosen: Option<String>,
    subject: Option<String>,
    body: Option<String>,
    to: Addresses,
    cc: Addresses,
}

/// One address, several in a list, or none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
enum Addresses {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl Addresses {
    fn list(self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::One(all) => {
                all.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
            }
            Self::Many(list) => list,
        }
    }
}

impl Request {
    /// The request of one line of JSON.
    pub(crate) fn read(line: &str) -> Result<Self, String> {
        // A list would be read as the fields in their order.
        if !line.trim_start().starts_with('{') {
            return Err(
                "cette ligne n’est pas un objet JSON de la forme attendue ({ \"subject\": …, \"body\": … })"
                    .to_owned(),
            );
        }
        serde_json::from_str(line).map_err(|error| unread(&error))
    }

    /// The day it states (`YYYY-MM-DD`, or a date and time with its zone, as Paris names the day).
    pub(crate) fn day(&self) -> Option<NaiveDate> {
        let text = self.date.as_deref()?;
        let instant =
            || DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)).ok();
        text.parse().ok().or_else(|| Some(paris_day(instant()?.to_utc())))
    }

    /// The message it is. Subject and body are kept as given: offsets count in them.
    pub(crate) fn message(self) -> Message {
        let channel = if self.channel.as_deref() == Some("form") { Channel::Form } else { Channel::Mail };
        let subject = self.subject.unwrap_or_default();
        let body = self.body.unwrap_or_default();
        Message {
            channel,
            from_name: one_line(&self.from_name.unwrap_or_default(), 200),
            from_email: self.from_email.unwrap_or_default().trim().to_owned(),
            role: self.role.unwrap_or_default(),
            organisation: self.organisation.unwrap_or_default(),
            chosen: self.chosen.filter(|id| !id.is_empty()),
            fresh: quote::fresh(&subject, &body),
            subject,
            body,
            to: self.to.list(),
            cc: self.cc.list(),
            ..Message::default()
        }
    }
}

/// Why a line does not read (French); the reader of JSON knows English only.
pub(crate) fn unread(error: &serde_json::Error) -> String {
    format!("cette ligne n’est pas un objet JSON de la forme attendue ({error})")
}

/// A labelled line that cannot be taken.
#[derive(Debug, thiserror::Error)]
#[error("{file}, ligne {line} : {says}")]
pub(crate) struct BadLine {
    /// The file.
    pub(crate) file: String,
    /// Its number, from 1.
    pub(crate) line: usize,
    /// What is wrong with it (French).
    pub(crate) says: String,
}

/// Calls `each` with the number (from 1, in its file) and the text of every line that is not blank. Bytes that are not
/// UTF-8 are read as replacement characters.
pub(crate) fn each_line(
    files: &[PathBuf],
    mut each: impl FnMut(usize, &str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let standard = [PathBuf::from("-")];
    let files = if files.is_empty() { &standard[..] } else { files };
    for path in files {
        let mut reader: Box<dyn BufRead> = if path == Path::new("-") {
            Box::new(std::io::stdin().lock())
        } else {
            Box::new(BufReader::new(
                File::open(path).with_context(|| format!("lecture de {}", path.display()))?,
            ))
        };
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            if reader
                .read_until(b'\n', &mut line)
                .with_context(|| format!("lecture de {}", path.display()))?
                == 0
            {
                break;
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_start_matches('\u{feff}').trim();
            if !text.is_empty() {
                each(number, text)?;
            }
        }
    }
    Ok(())
}
