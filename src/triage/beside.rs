//! What stands beside a letter and says who writes: the signature, the last lines of a letter that closes without a
//! formula, the sender's name and mailbox. Read once, for sensitive matters and for roles alike: what must not be refused may stand below
//! the closing line too, and a mail tells its writer's function nowhere else.

use super::decision::Field;
use super::letter::last_lines;
use super::rule::Reading;
use super::ruleset::Ruleset;
use super::text::Folded;
use crate::message::Message;

/// What stands beside the letter.
#[derive(Debug)]
pub(super) struct Beside {
    /// The signature as written; may be empty.
    pub(super) signed: String,
    /// All of it as read: the signature as text and as titles, the rest as titles.
    pub(super) read: Reading,
}

impl Beside {
    /// Reads it; `signature` are the signature's ranges in the body.
    pub(super) fn read(set: &Ruleset, message: &Message, signature: &[std::ops::Range<usize>]) -> Self {
        let signed: String = signature.iter().filter_map(|range| message.body.get(range.clone())).collect();
        let last = if signed.trim().is_empty() { last_lines(&message.text()) } else { String::new() };
        let mut folded = Folded::default();
        let mut push = |field, text: &str| folded.push(field, text, 0..text.len());
        push(Field::Body, &signed);
        // A title stands at the beginning of a line, or goes on below it ("Référente ministérielle", "marché de support").
        // A shared mailbox says in its address what it is (`amdac@`, `marches.logiciels-libres@`).
        let mailbox = message
            .from_email
            .rsplit_once('@')
            .map_or("", |(local, _)| local)
            .replace(['.', '-', '_', '+'], " ");
        for title in [signed.as_str(), &last, &message.from_name, &mailbox] {
            push(Field::Role, title);
        }
        for title in signed.lines().chain(last.lines()) {
            push(Field::Role, title);
        }
        Self { signed, read: Reading::of(folded, &set.pieces, &set.cues) }
    }
}
