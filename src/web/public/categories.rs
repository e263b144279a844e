//! The headings of the offer of services as the public pages name them.

use crate::message::Lang;
use crate::web::WebState;

/// A heading that can be chosen, or a topic that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryChoice {
    /// Category id.
    pub id: String,
    /// In the language of the page.
    pub title: String,
    /// What it covers, in a sentence; may be empty.
    pub hint: String,
}

/// The headings offered in the form, in the order of the rules.
pub fn in_form(state: &WebState, lang: Lang) -> Vec<CategoryChoice> {
    choices(state, lang, |in_form, _| in_form)
}

/// The refused topics that have a name of their own, to be said before somebody writes.
pub fn refused(state: &WebState, lang: Lang) -> Vec<CategoryChoice> {
    choices(state, lang, |in_form, refused| refused && !in_form)
        .into_iter()
        // "Anything else" is no topic.
        .filter(|choice| choice.id != "refused-other")
        .collect()
}

fn choices(state: &WebState, lang: Lang, wanted: impl Fn(bool, bool) -> bool) -> Vec<CategoryChoice> {
    let today = state.desk.clock().today();
    let categories = state.desk.triage().taxonomy().categories();
    categories
        .iter()
        .filter(|category| category.holds_on(today) && wanted(category.in_form, category.refused))
        .map(|category| CategoryChoice {
            id: category.id.clone(),
            title: category.title(lang).to_owned(),
            hint: category.hint(lang).to_owned(),
        })
        .collect()
}
