//! What every fuzz target checks: the very invariants of the test suite (`tests/it/mail/invariant.rs`,
//! `tests/it/triage/invariant.rs`, `tests/it/lmtp/invariant.rs`).

#[path = "../tests/it/mail/invariant.rs"]
mod invariant;
#[path = "../tests/it/lmtp/invariant.rs"]
mod lmtp_invariant;
#[path = "../tests/it/triage/invariant.rs"]
mod triage_invariant;

use std::sync::LazyLock;

use guichet::triage::Triage;
use triage_invariant::Written;

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

/// Any words are decided as promised. Zero octets part body, subject, function, organisation, heading and address.
pub fn triage(written: &str) {
    static SHIPPED: LazyLock<Triage> =
        LazyLock::new(|| Triage::embedded().expect("the tests load the shipped set"));
    let mut fields = written.splitn(6, '\0').map(str::to_owned);
    let mut next = || fields.next().unwrap_or_default();
    let (body, subject, role, organisation) = (next(), next(), next(), next());
    let chosen = Some(next()).filter(|chosen| !chosen.is_empty());
    let written = Written { body, subject, role, organisation, chosen, from_email: next() };
    triage_invariant::decided(&SHIPPED, &written);
}

/// Any octets are an LMTP conversation, and any octets are the data of a message, however they are cut. The first eight say how.
pub fn lmtp(said: &[u8]) {
    let (cuts, said) = said.split_at(said.len().min(8));
    let sizes: Vec<usize> = cuts.iter().map(|size| usize::from(*size)).collect();
    lmtp_invariant::conversation(said, &sizes);
    lmtp_invariant::message(said, &sizes);
}
