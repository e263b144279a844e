//! Where one came from: a list with its filters and its page, or a section of the first page. It stands in the address of a
//! ticket and in its forms, so that one goes on and back in that very list.

use axum::extract::Query;

use super::query::{List, ListQuery};
use crate::store::View;

/// A list that leads to a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    list: List,
    /// The list is a section of the first page.
    home: bool,
}

impl Place {
    /// A list of its own.
    pub(super) fn in_list(list: List) -> Self {
        Self { list, home: false }
    }

    /// A section of the first page.
    pub(super) fn in_section(view: View) -> Self {
        Self { list: List::of(view), home: true }
    }

    /// As an address says it; nothing said is the list of what is open.
    pub(super) fn of(query: &ListQuery) -> Self {
        Self { list: query.list().unwrap_or_default(), home: query.accueil == "oui" }
    }

    /// As a form says it, see [`Place::code`].
    pub(super) fn read(code: &str) -> Self {
        let query = format!("/?{code}").parse().ok().and_then(|uri| Query::try_from_uri(&uri).ok());
        query.map(|Query(query)| Self::of(&query)).unwrap_or_default()
    }

    /// The query of an address that says it.
    pub(super) fn code(&self) -> String {
        let home = if self.home { "&accueil=oui" } else { "" };
        format!("{}{home}", self.list.query())
    }

    /// The list, for its filters.
    pub(super) fn list(&self) -> &List {
        &self.list
    }

    /// The address to go back to.
    pub(super) fn href(&self) -> String {
        if self.home { "/equipe".to_owned() } else { format!("/equipe?{}", self.list.query()) }
    }

    /// What is gone back to.
    pub(super) fn title(&self) -> String {
        match (self.home, self.list.is_filtered()) {
            (true, _) => "À faire maintenant".to_owned(),
            (false, true) => format!("{} (liste filtrée)", self.list.view.title()),
            (false, false) => self.list.view.title().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_from_its_code() {
        let code = "vue=toutes&categorie=sill&q=logiciel%20libre&apres=1700000000123456_0190-a";
        let place = Place::read(code);
        assert_eq!(place.code(), code);
        assert_eq!(place.href(), format!("/equipe?{code}"));
        let section = Place::in_section(View::Contested);
        assert_eq!(Place::read(&section.code()), section);
        assert_eq!(section.href(), "/equipe");
        for nonsense in ["", "vue=x", "a traiter", "%"] {
            assert_eq!(Place::read(nonsense), Place::default(), "{nonsense}");
        }
    }
}
