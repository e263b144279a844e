//! `guichet classify` and `guichet evaluate` as programs see them.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Runs the binary with some standard input; its exit code and its standard output.
fn guichet(args: &[&str], input: &str) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_guichet"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary was built with the tests");
    let mut stdin = child.stdin.take().expect("its input is a pipe");
    stdin.write_all(input.as_bytes()).expect("it reads to the end");
    drop(stdin);
    let out = child.wait_with_output().expect("it was started");
    (out.status.code(), String::from_utf8(out.stdout).expect("it writes JSON"))
}

#[test]
fn classify_answers_one_line_for_each_line_in_order() {
    let input = concat!(
        r#"{"id":"A","channel":"form","subject":"Formation","body":"Proposez-vous une formation à QGIS ?","category":"sill"}"#,
        "\n\nnot json\n",
        r#"{"id":7,"channel":"mail","subject":"","body":"Hello, which licence should we use for our tool?"}"#,
        "\n",
    );
    let (code, out) = guichet(&["classify", "--on", "2024-09-20"], input);
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((code, lines.len()), (Some(65), 3));
    assert_eq!(lines[0]["id"], "A");
    assert_eq!(lines[0]["category"], "refused-training", "labels of the input are never read");
    assert_eq!(lines[0]["decision"], "refuse");
    assert_eq!(lines[0]["reply_mode"], "send");
    assert!(lines[0]["evidence"][0]["start"].is_u64());
    assert_eq!((&lines[1]["id"], &lines[1]["line"]), (&Value::Null, &Value::from(3)));
    assert!(lines[1]["error"].is_string());
    assert_eq!((&lines[2]["id"], &lines[2]["lang"]), (&Value::from(7), &Value::from("en")));
    for key in [
        "category",
        "topics",
        "confidence",
        "decision",
        "reason",
        "reply",
        "reply_mode",
        "organisation",
        "beneficiary",
        "to_verify",
        "sensitive",
        "lang",
        "evidence",
        "ruleset",
    ] {
        assert!(lines[2].get(key).is_some(), "{key}");
    }
}

#[test]
fn evaluate_measures_labelled_lines() {
    let input = concat!(
        r#"{"id":"A","channel":"form","subject":"","body":"Proposez-vous une formation à QGIS ?","category":"refused-training","topics":["refused-training"],"must_not_refuse":false,"difficulty":"easy","beneficiary":[]}"#,
        "\n",
        r#"{"id":"B","channel":"form","subject":"","body":"Proposez-vous une formation à QGIS ?","category":"sill","topics":["sill"],"must_not_refuse":true,"difficulty":"easy","beneficiary":[]}"#,
        "\n",
    );
    let (code, out) = guichet(&["evaluate", "--json"], input);
    let figures: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, Some(0));
    assert_eq!(figures["accuracy"]["right"], 1);
    assert_eq!(figures["refused"]["right"], 1);
    assert_eq!(figures["false_refusals"][0]["id"], "B");
    let (_, table) = guichet(&["evaluate"], input);
    assert!(table.contains("refus à tort : 1"), "{table}");
}
