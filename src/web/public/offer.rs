//! The offer of services as the way in: each heading with its common questions and our short answers, so that many need not
//! write at all, and the optional questions that help under it. All of it is data of the rules (`rules/guide.toml`).

use super::categories::{self, CategoryChoice};
use crate::message::Lang;
use crate::triage::guide::{Ask, Said};
use crate::web::WebState;

/// A link as the pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLink {
    /// Where it leads.
    pub url: String,
    /// What the reader sees.
    pub title: String,
}

/// A common question, or a refused topic, and what we say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The question, or the title of the topic.
    pub asks: String,
    /// Plain sentences.
    pub says: String,
    /// Where to read on.
    pub links: Vec<PageLink>,
}

/// A heading of the offer on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Id, title and line of help.
    pub choice: CategoryChoice,
    /// Its common questions.
    pub answers: Vec<Answer>,
    /// The form with this heading chosen.
    pub href: String,
}

/// An optional question of the form, and the headings under which it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its code, which is the field's id.
    pub code: &'static str,
    /// Ids of headings, with spaces between: for the page's script.
    pub under: String,
    /// Whether it is asked under the heading chosen.
    pub now: bool,
}

/// Every heading offered, in the order of the rules.
pub fn headings(state: &WebState, lang: Lang) -> Vec<Heading> {
    categories::in_form(state, lang).into_iter().map(|choice| heading(state, lang, choice)).collect()
}

/// The heading with this id, if it is offered in the form.
pub fn chosen(state: &WebState, lang: Lang, id: &str) -> Option<Heading> {
    let choice = categories::in_form(state, lang).into_iter().find(|choice| choice.id == id)?;
    Some(heading(state, lang, choice))
}

/// The refused topics that have a name of their own, each with the reason and what else to do.
pub fn refusals(state: &WebState, lang: Lang) -> Vec<Answer> {
    let guide = state.desk.triage().guide();
    let told = categories::refused(state, lang).into_iter().map(|topic| match guide.refusal(&topic.id) {
        Some(said) => Answer { asks: topic.title, ..answer(state, lang, said) },
        None => Answer { asks: topic.title, says: topic.hint, links: Vec::new() },
    });
    told.collect()
}

/// The optional questions of the form, for whoever chose this heading.
pub fn asked(state: &WebState, category: &str) -> Vec<Asked> {
    let guide = state.desk.triage().guide();
    let told = Ask::ALL.into_iter().map(|ask| {
        let under: Vec<&str> = guide.headings_asking(ask).collect();
        Asked { code: ask.code(), now: under.contains(&category), under: under.join(" ") }
    });
    told.filter(|asked| !asked.under.is_empty()).collect()
}

/// What the guide says, for a reader of that language. A link that nobody has looked at for long is left out.
pub fn answer(state: &WebState, lang: Lang, said: &Said) -> Answer {
    let (links, today) = (state.desk.replies().links(), state.desk.clock().today());
    let known = said.links.iter().filter_map(|id| links.get(id)).filter(|link| !links.is_stale(link, today));
    Answer {
        asks: said.asks.of(lang).to_owned(),
        says: said.says.of(lang).to_owned(),
        links: known
            .map(|link| PageLink { url: link.url.clone(), title: link.title(lang).to_owned() })
            .collect(),
    }
}

fn heading(state: &WebState, lang: Lang, choice: CategoryChoice) -> Heading {
    let guide = state.desk.triage().guide();
    let page = lang.choose("/?categorie=", "/en?categorie=");
    Heading {
        answers: guide.questions(&choice.id).map(|said| answer(state, lang, said)).collect(),
        href: format!("{page}{}#formulaire", choice.id),
        choice,
    }
}
