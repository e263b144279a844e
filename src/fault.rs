//! A fault found in something that a person wrote: settings, rules, reference rows, reply texts. It always names the
//! place and what to do, and faults are gathered, so that one run of `guichet check` shows them all.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, ErrorKind};

/// One fault, at its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file as the reader knows it (`config.toml`, `rules/sill.toml`), or `environnement`.
    pub file: String,
    /// Line in that file, from 1; `None` where there is none (a missing file, an environment variable).
    pub line: Option<usize>,
    /// The key, rule id or placeholder concerned (`smtp.port`, `rule licence-choice`); may be empty.
    pub key: String,
    /// What is wrong.
    pub says: String,
    /// What to do about it.
    pub mend: String,
}

impl Fault {
    /// A fault at a line of a file.
    pub fn at(
        file: impl Into<String>,
        line: impl Into<Option<usize>>,
        key: impl Into<String>,
        says: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self { file: file.into(), line: line.into(), key: key.into(), says: says.into(), mend: mend.into() }
    }

    /// A file of a set that is not there.
    pub fn missing(file: impl Into<String>) -> Self {
        Self::at(file, None, "", "le fichier manque", "remettez celui du jeu livré")
    }

    /// A file whose `text` is not TOML, at the line where its reader gave up.
    pub fn not_toml(file: impl Into<String>, text: &str, error: &toml::de::Error) -> Self {
        let line = error.span().map(|span| line_of(text, span.start));
        let says = format!("ce n’est pas du TOML ({})", toml_words(error.message()));
        Self::at(file, line, "", says, "corrigez la ligne ; les textes vont entre guillemets droits")
    }
}

/// What a module's own check finds in its settings, before anyone knows which file the value came from: `config` adds
/// the place and makes a [`Fault`] of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The key within the module's section (`port`); of a list of tables, the table's number from 1 and its key
    /// (`mailboxes.1.host`).
    pub key: Cow<'static, str>,
    /// What is wrong.
    pub says: String,
    /// What to do about it.
    pub mend: String,
}

impl Finding {
    /// A finding about one key.
    pub fn new(key: impl Into<Cow<'static, str>>, says: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { key: key.into(), says: says.into(), mend: mend.into() }
    }

    /// What to find in a number that is outside its bounds; `None` within.
    pub fn outside<N: Copy + PartialOrd + fmt::Display>(
        key: &'static str,
        number: N,
        least: N,
        most: N,
    ) -> Option<Self> {
        if number >= least && number <= most {
            return None;
        }
        Some(Self::new(key, format!("{number} est hors limites"), format!("choisissez de {least} à {most}")))
    }
}

/// `rules/sill.toml:12: règle sill-list : says ; mend`: the place as programs read it, then a French sentence.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        f.write_str(": ")?;
        if !self.key.is_empty() {
            write!(f, "{} : ", self.key)?;
        }
        write!(f, "{} ; {}", self.says, self.mend)
    }
}

/// Why the system did not do something with a file or an address, in the words of faults (French); what has no words here in those of
/// the system.
pub fn io_words(error: &io::Error) -> String {
    let words = match error.kind() {
        ErrorKind::NotFound => "introuvable",
        ErrorKind::PermissionDenied => "les droits manquent",
        ErrorKind::IsADirectory => "c’est un dossier",
        ErrorKind::NotADirectory => "un dossier du chemin n’en est pas un",
        ErrorKind::AlreadyExists => "il y est déjà",
        ErrorKind::StorageFull => "le disque est plein",
        ErrorKind::ReadOnlyFilesystem => "le disque est en lecture seule",
        ErrorKind::AddrInUse => "l’adresse est déjà prise",
        ErrorKind::AddrNotAvailable => "cette machine n’a pas cette adresse",
        ErrorKind::ConnectionRefused => "la connexion est refusée",
        ErrorKind::TimedOut => "le délai est passé",
        _ => return error.to_string(),
    };
    words.to_owned()
}

/// What serde says of a value or a field, in the words of faults. The value itself is not repeated: it may be a secret.
pub fn refusal(message: &str) -> String {
    let choices = message.split_once("expected ").map(|(_, choices)| quoted(choices));
    match (message, choices) {
        (_, Some(choices)) if message.contains("variant") => {
            format!("cette valeur n’est pas parmi {}", choices.join(", "))
        }
        (_, Some(choices)) if message.starts_with("unknown field") => {
            let field = quoted(message).into_iter().next().unwrap_or_default();
            format!("le champ {field} n’existe pas (champs connus : {})", choices.join(", "))
        }
        _ if message.starts_with("missing field") => format!("{} manque", quoted(message).join(", ")),
        _ if message.starts_with("invalid value: integer") => "ce nombre est hors limites".to_owned(),
        _ if message.starts_with("invalid type") => "un élément n’est pas de la bonne sorte".to_owned(),
        _ => message.trim_end().to_owned(),
    }
}

/// What the reader of TOML says, in the words of faults. What has no words here is told by its line alone.
fn toml_words(message: &str) -> &'static str {
    const WORDS: [(&str, &str); 16] = [
        ("duplicate key", "cette clé ou cette section est donnée deux fois"),
        ("values must be quoted", "un texte sans guillemets"),
        ("missing opening quote", "un guillemet manque"),
        ("basic string", "un guillemet manque, ou une barre oblique inverse est à doubler"),
        ("literal string", "une apostrophe manque"),
        ("escape", "une barre oblique inverse est à doubler"),
        ("unclosed", "un crochet ou une accolade n’est pas refermé"),
        ("missing comma", "une virgule manque"),
        ("extra comma", "une virgule est de trop"),
        ("key with no value", "une clé sans « = » ni valeur"),
        ("missing value", "il manque la valeur"),
        ("missing assignment", "un « = » manque"),
        ("extra", "un « = » est de trop"),
        ("key", "une clé mal écrite"),
        ("unexpected content", "quelque chose est de trop sur cette ligne"),
        ("number", "un nombre mal écrit"),
    ];
    WORDS.iter().find(|(sign, _)| message.contains(sign)).map_or("écriture inattendue", |(_, words)| words)
}

/// The names between backquotes of "one of `a`, `b`" as « a », « b ».
fn quoted(message: &str) -> Vec<String> {
    message.split('`').skip(1).step_by(2).map(|name| format!("« {name} »")).collect()
}

/// The line (from 1) in which byte `offset` of `text` stands.
pub fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1
}

/// The candidate that `word` was probably meant to be: the one within two edits (insert, delete, replace; a third of a
/// short word), the nearest first.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (word.chars().count() / 3).clamp(1, 2);
    candidates
        .into_iter()
        .map(|candidate| (edits(word, candidate), candidate))
        .filter(|(edits, _)| *edits <= most)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance, one row at a time.
fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        let keys = ["max_files", "max_file_mb", "min_seconds"];
        assert_eq!(nearest("max_fils", keys), Some("max_files"));
        assert_eq!(nearest("min_second", keys), Some("min_seconds"));
        assert_eq!(nearest("colour", keys), None);
    }

    #[test]
    fn what_the_system_refuses_is_told_in_french() {
        let missing = std::fs::read("/nonexistent/file").unwrap_err();
        assert_eq!(io_words(&missing), "introuvable");
        assert_eq!(io_words(&std::fs::read("/").unwrap_err()), "c’est un dossier");
        assert_eq!(io_words(&io::Error::other("autre chose")), "autre chose");
    }

    #[test]
    fn what_serde_refuses_is_told_in_french_without_the_value() {
        for (message, told) in [
            (
                "unknown variant `hunter2`, expected one of `tls`, `none`",
                "cette valeur n’est pas parmi « tls », « none »",
            ),
            (
                "unknown field `nom`, expected `id` or `name`",
                "le champ « nom » n’existe pas (champs connus : « id », « name »)",
            ),
            ("missing field `id`", "« id » manque"),
            ("invalid type: integer `3`, expected a string", "un élément n’est pas de la bonne sorte"),
            ("invalid value: integer `70000`, expected u16", "ce nombre est hors limites"),
        ] {
            assert_eq!(refusal(message), told);
        }
    }
}
