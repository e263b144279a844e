//! How people write the headings and the codes of a directory's file, beside the names that it is written with.

use crate::triage::text::fold;

/// Other names that people give to columns, folded.
const SYNONYMS: [(&str, &str); 16] = [
    ("organisme", "organisation"),
    ("organization", "organisation"),
    ("fonction", "role"),
    ("subject", "contract"),
    ("sujet", "contract"),
    ("marche", "contract"),
    ("suppleant", "deputy"),
    ("nom", "name"),
    ("address", "email"),
    ("adresse", "email"),
    ("courriel", "email"),
    ("depuis", "valid_from"),
    ("jusqu'au", "valid_until"),
    ("confirmed", "confirmed_on"),
    ("confirme_le", "confirmed_on"),
    ("remarque", "note"),
];

/// Other ways to write a role or a contract, folded.
const WORDS: [(&str, &str); 10] = [
    ("coordinateur", "coordinator"),
    ("coordinatrice", "coordinator"),
    ("coordination", "coordinator"),
    ("pilote", "pilot"),
    ("titulaire", "holder"),
    ("mentorat", "mentoring"),
    ("tous", ""),
    ("all", ""),
    ("*", ""),
    ("any", ""),
];

/// The column that a heading names; what names none, folded.
pub(super) fn column(name: &str) -> String {
    let folded = fold(name.trim()).replace([' ', '-'], "_");
    let synonym = SYNONYMS.iter().find(|(other, _)| *other == folded);
    synonym.map_or(folded, |(_, own)| (*own).to_owned())
}

/// The code that a cell's word stands for; what stands for none, folded.
pub(super) fn word(given: &str) -> String {
    let folded = fold(given);
    let synonym = WORDS.iter().find(|(other, _)| *other == folded);
    synonym.map_or(folded, |(_, own)| (*own).to_owned())
}
