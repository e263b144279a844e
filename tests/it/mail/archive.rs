//! Archives as `guichet import` reads them.

use std::fs;
use std::io;
use std::path::Path;

use guichet::mail::archive::{ArchiveError, messages};

fn read(path: &Path) -> Vec<(String, String)> {
    let whole: Vec<io::Result<(String, Vec<u8>)>> = messages(path).unwrap().collect();
    whole.into_iter().map(|m| m.map(|(key, raw)| (key, String::from_utf8(raw).unwrap())).unwrap()).collect()
}

#[test]
fn an_mbox_gives_its_messages() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("box");
    let content = "From a@b.fr Mon Mar  2 10:14:00 2026\nSubject: un\n\nFrom Paris, bonjour.\n>From ici\n>>From là\n\n\
                   From here on we agree\nfin\n\nFrom c@d.fr Tue Mar  3 10:14:00 2026\r\nSubject: deux\r\n\r\ncoupé";
    fs::write(&file, content).unwrap();
    let found = read(&file);
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0].1,
        "Subject: un\n\nFrom Paris, bonjour.\nFrom ici\n>From là\n\nFrom here on we agree\nfin\n"
    );
    assert_eq!(found[1].1, "Subject: deux\r\n\r\ncoupé");
    assert_eq!(found, read(&file), "keys stay the same");
    assert_ne!(found[0].0, found[1].0);
    let mut archive = messages(&file).unwrap();
    assert_eq!(archive.total(), content.len() as u64);
    archive.by_ref().for_each(drop);
    assert_eq!(archive.done(), archive.total());
}

#[test]
fn an_appended_mbox_keeps_the_keys_of_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("box");
    let one = "From a@b.fr Mon Mar  2 10:14:00 2026\nSubject: un\n\nx\n\n";
    fs::write(&file, one).unwrap();
    let before = read(&file);
    fs::write(&file, format!("{one}From a@b.fr Mon Mar  2 10:14:00 2026\nSubject: deux\n\ny\n")).unwrap();
    assert_eq!(read(&file)[0], before[0]);
}

#[test]
fn a_maildir_gives_new_and_cur_and_ignores_flags() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["new", "cur", "tmp"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("new/1.a.host"), "Subject: un\n\n").unwrap();
    fs::write(folder.path().join("cur/2.b.host:2,RS"), "Subject: deux\n\n").unwrap();
    fs::write(folder.path().join("tmp/3.c.host"), "Subject: trois\n\n").unwrap();
    let keys: Vec<String> = read(folder.path()).into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["maildir:1.a.host", "maildir:2.b.host"]);
    fs::rename(folder.path().join("new/1.a.host"), folder.path().join("cur/1.a.host:2,S")).unwrap();
    let after: Vec<String> = read(folder.path()).into_iter().map(|(key, _)| key).collect();
    assert_eq!(after, keys, "reading a mail does not change its key");
}

#[test]
fn what_is_no_archive_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(messages(folder.path()), Err(ArchiveError::Unknown(_))));
    let file = folder.path().join("letter.txt");
    fs::write(&file, "Bonjour\n").unwrap();
    assert!(matches!(messages(&file), Err(ArchiveError::Unknown(_))));
    assert!(matches!(messages(&folder.path().join("absent")), Err(ArchiveError::Read { .. })));
    fs::write(&file, "").unwrap();
    assert_eq!(messages(&file).unwrap().count(), 0);
}
