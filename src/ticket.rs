//! A contact request followed to its end. `Ticket`, not `Request`: in a web program "request" means HTTP. On screen, in
//! French: *demande*.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::message::{Channel, Lang};

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for a person of the team.
    Open,
    /// A person answered; the requester's turn.
    Answered,
    /// A refusal is promised or has left.
    Refused,
    /// Somebody else answers: a coordinator has it.
    HandedOver,
    /// Somebody else was asked and we are in copy: followed silently.
    Follow,
    /// No request: waits to be cleared by a person.
    SetAside,
    /// Ended.
    Closed,
}

impl Status {
    /// Every status, in the order of the filters.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::Answered,
        Self::Refused,
        Self::HandedOver,
        Self::Follow,
        Self::SetAside,
        Self::Closed,
    ];

    /// Its code (`open`, `handed_over`, …).
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::HandedOver => "handed_over",
            Self::Follow => "follow",
            Self::SetAside => "set_aside",
            Self::Closed => "closed",
        }
    }

    /// The status with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// What the team reads (French).
    pub fn title(self) -> &'static str {
        match self {
            Self::Open => "À traiter",
            Self::Answered => "Répondue",
            Self::Refused => "Refusée",
            Self::HandedOver => "Transmise",
            Self::Follow => "Suivie",
            Self::SetAside => "Écartée",
            Self::Closed => "Close",
        }
    }
}

/// A contact request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// UUIDv7.
    pub id: String,
    /// Public reference: 8 random Crockford characters.
    pub reference: String,
    /// Where it stands.
    pub status: Status,
    /// Form or mail.
    pub channel: Channel,
    /// Language of the first message.
    pub lang: Lang,
    /// Category id: triage's, or a person's correction.
    pub category: String,
    /// Subject of the first message.
    pub subject: String,
    /// Requester's display name; may be empty.
    pub requester_name: String,
    /// Requester's address; may be empty.
    pub requester_email: String,
    /// The requester's body: resolved, else as written; may be empty.
    pub organisation: String,
    /// Account id of the person who has it.
    pub assignee: Option<String>,
    /// Closed history from an import: outside every clock, never answered.
    pub history: bool,
    /// The requester answered a refusal: a person must look.
    pub contested: bool,
    /// Counts changes; an act names the version it saw and fails when another came between.
    pub version: i64,
    /// Receipt of the first message.
    pub opened_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "who", content = "id")]
pub enum Actor {
    /// guichet itself.
    Program,
    /// The requester.
    Requester,
    /// Somebody else who writes in the thread: a coordinator, a person in copy.
    Correspondent,
    /// A person of the team, by account id.
    Person(String),
}

/// What happened to a ticket. The code stands in the database; the French sentence is what the team reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The first message opened it.
    Opened,
    /// A further message was filed on it.
    Received,
    /// Triage decided; the detail holds action, category and reason.
    Decided,
    /// A mail was promised; the detail names its kind.
    Promised,
    /// An automatic mail was not sent; the detail says why.
    Withheld,
    /// The mail server took a mail; the detail holds its words.
    Sent,
    /// A mail could not be delivered; the detail holds the server's words.
    Failed,
    /// A mail may or may not have left (crash while sending).
    InDoubt,
    /// A person stopped a mail before it left.
    Stopped,
    /// A person answered.
    Answered,
    /// A person handed it over.
    HandedOver,
    /// A person refused.
    Refused,
    /// A person took a refusal back after it left.
    Rescued,
    /// A person corrected the category.
    Corrected,
    /// It was assigned, or given back.
    Assigned,
    /// A note of the team.
    Noted,
    /// Set aside by a person.
    SetAside,
    /// Closed.
    Closed,
    /// Reopened by a person, or by a late reply.
    Reopened,
    /// The requester answered a refusal.
    Contested,
    /// A delivery report or notice was linked to it.
    Linked,
}

impl EventKind {
    /// Its code (`opened`, `in_doubt`, …).
    pub fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Received => "received",
            Self::Decided => "decided",
            Self::Promised => "promised",
            Self::Withheld => "withheld",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::InDoubt => "in_doubt",
            Self::Stopped => "stopped",
            Self::Answered => "answered",
            Self::HandedOver => "handed_over",
            Self::Refused => "refused",
            Self::Rescued => "rescued",
            Self::Corrected => "corrected",
            Self::Assigned => "assigned",
            Self::Noted => "noted",
            Self::SetAside => "set_aside",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Contested => "contested",
            Self::Linked => "linked",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
    }

    /// What the team reads (French).
    pub fn title(self) -> &'static str {
        match self {
            Self::Opened => "Demande ouverte",
            Self::Received => "Message reçu",
            Self::Decided => "Décision du tri",
            Self::Promised => "Courriel promis",
            Self::Withheld => "Courriel automatique retenu",
            Self::Sent => "Courriel remis au serveur",
            Self::Failed => "Envoi impossible",
            Self::InDoubt => "Envoi incertain",
            Self::Stopped => "Envoi arrêté",
            Self::Answered => "Réponse rédigée",
            Self::HandedOver => "Transmise",
            Self::Refused => "Refus décidé par une personne",
            Self::Rescued => "Refus rattrapé",
            Self::Corrected => "Catégorie corrigée",
            Self::Assigned => "Affectation",
            Self::Noted => "Note",
            Self::SetAside => "Écartée",
            Self::Closed => "Close",
            Self::Reopened => "Rouverte",
            Self::Contested => "Refus contesté",
            Self::Linked => "Avis rattaché",
        }
    }
}

/// One line of the audit trail.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// UUIDv7.
    pub id: String,
    /// The ticket it belongs to.
    pub ticket_id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// What.
    pub kind: EventKind,
    /// A sentence or code that completes it; never a writer's text, except for notes and hand-over addresses that the
    /// team typed.
    pub detail: String,
}

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
    /// A person's refusal.
    PersonRefusal,
    /// A request handed over to a coordinator.
    HandOver,
    /// Tells the requester that the request was handed over.
    HandOverNotice,
    /// Corrects a refusal that should not have left.
    Correction,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Receipt,
        Self::Refusal,
        Self::AutoAnswer,
        Self::Answer,
        Self::PersonRefusal,
        Self::HandOver,
        Self::HandOverNotice,
        Self::Correction,
    ];

    /// Its code (`receipt`, `hand_over`, …).
    pub fn code(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Refusal => "refusal",
            Self::AutoAnswer => "auto_answer",
            Self::Answer => "answer",
            Self::PersonRefusal => "person_refusal",
            Self::HandOver => "hand_over",
            Self::HandOverNotice => "hand_over_notice",
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
            Self::Receipt | Self::Answer | Self::HandOver | Self::HandOverNotice | Self::Correction => None,
        }
    }

    /// What the team reads (French).
    pub fn title(self) -> &'static str {
        match self {
            Self::Receipt => "Accusé de réception",
            Self::Refusal => "Refus automatique",
            Self::AutoAnswer => "Réponse automatique",
            Self::Answer => "Réponse",
            Self::PersonRefusal => "Refus",
            Self::HandOver => "Transmission",
            Self::HandOverNotice => "Avis de transmission",
            Self::Correction => "Rectification",
        }
    }
}
