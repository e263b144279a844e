//! A question to a third party about a request: seen by the team alone.

use chrono::{DateTime, Utc};

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
    /// Who asked.
    pub by: Actor,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// Id of the message that answered first; `None` while it is waited for.
    pub message_id: Option<String>,
    /// When that came.
    pub answered_at: Option<DateTime<Utc>>,
}
