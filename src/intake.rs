//! From outside to the desk: the doors that stand open in this process, the mailboxes that are read, and the loop that takes
//! up what they kept.

pub mod imap;
pub mod lmtp;
mod settings;
mod worker;

pub use settings::Settings;
pub use worker::Worker;
