//! Masking over every text that the model was taught with: whoever wrote it is not in it any more.

use guichet::message::Message;
use guichet::triage::mask::{self, Masked};
use guichet::triage::text::fold;
use regex::Regex;
use serde_json::Value;

#[test]
fn no_writer_of_a_taught_text_is_left_in_it() {
    let taught = include_str!("../../../rules/model/hands.jsonl");
    let four_digits = Regex::new(r"\d{4}").unwrap();
    let address = Regex::new(r"[\p{L}\d.]+@[\p{L}\d]").unwrap();
    let (mut people, mut left) = (0, Vec::new());
    for line in taught.lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let message = Message {
            from_name: text("from_name"),
            from_email: text("from_email"),
            role: text("role"),
            subject: text("subject"),
            body: text("body"),
            ..Message::default()
        }
        .all_fresh();
        let Masked { subject, body, role } = mask::mask(&message);
        let masked = fold(&format!("{subject}\n{role}\n{body}"));
        if four_digits.is_match(&masked) || address.is_match(&masked) {
            left.push(format!("{}: a number or an address", text("id")));
        }
        // Who writes under a part of their own name is a person; a body may be named in its request.
        let local = fold(message.from_email.split('@').next().unwrap_or_default());
        let parts: Vec<&str> = local.split(['.', '_']).filter(|part| part.len() > 2).collect();
        let name = fold(&message.from_name);
        if parts.len() < 2 || name.contains("secretariat") || !parts.iter().all(|part| name.contains(part)) {
            continue;
        }
        people += 1;
        for word in name.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| parts.contains(word)) {
            if masked.split(|c: char| !c.is_ascii_alphanumeric()).any(|other| other == word) {
                left.push(format!("{}: {word}", text("id")));
            }
        }
    }
    assert!(people > 300, "{people} people");
    assert_eq!(left, Vec::<String>::new());
}
