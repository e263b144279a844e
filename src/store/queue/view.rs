//! The views of the queue: their names, and what each stands for.

/// A view of the queue: what needs somebody now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// Open tickets, oldest first.
    #[default]
    Todo,
    /// Open tickets that nothing else brings here than that nobody has answered.
    Unanswered,
    /// Automatic refusals that have not left yet.
    LeavingSoon,
    /// The requester answered a refusal.
    Contested,
    /// Open tickets assigned to the reader.
    Mine,
    /// Set aside, to be cleared by a person.
    SetAside,
    /// Handed over, and not answered yet.
    HandedOver,
    /// Handed over in vain: silence, a no, an address that returns mail; back with the team.
    Silent,
    /// Handed over, and answered: a person glances at the answer.
    ToRead,
    /// Somebody else was asked: followed silently.
    Followed,
    /// Mail that failed or is in doubt, with none since in its stead, on a ticket that nobody closed.
    Undelivered,
    /// Put off until a day or an answer.
    Snoozed,
    /// Put off, and back.
    Back,
    /// Everything, newest first.
    All,
}

impl View {
    /// Every view, in the order of the menu. (Parked arrivals are no tickets: they have a page of their own.)
    pub const ALL: [Self; 14] = [
        Self::Todo,
        Self::Mine,
        Self::Unanswered,
        Self::LeavingSoon,
        Self::Contested,
        Self::ToRead,
        Self::Silent,
        Self::HandedOver,
        Self::SetAside,
        Self::Undelivered,
        Self::Back,
        Self::Snoozed,
        Self::Followed,
        Self::All,
    ];

    /// What needs somebody now, in the order of need: the sections of the first page. A ticket stands in
    /// [`View::Unanswered`] only where none of the others has it.
    pub const NOW: [Self; 8] = [
        Self::Unanswered,
        Self::LeavingSoon,
        Self::Contested,
        Self::ToRead,
        Self::Silent,
        Self::SetAside,
        Self::Undelivered,
        Self::Back,
    ];

    /// Its code in URLs (French, as the team reads them).
    pub fn code(self) -> &'static str {
        match self {
            Self::Todo => "a-traiter",
            Self::Unanswered => "sans-reponse",
            Self::LeavingSoon => "part-bientot",
            Self::Contested => "contestees",
            Self::Mine => "mes-demandes",
            Self::SetAside => "ecartees",
            Self::HandedOver => "transmises",
            Self::Silent => "a-reprendre",
            Self::ToRead => "a-relire",
            Self::Followed => "suivies",
            Self::Undelivered => "non-remises",
            Self::Snoozed => "reportees",
            Self::Back => "de-retour",
            Self::All => "toutes",
        }
    }

    /// The view with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.code() == code)
    }

    /// What the team reads.
    pub fn title(self) -> &'static str {
        match self {
            Self::Todo => "À traiter",
            Self::Unanswered => "Sans réponse",
            Self::LeavingSoon => "Part bientôt",
            Self::Contested => "Refus contestés",
            Self::Mine => "Mes demandes",
            Self::SetAside => "Écartées",
            Self::HandedOver => "Transmises sans réponse",
            Self::Silent => "Transmises, à reprendre",
            Self::ToRead => "Réponses à relire",
            Self::Followed => "Suivies",
            Self::Undelivered => "Envois en échec",
            Self::Snoozed => "Reportées",
            Self::Back => "Reportées, de retour",
            Self::All => "Toutes",
        }
    }
}

/// A hand-over that ended without an answer is looked for by its state, then seen to be the latest of its ticket.
macro_rules! silent {
    () => {
        "t.id IN (SELECT h.ticket_id FROM hand_over h WHERE h.state IN ('silent', 'declined', 'returned')
            AND h.glanced_at IS NULL AND NOT EXISTS (SELECT 1 FROM hand_over later
                WHERE later.ticket_id = h.ticket_id AND later.made_at > h.made_at))"
    };
}

/// A person has to read what a recipient wrote: an answer, or what may be one.
macro_rules! to_read {
    () => {
        "EXISTS (SELECT 1 FROM hand_over h WHERE h.ticket_id = t.id AND h.glanced_at IS NULL
            AND (h.state = 'answered' OR (h.state = 'waiting' AND h.note <> '')))"
    };
}

/// Of a mail `o` of a ticket `t`: a later one is on its way or has left to those it was for, so nobody waits for it.
/// A receipt, a copy, a mail that is held or one to somebody asked unseen by the requester stands in for nothing.
macro_rules! followed {
    () => {
        "EXISTS (SELECT 1 FROM outbox later WHERE later.ticket_id = o.ticket_id AND later.created_at > o.created_at
            AND later.state <> 'held' AND later.kind NOT IN ('receipt', 'answer_copy', 'inquiry', 'forward'))"
    };
}
pub(super) use followed;

/// A mail that did not arrive brings its ticket back to the queue: closed all the same, a person has seen it.
macro_rules! undelivered {
    () => {
        concat!(
            "(t.status NOT IN ('closed', 'set_aside') AND t.id IN (SELECT o.ticket_id FROM outbox o
                WHERE o.state IN ('failed', 'in_doubt') AND NOT ",
            followed!(),
            "))"
        )
    };
}

macro_rules! back {
    () => {
        "t.id IN (SELECT z.ticket_id FROM snooze z)"
    };
}

/// What a view stands for in a `WHERE`; the reader's id is bound behind that of [`View::Mine`].
pub(super) fn condition(view: View) -> &'static str {
    match view {
        View::Todo => "t.status = 'open'",
        View::Unanswered => concat!(
            "t.status = 'open' AND NOT t.contested AND NOT ",
            silent!(),
            " AND NOT ",
            undelivered!(),
            " AND NOT ",
            back!()
        ),
        View::Mine => "t.status = 'open' AND t.assignee = ",
        View::LeavingSoon => {
            "t.id IN (SELECT ticket_id FROM outbox WHERE kind = 'refusal' AND state = 'due')"
        }
        View::Contested => "t.contested AND t.status = 'open'",
        View::SetAside => "t.status = 'set_aside'",
        View::HandedOver => concat!("t.status = 'handed_over' AND NOT ", to_read!()),
        View::Silent => concat!("t.status = 'open' AND ", silent!()),
        View::ToRead => concat!("t.status = 'handed_over' AND ", to_read!()),
        View::Followed => "t.status = 'follow'",
        View::Undelivered => undelivered!(),
        View::Snoozed => "t.status = 'snoozed'",
        View::Back => concat!("t.status = 'open' AND ", back!()),
        View::All => "1 = 1",
    }
}
