//! The command line speaks French: its help, and what it says of a line that it cannot read.

use std::process::Command;

use crate::support::plain_spaces;

/// Runs the binary; its exit code, its standard output, its standard error.
fn guichet(args: &[&str]) -> (Option<i32>, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_guichet")).args(args).output().unwrap();
    let said = |octets| plain_spaces(&String::from_utf8(octets).unwrap());
    (out.status.code(), said(out.stdout), said(out.stderr))
}

/// The commands that a help lists.
fn listed(help: &str) -> Vec<&str> {
    let below = help.split("Commandes :\n").nth(1).unwrap_or_default();
    let lines = below.lines().take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}

#[test]
fn the_help_of_every_command_is_french() {
    let (code, root, _) = guichet(&["--help"]);
    assert_eq!(code, Some(0));
    let commands = listed(&root);
    assert!(commands.len() >= 15, "{root}");
    let mut lines: Vec<Vec<&str>> = commands.iter().map(|name| vec![*name]).collect();
    let below: Vec<String> =
        ["rules", "user", "mail"].iter().map(|name| guichet(&[name, "--help"]).1).collect();
    for (name, help) in ["rules", "user", "mail"].iter().zip(&below) {
        lines.extend(listed(help).into_iter().map(|sub| vec![*name, sub]));
    }
    lines.push(vec![]);
    for line in lines {
        let (code, help, _) = guichet(&[&line[..], &["--help"]].concat());
        assert_eq!(code, Some(0), "{line:?}");
        assert!(
            help.contains("\nUtilisation : guichet") && help.contains("Affiche cette aide"),
            "{line:?} {help}"
        );
        for english in
            ["Usage:", "Options:", "Commands:", "Arguments:", "Print", "[default", "[env", "<COMMAND>"]
        {
            assert!(!help.contains(english), "{line:?} {english} {help}");
        }
    }
}

#[test]
fn french_spaces_do_not_break() {
    let breaks = regex::Regex::new(r"[^\s] [:;?!»][^=]|« ").unwrap();
    for args in [&["--help"][..], &["train", "--help"], &["backtest", "--help"], &["explain"], &["clasify"]] {
        let out = Command::new(env!("CARGO_BIN_EXE_guichet")).args(args).output().unwrap();
        let said = String::from_utf8([out.stdout, out.stderr].concat()).unwrap();
        assert!(said.contains('\u{a0}') && !breaks.is_match(&said), "{args:?} {said}");
    }
}

#[test]
fn a_line_that_cannot_be_read_is_told_in_french_with_a_way_out() {
    for (args, says) in [
        (&["clasify"][..], "« clasify » n’est pas une commande ; vouliez-vous dire « classify » ?"),
        (&["explain"], "il manque <DEMANDE>\n\nUtilisation : guichet explain <DEMANDE>"),
        (
            &["classify", "--on", "demain"],
            "« demain » ne convient pas à --on <DATE> ; écrivez une date comme 2026-11-25",
        ),
        (
            &["backtest", "--ruls", "x"],
            "« --ruls » n’est pas un argument de cette commande ; vouliez-vous dire « --rules » ?",
        ),
        (&["backtest", "--rules"], "il manque une valeur à --rules <DOSSIER>"),
        (&["train"], "il manque --out <FICHIER>"),
        (&["check", "x"], "« x » n’est pas un argument de cette commande\n\nUtilisation : guichet check"),
    ] {
        let (code, _, said) = guichet(args);
        assert_eq!(code, Some(64), "{args:?}");
        assert!(said.starts_with(&format!("guichet : {says}")), "{args:?} {said}");
        assert!(said.ends_with("\nL’aide d’une commande : guichet COMMANDE --help\n"), "{said}");
    }
    assert_eq!(guichet(&["receive", "--unknown"]).0, Some(75), "the mail server keeps the mail");
}

#[test]
fn what_the_system_refuses_is_told_in_french() {
    let (code, _, said) = guichet(&["classify", "/nonexistent/requests.jsonl"]);
    assert_eq!(
        (code, said.as_str()),
        (Some(1), "guichet : lecture de /nonexistent/requests.jsonl : introuvable\n")
    );
    let input = "tests/it/usage.rs";
    let (code, _, said) = guichet(&["evaluate", input]);
    let start =
        format!("guichet : {input}, ligne 1 : cette ligne n’est pas un objet JSON de la forme attendue (");
    assert_eq!(code, Some(65), "{said}");
    assert!(said.starts_with(&start), "{said}");
}
