//! What a person wrote of their body: a short field, or the last lines of a mail. In a mail the signature speaks for its
//! writer; running text names others too, and counts only where it says so ("je travaille au …", "notre …"). Quoted
//! history and long legal footers are not theirs.

use super::key::{Token, tokens};
use super::names::{Found, Names, Weight};
use super::territory::Territories;

/// A body named in what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::triage) struct Mention {
    /// Index of the body.
    pub(in crate::triage) body: usize,
    /// The name as the row spells it.
    pub(in crate::triage) spelled: String,
    /// How sure the name makes us.
    pub(in crate::triage) weight: Weight,
    /// The words as written, on one line.
    pub(in crate::triage) text: String,
    /// The line they stand on.
    pub(in crate::triage) line: String,
    /// The words with the proper name right after them (`CHU de Rennes`); empty where none follows.
    pub(in crate::triage) named: String,
    /// Which part of the text it stands in, counted by the commas, slashes, dashes and line ends before it.
    pub(in crate::triage) part: usize,
    /// Whether the word before says that it is past (`ex-DGFiP`).
    pub(in crate::triage) former: bool,
    /// The territories, of several levels, that stand right after the name.
    pub(in crate::triage) places: Vec<usize>,
    /// The one that the kind of body is carried out in, once it is chosen.
    pub(in crate::triage) place: Option<Place>,
}

impl Mention {
    /// The line where it is one of a signature, else the words that name the body: a sentence is no name.
    pub(in crate::triage) fn alone(&self) -> &str {
        let sentence = longest_part(&self.line) > SHORTEST_PROSE
            || self.line.chars().count() >= LONGEST_NAME
            || self.line.ends_with(['.', '?', '!', ':', ';', '…']);
        match (sentence, self.named.is_empty()) {
            (false, _) => &self.line,
            (true, true) => &self.text,
            (true, false) => &self.named,
        }
    }
}

/// Where a decentralised service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::triage) struct Place {
    /// Index of the territory.
    pub(in crate::triage) territory: usize,
    /// Whether only the mail domain says so.
    pub(in crate::triage) by_domain: bool,
}

/// Words before the name of a body that the writer has left, or that has another name now.
const FORMER: [&str; 5] = ["ex", "ancien", "ancienne", "anciennement", "formerly"];

/// Bytes read at most, from the end: a signature stands there, and a hostile text costs no more.
const LONGEST_READ: usize = 16 * 1024;
/// Bytes looked at on each side of a name for the line it stands on.
const WIDEST_LINE: usize = 120;
/// Letters of a name that are kept; a line that has them all was cut.
const LONGEST_NAME: usize = 80;
/// A field longer than this is read as a mail.
const LONGEST_FIELD: usize = 20;
/// A signature line longer than this is a legal footer.
const LONGEST_SIGNATURE_LINE: usize = 16;
/// Without a closing formula, only lines this short at the end are a signature.
const SHORTEST_PROSE: usize = 9;

/// The bodies named, in order; those of the signature alone when it names any.
pub(in crate::triage) fn mentions(names: &Names, places: &Territories, written: &str) -> Vec<Mention> {
    let cut = written.ceil_char_boundary(written.len().saturating_sub(LONGEST_READ));
    let written = &written[cut..];
    let lines: Vec<&str> = written.lines().filter(|line| !line.trim_start().starts_with('>')).collect();
    let full: Vec<&str> = lines.iter().copied().filter(|line| !line.trim().is_empty()).collect();
    if let [only] = full[..] {
        let words = tokens(only);
        if words.len() <= LONGEST_FIELD {
            let loose = words.len() <= 3;
            return found_in(only, &words, names.find(&words, loose, places), places);
        }
    }
    let start = signature_start(&lines);
    let signature: Vec<&str> =
        lines[start..].iter().copied().filter(|line| word_count(line) <= LONGEST_SIGNATURE_LINE).collect();
    let signature = signature.join("\n");
    let words = tokens(&signature);
    let signed = found_in(&signature, &words, names.find(&words, false, places), places);
    if signed.is_empty() { of_self(names, places, &lines[..start]) } else { signed }
}

/// Every body that a text names, whosesoever, in order.
pub(in crate::triage) fn all_named(names: &Names, places: &Territories, text: &str) -> Vec<Mention> {
    let words = tokens(text);
    found_in(text, &words, names.find(&words, false, places), places)
}

/// Bodies that running text calls the writer's own.
fn of_self(names: &Names, places: &Territories, prose: &[&str]) -> Vec<Mention> {
    /// "Je travaille au …", "I am with …": the body follows within a few words.
    const SELF: [&str; 10] =
        ["travaille", "suis", "somme", "sein", "exerce", "agent", "employe", "affecte", "work", "am"];
    /// "Notre commune": the body follows at once.
    const OWN: [&str; 5] = ["notre", "mon", "ma", "our", "my"];
    const NEAR: usize = 4;
    let mut all = Vec::new();
    for line in prose {
        for sentence in line.split_inclusive(['.', '?', '!', ';']) {
            let words = tokens(sentence);
            let own = names.find(&words, false, places).into_iter().filter(|found| {
                let before: Vec<&str> = words[found.first.saturating_sub(NEAR)..found.first]
                    .iter()
                    .map(|word| word.key.as_str())
                    .collect();
                before.iter().any(|word| SELF.contains(word))
                    || before.last().is_some_and(|word| OWN.contains(word))
            });
            all.extend(found_in(sentence, &words, own.collect(), places));
        }
    }
    all
}

fn found_in(text: &str, words: &[Token], found: Vec<Found<'_>>, places: &Territories) -> Vec<Mention> {
    let mention = |found: Found<'_>| {
        let (start, end) = (words[found.first].start, words[found.end - 1].end);
        let before = &text[text.floor_char_boundary(start.saturating_sub(WIDEST_LINE))..start];
        let after = &text[end..text.ceil_char_boundary((end + WIDEST_LINE).min(text.len()))];
        let line_start = start - before.rsplit('\n').next().map_or(0, str::len);
        let line_end = end + after.split('\n').next().map_or(0, str::len);
        Mention {
            body: found.body,
            spelled: found.spelled.to_owned(),
            weight: found.weight,
            text: crate::message::one_line(&text[start..end], LONGEST_NAME),
            line: crate::message::one_line(text[line_start..line_end].trim(), LONGEST_NAME),
            named: named(&text[start..end], after),
            part: parts_before(&text[..start]),
            former: words[..found.first].last().is_some_and(|word| FORMER.contains(&word.key.as_str())),
            places: places.at(words, found.end).to_vec(),
            place: None,
        }
    };
    found.into_iter().map(mention).collect()
}

/// A common word with the proper name that follows it, on one line: as far as words with a capital reach, and the small ones
/// between them (`CHU de Rennes`, `lycée Jean-Moulin de Lyon`).
fn named(word: &str, after: &str) -> String {
    const BETWEEN: [&str; 13] =
        ["de", "du", "des", "d", "la", "le", "les", "l", "en", "sur", "sous", "lès", "et"];
    const LONGEST: usize = 8;
    let here = after.find([',', ';', '|', '/', '\n', '–', '—', '(', ')', '•', '·', ':', '?', '!', '"']);
    let here = &after[..here.unwrap_or(after.len())];
    if !here.starts_with(' ') {
        return String::new();
    }
    let mut known = 0;
    let words: Vec<&str> = here.split_whitespace().take(LONGEST).collect();
    for (at, word) in words.iter().enumerate() {
        // `d’Angers`: what follows the apostrophe is the name.
        let (small, name) = word.split_once(['’', '\'']).unwrap_or(("", word));
        // `J. Ferry`: a point after more than a letter ends it.
        let ends = name.ends_with('.') && name.chars().count() > 2;
        let proper = name.starts_with(|c: char| c.is_uppercase()) && small.len() <= 1;
        let number = known > 0 && name.bytes().all(|octet| octet.is_ascii_digit());
        if proper || number {
            known = at + 1;
        }
        if ends || !(proper || number || BETWEEN.contains(word)) {
            break;
        }
    }
    if known == 0 {
        return String::new();
    }
    let whole = format!("{word} {}", words[..known].join(" "));
    crate::message::one_line(whole.trim_end_matches('.'), 80)
}

/// The line after the closing formula; without one, where the short lines at the end begin.
fn signature_start(lines: &[&str]) -> usize {
    if let Some(closing) = lines.iter().rposition(|line| is_closing(line)) {
        return closing + 1;
    }
    let prose = lines.iter().rposition(|line| {
        longest_part(line) > SHORTEST_PROSE || line.trim_end().ends_with(['.', '?', '!', ':', ';'])
    });
    prose.map_or(0, |at| at + 1)
}

/// How many separators stand in a text.
fn parts_before(text: &str) -> usize {
    text.matches([',', ';', '|', '/', '\n', '–', '—', '(', '•', '·']).count() + text.matches(" - ").count()
}

/// Words of the longest part of a line: a signature may stand on one line, its parts set apart (`P. Garnier | DISI Ouest`).
fn longest_part(line: &str) -> usize {
    let parts = line.split(['|', '/', '–', '—', '·', '•', ',']).flat_map(|part| part.split(" - "));
    parts.map(word_count).max().unwrap_or_default()
}

fn word_count(line: &str) -> usize {
    line.split_whitespace().count()
}

fn is_closing(line: &str) -> bool {
    const CLOSINGS: [&str; 28] = [
        "cordialement",
        "cdlt",
        "cdt",
        "crdt",
        "bav",
        "bonne journee",
        "bonne reception",
        "all best",
        "bien cordialement",
        "tres cordialement",
        "bien vou",
        "bien toi",
        "respectueusement",
        "sincerement",
        "sincere salutation",
        "salutation",
        "meilleure salutation",
        "avec me",
        "regard",
        "best",
        "kind",
        "sincerely",
        "your",
        "cheer",
        "amicalement",
        "merci",
        "je vou remercie",
        "thank",
    ];
    if word_count(line) > 7 {
        return false;
    }
    let words: Vec<String> = tokens(line).into_iter().map(|token| token.key).collect();
    let line = words.join(" ");
    CLOSINGS.iter().any(|closing| {
        line.strip_prefix(closing).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', 's']))
    })
}
