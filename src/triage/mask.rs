//! Masking: a message with nothing left in it that names a person, so that it can be kept as an example and taught.
//!
//! What goes: the signature as a whole; mail addresses, links below their host, telephone and account numbers, plates, street
//! addresses, every number of more than three digits; names of people. What stays is what the request is about: software,
//! licences, ministries, and the words of the ask. Names are found by what stands around them (greeting, title, "je
//! m'appelle", the writer's own name and address), by usual first names ([`name`]) and by the way letters are signed
//! ([`signed`]); no list holds all names, so an
//! unusual name that nothing announces may stay: whoever publishes examples reads them first (`docs/triage.md`).
//!
//! The tokens are signs that folding turns into a space: neither a rule nor the model ever meets them as words.

mod name;
mod number;
mod signed;
pub(in crate::triage) mod words;

use super::letter;
use crate::message::Message;

/// Stands for a name.
pub const NAME: &str = "👤";
/// Stands for a mail address.
pub const MAIL: &str = "✉";
/// Stands for a telephone number.
pub const PHONE: &str = "☎";
/// Stands for a number of more than three digits; a number itself, as all numbers are alike to the model.
pub const NUMBER: &str = "000";
/// Stands for an account number (IBAN).
pub const ACCOUNT: &str = "🏦";
/// Stands for a vehicle's plate.
pub const PLATE: &str = "🚗";
/// Stands for a street address.
pub const STREET: &str = "🏠";

/// Octets of a text that are kept: what triage reads is no longer, and an example need not be.
const TEXT_LIMIT: usize = 32 * 1024;

/// The parts of a message that are taught, masked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    /// The subject.
    pub subject: String,
    /// The new text without its signature, at most 32 KiB before masking.
    pub body: String,
    /// The stated function.
    pub role: String,
}

/// Masks a message.
pub fn mask(message: &Message) -> Masked {
    let writer = name::Writer::of(&message.from_name, &message.from_email);
    let (letter, _) = letter::split(&message.body, &message.fresh);
    let body: String = letter.iter().filter_map(|range| message.body.get(range.clone())).collect();
    let line = |text: &str| name::hide(&number::hide(cut(text)), &writer, name::Part::Line);
    Masked {
        subject: line(&message.subject),
        body: name::hide(&number::hide(cut(&body)), &writer, name::Part::Letter).trim().to_owned(),
        role: line(&message.role),
    }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_LIMIT)]
}

#[cfg(test)]
mod tests;
