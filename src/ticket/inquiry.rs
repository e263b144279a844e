//! A question to a third party about a request: seen by the team alone.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Actor;
use crate::triage::Contract;

/// A question to a third party, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry {
    /// UUIDv7.
    pub id: String,
    /// The ticket it is about.
    pub ticket_id: String,
    /// Who was asked.
    pub email: String,
    /// Id of the body asked about; may be empty.
    pub organisation: String,
    /// The contract asked about, if one is.
    pub contract: Option<Contract>,
    /// The mail that asks.
    pub outbox_id: String,
    /// What was typed; `None` in what earlier versions kept.
    pub written: Option<AsTyped>,
    /// Who asked.
    pub by: Actor,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// Id of the message that answered first; `None` while it is waited for.
    pub message_id: Option<String>,
    /// When that came.
    pub answered_at: Option<DateTime<Utc>>,
}

/// What a person typed to a third party, or with a forward: their form again, where the mail is stopped before it leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsTyped {
    /// Subject of a question.
    pub subject: String,
    /// Markdown.
    pub text: String,
    /// Id of the message forwarded; empty: the one that opened the ticket.
    pub message_id: String,
    /// The question says who asks.
    pub names_requester: bool,
}
