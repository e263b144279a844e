//! Section `[lmtp]` of the settings.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de::Error as _};

use crate::fault::Finding;
use crate::setting::HumanDuration;

/// How mail is taken over LMTP.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where to listen.
    #[serde(deserialize_with = "listen")]
    pub listen: Listen,
    /// For whom mail is taken.
    pub recipients: Recipients,
    /// The largest message, in megabytes (10^6 octets); 1 to 200.
    pub max_mb: usize,
    /// The most recipients of one message; 100 (RFC 5321 section 4.5.3.1.8) to 10,000.
    pub max_recipients: usize,
    /// The most sessions at the same time; 1 to 1,000.
    pub max_sessions: usize,
    /// For how long a client may say nothing, and take for a command line.
    pub timeout: HumanDuration,
    /// How long one message may take from the first octet to the last.
    pub data_timeout: HumanDuration,
    /// How long a session may last.
    pub session_timeout: HumanDuration,
}

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// Nowhere: no LMTP.
    Closed,
    /// A Unix socket at this path.
    Unix(PathBuf),
    /// A port of the loopback. LMTP is no protocol for a network (RFC 2033 section 5): it knows neither whom it talks to
    /// nor who listens.
    Tcp(SocketAddr),
}

/// For whom mail is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recipients {
    /// The service's own addresses, with or without `+detail`; any other is refused at RCPT.
    Own,
    /// Whoever the mail server says.
    Any,
}

impl Settings {
    /// The largest message in octets.
    pub fn max_octets(&self) -> usize {
        self.max_mb.saturating_mul(1_000_000)
    }

    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        let seconds = HumanDuration::from_secs;
        let (second, minute, hour) = (seconds(1), seconds(60), seconds(3_600));
        let faraway = match &self.listen {
            Listen::Tcp(address) if !address.ip().is_loopback() => Some(Finding::new(
                "listen",
                format!(
                    "{address} n’est pas une adresse de la boucle locale : n’importe qui pourrait y déposer des courriels"
                ),
                "écrivez « 127.0.0.1:2424 », ou un chemin « unix:/run/guichet/lmtp.sock »",
            )),
            Listen::Unix(path) if !path.is_absolute() => Some(Finding::new(
                "listen",
                format!("« {} » n’est pas un chemin absolu", path.display()),
                "écrivez par exemple « unix:/run/guichet/lmtp.sock »",
            )),
            _ => None,
        };
        let bounds = [
            Finding::outside("max_mb", self.max_mb, 1, 200),
            Finding::outside("max_recipients", self.max_recipients, 100, 10_000),
            Finding::outside("max_sessions", self.max_sessions, 1, 1_000),
            Finding::outside("timeout", self.timeout, second, hour),
            Finding::outside("data_timeout", self.data_timeout, second, hour),
            Finding::outside("session_timeout", self.session_timeout, minute, seconds(86_400)),
        ];
        faraway.into_iter().chain(bounds.into_iter().flatten()).collect()
    }
}

impl FromStr for Listen {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "" => Ok(Self::Closed),
            text => match text.strip_prefix("unix:") {
                Some(path) => Ok(Self::Unix(PathBuf::from(path))),
                None => text.parse().map(Self::Tcp).map_err(
                    |_| "ce n’est ni « unix:CHEMIN », ni une adresse suivie d’un port, ni \"\" pour rien",
                ),
            },
        }
    }
}

fn listen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Listen, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}
