//! A server on a socket of its own, and clients.

use std::path::PathBuf;
use std::time::Duration;

use guichet::config::Config;
use guichet::intake::lmtp::{Server, Settings};
use guichet::message::Door;
use guichet::store::Line;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::support::database::Database;
use crate::support::story::Story;

/// A mail as a mail server hands it over.
pub(super) const MAIL: &str = include_str!("../../../docs/exemples/formation.eml");

/// The default settings of LMTP, listening at a socket file.
pub(super) fn settings(socket: &std::path::Path) -> Settings {
    let mut settings = Config::defaults().lmtp;
    settings.listen = format!("unix:{}", socket.display()).parse().unwrap();
    settings
}

/// A service whose LMTP door stands open.
pub(super) struct Open {
    pub(super) story: Story,
    pub(super) socket: PathBuf,
    pub(super) stop: watch::Sender<bool>,
    pub(super) running: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Open {
    pub(super) async fn begin(database: Database) -> Self {
        Self::begin_with(database, |_| {}).await
    }

    pub(super) async fn begin_with(database: Database, change: impl FnOnce(&mut Settings)) -> Self {
        let story = Story::begin(database).await;
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("lmtp.sock");
        let mut settings = settings(&socket);
        change(&mut settings);
        let own = Config::defaults().own();
        let server = Server::bind(story.desk.clone(), &settings, &own).await.unwrap().unwrap();
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(server.run(stopped));
        Self { story, socket, stop, running, _folder: folder }
    }

    pub(super) async fn client(&self) -> Client {
        Client::connect(&self.socket).await
    }

    /// The count of the door.
    pub(super) async fn line(&self) -> Line {
        let lines = self.story.desk.store().ledger().await.unwrap();
        lines.into_iter().find(|line| line.door == Door::Lmtp).unwrap()
    }
}

/// A client that says exactly what it is told to.
pub(super) struct Client(BufReader<UnixStream>);

impl Client {
    /// Connects, and reads the greeting.
    pub(super) async fn connect(socket: &std::path::Path) -> Self {
        let mut client = Self(BufReader::new(UnixStream::connect(socket).await.unwrap()));
        assert_eq!(client.code().await, "220");
        client
    }

    /// Connects, whatever it is told then.
    pub(super) async fn connect_only(socket: &std::path::Path) -> Self {
        Self(BufReader::new(UnixStream::connect(socket).await.unwrap()))
    }

    pub(super) async fn say(&mut self, octets: impl AsRef<[u8]>) {
        self.0.write_all(octets.as_ref()).await.unwrap();
    }

    /// Says it unless the server has hung up or takes nothing any more; whether it was taken.
    pub(super) async fn try_say(&mut self, octets: &str) -> bool {
        let written = self.0.get_mut().write_all(octets.as_bytes());
        matches!(tokio::time::timeout(Duration::from_secs(5), written).await, Ok(Ok(())))
    }

    /// The last line of the next reply; empty when the server hung up.
    pub(super) async fn reply(&mut self) -> String {
        let reply = async {
            loop {
                let mut line = String::new();
                if self.0.read_line(&mut line).await.unwrap_or_default() == 0 || &line[3..4] == " " {
                    return line.trim_end().to_owned();
                }
            }
        };
        tokio::time::timeout(Duration::from_mins(1), reply).await.expect("a reply in time")
    }

    /// Its code.
    pub(super) async fn code(&mut self) -> String {
        self.reply().await.chars().take(3).collect()
    }

    pub(super) async fn ask(&mut self, line: &str) -> String {
        self.say(format!("{line}\r\n")).await;
        self.reply().await
    }

    /// Goes as far as the 354.
    pub(super) async fn open(&mut self, recipients: &[&str]) {
        assert!(self.ask("LHLO mx.example").await.starts_with("250"));
        assert!(self.ask("MAIL FROM:<camille@ville.example>").await.starts_with("250"));
        for recipient in recipients {
            assert!(self.ask(&format!("RCPT TO:<{recipient}>")).await.starts_with("250"));
        }
        assert!(self.ask("DATA").await.starts_with("354"));
    }

    /// Whatever is still said until the server hangs up.
    pub(super) async fn rest(mut self) -> String {
        let mut said = Vec::new();
        let read = tokio::time::timeout(Duration::from_mins(1), self.0.read_to_end(&mut said)).await;
        drop(read.expect("the server hangs up in time"));
        String::from_utf8(said).unwrap()
    }
}

/// A message as it goes over the wire: CRLF, dots stuffed, the end.
pub(super) fn wire(mail: &str) -> String {
    let lines = mail
        .lines()
        .map(|line| if line.starts_with('.') { format!(".{line}\r\n") } else { format!("{line}\r\n") });
    lines.collect::<String>() + ".\r\n"
}

/// So many recipients of the service, as commands.
pub(super) fn recipients(count: usize) -> String {
    (0..count).fold(String::new(), |all, n| all + &format!("RCPT TO:<contact+{n}@code.gouv.fr>\r\n"))
}
