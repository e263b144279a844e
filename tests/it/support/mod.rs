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
