//! One connection: reads for its session, writes what it says, keeps what it gathered, and watches the time.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use super::Shared;
use super::listener::Stream;
use crate::kill::kill_point;
use crate::mail::lmtp::{Incoming, Outcome, Refusal, Session, Want};
use crate::message::Door;
use crate::store::Refused;

/// Octets read at once.
const CHUNK: usize = 32 * 1_024;

pub(super) struct Conversation<'a> {
    stream: Stream,
    shared: &'a Shared,
    session: Session,
    stop: watch::Receiver<bool>,
    began: Instant,
    turn: (u64, Instant),
}

impl<'a> Conversation<'a> {
    pub(super) fn new(stream: Stream, shared: &'a Shared, stop: watch::Receiver<bool>) -> Self {
        let session = Session::new(shared.rules.clone());
        let now = Instant::now();
        Self { stream, shared, turn: (session.turns(), now), session, stop, began: now }
    }

    /// Talks to the end.
    pub(super) async fn run(mut self) {
        let ended = self.talk().await;
        self.session.gone();
        self.count_refusals();
        // A client that hung up is no fault of ours; what it did not finish was not kept.
        if let Err(cause) = ended {
            tracing::debug!(%cause, "an LMTP client went away");
        }
        let _ = self.stream.shutdown().await;
    }

    async fn talk(&mut self) -> io::Result<()> {
        let mut chunk = vec![0; CHUNK];
        loop {
            self.write().await?;
            if self.session.is_over() {
                return Ok(());
            }
            let deadline = self.deadline();
            let waits = !self.session.in_data();
            let read = tokio::select! {
                // What is there already is taken before the time is looked at.
                biased;
                _ = self.stop.wait_for(|stop| *stop), if waits => None,
                read = timeout_at(deadline, self.stream.read(&mut chunk)) => Some(read),
            };
            match read {
                None => self.session.stop(),
                Some(Err(_)) => self.session.time_out(),
                Some(Ok(Ok(0))) => return Ok(()),
                Some(Ok(Ok(read))) => self.take(&chunk[..read]).await?,
                Some(Ok(Err(cause))) => return Err(cause),
            }
        }
    }

    /// Gives octets to the session, and keeps the messages that end in them.
    async fn take(&mut self, mut octets: &[u8]) -> io::Result<()> {
        while !octets.is_empty() {
            let (used, want) = self.session.read(octets);
            octets = &octets[used..];
            match want {
                Want::Octets => {}
                Want::Close => break,
                Want::Keep(incoming) => {
                    self.write().await?;
                    let outcome = self.keep(incoming).await;
                    self.session.decided(&outcome);
                    if *self.stop.borrow() {
                        self.session.stop();
                    }
                }
            }
        }
        self.count_refusals();
        let turns = self.session.turns();
        if turns != self.turn.0 {
            self.turn = (turns, Instant::now());
        }
        Ok(())
    }

    /// Keeps a message. Nothing is known of its client meanwhile: should it go away, the message is kept all the same, and
    /// the copy it sends again is the same arrival.
    async fn keep(&self, incoming: Incoming) -> Outcome {
        let Incoming { envelope, raw, held } = incoming;
        let key = Door::Lmtp.content_key(&envelope, &raw);
        let kept = self.shared.desk.accept(Door::Lmtp, &key, envelope, raw).await;
        drop(held);
        match kept {
            Ok(accepted) => {
                kill_point!("lmtp-before-reply");
                tracing::debug!(reference = accepted.reference, again = accepted.again, "kept");
                Outcome::Kept(accepted.reference)
            }
            Err(cause) => {
                tracing::warn!(%cause, "a message could not be kept; the mail server keeps it");
                Outcome::Away
            }
        }
    }

    fn count_refusals(&mut self) {
        for refusal in self.session.refusals() {
            tracing::warn!(?refusal, hint = hint(refusal), "a message is not taken over LMTP");
            let why = match refusal {
                Refusal::NotOurs => Refused::NotOurs,
                Refusal::TooLarge => Refused::TooLarge,
                Refusal::NoRoom => Refused::NoRoom,
                Refusal::Cut => Refused::Cut,
            };
            self.shared.desk.count_refused(Door::Lmtp, why);
        }
    }

    async fn write(&mut self) -> io::Result<()> {
        let replies = self.session.replies();
        if replies.is_empty() {
            return Ok(());
        }
        let written = timeout(self.shared.settings.timeout.as_std(), self.stream.write_all(&replies)).await;
        written.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    /// Until when the next octet must come. A line and a message have each their time from beginning to end, so that one
    /// octet now and then does not hold a session open.
    fn deadline(&self) -> Instant {
        let settings = &self.shared.settings;
        let idle = Instant::now() + settings.timeout.as_std();
        if self.session.in_data() {
            idle.min(self.turn.1 + settings.data_timeout.as_std())
        } else {
            let line = self.turn.1 + settings.timeout.as_std();
            line.min(self.began + settings.session_timeout.as_std())
        }
    }
}

/// What to change, for logs. Addresses are never in them, not even one that is nobody's: it is most often a slip in that of a
/// person or of a service, and the mail server's own journal names it.
fn hint(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotOurs => {
            "no recipient is in service.addresses (the mail server's journal names them): add the address there, \
             set lmtp.recipients = \"any\", or mend the mail server's transport"
        }
        Refusal::TooLarge => "larger than lmtp.max_mb: raise it above the mail server's own limit",
        Refusal::NoRoom => "all conversations together held too much; the mail server tries again",
        Refusal::Cut => "the mail server went away in the middle; it tries again",
    }
}
