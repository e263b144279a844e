//! The settings of every module, gathered: the compiled-in defaults (`config.toml`), over them a file, over it the
//! environment. Each module owns its section and its checks; here the sections are read, and every fault is given its
//! place: unknown keys, wrong types and impossible values, all in one go.

mod cross;
mod environment;
mod kind;
mod log;
mod merge;
mod source;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::fault::{Fault, Finding, io_words};
use crate::setting::optional_path;
use crate::{delivery, desk, intake, keys, mail, reply, service, store, web};

pub use environment::environment;
pub use log::{Format, Log};

/// The default of every setting, with its explanation.
pub const DEFAULTS: &str = include_str!("../config.toml");

/// Where the settings of an installed service stand, unless `--config` or `GUICHET_CONFIG` say otherwise.
pub const SYSTEM_FILE: &str = "/etc/guichet/config.toml";

/// Every setting, read and checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What the service says of itself.
    pub service: service::Settings,
    /// Where requests are kept.
    pub database: store::Settings,
    /// Signing keys.
    pub keys: keys::Settings,
    /// How pages are served.
    pub web: web::settings::Web,
    /// The public form.
    pub form: web::settings::Form,
    /// The pages that the law wants.
    pub legal: web::settings::Legal,
    /// What is believed of mail that arrives.
    pub mail: mail::settings::Settings,
    /// How mail leaves.
    pub smtp: mail::mailer::Settings,
    /// What leaves without a person.
    pub automatic: desk::settings::Automatic,
    /// Automatic refusals.
    pub refuse: desk::settings::Refuse,
    /// What a person sends.
    pub answer: desk::settings::Answer,
    /// How a request that was handed over is followed.
    pub hand_over: desk::settings::HandOverSettings,
    /// What is kept of people's acts to learn from.
    pub examples: desk::settings::Examples,
    /// Requests put to somebody else, the service in copy.
    pub follow: desk::settings::Follow,
    /// When promised mail is tried.
    pub outbox: delivery::Settings,
    /// How kept arrivals are taken up.
    pub intake: intake::Settings,
    /// The mailboxes that are read over IMAP.
    pub imap: mail::imap::Settings,
    /// Mail over LMTP.
    pub lmtp: intake::lmtp::Settings,
    /// The rule set.
    pub rules: Folder,
    /// The texts of replies.
    pub templates: Folder,
    /// The links of replies.
    pub links: reply::LinkSettings,
    /// The journal.
    pub log: Log,
}

/// A folder that replaces what is embedded.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// The folder; `None` for what is embedded.
    #[serde(deserialize_with = "optional_path")]
    pub dir: Option<PathBuf>,
}

impl Config {
    /// Reads the settings: the defaults, over them the file (`path`, else `GUICHET_CONFIG`, else [`SYSTEM_FILE`] when it
    /// exists), over it `GUICHET__SECTION__KEY` of `env`. All faults at once, sorted by place.
    pub fn load(
        path: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<Fault>> {
        let (config, faults) = Self::read(path, env);
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }

    /// The file that [`Config::load`] reads; `None`: there is none, the defaults and the environment alone are in force.
    pub fn file(path: Option<&Path>, env: &BTreeMap<String, String>) -> Option<PathBuf> {
        let chosen = path.map(Path::to_path_buf).or_else(|| env.get("GUICHET_CONFIG").map(PathBuf::from));
        chosen.or_else(|| Some(PathBuf::from(SYSTEM_FILE)).filter(|file| file.exists()))
    }

    /// As [`Config::load`], but what is in order is returned beside the faults, so that `guichet check` can look at the
    /// rules and replies all the same. Nothing else may run with settings that have faults.
    pub fn read(path: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> (Self, Vec<Fault>) {
        let env: BTreeMap<String, String> = env.collect();
        let file = Self::file(path, &env);
        let named = file.as_ref().map_or_else(|| "réglages".to_owned(), |file| file.display().to_string());

        let mut faults = Vec::new();
        let mut values = Vec::new();
        if let Some(file) = file {
            let name = file.display().to_string();
            match std::fs::read_to_string(&file) {
                Ok(text) => values.extend(source::read(&name, &text, &mut faults)),
                Err(error) => faults.push(Fault::at(
                    name,
                    None,
                    "",
                    format!("ce fichier ne peut être lu ({})", io_words(&error)),
                    "vérifiez --config ou GUICHET_CONFIG, et les droits du fichier",
                )),
            }
        }
        values.extend(environment::read(&env, &mut faults));

        let (config, places) = merge::merge(values, &mut faults);
        let found = config.check().into_iter();
        let found =
            found.filter(|(section, finding)| !places.was_refused(&format!("{section}.{}", finding.key)));
        faults.extend(found.map(|(section, finding)| {
            let key = format!("{section}.{}", finding.key);
            if let Some((file, line)) = places.place(&key) {
                Fault::at(file, line, key, finding.says, finding.mend)
            } else {
                let key = format!("{key} (valeur livrée)");
                Fault::at(named.clone(), None, key, finding.says, finding.mend)
            }
        }));
        faults.sort();
        (config, faults)
    }

    /// The compiled-in defaults alone: for tests and for `guichet demo` to start from.
    pub fn defaults() -> Self {
        toml::from_str(DEFAULTS)
            .map_err(|error| error.message().to_owned())
            .expect("config.toml has every key of every section: a test reads it")
    }

    /// The desk's part.
    pub fn desk(&self) -> desk::Settings {
        desk::Settings {
            automatic: self.automatic.clone(),
            refuse: self.refuse.clone(),
            answer: self.answer.clone(),
            hand_over: self.hand_over.clone(),
            examples: self.examples.clone(),
            follow: self.follow.clone(),
            mail: self.mail.clone(),
        }
    }

    /// The pages' part.
    pub fn pages(&self) -> web::settings::Settings {
        web::settings::Settings { web: self.web.clone(), form: self.form.clone(), legal: self.legal.clone() }
    }

    /// What reading mail must know the service by.
    pub fn own(&self) -> mail::parse::Own {
        mail::parse::Own {
            addresses: self.service.addresses.clone(),
            domain: self.service.domain().to_owned(),
            authserv_id: self.mail.authserv_id.clone(),
            trusted_forwarders: self.mail.trusted_forwarders.clone(),
        }
    }

    /// The folder that keeps what goes with the database (the signing keys): the SQLite file's; none with PostgreSQL.
    pub fn beside_database(&self) -> Option<&Path> {
        let file = Path::new(self.database.sqlite_file()?);
        file.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
    }

    /// The key file that is made beside the database: none where keys are configured, or with PostgreSQL.
    pub fn made_keys(&self) -> Option<PathBuf> {
        let folder = self.beside_database().filter(|_| self.keys.is_empty())?;
        Some(folder.join(keys::MADE_FILE))
    }

    /// Every module's own checks, then those that concern two sections.
    fn check(&self) -> Vec<(&'static str, Finding)> {
        let sections = [
            ("service", self.service.check()),
            ("database", self.database.check()),
            ("keys", self.keys.check()),
            ("web", self.web.check()),
            ("form", self.form.check()),
            ("legal", self.legal.check()),
            ("mail", self.mail.check()),
            ("smtp", self.smtp.check()),
            ("automatic", self.automatic.check()),
            ("refuse", self.refuse.check()),
            ("answer", self.answer.check()),
            ("hand_over", self.hand_over.check()),
            ("examples", self.examples.check()),
            ("follow", self.follow.check()),
            ("outbox", self.outbox.check()),
            ("intake", self.intake.check()),
            ("imap", self.imap.check()),
            ("lmtp", self.lmtp.check()),
            ("rules", self.rules.check()),
            ("templates", self.templates.check()),
            ("links", self.links.check()),
            ("log", self.log.check()),
        ];
        let own = sections
            .into_iter()
            .flat_map(|(section, found)| found.into_iter().map(move |one| (section, one)));
        own.chain(cross::check(self)).collect()
    }
}

impl Folder {
    fn check(&self) -> Vec<Finding> {
        let missing = self.dir.as_ref().filter(|dir| !dir.is_dir());
        let says = |dir: &PathBuf| format!("« {} » n’est pas un dossier", dir.display());
        let mend = "donnez un dossier, ou \"\" pour le jeu livré";
        missing.map(|dir| Finding::new("dir", says(dir), mend)).into_iter().collect()
    }
}
