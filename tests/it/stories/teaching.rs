//! From people's acts to `guichet rules`: the examples that `guichet train` takes, and what is said of each rule.

use std::process::{Command, Output};

use chrono::Duration;
use guichet::clock::paris_day;
use guichet::store::{self, View};
use serde_json::Value;

use super::texts::{SILL_MAIL, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::plain_spaces;
use crate::support::rules::Trial;
use crate::support::story::Story;

on_both!(
    examples_are_written_for_training,
    rules_are_counted_against_what_people_decided,
    every_page_is_walked_once,
    an_empty_service_has_a_report,
    rules_commands_have_their_exit_codes,
);

/// A service, and the settings file with which its operator calls commands.
struct Operated {
    story: Story,
    folder: tempfile::TempDir,
}

impl Operated {
    async fn begin(database: Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = &database.settings.url;
        let settings = format!("[database]\nurl = \"{url}\"\n[keys]\nsecrets = [\"{}\"]\n", "k".repeat(40));
        std::fs::write(folder.path().join("config.toml"), settings).unwrap();
        let story =
            Story::begin_with(database, |config| config.automatic.mode = guichet::desk::Mode::Observe).await;
        Self { story, folder }
    }

    async fn guichet(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guichet"));
        command.arg("--config").arg(self.folder.path().join("config.toml")).args(arguments);
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }

    async fn told(&self, arguments: &[&str]) -> String {
        let output = self.guichet(arguments).await;
        assert!(output.status.success(), "{output:?}");
        plain_spaces(&String::from_utf8(output.stdout).unwrap())
    }

    /// The mail of the SILL, once more by another writer.
    async fn another_sill_mail(&self, number: usize) -> String {
        let mail = SILL_MAIL
            .replace("ingrid@", &format!("ingrid{number}@"))
            .replace("sill-1@", &format!("sill-x{number}@"));
        self.story.receive(&mail).await;
        self.story.view(View::All).await.remove(0).ticket.reference
    }

    async fn correct(&self, reference: &str, category: &str) {
        let file = self.story.desk.store().ticket_file(reference).await.unwrap().unwrap();
        self.story.desk.correct(&self.story.seen(&file), category).await.unwrap();
    }
}

async fn examples_are_written_for_training(database: Database) {
    let operated = Operated::begin(database).await;
    let story = &operated.story;
    let day = paris_day(story.clock.now());
    story.receive(&training_mail("t1")).await;
    let file = story.ticket().await;
    story.desk.refuse(&story.seen(&file), "Bonjour, non.").await.unwrap();
    let sill = operated.another_sill_mail(1).await;
    operated.correct(&sill, "purchasing").await;
    // Answered instead of refused: wrong, and nobody said what is right.
    story.receive(&training_mail("t2").replace("quinzaine", "vingtaine")).await;
    let unlabelled = story.view(View::All).await.remove(0).ticket.reference;
    let file = story.desk.store().ticket_file(&unlabelled).await.unwrap().unwrap();
    story.desk.answer(&story.seen(&file), "Bonjour, oui.", true).await.unwrap();

    let output = operated.guichet(&["rules", "examples"]).await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.starts_with("1 exemple n’est pas écrit"), "{said}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [training, purchasing] = &lines[..] else { panic!("two examples: {text}") };
    assert_eq!((&training["category"], &training["agreed"]), (&"refused-training".into(), &true.into()));
    assert_eq!((&training["must_not_refuse"], &training["lang"]), (&false.into(), &"fr".into()));
    assert_eq!(training["date"], day.to_string());
    assert_eq!((&purchasing["told"], &purchasing["category"]), (&"sill".into(), &"purchasing".into()));
    assert_eq!(
        (&purchasing["must_not_refuse"], &purchasing["topics"]),
        (&true.into(), &serde_json::json!(["purchasing"]))
    );
    for name in ["Maryvonne", "Quintard", "Ingrid", "Solberg", "@", sill.as_str()] {
        assert!(!text.contains(name), "{name} in {text}");
    }

    // Beside the shipped files: the same shape, so that one command takes both.
    let file = operated.folder.path().join("examples.jsonl");
    std::fs::write(&file, &text).unwrap();
    let (weights, file) = (operated.folder.path().join("weights.txt"), file.display().to_string());
    let trained = operated.told(&["train", "--only", "--out", &weights.display().to_string(), &file]).await;
    assert!(trained.starts_with("2 exemples"), "{trained}");
    let figures = operated.told(&["evaluate", "--json", &file]).await;
    assert_eq!(serde_json::from_str::<Value>(&figures).unwrap()["accuracy"]["of"], 2);

    // Since the day after: nothing. The hour of Paris bounds the day.
    let tomorrow = (day + Duration::days(1)).to_string();
    assert_eq!(operated.told(&["rules", "examples", "--since", &tomorrow]).await, "");
    assert_eq!(operated.told(&["rules", "examples", "--since", &day.to_string()]).await, text);
}

async fn rules_are_counted_against_what_people_decided(database: Database) {
    let operated = Operated::begin(database).await;
    let story = &operated.story;
    // Six times people say that what the rules of the SILL told is about purchasing, once they leave it.
    let mut references = Vec::new();
    for number in 0..7 {
        references.push(operated.another_sill_mail(number).await);
    }
    for reference in &references[..6] {
        operated.correct(reference, "purchasing").await;
    }
    story.receive(&training_mail("t1")).await;
    let training = story.view(View::All).await.remove(0).ticket.reference;
    let file = story.desk.store().ticket_file(&training).await.unwrap().unwrap();
    story.desk.refuse(&story.seen(&file), "Bonjour, non.").await.unwrap();

    let report: Value = serde_json::from_str(&operated.told(&["rules", "report", "--json"]).await).unwrap();
    assert_eq!(
        (&report["tickets"], &report["agreement"]["of"], &report["agreement"]["right"]),
        (&8.into(), &7.into(), &1.into())
    );
    let all = report["lying"].as_array().unwrap();
    let lying: Vec<&Value> = all.iter().filter(|rule| rule["category"] == "sill").collect();
    assert!(!lying.is_empty(), "{report}");
    for rule in &lying {
        assert_eq!(
            (&rule["category"], &rule["precision"]["of"], &rule["precision"]["right"]),
            (&"sill".into(), &6.into(), &0.into()),
            "{rule}"
        );
        assert_eq!(rule["hits"], 7);
        assert!(rule["precision"]["interval"][1].as_f64().unwrap() < 0.5 && rule["last_hit"].is_string());
    }
    let others = report["others"].as_array().unwrap();
    let right: Vec<&Value> = others.iter().filter(|rule| rule["category"] == "refused-training").collect();
    assert!(
        !right.is_empty()
            && right.iter().all(|rule| rule["precision"]["right"] == 1 && rule["precision"]["of"] == 1),
        "{others:?}"
    );
    assert!(!report["idle"].as_array().unwrap().is_empty());

    let text = operated.told(&["rules", "report"]).await;
    let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} in {text}"));
    assert!(place("Règles qui se trompent") < place(lying[0]["rule"].as_str().unwrap()));
    assert!(place(lying[0]["rule"].as_str().unwrap()) < place("Règles qui n’ont jamais touché"));
    assert!(place("Règles qui n’ont jamais touché") < place("Autres règles"));
    assert!(
        text.contains("8 demandes, dont 7 jugées par une personne ; le tri avait raison pour 1 (14 %)."),
        "{text}"
    );
    let tomorrow = (paris_day(story.clock.now()) + Duration::days(1)).to_string();
    let since = operated.told(&["rules", "report", "--since", &tomorrow]).await;
    assert!(since.contains("\n0 demandes depuis le "), "{since}");
}

async fn every_page_is_walked_once(database: Database) {
    let operated = Operated::begin(database).await;
    let store = operated.story.desk.store();
    // All at the same instant: only the ids tell them apart.
    let mut references = Vec::new();
    for number in 0..5 {
        let reference = operated.another_sill_mail(number).await;
        operated.correct(&reference, "purchasing").await;
        references.push(store.ticket(&reference).await.unwrap().unwrap().id);
    }
    references.sort();
    let (mut judged, mut examples) = (Vec::new(), Vec::new());
    let (mut last_judged, mut last_example) = (None, None);
    let since = operated.story.clock.now();
    loop {
        let page = store.judged(since, last_judged.as_ref(), 2).await.unwrap();
        judged.extend(page.iter().map(|judged| judged.ticket_id.clone()));
        let Some(end) = page.into_iter().next_back() else { break };
        last_judged = Some(end);
    }
    loop {
        let page = store.examples(since, last_example.as_ref(), 2).await.unwrap();
        examples.extend(page.iter().map(|example| example.ticket_id.clone()));
        let Some(end) = page.into_iter().next_back() else { break };
        last_example = Some(end);
    }
    assert_eq!((&judged, &examples), (&references, &references));
}

async fn an_empty_service_has_a_report(database: Database) {
    let operated = Operated::begin(database).await;
    let text = operated.told(&["rules", "report"]).await;
    assert!(text.contains("0 demandes, dont 0 jugées par une personne"), "{text}");
    assert_eq!(operated.told(&["rules", "examples"]).await, "");
}

async fn rules_commands_have_their_exit_codes(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    let known = story.ticket().await.ticket.reference;
    let nowhere =
        Trial::new(&store::Settings { url: "sqlite:/nonexistent/guichet.db".to_owned(), readers: 1 });
    for (on, args, expected) in [
        (&trial, &["rules", "report"][..], 0),
        (&trial, &["rules", "examples"], 0),
        (&trial, &["rules", "forget", &known], 0),
        (&trial, &["rules", "forget", &known], 0),
        (&trial, &["rules", "forget", "0000-0000"], 66),
        (&trial, &["rules", "forget", "rien"], 64),
        (&nowhere, &["rules", "report"], 66),
        (&nowhere, &["rules", "examples"], 66),
        (&nowhere, &["rules", "forget", &known], 66),
    ] {
        let (code, said) = on.guichet(args);
        assert_eq!(code, Some(expected), "{args:?}: {said}");
    }
    trial.in_force("/nonexistent/rules");
    assert_eq!(
        trial.guichet(&["rules", "report"]).0,
        Some(78),
        "the settings name a folder that is not there"
    );
}
