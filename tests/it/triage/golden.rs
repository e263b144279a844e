//! What `guichet check` says of broken rule sets, word for word. Each folder of `tests/rules` but `base` is a case: its files
//! replace those of `base` (the smallest set that is in order), `replies/` holds texts that replace shipped replies, a file
//! `NAME.gone` takes `NAME` away, each line `old => new` of a file `NAME.edit` replaces words of `NAME` once, and
//! `expected.txt` is what the command prints. A new case is a new folder.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use guichet::reply::ReplyFiles;
use guichet::triage::RuleFiles;

use crate::support::plain_spaces;

const EXPECTED: &str = "expected.txt";
const LINKS: &str = "reference/links.toml";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")
}

#[test]
fn every_broken_set_is_told_as_expected() {
    let said = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rules");
    let mut differing = String::new();
    let mut cases = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let case = entry.unwrap().path();
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        if name == "base" {
            continue;
        }
        cases += 1;
        let told = checked(&case);
        let expected = fs::read_to_string(case.join(EXPECTED)).unwrap_or_default();
        if told != expected {
            let kept = said.join(&name).join(EXPECTED);
            write(&kept, &told);
            writeln!(
                differing,
                "{name}\n  expected\n{expected}\n  is\n{told}\n  if that is right: cp {} {}/\n",
                kept.display(),
                case.display()
            )
            .unwrap();
        }
    }
    assert!(differing.is_empty(), "\n{differing}");
    assert!(cases >= 40, "only {cases} cases were found");
}

/// What `guichet check` prints of a case, its folders named as the shipped ones are.
fn checked(case: &Path) -> String {
    let site = tempfile::tempdir().unwrap();
    let rules = site.path().join("rules");
    copy(&folder().join("base"), &rules);
    // Shipped replies show shipped links.
    write(&rules.join(LINKS), &RuleFiles::embedded().texts[LINKS]);
    copy(case, &rules);
    let replies = site.path().join("templates/replies");
    for (file, text) in ReplyFiles::embedded().texts {
        // Those of headings that the smallest set does not have would be at fault.
        let category = text.lines().find_map(|line| line.strip_prefix("category = \"")?.strip_suffix('"'));
        if category.is_none_or(|id| folder().join("base").join(format!("{id}.toml")).exists()) {
            write(&replies.join(file), &text);
        }
    }
    if case.join("replies").is_dir() {
        copy(&case.join("replies"), &replies);
    }
    let settings = site.path().join("guichet.toml");
    let dir = |name: &str| site.path().join(name).display().to_string();
    write(
        &settings,
        &format!("[rules]\ndir = {:?}\n[templates]\ndir = {:?}\n", dir("rules"), dir("templates")),
    );
    let out = Command::new(env!("CARGO_BIN_EXE_guichet"))
        .arg("--config")
        .arg(&settings)
        .arg("check")
        .output()
        .unwrap();
    let in_order = out.status.code() == Some(0);
    assert!(in_order || out.status.code() == Some(78), "{}: {out:?}", case.display());
    plain_spaces(&String::from_utf8(out.stdout).unwrap()).replace(&format!("{}/", site.path().display()), "")
}

/// Puts the files of a case or of the base into a folder, over what is there.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some(gone) = name.strip_suffix(".gone") {
            fs::remove_file(to.join(gone)).unwrap();
        } else if let Some(edited) = name.strip_suffix(".edit") {
            edit(&to.join(edited), &fs::read_to_string(&path).unwrap());
        } else if path.is_dir() && name != "replies" {
            copy(&path, &to.join(name));
        } else if path.is_file() && name != EXPECTED {
            write(&to.join(name), &fs::read_to_string(&path).unwrap());
        }
    }
}

/// Replaces words of a file; `\\n` stands for a line end.
fn edit(file: &Path, edits: &str) {
    let mut text = fs::read_to_string(file).unwrap();
    for line in edits.lines() {
        let (old, new) = line.split_once(" => ").unwrap();
        let [old, new] = [old, new].map(|words| words.replace("\\n", "\n"));
        assert!(text.contains(&old), "{old} is not in {}", file.display());
        text = text.replacen(&old, &new, 1);
    }
    write(file, &text);
}

fn write(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}
