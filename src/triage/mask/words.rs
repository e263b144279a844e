//! Words that are no name though they are written like one, and first names that are one: the lists of `words/`, and the
//! software and licences that the shipped rules name.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::triage::files::RuleFiles;
use crate::triage::text::fold;

type Words = LazyLock<HashSet<&'static str>>;

static FIRST_NAMES: Words = LazyLock::new(|| words(include_str!("words/first_names.txt")));
static AMBIGUOUS: Words = LazyLock::new(|| words(include_str!("words/ambiguous.txt")));
static COMMON: Words = LazyLock::new(|| words(include_str!("words/common.txt")));
static FUNCTIONS: Words = LazyLock::new(|| words(include_str!("words/functions.txt")));
static NOT_NAMES: Words = LazyLock::new(|| words(include_str!("words/not_names.txt")));

/// The words of a list; lines with `#` are for its reader.
fn words(list: &'static str) -> HashSet<&'static str> {
    list.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect()
}

/// The software and licences that the shipped rules know by name, each as an expression over one folded word.
static KNOWN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let files = RuleFiles::embedded();
    let lists: toml::Table = files.texts.get("lists.toml")?.parse().ok()?;
    let known =
        ["software", "proprietary", "licences"].iter().filter_map(|name| lists.get(*name)?.as_array());
    let known: Vec<&str> = known.flatten().filter_map(toml::Value::as_str).collect();
    Regex::new(&format!("^(?:{})$", known.join("|"))).ok()
});

/// Whether a folded word is a usual first name.
pub(in crate::triage) fn is_first_name(folded: &str) -> bool {
    folded.split('-').all(|part| FIRST_NAMES.contains(part))
}

/// Whether a folded word that is a first name says so by itself.
pub(in crate::triage) fn is_plain_first_name(folded: &str) -> bool {
    is_first_name(folded) && !AMBIGUOUS.contains(folded)
}

/// Whether a folded word names no person: a word of the language, a body, a program.
pub(in crate::triage) fn is_kept(folded: &str) -> bool {
    is_of_bodies(folded)
        || FUNCTIONS.contains(folded)
        || KNOWN.as_ref().is_some_and(|known| known.is_match(folded))
}

/// Whether a folded word is a surname and a word of the language.
pub(in crate::triage) fn is_common(folded: &str) -> bool {
    COMMON.contains(folded)
}

/// Whether a folded word is one of those that bodies and sentences are named with.
pub(super) fn is_of_bodies(folded: &str) -> bool {
    NOT_NAMES.contains(folded)
}

/// Whether a folded word is a title or a function.
pub(in crate::triage) fn is_function(folded: &str) -> bool {
    FUNCTIONS.contains(folded)
}

/// What follows a verb in a question.
const INVERTED: [&str; 11] = ["vous", "nous", "je", "tu", "il", "elle", "on", "ils", "elles", "ce", "moi"];

/// Whether a word as written may be a name by its looks: a capital first, and no word that is known to be none.
pub(super) fn looks_like_a_name(word: &str) -> bool {
    if !word.starts_with(char::is_uppercase) {
        return false;
    }
    let folded = fold(word);
    // « L’équipe », « J’ai », and not « D’Angelo ».
    let bare = folded.split_once('\'').filter(|(article, _)| article.len() <= 2).map(|(_, bare)| bare);
    let written = word.split(['\'', '’']).nth(1);
    // « Pouvez-vous », « Est-ce ».
    let asks = folded.rsplit_once('-').is_some_and(|(_, last)| INVERTED.contains(&last));
    let elided =
        bare.is_some_and(is_kept) || written.is_some_and(|rest| rest.starts_with(char::is_lowercase));
    !elided && !asks && !is_kept(&folded)
}
