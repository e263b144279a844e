//! Section `[smtp]` of the settings and what is impossible in it.

use std::net::IpAddr;
use std::path::PathBuf;

use serde::Deserialize;

use crate::fault::{Finding, io_words};
use crate::setting::{Secret, file_fault, optional_path, optional_text};

/// How mail leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// By a mail server.
    Smtp,
    /// Into a folder, one file a mail: for trials and the demo.
    Folder,
}

/// How the connection is encrypted. There is no opportunistic way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    /// STARTTLS, required (port 587).
    StartTls,
    /// From the first octet (port 465).
    Tls,
    /// Not at all: for a server on the same machine.
    None,
}

/// Section `[smtp]` of the settings. An empty text means none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `smtp` or `folder`.
    pub transport: Transport,
    /// Where mail is written with `transport = "folder"`.
    #[serde(deserialize_with = "optional_path")]
    pub folder: Option<PathBuf>,
    /// The mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// `starttls`, `tls` or `none`.
    pub tls: Encryption,
    /// The user to sign in as, if the server asks for it.
    #[serde(deserialize_with = "optional_text")]
    pub user: Option<String>,
    /// Their password; better in `password_file` or the environment.
    pub password: Secret,
    /// A file that holds the password alone.
    #[serde(deserialize_with = "optional_path")]
    pub password_file: Option<PathBuf>,
    /// Seconds that connecting, and then a mail's envelope, and then its octets may take; 1 to 600.
    pub timeout_seconds: u64,
    /// Seconds more that the server's word after the final dot may take (RFC 5321 section 4.5.3.2.6 asks for ten minutes):
    /// whoever hangs up earlier has the mail delivered again and again by a server that scans slowly; 1 to 600.
    pub last_word_seconds: u64,
    /// Connections kept at most; 1 to 100.
    pub pool_size: u32,
    /// One more certificate authority to trust, as PEM.
    #[serde(deserialize_with = "optional_path")]
    pub ca_file: Option<PathBuf>,
    /// The name given in EHLO; the machine's by default.
    #[serde(deserialize_with = "optional_text")]
    pub helo_name: Option<String>,
}

impl Settings {
    /// Impossible values.
    pub fn check(&self) -> Vec<Finding> {
        if self.transport == Transport::Folder {
            let missing = Finding::new(
                "folder",
                "aucun dossier n’est donné",
                "nommez le dossier où écrire les courriels",
            );
            return self.folder.is_none().then_some(missing).into_iter().collect();
        }
        let mut found = self.server();
        found.extend(self.sign_in());
        let secret = self.password_file.as_deref().and_then(file_fault);
        found.extend(secret.map(|(says, mend)| Finding::new("password_file", says, mend)));
        if let Some(Err(error)) = self.ca_file.as_ref().map(std::fs::File::open) {
            let says = format!("ce fichier ne peut être lu ({})", io_words(&error));
            found.push(Finding::new("ca_file", says, "vérifiez son chemin et ses droits"));
        }
        found.extend(Finding::outside("timeout_seconds", self.timeout_seconds, 1, 600));
        found.extend(Finding::outside("last_word_seconds", self.last_word_seconds, 1, 600));
        found.extend(Finding::outside("pool_size", self.pool_size, 1, 100));
        found
    }

    fn server(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        if self.host.is_empty() || self.host.contains(|c: char| c.is_whitespace() || c.is_control()) {
            found.push(Finding::new(
                "host",
                "ce n’est pas le nom d’un serveur de messagerie",
                "donnez son nom ou son adresse",
            ));
        }
        if self.port == 0 {
            let mend = "les ports habituels sont 587 (starttls), 465 (tls) et 25 (none)";
            found.push(Finding::new("port", "le port 0 n’existe pas", mend));
        }
        let name = self.helo_name.as_deref();
        if name.is_some_and(|name| !name.bytes().all(|byte| byte.is_ascii_graphic())) {
            let mend = "donnez le nom complet de cette machine, ou \"\"";
            found.push(Finding::new("helo_name", "ce n’est pas un nom de machine", mend));
        }
        found
    }

    fn sign_in(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let has_password = self.has_password();
        if self.tls == Encryption::None && has_password && !self.is_loopback() {
            found.push(Finding::new(
                "tls",
                "le mot de passe passerait en clair sur le réseau",
                "mettez \"starttls\" ou \"tls\"",
            ));
        }
        match (&self.user, has_password) {
            (Some(_), false) => {
                let mend = "donnez password_file, ou password (une variable ne vaut que pour la commande qui la reçoit)";
                found.push(Finding::new("user", "un utilisateur sans mot de passe", mend));
            }
            (None, true) => {
                found.push(Finding::new("password", "un mot de passe sans utilisateur", "donnez user"));
            }
            _ => {}
        }
        if !self.password.is_empty() && self.password_file.is_some() {
            let mend = "gardez password ou password_file";
            found.push(Finding::new("password_file", "deux mots de passe sont donnés", mend));
        }
        found
    }

    /// Seconds that the longest conversation takes: kept connections that have died, a new one, a mail's envelope, its
    /// octets and the last word. Nobody may take the mail for abandoned before.
    pub fn longest_seconds(&self) -> u64 {
        let at_once = super::relay::AT_ONCE.as_secs();
        3 * self.timeout_seconds + self.last_word_seconds + at_once * (u64::from(self.pool_size) + 2)
    }

    fn has_password(&self) -> bool {
        !self.password.is_empty() || self.password_file.is_some()
    }

    /// The server is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}
