//! Every example of every shipped rule, and the house rules that the rules themselves must keep.

use std::collections::BTreeSet;

use guichet::triage::{Alone, RuleFiles, Triage};

use super::shipped;

#[test]
fn every_example_does_what_it_says() {
    let faults = Triage::load(&RuleFiles::embedded()).err().unwrap_or_default();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn the_taxonomy_is_that_of_the_labelled_examples() {
    let triage = shipped();
    let ids: BTreeSet<&str> = triage.taxonomy().categories.iter().map(|c| c.id.as_str()).collect();
    let expected = BTreeSet::from([
        "source-publication",
        "sill",
        "contracts",
        "purchasing",
        "strategy",
        "general-culture",
        "introductions",
        "bluehats",
        "recruitment",
        "refused-training",
        "refused-promotion",
        "refused-information-system",
        "refused-software-support",
        "refused-other",
        "noise",
    ]);
    assert_eq!(ids, expected);
    for category in &triage.taxonomy().categories {
        assert_eq!(category.alone == Alone::Act, category.refused, "{}", category.id);
        assert!(!category.refused || category.reply.is_some(), "{} has no refusal", category.id);
    }
}

#[test]
fn every_category_has_rules_that_can_carry_it() {
    let triage = shipped();
    for category in &triage.taxonomy().categories {
        let carried = triage.rules().iter().any(|r| r.category == category.id && r.score > 0.0 && !r.weak);
        assert!(carried, "{}", category.id);
    }
}

#[test]
fn every_sentence_is_said_in_both_languages_and_ends() {
    for rule in shipped().rules() {
        for says in [&rule.says_fr, &rule.says_en] {
            assert!(says.ends_with('.') && says.len() > 15, "{}: {says}", rule.id);
            assert!(!says.contains('\''), "{}: typographic apostrophes, please: {says}", rule.id);
        }
    }
}
