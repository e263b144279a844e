//! One conversation of the scripted SMTP server, and the throw-away certificate it shows.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::smtp::{At, Do, Received, Shared};

/// How the server speaks TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// Not at all.
    #[default]
    None,
    /// After STARTTLS; MAIL is refused before.
    StartTls,
    /// From the first octet.
    Implicit,
}

/// A certificate for `localhost` and 127.0.0.1, with the authority that signed it as PEM.
pub(super) fn certificate() -> (TlsAcceptor, String) {
    let (authority, leaf, key) = signed();
    let private = PrivateKeyDer::try_from(key.serialize_der()).expect("rcgen writes PKCS#8");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], private)
        .expect("the key belongs to the certificate");
    (TlsAcceptor::from(Arc::new(config)), authority)
}

/// Such a certificate, its key and its authority, each as PEM: for servers that read files.
pub(super) fn key_pair() -> (String, String, String) {
    let (authority, leaf, key) = signed();
    (leaf.pem(), key.serialize_pem(), authority)
}

fn signed() -> (String, rcgen::Certificate, KeyPair) {
    let mut authority = CertificateParams::new(Vec::new()).expect("no name at all is valid");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("ring makes keys");
    let authority = CertifiedIssuer::self_signed(authority, key).expect("an authority signs itself");
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let key = KeyPair::generate().expect("ring makes keys");
    let leaf = CertificateParams::new(names).expect("two valid names");
    let leaf = leaf.signed_by(&key, &authority).expect("the authority signs");
    (authority.pem(), leaf, key)
}

/// Why a conversation goes on or ends.
enum Next {
    Close,
    Upgrade,
}

/// Speaks with one client to the end.
pub(super) async fn talk(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    if shared.options.tls == Encryption::Implicit {
        let stream = shared.acceptor.accept(stream).await?;
        return Session::new(stream, shared, true).run(true).await.map(drop);
    }
    let mut session = Session::new(stream, shared, false);
    if let Next::Upgrade = session.run(true).await? {
        let stream = shared.acceptor.accept(session.stream.into_inner()).await?;
        Session::new(stream, shared, true).run(false).await?;
    }
    Ok(())
}

struct Session<'a, S> {
    stream: BufReader<S>,
    shared: &'a Shared,
    tls: bool,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Session<'a, S> {
    fn new(stream: S, shared: &'a Shared, tls: bool) -> Self {
        Self { stream: BufReader::new(stream), shared, tls, user: None, from: None, to: Vec::new() }
    }

    async fn run(&mut self, greet: bool) -> io::Result<Next> {
        if greet && !self.answer(At::Connect, "220 localhost ESMTP test").await? {
            return Ok(Next::Close);
        }
        while let Some(line) = self.line().await? {
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let open = match verb.as_str() {
                "EHLO" => self.hello().await?,
                "HELO" | "NOOP" => self.say("250 2.0.0 OK").await?,
                "RSET" => {
                    self.forget();
                    self.say("250 2.0.0 OK").await?
                }
                "STARTTLS" if self.shared.options.tls == Encryption::StartTls && !self.tls => {
                    self.say("220 2.0.0 go ahead").await?;
                    return Ok(Next::Upgrade);
                }
                "AUTH" => self.sign_in(&line).await?,
                "MAIL" => self.mail(&line).await?,
                "RCPT" => self.recipient(&line).await?,
                "DATA" => self.data().await?,
                "QUIT" => {
                    self.say("221 2.0.0 bye").await?;
                    false
                }
                _ => self.say("502 5.5.2 unknown command").await?,
            };
            if !open {
                break;
            }
        }
        Ok(Next::Close)
    }

    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await?;
        Ok((read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
    }

    async fn say(&mut self, words: &str) -> io::Result<bool> {
        self.stream.write_all(format!("{words}\r\n").as_bytes()).await?;
        self.stream.flush().await?;
        Ok(true)
    }

    /// Answers as the script wants; whether the conversation goes on.
    async fn answer(&mut self, at: At, usual: &str) -> io::Result<bool> {
        match self.shared.step(at) {
            Do::Accept => self.say(usual).await,
            Do::Say(words) => self.say(words).await,
            Do::Drop => Ok(false),
            Do::AcceptThenDrop => self.say(usual).await.map(|_| false),
            Do::Stall(time) => {
                pass(time).await;
                self.say(usual).await
            }
        }
    }

    async fn hello(&mut self) -> io::Result<bool> {
        let mut lines = vec!["localhost", "PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"];
        let options = &self.shared.options;
        lines.retain(|line| !options.without.contains(line));
        let size = options.largest.map(|octets| format!("SIZE {octets}"));
        lines.extend(size.as_deref());
        if options.tls == Encryption::StartTls && !self.tls {
            lines.push("STARTTLS");
        }
        if options.login.is_some() {
            lines.push("AUTH PLAIN LOGIN");
        }
        self.say(&format!("250-{}\r\n250 HELP", lines.join("\r\n250-"))).await
    }

    async fn sign_in(&mut self, line: &str) -> io::Result<bool> {
        let mut words = line.split_whitespace().skip(1);
        let mechanism = words.next().unwrap_or_default().to_ascii_uppercase();
        let given = match (mechanism.as_str(), words.next()) {
            ("PLAIN", Some(first)) => plain(first),
            ("PLAIN", None) => {
                let first = self.ask("334 ").await?;
                plain(&first)
            }
            ("LOGIN", first) => {
                let user = match first {
                    Some(first) => first.to_owned(),
                    None => self.ask("334 VXNlcm5hbWU6").await?,
                };
                let password = self.ask("334 UGFzc3dvcmQ6").await?;
                (decoded(&user), decoded(&password))
            }
            _ => return self.say("504 5.5.4 unknown mechanism").await,
        };
        if self.shared.options.login.as_ref() == Some(&given) {
            self.user = Some(given.0);
            return self.say("235 2.7.0 welcome").await;
        }
        self.say("535 5.7.8 authentication failed").await
    }

    async fn ask(&mut self, prompt: &str) -> io::Result<String> {
        self.say(prompt).await?;
        Ok(self.line().await?.unwrap_or_default())
    }

    async fn mail(&mut self, line: &str) -> io::Result<bool> {
        if self.shared.options.tls == Encryption::StartTls && !self.tls {
            return self.say("530 5.7.0 must issue a STARTTLS command first").await;
        }
        if self.shared.options.login.is_some() && self.user.is_none() {
            return self.say("530 5.7.0 authentication required").await;
        }
        self.from = Some(path(line));
        self.answer(At::Mail, "250 2.1.0 OK").await
    }

    async fn recipient(&mut self, line: &str) -> io::Result<bool> {
        if self.from.is_none() {
            return self.say("503 5.5.1 need MAIL first").await;
        }
        if self.shared.slow.borrow().is_some_and(|domain| line.contains(domain)) {
            self.shared.waiting.send_modify(|count| *count += 1);
            let mut slow = self.shared.slow.subscribe();
            let _ = slow.wait_for(Option::is_none).await;
        }
        let step = self.shared.step(At::Recipient);
        if !matches!(step, Do::Say(_)) {
            self.to.push(path(line));
        }
        match step {
            Do::Accept => self.say("250 2.1.5 OK").await,
            Do::Say(words) => self.say(words).await,
            Do::Drop => Ok(false),
            Do::AcceptThenDrop => self.say("250 2.1.5 OK").await.map(|_| false),
            Do::Stall(time) => {
                pass(time).await;
                self.say("250 2.1.5 OK").await
            }
        }
    }

    async fn data(&mut self) -> io::Result<bool> {
        if self.to.is_empty() {
            return self.say("503 5.5.1 need RCPT first").await;
        }
        match self.shared.step(At::Data) {
            Do::Accept => self.say("354 end with a dot").await?,
            Do::Say(words) => return self.say(words).await,
            Do::Drop | Do::AcceptThenDrop => return Ok(false),
            Do::Stall(time) => {
                pass(time).await;
                self.say("354 end with a dot").await?
            }
        };
        let mut data = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Ok(false);
            }
            if line == b".\r\n" {
                break;
            }
            data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let step = self.shared.step(At::End);
        let refused = matches!(step, Do::Say(words) if words.starts_with(['4', '5']));
        let kept = (!refused).then(|| self.keep(data));
        self.forget();
        let open = match step {
            Do::Accept => self.say("250 2.0.0 queued as T1").await?,
            Do::Say(words) => self.say(words).await?,
            Do::Drop => return Ok(false),
            Do::AcceptThenDrop => self.say("250 2.0.0 queued as T1").await.map(|_| false)?,
            Do::Stall(time) => {
                pass(time).await;
                self.say("250 2.0.0 queued as T1").await?
            }
        };
        if let Some(place) = kept {
            self.shared.received.send_modify(|mails| mails[place].told = true);
        }
        Ok(open)
    }

    /// Keeps a mail; its place among those kept.
    fn keep(&mut self, data: Vec<u8>) -> usize {
        let mail = Received {
            from: self.from.clone().unwrap_or_default(),
            to: self.to.clone(),
            data,
            tls: self.tls,
            user: self.user.clone(),
            told: false,
        };
        let mut place = 0;
        self.shared.received.send_modify(|mails| {
            place = mails.len();
            mails.push(mail);
        });
        place
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }
}

/// Lets time pass, for a client that waits.
async fn pass(time: Duration) {
    let _ = tokio::time::timeout(time, std::future::pending::<()>()).await;
}

/// The address between the brackets of a MAIL or RCPT command.
fn path(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

fn decoded(base64: &str) -> String {
    String::from_utf8_lossy(&STANDARD.decode(base64).unwrap_or_default()).into_owned()
}

/// User and password of an AUTH PLAIN response (RFC 4616).
fn plain(base64: &str) -> (String, String) {
    let whole = decoded(base64);
    let mut fields = whole.split('\0').skip(1).map(str::to_owned);
    (fields.next().unwrap_or_default(), fields.next().unwrap_or_default())
}
