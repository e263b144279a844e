//! All names of all bodies as one tree of words. A text is walked once; at each word the longest name wins. A word that
//! is not known may be one slip of the finger away from one that is. Phrases that only look like names (`Champs-Élysées`)
//! are in the tree too: where one is the longest, its words name nobody.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use super::key::{Token, tokens};
use super::slip::{one_left_out, one_slip_apart};
use super::territory::Territories;

type Node = u32;
type Word = u32;

/// How sure a name makes us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::triage) enum Weight {
    /// A word for many bodies alike (`mairie`).
    Generic,
    /// A word for a service, which leads to the body above (`DDT`).
    Service,
    /// A name of the body itself.
    Name,
}

/// What must stand around a name for it to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::triage) enum Need {
    /// Nothing.
    Nothing,
    /// Nothing else at all.
    Whole,
    /// A proper name after it (`ville d'Arras`, `TJ de Lyon`, not `la politique de la ville`), or nothing else at all for
    /// what is no acronym.
    NameAfter,
    /// A territory after it (`CD 93`, `département du Lot`), or nothing else at all for what is no acronym.
    TerritoryAfter,
}

/// A name as the tree keeps it.
#[derive(Clone, Debug)]
struct Name {
    body: usize,
    weight: Weight,
    /// As the row spells it.
    spelled: String,
    /// Short acronym: only in capitals.
    capitals: bool,
    /// A proper name of one word, which has no plural.
    singular: bool,
    need: Need,
    /// Words in it.
    len: usize,
}

/// A name found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::triage) struct Found<'a> {
    /// The name as the row spells it.
    pub(in crate::triage) spelled: &'a str,
    /// Index of the body.
    pub(in crate::triage) body: usize,
    /// How sure it makes us.
    pub(in crate::triage) weight: Weight,
    /// Index of its first word.
    pub(in crate::triage) first: usize,
    /// Index after its last word.
    pub(in crate::triage) end: usize,
}

/// The tree.
#[derive(Debug, Default)]
pub(in crate::triage) struct Names {
    words: HashMap<String, Word>,
    spelling: Vec<String>,
    edges: HashMap<(Node, Word), Node>,
    /// The words that may follow a node: looked through only for a word cut short.
    following: HashMap<Node, Vec<Word>>,
    ends: HashMap<Node, Name>,
    /// The same words before a territory, where they mean another body then (`Urssaf`, `Urssaf Bretagne`).
    before_place: HashMap<Node, Name>,
    /// Where phrases end that name nobody.
    lookalikes: HashSet<Node>,
    nodes: Node,
    /// Hash of a word with one letter left out → the words it may come from.
    slips: HashMap<u64, Vec<Word>>,
    /// Letters of the longest word that may hold a slip.
    longest_slip: usize,
}

/// Words this long may hold a slip inside a name; the first word of a name must be longer.
const SHORTEST_SLIP: usize = 5;
const SHORTEST_FIRST_SLIP: usize = 6;
const SHORTEST_CUT: usize = 3;
/// The same without a point to say that it is cut.
const SHORTEST_BARE_CUT: usize = 4;
/// A name of one word must be longer still: `collègue` is no `collège`.
const SHORTEST_LONE_SLIP: usize = 8;

impl Names {
    /// Adds a name of `body`; the answer is another body that already has it, if so. One body may have it alone and another
    /// before a territory.
    pub(in crate::triage) fn add(
        &mut self,
        name: &str,
        body: usize,
        weight: Weight,
        need: Need,
    ) -> Option<usize> {
        let parts = tokens(name);
        let acronym = parts.len() == 1 && is_acronym(name);
        let node = self.path(&parts, !acronym);
        let capitals = acronym && parts[0].key.len() <= 3;
        let singular = matches!(&parts[..], [only] if only.capital && !only.plural)
            && !acronym
            && weight == Weight::Name;
        let name =
            Name { body, weight, spelled: name.to_owned(), capitals, singular, need, len: parts.len() };
        let differs = |known: &&Name| {
            known.body != body && (known.need == Need::TerritoryAfter) != (need == Need::TerritoryAfter)
        };
        if let Some(known) = self.ends.get(&node).filter(differs) {
            let (alone, placed) =
                if need == Need::TerritoryAfter { (known.clone(), name) } else { (name, known.clone()) };
            self.ends.insert(node, alone);
            let other = self.before_place.insert(node, placed);
            return other.map(|other| other.body).filter(|other| *other != body);
        }
        match self.ends.get(&node) {
            Some(known) if known.body != body => Some(known.body),
            Some(known) if known.need == Need::Nothing => None,
            _ => {
                self.ends.insert(node, name);
                None
            }
        }
    }

    /// Adds a phrase that holds a name and means something else: written like that, its words name nobody.
    pub(in crate::triage) fn add_lookalike(&mut self, phrase: &str) {
        let node = self.path(&tokens(phrase), false);
        self.lookalikes.insert(node);
    }

    /// The node that these words lead to, made where it is missing.
    fn path(&mut self, parts: &[Token], may_slip: bool) -> Node {
        let mut node = 0;
        for part in parts {
            let word = self.word(&part.key, may_slip && !part.capitals);
            node = *self.edges.entry((node, word)).or_insert_with(|| {
                self.following.entry(node).or_default().push(word);
                self.nodes += 1;
                self.nodes
            });
        }
        node
    }

    fn word(&mut self, key: &str, may_slip: bool) -> Word {
        let known = self.words.get(key).copied();
        let word = known.unwrap_or_else(|| {
            let word = Word::try_from(self.spelling.len()).unwrap_or(Word::MAX);
            self.spelling.push(key.to_owned());
            self.words.insert(key.to_owned(), word);
            word
        });
        if may_slip && key.len() >= SHORTEST_SLIP && key.is_ascii() {
            self.longest_slip = self.longest_slip.max(key.len());
            for hash in one_left_out(key) {
                let words = self.slips.entry(hash).or_default();
                if !words.contains(&word) {
                    words.push(word);
                }
            }
        }
        word
    }

    /// The names in a text, left to right, the longest at each place, none overlapping. `loose` accepts short acronyms in
    /// small letters: only where the text is a name and nothing else. `places` tells what a territory is.
    pub(in crate::triage) fn find(
        &self,
        text: &[Token],
        loose: bool,
        places: &Territories,
    ) -> Vec<Found<'_>> {
        let words: Vec<Option<Word>> = text.iter().map(|t| self.words.get(&t.key).copied()).collect();
        let mut all = Vec::new();
        let mut at = 0;
        while at < text.len() {
            match self.longest(text, &words, at, loose, places) {
                Some((end, found)) => {
                    at = end;
                    all.extend(found);
                }
                None => at += 1,
            }
        }
        all
    }

    /// Where the longest phrase from `first` on ends, and what it names; nothing for a lookalike.
    fn longest(
        &self,
        text: &[Token],
        words: &[Option<Word>],
        first: usize,
        loose: bool,
        places: &Territories,
    ) -> Option<(usize, Option<Found<'_>>)> {
        let mut best = None;
        let (mut node, mut slipped) = (0, false);
        for (at, token) in text.iter().enumerate().skip(first) {
            let exact = words[at].and_then(|word| self.edges.get(&(node, word)).copied());
            let next = exact.or_else(|| {
                slipped = true;
                self.slip(node, &token.key).or_else(|| self.cut_short(node, token))
            });
            let Some(next) = next else { break };
            node = next;
            if self.lookalikes.contains(&node) && !slipped {
                best = Some((at + 1, None));
            }
            let local = self.before_place.get(&node).filter(|_| !places.at(text, at + 1).is_empty());
            let named = local.into_iter().chain(self.ends.get(&node));
            let mut allowed =
                named.filter(|name| Self::allows(name, text, first..=at, (loose, slipped), places));
            if let Some(name) = allowed.next() {
                let (spelled, end) = (name.spelled.as_str(), at + 1);
                let found = Found { spelled, body: name.body, weight: name.weight, first, end };
                best = Some((end, Some(found)));
            }
        }
        best
    }

    fn allows(
        name: &Name,
        text: &[Token],
        at: RangeInclusive<usize>,
        (loose, slipped): (bool, bool),
        places: &Territories,
    ) -> bool {
        let (first, last) = (*at.start(), *at.end());
        let token = &text[first];
        let street = token.in_street && name.len == 1;
        let street_inside = token.in_street && first > 0 && text[first - 1].in_street;
        let all = first == 0 && last + 1 == text.len();
        let acronym = is_acronym(&name.spelled);
        let (alone, part) = (all && !acronym, token.joined && acronym);
        let needed = match name.need {
            Need::Nothing => true,
            Need::Whole => all,
            Need::TerritoryAfter => alone || (!part && !places.at(text, last + 1).is_empty()),
            Need::NameAfter => alone || (!part && text.get(last + 1).is_some_and(|next| next.capital)),
        };
        // `Caf du Nord`: a capital and a territory say as much as capitals.
        let at_place = || token.capital && !places.at(text, last + 1).is_empty();
        // `BnF` is written with its capitals, though not with capitals only.
        let capitals = !name.capitals || token.capitals || token.mixed || loose || at_place();
        let slip = !slipped || name.len > 1 || token.key.len() >= SHORTEST_LONE_SLIP;
        let number = !(name.singular && token.plural);
        needed && capitals && slip && number && !street && !street_inside
    }

    /// The next node when the word is the beginning of one that may follow: by a point, or inside a name where only one
    /// word can be meant (`ministère de l’agri`).
    fn cut_short(&self, node: Node, token: &Token) -> Option<Node> {
        let shortest = if token.abbreviated { SHORTEST_CUT } else { SHORTEST_BARE_CUT };
        if token.key.len() < shortest || (!token.abbreviated && node == 0) {
            return None;
        }
        let words = self.following.get(&node)?;
        let mut meant = words.iter().filter(|word| self.spelling[**word as usize].starts_with(&token.key));
        let word = meant.next().filter(|_| token.abbreviated || meant.next().is_none())?;
        self.edges.get(&(node, *word)).copied()
    }

    /// The next node when the word is one letter off (left out, added, changed, two swapped).
    fn slip(&self, node: Node, key: &str) -> Option<Node> {
        let shortest = if node == 0 { SHORTEST_FIRST_SLIP } else { SHORTEST_SLIP };
        let lengths = shortest - 1..=self.longest_slip + 1;
        if !lengths.contains(&key.len()) || !key.is_ascii() || key.as_bytes()[0].is_ascii_digit() {
            return None;
        }
        one_left_out(key)
            .filter_map(|hash| self.slips.get(&hash))
            .flatten()
            .filter(|word| one_slip_apart(key, &self.spelling[**word as usize]))
            .find_map(|word| self.edges.get(&(node, *word)).copied())
    }
}

/// Whether a one-word name is an acronym: two capitals or more.
fn is_acronym(name: &str) -> bool {
    name.chars().filter(|c| c.is_uppercase()).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        for (name, body) in [
            ("Ministère de l'Intérieur", 0),
            ("Préfecture", 1),
            ("ONF", 2),
            ("CESE", 3),
            ("Intérieur", 4),
            ("lycée", 5),
        ] {
            assert_eq!(
                names.add(name, body, Weight::Name, if body == 4 { Need::Whole } else { Need::Nothing }),
                None
            );
        }
        names
    }

    fn bodies(text: &str, loose: bool) -> Vec<usize> {
        names().find(&tokens(text), loose, &Territories::default()).into_iter().map(|f| f.body).collect()
    }

    #[test]
    fn the_longest_name_wins_on_word_boundaries() {
        assert_eq!(bodies("le ministère de l’Intérieur, préfecture du Lot", false), [0, 1]);
        assert_eq!(bodies("CESER de Bretagne", false), [] as [usize; 0]);
        assert_eq!(bodies("Intérieur", false), [4]);
        assert_eq!(bodies("à l'intérieur du bâtiment", false), [] as [usize; 0]);
    }

    #[test]
    fn a_short_acronym_needs_its_capitals() {
        assert_eq!(bodies("ONF Corse", false), [2]);
        assert_eq!(bodies("onf", false), [] as [usize; 0]);
        assert_eq!(bodies("onf", true), [2]);
    }

    #[test]
    fn one_slip_is_forgiven_in_long_words() {
        assert_eq!(bodies("Minsitère de l'Interieurr", false), [0]);
        assert_eq!(bodies("préfecure", false), [1]);
        assert_eq!(bodies("CESR lycé", false), [] as [usize; 0]);
        assert_eq!(bodies("Minist. de l'Int.", false), [0]);
    }

    #[test]
    fn a_lookalike_names_nobody_and_a_proper_name_has_no_plural() {
        let mut names = names();
        names.add("Élysée", 6, Weight::Name, Need::Nothing);
        names.add_lookalike("théâtre de l’Élysée");
        let bodies = |text: &str| -> Vec<usize> {
            names.find(&tokens(text), false, &Territories::default()).into_iter().map(|f| f.body).collect()
        };
        assert_eq!(bodies("Élysée, préfecture"), [6, 1]);
        assert_eq!(bodies("Théâtre de l’Élysée, préfecture"), [1]);
        assert_eq!(bodies("Élysées"), [] as [usize; 0]);
    }

    #[test]
    fn a_territory_may_tell_two_bodies_apart() {
        let mut places = Territories::default();
        let bretagne = crate::triage::organisation::territory::Territory {
            level: crate::triage::organisation::Level::Region,
            code: String::new(),
            of: "de Bretagne".to_owned(),
        };
        places.add(bretagne, std::iter::once("Bretagne"));
        for (first, second) in [(7, 8), (8, 7)] {
            let mut names = names();
            for body in [first, second] {
                let need = if body == 7 { Need::Nothing } else { Need::TerritoryAfter };
                assert_eq!(names.add("Urssaf", body, Weight::Name, need), None);
            }
            let bodies = |text: &str| -> Vec<usize> {
                names.find(&tokens(text), false, &places).into_iter().map(|found| found.body).collect()
            };
            assert_eq!((bodies("Urssaf Bretagne"), bodies("Urssaf, Montreuil")), (vec![8], vec![7]));
            assert_eq!(names.add("Urssaf", 9, Weight::Name, Need::Nothing), Some(7));
            assert_eq!(names.add("Urssaf", 9, Weight::Name, Need::TerritoryAfter), Some(8));
        }
    }

    #[test]
    fn two_bodies_cannot_have_one_name() {
        assert_eq!(names().add("la préfecture", 9, Weight::Name, Need::Nothing), Some(1));
    }
}
