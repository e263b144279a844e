//! The states and kinds of a promised mail.

use serde::{Deserialize, Serialize};

use super::Status;

/// The state of a promised mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// Waits for its time.
    Due,
    /// Given to the mail server; the answer is not known yet.
    Sending,
    /// The mail server took it.
    Sent,
    /// A crash while sending an automatic mail: it may have left, and is not sent again.
    InDoubt,
    /// Held by a person, the observe mode or the kill switch.
    Held,
    /// Refused for good by the mail server.
    Failed,
}

impl OutboxState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Due, Self::Sending, Self::Sent, Self::InDoubt, Self::Held, Self::Failed];

    /// Its code (`due`, `in_doubt`, …).
    pub fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::InDoubt => "in_doubt",
            Self::Held => "held",
            Self::Failed => "failed",
        }
    }

    /// The state with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What the team reads (French).
    pub fn title(self) -> &'static str {
        match self {
            Self::Due => "Part bientôt",
            Self::Sending => "En cours d’envoi",
            Self::Sent => "Remis au serveur",
            Self::InDoubt => "Envoi incertain",
            Self::Held => "Retenu",
            Self::Failed => "Échec",
        }
    }
}

/// What a promised mail is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// The receipt: reference, date, service, contact.
    Receipt,
    /// An automatic refusal, receipt block inside.
    Refusal,
    /// An automatic answer that policy lets leave alone.
    AutoAnswer,
    /// A person's answer.
    Answer,
    /// The same answer for somebody else of the conversation.
    AnswerCopy,
    /// A person's refusal.
    PersonRefusal,
    /// A request handed over to a coordinator.
    HandOver,
    /// Reminds whom a request was handed over to.
    HandOverReminder,
    /// Several requests handed over to one person in one mail.
    HandOverDigest,
    /// Tells the requester that the request was handed over.
    HandOverNotice,
    /// Asks a third party, unseen by the requester.
    Inquiry,
    /// Forwards a message of the ticket to somebody outside, unseen by the requester.
    Forward,
    /// Corrects a refusal that should not have left.
    Correction,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Receipt,
        Self::Refusal,
        Self::AutoAnswer,
        Self::Answer,
        Self::AnswerCopy,
        Self::PersonRefusal,
        Self::HandOver,
        Self::HandOverReminder,
        Self::HandOverDigest,
        Self::HandOverNotice,
        Self::Inquiry,
        Self::Forward,
        Self::Correction,
    ];

    /// Its code (`receipt`, `hand_over`, …).
    pub fn code(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Refusal => "refusal",
            Self::AutoAnswer => "auto_answer",
            Self::Answer => "answer",
            Self::AnswerCopy => "answer_copy",
            Self::PersonRefusal => "person_refusal",
            Self::HandOver => "hand_over",
            Self::HandOverReminder => "hand_over_reminder",
            Self::HandOverDigest => "hand_over_digest",
            Self::HandOverNotice => "hand_over_notice",
            Self::Inquiry => "inquiry",
            Self::Forward => "forward",
            Self::Correction => "correction",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether no person wrote or sent it: RFC 3834 applies, and after a crash it is not sent again.
    pub fn is_automatic(self) -> bool {
        matches!(self, Self::Receipt | Self::Refusal | Self::AutoAnswer | Self::HandOverNotice)
    }

    /// Whether it tells the requester no, whoever decided so.
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::Refusal | Self::PersonRefusal)
    }

    /// The status a ticket has while this mail is what the requester is to be told; once the ticket stands elsewhere, the
    /// mail is overtaken and must not leave any more. `None`: the mail stands whatever becomes of the ticket.
    pub fn settles(self) -> Option<Status> {
        match self {
            Self::Refusal | Self::PersonRefusal => Some(Status::Refused),
            Self::AutoAnswer => Some(Status::Answered),
            Self::Receipt
            | Self::Answer
            | Self::AnswerCopy
            | Self::HandOver
            | Self::HandOverReminder
            | Self::HandOverDigest
            | Self::HandOverNotice
            | Self::Inquiry
            | Self::Forward
            | Self::Correction => None,
        }
    }

    /// Whether it asks somebody outside the team to answer in our place.
    pub fn hands_over(self) -> bool {
        matches!(self, Self::HandOver | Self::HandOverReminder | Self::HandOverDigest)
    }

    /// Whether it is written for the requester: what goes to others is nothing that a conversation with them hangs on.
    pub fn is_for_requester(self) -> bool {
        !self.hands_over() && !matches!(self, Self::Inquiry | Self::Forward | Self::AnswerCopy)
    }

    /// What the team reads (French).
    pub fn title(self) -> &'static str {
        match self {
            Self::Receipt => "Accusé de réception",
            Self::Refusal => "Refus automatique",
            Self::AutoAnswer => "Réponse automatique",
            Self::Answer => "Réponse",
            Self::AnswerCopy => "Copie de la réponse",
            Self::PersonRefusal => "Refus",
            Self::HandOver => "Transmission",
            Self::HandOverReminder => "Rappel d’une transmission",
            Self::HandOverDigest => "Transmissions groupées",
            Self::HandOverNotice => "Avis de transmission",
            Self::Inquiry => "Question à un tiers",
            Self::Forward => "Transfert à un tiers",
            Self::Correction => "Rectification",
        }
    }
}
