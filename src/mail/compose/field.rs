//! What may stand in a header: text on one line, and addresses. No value of these types holds a line break.

use std::fmt;

use crate::mail::subject;
use crate::message::{is_unsafe_character, one_line};

/// Characters of a subject or name that are written.
const TEXT_LIMIT: usize = 200;

/// A subject or display name: one line, no control or bidirectional character, at most 200 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderText(String);

impl HeaderText {
    /// Any text, made fit.
    pub fn new(text: &str) -> Self {
        Self(one_line(text, TEXT_LIMIT))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HeaderText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The subject of an answer: `Re: ` once, whatever prefixes (`RE:`, `Re :`, `TR:`, `Fwd:`) were there.
pub fn reply_subject(subject: &str) -> HeaderText {
    let line = one_line(subject, usize::MAX);
    let (_, bare) = subject::split(&line);
    HeaderText::new(&format!("Re: {bare}"))
}

/// Why a text is no mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("ce n’est pas une adresse où l’on puisse écrire")]
pub struct AddressError;

/// A mail address that can be written to: `local@domain` without spaces, control characters, brackets or commas.
/// Internationalised ones are allowed (RFC 6531); the mail server must then take SMTPUTF8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(lettre::Address);

impl Address {
    /// Checks an address.
    pub fn new(address: &str) -> Result<Self, AddressError> {
        let refused = |c: char| c.is_whitespace() || is_unsafe_character(c) || "<>,;:\"\\()".contains(c);
        if address.len() > 254 || address.contains(refused) {
            return Err(AddressError);
        }
        address.parse().map(Self).map_err(|_| AddressError)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    pub(in crate::mail) fn inner(&self) -> &lettre::Address {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_breaks_a_line_is_an_address() {
        for bad in [
            "a@b.fr\r\nBcc: c@d.fr",
            "a b@c.fr",
            "a@b.fr,c@d.fr",
            "<a@b.fr>",
            "a",
            "@b.fr",
            "a@",
            "a@b\u{202e}.fr",
        ] {
            assert_eq!(Address::new(bad), Err(AddressError), "{bad:?}");
        }
        for good in ["a@b.fr", "marie.dupont+x@interieur.gouv.fr", "léa@exemple.fr", "a@é.fr"] {
            assert_eq!(Address::new(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn a_subject_is_answered_once() {
        assert_eq!(reply_subject("RE : Re: TR: Licence").as_str(), "Re: Licence");
        assert_eq!(reply_subject("Licence\r\nBcc: x@y").as_str(), "Re: Licence Bcc: x@y");
        assert_eq!(reply_subject(&"é".repeat(1200)).as_str().chars().count(), 200);
    }
}
