//! The loops that take in: from kept arrivals to the desk, and from mailboxes to kept arrivals.

pub mod imap;
mod settings;
mod worker;

pub use settings::Settings;
pub use worker::Worker;
