//! How mail comes in: each door is knocked at as a mail would.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpStream, UnixStream};

use super::report::Check;
use super::within;
use crate::config::Config;
use crate::fault::io_words;
use crate::intake::lmtp::Listen;
use crate::mail::imap::{self, After, ImapError, Mailbox, Session};
use crate::message::one_line;
use crate::store::{MailboxState, Store};

const AREA: &str = "doors";
/// A server on this machine answers at once, unless every session is taken.
const LMTP_PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn look(config: &Config, store: Option<&Store>, now: DateTime<Utc>) -> Vec<Check> {
    let mut checks = vec![pipe(config), believed(config)];
    checks.extend(within(AREA, LMTP_PATIENCE, lmtp(&config.lmtp.listen)).await);
    let states = match store {
        Some(store) => store.mailboxes().await.unwrap_or_default(),
        None => Vec::new(),
    };
    // A token command and the server may each take the time-out, for the folder and for Sent.
    let patience = config.imap.timeout.as_std() * 4;
    for mailbox in &config.imap.mailboxes {
        checks.extend(within(AREA, patience, mailbox_answers(config, mailbox)).await);
        checks.extend(
            states.iter().filter(|state| state.name == mailbox.name).filter_map(|state| reading(state, now)),
        );
    }
    checks
}

/// Whether the LMTP door answers as to a mail server.
async fn lmtp(listen: &Listen) -> Vec<Check> {
    let name = "LMTP";
    let (place, told) = match listen {
        Listen::Closed => return Vec::new(),
        Listen::Unix(path) => {
            let place = path.display().to_string();
            (place, async { said_hello(UnixStream::connect(path).await?).await }.await)
        }
        Listen::Tcp(address) => {
            (address.to_string(), async { said_hello(TcpStream::connect(address).await?).await }.await)
        }
    };
    let check = match told {
        Ok(hello) if hello.starts_with("250") => Check::good(AREA, name, format!("{place} répond")),
        Ok(other) => Check::fault(
            AREA,
            name,
            format!("{place} répond « {other} »"),
            "un autre programme l’occupe-t-il ?",
        ),
        Err(error) => Check::fault(
            AREA,
            name,
            format!("{place} ne répond pas ({})", io_words(&error)),
            "« guichet serve » doit tourner ; vérifiez lmtp.listen et les droits de la prise",
        ),
    };
    vec![check]
}

/// The first line of what a server answers to LHLO (RFC 2033).
async fn said_hello(stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<String> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    if line.starts_with("220") {
        line.clear();
        stream.write_all(b"LHLO doctor\r\n").await?;
        stream.read_line(&mut line).await?;
        stream.write_all(b"QUIT\r\n").await?;
    }
    Ok(one_line(&line, 80))
}

/// The pipe has nothing that listens: what can be told is how the mail server has to call it.
fn pipe(config: &Config) -> Check {
    let name = "guichet receive";
    let program = std::env::current_exe().map_or("guichet".to_owned(), |path| path.display().to_string());
    if config.imap.mailboxes.is_empty() && config.lmtp.listen == Listen::Closed {
        Check::warning(
            AREA,
            name,
            "ni boîte IMAP ni LMTP ne sont réglés : le courriel n’arrive que si votre serveur de messagerie lance guichet",
            &format!(
                "voyez docs/operating.md, « Brancher le courriel » ; le programme est {program} ; --probe l’essaie"
            ),
        )
    } else {
        Check::good(AREA, name, format!("{program}, si votre serveur de messagerie le lance"))
    }
}

/// Whether the border's word on senders is believed.
fn believed(config: &Config) -> Check {
    let name = "expéditeurs";
    if config.mail.authserv_id.as_ref().is_none_or(String::is_empty) {
        let says = "mail.authserv_id n’est pas réglé : un expéditeur forgé n’est pas reconnu";
        let mend = "donnez le nom sous lequel votre serveur écrit Authentication-Results ; --probe le dit";
        Check::warning(AREA, name, says, mend)
    } else {
        Check::good(AREA, name, "ce que dit votre serveur de leur preuve est cru")
    }
}

async fn mailbox_answers(config: &Config, mailbox: &Mailbox) -> Vec<Check> {
    let name = format!("IMAP « {} »", mailbox.name);
    let mend = "vérifiez host, port, tls, user, et le mot de passe ou le jeton, de [[imap.mailboxes]]";
    let mut session = match imap::connect(mailbox, &config.imap).await {
        Ok(session) => session,
        Err(cause) => return vec![Check::fault(AREA, &name, cause.to_string(), mend)],
    };
    let mut checks = Vec::new();
    for (key, folder) in [("folder", &mailbox.folder), ("sent", &mailbox.sent)] {
        if folder.is_empty() {
            continue;
        }
        checks.push(match session.select(folder, false).await {
            Ok(_) => Check::good(AREA, &name, format!("le dossier « {folder} » s’ouvre")),
            Err(cause @ ImapError::Folder { .. }) => {
                let mend =
                    format!("corrigez {key} de [[imap.mailboxes]] : le nom tel que la messagerie le montre");
                Check::fault(AREA, &name, cause.to_string(), &mend)
            }
            Err(cause) => Check::fault(AREA, &name, cause.to_string(), mend),
        });
    }
    if mailbox.after == After::Move {
        checks.push(moves(&mut session, mailbox, &name).await);
    }
    if !session.can("IDLE") {
        let says = format!("sans IDLE : un courriel est vu au plus tard après {}", config.imap.poll);
        checks.push(Check::warning(AREA, &name, says, "rien à faire, ou raccourcissez imap.poll"));
    }
    checks
}

/// Whether mails that were taken can go where the settings say; nothing is made or moved.
async fn moves(session: &mut Session, mailbox: &Mailbox, name: &str) -> Check {
    let folder = &mailbox.move_to;
    if !session.can_move() {
        let says = "le serveur ne sait pas déplacer un courriel (ni MOVE ni UIDPLUS) : ils restent en place";
        return Check::warning(AREA, name, says, "prenez after = \"keyword\" ou \"leave\"");
    }
    match session.select(folder, false).await {
        Ok(_) => Check::good(AREA, name, format!("le dossier « {folder} » (move_to) s’ouvre")),
        Err(_) => Check::warning(
            AREA,
            name,
            format!(
                "le dossier « {folder} » (move_to) ne s’ouvre pas : le service le crée au premier courriel pris"
            ),
            "rien à faire s’il est nouveau ; sinon, écrivez son nom tel que la messagerie le montre",
        ),
    }
}

/// What the service itself noticed while reading.
fn reading(state: &MailboxState, now: DateTime<Utc>) -> Option<Check> {
    let name = format!("IMAP « {} »", state.name);
    let since = state.failing_since?;
    let cause = state.cause.as_deref().unwrap_or("sans explication");
    let says = format!(
        "« {} » n’est plus relevé depuis {} min ({cause})",
        state.folder,
        (now - since).num_minutes()
    );
    Some(Check::fault(AREA, &name, says, "corrigez ce qu’elle dit ; le service réessaie de lui-même"))
}
