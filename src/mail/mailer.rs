//! Hands a finished mail to the mail server, or writes it into a folder. A few connections are kept; TLS is never
//! opportunistic; what the server said is told apart: taken, refused for good, to be tried again, or left open. A fault
//! of the server itself (away, wrong certificate, wrong password) is told from one of the mail: it says nothing of any
//! mail, and all of them wait for its end.

mod folder;
mod reason;
mod relay;
mod settings;

use crate::fault::io_words;
use crate::message::one_line;

pub use reason::NULL_SENDER_REFUSED;
pub use relay::Greeting;
pub use settings::{Encryption, Settings, Transport};

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

/// Of what a conversation spoke when it went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Of nothing yet: the mail cannot be put to this server at all.
    Before,
    /// Of the server itself: away, its certificate, the sign-in.
    Server,
    /// Of our sender, or of the mail's size (MAIL). It proves nothing about the recipient.
    Sender,
    /// Of the recipient (RCPT, DATA).
    Recipient,
    /// Of the mail, once its octets had left.
    Content,
}

impl Step {
    /// Whether what the server said can be about the recipient's address.
    pub fn concerns_recipient(self) -> bool {
        matches!(self, Self::Recipient | Self::Content)
    }
}

/// A mail was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct SendError {
    /// Trying again is of no use: the server refused the mail for good (5xx), or it cannot be written to.
    pub permanent: bool,
    /// The conversation broke off between the mail's first octet and the server's last word: it may have taken the mail.
    pub uncertain: bool,
    /// The mail server itself is away or does not let us in, whatever the mail: others would fare no better.
    pub relay: bool,
    /// How far the conversation had come.
    pub step: Step,
    /// The server's reply code, if it gave one.
    pub code: Option<u16>,
    /// What it said, or what went wrong, on one line. May name the recipient: for the team, not for logs.
    pub words: String,
}

impl SendError {
    fn permanent(words: &str) -> Self {
        Self { permanent: true, ..Self::passing(words) }
    }

    fn passing(words: &str) -> Self {
        let words = one_line(words, WORDS_LIMIT);
        Self { permanent: false, uncertain: false, relay: false, step: Step::Before, code: None, words }
    }
}

/// Sends mail. Shared by reference; sends may run at the same time.
pub struct Mailer(Way);

enum Way {
    Folder(std::path::PathBuf),
    Smtp(Box<relay::Relay>),
}

/// Says how mail leaves, and no secret.
impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Way::Folder(folder) => f.debug_tuple("Mailer").field(folder).finish(),
            Way::Smtp(relay) => f.debug_tuple("Mailer").field(relay.settings()).finish(),
        }
    }
}

impl Mailer {
    /// A mailer for settings that [`Settings::check`] finds no fault with. Connects only when it sends.
    pub fn new(settings: &Settings) -> Result<Self, MailerError> {
        if settings.transport == Transport::Folder {
            let folder = settings.folder.clone().unwrap_or_else(|| std::path::PathBuf::from("outbox"));
            return Ok(Self(Way::Folder(folder)));
        }
        Ok(Self(Way::Smtp(Box::new(relay::Relay::new(settings)?))))
    }

    /// Sends a composed mail to these recipients. `envelope_from` is the return address, `None` the null sender that
    /// automatic mail has. Gives the server's words.
    ///
    /// A fault or time-out once the mail's first octet has left leaves open whether it was taken: the error says so, and
    /// the fixed Message-ID lets the receiver see a second copy as the same mail.
    pub async fn send(
        &self,
        envelope_from: Option<&str>,
        to: &[String],
        raw: &[u8],
    ) -> Result<String, SendError> {
        match &self.0 {
            Way::Folder(folder) => folder::write(folder, raw).await,
            Way::Smtp(relay) => relay.send(envelope_from, to, raw).await,
        }
    }

    /// How many mails may be under way at once: the size of the pool.
    pub fn at_once(&self) -> usize {
        match &self.0 {
            Way::Folder(_) => 1,
            Way::Smtp(relay) => relay.settings().pool_size as usize,
        }
    }

    /// Ends the kept connections that nobody has used for a minute.
    pub async fn rest(&self) {
        if let Way::Smtp(relay) = &self.0 {
            relay.rest().await;
        }
    }

    /// Tells the server of a mail without sending it: whether it would take one from this sender to this recipient.
    pub async fn rehearse(&self, envelope_from: Option<&str>, to: &str) -> Result<(), SendError> {
        match &self.0 {
            Way::Folder(_) => Ok(()),
            Way::Smtp(relay) => relay.rehearse(envelope_from, to).await,
        }
    }

    /// Connects, encrypts and signs in as a mail would; gives what the server offers. `None` with a folder.
    pub async fn greet(&self) -> Result<Option<Greeting>, SendError> {
        match &self.0 {
            Way::Folder(_) => Ok(None),
            Way::Smtp(relay) => relay.greet().await.map(Some),
        }
    }
}
