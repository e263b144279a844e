//! What every fuzz target checks: the very invariants of the test suite (`tests/it/mail/invariant.rs`).

#[path = "../tests/it/mail/invariant.rs"]
mod invariant;

/// Any octets are read as a mail.
pub fn parse(raw: &[u8]) {
    invariant::parse(raw);
}

/// Any text is a body.
pub fn quote(body: &str) {
    invariant::quote(body);
}

/// Nothing in a mail undoes a ban on automatic answers.
pub fn automatic(raw: &[u8]) {
    invariant::automatic(raw);
}

/// What a delivery report names fits together.
pub fn bounce(raw: &[u8]) {
    invariant::bounce(raw);
}
