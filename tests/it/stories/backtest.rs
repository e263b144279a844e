//! `guichet backtest`: before a changed rule set goes live, what it would do otherwise is told, the worst first.

use chrono::Duration;
use guichet::clock::paris_day;
use guichet::store::View;
use guichet::triage::RuleFiles;
use serde_json::{Value, json};

use super::texts::{SILL_MAIL, TRAINING, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::rules::{Trial, careful, changed, loaded};
use crate::support::story::Story;

on_both!(
    the_same_rules_change_nothing,
    a_new_refusal_comes_first_and_people_decide_what_it_is_worth,
    another_text_of_a_refusal_is_told_and_judged_by_its_topic,
    a_refusal_less_is_told_and_needs_no_look,
    what_the_rules_in_force_do_already_is_no_news_of_the_change,
    only_tickets_since_a_day_are_replayed,
    what_does_not_read_is_counted_and_left_out,
);

/// A service whose rules refuse no training alone, with one such mail and one about the catalogue.
async fn begin(database: Database) -> (Trial, Story) {
    let trial = Trial::new(&database.settings);
    trial.in_force(&trial.rules("careful", &careful()));
    let story = Story::begin_ruled(database, loaded(&careful()), |_| {}).await;
    story.receive(&training_mail("t1")).await;
    story.receive(SILL_MAIL).await;
    (trial, story)
}

/// How many are right, of how many.
fn counted(share: &Value) -> (u64, u64) {
    (share["right"].as_u64().unwrap(), share["of"].as_u64().unwrap())
}

fn pairs(of: &Value) -> Vec<(&str, &str, u64)> {
    of.as_array()
        .unwrap()
        .iter()
        .map(|m| (m["old"].as_str().unwrap(), m["new"].as_str().unwrap(), m["count"].as_u64().unwrap()))
        .collect()
}

async fn the_same_rules_change_nothing(database: Database) {
    let (trial, _story) = begin(database).await;
    let (code, told) = trial.json(&["backtest", "--rules", &trial.rules("new", &careful())]);
    assert_eq!(code, Some(0));
    assert_eq!(told["ruleset_current"], told["ruleset_new"]);
    let tickets = &told["sources"][0];
    assert_eq!((&tickets["replayed"], &tickets["unreadable"]), (&json!(2), &json!(0)));
    assert_eq!(pairs(&tickets["actions"]), [("queue", "queue", 2)]);
    assert_eq!(told["changes"], json!([]));
}

async fn a_new_refusal_comes_first_and_people_decide_what_it_is_worth(database: Database) {
    let (trial, story) = begin(database).await;
    // Two changes: training may be refused alone, and the catalogue's reply has another name.
    let mut files = changed("categories.toml", "reply = \"sill\"", "reply = \"sill-referent\"");
    files.texts.get_mut("sill.toml").unwrap().push('\n');
    let new = trial.rules("new", &files);
    let backtest = ["backtest", "--rules", new.as_str()];
    let (code, told) = trial.json(&backtest);
    assert_eq!((code, &told["verdict"]), (Some(1), &json!("look")), "nobody has judged it");
    let first = &told["changes"][0];
    assert_eq!(first["group"], "newly_refused");
    assert_eq!((&first["judged"], &first["already"]), (&json!("nobody"), &json!(false)));
    assert_eq!((&first["old"]["action"], &first["new"]["action"]), (&json!("queue"), &json!("refuse")));
    let reference = first["id"].as_str().unwrap().to_owned();
    let file = story.desk.store().ticket_file(&reference).await.unwrap().unwrap();
    assert_eq!(file.ticket.category, "refused-training");
    let decision = file.decision.clone().unwrap();
    let words = &decision.evidence.iter().find(|e| e.category == "refused-training").unwrap().text;
    assert!(first["matched"].to_string().contains(words), "{}", first["matched"]);
    assert_eq!(pairs(&told["sources"][0]["actions"]), [("queue", "queue", 1), ("queue", "refuse", 1)]);
    let (_, said) = trial.guichet(&backtest);
    let heading = said.find("Nouveaux refus automatiques : 1").expect(&said);
    assert!(heading < said.find("Nouvelles mises à l’écart : 0").expect(&said));
    assert!(said.contains(&format!("  {reference}  À une personne, Formation")), "{said}");
    assert!(said.contains(&format!("« {words} »")), "{said}");

    // A person refuses it: they judged so too.
    let text = story.desk.draft(&reference, "refusal-training").await.unwrap().unwrap();
    story.desk.refuse(&story.seen(&file), &text).await.unwrap();
    let (code, told) = trial.json(&backtest);
    assert_eq!((code, &told["changes"][0]["judged"]), (Some(0), &json!("same")));
    assert_eq!(counted(&told["sources"][0]["new"]["alone"]), (1, 1));

    // No: it was about the catalogue.
    let file = story.desk.store().ticket_file(&reference).await.unwrap().unwrap();
    story.desk.correct(&story.seen(&file), "sill").await.unwrap();
    let (code, told) = trial.json(&backtest);
    assert_eq!((code, &told["verdict"]), (Some(2), &json!("worse")));
    let first = &told["changes"][0];
    assert_eq!((&first["judged"], &first["people"]), (&json!("otherwise"), &json!("sill")));
    assert_eq!(counted(&told["sources"][0]["old"]["category"]), (0, 1));
    let (_, said) = trial.guichet(&backtest);
    assert!(said.contains("UNE PERSONNE EN A DÉCIDÉ AUTREMENT : Socle interministériel"), "{said}");
}

async fn another_text_of_a_refusal_is_told_and_judged_by_its_topic(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    let files = changed("categories.toml", "reply = \"refusal-training\"", "reply = \"refusal-other\"");
    let new = trial.rules("new", &files);
    let backtest = ["backtest", "--rules", new.as_str()];
    let (code, told) = trial.json(&backtest);
    let change = &told["changes"][0];
    assert_eq!((code, &change["group"]), (Some(1), &json!("another_text")), "nobody has judged that text");
    assert_eq!((&change["old"]["action"], &change["new"]["action"]), (&json!("refuse"), &json!("refuse")));
    let (_, said) = trial.guichet(&backtest);
    assert!(said.contains("Autres textes envoyés sans personne : 1"), "{said}");
    assert!(said.contains("(refusal-training) → ") && said.contains("(refusal-other)"), "{said}");

    // Refused, and for another reason: that text would not be the one of its topic.
    let file = story.ticket().await;
    story.desk.correct(&story.seen(&file), "refused-promotion").await.unwrap();
    assert_eq!(trial.json(&backtest).1["changes"][0]["judged"], "otherwise");
    let file = story.ticket().await;
    story.desk.correct(&story.seen(&file), "refused-training").await.unwrap();
    let (code, told) = trial.json(&backtest);
    assert_eq!((code, &told["changes"][0]["judged"]), (Some(0), &json!("same")));
}

async fn a_refusal_less_is_told_and_needs_no_look(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    let (code, told) = trial.json(&["backtest", "--rules", &trial.rules("new", &careful())]);
    assert_eq!((code, &told["counts"]["no_longer_refused"]), (Some(0), &json!(1)));
    assert_eq!(told["changes"][0]["id"], json!(story.ticket().await.ticket.reference));
}

async fn what_the_rules_in_force_do_already_is_no_news_of_the_change(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin_ruled(database, loaded(&careful()), |_| {}).await;
    story.receive(&training_mail("t1")).await;
    // In force since: the shipped rules, which refuse it; the change is another one.
    let mut files = RuleFiles::embedded();
    files.texts.get_mut("sill.toml").unwrap().push('\n');
    let (code, told) = trial.json(&["backtest", "--rules", &trial.rules("new", &files)]);
    assert_eq!(code, Some(0));
    let change = &told["changes"][0];
    assert_eq!((&change["group"], &change["already"]), (&json!("newly_refused"), &json!(true)));
}

async fn only_tickets_since_a_day_are_replayed(database: Database) {
    let (trial, story) = begin(database).await;
    let today = paris_day(story.clock.now());
    let rules = trial.rules("new", &careful());
    for (day, replayed) in [(today, 2), (today + Duration::days(1), 0)] {
        let (code, told) = trial.json(&["backtest", "--rules", &rules, "--since", &day.to_string()]);
        assert_eq!((code, &told["sources"][0]["replayed"]), (Some(0), &json!(replayed)), "{day}");
    }
}

async fn what_does_not_read_is_counted_and_left_out(database: Database) {
    let (trial, story) = begin(database).await;
    let spoil = "UPDATE ticket SET decision = '{}' WHERE category = 'sill'";
    story.desk.store().run_script(spoil).await.unwrap();
    let (code, told) = trial.json(&["backtest", "--rules", &trial.rules("new", &careful())]);
    let tickets = &told["sources"][0];
    assert_eq!((code, &tickets["replayed"], &tickets["unreadable"]), (Some(1), &json!(1), &json!(1)));
    let rows = story.view(View::All).await;
    let spoilt = rows.iter().find(|row| row.ticket.category == "sill").unwrap();
    assert_eq!(trial.guichet(&["explain", &spoilt.ticket.reference]).0, Some(65));
}

#[tokio::test(flavor = "multi_thread")]
async fn labelled_requests_are_judged_by_their_labels() {
    let (trial, _story) = begin(Database::sqlite()).await;
    let new = trial.rules("new", &RuleFiles::embedded());
    let line = |id: &str, category: &str, must_not_refuse: bool| {
        json!({"id": id, "channel": "mail", "subject": "", "body": TRAINING, "category": category,
            "must_not_refuse": must_not_refuse})
        .to_string()
    };
    let good = trial.write("good.jsonl", &line("A", "refused-training", false));
    let bad =
        trial.write("bad.jsonl", &[line("B", "refused-training", true), line("C", "sill", false)].join("\n"));
    let backtest = ["backtest", "--rules", &new, "--since", "2100-01-01", "--labelled"];
    let (code, told) = trial.json(&[&backtest[..], &[&good]].concat());
    assert_eq!((code, &told["changes"][0]["judged"]), (Some(0), &json!("same")));
    let (code, told) = trial.json(&[&backtest[..], &[&good, "--labelled", &bad]].concat());
    assert_eq!((code, &told["counts"]["newly_refused"]), (Some(2), &json!(3)));
    let ids: Vec<&Value> = told["changes"].as_array().unwrap().iter().map(|change| &change["id"]).collect();
    assert_eq!(ids, ["B", "C", "A"], "those against what people decided come first");
    assert_eq!(counted(&told["sources"][2]["new"]["category"]), (1, 2));
    let (_, said) = trial.guichet(&[&backtest[..], &[&bad, "--limit", "1"]].concat());
    assert!(said.contains("… et 1 autres") && !said.contains("  C ("), "{said}");

    // Formation alone would look like no contradiction: what else is asked is why it must not be refused.
    let both = json!({"id": "D", "channel": "mail", "subject": "", "body": TRAINING, "category": "refused-training",
        "topics": ["refused-training", "sill"], "must_not_refuse": true});
    let both = trial.write("both.jsonl", &both.to_string());
    let (code, told) = trial.json(&[&backtest[..], &[&both]].concat());
    let change = &told["changes"][0];
    assert_eq!((code, &change["people"]), (Some(2), &json!("refused-training")));
    assert_eq!((&change["people_also"], &change["must_not_refuse"]), (&json!(["sill"]), &json!(true)));
    let (_, said) = trial.guichet(&[&backtest[..], &[&both]].concat());
    let told = "UNE PERSONNE EN A DÉCIDÉ AUTREMENT : Formation, et aussi Socle interministériel";
    assert!(said.contains(told) && said.contains(" ; à ne pas refuser\n"), "{said}");

    let unknown = trial.write("unknown.jsonl", &line("A", "no-such-category", false));
    for (given, code) in [(unknown.as_str(), 65), ("/nowhere/at-all.jsonl", 66)] {
        let (got, said) = trial.guichet(&[&backtest[..], &[given]].concat());
        assert_eq!(got, Some(code), "{said}");
        assert!(said.contains(given), "{said}");
    }
}
