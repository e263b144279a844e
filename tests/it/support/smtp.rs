//! A small scripted SMTP server (RFC 5321, with STARTTLS, implicit TLS and AUTH PLAIN/LOGIN), so that delivery is
//! tested by a real conversation. Without a script it takes every mail; a script says what goes wrong next, in order.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::smtp_session;
pub(crate) use super::smtp_session::Encryption;

/// One mail that the server took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    /// `MAIL FROM` without brackets; empty for the null sender.
    pub(crate) from: String,
    /// `RCPT TO` addresses, in order.
    pub(crate) to: Vec<String>,
    /// The message as it went over the wire, dots unstuffed, CRLF kept.
    pub(crate) data: Vec<u8>,
    /// Whether it came over TLS.
    pub(crate) tls: bool,
    /// The user who signed in, if one did.
    pub(crate) user: Option<String>,
    /// Whether the client was told that it was taken (as far as writing into a connection tells).
    pub(crate) told: bool,
}

impl Received {
    /// The message as text (what it holds of other octets is replaced).
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.data).into_owned()
    }
}

/// The moments of a conversation at which a script may step in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// The greeting of a new connection.
    Connect,
    /// `MAIL FROM`.
    Mail,
    /// `RCPT TO`.
    Recipient,
    /// `DATA`, before the message.
    Data,
    /// After the final dot: the answer that decides.
    End,
}

/// What the server does at such a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Do {
    /// What it would do anyway: lets a script skip one.
    Accept,
    /// Answers with this line, such as `451 4.3.0 try later`. At [`At::End`] a 4xx or 5xx keeps nothing.
    Say(&'static str),
    /// Closes the connection without a word. At [`At::End`] the mail *is* kept: the client cannot know.
    Drop,
    /// Answers as usual, then closes.
    AcceptThenDrop,
    /// Says nothing for so long, then answers as usual. At [`At::End`] the mail is kept before.
    Stall(Duration),
}

/// What a server does of its own accord, asked at every moment that no script is for.
pub(crate) type Mood = Box<dyn FnMut(At) -> Do + Send>;

/// How the server is set up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// How it speaks TLS.
    pub(crate) tls: Encryption,
    /// User and password that AUTH must give; without it AUTH is not offered.
    pub(crate) login: Option<(String, String)>,
    /// What EHLO does not offer.
    pub(crate) without: Vec<&'static str>,
    /// The largest mail that EHLO says it takes.
    pub(crate) largest: Option<usize>,
}

/// What the conversations share.
pub(super) struct Shared {
    pub(super) options: Options,
    pub(super) acceptor: TlsAcceptor,
    pub(super) script: Mutex<VecDeque<(At, Do)>>,
    mood: Mutex<Option<Mood>>,
    pub(super) received: watch::Sender<Vec<Received>>,
    /// The domain whose recipients are answered only once there is none.
    pub(super) slow: watch::Sender<Option<&'static str>>,
    /// Addresses of RCPT that wait for that.
    pub(super) waiting: watch::Sender<usize>,
    connections: watch::Sender<usize>,
}

impl Shared {
    /// The next step of the script, if it is for this moment; else what the server is in the mood for.
    pub(super) fn step(&self, at: At) -> Do {
        let mut script = held(&self.script);
        let planned = script.iter().position(|(when, _)| *when == at);
        if let Some((_, what)) = planned.and_then(|place| script.remove(place)) {
            return what;
        }
        held(&self.mood).as_mut().map_or(Do::Accept, |mood| mood(at))
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A running server. Dropped, it stops.
pub(crate) struct SmtpServer {
    shared: Arc<Shared>,
    address: SocketAddr,
    ca_pem: String,
    running: Option<JoinSet<()>>,
}

impl SmtpServer {
    /// A server on a free port of 127.0.0.1, without TLS or sign-in.
    pub(crate) async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    /// A server with TLS or a sign-in.
    pub(crate) async fn start_with(options: Options) -> Self {
        let (acceptor, ca_pem) = smtp_session::certificate();
        let shared = Arc::new(Shared {
            options,
            acceptor,
            script: Mutex::default(),
            mood: Mutex::default(),
            received: watch::Sender::default(),
            slow: watch::Sender::default(),
            waiting: watch::Sender::default(),
            connections: watch::Sender::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let running = Some(serve(listener, Arc::clone(&shared)));
        Self { shared, address, ca_pem, running }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate authority that signed its certificate (valid for `localhost` and 127.0.0.1), as PEM.
    pub(crate) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Adds steps to the script. Each is used once, at the next such moment.
    pub(crate) fn script(&self, steps: impl IntoIterator<Item = (At, Do)>) {
        held(&self.shared.script).extend(steps);
    }

    /// Has the server act of its own accord, or (`None`) take every mail again.
    pub(crate) fn in_mood(&self, mood: Option<Mood>) {
        *held(&self.shared.mood) = mood;
    }

    /// Steps of the script that no conversation has reached yet.
    pub(crate) fn left_of_script(&self) -> usize {
        held(&self.shared.script).len()
    }

    /// Waits until `n` mails were taken since the first start, and gives all of them.
    pub(crate) async fn wait_for(&self, n: usize) -> Vec<Received> {
        let mut received = self.shared.received.subscribe();
        let arrived = received.wait_for(|mails| mails.len() >= n);
        let arrived = tokio::time::timeout(Duration::from_mins(1), arrived).await;
        let Ok(mails) = arrived else {
            panic!("waited a minute for {n} mails, {} came", self.received().len());
        };
        mails.expect("the server holds the sender").clone()
    }

    /// From now on recipients of this domain are not answered; with `None` they are again.
    pub(crate) fn hold_domain(&self, domain: Option<&'static str>) {
        self.shared.slow.send_replace(domain);
    }

    /// Waits until so many conversations wait for a slow domain.
    pub(crate) async fn wait_for_held(&self, n: usize) {
        let mut waiting = self.shared.waiting.subscribe();
        waiting.wait_for(|count| *count >= n).await.expect("the server holds the sender");
    }

    /// The mails taken so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.borrow().clone()
    }

    /// Follows the mails taken, whatever becomes of this server meanwhile.
    pub(crate) fn follow(&self) -> watch::Receiver<Vec<Received>> {
        self.shared.received.subscribe()
    }

    /// How many connections were made so far.
    pub(crate) fn connections(&self) -> usize {
        *self.shared.connections.borrow()
    }

    /// Stops listening and cuts every conversation; what was received stays.
    pub(crate) async fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.shutdown().await;
        }
    }

    /// Listens again on the same port.
    pub(crate) async fn start_again(&mut self) {
        self.stop().await;
        let listener = TcpListener::bind(self.address).await.expect("the port was ours a moment ago");
        self.running = Some(serve(listener, Arc::clone(&self.shared)));
    }
}

/// Accepts connections until the returned set is shut down or dropped; conversations end with it.
fn serve(listener: TcpListener, shared: Arc<Shared>) -> JoinSet<()> {
    let mut running = JoinSet::new();
    running.spawn(async move {
        let mut conversations = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            shared.connections.send_modify(|count| *count += 1);
            let shared = Arc::clone(&shared);
            // A client that goes away ends its conversation: that is no fault of the server.
            conversations.spawn(async move { drop(smtp_session::talk(stream, &shared).await) });
        }
    });
    running
}
