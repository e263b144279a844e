//! Who writes, and what each contract is to them on a day.

mod command;
mod doubt;
mod lists;
mod path;

use std::sync::LazyLock;

use chrono::NaiveDate;
use guichet::triage::{Contract, Organisation, Reference, RuleFiles};

/// The shipped rows, read once for all tests.
fn reference() -> &'static Reference {
    static SHIPPED: LazyLock<Reference> = LazyLock::new(shipped);
    &SHIPPED
}

fn shipped() -> Reference {
    Reference::load(&RuleFiles::embedded()).unwrap_or_else(|faults| {
        panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `e` eligible, `n` not listed, `v` to verify, in the order support, expertise, mentoring; nobody known is all to verify.
fn letters(told: Option<&Organisation>) -> String {
    let letter = |code: &str| if code == "to_verify" { 'v' } else { code.chars().next().unwrap() };
    told.map_or_else(|| "vvv".to_owned(), |o| o.contracts.iter().map(|a| letter(a.standing.code())).collect())
}

/// Ways of writing an organisation, each with its body and what each contract is to it on the day of the line.
const LABELLED: &str = include_str!("../../data/organisations.jsonl");

#[test]
fn many_ways_of_writing_lead_to_the_right_body_and_contracts() {
    let reference = reference();
    let mut wrong = Vec::new();
    for line in LABELLED.lines() {
        let labelled: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| labelled[key].as_str().unwrap_or_default();
        let told = reference.resolve(text("written"), text("email_domain"), day(text("date")));
        let expected: Vec<&str> = Contract::ALL.iter().map(|contract| text(contract.code())).collect();
        let got: Vec<&str> =
            Contract::ALL.iter().map(|contract| standing(told.as_ref(), *contract)).collect();
        let name = told.as_ref().map_or("", |told| told.name.as_str());
        if got != expected || name != text("organisation") {
            wrong.push(format!("{line}\n  got {got:?} {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

fn standing(told: Option<&Organisation>, contract: Contract) -> &'static str {
    told.and_then(|told| told.of(contract)).map_or("to_verify", |answer| answer.standing.code())
}
