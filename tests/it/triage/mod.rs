//! Triage through its public surface: the shipped rules and their examples, decisions as stories, the loader's words.

mod allocations;
mod commands;
mod decisions;
mod decoys;
mod examples;
mod golden;
mod hand_over;
mod hand_over_beside;
mod hand_over_wrongly;
mod invariant;
mod mask;
mod offer;
mod plain_queue;
mod property;

use std::sync::LazyLock;

use chrono::NaiveDate;
use guichet::message::{Channel, Message};
use guichet::triage::{Decision, Directory, Triage};

/// A day on which the seeds' lists hold.
pub(crate) fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 9, 20).expect("the calendar has this day")
}

/// The shipped triage, loaded once.
pub(crate) fn shipped() -> &'static Triage {
    static SHIPPED: LazyLock<Triage> =
        LazyLock::new(|| Triage::embedded().unwrap_or_else(|faults| panic!("{faults:#?}")));
    &SHIPPED
}

/// A mail without address.
pub(crate) fn mail(subject: &str, body: &str) -> Message {
    Message { subject: subject.to_owned(), body: body.to_owned(), ..Message::default() }.all_fresh()
}

/// The same words through the form.
pub(crate) fn form(subject: &str, body: &str) -> Message {
    Message { channel: Channel::Form, ..mail(subject, body) }
}

/// What the shipped triage says of a message.
pub(crate) fn examine(message: &Message) -> Decision {
    shipped().examine(message, day(), &Directory::default())
}
