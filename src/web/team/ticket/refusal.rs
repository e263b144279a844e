//! The box of the refusal: the text of the topic, unless a person has written one. A refusal that was taken back is one again;
//! once its category was corrected it is only shown, so that nobody sends the refusal of another topic.

use crate::desk::Desk;
use crate::store::{TicketFile, Written};
use crate::ticket::{EventKind, Status};
use crate::web::team::stale::{Stale, stale};

/// What stands in the box.
pub(in crate::web::team) struct RefusalBox {
    /// The Markdown; empty where the topic is not refused and nobody wrote any.
    pub(in crate::web::team) text: String,
    /// The links of it to look at before it leaves.
    pub(in crate::web::team) stale: Vec<Stale>,
    /// The box is open.
    pub(in crate::web::team) open: bool,
    /// The category is a refused topic, whose refusal is proposed.
    pub(in crate::web::team) fits: bool,
    /// A refusal that was taken back, of the category before: what a person wrote is not lost.
    pub(in crate::web::team) before: Option<String>,
}

/// What is proposed where nobody has written anything.
pub(super) struct Proposed {
    /// The refusal of the topic.
    pub(super) text: String,
    /// The easiest thing to do must be no refusal.
    pub(super) hasty: bool,
    /// The category is a refused topic.
    pub(super) fits: bool,
}

/// The box: what was typed just now, else a refusal of the person's that was taken back, else what is proposed. Answers too what
/// they were writing (`kept`), unless it was that refusal.
pub(super) fn refusal_box<'k>(
    desk: &Desk,
    file: &TicketFile,
    kept: Option<&'k Written>,
    typed: Option<&str>,
    proposed: Proposed,
) -> (RefusalBox, Option<&'k Written>) {
    let refused = kept.filter(|written| desk.is_refusal_text(written));
    let of_before = |written: &&Written| {
        file.events.iter().any(|event| event.kind == EventKind::Corrected && event.at > written.saved_at)
    };
    let before = refused.filter(of_before);
    let again = refused.filter(|_| before.is_none()).map(|written| written.text.as_str());
    let own = typed.or(again);
    let first = proposed.fits && file.ticket.status == Status::Open && !proposed.hasty;
    let text = own.map_or(proposed.text, str::to_owned);
    let refusal = RefusalBox {
        open: first || own.is_some(),
        fits: proposed.fits,
        before: before.map(|written| written.text.clone()),
        stale: stale(desk, &text),
        text,
    };
    (refusal, kept.filter(|_| refused.is_none()))
}
