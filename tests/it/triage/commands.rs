//! `guichet classify` and `guichet evaluate` as programs see them.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::plain_spaces;

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
    let told = include_str!("../../../docs/classify.md");
    let named =
        |key: &str| told.lines().any(|line| line.starts_with("| ") && line.contains(&format!("`{key}`")));
    let evidence = lines[0]["evidence"][0].as_object().unwrap();
    for key in lines[2].as_object().unwrap().keys().chain(evidence.keys()) {
        assert!(named(key), "{key} is not told");
    }
}

#[test]
fn the_example_of_the_page_is_what_the_program_says() {
    let told = include_str!("../../../docs/classify.md");
    let block =
        |nth: usize| told.split("```json\n").nth(nth).and_then(|rest| rest.split("```").next()).unwrap();
    let (code, out) = guichet(&["classify"], block(1));
    let mut said: Value = serde_json::from_str(&out).unwrap();
    let mut shown: Value = serde_json::from_str(block(2)).unwrap();
    assert_eq!(code, Some(0));
    // The page shows some of the evidence, and the hash of whatever rules it was written with.
    let all = said["evidence"].take();
    for evidence in shown["evidence"].take().as_array().unwrap() {
        assert!(all.as_array().unwrap().contains(evidence), "{evidence}\n{all}");
    }
    assert_eq!(
        said["ruleset"].take().as_str().unwrap().len(),
        shown["ruleset"].take().as_str().unwrap().len()
    );
    assert_eq!(shown, said, "write the page's example anew: guichet classify");
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
    let table = plain_spaces(&guichet(&["evaluate"], input).1);
    assert!(table.contains("refus à tort : 1"), "{table}");
}

#[test]
fn evaluate_counts_what_held_back_good_refusals_by_its_kind() {
    let line = |id: &str, also: &str| {
        let body = format!("Proposez-vous des formations à LibreOffice pour nos agents ? {also}");
        serde_json::json!({ "id": id, "channel": "form", "body": body, "category": "refused-training" })
            .to_string()
    };
    let input =
        [line("A", "Sinon, quel logiciel ?"), line("B", "Par ailleurs, quel logiciel libre ?")].join("\n");
    let (code, out) = guichet(&["evaluate", "--json"], &input);
    let figures: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &figures["held_back"]["short-hint"]), (Some(0), &2.into()), "{out}");
    let table = plain_spaces(&guichet(&["evaluate"], &input).1);
    assert!(
        table.contains("      2  Le message est court, et un indice parle pour un sujet de l’offre.\n"),
        "{table}"
    );
}

#[test]
fn evaluate_measures_hand_overs_where_labels_and_a_directory_are_given() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("annuaire.csv");
    let entry = "organisation_id,organisation,role,email,confirmed_on\nculture,,amdac,amdac@culture.gouv.fr,2024-05-01\n";
    std::fs::write(&directory, entry).unwrap();
    let line = |id: &str, email: &str, label: &str| {
        let body = "Bonjour, notre bureau a écrit un outil en Python. Sous quelle licence libre publier ce code source ?";
        serde_json::json!({
            "id": id, "channel": "form", "from_email": email, "organisation": "Ministère de la Culture", "subject": "Licence",
            "body": body, "category": "source-publication", "hand_over": label,
        })
        .to_string()
    };
    let (own, other) = ("j@culture.gouv.fr", "j@gmail.com");
    let input = [
        line("A", own, "amdac"),
        line("B", own, "none"),
        line("C", other, "amdac"),
        line("D", other, "none"),
    ]
    .join("\n");
    let args = ["evaluate", "--json", "--on", "2024-09-20", "--directory", directory.to_str().unwrap()];
    let (code, out) = guichet(&args, &input);
    let figures: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &figures["handed_over"]["right"], &figures["handed_over"]["of"]),
        (Some(0), &1.into(), &2.into())
    );
    let wrong: Vec<&Value> =
        figures["false_hand_overs"].as_array().unwrap().iter().map(|fault| &fault["id"]).collect();
    assert_eq!(wrong, ["B"]);
    assert_eq!(figures["hand_overs_held_back"]["address-proves-nothing"], 1);
    let table = plain_spaces(&guichet(&[&args[..1], &args[2..]].concat(), &input).1);
    assert!(
        table.contains("transmissions à tort : 1")
            && table.contains("ce qui a retenu de bonnes transmissions"),
        "{table}"
    );
    let (code, _) = guichet(&args, &line("E", own, "somebody"));
    assert_eq!(code, Some(65), "a label that is none");
}

#[test]
fn what_was_taught_is_judged_by_a_model_without_its_hand() {
    let line = include_str!("../../../rules/model/hands.jsonl").lines().next().unwrap();
    let (code, out) = guichet(&["evaluate", "--json", "--on", "2024-09-20"], line);
    assert_eq!(code, Some(0), "{out}");
    let figures: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&figures["by_fold"], &figures["accuracy"]["of"]), (&1.into(), &1.into()));
    let held_out = include_str!("../../../rules/model/held-out.jsonl").lines().next().unwrap();
    let (_, out) = guichet(&["evaluate", "--json"], held_out);
    let figures: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(figures["by_fold"], 0, "what is held out was taught to nothing");
}

#[test]
fn training_makes_the_same_model_in_whatever_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let lines: Vec<&str> = include_str!("../../../rules/model/hands.jsonl").lines().step_by(20).collect();
    std::fs::write(path("one.jsonl"), lines.join("\n")).unwrap();
    std::fs::write(path("two.jsonl"), lines.iter().rev().copied().collect::<Vec<_>>().join("\n")).unwrap();
    for name in ["one", "two"] {
        let (out, given) = (path(&format!("{name}.txt")), path(&format!("{name}.jsonl")));
        let (code, said) = guichet(&["train", "--only", "--out", &out, &given], "");
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(&format!("{} exemples", lines.len())), "{said}");
    }
    let model = std::fs::read_to_string(path("one.txt")).unwrap();
    assert_eq!(model, std::fs::read_to_string(path("two.txt")).unwrap());
    let names: Vec<&str> =
        model.lines().filter_map(|line| line.split_once('\t')).map(|(name, _)| name).collect();
    assert!(names.iter().any(|name| name.starts_with("w:")) && !model.contains("w:maryse"));
    // Where nothing can be written is told before anything is read.
    for out in [path("missing/weights.txt"), folder.path().to_str().unwrap().to_owned()] {
        let (code, said) = guichet(&["train", "--only", "--out", &out, &path("missing.jsonl")], "");
        assert!(code != Some(0) && said.is_empty(), "{out}");
    }
    let (code, _) =
        guichet(&["train", "--only", "--out", &path("bad.txt"), "-"], r#"{"id":"X1","category":"sil"}"#);
    assert_ne!(code, Some(0), "a category that the offer does not have");
    assert!(!std::path::Path::new(&path("bad.txt")).exists());
}
