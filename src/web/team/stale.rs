//! The links of a text that somebody is to look at before it leaves: told beside it, never in it.

use crate::clock::day_text;
use crate::desk::Desk;
use crate::message::Lang;

/// A link that nobody has looked at for long, or that is past its end.
pub(super) struct Stale {
    /// What it is called.
    pub(super) title: String,
    /// Where it leads.
    pub(super) href: String,
    /// Since when nobody looked at it, or when it ended.
    pub(super) why: String,
}

/// Those of a text that would leave now.
pub(super) fn stale(desk: &Desk, text: &str) -> Vec<Stale> {
    let today = desk.clock().today();
    let links = desk.replies().links();
    links
        .stale_in(text, today)
        .map(|link| Stale {
            title: link.title(Lang::Fr).to_owned(),
            href: link.url.clone(),
            why: match link.valid_until.filter(|end| today > *end) {
                Some(end) => format!("valable jusqu’au {}", day_text(end, Lang::Fr)),
                None => format!("contrôlé le {}", day_text(link.checked_on, Lang::Fr)),
            },
        })
        .collect()
}
