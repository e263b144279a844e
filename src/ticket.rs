//! A contact request followed to its end. `Ticket`, not `Request`: in a web program "request" means HTTP. On screen, in
//! French: *demande*.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::message::{Channel, Lang};

mod ended;
mod example;
mod handed;
mod inquiry;
mod nature;
mod promised;

pub use ended::EndedByAuthor;
pub use example::{Example, ExampleContent};
pub use handed::{HandOver, HandOverState};
pub use inquiry::{AsTyped, Inquiry};
pub use nature::{Nature, Returned};
pub use promised::{MailKind, OutboxState};

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for a person of the team.
    Open,
    /// Put off until a day or an answer.
    Snoozed,
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
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Snoozed,
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
            Self::Snoozed => "snoozed",
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
            Self::Snoozed => "Reportée",
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
    /// Somebody of the team who wrote from their own mail program; which of them is not known.
    Colleague,
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
    /// A person let a mail go that was held, failed or in doubt; the detail says what stood against it.
    LetGo,
    /// A person took the mark of an address away that had returned a mail; the detail names it.
    MarkLifted,
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
    /// Another ticket is probably about the same: a stranger wrote in its thread; the detail is its reference.
    Related,
    /// A mail came back after the mail server had taken it; the detail says to whom and why.
    Bounced,
    /// A message would have reopened it once too often within an hour.
    ReopenLimited,
    /// A person gave the ticket to another requester; the detail names both.
    RequesterChanged,
    /// Whoever it was handed over to answered; the detail says whom, and by what way.
    RecipientAnswered,
    /// Whoever it was handed over to wrote what may be a receipt; the detail says whom.
    RecipientWrote,
    /// Whoever it was handed over to is absent, by an automatic answer; the detail is their address.
    RecipientAbsent,
    /// A person read what the recipient wrote: no answer, which is still waited for.
    WaitedOn,
    /// Whoever it was handed over to was reminded.
    Reminded,
    /// It is no longer waited for an answer of whoever it was handed over to; the detail says why.
    HandOverEnded,
    /// A third party was asked, unseen by the requester; the detail says whom.
    Inquired,
    /// A third party answered.
    InquiryAnswered,
    /// What a third party answered was kept as a reference row.
    AnswerKept,
    /// Somebody who had only been in copy wrote for the first time; the detail is their address.
    Joined,
    /// A word of thanks came, which asks nothing and changes nothing.
    Thanked,
    /// Somebody of the team wrote to others than the requester from their own mail program; the detail says to whom.
    WroteToOthers,
    /// The requester had read before sending that the topic is refused, and asked that a person read all the same.
    Insisted,
    /// The requester withdrew it, on its status page.
    Withdrawn,
    /// A person put it off; the detail says until when.
    Snoozed,
    /// It is back from being put off; the detail says why.
    Woken,
    /// A person took an act on many requests back; the detail names the act.
    Undone,
    /// The requester objected to its being kept as an example: what was kept is erased, and nothing is kept again.
    ExampleErased,
    /// A person made it part of another ticket; the detail is that one's reference.
    Merged,
    /// A person made another ticket part of it; the detail is that one's reference.
    Absorbed,
    /// A person undid such a thing; the detail is the other's reference.
    Unmerged,
    /// A second topic became a ticket of its own; the detail is its reference.
    SplitOff,
    /// It was split off another ticket; the detail is that one's reference.
    SplitFrom,
    /// It was forwarded to somebody outside, unseen by the requester; the detail says whom.
    Forwarded,
    /// The date of a meeting was noted, changed or taken away; the detail says which.
    MeetingNoted,
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
            Self::LetGo => "let_go",
            Self::MarkLifted => "mark_lifted",
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
            Self::Related => "related",
            Self::Bounced => "bounced",
            Self::ReopenLimited => "reopen_limited",
            Self::RequesterChanged => "requester_changed",
            Self::RecipientAnswered => "recipient_answered",
            Self::RecipientWrote => "recipient_wrote",
            Self::RecipientAbsent => "recipient_absent",
            Self::WaitedOn => "waited_on",
            Self::Reminded => "reminded",
            Self::HandOverEnded => "hand_over_ended",
            Self::Inquired => "inquired",
            Self::InquiryAnswered => "inquiry_answered",
            Self::AnswerKept => "answer_kept",
            Self::Joined => "joined",
            Self::Thanked => "thanked",
            Self::WroteToOthers => "wrote_to_others",
            Self::Insisted => "insisted",
            Self::Withdrawn => "withdrawn",
            Self::Snoozed => "snoozed",
            Self::Woken => "woken",
            Self::Undone => "undone",
            Self::ExampleErased => "example_erased",
            Self::Merged => "merged",
            Self::Absorbed => "absorbed",
            Self::Unmerged => "unmerged",
            Self::SplitOff => "split_off",
            Self::SplitFrom => "split_from",
            Self::Forwarded => "forwarded",
            Self::MeetingNoted => "meeting_noted",
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
            Self::LetGo => "Envoyé quand même",
            Self::MarkLifted => "Adresse rétablie",
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
            Self::Related => "Demande voisine",
            Self::Bounced => "Courriel non remis",
            Self::ReopenLimited => "Réouverture retenue",
            Self::RequesterChanged => "Auteur de la demande changé",
            Self::RecipientAnswered => "Le destinataire a répondu",
            Self::RecipientWrote => "Le destinataire a écrit",
            Self::RecipientAbsent => "Destinataire absent",
            Self::WaitedOn => "Pas une réponse : l’attente continue",
            Self::Reminded => "Destinataire relancé",
            Self::HandOverEnded => "Transmission sans suite",
            Self::Inquired => "Question posée à un tiers",
            Self::InquiryAnswered => "Un tiers a répondu",
            Self::AnswerKept => "Réponse gardée dans les références",
            Self::Joined => "Nouveau participant",
            Self::Thanked => "Remerciement reçu",
            Self::WroteToOthers => "Courriel de l’équipe à un tiers",
            Self::Insisted => "Envoyée malgré l’avis « hors offre »",
            Self::Withdrawn => "Retirée par son auteur",
            Self::Snoozed => "Reportée",
            Self::Woken => "De retour",
            Self::Undone => "Acte groupé annulé",
            Self::ExampleErased => "Exemple effacé, sur opposition",
            Self::Merged => "Fusionnée dans une autre",
            Self::Absorbed => "Une autre demande y est fusionnée",
            Self::Unmerged => "Fusion défaite",
            Self::SplitOff => "Second sujet séparé",
            Self::SplitFrom => "Séparée d’une autre",
            Self::Forwarded => "Transférée à un tiers",
            Self::MeetingNoted => "Rendez-vous",
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
    /// team typed, requesters that it changed, and what a mail server said of an address.
    pub detail: String,
}
