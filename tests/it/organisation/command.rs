//! `guichet organisation`: JSON Lines in, JSON Lines out.

use guichet::cli::organisation::{Args, run};
use serde_json::{Value, json};

use super::{day, reference};

/// The exit code and the lines written.
fn answer(input: &[u8], args: &Args) -> (u8, Vec<Value>) {
    let mut output = Vec::new();
    let code = run(args, reference(), day("2026-11-25"), &mut &*input, &mut output).unwrap();
    let lines = String::from_utf8(output).unwrap();
    (code, lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn args(on: Option<&str>) -> Args {
    Args { on: on.map(day), evaluate: false, corrected: false, files: vec![] }
}

#[test]
fn one_answer_a_line_in_the_same_order() {
    let input = br#"{"id":"a","written":"Sorbonne Universit\u00e9","email_domain":"sorbonne-universite.fr","category":"x"}

{"id":2,"written":"","email_domain":"gmail.com"}
{"id":"c","written":null,"email_domain":"anssi@ssi.gouv.fr"}
"#;
    let (code, lines) = answer(input, &args(Some("2024-09-20")));
    assert_eq!((code, lines.len()), (0, 3));
    assert_eq!(lines[0]["organisation"], "Sorbonne Université");
    assert_eq!(
        [&lines[0]["support"], &lines[0]["expertise"], &lines[0]["mentoring"]],
        [&json!("eligible"), &json!("eligible"), &json!("not_listed")]
    );
    assert_eq!((&lines[1]["id"], &lines[1]["organisation"]), (&json!(2), &Value::Null));
    assert_eq!(lines[1]["support"], "to_verify");
    assert!(lines.iter().all(|line| !line["why"].as_str().unwrap().is_empty()));
    assert_eq!(lines[2]["organisation"], "Agence nationale de la sécurité des systèmes d'information");
}

#[test]
fn today_unless_a_day_is_given() {
    let input = br#"{"id":"a","written":"CNRS","email_domain":""}"#;
    assert_eq!(answer(input, &args(None)).1[0]["support"], "eligible");
    assert_eq!(answer(input, &args(Some("2024-09-20"))).1[0]["support"], "not_listed");
}

#[test]
fn a_bad_line_is_answered_and_the_rest_goes_on() {
    let input = b"{\"id\":\"a\",\"written\":\"CNRS\"}\nnot json\n\xff\xfe\n{\"id\":\"b\",\"written\":[1]}\n{\"id\":\"c\"}\n{\"id\":\"d\",\"written\":\"\"}";
    let (code, lines) = answer(input, &args(None));
    assert_eq!((code, lines.len()), (65, 6));
    for (at, line) in [(1, 2), (2, 3), (3, 4), (4, 5)] {
        assert_eq!((&lines[at]["id"], &lines[at]["line"]), (&Value::Null, &json!(line)));
        assert!(lines[at]["error"].is_string());
    }
    let asks_nothing = lines[4]["error"].as_str().unwrap();
    assert!(asks_nothing.contains("written") && asks_nothing.contains("email_domain"), "{asks_nothing}");
    assert_eq!(lines[5]["id"], "d");
}

#[test]
fn files_are_read_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let files = ["one", "two"].map(|name| dir.path().join(name));
    std::fs::write(&files[0], "{\"id\":1,\"written\":\"DINUM\"}\n").unwrap();
    std::fs::write(&files[1], "{\"id\":2,\"written\":\"DDT 35\"}").unwrap();
    let (code, lines) =
        answer(b"", &Args { on: None, evaluate: false, corrected: false, files: files.to_vec() });
    assert_eq!((code, &lines[0]["id"], &lines[1]["id"]), (0, &json!(1), &json!(2)));
    let missing = Args { on: None, evaluate: false, corrected: false, files: vec![dir.path().join("none")] };
    let error = run(&missing, reference(), day("2026-11-25"), &mut &b""[..], &mut Vec::new()).unwrap_err();
    assert!(error.to_string().contains("none"));
}

#[test]
fn a_line_may_say_its_day() {
    let input = br#"{"written":"CNRS","date":"2024-09-20"}"#;
    assert_eq!(answer(input, &args(None)).1[0]["support"], "not_listed");
    assert_eq!(answer(input, &args(Some("2026-11-25"))).1[0]["support"], "eligible");
}

#[test]
fn labels_are_measured_and_doubt_is_not_being_wrong_and_sure() {
    let input = r#"{"written":"DDPP 35","organisation":null,"support":"eligible","expertise":"eligible","mentoring":"eligible"}
{"written":"CC","support":"not_listed","expertise":"not_listed","mentoring":"not_listed"}
{"written":"CNRS","support":"eligible","expertise":"not_listed","mentoring":"eligible"}
{"written":"CNRS"}
"#;
    let mut output = Vec::new();
    let args = Args { evaluate: true, ..args(Some("2024-09-20")) };
    let code = run(&args, reference(), day("2026-11-25"), &mut input.as_bytes(), &mut output).unwrap();
    assert_eq!(code, 65, "the last line has no labels");
    let told = crate::support::plain_spaces(&String::from_utf8(output).unwrap());
    let row = |name: &str| -> Vec<String> {
        let line = told.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        line.trim_start_matches(name).split_whitespace().map(str::to_owned).collect()
    };
    // Right, wrong, wrong and sure, share.
    assert_eq!(row("support "), ["1", "2", "1", "0.333"], "{told}");
    assert_eq!(row("expertise "), ["2", "1", "0", "0.667"], "{told}");
    assert_eq!(row("les trois"), ["1", "2", "1", "0.333"], "{told}");
    assert_eq!(row("noms justes"), ["0", "sur", "1"], "{told}");
    assert!(told.contains("« CNRS »") && told.contains("\"line\":4"), "{told}");
}
