//! The replies: their quality as texts, what they may hold, what goes wrong with them and how it is said.

mod faults;
mod links;
mod quality;
mod render;
mod snapshots;

use chrono::NaiveDate;
use guichet::reply::{Links, Replies, ReplyFiles};
use guichet::triage::RuleFiles;

/// The shipped replies under the shipped links.
fn shipped() -> Replies {
    Replies::load(&ReplyFiles::embedded(), shipped_links(), &[]).unwrap()
}

fn shipped_links() -> Links {
    Links::load(&RuleFiles::embedded()).unwrap()
}

/// The day on which the samples are filled: the shipped links are fresh.
fn day() -> NaiveDate {
    "2026-11-25".parse().unwrap()
}
