//! Names of people, by what stands around them.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::words::{self, is_first_name, is_function, is_kept, looks_like_a_name};
use super::{MAIL, NAME, signed};
use crate::triage::text::fold;

/// What is hidden: one line, or a letter with its greeting and its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A subject, a function.
    Line,
    /// A body.
    Letter,
}

const SPACE: &str = r"[ \u{a0}\u{202f}]";
const CAPITAL: &str = r"\p{Lu}[\p{L}\p{M}]*(?:[-’'][\p{L}\p{M}]+)*";
const PARTICLE: &str = r"(?:(?:de la|de|du|des|le|la|van der|van|von|den|el|al|ben|bin|da|do|dos|di|del)[ \u{a0}\u{202f}]|d['’])";

/// What a surname may begin with; « Monsieur de Bordeaux » is none the less a gentleman from there, hence [`titled`].
const LEAD: &str =
    r"(?:(?:de la|de|du|des|van der|van|von|den|el|al|ben|bin|da|do|dos|di|del)[ \u{a0}\u{202f}]|d['’])";

/// An expression with `CAPITAL` (a capitalised word), `RUN` (one to four of them, particles between), `LEAD` and `_` (a space)
/// filled in.
pub(super) fn regex(pattern: &str) -> Regex {
    let run = format!("{CAPITAL}(?:{SPACE}{PARTICLE}?{CAPITAL}){{0,3}}");
    let pattern =
        pattern.replace("CAPITAL", CAPITAL).replace("RUN", &run).replace("LEAD", LEAD).replace('_', SPACE);
    Regex::new(&pattern).expect("a constant expression, tested")
}

pub(super) static WORD: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\p{L}[\p{L}\p{M}]*(?:[-'’][\p{L}\p{M}]+)*"));
static RUNS: LazyLock<Regex> = LazyLock::new(|| regex("RUN"));
static TITLED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b((?:MM?\.|(?:Mrs?|Ms|Mmes?|MME|Mlles?|MLLE|Dr|Pr)\b\.?|(?i:monsieur|messieurs|madame|mesdames|mademoiselle|docteur|professeure?)\b|Maître|Me|Miss)_*)((?:\p{Lu}\.[ -]?){0,3}LEAD?RUN)",
    )
});
/// The second of « MM. Durand et Martin ».
static TITLED_TOO: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"((?:MM\.|Mmes|Messieurs|Mesdames)_{NAME}(?:,| et| and)_)(RUN)")));
/// `mme durand`, written without capitals.
static TITLED_LOWER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b((?:mr|mrs|mme|mlle|m\.)\.?_)(\p{Ll}[\p{L}-]{2,})"));
static INTRODUCED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i:je m['’]appelle|je me nomme|je me pr[ée]sente|mon nom est|my name is|this is|sign[ée]|de la part de|",
        r"à l['’]attention de|attn:?|interlocut(?:eur|rice)_?:?|contact_?:|",
        r"(?:ma|mon|notre|une?|votre|cette?|le|la|my|our)_(?:coll[èe]gue|cheffe?|directeur|directrice|responsable|sup[ée]rieure?|bin[ôo]me|stagiaire|",
        r"interlocuteur|interlocutrice|adjointe?|maire|amie?|conseill[èe]re?|correspondante?|agente?|alternante?|apprentie?|colleague|boss|manager|intern|friend))[ \u{a0},:]{1,3}(RUN)",
    ))
});
/// What may introduce a name and much else: a function, a program.
static BEING: LazyLock<Regex> =
    LazyLock::new(|| regex(r"((?i:je suis|c['’]est|ici|i am|i['’]m|par|avec|by|with)_)(RUN)"));
static GREETED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?im)^([ \t]*(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|dear|good (?:morning|afternoon)|ch[eè]re?s?)\b)([^,.!:;?\n]{1,60})([,.!:;?]|$)",
    )
});
static CLOSED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?m)((?i:cordialement|bien à (?:vous|toi)|salutations(?: distingu[ée]es)?|merci(?: d['’]avance| beaucoup| bien)?|bonne (?:journ[ée]e|soir[ée]e)|regards|sincerely|best|cheers|thanks|thank you|amicalement|respectueusement|cdt|cdlt|bises)[ \u{a0},.!…–—-]+)(RUN)[ .,]*$",
    )
});
static WITH_ADDRESS: LazyLock<Regex> = LazyLock::new(|| regex(&format!(r"(RUN)(_?[<(\[]?{MAIL})")));
/// `J. 👤`; « M. » is a title.
static INITIALS: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"(?:\b[\p{{Lu}}--M]\.[ -]?)+{NAME}|{NAME}_\p{{Lu}}\.")));
static REPEATED: LazyLock<Regex> = LazyLock::new(|| regex(&format!(r"{NAME}(?:[ \u{{a0}}-]*{NAME})+")));

/// What is known of the writer's name.
#[derive(Debug, Default)]
pub(super) struct Writer {
    /// Folded words of the name, of its address too.
    parts: Vec<String>,
}

impl Writer {
    /// The words of a display name and of the local part of an address that name the person; not those that name the body
    /// they write from.
    pub(super) fn of(name: &str, email: &str) -> Self {
        let (local, domain) = email.rsplit_once('@').unwrap_or_default();
        let (local, domain) = (fold(local), fold(domain));
        let of_domain = |word: &str| domain.split(['.', '-']).any(|label| label == word);
        // "Odoo France", "Framasoft": a body, whose name is that of its domain. "Marie Odoo" is a person all the same.
        let is_body = |word: &String| words::is_of_bodies(word) && !PARTICLES.contains(&word.as_str());
        let name: Vec<String> = WORD.find_iter(name).map(|word| fold(word.as_str())).collect();
        let body = name.len() == 1 || name.iter().any(is_body);
        let mut parts = Vec::new();
        for (at, word) in name.iter().enumerate() {
            let beside = |other: Option<&String>| other.is_some_and(|other| is_first_name(other));
            let beside =
                beside(at.checked_sub(1).and_then(|before| name.get(before))) || beside(name.get(at + 1));
            let personal = is_first_name(word) || (beside && !is_function(word));
            if word.len() > 1 && (personal || !(is_kept(word) || (body && of_domain(word)))) {
                parts.push(word.clone());
            }
        }
        let words =
            local.split(['.', '_', '-', '+']).map(|word| word.trim_matches(|c: char| c.is_ascii_digit()));
        parts.extend(words.filter(|w| w.len() > 2 && !is_kept(w) && !of_domain(w)).map(str::to_owned));
        // Particles stand in every text.
        parts.retain(|word| !PARTICLES.contains(&word.as_str()));
        Self { parts }
    }

    /// Whether a word as written is one of them, or has one of them in it. A part that is a word of the language too, or
    /// has two letters, must be written like a name.
    fn has(&self, word: &str) -> bool {
        let folded = fold(word);
        let capital = word.chars().any(char::is_uppercase);
        let is_part = |piece: &str| {
            let plain = piece.len() > 2 && !words::is_common(piece);
            self.parts.iter().any(|part| part == piece) && (plain || capital)
        };
        is_part(&folded) || folded.split(['-', '\'']).any(is_part)
    }
}

pub(super) const PARTICLES: [&str; 14] =
    ["de", "la", "du", "des", "le", "van", "von", "den", "der", "el", "al", "da", "di", "et"];

/// `de`, `Le`, `d’Aubarède`: what a surname may begin with, or a whole one that does.
pub(super) fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&fold(word).as_str()) || word.starts_with("d'") || word.starts_with("d’")
}

/// The text with names hidden.
pub(super) fn hide(text: &str, writer: &Writer, part: Part) -> String {
    let own = |found: &Captures<'_>| {
        if writer.has(&found[0]) { NAME.to_owned() } else { found[0].to_owned() }
    };
    let text = WORD.replace_all(text, own);
    let text = TITLED
        .replace_all(&text, |found: &Captures<'_>| format!("{}{}", &found[1], titled(&found[1], &found[2])));
    let text =
        TITLED_TOO.replace_all(&text, |found: &Captures<'_>| format!("{}{}", &found[1], prefix(&found[2])));
    let text = TITLED_LOWER.replace_all(&text, |found: &Captures<'_>| {
        let folded = fold(&found[2]);
        let name = !is_kept(&folded) && found[2].starts_with(char::is_lowercase);
        format!("{}{}", &found[1], if name { NAME } else { &found[2] })
    });
    let text = INTRODUCED.replace_all(&text, |found: &Captures<'_>| {
        let (words, lead) = (&found[1], &found[0][..found[0].len() - found[1].len()]);
        format!("{lead}{}", prefix(words))
    });
    let text = BEING.replace_all(&text, |found: &Captures<'_>| {
        let all_names = found[2].contains(' ') && found[2].split(' ').all(looks_like_a_name);
        let words = if all_names && !is_acronym(&found[2]) { NAME.to_owned() } else { found[2].to_owned() };
        format!("{}{words}", &found[1])
    });
    let text = RUNS.replace_all(&text, |found: &Captures<'_>| first_named(&found[0]));
    let text = WITH_ADDRESS.replace_all(&text, |found: &Captures<'_>| {
        let hidden =
            found[1].split(' ').all(looks_like_a_name) && (found[1].contains(' ') || found[2].contains('<'));
        format!("{}{}", if hidden { NAME } else { &found[1] }, &found[2])
    });
    let text = signed::hide(&text, part);
    let text = if part == Part::Letter { letter(&text) } else { text };
    let text = INITIALS.replace_all(&text, NAME);
    REPEATED.replace_all(&text, NAME).into_owned()
}

/// Words of capitals only are more often a body or a program than a name.
pub(super) fn is_acronym(words: &str) -> bool {
    !words.chars().any(char::is_lowercase)
}

/// What follows a title: a name, up to the first word that is a function (`Madame Durand, Directrice`), and nothing where
/// it begins with one (`Monsieur le Maire`, `Madame Le Maire`).
fn titled(title: &str, run: &str) -> String {
    let words: Vec<&str> = run.split([' ', '\u{a0}', '\u{202f}']).collect();
    let article = |word: &str| matches!(fold(word).as_str(), "le" | "la" | "l" | "les" | "et" | "and");
    let from_there = title.starts_with(char::is_lowercase) && words[0].starts_with(char::is_lowercase);
    let pronoun = matches!(fold(words[0]).as_str(), "je" | "j'ai" | "nous" | "vous" | "il" | "elle" | "on");
    let first = words.iter().position(|word| !article(word)).unwrap_or(words.len());
    let stop = |word: &&&str| is_function(&fold(word.trim_end_matches(',')));
    if from_there || pronoun || first == words.len() || stop(&&words[first]) {
        return run.to_owned();
    }
    let end = words.iter().position(|word| stop(&word)).unwrap_or(words.len());
    joined(NAME, &words[end..])
}

/// A name up to the first word that is none.
fn prefix(run: &str) -> String {
    let words: Vec<&str> = run.split([' ', '\u{a0}', '\u{202f}']).collect();
    let is_name = |word: &str| looks_like_a_name(word) || is_particle(word) || word == NAME;
    let end = words.iter().position(|word| !is_name(word)).unwrap_or(words.len());
    if end == 0 || is_acronym(&words[..end].join(" ")) { run.to_owned() } else { joined(NAME, &words[end..]) }
}

/// Hides, in a run of capitalised words, a first name with what follows it as a surname, and a surname in capitals before
/// it. A first name alone must be nothing else.
fn first_named(run: &str) -> String {
    let words: Vec<&str> = run.split([' ', '\u{a0}', '\u{202f}']).collect();
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let Some(first) = folded.iter().position(|word| is_first_name(word)) else { return run.to_owned() };
    let is_name = |at: &usize| looks_like_a_name(words[*at]) || is_particle(words[*at]);
    let mut end = first + 1 + (first + 1..words.len()).take_while(is_name).count();
    while end > first + 1
        && PARTICLES.contains(&folded[end - 1].as_str())
        && words[end - 1].starts_with(char::is_lowercase)
    {
        end -= 1;
    }
    let surname = |word: &str| word.len() > 3 && is_acronym(word) && looks_like_a_name(word);
    let start = if first > 0 && surname(words[first - 1]) { first - 1 } else { first };
    let alone = start == first && end == first + 1;
    if alone && (is_acronym(words[first]) || !words::is_plain_first_name(&folded[first])) {
        return run.to_owned();
    }
    let before = words[..start].join(" ");
    let hidden = joined(NAME, &words[end..]);
    if before.is_empty() { hidden } else { format!("{before} {hidden}") }
}

pub(super) fn joined(name: &str, rest: &[&str]) -> String {
    std::iter::once(name).chain(rest.iter().copied()).collect::<Vec<_>>().join(" ")
}

/// The greeting, what follows a closing word on its line, and a name that stands alone at the end.
fn letter(text: &str) -> String {
    let text = GREETED.replace_all(text, |found: &Captures<'_>| {
        let words: Vec<&str> = found[2].split_whitespace().collect();
        // "Bonjour Nous cherchons un outil", "Hello from Québec": the letter has begun already.
        let small =
            |word: &&str| word.starts_with(char::is_lowercase) && !words::is_plain_first_name(&fold(word));
        let begun = words.len() > 4 || words.iter().any(|word| small(word) && !is_function(&fold(word)));
        let greeted = if begun { found[2].to_owned() } else { each_name(&found[2]) };
        format!("{}{greeted}{}", &found[1], &found[3])
    });
    let text =
        CLOSED.replace_all(&text, |found: &Captures<'_>| format!("{}{}", &found[1], each_name(&found[2])));
    let end = text.trim_end();
    let (before, last) = end.rsplit_once('\n').unwrap_or(("", end));
    let words: Vec<&str> =
        last.split_whitespace().map(|word| word.trim_matches([',', '.', '!', '-'])).collect();
    let named = (1..=3).contains(&words.len())
        && words.iter().all(|word| looks_like_a_name(word) && !is_acronym(word));
    if named && !before.trim().is_empty() { format!("{before}\n{NAME}") } else { text.into_owned() }
}

/// Every word that looks like a name hidden, and first names however they are written.
fn each_name(words: &str) -> String {
    let hidden = WORD.replace_all(words, |found: &Captures<'_>| {
        let word = &found[0];
        let name = (looks_like_a_name(word) && !is_acronym(word)) || words::is_plain_first_name(&fold(word));
        if name { NAME.to_owned() } else { word.to_owned() }
    });
    hidden.into_owned()
}
