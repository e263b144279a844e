//! Sending, by real conversations over the loopback.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use guichet::config::Config;
use guichet::mail::mailer::{Encryption, Mailer, SendError, Settings, Transport};
use guichet::mail::status;
use guichet::setting::Secret;

use crate::support::smtp::{self, At, Do, Options, SmtpServer};

const MAIL: &[u8] =
    b"Message-ID: <m1@code.gouv.fr>\r\nFrom: contact@code.gouv.fr\r\nSubject: x\r\n\r\nBonjour\r\n.seul\r\n";

/// The settings as they are shipped.
fn shipped() -> Settings {
    Config::defaults().smtp
}

fn settings(server: &SmtpServer) -> Settings {
    Settings {
        host: "127.0.0.1".to_owned(),
        port: server.address().port(),
        tls: Encryption::None,
        timeout_seconds: 20,
        pool_size: 2,
        helo_name: Some("guichet.example".to_owned()),
        ..shipped()
    }
}

fn to() -> Vec<String> {
    vec!["marie@ville.example".to_owned()]
}

async fn send(mailer: &Mailer) -> Result<String, SendError> {
    mailer.send(Some("contact@code.gouv.fr"), &to(), MAIL).await
}

#[tokio::test]
async fn a_mail_arrives_octet_for_octet_over_one_kept_connection() {
    let server = SmtpServer::start().await;
    let mailer = Mailer::new(&settings(&server)).unwrap();
    assert_eq!(send(&mailer).await.unwrap(), "250 2.0.0 queued as T1");
    // The pool takes a connection back in a task of its own.
    tokio::task::yield_now().await;
    mailer.send(None, &to(), MAIL).await.unwrap();
    let received = server.wait_for(2).await;
    assert_eq!(received[0].data, MAIL);
    assert_eq!((received[0].from.as_str(), &received[0].to), ("contact@code.gouv.fr", &to()));
    assert_eq!(received[1].from, "", "an automatic mail has the null sender");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let server = SmtpServer::start().await;
    let mailer = Mailer::new(&settings(&server)).unwrap();
    for (at, words, permanent, code) in [
        (At::Mail, "451 4.3.0 try later", false, 451),
        (At::Recipient, "550 5.1.1 no such user", true, 550),
        (At::Recipient, "450 4.2.0 greylisted", false, 450),
        (At::Data, "452 4.3.1 full", false, 452),
        (At::End, "554 5.7.1 spam", true, 554),
        (At::End, "421 4.3.2 closing", false, 421),
    ] {
        server.script([(at, Do::Say(words))]);
        let error = send(&mailer).await.unwrap_err();
        assert_eq!((error.permanent, error.code), (permanent, Some(code)), "{words}: {error:?}");
        assert!(error.words.contains(&words[4..]), "{error:?}");
    }
    assert!(server.received().is_empty());
    send(&mailer).await.expect("the next mail leaves");
    assert_eq!(server.left_of_script(), 0);
}

#[tokio::test]
async fn a_lost_connection_is_a_passing_fault() {
    let server = SmtpServer::start().await;
    let mailer = Mailer::new(&settings(&server)).unwrap();
    for at in [At::Connect, At::Mail, At::Data, At::End] {
        let pooled = Mailer::new(&settings(&server)).unwrap();
        server.script([(at, Do::Drop)]);
        let error = send(&pooled).await.unwrap_err();
        assert_eq!((error.permanent, error.code), (false, None), "{at:?}: {error:?}");
    }
    assert_eq!(server.received().len(), 1, "dropped after the final dot, the mail was taken");
    server.script([(At::End, Do::AcceptThenDrop)]);
    send(&mailer).await.unwrap();
    send(&mailer).await.expect("a kept connection that the server closed is replaced");
}

#[tokio::test]
async fn a_fault_of_the_server_is_told_from_one_of_the_mail() {
    let mut server = SmtpServer::start().await;
    let these = settings(&server);
    let fresh = || Mailer::new(&these).unwrap();
    let mailer = fresh();
    // What was told before the mail's first octet was surely not taken.
    for (at, what, relay, uncertain) in [
        (At::Connect, Do::Drop, true, false),
        (At::Connect, Do::Say("421 4.3.2 closing"), true, false),
        (At::Mail, Do::Drop, true, false),
        (At::Mail, Do::Say("421 4.3.2 closing"), true, false),
        (At::Mail, Do::Say("451 4.3.0 later"), true, false),
        (At::Mail, Do::Say("550 5.1.0 Sender address rejected: User unknown"), true, false),
        (At::Mail, Do::Say("553 5.7.1 sender not owned by user"), true, false),
        (At::Mail, Do::Say("552 5.3.4 too large"), false, false),
        (At::Recipient, Do::Say("421 4.3.2 closing"), true, false),
        (At::Recipient, Do::Drop, false, false),
        (At::Data, Do::Drop, false, false),
        (At::Recipient, Do::Say("451 4.7.1 greylisted"), false, false),
        (At::End, Do::Say("451 4.3.0 later"), false, false),
        (At::End, Do::Drop, false, true),
    ] {
        server.script([(at, what.clone())]);
        let error = send(&fresh()).await.unwrap_err();
        assert_eq!((error.relay, error.uncertain), (relay, uncertain), "{at:?} {what:?}: {error:?}");
        assert!(!(relay && error.permanent), "what is mended is not for good: {error:?}");
    }
    server.stop().await;
    let error = send(&mailer).await.unwrap_err();
    assert!(error.relay && error.words.contains("la connexion est refusée"), "{error:?}");
}

#[tokio::test]
async fn a_server_that_scans_slowly_has_its_last_word() {
    let server = SmtpServer::start().await;
    let mailer = Mailer::new(&Settings { timeout_seconds: 1, ..settings(&server) }).unwrap();
    server.script([(At::End, Do::Stall(std::time::Duration::from_secs(3)))]);
    assert_eq!(send(&mailer).await.unwrap(), "250 2.0.0 queued as T1");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_refusal_costs_no_connection() {
    let server = SmtpServer::start().await;
    let mailer = Mailer::new(&settings(&server)).unwrap();
    server.script([(At::Recipient, Do::Say("550 5.1.1 no such user"))]);
    send(&mailer).await.unwrap_err();
    send(&mailer).await.unwrap();
    server.script([(At::End, Do::Say("554 5.7.1 no"))]);
    send(&mailer).await.unwrap_err();
    send(&mailer).await.unwrap();
    assert_eq!((server.connections(), server.received().len()), (1, 2));
}

#[tokio::test]
async fn what_a_mail_needs_of_the_server_is_asked_for_or_told_to_be_missing() {
    let everything = SmtpServer::start().await;
    let mailer = Mailer::new(&settings(&everything)).unwrap();
    let accented = vec!["léa@exemple.example".to_owned()];
    mailer.send(None, &accented, MAIL).await.unwrap();
    assert_eq!(everything.received()[0].to, accented);
    assert!(mailer.greet().await.unwrap().is_some_and(|greeting| greeting.has("SMTPUTF8")));

    let options =
        Options { without: vec!["SMTPUTF8", "8BITMIME"], largest: Some(2_000), ..Options::default() };
    let little = SmtpServer::start_with(options).await;
    let mailer = Mailer::new(&settings(&little)).unwrap();
    let eight_bit = [MAIL, "é\r\n".as_bytes()].concat();
    for (to, raw, code) in
        [(&accented, MAIL, "5.6.7"), (&to(), &eight_bit[..], "5.6.3"), (&to(), &[b'x'; 3_000][..], "5.3.4")]
    {
        let error = mailer.send(None, to, raw).await.unwrap_err();
        assert!(error.permanent && error.words.contains(code), "{code}: {error:?}");
        assert!(status::meaning(&error.words).is_some(), "{error:?}");
    }
    assert!(little.received().is_empty());
    mailer.send(None, &to(), MAIL).await.unwrap();
    let greeting = mailer.greet().await.unwrap().unwrap();
    assert_eq!((greeting.largest(), greeting.encrypted, greeting.signed_in), (Some(2_000), false, false));
}

#[tokio::test]
async fn a_server_that_is_down_and_comes_back_gets_the_mail() {
    let mut server = SmtpServer::start().await;
    let mailer = Mailer::new(&settings(&server)).unwrap();
    send(&mailer).await.unwrap();
    server.stop().await;
    let error = send(&mailer).await.unwrap_err();
    assert_eq!((error.permanent, error.code), (false, None));
    server.start_again().await;
    send(&mailer).await.unwrap();
    assert_eq!(server.wait_for(2).await.len(), 2);
}

#[tokio::test]
async fn starttls_is_required_and_signs_in() {
    let login = Some(("guichet".to_owned(), "s3cret é".to_owned()));
    let server =
        SmtpServer::start_with(Options { tls: smtp::Encryption::StartTls, login, ..Options::default() })
            .await;
    let folder = tempfile::tempdir().unwrap();
    let (ca, password) = (folder.path().join("ca.pem"), folder.path().join("password"));
    fs::write(&ca, server.ca_pem()).unwrap();
    fs::write(&password, "s3cret é\n").unwrap();
    fs::set_permissions(&password, fs::Permissions::from_mode(0o600)).unwrap();
    let good = Settings {
        tls: Encryption::StartTls,
        user: Some("guichet".to_owned()),
        password_file: Some(password),
        ca_file: Some(ca),
        ..settings(&server)
    };
    assert_eq!(good.check(), []);
    send(&Mailer::new(&good).unwrap()).await.unwrap();
    let received = server.wait_for(1).await;
    assert_eq!((received[0].tls, received[0].user.as_deref()), (true, Some("guichet")));

    let wrong = Settings { password_file: None, password: Secret::new("autre"), ..good.clone() };
    let error = send(&Mailer::new(&wrong).unwrap()).await.unwrap_err();
    assert_eq!((error.permanent, error.code), (false, Some(535)), "our fault, not the mail's end");

    let stranger = Settings { ca_file: None, ..good.clone() };
    let error = send(&Mailer::new(&stranger).unwrap()).await.unwrap_err();
    assert!(!error.permanent, "an unknown certificate: {error:?}");

    let plain = SmtpServer::start().await;
    let downgraded = Settings { port: plain.address().port(), ..good };
    let error = send(&Mailer::new(&downgraded).unwrap()).await.unwrap_err();
    assert!(!error.permanent && plain.received().is_empty(), "never in clear text: {error:?}");
}

#[tokio::test]
async fn tls_from_the_first_octet() {
    let server =
        SmtpServer::start_with(Options { tls: smtp::Encryption::Implicit, ..Options::default() }).await;
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    fs::write(&ca, server.ca_pem()).unwrap();
    let settings = Settings { tls: Encryption::Tls, ca_file: Some(ca), ..settings(&server) };
    send(&Mailer::new(&settings).unwrap()).await.unwrap();
    assert!(server.wait_for(1).await[0].tls);
}

#[tokio::test]
async fn an_address_that_cannot_be_written_to_is_refused_before_any_connection() {
    let server = SmtpServer::start().await;
    let mailer = Mailer::new(&settings(&server)).unwrap();
    for to in [vec![], vec!["a@b.fr>\r\nDATA".to_owned()], vec!["personne".to_owned()]] {
        let error = mailer.send(None, &to, MAIL).await.unwrap_err();
        assert!(error.permanent, "{to:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_folder_gets_each_mail_once() {
    let folder = tempfile::tempdir().unwrap();
    let settings =
        Settings { transport: Transport::Folder, folder: Some(folder.path().join("out")), ..shipped() };
    let mailer = Mailer::new(&settings).unwrap();
    for _ in 0..2 {
        assert_eq!(send(&mailer).await.unwrap(), "250 écrit dans m1@code.gouv.fr.eml");
    }
    let without_id = b"Message-ID: <../../x@y>\r\n\r\n";
    mailer.send(None, &to(), without_id).await.unwrap();
    let mut names: Vec<String> = fs::read_dir(folder.path().join("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&"m1@code.gouv.fr.eml".to_owned()));
    assert_eq!(fs::read(folder.path().join("out/m1@code.gouv.fr.eml")).unwrap(), MAIL);
}

#[test]
fn impossible_settings_are_told_with_what_to_do() {
    let keys = |settings: Settings| settings.check().into_iter().map(|found| found.key).collect::<Vec<_>>();
    let base = Settings { host: "smtp.example".to_owned(), tls: Encryption::StartTls, ..shipped() };
    let login = Settings { user: Some("u".to_owned()), password: Secret::new("p"), ..base.clone() };
    assert_eq!(keys(base.clone()), Vec::<&str>::new());
    assert_eq!(keys(Settings { tls: Encryption::None, ..login.clone() }), ["tls"]);
    assert_eq!(
        keys(Settings { tls: Encryption::None, host: "127.0.0.1".to_owned(), ..login.clone() }),
        [""; 0]
    );
    assert_eq!(keys(Settings { password: Secret::default(), ..login.clone() }), ["user"]);
    assert_eq!(keys(Settings { user: None, ..login }), ["password"]);
    assert_eq!(keys(Settings { ca_file: Some("/nowhere/ca.pem".into()), ..base.clone() }), ["ca_file"]);
    let nonsense = Settings { host: String::new(), port: 0, timeout_seconds: 0, pool_size: 0, ..base };
    assert_eq!(keys(nonsense), ["host", "port", "timeout_seconds", "pool_size"]);
}
