//! Hands a finished mail to the mail server, or writes it into a folder. One pool of connections is kept; TLS is never
//! opportunistic; what the server said is told apart: taken, refused for good, or to be tried again.

mod folder;
mod settings;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

pub use settings::{Encryption, Settings, Transport};

use super::compose::Address;
use crate::fault::io_words;
use crate::message::one_line;

type Smtp = AsyncSmtpTransport<Tokio1Executor>;

/// Characters of a server's words that are kept.
const WORDS_LIMIT: usize = 500;

/// Why a mailer could not be made.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// A file of the settings cannot be read.
    #[error("« {path} » ne peut être lu ({})", io_words(source))]
    File {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// TLS cannot be set up with these settings.
    #[error("TLS ne peut être mis en place ({0})")]
    Tls(#[from] lettre::transport::smtp::Error),
}

/// A mail was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct SendError {
    /// Trying again is of no use: the server refused the mail for good (5xx), or it cannot be written to.
    pub permanent: bool,
    /// The conversation broke off after it had begun: the server may have taken the mail all the same.
    pub uncertain: bool,
    /// The server's reply code, if it gave one.
    pub code: Option<u16>,
    /// What it said, or what went wrong, on one line. May name the recipient: for the team, not for logs.
    pub words: String,
}

impl SendError {
    fn permanent(words: &str) -> Self {
        Self { permanent: true, uncertain: false, code: None, words: words.to_owned() }
    }

    fn passing(words: &str) -> Self {
        Self { permanent: false, uncertain: false, code: None, words: one_line(words, WORDS_LIMIT) }
    }
}

/// Sends mail. Shared by reference; sends may run at the same time, up to the size of the pool.
pub struct Mailer(Way);

/// Says how mail leaves, and no secret.
impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Way::Folder(folder) => f.debug_tuple("Mailer").field(folder).finish(),
            Way::Smtp { build, .. } => f.debug_tuple("Mailer").field(&build.settings).finish(),
        }
    }
}

enum Way {
    Folder(std::path::PathBuf),
    // The settings are kept to make a new pool after a time-out.
    Smtp { pool: Mutex<Smtp>, timeout: Duration, build: Box<Recipe> },
}

/// What a pool is made of.
struct Recipe {
    settings: Settings,
    tls: Option<TlsParameters>,
    password: Option<String>,
}

impl Mailer {
    /// A mailer for settings that [`Settings::check`] finds no fault with. Connects only when it sends.
    pub fn new(settings: &Settings) -> Result<Self, MailerError> {
        if settings.transport == Transport::Folder {
            return Ok(Self(Way::Folder(
                settings.folder.clone().unwrap_or_else(|| std::path::PathBuf::from("outbox")),
            )));
        }
        let read = |path: &std::path::Path| {
            std::fs::read(path)
                .map_err(|source| MailerError::File { path: path.display().to_string(), source })
        };
        let password = match &settings.password_file {
            Some(file) => {
                Some(String::from_utf8_lossy(&read(file)?).trim_end_matches(['\r', '\n']).to_owned())
            }
            None => Some(settings.password.reveal().to_owned()).filter(|password| !password.is_empty()),
        };
        let tls = match settings.tls {
            Encryption::None => None,
            Encryption::StartTls | Encryption::Tls => {
                let mut parameters = TlsParameters::builder(settings.host.clone());
                if let Some(file) = &settings.ca_file {
                    parameters = parameters.add_root_certificate(Certificate::from_pem(&read(file)?)?);
                }
                Some(parameters.build_rustls()?)
            }
        };
        let recipe = Recipe { settings: settings.clone(), tls, password };
        let timeout = Duration::from_secs(settings.timeout_seconds);
        Ok(Self(Way::Smtp { pool: Mutex::new(recipe.pool()), timeout, build: Box::new(recipe) }))
    }

    /// Sends a composed mail to these recipients. `envelope_from` is the return address, `None` the null sender that
    /// automatic mail has. Gives the server's words.
    ///
    /// A network fault or time-out once the conversation has begun leaves open whether the mail was taken: the error says
    /// so, and the fixed Message-ID lets the receiver see a second copy as the same mail.
    pub async fn send(
        &self,
        envelope_from: Option<&str>,
        to: &[String],
        raw: &[u8],
    ) -> Result<String, SendError> {
        match &self.0 {
            Way::Folder(folder) => folder::write(folder, raw).await,
            Way::Smtp { pool, timeout, build } => {
                let envelope = envelope(envelope_from, to)?;
                let smtp = pool.lock().unwrap_or_else(PoisonError::into_inner).clone();
                // lettre ends every message with a line break of its own.
                let raw = raw.strip_suffix(b"\r\n").unwrap_or(raw);
                match tokio::time::timeout(*timeout, smtp.send_raw(&envelope, raw)).await {
                    Ok(Ok(response)) => {
                        let lines: Vec<&str> = response.message().collect();
                        Ok(one_line(&format!("{} {}", response.code(), lines.join(" ")), WORDS_LIMIT))
                    }
                    Ok(Err(error)) => Err(SendError { uncertain: had_begun(&error), ..fault(&error) }),
                    Err(_) => {
                        // The connection stands in the middle of a conversation and must not be used again.
                        *pool.lock().unwrap_or_else(PoisonError::into_inner) = build.pool();
                        let words = "le serveur de messagerie n’a pas répondu à temps";
                        Err(SendError { uncertain: true, ..SendError::passing(words) })
                    }
                }
            }
        }
    }
}

impl Recipe {
    fn pool(&self) -> Smtp {
        let Settings { host, port, helo_name, user, .. } = &self.settings;
        let tls = match (&self.settings.tls, &self.tls) {
            (Encryption::StartTls, Some(parameters)) => Tls::Required(parameters.clone()),
            (Encryption::Tls, Some(parameters)) => Tls::Wrapper(parameters.clone()),
            _ => Tls::None,
        };
        let pool = PoolConfig::new().max_size(self.settings.pool_size);
        let timeout = Duration::from_secs(self.settings.timeout_seconds);
        let mut builder =
            Smtp::builder_dangerous(host).port(*port).tls(tls).timeout(Some(timeout)).pool_config(pool);
        if let Some(name) = helo_name {
            builder = builder.hello_name(ClientId::Domain(name.clone()));
        }
        if let (Some(user), Some(password)) = (user, &self.password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        builder.build()
    }
}

fn envelope(from: Option<&str>, to: &[String]) -> Result<lettre::address::Envelope, SendError> {
    let address = |given: &str| {
        let unusable = |_| SendError::permanent("une adresse de l’enveloppe est inutilisable");
        Address::new(given).map(|a| a.inner().clone()).map_err(unusable)
    };
    let from = from.map(address).transpose()?;
    let to = to.iter().map(|one| address(one)).collect::<Result<Vec<_>, _>>()?;
    lettre::address::Envelope::new(from, to).map_err(|_| SendError::permanent("il n’y a aucun destinataire"))
}

/// Whether a fault came after the conversation had begun, and before the server's last word. lettre tells a connection
/// that could not be made from one that broke only in the words of the error; a test holds it to them.
fn had_begun(error: &lettre::transport::smtp::Error) -> bool {
    let answered = error.status().is_some();
    let never_connected = error.is_tls() || error.to_string().starts_with("Connection error");
    !answered && !never_connected && !error.is_client()
}

/// What an SMTP fault means. A refused sign-in is a fault of our settings, which somebody mends: not the mail's end.
fn fault(error: &lettre::transport::smtp::Error) -> SendError {
    let code = error.status().map(u16::from);
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let inner_words = inner.to_string();
        if !words.contains(&inner_words) {
            words = format!("{words}: {inner_words}");
        }
        source = inner.source();
    }
    let sign_in = matches!(code, Some(530 | 534 | 535 | 538));
    let unsupported = error.is_client() && words.contains("UTF");
    let permanent = (error.is_permanent() && !sign_in) || unsupported;
    SendError { permanent, uncertain: false, code, words: one_line(&words, WORDS_LIMIT) }
}
