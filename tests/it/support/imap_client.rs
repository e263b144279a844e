//! A colleague's mail program beside the service: appends, reads, flags, moves.

use chrono::{DateTime, Utc};
use guichet::mail::imap::encoded;
use tokio::net::TcpStream;

/// A signed-in session in clear.
pub(crate) struct Client(async_imap::Session<TcpStream>);

impl Client {
    pub(super) async fn sign_in(port: u16, user: &str, password: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let mut client = async_imap::Client::new(stream);
        client.read_response().await.unwrap().unwrap();
        Self(client.login(user, password).await.map_err(|(error, _)| error).unwrap())
    }

    /// Appends a mail, received at `at` (now when it is not given).
    pub(crate) async fn append(&mut self, folder: &str, mail: &str, at: Option<DateTime<Utc>>) {
        let date = at.map(|at| at.format("\"%d-%b-%Y %H:%M:%S +0000\"").to_string());
        let mail = mail.replace('\n', "\r\n");
        self.0.append(encoded(folder), None, date.as_deref(), mail).await.unwrap();
    }

    /// Runs a command that must succeed (`CREATE x`, `UID MOVE 1 x`).
    pub(crate) async fn run(&mut self, command: &str) {
        self.0.run_command_and_check_ok(command).await.unwrap_or_else(|error| panic!("{command}: {error}"));
    }

    /// Opens a folder; gives its UIDs with flags.
    pub(crate) async fn open(&mut self, folder: &str) -> Vec<(u32, Vec<String>)> {
        self.0.select(encoded(folder)).await.unwrap();
        let tag = self.0.run_command("UID FETCH 1:* (UID FLAGS)").await.unwrap();
        let mut found = Vec::new();
        loop {
            let response = self.0.read_response().await.unwrap().unwrap();
            if response.request_id() == Some(&tag) {
                return found;
            }
            if let async_imap::imap_proto::Response::Fetch(_, attributes) = response.parsed() {
                let (mut uid, mut marks) = (0, Vec::new());
                for attribute in attributes {
                    match attribute {
                        async_imap::imap_proto::AttributeValue::Uid(n) => uid = *n,
                        async_imap::imap_proto::AttributeValue::Flags(flags) => {
                            marks = flags.iter().map(ToString::to_string).collect();
                        }
                        _ => {}
                    }
                }
                found.push((uid, marks));
            }
        }
    }
}
