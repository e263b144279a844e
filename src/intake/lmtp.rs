//! The LMTP server: a Unix socket or a loopback port for a mail server on the same machine. What is said is the business of
//! [`mail::lmtp`](crate::mail::lmtp); here stand sockets, time-outs and keeping. 250 is said only after the commit that made
//! the message durable; sessions that wait at the same time share it.

mod converse;
mod listener;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use listener::{ListenError, Place};
pub use settings::{Listen, Recipients, Settings};

use crate::desk::Desk;
use crate::mail::lmtp::Rules;
use crate::mail::parse::Own;
use converse::Conversation;
use listener::Listener;

/// How long sessions in the middle of a message may go on once the service stops.
const GRACE: Duration = Duration::from_secs(20);
/// How long the server waits when the system refuses it another connection.
const BREATH: Duration = Duration::from_millis(200);
/// How long a client that is turned away may take to be told.
const TURNED_AWAY: Duration = Duration::from_secs(1);
/// What it is told.
const FULL: &[u8] = b"421 4.3.2 Too many sessions; try again\r\n";

/// A server that listens.
pub struct Server {
    listener: Listener,
    shared: Arc<Shared>,
}

/// What all conversations share.
struct Shared {
    desk: Desk,
    rules: Rules,
    settings: Settings,
}

impl Server {
    /// Listens where the settings say; `None` when they say nowhere. `own` are the service's addresses.
    pub async fn bind(desk: Desk, settings: &Settings, own: &Own) -> Result<Option<Self>, ListenError> {
        let Some(listener) = Listener::bind(&settings.listen).await? else { return Ok(None) };
        let takes_for = Some(own.clone()).filter(|_| settings.recipients == Recipients::Own);
        let rules = Rules::new(&own.domain, takes_for, settings.max_octets(), settings.max_recipients);
        let shared = Shared { desk, rules, settings: settings.clone() };
        Ok(Some(Self { listener, shared: Arc::new(shared) }))
    }

    /// Where it listens, as the settings write it, with the port that the system chose.
    pub fn place(&self) -> Place {
        self.listener.place()
    }

    /// Serves until `stop` becomes true. Then nobody is let in any more, what is under way is finished, and who asks for
    /// more is told to come back.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let Self { listener, shared } = self;
        let mut sessions = JoinSet::new();
        tracing::info!(place = %listener.place(), "LMTP is served");
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                Some(ended) = sessions.join_next() => {
                    told(&ended);
                    continue;
                }
                _ = stop.wait_for(|stop| *stop) => break,
            };
            match accepted {
                Ok(stream) if sessions.len() >= shared.settings.max_sessions => {
                    tracing::warn!("an LMTP client is turned away: all sessions are taken");
                    turn_away(stream).await;
                }
                Ok(stream) => {
                    let (shared, stop) = (Arc::clone(&shared), stop.clone());
                    sessions.spawn(async move { Conversation::new(stream, &shared, stop).run().await });
                }
                Err(cause) => {
                    tracing::warn!(%cause, "the system refuses an LMTP connection");
                    let _ = tokio::time::timeout(BREATH, stop.wait_for(|stop| *stop)).await;
                }
            }
        }
        drop(listener);
        let finish = async {
            while let Some(ended) = sessions.join_next().await {
                told(&ended);
            }
        };
        if tokio::time::timeout(GRACE, finish).await.is_err() {
            tracing::warn!(sessions = sessions.len(), "LMTP sessions are cut off; their clients try again");
        }
    }
}

/// A session that panicked harms no other; the panic hook has told where.
fn told(ended: &Result<(), tokio::task::JoinError>) {
    if ended.is_err() {
        tracing::error!("an LMTP session ended on a fault of ours; its client tries again");
    }
}

async fn turn_away(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let _ = tokio::time::timeout(TURNED_AWAY, stream.write_all(FULL)).await;
}
