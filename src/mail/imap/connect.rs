//! From a mailbox's settings to a session: connection, encryption, greeting, sign-in, capabilities.

use std::time::Duration;

use async_imap::Client;
use async_imap::error::Error;
use async_imap::imap_proto::{Capability, Response, ResponseCode, Status};

use super::error::{ImapError, server_words};
use super::guard::Heard;
use super::oauth::{self, Plain, Secret, Xoauth2};
use super::session::Session;
use super::settings::{Mailbox, Settings};
use super::wire::{self, Octets, Wire};
use crate::mail::mailer::Encryption;

/// Above the largest mail that is asked for, a literal is a fault of the server's.
const ROOM: u64 = 1 << 20;

/// A signed-in session. Takes at most twice `settings.timeout`: once for a token command, once for the server.
pub async fn connect(mailbox: &Mailbox, settings: &Settings) -> Result<Session, ImapError> {
    let timeout = settings.timeout.as_std();
    let secret = oauth::secret(mailbox, timeout).await?;
    let signed_in = signed_in(mailbox, settings.max_octets() + ROOM, secret, timeout);
    tokio::time::timeout(timeout, signed_in).await.map_err(|_| ImapError::Timeout)?
}

async fn signed_in(
    mailbox: &Mailbox,
    limit: u64,
    secret: Secret,
    timeout: Duration,
) -> Result<Session, ImapError> {
    let heard = Heard::default();
    let stream = wire::tcp(mailbox).await?;
    let (client, plain) = match mailbox.tls {
        Encryption::Tls => {
            greeted(wire::wire(wire::encrypted(mailbox, stream).await?, limit, &heard)).await?
        }
        Encryption::None => greeted(wire::wire(stream, limit, &heard)).await?,
        Encryption::StartTls => {
            let (mut client, _) = greeted(wire::wire(stream, limit, &heard)).await?;
            client
                .run_command_and_check_ok("STARTTLS", None)
                .await
                .map_err(|error| refused("STARTTLS", error))?;
            // Whatever came in clear behind the server's consent is dropped with the client's buffer.
            let stream: Box<dyn Octets> = client.into_inner().into_inner().into_inner();
            (Client::new(wire::wire(wire::encrypted(mailbox, stream).await?, limit, &heard)), false)
        }
    };
    sign_in(client, plain, mailbox, secret, (heard, timeout)).await
}

/// A client that was greeted, and whether the greeting offers PLAIN.
async fn greeted(wire: Wire) -> Result<(Client<Wire>, bool), ImapError> {
    let mut client = Client::new(wire);
    let greeting = client.read_response().await?.ok_or(ImapError::Lost)?;
    match greeting.parsed() {
        Response::Data { status: Status::Ok, outcome } => {
            let plain = |one: &Capability<'_>| matches!(one, Capability::Auth(mechanism) if mechanism.eq_ignore_ascii_case("PLAIN"));
            let offered = |code: &ResponseCode<'_>| matches!(code, ResponseCode::Capabilities(all) if all.iter().any(plain));
            Ok((client, outcome.code.as_ref().is_some_and(offered)))
        }
        Response::Data { status: Status::Bye, outcome } => {
            Err(ImapError::Bye(server_words(outcome.information.as_deref())))
        }
        // A connection that is signed in before it is encrypted (PREAUTH) is nobody's wish.
        _ => Err(ImapError::Unreadable),
    }
}

async fn sign_in(
    client: Client<Wire>,
    plain: bool,
    mailbox: &Mailbox,
    secret: Secret,
    (heard, timeout): (Heard, Duration),
) -> Result<Session, ImapError> {
    let user = &mailbox.user;
    let signed_in = match secret {
        Secret::Token(token) => client.authenticate("XOAUTH2", Xoauth2::new(user, &token)).await,
        // PLAIN takes every password, LOGIN is what every server has. Never one after the other: a wrong password would
        // count twice.
        Secret::Password(password) if plain || !password.is_ascii() || !user.is_ascii() => {
            client.authenticate("PLAIN", Plain(user.clone(), password)).await
        }
        Secret::Password(password) => client.login(user, &password).await,
    };
    let session = signed_in.map_err(|(error, _)| match error {
        Error::No(words) | Error::Bad(words) => ImapError::SignIn(inner_words(&words)),
        error => error.into(),
    })?;
    Session::new(session, heard, timeout).await
}

fn refused(command: &'static str, error: Error) -> ImapError {
    match error {
        Error::No(words) | Error::Bad(words) => ImapError::Refused { command, words: inner_words(&words) },
        error => error.into(),
    }
}

/// The server's words in what `async-imap` makes of them: `code: None, info: Some("words")`.
fn inner_words(words: &str) -> String {
    let words = words.split_once("info: Some(\"").map_or("", |(_, words)| words.trim_end_matches("\")"));
    server_words(Some(words))
}
