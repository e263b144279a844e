//! One binary of integration tests: linked once. Each module is a story, a golden set or a rule of the house.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod config;
mod demo;
mod doctor;
mod form;
mod health;
mod imap;
mod journal;
#[cfg(feature = "kill-points")]
mod kill;
mod layers;
mod lmtp;
mod mail;
mod migrations;
mod organisation;
mod reply;
#[cfg(feature = "kill-points")]
mod soak;
mod store;
mod stories;
#[cfg_attr(
    not(feature = "kill-points"),
    expect(dead_code, reason = "what only the soak and the kill tests ask for")
)]
mod support;
mod team;
mod triage;
mod usage;
