//! What a person's act teaches: the request as the program read it, masked, with what the program and the person say it
//! is. Nothing in it names anybody ([`crate::triage::mask`]), so it may outlive its ticket.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::EventKind;
use crate::message::{Channel, Lang};

/// A labelled example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The ticket it comes from; it may be gone.
    pub ticket_id: String,
    /// When the person said so.
    pub kept_at: DateTime<Utc>,
    /// The category that the program had told.
    pub told: String,
    /// The category that the person says; `None`: only that the program was wrong.
    pub category: Option<String>,
    /// Whether the person says what the program said.
    pub agreed: bool,
    /// The text and what belongs to it.
    pub content: ExampleContent,
}

/// The part of an example that is taught.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExampleContent {
    /// Day of receipt in Europe/Paris: the one the program decided by.
    pub day: NaiveDate,
    /// Form or mail.
    pub channel: Channel,
    /// Language of the text.
    pub lang: Lang,
    /// The category chosen in the form.
    pub chosen: Option<String>,
    /// The stated function, masked.
    pub role: String,
    /// The subject, masked.
    pub subject: String,
    /// The new text of the first message without its signature, masked.
    pub body: String,
    /// Every topic that the program had told, primary first.
    pub topics: Vec<String>,
    /// The act by which the person said so.
    pub act: EventKind,
}
