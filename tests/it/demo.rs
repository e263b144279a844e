//! The demonstration as a newcomer starts it: the sample requests come in, and one of them is handed over.

use std::process::Stdio;
use std::time::Duration;

use guichet::store::{Filter, Settings, Store, View};
use tokio::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_sees_a_request_handed_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_guichet"));
    demo.args(["demo", "--port", "0", "--dir"]).arg(folder.path());
    demo.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let mut running = demo.spawn().unwrap();
    let database = folder.path().join("guichet.db");
    let handed = tokio::time::timeout(Duration::from_mins(2), async {
        let mut look = tokio::time::interval(Duration::from_millis(100));
        while !database.exists() {
            look.tick().await;
        }
        let url = format!("sqlite:{}", database.display());
        // Its tables are made by the demonstration itself.
        let store = Store::connect(&Settings { url, readers: 1 }).await.unwrap();
        let filter = Filter { view: View::HandedOver, limit: 10, ..Filter::default() };
        loop {
            look.tick().await;
            let Ok(rows) = store.queue(&filter).await else { continue };
            let Some(row) = rows.first() else { continue };
            let file = store.ticket_file(&row.ticket.reference).await.unwrap().unwrap();
            if file.outbox.iter().all(|entry| entry.sent_at.is_some()) {
                return file;
            }
        }
    });
    let handed = handed.await.expect("a request is handed over");
    running.kill().await.unwrap();
    // A morning can be done on it: refusals wait long enough to be seen and stopped.
    let settings = std::fs::read_to_string(folder.path().join("config.toml")).unwrap();
    assert!(settings.contains("[refuse]\nhold = \"2m\""), "{settings}");
    assert_eq!(handed.hand_overs[0].email, "marches@culture.example");
    let mails = std::fs::read_dir(folder.path().join("mail")).unwrap();
    let mut mails = mails.map(|mail| std::fs::read_to_string(mail.unwrap().path()).unwrap_or_default());
    assert!(
        mails.any(|mail| mail.contains("To: <marches@culture.example>")
            || mail.contains("To: marches@culture.example"))
    );
}
