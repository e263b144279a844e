//! The filters of the list, each with its choices.

use crate::message::Channel;
use crate::store::{Account, Became};
use crate::ticket::{EndedByAuthor, Status};
use crate::web::team::categories::Categories;
use crate::web::team::query::{Age, List, NOBODY, OfKind, WITHDRAWN, WITHOUT};
use crate::web::team::words;

/// An option of a filter.
pub(in crate::web::team) struct Choice {
    pub(in crate::web::team) value: String,
    pub(in crate::web::team) label: String,
    pub(in crate::web::team) selected: bool,
}

/// A filter: a list to choose from.
pub(super) struct Select {
    /// Name in the address, and id on the page.
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    /// What no choice is called.
    pub(super) all: &'static str,
    pub(super) choices: Vec<Choice>,
}

fn choice(value: &str, label: &str, selected: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), selected }
}

/// Every filter, in the order of the page.
pub(super) fn filters(list: &List, categories: &Categories, accounts: &[Account]) -> Vec<Select> {
    let of_category = categories
        .declared()
        .map(|c| choice(&c.id, &c.title, list.category.as_deref() == Some(&c.id)))
        .collect();
    let of_status = Status::ALL.into_iter().map(|s| choice(s.code(), s.title(), list.status == Some(s)));
    let withdrawn = choice(WITHDRAWN, EndedByAuthor::Withdrawn.title(), list.withdrawn);
    let of_status = of_status.chain(std::iter::once(withdrawn));
    let of_channel =
        Channel::ALL.into_iter().map(|c| choice(c.code(), words::channel(c), list.channel == Some(c)));
    let of_kind = OfKind::all().map(|k| choice(k.code(), k.title(), list.kind == Some(k)));
    let of_age = Age::ALL.into_iter().map(|a| choice(a.code(), a.title(), list.age == Some(a)));
    let people = accounts.iter().filter(|account| !account.disabled);
    let of_people = std::iter::once((NOBODY, "personne"))
        .chain(people.map(|account| (account.id.as_str(), account.name.as_str())))
        .map(|(id, name)| choice(id, name, list.assignee.as_deref() == Some(id)));
    let of_became =
        Became::ALL.into_iter().map(|one| choice(one.code(), one.title(), list.became == Some(one)));
    let archives = vec![choice(WITHOUT, "sans elles", list.but_history)];
    let select = |name, label, all, choices| Select { name, label, all, choices };
    vec![
        select("categorie", "Catégorie", "Toutes", of_category),
        select("etat", "État", "Tous", of_status.collect()),
        select("canal", "Canal", "Tous", of_channel.collect()),
        select("nature", "Organisme", "Tous", of_kind.collect()),
        select("a", "Affectée à", "Tout le monde", of_people.collect()),
        select("age", "Âge", "Tous", of_age.collect()),
        select("suite", "Suite", "Toutes", of_became.collect()),
        select("archives", "Archives importées", "Avec elles", archives),
    ]
}
