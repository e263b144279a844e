//! The words of the directory's pages.

use crate::clock::day_text;
use crate::desk::{EntryStanding, ToConfirm};
use crate::message::Lang;
use crate::store::KeptEntry;
use crate::triage::directory::{Difference, Entry};
use crate::web::team::words;

/// What the directory waits for, for the head of a page; `None` for nothing.
pub(in crate::web::team) fn waiting(counted: ToConfirm) -> Option<String> {
    let parts = [
        (counted.unconfirmed, "à confirmer"),
        (counted.soon, "bientôt à confirmer"),
        (counted.suggested, "à examiner"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    (!parts.is_empty()).then(|| format!("Annuaire : {}", parts.join(", ")))
}

/// The same in sentences, for the page itself.
pub(super) fn sentences(counted: ToConfirm) -> Vec<String> {
    let parts = [
        (counted.unconfirmed, "sans confirmation depuis douze mois : rien n’y part plus automatiquement."),
        (counted.soon, "à confirmer dans les trente jours."),
        (counted.suggested, "à examiner : proposée de l’extérieur, à reprendre ou à écarter."),
    ];
    parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, says)| format!("{} {says}", entries(count)))
        .collect()
}

/// `1 entrée`, `2 entrées`.
pub(super) fn entries(count: usize) -> String {
    format!("{count} entrée{}", if count > 1 { "s" } else { "" })
}

/// Role and contract: `Coordination des marchés · Support logiciels libres`.
pub(super) fn role(entry: &Entry) -> String {
    match entry.contract {
        Some(contract) => format!("{} · {}", entry.role.title(), words::contract(contract)),
        None => entry.role.title().to_owned(),
    }
}

/// Who an entry is, as short as a heading: the name, else the address.
pub(super) fn who(entry: &Entry) -> &str {
    match (entry.name.is_empty(), entry.email.is_empty()) {
        (false, _) => &entry.name,
        (true, false) => &entry.email,
        (true, true) => "Entrée effacée",
    }
}

/// A standing as a badge: its words and its colour.
pub(super) fn standing(kept: &KeptEntry, standing: EntryStanding) -> (String, &'static str) {
    let tone = match standing {
        EntryStanding::Unconfirmed => "error",
        EntryStanding::Soon(_) | EntryStanding::Suggested => "warning",
        EntryStanding::Good => "success",
        EntryStanding::Future | EntryStanding::Ended | EntryStanding::Erased => "info",
    };
    (standing.title(&kept.entry), tone)
}

/// Until when somebody is absent: `absente jusqu’au 3 janvier 2027`, `absente du … au …`.
pub(super) fn absence(entry: &Entry) -> Option<String> {
    entry.absence.map(|absence| format!("absence {}", absence.text()))
}

/// The title of what is no column.
const UNKNOWN: &str = "Autre";

/// The title of a column (French).
pub(super) fn column(name: &str) -> &'static str {
    match name {
        "organisation" => "Organisme",
        "role" => "Rôle",
        "contract" => "Marché",
        "deputy" => "Suppléance",
        "name" => "Nom ou fonction",
        "email" => "Adresse électronique",
        "valid_from" => "Premier jour",
        "valid_until" => "Dernier jour",
        "absent_from" => "Absence à partir du",
        "absent_until" => "Absence jusqu’au",
        "confirmed_on" => "Confirmée le",
        "note" => "Note",
        _ => UNKNOWN,
    }
}

/// Whether a field of a form is a column of an entry.
pub(super) fn is_column(name: &str) -> bool {
    column(name) != UNKNOWN
}

/// What differs, in words.
pub(super) fn difference(difference: &Difference) -> String {
    let text = |text: &str| match text {
        "" => "(rien)".to_owned(),
        text => match text.parse() {
            Ok(day) => day_text(day, Lang::Fr),
            Err(_) => format!("« {text} »"),
        },
    };
    format!("{} : {} → {}", column(difference.column), text(&difference.old), text(&difference.new))
}
