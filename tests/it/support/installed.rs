//! A guichet as an operator has it: the real binary, a settings file, a SQLite database, a mail server.

use std::process::Stdio;
use std::time::Duration;

use guichet::store::{Filter, Store, TicketFile, View};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

use super::smtp::SmtpServer;

/// What comes in.
pub(crate) const MAIL: &str = include_str!("../../../docs/exemples/formation.eml");

/// A guichet installed in a folder of its own.
pub(crate) struct Installed {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) smtp: SmtpServer,
}

impl Installed {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let smtp = SmtpServer::start().await;
        let settings = format!(
            "[database]\nurl = \"sqlite:{}\"\n[web]\nlisten = \"127.0.0.1:0\"\n[smtp]\nhost = \"127.0.0.1\"\nport = {}\n\
             tls = \"none\"\n[refuse]\nhold = \"0\"\n[intake]\npoll = \"1s\"\n[outbox]\npoll = \"1s\"\n",
            folder.path().join("guichet.db").display(),
            smtp.address().port()
        );
        std::fs::write(folder.path().join("config.toml"), settings).unwrap();
        let installed = Self { folder, smtp };
        installed.store().await.close().await;
        installed
    }

    pub(crate) fn command(&self, command: &str, kill_at: Option<&str>) -> Command {
        let mut start = Command::new(env!("CARGO_BIN_EXE_guichet"));
        start.arg("--config").arg(self.folder.path().join("config.toml")).arg(command);
        start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        if let Some(point) = kill_at {
            start.env("GUICHET_KILL_AT", point);
        }
        start
    }

    /// Pipes the mail in; the exit code, or `None` when it was killed at the point.
    pub(crate) async fn receive(&self, kill_at: Option<&str>) -> Option<i32> {
        self.receive_this(MAIL, kill_at).await
    }

    /// The same with a mail of one's own.
    pub(crate) async fn receive_this(&self, mail: &str, kill_at: Option<&str>) -> Option<i32> {
        let mut child = self.command("receive", kill_at).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(mail.as_bytes()).await.unwrap();
        match kill_at {
            Some(point) => {
                killed_at(&mut child, point).await;
                None
            }
            None => child.wait().await.unwrap().code(),
        }
    }

    pub(crate) async fn store(&self) -> Store {
        let url = format!("sqlite:{}", self.folder.path().join("guichet.db").display());
        Store::open(&guichet::store::Settings { url, readers: 2 }).await.unwrap()
    }

    /// The only ticket, once `settled` is true of it, under a serving guichet; then everything is accounted for.
    #[cfg(feature = "kill-points")]
    pub(crate) async fn settled(&self, settled: impl Fn(&TicketFile) -> bool) -> TicketFile {
        let mut serving = self.command("serve", None).spawn().unwrap();
        let file = self.until(settled).await;
        for line in self.store().await.ledger().await.unwrap() {
            assert!(line.balances() && line.waiting == 0, "{line:?}");
        }
        serving.kill().await.unwrap();
        file
    }

    /// The only ticket, once `settled` is true of it.
    pub(crate) async fn until(&self, settled: impl Fn(&TicketFile) -> bool) -> TicketFile {
        let store = self.store().await;
        let filter = Filter { view: View::All, limit: 10, ..Filter::default() };
        let file = tokio::time::timeout(Duration::from_mins(1), async {
            let mut look = tokio::time::interval(Duration::from_millis(25));
            loop {
                look.tick().await;
                let rows = store.queue(&filter).await.unwrap();
                assert!(rows.len() <= 1, "one mail, one ticket");
                let Some(row) = rows.first() else { continue };
                let file = store.ticket_file(&row.ticket.reference).await.unwrap().unwrap();
                if settled(&file) {
                    return file;
                }
            }
        });
        file.await.expect("the ticket settles")
    }
}

/// Waits until the process stands at the point, then kills it (SIGKILL).
pub(crate) async fn killed_at(child: &mut Child, point: &str) {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = Vec::new();
    let reached = tokio::time::timeout(Duration::from_mins(1), async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line == format!("kill point {point}") {
                return true;
            }
            said.push(line);
        }
        false
    });
    assert!(
        reached.await.expect("the kill point is reached in time"),
        "{point} was never reached: {said:#?}"
    );
    child.kill().await.unwrap();
}
