//! `tests/mail/*.eml` beside `*.json`: every field named there must be what `guichet mail inspect` gives. Each is a case
//! that somebody's system got wrong; `says` tells which. Options of the command
//! stand there with a `_` before them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use guichet::cli::mail::{InspectArgs, inspect};
use guichet::mail::parse::Own;
use serde_json::{Map, Value};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail")
}

/// What the command prints for a file.
fn inspected(file: &Path, expected: &Map<String, Value>) -> Value {
    let own = Own {
        addresses: ["contact@code.gouv.fr", "floss@numerique.gouv.fr"].map(str::to_owned).to_vec(),
        domain: "code.gouv.fr".to_owned(),
        authserv_id: None,
    };
    let option = |key: &str| expected.get(key).map(|value| value.as_str().unwrap().to_owned());
    let args = InspectArgs {
        paths: vec![file.to_owned()],
        envelope_from: option("_envelope_from"),
        authserv_id: option("_authserv_id"),
        ..InspectArgs::default()
    };
    let mut out = Vec::new();
    inspect(&args, &own, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn every_golden_file_is_read_as_expected() {
    let mut faults = String::new();
    let mut cases = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|e| e != "eml") {
            continue;
        }
        cases += 1;
        let expected = std::fs::read(file.with_extension("json")).unwrap();
        let expected: Map<String, Value> = serde_json::from_slice(&expected).unwrap();
        let given = inspected(&file, &expected);
        for (key, value) in expected.iter().filter(|(key, _)| *key != "says" && !key.starts_with('_')) {
            if given[key] != *value {
                let name = file.file_stem().unwrap().to_string_lossy();
                writeln!(faults, "{name}: {key}\n  expected {value}\n  is       {}", given[key]).unwrap();
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
    assert!(cases >= 130, "only {cases} golden files were found");
}

#[test]
fn every_path_gives_an_object_and_an_unreadable_one_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    std::fs::write(folder.path().join("b.eml"), "From: b@ville.example\n\nx").unwrap();
    std::fs::write(folder.path().join("inner/a.EML"), "").unwrap();
    std::fs::write(folder.path().join("note.txt"), "no mail").unwrap();
    let paths = vec![folder.path().to_owned(), folder.path().join("absent.eml")];
    let mut out = Vec::new();
    let ended = inspect(&InspectArgs { paths, ..InspectArgs::default() }, &Own::default(), &mut out);
    assert!(ended.is_err());
    let lines: Vec<Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&Value> = lines.iter().map(|line| &line["kind"]).collect();
    assert_eq!(kinds, [&Value::from("request"), &Value::from("malformed"), &Value::Null]);
    assert!(lines[2]["error"].is_string());
}
