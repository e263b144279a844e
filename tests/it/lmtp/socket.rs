//! The socket file: whose it is, who may open it, what becomes of one that was left behind.

use std::os::unix::fs::PermissionsExt as _;

use guichet::config::Config;
use guichet::intake::lmtp::{Listen, Server};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;

use super::support::{Client, Open, settings};
use crate::support::database::Database;
use crate::support::story::Story;

#[tokio::test]
async fn owner_and_group_may_open_it() {
    let open = Open::begin(Database::sqlite()).await;
    let mode = std::fs::metadata(&open.socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
}

#[tokio::test]
async fn one_that_was_left_behind_is_taken_over_and_one_in_use_is_not() {
    let story = Story::begin(Database::sqlite()).await;
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("lmtp.sock");
    // Dropped, the file stays: what a process that was killed leaves behind.
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    assert!(socket.exists());
    let own = Config::defaults().own();
    let bind = async || Server::bind(story.desk.clone(), &settings(&socket), &own).await;
    let server = bind().await.unwrap().unwrap();
    assert_eq!(server.place().to_string(), format!("unix:{}", socket.display()));
    let refused = bind().await.err().unwrap().to_string();
    assert!(refused.contains("lmtp.listen") && refused.contains("déjà prise"), "{refused}");
    assert!(socket.exists(), "whose server listens keeps its file");
    drop(server);
    assert!(!socket.exists());

    std::fs::write(&socket, "not a socket").unwrap();
    let refused = bind().await.err().unwrap().to_string();
    assert!(refused.contains("il y est déjà"), "{refused}");
    assert_eq!(std::fs::read_to_string(&socket).unwrap(), "not a socket");
}

#[tokio::test]
async fn a_port_of_the_loopback_does_as_well() {
    let story = Story::begin(Database::sqlite()).await;
    let mut settings = Config::defaults().lmtp;
    let own = Config::defaults().own();
    assert!(Server::bind(story.desk.clone(), &settings, &own).await.unwrap().is_none(), "closed by default");
    settings.listen = "127.0.0.1:0".parse().unwrap();
    let server = Server::bind(story.desk.clone(), &settings, &own).await.unwrap().unwrap();
    let place = server.place().to_string();
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(server.run(stopped));
    let mut greeting = String::new();
    BufReader::new(TcpStream::connect(&place).await.unwrap()).read_line(&mut greeting).await.unwrap();
    assert_eq!(greeting, "220 code.gouv.fr LMTP guichet\r\n");
    running.abort();
}

#[tokio::test]
async fn recipients_may_be_anybodys_business() {
    let open =
        Open::begin_with(Database::sqlite(), |lmtp| lmtp.recipients = guichet::intake::lmtp::Recipients::Any)
            .await;
    let mut client: Client = open.client().await;
    client.open(&["archives@ailleurs.example"]).await;
}

#[test]
fn only_this_machine_may_be_listened_to() {
    let check = |listen: &str| {
        let mut settings = Config::defaults().lmtp;
        settings.listen = listen.parse().unwrap();
        settings.check().into_iter().map(|finding| finding.key).collect::<Vec<_>>()
    };
    assert_eq!(check("0.0.0.0:2424"), ["listen"]);
    assert_eq!(check("unix:lmtp.sock"), ["listen"]);
    for fine in ["", "127.0.0.1:2424", "[::1]:2424", "unix:/run/guichet/lmtp.sock"] {
        assert!(check(fine).is_empty(), "{fine}");
    }
    assert!("lmtp.sock".parse::<Listen>().is_err());
}
