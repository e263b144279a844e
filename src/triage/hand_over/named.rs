//! Whether a person of the directory writes, reads along or is spoken of, by name. A service mailbox bears the name of whoever
//! reads it, and so does a person's own address: neither is looked at alone.

use std::collections::HashSet;

use super::Entry;
use crate::message::Message;
use crate::triage::mask::words;
use crate::triage::text::fold;

/// A mailbox has a function for a name ("Coordination des marchés"): its words are those of any request.
const FUNCTIONS: [&str; 27] = [
    "achat",
    "adjoint",
    "administrat",
    "amdac",
    "bal",
    "boite",
    "bureau",
    "cellul",
    "charge",
    "coord",
    "correspond",
    "departement",
    "direction",
    "donnee",
    "dsi",
    "equipe",
    "march",
    "mission",
    "numer",
    "pole",
    "referen",
    "secret",
    "service",
    "sll",
    "suppl",
    "unite",
    "section",
];
const TITLES: [&str; 11] =
    ["m", "mr", "mm", "mme", "mmes", "mlle", "monsieur", "madame", "dr", "docteur", "maitre"];
const PARTICLES: [&str; 12] = ["de", "la", "du", "des", "le", "van", "von", "den", "el", "al", "da", "di"];

/// A name that an entry bears.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    /// Its words, folded; without titles, particles and initials.
    words: Vec<String>,
    /// Those that are a surname, as far as one can tell.
    surnames: Vec<String>,
}

/// The words of a message, folded.
pub(super) struct Names {
    /// Of its text.
    said: HashSet<String>,
    /// Those that begin with a capital there.
    capital: HashSet<String>,
    /// Of who writes and who gets it: display name and what stands before the `@`.
    people: HashSet<String>,
}

impl Names {
    /// Reads them.
    pub(super) fn of(message: &Message) -> Self {
        let (mut said, mut capital) = (HashSet::new(), HashSet::new());
        for word in pieces(&message.body).chain(pieces(&message.subject)) {
            let folded = fold(word);
            if word.starts_with(char::is_uppercase) {
                capital.insert(folded.clone());
            }
            said.insert(folded);
        }
        let addresses = [&message.from_email].into_iter().chain(&message.reply_to);
        let addresses = addresses.chain(&message.to).chain(&message.cc);
        let people = pieces(&message.from_name).chain(addresses.flat_map(|address| pieces(local(address))));
        Self { said, capital, people: people.map(fold).collect() }
    }

    /// Whether somebody of an entry stands among them: by surname, or by all words of the name.
    pub(super) fn name(&self, entry: &Entry) -> bool {
        names_of(entry).iter().any(|name| {
            let said = |word: &String| {
                let plain = !words::is_common(word) || self.capital.contains(word);
                word.len() > 2 && plain && self.said.contains(word)
            };
            name.surnames.iter().any(|word| said(word) || (word.len() > 1 && self.people.contains(word)))
                || name.is_whole_in(&self.said)
                || name.is_whole_in(&self.people)
        })
    }

    /// Whether they name somebody of an entry in full: of other bodies' people a surname alone says nothing.
    pub(super) fn name_in_full(&self, entry: &Entry) -> bool {
        names_of(entry).iter().any(|name| name.is_whole_in(&self.people))
    }
}

impl Name {
    fn is_whole_in(&self, known: &HashSet<String>) -> bool {
        self.words.len() > 1 && self.words.iter().all(|word| known.contains(word))
    }
}

/// The people that an entry names, in its name and in its address.
fn names_of(entry: &Entry) -> Vec<Name> {
    let parts = entry.name.split([',', ';', '/', '(', ')', '|', ':', '–', '—']);
    let parts = parts.flat_map(|part| part.split(" - "));
    let of_address = person(local(&entry.email), true);
    parts.filter_map(|part| person(part, false)).chain(of_address).collect()
}

/// The person that a part of a name, or what stands before the `@`, names.
fn person(part: &str, address: bool) -> Option<Name> {
    let given: Vec<&str> = pieces(part).collect();
    let is_title = |word: &&str| !address && TITLES.contains(&fold(word).as_str());
    let titled = given.first().is_some_and(is_title);
    let written: Vec<&str> = given.iter().copied().filter(|word| !is_title(word)).collect();
    let initial = written.iter().any(|word| word.chars().count() == 1);
    let kept: Vec<(&str, String)> = written
        .into_iter()
        .map(|word| (word, fold(word)))
        .filter(|(_, word)| word.chars().count() > 1 && !PARTICLES.contains(&word.as_str()))
        .collect();
    let vague = |word: &String| {
        !words::is_plain_first_name(word)
            && (FUNCTIONS.iter().any(|function| word.starts_with(function))
                || words::is_function(word)
                || (words::is_kept(word) && !words::is_first_name(word) && !words::is_common(word)))
    };
    let first = |word: &String| words::is_first_name(word);
    let chosen: Vec<&(&str, String)> = if kept.iter().any(|(_, word)| vague(word)) {
        // "Coordination Camille Martin": a first name and the word beside it.
        let at = kept.iter().position(|(_, word)| words::is_plain_first_name(word))?;
        let beside = |at: Option<usize>| {
            at.and_then(|at| kept.get(at)).filter(|(written, word)| {
                !vague(word) && (address || written.starts_with(char::is_uppercase))
            })
        };
        vec![&kept[at], beside(Some(at + 1)).or_else(|| beside(at.checked_sub(1)))?]
    } else {
        kept.iter().collect()
    };
    let enough = match chosen.len() {
        1 => titled || (address && initial),
        2..=5 if address => chosen.iter().any(|(_, word)| first(word)),
        2..=5 => chosen.iter().all(|(written, _)| written.starts_with(char::is_uppercase)),
        _ => false,
    };
    if !enough {
        return None;
    }
    let in_capitals = |written: &str| !written.chars().any(char::is_lowercase);
    let some_small = chosen.iter().any(|(written, _)| !in_capitals(written));
    let surname = |(written, word): &&&(&str, String)| {
        if some_small && chosen.iter().any(|(written, _)| in_capitals(written)) {
            in_capitals(written)
        } else {
            !first(word)
        }
    };
    let mut surnames: Vec<String> = chosen.iter().filter(surname).map(|(_, word)| word.clone()).collect();
    if surnames.is_empty() {
        surnames.extend(chosen.last().map(|(_, word)| word.clone()));
    }
    Some(Name { words: chosen.into_iter().map(|(_, word)| word.clone()).collect(), surnames })
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

fn local(address: &str) -> &str {
    address.split('@').next().unwrap_or_default().split('+').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surnames(part: &str, address: bool) -> String {
        person(part, address).map(|name| name.surnames.join(" ")).unwrap_or_default()
    }

    #[test]
    fn a_person_is_told_from_a_function() {
        for (part, surname) in [
            ("Camille Martin", "martin"),
            ("MARTIN Camille", "martin"),
            ("Hélène Courtois", "courtois"),
            ("Mme Durand", "durand"),
            ("Jean-Pierre Le Goff", "goff"),
            ("Coordination Camille Vasseur", "vasseur"),
            ("Coordination des marchés", ""),
            ("Bureau Outils Collaboratifs", ""),
            ("Pôle Logiciels Libres", ""),
            ("AMDAC", ""),
            ("", ""),
        ] {
            assert_eq!(surnames(part, false), surname, "{part}");
        }
        for (part, surname) in [
            ("camille.martin", "martin"),
            ("m.vasseur", "vasseur"),
            ("coord-sll", ""),
            ("marches.publics", ""),
        ] {
            assert_eq!(surnames(part, true), surname, "{part}");
        }
    }
}
