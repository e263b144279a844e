//! How whoever asked ended their request themselves, on its status page: nobody of the team need have read it.

/// What its author did last to a request that is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedByAuthor {
    /// They took it back.
    Withdrawn,
    /// They need nothing more ("c’est bon, merci").
    Settled,
}

impl EndedByAuthor {
    /// What the team reads in the place of the state (French).
    pub fn title(self) -> &'static str {
        match self {
            Self::Withdrawn => "Retirée par l’auteur",
            Self::Settled => "Close par l’auteur",
        }
    }

    /// What the act left on the trail.
    pub fn from_event(code: &str) -> Option<Self> {
        match code {
            "withdrawn" => Some(Self::Withdrawn),
            "closed" => Some(Self::Settled),
            _ => None,
        }
    }
}
