//! `guichet explain`: a decision is told as it was taken, taken again, and the two are compared.

use guichet::store::View;
use guichet::triage::RuleFiles;

use super::routed::{JEANNE, ORDER, know_culture, to_us};
use super::texts::{SENSITIVE, SILL_MAIL, training_mail};
use crate::support::database::{Database, on_both};
use crate::support::rules::{Trial, careful};
use crate::support::story::Story;

on_both!(
    what_is_stored_is_decided_again_alike,
    other_rules_decide_otherwise,
    another_directory_decides_otherwise,
    what_a_person_decided_otherwise_is_told_with_its_day,
    what_only_the_kind_of_a_mail_settles_is_settled_again,
    what_cannot_be_explained_has_a_code_of_its_own,
);

async fn what_is_stored_is_decided_again_alike(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    let reference = story.ticket().await.ticket.reference;
    let written = format!("{}-{}", &reference[..4], &reference[4..]).to_lowercase();
    let (code, said) = trial.guichet(&["explain", &written]);
    assert_eq!(code, Some(0), "{said}");
    let decision = story.ticket().await.decision.unwrap();
    for told in [
        format!("Demande {reference}"),
        "Refus automatique : Formation".to_owned(),
        decision.reason.sentence().to_owned(),
        "Les règles le placent en tête".to_owned(),
        "Le modèle le désigne aussi".to_owned(),
        format!("(règle {})", decision.telling_rule.unwrap()),
        format!("« {} »", decision.learned[0].terms[0].text),
        format!("La décision serait la même, avec les mêmes règles ({}).", decision.ruleset),
    ] {
        assert!(said.contains(&told), "{told}\n{said}");
    }
    for evidence in &decision.evidence {
        assert!(said.contains(&evidence.says) && said.contains(&format!("« {} »", evidence.text)));
    }
    // The writer's answer is another message: the decision is about the first.
    story.pass(chrono::Duration::hours(1)).await;
    let refusal = story.smtp.received().remove(0);
    story
        .receive(&Story::reply_to(&refusal, "maryvonne@ac-limoges.example", "Qu'est-ce que le SILL ?"))
        .await;
    assert_eq!(story.ticket().await.messages.len(), 2);
    assert_eq!(trial.guichet(&["explain", &reference]).0, Some(0));
}

async fn other_rules_decide_otherwise(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    story.receive(&training_mail("t1")).await;
    let reference = story.ticket().await.ticket.reference;
    trial.in_force(&trial.rules("careful", &careful()));
    let (code, told) = trial.json(&["explain", &reference]);
    assert_eq!((code, &told["same"]), (Some(1), &serde_json::json!(false)));
    let differences = told["comparison"]["differences"].as_array().unwrap();
    let what: Vec<&str> = differences.iter().map(|d| d["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["action", "reason", "reply"], "what did not change is not told");
    assert_eq!(differences[0]["then"], "Refus automatique");
    assert_eq!(differences[0]["now"], "À une personne");
    assert_ne!(told["comparison"]["ruleset_then"], told["comparison"]["ruleset_now"]);
    assert_eq!(told["then"]["decision"]["action"], "refuse");
    assert_eq!(told["now"]["decision"]["action"], "queue");
    assert!(!told["now"]["explanation"]["held_back"].as_array().unwrap().is_empty());
    let (_, said) = trial.guichet(&["explain", &reference]);
    assert!(said.contains("La décision serait autre, avec d’autres règles"), "{said}");
    assert!(said.contains("Suite : Refus automatique → À une personne"), "{said}");
    assert!(said.contains("Ce qui l’a retenu d’agir seul"), "today's decision is explained too: {said}");
}

async fn another_directory_decides_otherwise(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    story.receive(&to_us(JEANNE, "Bon de commande", ORDER)).await;
    let reference = story.ticket().await.ticket.reference;
    know_culture(&story).await;
    let (code, said) = trial.guichet(&["explain", &reference]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("l’annuaire a changé depuis") && !said.contains("programme"), "{said}");
    let (_, told) = trial.json(&["explain", &reference]);
    assert_eq!(told["comparison"]["directory_changed"], true);
}

async fn what_a_person_decided_otherwise_is_told_with_its_day(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let file = story.ticket().await;
    let reference = file.ticket.reference.clone();
    let (_, said) = trial.guichet(&["explain", &reference]);
    assert!(!said.contains("autrement"), "{said}");
    story.clock.advance(chrono::Duration::days(1));
    story.desk.correct(&story.seen(&file), "purchasing").await.unwrap();
    let title = &story.desk.triage().taxonomy().get("purchasing").unwrap().title_fr;
    let when = guichet::clock::paris_text(story.clock.now(), guichet::message::Lang::Fr);
    let sentence = format!("Une personne en a décidé autrement : {title}, le {when}.");
    let (code, said) = trial.guichet(&["explain", &reference]);
    assert!(code == Some(0) && said.contains(&sentence), "{sentence}\n{said}");
    let (_, told) = trial.json(&["explain", &reference]);
    assert_eq!(
        (&told["correction"]["category"], &told["correction"]["sentence"]),
        (&"purchasing".into(), &sentence.into())
    );
    // Back to what triage had said: nothing stands against it any more.
    story.desk.correct(&story.seen(&story.ticket().await), "sill").await.unwrap();
    let (_, told) = trial.json(&["explain", &reference]);
    assert!(told["correction"].is_null(), "{told}");
}

async fn what_only_the_kind_of_a_mail_settles_is_settled_again(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin_with(database, |config| {
        config.mail.authserv_id = Some("border.example".to_owned());
    })
    .await;
    let mails = [
        SILL_MAIL.replace("Message-ID:", "Auto-Submitted: auto-replied\nMessage-ID:"),
        SILL_MAIL.replace("sill-1@", "sill-2@").replace(
            "Message-ID:",
            "X-Spam-Flag: YES\nAuthentication-Results: border.example; spf=none\nMessage-ID:",
        ),
        SILL_MAIL.replace("sill-1@", "sill-3@"),
        training_mail("s4").replace(super::texts::TRAINING, SENSITIVE),
    ];
    for mail in mails {
        story.receive(&mail).await;
    }
    let rows = story.view(View::All).await;
    assert_eq!((rows.len(), story.view(View::SetAside).await.len()), (4, 2));
    for row in rows {
        let (code, said) = trial.guichet(&["explain", &row.ticket.reference]);
        assert_eq!(code, Some(0), "{said}");
    }
}

async fn what_cannot_be_explained_has_a_code_of_its_own(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    story.receive(SILL_MAIL).await;
    let reference = story.ticket().await.ticket.reference;
    assert_eq!(trial.guichet(&["explain", "demande 12"]).0, Some(64));
    assert_eq!(trial.guichet(&["explain", "00000000"]).0, Some(66));
    let mut broken = RuleFiles::embedded();
    broken.texts.get_mut("sill.toml").unwrap().push_str("\n[[rule]]\nid = \"x\"\n");
    trial.in_force(&trial.rules("broken", &broken));
    let (code, said) = trial.guichet(&["explain", &reference]);
    assert_eq!(code, Some(78), "{said}");
    assert!(said.contains("sill.toml"), "{said}");
}
