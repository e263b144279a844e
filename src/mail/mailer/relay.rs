//! Conversations with the mail server (RFC 5321): connections that are kept, and one mail over one of them, step by
//! step, so that it is always known whether a mail can have been taken.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::time::{Instant, timeout, timeout_at};

use super::reason::{of_content, of_recipient, of_sender, of_server, too_slow};
use super::{Encryption, MailerError, SendError, Settings, Step, WORDS_LIMIT};
use crate::mail::compose::Address;
use crate::message::one_line;

/// A connection that nobody used for so long is ended; servers end it after five minutes at the latest.
const IDLE: Duration = Duration::from_mins(1);
/// A server that is alive answers NOOP, RSET and QUIT at once.
pub(super) const AT_ONCE: Duration = Duration::from_secs(5);

/// The mail server, as the settings name it.
pub(super) struct Relay {
    settings: Settings,
    tls: Option<TlsParameters>,
    sign_in: Option<Credentials>,
    idle: Mutex<Vec<Kept>>,
}

/// A connection between two mails.
struct Kept {
    connection: AsyncSmtpConnection,
    greeting: Greeting,
    since: Instant,
}

/// What a mail server offers, once it lets us in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// The lines of its EHLO, in capitals: `SIZE 10240000`, `SMTPUTF8`, `AUTH PLAIN LOGIN`.
    pub offers: Vec<String>,
    /// The connection is encrypted.
    pub encrypted: bool,
    /// We signed in.
    pub signed_in: bool,
}

impl Greeting {
    /// Whether an extension is offered (`SMTPUTF8`).
    pub fn has(&self, keyword: &str) -> bool {
        self.parameters(keyword).is_some()
    }

    /// The largest mail it takes, in octets; `None` where it tells no limit.
    pub fn largest(&self) -> Option<usize> {
        self.parameters("SIZE")?.parse().ok().filter(|limit| *limit > 0)
    }

    fn parameters(&self, keyword: &str) -> Option<&str> {
        self.offers.iter().find_map(|line| {
            let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
            (name == keyword).then(|| rest.trim())
        })
    }
}

/// A mail on its way: its envelope, and what its octets ask of the server.
struct Freight<'a> {
    from: Option<lettre::Address>,
    to: Vec<lettre::Address>,
    raw: &'a [u8],
}

impl Relay {
    pub(super) fn new(settings: &Settings) -> Result<Self, MailerError> {
        let read = |path: &Path| {
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
        let sign_in = settings.user.clone().zip(password);
        Ok(Self {
            settings: settings.clone(),
            tls,
            sign_in: sign_in.map(|(user, password)| Credentials::new(user, password)),
            idle: Mutex::default(),
        })
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) async fn greet(&self) -> Result<Greeting, SendError> {
        let kept = self.open().await?;
        let greeting = kept.greeting.clone();
        self.keep(kept).await;
        Ok(greeting)
    }

    pub(super) async fn send(
        &self,
        from: Option<&str>,
        to: &[String],
        raw: &[u8],
    ) -> Result<String, SendError> {
        let freight = Freight::new(from, to, raw)?;
        let mut kept = match self.alive().await {
            Some(kept) => kept,
            None => self.open().await?,
        };
        let deadline = Instant::now() + self.patience();
        let parameters = freight.parameters(&kept.greeting)?;
        // Until the mail's first octet nothing can have been taken; what fails leaves the connection as it was.
        if let Err(fault) = freight.announce(&mut kept.connection, parameters, deadline).await {
            let refused = fault.code.is_some_and(|code| code != 421);
            if refused && let Ok(Ok(_)) = timeout(AT_ONCE, kept.connection.command(Rset)).await {
                self.keep(kept).await;
            }
            return Err(fault);
        }
        // lettre ends every message with a line break of its own.
        let raw = raw.strip_suffix(b"\r\n").unwrap_or(raw);
        match timeout(self.patience() + self.last_word(), kept.connection.message(raw)).await {
            Ok(Ok(response)) => {
                self.keep(kept).await;
                Ok(words(&response))
            }
            Ok(Err(error)) => {
                if error.status().is_some_and(|code| u16::from(code) != 421) {
                    self.keep(kept).await;
                }
                Err(of_content(&error))
            }
            Err(_) => Err(too_slow(Step::Content)),
        }
    }

    pub(super) async fn rehearse(&self, from: Option<&str>, to: &str) -> Result<(), SendError> {
        let to = [to.to_owned()];
        let freight = Freight::new(from, &to, b"")?;
        let mut kept = self.open().await?;
        let deadline = Instant::now() + self.patience();
        let told = freight.address(&mut kept.connection, Vec::new(), deadline).await;
        drop(timeout(AT_ONCE, kept.connection.command(Rset)).await);
        end(kept).await;
        told
    }

    /// A kept connection that still answers.
    async fn alive(&self) -> Option<Kept> {
        loop {
            let mut kept = self.idle().pop()?;
            if kept.since.elapsed() < IDLE
                && timeout(AT_ONCE, kept.connection.test_connected()).await.is_ok_and(|alive| alive)
            {
                return Some(kept);
            }
        }
    }

    async fn keep(&self, kept: Kept) {
        let full = {
            let mut idle = self.idle();
            if idle.len() < self.settings.pool_size as usize {
                idle.push(Kept { since: Instant::now(), ..kept });
                return;
            }
            kept
        };
        end(full).await;
    }

    pub(super) async fn rest(&self) {
        let old: Vec<Kept> = {
            let mut idle = self.idle();
            let (young, old) = idle.drain(..).partition(|kept| kept.since.elapsed() < IDLE);
            *idle = young;
            old
        };
        for kept in old {
            end(kept).await;
        }
    }

    /// A new connection, encrypted and signed in as the settings say. What goes wrong here is no mail's fault.
    async fn open(&self) -> Result<Kept, SendError> {
        let opened = timeout(self.patience(), self.connect()).await;
        let fault = match opened {
            Ok(Ok(kept)) => return Ok(kept),
            Ok(Err(error)) => of_server(&error),
            Err(_) => too_slow(Step::Server),
        };
        Err(fault)
    }

    async fn connect(&self) -> Result<Kept, lettre::transport::smtp::Error> {
        let Settings { host, port, helo_name, tls, .. } = &self.settings;
        let name = ClientId::Domain(helo_name.clone().unwrap_or_else(machine_name));
        let wrapped = self.tls.clone().filter(|_| *tls == Encryption::Tls);
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            (host.as_str(), *port),
            Some(self.patience()),
            &name,
            wrapped,
            None,
        )
        .await?;
        if let (Encryption::StartTls, Some(parameters)) = (tls, &self.tls) {
            connection.starttls(parameters.clone(), &name).await?;
        }
        // lettre reads no SIZE; asking again is allowed at any time (RFC 5321 section 4.1.4).
        let offers = connection.command(Ehlo::new(name)).await?;
        let offers = offers.message().skip(1).map(|line| line.trim().to_ascii_uppercase()).collect();
        if let Some(credentials) = &self.sign_in {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        let greeting =
            Greeting { offers, encrypted: connection.is_encrypted(), signed_in: self.sign_in.is_some() };
        Ok(Kept { connection, greeting, since: Instant::now() })
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(self.settings.timeout_seconds)
    }

    fn last_word(&self) -> Duration {
        Duration::from_secs(self.settings.last_word_seconds)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Kept>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Freight<'a> {
    fn new(from: Option<&str>, to: &[String], raw: &'a [u8]) -> Result<Self, SendError> {
        let address = |given: &str| {
            let unusable = |_| SendError::permanent("une adresse de l’enveloppe est inutilisable");
            Address::new(given).map(|a| a.inner().clone()).map_err(unusable)
        };
        let from = from.map(address).transpose()?;
        let to = to.iter().map(|one| address(one)).collect::<Result<Vec<_>, _>>()?;
        if to.is_empty() {
            return Err(SendError::permanent("il n’y a aucun destinataire"));
        }
        Ok(Self { from, to, raw })
    }

    /// What MAIL must say of this mail; a refusal where the server does not offer what the mail needs.
    fn parameters(&self, greeting: &Greeting) -> Result<Vec<MailParameter>, SendError> {
        let mut parameters = Vec::new();
        if let Some(limit) = greeting.largest().filter(|limit| self.raw.len() > *limit) {
            let words =
                format!("5.3.4 : {} octets, alors que le serveur en prend au plus {limit}", self.raw.len());
            return Err(SendError::permanent(&words));
        }
        if greeting.has("SIZE") {
            parameters.push(MailParameter::Size(self.raw.len()));
        }
        if self.is_international() {
            if !greeting.has("SMTPUTF8") {
                let words = "5.6.7 : le serveur de messagerie n’offre pas SMTPUTF8, qu’il faut pour écrire à une adresse \
                             internationale (avec des accents)";
                return Err(SendError::permanent(words));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !self.raw.is_ascii() {
            if !greeting.has("8BITMIME") {
                let words =
                    "5.6.3 : le serveur de messagerie n’offre pas 8BITMIME, qu’il faut pour ce courriel";
                return Err(SendError::permanent(words));
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }

    /// Whether an address, or a header, is of RFC 6531 and 6532.
    fn is_international(&self) -> bool {
        let end = self.raw.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(self.raw.len());
        let foreign = |address: &lettre::Address| !AsRef::<str>::as_ref(address).is_ascii();
        !self.raw[..end].is_ascii() || self.from.iter().chain(&self.to).any(foreign)
    }

    async fn announce(
        &self,
        connection: &mut AsyncSmtpConnection,
        parameters: Vec<MailParameter>,
        deadline: Instant,
    ) -> Result<(), SendError> {
        self.address(connection, parameters, deadline).await?;
        let told = timeout_at(deadline, connection.command(Data)).await;
        told.map_err(|_| too_slow(Step::Recipient))?
            .map(drop)
            .map_err(|error| of_recipient(&error, self.from.is_none()))
    }

    /// The envelope.
    async fn address(
        &self,
        connection: &mut AsyncSmtpConnection,
        parameters: Vec<MailParameter>,
        deadline: Instant,
    ) -> Result<(), SendError> {
        let told = timeout_at(deadline, connection.command(Mail::new(self.from.clone(), parameters))).await;
        let null = self.from.is_none();
        told.map_err(|_| too_slow(Step::Sender))?.map_err(|error| of_sender(&error, null))?;
        for to in &self.to {
            let told = timeout_at(deadline, connection.command(Rcpt::new(to.clone(), Vec::new()))).await;
            told.map_err(|_| too_slow(Step::Recipient))?.map_err(|error| of_recipient(&error, null))?;
        }
        Ok(())
    }
}

/// The server's last word.
fn words(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    one_line(&format!("{} {}", response.code(), lines.join(" ")), WORDS_LIMIT)
}

async fn end(mut kept: Kept) {
    // Politeness alone: whether the server hears it changes nothing.
    drop(timeout(AT_ONCE, kept.connection.quit()).await);
}

/// The machine's name, for EHLO; an address literal where it has none.
fn machine_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    let good =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    if good { name.to_owned() } else { "[127.0.0.1]".to_owned() }
}
