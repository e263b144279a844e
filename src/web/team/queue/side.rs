//! What stands beside the list: the views with their counts, and the lists that people keep.

use crate::store::{SavedView, View};
use crate::web::team::query::view_url;

/// A view in the menu.
pub(in crate::web::team) struct Tab {
    pub(super) title: &'static str,
    pub(super) href: String,
    pub(super) current: bool,
    /// `12`, `1000+`; `None` where nothing is counted.
    pub(super) count: Option<String>,
}

/// A list that somebody keeps.
pub(super) struct Saved {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) href: String,
    pub(super) current: bool,
    /// Everybody sees it.
    pub(super) shared: bool,
    /// The reader keeps it, and may take it away.
    pub(super) own: bool,
}

/// The menu beside the list.
pub(super) struct Side {
    pub(super) tabs: Vec<Tab>,
    pub(super) saved: Vec<Saved>,
    pub(super) parked: usize,
    /// The first page is shown.
    pub(super) home: bool,
}

/// A count as a reader wants it.
pub(super) fn counted(count: i64) -> String {
    if count >= 1000 { "1000+".to_owned() } else { count.to_string() }
}

impl Side {
    /// The name of the kept list that is shown, where one is.
    pub(super) fn name(&self) -> Option<&str> {
        self.saved.iter().find(|view| view.current).map(|view| view.name.as_str())
    }

    /// The place of the first list that the reader may take away; without one, beyond all of them.
    pub(in crate::web::team) fn first_own(&self) -> usize {
        self.saved.iter().position(|view| view.own).unwrap_or(self.saved.len())
    }

    /// `current` is the view shown, `None` on the first page; `address` the list's own.
    pub(super) fn of(
        counts: &[(View, i64)],
        saved: Vec<SavedView>,
        parked: usize,
        current: Option<View>,
        address: &str,
        reader: &str,
    ) -> Self {
        let saved = saved.into_iter().map(|view| Saved {
            current: view.address == address,
            own: view.account_id == reader,
            shared: view.shared,
            href: view.address,
            name: view.name,
            id: view.id,
        });
        let saved: Vec<Saved> = saved.collect();
        let kept = saved.iter().any(|view| view.current);
        // What the first page gathers need not stand twice: a view of its own is shown while it holds something.
        let shown = |view: &View| {
            let count = counts.iter().find(|(counted, _)| counted == view).map_or(0, |(_, count)| *count);
            !matches!(view, View::Unanswered | View::Silent | View::Back | View::Followed | View::Snoozed)
                || count > 0
                || current == Some(*view)
        };
        let tab = |view: View| Tab {
            title: view.title(),
            href: view_url(view),
            current: !kept && current == Some(view),
            count: counts.iter().find(|(counted, _)| *counted == view).map(|(_, count)| counted(*count)),
        };
        Self {
            tabs: View::ALL.into_iter().filter(shown).map(tab).collect(),
            saved,
            parked,
            home: current.is_none(),
        }
    }
}
