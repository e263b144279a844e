//! The language of patterns, and the one pass that finds them.
//!
//! A pattern is a regular expression over folded text, with three additions:
//! - `{name}` stands for a list of `rules/lists.toml`, or one that the reference rows make (`{covered}`);
//! - `a .. b` means *a, then b, at most 80 bytes later in the same sentence*;
//! - `a && b` means *both in the same sentence, in any order*.
//!
//! A piece begins at the beginning of a word by itself. The pieces of all patterns are gathered, each once, and compiled
//! together ([`pieces`]): one pass finds them all, and its cost grows with the text, not with the number of rules. Gaps are
//! judged outside the automaton ([`places`]), which keeps it small, and only for the patterns whose first piece stands in the text
//! ([`openings`]).

mod openings;
mod pieces;
mod places;

use std::collections::{BTreeMap, HashMap};

use regex::bytes::{Regex, RegexBuilder};

pub(super) use openings::Openings;
pub(super) use pieces::Pieces;
pub(super) use places::Places;

use crate::fault::Fault;

/// Most octets of all pieces compiled together, and so of each alone.
const SIZE: usize = 64 << 20;

/// Index of a piece in the [`Pieces`].
pub(super) type Piece = usize;

/// One pattern: sentences in which every sequence stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// Sequences joined by `&&`; each is the pieces joined by `..`. Neither is empty.
    pub(super) sequences: Vec<Vec<Piece>>,
}

impl Pattern {
    /// The piece that it begins with: where that does not stand, it stands nowhere.
    pub(super) fn opening(&self) -> Piece {
        self.sequences[0][0]
    }
}

/// Where a pattern stands, for faults: file, line, key.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    /// The file as faults name it.
    pub(super) file: String,
    /// The line in it.
    pub(super) line: usize,
    /// The rule or list it belongs to.
    pub(super) key: String,
}

/// What is wrong with a pattern, and what to do about it.
pub(super) type Wrong = (String, &'static str);

/// Gathers pieces while rules are loaded.
#[derive(Default)]
pub(super) struct Gatherer {
    sources: Vec<String>,
    /// Each piece as it was first written, and the pattern that did.
    owners: Vec<(String, Owner)>,
    known: HashMap<String, Piece>,
    lists: BTreeMap<String, String>,
    /// `lists.toml` could not be read: any name may have stood in it.
    lists_unread: bool,
}

/// Stands for a list that could not be read. That is told where the list stands: a pattern that names it has no fault of its
/// own, and no set with a fault is ever used.
const UNREAD: &str = "(?:x)";

impl Gatherer {
    /// Makes `{name}` stand for an expression that the reference rows make.
    pub(super) fn reference_list(&mut self, name: &str, expression: &str) {
        self.lists.insert(name.to_owned(), format!("(?:{expression})"));
    }

    /// Makes `{name}` stand for any of `words` (each a regular expression itself, lists named before included), and for
    /// what it stood for already.
    pub(super) fn list(&mut self, name: &str, words: &[String]) -> Result<(), Wrong> {
        let joined = self.expand(&words.join("|"))?;
        let whole = match self.lists.get(name) {
            Some(known) => format!("(?:{known}|{joined})"),
            None => format!("(?:{joined})"),
        };
        self.lists.insert(name.to_owned(), whole);
        Ok(())
    }

    /// Notes that this list could not be read.
    pub(super) fn unread_list(&mut self, name: &str) {
        self.lists.entry(name.to_owned()).or_insert_with(|| UNREAD.to_owned());
    }

    /// Notes that no list could be read.
    pub(super) fn unread_lists(&mut self) {
        self.lists_unread = true;
    }

    /// Reads a pattern. Whether the expression itself is good is only known in [`Gatherer::finish`].
    pub(super) fn pattern(&mut self, given: &str, owner: &Owner) -> Result<Pattern, Wrong> {
        let mut sequences = Vec::new();
        for sequence in given.split(" && ") {
            let pieces = sequence
                .split(" .. ")
                .map(|piece| self.piece(piece.trim(), owner))
                .collect::<Result<_, _>>()?;
            sequences.push(pieces);
        }
        Ok(Pattern { sequences })
    }

    fn piece(&mut self, given: &str, owner: &Owner) -> Result<Piece, Wrong> {
        if given.is_empty() {
            return Err(("un morceau est vide".to_owned(), "retirez le « .. » ou le « && » de trop"));
        }
        if let Some(odd) = first_unfolded(given) {
            let says = format!("« {odd} » n’est jamais dans le texte lu, mis en minuscules sans accent");
            return Err((says, "écrivez le motif de même"));
        }
        if given.replace("\\(", "").matches('(').count() != given.replace("\\)", "").matches(')').count() {
            let says = format!("les parenthèses de « {given} » ne vont pas par paires");
            return Err((says, "fermez chacune avant le « .. » ou le « && » qui la suit"));
        }
        let expanded = self.expand(given)?;
        let at_word = expanded.strip_prefix(r"\b").unwrap_or(&expanded);
        let bounded = if at_word.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '(' || c == '[') {
            format!(r"\A(?:{at_word})")
        } else {
            expanded
        };
        if let Some(known) = self.known.get(&bounded) {
            return Ok(*known);
        }
        let piece = self.sources.len();
        self.known.insert(bounded.clone(), piece);
        self.sources.push(bounded);
        self.owners.push((given.to_owned(), owner.clone()));
        Ok(piece)
    }

    fn expand(&self, given: &str) -> Result<String, Wrong> {
        let mut out = String::with_capacity(given.len());
        let mut rest = given;
        while let Some(open) = rest.find('{') {
            let (before, after) = rest.split_at(open);
            out.push_str(before);
            let close = after.find('}').unwrap_or(after.len() - 1);
            let name = &after[1..close];
            if name.starts_with(|c: char| c.is_ascii_lowercase()) {
                let known = self.lists.get(name).map(String::as_str);
                let list = known.or(self.lists_unread.then_some(UNREAD)).ok_or_else(|| {
                    let says = format!("lists.toml n’a pas de liste « {name} »");
                    (says, "corrigez ce nom, ou ajoutez la liste")
                })?;
                out.push_str(list);
            } else {
                out.push_str(&after[..=close]);
            }
            rest = &after[close + 1..];
        }
        out.push_str(rest);
        Ok(out)
    }

    /// Compiles everything gathered; otherwise names every bad expression.
    pub(super) fn finish(self) -> Result<Pieces, Vec<Fault>> {
        let fault = |piece: usize, says: &str, mend: &str| {
            let (given, owner) = &self.owners[piece];
            let says = format!("le motif « {given} » est fautif : {says}");
            Fault::at(owner.file.clone(), owner.line, owner.key.clone(), says, mend)
        };
        match Pieces::build(&self.sources) {
            Ok(pieces) => {
                let empty: Vec<_> = (pieces.empty().into_iter())
                    .map(|piece| {
                        fault(piece, "il reconnaît même un texte vide", "ajoutez-y un mot obligatoire")
                    })
                    .collect();
                if empty.is_empty() { Ok(pieces) } else { Err(empty) }
            }
            Err(whole) => {
                let bad = |(piece, source): (usize, &String)| {
                    let error = build(source).err()?;
                    let says = format!("le moteur d’expressions dit « {} »", last_line(&error.to_string()));
                    Some(fault(piece, &says, "corrigez le motif (syntaxe du paquet Rust « regex »)"))
                };
                let faults: Vec<_> = self.sources.iter().enumerate().filter_map(bad).collect();
                if !faults.is_empty() {
                    return Err(faults);
                }
                let says = format!("le moteur d’expressions dit « {} »", last_line(&whole));
                Err(vec![Fault::at("rules", None, "", says, "raccourcissez les listes les plus longues")])
            }
        }
    }
}

fn build(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source).unicode(false).size_limit(SIZE).build()
}

fn last_line(error: &str) -> &str {
    error.lines().last().unwrap_or(error).trim_start_matches("error: ")
}

/// The first character that folded text cannot hold; letters after a backslash are classes (`\S`).
fn first_unfolded(given: &str) -> Option<char> {
    let mut escaped = false;
    given.chars().find(|c| {
        let odd = !c.is_ascii() || c.is_ascii_control() || (c.is_ascii_uppercase() && !escaped);
        escaped = *c == '\\' && !escaped;
        odd
    })
}
