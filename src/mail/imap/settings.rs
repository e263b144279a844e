//! Section `[imap]` of the settings: which mailboxes are read, and how. What is impossible in it is found by `check.rs`.

mod check;

use std::path::PathBuf;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::mail::mailer::Encryption;
use crate::setting::{HumanDuration, Secret, optional_path};

/// Section `[imap]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How often a mailbox is looked at, beside IDLE; 10 s to 1 h.
    pub poll: HumanDuration,
    /// After how long IDLE is issued anew; 1 min to 29 min.
    pub idle: HumanDuration,
    /// How long a server may take for any answer; 5 s to 10 min.
    pub timeout: HumanDuration,
    /// Megabytes of a mail, 1 to 100: above, its head is kept with a note.
    pub max_mb: u32,
    /// The mailboxes.
    pub mailboxes: Vec<Mailbox>,
}

impl Settings {
    /// Octets of a mail that are kept whole.
    pub fn max_octets(&self) -> u64 {
        u64::from(self.max_mb) << 20
    }
}

/// A mailbox: `[[imap.mailboxes]]`. An empty text means none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mailbox {
    /// Its name in source keys and on the health page: lower case letters, digits, hyphens.
    pub name: String,
    /// The server.
    pub host: String,
    /// Its port; `None`: 993 with TLS, else 143.
    pub port: Option<u16>,
    /// `tls`, `starttls` (required) or `none` (the same machine).
    pub tls: Encryption,
    /// The user.
    pub user: String,
    /// Their password.
    pub password: Secret,
    /// A file that holds the password alone.
    #[serde(deserialize_with = "optional_path")]
    pub password_file: Option<PathBuf>,
    /// A file that holds an XOAUTH2 access token alone; read for each connection.
    #[serde(deserialize_with = "optional_path")]
    pub token_file: Option<PathBuf>,
    /// A program with its arguments that writes such a token; run for each connection.
    pub token_command: Vec<String>,
    /// One more certificate authority to trust, as PEM.
    #[serde(deserialize_with = "optional_path")]
    pub ca_file: Option<PathBuf>,
    /// The folder that is read.
    pub folder: String,
    /// The Sent folder of the same account; empty: not read.
    pub sent: String,
    /// What becomes of what stood there at the first start.
    pub start: Start,
    /// What becomes of a mail on the server once it is kept.
    pub after: After,
    /// The keyword with `after = "keyword"`.
    pub keyword: String,
    /// The folder with `after = "move"`.
    pub move_to: String,
}

impl Default for Mailbox {
    fn default() -> Self {
        Self {
            name: String::new(),
            host: String::new(),
            port: None,
            tls: Encryption::Tls,
            user: String::new(),
            password: Secret::default(),
            password_file: None,
            token_file: None,
            token_command: Vec::new(),
            ca_file: None,
            folder: "INBOX".to_owned(),
            sent: String::new(),
            start: Start::Now,
            after: After::Leave,
            keyword: "$Guichet".to_owned(),
            move_to: String::new(),
        }
    }
}

impl Mailbox {
    /// The port in force.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.tls == Encryption::Tls { 993 } else { 143 })
    }
}

/// What becomes of what stood in a folder at the first start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// It is left alone.
    Now,
    /// What the server received on that day (Europe/Paris) or later is taken like new mail.
    Since(NaiveDate),
    /// It is taken as closed history.
    Archive,
}

impl<'de> Deserialize<'de> for Start {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "now" => Ok(Self::Now),
            "archive" => Ok(Self::Archive),
            day => day.parse().map(Self::Since).map_err(|_| {
                D::Error::custom("ce n’est ni « now », ni « archive », ni un jour comme « 2026-09-01 »")
            }),
        }
    }
}

/// What becomes of a mail on the server once it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum After {
    /// Nothing.
    Leave,
    /// It is given a keyword.
    Keyword,
    /// It is moved into another folder.
    Move,
}
