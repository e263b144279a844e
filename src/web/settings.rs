//! Sections `[web]`, `[form]` and `[legal]` of the settings.

mod form;
mod legal;

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use crate::fault::Finding;
use crate::setting::{IpRange, optional_path, socket_address};

pub use form::Form;
pub use legal::{Conformity, Legal};

/// The three sections.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `[web]`.
    pub web: Web,
    /// `[form]`.
    pub form: Form,
    /// `[legal]`.
    pub legal: Legal,
}

/// How pages are served.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// The address to listen on; TLS is the reverse proxy's.
    #[serde(deserialize_with = "socket_address")]
    pub listen: SocketAddr,
    /// The look.
    pub theme: Theme,
    /// The installed `@gouvfr/dsfr` package (the folder that holds `dist/`), for the theme `dsfr`.
    #[serde(deserialize_with = "optional_path")]
    pub dsfr_dir: Option<PathBuf>,
    /// Proxies whose `X-Forwarded-For` is believed; from anybody else it is ignored.
    pub trusted_proxies: Vec<IpRange>,
    /// How long a person of the team stays signed in; 1 to 168.
    pub session_hours: u32,
    /// Whether `Strict-Transport-Security` (RFC 6797) is sent.
    pub hsts: bool,
}

/// The look of the pages; the markup is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// Our own stylesheet, without any mark of the State.
    Plain,
    /// The State's design system, from `dsfr_dir`: for State sites only.
    Dsfr,
}

impl Web {
    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        match (&self.dsfr_dir, self.theme) {
            (None, Theme::Dsfr) => found.push(Finding::new(
                "dsfr_dir",
                "le thème « dsfr » ne sait pas où est le paquet",
                "installez @gouvfr/dsfr et donnez son dossier, ou choisissez theme = \"plain\"",
            )),
            (Some(dir), Theme::Dsfr) if !dir.join("dist/dsfr.min.css").is_file() => found.push(Finding::new(
                "dsfr_dir",
                format!("« {} » ne contient pas dist/dsfr.min.css", dir.display()),
                "donnez le dossier du paquet @gouvfr/dsfr",
            )),
            _ => {}
        }
        found.extend(Finding::outside("session_hours", self.session_hours, 1, 168));
        found
    }
}
