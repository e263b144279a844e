//! What became of a request, as the dashboards count it, so that each of their numbers leads to its requests.

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// An answer left for its requester.
    Answered,
    /// It was refused, answered or handed over without a person.
    Alone,
    /// The same, and a person said otherwise later.
    Corrected,
}

macro_rules! alone {
    () => {
        "(EXISTS (SELECT 1 FROM outbox o WHERE o.ticket_id = t.id AND o.kind IN ('refusal', 'auto_answer')
            AND o.sent_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM hand_over h WHERE h.ticket_id = t.id
            AND CAST(h.actor AS TEXT) LIKE '%\"program\"%'))"
    };
}

impl Became {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Answered, Self::Alone, Self::Corrected];

    /// Its code in URLs (French, as the team reads them).
    pub fn code(self) -> &'static str {
        match self {
            Self::Answered => "repondues",
            Self::Alone => "sans-personne",
            Self::Corrected => "corrigees",
        }
    }

    /// The one with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|became| became.code() == code)
    }

    /// What the team reads.
    pub fn title(self) -> &'static str {
        match self {
            Self::Answered => "répondues",
            Self::Alone => "décidées sans personne",
            Self::Corrected => "décidées sans personne, puis corrigées",
        }
    }

    /// What it asks of a ticket: the same as the counts of `figures.rs`.
    pub(super) fn condition(self) -> &'static str {
        match self {
            Self::Answered => {
                " AND (EXISTS (SELECT 1 FROM outbox o WHERE o.ticket_id = t.id AND o.sent_at IS NOT NULL
                    AND o.kind IN ('answer', 'person_refusal', 'refusal', 'auto_answer'))
                OR EXISTS (SELECT 1 FROM message m WHERE m.ticket_id = t.id AND m.direction = 'out')
                OR EXISTS (SELECT 1 FROM hand_over h WHERE h.ticket_id = t.id AND h.reached
                    AND h.ended_at IS NOT NULL))"
            }
            Self::Alone => concat!(" AND ", alone!()),
            Self::Corrected => {
                concat!(" AND t.id IN (SELECT e.ticket_id FROM example e WHERE NOT e.agreed) AND ", alone!())
            }
        }
    }
}
