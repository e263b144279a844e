//! `tests/mail/*.eml` beside `*.json`: every field named there must be what `guichet mail inspect` gives. Each is a case
//! that somebody's system got wrong; `says` tells which. Options of the command
//! stand there with a `_` before them.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter, Write as _};
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
        trusted_forwarders: Vec::new(),
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
    let mut figures = Figures::default();
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
            figures.count(key, value, given[key] == *value);
            if given[key] != *value {
                let name = file.file_stem().unwrap().to_string_lossy();
                writeln!(faults, "{name}: {key}\n  expected {value}\n  is       {}", given[key]).unwrap();
            }
        }
    }
    println!("{cases} golden mails, each read without an error\n{figures}");
    assert!(faults.is_empty(), "\n{faults}");
    assert!(cases >= 200, "only {cases} golden files were found");
}

/// How many of the mails that state something of a kind are read as they state it; printed with `--nocapture`.
#[derive(Default)]
struct Figures(BTreeMap<&'static str, (usize, usize)>);

impl Figures {
    fn count(&mut self, key: &str, value: &Value, right: bool) {
        let figure = match key {
            "from_address" | "from_name" => "sender",
            "subject" => "subject",
            "kind" => "kind",
            "text" => "new text, without history and signatures",
            "full_text" => "whole text",
            "attachments" => "attachments",
            "bounced_recipients" => "failed recipients",
            "auto_reply_allowed" if value == true => "automatic reply given",
            "auto_reply_allowed" => "automatic reply withheld",
            "auto_reply_reason" => "reason",
            "message_id" | "in_reply_to" | "references" | "original_message_id" => "message ids",
            _ => "other",
        };
        let (stated, correct) = self.0.entry(figure).or_default();
        *stated += 1;
        *correct += usize::from(right);
    }
}

impl Display for Figures {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|(figure, (stated, right))| writeln!(f, "  {figure:42} {right}/{stated}"))
    }
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
