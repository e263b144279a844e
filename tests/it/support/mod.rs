//! What stories need around the program: real servers on the loopback, started and ended by the tests themselves.

pub(crate) mod database;
pub(crate) mod dovecot;
pub(crate) mod imap_client;
pub(crate) mod imap_server;
pub(crate) mod installed;
pub(crate) mod more_rules;
pub(crate) mod postgres;
pub(crate) mod rules;
pub(crate) mod seeded;
pub(crate) mod smtp;
mod smtp_session;
pub(crate) mod story;
pub(crate) mod web_site;

/// A text with plain spaces: which kind of space stands before a colon is typography, not behaviour.
pub(crate) fn plain_spaces(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// What a page says, with plain spaces.
pub(crate) async fn said(answer: reqwest::Response) -> String {
    plain_spaces(&answer.text().await.unwrap())
}
