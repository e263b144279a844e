//! Short requests full of misleading words, written to make the rules fail: whatever category they get, none that is in
//! the offer may be refused or set aside. (`guichet evaluate` reads the same file.)

use guichet::triage::Action;
use serde::Deserialize;

use super::{examine, mail};

#[derive(Deserialize)]
struct Decoy {
    id: String,
    subject: String,
    body: String,
    must_not_refuse: bool,
}

#[test]
fn no_decoy_is_refused_or_set_aside() {
    let decoys: Vec<Decoy> =
        include_str!("decoys.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let wronged: Vec<&str> = decoys
        .iter()
        .filter(|decoy| decoy.must_not_refuse)
        .filter(|decoy| {
            let action = examine(&mail(&decoy.subject, &decoy.body)).action;
            matches!(action, Action::Refuse | Action::SetAside)
        })
        .map(|decoy| decoy.id.as_str())
        .collect();
    assert!(wronged.is_empty(), "{wronged:?}");
}
