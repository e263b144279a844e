//! Names by the way people sign and are listed: initials before a surname (`R. Dautry`, `J.-B. de Kermoal`), a line of its own
//! near the end of a letter (`Isaure Montbazon, directrice`, `Gwenola S.`), what stands after « De : ». What a signature names
//! is hidden wherever it stands with a capital; a word that the letter also writes small is no name.
//!
//! Each pattern is read with what stands around it, since much else looks alike: headings (`A. Contexte`, `B. Besoins`), the end
//! of a sentence (`l’option B. Ensuite…`), software on a line of its own.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::NAME;
use super::name::{PARTICLES, Part, WORD, is_acronym, is_particle, joined, regex};
use super::words::{self, is_kept, is_plain_first_name, looks_like_a_name};
use crate::triage::text::fold;

/// Lines with text, from the end, among which a signature is looked for.
const TAIL: usize = 12;
/// Octets after a name and its comma, on the line of a signature: a function, a body.
const FUNCTION: usize = 80;

/// Octets before an initial among which the word before it is looked for.
const BEFORE: usize = 40;

static INITIALLED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"((?:(?:\p{Lu}|Th|Ph|Chr?|Cl|Fr|Gw|Yv)\.[ -]?){1,3})_?(LEAD?RUN)"));
/// `De : Swann Lebigot`, `À : S. Lebigot` of a pasted mail.
static LISTED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?m)^([>_\t]*(?:De|À|A|From|To|Cc|CC|Von|An)_?:_?)(RUN)"));
/// `ADC AMRANI`, `Cne Lefort`.
static RANKED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b((?:A[dD][cCjJ]|S[gG][tT]|C[nN][eE]|L[tT][nN]|L[cC][lL]|[Cc]apitaine|[Cc]ommandant|[Ll]ieutenant(?:-colonel)?|[Cc]olonel|[Ss]ergente?|[Aa]djudante?(?:-chef)?|[Bb]rigadi(?:er|ère))_)(RUN)",
    )
});
/// `merci zoé`.
static THANKED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?im)^([ \t]*(?:merci(?: d['’]avance| beaucoup| bien)?|cordialement|bises|cdt|thanks)[ ,]+)(\p{L}[\p{L}-]{2,})[ \t]*$",
    )
});
/// A line that a name opens, and what follows on it.
static LINE: LazyLock<Regex> = LazyLock::new(|| regex(r"^(LEAD?RUN)(?:(_?(?:,|[–—|/·(]|-_).*))?$"));
/// `Gwenola S.`, `Amaury B.-K., achats`.
static SHORTENED: LazyLock<Regex> = LazyLock::new(|| regex(r"^(CAPITAL)_(?:\p{Lu}\.-?){1,2}(,.*)?$"));
/// `JP Aymard`: initials without their points.
static BARE_INITIALS: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\p{Lu}{1,2})_(CAPITAL)(,.*|_[–—-]_.*)?$"));
/// A name after the last sentence: « … des crêpes. Tess ».
static LAST_WORDS: LazyLock<Regex> = LazyLock::new(|| regex(r"((?:[\p{L}\p{N}]{2}\.|[!?…»)])_)(RUN)[ \t]*$"));
/// A line that ends a letter and may have a name below it.
static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:merci|cordialement|bien |salutations|bonne |regards|best|kind|sincerely|cheers|thanks|thank you|amicalement|respectueusement|à bientôt|cdt|cdlt|bises)[^?]{0,40}$",
    )
});

/// Words before a letter that is none of a name's: « l’option B. »
const DESIGNATORS: [&str; 30] = [
    "option",
    "plan",
    "vitamine",
    "point",
    "niveau",
    "groupe",
    "classe",
    "annexe",
    "lot",
    "categorie",
    "partie",
    "article",
    "variante",
    "scenario",
    "etape",
    "phase",
    "type",
    "batiment",
    "bat",
    "salle",
    "escalier",
    "langage",
    "version",
    "serie",
    "lettre",
    "cas",
    "solution",
    "hypothese",
    "choix",
    "colonne",
];

/// Whether a word says that the letter after it is none of a name's.
fn designates(word: &str) -> bool {
    // « l’option ».
    let bare = word.rsplit(['\'', '’']).next().unwrap_or(word);
    DESIGNATORS.contains(&fold(bare).as_str())
}

/// The text with these names hidden.
pub(super) fn hide(text: &str, part: Part) -> String {
    let mut found = Found { small: small_words(text), parts: HashSet::new() };
    // « De : Prestataire »: one word is as likely a function.
    let text = LISTED.replace_all(text, |at: &Captures<'_>| {
        let person = at[2].contains(SPACES) && !at[2].split(SPACES).any(is_acronym);
        format!("{}{}", &at[1], if person { found.opening(&at[2]) } else { at[2].to_owned() })
    });
    let text = RANKED.replace_all(&text, |at: &Captures<'_>| format!("{}{}", &at[1], found.opening(&at[2])));
    let mut text = initialled(&text, &mut found);
    if part == Part::Letter {
        text = signature(&text, &mut found);
    }
    let known = |at: &Captures<'_>| {
        if found.knows(&at[0]) { NAME.to_owned() } else { at[0].to_owned() }
    };
    WORD.replace_all(&text, known).into_owned()
}

/// What was found, and what speaks against it.
struct Found {
    /// Folded words that the text writes without a capital.
    small: HashSet<String>,
    /// Folded words of names that were found.
    parts: HashSet<String>,
}

impl Found {
    /// Whether a word may be a name here. One in capitals must be long: short ones are bodies; `WeManageHR` is a product.
    fn may_name(&self, word: &str) -> bool {
        static INNER: LazyLock<Regex> = LazyLock::new(|| regex(r"\p{Ll}{3}\p{Lu}"));
        looks_like_a_name(word)
            && !INNER.is_match(word)
            && (!is_acronym(word) || word.chars().count() > 3)
            && word.chars().count() > 1
            && !self.small.contains(&fold(word))
    }

    /// A run with the name it opens with hidden; as it was where it opens with none.
    fn opening(&mut self, run: &str) -> String {
        let words: Vec<&str> = run.split(SPACES).collect();
        let lead = words.iter().take_while(|word| is_particle(word)).count();
        let named = words[lead..].iter().take_while(|word| self.may_name(word) || is_particle(word)).count();
        // « Q. d’Aubarède »: the particle has the name in it.
        let elided = lead > 0 && words[lead - 1].contains(['\'', '’']);
        if named == 0 && !elided {
            return run.to_owned();
        }
        self.remember(&words[..lead + named]);
        joined(NAME, &words[lead + named..])
    }

    /// The sign for the whole run, where every word of it may be of a name and one is not in capitals.
    fn whole(&mut self, run: &str) -> Option<&'static str> {
        let words: Vec<&str> = run.split(SPACES).collect();
        let all = words.iter().all(|word| self.may_name(word) || is_particle(word));
        let named = words.iter().any(|word| self.may_name(word) && !is_acronym(word));
        (all && named && !is_acronym(words[0])).then(|| {
            self.remember(&words);
            NAME
        })
    }

    fn remember(&mut self, words: &[&str]) {
        for word in words.iter().flat_map(|word| word.split(['-', '\'', '’'])) {
            let folded = fold(word);
            let ordinary = is_kept(&folded) || words::is_common(&folded) || self.small.contains(&folded);
            if folded.chars().count() > 2 && !ordinary && !PARTICLES.contains(&folded.as_str()) {
                self.parts.insert(folded);
            }
        }
    }

    /// Whether a word is one that a signature named.
    fn knows(&self, word: &str) -> bool {
        word.starts_with(char::is_uppercase)
            && word.split(['-', '\'', '’']).any(|piece| self.parts.contains(&fold(piece)))
    }
}

const SPACES: [char; 3] = [' ', '\u{a0}', '\u{202f}'];

/// The words that a text writes small.
fn small_words(text: &str) -> HashSet<String> {
    WORD.find_iter(text)
        .map(|word| word.as_str())
        .filter(|word| word.starts_with(char::is_lowercase))
        .map(fold)
        .collect()
}

/// `R. Dautry` hidden: not a heading of a list, nor a letter that ends a sentence.
fn initialled(text: &str, found: &mut Found) -> String {
    let opens_line = |at: usize| {
        let before = text[..at].trim_end_matches([' ', '\t', '>', '-', '*', '(']);
        before.is_empty() || before.ends_with('\n')
    };
    let headed = |letter: char| {
        INITIALLED
            .captures_iter(text)
            .any(|at| at[0].starts_with(letter) && opens_line(at.get_match().start()))
    };
    let listed = headed('A') && headed('B');
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for at in INITIALLED.captures_iter(text) {
        let whole = at.get_match();
        let before = &text[..whole.start()];
        let glued = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '\'' | '’' | '-'));
        let line = &before[before.floor_char_boundary(before.len().saturating_sub(BEFORE))..];
        let line = &line[line.rfind('\n').map_or(0, |end| end + 1)..];
        let named = WORD
            .find_iter(line)
            .last()
            .is_some_and(|word| designates(word.as_str()) && line[word.end()..].trim().is_empty());
        if glued || named || (listed && opens_line(whole.start())) {
            continue;
        }
        let hidden = found.opening(&at[2]);
        if hidden != at[2] {
            out.push_str(&text[last..whole.start()]);
            out.push_str(&hidden);
            last = whole.end();
        }
    }
    out.push_str(&text[last..]);
    out
}

/// The names that sign a letter, on lines of their own among the last ones or after the last sentence.
fn signature(text: &str, found: &mut Found) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let with_text: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].trim().is_empty()).collect();
    let tail = with_text.len().saturating_sub(TAIL).max(1);
    let mut out: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    for pair in with_text[tail.saturating_sub(1)..].windows(2) {
        let (above, at) = (out[pair[0]].trim(), pair[1]);
        let ended = above.ends_with(['.', '!', '?', '…', '»', ')'])
            || above.ends_with(NAME)
            || CLOSING.is_match(above);
        if ended && let Some(hidden) = signed(lines[at].trim(), found) {
            out[at] = hidden;
        }
    }
    if let Some(last) = with_text.last() {
        let closed = LAST_WORDS.replace(&out[*last], |at: &Captures<'_>| {
            format!("{}{}", &at[1], found.whole(&at[2]).unwrap_or(&at[2]))
        });
        out[*last] = closed.into_owned();
    }
    let thanked = out.join("\n");
    let first = |at: &Captures<'_>| {
        format!("{}{}", &at[1], if is_plain_first_name(&fold(&at[2])) { NAME } else { &at[2] })
    };
    THANKED.replace_all(&thanked, first).into_owned()
}

/// A line that a name signs, hidden; `None`: it is none.
fn signed(line: &str, found: &mut Found) -> Option<String> {
    if let Some(at) = SHORTENED.captures(line)
        && found.whole(&at[1]).is_some()
    {
        return Some(format!("{NAME}{}", at.get(2).map_or("", |rest| rest.as_str())));
    }
    // A usual first name beside one that is not, found already.
    let beside = line.strip_suffix(NAME).or_else(|| line.strip_prefix(NAME)).map(str::trim);
    let one_word = |other: &str| other.chars().all(|c| c.is_alphabetic() || c == '-');
    if beside.is_some_and(|other| one_word(other) && found.may_name(other)) {
        return Some(NAME.to_owned());
    }
    if let Some(at) = BARE_INITIALS.captures(line)
        && !is_kept(&fold(&at[1]))
        && found.whole(&at[2]).is_some()
    {
        return Some(format!("{NAME}{}", at.get(3).map_or("", |rest| rest.as_str())));
    }
    let at = LINE.captures(line)?;
    let rest = at.get(2).map_or("", |rest| rest.as_str());
    // One word and a comma begin a sentence; a function is short and no sentence.
    let alone = !at[1].contains([' ', '\u{a0}']);
    if rest.len() > FUNCTION || rest.ends_with(['.', '?', '!', ';', ':']) || (alone && !rest.is_empty()) {
        return None;
    }
    found.whole(&at[1]).map(|name| format!("{name}{rest}"))
}
