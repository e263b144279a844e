//! The journal of the real binary, at its most talkative, over a whole journey with a mail server that repeats the address
//! it refuses: nowhere a writer's text, subject, name or address.

use std::process::Stdio;

use guichet::ticket::OutboxState;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

use crate::support::installed::Installed;
use crate::support::smtp::{At, Do};

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_holds_nobodys_words() {
    let installed = Installed::new().await;
    installed.smtp.script([
        (At::End, Do::Say("451 4.3.0 maryvonne@rectorat.example must wait")),
        (At::Recipient, Do::Say("550 5.1.1 maryvonne@rectorat.example is unknown here")),
    ]);
    let settings = installed.folder.path().join("config.toml");
    let talkative =
        std::fs::read_to_string(&settings).unwrap() + "retry = [\"1s\"]\n[log]\nlevel = \"trace\"\n";
    std::fs::write(&settings, talkative).unwrap();
    assert_eq!(installed.receive(None).await, Some(0));

    let mut serving = installed.command("serve", None).stdout(Stdio::null()).spawn().unwrap();
    let mut journal = serving.stderr.take().unwrap();
    let reading = tokio::spawn(async move {
        let mut text = String::new();
        journal.read_to_string(&mut text).await.unwrap();
        text
    });
    installed.until(|file| file.outbox[0].state == OutboxState::Failed).await;
    serving.kill().await.unwrap();
    let journal = reading.await.unwrap();
    assert!(journal.contains("refused a mail for good"), "the journal was read: {journal}");
    for words in ["maryvonne", "Maryvonne", "quinzaine", "LibreOffice", "rectorat.example"] {
        let line = journal.lines().find(|line| line.contains(words));
        assert_eq!(line, None, "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_holds_no_way_in() {
    let installed = Installed::new().await;
    let mut serving = installed.command("serve", None).stdout(Stdio::piped()).spawn().unwrap();
    let told = BufReader::new(serving.stdout.take().unwrap()).lines().next_line().await.unwrap().unwrap();
    assert!(told.contains("guichet user link contact@code.gouv.fr"), "{told}");
    assert!(!told.contains("/premier-acces/"), "systemd keeps what is said here: {told}");
    let mut command = installed.command("user", None);
    let link = command.args(["link", "contact@code.gouv.fr"]).stdout(Stdio::piped()).output().await.unwrap();
    assert!(String::from_utf8(link.stdout).unwrap().contains("/equipe/premier-acces/"));
    serving.kill().await.unwrap();
}
