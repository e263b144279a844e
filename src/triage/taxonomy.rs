//! The taxonomy: every heading of the offer of services and every refused topic, as data (`rules/categories.toml`).
//! An offer of services is dated and can be switched off; the ids are those of the labelled examples. A heading that the
//! active offer does not have, or that is marked `asleep`, sleeps: it stays declared, with its rules, its reply, its place in
//! the model and its labelled examples, and is offered to nobody.

use chrono::NaiveDate;

use super::decision::{Alone, Contract};
use super::directory::Role;
use super::rulefile::{Placed, Source, Table};
use crate::message::Lang;

/// The category of mail in which nothing is asked.
pub const NOISE: &str = "noise";

/// The refused topic that stands for all that has no heading of its own: the refusal that a person starts from where the
/// request's own topic has none.
pub const GENERAL_REFUSAL: &str = "refused-other";

/// One heading.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own in `categories.toml`")]
pub struct Category {
    /// Its id (`source-publication`), the name of its rule file.
    pub id: String,
    /// Title in French.
    pub title_fr: String,
    /// Title in English.
    pub title_en: String,
    /// Where it comes from (`seed 001, …`).
    pub source: String,
    /// Who answers, when it is not the whole mission.
    pub team: Option<String>,
    /// A topic that the mission does not answer.
    pub refused: bool,
    /// A heading of the offer of services.
    pub in_offer: bool,
    /// How far the program may go alone.
    pub alone: Alone,
    /// Name of the draft or of the refusal (`templates/replies/<reply>.<lang>.md`).
    pub reply: Option<String>,
    /// Who of the directory may be told of it without a person (unless `alone` is never).
    pub hand_over: Option<Role>,
    /// What the requester reads then; the plain notice where it names none.
    pub hand_over_reply: Option<String>,
    /// The contract that may cover what this refused topic asks.
    pub covered_by: Option<Contract>,
    /// Whoever speaks of a contract that is over is told so under this heading, by a person.
    pub tells_ended: bool,
    /// First day on which it holds; `None`: always did, as far as the sources tell.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which it holds; `None`: until further notice.
    pub valid_until: Option<NaiveDate>,
    /// Shown among the choices of the public form.
    pub in_form: bool,
    /// One line of help for the form, in French.
    pub hint_fr: String,
    /// The same in English.
    pub hint_en: String,
}

impl Category {
    /// Its title in the language of a text.
    pub fn title(&self, lang: Lang) -> &str {
        lang.choose(&self.title_fr, &self.title_en)
    }

    /// Its line of help in the language of a text.
    pub fn hint(&self, lang: Lang) -> &str {
        lang.choose(&self.hint_fr, &self.hint_en)
    }

    /// Whether it holds on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|first| first <= day) && self.valid_until.is_none_or(|last| day <= last)
    }
}

/// All headings, in the order of the file: those that are offered, and those that sleep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taxonomy {
    /// When the active offer was published.
    pub published_on: Option<NaiveDate>,
    /// The headings of the active offer that are awake.
    pub categories: Vec<Category>,
    /// The headings that sleep: of another offer, or marked `asleep`. None has the id of one that is awake.
    pub asleep: Vec<Category>,
}

impl Taxonomy {
    /// Every heading, in the order of the offer.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// The heading with this id, if it is awake: what may be recognised, chosen and answered.
    pub fn get(&self, id: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.id == id)
    }

    /// The heading with this id, awake or not: what older tickets and labelled requests may name.
    pub fn declared(&self, id: &str) -> Option<&Category> {
        self.get(id).or_else(|| self.asleep.iter().find(|category| category.id == id))
    }

    /// Whether this is the id of a heading that sleeps.
    pub fn sleeps(&self, id: &str) -> bool {
        self.asleep.iter().any(|category| category.id == id)
    }

    /// The headings offered in the form, in order.
    pub fn in_form(&self) -> impl Iterator<Item = &Category> {
        self.categories.iter().filter(|category| category.in_form)
    }

    /// Reads `categories.toml`. Exactly one offer is active; the headings of the others are checked and sleep.
    pub(super) fn read(source: &mut Source<'_>, root: &toml::de::DeTable<'_>) -> Self {
        let mut root = Table::new("", 0, root);
        let mut taxonomy = Self::default();
        let mut active = Vec::new();
        let mut offers: Vec<String> = Vec::new();
        for mut offer in root.each(source, "offer") {
            let id = offer.needed(source, "id").map(|(id, _)| id).unwrap_or_default();
            let published_on = offer.needed(source, "published_on");
            let published_on =
                published_on.and_then(|placed| date(source, &offer.label, "published_on", placed));
            if offer.flag(source, "active") {
                active.push(id.clone());
                taxonomy.published_on = published_on;
            }
            offer.needed(source, "source");
            offer.close(source);
            offers.push(id);
        }
        if active.len() != 1 {
            let says = match active.len() {
                0 => "aucune offre n’est active".to_owned(),
                many => format!("{many} offres sont actives"),
            };
            source.fault(0, "[[offer]]", says, "mettez active = true dans une seule [[offer]]");
        }
        let (mut categories, mut asleep) = (Vec::<Category>::new(), Vec::<Category>::new());
        for table in root.each(source, "category") {
            let at = table.at;
            let Read { offers: offers_of, marked, category } = read_category(source, table);
            for unknown in offers_of.iter().filter(|id| !offers.contains(id)) {
                let says = format!("l’offre « {unknown} » n’existe pas");
                source.fault(
                    at,
                    format!("catégorie {}", category.id),
                    says,
                    "nommez une [[offer]] de ce fichier",
                );
            }
            let offered = offers_of.iter().any(|id| active.contains(id)) || offers_of.is_empty();
            if marked || !offered {
                asleep.push(category);
            } else if categories.iter().any(|known| known.id == category.id) {
                source.fault(
                    at,
                    format!("catégorie {}", category.id),
                    "elle est déclarée deux fois",
                    "gardez-en une",
                );
            } else {
                categories.push(category);
            }
        }
        root.close(source);
        // An offer may say of a heading what another says otherwise: the first that sleeps speaks where none is awake.
        for category in asleep {
            if categories.iter().chain(&taxonomy.asleep).all(|known| known.id != category.id) {
                taxonomy.asleep.push(category);
            }
        }
        Self { categories, ..taxonomy }
    }
}

/// A `[[category]]` as it stands in the file.
struct Read {
    /// The offers that have it; none: every one.
    offers: Vec<String>,
    /// It is marked `asleep`.
    marked: bool,
    category: Category,
}

fn read_category(source: &mut Source<'_>, mut table: Table<'_, '_>) -> Read {
    let at = table.at;
    let text = |placed: Option<(String, usize)>| placed.map(|(text, _)| text);
    let id = text(table.needed(source, "id")).unwrap_or_default();
    table.label = format!("catégorie {id}");
    let offers = table.texts(source, "offers").into_iter().map(|(id, _)| id).collect();
    let alone = match text(table.needed(source, "alone")).as_deref() {
        Some("act") => Alone::Act,
        Some("propose") => Alone::Propose,
        Some("never") | None => Alone::Never,
        Some(other) => {
            let label = table.label.clone();
            source.fault(
                at,
                label,
                format!("« {other} » n’est pas une valeur de alone"),
                "choisissez never, propose ou act",
            );
            Alone::Never
        }
    };
    let (refused, marked) = (table.flag(source, "refused"), table.flag(source, "asleep"));
    let tells_ended = table.flag(source, "tells_ended");
    if alone == Alone::Act && !refused {
        let mend = "écrivez alone = \"propose\", ou refused = true si la mission n’y répond pas";
        source.fault(
            at,
            table.label.clone(),
            "elle agit seule, ce que seul un sujet refusé peut faire",
            mend,
        );
    }
    let receives = |code: &str| Role::from_code(code).filter(|role| role.is_handed_over());
    let hand_over = code(source, &mut table, "hand_over", receives, "coordinator ou amdac");
    let covered_by =
        code(source, &mut table, "covered_by", Contract::from_code, "support, expertise ou mentoring");
    for (key, misplaced, of) in [
        ("hand_over", hand_over.is_some() && refused, "sujet de l’offre"),
        ("covered_by", covered_by.is_some() && !refused, "sujet refusé"),
        ("tells_ended", tells_ended && refused, "sujet de l’offre"),
    ] {
        if misplaced {
            let says = format!("« {key} » ne vaut que pour un {of}");
            source.fault(at, table.label.clone(), says, "retirez cette clé");
        }
    }
    let category = Category {
        title_fr: text(table.needed(source, "title_fr")).unwrap_or_default(),
        title_en: text(table.needed(source, "title_en")).unwrap_or_default(),
        source: text(table.needed(source, "source")).unwrap_or_default(),
        team: text(table.text(source, "team")),
        refused,
        in_offer: !refused && id != NOISE,
        alone,
        reply: text(table.text(source, "reply")),
        hand_over,
        hand_over_reply: text(table.text(source, "hand_over_reply")),
        covered_by,
        tells_ended,
        valid_from: day(source, &mut table, "valid_from"),
        valid_until: day(source, &mut table, "valid_until"),
        in_form: table.flag(source, "in_form"),
        hint_fr: text(table.text(source, "hint_fr")).unwrap_or_default(),
        hint_en: text(table.text(source, "hint_en")).unwrap_or_default(),
        id,
    };
    if category.in_form && (category.hint_fr.is_empty() || category.hint_en.is_empty()) {
        source.fault(
            at,
            table.label.clone(),
            "elle est dans le formulaire sans aide",
            "ajoutez hint_fr et hint_en",
        );
    }
    table.close(source);
    Read { offers, marked, category }
}

/// What a code of a key stands for; `choices` are told where it stands for nothing.
fn code<T>(
    source: &mut Source<'_>,
    table: &mut Table<'_, '_>,
    key: &'static str,
    of: impl Fn(&str) -> Option<T>,
    choices: &str,
) -> Option<T> {
    let (text, at) = table.text(source, key)?;
    let read = of(&text);
    if read.is_none() {
        let says = format!("« {text} » n’est pas une valeur de {key}");
        source.fault(at, table.label.clone(), says, format!("choisissez {choices}"));
    }
    read
}

fn day(source: &mut Source<'_>, table: &mut Table<'_, '_>, key: &'static str) -> Option<NaiveDate> {
    let placed = table.text(source, key)?;
    date(source, &table.label, key, placed)
}

fn date(source: &mut Source<'_>, label: &str, key: &str, (text, at): Placed) -> Option<NaiveDate> {
    let read = text.parse().ok();
    if read.is_none() {
        source.fault(
            at,
            format!("{label}, {key}"),
            format!("« {text} » n’est pas une date"),
            "écrivez-la comme 2026-11-25",
        );
    }
    read
}
