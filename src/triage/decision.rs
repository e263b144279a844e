//! What triage answers. The codes here are stable: they stand in the database, in `guichet classify` and in the audit
//! trail.

mod held;

use serde::{Deserialize, Serialize};

pub use held::{Held, HeldBack};

use super::coverage::Coverage;
use super::hand_over::HandOver;
use super::reference::BodyKind;
use crate::message::{Lang, Message};

/// What is to be done with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// An automatic, reasoned refusal.
    Refuse,
    /// To the right coordinator.
    HandOver,
    /// To a person.
    Queue,
    /// No request at all (spam, notice): a view of its own that a person clears.
    SetAside,
}

impl Action {
    /// Its code (`refuse`, `hand_over`, `queue`, `set_aside`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::HandOver => "hand_over",
            Self::Queue => "queue",
            Self::SetAside => "set_aside",
        }
    }
}

/// Why the decision is what it is: one code a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A refused topic, sure enough to be refused without a person.
    RefusedTopic,
    /// A refused topic, but something kept it from acting alone: see [`Decision::held_back`].
    RefusalToConfirm,
    /// A topic of the offer: a person answers.
    InOffer,
    /// The directory knows who coordinates the contracts for the writer's body.
    KnownCoordinator,
    /// The directory knows the AMDAC of the writer's ministry.
    KnownAmdac,
    /// Something no program may refuse or set aside is in it.
    Sensitive,
    /// Two topics are too close to choose.
    Ambiguous,
    /// Nothing was recognised.
    Unknown,
    /// There is no text to read.
    Empty,
    /// No request: spam, newsletter, notice, thanks only.
    NoRequest,
}

impl Reason {
    /// Whether somebody outside the team is told without a person: of the request, or whom the directory names.
    pub fn is_told_outside(self) -> bool {
        matches!(self, Self::KnownCoordinator | Self::KnownAmdac)
    }

    /// Its code, as in JSON (`refused-topic`).
    pub fn code(self) -> &'static str {
        match self {
            Self::RefusedTopic => "refused-topic",
            Self::RefusalToConfirm => "refusal-to-confirm",
            Self::InOffer => "in-offer",
            Self::KnownCoordinator => "known-coordinator",
            Self::KnownAmdac => "known-amdac",
            Self::Sensitive => "sensitive",
            Self::Ambiguous => "ambiguous",
            Self::Unknown => "unknown",
            Self::Empty => "empty",
            Self::NoRequest => "no-request",
        }
    }

    /// Whether a topic was recognised at all; where not, the category of the decision stands for nothing.
    pub fn recognised(self) -> bool {
        !matches!(self, Self::Unknown | Self::Empty)
    }

    /// The sentence the team reads (French).
    pub fn sentence(self) -> &'static str {
        match self {
            Self::RefusedTopic => {
                "Sujet hors offre, reconnu avec assez de certitude pour un refus automatique."
            }
            Self::RefusalToConfirm => "Sujet hors offre probable : une personne confirme le refus.",
            Self::InOffer => "Sujet de l’offre de services : une personne répond.",
            Self::KnownCoordinator => "L’annuaire connaît la coordination des marchés de cet organisme.",
            Self::KnownAmdac => "L’annuaire connaît l’AMDAC de ce ministère.",
            Self::Sensitive => "Sujet sensible : toujours une personne.",
            Self::Ambiguous => "Deux sujets sont trop proches pour choisir : une personne tranche.",
            Self::Unknown => "Aucun sujet reconnu : une personne lit.",
            Self::Empty => "Aucun texte à lire : une personne regarde.",
            Self::NoRequest => {
                "Pas de demande reconnue (courrier indésirable, avis automatique, remerciement)."
            }
        }
    }
}

/// Whether a category may act without a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alone {
    /// Always a person.
    #[default]
    Never,
    /// Prepares everything, a person confirms.
    Propose,
    /// May act alone where policy allows.
    Act,
}

/// How the reply named in a decision is to be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyMode {
    /// It leaves by itself (after its hold).
    Send,
    /// It waits on the ticket for a person.
    Draft,
    /// There is none.
    #[default]
    None,
}

impl ReplyMode {
    /// Its code (`send`, `draft`, `none`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Draft => "draft",
            Self::None => "none",
        }
    }
}

/// The field of a message in which a rule hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The subject line.
    Subject,
    /// The body; offsets count in the whole body, quoted history included.
    Body,
    /// The function stated in the form.
    Role,
    /// The organisation stated in the form.
    Organisation,
    /// The category chosen in the form.
    Chosen,
    /// The sender's address.
    FromEmail,
}

impl Field {
    /// Its text in a message, as given.
    pub fn of(self, message: &Message) -> &str {
        match self {
            Self::Subject => &message.subject,
            Self::Body => &message.body,
            Self::Role => &message.role,
            Self::Organisation => &message.organisation,
            Self::Chosen => message.chosen.as_deref().unwrap_or_default(),
            Self::FromEmail => &message.from_email,
        }
    }
}

/// Where a rule hit: what a person sees highlighted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Rule id.
    pub rule: String,
    /// The rule's sentence (`says`).
    pub says: String,
    /// The category it speaks for or against.
    pub category: String,
    /// What it counts, before caps; negative against.
    pub score: f64,
    /// The field it hit in.
    pub field: Field,
    /// First byte of the match in that field as given.
    pub start: usize,
    /// Byte after the match.
    pub end: usize,
    /// The matched words as written.
    pub text: String,
}

/// A category that was considered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Category id.
    pub category: String,
    /// Its score after caps.
    pub score: f64,
    /// Its share of the confidence, 0 to 1; all candidates sum to at most 1.
    pub confidence: f64,
    /// Why it did not win, for the team (French); `None` for the winner.
    pub lost_because: Option<String>,
}

/// A heading that the learned model thinks of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// Category id.
    pub category: String,
    /// How probable it is, 0 to 1.
    pub probability: f64,
    /// What spoke for it most, best first: a few, for people to see.
    #[serde(default)]
    pub terms: Vec<Term>,
}

/// Words that spoke for a heading in the learned model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// The words as written where they first stand, their endings included.
    pub text: String,
    /// What they add to the score of the heading, over what they add to the headings on average.
    pub weight: f64,
}

/// The three interministerial contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contract {
    /// Support of free software.
    Support,
    /// Expertise on free software.
    Expertise,
    /// Mentoring (coaching) of digital products.
    Mentoring,
}

impl Contract {
    /// The contract with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|contract| contract.code() == code)
    }

    /// All of them, in the order they are told.
    pub const ALL: [Self; 3] = [Self::Support, Self::Expertise, Self::Mentoring];

    /// Its code (`support`, `expertise`, `mentoring`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Expertise => "expertise",
            Self::Mentoring => "mentoring",
        }
    }
}

/// Whether a contract is open to a body on a day. Never a bare "no": lists are incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Named in the list in force, or inside a named perimeter.
    Eligible,
    /// Not named in the list in force.
    NotListed,
    /// The published lists do not settle it.
    ToVerify,
}

impl Standing {
    /// Its code (`eligible`, `not_listed`, `to_verify`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Eligible => "eligible",
            Self::NotListed => "not_listed",
            Self::ToVerify => "to_verify",
        }
    }
}

/// What one contract is to the writer's body on the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeneficiaryAnswer {
    /// Which contract.
    pub contract: Contract,
    /// How the body stands.
    pub standing: Standing,
    /// Why, for the team and the draft (French): the list, its period, "par rattachement à …".
    pub why: String,
}

/// The body the writer belongs to, as far as it can be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Canonical name, the most precise body known.
    pub name: String,
    /// How it was found (French): what was written, the mail domain, the parents followed.
    pub why: String,
    /// One answer per contract, in the order of [`Contract::ALL`].
    pub contracts: Vec<BeneficiaryAnswer>,
    /// Ids of the body and of those above it that are the same legal person, nearest first: where its coordinator is
    /// looked for. Empty where it is in doubt who the body is.
    #[serde(default)]
    pub path: Vec<String>,
    /// What kind of body it is, for lists and figures; `None` where it may be of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<BodyKind>,
    /// Whether the sender's mail domain is the body's own and nobody else's, and an answer goes to no other.
    #[serde(default)]
    pub own_domain: bool,
}

impl Organisation {
    /// What a contract is to it.
    pub fn of(&self, contract: Contract) -> Option<&BeneficiaryAnswer> {
        self.contracts.iter().find(|answer| answer.contract == contract)
    }
}

/// The whole answer to "what is this, and what is to be done?". Stored as JSON with the ticket, so that it can be shown
/// and recomputed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What is to be done.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// What kept it from acting alone; empty when nothing did.
    pub held_back: Vec<HeldBack>,
    /// Primary category id.
    pub category: String,
    /// Every category really asked, primary first.
    pub topics: Vec<String>,
    /// Calibrated confidence in the primary category, 0 to 1.
    pub confidence: f64,
    /// Name of the reply (`templates/replies/<reply>.<lang>.md`), if there is one.
    pub reply: Option<String>,
    /// What is done with that reply.
    pub reply_mode: ReplyMode,
    /// All categories with a score, best first.
    pub candidates: Vec<Candidate>,
    /// Every hit, in the order of field and place.
    pub evidence: Vec<Evidence>,
    /// The rule whose sentence a refusal quotes; `None` when nothing positive hit.
    pub telling_rule: Option<String>,
    /// The writer's body.
    pub organisation: Option<Organisation>,
    /// Whom the directory names for it: told without a person where `action` says so, else proposed to the team.
    #[serde(default)]
    pub hand_over: Option<HandOver>,
    /// What of a refused technical question a contract open to the body covers.
    #[serde(default)]
    pub coverage: Option<Coverage>,
    /// Periods of contracts, over on the day, that the request speaks of (ids of `rules/reference/contracts.toml`): its
    /// writer is told so.
    #[serde(default)]
    pub ended_contracts: Vec<String>,
    /// Sensitive matters found (ids of `rules/sensitive.toml`).
    pub sensitive: Vec<String>,
    /// What the learned model thinks, best first; empty without one.
    #[serde(default)]
    pub learned: Vec<Learned>,
    /// Language of the text.
    pub lang: Lang,
    /// Hash of rules, policy, reference and model: the decision can be recomputed with the same set.
    pub ruleset: String,
    /// The version of the directory that was looked into; empty for an empty one.
    #[serde(default)]
    pub directory: String,
}

impl Decision {
    /// Whether somebody outside the team is told without a person: of the request, or whom the directory names.
    pub fn is_told_outside(&self) -> bool {
        self.reason.is_told_outside()
    }

    /// The contracts open to the writer's body.
    pub fn contracts_with(&self, standing: Standing) -> Vec<Contract> {
        self.organisation
            .iter()
            .flat_map(|o| &o.contracts)
            .filter(|a| a.standing == standing)
            .map(|a| a.contract)
            .collect()
    }
}
