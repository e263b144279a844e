//! `guichet user`: the real program on a database of its own.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::plain_spaces;

/// Runs `guichet user …`; success, and what was told on either stream.
fn user(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let file = folder.join("config.toml");
    let url = format!("[database]\nurl = \"sqlite:{}\"\n", folder.join("guichet.db").display());
    std::fs::write(&file, url).unwrap();
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_guichet"))
        .arg("--config")
        .arg(&file)
        .arg("user")
        .args(arguments)
        .output()
        .unwrap();
    let told = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    (status.success(), plain_spaces(&told))
}

#[test]
fn people_are_added_listed_closed_and_let_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let user = |arguments: &[&str]| user(folder.path(), arguments);
    let (listed, told) = user(&["list"]);
    assert!(!listed && told.contains("lancez une première fois « guichet serve »"), "{told}");
    assert!(
        !folder.path().join("guichet.db").exists(),
        "one in the wrong place would hide that the settings were not read"
    );
    std::fs::write(folder.path().join("guichet.db"), "").unwrap();
    assert_eq!(user(&["list"]), (true, "Aucun compte.\n".to_owned()));
    let (added, told) = user(&["add", "Anne@exemple.fr", "Anne Martin"]);
    assert!(added && told.contains("/equipe/premier-acces/"), "{told}");
    let (again, told) = user(&["add", "anne@exemple.fr", "Une autre"]);
    assert!(!again && told.contains("guichet user link"), "{told}");
    assert!(user(&["list"]).1.contains("anne@exemple.fr\tAnne Martin\tlien pas encore utilisé"));

    assert!(user(&["disable", "anne@exemple.fr"]).0);
    assert!(user(&["list"]).1.contains("\tfermé\t"));
    let (linked, told) = user(&["link", "anne@exemple.fr"]);
    assert!(!linked && told.contains("guichet user enable"), "{told}");
    assert!(user(&["enable", "anne@exemple.fr"]).0);
    assert!(user(&["link", "anne@exemple.fr"]).1.contains("/equipe/premier-acces/"));

    assert!(!user(&["add", "pas une adresse", "X"]).0);
    assert!(!user(&["link", "inconnue@exemple.fr"]).0);
}
