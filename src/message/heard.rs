//! What a person of the team was told, and by what means: a request typed in by hand.

use serde::{Deserialize, Serialize};

/// Who of the team heard it, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Account id of the person who typed it in.
    pub by: String,
    /// How it came.
    pub means: Means,
}

/// How a request came to a person's ear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// A telephone call.
    #[default]
    Telephone,
    /// The State's chat (Tchap), or another.
    Chat,
    /// A meeting.
    Meeting,
    /// Any other way.
    Other,
}

impl Means {
    /// Every means, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Telephone, Self::Chat, Self::Meeting, Self::Other];

    /// Its code (`telephone`, `chat`, `meeting`, `other`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Telephone => "telephone",
            Self::Chat => "chat",
            Self::Meeting => "meeting",
            Self::Other => "other",
        }
    }

    /// The means with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|means| means.code() == code)
    }

    /// What the team reads (French).
    pub fn title(self) -> &'static str {
        match self {
            Self::Telephone => "Téléphone",
            Self::Chat => "Tchap",
            Self::Meeting => "Réunion",
            Self::Other => "Autre",
        }
    }
}
