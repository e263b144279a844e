//! Who writes, and what each contract is to them on a day.

mod command;
mod lists;

use std::sync::LazyLock;

use chrono::NaiveDate;
use guichet::triage::{Organisation, Reference, RuleFiles};

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

#[test]
fn many_ways_of_writing_lead_to_the_right_contracts() {
    let reference = reference();
    let mut wrong = Vec::new();
    for line in include_str!("spellings.tsv").lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [written, domain, expected] = fields[..] else { panic!("three fields: {line}") };
        let told = reference.resolve(&written.replace("\\n", "\n"), domain, day("2024-09-20"));
        let got = letters(told.as_ref());
        if got != expected {
            wrong.push(format!(
                "{written} @{domain}: {expected}, got {got} {:?}",
                told.map(|o| (o.name, o.why))
            ));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}
