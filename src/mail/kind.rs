//! What a mail is, and whether an automatic reply to it is allowed: the two answers everything later depends on.

use serde::{Deserialize, Serialize};

/// What a mail is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A person asks something.
    #[default]
    Request,
    /// A person answers in a thread.
    Reply,
    /// A machine answers: absence, read receipt, calendar answer.
    AutoReply,
    /// A delivery report (RFC 3464 or an older form).
    Bounce,
    /// Came through a mailing list or is bulk mail.
    List,
    /// The configured filter says spam.
    Spam,
    /// Defies parsing; what could be read is kept.
    Malformed,
}

impl Kind {
    /// Its code, as in `guichet mail inspect`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Reply => "reply",
            Self::AutoReply => "auto_reply",
            Self::Bounce => "bounce",
            Self::List => "list",
            Self::Spam => "spam",
            Self::Malformed => "malformed",
        }
    }
}

/// Whether an automatic message may answer this mail, and why not (RFC 3834; `docs/mail.md` lists the codes).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automatic {
    /// Whether it may.
    pub allowed: bool,
    /// `ok`, or the code of the first rule that forbids it, with its value where that helps
    /// (`null-sender`, `precedence=list`).
    pub reason: String,
}

impl Automatic {
    /// It may.
    pub fn ok() -> Self {
        Self { allowed: true, reason: "ok".to_owned() }
    }

    /// It may not, for this reason.
    pub fn forbidden(reason: impl Into<String>) -> Self {
        Self { allowed: false, reason: reason.into() }
    }
}

/// How surely a person wrote a mail that answers us, and said more than that a request is being dealt with. A helpdesk writes
/// under any address and seldom says so in a header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Authorship {
    /// A person, who speaks for themselves.
    Person,
    /// A person as far as one can tell.
    #[default]
    Likely,
    /// A machine's receipt, or somebody's who says no more than one.
    Doubtful,
}
