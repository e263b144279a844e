//! What is shown to a server to sign in: a password, or an OAuth 2.0 access token in the SASL mechanism XOAUTH2 (Google,
//! Microsoft). Both are read anew for each connection, so that a renewed token or a mended password needs no restart.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::settings::Mailbox;
use crate::fault::io_words;

/// The password or the token cannot be had. What a token command writes is never repeated: it may be the token.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// A file cannot be read.
    #[error("le fichier {path} ne peut être lu ({})", io_words(source))]
    File {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file or the output is empty.
    #[error("{0} ne donne rien")]
    Empty(String),
    /// The token command cannot be started.
    #[error("token_command ne peut être lancée ({})", io_words(.0))]
    Start(std::io::Error),
    /// The token command failed.
    #[error("token_command a échoué ({0})")]
    Failed(String),
    /// The token command takes too long.
    #[error("token_command n’a pas répondu à temps")]
    Slow,
}

/// A way to sign in.
pub(super) enum Secret {
    Password(String),
    Token(String),
}

/// The password or the token of a mailbox, as its settings say.
pub(super) async fn secret(mailbox: &Mailbox, timeout: Duration) -> Result<Secret, SecretError> {
    if let Some(file) = &mailbox.password_file {
        return first_line(file, "password_file").map(Secret::Password);
    }
    if let Some(file) = &mailbox.token_file {
        return first_line(file, "token_file").map(Secret::Token);
    }
    if !mailbox.token_command.is_empty() {
        return command(&mailbox.token_command, timeout).await.map(Secret::Token);
    }
    Ok(Secret::Password(mailbox.password.reveal().to_owned()))
}

/// The first line of a file; nothing else of it is trimmed: a password may end in a space.
fn first_line(file: &Path, key: &str) -> Result<String, SecretError> {
    let text = std::fs::read_to_string(file)
        .map_err(|source| SecretError::File { path: file.display().to_string(), source })?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() { Err(SecretError::Empty(key.to_owned())) } else { Ok(line.to_owned()) }
}

async fn command(command: &[String], timeout: Duration) -> Result<String, SecretError> {
    let (program, arguments) =
        command.split_first().ok_or_else(|| SecretError::Empty("token_command".to_owned()))?;
    let mut run = Command::new(program);
    run.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(timeout, run.output()).await;
    let output = output.map_err(|_| SecretError::Slow)?.map_err(SecretError::Start)?;
    if !output.status.success() {
        return Err(SecretError::Failed(output.status.to_string()));
    }
    let token = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if token.is_empty() { Err(SecretError::Empty("token_command".to_owned())) } else { Ok(token) }
}

/// The client's side of XOAUTH2: one message, then an empty answer to whatever the server explains of a refusal.
#[derive(Debug)]
pub struct Xoauth2(Option<String>);

impl Xoauth2 {
    /// For a user and their access token.
    pub fn new(user: &str, token: &str) -> Self {
        Self(Some(format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}")))
    }
}

impl async_imap::Authenticator for Xoauth2 {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}

/// The client's side of PLAIN (RFC 4616), which takes passwords that LOGIN cannot quote.
pub(super) struct Plain(pub(super) String, pub(super) String);

impl async_imap::Authenticator for Plain {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        format!("\0{}\0{}", self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use async_imap::Authenticator as _;

    use super::*;

    #[test]
    fn the_token_is_said_once_and_a_refusal_is_answered_with_nothing() {
        let mut says = Xoauth2::new("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg");
        // The sample of Google's documentation.
        let sample =
            "user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01";
        assert_eq!(says.process(b""), sample);
        assert_eq!(says.process(b"{\"status\":\"400\"}"), "");
    }

    #[tokio::test]
    async fn a_token_comes_from_a_file_or_a_command() {
        let told = async |program: &[&str]| {
            let token_command = program.iter().map(|word| (*word).to_owned()).collect();
            let mailbox = Mailbox { token_command, ..Mailbox::default() };
            match secret(&mailbox, Duration::from_secs(20)).await {
                Ok(Secret::Token(token)) => token,
                Ok(Secret::Password(_)) => unreachable!("a command gives a token"),
                Err(error) => error.to_string(),
            }
        };
        assert_eq!(told(&["echo", "abc"]).await, "abc");
        assert_eq!(told(&["true"]).await, "token_command ne donne rien");
        let failed = told(&["sh", "-c", "echo the-token; exit 3"]).await;
        assert!(failed.starts_with("token_command a échoué") && !failed.contains("the-token"), "{failed}");
        assert!(told(&["/nonexistent/program"]).await.contains("introuvable"));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "abc \n").unwrap();
        let mailbox = Mailbox { token_file: Some(file), ..Mailbox::default() };
        let read = secret(&mailbox, Duration::from_secs(1)).await.unwrap();
        assert!(matches!(read, Secret::Token(token) if token == "abc "));
    }
}
