//! The language of patterns, and the one pass that finds them.
//!
//! A pattern is a regular expression over folded text, with three additions:
//! - `{name}` stands for a list of `rules/lists.toml`, or one that the reference rows make (`{covered}`);
//! - `a .. b` means *a, then b, at most 80 bytes later in the same sentence*;
//! - `a && b` means *both in the same sentence, in any order*.
//!
//! A piece begins at the beginning of a word by itself. The pieces of all patterns are gathered, each once, into one
//! [`RegexSet`] that is tried at the beginning of each word: the cost grows with the text, not with the number of rules,
//! and only the pieces that hit are run again for their ends. Gaps are judged outside the automaton, which keeps it small.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use super::text::Folded;
use crate::fault::Fault;

/// The widest gap of `a .. b`, in folded bytes.
pub(super) const GAP: usize = 80;

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
}

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
                let list = self.lists.get(name).ok_or_else(|| {
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
                let says = format!("le moteur d’expressions dit « {} »", last_line(&whole.to_string()));
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

/// Every piece of every pattern, compiled.
#[derive(Debug)]
pub(super) struct Pieces {
    /// Pieces that begin a word, tried at each word's beginning: what the automaton must remember then depends on a
    /// few letters and not on all that went before, so its states are few and soon known.
    words: Group,
    /// The few others, looked for anywhere.
    others: Group,
}

/// Pieces compiled together, with the number that each has among all.
#[derive(Debug)]
struct Group {
    set: RegexSet,
    pieces: Vec<Piece>,
    /// Each piece alone, compiled when it first hits: most never do in one run.
    singles: Vec<OnceLock<Regex>>,
    sources: Vec<String>,
}

impl Group {
    fn build(all: &[String], wanted: impl Fn(&str) -> bool) -> Result<Self, regex::Error> {
        let chosen = all.iter().enumerate().filter(|(_, source)| wanted(source));
        let (pieces, sources): (Vec<Piece>, Vec<String>) =
            chosen.map(|(piece, source)| (piece, source.clone())).unzip();
        let set = RegexSetBuilder::new(&sources)
            .unicode(false)
            .size_limit(SIZE)
            .dfa_size_limit(32 << 20)
            .build()?;
        let singles = sources.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { set, pieces, singles, sources })
    }

    fn single(&self, at: usize) -> &Regex {
        self.singles[at].get_or_init(|| {
            build(&self.sources[at]).expect("a piece compiles alone, for it compiled as a part of the set")
        })
    }
}

impl Pieces {
    fn build(sources: &[String]) -> Result<Self, regex::Error> {
        let at_word = |source: &str| source.starts_with(r"\A");
        Ok(Self {
            words: Group::build(sources, at_word)?,
            others: Group::build(sources, |source| !at_word(source))?,
        })
    }

    /// The pieces that match nothing at all, which no pattern may contain.
    fn empty(&self) -> Vec<Piece> {
        let of = |group: &Group| group.set.matches(b"").iter().map(|at| group.pieces[at]).collect::<Vec<_>>();
        [of(&self.words), of(&self.others)].concat()
    }

    /// Reads the parts of a folded text once; `^` and `$` are the bounds of a part, and nothing is found over them. At
    /// most `limit` places of a piece are kept.
    pub(super) fn scan(&self, folded: &Folded, limit: usize) -> Places {
        let mut found: HashMap<Piece, Vec<(usize, usize)>> = HashMap::new();
        for part in folded.parts() {
            let text = &folded.bytes()[part.clone()];
            let is_word = |at: usize| text[at].is_ascii_alphanumeric() || text[at] == b'_';
            for start in (0..text.len()).filter(|at| is_word(*at) && (*at == 0 || !is_word(at - 1))) {
                for at in &self.words.set.matches(&text[start..]) {
                    let places = found.entry(self.words.pieces[at]).or_default();
                    if places.len() < limit {
                        let end =
                            self.words.single(at).find(&text[start..]).map_or(start, |hit| start + hit.end());
                        places.push((part.start + start, part.start + end));
                    }
                }
            }
            for at in &self.others.set.matches(text) {
                let places = found.entry(self.others.pieces[at]).or_default();
                let hits = self.others.single(at).find_iter(text).take(limit - places.len());
                places.extend(hits.map(|hit| (part.start + hit.start(), part.start + hit.end())));
            }
        }
        Places(found)
    }
}

/// Where each piece that hit stands, in order.
#[derive(Debug, Default)]
pub(super) struct Places(HashMap<Piece, Vec<(usize, usize)>>);

impl Places {
    /// The places of a piece as (start, end) in the folded text.
    pub(super) fn of(&self, piece: Piece) -> &[(usize, usize)] {
        self.0.get(&piece).map_or(&[], Vec::as_slice)
    }

    /// Every place where a pattern stands; `sentence` gives the number of the sentence of a byte. The place of `a && b`
    /// is that of `a`.
    pub(super) fn pattern<'a>(
        &'a self,
        pattern: &'a Pattern,
        sentence: &'a dyn Fn(usize) -> usize,
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        self.sequence(&pattern.sequences[0], sentence).filter(move |(start, _)| {
            let here = sentence(*start);
            pattern.sequences[1..]
                .iter()
                .all(|other| self.sequence(other, sentence).any(|(start, _)| sentence(start) == here))
        })
    }

    fn sequence<'a>(
        &'a self,
        pieces: &'a [Piece],
        sentence: &'a dyn Fn(usize) -> usize,
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        self.of(pieces[0]).iter().filter_map(move |(start, end)| {
            let here = sentence(*start);
            pieces[1..]
                .iter()
                .try_fold(*end, |at, piece| self.next(*piece, at, here, sentence))
                .map(|end| (*start, end))
        })
    }

    fn next(&self, piece: Piece, at: usize, here: usize, sentence: &dyn Fn(usize) -> usize) -> Option<usize> {
        let places = self.of(piece);
        let first = places.partition_point(|(start, _)| *start < at);
        let (start, end) = places.get(first)?;
        (*start <= at + GAP && sentence(*start) == here).then_some(*end)
    }
}
