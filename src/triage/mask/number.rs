//! What has a shape of its own: addresses, links, numbers. Hidden before names are looked for, so that a name inside an
//! address is gone with it.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{ACCOUNT, MAIL, NAME, NUMBER, PHONE, PLATE, STREET};

/// An expression of this module.
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant expression, tested")
}

/// `jean.dupont@x.fr`, `jean (at) x.fr`, `jean[arobase]x point fr`; the local part may hold accents.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix) (?:mailto:)? @? [\p{L}\p{N}._%+'’-]+ (?: @ | \s? [(\[] \s? (?:at|arobase|chez|a) \s? [)\]] \s? | \s arobase \s )
        [\p{L}\p{N}-]+ (?: (?: \. | \s? [(\[] \s? (?:dot|point) \s? [)\]] \s? | \s point \s ) [\p{L}\p{N}-]+ )*",
    )
});
/// `@jdupont`, and not the scope of a package (`@gouvfr/dsfr`).
static HANDLE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?m)(?P<before>^|[\s(,;:])@[\p{L}\p{N}_.-]*[\p{L}\p{N}_](?P<after>[^\p{L}\p{N}_/.-]|\.?$|\.\s)")
});
/// A link, with or without its scheme; without one only where a path follows.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?ix) \b (?P<scheme> [a-z][a-z0-9+.-]{1,9}:// ) (?: [^\s/@<>"]+ @ )? (?P<host> [\p{L}\p{N}.-]+ ) (?: :\d+ )?
            (?P<rest> [/?\#] [^\s<>"»)\]]* )?
        | \b (?P<bare> (?: [a-z0-9-]+ \. )+ [a-z]{2,} ) (?P<path> / [^\s<>"»)\]]* )"#,
    )
});
/// Hosts on which each user has a name of their own.
const USER_HOSTS: [&str; 9] = [
    "github.io",
    "gitlab.io",
    "codeberg.page",
    "frama.io",
    "free.fr",
    "blogspot.com",
    "wordpress.com",
    "netlify.app",
    "vercel.app",
];

static IBAN: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b[A-Z]{2}\d{2}(?:[ \u{a0}]?[A-Z0-9]{4}){2,7}(?:[ \u{a0}]?[A-Z0-9]{1,4})?\b"));
/// The plates of today (`AB-123-CD`) and of before 2009 (`1234 AB 75`).
static PLATES: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b[A-HJ-NP-TV-Z]{2}(?:-\d{3}-| \d{3} |\d{3})[A-HJ-NP-TV-Z]{2}\b|\b\d{3,4}[ -]?[A-Z]{2,3}[ -]?(?:\d{2}|2[AB])\b",
    )
});
static PHONES: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?x) (?: (?:\+|\b00) \x20? (?: 33 | 262 | 590 | 594 | 596 | 508 | 687 | 689 ) [\x20.\u{a0}-]? (?:\(0\)|0)? | \b0 )
        [\x20.\u{a0}\u{202f}-]* [1-9] (?: [\x20.\u{a0}\u{202f}/-]{0,2} \d{2} ){4} \b
        | \+ \d [\d\x20.()\u{a0}\u{202f}-]{6,20} \d \b",
    )
});
static STREETS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix) \b \d{1,4} (?: \x20? (?:bis|ter|quater) )? ,? \x20
            (?: (?: rue | avenue | av\. | boulevard | bl?v?d\.? | chemin | all[ée]e | impasse | place | route | quai | cours | square
                | sentier | esplanade | passage | faubourg | fbg | promenade | voie | parvis | lotissement | résidence | hameau
                | lieu-dit | villa | traverse | mont[ée]e | ruelle | rond-point ) \x20 [^\n,.;?!]{2,60}
            | (?-i: (?: \p{Lu}\p{L}* \x20 ){1,3} (?: Street | Road | Lane | Drive | Avenue ) ) \b )",
    )
});
/// Digits that belong together, through single separators.
static RUN: LazyLock<Regex> = LazyLock::new(|| regex(r"\d+(?:[ ./\u{a0}\u{202f}-]\d+)*"));

/// The text with these hidden.
pub(super) fn hide(text: &str) -> String {
    let text = LINK.replace_all(text, link);
    let text = ADDRESS.replace_all(&text, MAIL);
    let text = HANDLE.replace_all(&text, format!("${{before}}{NAME}${{after}}"));
    let text = IBAN.replace_all(&text, |found: &Captures<'_>| {
        let digits = found[0].bytes().filter(u8::is_ascii_digit).count();
        if digits >= 8 { ACCOUNT.to_owned() } else { found[0].to_owned() }
    });
    let text = PHONES.replace_all(&text, PHONE);
    let text = STREETS.replace_all(&text, STREET);
    let text = PLATES.replace_all(&text, PLATE);
    RUN.replace_all(&text, |found: &Captures<'_>| numbers(&found[0]).into_owned()).into_owned()
}

/// A link down to its host: `https://forge.example/👤`.
fn link(found: &Captures<'_>) -> String {
    let part = |name| found.name(name).map_or("", |m| m.as_str());
    let (host, path) =
        if part("bare").is_empty() { (part("host"), part("rest")) } else { (part("bare"), part("path")) };
    let lower = host.to_lowercase();
    let shared = USER_HOSTS.iter().find(|shared| lower.ends_with(&format!(".{shared}")));
    let host = shared.map_or(host, |shared| &host[host.len() - shared.len()..]);
    // What ended the sentence was no part of the link.
    let end = path.len() - path.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '’']).len();
    let (path, end) = path.split_at(path.len() - end);
    let hidden = if path.len() > 1 { format!("/{NAME}") } else { path.to_owned() };
    format!("{}{host}{hidden}{end}", part("scheme"))
}

/// A run of digits: hidden where it has more than three digits together, reads as one number or as a date. A version
/// (`9.6.24`) stays.
fn numbers(run: &str) -> Cow<'_, str> {
    // Digits of any script: what is none is a separator of [`RUN`].
    let groups: Vec<usize> =
        run.split(|c: char| !c.is_numeric()).map(|group| group.chars().count()).collect();
    let digits: usize = groups.iter().sum();
    let thousands = groups.len() > 1 && groups[1..].iter().all(|digits| *digits == 3);
    let date = groups.len() == 3 && run.matches('/').count() == 2;
    if groups.iter().any(|digits| *digits > 3) || thousands || digits > 6 || date {
        Cow::Borrowed(NUMBER)
    } else {
        Cow::Borrowed(run)
    }
}
