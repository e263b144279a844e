//! `guichet doctor` as an operator runs it: the real binary, a database, a mail server over real sockets, and the probe on its
//! way out and back in.

mod told;

use guichet::clock::Clock;
use guichet::config::Config;
use guichet::desk::{Probe, ProbeSender};
use guichet::keys::Keys;
use guichet::message::Door;
use guichet::store::Filter;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

use crate::support::database::{Database, on_both};
use crate::support::dovecot::{Dovecot, PASSWORD};
use crate::support::installed::Installed;
use crate::support::smtp::{At, Do};
use crate::support::story::{CONTACT, Story};

on_both!(a_probe_that_comes_back_opens_nothing);

/// What the doctor says: exit code and checks.
async fn doctor(installed: &Installed, args: &[&str]) -> (Option<i32>, Vec<Value>) {
    let mut command = installed.command("doctor", None);
    let out = command.arg("--json").args(args).stdout(std::process::Stdio::piped()).output().await.unwrap();
    let told: Value = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out.stderr)));
    assert_eq!(told["ok"], out.status.success(), "the exit code says what the object says");
    (out.status.code(), told["checks"].as_array().unwrap().clone())
}

/// The checks of an area whose name begins so.
fn of<'a>(checks: &'a [Value], area: &str, name: &str) -> Vec<&'a Value> {
    let wanted = |check: &&Value| {
        check["area"] == area && check["name"].as_str().is_some_and(|it| it.starts_with(name))
    };
    checks.iter().filter(wanted).collect()
}

#[track_caller]
fn is(checks: &[Value], area: &str, name: &str, verdict: &str, says: &str) {
    let found = of(checks, area, name);
    let fits = |check: &&&Value| {
        check["verdict"] == verdict && check["says"].as_str().is_some_and(|it| it.contains(says))
    };
    assert!(found.iter().any(|check| fits(&check)), "{area} {name} {verdict} {says}: {checks:#?}");
}

/// More settings for an installed guichet.
fn set(installed: &Installed, more: &str) {
    let file = installed.folder.path().join("config.toml");
    let settings = std::fs::read_to_string(&file).unwrap();
    std::fs::write(file, format!("{settings}\n{more}")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_works_is_told_to_work() {
    let installed = Installed::new().await;
    let (code, checks) = doctor(&installed, &[]).await;
    assert_eq!(code, Some(0), "{checks:#?}");
    for (area, name) in [
        ("settings", "réglages"),
        ("machine", "horloge"),
        ("machine", "dossier de la base"),
        ("machine", "droits de la base"),
        ("machine", "place libre"),
        ("database", "ouverture"),
        ("database", "tables"),
        ("database", "écriture"),
        ("database", "compte"),
        ("relay", "serveur de messagerie"),
        ("relay", "expéditeur vide"),
        ("relay", "expéditeur du service"),
        ("relay", "SMTPUTF8"),
        ("relay", "chiffrement"),
    ] {
        is(&checks, area, name, "good", "");
    }
    is(&checks, "database", "guichet serve", "warning", "aucun ne tient cette base");
    assert!(installed.smtp.received().is_empty(), "nothing was sent");
    // People read the same in French.
    let mut command = installed.command("doctor", None);
    let out = command.stdout(std::process::Stdio::piped()).output().await.unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(
        text.contains("Courriel qui part\n  ✓ bon     serveur de messagerie") && text.contains("⚠ à voir"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_work_is_told_with_what_to_do() {
    let mut installed = Installed::new().await;
    installed.smtp.script([(At::Mail, Do::Accept), (At::Mail, Do::Say("550 5.7.1 null sender refused"))]);
    let (code, checks) = doctor(&installed, &[]).await;
    assert_eq!(code, Some(1));
    is(&checks, "relay", "expéditeur du service", "good", "");
    is(&checks, "relay", "expéditeur vide", "fault", "null sender refused");
    is(&checks, "relay", "expéditeur vide", "fault", "refusé par une règle");
    assert!(
        checks.iter().all(|check| check["verdict"] == "good" || check["mend"].is_string()),
        "{checks:#?}"
    );

    installed.smtp.stop().await;
    let (code, checks) = doctor(&installed, &["--probe", "--wait", "5s"]).await;
    assert_eq!(code, Some(1));
    is(&checks, "relay", "serveur de messagerie", "fault", "la connexion est refusée");
    is(&checks, "probe", "envoi", "fault", "la connexion est refusée");

    let file = installed.folder.path().join("guichet.db");
    std::fs::rename(&file, installed.folder.path().join("elsewhere.db")).unwrap();
    let (code, checks) = doctor(&installed, &[]).await;
    assert_eq!(code, Some(1));
    is(&checks, "database", "ouverture", "fault", "il n’y a pas de base");
    assert!(!file.exists(), "looking makes none");

    set(&installed, "[form]\nmax_files = 99\n");
    let (code, checks) = doctor(&installed, &[]).await;
    assert_eq!(code, Some(1));
    is(&checks, "settings", "réglages", "fault", "form.max_files");
    assert_eq!(checks.len(), 1, "what follows from the settings is not told twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_were_lost_are_told_by_the_doctor_and_at_each_start() {
    let installed = Installed::new().await;
    assert_eq!(installed.receive(None).await, Some(0));
    let (_, checks) = doctor(&installed, &[]).await;
    is(&checks, "database", "clés de signature", "warning", "n’est plus là");
    for start in ["the one that makes them", "a later one"] {
        let mut serving = installed.command("serve", None).spawn().unwrap();
        let mut lines = BufReader::new(serving.stderr.take().unwrap()).lines();
        let mut said = String::new();
        while let Some(line) = lines.next_line().await.unwrap()
            && !line.contains("guichet serves")
        {
            said.push_str(&line);
        }
        assert!(said.contains("WARN") && said.contains("younger than the first request"), "{start}: {said}");
        serving.kill().await.unwrap();
    }
    let (_, checks) = doctor(&installed, &[]).await;
    is(&checks, "database", "clés de signature", "warning", "après la première demande");
    let keys = installed.folder.path().join("guichet.keys");
    let text = std::fs::read_to_string(&keys).unwrap();
    std::fs::write(
        &keys,
        text.lines().filter(|line| !line.starts_with("# Faite le")).collect::<Vec<_>>().join("\n"),
    )
    .unwrap();
    let (_, checks) = doctor(&installed, &[]).await;
    assert!(of(&checks, "database", "clés de signature").is_empty(), "the operator has taken note");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_person_mends_ends_serve_with_78() {
    let installed = Installed::new().await;
    // A folder of replies without one of them.
    std::fs::create_dir(installed.folder.path().join("replies")).unwrap();
    let empty = format!("[templates]\ndir = \"{}\"\n", installed.folder.path().display());
    let nothing = format!("[templates]\ndir = \"{}/replies\"\n", installed.folder.path().display());
    for more in ["[form]\nmax_files = 99\n", "[keys]\nsecrets = [\"court\"]\n", &empty, &nothing] {
        let file = installed.folder.path().join("config.toml");
        let plain = std::fs::read_to_string(&file).unwrap();
        set(&installed, more);
        let code = installed.command("serve", None).output().await.unwrap().status.code();
        assert_eq!(code, Some(78), "{more}");
        std::fs::write(&file, plain).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mailbox_is_knocked_at() {
    let installed = Installed::new().await;
    let dovecot = Dovecot::start();
    let mailbox = |password: &str, folder: &str| {
        format!(
            "[[imap.mailboxes]]\nname = \"contact\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nuser = \"contact\"\n\
             password = \"{password}\"\nfolder = \"{folder}\"\n",
            dovecot.imap()
        )
    };
    let plain = std::fs::read_to_string(installed.folder.path().join("config.toml")).unwrap();
    for (password, folder, verdict, says) in [
        (PASSWORD, "INBOX", "good", "le dossier « INBOX » s’ouvre"),
        (PASSWORD, "Nulle part", "fault", "Nulle part"),
        ("faux", "INBOX", "fault", "refuse l’identification"),
    ] {
        std::fs::write(installed.folder.path().join("config.toml"), &plain).unwrap();
        set(&installed, &mailbox(password, folder));
        let (code, checks) = doctor(&installed, &[]).await;
        is(&checks, "doors", "IMAP « contact »", verdict, says);
        assert_eq!(code, Some(i32::from(verdict == "fault")));
    }
}

/// The mail server takes both probes and hands them to the pipe, as a border that has checked them.
#[tokio::test(flavor = "multi_thread")]
async fn a_probe_goes_out_and_comes_back() {
    let installed = Installed::new().await;
    set(&installed, "[mail]\nauthserv_id = \"mx.code.gouv.fr\"\n");
    let looking = doctor(&installed, &["--probe", "--wait", "1m"]);
    let border = async {
        for mail in installed.smtp.wait_for(2).await {
            assert_eq!(mail.to, [CONTACT]);
            let spf = if mail.from.is_empty() {
                "none smtp.helo=relais.example"
            } else {
                "pass smtp.mailfrom=code.gouv.fr"
            };
            let border = format!(
                "Return-Path: <{}>\r\nAuthentication-Results: mx.code.gouv.fr; dkim=pass header.d=code.gouv.fr;\r\n spf={spf}; \
                 dmarc=pass header.from=code.gouv.fr\r\nDKIM-Signature: v=1; d=code.gouv.fr; s=1; bh=x; b=y\r\n",
                mail.from
            );
            let mut pipe = installed.command("receive", None);
            pipe.arg(format!("--envelope-from={}", mail.from)).arg(format!("--envelope-to={CONTACT}"));
            let mut pipe = pipe.stdin(std::process::Stdio::piped()).spawn().unwrap();
            let mut input = pipe.stdin.take().unwrap();
            input.write_all(&[border.as_bytes(), &mail.data].concat()).await.unwrap();
            drop(input);
            assert_eq!(pipe.wait().await.unwrap().code(), Some(0));
        }
    };
    let ((code, checks), ()) = tokio::join!(looking, border);
    assert_eq!(code, Some(0), "{checks:#?}");
    is(&checks, "probe", "retour, expéditeur vide", "warning", "revenu par guichet receive");
    is(&checks, "probe", "enveloppe, expéditeur vide", "good", "resté vide");
    is(&checks, "probe", "enveloppe, expéditeur du service", "good", "alignés");
    is(&checks, "probe", "signature DKIM", "good", "code.gouv.fr");
    is(&checks, "probe", "jugement de l’arrivée", "good", "DMARC pass");
    // No probe leaves where it could not come back.
    let (code, checks) = doctor(&installed, &["--probe", "autre@ville.example", "--wait", "5s"]).await;
    assert_eq!(code, Some(1));
    is(&checks, "probe", "envoi", "fault", "n’est pas une adresse du service");
}

async fn a_probe_that_comes_back_opens_nothing(database: Database) {
    let story = Story::begin(database).await;
    let service = Config::defaults().service;
    let keys = Keys::new(vec![vec![7; 32]]).unwrap();
    let now = Clock::system().now();
    for sender in [ProbeSender::Null, ProbeSender::Service] {
        let probe = Probe::write(&service, &keys, CONTACT, sender, now).unwrap();
        let text = String::from_utf8(probe.raw).unwrap().replace("\r\n", "\n");
        // By two doors, and once more.
        for _ in 0..2 {
            story.receive_from(probe.envelope_from.as_deref().unwrap_or_default(), &text).await;
        }
    }
    let all = Filter { limit: 50, view: guichet::store::View::All, ..Filter::default() };
    assert!(story.desk.store().queue(&all).await.unwrap().is_empty(), "no ticket, not even one set aside");
    assert!(story.smtp.received().is_empty());
    story.balance().await;
    let ledger = story.desk.store().ledger().await.unwrap();
    let line = ledger.iter().find(|line| line.door == Door::Pipe).unwrap();
    assert_eq!((line.arrived, line.probes), (4, 4));

    // Nobody else can make mail vanish so.
    let stranger = Keys::new(vec![vec![8; 32]]).unwrap();
    let forged = Probe::write(&service, &stranger, CONTACT, ProbeSender::Service, now).unwrap();
    let text = String::from_utf8(forged.raw).unwrap().replace("\r\n", "\n");
    story.receive_from("x@ville.example", &text.replace("From: ", "From: x@ville.example\nX-Was: ")).await;
    assert_eq!(story.desk.store().queue(&all).await.unwrap().len(), 1);
    story.balance().await;
}
