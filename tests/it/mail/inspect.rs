//! What `guichet mail inspect` reads besides single files.

use std::fs;
use std::path::Path;

use guichet::cli::mail::{InspectArgs, inspect};
use guichet::mail::address;
use guichet::mail::parse::Own;
use serde_json::Value;

fn subjects(path: &Path) -> Result<Vec<String>, String> {
    let own = Own {
        addresses: vec!["contact@code.gouv.fr".to_owned()],
        domain: "code.gouv.fr".to_owned(),
        authserv_id: None,
        trusted_forwarders: Vec::new(),
    };
    let mut out = Vec::new();
    let args = InspectArgs { paths: vec![path.to_owned()], ..InspectArgs::default() };
    inspect(&args, &own, &mut out).map_err(|error| error.to_string())?;
    let lines = String::from_utf8(out).unwrap();
    let objects = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    Ok(objects.map(|object| object["subject"].as_str().unwrap().to_owned()).collect())
}

#[test]
fn a_maildir_and_an_mbox_give_each_of_their_mails() {
    let folder = tempfile::tempdir().unwrap();
    let maildir = folder.path().join("dossier");
    for (part, name) in [("new", "1.a"), ("cur", "2.b:2,S")] {
        fs::create_dir_all(maildir.join(part)).unwrap();
        fs::write(maildir.join(part).join(name), format!("Subject: {part}\n\nx\n")).unwrap();
    }
    assert_eq!(subjects(&maildir).unwrap().len(), 2);
    let mbox = folder.path().join("boite");
    let from = "From a@b.fr Mon Mar  2 10:14:00 2026";
    fs::write(&mbox, format!("{from}\nSubject: un\n\nx\n{from}\nSubject: deux\n\ny\n")).unwrap();
    assert_eq!(subjects(&mbox).unwrap(), ["un", "deux"]);
}

#[test]
fn a_folder_without_mail_is_said_to_be_empty() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "x").unwrap();
    let error = subjects(folder.path()).unwrap_err();
    assert!(error.contains("aucun courriel") && error.contains(".eml"), "{error}");
}

#[test]
fn an_own_address_is_one_mailbox() {
    assert_eq!(address::single("Contact <contact@code.gouv.fr>").as_deref(), Some("contact@code.gouv.fr"));
    for given in ["notanaddress", "", "a@b.fr, c@d.fr", "contact"] {
        assert_eq!(address::single(given), None, "{given}");
    }
}
