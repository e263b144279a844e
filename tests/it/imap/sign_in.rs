//! Encryption and sign-in, with a real Dovecot.

use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::routing::get;
use guichet::mail::imap::{Mailbox, connect};
use guichet::mail::mailer::Encryption;
use guichet::setting::Secret;

use super::reading::{Reading, contact, mail, settings};
use crate::support::database::Database;
use crate::support::dovecot::{Dovecot, Options};

#[tokio::test(flavor = "multi_thread")]
async fn encrypted_from_the_start_or_after_starttls_with_an_authority_of_ones_own() {
    let server = Dovecot::start();
    let ca_file = server.path().join("ca.pem");
    std::fs::write(&ca_file, server.ca_pem()).unwrap();
    for (tls, port) in [(Encryption::Tls, server.imaps()), (Encryption::StartTls, server.imap())] {
        let mailbox = Mailbox { tls, port: Some(port), ..contact(&server) };
        let stranger = connect(&mailbox, &settings(mailbox.clone())).await.unwrap_err();
        assert_eq!(stranger.code(), "tls", "{stranger}");
        let mailbox = Mailbox { ca_file: Some(ca_file.clone()), ..mailbox };
        let session = connect(&mailbox, &settings(mailbox.clone())).await.unwrap();
        assert!(session.can("IDLE") && session.can("MOVE"));
        let elsewhere = Mailbox { host: "127.0.0.2".to_owned(), ..mailbox.clone() };
        let wrong = connect(&elsewhere, &settings(elsewhere.clone())).await.unwrap_err();
        assert!(["tls", "connect"].contains(&wrong.code()), "{wrong}");
    }
    // In clear where TLS is wanted, and the other way round.
    for (tls, port) in [(Encryption::Tls, server.imap()), (Encryption::StartTls, server.imaps())] {
        let mailbox = Mailbox { tls, port: Some(port), ..contact(&server) };
        let quick = guichet::mail::imap::Settings {
            timeout: guichet::setting::HumanDuration::from_secs(2),
            ..settings(mailbox.clone())
        };
        connect(&mailbox, &quick).await.unwrap_err();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_without_it_and_a_mended_one_serves_without_a_restart() {
    let (database, server) = (Database::sqlite(), Dovecot::start());
    let file = server.path().join("password");
    std::fs::write(&file, "hunter2\n").unwrap();
    let wrong =
        Mailbox { password: Secret::default(), password_file: Some(file.clone()), ..contact(&server) };
    let reading = Reading::begin(&database, settings(wrong.clone())).await;
    let state = reading.until("INBOX", "it fails", |state| state.failing_since.is_some()).await;
    let cause = state.cause.unwrap_or_default();
    assert!(cause.starts_with("le serveur refuse l’identification"), "{cause}");
    assert!(!cause.contains("hunter2"), "{cause}");
    reading.end().await;
    std::fs::write(&file, format!("{}\n", crate::support::dovecot::PASSWORD)).unwrap();
    connect(&wrong, &settings(wrong.clone())).await.unwrap();
    std::fs::remove_file(&file).unwrap();
    let missing = connect(&wrong, &settings(wrong.clone())).await.unwrap_err();
    assert!(missing.to_string().contains("introuvable"), "{missing}");
}

/// What Google and Microsoft offer: an access token instead of a password. Dovecot asks who it belongs to.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_the_mailbox() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let known = get(|Query(asked): Query<std::collections::HashMap<String, String>>| async move {
        let good = asked.get("access_token").is_some_and(|token| token == "jeton-valable");
        if good {
            (StatusCode::OK, r#"{"email":"contact","active":true}"#)
        } else {
            (StatusCode::UNAUTHORIZED, r#"{"error":"invalid_token"}"#)
        }
    });
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/who", known)).await });
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    let asks = folder.path().join("oauth2.conf");
    let text = format!(
        "tokeninfo_url = http://127.0.0.1:{port}/who?access_token=\nusername_attribute = email\n\
         active_attribute = active\nactive_value = true\n"
    );
    std::fs::write(&asks, text).unwrap();
    open_to_all(folder.path());
    let server = Dovecot::start_with(&Options {
        users: vec!["contact".to_owned()],
        more: format!(
            "auth_mechanisms = plain xoauth2\npassdb {{\n driver = oauth2\n mechanisms = xoauth2\n args = {}\n}}",
            asks.display()
        ),
    });
    let token_file = server.path().join("token");
    std::fs::write(&token_file, "jeton-valable\n").unwrap();
    let by_token =
        Mailbox { password: Secret::default(), token_file: Some(token_file.clone()), ..contact(&server) };
    let database = Database::sqlite();
    let reading = Reading::begin(&database, settings(by_token.clone())).await;
    reading.until_read().await;
    server.client("contact").await.append("INBOX", &mail("a"), None).await;
    reading.until_kept(1).await;
    reading.end().await;
    std::fs::write(&token_file, "jeton-périmé\n").unwrap();
    let refused = connect(&by_token, &settings(by_token.clone())).await.unwrap_err();
    assert_eq!(refused.code(), "sign-in", "{refused}");
}

fn open_to_all(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
}
