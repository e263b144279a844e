//! Why reading a mailbox did not work, in words for the health page. Nothing of a mail and no secret is ever in them; a
//! server's own words may name the account, so logs are given [`ImapError::code`] instead.

use std::io;

use super::oauth::SecretError;
use crate::fault::io_words;
use crate::message::one_line;

/// Characters of a server's words that are kept.
const WORDS_LIMIT: usize = 200;

/// Why reading a mailbox did not work.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    /// The server cannot be reached.
    #[error("le serveur ne peut être joint ({})", io_words(.0))]
    Connect(io::Error),
    /// TLS cannot be set up: most often a certificate that is not trusted or for another name.
    #[error("la connexion chiffrée ne s’établit pas ({0})")]
    Tls(String),
    /// The password or the token cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The server refuses the sign-in.
    #[error("le serveur refuse l’identification ({0}) : vérifiez user et le mot de passe ou le jeton")]
    SignIn(String),
    /// The server refuses a command.
    #[error("le serveur refuse la commande {command} ({words})")]
    Refused {
        /// The command.
        command: &'static str,
        /// What the server says.
        words: String,
    },
    /// The folder cannot be opened.
    #[error("le dossier « {folder} » ne s’ouvre pas ({words})")]
    Folder {
        /// The folder.
        folder: String,
        /// What the server says.
        words: String,
    },
    /// The folder has no lasting numbers (UIDVALIDITY): nothing could be taken exactly once.
    #[error("ce serveur ne numérote pas durablement les courriels (UIDVALIDITY) : il ne peut être relevé")]
    NoUids,
    /// The server says goodbye.
    #[error("le serveur a fermé la connexion ({0})")]
    Bye(String),
    /// The connection broke.
    #[error("la connexion s’est coupée")]
    Lost,
    /// The server does not answer in time.
    #[error("le serveur n’a pas répondu à temps")]
    Timeout,
    /// What the server says is no IMAP.
    #[error("la réponse du serveur est illisible")]
    Unreadable,
    /// The server announces more than it was asked for.
    #[error("le serveur annonce une réponse démesurée")]
    TooLong,
}

impl ImapError {
    /// Its kind in one word, for logs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Connect(_) => "connect",
            Self::Tls(_) => "tls",
            Self::Secret(_) => "secret",
            Self::SignIn(_) => "sign-in",
            Self::Refused { .. } => "refused",
            Self::Folder { .. } => "folder",
            Self::NoUids => "no-uids",
            Self::Bye(_) => "bye",
            Self::Lost => "lost",
            Self::Timeout => "timeout",
            Self::Unreadable => "unreadable",
            Self::TooLong => "too-long",
        }
    }

    /// What to look at, for logs: without a server's words, a name or a secret.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Connect(_) => "the server cannot be reached: check host and port, and that it runs",
            Self::Tls(_) => "TLS cannot be set up: check tls, port, the server's certificate and ca_file",
            Self::Secret(_) => {
                "password or token cannot be had: check password_file, token_file or token_command"
            }
            Self::SignIn(_) => "the server refuses user or password: check user, password_file or the token",
            Self::Refused { .. } => "the server refuses a command; /equipe/sante shows its words",
            Self::Folder { .. } => {
                "the folder does not open: check this name in folder or sent, and the user's rights"
            }
            Self::NoUids => "this server has no lasting mail numbers (UIDVALIDITY): it cannot be read",
            Self::Bye(_) | Self::Lost => "the server ended the connection; it is tried again",
            Self::Timeout => "the server is too slow; it is tried again (imap.timeout)",
            Self::Unreadable | Self::TooLong => "what the server says cannot be read; it is tried again",
        }
    }

    /// Nothing gets better before a person has changed a setting.
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::Secret(_) | Self::SignIn(_) | Self::NoUids)
    }

    /// A refusal of a command in the server's words.
    pub(super) fn refused(command: &'static str, words: Option<&str>) -> Self {
        Self::Refused { command, words: server_words(words) }
    }
}

/// A server's words on one line.
pub(super) fn server_words(words: Option<&str>) -> String {
    let words = one_line(words.unwrap_or_default(), WORDS_LIMIT);
    if words.is_empty() { "sans raison".to_owned() } else { words }
}

/// A fault while reading or writing. What `async-imap` cannot parse comes as an error that quotes what it read, so its words
/// are never repeated.
impl From<io::Error> for ImapError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::FileTooLarge => Self::TooLong,
            io::ErrorKind::Other => Self::Unreadable,
            _ => Self::Lost,
        }
    }
}

impl From<async_imap::error::Error> for ImapError {
    fn from(error: async_imap::error::Error) -> Self {
        use async_imap::error::Error;
        match error {
            Error::Io(error) => error.into(),
            Error::No(_) | Error::Bad(_) => Self::Refused { command: "?", words: server_words(None) },
            Error::Parse(_) | Error::Validate(_) => Self::Unreadable,
            _ => Self::Lost,
        }
    }
}
