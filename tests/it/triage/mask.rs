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

/// The words of a text.
fn words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect()
}

/// Held-out texts, of which masking was told nothing: whoever signs one is hardly ever left in it, even where the sender's name and
/// address are not those of who signs (a shared mailbox, a form without a name), and little else is lost.
#[test]
fn who_signs_a_text_is_not_left_in_it_though_the_sender_is_unknown() {
    let (mut parts, mut left, mut lost, mut kept) = (0, 0, 0, 0);
    for line in include_str!("../../../rules/model/held-out.jsonl").lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let message =
            Message { subject: text("subject"), body: text("body"), ..Message::default() }.all_fresh();
        let Masked { subject, body, .. } = mask::mask(&message);
        let (before, after) =
            (words(&format!("{}\n{}", text("subject"), text("body"))), words(&format!("{subject}\n{body}")));
        // Titles and the particles of a name are no part that names anybody.
        let name: Vec<String> = words(&text("from_name")).into_iter().filter(|word| word.len() > 3).collect();
        let person = fold(&text("from_email"))
            .split('@')
            .next()
            .is_some_and(|local| name.iter().any(|part| local.contains(part)));
        for part in name.iter().filter(|part| person && before.contains(part)) {
            parts += 1;
            left += usize::from(after.contains(part));
        }
        // The signature goes as a whole: what stands above it is what must stay.
        let common = [
            "licence",
            "logiciel",
            "logiciels",
            "marche",
            "formation",
            "contrat",
            "code",
            "publier",
            "sill",
            "support",
        ];
        for word in common {
            let count = |words: &[String]| words.iter().filter(|other| *other == word).count();
            kept += count(&after);
            lost += count(&before) - count(&after).min(count(&before));
        }
    }
    assert!(parts > 400, "{parts} parts of names in the texts");
    assert!(left * 50 <= parts, "{left} of {parts} are left");
    assert!(lost * 50 <= kept, "{lost} words of the ask are lost, {kept} stay");
}
