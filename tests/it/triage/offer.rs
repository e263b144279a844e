//! Switching the offer of services, and putting one heading to sleep: one change in `categories.toml`, and everything else
//! stays where it is.

use std::path::Path;
use std::process::Command;

use guichet::triage::{Action, Directory, RuleFiles, Triage};
use serde_json::Value;

use super::{day, examine, form, mail};
use crate::support::plain_spaces;
use crate::support::rules::{changed, loaded, switched};

/// The shipped rules with the heading of the catalogue asleep.
fn without_sill() -> RuleFiles {
    changed("categories.toml", "id = \"sill\"\n", "id = \"sill\"\nasleep = true\n")
}

fn decided(triage: &Triage, message: &guichet::message::Message) -> guichet::triage::Decision {
    triage.examine(message, day(), &Directory::default())
}

#[test]
fn another_offer_needs_one_change() {
    let triage = loaded(&switched());
    let taxonomy = triage.taxonomy();
    let asleep: Vec<&str> = taxonomy.asleep.iter().map(|category| category.id.as_str()).collect();
    assert_eq!(asleep, ["source-publication", "strategy", "general-culture"]);
    assert_eq!(taxonomy.published_on.unwrap().to_string(), "2025-05-07");
    assert!(taxonomy.in_form().all(|category| !asleep.contains(&category.id.as_str())));
    assert!(taxonomy.get("strategy").is_none() && taxonomy.declared("strategy").is_some());
    let told = guichet::triage::explain::title(taxonomy, "strategy");
    assert_eq!(told, "Accompagnement stratégique", "what older tickets name keeps its title");
}

#[test]
fn what_sleeps_is_heard_by_nobody_and_leads_nowhere_alone() {
    for (files, id, ask) in [
        (switched(), "source-publication", "Sous quelle licence publier le code source de notre logiciel ?"),
        (without_sill(), "sill", "Quel logiciel du SILL peut remplacer OneNote ?"),
    ] {
        let triage = loaded(&files);
        for message in [form("Question", ask), mail("Question", ask)] {
            let awake = examine(&message);
            assert_eq!(awake.category, id, "{ask}");
            assert!(awake.evidence.iter().any(|evidence| evidence.category == id), "{ask}");
            let asleep = decided(&triage, &message);
            assert_eq!(asleep.action, Action::Queue, "{ask}");
            assert!(asleep.reply.is_none(), "nothing proposes an answer that nobody gives: {ask} {asleep:?}");
            assert!(asleep.topics.iter().all(|topic| topic != id), "{ask} {:?}", asleep.topics);
            assert!(asleep.evidence.iter().all(|evidence| evidence.category != id), "{ask}");
            assert!(asleep.candidates.iter().all(|candidate| candidate.category != id), "{ask}");
            assert!(asleep.learned.iter().all(|learned| learned.category != id), "{ask}");
        }
    }
}

#[test]
fn what_is_awake_is_judged_as_before() {
    let triage = loaded(&switched());
    for ask in
        ["Proposez-vous une formation à QGIS ?", "Quel équivalent libre à OneNote y a-t-il dans le SILL ?"]
    {
        let message = form("Question", ask);
        let (before, now) = (examine(&message), decided(&triage, &message));
        assert_eq!(
            (before.action, before.category, before.reply),
            (now.action, now.category, now.reply),
            "{ask}"
        );
        assert!(
            (before.confidence - now.confidence).abs() < 1e-9,
            "{ask}: what sleeps gives its share to nobody"
        );
    }
}

#[test]
fn no_command_stumbles_over_what_sleeps() {
    let site = tempfile::tempdir().unwrap();
    let path = |name: &str| site.path().join(name);
    for (name, text) in &switched().texts {
        write(&path("rules").join(name), text);
    }
    let settings = format!(
        "[rules]\ndir = {:?}\n[database]\nurl = \"sqlite:{}\"\n",
        path("rules"),
        path("g.db").display()
    );
    write(&path("config.toml"), &settings);
    let guichet = |args: &[&str]| {
        let config = path("config.toml");
        let run = Command::new(env!("CARGO_BIN_EXE_guichet")).arg("--config").arg(config).args(args).output();
        let run = run.expect("the binary was built with the tests");
        let said = |octets| plain_spaces(&String::from_utf8(octets).unwrap());
        (run.status.code(), said(run.stdout), said(run.stderr))
    };
    let (code, said, _) = guichet(&["check"]);
    assert_eq!(code, Some(0), "{said}");
    let labelled = path("labelled.jsonl");
    write(
        &labelled,
        concat!(
            r#"{"id":"X1","body":"Sous quelle licence publier un outil de suivi des nids de poule ?","category":"source-publication","topics":["source-publication"]}"#,
            "\n",
            r#"{"id":"X2","body":"Quel équivalent libre à OneNote y a-t-il dans le SILL ?","category":"sill","topics":["sill","strategy"]}"#,
            "\n",
            r#"{"id":"X3","body":"Où planter des tomates ?","category":"gardening","topics":["gardening"]}"#,
            "\n",
        ),
    );
    let labelled = labelled.to_str().unwrap();
    let (code, said, _) = guichet(&["evaluate", "--json", labelled]);
    let figures: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &figures["asleep"]["source-publication"]), (Some(0), &1.into()));
    assert_eq!(figures["accuracy"]["of"], 2, "what sleeps is neither right nor wrong");
    assert_eq!(figures["topics"]["right"], 1, "a topic asleep is not missed");
    let out = path("weights.txt");
    let (code, _, warned) = guichet(&["train", "--only", "--out", out.to_str().unwrap(), labelled]);
    assert_eq!(code, Some(0), "{warned}");
    assert!(warned.contains("gardening (1)") && !warned.contains("source-publication"), "{warned}");
    let model = std::fs::read_to_string(&out).unwrap();
    assert!(
        model.contains("categories\tsill\tsource-publication\n"),
        "who knows it takes it for nothing else"
    );
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
