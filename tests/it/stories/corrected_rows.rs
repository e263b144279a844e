//! Commands over the reference rows that the team corrected: each says which rows it reads.

use guichet::triage::{Correction, Sheet};

use crate::support::database::{Database, on_both};
use crate::support::rules::Trial;
use crate::support::story::Story;

on_both!(commands_read_the_corrected_rows_where_they_are_asked_to);

async fn commands_read_the_corrected_rows_where_they_are_asked_to(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    let (key, cells) = ("marees", [("name", "Bureau des marées"), ("kind", "service"), ("names", "SNMP")]);
    let row = Correction {
        sheet: Sheet::Organisations,
        key: key.to_owned(),
        cells: cells.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
        source: "courriel du secrétariat général".to_owned(),
        valid_from: "2026-11-01".to_owned(),
        valid_until: String::new(),
        made_on: "2026-11-25".parse().unwrap(),
    };
    story.desk.correct_reference(row, "", "", &story.camille.id).await.unwrap();
    let asked = trial.write("asked.jsonl", "{\"id\":1,\"written\":\"SNMP\"}\n");
    let request = "{\"id\":1,\"organisation\":\"SNMP\",\"subject\":\"Licence\",\"body\":\"Quelle licence choisir ?\"}\n";
    let request = trial.write("request.jsonl", request);
    for (command, file) in [("organisation", &asked), ("classify", &request)] {
        let named = |args: &[&str]| {
            let (code, said) = trial.guichet(args);
            assert_eq!(code, Some(0), "{args:?}: {said}");
            let told: serde_json::Value = serde_json::from_str(&said).unwrap();
            (told["organisation"].as_str() == Some("Bureau des marées"), told["ruleset"].clone())
        };
        let (of_files, files) = named(&[command, file]);
        let (of_team, team) = named(&[command, "--corrected", file]);
        assert!(!of_files && of_team, "{command}");
        assert!(command == "organisation" || files != team, "a decision names the rows it was made with");
    }
    // The directory always shows what the team knows.
    let file = format!(
        "organisation_id,organisation,role,name,email,confirmed_on\nmarees,,coordinator,,c@marees.example,{}\n",
        story.clock.today()
    );
    let (code, said) = trial.guichet(&["directory", "import", &trial.write("annuaire.csv", &file)]);
    assert_eq!(code, Some(0), "{said}");
    for command in ["list", "export"] {
        let (code, said) = trial.guichet(&["directory", command]);
        assert!(code == Some(0) && said.contains("Bureau des marées"), "{command}: {said}");
    }
    let nowhere = guichet::store::Settings { url: "sqlite:/nonexistent/guichet.db".to_owned(), readers: 1 };
    let (code, said) = Trial::new(&nowhere).guichet(&["organisation", "--corrected", &asked]);
    assert_eq!(code, Some(66), "{said}");
}
